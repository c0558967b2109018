#include "store/job_rows.h"
#include "store/statements.h"
#include <sodium.h>

static const char *const words[] = {"waiting", "running", "done", "failed", "cancelled"};

const char *job_state_word(enum job_state s)
{
    return words[s];
}

static void read_job(struct rows *r, struct job *j, struct arena *a)
{
    struct str state = db_str(r, 4, a);
    *j = (struct job){.id = db_i64(r, 0),
                      .kind = db_str(r, 1, a),
                      .args = db_str(r, 2, a),
                      .staff = db_i64(r, 3),
                      .done = db_i64(r, 5),
                      .total = db_i64(r, 6),
                      .cancel = db_i64(r, 7) != 0,
                      .result = db_str(r, 8, a),
                      .file = db_i64(r, 9),
                      .error = db_str(r, 10, a),
                      .at = db_i64(r, 11),
                      .started = db_i64(r, 12),
                      .ended = db_i64(r, 13),
                      .tries = db_i64(r, 14),
                      .blinded = db_i64(r, 15) != 0};
    for (int i = 0; i < COUNT(words); i++)
        if (str_is(state, words[i])) j->state = (enum job_state)i;
}

int job_get(struct db *db, i64 id, struct job *out, struct arena *a, struct err *e)
{
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_job_get, ARGS(I(id)), e));
    bool found = db_next(&r);
    if (found) read_job(&r, out, a);
    TRY(db_end(&r, e));
    return found ? OK : err_set(e, E_NOT_FOUND, "there is no job %" PRId64, id);
}

int job_list(struct db *db, i64 staff, i64 before, i64 limit, struct jobs *out,
             struct arena *a, struct err *e)
{
    ROWS r = {0};
    *out = (struct jobs){0};
    if (before == 0) before = INT64_MAX;
    if (staff)
        TRY(db_query(db, &r, SQL_job_of, ARGS(I(staff), I(before), I(limit)), e));
    else
        TRY(db_query(db, &r, SQL_job_all, ARGS(I(before), I(limit)), e));
    while (db_next(&r)) read_job(&r, PUSH(a, out), a);
    return db_end(&r, e);
}

int job_put(struct db *db, struct str kind, struct str args, i64 staff, instant now,
            i64 *id, struct err *e)
{
    return db_one(db, id, SQL_job_put,
                  ARGS(T(kind), T(args), staff ? I(staff) : NIL, I(now)), e);
}

int job_cancel(struct db *db, i64 id, instant now, struct err *e)
{
    i64 n = 0;
    TRY(db_run_count(db, SQL_job_cancel, ARGS(I(id), I(now)), &n, e));
    return n ? OK : err_set(e, E_NOT_FOUND, "job %" PRId64 " does not wait or run", id);
}

int job_ready(struct db *db, instant now, i64 *n, struct err *e)
{
    return db_one(db, n, SQL_job_ready, ARGS(I(now), I(now + 2 * JOB_LEASE)), e);
}

int job_claim(struct db *db, instant now, struct job_claim *out, struct err *e)
{
    u8 raw[16];
    *out = (struct job_claim){0};
    if (sodium_init() < 0) return err_set(e, E_DB, "libsodium does not start");
    randombytes_buf(raw, sizeof raw);
    sodium_bin2hex(out->worker, sizeof out->worker, raw, sizeof raw);
    TRY(db_run(db, SQL_job_give_up,
               ARGS(I(now), I(JOB_TRIES),
                    T(S("the program ended in the middle of it, every time it tried")),
                    I(now + 2 * JOB_LEASE)),
               e));
    int code = db_one(db, &out->id, SQL_job_claim,
                      ARGS(I(now), I(now + JOB_LEASE), T(str_of(out->worker)),
                           I(JOB_TRIES), I(now + 2 * JOB_LEASE)),
                      e);
    return code == E_NOT_FOUND ? OK : code;
}

static int gone(const struct job_claim *c, struct err *e)
{
    return err_set(e, E_NOT_FOUND, "job %" PRId64 " was taken by another worker", c->id);
}

int job_beat(struct db *db, const struct job_claim *c, i64 done, i64 total, instant now,
             bool *cancel, struct err *e)
{
    i64 asked = 0;
    int code = db_one(
        db, &asked, SQL_job_beat,
        ARGS(I(c->id), T(str_of(c->worker)), I(done), I(total), I(now + JOB_LEASE)), e);
    *cancel = asked != 0;
    return code == E_NOT_FOUND ? gone(c, e) : code;
}

int job_end(struct db *db, const struct job_claim *c, enum job_state state,
            struct str result, i64 file, struct str error, instant now, bool blinded,
            struct err *e)
{
    i64 n = 0;
    TRY(db_run_count(db, SQL_job_end,
                     ARGS(I(c->id), T(str_of(c->worker)), T(str_of(words[state])),
                          result.n ? T(result) : NIL, file ? I(file) : NIL,
                          error.n ? T(error) : NIL, I(now), I(blinded)),
                     &n, e));
    return n ? OK : gone(c, e);
}

int job_back(struct db *db, const struct job_claim *c, struct err *e)
{
    return db_run(db, SQL_job_back, ARGS(I(c->id), T(str_of(c->worker))), e);
}

int job_free_all(struct db *db, struct err *e)
{
    return db_run(db, SQL_job_free_all, NO_ARGS, e);
}
