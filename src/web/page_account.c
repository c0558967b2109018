/* One's own account: password, second factor, sessions, language. */
#include "app/staffing.h"
#include "app/token.h"
#include "tpl.h"
#include "web/account_pages.h"
#include "web/call_parts.h"
#include "web/qr_code.h"
#include "web/routes.h"
#include <sodium.h>

static void fact(struct call *c, struct account_page *m, const char *term,
                 struct str words)
{
    *PUSH(c->q->a, &m->facts) =
        (struct part_fact){.term = call_text(c, term), .words = words};
}

int call_again(struct call *c, const char *field, int *status, struct err *e)
{
    struct err why = {0};
    struct login_kit kit = house_kit(c->house);
    int code = login_again(&c->act, &kit, http_form(c->q, field), &why);
    sodium_memzero(&kit, sizeof kit);
    *status = 0;
    if (code == OK) return OK;
    if (code == E_LOGIN) {
        call_fault(c, field, "PASSWORD_WRONG");
        *status = 422;
        return OK;
    }
    *status = call_attempt_fault(c, code, &why, field);
    return *status ? OK : err_pass(e, code, &why);
}

int call_keep_tokens_ask(struct call *c, struct part_choices *out, struct err *e)
{
    struct tokens own;
    *out = (struct part_choices){.name = "keep_tokens",
                                 .legend = call_text(c, "TOKENS_TITLE"),
                                 .many = true,
                                 .optional = true};
    TRY(token_own(&c->act, &own, e));
    if (own.n)
        *PUSH(c->q->a, &out->of) =
            (struct part_choice){.value = S("1"),
                                 .words = call_text(c, "TOKENS_KEEP"),
                                 .help = call_text(c, "TOKENS_KEEP_HELP"),
                                 .chosen = call_keep_tokens(c)};
    return OK;
}

bool call_keep_tokens(const struct call *c)
{
    return str_is(call_field(c, "keep_tokens"), "1");
}

static int sessions(struct call *c, struct account_page *m, struct err *e)
{
    struct login_kit kit = house_kit(c->house);
    struct login_sessions own;
    int code = login_own(&c->act, &kit, &own, e);
    if (code == OK)
        code = login_totp_is_on(&c->act, &kit, c->act.who.staff, &m->factor, e);
    sodium_memzero(&kit, sizeof kit);
    TRY(code);
    for (isize i = 0; i < own.n; i++)
        *PUSH(c->q->a, &m->sessions) =
            (struct account_session){.id = own.at[i].id,
                                     .label = own.at[i].label,
                                     .seen = call_when(c, own.at[i].seen),
                                     .here = own.at[i].id == c->session};
    return OK;
}

static int show(struct call *c, int status, struct err *e)
{
    static const char *const name[LANG_N] = {"English", "Norsk", "Dansk"};
    struct account_page m = {.language = {.name = "language", .beside = true}};
    TRY(sessions(c, &m, e));
    TRY(call_keep_tokens_ask(c, &m.keep_tokens, e));
    m.again = (struct part_field){.name = "password_factor",
                                  .label = call_text(c, "PASSWORD_OLD"),
                                  .type = "password",
                                  .autocomplete = "current-password",
                                  .most = 1024};
    m.language.legend = call_text(c, "ACCOUNT_LANGUAGE");
    for (int i = 0; i < LANG_N; i++)
        *PUSH(c->q->a, &m.language.of) =
            (struct part_choice){.value = str_of(lang_code[i]),
                                 .words = str_of(name[i]),
                                 .chosen = str_is(c->act.who.language, lang_code[i])};
    fact(c, &m, "ACCOUNT_NAME", c->act.who.name);
    fact(c, &m, "LOGIN_NAME", c->act.who.login);
    struct buf b = buf_in(c->q->a, 200);
    for (isize i = 0; i < c->act.who.n_roles; i++) {
        if (i) buf_put(&b, S(", "));
        buf_put(&b, call_role(c, c->act.who.role[i].role));
    }
    fact(c, &m, "ACCOUNT_ROLES", buf_str(&b));
    tpl_account(&c->html, &m);
    return call_page(c, status);
}

int page_account(struct call *c, struct err *e)
{
    return show(c, 200, e);
}

int post_account_password(struct call *c, struct err *e)
{
    int status = 422;
    if (call_password_new(c)) {
        struct login_kit kit = house_kit(c->house);
        struct err why = {0};
        int code = login_change(&c->act, &kit, http_form(c->q, "password_old"),
                                http_form(c->q, "password"), call_keep_tokens(c), &why);
        sodium_memzero(&kit, sizeof kit);
        if (code == OK) {
            call_cookie_set(c, CALL_SESSION, S(""), -1);
            return call_redirect_said(c, path_login(c->q->a), "SETUP_SAID");
        }
        if (code == E_PASSWORD)
            call_fault_err(c, "password", &why);
        else
            status = call_attempt_fault(c, code, &why, "password_old");
        if (!status) return err_pass(e, code, &why);
    }
    return show(c, status, e);
}

int post_account_language(struct call *c, struct err *e)
{
    TRY(staffing_language(&c->act, call_field(c, "language"), e));
    return call_redirect_said(c, path_account(c->q->a), "FORM_SAVED");
}

/* --- sessions ------------------------------------------------------------------- */

int post_session_end(struct call *c, struct err *e)
{
    i64 id = 0;
    TRY(call_id(c, 0, &id, e));
    TRY(login_end(&c->act, id, e));
    return call_redirect_said(c, path_account(c->q->a), "SESSION_END_SAID");
}

int post_sessions_end(struct call *c, struct err *e)
{
    TRY(login_end_all(&c->act, e));
    call_cookie_set(c, CALL_SESSION, S(""), -1);
    return call_redirect_said(c, path_login(c->q->a), "LOGOUT_SAID");
}

/* --- the second factor ------------------------------------------------------------ */

int post_factor(struct call *c, struct err *e)
{
    struct factor_page m = {0};
    struct str uri = {0};
    int status = 0;
    TRY(call_again(c, "password_factor", &status, e));
    if (status) return show(c, status, e);
    TRY(call_keep_tokens_ask(c, &m.keep_tokens, e));
    struct login_kit kit = house_kit(c->house);
    int code = login_totp_start(&c->act, &kit, &uri, e);
    sodium_memzero(&kit, sizeof kit);
    TRY(code);
    TRY(qr_code_svg(uri, call_text(c, "FACTOR_QR"), &m.qr, c->q->a, e));
    isize at = str_find_str(uri, S("secret="));
    m.secret = str_from(uri, at + 7);
    isize end = str_find(m.secret, '&');
    if (end >= 0) m.secret = str_upto(m.secret, end);
    tpl_factor(&c->html, &m);
    return call_page(c, 200);
}

int post_factor_confirm(struct call *c, struct err *e)
{
    struct factor_page m = {0};
    struct err why = {0};
    struct login_kit kit = house_kit(c->house);
    int code = login_totp_confirm(&c->act, &kit, call_field(c, "code"), c->session,
                                  call_keep_tokens(c), m.recovery, &why);
    sodium_memzero(&kit, sizeof kit);
    if (code == E_LOGIN) {
        call_fault(c, "code", "FACTOR_WRONG");
        TRY(call_keep_tokens_ask(c, &m.keep_tokens, e));
        tpl_factor(&c->html, &m);
        return call_refuse(c);
    }
    if (code != OK) return err_pass(e, code, &why);
    tpl_recovery(&c->html, &m);
    return call_page(c, 200);
}
