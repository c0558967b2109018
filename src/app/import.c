#include "app/import.h"
#include "app/people.h"
#include "base/csv.h"
#include "base/num.h"
#include "store/studies.h"
#include "store/subject.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

const char *const import_verdict_word[IMPORT_VERDICTS] = {"new", "same", "changes",
                                                          "refused"};

enum { PIECE = 1 << 16, FORM_ROOM = 1 << 22, COLUMNS = 16 };

/* What was met already: an open-addressed set of hashes; 0 is no hash. */
struct seen {
    u64 *at;
    isize n, cap; /* cap: a power of two */
};

struct import {
    const struct import_in *in;
    struct import_done *out;
    struct studies_row study;
    struct studies_sites sites;
    struct protocol p;
    struct collect_kit kit;
    struct studies_known known;
    struct seen seen;
    struct arena met; /* where `seen` grows, while rows give their room back */
    bool rehearsed;
    struct hash so_far; /* of all that was said */
    struct act *act;    /* of the closure */
    const char *file;   /* of the row at hand */
    enum tidy_table table;
};

/* A row of a file, by the columns of its table. */
struct line {
    const struct csv *c;
    isize row;
    const isize *col; /* of tidy.def's column k */
};

/* --- what is said ------------------------------------------------------------------- */

static int say(struct import *m, struct import_row *row, struct arena tmp, struct err *e)
{
    row->file = m->file;
    row->table = m->table;
    if (!row->why) row->why = "";
    m->out->n[m->table][row->verdict]++;
    m->out->all[row->verdict]++;
    struct str part[] = {
        str_of(m->so_far.hex),
        str_fmt(&tmp, "%d %d %d", row->line, (int)row->table, (int)row->verdict),
        row->key, row->was, row->now};
    m->so_far = hash_of_all(part, COUNT(part));
    return m->in->tell ? m->in->tell(m->in->arg, row, e) : OK;
}

/* Refusals of a row; whatever else goes wrong stops the import. */
static bool of_row(int code)
{
    return code == E_RECORD || code == E_ANSWER || code == E_CSV || code == E_DAY ||
           code == E_NUMBER || code == E_NOT_FOUND || code == E_CONSTRAINT ||
           code == E_CHANGED || code == E_NOT_ALLOWED;
}

static struct str at(const struct line *l, isize k)
{
    return str_trim(csv_plain(csv_cell(l->c, l->row, l->col[k])));
}

/* Refused at a column: "column value: <sentence>". The file and line stand in the row. */
static int no(const struct line *l, isize k, struct err *e, const char *say)
{
    return err_set(e, E_RECORD, "column %.*s: %s", FMT(l->c->head[l->col[k]]), say);
}

/* A refusal of an act, with the column it is about. */
static int at_column(const struct line *l, isize k, int code, struct err *e)
{
    if (code == OK || !of_row(code)) return code;
    return err_at(e, code, "column %.*s", FMT(l->c->head[l->col[k]]));
}

/* With ';' between the cells a number may have a decimal comma. */
static int number(const struct line *l, isize k, double *out, struct err *e)
{
    struct str s = at(l, k);
    if (num_read(s, out, NULL) == OK) return OK;
    if (num_read_comma(s, out, NULL) != OK) return no(l, k, e, "not a number");
    if (l->c->sep == ';') return OK;
    return no(l, k, e, "a decimal comma; write a point, or put ; between the columns");
}

static void seen_grow(struct seen *s, struct arena *a)
{
    struct seen was = *s;
    s->cap = MAX(was.cap * 2, 1024);
    s->at = NEW(a, u64, s->cap);
    for (isize i = 0; i < was.cap; i++) {
        isize k = (isize)(was.at[i] & (u64)(s->cap - 1));
        if (!was.at[i]) continue;
        while (s->at[k]) k = (k + 1) & (s->cap - 1);
        s->at[k] = was.at[i];
    }
}

/* Whether the key was met before; then it is. */
static bool again(struct import *m, struct str key)
{
    struct str part[] = {str_of(tidy_name(m->table)), key};
    struct hash h = hash_of_all(part, COUNT(part));
    u64 x = 0;
    for (int i = 0; i < 16; i++)
        x = x << 4 | (u64)(h.hex[i] <= '9' ? h.hex[i] - '0' : h.hex[i] - 'a' + 10);
    x += x == 0;
    if (m->seen.n * 2 >= m->seen.cap) seen_grow(&m->seen, &m->met);
    isize k = (isize)(x & (u64)(m->seen.cap - 1));
    for (; m->seen.at[k]; k = (k + 1) & (m->seen.cap - 1))
        if (m->seen.at[k] == x) return true;
    m->seen.at[k] = x;
    m->seen.n++;
    return false;
}

/* --- whose row ---------------------------------------------------------------------- */

static int part_of(const struct line *l, i64 *out, struct err *e)
{
    double x = 0;
    struct str s = at(l, 2);
    if (s.n && (num_read(s, &x, NULL) != OK || x != floor(x) || !(x >= 0 && x < 1e9)))
        return no(l, 2, e, "the second key is a whole number, or 0");
    *out = (i64)x;
    return OK;
}

/* The row of the study's table. E_NOT_FOUND: nobody, or not for this viewer. */
static int find(struct import *m, const struct line *l, struct act *act,
                struct subject *out, struct err *e)
{
    struct str kind = at(l, 0);
    i64 part = 0;
    if (study_table(m->p.study, kind) < 0)
        return no(l, 0, e, "the study has no such table; see its definition");
    TRY(part_of(l, &part, e));
    int code = subject_find(act->db, &act->who, act_roles(act, MAY_SEE_PARTICIPANTS),
                            m->study.id, kind, at(l, 1), part, out, act->a, e);
    if (code == E_NOT_FOUND)
        return study_table(m->p.study, kind) == m->p.study->participants.table
                   ? err_set(e, E_NOT_FOUND,
                             "column code: no participant of this code; refer and enrol "
                             "them first")
                   : err_set(e, E_NOT_FOUND,
                             "column code: no row of this key; bring it in with "
                             "subjects.csv");
    TRY(code);
    return act_may_in(act, MAY_IMPORT, out->site, m->study.name, e);
}

/* --- subjects: kind,code,part,site ---------------------------------------------------- */

static int take_subject(struct import *m, const struct line *l, struct act *act,
                        struct import_row *row, struct err *e)
{
    struct subject s;
    struct new_subject in = {.study = m->study.id, .kind = at(l, 0), .code = at(l, 1)};
    struct str code = at(l, 3);
    int found = find(m, l, act, &s, e);
    for (isize i = 0; i < m->sites.n; i++)
        if (str_eq(m->sites.at[i].code, code)) in.site = m->sites.at[i].site;
    if (found != OK && found != E_NOT_FOUND) return found;
    if (!in.site) return no(l, 3, e, "no site of the study has this code");
    if (found == OK && s.site != in.site)
        return no(l, 3, e,
                  "it stands at another site; a transfer is entered on its page");
    row->verdict = found == OK ? IMPORT_SAME : IMPORT_NEW;
    if (found == OK) return OK;
    if (study_table(m->p.study, in.kind) == m->p.study->participants.table) return found;
    TRY(part_of(l, &in.part, e));
    i64 id = 0;
    TRY(act_may_in(act, MAY_IMPORT, in.site, m->study.name, e));
    return at_column(l, 1, people_subject_add(act, &in, &id, e), e);
}

/* --- attributes: kind,code,part,name,value --------------------------------------------- */

static int take_attribute(struct import *m, const struct line *l, struct act *act,
                          struct import_row *row, struct err *e)
{
    struct subject s;
    struct attributes now;
    struct str name = at(l, 3), value = at(l, 4), was = S("");
    TRY(find(m, l, act, &s, e));
    isize table = study_table(m->p.study, s.kind);
    const struct study_column *k = study_column(m->p.study, table, name);
    if (!k)
        return no(l, 3, e, "the table has no such column; see the study's definition");
    if (!value.n)
        return no(l, 4, e, "empty; leave the row out: an import takes nothing away");
    bool numeric = k->type == COLUMN_NUMBER || k->type == COLUMN_WHOLE;
    double x = NAN, y = NAN;
    if (numeric) {
        TRY(number(l, 4, &x, e));
        value = num_shortest(x, act->a);
    }
    TRY(attribute_of(act->db, &act->who, act_roles(act, MAY_SEE_PARTICIPANTS), s.id,
                     INSTANT_NOW, &now, act->a, e));
    for (isize i = 0; i < now.n; i++)
        if (str_eq(now.at[i].name, name)) was = now.at[i].value;
    bool same =
        str_eq(was, value) || (numeric && num_read(was, &y, NULL) == OK && x == y);
    row->verdict = same ? IMPORT_SAME : was.n ? IMPORT_CHANGES : IMPORT_NEW;
    row->was = was;
    row->now = value;
    if (same && study_column_entered(&m->p.study->tables.at[table], k)) return OK;
    return at_column(l, 4, people_attribute(act, s.id, name, value, e), e);
}

/* --- answers: kind,code,part,measure,time,day,mode,instrument,revision,item,value,missing,
** detail ----------------------------------------------------------------------------- */

enum {
    A_MEASURE = 3,
    A_TIME,
    A_DAY,
    A_MODE,
    A_INSTRUMENT,
    A_REVISION,
    A_ITEM,
    A_VALUE,
    A_MISSING,
    A_DETAIL,
    A_KEYS = A_ITEM /* the same in all lines of a form */
};

/* A form whose lines are being gathered. */
struct form {
    bool open;
    int line;
    struct str key[A_KEYS];
    struct str name;
    struct subject s;
    isize measure, time;
    day day;
    const struct instrument *in;
    struct answer *answer;
    bool *there;
    isize n;
    int code;             /* of its first refusal */
    struct err why;       /* of that */
    struct arena a, from; /* room of the form; the same, untouched */
};

static int form_begin(struct import *m, struct form *f, const struct line *l,
                      struct act *act, struct err *e)
{
    const struct study *s = m->p.study;
    TRY(find(m, l, act, &f->s, e));
    struct str measure = at(l, A_MEASURE), time = at(l, A_TIME);
    f->measure = f->time = -1;
    for (isize i = 0; i < s->measures.n; i++)
        if (str_eq(s->measures.at[i].id, measure)) f->measure = i;
    if (f->measure < 0) return no(l, A_MEASURE, e, "the study has no such measure");
    f->time = time.n ? study_time(s, time) : -1;
    if (time.n && f->time < 0)
        return no(l, A_TIME, e, "the study has no such time point");
    TRY(at_column(l, A_DAY, day_read(at(l, A_DAY), &f->day, e), e));
    const struct instrument *in = m->p.in[f->measure];
    if (!str_eq(at(l, A_INSTRUMENT), in->id))
        return no(l, A_INSTRUMENT, e,
                  "the study uses another instrument for this measure");
    if (!str_eq(at(l, A_REVISION), str_fmt(act->a, "%" PRId64, (i64)in->revision)))
        return no(
            l, A_REVISION, e,
            "the study uses another revision of the instrument; compare the two and "
            "write the revision that the answers fit");
    f->in = in;
    f->answer = NEW(&f->a, struct answer, in->items.n);
    f->there = NEW(&f->a, bool, in->items.n);
    return OK;
}

static int form_item(struct form *f, const struct line *l, struct arena tmp,
                     struct err *e)
{
    struct str value = at(l, A_VALUE), missing = at(l, A_MISSING);
    isize i = instrument_item(f->in, at(l, A_ITEM));
    double x = NAN;
    if (i < 0) return no(l, A_ITEM, e, "the instrument has no such item");
    if (f->there[i]) return no(l, A_ITEM, e, "the item stands twice in this form");
    if (value.n && missing.n)
        return no(l, A_MISSING, e,
                  "an item with a value is not missing; empty one of the two");
    f->there[i] = true;
    f->n++;
    if (value.n) {
        TRY(number(l, A_VALUE, &x, e));
        value = num_shortest(x, &tmp);
        TRY(at_column(l, A_VALUE,
                      answer_read(&f->in->items.at[i], value, &f->answer[i], e), e));
    } else {
        int k = 0;
        while (k < ANSWER_STATES && !str_is(missing, answer_state_word[k])) k++;
        if (k == ANSWER_STATES || k == ANSWER_GIVEN)
            return no(l, A_MISSING, e,
                      "a value, or why there is none: missing, not applicable, not known "
                      "or declined");
        f->answer[i].state = (enum answer_state)k;
    }
    f->answer[i].detail = str_dup(at(l, A_DETAIL), &f->a);
    return OK;
}

/* "item: 3 -> 4; ...": the items that differ. */
static void differing(const struct form *f, const struct answer *was,
                      struct import_row *row, struct arena *a)
{
    struct packed_diff d = packed_differ(f->in, was, f->answer, a);
    struct buf b[2] = {buf_in(a, 200), buf_in(a, 200)};
    for (isize i = 0; i < d.n; i++)
        for (int k = 0; k < 2; k++) {
            const struct answer *x = k ? &f->answer[d.at[i]] : &was[d.at[i]];
            buf_fmt(&b[k], "%s%.*s=%.*s", i ? " " : "", FMT(f->in->items.at[d.at[i]].id),
                    FMT(x->state == ANSWER_GIVEN ? num_shortest(x->value, a)
                                                 : str_of(answer_state_word[x->state])));
        }
    row->was = buf_str(&b[0]);
    row->now = buf_str(&b[1]);
}

static int form_save(struct import *m, struct form *f, struct act *act,
                     struct import_row *row, struct err *e)
{
    struct response now[2];
    struct form_done done;
    const struct study_measure *x = &m->p.study->measures.at[f->measure];
    if (f->code != OK) {
        *e = f->why;
        return f->code;
    }
    if (f->n < f->in->items.n)
        return err_set(
            e, E_RECORD,
            "column item: %td of %td items of the form stand here, one line each; "
            "an item without an answer says why in column missing",
            f->n, f->in->items.n);
    TRY(response_now(act->db, &act->who, f->s.id, x->id, f->key[A_TIME], now, act->a, e));
    i64 stands = m->kit.definition[f->measure];
    struct str packed = packed_write(f->in, f->answer, act->a);
    bool same = now[0].id && now[0].definition == stands && now[0].day == f->day &&
                str_eq(now[0].answers, packed);
    row->verdict = same ? IMPORT_SAME : now[0].id ? IMPORT_CHANGES : IMPORT_NEW;
    if (same) return OK;
    if (now[0].id && now[0].definition == stands) {
        struct answer *was = NEW(act->a, struct answer, f->in->items.n);
        TRY(packed_read(f->in, now[0].answers, was, act->a, e));
        differing(f, was, row, act->a);
    }
    if (now[0].id && now[0].day != f->day) {
        row->was = str_fmt(act->a, "%.*s %.*s", FMT(day_text(now[0].day, act->a)),
                           FMT(row->was));
        row->now =
            str_fmt(act->a, "%.*s %.*s", FMT(day_text(f->day, act->a)), FMT(row->now));
    }
    struct form_in in = {.key = {f->s.id, f->measure, f->time},
                         .answer = f->answer,
                         .pass = 1,
                         .day = f->day,
                         .mode = MODE_IMPORT,
                         .lang = m->in->lang,
                         .version = now[0].id};
    return collect_submit(act, &m->kit, &in, &done, e);
}

/* A row or form is over: what became of it. */
static int settle(struct import *m, int code, struct import_row *row, struct arena tmp,
                  struct err *e)
{
    struct err why;
    if (code != OK && !of_row(code)) return code;
    if (code != OK) {
        why = *e;
        row->verdict = IMPORT_REFUSED;
        row->was = row->now = S("");
        row->why = why.text;
        *e = (struct err){0};
    }
    if (m->act->who.blinded) row->was = row->now = S("");
    return say(m, row, tmp, e);
}

static int form_end(struct import *m, struct form *f, struct err *e)
{
    struct arena room = *m->act->a;
    struct act act = *m->act;
    struct import_row row = {.line = f->line, .key = f->name};
    if (!f->open) return OK;
    act.a = &room;
    f->open = false;
    int code = form_save(m, f, &act, &row, e);
    return settle(m, code, &row, room, e);
}

static int take_answer(struct import *m, struct form *f, const struct line *l,
                       struct err *e)
{
    bool same = f->open;
    for (isize k = 0; k < A_KEYS && same; k++)
        same = k == A_MODE || str_eq(f->key[k], at(l, k));
    struct arena room = *m->act->a;
    struct act act = *m->act;
    struct err why = {0};
    if (!same) {
        TRY(form_end(m, f, e));
        struct arena from = f->from;
        *f = (struct form){
            .open = true, .line = l->c->line[l->row], .a = from, .from = from};
        for (isize k = 0; k < A_KEYS; k++) f->key[k] = str_dup(at(l, k), &f->a);
        f->name = str_fmt(&f->a, "%.*s %.*s %.*s %.*s %.*s", FMT(f->key[0]),
                          FMT(f->key[1]), FMT(f->key[2]), FMT(f->key[3]), FMT(f->key[4]));
        bool twice = again(m, f->name);
        f->code = twice ? err_set(&why, E_RECORD,
                                  "the form stands twice in the files; its lines stand "
                                  "together, and once")
                        : form_begin(m, f, l, &act, &why);
    }
    if (f->code == OK)
        f->code = form_item(f, l, room, &why);
    else if (same)
        return OK; /* said with the first that is wrong */
    if (f->code != OK && !of_row(f->code)) {
        *e = why;
        return f->code;
    }
    if (f->code == OK) return OK;
    f->why = why; /* the form's first line may be another than this */
    (void)err_at(&f->why, f->code, "line %d", l->c->line[l->row]);
    return OK;
}

/* --- files -------------------------------------------------------------------------- */

static int more(void *arg, char *room, isize cap, isize *n, struct err *e)
{
    FILE *f = arg;
    *n = (isize)fread(room, 1, (size_t)cap, f);
    return ferror(f) ? err_set(e, E_IO, "a file cannot be read: %s", strerror(errno))
                     : OK;
}

/* Which table a head belongs to, and where its columns stand. */
static int table_of(const struct csv *head, enum tidy_table *out, isize *col,
                    struct err *e)
{
    for (int t = 0; t < TIDY_N; t++) {
        struct str rest = str_of(tidy_columns((enum tidy_table)t)), name;
        isize n = 0, found = 0;
        for (; str_cut(&rest, ',', &name); n++) {
            col[n] = -1;
            for (isize i = 0; i < head->n_cols; i++)
                if (str_eq(head->head[i], name)) col[n] = i;
            found += col[n] >= 0;
        }
        if (found < n || n != head->n_cols) continue;
        *out = (enum tidy_table)t;
        if (t == TIDY_subjects || t == TIDY_attributes || t == TIDY_answers) return OK;
        return err_set(e, E_UNSUPPORTED,
                       "%s: %s are not imported: what happens to people is entered on "
                       "their pages; leave this file out",
                       head->file, tidy_name((enum tidy_table)t));
    }
    return err_set(
        e, E_CSV,
        "%s: its columns are those of no table of an export; subjects have %s, "
        "attributes %s, answers %s",
        head->file, tidy_columns(TIDY_subjects), tidy_columns(TIDY_attributes),
        tidy_columns(TIDY_answers));
}

static int take_row(struct import *m, const struct line *l, struct err *e)
{
    bool value = m->table == TIDY_attributes;
    struct import_row row = {.line = l->c->line[l->row]};
    struct arena room = *m->act->a;
    row.key = str_fmt(&room, "%.*s %.*s %.*s%s%.*s", FMT(at(l, 0)), FMT(at(l, 1)),
                      FMT(at(l, 2)), value ? " " : "", FMT(value ? at(l, 3) : S("")));
    struct act act = *m->act;
    act.a = &room;
    int code = again(m, row.key)
                   ? err_set(e, E_RECORD,
                             "column code: this stands twice in the files; take one away")
               : value ? take_attribute(m, l, &act, &row, e)
                       : take_subject(m, l, &act, &row, e);
    return settle(m, code, &row, room, e);
}

static struct arena part(struct arena *a, isize bytes)
{
    char *room = NEW_RAW(a, char, bytes);
    return (struct arena){.at = room, .end = room + bytes, .trap = a->trap};
}

static int take_open(struct import *m, FILE *file, enum tidy_table only, struct err *e)
{
    struct csv_feed feed;
    struct csv c;
    isize col[COLUMNS];
    struct arena keep = *m->act->a; /* of this file */
    struct form form = {.from = part(&keep, FORM_ROOM)};
    const char *slash = strrchr(m->file, '/');
    m->file = slash ? slash + 1 : m->file;
    TRY(csv_feed_open(&feed, more, file, m->file, PIECE, &keep, e));
    TRY(table_of(&feed.head, &m->table, col, e));
    if (m->table != only) return OK;
    /* Rows take their room behind the piece; what was met stays in a room of its own. */
    struct act *outer = m->act;
    for (;;) {
        struct arena piece = keep;
        struct act act = *outer;
        TRY(csv_feed_next(&feed, &c, &piece, e));
        if (c.n == 0) break;
        act.a = &piece;
        m->act = &act;
        int code = OK;
        for (isize i = 0; i < c.n && code == OK; i++) {
            struct line l = {&c, i, col};
            code =
                only == TIDY_answers ? take_answer(m, &form, &l, e) : take_row(m, &l, e);
        }
        m->act = outer;
        TRY(code);
    }
    struct act last = *outer;
    last.a = &keep;
    m->act = &last;
    int code = form_end(m, &form, e);
    m->act = outer;
    return code;
}

struct taking {
    struct import *m;
    FILE *f;
    enum tidy_table only;
    struct err *e;
    int code;
};

static void take_caught(void *arg)
{
    struct taking *t = arg;
    t->code = take_open(t->m, t->f, t->only, t->e);
}

static int take_file(struct import *m, const char *path, enum tidy_table only,
                     struct err *e)
{
    struct arena *a = m->act->a;
    FILE *f = fopen(path, "rb");
    m->file = path;
    if (!f)
        return err_set(e, errno == ENOENT ? E_NO_FILE : E_IO, "%s: cannot be read: %s",
                       path, strerror(errno));
    struct taking t = {.m = m, .f = f, .only = only, .e = e};
    bool full = arena_caught(take_caught, &t);
    (void)fclose(f);
    if (full) arena_refuse(a);
    return t.code;
}

/* --- all ---------------------------------------------------------------------------- */

static int inside(struct act *act, void *arg, struct err *e)
{
    static const enum tidy_table order[] = {TIDY_subjects, TIDY_attributes, TIDY_answers};
    struct import *m = arg;
    *m->out = (struct import_done){0};
    m->so_far = hash_of(m->in->study);
    struct act own = *act;
    own.known = &m->known;
    m->act = &own;
    /* What was met grows in a room of its own: rows give theirs back. */
    m->met = part(act->a, (act->a->end - act->a->at) / 4);
    m->seen = (struct seen){0};
    m->rehearsed = false;
    if (m->in->begin) TRY(m->in->begin(m->in->arg, e));
    for (isize k = 0; k < COUNT(order); k++)
        for (isize i = 0; i < m->in->n; i++)
            TRY(take_file(m, m->in->file[i], order[k], e));
    snprintf(m->out->mark, sizeof m->out->mark, "%.16s", m->so_far.hex);
    if (m->in->mark && strcmp(m->in->mark, m->out->mark) != 0)
        return err_set(
            e, E_CHANGED,
            "these files would no longer do what the rehearsal said: a file or "
            "what stands in the store is another; rehearse again");
    m->rehearsed = !m->in->apply;
    if (m->rehearsed) return err_set(e, E_CANCELLED, "a rehearsal: undone");
    isize n = m->out->all[IMPORT_REFUSED];
    return n == 0
               ? OK
               : err_set(e, E_RECORD,
                         "%td rows are refused, so nothing was changed; the report says "
                         "which and why",
                         n);
}

int import_run(struct act *act, const struct import_in *in, struct import_done *out,
               struct err *e)
{
    struct import m = {.in = in, .out = out};
    i64 *rows;
    *out = (struct import_done){0};
    TRY(studies_by_name(act->db, in->study, &m.study, act->a, e));
    int code = act_may_in(act, MAY_IMPORT, 0, m.study.name, e);
    for (isize i = 0; i < act->who.n_roles && code != OK; i++)
        code = act_may_in(act, MAY_IMPORT, act->who.role[i].site, m.study.name, e);
    TRY(code);
    TRY(studies_sites_of(act->db, m.study.id, &m.sites, act->a, e));
    TRY(studies_protocol(act->db, m.study.id, &m.p, &rows, act->a, e));
    m.kit = (struct collect_kit){m.study.id, m.p.study, m.p.in, rows};
    *PUSH(act->a, &m.known) = (struct studies_read){m.study.definition, m.p.study};
    code = act_together(act, inside, &m, e);
    if (code != E_CANCELLED || !m.rehearsed) return code;
    *e = (struct err){0};
    return OK;
}
