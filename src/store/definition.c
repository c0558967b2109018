#include "store/definition.h"
#include "store/statements.h"
#include "study/library.h"

static void read_row(struct rows *r, struct definition_row *d, bool with_text,
                     struct arena *a)
{
    *d = (struct definition_row){.id = db_i64(r, 0),
                                 .revision = db_i64(r, 1),
                                 .kind = db_str(r, 2, a),
                                 .name = db_str(r, 3, a),
                                 .hash = db_str(r, 4, a),
                                 .at = db_i64(r, 5)};
    if (with_text) d->text = db_str(r, 6, a);
}

static int one(struct rows *r, struct definition_row *out, struct arena *a, struct err *e)
{
    bool found = db_next(r);
    if (found) read_row(r, out, true, a);
    TRY(db_end(r, e));
    return found ? OK : err_set(e, E_NOT_FOUND, "there is no such definition");
}

int definition_get(struct db *db, i64 id, struct definition_row *out, struct arena *a,
                   struct err *e)
{
    ROWS r = {0};
    TRY(db_query(db, &r, SQL_definition_get, ARGS(I(id)), e));
    return one(&r, out, a, e);
}

int definition_of(struct db *db, const char *kind, struct str name, i64 revision,
                  struct definition_row *out, struct arena *a, struct err *e)
{
    ROWS r = {0};
    if (revision > 0)
        TRY(db_query(db, &r, SQL_definition_revision,
                     ARGS(T(str_of(kind)), T(name), I(revision)), e));
    else
        TRY(db_query(db, &r, SQL_definition_newest, ARGS(T(str_of(kind)), T(name)), e));
    int code = one(&r, out, a, e);
    if (code != E_NOT_FOUND) return code;
    return err_set(e, code, "there is no %s '%.*s' in the store", kind,
                   FMT(str_brief(name, 60)));
}

int definition_all(struct db *db, struct definition_rows *out, struct arena *a,
                   struct err *e)
{
    ROWS r = {0};
    *out = (struct definition_rows){0};
    TRY(db_query(db, &r, SQL_definition_list, NO_ARGS, e));
    while (db_next(&r)) read_row(&r, PUSH(a, out), false, a);
    return db_end(&r, e);
}

/* Against the newest that is there: the same content under the same revision is that row, a
** higher revision is new, everything else is refused. */
int definition_put(struct db *db, struct str text, const char *file, instant at, i64 *id,
                   bool *fresh, struct arena tmp, struct err *e)
{
    struct yaml *doc = NULL;
    struct definition d = {0};
    struct definition_row was = {0}, last = {0};
    struct err none = {0};
    TRY(yaml_read(text, file, &doc, &tmp, e));
    TRY(library_head(doc, &d, &tmp, e));
    const char *kind = str_c(d.kind, &tmp);
    int same = definition_of(db, kind, d.id, d.revision, &was, &tmp, &none);
    if (same == OK) {
        *id = was.id;
        *fresh = false;
        if (str_is(was.hash, d.hash.hex)) return OK;
        return err_set(e, E_REVISION,
                       "%s: %s '%.*s' changed under revision %d, which is in the store "
                       "with other content; give the new content a new revision",
                       file, kind, FMT(d.id), d.revision);
    }
    if (same != E_NOT_FOUND) return err_set(e, same, "%s", none.text);
    int newest = definition_of(db, kind, d.id, 0, &last, &tmp, &none);
    if (newest == OK && last.revision > d.revision)
        return err_set(e, E_REVISION,
                       "%s: %s '%.*s' is revision %d, but %" PRId64
                       " is in the store; give it a higher one",
                       file, kind, FMT(d.id), d.revision, last.revision);
    if (newest != OK && newest != E_NOT_FOUND) return err_set(e, newest, "%s", none.text);
    *fresh = true;
    return db_one(
        db, id, SQL_definition_add,
        ARGS(T(d.kind), T(d.id), I(d.revision), T(str_of(d.hash.hex)), T(text), I(at)),
        e);
}

/* A definition's name in errors is its kind, name and revision: it has no file any more. */
static int document(struct db *db, i64 id, const char *kind, struct yaml **doc,
                    struct arena *a, struct err *e)
{
    struct definition_row d;
    TRY(definition_get(db, id, &d, a, e));
    if (!str_is(d.kind, kind))
        return err_set(e, E_NOT_FOUND, "definition %" PRId64 " is no %s", id, kind);
    const char *name =
        str_fmt(a, "%s %.*s, revision %" PRId64, kind, FMT(d.name), d.revision).at;
    return yaml_read(d.text, name, doc, a, e);
}

int definition_study(struct db *db, i64 id, struct study **out, struct arena *a,
                     struct err *e)
{
    struct yaml *doc = NULL;
    TRY(document(db, id, "study", &doc, a, e));
    return study_read(doc, out, a, e);
}

int definition_instrument(struct db *db, i64 id, struct instrument **out, struct arena *a,
                          struct err *e)
{
    struct yaml *doc = NULL;
    TRY(document(db, id, "instrument", &doc, a, e));
    return instrument_read(doc, out, a, e);
}

int definition_plan(struct db *db, i64 id, const struct study *s, struct plan **out,
                    struct arena *a, struct err *e)
{
    struct yaml *doc = NULL;
    TRY(document(db, id, "plan", &doc, a, e));
    return plan_read(doc, s, out, a, e);
}
