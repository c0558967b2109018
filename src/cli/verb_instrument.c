/* Instruments from the shell: what there is, what one is, scores of a table, worked
** cases. */
#include "base/csv.h"
#include "base/json.h"
#include "base/num.h"
#include "cli/verbs.h"
#include "study/answer.h"
#include "study/library.h"
#include "study/score.h"
#include "study/worked.h"
#include <math.h>

static void print_json(struct cli *c, const struct buf *b)
{
    fprintf(c->out, "%.*s\n", FMT(buf_str(b)));
}

static int read_library(struct cli *c, struct library *lib, struct err *e)
{
    const char *dir = NULL;
    TRY(cli_data_dir(c, &dir, e));
    return library_read_instruments(dir, lib, c->a, e);
}

static int find(struct cli *c, const char *id, const struct instrument **out,
                struct err *e)
{
    struct library *lib = NEW(c->a, struct library, 1);
    TRY(read_library(c, lib, e));
    return library_wording(lib, str_of(id), str_of(lang_code[c->lang]), out, c->a, e);
}

static isize unverified(const struct facts *f)
{
    isize n = 0;
    for (isize i = 0; i < f->n; i++) n += f->at[i].mark.unverified;
    return n;
}

/* ---- varde instrument list ------------------------------------------------------ */

static void list_json(struct cli *c, const struct library *lib)
{
    struct buf b = buf_in(c->a, 4096);
    struct json_out w = json_to(&b, 2);
    json_open(&w, NULL, '[');
    for (isize i = 0; i < lib->instruments.n; i++) {
        const struct instrument *in = lib->instruments.at[i];
        json_open(&w, NULL, '{');
        json_put_str(&w, "id", in->id);
        json_put_int(&w, "revision", in->revision);
        json_put_str(&w, "title", in->title);
        json_put_str(&w, "rater", str_of(rater_word[in->rater]));
        json_put_int(&w, "items", in->items.n);
        json_put_int(&w, "scores", in->scores.n);
        json_put_int(&w, "cases", in->cases.n);
        json_put_str(&w, "wording", str_of(wording_word[in->wording]));
        json_put_int(&w, "unverified", unverified(&in->facts));
        json_put_str(&w, "hash", str_of(in->hash.hex));
        json_close(&w, '}');
    }
    json_close(&w, ']');
    print_json(c, &b);
}

int verb_instrument_list(struct cli *c, struct err *e)
{
    struct library lib;
    TRY(cli_end(c, e));
    TRY(read_library(c, &lib, e));
    if (c->json) {
        list_json(c, &lib);
        return OK;
    }
    struct cli_table t = cli_table(c, 7);
    static const char *const head[] = {"id",    "revision", "items",     "scores",
                                       "rater", "wording",  "unverified"};
    for (isize i = 0; i < COUNT(head); i++) cli_cell(&t, str_of(head[i]));
    for (isize i = 0; i < lib.instruments.n; i++) {
        const struct instrument *in = lib.instruments.at[i];
        cli_cell(&t, in->id);
        cli_cell_num(&t, in->revision, 0);
        cli_cell_num(&t, (double)in->items.n, 0);
        cli_cell_num(&t, (double)in->scores.n, 0);
        cli_cell(&t, str_of(rater_word[in->rater]));
        cli_cell(&t, str_of(wording_word[in->wording]));
        cli_cell_num(&t, (double)unverified(&in->facts), 0);
    }
    cli_print(&t);
    fprintf(c->out,
            "\nunverified: facts from memory that nobody has found in a source yet; "
            "`varde instrument show ID` lists them\n");
    return OK;
}

/* ---- varde instrument show ------------------------------------------------------ */

/* " [SOURCE] [unverified] (note)" */
static void put_mark(struct buf *b, const struct mark *m)
{
    if (m->source.n) buf_fmt(b, " [%.*s]", FMT(m->source));
    if (m->unverified) buf_put(b, S(" [unverified]"));
    if (m->note.n) buf_fmt(b, " (%.*s)", FMT(m->note));
}

/* Words from column `at` on, broken before column 90, the next lines indented to `at`. */
static void put_wrapped(struct buf *b, struct str s, int at)
{
    struct str word;
    int col = at;
    s = str_trim(s);
    while (str_cut(&s, ' ', &word)) {
        if (col > at && col + 1 + word.n > 90) {
            buf_fmt(b, "\n%*s", at, "");
            col = at;
        }
        if (col > at) buf_putc(b, ' ');
        buf_put(b, word);
        col += (col > at) + (int)word.n;
    }
}

static void put_choices(struct buf *b, const struct choices *c, const struct mark *m)
{
    for (isize i = 0; i < c->n; i++)
        buf_fmt(b, "%s%g = %.*s", i ? "; " : "", c->at[i].value, FMT(c->at[i].text));
    put_mark(b, m);
}

static void show_item(struct buf *b, const struct instrument *in, const struct item *it,
                      struct arena *a)
{
    buf_fmt(b, "  %-4.*s %-22.*s %.*s", FMT(it->no), FMT(it->id), FMT(it->text));
    if (it->reverse) buf_put(b, S(" [reversed]"));
    if (it->optional) buf_put(b, S(" [optional]"));
    if (it->only.n) buf_fmt(b, " [only: %.*s]", FMT(it->only));
    put_mark(b, &it->mark);
    buf_putc(b, '\n');
    if (it->choices.n && it->choices.at != in->choices.at) {
        buf_put(b, S("         "));
        put_choices(b, &it->choices, &it->choices_mark);
        buf_putc(b, '\n');
    } else if (it->choices.n == 0) {
        buf_fmt(b, "         %.*s\n", FMT(answer_allowed(it, a)));
    }
    if (it->not_applicable.n)
        buf_fmt(b, "         not applicable when %.*s\n", FMT(it->not_applicable));
    if (it->detail.ask.n)
        buf_fmt(b, "         from %g on asks for: %.*s\n", it->detail.from,
                FMT(it->detail.ask));
    if (it->rate.steps.n)
        buf_fmt(b, "         counted: %.*s among %.*s\n", FMT(it->rate.count),
                FMT(it->rate.among));
    if (it->rate.estimate_from.n) {
        buf_fmt(b, "         if those are not known: %.*s times %g, said to be estimated",
                FMT(it->rate.estimate_from), it->rate.times);
        put_mark(b, &it->rate.estimate_mark);
        buf_putc(b, '\n');
    }
}

static void show_score(struct buf *b, const struct instrument *in,
                       const struct scoredef *d, struct arena *a)
{
    buf_fmt(b, "  %-20.*s %.*s", FMT(d->id), FMT(d->title));
    put_mark(b, &d->mark);
    buf_fmt(b, "\n    %s of ", metric_word[d->metric]);
    if (!d->of_scores && d->n == in->items.n) {
        buf_put(b, S("all items"));
    } else {
        for (isize i = 0; i < d->n; i++)
            buf_fmt(b, "%s%.*s", i ? ", " : "",
                    FMT(d->of_scores ? in->scores.at[d->of[i]].id
                                     : in->items.at[d->of[i]].no));
    }
    for (isize i = 0; d->weight && i < d->n; i++)
        buf_fmt(b, "%s%g", i ? ", " : ", weights ", d->weight[i]);
    bool single = d->metric == METRIC_COUNT || d->metric == METRIC_CRITERION;
    if (single && !isinf(d->when_lo)) buf_fmt(b, ", at least %g", d->when_lo);
    if (single && !isinf(d->when_hi)) buf_fmt(b, ", at most %g", d->when_hi);
    if (d->times != 1 || d->plus != 0)
        buf_fmt(b, ", times %g plus %g", d->times, d->plus);
    put_mark(b, &d->how_mark);
    buf_fmt(b, "; %g to %g; %s", d->lo, d->hi, direction_word[d->direction]);
    put_mark(b, &d->direction_mark);
    buf_fmt(b, "\n    missing: %.*s", FMT(score_rule(in, d, a)));
    put_mark(b, &d->missing_mark);
    buf_putc(b, '\n');
    for (isize i = 0; i < d->bands.n; i++) {
        const struct band *k = &d->bands.at[i];
        buf_fmt(b, "    from %g: %.*s", k->from, FMT(k->text.n ? k->text : k->name));
        put_mark(b, &k->mark);
        buf_putc(b, '\n');
    }
    for (isize i = 0; i < d->cutoffs.n; i++) {
        const struct cutoff *k = &d->cutoffs.at[i];
        buf_fmt(b, "    %s %g: %.*s%s%.*s", k->at_least ? "at least" : "at most", k->at,
                FMT(k->means), k->who.n ? ", " : "", FMT(k->who));
        put_mark(b, &k->mark);
        buf_putc(b, '\n');
    }
    for (isize i = 0; i < d->reliable.n; i++) {
        const struct reliable *k = &d->reliable.at[i];
        buf_fmt(b, "    reliable change: %.3g%s%.*s", k->change, k->who.n ? ", " : "",
                FMT(k->who));
        if (!isnan(k->sd))
            buf_fmt(b, " (computed: 1.96 x %g sqrt(2 (1 - %g)))", k->sd, k->r);
        put_mark(b, &k->mark);
        buf_putc(b, '\n');
    }
}

static void show_head(struct buf *b, const struct instrument *in)
{
    buf_fmt(b, "%.*s\n%.*s, revision %d, hash %.12s\n\n", FMT(in->title), FMT(in->id),
            in->revision, in->hash.hex);
    if (in->about.n) {
        put_wrapped(b, in->about, 0);
        buf_put(b, S("\n\n"));
    }
    buf_fmt(b, "rated by: %s\n", rater_word[in->rater]);
    if (in->period.n) {
        buf_fmt(b, "period:   %.*s", FMT(in->period));
        put_mark(b, &in->period_mark);
        buf_putc(b, '\n');
    }
    buf_fmt(b, "wording:  %s (language %.*s)\n", wording_word[in->wording],
            FMT(in->lang));
    if (in->translation.n) {
        buf_put(b, S("          "));
        put_wrapped(b, in->translation, 10);
        buf_putc(b, '\n');
    }
    buf_put(b, S("licence:  "));
    put_wrapped(b, in->licence, 10);
    put_mark(b, &in->licence_mark);
    buf_putc(b, '\n');
    if (in->source.n) {
        buf_put(b, S("source:   "));
        put_wrapped(b, in->source, 10);
        buf_putc(b, '\n');
    }
    buf_fmt(b, "file:     %s\n", in->file);
}

static void show_tail(struct buf *b, const struct instrument *in)
{
    for (isize i = 0; i < in->alerts.n; i++) {
        const struct alert *k = &in->alerts.at[i];
        buf_fmt(b, "%salert on item %.*s: tell %.*s: %.*s\n", i ? "" : "\n",
                FMT(in->items.at[k->item].no), FMT(k->tell), FMT(k->text));
    }
    for (isize i = 0; i < in->terms.n; i++) {
        const struct term *k = &in->terms.at[i];
        buf_fmt(b, "%scode: %.*s %.*s of %.*s", i ? "" : "\n", FMT(k->system),
                FMT(k->code), FMT(k->of.n ? k->of : in->id));
        put_mark(b, &k->mark);
        buf_putc(b, '\n');
    }
    if (in->sources.n) buf_put(b, S("\nsources\n"));
    for (isize i = 0; i < in->sources.n; i++)
        buf_fmt(b, "  [%.*s] %.*s\n", FMT(in->sources.at[i].key),
                FMT(str_trim(in->sources.at[i].text)));
    isize n = unverified(&in->facts);
    buf_fmt(b, "\nunverified: %td %s from memory that nobody has found in a source yet\n",
            n, n == 1 ? "fact" : "facts");
    for (isize i = 0; i < in->facts.n; i++)
        if (in->facts.at[i].mark.unverified)
            buf_fmt(b, "  line %d: %.*s\n", in->facts.at[i].line,
                    FMT(in->facts.at[i].what));
}

static void show_text(struct cli *c, const struct instrument *in)
{
    struct buf b = buf_in(c->a, 8192);
    show_head(&b, in);
    buf_put(&b, S("\nitems\n"));
    if (in->choices.n) {
        buf_put(&b, S("  "));
        put_choices(&b, &in->choices, &in->items.at[0].choices_mark);
        buf_put(&b, S("\n"));
    }
    for (isize i = 0; i < in->items.n; i++) show_item(&b, in, &in->items.at[i], c->a);
    buf_put(&b, S("\nscores\n"));
    for (isize i = 0; i < in->scores.n; i++) show_score(&b, in, &in->scores.at[i], c->a);
    show_tail(&b, in);
    fprintf(c->out, "%.*s", FMT(buf_str(&b)));
}

static void json_mark(struct json_out *w, const struct mark *m)
{
    if (m->source.n) json_put_str(w, "source", m->source);
    if (m->unverified) json_put_bool(w, "verified", false);
    if (m->note.n) json_put_str(w, "note", m->note);
}

static void json_item(struct json_out *w, const struct item *it)
{
    static const char *const kind[] = {"choice", "whole", "number"};
    json_open(w, NULL, '{');
    json_put_str(w, "id", it->id);
    json_put_str(w, "no", it->no);
    json_put_str(w, "text", it->text);
    json_put_str(w, "type", str_of(kind[it->kind]));
    json_put_num(w, "lo", it->lo);
    json_put_num(w, "hi", it->hi);
    json_put_bool(w, "reverse", it->reverse);
    json_put_bool(w, "optional", it->optional);
    if (it->only.n) json_put_str(w, "only", it->only);
    if (it->not_applicable.n) json_put_str(w, "not_applicable", it->not_applicable);
    json_mark(w, &it->mark);
    json_open(w, "choices", '[');
    for (isize i = 0; i < it->choices.n; i++) {
        json_open(w, NULL, '{');
        json_put_num(w, "value", it->choices.at[i].value);
        json_put_str(w, "text", it->choices.at[i].text);
        json_close(w, '}');
    }
    json_close(w, ']');
    if (it->choices_mark.unverified) json_put_bool(w, "choices_verified", false);
    json_close(w, '}');
}

static void json_score(struct json_out *w, const struct instrument *in,
                       const struct scoredef *d, struct arena *a)
{
    json_open(w, NULL, '{');
    json_put_str(w, "id", d->id);
    json_put_str(w, "title", d->title);
    json_put_str(w, "metric", str_of(metric_word[d->metric]));
    json_open(w, "of", '[');
    for (isize i = 0; i < d->n; i++)
        json_put_str(w, NULL,
                     d->of_scores ? in->scores.at[d->of[i]].id
                                  : in->items.at[d->of[i]].id);
    json_close(w, ']');
    json_put_num(w, "lo", d->lo);
    json_put_num(w, "hi", d->hi);
    json_put_str(w, "direction", str_of(direction_word[d->direction]));
    json_put_str(w, "missing", score_rule(in, d, a));
    json_mark(w, &d->mark);
    json_open(w, "bands", '[');
    for (isize i = 0; i < d->bands.n; i++) {
        json_open(w, NULL, '{');
        json_put_num(w, "from", d->bands.at[i].from);
        json_put_str(w, "name", d->bands.at[i].name);
        json_mark(w, &d->bands.at[i].mark);
        json_close(w, '}');
    }
    json_close(w, ']');
    json_open(w, "cutoffs", '[');
    for (isize i = 0; i < d->cutoffs.n; i++) {
        const struct cutoff *k = &d->cutoffs.at[i];
        json_open(w, NULL, '{');
        json_put_num(w, k->at_least ? "at_least" : "at_most", k->at);
        json_put_str(w, "means", k->means);
        if (k->who.n) json_put_str(w, "who", k->who);
        json_mark(w, &k->mark);
        json_close(w, '}');
    }
    json_close(w, ']');
    json_open(w, "reliable_change", '[');
    for (isize i = 0; i < d->reliable.n; i++) {
        const struct reliable *k = &d->reliable.at[i];
        json_open(w, NULL, '{');
        json_put_num(w, "change", k->change);
        json_put_bool(w, "computed", !isnan(k->sd));
        if (k->who.n) json_put_str(w, "who", k->who);
        json_mark(w, &k->mark);
        json_close(w, '}');
    }
    json_close(w, ']');
    json_close(w, '}');
}

static void show_json(struct cli *c, const struct instrument *in)
{
    struct buf b = buf_in(c->a, 8192);
    struct json_out w = json_to(&b, 2);
    json_open(&w, NULL, '{');
    json_put_str(&w, "id", in->id);
    json_put_int(&w, "revision", in->revision);
    json_put_str(&w, "hash", str_of(in->hash.hex));
    json_put_str(&w, "title", in->title);
    json_put_str(&w, "about", str_trim(in->about));
    json_put_str(&w, "rater", str_of(rater_word[in->rater]));
    json_put_str(&w, "wording", str_of(wording_word[in->wording]));
    json_put_str(&w, "language", in->lang);
    if (in->translation.n) json_put_str(&w, "translation", in->translation);
    json_put_str(&w, "licence", str_trim(in->licence));
    json_open(&w, "items", '[');
    for (isize i = 0; i < in->items.n; i++) json_item(&w, &in->items.at[i]);
    json_close(&w, ']');
    json_open(&w, "scores", '[');
    for (isize i = 0; i < in->scores.n; i++) json_score(&w, in, &in->scores.at[i], c->a);
    json_close(&w, ']');
    json_open(&w, "alerts", '[');
    for (isize i = 0; i < in->alerts.n; i++) {
        const struct alert *k = &in->alerts.at[i];
        json_open(&w, NULL, '{');
        json_put_str(&w, "item", in->items.at[k->item].id);
        if (!isinf(k->from)) json_put_num(&w, "at_least", k->from);
        if (!isinf(k->upto)) json_put_num(&w, "at_most", k->upto);
        json_put_str(&w, "tell", k->tell);
        json_put_str(&w, "about", k->text);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    json_open(&w, "unverified", '[');
    for (isize i = 0; i < in->facts.n; i++) {
        if (!in->facts.at[i].mark.unverified) continue;
        json_open(&w, NULL, '{');
        json_put_str(&w, "fact", in->facts.at[i].what);
        json_put_int(&w, "line", in->facts.at[i].line);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    json_close(&w, '}');
    print_json(c, &b);
}

int verb_instrument_show(struct cli *c, struct err *e)
{
    const char *id = NULL;
    const struct instrument *in = NULL;
    TRY(cli_arg(c, "the instrument's id", &id, e));
    TRY(cli_end(c, e));
    TRY(find(c, id, &in, e));
    if (c->json)
        show_json(c, in);
    else
        show_text(c, in);
    return OK;
}

/* ---- varde instrument score ----------------------------------------------------- */

struct scored {
    const struct csv *csv;
    const struct instrument *in;
    isize *col;  /* of each item */
    isize label; /* the column that names a row; -1: the row's number */
};

/* Columns are item ids, numbers on paper, or PREFIX followed by 01, 02, ... */
static int find_columns(struct cli *c, struct scored *s, const char *prefix,
                        struct err *e)
{
    const struct instrument *in = s->in;
    bool *used = NEW(c->a, bool, s->csv->n_cols);
    s->col = NEW(c->a, isize, in->items.n);
    for (isize i = 0; i < in->items.n; i++) {
        const struct item *it = &in->items.at[i];
        struct str name = prefix ? str_fmt(c->a, "%s%02td", prefix, i + 1) : it->id;
        isize k = 0;
        while (k < s->csv->n_cols && !str_eq(s->csv->head[k], name)) k++;
        for (isize j = 0; !prefix && k == s->csv->n_cols && j < s->csv->n_cols; j++)
            if (str_eq(s->csv->head[j], it->no)) k = j;
        if (k == s->csv->n_cols)
            return err_set(
                e, E_CSV, "%s: there is no column for item %.*s: expected '%.*s'%s%.*s%s",
                s->csv->file, FMT(it->no), FMT(name), prefix ? "" : " or '",
                prefix ? 0 : (int)it->no.n, it->no.at, prefix ? "" : "'");
        s->col[i] = k;
        used[k] = true;
    }
    s->label = s->csv->n_cols > 0 && !used[0] ? 0 : -1;
    return OK;
}

static int read_row(struct cli *c, const struct scored *s, isize row,
                    struct answer *answer, struct err *e)
{
    for (isize i = 0; i < s->in->items.n; i++) {
        struct err why = {0};
        struct str cell = csv_cell(s->csv, row, s->col[i]);
        int code = answer_read(&s->in->items.at[i], cell, &answer[i], &why);
        if (code != OK)
            return csv_refuse(s->csv, row, s->col[i], code, e, "%s", why.text);
    }
    return OK;
}

static const char *how(const struct score *s)
{
    return isnan(s->value)   ? "too few answered"
           : s->imputed      ? "missing replaced"
           : s->prorated     ? "scaled up"
           : s->short_of_all ? "some do not apply"
                             : "";
}

static struct str row_label(struct cli *c, const struct scored *s, isize row)
{
    return s->label >= 0 ? csv_cell(s->csv, row, s->label)
                         : str_fmt(c->a, "%td", row + 1);
}

static void score_json(struct json_out *w, const struct scoredef *d,
                       const struct score *s)
{
    json_open(w, NULL, '{');
    json_put_str(w, "score", d->id);
    json_put_num(w, "value", s->value);
    json_put_str(w, "metric", str_of(metric_word[d->metric]));
    json_put_int(w, "answered", s->n_answered);
    json_put_int(w, "items", s->n_items);
    json_put_str(w, "rule", str_of(missing_word[d->rule]));
    json_put_bool(w, "prorated", s->prorated);
    json_put_bool(w, "imputed", s->imputed);
    if (d->bands.n) json_put_str(w, "band", score_band(d, *s));
    json_close(w, '}');
}

/* Alerts of a row: an array in JSON, lines for below the table in text. */
static void row_alerts(struct cli *c, const struct scored *s, struct str label,
                       const struct answer *answer, struct json_out *w, struct buf *said)
{
    struct remarks r = answer_remarks(s->in, answer, c->a);
    if (c->json) json_open(w, "alerts", '[');
    for (isize i = 0; i < r.n; i++) {
        const struct alert *k = r.at[i].alert;
        if (r.at[i].kind != REMARK_ALERT) continue;
        const struct item *it = &s->in->items.at[r.at[i].item];
        if (c->json) {
            json_open(w, NULL, '{');
            json_put_str(w, "item", it->id);
            json_put_str(w, "tell", k->tell);
            json_put_str(w, "about", k->text);
            json_close(w, '}');
        } else {
            buf_fmt(said, "  %.*s, item %.*s: tell %.*s: %.*s\n", FMT(label), FMT(it->no),
                    FMT(k->tell), FMT(k->text));
        }
    }
    if (c->json) json_close(w, ']');
}

static int score_rows(struct cli *c, const struct scored *s, isize only,
                      struct cli_table *t, struct json_out *w, struct buf *said,
                      struct err *e)
{
    const struct instrument *in = s->in;
    struct answer *answer = NEW(c->a, struct answer, in->items.n);
    struct score *out = NEW(c->a, struct score, in->scores.n);
    for (isize row = 0; row < s->csv->n; row++) {
        TRY(read_row(c, s, row, answer, e));
        score_all(in, answer, out);
        struct str label = row_label(c, s, row);
        if (c->json) {
            json_open(w, NULL, '{');
            json_put_str(w, "row", label);
            json_open(w, "scores", '[');
        }
        for (isize k = 0; k < in->scores.n; k++) {
            const struct scoredef *d = &in->scores.at[k];
            if (only >= 0 && k != only) continue;
            if (c->json) {
                score_json(w, d, &out[k]);
                continue;
            }
            cli_cell(t, label);
            cli_cell(t, d->id);
            cli_cell(t,
                     isnan(out[k].value) ? S("none") : num_fixed(out[k].value, 3, c->a));
            cli_cell(t, str_fmt(c->a, "%d of %d", out[k].n_answered, out[k].n_items));
            cli_cell(t, str_of(how(&out[k])));
            cli_cell(t, score_band(d, out[k]));
        }
        if (c->json) json_close(w, ']');
        row_alerts(c, s, label, answer, w, said);
        if (c->json) json_close(w, '}');
    }
    return OK;
}

int verb_instrument_score(struct cli *c, struct err *e)
{
    const char *id = NULL, *prefix = NULL, *score = NULL;
    struct csv csv = {0};
    struct scored s = {.csv = &csv};
    isize only = -1;
    TRY(cli_opt(c, "--prefix", &prefix, e));
    TRY(cli_opt(c, "--score", &score, e));
    TRY(cli_data(c, &csv, e));
    TRY(cli_arg(c, "the instrument's id", &id, e));
    TRY(cli_end(c, e));
    TRY(find(c, id, &s.in, e));
    if (score) TRY(instrument_score_find(s.in, str_of(score), &only, e));
    TRY(find_columns(c, &s, prefix, e));
    static const char *const head[] = {"row",      "score", "value",
                                       "answered", "how",   "band"};
    struct cli_table t = cli_table(c, COUNT(head));
    for (isize i = 0; i < COUNT(head); i++) cli_cell(&t, str_of(head[i]));
    struct buf b = buf_in(c->a, 4096);
    struct json_out w = json_to(&b, 2);
    if (c->json) json_open(&w, NULL, '[');
    struct buf said = buf_in(c->a, 256);
    TRY(score_rows(c, &s, only, &t, &w, &said, e));
    if (c->json) {
        json_close(&w, ']');
        print_json(c, &b);
        return OK;
    }
    cli_print(&t);
    if (said.n) fprintf(c->out, "\nalerts:\n%.*s", FMT(buf_str(&said)));
    fprintf(c->out, "\nmissing rules of %.*s, revision %d:\n", FMT(s.in->id),
            s.in->revision);
    for (isize k = 0; k < s.in->scores.n; k++)
        if (only < 0 || k == only)
            fprintf(c->out, "  %.*s: %.*s\n", FMT(s.in->scores.at[k].id),
                    FMT(score_rule(s.in, &s.in->scores.at[k], c->a)));
    return OK;
}

/* ---- varde instrument cases ------------------------------------------------------ */

int verb_instrument_cases(struct cli *c, struct err *e)
{
    const char *id = NULL;
    struct library lib;
    const struct instrument *one = NULL;
    isize passed = 0, failed = 0;
    if (cli_more(c)) TRY(cli_arg(c, "the instrument's id", &id, e));
    TRY(cli_end(c, e));
    TRY(read_library(c, &lib, e));
    if (id) TRY(library_instrument(&lib, str_of(id), &one, e));
    struct buf b = buf_in(c->a, 1024);
    struct json_out w = json_to(&b, 2);
    if (c->json) json_open(&w, NULL, '[');
    for (isize i = 0; i < lib.instruments.n; i++) {
        const struct instrument *in = lib.instruments.at[i];
        if (one && in != one) continue;
        for (isize k = 0; k < in->cases.n; k++) {
            const struct worked *wk = &in->cases.at[k];
            struct err why = {0};
            bool fine = worked_run(in, wk, &why) == OK;
            passed += fine;
            failed += !fine;
            if (c->json) {
                json_open(&w, NULL, '{');
                json_put_str(&w, "instrument", in->id);
                json_put_str(&w, "case", wk->about);
                json_put_int(&w, "line", wk->line);
                json_put_bool(&w, "passed", fine);
                if (!fine) json_put_str(&w, "why", str_of(why.text));
                json_close(&w, '}');
            } else if (!fine) {
                fprintf(c->out, "FAILED %s\n", why.text);
            } else {
                fprintf(c->out, "ok     %.*s: %.*s\n", FMT(in->id), FMT(wk->about));
            }
        }
    }
    if (c->json) {
        json_close(&w, ']');
        print_json(c, &b);
    } else {
        fprintf(c->out, "%td passed, %td failed\n", passed, failed);
    }
    if (failed == 0) return OK;
    return err_set(e, E_CASE, "%td of %td worked cases fail", failed, passed + failed);
}
