#include "web/form_print.h"
#include "report/doc.h"
#include "web/form_rows.h"
#include <math.h>

/* The boxes of an item: "[ ] 0 none   [ ] 1 minor ..."; what was answered has a cross. */
static struct str boxes(struct call *c, const struct form_row *r, bool blank)
{
    struct buf b = buf_in(c->q->a, 200);
    if (r->typed) {
        buf_fmt(&b, "%.*s", blank ? 12 : 0, "____________");
        for (isize i = 1; i < r->choices.n && blank; i++)
            buf_fmt(&b, "   [  ] %.*s", FMT(r->choices.at[i].words));
    }
    for (isize i = 0; i < r->choices.n && !r->typed; i++) {
        const struct form_choice *o = &r->choices.at[i];
        if (!o->value.n) continue;
        buf_fmt(&b, "%s[%s] %.*s", b.n ? "   " : "", o->chosen && !blank ? "X" : "  ",
                FMT(o->words));
    }
    if (r->detail && blank) buf_fmt(&b, "   %.*s: ______", FMT(r->ask));
    return buf_str(&b);
}

static struct doc *document(struct call *c, const struct collect_kit *k,
                            const struct form_key *key, const struct form_page *p,
                            const struct instrument *in, const struct form_version *v)
{
    struct arena *a = c->q->a;
    struct doc *d = doc_new(S("form"), in->title, c->lang, a);
    struct str who = forms_who(c, p->code, p->part), time = forms_time(c, k, key->time);
    struct doc_col *col = NEW(a, struct doc_col, 3);
    col[0] = (struct doc_col){.key = S("no"), .head = S("")};
    col[1] = (struct doc_col){.key = S("item"), .head = call_text(c, "FORM_ITEM")};
    col[2] = (struct doc_col){.key = S("answer"), .head = call_text(c, "FORM_ANSWER")};
    d->subtitle =
        str_fmt(a, "%.*s%s%.*s", FMT(who), time.n ? " \302\267 " : "", FMT(time));
    d->foot = str_fmt(a, "%.*s \302\267 %.*s", FMT(forms_measure(c, k, key->measure)),
                      FMT(d->subtitle));
    d->date = day_text(v ? v->r.day : c->act.today, a);
    doc_lead(
        d,
        v ? forms_words(c, "FORM_ANSWERED_ON", forms_day(c, v->r.day),
                        v->r.staff ? v->r.staff_name : call_text(c, "FORM_PARTICIPANT"))
          : forms_words(c, "FORM_PAPER_HEAD", S("____________"), S("____________")));
    if (in->period.n) doc_para(d, forms_words(c, "FORM_PERIOD", in->period));
    struct doc_table *t =
        doc_table(d, "items", forms_measure(c, k, key->measure), col, 3);
    for (isize i = 0; i < in->items.n; i++) {
        struct form_row r;
        struct doc_cell *cell = doc_row(t);
        form_rows_make(c, in, i, NULL, &r);
        doc_words(&cell[0], in->items.at[i].no);
        doc_words(&cell[1], in->items.at[i].text);
        doc_words(&cell[2], v ? form_rows_words(c, &in->items.at[i], &v->answer[i])
                              : boxes(c, &r, true));
    }
    doc_source(d, "study", call_text(c, "FORM_STUDY"), study_word(&k->s->title, c->lang));
    doc_source(d, "instrument", call_text(c, "FORM_INSTRUMENT"),
               forms_words(c, "FORM_REVISION", in->id, forms_int(c, in->revision)));
    if (v)
        doc_source(d, "response", call_text(c, "FORM_RESPONSE"), forms_int(c, v->r.id));
    if (in->validation.n)
        doc_source(d, "wording", call_text(c, "FORM_WORDING"), in->validation);
    doc_source(d, "licence", call_text(c, "FORM_LICENCE"), forms_licence(in));
    doc_source(d, "printed", call_text(c, "FORM_PRINTED"), call_when(c, c->act.now));
    return d;
}

int form_print(struct call *c, const struct collect_kit *k, const struct form_key *key,
               const struct form_page *p, const struct instrument *in,
               const struct form_version *v, struct err *e)
{
    struct str pdf = {0};
    TRY(doc_pdf_bytes(document(c, k, key, p, in, v), &pdf, c->q->a, e));
    struct str name =
        str_fmt(c->q->a, "inline; filename=\"%.*s-%.*s.pdf\"", FMT(in->id), FMT(p->code));
    http_reply_header(c->q, "Content-Disposition", name);
    return http_reply(c->q, 200, "application/pdf", pdf);
}
