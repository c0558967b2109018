/* From a request to its page: who asks, may they, is a POST one's own. */
#define _GNU_SOURCE /* strncasecmp */
#include "web/call.h"
#include "web/api.h"
#include "web/call_parts.h"
#include "web/error_page.h"
#include "web/routes.h"
#include "web/topic.h"
#include "tpl.h"
#include <sodium.h>
#include <string.h>
#include <strings.h>

/* --- where it came to, and from -------------------------------------------------- */

static bool same_name(struct str s, struct str t)
{
    return s.n == t.n && strncasecmp(s.at, t.at, (size_t)s.n) == 0;
}

/* "varde.example:8443" and "[::1]:80" without the port. */
static struct str host_name(struct str s)
{
    if (s.n && s.at[0] == '[') {
        isize end = str_find(s, ']');
        return end < 0 ? s : str_upto(s, end + 1);
    }
    isize colon = str_find(s, ':');
    return colon < 0 ? s : str_upto(s, colon);
}

/* A page of elsewhere whose name was made to lead here would be this server's own in the
** eyes of a browser; so only names that belong here are answered. */
static int host_is_ours(const struct call *c, const struct call_front *f, struct err *e)
{
    struct str name = host_name(http_header(c->q, "Host"));
    static const char *const own[] = {"localhost", "127.0.0.1", "[::1]"};
    for (isize i = 0; i < COUNT(own); i++)
        if (same_name(name, str_of(own[i]))) return OK;
    for (isize i = 0; i < f->n_hosts; i++)
        if (same_name(name, str_of(f->host[i]))) return OK;
    return err_say(e, E_REQUEST, "REFUSED_HOST");
}

/* What the proxy before us says; its own line is the last. */
static void believe_proxy(struct req *q)
{
    struct str from = http_header(q, "X-Forwarded-For"), piece = {0}, last = {0};
    while (str_cut(&from, ',', &piece)) last = str_trim(piece);
    if (last.n) q->remote = str_brief(last, 64);
    q->secure = q->secure || str_is(http_header(q, "X-Forwarded-Proto"), "https");
}

/* A browser says where a form stood. Who says nothing is no browser of these years, and
** has the token to show. */
static bool from_here(const struct req *q)
{
    struct str site = http_header(q, "Sec-Fetch-Site");
    struct str origin = http_header(q, "Origin");
    if (site.n) return str_is(site, "same-origin") || str_is(site, "none");
    if (!origin.n) return true;
    struct str host = http_header(q, "Host");
    struct str scheme = q->secure ? S("https://") : S("http://");
    return str_starts(origin, scheme) && same_name(str_from(origin, scheme.n), host);
}

/* --- language ---------------------------------------------------------------------- */

static bool lang_try(struct str s, enum lang *out)
{
    struct err none;
    if (s.n == 0) return false;
    if (str_is(s, "no") || str_is(s, "nn")) s = S("nb");
    return lang_read(s, out, &none) == OK;
}

/* "nn-NO, nb;q=0.9, en;q=0.8": in its order, which browsers keep by weight. */
static bool lang_accepted(struct str s, enum lang *out)
{
    struct str piece;
    while (str_cut(&s, ',', &piece)) {
        piece = str_trim(piece);
        isize end = 0;
        while (end < piece.n && piece.at[end] >= 'a' && piece.at[end] <= 'z') end++;
        if (lang_try(str_upto(piece, end), out)) return true;
    }
    return false;
}

void call_language(struct call *c)
{
    struct req *q = c->q;
    struct str chosen = http_query(q, "lang");
    if (lang_try(chosen, &c->lang)) {
        if (!c->act.who.staff) call_cookie_set(c, "varde-lang", chosen, 31536000);
    } else if (!lang_try(c->act.who.language, &c->lang) &&
               !lang_try(call_cookie(c, "varde-lang"), &c->lang) &&
               !lang_accepted(http_header(q, "Accept-Language"), &c->lang)) {
        c->lang = LANG_EN;
    }
    c->html.lang = c->lang;
}

/* --- session, token ------------------------------------------------------------------ */

/* The same session or browser gives the same token, and nobody else can make it. */
struct str call_csrf_of(const struct call *c, const char *kind, struct str secret)
{
    u8 key[KEY_BYTES], raw[32];
    char *hex = NEW(c->q->a, char, 65);
    struct str in = str_fmt(c->q->a, "%s %.*s", kind, FMT(secret));
    key_of(house_key(c->house), KEY_CSRF, key);
    crypto_generichash(raw, sizeof raw, (const u8 *)in.at, (unsigned long long)in.n, key,
                       sizeof key);
    sodium_memzero(key, sizeof key);
    sodium_bin2hex(hex, 65, raw, sizeof raw);
    return (struct str){hex, 64};
}

static struct str random_hex(struct arena *a)
{
    u8 raw[32];
    char *hex = NEW(a, char, 65);
    randombytes_buf(raw, sizeof raw);
    sodium_bin2hex(hex, 65, raw, sizeof raw);
    return (struct str){hex, 64};
}

static bool is_token(struct str s)
{
    return s.n == 64 && strspn(s.at, "0123456789abcdef") >= 64;
}

static int find_session(struct call *c, struct err *e)
{
    c->token = call_cookie(c, CALL_SESSION);
    if (!is_token(c->token)) c->token = (struct str){0};
    if (c->token.n) {
        struct login_kit kit = house_kit(c->house);
        int code = login_session(&c->act, &kit, c->token, &c->session, e);
        sodium_memzero(&kit, sizeof kit);
        if (code == E_SESSION || code == E_NOT_FOUND)
            c->session = 0; /* over, or the account was closed */
        else
            TRY(code);
    }
    if (c->session) {
        c->csrf = call_csrf_of(c, "session", c->token);
    } else {
        c->act.who = (struct viewer){0};
        c->visit = call_cookie(c, CALL_VISIT);
        c->new_visit = !is_token(c->visit);
        if (c->new_visit) c->visit = random_hex(c->q->a);
        c->csrf = call_csrf_of(c, "visit", c->visit);
    }
    return OK;
}

bool call_token_is(struct str given, struct str want)
{
    return given.n == 64 && want.n == 64 && sodium_memcmp(given.at, want.at, 64) == 0;
}

static bool changes(const struct req *q)
{
    return !str_is(q->method, "GET") && !str_is(q->method, "HEAD") &&
           !str_is(q->method, "OPTIONS");
}

static int own_form(struct call *c, struct err *e)
{
    if (!changes(c->q)) return OK;
    struct str given = http_form(c->q, "csrf");
    if (!given.n) given = http_header(c->q, "X-Csrf-Token"); /* of scripts */
    if (from_here(c->q) && !c->new_visit && call_token_is(given, c->csrf)) return OK;
    return err_say(e, E_NOT_ALLOWED, "REFUSED_FORGED");
}

bool call_own_expired(const struct call *c)
{
    const struct req *q = c->q;
    bool told = http_header(q, "Sec-Fetch-Site").n || http_header(q, "Origin").n;
    struct str old = call_csrf_of(c, "session", c->token);
    if (!from_here(q)) return false;
    return c->token.n ? call_token_is(http_form(q, "csrf"), old) : told;
}

/* --- rights --------------------------------------------------------------------------- */

int call_may(const struct call *c, enum right right, struct err *e)
{
    return act_may_somewhere(&c->act, right, e);
}

bool call_can(const struct call *c, enum right right)
{
    struct err none;
    return call_may(c, right, &none) == OK;
}

static int may_route(struct call *c, struct err *e)
{
    int right = c->route->right;
    if (right == MAY_ANYONE || right == MAY_MACHINE) return OK;
    if (!c->act.who.staff) return err_say(e, E_SESSION, "REFUSED_NOBODY");
    return right == MAY_STAFF ? OK : call_may(c, (enum right)right, e);
}

/* --- one call --------------------------------------------------------------------------- */

static void nav(struct call *c)
{
    static const struct {
        const char *path, *words;
        int right;
    } all[] = {
#define NAV(path, words, right) {path, words, right},
#include "web/nav.def"
#undef NAV
    };
    struct str last = {0};
    for (isize i = 0; i < COUNT(all) && c->act.who.staff; i++) {
        if (str_is(last, all[i].path) ||
            (all[i].right != MAY_STAFF && !call_can(c, (enum right)all[i].right)))
            continue;
        last = str_of(all[i].path);
        *PUSH(c->q->a, &c->frame.nav) =
            (struct html_link){.words = call_text(c, all[i].words),
                               .path = str_of(all[i].path),
                               .here = str_starts(c->q->path, str_of(all[i].path))};
    }
}

static void frame(struct call *c)
{
    static const char *const name[LANG_N] = {"English", "Norsk", "Dansk"};
    c->frame.csrf = c->csrf;
    c->frame.faults = &c->faults;
    c->frame.who = c->act.who.name;
    enum topic topic;
    topic_of(c->route ? c->route->pattern : "/", &topic);
    c->frame.help = str_of(topic_word(topic));
    nav(c);
    struct str said = call_cookie(c, CALL_SAID);
    if (said.n && said.n < 64) {
        c->frame.said = call_said(c, said);
        call_cookie_set(c, CALL_SAID, S(""), -1);
    }
    for (int i = 0; i < LANG_N && !c->act.who.staff; i++)
        *PUSH(c->q->a, &c->frame.languages) = (struct html_link){
            .words = str_of(name[i]),
            .path = str_fmt(c->q->a, "%.*s?lang=%s", FMT(c->q->path), lang_code[i]),
            .here = (int)c->lang == i};
}

static int lend(struct call *c, struct err *e)
{
    TRY(house_reader(c->house, false, &c->act.db, e));
    TRY(find_session(c, e));
    if (!c->act.who.blinded) return OK;
    house_reader_back(c->house, false, c->act.db);
    c->act.db = NULL;
    return house_reader(c->house, true, &c->act.db, e);
}

/* The token in the path is the secret, which no other site knows; so a phone that refuses cookies
** may answer.  A form of elsewhere is refused all the same, where the browser says so; without
** a referrer it says Origin: null of our own pages. */
static int by_link(struct call *c, struct err *e)
{
    struct req *q = c->q;
    http_reply_header(q, "Referrer-Policy", S("no-referrer"));
    http_reply_header(q, "X-Robots-Tag", S("noindex, nofollow"));
    TRY(house_reader(c->house, false, &c->act.db, e));
    call_language(c);
    c->frame.faults = &c->faults;
    bool hidden =
        !http_header(q, "Sec-Fetch-Site").n && str_is(http_header(q, "Origin"), "null");
    if (changes(q) && !hidden && !from_here(q))
        return err_say(e, E_NOT_ALLOWED, "REFUSED_FORGED");
    return c->route->run(c, e);
}

static int answer(struct call *c, struct err *e)
{
    const struct call_front *f = http_app(c->q);
    if (f->proxy) believe_proxy(c->q);
    TRY(host_is_ours(c, f, e));
    if (api_is(c->q)) return api_answer(c, e);
    int code = routes_find(c, f->table ? f->table : &routes, e);
    if (code == OK && c->route && c->route->right == MAY_MACHINE)
        return c->route->run(c, e);
    if (code == OK && c->route && c->route->right == MAY_LINK) return by_link(c, e);
    struct err late;
    TRY(lend(c, e));
    call_language(c);
    frame(c);
    if (code != OK) return code;
    if (!c->route) { /* 204 to OPTIONS, or a method that this page does not take */
        return c->q->reply.status == 405 ? call_error(c, 405, S("")) : OK;
    }
    code = may_route(c, &late);
    if (code == E_SESSION) return call_log_in_first(c, e);
    if (code != OK) return err_pass(e, code, &late);
    TRY(own_form(c, e));
    if (changes(c->q)) c->act.why = call_field(c, "reason");
    return c->route->run(c, e);
}

static struct call *begin(struct req *q)
{
    const struct call_front *f = http_app(q);
    struct call *c = NEW(q->a, struct call, 1);
    c->q = q;
    c->house = f->house;
    c->act = house_self(f->house, NULL, q->a);
    c->html = html_in(q->a, LANG_EN, &c->frame);
    return c;
}

/* Log-in may have made the viewer another one: what the connection is counts. */
static void give_back(struct call *c)
{
    struct db *db = c->act.db;
    if (db) house_reader_back(c->house, db_mode_of(db) == DB_BLINDED, db);
    c->act.db = NULL;
}

static int admit(struct call *c, struct err *e)
{
    const struct call_front *f = http_app(c->q);
    struct err late;
    if (f->proxy) believe_proxy(c->q);
    TRY(host_is_ours(c, f, e));
    if (api_is(c->q)) return api_admit(c, e);
    TRY(routes_find(c, f->table ? f->table : &routes, e));
    if (!c->route) return err_say(e, E_REQUEST, "REFUSED_METHOD");
    TRY(lend(c, e));
    call_language(c);
    int code = may_route(c, &late);
    if (code != OK) return err_pass(e, code, &late);
    if (from_here(c->q)) return OK;
    return err_say(e, E_NOT_ALLOWED, "REFUSED_FORGED");
}

int call_admit(struct req *q, struct err *e)
{
    struct call *c = begin(q);
    struct err why = {0};
    int code = admit(c, &why);
    if (code == E_TOKEN) code = E_SESSION; /* 401 */
    if (code != OK) code = err_pass(e, code, &why);
    give_back(c);
    q->reply = (struct reply){0}; /* whoever answers says it all again */
    return code;
}

/* Room again, as before the route's function: all that it took is given up. */
static int too_much(struct call *c, char *mark, struct err *e)
{
    struct req *q = c->q;
    struct db *db = c->act.db;
    if (q->reply.done) q->reply.done(q->reply.arg);
    q->reply = (struct reply){0};
    q->a->at = mark;
    *c = (struct call){.q = q, .house = c->house};
    c->act = house_self(c->house, db, q->a);
    c->html = html_in(q->a, LANG_EN, &c->frame);
    return err_set(e, E_NO_MEMORY, "this needs more memory than one request may have");
}

/* Running out of memory comes back here: it is this request's failure, not the program's.
** A reader that is left in the middle of a question is closed (house_reader_back). */
static int answer_in(struct call *c, struct err *e)
{
    struct arena *a = c->q->a;
    struct arena_trap *outer = a->trap, *mine = NEW(a, struct arena_trap, 1);
    char *mark = a->at;
    int code;
    a->trap = mine;
    if (setjmp(mine->home) == 0)
        code = answer(c, e);
    else
        code = too_much(c, mark, e);
    mine->over = true;
    a->trap = outer;
    return code;
}

int call_answer(struct req *q, struct err *e)
{
    struct call *c = begin(q);
    int code = answer_in(c, e);
    if (code != OK && http_status_of(code) >= 500)
        q->cause = str_dup(str_of(e->text), q->a);
    if (code != OK && api_is(q)) {
        code = api_problem(c, code, e);
    } else if (code != OK) {
        int status = code == E_TOKEN ? 410 : http_status_of(code);
        struct str why = S("");
        if (status < 500) why = err_sentence(e, c->lang, c->q->a);
        if (code == E_UNSURE) why = call_text(c, "ERROR_UNSURE");
        code = call_error(c, status, why);
    }
    give_back(c);
    return code;
}

/* The store did not answer, maybe not even who this is: the form goes back to whoever sent it, with
** the token it came with, which only a page of this server can have had.  Not one with a password or
** a code in it, nor with files: they are typed or chosen anew. */
static struct kept_form to_send_again(struct call *c)
{
    struct req *q = c->q;
    struct kept_form k = {.path = q->path};
    struct str session = call_cookie(c, CALL_SESSION), visit = call_cookie(c, CALL_VISIT);
    bool link = c->route && c->route->right == MAY_LINK;
    if (!str_is(q->method, "POST") || q->files.n || !from_here(q))
        return (struct kept_form){0};
    if (!link) {
        c->frame.csrf = is_token(session) ? call_csrf_of(c, "session", session)
                        : is_token(visit) ? call_csrf_of(c, "visit", visit)
                                          : (struct str){0};
        if (!call_token_is(http_form(q, "csrf"), c->frame.csrf))
            return (struct kept_form){0};
    }
    for (isize i = 0; i < q->form.n; i++) {
        struct http_pair f = q->form.at[i];
        if (str_is(f.name, "csrf")) continue;
        if (!call_may_keep(f.name)) return (struct kept_form){0};
        *PUSH(q->a, &k.fields) = f;
    }
    return k;
}

int call_error(struct call *c, int status, struct str why)
{
    static const int said[] = {400, 401, 403, 404, 405, 409,
                               410, 413, 422, 429, 500, 503};
    int about = status < 500 ? 400 : 500;
    for (isize i = 0; i < COUNT(said); i++)
        if (said[i] == status) about = status;
    if (http_wants_json(c->q)) return http_reply_error(c->q, status, why);
    struct http_pairs kept = c->q->reply.headers; /* Allow */
    if (c->q->reply.done) c->q->reply.done(c->q->reply.arg);
    c->q->reply = (struct reply){.headers = kept};
    if (!c->frame.csrf.n) call_language(c); /* it failed before that */
    char title[32], action[32];
    struct buf b = {.at = title, .cap = sizeof title},
               d = {.at = action, .cap = sizeof action};
    buf_fmt(&b, "ERROR_%d%c", about, 0);
    buf_fmt(&d, "ERROR_%d_DO%c", about, 0);
    struct error_page m = {.title = call_text(c, title),
                           .action = call_text(c, action),
                           .why = why,
                           .request = c->q->id};
    c->html = html_in(c->q->a, c->lang, &c->frame);
    if (status == 503) m.kept = to_send_again(c);
    if (m.kept.path.n) m.action = call_text(c, "ERROR_503_KEPT");
    tpl_error(&c->html, &m);
    return call_page(c, status);
}
