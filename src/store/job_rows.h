/* Jobs: long work as rows.  Who may ask for one, and the threads that do them, are the
** business of app/job.h.
**
** A worker claims the oldest job that waits, and holds it by a lease that it renews while it
** works (job_beat).  A process that dies renews nothing: when its lease is over the job is
** claimed again, at most JOB_TRIES times, then it has failed.  A worker that comes back too
** late finds the claim gone and can neither report nor end it.
** All that write run inside somebody's transaction. Checked: tests/app/test_job.c, on every
** engine. */
#ifndef VARDE_STORE_JOB_ROWS_H
#define VARDE_STORE_JOB_ROWS_H

#include "base/instant.h"
#include "store/db.h"

enum { JOB_TRIES = 3, JOB_LEASE = 30 * SECOND };

enum job_state { JOB_WAITING, JOB_RUNNING, JOB_DONE, JOB_FAILED, JOB_CANCELLED };
const char *job_state_word(enum job_state s); /* "waiting" */

struct job {
    i64 id;
    struct str kind, args; /* args: canonical JSON */
    i64 staff;             /* 0: the program itself */
    enum job_state state;
    i64 done, total; /* total 0: nobody knows */
    bool cancel;     /* somebody asked it to stop */
    struct str result, error;
    i64 file; /* an attachment; 0: none */
    instant at, started, ended;
    i64 tries;
    bool blinded; /* it was done over a blinded connection */
};
struct jobs LIST(struct job);

/* Error: E_NOT_FOUND. */
MUST_CHECK int job_get(struct db *db, i64 id, struct job *out, struct arena *a,
                       struct err *e);
/* Those of one member of staff, or (staff 0) all, with ids below `before` (0: from the last
** on), the last first. */
MUST_CHECK int job_list(struct db *db, i64 staff, i64 before, i64 limit, struct jobs *out,
                        struct arena *a, struct err *e);

MUST_CHECK int job_put(struct db *db, struct str kind, struct str args, i64 staff,
                       instant now, i64 *id, struct err *e);
/* Error: E_NOT_FOUND: there is none such, or it is over. */
MUST_CHECK int job_cancel(struct db *db, i64 id, instant now, struct err *e);

/* How many could be claimed now. */
MUST_CHECK int job_ready(struct db *db, instant now, i64 *n, struct err *e);

/* A claim: which job, under which name. */
struct job_claim {
    i64 id; /* 0: nothing waits */
    char worker[33];
};
MUST_CHECK int job_claim(struct db *db, instant now, struct job_claim *out,
                         struct err *e);
/* Error: E_NOT_FOUND: the claim is gone. */
MUST_CHECK int job_beat(struct db *db, const struct job_claim *c, i64 done, i64 total,
                        instant now, bool *cancel, struct err *e);
MUST_CHECK int job_end(struct db *db, const struct job_claim *c, enum job_state state,
                       struct str result, i64 file, struct str error, instant now,
                       bool blinded, struct err *e);
MUST_CHECK int job_back(struct db *db, const struct job_claim *c, struct err *e);
/* What is said to run is free at once: only where no other process works on the store. */
MUST_CHECK int job_free_all(struct db *db, struct err *e);

#endif
