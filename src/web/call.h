/* One request as the program's pages see it: who asks, in which language, with which rights;
** and the ways to answer.
**
** call_answer is the server's http_handler.  It refuses a Host that is not this server's
** (DNS rebinding), finds the route and the session, asks whether the route's right is held
** at some site (the function asks for the exact one: act_may), lends a reader, blinded for
** a blinded viewer, and checks every POST: it must come from a page of this server
** (Sec-Fetch-Site, else Origin) and carry the token that {call csrf(h)} writes, which
** belongs to the session, or before log-in to a cookie of this browser.  Routes with MAY_LINK
** know neither session nor cookie: the token in their path is the secret.
**
** A page:    int page_x(struct call *c, struct err *e)
**            { struct x m = {...}; TRY(...); tpl_x(&c->html, &m); return call_page(c, 200); }
** A change:  int post_x(struct call *c, struct err *e)
**            { ... if (!name.n) call_fault(c, "name", "FORM_NEEDED"); ...
**              if (c->faults.n) { tpl_x(&c->html, &m); return call_refuse(c); }
**              TRY(staffing_...(&c->act, ..., e));
**              return call_redirect(c, path_x(c->act.a, id)); }
** An error that comes back is a page in the viewer's language with the request's id, or
** JSON for whoever asked for it.  E_NOT_FOUND for what is there but not this viewer's.
**
** A POST whose session is over is answered with the log-in page; the form stands in it,
** hidden, without passwords and codes, and is offered again after log-in: nothing typed
** is lost.
** Checked: tests/web/test_call.c (walk over every route). */
#ifndef VARDE_WEB_CALL_H
#define VARDE_WEB_CALL_H

#include "app/house.h"
#include "web/html.h"
#include "web/http.h"
#include "web/url.h"

struct routes;

/* What http_config.app points to. */
struct job_crew;
struct call_front {
    struct job_crew *crew; /* does jobs; NULL: another process does */
    struct house *house;
    const char *const *host; /* names this server goes by; those of this machine always */
    isize n_hosts;
    bool proxy; /* X-Forwarded-For and -Proto are believed */
    struct str
        metrics;   /* what whoever asks for /metrics must show; empty: nobody gets them */
    int report_ms; /* tests: what a document may take as a page; 0: a second */
    const struct routes *table; /* tests: instead of routes.def; NULL: that */
};

struct route;

struct call {
    struct req *q;
    struct house *house;
    struct act act;  /* who.staff 0: nobody is logged in; act.why: form field "reason" */
    i64 session;     /* 0: none */
    struct str csrf; /* for scripts and forms made by hand; pages use {call csrf(h)} */
    enum lang lang;
    struct html html;
    struct html_frame frame; /* html.frame points here */
    struct html_faults faults;
    const struct route *route;
    struct str token; /* of the session */
    struct str visit; /* of this browser before log-in; new_visit: made just now */
    bool new_visit;
    i64 key;          /* a request to the interface: the number of its token */
    struct str place; /* where the body of a request to the interface is wrong */
};
typedef int call_handler(struct call *c, struct err *e);

int call_answer(struct req *q, struct err *e);
/* Before a file is taken (http_admit): whether somebody is logged in who has the route's right,
** and the browser says that the form stood on a page of this server. */
int call_admit(struct req *q, struct err *e);

/* What stands in c->html, as the reply. Return these. */
int call_page(struct call *c, int status);
int call_refuse(struct call *c); /* 422: the form again, with c->faults */
int call_redirect(struct call *c, struct str path);
/* The next page says these words of the catalogue on top, once ("FORM_SAVED"). */
int call_redirect_said(struct call *c, struct str path, const char *text_id);
/* What an error says, as a page or JSON; what call_answer does with errors. */
int call_error(struct call *c, int status, struct str why);

/* Fields of the form, trimmed; absent is empty. */
struct str call_field(const struct call *c, const char *name);
/* A whole number, as {id} of the pattern or a field. Errors: E_NOT_FOUND; a fault. */
MUST_CHECK int call_id(const struct call *c, int place, i64 *out, struct err *e);
bool call_int(struct call *c, const char *name, i64 lo, i64 hi, i64 *out);
bool call_day(struct call *c, const char *name, day *out); /* part_day_read */

/* One more thing to put right: the field's name ("" for none) and words of the catalogue. */
void call_fault(struct call *c, const char *field, const char *text_id);
/* What an act refused, as a sentence in the viewer's language. */
void call_fault_err(struct call *c, const char *field, const struct err *why);
void call_fault_words(struct call *c, const char *field, struct str words);
struct str call_text(const struct call *c, const char *text_id);

struct str call_role(const struct call *c, enum role role);
/* "22 Nov 2026, 13:43" in the time zone of this machine. */
struct str call_when(const struct call *c, instant t);

/* A right held at any site at all; act_may asks for one site. Error: E_NOT_ALLOWED. */
MUST_CHECK int call_may(const struct call *c, enum right right, struct err *e);
bool call_can(const struct call *c, enum right right); /* to show or leave out */

/* A cookie of this server: HttpOnly, SameSite=Lax, Secure and __Host- over TLS; seconds 0:
** until the browser closes; -1: takes it away.  `name` without prefix. */
void call_cookie_set(struct call *c, const char *name, struct str value, i64 seconds);
struct str call_cookie(const struct call *c, const char *name);

#endif
