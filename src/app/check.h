/* Going through a whole store: does everything in it still fit together?
**
** Each check says one thing, in words without anybody's data: fine, wrong, or not asked (no
** key, no folder).  One that is wrong does not keep the next from being done.  Reads only.
** Checked: tests/app/test_check.c: every kind of damage is found by its check. */
#ifndef VARDE_APP_CHECK_H
#define VARDE_APP_CHECK_H

#include "app/job.h"
#include "store/attachment.h"

enum check_state { CHECK_FINE, CHECK_WRONG, CHECK_SKIPPED };
struct check_line {
    const char *what; /* "journal" */
    enum check_state state;
    i64 n;            /* how many were looked at */
    struct str words; /* what was found, or why not asked */
};
struct check_lines LIST(struct check_line);

struct check_in {
    struct db *db;           /* for reading, not blinded */
    const struct key *key;   /* NULL: seals and signatures' owner are not asked */
    const char *attachments; /* their folder; NULL: not asked */
    const char *erasures;    /* the folder's list of them; NULL: not asked */
    instant now;
    /* Called between steps; anything but OK ends the checks with it. NULL: nobody asks. */
    int (*step)(void *arg, i64 done, i64 total, struct err *e);
    void *arg;
};

/* *wrong: how many lines are. Errors: E_DB and its kin only when the store cannot be read at
** all; those of step. */
MUST_CHECK int check_store(const struct check_in *in, struct check_lines *out, i64 *wrong,
                           struct arena *a, struct err *e);
const char *check_state_word(enum check_state s); /* "fine" */
/* As JSON: {"wrong": 0, "checks": [{"what": ..., "state": ..., "n": ..., "words": ...}]} */
struct str check_json(const struct check_lines *l, i64 wrong, struct arena *a);

/* The job of this name. */
int check_job(struct job_run *w, struct err *e);

#endif
