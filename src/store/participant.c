#include "store/participant.h"
#include "store/blind.h"
#include "store/statements.h"
#include "store/subject_parts.h"
#include <stdlib.h>

/* --- words and steps --------------------------------------------------------- */

enum { LIVE = 1 };
static const struct {
    const char *word, *key;
    bool live;
} states[IN_N] = {
    {"", "", false},
#define STATE(name, word, live) {word, "PEOPLE_STATE_" #name, live},
#include "store/participant_state.def"
#undef STATE
};

/* Sets of states; bit 0 is nobody yet. */
#define S_(name) (1u << IN_##name)
static const struct {
    const char *word, *key;
    enum participant_state to;
} events[EV_N] = {
#define EVENT(name, word, to) {word, "PEOPLE_EVENT_" #name, to},
#include "store/participant_event.def"
#undef EVENT
};
static const unsigned steps[EV_N] = {
#define STEP(event, from) [EV_##event] = (from),
#include "store/participant_step.def"
#undef STEP
};

const char *participant_state_word(enum participant_state s)
{
    return states[s].word;
}

const char *participant_event_word(enum participant_event k)
{
    return events[k].word;
}

const char *participant_state_text(enum participant_state s)
{
    return states[s].key;
}

const char *participant_event_text(enum participant_event k)
{
    return events[k].key;
}

bool participant_live(enum participant_state s)
{
    return states[s].live;
}

int participant_state_read(struct str word, enum participant_state *out, struct err *e)
{
    for (int i = IN_NOBODY + 1; i < IN_N; i++)
        if (str_is(word, states[i].word)) {
            *out = (enum participant_state)i;
            return OK;
        }
    return err_say(e, E_NOT_FOUND, "REFUSED_NO_STATE");
}

int participant_event_read(struct str word, enum participant_event *out, struct err *e)
{
    for (int i = 0; i < EV_N; i++)
        if (str_is(word, events[i].word)) {
            *out = (enum participant_event)i;
            return OK;
        }
    return err_say(e, E_NOT_FOUND, "REFUSED_NO_EVENT_KIND");
}

int participant_step(enum participant_state from, enum participant_event k,
                     enum participant_state *to, struct err *e)
{
    if (steps[k] & (1u << from)) {
        *to = events[k].to == IN_SAME ? from : events[k].to;
        return OK;
    }
    if (from == IN_NOBODY)
        return err_say_of(e, E_CONSTRAINT, "REFUSED_STEP_FIRST",
                          SAID(SAY_TEXT(events[k].key)));
    return err_say_of(e, E_CONSTRAINT, "REFUSED_STEP",
                      SAID(SAY_TEXT(events[k].key), SAY_TEXT(states[from].key)));
}

static const char *const DATA_WORD[DATA_N] = {"open", "keep", "stop", "erase", "erased"};

const char *participant_data_word(enum participant_data d)
{
    return DATA_WORD[d];
}

static int data_of(struct str word)
{
    int i = 0;
    while (i < DATA_N - 1 && !str_is(word, DATA_WORD[i])) i++;
    return i;
}

/* --- rows -------------------------------------------------------------------- */

static int read_row(struct rows *r, struct participant *p, struct arena *a, struct err *e)
{
    *p = (struct participant){.subject = db_i64(r, 0),
                              .study = db_i64(r, 1),
                              .site = db_i64(r, 2),
                              .code = db_str(r, 3, a),
                              .site_name = db_str(r, 4, a),
                              .since = (day)db_i64(r, 6),
                              .clinician = db_i64(r, 7),
                              .clinician_name = db_str(r, 8, a),
                              .data = (enum participant_data)data_of(db_str(r, 9, a))};
    return participant_state_read(db_str(r, 5, a), &p->state, e);
}

static int one(struct rows *r, struct participant *out, struct arena *a, struct err *e)
{
    bool found = db_next(r);
    if (found) TRY(read_row(r, out, a, e));
    TRY(db_end(r, e));
    return found ? OK : err_say(e, E_NOT_FOUND, "REFUSED_NO_PARTICIPANT");
}

int participant_row(struct db *db, i64 subject, struct participant *out, struct arena *a,
                    struct err *e)
{
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_participant_row, ARGS(I(subject)), e));
    return one(&r, out, a, e);
}

int participant_get(struct db *db, const struct viewer *who, struct str roles,
                    i64 subject, struct participant *out, struct arena *a, struct err *e)
{
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_participant_get,
                 ARGS(I(who->staff), T(roles), I(who->today), I(subject)), e));
    return one(&r, out, a, e);
}

/* --- lists ------------------------------------------------------------------- */

static int all(struct rows *r, struct participants *out, struct arena *a, struct err *e)
{
    while (db_next(r)) {
        struct participant p;
        TRY(read_row(r, &p, a, e));
        *PUSH(a, out) = p;
    }
    return db_end(r, e);
}

int participant_owed(struct db *db, const struct viewer *who, struct str roles, i64 study,
                     struct participants *out, struct arena *a, struct err *e)
{
    ROWS r = {0};
    *out = (struct participants){0};
    TRY(db_query(db, &r, SQL_participant_erasure_owed,
                 ARGS(I(who->staff), T(roles), I(who->today), I(study)), e));
    return all(&r, out, a, e);
}

/* The range of codes of a page, as one lower and one upper bound: two lower ones would make the
** engine walk from the wrong one.  The smallest text above `after` is after and U+0001, since
** codes have no control characters; nothing sorts above U+10FFFF. */
struct range {
    struct str low, high;
};
static struct range range_of(const struct participant_filter *f, struct arena *a)
{
    struct range r = {
        .low = f->code,
        .high = str_fmt(a, "%.*s\xF4\x8F\xBF\xBF", FMT(f->code)),
    };
    if (f->after.n && str_cmp(f->after, f->code) >= 0)
        r.low = str_fmt(a, "%.*s\x01", FMT(f->after));
    return r;
}

/* The rows of one site (0: asked by somebody who sees every site). */
static int page_of(struct db *db, const struct viewer *who, struct str roles,
                   const struct participant_filter *f, const struct range *in, i64 site,
                   isize n, struct participants *out, struct arena *a, struct err *e)
{
    ROWS r = {0};
    bool shown = false;
    TRY(blind_any(db, who, f->study, "clinician", &shown, e));
    if (f->clinician && !shown) return OK;
    struct db_arg state = T(str_of(states[f->state].word));
    struct db_arg staff = I(who->staff), role = T(roles), today = I(who->today),
                  study = I(f->study), low = T(in->low), high = T(in->high);
    if (f->clinician)
        TRY(db_query(db, &r, SQL_participant_page_clinician,
                     ARGS(staff, role, today, study, low, high, I(f->clinician), I(site),
                          state, I(n)),
                     e));
    else if (site && f->state)
        TRY(db_query(db, &r, SQL_participant_page_site_state,
                     ARGS(staff, role, today, study, low, high, I(site), state, I(n)),
                     e));
    else if (site)
        TRY(db_query(db, &r, SQL_participant_page_site,
                     ARGS(staff, role, today, study, low, high, I(site), I(n)), e));
    else if (f->state)
        TRY(db_query(db, &r, SQL_participant_page_state,
                     ARGS(staff, role, today, study, low, high, state, I(n)), e));
    else
        TRY(db_query(db, &r, SQL_participant_page,
                     ARGS(staff, role, today, study, low, high, I(n)), e));
    return all(&r, out, a, e);
}

static int by_code(const void *x, const void *y)
{
    const struct participant *p = x, *q = y;
    return str_cmp(p->code, q->code);
}

/* Somebody with roles at a few sites: a page of each, put together. */
static int page_of_sites(struct db *db, const struct viewer *who, struct str roles,
                         const struct participant_filter *f, const struct range *in,
                         isize n, struct participants *out, struct arena *a,
                         struct err *e)
{
    struct subject_sites sites = subject_sites(who, roles, a);
    for (isize i = 0; i < sites.n; i++)
        TRY(page_of(db, who, roles, f, in, sites.at[i], n, out, a, e));
    if (sites.n < 2 || out->n == 0) return OK;
    qsort(out->at, (size_t)out->n, sizeof *out->at, by_code);
    isize kept = 1;
    for (isize i = 1; i < out->n; i++)
        if (out->at[i].subject != out->at[kept - 1].subject) out->at[kept++] = out->at[i];
    out->n = kept;
    return OK;
}

int participant_list(struct db *db, const struct viewer *who, struct str roles,
                     const struct participant_filter *f, struct participant_page *out,
                     struct arena *a, struct err *e)
{
    enum { USUAL = 50, MOST = 1000 };
    isize n = f->n > 0 ? MIN(f->n, MOST) : USUAL;
    struct range in = range_of(f, a);
    *out = (struct participant_page){0};
    if (f->site || f->clinician)
        TRY(page_of(db, who, roles, f, &in, f->site, n + 1, &out->rows, a, e));
    else
        TRY(page_of_sites(db, who, roles, f, &in, n + 1, &out->rows, a, e));
    out->more = out->rows.n > n;
    out->rows.n = MIN(out->rows.n, n);
    return OK;
}

int participant_counts(struct db *db, const struct viewer *who, struct str roles,
                       i64 study, struct participant_counts *out, struct arena *a,
                       struct err *e)
{
    ROWS r = {0};
    *out = (struct participant_counts){0};
    TRY(db_query(db, &r, SQL_participant_counts,
                 ARGS(I(who->staff), T(roles), I(who->today), I(study)), e));
    while (db_next(&r)) {
        i64 site = db_i64(&r, 0);
        if (out->n == 0 || out->at[out->n - 1].site != site)
            *PUSH(a, out) = (struct participant_counts_row){
                .site = site, .code = db_str(&r, 1, a), .name = db_str(&r, 2, a)};
        enum participant_state s = IN_NOBODY;
        if (db_is_null(&r, 3)) continue;
        TRY(participant_state_read(db_str(&r, 3, a), &s, e));
        out->at[out->n - 1].n[s] = db_i64(&r, 4);
        out->at[out->n - 1].n[IN_NOBODY] += db_i64(&r, 4);
    }
    return db_end(&r, e);
}

/* --- what follows from events ------------------------------------------------- */

int participant_fold_event(struct rows *r, int col, struct participant_fold *out,
                           struct arena tmp, struct err *e)
{
    enum participant_event k = EV_N;
    enum participant_state to = IN_NOBODY;
    TRY(participant_event_read(db_str(r, col, &tmp), &k, e));
    TRY(participant_step(out->state, k, &to, e));
    out->last = (day)db_i64(r, col + 1);
    if (events[k].to != IN_SAME) out->since = out->last;
    out->state = to;
    if (!db_is_null(r, col + 2)) { /* a new place: its clinician is given with it */
        out->site = db_i64(r, col + 2);
        out->clinician = db_i64(r, col + 3);
    } else if (!db_is_null(r, col + 3)) {
        out->clinician = db_i64(r, col + 3);
    }
    return OK;
}

int participant_fold(struct db *db, i64 subject, instant as_of,
                     struct participant_fold *out, struct arena tmp, struct err *e)
{
    ROWS r = {0};
    *out = (struct participant_fold){0};
    TRY(db_query(db, &r, SQL_participant_events_fold, ARGS(I(subject), I(as_of)), e));
    while (db_next(&r)) TRY(participant_fold_event(&r, 0, out, tmp, e));
    return db_end(&r, e);
}

int participant_count(struct db *db, i64 study, i64 site, enum participant_state s,
                      int by, struct err *e)
{
    struct db_arg state = T(str_of(states[s].word));
    return by > 0 ? db_run(db, SQL_participant_count_add,
                           ARGS(I(study), I(site), state, I(by)), e)
                  : db_run(db, SQL_participant_count_less,
                           ARGS(I(study), I(site), state, I(-by)), e);
}

int participant_settle(struct db *db, i64 subject, enum participant_data data,
                       struct participant_fold *out, struct arena tmp, struct err *e)
{
    struct participant was;
    TRY(participant_row(db, subject, &was, &tmp, e));
    TRY(participant_fold(db, subject, INSTANT_NOW, out, tmp, e));
    TRY(db_run(db, SQL_participant_set,
               ARGS(I(subject), I(out->site), T(str_of(states[out->state].word)),
                    I(out->since), out->clinician ? I(out->clinician) : NIL,
                    T(str_of(DATA_WORD[data]))),
               e));
    if (out->site != was.site)
        TRY(db_run(db, SQL_subject_set_site, ARGS(I(subject), I(out->site)), e));
    if (out->site == was.site && out->state == was.state) return OK;
    TRY(participant_count(db, was.study, was.site, was.state, -1, e));
    return participant_count(db, was.study, out->site, out->state, 1, e);
}
