/* A change of another program that may be sent twice and has one effect: a key of its own with each
** change (Idempotency-Key), kept with the answer for a day.
**
** The change, its answer and the key are one transaction: after a crash either all of it is there,
** and the same request gets the same answer, or nothing, and it may be sent again.  What was refused
** is not kept.  Checked: tests/app/test_once.c, tests/web/test_api.c (every request of it bears a
** key), tests/cli/test_kill.c. */
#ifndef VARDE_APP_ONCE_H
#define VARDE_APP_ONCE_H

#include "app/act.h"

enum { ONCE_KEY = 200 }; /* the longest key, printable ASCII */

struct once_ask {
    i64 token;      /* whose key */
    struct str key; /* of the request */
    struct str
        what; /* all that makes the request: another under the same key is refused */
};
struct once_answer {
    int status;
    struct str body, etag; /* in act->a */
};

/* Does it, as act_together does: with acts that are `inside`, and reads of the act's own reader.
** May run twice. */
typedef int once_body(struct act *inside, void *arg, struct once_answer *out,
                      struct err *e);

/* *again: the answer is that of the first time. Errors: E_RECORD (no key, or the key was another
** request's), those of the body. */
MUST_CHECK int once_do(struct act *act, const struct once_ask *ask, once_body *f,
                       void *arg, struct once_answer *out, bool *again, struct err *e);

/* Takes away what is older than a day. */
MUST_CHECK int once_tidy(struct act *act, struct err *e);

#endif
