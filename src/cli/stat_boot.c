/* varde stat boot: an interval for a statistic by the bootstrap, ideal or by
** resampling. */
#include "base/num.h"
#include "cli/stat_ask.h"
#include "stats/boot.h"
#include "stats/expr.h"
#include "stats/ideal.h"
#include "stats/rng.h"
#include <math.h>
#include <string.h>

enum method { IDEAL, BCA, PERCENTILE, BASIC, NORMAL, STUDENTISED, ALL };
static const char *const method_name[] = {"ideal",  "bca",         "percentile", "basic",
                                          "normal", "studentised", "all"};

struct asked {
    struct str of; /* as typed */
    enum method method;
    bool chosen; /* --method was given */
    struct boot_plan plan;
};

/* A line of the table. */
struct line {
    const char *name;
    struct boot_limits at;
};

struct answer {
    struct boot_what what;
    isize dropped;
    bool ideal, resampled;
    struct ideal_result exact;
    struct boot_result boot;
    struct notes notes;
    struct line line[8];
    int n_lines;
};

static int read_request(struct cli *c, struct asked *q, struct err *e)
{
    const char *of = NULL, *method = NULL;
    i64 seed = 1;
    *q = (struct asked){.plan = BOOT_PLAN, .method = IDEAL};
    TRY(cli_opt(c, "--of", &of, e));
    TRY(cli_opt(c, "--method", &method, e));
    TRY(cli_opt_int(c, "--resamples", 100, 10000000, &q->plan.reps, e));
    TRY(cli_opt_int(c, "--seed", 0, INT64_MAX, &seed, e));
    TRY(cli_opt_num(c, "--level", 0.5, 0.9999, &q->plan.level, e));
    TRY(cli_opt_num(c, "--null", -1e300, 1e300, &q->plan.null, e));
    if (!of)
        return err_set(e, E_USAGE, "say what to compute: --of 'mean(after - before)'");
    q->of = str_of(of);
    q->plan.seed = (u64)seed;
    q->plan.id = rng_id(q->of);
    q->plan.threads = c->threads;
    q->chosen = method != NULL;
    if (!method) return OK;
    struct str known[COUNT(method_name)];
    for (int i = 0; i < COUNT(method_name); i++) {
        known[i] = str_of(method_name[i]);
        if (strcmp(method, method_name[i]) == 0) {
            q->method = (enum method)i;
            return OK;
        }
    }
    struct str near = str_near(str_of(method), known, COUNT(known));
    return err_set(e, E_USAGE,
                   "there is no interval '%s'%s%.*s%s: ideal, bca, percentile, "
                   "basic, normal, studentised, all",
                   method, near.n ? "; did you mean '" : "", FMT(near),
                   near.n ? "'" : "");
}

/* ---- what to compute --------------------------------------------------------------- */

static int statistic(struct str word, enum boot_of *out, struct err *e)
{
    static const struct {
        const char *word;
        enum boot_of of;
    } known[] = {
        {"mean", BOOT_MEAN},       {"median", BOOT_MEDIAN},   {"sd", BOOT_SD},
        {"d_z", BOOT_D_Z},         {"trimmed", BOOT_TRIMMED}, {"ratio", BOOT_RATIO},
        {"pearson", BOOT_PEARSON}, {"slope", BOOT_SLOPE},
    };
    struct str name[COUNT(known)];
    for (isize i = 0; i < COUNT(known); i++) {
        name[i] = str_of(known[i].word);
        if (str_eq(word, name[i])) {
            *out = known[i].of;
            return OK;
        }
    }
    struct str near = str_near(word, name, COUNT(known));
    if (near.n)
        return err_set(e, E_FORMULA,
                       "--of: there is no statistic '%.*s'; did you mean "
                       "'%.*s'?",
                       FMT(word), FMT(near));
    return err_set(e, E_FORMULA,
                   "--of: there is no statistic '%.*s'; there are mean, median, "
                   "sd, d_z, trimmed, ratio, pearson and slope",
                   FMT(word));
}

/* An expression in columns ("after - before"), a value for each row. */
static int values(const struct frame *f, struct str text, double **out, struct arena *a,
                  struct err *e)
{
    struct expr *x;
    struct expr_code code;
    struct expr_names used = {0};
    TRY(expr_read(text, false, &x, a, e));
    expr_names(x, &used, a);
    const double **col = NEW(a, const double *, used.n + 1);
    const double **lo = NEW(a, const double *, used.n + 1);
    for (isize k = 0; k < used.n; k++) {
        isize at;
        TRY(frame_numbers(f, used.at[k], &col[k], e));
        TRY(frame_get(f, used.at[k], &at, e));
        lo[k] = f->cols.at[at].lo;
    }
    TRY(expr_compile(x, used.at, used.n, &code, a, e));
    struct dd *var = NEW(a, struct dd, used.n + 1), *room = NEW(a, struct dd, code.n + 1);
    *out = NEW_RAW(a, double, f->n);
    for (isize i = 0; i < f->n; i++) {
        for (isize k = 0; k < used.n; k++)
            var[k] = (struct dd){col[k][i], lo[k] ? lo[k][i] : 0};
        struct dd v = expr_value(&code, var, room);
        (*out)[i] = v.hi + v.lo;
    }
    return OK;
}

/* Keeps the rows where everything is there; returns how many. */
static isize complete(double *x, double *y, isize n)
{
    isize kept = 0;
    for (isize i = 0; i < n; i++) {
        if (isnan(x[i]) || (y && isnan(y[i]))) continue;
        if (y) y[kept] = y[i];
        x[kept++] = x[i];
    }
    return kept;
}

/* "y ~ group": the first group's values stay in x, the second's go to y. */
static int by_group(const struct frame *f, struct str name, double *x, struct answer *r,
                    struct arena *a, struct err *e)
{
    isize col, n_groups, n = 0, m = 0;
    const i32 *code;
    TRY(frame_get(f, str_trim(name), &col, e));
    frame_groups(f, col, &code, &n_groups, a);
    if (n_groups != 2)
        return err_set(e, E_DOMAIN,
                       "--of: column '%.*s' must have two groups, it has %td",
                       FMT(str_trim(name)), n_groups);
    double *y = NEW_RAW(a, double, f->n);
    for (isize i = 0; i < f->n; i++) {
        double v = x[i];
        if (isnan(v) || code[i] < 0)
            r->dropped++;
        else if (code[i] == 0)
            x[n++] = v;
        else
            y[m++] = v;
    }
    r->what = (struct boot_what){.of = BOOT_MEAN_DIFF, .x = x, .n = n, .y = y, .m = m};
    return OK;
}

static int read_what(const struct frame *f, struct str of, struct answer *r,
                     struct arena *a, struct err *e)
{
    struct boot_what *w = &r->what;
    isize open = str_find(of, '('), comma, tilde;
    struct str s = str_trim(of);
    if (open < 0 || !str_ends(s, S(")")))
        return err_set(e, E_FORMULA,
                       "--of takes statistic(columns), e.g. mean(after - before), "
                       "mean(score ~ arm), pearson(x, y); '%.*s' is not of that form",
                       FMT(of));
    *w = (struct boot_what){.n = f->n, .trim = 0.2};
    TRY(statistic(str_trim(str_upto(of, open)), &w->of, e));
    struct str in =
        str_upto(str_from(s, str_find(s, '(') + 1), s.n - str_find(s, '(') - 2);
    bool pairs = w->of == BOOT_RATIO || w->of == BOOT_PEARSON || w->of == BOOT_SLOPE;
    tilde = str_find(in, '~');
    comma = tilde >= 0 ? tilde : str_find(in, ',');
    double *x, *y = NULL;
    TRY(values(f, comma < 0 ? in : str_upto(in, comma), &x, a, e));
    struct str second = comma < 0 ? S("") : str_trim(str_from(in, comma + 1));
    if (w->of == BOOT_MEAN && tilde >= 0) return by_group(f, second, x, r, a, e);
    if (pairs && comma < 0)
        return err_set(e, E_FORMULA, "--of: a %s needs two columns, e.g. %.*s(x, y)",
                       boot_name(w->of), FMT(str_trim(str_upto(of, open))));
    if (pairs) {
        TRY(values(f, second, &y, a, e));
    } else if (comma >= 0) {
        if (w->of != BOOT_TRIMMED || num_read(second, &w->trim, e) != OK)
            return err_set(e, E_FORMULA, "--of: '%.*s' is one too many", FMT(second));
    }
    w->n = complete(x, y, f->n);
    r->dropped = f->n - w->n;
    w->x = x;
    w->y = y;
    return OK;
}

/* ---- the answer -------------------------------------------------------------------- */

static void add_line(struct answer *r, const char *name, struct boot_limits at)
{
    r->line[r->n_lines++] = (struct line){name, at};
}

static void add_notes(struct notes *to, const struct notes *from)
{
    for (int i = 0; i < from->n; i++)
        note_add(to, from->at[i].code, from->at[i].x[0], from->at[i].x[1]);
}

static int compute(struct cli *c, const struct asked *q, struct answer *r, struct err *e)
{
    const struct boot_what *w = &r->what;
    bool means = w->of == BOOT_MEAN || w->of == BOOT_MEAN_DIFF;
    enum method m = !q->chosen && !means ? BCA : q->method;
    if (r->dropped > 0) note_add(&r->notes, NOTE_DROPPED, (double)r->dropped, 0);
    if (m == IDEAL && !means)
        return err_set(e, E_UNSUPPORTED,
                       "the ideal bootstrap is for means and their "
                       "differences; take --method bca for a %s",
                       boot_name(w->of));
    if (means && (m == IDEAL || m == ALL)) {
        struct ideal_plan p = {.level = q->plan.level, .null = q->plan.null};
        bool two = w->of == BOOT_MEAN_DIFF;
        TRY(ideal_mean(w->x, w->n, two ? w->y : NULL, two ? w->m : 0, &p, &r->exact,
                       *c->a, e));
        const struct ideal_result *x = &r->exact;
        r->ideal = true;
        add_notes(&r->notes, &x->notes);
        add_line(r, "ideal BCa",
                 (struct boot_limits){x->half_ties.lo, x->half_ties.hi, 0, 0});
        add_line(r, "ideal percentile",
                 (struct boot_limits){x->perc_lo, x->perc_hi, 0, 0});
    }
    if (m == IDEAL) return OK;
    struct boot_plan p = q->plan;
    bool has_t = w->of == BOOT_MEAN || w->of == BOOT_RATIO || w->of == BOOT_D_Z;
    p.studentised = m == STUDENTISED || (m == ALL && has_t);
    TRY(boot_run(w, &p, &r->boot, *c->a, e));
    r->resampled = true;
    add_notes(&r->notes, &r->boot.notes);
    const struct boot_result *b = &r->boot;
    if (m == BCA || m == ALL) add_line(r, "BCa", b->bca);
    if (m == PERCENTILE || m == ALL) add_line(r, "percentile", b->percentile);
    if (m == BASIC || m == ALL) add_line(r, "basic", b->basic);
    if (m == NORMAL || m == ALL) add_line(r, "normal", b->normal);
    if (p.studentised) add_line(r, "studentised", b->studentised);
    return OK;
}

static void put_limits(struct json_out *w, const struct answer *r)
{
    json_open(w, "intervals", '[');
    for (int i = 0; i < r->n_lines; i++) {
        const struct line *l = &r->line[i];
        json_open(w, NULL, '{');
        json_put_str(w, "interval", str_of(l->name));
        json_put_num(w, "lower", l->at.lo);
        json_put_num(w, "upper", l->at.hi);
        json_put_num(w, "monte_carlo_error_lower", l->at.mc_lo);
        json_put_num(w, "monte_carlo_error_upper", l->at.mc_hi);
        json_close(w, '}');
    }
    json_close(w, ']');
}

static void put_json(struct cli *c, const struct asked *q, const struct answer *r)
{
    struct buf b;
    struct json_out w = ask_json(c, NULL, &b);
    json_put_str(&w, "of", q->of);
    json_put_int(&w, "n", r->what.n);
    if (r->what.of == BOOT_MEAN_DIFF) json_put_int(&w, "n_second_group", r->what.m);
    json_put_num(&w, "level", q->plan.level);
    json_put_num(&w, "estimate", r->ideal ? r->exact.estimate : r->boot.estimate);
    json_put_num(&w, "se", r->ideal ? r->exact.se : r->boot.se);
    json_put_num(&w, "accel", r->ideal ? r->exact.accel : r->boot.accel);
    json_put_num(&w, "z0", r->ideal ? r->exact.half_ties.z0 : r->boot.z0);
    put_limits(&w, r);
    json_put_num(&w, "null", q->plan.null);
    json_put_num(&w, "p", r->ideal ? r->exact.p : r->boot.p);
    json_put_num(&w, "p_floor", r->ideal ? r->exact.p_floor : r->boot.p_floor);
    if (r->resampled) {
        json_open(&w, "resampling", '{');
        json_put_int(&w, "resamples", r->boot.reps);
        json_put_int(&w, "undefined", r->boot.undefined);
        json_put_int(&w, "seed", (i64)q->plan.seed);
        json_put_str(&w, "generator", S(RNG_NAME));
        json_put_num(&w, "p", r->boot.p);
        json_put_num(&w, "p_floor", r->boot.p_floor);
        json_put_num(&w, "p_shift", r->boot.p_shift);
        json_close(&w, '}');
    }
    ask_json_end(c, &w, &r->notes);
}

static void print(struct cli *c, const struct asked *q, const struct answer *r)
{
    struct arena *a = c->a;
    double p = r->ideal ? r->exact.p : r->boot.p;
    double estimate = r->ideal ? r->exact.estimate : r->boot.estimate;
    int places = ask_places(r->ideal ? r->exact.se : r->boot.se);
    const struct line *l = &r->line[0];
#define NUM(v, k) FMT(num_fixed((v), (k), a))
    fprintf(c->out, "%.*s = %.*s, %.*s %% interval %.*s to %.*s (%s)", FMT(q->of),
            NUM(estimate, places), FMT(num_shortest(100 * q->plan.level, a)),
            NUM(l->at.lo, places), NUM(l->at.hi, places), l->name);
    fprintf(c->out, ", %s, n = %td", ask_p(c, p), r->what.n);
    if (r->what.of == BOOT_MEAN_DIFF) fprintf(c->out, " and %td", r->what.m);
    fprintf(c->out, ".\n\n");
    static const char *const head[] = {"interval", "lower", "upper", "error(lower)",
                                       "error(upper)"};
    struct cli_table t = cli_headed(c, head, COUNT(head));
    for (int i = 0; i < r->n_lines; i++) {
        const struct boot_limits *at = &r->line[i].at;
        bool exact = r->ideal && i < 2;
        cli_cell(&t, str_of(r->line[i].name));
        cli_cell_num(&t, at->lo, places);
        cli_cell_num(&t, at->hi, places);
        cli_cell(&t, exact ? S("none") : num_fixed(at->mc_lo, places + 1, a));
        cli_cell(&t, exact ? S("none") : num_fixed(at->mc_hi, places + 1, a));
    }
    cli_print(&t);
    fprintf(c->out,
            "\np is two-sided for a value of %.*s, by inversion of the BCa interval.\n",
            FMT(num_shortest(q->plan.null, a)));
    if (r->ideal)
        fprintf(c->out,
                "Ideal: infinitely many resamples, computed; no seed, no Monte Carlo "
                "error.\n");
    if (r->resampled)
        fprintf(c->out,
                "Resampling: %" PRId64 " resamples, seed %" PRIu64 ", %s; error is the "
                "Monte Carlo standard error.\n",
                r->boot.reps, q->plan.seed, RNG_NAME);
    stat_note_print(c, &r->notes);
#undef NUM
}

int stat_boot(struct cli *c, struct err *e)
{
    struct asked q;
    struct ask in;
    struct answer *r = NEW(c->a, struct answer, 1);
    TRY(read_request(c, &q, e));
    TRY(ask_table(c, &in, e));
    TRY(cli_end(c, e));
    TRY(read_what(&in.frame, q.of, r, c->a, e));
    TRY(compute(c, &q, r, e));
    if (c->json)
        put_json(c, &q, r);
    else
        print(c, &q, r);
    return OK;
}
