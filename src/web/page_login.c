/* Log-in, with a second step where a code is asked for; log-out; the first administrator and
** invitations by a link.
**
** Between the steps nothing is remembered here: name and password go to the browser and back
** sealed with a key of this program, bound to the browser's cookie, for five minutes. */
#include "base/num.h"
#include "tpl.h"
#include "web/call_parts.h"
#include "web/login_pages.h"
#include "web/routes.h"
#include <sodium.h>
#include <string.h>

enum { STEP_MS = 5 * MINUTE, STEP_MOST = 2048 };

/* --- kept forms ---------------------------------------------------------------- */

static bool is_local(struct str path)
{
    return path.n < 2000 && http_leads_here(path);
}

/* The form that a log-in form carries along. */
static struct kept_form carried(struct call *c)
{
    struct kept_form k = {.path = http_form(c->q, "kept-path")};
    if (!is_local(k.path)) return (struct kept_form){0};
    for (isize i = 0; i < c->q->form.n; i++) {
        struct http_pair p = c->q->form.at[i];
        if (!str_starts(p.name, S("kept."))) continue;
        p.name = str_from(p.name, 5);
        if (call_may_keep(p.name)) *PUSH(c->q->a, &k.fields) = p;
    }
    return k;
}

static struct kept_form kept(struct call *c)
{
    struct kept_form k = {.path = c->q->path};
    for (isize i = 0; i < c->q->form.n; i++)
        if (call_may_keep(c->q->form.at[i].name))
            *PUSH(c->q->a, &k.fields) = c->q->form.at[i];
    if (k.fields.n == 0) k.path = (struct str){0};
    return k;
}

/* The page one was at, with its query, to come back to. */
static struct str here(struct call *c)
{
    struct html h = {.b = buf_in(c->q->a, 256)};
    buf_put(&h.b, c->q->path);
    for (isize i = 0; i < c->q->query.n; i++) {
        buf_putc(&h.b, i ? '&' : '?');
        html_url_text(&h, c->q->query.at[i].name);
        buf_putc(&h.b, '=');
        html_url_text(&h, c->q->query.at[i].value);
    }
    return buf_str(&h.b);
}

int call_log_in_first(struct call *c, struct err *e)
{
    bool get = str_is(c->q->method, "GET") || str_is(c->q->method, "HEAD");
    if (http_wants_json(c->q)) return err_say(e, E_SESSION, "REFUSED_NOBODY");
    if (get) {
        struct html h = {.b = buf_in(c->q->a, 256)};
        url_login(&h);
        if (!str_is(c->q->path, "/")) {
            buf_put(&h.b, S("?next="));
            html_url_text(&h, here(c));
        }
        return call_redirect(c, buf_str(&h.b));
    }
    struct login_page m = {.over = c->token.n > 0};
    /* Only what came from a page of this server is offered to whoever logs in. */
    if (call_own_expired(c)) m.kept = kept(c);
    tpl_login(&c->html, &m);
    return call_page(c, 401);
}

/* --- the second step -------------------------------------------------------------- */

static void step_key(struct call *c, u8 key[crypto_aead_xchacha20poly1305_ietf_KEYBYTES])
{
    struct str hex = call_csrf_of(c, "step", c->visit);
    sodium_hex2bin(key, KEY_BYTES, hex.at, 64, NULL, NULL, NULL);
}

/* "UNTIL\nNAME\nPASSWORD", sealed. */
static struct str step_seal(struct call *c, struct str login, struct str password)
{
    enum { N = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES };
    u8 key[KEY_BYTES];
    struct arena *a = c->q->a;
    struct str plain = str_fmt(a, "%" PRId64 "\n%.*s\n%.*s", c->act.now + STEP_MS,
                               FMT(login), FMT(password));
    if (plain.n > STEP_MOST) return (struct str){0};
    isize n = N + plain.n + crypto_aead_xchacha20poly1305_ietf_ABYTES;
    u8 *raw = NEW(a, u8, n);
    char *hex = NEW(a, char, 2 * n + 1);
    step_key(c, key);
    randombytes_buf(raw, N);
    crypto_aead_xchacha20poly1305_ietf_encrypt(raw + N, NULL, (const u8 *)plain.at,
                                               (unsigned long long)plain.n, NULL, 0, NULL,
                                               raw, key);
    sodium_memzero(key, sizeof key);
    sodium_bin2hex(hex, (size_t)(2 * n + 1), raw, (size_t)n);
    return (struct str){hex, 2 * n};
}

static bool step_open(struct call *c, struct str hex, struct login_in *in)
{
    enum {
        N = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
        LEAST = N + crypto_aead_xchacha20poly1305_ietf_ABYTES
    };
    u8 key[KEY_BYTES];
    size_t n = 0;
    unsigned long long m = 0;
    i64 until = 0;
    struct str piece;
    if (hex.n > 2 * (STEP_MOST + LEAST)) return false;
    u8 *raw = NEW(c->q->a, u8, hex.n / 2 + 1), *plain = NEW(c->q->a, u8, hex.n / 2 + 1);
    if (sodium_hex2bin(raw, (size_t)(hex.n / 2), hex.at, (size_t)hex.n, NULL, &n, NULL) !=
            0 ||
        n < LEAST)
        return false;
    step_key(c, key);
    int bad = crypto_aead_xchacha20poly1305_ietf_decrypt(plain, &m, NULL, raw + N, n - N,
                                                         NULL, 0, raw, key);
    sodium_memzero(key, sizeof key);
    struct str rest = {(const char *)plain, (isize)m};
    if (bad || !str_cut(&rest, '\n', &piece) ||
        num_read_int(piece, 0, INT64_MAX, &until, NULL) != OK || until < c->act.now ||
        !str_cut(&rest, '\n', &in->login))
        return false;
    in->password = rest;
    return true;
}

/* --- log in ---------------------------------------------------------------------------- */

int page_login(struct call *c, struct err *e)
{
    (void)e;
    struct login_page m = {.next = http_query(c->q, "next")};
    if (!is_local(m.next)) m.next = (struct str){0};
    if (c->act.who.staff) return call_redirect(c, m.next.n ? m.next : S("/"));
    m.over = m.next.n > 0 && c->token.n > 0;
    tpl_login(&c->html, &m);
    return call_page(c, 200);
}

/* "Firefox on Linux": enough for its owner to know it again. */
static struct str label_of(struct call *c)
{
    static const char *const browser[][2] = {
        {"Edg/", "Edge"},      {"OPR/", "Opera"},     {"Firefox/", "Firefox"},
        {"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"}};
    static const char *const system[][2] = {
        {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"},
        {"Windows", "Windows"}, {"Mac OS", "macOS"},  {"Linux", "Linux"}};
    struct str s = http_header(c->q, "User-Agent");
    const char *b = NULL, *o = NULL;
    for (isize i = 0; i < COUNT(browser) && !b; i++)
        if (str_find_str(s, str_of(browser[i][0])) >= 0) b = browser[i][1];
    for (isize i = 0; i < COUNT(system) && !o; i++)
        if (str_find_str(s, str_of(system[i][0])) >= 0) o = system[i][1];
    if (!b && !o) return str_brief(s, 40);
    return o ? str_fmt(c->q->a, "%s, %s", b ? b : "?", o) : str_of(b);
}

int call_attempt_fault(struct call *c, int code, const struct err *why, const char *field)
{
    if (code == E_LOGIN) {
        call_fault(c, field, "LOGIN_WRONG");
        return 422;
    }
    if (code == E_WAIT) {
        struct str s = str_fmt(c->q->a, "%" PRId64, why->value[0].n);
        call_fault_words(c, field, text_fill(c->lang, "LOGIN_WAIT", &s, 1, c->q->a));
        http_reply_header(c->q, "Retry-After", s);
        return 429;
    }
    if (code == E_BUSY) {
        call_fault(c, "", "LOGIN_BUSY");
        http_reply_header(c->q, "Retry-After", S("5"));
        return 503;
    }
    return 0;
}

/* From here on this call is that person's. */
static int become(struct call *c, const struct login_done *done, struct err *e)
{
    struct login_kit kit = house_kit(c->house);
    call_cookie_set(c, CALL_SESSION, done->token, 0);
    c->token = done->token;
    c->new_visit = false;
    c->frame.csrf = c->csrf = call_csrf_of(c, "session", c->token);
    int code = login_session(&c->act, &kit, c->token, &c->session, e);
    sodium_memzero(&kit, sizeof kit);
    TRY(code);
    call_language(c);
    c->frame.who = c->act.who.name;
    c->frame.languages = (struct html_links){0};
    return OK;
}

static int logged_in(struct call *c, const struct login_done *done, struct login_page *m,
                     struct err *e)
{
    TRY(become(c, done, e));
    if (m->kept.path.n) {
        struct resume_page r = {m->kept, c->act.who.name};
        tpl_resume(&c->html, &r);
        return call_page(c, 200);
    }
    struct str to = is_local(m->next) ? m->next : S("/");
    return done->recovery_left >= 0 ? call_redirect_said(c, to, "LOGIN_RECOVERY_SAID")
                                    : call_redirect(c, to);
}

int post_login(struct call *c, struct err *e)
{
    struct login_in in = {.login = call_field(c, "login"),
                          .password = http_form(c->q, "password"),
                          .code = call_field(c, "code"),
                          .address = c->q->remote,
                          .label = label_of(c)};
    struct login_page m = {.login = str_brief(in.login, 64),
                           .next = call_field(c, "next"),
                           .step = call_field(c, "step"),
                           .kept = carried(c)};
    struct login_done done;
    if (c->act.who.staff) return call_redirect(c, S("/"));
    if (m.step.n && !step_open(c, m.step, &in)) {
        call_fault(c, "", "LOGIN_STEP_OVER");
        m.step = (struct str){0};
        tpl_login(&c->html, &m);
        return call_refuse(c);
    }
    struct login_kit kit = house_kit(c->house);
    struct err why = {0};
    int code = login_open(&c->act, &kit, &in, &done, &why);
    sodium_memzero(&kit, sizeof kit);
    if (code == OK) return logged_in(c, &done, &m, e);
    if (code == E_CODE) {
        m.step = step_seal(c, in.login, in.password);
        tpl_login_code(&c->html, &m);
        return call_page(c, 200);
    }
    int status = call_attempt_fault(c, code, &why, m.step.n ? "code" : "login");
    if (!status) return err_pass(e, code, &why);
    if (m.step.n)
        tpl_login_code(&c->html, &m);
    else
        tpl_login(&c->html, &m);
    return call_page(c, status);
}

int post_logout(struct call *c, struct err *e)
{
    TRY(login_end(&c->act, c->session, e));
    call_cookie_set(c, CALL_SESSION, S(""), -1);
    http_reply_header(c->q, "Clear-Site-Data", S("\"cache\""));
    return call_redirect_said(c, path_login(c->q->a), "LOGOUT_SAID");
}

/* --- by a link -------------------------------------------------------------------------- */

bool call_password_new(struct call *c)
{
    struct str p = http_form(c->q, "password");
    if (!p.n)
        call_fault(c, "password", "FORM_NEEDED");
    else if (!str_eq(p, http_form(c->q, "password_again")))
        call_fault(c, "password_again", "PASSWORD_DIFFERS");
    return c->faults.n == 0;
}

static struct setup_page setup_of(struct call *c, bool first)
{
    return (struct setup_page){.action = c->q->path,
                               .first = first,
                               .login = call_field(c, "login"),
                               .name = call_field(c, "name")};
}

int page_setup(struct call *c, struct err *e)
{
    TRY(login_token_is(&c->act, c->q->arg[0], true, e));
    struct setup_page m = setup_of(c, true);
    tpl_setup(&c->html, &m);
    return call_page(c, 200);
}

int page_invitation(struct call *c, struct err *e)
{
    TRY(login_token_is(&c->act, c->q->arg[0], false, e));
    struct setup_page m = setup_of(c, false);
    tpl_setup(&c->html, &m);
    return call_page(c, 200);
}

/* A name that is none is said at its field. */
static void check_names(struct call *c, const struct setup_page *m)
{
    struct str login;
    struct err none;
    if (!m->name.n) call_fault(c, "name", "FORM_NEEDED");
    if (staff_login_read(m->login, &login, c->q->a, &none) != OK)
        call_fault(c, "login", m->login.n ? "SETUP_LOGIN_HELP" : "FORM_NEEDED");
}

static int use_link(struct call *c, bool first, struct err *e)
{
    struct setup_page m = setup_of(c, first);
    struct login_first in = {.token = c->q->arg[0],
                             .password = http_form(c->q, "password"),
                             .login = m.login,
                             .name = m.name,
                             .language = str_of(lang_code[c->lang])};
    i64 staff = 0;
    int status = 422;
    TRY(login_token_is(&c->act, in.token, first, e));
    if (first) check_names(c, &m);
    if (call_password_new(c)) {
        struct login_kit kit = house_kit(c->house);
        struct err why = {0};
        int code = login_use_token(&c->act, &kit, &in, &staff, &why);
        sodium_memzero(&kit, sizeof kit);
        if (code == OK) return call_redirect_said(c, path_login(c->q->a), "SETUP_SAID");
        if (code == E_PASSWORD)
            call_fault_err(c, "password", &why);
        else if (code == E_BUSY) {
            call_fault(c, "", "LOGIN_BUSY");
            http_reply_header(c->q, "Retry-After", S("5"));
            status = 503;
        } else
            return err_pass(e, code, &why);
    }
    tpl_setup(&c->html, &m);
    return call_page(c, status);
}

int post_setup(struct call *c, struct err *e)
{
    return use_link(c, true, e);
}

int post_invitation(struct call *c, struct err *e)
{
    return use_link(c, false, e);
}
