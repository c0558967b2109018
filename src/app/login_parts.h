/* What the files of log-in share; nobody else includes it. */
#ifndef VARDE_APP_LOGIN_PARTS_H
#define VARDE_APP_LOGIN_PARTS_H

#include "app/login.h"

/* 256 random bits as text; only its hash is stored. */
struct str login_token(struct arena *a);
struct str login_hash(const char *kind, struct str secret, struct arena *a);

struct password_cost login_cost(const struct login_kit *k);
MUST_CHECK int login_stored(struct db *db, i64 staff, struct str *phc, struct arena *a,
                            struct err *e);

/* An attempt under a name and from an address: E_WAIT, or it is counted.  Taken back when it
** was no failure after all. */
MUST_CHECK int login_attempt(struct act *act, const struct login_kit *k, struct str login,
                             struct str address, struct err *e);
MUST_CHECK int login_attempt_back(struct act *act, const struct login_kit *k,
                                  struct str login, struct str address, struct err *e);
/* Inside the closure of a success. */
MUST_CHECK int login_attempt_good(struct db *db, const struct login_kit *k,
                                  struct str login, struct str address, struct arena tmp,
                                  struct err *e);
/* The journal's row of a failure; gives E_LOGIN, or why that could not be written. */
MUST_CHECK int login_failed(struct act *act, i64 staff, struct err *e);

/* The second factor of a person: on, its secret opened. */
struct login_factor {
    bool there, on;
    i64 last_step;
    u8 secret[20];
};
MUST_CHECK int login_factor_get(struct db *db, const struct login_kit *k, i64 staff,
                                struct login_factor *out, struct arena tmp,
                                struct err *e);
/* A recovery code as typed, hashed. */
struct str login_recovery_hash(struct str typed, i64 staff, struct arena *a);

#endif
