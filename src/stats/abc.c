#include "stats/abc.h"
#include "stats/bca.h"
#include "stats/dist.h"
#include <math.h>

/* The statistic of the sample when row i has weight p[i] (sum 1). */
static double weighted(const struct boot_what *w, const double *p)
{
    double mx = 0, my = 0, xx = 0, xy = 0, yy = 0, n = (double)w->n;
    bool pairs = w->of == BOOT_RATIO || w->of == BOOT_PEARSON || w->of == BOOT_SLOPE;
    for (isize i = 0; i < w->n; i++) {
        mx += p[i] * w->x[i];
        if (pairs) my += p[i] * w->y[i];
    }
    for (isize i = 0; i < w->n; i++) {
        double dx = w->x[i] - mx, dy = pairs ? w->y[i] - my : 0;
        xx += p[i] * (dx * dx);
        xy += p[i] * (dx * dy);
        yy += p[i] * (dy * dy);
    }
    switch (w->of) {
    case BOOT_MEAN: return mx;
    case BOOT_SD: return sqrt(xx * n / (n - 1));
    case BOOT_D_Z: return mx / sqrt(xx * n / (n - 1));
    case BOOT_RATIO: return mx / my;
    case BOOT_PEARSON: return xy / sqrt(xx) / sqrt(yy);
    case BOOT_SLOPE: return xy / yy;
    case BOOT_MEAN_DIFF:
    case BOOT_MEDIAN:
    case BOOT_TRIMMED:
    case BOOT_CALL: break;
    }
    return NAN;
}

/* T at (1 - step) P0 + step on row i: the way an influence value looks. */
static double toward(const struct boot_what *w, double *p, isize i, double step)
{
    double each = (1 - step) / (double)w->n;
    for (isize k = 0; k < w->n; k++) p[k] = each;
    p[i] += step;
    return weighted(w, p);
}

/* T at P0 + step delta; delta sums to 0. */
static double along(const struct boot_what *w, double *p, const double *delta,
                    double step)
{
    for (isize k = 0; k < w->n; k++) p[k] = 1 / (double)w->n + step * delta[k];
    return weighted(w, p);
}

/* First and second derivative from values at -+h and -+2h: the error of h^2 cancels. */
static void derivatives(const double t[4], double t0, double h, double *first,
                        double *second)
{
    double near = (t[1] - t[0]) / (2 * h), wide = (t[3] - t[2]) / (4 * h);
    double near2 = (t[1] - 2 * t0 + t[0]) / (h * h);
    double wide2 = (t[3] - 2 * t0 + t[2]) / (4 * h * h);
    *first = (4 * near - wide) / 3;
    *second = (4 * near2 - wide2) / 3;
}

static int check(const struct boot_what *w, double level, struct err *e)
{
    if (w->of == BOOT_MEDIAN || w->of == BOOT_TRIMMED || w->of == BOOT_CALL ||
        w->of == BOOT_MEAN_DIFF)
        return err_set(e, E_UNSUPPORTED,
                       "no ABC interval for a %s: it must be smooth in the "
                       "weights of one sample",
                       boot_name(w->of));
    if (w->n < 3)
        return err_set(e, E_TOO_FEW,
                       "an ABC interval needs 3 observations, there are %td", w->n);
    if (!(level > 0 && level < 1))
        return err_set(e, E_DOMAIN, "the level must lie between 0 and 1, e.g. 0.95");
    bool pairs = w->of == BOOT_RATIO || w->of == BOOT_PEARSON || w->of == BOOT_SLOPE;
    for (isize i = 0; i < w->n; i++)
        if (!isfinite(w->x[i]) || (pairs && !isfinite(w->y[i])))
            return err_set(e, E_DOMAIN, "observation %td is missing or not finite",
                           i + 1);
    return OK;
}

int abc_interval(const struct boot_what *w, double level, struct abc_result *out,
                 struct arena tmp, struct err *e)
{
    TRY(check(w, level, e));
    isize n = w->n;
    double *p = NEW(&tmp, double, n), *l = NEW(&tmp, double, n);
    double *delta = NEW(&tmp, double, n), h = 0.01 / (double)n, t[4];
    double t0 = along(w, p, delta, 0), two = 0, three = 0, bias = 0, far = 0;
    for (isize i = 0; i < n; i++) {
        double second;
        for (int k = 0; k < 4; k++)
            t[k] = toward(w, p, i, (k & 1 ? 1 : -1) * (k & 2 ? 2 * h : h));
        derivatives(t, t0, h, &l[i], &second);
        bias += second;
        far = fmax(far, fabs(l[i]));
    }
    if (!isfinite(t0) || !isfinite(far) || !(far > 1e-12 * fabs(t0)))
        return err_set(e, E_DEGENERATE,
                       "the statistic does not vary with the observations");
    for (isize i = 0; i < n; i++) {
        two += (l[i] / far) * (l[i] / far);
        three += (l[i] / far) * (l[i] / far) * (l[i] / far);
    }
    double size = (double)n * (double)n, sigma = far * sqrt(two) / (double)n, slope,
           curve;
    bias /= 2 * size;
    for (isize i = 0; i < n; i++) delta[i] = l[i] / (size * sigma); /* of length sigma */
    for (int k = 0; k < 4; k++)
        t[k] = along(w, p, delta, (k & 1 ? 1 : -1) * (k & 2 ? 2 * h : h));
    derivatives(t, t0, h, &slope, &curve);
    curve /= 2 * sigma;

    double a = three / (6 * two * sqrt(two)), gamma = bias / sigma - curve;
    *out = (struct abc_result){.n = n, .estimate = t0, .se = sigma, .accel = a};
    out->bias = bias;
    out->curve = curve;
    out->z0 = dist_norm_quantile(2 * dist_norm(a) * dist_norm(-gamma));
    double z = dist_norm_quantile(0.5 * (1 + level)), limit[2];
    for (int k = 0; k < 2; k++) {
        double v = out->z0 + (k ? z : -z), under = 1 - a * v;
        limit[k] = under > 0 ? along(w, p, delta, v / (under * under)) : NAN;
    }
    out->lo = limit[0];
    out->hi = limit[1];
    if (isnan(out->lo) || isnan(out->hi))
        return err_set(e, E_DEGENERATE, "too skewed for an ABC interval at this level");
    return OK;
}
