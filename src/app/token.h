/* Tokens of other programs: shown instead of a password, as "Authorization: Bearer ...".
**
** A token acts as the member of staff who made it, with their roles of the day, and with the
** rights it was given at most; it can neither log in, nor change a password, nor make tokens.
** It is shown once and kept as a hash; it always has an end, and ends with the account.
** Checked: tests/app/test_token.c, on every engine. */
#ifndef VARDE_APP_TOKEN_H
#define VARDE_APP_TOKEN_H

#include "app/login.h"

enum { TOKEN_DAYS = 366 }; /* the longest */

struct token_ask {
    struct str label;
    u64 rights; /* a bit an enum right; 0: all that its owner has */
    i64 days;   /* 1 to TOKEN_DAYS */
};
/* One's own. *secret: 64 letters. Errors: E_SESSION (nobody is logged in), E_NOT_ALLOWED (by a
** token; a right that one does not have anywhere), E_RECORD. */
MUST_CHECK int token_make(struct act *act, const struct token_ask *in, i64 *id,
                          struct str *secret, struct err *e);

/* Puts its owner, with the roles of today, into act->who and its rights into act->only.
** Error: E_TOKEN. */
MUST_CHECK int token_open(struct act *act, struct str secret, i64 *id, struct err *e);

/* The same for a request from `address`: a wrong token is counted against the address, as a
** wrong password is, but apart from those; a right one is never made to wait.
** Errors: E_TOKEN, E_WAIT. */
MUST_CHECK int token_try(struct act *act, const struct login_kit *k, struct str secret,
                         struct str address, i64 *id, struct err *e);

struct token {
    i64 id;
    struct str label;
    u64 rights;
    instant made, seen, ends;
};
struct tokens LIST(struct token);
MUST_CHECK int token_own(struct act *act, struct tokens *out, struct err *e);
/* One's own, or with MAY_MANAGE_STAFF anybody's. Error: E_NOT_FOUND. */
MUST_CHECK int token_end(struct act *act, i64 id, struct err *e);

#endif
