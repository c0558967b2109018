/* Answers: the rows of one form are one row of the report. */
#include "app/import_parts.h"
#include "base/num.h"

#include <math.h>
#include <string.h>

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
    A_KEYS = A_ITEM /* the same in all rows of a form, but for A_MODE */
};

struct form {
    const struct import_line *at; /* n rows */
    isize n;
    isize measure, time;
    day day;
    const struct instrument *in;
    struct answer *answer;
};

static bool same_form(const struct import_line *p, const struct import_line *q)
{
    bool same = p->file == q->file;
    for (int k = A_MEASURE; k < A_KEYS && same; k++)
        same = k == A_MODE || str_eq(p->cell[k], q->cell[k]);
    return same;
}

/* A form without a day (of a wide file): when it was answered before, the visit was held, or is
** due. */
static int find_day(struct import_unit *u, struct form *f, const struct response *now,
                    struct err *e)
{
    const struct import_line *l = f->at;
    struct visits all;
    if (l->cell[A_DAY].n) return import_day(TIDY_answers, l, A_DAY, &f->day, e);
    f->day = now->id ? now->day : 0;
    if (now->id) return OK;
    TRY(visit_for_change(u->act->db, u->id, &all, u->act->a, e));
    for (isize i = 0; i < all.n; i++)
        if (str_eq(all.at[i].time, l->cell[A_TIME])) {
            f->day = all.at[i].state == VISIT_HELD ? all.at[i].held : all.at[i].due;
            return OK;
        }
    struct str name = str_fmt(u->act->a, "day%s%.*s", l->cell[A_TIME].n ? "_" : "",
                              FMT(l->cell[A_TIME]));
    return import_at(TIDY_answers, l, A_DAY,
                     err_say_of(e, E_RECORD, "IMPORT_FORM_DAY", SAID(SAY_CODE(name))), e);
}

static int begin(struct import_unit *u, struct form *f, struct err *e)
{
    const struct study *s = u->m->p.study;
    const struct import_line *l = f->at;
    struct arena tmp = *u->act->a;
    f->measure = -1;
    for (isize i = 0; i < s->measures.n; i++)
        if (str_eq(s->measures.at[i].id, l->cell[A_MEASURE])) f->measure = i;
    if (f->measure < 0)
        return import_no(TIDY_answers, l, A_MEASURE, e, "IMPORT_NO_MEASURE");
    f->time = l->cell[A_TIME].n ? study_time(s, l->cell[A_TIME]) : -1;
    if (l->cell[A_TIME].n && f->time < 0)
        return import_no_time(u->m, TIDY_answers, l, A_TIME, e);
    const struct instrument *in = u->m->p.in[f->measure];
    if (!str_eq(l->cell[A_INSTRUMENT], in->id))
        return import_at(
            TIDY_answers, l, A_INSTRUMENT,
            err_say_of(e, E_RECORD, "IMPORT_INSTRUMENT", SAID(SAY_CODE(in->id))), e);
    if (!str_eq(l->cell[A_REVISION], str_fmt(&tmp, "%" PRId64, (i64)in->revision)))
        return import_at(
            TIDY_answers, l, A_REVISION,
            err_say_of(e, E_RECORD, "IMPORT_REVISION", SAID(SAY_INT(in->revision))), e);
    f->in = in;
    f->answer = NEW(u->act->a, struct answer, in->items.n);
    return OK;
}

/* At an item: "line 12, column value", for the row of the report is that of the form. */
static int at_item(const struct import_line *l, isize k, int code, struct err *e)
{
    if (code == OK || !import_of_row(code)) return code;
    if (l->place) return import_at(TIDY_answers, l, k, code, e);
    return err_in(e, code, "IMPORT_LINE_COLUMN",
                  SAID(SAY_INT(l->line), SAY_CODE(import_column(TIDY_answers, k))));
}

static int no_item(const struct import_line *l, isize k, const char *key, struct err *e)
{
    return at_item(l, k, err_say(e, E_RECORD, key), e);
}

/* What an item takes, as its instrument says. */
static int takes(const struct item *it, struct err *e)
{
    char room[2048];
    struct arena tmp = {.at = room, .end = room + sizeof room, .base = room};
    struct str all[32] = {0};
    isize n = 0;
    for (isize i = 0; i < it->choices.n && n < COUNT(all); i++)
        all[n++] = num_shortest(it->choices.at[i].value, &tmp);
    for (isize i = 0; i < it->no_answer.n && n < COUNT(all) && it->kind == ITEM_CHOICE;
         i++)
        all[n++] = num_shortest(it->no_answer.at[i].code, &tmp);
    if (it->kind == ITEM_CHOICE)
        return err_say_of(e, E_ANSWER, "IMPORT_ITEM_CHOICES",
                          SAID(SAY_CODE(import_listed(all, n, &tmp))));
    struct str lo = num_shortest(it->lo, &tmp), hi = num_shortest(it->hi, &tmp);
    return it->kind == ITEM_WHOLE ? err_say_of(e, E_ANSWER, "IMPORT_ITEM_WHOLE",
                                               SAID(SAY_CODE(lo), SAY_CODE(hi)))
                                  : err_say_of(e, E_ANSWER, "IMPORT_ITEM_NUMBER",
                                               SAID(SAY_CODE(lo), SAY_CODE(hi)));
}

static int read_value(const struct item *it, const struct import_line *l,
                      struct answer *out, struct err *e)
{
    double x = NAN;
    char room[64];
    struct arena tmp = {.at = room, .end = room + sizeof room};
    TRY(at_item(l, A_VALUE, import_number(TIDY_answers, l, A_VALUE, &x, e), e));
    int code = answer_read(it, num_shortest(x, &tmp), out, e);
    if (code == E_ANSWER) code = takes(it, e);
    return at_item(l, A_VALUE, code, e);
}

static int read_state(const struct item *it, const struct import_line *l,
                      struct answer *out, struct err *e)
{
    int k = 0;
    while (k < ANSWER_STATES && !str_is(l->cell[A_MISSING], answer_state_word[k])) k++;
    if (k == ANSWER_STATES || k == ANSWER_GIVEN)
        return no_item(l, A_MISSING, "IMPORT_ITEM_STATE", e);
    *out = (struct answer){.state = (enum answer_state)k};
    return answer_item_check(it, out, e) == OK
               ? OK
               : no_item(l, A_MISSING, "IMPORT_ITEM_APPLIES", e);
}

static int item(const struct form *f, const struct import_line *l, bool *there,
                struct err *e)
{
    isize i = instrument_item(f->in, l->cell[A_ITEM]);
    if (i < 0) return no_item(l, A_ITEM, "IMPORT_NO_ITEM", e);
    if (there[i]) return no_item(l, A_ITEM, "IMPORT_ITEM_TWICE", e);
    there[i] = true;
    if (l->cell[A_VALUE].n && l->cell[A_MISSING].n)
        return no_item(l, A_MISSING, "IMPORT_ITEM_BOTH", e);
    TRY(l->cell[A_VALUE].n ? read_value(&f->in->items.at[i], l, &f->answer[i], e)
                           : read_state(&f->in->items.at[i], l, &f->answer[i], e));
    f->answer[i].detail = l->cell[A_DETAIL];
    return OK;
}

static int items(struct form *f, struct arena tmp, struct err *e)
{
    bool *there = NEW(&tmp, bool, f->in->items.n);
    for (isize i = 0; i < f->n; i++) TRY(item(f, &f->at[i], there, e));
    if (f->n == f->in->items.n) return OK;
    return import_in_column(TIDY_answers, A_ITEM,
                            err_say_of(e, E_RECORD, "IMPORT_ITEMS",
                                       SAID(SAY_INT(f->n), SAY_INT(f->in->items.n))),
                            e);
}

/* "item=3 ...": the items that differ. */
static void differing(const struct form *f, const struct answer *old, struct str *was,
                      struct str *now, struct arena *a)
{
    struct packed_diff d = packed_differ(f->in, old, f->answer, a);
    struct buf b[2] = {buf_in(a, 200), buf_in(a, 200)};
    for (isize i = 0; i < d.n; i++)
        for (int k = 0; k < 2; k++) {
            const struct answer *x = k ? &f->answer[d.at[i]] : &old[d.at[i]];
            buf_fmt(&b[k], "%s%.*s=%.*s", i ? " " : "", FMT(f->in->items.at[d.at[i]].id),
                    FMT(x->state == ANSWER_GIVEN ? num_shortest(x->value, a)
                                                 : str_of(answer_state_word[x->state])));
        }
    *was = buf_str(&b[0]);
    *now = buf_str(&b[1]);
}

/* A wide file has no place for the second answer to an item: the one that stands stays. */
static void keep_details(const struct form *f, const struct answer *old)
{
    for (isize i = 0; i < f->in->items.n; i++)
        if (f->answer[i].state == old[i].state &&
            (old[i].state != ANSWER_GIVEN || f->answer[i].value == old[i].value))
            f->answer[i].detail = old[i].detail;
}

static int save(struct import_unit *u, struct form *f, enum import_verdict *verdict,
                struct str *was, struct str *now, struct err *e)
{
    struct response stand[2];
    struct form_done done;
    struct arena *a = u->act->a;
    const struct import *m = u->m;
    TRY(begin(u, f, e));
    TRY(response_now(u->act->db, &u->act->who, u->id,
                     m->p.study->measures.at[f->measure].id, f->at->cell[A_TIME], stand,
                     a, e));
    const struct response *r = &stand[0];
    TRY(find_day(u, f, r, e));
    TRY(items(f, *a, e));
    bool fits = r->id && r->definition == m->kit.definition[f->measure];
    if (fits) {
        struct answer *old = NEW(a, struct answer, f->in->items.n);
        TRY(packed_read(f->in, r->answers, old, a, e));
        if (f->at->place) keep_details(f, old);
        differing(f, old, was, now, a);
    }
    bool same =
        fits && r->day == f->day && str_eq(r->answers, packed_write(f->in, f->answer, a));
    *verdict = same ? IMPORT_SAME : r->id ? IMPORT_CHANGES : IMPORT_NEW;
    if (same) return OK;
    if (r->id && r->day != f->day) {
        *was = str_fmt(a, "%.*s %.*s", FMT(day_text(r->day, a)), FMT(*was));
        *now = str_fmt(a, "%.*s %.*s", FMT(day_text(f->day, a)), FMT(*now));
    }
    struct form_in in = {.key = {u->id, f->measure, f->time},
                         .answer = f->answer,
                         .pass = 1,
                         .day = f->day,
                         .mode = MODE_IMPORT,
                         .lang = m->in->lang,
                         .version = r->id};
    return collect_submit(u->act, &m->kit, &in, &done, e);
}

int import_forms(struct import_unit *u, struct err *e)
{
    struct import_lines all;
    TRY(import_lines_of(&u->m->rows, u->at, TIDY_answers, &all, u->act->a, e));
    struct arena *outer = u->act->a;
    for (isize i = 0; i < all.n;) {
        struct form f = {.at = &all.at[i]};
        while (i < all.n && same_form(f.at, &all.at[i])) i++, f.n++;
        struct arena room = *outer; /* each form gives back what it took */
        u->act->a = &room;
        struct str was = {0}, now = {0},
                   name = str_fmt(&room, "%.*s %.*s", FMT(f.at->cell[A_MEASURE]),
                                  FMT(f.at->cell[A_TIME]));
        enum import_verdict v = IMPORT_NEW;
        bool twice = false;
        for (const struct import_line *l = all.at; l < f.at && !twice; l++)
            twice = str_eq(l->cell[A_MEASURE], f.at->cell[A_MEASURE]) &&
                    str_eq(l->cell[A_TIME], f.at->cell[A_TIME]);
        int code = !u->id ? import_no_subject(u, e)
                   : twice
                       ? import_no(TIDY_answers, f.at, A_MEASURE, e, "IMPORT_FORM_TWICE")
                       : save(u, &f, &v, &was, &now, e);
        code = import_settle(u, TIDY_answers, f.at, name, code, v, was, now, e);
        u->act->a = outer;
        TRY(code);
    }
    return OK;
}
