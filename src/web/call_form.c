/* Forms, cookies and replies of a call. */
#define _GNU_SOURCE /* localtime_r */
#include "web/call_parts.h"
#include "base/num.h"
#include "web/parts.h"
#include "web/routes.h"
#include <string.h>
#include <time.h>

/* --- replies ------------------------------------------------------------------ */

int call_page(struct call *c, int status)
{
    if (c->new_visit) {
        call_cookie_set(c, CALL_VISIT, c->visit, 0);
        c->new_visit = false;
    }
    return http_reply(c->q, status, "text/html; charset=utf-8", buf_str(&c->html.b));
}

int call_refuse(struct call *c)
{
    return call_page(c, 422);
}

int call_redirect(struct call *c, struct str path)
{
    return http_redirect(c->q, path);
}

int call_redirect_said(struct call *c, struct str path, const char *text_id)
{
    call_cookie_set(c, CALL_SAID, str_of(text_id), 60);
    return call_redirect(c, path);
}

/* Only what ends in _SAID or is FORM_SAVED: no cookie makes a page say another text. */
struct str call_said(const struct call *c, struct str id)
{
    const char *name = str_c(id, c->q->a);
    bool fine = str_is(id, "FORM_SAVED") || str_ends(id, S("_SAID"));
    struct str words = fine ? text_of(c->lang, name) : S("");
    return str_eq(words, id) ? S("") : words; /* unknown names come back as they are */
}

/* --- cookies ------------------------------------------------------------------- */

static const char *cookie_name(const struct call *c, const char *name)
{
    return c->q->secure ? str_fmt(c->q->a, "__Host-%s", name).at : name;
}

void call_cookie_set(struct call *c, const char *name, struct str value, i64 seconds)
{
    struct buf b = buf_in(c->q->a, 160);
    buf_fmt(&b, "%s=%.*s; Path=/; HttpOnly; SameSite=Lax", cookie_name(c, name),
            FMT(value));
    if (seconds) buf_fmt(&b, "; Max-Age=%" PRId64, MAX(seconds, 0));
    if (c->q->secure) buf_put(&b, S("; Secure"));
    http_reply_header(c->q, "Set-Cookie", buf_str(&b));
}

struct str call_cookie(const struct call *c, const char *name)
{
    return http_cookie(c->q, cookie_name(c, name));
}

/* --- kept forms ---------------------------------------------------------------- */

bool call_may_keep(struct str name)
{
    return !str_starts(name, S("password")) && !str_is(name, "code") &&
           !str_is(name, "csrf") && !str_is(name, "token") && !str_is(name, "step");
}

/* --- forms --------------------------------------------------------------------- */

struct str call_text(const struct call *c, const char *text_id)
{
    return text_of(c->lang, text_id);
}

struct str call_role(const struct call *c, enum role role)
{
    switch (role) {
#define ROLE(name, word, blinded) \
    case name:                    \
        return call_text(c, "ROLE_" #name);
#include "store/role.def"
#undef ROLE
    }
    return S("");
}

struct str call_when(const struct call *c, instant t)
{
    struct html h = {.b = buf_in(c->q->a, 64), .lang = c->lang};
    time_t s = (time_t)(t / SECOND);
    struct tm tm;
    html_day(&h, house_today(t));
    if (localtime_r(&s, &tm)) buf_fmt(&h.b, ", %02d:%02d", tm.tm_hour, tm.tm_min);
    return buf_str(&h.b);
}

void call_fault_words(struct call *c, const char *field, struct str words)
{
    *PUSH(c->q->a, &c->faults) = (struct html_fault){str_of(field), words};
}

void call_fault_err(struct call *c, const char *field, const struct err *why)
{
    call_fault_words(c, field, err_sentence(why, c->lang, c->q->a));
}

void call_fault(struct call *c, const char *field, const char *text_id)
{
    call_fault_words(c, field, call_text(c, text_id));
}

struct str call_field(const struct call *c, const char *name)
{
    return str_trim(http_form(c->q, name));
}

int call_id(const struct call *c, int place, i64 *out, struct err *e)
{
    struct err none;
    i64 id = 0;
    if (num_read_int(c->q->arg[place], 1, INT64_MAX, &id, &none) != OK)
        return err_say(e, E_NOT_FOUND, "REFUSED_NO_PAGE");
    *out = id;
    return OK;
}

bool call_int(struct call *c, const char *name, i64 lo, i64 hi, i64 *out)
{
    struct err none;
    struct str s = call_field(c, name);
    i64 x = 0;
    bool fine = num_read_int(s, lo, hi, &x, &none) == OK;
    if (fine)
        *out = x;
    else
        call_fault(c, name, s.n ? "FORM_NUMBER" : "FORM_NEEDED");
    return fine;
}

bool call_day(struct call *c, const char *name, day *out)
{
    struct err none;
    struct str s = call_field(c, name);
    bool fine = part_day_read(s, c->act.today, out, &none) == OK;
    if (!fine) call_fault(c, name, s.n ? "FORM_DAY" : "FORM_NEEDED");
    return fine;
}
