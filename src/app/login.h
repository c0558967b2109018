/* Log-in: names, passwords, second factor, sessions, back-off, invitations.
**
** An attempt is counted as a failure before the password is looked at and taken back when it
** was none, so that a hundred attempts at once are not all "the first".  After some failures
** under a name, or from an address, each further one makes the next wait twice as long, up
** to a limit: nobody is shut out for good.  The name typed is kept as a keyed hash.
** An unknown or closed name costs the same work as a known one and gets the same sentence.
** Every log-in, failure, change of password or factor is in the journal, without secrets:
** no password, token, code, secret or typed name goes into errors or the journal.
** Checked: tests/app/test_login.c, on every engine; the store is searched for secrets. */
#ifndef VARDE_APP_LOGIN_H
#define VARDE_APP_LOGIN_H

#include "app/act.h"
#include "app/password.h"

/* What an installation may set: login_rule.def. */
struct login_rules {
#define RULE(name, value, lo, hi, words) i64 name;
#include "app/login_rule.def"
#undef RULE
};
MUST_CHECK int login_rules_read(struct db *db, struct login_rules *out, struct err *e);
/* Needs MAY_SET_RULES. Errors: E_NOT_FOUND (no such rule), E_RECORD (out of range). */
MUST_CHECK int login_rule_set(struct act *act, struct str name, i64 value, struct err *e);

/* What log-in works with besides the act; one for the program. */
struct login_kit {
    struct hasher *hasher;
    u8 key[32]; /* kept outside the store: seals TOTP secrets, hides typed names */
    struct login_rules rules;
};

struct login_in {
    struct str login, password;
    struct str code; /* of the app, or a recovery code; empty: none was asked for yet */
    struct str address; /* where from */
    struct str label;   /* "Firefox on Linux" */
};
struct login_done {
    i64 staff, session;
    struct str token;  /* 64 letters; kept nowhere but with the person */
    i64 recovery_left; /* unused recovery codes, when one was used; else -1 */
};
/* Errors: E_LOGIN, E_CODE (the password is right, now the code), E_WAIT (with seconds),
** E_BUSY. */
MUST_CHECK int login_open(struct act *act, const struct login_kit *k,
                          const struct login_in *in, struct login_done *out,
                          struct err *e);

/* Puts the session's owner, with the roles of today, into act->who. Error: E_SESSION. */
MUST_CHECK int login_session(struct act *act, const struct login_kit *k, struct str token,
                             i64 *session, struct err *e);
struct login_session {
    i64 id;
    struct str label;
    instant made, seen, ends;
};
struct login_sessions LIST(struct login_session);
/* One's own, the last used first; ending one or all of them. Error: E_NOT_FOUND. */
MUST_CHECK int login_own(struct act *act, const struct login_kit *k,
                         struct login_sessions *out, struct err *e);
MUST_CHECK int login_end(struct act *act, i64 session, struct err *e);
MUST_CHECK int login_end_all(struct act *act, struct err *e);
/* Links that open without an account (app/formlink.h): an address that has tried many which
** are none waits, as with passwords.  wait: asked before one is looked up; wrong: it was
** none. Errors: E_WAIT. */
MUST_CHECK int login_guess_wait(struct act *act, const struct login_kit *k,
                                struct str address, struct err *e);
MUST_CHECK int login_guess_wrong(struct act *act, const struct login_kit *k,
                                 struct str address, struct err *e);
/* Takes away what is over: sessions, invitations, forgotten failures. */
MUST_CHECK int login_tidy(struct act *act, const struct login_kit *k, struct err *e);

/* Tokens for the first administrator of an empty store (E_NOT_ALLOWED when somebody is there),
** and for a member of staff (needs MAY_MANAGE_STAFF).  A new one replaces the old. */
MUST_CHECK int login_setup_make(struct act *act, const struct login_kit *k,
                                struct str *token, struct err *e);
MUST_CHECK int login_invite(struct act *act, const struct login_kit *k, i64 staff,
                            struct str *token, struct err *e);
struct login_first {
    struct str token, password;
    struct str login, name, language; /* for the first administrator; else not read */
};
/* Whether such a token is there still; nothing is used up. Error: E_TOKEN. */
MUST_CHECK int login_token_is(struct act *act, struct str token, bool setup,
                              struct err *e);
/* Sets a password by a token, once; all sessions and tokens of that person end. *staff: who.
** Errors: E_TOKEN, E_PASSWORD, E_RECORD, E_BUSY. */
MUST_CHECK int login_use_token(struct act *act, const struct login_kit *k,
                               const struct login_first *in, i64 *staff, struct err *e);

/* One's own password once more, before something that a browser left open should not do: making a
** token, starting a second factor. Errors: E_LOGIN (counts as a failure), E_WAIT, E_BUSY. */
MUST_CHECK int login_again(struct act *act, const struct login_kit *k,
                           struct str password, struct err *e);

/* One's own new password; ends all one's sessions, this one too, and one's tokens unless they are
** to be kept. Errors: E_LOGIN (the old
** one is not right; counts as a failure), E_WAIT, E_PASSWORD, E_BUSY. */
MUST_CHECK int login_change(struct act *act, const struct login_kit *k, struct str old,
                            struct str password, bool keep_tokens, struct err *e);

/* The second factor: start gives the secret as a URI for the app; confirm, with a code of
** it, turns it on, ends all sessions but `session` and the tokens unless they are to be kept,
** and gives ten recovery codes, shown this once.  Turning it off is for an
** administrator (MAY_MANAGE_STAFF), so that a session left open cannot.
** Errors: E_CONSTRAINT (it is on already), E_LOGIN (not the code), E_NOT_FOUND. */
enum { LOGIN_RECOVERY = 10 };
MUST_CHECK int login_totp_is_on(const struct act *act, const struct login_kit *k,
                                i64 staff, bool *on, struct err *e);
MUST_CHECK int login_totp_start(struct act *act, const struct login_kit *k,
                                struct str *uri, struct err *e);
MUST_CHECK int login_totp_confirm(struct act *act, const struct login_kit *k,
                                  struct str code, i64 session, bool keep_tokens,
                                  struct str recovery[LOGIN_RECOVERY], struct err *e);
MUST_CHECK int login_totp_off(struct act *act, i64 staff, struct err *e);

#endif
