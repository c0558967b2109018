#include "stats/dist.h"
#include "stats/lm.h"
#include "stats/qr.h"
#include <string.h>

const char *const lm_hc_name[LM_HC_N] = {"HC0", "HC1", "HC2", "HC3", "HC4", "HC5"};

/* The design with columns centred (where there is an intercept) and scaled by powers of
** two: z = (x - shift) / scale, exactly, as double-double. */
struct work {
    const struct design *d;
    isize n, p;
    double *shift, *scale, *unit; /* p; unit: 1 / scale */
    double *size;                 /* p: length of the column as it was given */
    double *square;               /* p: sum of squares about the mean, or about 0 */
    double *about;                /* p: about the mean, also without intercept */
    double y_shift, y_scale, y_unit;
    struct dd *b;       /* p: the answer for z */
    double *w;          /* p x p by rows: inverse of R, for z */
    struct dd rss, tss; /* of y / y_scale */
    double y_about;     /* tss about the mean, also without intercept */
    struct arena *a;
    struct err *e;
};

static struct dd z_at(const struct work *k, isize i, isize j)
{
    isize at = j * k->n + i;
    struct dd z = dd_sum(k->d->x[at], -k->shift[j]);
    if (k->d->lo) z = dd_quick_sum(z.hi, z.lo + k->d->lo[at]);
    return dd_scale(z, k->unit[j]);
}

static struct dd y_at(const struct work *k, isize i)
{
    struct dd y = dd_sum(k->d->y[i], -k->y_shift);
    if (k->d->y_lo) y = dd_quick_sum(y.hi, y.lo + k->d->y_lo[i]);
    return dd_scale(y, k->y_unit);
}

static double power_of_two(double x)
{
    int e;
    frexp(x, &e);
    return ldexp(1, e);
}

/* A shift need only be near the mean; what is left is dealt with where it counts. */
static double near_mean(const double *x, isize n)
{
    double s[4] = {0};
    for (isize i = 0; i < n; i++) s[i & 3] += x[i];
    return ((s[0] + s[1]) + (s[2] + s[3])) / (double)n;
}

static bool constant(const double *x, const double *lo, isize n)
{
    for (isize i = 1; i < n; i++)
        if (x[i] != x[0] || (lo && lo[i] != lo[0])) return false;
    return true;
}

#define TINY 1e-150

/* Shifts and scales; refuses a column that does not vary beside an intercept. */
static int prepare(struct work *k)
{
    const struct design *d = k->d;
    isize n = k->n;
    for (isize j = 0; j < k->p; j++) {
        const double *x = d->x + j * n;
        double big = 0;
        if (constant(x, d->lo ? d->lo + j * n : NULL, n) &&
            (x[0] == 0 || (d->intercept && j > 0)))
            return err_set(
                k->e, E_DEGENERATE,
                "column '%.*s' has the same value in all %td rows; leave it out",
                FMT(d->name[j]), n);
        if (d->intercept && j > 0) k->shift[j] = near_mean(x, n);
        for (isize i = 0; i < n; i++) big = fmax(big, fabs(x[i] - k->shift[j]));
        if (big < TINY)
            return err_set(k->e, E_DOMAIN,
                           "column '%.*s' varies too little to be squared",
                           FMT(d->name[j]));
        k->scale[j] = power_of_two(big);
        k->unit[j] = 1 / k->scale[j];
        k->size[j] = 0;
        for (isize i = 0; i < n; i++)
            k->size[j] += (x[i] * k->unit[j]) * (x[i] * k->unit[j]);
        k->size[j] = sqrt(k->size[j]);
    }
    if (d->intercept) k->y_shift = near_mean(d->y, n);
    double big = 0;
    for (isize i = 0; i < n; i++) big = fmax(big, fabs(d->y[i] - k->y_shift));
    if (big > 0 && big < TINY)
        return err_set(k->e, E_DOMAIN, "the response varies too little to be squared");
    k->y_scale = big > 0 ? power_of_two(big) : 1;
    k->y_unit = 1 / k->y_scale;
    return OK;
}

/* ---- dependent columns ------------------------------------------------------------ */

/* Names the columns that make up column j: those with a visible coefficient in the
** regression of column j on the ones before it, which R holds (columns 0..j). */
static int dependent(const struct work *k, const double *r, isize j)
{
    isize p = k->p, used = 0, more = 0;
    double *c = NEW(k->a, double, j);
    char list[300] = "";
    for (isize i = j; i-- > 0;) {
        double s = r[i * p + j];
        for (isize m = i + 1; m < j; m++) s -= r[i * p + m] * c[m];
        c[i] = r[i * p + i] != 0 ? s / r[i * p + i] : 0;
    }
    for (isize i = k->d->intercept; i < j; i++) {
        struct str name = k->d->name[i];
        if (fabs(c[i]) < 1e-6) continue;
        if (used + name.n + 8 > (isize)sizeof list) {
            more++;
            continue;
        }
        if (used > 0) list[used++] = ',', list[used++] = ' ';
        memcpy(list + used, name.at, (size_t)name.n);
        used += name.n;
        list[used] = 0;
    }
    return err_set(k->e, E_DEGENERATE,
                   "column '%.*s' depends exactly on %s%s; leave one of them out",
                   FMT(k->d->name[j]), used ? list : "the intercept",
                   more ? " and others" : "");
}

/* A remainder below the rounding of the column's own values says nothing. */
enum { UNITS = 8 };
static bool lost(const struct work *k, isize j, double left)
{
    return left <= UNITS * 2.2e-16 * k->size[j];
}

/* ---- solving ---------------------------------------------------------------------- */

/* Residuals of the answer so far, to double-double. */
static void residuals(const struct work *k, struct dd *e)
{
    for (isize i = 0; i < k->n; i++) e[i] = y_at(k, i);
    for (isize j = 0; j < k->p; j++) {
        struct dd b = dd_neg(k->b[j]);
        for (isize i = 0; i < k->n; i++) e[i] = dd_add(e[i], dd_mul(z_at(k, i, j), b));
    }
}

/* Z_j'e. Four running sums: one would wait for itself at every row. */
static double cross(const struct work *k, isize j, const struct dd *e)
{
    struct dd s[4] = {{0, 0}};
    isize i = 0;
    for (; i + 4 <= k->n; i += 4)
        for (int c = 0; c < 4; c++)
            s[c] = dd_add(s[c], dd_mul(z_at(k, i + c, j), e[i + c]));
    for (; i < k->n; i++) s[0] = dd_add(s[0], dd_mul(z_at(k, i, j), e[i]));
    return dd_add(dd_add(s[0], s[1]), dd_add(s[2], s[3])).hi;
}

/* b += R^-1 R^-T Z'e with e and Z'e in double-double.  The condition is below 1e3 here,
** so a step of relative size d leaves an error below 1e-10 d. */
static void refine(const struct work *k, struct dd *e, struct arena tmp)
{
    isize n = k->n, p = k->p;
    double *g = NEW(&tmp, double, p), *h = NEW(&tmp, double, p), worst = 1;
    residuals(k, e);
    for (int step = 0; step < 4 && worst > 1e-9; step++) {
        worst = 0;
        for (isize j = 0; j < p; j++) g[j] = cross(k, j, e);
        for (isize j = 0; j < p; j++) {
            h[j] = 0;
            for (isize i = 0; i <= j; i++) h[j] += k->w[i * p + j] * g[i];
        }
        for (isize j = 0; j < p; j++) {
            double db = 0;
            for (isize i = j; i < p; i++) db += k->w[j * p + i] * h[i];
            worst = fmax(worst, fabs(db) / (fabs(k->b[j].hi) + 1e-300));
            k->b[j] = dd_add(k->b[j], dd_of(db));
            for (isize i = 0; i < n; i++) /* db is small: a plain product will do */
                e[i] = dd_add(e[i], dd_of(-db * z_at(k, i, j).hi));
        }
    }
    if (worst > 1e-9) residuals(k, e);
}

/* In double, refined; *least: the smallest remainder of a column relative to its
** length. */
static void solve(struct work *k, double *q, double *r, double *left, struct dd *e,
                  double *least)
{
    isize n = k->n, p = k->p;
    for (isize j = 0; j < p; j++)
        for (isize i = 0; i < n; i++) q[j * n + i] = z_at(k, i, j).hi;
    *least = 1;
    double *len = NEW(k->a, double, p);
    for (isize j = 0; j < p; j++) len[j] = sqrt(qr_dot(q + j * n, q + j * n, n));
    qr_factor(q, n, p, r, left, *k->a);
    for (isize j = 0; j < p; j++) *least = fmin(*least, left[j] / len[j]);
    if (*least < 1e-3) return;
    qr_invert(r, p, k->w);
    double *y = NEW(k->a, double, n), *c = NEW(k->a, double, p);
    for (isize i = 0; i < n; i++) y[i] = y_at(k, i).hi;
    for (isize j = 0; j < p; j++) c[j] = qr_dot(q + j * n, y, n);
    for (isize j = 0; j < p; j++) {
        double s = 0;
        for (isize i = j; i < p; i++) s += k->w[j * p + i] * c[i];
        k->b[j] = dd_of(s);
    }
    refine(k, e, *k->a);
}

/* All of it in double-double. */
static int solve_dd(struct work *k, double *q, double *left, struct dd *e, struct dd *w)
{
    isize n = k->n, p = k->p;
    struct dd *z = NEW_RAW(k->a, struct dd, n * p), *r = NEW(k->a, struct dd, p * p);
    for (isize j = 0; j < p; j++)
        for (isize i = 0; i < n; i++) z[j * n + i] = z_at(k, i, j);
    qr_factor_dd(z, n, p, r, left, *k->a);
    for (isize j = 0; j < p; j++) {
        if (!lost(k, j, left[j])) continue;
        double *hi = NEW(k->a, double, (p * p));
        for (isize i = 0; i < p * p; i++) hi[i] = r[i].hi;
        return dependent(k, hi, j);
    }
    qr_invert_dd(r, p, w);
    for (isize i = 0; i < n; i++) e[i] = y_at(k, i);
    struct dd *c = NEW(k->a, struct dd, p);
    for (isize j = 0; j < p; j++) c[j] = qr_dot_dd(z + j * n, e, n);
    for (isize j = 0; j < p; j++) {
        k->b[j] = dd_of(0);
        for (isize i = j; i < p; i++)
            k->b[j] = dd_add(k->b[j], dd_mul(w[j * p + i], c[i]));
    }
    for (isize i = 0; i < n * p; i++) q[i] = z[i].hi;
    residuals(k, e);
    return OK;
}

/* Back to the columns as given: b_j = b'_j y_scale / scale_j; the intercept takes the
** shifts.  The same turns the inverse of R. */
static void turn_back(struct work *k, struct dd *w, double *estimate, double *out)
{
    isize p = k->p;
    bool shifted = k->d->intercept;
    struct dd b0 = dd_of(k->y_shift);
    for (isize j = shifted; j < p; j++) {
        struct dd b = dd_scale(k->b[j], k->y_scale / k->scale[j]);
        estimate[j] = dd_out(b);
        b0 = dd_sub(b0, dd_mul(b, dd_of(k->shift[j])));
        for (isize i = 0; i < p; i++)
            w[j * p + i] = dd_scale(w[j * p + i], 1 / k->scale[j]);
    }
    for (isize i = 0; i < p && shifted; i++) {
        struct dd s = dd_scale(w[i], 1 / k->scale[0]);
        for (isize j = 1; j < p; j++)
            s = dd_sub(s, dd_mul(dd_of(k->shift[j]), w[j * p + i]));
        w[i] = s;
    }
    if (shifted)
        estimate[0] = dd_out(dd_add(b0, dd_scale(k->b[0], k->y_scale / k->scale[0])));
    for (isize i = 0; i < p * p; i++) out[i] = w[i].hi;
}

/* Sums of squares.  Values are about a shift near the mean, so the correction for the
** mean is small and costs nothing. */
static void sums(struct work *k, const struct dd *e)
{
    isize n = k->n;
    struct dd sum = {0, 0}, squares = {0, 0};
    k->rss = dd_of(0);
    for (isize i = 0; i < n; i++) {
        struct dd y = y_at(k, i);
        sum = dd_add(sum, y);
        squares = dd_add(squares, dd_mul(y, y));
        k->rss = dd_add(k->rss, dd_mul(e[i], e[i]));
    }
    struct dd about = dd_sub(squares, dd_div(dd_mul(sum, sum), dd_of((double)n)));
    k->tss = k->d->intercept ? about : squares;
    k->y_about = about.hi;
    for (isize j = 0; j < k->p; j++) {
        double s = 0, ss = 0;
        for (isize i = 0; i < n; i++) {
            double z = z_at(k, i, j).hi;
            s += z;
            ss += z * z;
        }
        if (k->d->intercept && j > 0) ss -= s * s / (double)n;
        k->about[j] = k->square[j] = ss * k->scale[j] * k->scale[j];
        if (k->d->intercept) continue;
        double mean = s / (double)n, rest = 0; /* far from 0: a pass of its own */
        for (isize i = 0; i < n; i++) {
            double z = z_at(k, i, j).hi - mean;
            rest += z * z;
        }
        k->about[j] = rest * k->scale[j] * k->scale[j];
    }
}

/* ---- what is told ------------------------------------------------------------------ */

static void tell_fit(const struct work *k, struct lm *m)
{
    double n = (double)m->n, p = (double)m->p, df = (double)m->df;
    double unit = k->y_scale * k->y_scale;
    struct dd ssr = dd_sub(k->tss, k->rss);
    m->rss = k->rss.hi * unit;
    m->tss = k->tss.hi * unit;
    m->ssr = ssr.hi * unit;
    m->sigma = sqrt(m->rss / df);
    m->r2 = ssr.hi / k->tss.hi;
    m->adj_r2 = 1 - k->rss.hi / k->tss.hi * (n - m->intercept) / df;
    m->F_df1 = m->p - m->intercept;
    m->F = m->F_p = NAN;
    if (m->F_df1 > 0) {
        m->F = (ssr.hi / (double)m->F_df1) / (k->rss.hi / df);
        m->F_p = dist_f_upper(m->F, (double)m->F_df1, df);
    }
    m->loglik = -0.5 * n * (1.8378770664093454836 /* log 2 pi */ + log(m->rss / n) + 1);
    if (!(m->rss > 0)) m->loglik = NAN; /* without bound */
    m->aic = -2 * m->loglik + 2 * (p + 1);
    m->bic = -2 * m->loglik + log(n) * (p + 1);
}

static void tell_coef(const struct work *k, const double *estimate, struct lm *m)
{
    isize p = m->p;
    double df = (double)m->df, q = dist_t_quantile(0.5 + m->level / 2, df);
    double sd_y = sqrt(k->y_about) * k->y_scale;
    for (isize j = 0; j < p; j++) {
        struct lm_coef *c = &m->coef[j];
        const double *w = m->r + j * p;
        double ww = qr_dot(w, w, p);
        c->name = k->d->name[j];
        c->term = k->d->term[j];
        c->estimate = estimate[j];
        c->se = m->sigma * sqrt(ww);
        /* of an exact fit an estimate may be rounding: without error there is no test */
        c->t = m->rss > 0 ? c->estimate / c->se : NAN;
        c->p = m->rss > 0 ? dist_t_two(c->t, df) : NAN;
        c->lower = c->estimate - q * c->se;
        c->upper = c->estimate + q * c->se;
        bool varies = !(m->intercept && j == 0);
        c->beta = varies && k->about[j] > 0 && sd_y > 0
                      ? c->estimate * sqrt(k->about[j]) / sd_y
                      : NAN;
        c->vif = varies ? ww * k->square[j] : NAN;
    }
}

static void tell_rows(const struct work *k, const struct dd *e, struct lm *m)
{
    isize n = m->n, p = m->p, ones = 0;
    double df = (double)m->df, s2 = m->sigma * m->sigma, step = 0;
    bool exact = !(m->rss > 0); /* residuals are rounding: no distance to judge */
    m->max_cook = m->max_rstudent = NAN;
    for (isize i = 0; i < n; i++) {
        m->resid[i] = exact ? 0 : e[i].hi * k->y_scale;
        m->fitted[i] = k->d->y[i] - m->resid[i];
        if (k->d->offset) m->fitted[i] += k->d->offset[i];
        m->leverage[i] = 0;
    }
    for (isize j = 0; j < p; j++)
        for (isize i = 0; i < n; i++) m->leverage[i] += m->q[j * n + i] * m->q[j * n + i];
    for (isize i = 0; i < n; i++) {
        double h = m->leverage[i], r = m->resid[i], out = 1 - h;
        m->max_leverage = fmax(m->max_leverage, h);
        if (i > 0) step += (r - m->resid[i - 1]) * (r - m->resid[i - 1]);
        m->cook[i] = m->rstudent[i] = NAN;
        if (out < 1e-10) { /* the row has a coefficient to itself */
            ones++;
            continue;
        }
        double others = (m->rss - r * r / out) / (df - 1);
        m->press += r / out * (r / out);
        if (exact) continue;
        m->cook[i] = r * r * h / ((double)p * s2 * out * out);
        if (df > 1) m->rstudent[i] = r / sqrt(fmax(others, 0) * out);
        m->max_cook = fmax(m->max_cook, m->cook[i]);
        m->max_rstudent = fmax(m->max_rstudent, fabs(m->rstudent[i]));
    }
    m->durbin_watson = exact ? NAN : step / m->rss;
    if (ones > 0) note_add(&m->notes, NOTE_LEVERAGE_ONE, (double)ones, 0);
}

/* Standard errors under unequal variances: the sum of weight_i (e_i q_i'w_j)^2.  Weights
** of MacKinnon & White 1985 and Cribari-Neto 2004 (HC4), Cribari-Neto, Souza &
** Vasconcellos 2007 (HC5). A row that the model must fit has no error and adds
** nothing. */
static void tell_hc(struct lm *m, struct arena tmp)
{
    isize n = m->n, p = m->p;
    double nn = (double)n, mean_h = (double)p / nn;
    double *sum = NEW(&tmp, double, (p * LM_HC_N));
    for (isize i = 0; i < n; i++) {
        double h = m->leverage[i], out = 1 - h, w[LM_HC_N];
        if (out < 1e-10) continue;
        double rel = h / mean_h, most = fmax(4, 0.7 * m->max_leverage / mean_h);
        w[LM_HC0] = 1;
        w[LM_HC1] = nn / (double)m->df;
        w[LM_HC2] = 1 / out;
        w[LM_HC3] = 1 / (out * out);
        double l = log(out);
        w[LM_HC4] = exp(-fmin(4, rel) * l);
        w[LM_HC5] = exp(-0.5 * fmin(rel, most) * l);
        for (isize j = 0; j < p; j++) {
            double u = 0;
            for (isize c = 0; c < p; c++) u += m->q[c * n + i] * m->r[j * p + c];
            u *= m->resid[i];
            for (int t = 0; t < LM_HC_N; t++) sum[j * LM_HC_N + t] += w[t] * u * u;
        }
    }
    for (isize j = 0; j < p; j++)
        for (int t = 0; t < LM_HC_N; t++) m->coef[j].hc[t] = sqrt(sum[j * LM_HC_N + t]);
}

int lm_fit(const struct design *d, double level, struct lm *out, struct arena *a,
           struct err *e)
{
    isize n = d->n, p = d->p;
    if (!d->y) return err_set(e, E_FORMULA, "the formula has no response before ~");
    if (!(level > 0 && level < 1))
        return err_set(e, E_DOMAIN, "a level is between 0 and 1, for example 0.95");
    if (n <= p)
        return err_set(e, E_TOO_FEW,
                       "%td complete rows cannot carry a model with %td coefficients", n,
                       p);
    if (constant(d->y, d->y_lo, n) && (d->intercept || d->y[0] == 0))
        return err_set(e, E_DEGENERATE, "the response has the same value in all %td rows",
                       n);
    *out = (struct lm){.n = n,
                       .p = p,
                       .df = n - p,
                       .dropped = d->dropped,
                       .level = level,
                       .intercept = d->intercept,
                       .design = d};
    out->coef = NEW(a, struct lm_coef, p);
    out->fitted = NEW_RAW(a, double, n);
    out->resid = NEW_RAW(a, double, n);
    out->leverage = NEW_RAW(a, double, n);
    out->cook = NEW_RAW(a, double, n);
    out->rstudent = NEW_RAW(a, double, n);
    out->q = NEW_RAW(a, double, (n * p));
    out->r = NEW(a, double, (p * p));
    struct arena tmp = *a;
    struct work k = {.d = d, .n = n, .p = p, .a = &tmp, .e = e};
    k.shift = NEW(&tmp, double, p);
    k.scale = NEW(&tmp, double, p);
    k.unit = NEW(&tmp, double, p);
    k.size = NEW(&tmp, double, p);
    k.square = NEW(&tmp, double, p);
    k.about = NEW(&tmp, double, p);
    k.b = NEW(&tmp, struct dd, p);
    k.w = NEW(&tmp, double, (p * p));
    struct dd *res = NEW_RAW(&tmp, struct dd, n), *w = NEW(&tmp, struct dd, p * p);
    double *r = NEW(&tmp, double, (p * p)), *left = NEW(&tmp, double, p), least;
    double *estimate = NEW(&tmp, double, p);
    TRY(prepare(&k));
    solve(&k, out->q, r, left, res, &least);
    /* Near dependence costs digits; double-double has them to spare. */
    if (least < 1e-3 || (least < 0.05 && (double)n * (double)(p * p) < 2e5))
        TRY(solve_dd(&k, out->q, left, res, w));
    else
        for (isize i = 0; i < p * p; i++) w[i] = dd_of(k.w[i]);
    sums(&k, res);
    double y_size =
        k.tss.hi + (double)n * (k.y_shift / k.y_scale) * (k.y_shift / k.y_scale);
    if (k.rss.hi <= 1e-28 * y_size) {
        note_add(&out->notes, NOTE_EXACT_FIT, 0, 0);
        k.rss = dd_of(0);
    }
    turn_back(&k, w, estimate, out->r);
    if (d->dropped > 0) note_add(&out->notes, NOTE_DROPPED, (double)d->dropped, 0);
    tell_fit(&k, out);
    tell_coef(&k, estimate, out);
    tell_rows(&k, res, out);
    tell_hc(out, tmp);
    return OK;
}

int lm_of(const struct frame *f, struct str formula, double level, struct lm *out,
          struct arena *a, struct err *e)
{
    struct formula *m = NEW(a, struct formula, 1);
    struct design *d = NEW(a, struct design, 1);
    TRY(formula_read(formula, f, m, a, e));
    TRY(lm_no_random(m, e));
    TRY(design_of(m, f, NULL, 0, d, a, e));
    return lm_fit(d, level, out, a, e);
}

int lm_no_random(const struct formula *m, struct err *e)
{
    if (m->randoms.n == 0) return OK;
    return err_set(
        e, E_FORMULA,
        "formula, position %td: %.*s is a random part; a linear regression has "
        "none, a mixed model does",
        m->randoms.at[0].at + 1, FMT(m->randoms.at[0].name));
}

struct lm_robust lm_robust(const struct lm *m, isize coef, enum lm_hc kind)
{
    const struct lm_coef *c = &m->coef[coef];
    double se = c->hc[kind], q = dist_t_quantile(0.5 + m->level / 2, (double)m->df);
    double t = se > 0 ? c->estimate / se : NAN;
    return (struct lm_robust){
        .t = t,
        .p = dist_t_two(t, (double)m->df),
        .lower = c->estimate - q * se,
        .upper = c->estimate + q * se,
    };
}
