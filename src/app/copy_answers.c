/* What a copy says of visits and answers: when they were due, links to forms, each form question
** by question with what stood before, what it adds up to, who was told of an answer, and what
** is begun and not sent. */
#include "app/collect_parts.h"
#include "app/copy_parts.h"
#include "app/kits.h"
#include "app/visiting.h"
#include "store/response.h"
#include "store/statements.h"
#include <math.h>

static instant at_of(struct rows *r, int k)
{
    return db_is_null(r, k) ? 0 : db_i64(r, k);
}

/* --- visits --------------------------------------------------------------------------- */

static int anchors(struct telling *t, struct err *e)
{
    ROWS r = {0};
    TRY(db_query(t->act->db, &r, SQL_copy_anchors, ARGS(I(t->p.subject)), e));
    json_open(&t->w, "counted_from", '[');
    while (db_next(&r)) {
        json_open(&t->w, NULL, '{');
        json_put_str(&t->w, "what", db_str(&r, 0, t->a));
        copy_put_day(t, "day", (day)db_i64(&r, 1));
        copy_put_at(t, "entered", db_i64(&r, 2));
        copy_put_at(t, "until", at_of(&r, 3));
        copy_put(t, "by", db_str(&r, 4, t->a));
        json_close(&t->w, '}');
    }
    json_close(&t->w, ']');
    return db_end(&r, e);
}

static int links(struct telling *t, struct err *e)
{
    static const char *const HEAD[] = {"COPY_VISIT", "COPY_LINK_MADE", "COPY_LINK_USED"};
    static const char *const key[] = {"made", "ends", "opened", "used", "revoked"};
    struct doc_table *d = NULL;
    ROWS r = {0};
    TRY(db_query(t->act->db, &r, SQL_copy_links, ARGS(I(t->p.subject)), e));
    json_open(&t->w, "links", '[');
    while (db_next(&r)) {
        struct str time = db_str(&r, 0, t->a), by = db_str(&r, 2, t->a);
        instant at[COUNT(key)];
        for (int i = 0; i < (int)COUNT(key); i++) at[i] = at_of(&r, 3 + i);
        if (!d) {
            doc_heading(t->doc, 3, copy_text(t, "COPY_LINKS"));
            d = copy_table(t, HEAD, COUNT(HEAD));
        }
        struct doc_cell *cell = doc_row(d);
        doc_words(&cell[0], copy_time(t, time));
        doc_words(&cell[1], copy_words(t, "COPY_ENTERED_BY", copy_when(t, at[0]), by));
        doc_words(&cell[2], at[3] ? copy_when(t, at[3])
                            : at[4]
                                ? copy_words(t, "COPY_LINK_REVOKED", copy_when(t, at[4]))
                                : copy_words(t, "COPY_LINK_UNTIL", copy_when(t, at[1])));
        json_open(&t->w, NULL, '{');
        json_put_str(&t->w, "visit", time);
        json_put_str(&t->w, "language", db_str(&r, 1, t->a));
        copy_put(t, "by", by);
        for (isize i = 0; i < COUNT(key); i++) copy_put_at(t, key[i], at[i]);
        json_close(&t->w, '}');
    }
    json_close(&t->w, ']');
    return db_end(&r, e);
}

int copy_visits(struct telling *t, struct err *e)
{
    static const char *const HEAD[] = {"COPY_VISIT", "COPY_DUE", "COPY_NOW"};
    struct doc_table *d = NULL;
    ROWS r = {0};
    copy_section(t, "COPY_VISITS", NULL);
    TRY(anchors(t, e));
    TRY(db_query(t->act->db, &r, SQL_copy_visits, ARGS(I(t->p.subject)), e));
    json_open(&t->w, "visits", '[');
    while (db_next(&r)) {
        struct str time = db_str(&r, 0, t->a), site = db_str(&r, 1, t->a),
                   state = db_str(&r, 6, t->a), why = db_str(&r, 8, t->a);
        day due = (day)db_i64(&r, 2), opens = (day)db_i64(&r, 3),
            closes = (day)db_i64(&r, 4), held = (day)at_of(&r, 7);
        bool moved = db_i64(&r, 5) != 0, was_held = !db_is_null(&r, 7);
        struct buf b = buf_in(t->a, 100);
        copy_also(&b, copy_word(t, "COPY_VISIT_", state));
        if (was_held) copy_also(&b, copy_day(t, held));
        if (moved) copy_also(&b, copy_text(t, "COPY_MOVED"));
        /* the program's own reason is a word of the store */
        copy_also(&b, str_eq(why, VISITING_LEFT) ? copy_text(t, "COPY_VISIT_LEFT") : why);
        copy_also(&b, site);
        if (!d) d = copy_table(t, HEAD, COUNT(HEAD));
        struct doc_cell *cell = doc_row(d);
        doc_words(&cell[0], copy_time(t, time));
        doc_words(&cell[1], copy_words(t, "COPY_WINDOW", copy_day(t, due),
                                       copy_day(t, opens), copy_day(t, closes)));
        doc_words(&cell[2], buf_str(&b));
        json_open(&t->w, NULL, '{');
        json_put_str(&t->w, "visit", time);
        json_put_str(&t->w, "site", site);
        copy_put_day(t, "due", due);
        copy_put_day(t, "opens", opens);
        copy_put_day(t, "closes", closes);
        json_put_bool(&t->w, "moved", moved);
        json_put_str(&t->w, "state", state);
        if (was_held) copy_put_day(t, "held", held);
        copy_put(t, "reason", why);
        json_close(&t->w, '}');
    }
    json_close(&t->w, ']');
    if (!d) doc_para(t->doc, copy_text(t, "COPY_NONE"));
    TRY(db_end(&r, e));
    return links(t, e);
}

/* --- forms ---------------------------------------------------------------------------- */

struct told_form {
    i64 id, definition, pass, replaces;
    struct str measure, time, mode, by, lang, answers, reason;
    day on;
    instant at, gone;
    const struct instrument *in;
    struct answer *answer;
};
struct told_forms LIST(struct told_form);

/* The instrument in the person's own words: a wording of the study as it is now, else the
** definition under which it was answered. */
static int instrument_of(struct telling *t, struct told_form *f, struct err *e)
{
    isize m = collect_measure(t->kit, f->measure);
    if (m >= 0 && t->kit->definition[m] == f->definition) {
        f->in = kits_words(t->act, t->kit, m, t->lang);
    } else {
        TRY(collect_definition(t->act->db, f->definition, &f->in, t->a, e));
    }
    f->answer = NEW(t->a, struct answer, f->in->items.n);
    return packed_read(f->in, f->answers, f->answer, t->a, e);
}

static int forms_read(struct telling *t, struct told_forms *out, struct err *e)
{
    ROWS r = {0};
    TRY(db_query(t->act->db, &r, SQL_copy_responses, ARGS(I(t->p.subject)), e));
    while (db_next(&r))
        *PUSH(t->a, out) = (struct told_form){.id = db_i64(&r, 0),
                                              .measure = db_str(&r, 1, t->a),
                                              .time = db_str(&r, 2, t->a),
                                              .pass = db_i64(&r, 3),
                                              .definition = db_i64(&r, 4),
                                              .on = (day)db_i64(&r, 5),
                                              .mode = db_str(&r, 6, t->a),
                                              .by = db_str(&r, 7, t->a),
                                              .lang = db_str(&r, 8, t->a),
                                              .answers = db_str(&r, 9, t->a),
                                              .at = db_i64(&r, 10),
                                              .gone = at_of(&r, 11),
                                              .replaces = at_of(&r, 12),
                                              .reason = db_str(&r, 13, t->a)};
    TRY(db_end(&r, e));
    for (isize i = 0; i < out->n; i++) TRY(instrument_of(t, &out->at[i], e));
    return OK;
}

static struct str choice_label(const struct item *it, double x)
{
    for (isize i = 0; i < it->choices.n; i++)
        if (it->choices.at[i].value == x) return it->choices.at[i].text;
    return (struct str){0};
}

/* "2: several days (work)", "would not answer". */
static struct str answer_words(struct telling *t, const struct item *it,
                               const struct answer *x)
{
    if (x->state == ANSWER_MISSING) return copy_text(t, "COPY_NO_ANSWER");
    if (x->state != ANSWER_GIVEN)
        return copy_word(t, "FORM_", str_of(answer_state_word[x->state]));
    struct str label = choice_label(it, x->value);
    struct buf b = buf_in(t->a, 60);
    buf_put(&b, copy_num(t, x->value));
    if (label.n) buf_fmt(&b, ": %.*s", FMT(label));
    if (x->detail.n) buf_fmt(&b, " (%.*s)", FMT(x->detail));
    return buf_str(&b);
}

static void put_answers(struct telling *t, const struct told_form *f)
{
    json_open(&t->w, "answers", '[');
    for (isize i = 0; i < f->in->items.n; i++) {
        const struct item *it = &f->in->items.at[i];
        const struct answer *x = &f->answer[i];
        json_open(&t->w, NULL, '{');
        json_put_str(&t->w, "item", it->id);
        json_put_str(&t->w, "no", it->no);
        copy_put(t, "question", it->text);
        if (x->state == ANSWER_GIVEN) {
            json_put_num(&t->w, "value", x->value);
            copy_put(t, "label", choice_label(it, x->value));
            copy_put(t, "detail", x->detail);
        } else {
            json_put_str(&t->w, "none", str_of(answer_state_word[x->state]));
        }
        json_close(&t->w, '}');
    }
    json_close(&t->w, ']');
}

/* Question and answer; `was`: only where they differ, with both. */
static void say_answers(struct telling *t, const struct told_form *f,
                        const struct told_form *was)
{
    static const char *const HEAD[] = {NULL, "COPY_QUESTION", "COPY_ANSWER"};
    static const char *const BOTH[] = {NULL, "COPY_QUESTION", "COPY_WAS", "COPY_BECAME"};
    struct doc_table *d = NULL;
    for (isize i = 0; i < f->in->items.n; i++) {
        const struct item *it = &f->in->items.at[i];
        if (was && packed_same(&f->answer[i], &was->answer[i])) continue;
        if (!d) d = was ? copy_table(t, BOTH, 4) : copy_table(t, HEAD, 3);
        struct doc_cell *cell = doc_row(d);
        doc_words(&cell[0], it->no);
        doc_words(&cell[1], it->text);
        if (was) doc_words(&cell[2], answer_words(t, it, &was->answer[i]));
        doc_words(&cell[was ? 3 : 2], answer_words(t, it, &f->answer[i]));
    }
    if (!d) doc_para(t->doc, copy_text(t, "COPY_SAME_ANSWERS"));
}

static void sentence(struct buf *b, struct str s)
{
    if (s.n && b->n) buf_putc(b, ' ');
    buf_put(b, s);
}

/* What a score says, in words: its range, which way is better, its band. */
static struct str score_words(struct telling *t, const struct scoredef *d,
                              const struct score_row *s)
{
    struct buf b = buf_in(t->a, 200);
    if (isnan(s->value)) sentence(&b, copy_text(t, "COPY_NO_SCORE"));
    sentence(&b, copy_words(t, "COPY_RANGE", copy_num(t, s->lo), copy_num(t, s->hi)));
    if (d && d->direction == HIGHER_IS_BETTER) sentence(&b, copy_text(t, "COPY_HIGHER"));
    if (d && d->direction == LOWER_IS_BETTER) sentence(&b, copy_text(t, "COPY_LOWER"));
    if (s->band.n) sentence(&b, copy_words(t, "COPY_BAND", s->band));
    for (isize i = 0; d && s->band.n && i < d->bands.n; i++)
        if (str_eq(d->bands.at[i].name, s->band)) sentence(&b, d->bands.at[i].text);
    if (s->prorated || s->imputed) sentence(&b, copy_text(t, "COPY_FILLED_UP"));
    return buf_str(&b);
}

static int scores(struct telling *t, const struct told_form *f, struct err *e)
{
    static const char *const HEAD[] = {"COPY_SCORE", "COPY_VALUE", "COPY_MEANS"};
    struct score_rows all;
    struct doc_table *d = NULL;
    TRY(response_scores(t->act->db, &t->act->who, f->id, &all, t->a, e));
    json_open(&t->w, "scores", '[');
    for (isize i = 0; i < all.n; i++) {
        const struct score_row *s = &all.at[i];
        isize k = instrument_score(f->in, s->score);
        const struct scoredef *def = k < 0 ? NULL : &f->in->scores.at[k];
        struct str title = def && def->title.n ? def->title : s->score;
        struct str words = score_words(t, def, s);
        if (!f->gone) {
            if (!d) {
                doc_para(t->doc, copy_text(t, "COPY_SCORES_SAID"));
                d = copy_table(t, HEAD, COUNT(HEAD));
            }
            struct doc_cell *cell = doc_row(d);
            doc_words(&cell[0], title);
            doc_words(&cell[1], copy_num(t, s->value));
            doc_words(&cell[2], words);
        }
        json_open(&t->w, NULL, '{');
        json_put_str(&t->w, "score", s->score);
        copy_put(t, "title", title);
        json_put_num(&t->w, "value", s->value);
        json_put_num(&t->w, "lowest", s->lo);
        json_put_num(&t->w, "highest", s->hi);
        copy_put(t, "band", s->band);
        json_put_int(&t->w, "questions", s->n_items);
        json_put_int(&t->w, "answered", s->n_answered);
        json_put_str(&t->w, "words", words);
        json_close(&t->w, '}');
    }
    json_close(&t->w, ']');
    return OK;
}

static struct str form_title(struct telling *t, const struct told_form *f)
{
    isize m = collect_measure(t->kit, f->measure);
    const struct study_measure *k = m < 0 ? NULL : &t->s->measures.at[m];
    return k && k->label.in[LANG_EN].n ? study_word(&k->label, t->lang) : f->in->title;
}

/* Who filled it in, when, how. */
static struct str form_said(struct telling *t, const struct told_form *f)
{
    struct buf b = buf_in(t->a, 160);
    copy_also(&b, copy_word(t, "COPY_MODE_", f->mode));
    copy_also(&b, f->by.n ? copy_words(t, "COPY_ENTERED_BY", copy_when(t, f->at), f->by)
                          : copy_words(t, "COPY_ENTERED", copy_when(t, f->at)));
    if (f->replaces) copy_also(&b, copy_words(t, "COPY_CORRECTED", f->reason));
    return buf_str(&b);
}

static void put_form(struct telling *t, const struct told_form *f, struct str title)
{
    json_put_int(&t->w, "id", f->id);
    json_put_str(&t->w, "measure", f->measure);
    copy_put(t, "label", title);
    json_put_str(&t->w, "instrument", f->in->id);
    json_put_int(&t->w, "revision", f->in->revision);
    copy_put(t, "time", f->time);
    json_put_int(&t->w, "entry", f->pass);
    copy_put_day(t, "day", f->on);
    json_put_str(&t->w, "mode", f->mode);
    copy_put(t, "language", f->lang);
    copy_put_at(t, "entered", f->at);
    copy_put(t, "by", f->by);
    copy_put_at(t, "until", f->gone);
    if (f->replaces) json_put_int(&t->w, "replaces", f->replaces);
    copy_put(t, "reason", f->reason);
}

/* The row whose answers this one changed, or for a second entry what it was held against. */
static const struct told_form *against(const struct told_forms *all,
                                       const struct told_form *f)
{
    const struct told_form *found = NULL;
    for (isize i = 0; i < all->n; i++) {
        const struct told_form *o = &all->at[i];
        if (f->replaces ? o->id == f->replaces
                        : f->pass == 2 && o->pass == 1 && !o->gone &&
                              str_eq(o->measure, f->measure) && str_eq(o->time, f->time))
            found = o;
    }
    return found && found->definition == f->definition ? found : NULL;
}

static int one_form(struct telling *t, const struct told_forms *all,
                    const struct told_form *f, bool first, struct err *e)
{
    struct str title = form_title(t, f);
    struct buf head = buf_in(t->a, 100);
    if (first) {
        copy_also(&head, title);
        copy_also(&head, copy_time(t, f->time));
        copy_also(&head, copy_day(t, f->on));
        doc_heading(t->doc, 3, buf_str(&head));
    } else {
        doc_para(t->doc, copy_text(t, f->pass == 2 && !f->replaces ? "COPY_SECOND"
                                                                   : "COPY_CHANGED"));
    }
    doc_para(t->doc, form_said(t, f));
    say_answers(t, f, first ? NULL : against(all, f));
    json_open(&t->w, NULL, '{');
    put_form(t, f, title);
    put_answers(t, f);
    TRY(scores(t, f, e));
    json_close(&t->w, '}');
    return OK;
}

/* Forms by the day of their first answers; what became of one stands below it. */
int copy_forms(struct telling *t, struct err *e)
{
    struct told_forms all = {0};
    TRY(forms_read(t, &all, e));
    copy_section(t, "COPY_FORMS", all.n ? "COPY_FORMS_SAID" : "COPY_NONE");
    json_open(&t->w, "forms", '[');
    bool *done = NEW(t->a, bool, all.n + 1);
    for (isize left = all.n; left > 0;) {
        isize next = -1;
        for (isize i = 0; i < all.n; i++) /* rows of one form stand together */
            if (!done[i] && (next < 0 || all.at[i].on < all.at[next].on) &&
                (i == 0 || done[i - 1] ||
                 !str_eq(all.at[i - 1].measure, all.at[i].measure) ||
                 !str_eq(all.at[i - 1].time, all.at[i].time)))
                next = i;
        const struct told_form *f = &all.at[next];
        for (isize i = next; i < all.n && str_eq(all.at[i].measure, f->measure) &&
                             str_eq(all.at[i].time, f->time);
             i++, left--) {
            done[i] = true;
            TRY(one_form(t, &all, &all.at[i], i == next, e));
        }
    }
    json_close(&t->w, ']');
    return OK;
}

/* --- what somebody had to hear of, and what is not sent ----------------------------------- */

static struct str item_words(struct telling *t, struct str measure, struct str item)
{
    isize m = collect_measure(t->kit, measure);
    isize i = m < 0 ? -1 : instrument_item(t->kit->in[m], item);
    return i < 0 ? item : kits_words(t->act, t->kit, m, t->lang)->items.at[i].text;
}

int copy_alerts(struct telling *t, struct err *e)
{
    static const char *const HEAD[] = {"COPY_QUESTION", "COPY_TOLD", "COPY_SEEN"};
    struct doc_table *d = NULL;
    ROWS r = {0};
    TRY(db_query(t->act->db, &r, SQL_copy_alerts, ARGS(I(t->p.subject)), e));
    json_open(&t->w, "told_of_answers", '[');
    while (db_next(&r)) {
        struct str item = db_str(&r, 1, t->a), measure = db_str(&r, 2, t->a),
                   time = db_str(&r, 3, t->a), named = db_str(&r, 4, t->a),
                   by = db_str(&r, 7, t->a), note = db_str(&r, 8, t->a);
        instant at = db_i64(&r, 5), seen = at_of(&r, 6);
        struct buf b = buf_in(t->a, 100), s = buf_in(t->a, 100);
        copy_also(&b, named);
        copy_also(&b, copy_when(t, at));
        if (seen) copy_also(&s, copy_words(t, "COPY_ENTERED_BY", copy_when(t, seen), by));
        copy_also(&s, note);
        if (!d) {
            copy_section(t, "COPY_ALERTS", "COPY_ALERTS_SAID");
            d = copy_table(t, HEAD, COUNT(HEAD));
        }
        struct doc_cell *cell = doc_row(d);
        doc_words(&cell[0], item_words(t, measure, item));
        doc_words(&cell[1], buf_str(&b));
        doc_words(&cell[2], buf_str(&s));
        json_open(&t->w, NULL, '{');
        json_put_int(&t->w, "form", db_i64(&r, 0));
        json_put_str(&t->w, "measure", measure);
        copy_put(t, "time", time);
        json_put_str(&t->w, "item", item);
        copy_put(t, "told", named);
        copy_put_at(t, "at", at);
        copy_put_at(t, "seen", seen);
        copy_put(t, "seen_by", by);
        copy_put(t, "note", note);
        json_close(&t->w, '}');
    }
    json_close(&t->w, ']');
    return db_end(&r, e);
}

static int draft_answers(struct telling *t, struct str measure, struct str cells,
                         struct err *e)
{
    static const char *const HEAD[] = {NULL, "COPY_QUESTION", "COPY_TYPED"};
    isize m = collect_measure(t->kit, measure);
    struct json *v = NULL;
    TRY(json_read(cells, "a draft", &v, t->a, e));
    json_put(&t->w, "typed", v);
    if (m < 0 || v->n != 2 * t->kit->in[m]->items.n) return OK;
    struct doc_table *d = copy_table(t, HEAD, COUNT(HEAD));
    const struct instrument *in = kits_words(t->act, t->kit, m, t->lang);
    const struct json *k = v->kid; /* an answer and its detail, item by item */
    for (isize i = 0; i < in->items.n; i++, k = k->next->next) {
        struct buf b = buf_in(t->a, 60);
        copy_also(&b, k->text);
        copy_also(&b, k->next->text);
        if (b.n == 0) continue;
        struct doc_cell *cell = doc_row(d);
        doc_words(&cell[0], in->items.at[i].no);
        doc_words(&cell[1], in->items.at[i].text);
        doc_words(&cell[2], buf_str(&b));
    }
    return OK;
}

int copy_drafts(struct telling *t, struct err *e)
{
    bool any = false;
    ROWS r = {0};
    TRY(db_query(t->act->db, &r, SQL_copy_drafts, ARGS(I(t->p.subject)), e));
    json_open(&t->w, "begun", '[');
    for (; db_next(&r); any = true) {
        struct str measure = db_str(&r, 0, t->a), time = db_str(&r, 1, t->a),
                   by = db_str(&r, 3, t->a), cells = db_str(&r, 4, t->a);
        isize m = collect_measure(t->kit, measure);
        struct buf b = buf_in(t->a, 100);
        if (!any) copy_section(t, "COPY_DRAFTS", "COPY_DRAFTS_SAID");
        copy_also(&b, m < 0 ? measure : kits_words(t->act, t->kit, m, t->lang)->title);
        copy_also(&b, copy_time(t, time));
        copy_also(&b, by.n ? by : copy_text(t, "COPY_MODE_PARTICIPANT"));
        copy_also(&b, copy_when(t, db_i64(&r, 5)));
        doc_heading(t->doc, 3, buf_str(&b));
        json_open(&t->w, NULL, '{');
        json_put_str(&t->w, "measure", measure);
        copy_put(t, "time", time);
        json_put_int(&t->w, "entry", db_i64(&r, 2));
        copy_put(t, "by", by);
        copy_put_at(t, "at", db_i64(&r, 5));
        TRY(draft_answers(t, measure, cells, e));
        json_close(&t->w, '}');
    }
    json_close(&t->w, ']');
    return db_end(&r, e);
}
