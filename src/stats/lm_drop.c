#include "stats/dist.h"
#include "stats/lm.h"
#include "stats/qr.h"

/* The quadratic form b'V^-1 b of the coefficients `at`, with V = W W' and W their rows of
** the inverse of R: from the QR of W', so that V is never formed. */
static double wald(const struct lm *m, const isize *at, isize q, struct arena tmp)
{
    isize p = m->p;
    double *z = NEW(&tmp, double, (p * q)), *r = NEW(&tmp, double, (q * q));
    double *left = NEW(&tmp, double, q), *u = NEW(&tmp, double, q), sum = 0;
    for (isize c = 0; c < q; c++)
        for (isize i = 0; i < p; i++) z[c * p + i] = m->r[at[c] * p + i];
    qr_factor(z, p, q, r, left, tmp);
    for (isize i = 0; i < q; i++) { /* R'u = b */
        u[i] = m->coef[at[i]].estimate;
        for (isize k = 0; k < i; k++) u[i] -= r[k * q + i] * u[k];
        u[i] /= r[i * q + i];
        sum += u[i] * u[i];
    }
    return sum;
}

static isize place(const struct lm *m, struct str name)
{
    for (isize j = 0; j < m->p; j++)
        if (str_eq(m->coef[j].name, name)) return j;
    return -1;
}

/* When the smaller model's columns are all among the larger's, no second fit is needed
** and no difference of sums is taken; else (a factor is coded anew) both are. */
static int drop(const struct lm *m, const struct formula *less, const struct frame *rows,
                struct lm_drop *out, struct arena tmp, struct err *e)
{
    struct design d = {0};
    bool *kept = NEW(&tmp, bool, m->p), inside = true;
    double more = 0;
    if (less->terms.n > 0 || less->intercept)
        TRY(design_of(less, rows, NULL, 0, &d, &tmp, e));
    for (isize j = 0; j < d.p; j++) {
        isize at = place(m, d.name[j]);
        if (at >= 0)
            kept[at] = true;
        else
            inside = false;
    }
    out->df = m->p - d.p;
    if (inside) {
        isize *at = NEW(&tmp, isize, m->p), q = 0;
        for (isize j = 0; j < m->p; j++)
            if (!kept[j]) at[q++] = j;
        more = wald(m, at, q, tmp);
    } else if (out->df > 0) {
        struct lm small;
        TRY(lm_fit(&d, m->level, &small, &tmp, e));
        more = small.rss - m->rss;
    }
    out->F = out->p = NAN;
    if (out->df <= 0)
        return OK; /* another coding of the same space: nothing is dropped */
    out->F = more / (double)out->df / (m->rss / (double)m->df);
    out->p = dist_f_upper(out->F, (double)out->df, (double)m->df);
    return OK;
}

int lm_drop1(const struct lm *m, const struct formula *fm, const struct frame *f,
             struct lm_drops *out, struct arena *a, struct err *e)
{
    *out = (struct lm_drops){0};
    const struct formula_terms *all = &fm->terms;
    struct frame rows = *f;
    if (m->dropped > 0) rows = frame_rows(f, m->design->row, m->n, a);
    for (isize t = 0; t < all->n; t++) {
        bool inner = false;
        for (isize i = 0; i < all->n; i++)
            inner = inner || (i != t && (all->at[t].vars & ~all->at[i].vars) == 0);
        if (inner) continue;
        struct formula less = *fm;
        less.terms = (struct formula_terms){0};
        for (isize i = 0; i < all->n; i++)
            if (i != t) *PUSH(a, &less.terms) = all->at[i];
        struct lm_drop *d = PUSH(a, out);
        d->term = all->at[t].name;
        TRY(drop(m, &less, &rows, d, *a, e));
    }
    return OK;
}
