/* An act: somebody, at an instant, with the right to it; and how a change is made.
**
** Every change of the store is one function of this layer that
**   1. asks for its right (act_may),
**   2. hands a closure to the writer (act_change), which may run twice and has no effect
**      outside the store but on its own argument,
**   3. adds a row to the journal inside that closure (act_note).
**
** Nothing here reads a clock: `now` and `today` come with the act, so that tests give them.
** Checked: tests/app/test_act.c: every role against every right, dates, sites. */
#ifndef VARDE_APP_ACT_H
#define VARDE_APP_ACT_H

#include "base/instant.h"
#include "store/staff.h"
#include "store/writer.h"

enum right {
#define RIGHT(name, roles, words) name,
#include "app/right.def"
#undef RIGHT
    RIGHT_N
};
const char *right_name(enum right r);  /* "MAY_SEE_STAFF" */
const char *right_words(enum right r); /* "see who works there" */
const char *right_text(
    enum right r); /* "RIGHT_MAY_SEE_STAFF": the same as text_of knows it */

struct studies_known; /* store/studies.h */
struct kits;          /* app/kits.h */
struct faces;         /* app/faces.h */

struct act {
    struct db *db;         /* for reading; belongs to this thread */
    struct writer *writer; /* for changes */
    struct viewer who;     /* staff 0: nobody is logged in, or the program itself */
    instant now;
    day today;       /* of the service: its calendar decides when a role ends */
    struct arena *a; /* of this request */
    struct str why;  /* the reason given, if one was */
    struct db
        *writing; /* inside: the writing connection, when `db` is a reader (app/once.h) */
    bool inside;  /* `db` is the writing connection, in a change: act_together */
    bool console; /* the program itself, for whoever has the folder and the key at a
                  ** terminal: the rights of an administrator, nobody's name */
    const struct studies_known *known; /* studies read already; NULL: none */
    struct kits *kits;   /* studies kept by the house; NULL: they are read each time */
    struct faces *faces; /* who is known already; NULL: each is read */
    u64 kept;            /* db_kept as of which `who` is true; 0: of no use */
    bool imports;        /* MAY_IMPORT stands for MAY_ENROL: it happened elsewhere */
    u64 only; /* 0: all that the roles give; else a bit a right: those of a token at most */
};

/* Whether the viewer has the right at the site; site 0 asks for the whole installation, which
** only a role held at every site gives.  Roles held for one study count only when asked
** for that study.  Error: E_NOT_ALLOWED. */
MUST_CHECK int act_may(const struct act *act, enum right r, i64 site, struct err *e);
MUST_CHECK int act_may_in(const struct act *act, enum right r, i64 site, struct str study,
                          struct err *e);
/* Whether it is held at some site or for some study, and a token gives it: what a menu asks. */
MUST_CHECK int act_may_somewhere(const struct act *act, enum right r, struct err *e);

/* The roles that have a right, as queries ask for it: ",leader,clinician,". Empty when the right
** unblinds and the viewer is blinded: no role matches. */
struct str right_roles(const struct viewer *who, enum right r, struct arena *a);
/* The same for who acts, and a token that does not give the right. */
struct str act_roles(const struct act *act, enum right r);

/* A text that somebody wrote, as it is kept: UTF-8 without zero bytes, at most ACT_TEXT_MOST.
** `what` names it, a text of the catalogue ("REFUSED_A_NOTE"). Error: E_RECORD. */
enum { ACT_TEXT_MOST = 4000 };
MUST_CHECK int act_text(struct str s, const char *what, struct err *e);

/* Runs the closure through the writer; back when it is durable or refused. Its reason is
** an act_text. */
MUST_CHECK int act_change(const struct act *act, writer_change *f, void *arg,
                          struct err *e);

/* Inside a closure: the viewer as he is now, where a commit since may have changed him; else as he
** came.  Error: E_SESSION (the account was closed). */
MUST_CHECK int act_again(const struct act *act, struct db *db, struct viewer *out,
                         struct arena *a, struct err *e);

/* Several acts as one, all or nothing: `f` gets an act of the same person, at the same
** instant, whose changes are part of one change of the writer and whose reads see them.
** What f takes from the inner act's arena is gone afterwards; it gives back through `arg`.
** It may run twice, like every closure, so it sets *arg up itself. */
typedef int act_body(struct act *inside, void *arg, struct err *e);
MUST_CHECK int act_together(const struct act *act, act_body *f, void *arg, struct err *e);

/* The journal row of a change, inside its closure.  `before` and `after` are JSON without
** secrets; empty for none. */
MUST_CHECK int act_note(const struct act *act, struct db *db, const char *what,
                        const char *entity, i64 id, struct str before, struct str after,
                        struct arena tmp, struct err *e);

/* Room for a closure.  It runs on the thread that leads the writer, where the trap of this
** act's arena must not be jumped to: running out refuses the change (store/writer.c). */
struct arena act_room(const struct act *act);

#endif
