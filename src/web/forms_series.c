/* Scores over time: a picture a score, a sentence, and the table behind. */
#include "report/draw.h"
#include "web/forms.h"
#include "web/routes.h"
#include <math.h>

/* As wide as a phone shows it, so that its words stay as large as words are. */
enum { W = 280, H = 74, LEFT = 14, RIGHT = 266, AXIS = 44 };

static double place(const struct scoredef *d, double x)
{
    double share = d->hi > d->lo ? (x - d->lo) / (d->hi - d->lo) : 0.5;
    return LEFT + fmin(fmax(share, 0), 1) * (RIGHT - LEFT);
}

/* The first and the last point that have a value; -1: none. */
static void ends(const struct series *s, isize *first, isize *last)
{
    *first = *last = -1;
    for (isize i = 0; i < s->points.n; i++) {
        if (isnan(s->points.at[i].value)) continue;
        if (*first < 0) *first = i;
        *last = i;
    }
}

/* Side by side, never on one another: the label of the first goes to the side it came from. */
static void labels(struct call *c, struct drawing *d, double x0, double was, double x1,
                   double now)
{
    bool right = x1 >= x0;
    struct str a = forms_num(c, was), b = forms_num(c, now);
    if (fabs(x1 - x0) > 40) {
        draw_text(d, DRAW_SOFT, x0, AXIS - 14, 13, DRAW_MIDDLE, false, a);
        draw_text(d, DRAW_INK, x1, AXIS - 14, 13, DRAW_MIDDLE, true, b);
        return;
    }
    double m = fmin(fmax((x0 + x1) / 2, LEFT + 60), RIGHT - 60);
    draw_text(d, right ? DRAW_SOFT : DRAW_INK, m - 6, AXIS - 14, 13, DRAW_END, !right,
              right ? a : b);
    draw_text(d, right ? DRAW_INK : DRAW_SOFT, m + 6, AXIS - 14, 13, DRAW_START, right,
              right ? b : a);
}

static struct str direction(struct call *c, const struct scoredef *d)
{
    return d->direction == NO_DIRECTION
               ? S("")
               : call_text(c, d->direction == LOWER_IS_BETTER ? "FORM_LOWER"
                                                              : "FORM_HIGHER");
}

static struct html_safe picture(struct call *c, const struct series *s, isize first,
                                isize last, struct str title, struct str said, isize no)
{
    struct arena *a = c->q->a;
    struct drawing *d = draw_new(W, H, a);
    const struct scoredef *q = s->def;
    double was = s->points.at[first].value, now = s->points.at[last].value;
    double x0 = place(q, was), x1 = place(q, now);
    if (s->reliable && last > first) { /* inside: no more than measurement error */
        double l = place(q, was - s->reliable->change),
               r = place(q, was + s->reliable->change);
        draw_rect(d, DRAW_BAND, l, AXIS - 9, r - l, 18, 3);
    }
    draw_line(d, DRAW_GRID, LEFT, AXIS, RIGHT, AXIS, 1.5);
    draw_line(d, DRAW_GRID, LEFT, AXIS - 5, LEFT, AXIS + 5, 1.5);
    draw_line(d, DRAW_GRID, RIGHT, AXIS - 5, RIGHT, AXIS + 5, 1.5);
    draw_text(d, DRAW_SOFT, LEFT - 6, H - 6, 12, DRAW_START, false, forms_num(c, q->lo));
    draw_text(d, DRAW_SOFT, RIGHT + 6, H - 6, 12, DRAW_END, false, forms_num(c, q->hi));
    draw_text(d, DRAW_SOFT, (LEFT + RIGHT) / 2, H - 6, 12, DRAW_MIDDLE, false,
              direction(c, q));
    for (isize i = first + 1; i < last; i++)
        if (!isnan(s->points.at[i].value))
            draw_circle(d, DRAW_B, place(q, s->points.at[i].value), AXIS, 2.5);
    if (last > first) {
        double gap = x1 > x0 ? 7 : -7;
        if (fabs(x1 - x0) > 12) draw_line(d, DRAW_A, x0 + gap, AXIS, x1, AXIS, 2);
        draw_circle(d, DRAW_WAS, x0, AXIS, fabs(x1 - x0) < 6 ? 9 : 6);
        draw_circle(d, DRAW_A, x1, AXIS, 5.5);
        labels(c, d, x0, was, x1, now);
    } else {
        draw_circle(d, DRAW_A, x1, AXIS, 5.5);
        draw_text(d, DRAW_INK, fmin(fmax(x1, LEFT + 12), RIGHT - 12), AXIS - 14, 13,
                  DRAW_MIDDLE, true, forms_num(c, now));
    }
    struct buf b = buf_in(a, 2048);
    draw_svg(d, str_fmt(a, "series-%td", no), title, said, &b);
    return (struct html_safe){buf_str(&b)};
}

static struct str in_words(struct call *c, const struct series *s, isize first,
                           isize last)
{
    const struct series_point *p = &s->points.at[first], *q = &s->points.at[last];
    if (first == last)
        return forms_words(c, "FORM_ONE_VALUE", forms_num(c, q->value),
                           forms_day(c, q->day));
    const char *id = !s->reliable     ? "FORM_CHANGE_NO_LIMIT"
                     : q->changed > 0 ? "FORM_CHANGE_BETTER"
                     : q->changed < 0 ? "FORM_CHANGE_WORSE"
                                      : "FORM_CHANGE_WITHIN";
    return forms_words(c, id, forms_num(c, p->value), forms_day(c, p->day),
                       forms_num(c, q->value), forms_day(c, q->day),
                       forms_num(c, s->reliable ? s->reliable->change : NAN));
}

static void table(struct call *c, const struct collect_kit *k, const struct series *s,
                  struct part_table *t)
{
    struct arena *a = c->q->a;
    t->caption = call_text(c, "FORM_VALUES");
    *PUSH(a, &t->columns) = (struct part_column){call_text(c, "FORM_DAY_OF"), false};
    *PUSH(a, &t->columns) = (struct part_column){call_text(c, "FORM_TIME"), false};
    *PUSH(a, &t->columns) = (struct part_column){call_text(c, "FORM_VALUE"), true};
    for (isize i = 0; i < s->points.n; i++) {
        const struct series_point *p = &s->points.at[i];
        struct part_row *r = PUSH(a, &t->rows);
        *PUSH(a, r) = (struct part_cell){.words = forms_day(c, p->day),
                                         .path = path_response(a, p->response)};
        *PUSH(a, r) = (struct part_cell){.words = forms_time(c, k, p->time)};
        *PUSH(a, r) =
            (struct part_cell){.words = isnan(p->value) ? call_text(c, "FORM_NO_SCORE")
                                                        : forms_num(c, p->value),
                               .soft = p->band};
    }
}

/* Of a measure's scores the one that says most on a page of many: that with a limit for change,
** else the first. */
static bool says_most(const struct series_list *all, isize at)
{
    isize best = -1;
    for (isize i = 0; i < all->n; i++) {
        if (all->at[i].measure != all->at[at].measure) continue;
        if (best < 0 || (all->at[i].reliable && !all->at[best].reliable)) best = i;
    }
    return best == at;
}

int forms_series_of(struct call *c, const struct collect_kit *k, i64 subject,
                    isize measure, struct forms_series *out, struct err *e)
{
    struct series_list all;
    *out = (struct forms_series){0};
    TRY(collect_series(&c->act, k, subject, c->lang, &all, e));
    for (isize i = 0; i < all.n; i++) {
        const struct series *s = &all.at[i];
        isize first, last;
        ends(s, &first, &last);
        if (first < 0 || (measure >= 0 ? s->measure != measure : !says_most(&all, i)))
            continue;
        struct forms_scores *x = PUSH(c->q->a, &out->all);
        struct str name = measure < 0 ? str_fmt(c->q->a, "%.*s: %.*s", FMT(s->label),
                                                FMT(s->def->title))
                                      : s->def->title;
        *x = (struct forms_scores){.title = name, .said = in_words(c, s, first, last)};
        x->figure = picture(c, s, first, last, name, x->said, i);
        table(c, k, s, &x->table);
    }
    return OK;
}
