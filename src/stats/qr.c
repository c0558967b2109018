#include "stats/qr.h"

double qr_dot(const double *x, const double *y, isize n)
{
    double s[4] = {0};
    isize i = 0;
    for (; i + 4 <= n; i += 4)
        for (int k = 0; k < 4; k++) s[k] += x[i + k] * y[i + k];
    for (; i < n; i++) s[0] += x[i] * y[i];
    return (s[0] + s[1]) + (s[2] + s[3]);
}

struct dd qr_dot_dd(const struct dd *x, const struct dd *y, isize n)
{
    struct dd s = {0, 0};
    for (isize i = 0; i < n; i++) s = dd_add(s, dd_mul(x[i], y[i]));
    return s;
}

/* y -= (v'y) v times beta: a reflection when beta = 2 / v'v. */
static void reflect(const double *v, double beta, double *y, isize n)
{
    double c = beta * qr_dot(v, y, n);
    for (isize i = 0; i < n; i++) y[i] -= c * v[i];
}

/* Column k is brought to (.., -sign a, 0, ..); its reflector stays in rows k.. of z until
** Q is built backwards, each column starting as a unit vector. */
void qr_factor(double *z, isize n, isize p, double *r, double *left, struct arena tmp)
{
    double *beta = NEW(&tmp, double, p);
    for (isize i = 0; i < p * p; i++) r[i] = 0;
    for (isize k = 0; k < p; k++) {
        double *v = z + k * n + k;
        isize m = n - k;
        double len = sqrt(qr_dot(v, v, m)), a = copysign(len, v[0]);
        for (isize i = 0; i < k; i++) r[i * p + k] = z[k * n + i];
        r[k * p + k] = -a;
        left[k] = len;
        v[0] += a;
        double vv = qr_dot(v, v, m);
        beta[k] = vv > 0 ? 2 / vv : 0;
        for (isize j = k + 1; j < p; j++) reflect(v, beta[k], z + j * n + k, m);
    }
    double *v = NEW_RAW(&tmp, double, n);
    for (isize k = p; k-- > 0;) {
        double *q = z + k * n;
        isize m = n - k;
        for (isize i = 0; i < m; i++) v[i] = q[k + i];
        for (isize i = 0; i < n; i++) q[i] = 0;
        q[k] = 1;
        for (isize j = k; j < p; j++) reflect(v, beta[k], z + j * n + k, m);
    }
}

static void reflect_dd(const struct dd *v, struct dd beta, struct dd *y, isize n)
{
    struct dd c = dd_neg(dd_mul(beta, qr_dot_dd(v, y, n)));
    for (isize i = 0; i < n; i++) y[i] = dd_add(y[i], dd_mul(c, v[i]));
}

void qr_factor_dd(struct dd *z, isize n, isize p, struct dd *r, double *left,
                  struct arena tmp)
{
    struct dd *beta = NEW(&tmp, struct dd, p);
    for (isize i = 0; i < p * p; i++) r[i] = dd_of(0);
    for (isize k = 0; k < p; k++) {
        struct dd *v = z + k * n + k;
        isize m = n - k;
        struct dd len = dd_sqrt(qr_dot_dd(v, v, m)), a = v[0].hi < 0 ? dd_neg(len) : len;
        for (isize i = 0; i < k; i++) r[i * p + k] = z[k * n + i];
        r[k * p + k] = dd_neg(a);
        left[k] = len.hi;
        v[0] = dd_add(v[0], a);
        struct dd vv = qr_dot_dd(v, v, m);
        beta[k] = vv.hi > 0 ? dd_div(dd_of(2), vv) : dd_of(0);
        for (isize j = k + 1; j < p; j++) reflect_dd(v, beta[k], z + j * n + k, m);
    }
    struct dd *v = NEW_RAW(&tmp, struct dd, n);
    for (isize k = p; k-- > 0;) {
        struct dd *q = z + k * n;
        isize m = n - k;
        for (isize i = 0; i < m; i++) v[i] = q[k + i];
        for (isize i = 0; i < n; i++) q[i] = dd_of(0);
        q[k] = dd_of(1);
        for (isize j = k; j < p; j++) reflect_dd(v, beta[k], z + j * n + k, m);
    }
}

void qr_invert(const double *r, isize p, double *out)
{
    for (isize i = 0; i < p * p; i++) out[i] = 0;
    for (isize j = 0; j < p; j++)
        for (isize i = j + 1; i-- > 0;) {
            double s = i == j;
            for (isize k = i + 1; k <= j; k++) s -= r[i * p + k] * out[k * p + j];
            out[i * p + j] = s / r[i * p + i];
        }
}

void qr_invert_dd(const struct dd *r, isize p, struct dd *out)
{
    for (isize i = 0; i < p * p; i++) out[i] = dd_of(0);
    for (isize j = 0; j < p; j++)
        for (isize i = j + 1; i-- > 0;) {
            struct dd s = dd_of(i == j);
            for (isize k = i + 1; k <= j; k++)
                s = dd_sub(s, dd_mul(r[i * p + k], out[k * p + j]));
            out[i * p + j] = dd_div(s, r[i * p + i]);
        }
}

/* One rotation in the plane (i, j) that makes m[i][j] zero. */
static void rotate(double *m, double *v, isize p, isize i, isize j)
{
    double off = m[i * p + j];
    if (off == 0) return;
    double th = (m[j * p + j] - m[i * p + i]) / (2 * off);
    double t = copysign(1, th) / (fabs(th) + sqrt(th * th + 1));
    double c = 1 / sqrt(t * t + 1), s = t * c;
    for (isize k = 0; k < p; k++) {
        double x = m[k * p + i], y = m[k * p + j];
        m[k * p + i] = c * x - s * y;
        m[k * p + j] = s * x + c * y;
    }
    for (isize k = 0; k < p; k++) {
        double x = m[i * p + k], y = m[j * p + k];
        m[i * p + k] = c * x - s * y;
        m[j * p + k] = s * x + c * y;
        x = v[k * p + i], y = v[k * p + j];
        v[k * p + i] = c * x - s * y;
        v[k * p + j] = s * x + c * y;
    }
    m[i * p + j] = m[j * p + i] = 0;
}

void qr_eigen(double *m, isize p, double *value, double *v)
{
    for (isize i = 0; i < p * p; i++) v[i] = i % (p + 1) == 0;
    for (int sweep = 0; sweep < 60; sweep++) {
        double off = 0, on = 0;
        for (isize i = 0; i < p; i++)
            for (isize j = 0; j < p; j++)
                *(i == j ? &on : &off) += m[i * p + j] * m[i * p + j];
        if (off <= 1e-34 * on) break;
        for (isize i = 0; i < p; i++)
            for (isize j = i + 1; j < p; j++) rotate(m, v, p, i, j);
    }
    for (isize i = 0; i < p; i++) value[i] = m[i * p + i];
    for (isize i = 0; i < p; i++) { /* selection: p is small */
        isize least = i;
        for (isize j = i + 1; j < p; j++)
            if (value[j] < value[least]) least = j;
        double w = value[i];
        value[i] = value[least];
        value[least] = w;
        for (isize k = 0; k < p && least != i; k++) {
            double x = v[k * p + i];
            v[k * p + i] = v[k * p + least];
            v[k * p + least] = x;
        }
    }
}
