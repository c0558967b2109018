/* What the files of call.h share. */
#ifndef VARDE_WEB_CALL_PARTS_H
#define VARDE_WEB_CALL_PARTS_H

#include "web/call.h"
#include "web/parts.h"

/* Names of cookies. */
#define CALL_SESSION "varde-session"
#define CALL_VISIT   "varde-visit" /* of a browser before log-in */
#define CALL_SAID    "varde-said"  /* what the next page says */

void call_language(struct call *c);
struct str call_csrf_of(const struct call *c, const char *kind, struct str secret);
bool call_token_is(struct str given, struct str want);
/* Words for the name in the cookie; empty when it is none of ours. */
struct str call_said(const struct call *c, struct str id);
/* Whether a POST without session came from a page of this server and, where the browser still
** has the old session's cookie, with its token. */
bool call_own_expired(const struct call *c);
/* The new password of a form and its repetition; else with a fault. */
bool call_password_new(struct call *c);
/* What a refused attempt to log in says at that field, and the status; 0: not of this kind. */
int call_attempt_fault(struct call *c, int code, const struct err *why,
                       const char *field);
/* Whether the field holds the password of who is logged in; else with a fault, and *status of the
** page that says so (0: it is). Errors: what is no fault of the field. */
int call_again(struct call *c, const char *field, int *status, struct err *e);
/* Whether one's tokens may go on after a change of password or factor: what is asked, when
** there are any, and what was answered. */
int call_keep_tokens_ask(struct call *c, struct part_choices *out, struct err *e);
bool call_keep_tokens(const struct call *c);
/* Whether a field of a form may stand, hidden, in a page: never a password, a code or a token. */
bool call_may_keep(struct str name);
/* The log-in page in place of one that needs a session. */
int call_log_in_first(struct call *c, struct err *e);

#endif
