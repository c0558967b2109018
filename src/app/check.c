#include "app/check.h"
#include "app/visiting.h"
#include "base/file.h"
#include "base/yaml.h"
#include "store/definition.h"
#include "store/erasure.h"
#include "store/journal.h"
#include "store/migrate.h"
#include "store/response.h"
#include "store/statements.h"
#include "study/packed.h"
#include "study/score.h"
#include <string.h>

struct checking {
    const struct check_in *in;
    struct check_line *line;
    struct arena *a;
};

/* What a check found goes into its line; only what ends everything comes back. */
typedef int check_part(struct checking *c, struct err *e);

static int wrong(struct checking *c, const struct err *why)
{
    c->line->state = CHECK_WRONG;
    c->line->words = str_dup(str_of(why->text), c->a);
    return OK;
}

static int skipped(struct checking *c, const char *why)
{
    c->line->state = CHECK_SKIPPED;
    c->line->words = str_of(why);
    return OK;
}

static int check_file(struct checking *c, struct err *e)
{
    struct str first = {0};
    struct err why = {0};
    i64 n = 0;
    if (strcmp(db_engine(c->in->db), "sqlite") != 0)
        return skipped(c, "the database server looks after its own files");
    int code = db_check(c->in->db, &n, &first, c->a, &why);
    if (code == OK && n > 0)
        err_set(&why, E_DAMAGED, "%" PRId64 " faults; the first: %.*s", n, FMT(first));
    return why.text[0] ? wrong(c, &why) : OK;
}

static int check_schema(struct checking *c, struct err *e)
{
    struct err why = {0};
    c->line->n = MIGRATION_N;
    return migrate_check(c->in->db, *c->a, &why) == OK ? OK : wrong(c, &why);
}

/* Every row of every table can be read, and as many as the table says it has. */
static int check_rows(struct checking *c, struct err *e)
{
    for (isize i = 0; i < TABLE_N; i++) {
        const struct table *t = &table_list[i];
        struct err why = {0};
        i64 n = 0;
        if (t->last) continue;
        if (db_one(c->in->db, &n, t->count, NO_ARGS, &why) != OK) return wrong(c, &why);
        c->line->n += n;
    }
    return OK;
}

static int check_journal(struct checking *c, struct err *e)
{
    struct err why = {0};
    return journal_verify(c->in->db, &c->line->n, *c->a, &why) == OK ? OK
                                                                     : wrong(c, &why);
}

/* The list is whole, and the one in the folder knows nobody whom the store has not erased. */
static int check_erasures(struct checking *c, struct err *e)
{
    struct arena tmp = *c->a;
    struct erasures all;
    struct erasure_list had;
    struct err why = {0};
    i64 n = 0;
    if (erasure_all(c->in->db, &all, &tmp, &why) != OK) return wrong(c, &why);
    c->line->n = all.n;
    if (!c->in->erasures || !c->in->key || !file_exists(c->in->erasures)) return OK;
    if (erasure_read(c->in->erasures, c->in->key, &had, &tmp, &why) != OK)
        return wrong(c, &why);
    for (isize i = 0; i < had.all.n; i++) n += !erasure_known(&all, &had.all.at[i]);
    if (n == 0) return OK;
    err_set(&why, E_DIFFERS,
            "the list of the data folder knows %" PRId64
            " that the store does not: restart the server, which does them anew",
            n);
    return wrong(c, &why);
}

/* Each text is still the one whose hash records were made under. */
static int check_definitions(struct checking *c, struct err *e)
{
    struct definition_rows all;
    struct err why = {0};
    struct arena list = *c->a;
    if (definition_all(c->in->db, &all, &list, &why) != OK) return wrong(c, &why);
    for (isize i = 0; i < all.n; i++, c->line->n++) {
        struct arena tmp = list;
        struct definition_row d;
        struct yaml *doc = NULL;
        int code = definition_get(c->in->db, all.at[i].id, &d, &tmp, &why);
        if (code == OK) code = yaml_read(d.text, "its text", &doc, &tmp, &why);
        if (code == OK) {
            struct hash h = hash_of(json_canonical(yaml_to_json(doc, &tmp), &tmp));
            if (!str_is(d.hash, h.hex))
                code = err_set(&why, E_REVISION, "the text was changed");
        }
        if (code == OK) continue;
        err_at(&why, code, "%.*s %.*s, revision %" PRId64, FMT(all.at[i].kind),
               FMT(str_brief(all.at[i].name, 60)), all.at[i].revision);
        return wrong(c, &why);
    }
    return OK;
}

static bool same(double x, double y)
{
    return x == y || (x != x && y != y);
}

/* The scores kept with a response are those that its answers give under its definition. */
static int check_score(struct checking *c, const struct instrument *in, i64 id,
                       struct str line, struct arena tmp, struct err *why)
{
    const struct viewer program = {.staff = -1}; /* nobody's eyes: nothing is shown */
    struct score_rows kept;
    isize n = in->scores.n, found = 0;
    struct answer *answer = NEW(&tmp, struct answer, in->items.n);
    struct score *score = NEW(&tmp, struct score, n);
    TRY(packed_read(in, line, answer, &tmp, why));
    score_all(in, answer, score);
    TRY(response_scores(c->in->db, &program, id, &kept, &tmp, why));
    for (isize i = 0; i < n; i++)
        for (isize k = 0; k < kept.n; k++) {
            const struct score_row *r = &kept.at[k];
            const struct score *s = &score[i];
            if (!str_eq(r->score, in->scores.at[i].id)) continue;
            found += same(r->value, s->value) && same(r->lo, s->lo) &&
                     same(r->hi, s->hi) && r->n_items == s->n_items &&
                     r->n_answered == s->n_answered && r->prorated == s->prorated &&
                     r->imputed == s->imputed && r->short_of_all == s->short_of_all &&
                     str_eq(r->band, score_band(&in->scores.at[i], *s));
        }
    if (found == n && kept.n == n) return OK;
    return err_set(why, E_DIFFERS,
                   "the scores kept with it are not those that its answers give");
}

/* Instruments are opened once, then responses gone through a page at a time. */
static int check_scores(struct checking *c, struct err *e)
{
    enum { AT_ONCE = 500 };
    struct opened {
        i64 id;
        struct instrument *in;
    };
    struct LIST(struct opened) all = {0};
    struct definition_rows rows;
    struct err why = {0};
    struct arena keep = *c->a;
    i64 after = 0, bad = 0;
    struct err first = {0};
    if (definition_all(c->in->db, &rows, &keep, &why) != OK) return wrong(c, &why);
    for (isize i = 0; i < rows.n; i++) {
        struct opened o = {.id = rows.at[i].id};
        if (!str_is(rows.at[i].kind, "instrument")) continue;
        /* one that cannot be read is another check's business until a response needs it */
        if (definition_instrument(c->in->db, o.id, &o.in, &keep, &why) == OK)
            *PUSH(&keep, &all) = o;
    }
    for (isize got = AT_ONCE; got == AT_ONCE;) {
        struct arena tmp = keep;
        struct page {
            i64 id, definition;
            struct str answers;
        } *page = NEW(&tmp, struct page, AT_ONCE);
        ROWS r = {0};
        TRY(db_query(c->in->db, &r, SQL_response_after, ARGS(I(after), I(AT_ONCE)), e));
        for (got = 0; db_next(&r); got++)
            page[got] = (struct page){db_i64(&r, 0), db_i64(&r, 1), db_str(&r, 2, &tmp)};
        TRY(db_end(&r, e));
        for (isize i = 0; i < got; i++) {
            const struct instrument *in = NULL;
            after = page[i].id;
            for (isize k = 0; k < all.n; k++)
                if (all.at[k].id == page[i].definition) in = all.at[k].in;
            why = (struct err){0};
            int code = in ? check_score(c, in, after, page[i].answers, tmp, &why)
                          : err_set(&why, E_NOT_FOUND, "its instrument cannot be read");
            c->line->n++;
            if (c->in->step) TRY(c->in->step(c->in->arg, c->line->n, 0, e));
            if (code != OK && bad++ == 0)
                err_set(&first, code, "response %" PRId64 ": %s", after, why.text);
        }
    }
    if (bad > 1) {
        struct err one = first;
        err_set(&first, one.code, "%" PRId64 " of %" PRId64 "; the first: %s", bad,
                c->line->n, one.text);
    }
    return bad ? wrong(c, &first) : OK;
}

struct waiting {
    struct checking *c;
    i64 bad, first;
    int stopped; /* by step */
};

static int check_wait(struct db *db, const struct visiting_count *v, void *arg,
                      struct err *e)
{
    struct waiting *w = arg;
    struct checking *c = w->c;
    (void)db;
    c->line->n++;
    if ((v->v.waits != v->waits || v->on != asked_on(v->waits)) && w->bad++ == 0)
        w->first = v->v.id;
    if (c->in->step) w->stopped = c->in->step(c->in->arg, c->line->n, 0, e);
    return w->stopped;
}

/* What visits say they wait for is what their study asks and nobody has entered. */
static int check_visits(struct checking *c, struct err *e)
{
    struct waiting w = {.c = c};
    struct err why = {0};
    int code = visiting_count_all(c->in->db, 0, check_wait, &w, *c->a, &why);
    if (w.stopped) return err_pass(e, w.stopped, &why);
    if (code == OK && w.bad)
        code = err_set(&why, E_DIFFERS,
                       "%" PRId64 " visits do not wait for the forms that are missing; "
                       "the first: visit %" PRId64,
                       w.bad, w.first);
    return code == OK ? OK : wrong(c, &why);
}

/* Every head was signed with the key of this key file: with another one anybody can sign. */
static int check_key(struct checking *c, struct err *e)
{
    struct journal_key ours;
    i64 others = 0;
    struct err why = {0};
    if (!c->in->key) return skipped(c, "no key file was given");
    key_journal(c->in->key, &ours);
    ROWS r = {0};
    int code = db_query(c->in->db, &r, SQL_journal_head_list, NO_ARGS, &why);
    while (code == OK && db_next(&r)) {
        struct arena tmp = *c->a;
        others += !str_is(db_str(&r, 3, &tmp), ours.public_hex);
        c->line->n++;
    }
    if (code == OK) code = db_end(&r, &why);
    if (code != OK) return wrong(c, &why);
    if (c->line->n == 0) return skipped(c, "the journal was never signed");
    if (others == 0) return OK;
    err_set(&why, E_KEY,
            "the journal was signed with another key than this one, %" PRId64 " times",
            others);
    return wrong(c, &why);
}

static int read_through(const struct attachment_box *box, const struct attachment *att,
                        struct arena tmp, struct err *e)
{
    struct attachment_out *o = NULL;
    struct str piece = {0};
    i64 size = 0;
    int code = attachment_open(&o, box, att, &tmp, e);
    do {
        if (code == OK) code = attachment_next(o, &piece, e);
        size += piece.n;
    } while (code == OK && piece.n > 0);
    attachment_close(o);
    if (code == OK && size != att->size)
        code = err_set(e, E_SEAL, "it has another length than was written down");
    return code;
}

static int check_attachments(struct checking *c, struct err *e)
{
    enum { AT_ONCE = 200 };
    const struct attachment_box box = {c->in->attachments, c->in->key};
    char after[64] = "";
    i64 lost = 0;
    struct err first = {0};
    if (!box.folder) return skipped(c, "their folder was not given");
    for (isize got = AT_ONCE; got == AT_ONCE;) {
        struct arena tmp = *c->a;
        struct ids ids = {0};
        ROWS r = {0};
        TRY(db_query(c->in->db, &r, SQL_attachment_files,
                     ARGS(T(str_of(after)), I(AT_ONCE)), e));
        for (got = 0; db_next(&r); got++) {
            struct str name = db_str(&r, 0, &tmp);
            snprintf(after, sizeof after, "%.*s", FMT(name));
            *PUSH(&tmp, &ids) = db_i64(&r, 1);
        }
        TRY(db_end(&r, e));
        for (isize i = 0; i < ids.n; i++) {
            struct attachment att;
            struct arena each = tmp;
            struct err why = {0};
            if (c->in->step) TRY(c->in->step(c->in->arg, c->line->n, 0, e));
            int code = attachment_get(c->in->db, ids.at[i], &att, &each, &why);
            if (code == E_NOT_FOUND) continue; /* dropped meanwhile */
            if (code == OK && box.key) code = read_through(&box, &att, each, &why);
            if (code == OK && !box.key &&
                !file_exists(file_join(&each, box.folder, str_c(att.file, &each))))
                code = err_set(&why, E_NO_FILE, "its file is not there");
            c->line->n++;
            if (code == OK) continue;
            if (lost++ == 0)
                err_set(&first, code, "attachment %" PRId64 ": %s", ids.at[i], why.text);
        }
    }
    if (lost > 1) {
        struct err last = first;
        err_set(&first, last.code, "%" PRId64 " of %" PRId64 "; the first: %s", lost,
                c->line->n, last.text);
    }
    return lost ? wrong(c, &first) : OK;
}

/* A day that is over belongs to a file whose change nobody ended. */
static int check_orphans(struct checking *c, struct err *e)
{
    const struct attachment_box box = {c->in->attachments, c->in->key};
    struct orphans o;
    struct err why = {0};
    struct arena tmp = *c->a;
    if (!box.folder) return skipped(c, "their folder was not given");
    i64 before = (c->in->now - 24 * (i64)HOUR) / SECOND;
    if (attachment_orphans(c->in->db, &box, before, &o, &tmp, &why) != OK)
        return wrong(c, &why);
    c->line->n = o.files.n;
    if (o.files.n > 0)
        c->line->words = str_of("files that nothing refers to; they can be deleted");
    return OK;
}

static const struct {
    const char *what;
    check_part *run;
} parts[] = {
    {"file", check_file},         {"schema", check_schema},
    {"rows", check_rows},         {"journal", check_journal},
    {"erasures", check_erasures}, {"definitions", check_definitions},
    {"scores", check_scores},     {"visits", check_visits},
    {"key", check_key},           {"attachments", check_attachments},
    {"left over", check_orphans},
};

const char *check_state_word(enum check_state s)
{
    return s == CHECK_FINE ? "fine" : s == CHECK_WRONG ? "wrong" : "skipped";
}

int check_store(const struct check_in *in, struct check_lines *out, i64 *n_wrong,
                struct arena *a, struct err *e)
{
    *out = (struct check_lines){0};
    *n_wrong = 0;
    for (isize i = 0; i < COUNT(parts); i++) {
        struct check_line *l = PUSH(a, out);
        *l = (struct check_line){.what = parts[i].what};
        if (in->step) TRY(in->step(in->arg, i, COUNT(parts), e));
        struct checking c = {in, l, a};
        TRY(parts[i].run(&c, e));
        *n_wrong += l->state == CHECK_WRONG;
    }
    return OK;
}

struct str check_json(const struct check_lines *l, i64 n_wrong, struct arena *a)
{
    struct buf b = buf_in(a, 1024);
    struct json_out w = json_to(&b, 0);
    json_open(&w, NULL, '{');
    json_put_int(&w, "wrong", n_wrong);
    json_open(&w, "checks", '[');
    for (isize i = 0; i < l->n; i++) {
        json_open(&w, NULL, '{');
        json_put_str(&w, "what", str_of(l->at[i].what));
        json_put_str(&w, "state", str_of(check_state_word(l->at[i].state)));
        json_put_int(&w, "n", l->at[i].n);
        json_put_str(&w, "words", l->at[i].words);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    json_close(&w, '}');
    return buf_str(&b);
}

/* --- as a job ----------------------------------------------------------------------- */

static int step(void *arg, i64 done, i64 total, struct err *e)
{
    return total ? job_step(arg, done, total, e) : OK;
}

int check_job(struct job_run *w, struct err *e)
{
    struct check_in in = {.db = w->act.db, .now = w->act.now, .step = step, .arg = w};
    struct check_lines lines;
    i64 n = 0;
    TRY(check_store(&in, &lines, &n, w->act.a, e));
    w->result = check_json(&lines, n, w->act.a);
    return OK;
}
