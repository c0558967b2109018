#include "web/form_rows.h"
#include "base/num.h"
#include <math.h>

/* A scale whose ends alone have words is still a row of buttons; a hundred points are not. */
enum { BUTTONS = 11 };

static bool by_buttons(const struct item *it)
{
    return it->kind == ITEM_CHOICE ||
           (it->kind == ITEM_WHOLE && it->hi - it->lo < BUTTONS);
}

static struct str state_words(const struct call *c, enum answer_state s)
{
    static const char *const id[ANSWER_STATES] = {
        [ANSWER_MISSING] = "FORM_EMPTY",
        [ANSWER_GIVEN] = "FORM_EMPTY",
        [ANSWER_NOT_APPLICABLE] = "FORM_NOT_APPLICABLE",
        [ANSWER_NOT_KNOWN] = "FORM_NOT_KNOWN",
        [ANSWER_DECLINED] = "FORM_DECLINED",
    };
    return call_text(c, id[s]);
}

static struct str label_of(const struct item *it, double value)
{
    for (isize i = 0; i < it->choices.n; i++)
        if (it->choices.at[i].value == value) return it->choices.at[i].text;
    return S("");
}

struct str form_rows_words(struct call *c, const struct item *it, const struct answer *x)
{
    if (x->state != ANSWER_GIVEN) return state_words(c, x->state);
    struct str n = forms_num(c, x->value), words = label_of(it, x->value);
    struct buf b = buf_in(c->q->a, 80);
    buf_put(&b, n);
    if (words.n) buf_fmt(&b, ": %.*s", FMT(words));
    if (x->detail.n) buf_fmt(&b, " (%.*s)", FMT(x->detail));
    return buf_str(&b);
}

static void choice(struct call *c, struct form_row *r, struct str value, struct str words,
                   bool reason, struct str now)
{
    isize n = r->choices.n;
    *PUSH(c->q->a, &r->choices) = (struct form_choice){
        .value = value,
        .words = words,
        .reason = reason,
        .chosen = str_eq(value, now),
        .id = n ? str_fmt(c->q->a, "%s-%td", r->name, n) : str_of(r->name)};
}

static void reasons(struct call *c, const struct item *it, struct form_row *r,
                    struct str now)
{
    for (int s = ANSWER_NOT_APPLICABLE; s < ANSWER_STATES; s++)
        if (s != ANSWER_NOT_APPLICABLE || it->not_applicable.n)
            choice(c, r, str_of(answer_state_word[s]),
                   state_words(c, (enum answer_state)s), true, now);
}

static struct str help_of(struct call *c, const struct item *it)
{
    struct buf b = buf_in(c->q->a, 80);
    if (!by_buttons(it))
        buf_put(&b, forms_words(c, "FORM_FROM_TO", forms_num(c, it->lo),
                                forms_num(c, it->hi)));
    if (it->optional)
        buf_fmt(&b, "%s%.*s", b.n ? " " : "", FMT(call_text(c, "FORM_OPTIONAL")));
    if (it->only.n) buf_fmt(&b, "%s(%.*s)", b.n ? " " : "", FMT(it->only));
    return buf_str(&b);
}

static void detail_of(struct call *c, const struct item *it, isize item, struct str value,
                      struct form_row *r)
{
    struct arena *a = c->q->a;
    if (!it->detail.ask.n) return;
    r->detail = str_fmt(a, "d%td", item + 1).at;
    r->detail_value = value;
    struct buf b = buf_in(a, 80);
    buf_put(&b, it->detail.ask);
    for (isize i = 0; i < it->detail.one_of.n; i++)
        buf_fmt(&b, "%s%.*s", i ? ", " : " (", FMT(it->detail.one_of.at[i]));
    if (it->detail.one_of.n) buf_putc(&b, ')');
    r->ask = buf_str(&b);
}

void form_rows_make(struct call *c, const struct instrument *in, isize item,
                    const struct form_cell *cell, struct form_row *out)
{
    struct arena *a = c->q->a;
    const struct item *it = &in->items.at[item];
    struct str now = cell ? cell->text : S("");
    *out = (struct form_row){.name = str_fmt(a, "a%td", item + 1).at,
                             .no = it->no,
                             .text = it->text,
                             .help = help_of(c, it),
                             .typed = !by_buttons(it)};
    detail_of(c, it, item, cell ? cell->detail : S(""), out);
    if (out->typed) {
        bool reason = false;
        for (int s = ANSWER_NOT_APPLICABLE; s < ANSWER_STATES; s++)
            reason = reason || str_is(now, answer_state_word[s]);
        out->why = str_fmt(a, "r%td", item + 1).at;
        out->value = reason ? S("") : now;
        choice(c, out, S(""), call_text(c, "FORM_WHY_NONE"), false,
               reason ? S("-") : S(""));
        reasons(c, it, out, reason ? now : S("-"));
        return;
    }
    if (it->kind == ITEM_CHOICE) {
        for (isize i = 0; i < it->choices.n; i++)
            choice(c, out, num_shortest(it->choices.at[i].value, a),
                   str_fmt(a, "%.*s %.*s", FMT(forms_num(c, it->choices.at[i].value)),
                           FMT(it->choices.at[i].text)),
                   false, now);
    } else {
        for (double x = it->lo; x <= it->hi; x++)
            choice(c, out, num_shortest(x, a),
                   str_trim(str_fmt(a, "%.*s %.*s", FMT(forms_num(c, x)),
                                    FMT(label_of(it, x)))),
                   false, now);
    }
    reasons(c, it, out, now);
    choice(c, out, S(""), call_text(c, "FORM_EMPTY"), true, now.n ? now : S("-"));
}

struct form_cell *form_rows_typed(const struct call *c, const struct instrument *in)
{
    struct arena *a = c->q->a;
    struct form_cell *cell = NEW(a, struct form_cell, in->items.n);
    for (isize i = 0; i < in->items.n; i++) {
        cell[i].text = call_field(c, str_fmt(a, "a%td", i + 1).at);
        if (!by_buttons(&in->items.at[i])) {
            struct str why = call_field(c, str_fmt(a, "r%td", i + 1).at);
            if (!cell[i].text.n) cell[i].text = why;
        }
        if (in->items.at[i].detail.ask.n)
            cell[i].detail = call_field(c, str_fmt(a, "d%td", i + 1).at);
    }
    return cell;
}

struct form_cell *form_rows_cells(struct call *c, const struct instrument *in,
                                  const struct answer *x)
{
    struct form_cell *cell = NEW(c->q->a, struct form_cell, in->items.n);
    for (isize i = 0; i < in->items.n; i++) {
        if (x[i].state == ANSWER_GIVEN)
            cell[i] = (struct form_cell){num_shortest(x[i].value, c->q->a), x[i].detail};
        else if (x[i].state != ANSWER_MISSING)
            cell[i].text = str_of(answer_state_word[x[i].state]);
    }
    return cell;
}

struct answer *form_rows_read(struct call *c, const struct instrument *in,
                              const struct form_cell *cell)
{
    struct arena *a = c->q->a;
    struct answer *x = NEW(a, struct answer, in->items.n);
    struct form_faults wrong = {0};
    struct err none;
    collect_read(in, cell, x, &wrong, a);
    for (isize i = 0; i < wrong.n; i++) {
        const struct item *it = &in->items.at[wrong.at[i].item];
        struct str words = by_buttons(it)
                               ? call_text(c, "FORM_CHOOSE")
                               : forms_words(c, "FORM_BETWEEN", forms_num(c, it->lo),
                                             forms_num(c, it->hi));
        call_fault_words(c, str_fmt(a, "a%td", wrong.at[i].item + 1).at, words);
    }
    for (isize i = 0; i < in->items.n && wrong.n == 0; i++)
        if (answer_item_check(&in->items.at[i], &x[i], &none) != OK)
            call_fault(c, str_fmt(a, "a%td", i + 1).at, "FORM_CHOOSE");
    /* A number and a reason for having none: nobody knows which was meant. */
    for (isize i = 0; i < in->items.n; i++) {
        if (by_buttons(&in->items.at[i])) continue;
        if (call_field(c, str_fmt(a, "a%td", i + 1).at).n &&
            call_field(c, str_fmt(a, "r%td", i + 1).at).n)
            call_fault(c, str_fmt(a, "a%td", i + 1).at, "FORM_BOTH");
    }
    return x;
}
