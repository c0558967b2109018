/* Jobs: long work that goes on without the page that asked for it.
**
** A kind is a line of job_kinds.def.  job_ask puts a job into the store; a worker of any server
** on that store takes it, does it as the member of staff who asked (their roles of that
** moment, their blinding), and leaves a result, an attachment to fetch, or a sentence.
** A job may be done twice, when a server dies in the middle: its function changes the store
** by acts only, and is able to find half of its own work.
**
**     int export_job(struct job_run *w, struct err *e)
**     {
**         ... json_text(w->args, "study") ...
**         TRY(job_step(w, i, n, e));              now and then: progress, cancel
**         w->result = S("{\"rows\":12}");
**         return OK;
**     }
** Checked: tests/app/test_job.c, on every engine. */
#ifndef VARDE_APP_JOB_H
#define VARDE_APP_JOB_H

#include "app/act.h"
#include "base/json.h"
#include "store/job_rows.h"

struct house;
struct attachment_box; /* store/attachment.h */

struct job_run {
    struct house *house;              /* NULL in tests of a kind alone */
    const struct attachment_box *box; /* where files of jobs go; NULL: nowhere */
    struct act act; /* of who asked; its db is lent to this job, blinded if they are */
    struct job job;
    const struct json *args;
    struct str result; /* set by the function: JSON, small */
    i64 file;          /* set by the function: an attachment */
    void *keeper;      /* of job.c */
};
typedef int job_work(struct job_run *w, struct err *e);

/* Says how far it is, at most once a second to the store; renews the lease.  total 0: not
** known. Errors: E_CANCELLED (stop, and return it), E_NOT_FOUND (the claim is gone: likewise). */
MUST_CHECK int job_step(struct job_run *w, i64 done, i64 total, struct err *e);

struct job_kind {
    const char *word;
    job_work *run;
    enum right right;
    const char *words;
    bool anywhere; /* the right at some site is enough */
};
extern const struct job_kind job_kinds[];
extern const isize job_kind_n;
/* NULL: no such kind. */
const struct job_kind *job_kind_of(struct str word);

/* Errors: E_NOT_ALLOWED, E_NOT_FOUND (no such kind), E_JSON (args). */
MUST_CHECK int job_ask(struct act *act, struct str kind, struct str args, i64 *id,
                       struct err *e);
/* What came of a job that was done unblinded is not shown to who is blinded by now.
** One's own; whoever may set the rules sees all. Error: E_NOT_FOUND, also for another's. */
MUST_CHECK int job_see(struct act *act, i64 id, struct job *out, struct err *e);
MUST_CHECK int job_own(struct act *act, i64 before, i64 limit, struct jobs *out,
                       struct err *e);
/* Everybody's, for who may set the rules and is not blinded; else one's own. */
MUST_CHECK int job_all(struct act *act, i64 before, i64 limit, struct jobs *out,
                       struct err *e);
MUST_CHECK int job_stop(struct act *act, i64 id, struct err *e);

/* What workers need of a house: a connection lent for a job, the writer, the clock. */
struct job_place {
    struct house *house;
    struct writer *writer;
    int (*lend)(struct house *h, bool blinded, struct db **out, struct err *e);
    void (*back)(struct house *h, bool blinded, struct db *db);
    instant (*now)(const struct house *h);
    day (*today)(instant now);
    const struct attachment_box *box; /* NULL: no job can have a file */
};

/* Does the oldest job that waits, on this thread. *did: whether there was one; the job's own
** failure is in its row, not here. Errors: of the store. */
MUST_CHECK int job_do(const struct job_place *p, bool *did, struct err *e);

/* n threads that look for jobs each half second and at job_wake.  alone: no other process
** works on this store, so what is said to run is taken at once. */
struct job_crew;
MUST_CHECK int job_crew_start(const struct job_place *p, int n, bool alone,
                              struct job_crew **out, struct err *e);
void job_crew_wake(struct job_crew *c); /* NULL is fine */
/* Jobs under way are told to stop at their next step and handed back; waits for that.  NULL is
** fine. */
void job_crew_stop(struct job_crew *c);

#endif
