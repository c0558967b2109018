#include "app/import.h"
#include "app/import_parts.h"
#include "app/transfer.h"
#include "base/num.h"
#include "store/statements.h"

#include <stdio.h>
#include <string.h>

const char *const import_verdict_word[IMPORT_VERDICTS] = {"new", "same", "changes",
                                                          "refused"};

/* --- what is said ------------------------------------------------------------------- */

static int say(struct import *m, struct import_row *row, struct arena tmp, struct err *e)
{
    if (m->silent) return OK;
    m->out->n[row->table][row->verdict]++;
    m->out->all[row->verdict]++;
    struct str part[] = {
        str_of(m->so_far.hex),
        str_fmt(&tmp, "%d %d %d", row->line, (int)row->table, (int)row->verdict),
        row->key, row->was, row->now};
    m->so_far = hash_of_all(part, COUNT(part));
    return m->in->tell ? m->in->tell(m->in->arg, row, e) : OK;
}

bool import_of_row(int code)
{
    return code == E_RECORD || code == E_ANSWER || code == E_CSV || code == E_DAY ||
           code == E_NUMBER || code == E_NOT_FOUND || code == E_CONSTRAINT ||
           code == E_CHANGED || code == E_NOT_ALLOWED || code == E_USAGE;
}

/* What a row before it, that is refused, may have caused. */
static bool follows(int code)
{
    return code == E_NOT_FOUND || code == E_CONSTRAINT || code == E_NOT_ALLOWED;
}

int import_settle(struct import_unit *u, enum tidy_table t, const struct import_line *l,
                  struct str name, int code, enum import_verdict verdict, struct str was,
                  struct str now, struct err *e)
{
    struct import *m = u->m;
    struct arena tmp = *u->act->a;
    struct err why;
    struct import_row row = {.file = m->in->file[l->file].name,
                             .line = l->line,
                             .table = t,
                             .verdict = verdict,
                             .why = ""};
    if (code != OK && !import_of_row(code)) return code;
    row.key = name.n ? str_fmt(&tmp, "%.*s %.*s", FMT(u->name), FMT(name)) : u->name;
    if (verdict == IMPORT_CHANGES && !m->act_blinded) {
        row.was = was;
        row.now = now;
    }
    if (code != OK) {
        why = *e;
        row.verdict = IMPORT_REFUSED;
        row.was = row.now = S("");
        *e = (struct err){0};
        if (u->broken && u->broken != l && follows(code))
            (void)err_say_of(&why, code, "IMPORT_RESTS",
                             SAID(SAY_INT(u->broken->line),
                                  SAY_CODE(str_of(m->in->file[u->broken->file].name))));
        row.why = str_c(err_said(&why, m->in->tongue, &tmp), &tmp);
        if (!u->broken && t == TIDY_subjects) u->broken = l;
    }
    return say(m, &row, tmp, e);
}

int import_no(enum tidy_table t, const struct import_line *l, isize k, struct err *e,
              const char *key)
{
    return import_at(t, l, k, err_say(e, E_RECORD, key), e);
}

int import_at(enum tidy_table t, const struct import_line *l, isize k, int code,
              struct err *e)
{
    if (code == OK || !import_of_row(code)) return code;
    struct str name =
        l->place && t != TIDY_subjects ? str_of(l->place) : import_column(t, k);
    return err_in(e, code, "IMPORT_COLUMN", SAID(SAY_CODE(name)));
}

int import_number(enum tidy_table t, const struct import_line *l, isize k, double *out,
                  struct err *e)
{
    struct str s = l->cell[k];
    if (num_read(s, out, NULL) == OK) return OK;
    if (num_read_comma(s, out, NULL) != OK)
        return import_no(t, l, k, e, "IMPORT_NOT_NUMBER");
    return l->comma ? OK : import_no(t, l, k, e, "IMPORT_COMMA");
}

int import_day(enum tidy_table t, const struct import_line *l, isize k, day *out,
               struct err *e)
{
    if (day_read(l->cell[k], out, NULL) == OK) return OK;
    return import_no(t, l, k, e, "IMPORT_DAY");
}

int import_staff(struct import_unit *u, enum tidy_table t, const struct import_line *l,
                 isize k, i64 *out, struct err *e)
{
    *out = 0;
    if (!l->cell[k].n) return OK;
    struct err none;
    int code = db_one(u->act->db, out, SQL_subject_staff,
                      ARGS(I(u->m->study.id), T(l->cell[k])), &none);
    if (code != E_NOT_FOUND) return code == OK ? OK : err_pass(e, code, &none);
    return import_no(t, l, k, e, "IMPORT_NO_STAFF");
}

i64 import_site(const struct import *m, struct str code)
{
    for (isize i = 0; i < m->sites.n; i++)
        if (code.n && str_eq(m->sites.at[i].code, code)) return m->sites.at[i].site;
    return 0;
}

struct str import_listed(const struct str *s, isize n, struct arena *a)
{
    struct buf b = buf_in(a, 200);
    isize i = 0;
    for (; i < n && b.n + s[i].n < 150; i++)
        buf_fmt(&b, "%s%.*s", i ? ", " : "", FMT(s[i]));
    if (i < n) buf_put(&b, S(", ..."));
    return buf_str(&b);
}

int import_no_site(const struct import *m, enum tidy_table t, const struct import_line *l,
                   isize k, struct err *e)
{
    char room[1024];
    struct arena tmp = {.at = room, .end = room + sizeof room, .base = room};
    struct str code[16];
    isize n = MIN(m->sites.n, COUNT(code));
    for (isize i = 0; i < n; i++) code[i] = m->sites.at[i].code;
    struct str all = import_listed(code, n, &tmp);
    return import_at(t, l, k,
                     err_say_of(e, E_RECORD, "IMPORT_NO_SITE", SAID(SAY_CODE(all))), e);
}

int import_no_time(const struct import *m, enum tidy_table t, const struct import_line *l,
                   isize k, struct err *e)
{
    char room[1024];
    struct arena tmp = {.at = room, .end = room + sizeof room, .base = room};
    struct str id[16];
    isize n = MIN(m->p.study->times.n, COUNT(id));
    for (isize i = 0; i < n; i++) id[i] = m->p.study->times.at[i].id;
    struct str all = import_listed(id, n, &tmp);
    return import_at(t, l, k,
                     err_say_of(e, E_RECORD, "IMPORT_NO_TIME", SAID(SAY_CODE(all))), e);
}

int import_in_column(enum tidy_table t, isize k, int code, struct err *e)
{
    return err_in(e, code, "IMPORT_COLUMN", SAID(SAY_CODE(import_column(t, k))));
}

int import_no_subject(const struct import_unit *u, struct err *e)
{
    bool person = u->table == u->m->p.study->participants.table;
    return import_in_column(
        TIDY_subjects, 1,
        err_say(e, E_NOT_FOUND, person ? "IMPORT_NO_PERSON" : "IMPORT_NO_ROW"), e);
}

int import_refuse_all(struct import_unit *u, enum tidy_table t, const struct err *why,
                      struct err *e)
{
    struct import_lines all;
    TRY(import_lines_of(&u->m->rows, u->at, t, &all, u->act->a, e));
    for (isize i = 0; i < all.n; i++) {
        int code = err_pass(e, why->code, why);
        TRY(import_settle(u, t, &all.at[i], S(""), code, IMPORT_NEW, S(""), S(""), e));
    }
    return OK;
}

/* --- one subject --------------------------------------------------------------------- */

static int refused(struct import_unit *u, const struct err *why, struct err *e)
{
    for (int t = 0; t < TIDY_N; t++)
        TRY(import_refuse_all(u, (enum tidy_table)t, why, e));
    return OK;
}

/* The study's tables, as a sentence lists them. */
static int no_table(const struct study *s, struct err *e)
{
    char room[1024];
    struct arena tmp = {.at = room, .end = room + sizeof room, .base = room};
    struct str id[16];
    isize n = MIN(s->tables.n, COUNT(id));
    for (isize i = 0; i < n; i++) id[i] = s->tables.at[i].id;
    struct str all = import_listed(id, n, &tmp);
    return import_in_column(
        TIDY_subjects, 0, err_say_of(e, E_RECORD, "IMPORT_NO_TABLE", SAID(SAY_CODE(all))),
        e);
}

/* Who it is. *why: for what reason all rows are refused; its code is OK when they are not. */
static int find(struct import_unit *u, struct err *why, struct err *e)
{
    struct import *m = u->m;
    struct subject s;
    double x = 0;
    *why = (struct err){0};
    u->table = study_table(m->p.study, u->key->kind);
    if (u->table < 0)
        no_table(m->p.study, why);
    else if (!u->key->code.n)
        import_in_column(TIDY_subjects, 1, err_say(why, E_RECORD, "IMPORT_CODE_EMPTY"),
                         why);
    else if (num_read(u->key->part, &x, NULL) != OK || !(x >= 0 && x < 1e9) ||
             x != (double)(i64)x)
        import_in_column(TIDY_subjects, 2, err_say(why, E_RECORD, "IMPORT_PART"), why);
    if (why->code != OK) return OK;
    u->part = (i64)x;
    int code =
        subject_find(u->act->db, &u->act->who, act_roles(u->act, MAY_SEE_PARTICIPANTS),
                     m->study.id, u->key->kind, u->key->code, u->part, &s, u->act->a, e);
    if (code == E_NOT_FOUND) {
        *e = (struct err){0};
        return OK;
    }
    TRY(code);
    u->id = s.id;
    u->site = s.site;
    code = act_may_in(u->act, MAY_IMPORT, s.site, m->study.name, e);
    if (code == E_NOT_ALLOWED) {
        err_pass(why, E_RECORD, e);
        *e = (struct err){0};
        return OK;
    }
    return code;
}

static int take_subject(struct import *m, struct act *outer, isize at, struct err *e)
{
    struct arena room = *outer->a;
    struct act act = *outer;
    struct err why, people_only;
    act.a = &room;
    act.known = &m->known;
    act.imports = true;
    struct import_unit u = {
        .m = m, .act = &act, .at = at, .key = &m->rows.subjects.at[at]};
    m->act_blinded = act.who.blinded;
    u.name = str_fmt(&room, "%.*s %.*s %.*s", FMT(u.key->kind), FMT(u.key->code),
                     FMT(u.key->part));
    TRY(find(&u, &why, e));
    if (why.code != OK) return m->silent ? OK : refused(&u, &why, e);
    static const enum tidy_table people[] = {TIDY_events, TIDY_criteria, TIDY_consents};
    if (u.table == m->p.study->participants.table) return import_people(&u, e);
    TRY(import_subject_rows(&u, e));
    if (m->silent) return OK; /* others only need that it is there */
    TRY(import_values(&u, e));
    TRY(import_forms(&u, e));
    TRY(import_visits_last(&u, e));
    import_in_column(TIDY_subjects, 0,
                     err_say(&people_only, E_RECORD, "IMPORT_PEOPLE_ONLY"), &people_only);
    for (isize k = 0; k < COUNT(people); k++)
        TRY(import_refuse_all(&u, people[k], &people_only, e));
    return OK;
}

/* --- all: subjects by rank ------------------------------------------------------------ */

struct run {
    struct import *m;
    isize *order;        /* of subjects */
    isize n, from, next; /* of a piece of the rehearsal: [from, next) */
    bool *link;          /* by place in the order: comes along with each piece */
    isize linked;        /* none of them from here on */
    bool whole;          /* one piece */
    bool undone;
    struct import_done before;
    struct hash so_far;
};

static isize rows_of(const struct import *m, isize at)
{
    const struct import_subject *s = &m->rows.subjects.at[at];
    isize n = 0; /* about: a row has some fifty bytes */
    for (isize i = s->from; i < s->from + s->n; i++)
        n += m->rows.extents.at[i].bytes / 50 + 1;
    return n;
}

static int piece(struct act *act, void *arg, struct err *e)
{
    struct run *r = arg;
    struct import *m = r->m;
    isize rows = 0;
    *m->out = r->before;
    m->so_far = r->so_far;
    r->undone = false;
    if (m->in->begin) TRY(m->in->begin(m->in->arg, e));
    m->silent = true;
    for (isize i = 0; i < MIN(r->linked, r->from); i++)
        if (r->link[i]) TRY(take_subject(m, act, r->order[i], e));
    m->silent = false;
    for (r->next = r->from; r->next < r->n; r->next++) {
        if (!r->whole && rows >= IMPORT_TOGETHER) break;
        rows += rows_of(m, r->order[r->next]);
        TRY(take_subject(m, act, r->order[r->next], e));
    }
    r->undone = true;
    return err_say(e, E_CANCELLED, "REFUSED_JOB_STOPPED"); /* never said: `undone` */
}

static int said_so(const struct import *m, struct err *e)
{
    if (!m->in->mark || strcmp(m->in->mark, m->out->mark) == 0) return OK;
    return err_say(e, E_CHANGED, "IMPORT_CHANGED");
}

static void take_mark(struct import *m)
{
    snprintf(m->out->mark, sizeof m->out->mark, "%.16s", m->so_far.hex);
}

static int step(const struct import *m, isize done, isize of, struct err *e)
{
    return m->in->step ? m->in->step(m->in->arg, done, of, e) : OK;
}

static int rehearse(struct run *r, struct act *act, struct err *e)
{
    struct import *m = r->m;
    while (r->from < r->n) {
        struct arena room = *act->a;
        struct act own = *act;
        own.a = &room;
        r->before = *m->out;
        r->so_far = m->so_far;
        int code = act_together(&own, piece, r, e);
        if (code != E_CANCELLED || !r->undone) return code;
        *e = (struct err){0};
        r->from = r->next;
        if (m->in->keep) TRY(m->in->keep(m->in->arg, e));
        TRY(step(m, r->from, r->n, e));
    }
    take_mark(m);
    return said_so(m, e);
}

static int apply(struct act *act, void *arg, struct err *e)
{
    struct run *r = arg;
    struct import *m = r->m;
    *m->out = r->before;
    m->so_far = r->so_far;
    if (m->in->begin) TRY(m->in->begin(m->in->arg, e));
    for (isize i = 0; i < r->n; i++) {
        TRY(take_subject(m, act, r->order[i], e));
        if (i % 64 == 0) TRY(step(m, i, r->n, e));
    }
    take_mark(m);
    TRY(said_so(m, e));
    isize n = m->out->all[IMPORT_REFUSED];
    return n == 0 ? OK : err_say_of(e, E_RECORD, "IMPORT_ROWS_REFUSED", SAID(SAY_INT(n)));
}

/* Tables that others link to first, as their ranks have it; else in the order of coming. */
static void arrange(struct run *r, struct arena *a)
{
    const struct import *m = r->m;
    const struct study *s = m->p.study;
    isize at = 0;
    r->n = m->rows.subjects.n;
    r->order = NEW(a, isize, r->n);
    r->link = NEW(a, bool, r->n);
    for (int rank = 0; at < r->n; rank++)
        for (int link = 1; link >= 0; link--)
            for (isize i = 0; i < r->n; i++) {
                const struct import_subject *x = &m->rows.subjects.at[i];
                isize t = study_table(s, x->kind);
                if (x->rank != rank || (t >= 0 && import_linked(s, t)) != (link != 0))
                    continue;
                if (link && t == s->participants.table) r->whole = true;
                if (link) r->linked = at + 1;
                r->link[at] = link != 0;
                r->order[at++] = i;
            }
}

static int run(struct import *m, struct act *act, struct err *e)
{
    struct run r = {.m = m, .so_far = hash_of(m->in->study)};
    TRY(import_read(m->in, &m->p, &m->rows, act->a, e));
    m->out->subjects = m->rows.subjects.n;
    m->out->left = m->rows.left;
    arrange(&r, act->a);
    r.before = *m->out;
    m->so_far = r.so_far;
    return m->in->apply ? act_together(act, apply, &r, e) : rehearse(&r, act, e);
}

/* Running out of memory leaves no file open. */
struct running {
    struct import *m;
    struct act *act;
    struct err *e;
    int code;
};

static void run_caught(void *arg)
{
    struct running *r = arg;
    r->code = run(r->m, r->act, r->e);
}

int import_run(struct act *act, const struct import_in *in, struct import_done *out,
               struct err *e)
{
    struct import m = {.in = in, .out = out, .rows = {.fd = -1, .file = -1}};
    i64 *rows;
    *out = (struct import_done){0};
    TRY(transfer_may(act, MAY_IMPORT, in->study, e));
    TRY(studies_by_name(act->db, in->study, &m.study, act->a, e));
    TRY(studies_sites_of(act->db, m.study.id, &m.sites, act->a, e));
    TRY(studies_protocol(act->db, m.study.id, &m.p, &rows, act->a, e));
    m.kit = (struct collect_kit){m.study.id, m.p.study, m.p.in, rows, m.study.definition};
    *PUSH(act->a, &m.known) = (struct studies_read){m.study.definition, m.p.study};
    struct running r = {&m, act, e, OK};
    bool full = arena_caught(run_caught, &r);
    import_rows_close(&m.rows);
    if (full) arena_refuse(act->a);
    return r.code;
}
