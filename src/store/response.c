#include "store/response.h"
#include "store/statements.h"
#include <math.h>
#include <string.h>

const char *const response_mode_word[MODE_N] = {"staff", "paper", "participant",
                                                "import"};

enum { PRORATED = 1, IMPUTED = 2, SHORT_OF_ALL = 4 };
enum { COLUMNS = 18 }; /* of a response; what else a statement gives stands behind */

static enum response_mode mode_of(struct str word)
{
    int m = MODE_N - 1;
    while (m > 0 && !str_is(word, response_mode_word[m])) m--;
    return (enum response_mode)m;
}

static void read_response(struct rows *r, struct response *out, struct arena *a)
{
    *out = (struct response){.id = db_i64(r, 0),
                             .subject = db_i64(r, 1),
                             .visit = db_i64(r, 2),
                             .measure = db_str(r, 3, a),
                             .time = db_str(r, 4, a),
                             .pass = (int)db_i64(r, 5),
                             .definition = db_i64(r, 6),
                             .wording = db_i64(r, 7),
                             .day = (day)db_i64(r, 8),
                             .mode = mode_of(db_str(r, 9, a)),
                             .staff = db_i64(r, 10),
                             .staff_name = db_str(r, 11, a),
                             .lang = db_str(r, 12, a),
                             .answers = db_str(r, 13, a),
                             .at = db_i64(r, 14),
                             .gone = db_i64(r, 15),
                             .replaces = db_i64(r, 16),
                             .reason = db_str(r, 17, a)};
}

static int read_all(struct rows *r, struct responses *out, struct arena *a, struct err *e)
{
    while (db_next(r)) read_response(r, PUSH(a, out), a);
    return db_end(r, e);
}

int response_get(struct db *db, const struct viewer *who, i64 id, struct response *out,
                 struct arena *a, struct err *e)
{
    struct responses found = {0};
    if (who->staff) {
        ROWS r = {0};
        TRY(db_query(db, &r, SQL_response_get, ARGS(I(id)), e));
        TRY(read_all(&r, &found, a, e));
    }
    if (found.n == 0)
        return err_say_of(e, E_NOT_FOUND, "REFUSED_NO_RESPONSE", SAID(SAY_INT(id)));
    *out = found.at[0];
    return OK;
}

int response_of(struct db *db, const struct viewer *who, i64 subject, instant as_of,
                struct responses *out, struct arena *a, struct err *e)
{
    *out = (struct responses){0};
    if (!who->staff) return OK;
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_response_of, ARGS(I(subject), I(as_of)), e));
    return read_all(&r, out, a, e);
}

int response_now(struct db *db, const struct viewer *who, i64 subject, struct str measure,
                 struct str time, struct response out[2], struct arena *a, struct err *e)
{
    out[0] = out[1] = (struct response){0};
    if (!who->staff) return OK;
    struct responses found = {0};
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_response_now, ARGS(I(subject), T(measure), T(time)), e));
    TRY(read_all(&r, &found, a, e));
    for (isize i = 0; i < found.n; i++) out[found.at[i].pass - 1] = found.at[i];
    return OK;
}

int response_history(struct db *db, const struct viewer *who, i64 subject,
                     struct str measure, struct str time, int pass, struct responses *out,
                     struct arena *a, struct err *e)
{
    *out = (struct responses){0};
    if (!who->staff) return OK;
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_response_history,
                 ARGS(I(subject), T(measure), T(time), I(pass)), e));
    return read_all(&r, out, a, e);
}

/* --- all of a study ----------------------------------------------------------------- */

enum { PAGE = 200, KEY_ROOM = 512 };

int response_stream(struct db *db, const struct viewer *who, i64 study, instant as_of,
                    struct response_stream *out, struct arena *a, struct err *e)
{
    *out = (struct response_stream){.db = db,
                                    .study = study,
                                    .as_of = as_of,
                                    .kind = NEW(a, char, KEY_ROOM),
                                    .code = NEW(a, char, KEY_ROOM),
                                    .part = -1,
                                    .subjects = PAGE};
    if (!who->staff) return err_say(e, E_NOT_ALLOWED, "REFUSED_NOBODY_READS");
    return OK;
}

static bool keep(char *room, struct str s)
{
    if (s.n >= KEY_ROOM) return false;
    if (s.n) memcpy(room, s.at, (size_t)s.n);
    room[s.n] = 0;
    return true;
}

static int open_page(struct response_stream *s)
{
    const struct db_arg arg[] = {
        I(s->study), T(str_of(s->kind)), T(str_of(s->code)), I(s->part),
        I(PAGE),     I(s->as_of)};
    s->subjects = 0;
    return db_query(s->db, &s->rows,
                    s->as_of == AS_NOW ? SQL_response_page : SQL_response_page_as_of, arg,
                    COUNT(arg), &s->why);
}

bool response_next(struct response_stream *s, struct response_row *out, struct arena *a)
{
    while (!s->failed) {
        if (!s->rows.at) {
            if (s->subjects < PAGE) return false; /* the last page was not full */
            s->failed = open_page(s);
            if (s->failed) return false;
        }
        if (!db_next(&s->rows)) {
            s->failed = db_end(&s->rows, &s->why);
            continue;
        }
        struct str kind = db_str(&s->rows, COLUMNS, a),
                   code = db_str(&s->rows, COLUMNS + 1, a);
        i64 part = db_i64(&s->rows, COLUMNS + 2);
        bool same = part == s->part && str_is(kind, s->kind) && str_is(code, s->code);
        if (!same) s->subjects++;
        if (!keep(s->kind, kind) || !keep(s->code, code)) {
            s->failed = err_say_of(&s->why, E_TOO_BIG, "REFUSED_CODE_LONG",
                                   SAID(SAY_INT(KEY_ROOM - 1)));
            return false;
        }
        s->part = part;
        if (db_is_null(&s->rows, 0)) continue; /* a subject without responses */
        read_response(&s->rows, &out->r, a);
        out->kind = kind;
        out->code = code;
        out->part = part;
        out->site = db_i64(&s->rows, COLUMNS + 3);
        return true;
    }
    return false;
}

int response_stream_end(struct response_stream *s, struct err *e)
{
    rows_close(&s->rows);
    return s->failed ? err_pass(e, s->failed, &s->why) : OK;
}

/* --- scores ------------------------------------------------------------------------- */

static void read_score(struct rows *r, struct score_row *out, struct arena *a)
{
    i64 flags = db_i64(r, 6);
    *out = (struct score_row){.score = db_str(r, 0, a),
                              .value = db_real(r, 1),
                              .lo = db_real(r, 2),
                              .hi = db_real(r, 3),
                              .n_items = (int)db_i64(r, 4),
                              .n_answered = (int)db_i64(r, 5),
                              .prorated = (flags & PRORATED) != 0,
                              .imputed = (flags & IMPUTED) != 0,
                              .short_of_all = (flags & SHORT_OF_ALL) != 0,
                              .band = db_str(r, 7, a)};
}

int response_scores(struct db *db, const struct viewer *who, i64 response,
                    struct score_rows *out, struct arena *a, struct err *e)
{
    *out = (struct score_rows){0};
    if (!who->staff) return OK;
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_score_of, ARGS(I(response)), e));
    while (db_next(&r)) read_score(&r, PUSH(a, out), a);
    return db_end(&r, e);
}

int response_series(struct db *db, const struct viewer *who, i64 subject,
                    struct score_points *out, struct arena *a, struct err *e)
{
    *out = (struct score_points){0};
    if (!who->staff) return OK;
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_score_series, ARGS(I(subject)), e));
    while (db_next(&r)) {
        struct score_point *p = PUSH(a, out);
        read_score(&r, &p->score, a);
        p->response = db_i64(&r, 8);
        p->measure = db_str(&r, 9, a);
        p->time = db_str(&r, 10, a);
        p->day = (day)db_i64(&r, 11);
    }
    return db_end(&r, e);
}

/* --- writing ------------------------------------------------------------------------ */

static struct db_arg id_or_null(i64 id)
{
    return id ? I(id) : NIL;
}

int response_put(struct db *db, struct response *r, struct err *e)
{
    int code = db_one(db, &r->id, SQL_response_put,
                      ARGS(I(r->subject), id_or_null(r->visit), T(r->measure), T(r->time),
                           I(r->pass), I(r->definition), id_or_null(r->wording),
                           I(r->day), T(str_of(response_mode_word[r->mode])),
                           id_or_null(r->staff), T(r->lang), T(r->answers), I(r->at),
                           id_or_null(r->replaces), r->reason.n ? T(r->reason) : NIL),
                      e);
    if (code == E_NOT_FOUND) return err_say(e, E_CHANGED, "REFUSED_FORM_ENTERED");
    return code;
}

int response_end(struct db *db, i64 id, instant at, struct err *e)
{
    i64 n = 0;
    TRY(db_run_count(db, SQL_response_end, ARGS(I(id), I(at)), &n, e));
    return n ? OK : err_say(e, E_CHANGED, "REFUSED_FORM_CORRECTED");
}

static void score_args(const struct scoredef *d, struct score s, struct db_arg out[8])
{
    struct str band = score_band(d, s);
    int flags = (s.prorated ? PRORATED : 0) | (s.imputed ? IMPUTED : 0) |
                (s.short_of_all ? SHORT_OF_ALL : 0);
    const struct db_arg arg[8] = {
        T(d->id),     R(s.value),      R(s.lo),  R(s.hi),
        I(s.n_items), I(s.n_answered), I(flags), band.n ? T(band) : NIL};
    memcpy(out, arg, sizeof arg);
}

int response_put_scores(struct db *db, i64 response, const struct scoredef *d,
                        const struct score *s, isize n, struct err *e)
{
    enum { AT_ONCE = 4, EACH = 8 };
    struct db_arg arg[1 + AT_ONCE * EACH] = {I(response)};
    for (isize i = 0, k; i < n; i += k) {
        k = n - i >= AT_ONCE ? AT_ONCE : 1;
        for (isize j = 0; j < k; j++) score_args(&d[i + j], s[i + j], &arg[1 + j * EACH]);
        TRY(db_run(db, k == 1 ? SQL_score_put : SQL_score_put_four, arg, 1 + k * EACH,
                   e));
    }
    return OK;
}

int response_place(struct db *db, const struct response_ask *q,
                   struct response_place *out, struct arena *a, struct err *e)
{
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_response_place,
                 ARGS(I(q->subject), T(q->measure), T(q->time), I(q->pass), I(q->staff),
                      I(q->link)),
                 e));
    bool found = db_next(&r);
    if (found) {
        struct str state = db_str(&r, 7, a);
        bool begun = str_is(state, "enrolled") || str_is(state, "not started") ||
                     str_is(state, "dropped out") || str_is(state, "completed") ||
                     str_is(state, "died");
        *out = (struct response_place){
            .study = db_i64(&r, 0),
            .site = db_i64(&r, 1),
            .kind = db_str(&r, 2, a),
            .code = db_str(&r, 3, a),
            .part = db_i64(&r, 4),
            .collecting =
                db_is_null(&r, 5) || (begun && str_is(db_str(&r, 6, a), "open")),
            .clinician = db_i64(&r, 8),
            .visit = {.id = db_i64(&r, 9),
                      .waits = db_i64(&r, 19),
                      .held = str_is(db_str(&r, 10, a), "held"),
                      .closed = db_i64(&r, 20) != 0},
            .definition = db_i64(&r, 18),
            .now = {db_i64(&r, 11), db_i64(&r, 14)},
            .by = {db_i64(&r, 12), db_i64(&r, 15)},
            .paper = str_is(db_str(&r, 13, a), "paper"),
            .draft = db_i64(&r, 16),
            .draft_version = db_i64(&r, 17)};
    }
    TRY(db_end(&r, e));
    return found ? OK : err_say(e, E_NOT_FOUND, "REFUSED_NO_ROW");
}

/* --- alerts ------------------------------------------------------------------------- */

static int read_alerts(struct rows *r, struct alert_rows *out, struct arena *a,
                       struct err *e)
{
    while (db_next(r))
        *PUSH(a, out) = (struct alert_row){.id = db_i64(r, 0),
                                           .response = db_i64(r, 1),
                                           .subject = db_i64(r, 2),
                                           .site = db_i64(r, 3),
                                           .kind = db_str(r, 4, a),
                                           .code = db_str(r, 5, a),
                                           .measure = db_str(r, 6, a),
                                           .time = db_str(r, 7, a),
                                           .item = db_str(r, 8, a),
                                           .part = db_i64(r, 9),
                                           .staff = db_i64(r, 10),
                                           .staff_name = db_str(r, 11, a),
                                           .at = db_i64(r, 12),
                                           .seen = db_i64(r, 13),
                                           .seen_by = db_i64(r, 14),
                                           .seen_name = db_str(r, 15, a),
                                           .note = db_str(r, 16, a),
                                           .study = db_i64(r, 17)};
    return db_end(r, e);
}

int alert_open(struct db *db, const struct viewer *who, i64 study, i64 site, i64 staff,
               i64 after, isize limit, struct alert_rows *out, struct arena *a,
               struct err *e)
{
    *out = (struct alert_rows){0};
    if (!who->staff) return OK;
    ROWS r = {0};
    if (staff)
        TRY(db_query(db, &r, SQL_alert_open_staff,
                     ARGS(I(study), I(staff), I(after), I(limit)), e));
    else if (site)
        TRY(db_query(db, &r, SQL_alert_open_site,
                     ARGS(I(study), I(site), I(after), I(limit)), e));
    else
        TRY(db_query(db, &r, SQL_alert_open_all, ARGS(I(study), I(after), I(limit)), e));
    return read_alerts(&r, out, a, e);
}

int alert_of(struct db *db, const struct viewer *who, i64 subject, struct alert_rows *out,
             struct arena *a, struct err *e)
{
    *out = (struct alert_rows){0};
    if (!who->staff) return OK;
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_alert_of, ARGS(I(subject)), e));
    return read_alerts(&r, out, a, e);
}

int alert_get(struct db *db, const struct viewer *who, i64 id, struct alert_row *out,
              struct arena *a, struct err *e)
{
    struct alert_rows found = {0};
    if (who->staff) {
        ROWS r = {0};
        TRY(db_query(db, &r, SQL_alert_get, ARGS(I(id)), e));
        TRY(read_alerts(&r, &found, a, e));
    }
    if (found.n == 0)
        return err_say_of(e, E_NOT_FOUND, "REFUSED_NO_ALERT_ROW", SAID(SAY_INT(id)));
    *out = found.at[0];
    return OK;
}
