/* Passwords: Argon2id through libsodium, a few at a time.
**
** One hash takes 64 MiB and a tenth of a second of a core, so at most `at_once` run and
** HASHER_QUEUE others wait, but not for ever; who comes when the queue is full is told so at once.
** A storm of log-ins can take neither the memory nor the cores nor the connections to the store
** (each of those who wait holds one) from everybody else.  Stored form: PHC text ("$argon2id$v=19$m=65536,t=3,p=1$..."),
** so a hash brings its own cost.  Length is counted in code points; no normal form is made of
** the text: the same keyboard gives the same bytes.
** Source: RFC 9106; NIST SP 800-63B 5.1.1.2 (length, list, no composition rules).
** Checked: tests/app/test_password.c, under TSan too. */
#ifndef VARDE_APP_PASSWORD_H
#define VARDE_APP_PASSWORD_H

#include "base/err.h"

enum {
    HASHER_QUEUE = 32
}; /* at a tenth of a second each: the last waits three seconds */
struct hasher;
MUST_CHECK int hasher_open(int at_once, struct hasher **out, struct err *e);
void hasher_close(struct hasher *h); /* when nobody uses it; NULL is fine */
/* A place among those that run. Error: E_BUSY, after wait_ms, or at once: the queue is full. */
MUST_CHECK int hasher_enter(struct hasher *h, i64 wait_ms, struct err *e);
void hasher_leave(struct hasher *h);
int hasher_most(struct hasher *h);    /* the most that ever ran at once */
int hasher_waiting(struct hasher *h); /* how many wait now */

struct password_cost {
    i64 memory_kib, passes, wait_ms;
};
enum { PASSWORD_PHC = 128 }; /* bytes of the stored form, zero included */

/* Errors: E_BUSY, E_NO_MEMORY. */
MUST_CHECK int password_hash(struct hasher *h, const struct password_cost *c,
                             struct str password, char phc[PASSWORD_PHC], struct err *e);

/* Whether it is the password. `phc` empty (nobody has that name): the same work, and false.
** *weak (may be NULL): stored at a lower cost than now asked for. */
MUST_CHECK int password_is(struct hasher *h, const struct password_cost *c,
                           struct str phc, struct str password, bool *fine, bool *weak,
                           struct err *e);

/* The rules for a new one: 12 to 256 letters, not a worst one, no pattern of up to four
** letters again and again, not the login name nor much of it. Error: E_PASSWORD, which does
** not repeat it. */
MUST_CHECK int password_rules(struct str password, struct str login, struct err *e);

#endif
