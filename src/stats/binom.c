#include "stats/binom.h"
#include "stats/desc.h"
#include "stats/dist.h"
#include <math.h>

int binom_of(double x, double n, double level, struct binom *out, struct err *e)
{
    if (!(level > 0 && level < 1))
        return err_set(e, E_DOMAIN, "the level must lie between 0 and 1, not at %g",
                       level);
    if (n == 0) return err_set(e, E_TOO_FEW, "a share of no one has no limits");
    if (!(x >= 0 && x <= n && n < 1e15 && x == floor(x) && n == floor(n)))
        return err_set(e, E_DOMAIN, "%g of %g is not a share of whole numbers", x, n);
    double p = x / n, tail = (1 - level) / 2, z = dist_norm_quantile(1 - tail);
    double middle = p + z * z / (2 * n), scale = 1 + z * z / n;
    double half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    *out = (struct binom){.x = x, .n = n, .share = p};
    out->exact_lower = x == 0 ? 0 : dist_beta_quantile(tail, x, n - x + 1);
    out->exact_upper = x == n ? 1 : dist_beta_quantile(1 - tail, x + 1, n - x);
    out->wilson_lower = x == 0 ? 0 : (middle - half) / scale;
    out->wilson_upper = x == n ? 1 : (middle + half) / scale;
    out->p_half = fmin(1, 2 * dist_binom(fmin(x, n - x), n, 0.5));
    return OK;
}

int binom_mcnemar(const double *before, const double *after, isize rows,
                  struct binom_mcnemar *out, struct err *e)
{
    *out = (struct binom_mcnemar){0};
    for (isize i = 0; i < rows; i++) {
        double x = before[i], y = after[i];
        if (isnan(x) || isnan(y)) continue;
        if ((x != 0 && x != 1) || (y != 0 && y != 1))
            return err_set(e, E_DOMAIN, "row %td holds a value that is neither 0 nor 1",
                           i + 1);
        out->n++;
        out->b += x == 1 && y == 0;
        out->c += x == 0 && y == 1;
    }
    double n = out->b + out->c, few = fmin(out->b, out->c);
    if (n == 0)
        return err_set(e, E_DEGENERATE,
                       "none of the %td pairs changed: McNemar's test "
                       "has no answer",
                       out->n);
    double gap = fabs(out->b - out->c);
    out->p_exact = fmin(1, 2 * dist_binom(few, n, 0.5));
    out->p_mid = out->p_exact - dist_binom_mass(few, n, 0.5);
    if (gap == 0) out->p_mid = 1 - dist_binom_mass(few, n, 0.5);
    out->chisq = gap * gap / n;
    out->chisq_p = dist_chisq_upper(out->chisq, 1);
    out->chisq_cc = (gap - 1) * (gap - 1) / n;
    return OK;
}

/* ---- sign flips ----------------------------------------------------------------- */

enum { FLIP_GRAY = 25, FLIP_SPAN = 8192 };
static const double flip_room = 5e9; /* additions: a few seconds */

/* d as whole multiples of its coarsest decimal step (1, .5, .1, ... 1e-6 of something):
** tried are steps of 1/m, m up to 1000 and powers of ten up to a million. */
static bool whole_steps(const double *d, isize n, i64 *k)
{
    static const double more[] = {1e4, 1e5, 1e6};
    double biggest = 0;
    for (isize i = 0; i < n; i++) biggest = fmax(biggest, fabs(d[i]));
    for (int m = 1; m <= 1000 + COUNT(more); m++) {
        double per = m <= 1000 ? m : more[m - 1001], room = 1e-11 * biggest * per;
        bool fits = biggest * per < 1e9;
        for (isize i = 0; fits && i < n; i++) {
            k[i] = (i64)nearbyint(fabs(d[i]) * per);
            fits = fabs(fabs(d[i]) * per - (double)k[i]) <= fmin(room, 1e-6);
        }
        if (fits) return true;
    }
    return false;
}

/* P(sum of the chosen k <= cut) for every k chosen with chance one half.  With signs the
** sum is 2 chosen - total. */
static double chosen_upto(const i64 *k, isize n, i64 total, i64 cut, struct arena tmp)
{
    double *p = NEW(&tmp, double, total + 1), sum = 0;
    i64 reach = 0;
    p[0] = 1;
    for (isize i = 0; i < n; i++) {
        reach += k[i];
        for (i64 s = reach; s >= k[i]; s--) p[s] = (p[s] + p[s - k[i]]) / 2;
        for (i64 s = MIN(reach, k[i] - 1); s >= 0; s--) p[s] /= 2;
    }
    for (i64 s = 0; s <= MIN(cut, total); s++) sum += p[s];
    return fmin(1, sum);
}

static void flip_whole(const double *d, const i64 *k, isize n, struct binom_flip *out,
                       struct arena tmp)
{
    i64 total = 0, here = 0; /* sum of all, and of those that are positive */
    for (isize i = 0; i < n; i++) {
        total += k[i];
        if (d[i] > 0) here += k[i];
    }
    /* P(chosen >= here) = P(chosen <= total - here), by symmetry */
    out->p_greater = chosen_upto(k, n, total, total - here, tmp);
    i64 far = MAX(here, total - here);
    out->p =
        2 * far == total ? 1 : fmin(1, 2 * chosen_upto(k, n, total, total - far, tmp));
}

/* All sums in Gray order: one sign changes at a time. Started afresh every 4096 steps, so
** that rounding stays far below the width of a tie. */
static void flip_gray(const double *d, isize n, struct binom_flip *out)
{
    double biggest = 0, here = 0;
    for (isize i = 0; i < n; i++) {
        biggest += fabs(d[i]);
        here += d[i];
    }
    double slack = 1e-9 * biggest, sum = 0;
    i64 greater = 0, far = 0, all = (i64)1 << n;
    for (i64 g = 0; g < all; g++) {
        u64 code = (u64)g ^ ((u64)g >> 1);
        if (g % 4096 == 0) {
            sum = 0;
            for (isize i = 0; i < n; i++) sum += code >> i & 1 ? -d[i] : d[i];
        } else {
            int i = __builtin_ctzll((u64)g);
            sum += code >> i & 1 ? -2 * d[i] : 2 * d[i];
        }
        greater += sum >= here - slack;
        far += fabs(sum) >= fabs(here) - slack;
    }
    out->p_greater = (double)greater / (double)all;
    out->p = (double)far / (double)all;
}

int binom_flip(const double *d, isize rows, struct binom_flip *out, struct arena tmp,
               struct err *e)
{
    double *x, total = 0, biggest = 0;
    isize n;
    TRY(desc_present(d, rows, &x, &n, &tmp, e));
    if (n == 0) return err_set(e, E_TOO_FEW, "there is no difference to flip");
    *out = (struct binom_flip){.n = n, .flips = ldexp(1, (int)MIN(n, 1023))};
    out->mean = desc_mean(x, n);
    for (isize i = 0; i < n; i++) biggest = fmax(biggest, fabs(x[i]));
    if (biggest == 0)
        return err_set(e, E_DEGENERATE,
                       "all %td differences are zero: every flip is the "
                       "same",
                       n);
    i64 *k = NEW_RAW(&tmp, i64, n);
    bool lattice = whole_steps(x, n, k);
    for (isize i = 0; lattice && i < n; i++) total += (double)k[i];
    if (lattice && n <= 1000 && total * (double)n < flip_room && total < 1e8) {
        flip_whole(x, k, n, out, tmp);
    } else if (n <= FLIP_GRAY) {
        flip_gray(x, n, out);
    } else {
        /* n above 1000: halves of halves vanish; the normal distribution is the limit */
        note_add(&out->notes, NOTE_APPROXIMATE, (double)n, 0);
        if (n > 1000) {
            double ss = 0, s = desc_sum(x, n);
            for (isize i = 0; i < n; i++) ss += x[i] * x[i];
            out->p_greater = dist_norm_upper(s / sqrt(ss));
            out->p = 2 * dist_norm(-fabs(s) / sqrt(ss));
            return OK;
        }
        for (isize i = 0; i < n; i++)
            k[i] = (i64)nearbyint(fabs(x[i]) / biggest * FLIP_SPAN);
        flip_whole(x, k, n, out, tmp);
    }
    return OK;
}
