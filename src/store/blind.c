#include "store/blind.h"
#include "store/statements.h"

struct row {
    const char *kind;
    struct str name;
};
struct rows_open LIST(struct row);

static void add(struct rows_open *out, bool open, const char *kind, struct str name,
                struct arena *a)
{
    if (open) *PUSH(a, out) = (struct row){kind, name};
}

static struct rows_open said(const struct study *s, struct arena *a)
{
    struct rows_open out = {0};
    add(&out, study_open_words(s), "words", S(""), a);
    add(&out, study_open_clinician(s), "clinician", S(""), a);
    for (isize t = 0; t < s->tables.n; t++) {
        const struct study_table *table = &s->tables.at[t];
        add(&out, study_open_table(s, t), "table", table->id, a);
        for (isize c = 0; c < table->columns.n; c++)
            add(&out, study_open_column(s, t, c), "column",
                str_fmt(a, "%.*s.%.*s", FMT(table->id), FMT(table->columns.at[c].id)), a);
    }
    for (isize m = 0; m < s->measures.n; m++)
        add(&out, study_open_measure(s, m), "measure", s->measures.at[m].id, a);
    for (isize t = 0; t < s->times.n; t++)
        add(&out, study_open_time(s, t), "time", s->times.at[t].id, a);
    return out;
}

int blind_same(struct db *db, i64 study, const struct study *s, bool *same,
               struct arena tmp, struct err *e)
{
    struct rows_open want = said(s, &tmp);
    isize found = 0, n = 0;
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_blind_open_of, ARGS(I(study)), e));
    for (; db_next(&r); n++) {
        struct arena each = tmp;
        struct str kind = db_str(&r, 0, &each), name = db_str(&r, 1, &each);
        for (isize i = 0; i < want.n; i++)
            found += str_is(kind, want.at[i].kind) && str_eq(name, want.at[i].name);
    }
    TRY(db_end(&r, e));
    *same = n == want.n && found == n;
    return OK;
}

int blind_put(struct db *db, i64 study, const struct study *s, struct arena tmp,
              struct err *e)
{
    bool same = false;
    TRY(blind_same(db, study, s, &same, tmp, e));
    if (same) return OK;
    struct rows_open want = said(s, &tmp);
    TRY(db_run(db, SQL_blind_open_clear, ARGS(I(study)), e));
    for (isize i = 0; i < want.n; i++)
        TRY(db_run(db, SQL_blind_open_put,
                   ARGS(I(study), T(str_of(want.at[i].kind)), T(want.at[i].name)), e));
    return OK;
}

int blind_any(struct db *db, const struct viewer *who, i64 study, const char *kind,
              bool *shown, struct err *e)
{
    i64 n = 1;
    if (who->blinded)
        TRY(db_one(db, &n, SQL_blind_open_any, ARGS(I(study), T(str_of(kind))), e));
    *shown = n > 0;
    return OK;
}
