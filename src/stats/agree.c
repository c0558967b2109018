#include "stats/agree.h"
#include "stats/desc.h"
#include "stats/dist.h"
#include <math.h>

static int level_ok(double level, struct err *e)
{
    if (level > 0 && level < 1) return OK;
    return err_set(e, E_DOMAIN, "the level must lie between 0 and 1, not at %g", level);
}

/* ---- intraclass correlations ----------------------------------------------------- */

/* Complete rows of x, n x k. */
static int complete_rows(const double *x, isize rows, isize k, double **out, isize *n,
                         struct arena *a, struct err *e)
{
    double *all;
    isize present;
    TRY(desc_present(x, rows * k, &all, &present, a,
                     e)); /* sizes are fit to be squared */
    *out = NEW_RAW(a, double, (rows * k));
    *n = 0;
    for (isize i = 0; i < rows; i++) {
        bool whole = true;
        for (isize j = 0; j < k; j++) {
            (*out)[*n * k + j] = x[i * k + j];
            whole = whole && !isnan(x[i * k + j]);
        }
        *n += whole;
    }
    return OK;
}

/* Squares from deviations of the grand mean: subject, rater, residual. */
static void mean_squares(const double *x, isize n, isize k, struct agree_icc *out,
                         struct arena tmp)
{
    double *row = NEW(&tmp, double, n), *col = NEW(&tmp, double, k);
    double grand = desc_mean(x, n * k), kn = (double)n, kk = (double)k;
    double ssr = 0, ssc = 0, sse = 0, ssw = 0;
    for (isize i = 0; i < n; i++)
        for (isize j = 0; j < k; j++) {
            double d = x[i * k + j] - grand;
            row[i] += d / kk;
            col[j] += d / kn;
        }
    for (isize i = 0; i < n; i++) ssr += kk * row[i] * row[i];
    for (isize j = 0; j < k; j++) ssc += kn * col[j] * col[j];
    for (isize i = 0; i < n; i++)
        for (isize j = 0; j < k; j++) {
            double d = x[i * k + j] - grand;
            ssw += (d - row[i]) * (d - row[i]);
            sse += (d - row[i] - col[j]) * (d - row[i] - col[j]);
        }
    out->ms_subjects = ssr / (kn - 1);
    out->ms_raters = ssc / (kk - 1);
    out->ms_error = sse / ((kn - 1) * (kk - 1));
    out->ms_within = ssw / (kn * (kk - 1));
}

/* Forms 1 and 3: an F ratio and its limits fl, fu. */
static void from_ratio(double f, double df1, double df2, double k, double upper_tail,
                       struct agree_icc_form *one, struct agree_icc_form *mean)
{
    double fl = f / dist_f_quantile(upper_tail, df1, df2);
    double fu = f * dist_f_quantile(upper_tail, df2, df1);
    *one = (struct agree_icc_form){(f - 1) / (f + k - 1), (fl - 1) / (fl + k - 1),
                                   (fu - 1) / (fu + k - 1)};
    *mean = (struct agree_icc_form){1 - 1 / f, 1 - 1 / fl, 1 - 1 / fu};
}

static double stepped_up(double r, double k)
{
    return k * r / (1 + (k - 1) * r);
}

static void absolute(struct agree_icc *s, double upper_tail)
{
    double n = (double)s->n, k = (double)s->k;
    double msr = s->ms_subjects, msc = s->ms_raters, mse = s->ms_error;
    double icc = (msr - mse) / (msr + (k - 1) * mse + k * (msc - mse) / n);
    double a = k * icc / (n * (1 - icc)), b = 1 + k * icc * (n - 1) / (n * (1 - icc));
    double u = a * msc, w = b * mse, rest = (n - 1) * (k - 1);
    s->v = (u + w) * (u + w) / (u * u / (k - 1) + w * w / rest);
    double fl = dist_f_quantile(upper_tail, n - 1, s->v);
    double fu = dist_f_quantile(upper_tail, s->v, n - 1);
    double raters = k * msc + (k * n - k - n) * mse;
    s->two1.icc = icc;
    s->two1.lower = n * (msr - fl * mse) / (fl * raters + n * msr);
    s->two1.upper = n * (fu * msr - mse) / (raters + n * fu * msr);
    s->twok.icc = (msr - mse) / (msr + (msc - mse) / n);
    s->twok.lower = stepped_up(s->two1.lower, k);
    s->twok.upper = stepped_up(s->two1.upper, k);
}

int agree_icc(const double *x, isize rows, isize k, double level, struct agree_icc *out,
              struct arena tmp, struct err *e)
{
    double *v;
    isize n;
    TRY(level_ok(level, e));
    TRY(complete_rows(x, rows, k, &v, &n, &tmp, e));
    if (n < 2 || k < 2)
        return err_set(e, E_TOO_FEW,
                       "an intraclass correlation needs 2 subjects and 2 "
                       "raters, there are %td and %td",
                       n, k);
    *out = (struct agree_icc){.n = n, .k = k, .incomplete = rows - n};
    mean_squares(v, n, k, out, tmp);
    /* Ratings are given to a few places: an error of 1e-14 of the squares is rounding. */
    double size = desc_mean(v, n * k), least = 1e-26 * size * size;
    if (!(out->ms_subjects > least) || !(out->ms_error > least))
        return err_set(e, E_DEGENERATE, "%s: there is no intraclass correlation",
                       out->ms_subjects > least ? "the raters agree but for a shift"
                                                : "the subjects do not differ");
    double df1 = (double)(n - 1), df_error = df1 * (double)(k - 1);
    double df_within = (double)n * (double)(k - 1), tail = (1 + level) / 2;
    out->df1 = df1;
    out->df2_1 = df_within;
    out->df2_3 = df_error;
    out->f1 = out->ms_subjects / out->ms_within;
    out->f3 = out->ms_subjects / out->ms_error;
    out->p1 = dist_f_upper(out->f1, df1, df_within);
    out->p3 = dist_f_upper(out->f3, df1, df_error);
    from_ratio(out->f1, df1, df_within, (double)k, tail, &out->one1, &out->onek);
    from_ratio(out->f3, df1, df_error, (double)k, tail, &out->three1, &out->threek);
    absolute(out, tail);
    if (n < 10) note_add(&out->notes, NOTE_FEW, (double)n, 0);
    return OK;
}

/* ---- kappa -------------------------------------------------------------------- */

static double weight_of(enum agree_weight weight, isize i, isize j, isize k)
{
    double far = fabs((double)(i - j)) / (double)(k - 1);
    if (weight == AGREE_PLAIN) return i == j;
    return weight == AGREE_LINEAR ? 1 - far : 1 - far * far;
}

int agree_kappa(const double *table, isize k, enum agree_weight weight, double level,
                struct agree_kappa *out, struct arena tmp, struct err *e)
{
    double n = 0;
    TRY(level_ok(level, e));
    for (isize i = 0; i < k * k; i++) {
        if (!(table[i] >= 0 && table[i] < INFINITY))
            return err_set(e, E_DOMAIN, "cell %td of the table is no count", i + 1);
        n += table[i];
    }
    if (k < 2 || n == 0)
        return err_set(e, E_TOO_FEW, "kappa needs two categories and a rating by both");
    double *r = NEW(&tmp, double, k), *c = NEW(&tmp, double, k); /* shares */
    double *wr = NEW(&tmp, double, k), *wc = NEW(&tmp, double, k), po = 0, pe = 0;
    for (isize i = 0; i < k; i++)
        for (isize j = 0; j < k; j++) {
            r[i] += table[i * k + j] / n;
            c[j] += table[i * k + j] / n;
        }
    for (isize i = 0; i < k; i++)
        for (isize j = 0; j < k; j++) {
            double w = weight_of(weight, i, j, k);
            po += w * table[i * k + j] / n;
            pe += w * r[i] * c[j];
            wr[i] += w * c[j];
            wc[j] += w * r[i];
        }
    if (!(1 - pe > 1e-14))
        return err_set(e, E_DEGENERATE,
                       "both raters used one category only: kappa is not "
                       "defined");
    double kappa = (po - pe) / (1 - pe), v1 = 0, v0 = 0;
    for (isize i = 0; i < k; i++)
        for (isize j = 0; j < k; j++) {
            double w = weight_of(weight, i, j, k), both = wr[i] + wc[j];
            double d = w - both * (1 - kappa);
            v1 += table[i * k + j] / n * d * d;
            v0 += r[i] * c[j] * (w - both) * (w - both);
        }
    double shift = kappa - pe * (1 - kappa), scale = n * (1 - pe) * (1 - pe);
    v1 = fmax(0, v1 - shift * shift) / scale;
    v0 = fmax(0, v0 - pe * pe) / scale;
    double half = dist_norm_quantile((1 + level) / 2) * sqrt(v1);
    *out = (struct agree_kappa){.n = n, .kappa = kappa, .po = po, .pe = pe};
    out->ase = sqrt(v1);
    out->ase0 = sqrt(v0);
    out->z = v0 > 0 ? kappa / out->ase0 : NAN;
    out->p = 2 * dist_norm(-fabs(out->z));
    out->lower = kappa - half;
    out->upper = kappa + half;
    return OK;
}

/* ---- several raters -------------------------------------------------------------- */

/* The categories that occur, ascending; returns how many. */
static isize categories(const double *x, isize cells, double *out)
{
    isize n = 0, kept = 0;
    for (isize i = 0; i < cells; i++)
        if (!isnan(x[i])) out[n++] = x[i];
    desc_sort(out, n);
    for (isize i = 0; i < n; i++)
        if (i == 0 || out[i] != out[i - 1]) out[kept++] = out[i];
    return kept;
}

static isize category_of(const double *cat, isize n, double x)
{
    isize lo = 0;
    while (n > 1) {
        isize half = n / 2;
        if (cat[lo + half] <= x) lo += half;
        n -= half;
    }
    return lo;
}

/* counts[i * q + c]: how often row i was put in category c; m[i]: ratings of row i. */
static void fleiss(const double *counts, const isize *m, isize rows, isize k, isize q,
                   struct agree_many *out, struct arena tmp)
{
    double *share = NEW(&tmp, double, q), agree = 0, kk = (double)k;
    out->kappa = out->se0 = out->z = out->p = NAN;
    for (isize i = 0; i < rows; i++) {
        if (m[i] < k) continue;
        double squares = 0;
        for (isize c = 0; c < q; c++) {
            squares += counts[i * q + c] * counts[i * q + c];
            share[c] += counts[i * q + c];
        }
        agree += (squares - kk) / (kk * (kk - 1));
        out->n++;
    }
    if (out->n == 0) return;
    double n = (double)out->n, pe = 0, s1 = 0, s2 = 0;
    for (isize c = 0; c < q; c++) {
        double p = share[c] / (n * kk);
        pe += p * p;
        s1 += p * (1 - p);
        s2 += p * (1 - p) * (1 - 2 * p);
    }
    if (!(1 - pe > 1e-14)) return;
    out->kappa = (agree / n - pe) / (1 - pe);
    out->se0 = sqrt(2 / (n * kk * (kk - 1)) * (s1 * s1 - s2)) / s1;
    out->z = out->kappa / out->se0;
    out->p = 2 * dist_norm(-fabs(out->z));
}

/* o: q x q coincidences; nc: their margins. Observed over expected disagreement. */
static double krippendorff(const double *o, const double *nc, const double *cat, isize q,
                           int metric)
{
    double total = 0, seen = 0, chance = 0;
    for (isize c = 0; c < q; c++) total += nc[c];
    for (isize i = 0; i < q; i++) {
        double between = 0; /* ratings in the categories from i to j */
        for (isize j = i; j < q; j++) {
            between += nc[j];
            double d = i != j;
            if (metric == 1) d = between - (nc[i] + nc[j]) / 2;
            if (metric == 2) d = cat[i] - cat[j];
            if (i == j) d = 0;
            seen += 2 * o[i * q + j] * d * d;
            chance += 2 * nc[i] * nc[j] * d * d;
        }
    }
    return 1 - (total - 1) * seen / chance;
}

int agree_many(const double *x, isize rows, isize k, struct agree_many *out,
               struct arena tmp, struct err *e)
{
    double *all, *cat;
    isize present;
    TRY(desc_present(x, rows * k, &all, &present, &tmp, e));
    cat = NEW_RAW(&tmp, double, present);
    isize q = categories(x, rows * k, cat);
    if (q > 1000)
        return err_set(e, E_DOMAIN, "%td different values are no categories", q);
    double *counts = NEW(&tmp, double, (rows * q)), *o = NEW(&tmp, double, (q * q));
    double *nc = NEW(&tmp, double, q);
    isize *m = NEW(&tmp, isize, rows);
    *out = (struct agree_many){.raters = k};
    for (isize i = 0; i < rows; i++) {
        for (isize j = 0; j < k; j++) {
            if (isnan(x[i * k + j])) continue;
            counts[i * q + category_of(cat, q, x[i * k + j])]++;
            m[i]++;
        }
        if (m[i] < 2) continue;
        out->units++;
        const double *at = counts + i * q;
        for (isize c = 0; c < q; c++)
            for (isize d = 0; d < q && at[c] > 0; d++) {
                double pairs = at[c] * (at[d] - (c == d)) / (double)(m[i] - 1);
                o[c * q + d] += pairs;
                nc[c] += pairs;
            }
    }
    if (out->units == 0)
        return err_set(e, E_TOO_FEW,
                       "no row holds two ratings: there is nothing to agree "
                       "on");
    isize used = 0;
    for (isize c = 0; c < q; c++) used += nc[c] > 0;
    if (used < 2)
        return err_set(e, E_DEGENERATE,
                       "all ratings are in one category: agreement "
                       "beyond chance is not defined");
    fleiss(counts, m, rows, k, q, out, tmp);
    out->incomplete = rows - out->n;
    out->alpha_nominal = krippendorff(o, nc, cat, q, 0);
    out->alpha_ordinal = krippendorff(o, nc, cat, q, 1);
    out->alpha_interval = krippendorff(o, nc, cat, q, 2);
    if (out->units < 10) note_add(&out->notes, NOTE_FEW, (double)out->units, 0);
    return OK;
}
