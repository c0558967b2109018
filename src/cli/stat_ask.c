#include "cli/stat_ask.h"
#include "base/num.h"
#include "exchange/frame_csv.h"
#include <math.h>

int ask_table(struct cli *c, struct ask *q, struct err *e)
{
    q->level = NAN;
    TRY(cli_data(c, &q->csv, e));
    q->frame = frame_csv(&q->csv, c->a);
    return OK;
}

int ask_data(struct cli *c, struct ask *q, struct err *e)
{
    double level = 0.95;
    TRY(cli_opt_num(c, "--level", 0.5, 0.9999, &level, e));
    TRY(ask_table(c, q, e));
    q->level = level;
    return OK;
}

/* An option that nobody took: refused before its value is taken for a column. */
static int no_option_left(const struct cli *c, struct err *e)
{
    for (isize i = 0; i < c->n; i++)
        if (c->arg[i][0] == '-' && c->arg[i][1] == '-') {
            struct cli one = *c;
            if (c->arg[i][2] == 0) break; /* "--": arguments from here */
            one.arg = c->arg + i;
            one.n = 1;
            return cli_end(&one, e);
        }
    return OK;
}

/* ---- comparisons ---------------------------------------------------------------- */

static int rest_of_line(struct cli *c, struct str *out, struct err *e)
{
    struct buf b = buf_in(c->a, 64);
    while (cli_more(c)) {
        const char *word;
        TRY(cli_arg(c, "the comparison", &word, e));
        buf_fmt(&b, "%s%s", b.n ? " " : "", word);
    }
    *out = buf_str(&b);
    return OK;
}

static bool split(struct str s, struct str mark, struct str *left, struct str *right)
{
    isize at = str_find_str(s, mark);
    if (at < 0) return false;
    *left = str_trim(str_upto(s, at));
    *right = str_trim(str_from(s, at + mark.n));
    return left->n > 0 && right->n > 0;
}

/* The two texts that occur in a column, by code point; missing ones do not count. */
static int two_groups(const struct ask *q, isize col, struct str name[2], struct err *e)
{
    isize n = 0;
    for (isize i = 0; i < q->csv.n; i++) {
        struct str g = str_trim(csv_cell(&q->csv, i, col));
        if (frame_missing(&q->frame.cols.at[col], i)) continue;
        isize k = 0;
        while (k < n && !str_eq(name[k], g)) k++;
        if (k < n) continue;
        if (n == 2)
            return err_set(e, E_DOMAIN,
                           "%s: the column %.*s holds more than two groups "
                           "('%.*s', '%.*s', '%.*s')",
                           q->csv.file, FMT(q->csv.head[col]), FMT(name[0]), FMT(name[1]),
                           FMT(g));
        name[n++] = g;
    }
    if (n < 2)
        return err_set(e, E_TOO_FEW,
                       "%s: the column %.*s holds %s, a comparison needs "
                       "two groups",
                       q->csv.file, FMT(q->csv.head[col]),
                       n ? "one group only" : "no group");
    if (str_cmp(name[0], name[1]) > 0) {
        struct str swap = name[0];
        name[0] = name[1];
        name[1] = swap;
    }
    return OK;
}

static int by_group(struct cli *c, const struct ask *q, struct ask_compare *out,
                    struct err *e)
{
    const double *y;
    isize col;
    TRY(frame_numbers(&q->frame, out->what, &y, e));
    TRY(frame_get(&q->frame, out->by, &col, e));
    TRY(two_groups(q, col, out->name, e));
    for (int g = 0; g < 2; g++) {
        double *x = NEW(c->a, double, q->frame.n);
        for (isize i = 0; i < q->frame.n; i++)
            if (!isnan(y[i]) && str_eq(str_trim(csv_cell(&q->csv, i, col)), out->name[g]))
                x[out->n[g]++] = y[i];
        out->x[g] = x;
    }
    out->dropped = q->frame.n - out->n[0] - out->n[1];
    return OK;
}

int ask_compare(struct cli *c, const struct ask *q, struct ask_compare *out,
                struct err *e)
{
    struct str text;
    *out = (struct ask_compare){0};
    TRY(no_option_left(c, e));
    TRY(rest_of_line(c, &text, e));
    if (split(text, S("~"), &out->what, &out->by)) return by_group(c, q, out, e);
    out->what = out->by = (struct str){0};
    /* A column may have a dash in its name: " - " with blanks comes first. */
    if (!split(text, S(" - "), &out->name[0], &out->name[1]) &&
        !split(text, S("-"), &out->name[0], &out->name[1]))
        return err_set(e, E_USAGE,
                       "say what to compare: 'AFTER - BEFORE' or 'Y ~ GROUP'");
    out->paired = true;
    out->n[0] = out->n[1] = q->frame.n;
    TRY(frame_numbers(&q->frame, out->name[0], &out->x[0], e));
    return frame_numbers(&q->frame, out->name[1], &out->x[1], e);
}

int ask_columns(struct cli *c, const struct ask *q, struct ask_columns *out,
                struct err *e)
{
    const struct frame_col *col = q->frame.cols.at;
    isize room = q->frame.cols.n;
    *out = (struct ask_columns){0};
    TRY(no_option_left(c, e));
    out->name = NEW(c->a, struct str, (room + c->n));
    out->x = NEW(c->a, const double *, (room + c->n));
    while (cli_more(c)) {
        const char *name;
        TRY(cli_arg(c, "a column", &name, e));
        out->name[out->n] = str_of(name);
        for (isize k = 0; k < out->n; k++)
            if (str_eq(out->name[k], out->name[out->n]))
                return err_set(e, E_USAGE, "the column '%s' is named twice", name);
        TRY(frame_numbers(&q->frame, out->name[out->n], &out->x[out->n], e));
        out->n++;
    }
    bool all = out->n == 0;
    for (isize i = 0; all && i < room; i++) {
        if (col[i].kind != FRAME_NUMBER) continue;
        out->name[out->n] = col[i].name;
        out->x[out->n++] = col[i].x;
    }
    if (out->n == 0)
        return err_set(e, E_DOMAIN, "%s holds no column of numbers", q->csv.file);
    return OK;
}

/* ---- numbers in sentences ------------------------------------------------------- */

int ask_places(double se)
{
    if (!(se > 0) || !isfinite(se)) return 3;
    return (int)fmin(fmax(2 - floor(log10(se)), 0), 12);
}

const char *ask_num(struct cli *c, double x, int places)
{
    return isnan(x) ? "-" : str_c(num_fixed(x, places, c->a), c->a);
}

const char *ask_p(struct cli *c, double p)
{
    if (isnan(p)) return "p undefined";
    return p < 0.001 ? "p < 0.001"
                     : str_c(str_fmt(c->a, "p = %.*s", FMT(num_fixed(p, 3, c->a))), c->a);
}

const char *ask_span(struct cli *c, double lower, double upper, int places)
{
    if (isnan(lower) || isnan(upper)) return "no interval";
    const char *from = ask_num(c, lower, places), *to = ask_num(c, upper, places);
    return str_c(str_fmt(c->a, "%s to %s", from, to), c->a);
}

const char *ask_percent(struct cli *c, double level)
{
    struct str s = num_shortest(nearbyint(level * 1e4) / 100, c->a);
    return str_c(str_fmt(c->a, "%.*s %%", FMT(s)), c->a);
}

struct json_out ask_json(struct cli *c, const struct ask *q, struct buf *b)
{
    *b = buf_in(c->a, 4096);
    struct json_out w = json_to(b, 2);
    json_open(&w, NULL, '{');
    if (q && !isnan(q->level)) json_put_num(&w, "level", q->level);
    return w;
}

void ask_json_end(struct cli *c, struct json_out *w, const struct notes *ns)
{
    if (ns) stat_note_json(c, ns, w);
    json_close(w, '}');
    cli_put(c, w->b);
}
