/* Laws of structural models, and bad input.  Numbers against lavaan and polished solvers
** are in tests/exchange/test_case_sem.c. */
#include "stats/dist.h"
#include "stats/rng.h"
#include "stats/sem.h"
#include "stats/sem_core.h"
#include "test.h"
#include <string.h>

enum { N = 150, P = 9, MOST = 12 };

struct world {
    isize n, p;
    struct str name[MOST];
    double *col[MOST];
};

/* x1..x9: three factors with three indicators each and a chain f1 -> f2 -> f3. */
static struct world people(isize n, u64 seed, struct arena *a)
{
    static const char *const name[] = {"x1", "x2", "x3", "x4", "x5",
                                       "x6", "x7", "x8", "x9"};
    struct world w = {.n = n, .p = P};
    struct rng r = rng_stream(seed, 0, 0);
    for (int i = 0; i < P; i++) {
        w.name[i] = str_of(name[i]);
        w.col[i] = NEW(a, double, n);
    }
    for (isize k = 0; k < n; k++) {
        double f[3];
        f[0] = rng_normal(&r);
        f[1] = 0.6 * f[0] + 0.8 * rng_normal(&r);
        f[2] = 0.5 * f[1] + 0.9 * rng_normal(&r);
        for (int i = 0; i < P; i++)
            w.col[i][k] = 3 + i + (1 - 0.1 * (i % 3)) * f[i / 3] + 0.7 * rng_normal(&r);
    }
    return w;
}

struct result {
    struct sem_model m;
    struct sem_moments d;
    struct sem_fit f;
    struct sem_standard s;
    struct sem_index x;
    const double *col[MOST];
};

static int run(const struct world *w, const char *text, struct sem_options o, bool fiml,
               bool iterate, struct result *r, struct arena *a, struct err *e)
{
    TRY(sem_model_read(str_of(text), "model", &o, w->name, w->p, &r->m, a, e));
    for (isize i = 0; i < r->m.n_ov; i++)
        for (isize j = 0; j < w->p; j++)
            if (str_eq(r->m.var[i], w->name[j])) r->col[i] = w->col[j];
    TRY(sem_moments_of(&r->m, r->col, w->n, fiml, &r->d, a, e));
    if (iterate)
        TRY(sem_fit_iterate(&r->m, &r->d, &r->f, a, e));
    else
        TRY(sem_fit(&r->m, &r->d, &r->f, a, e));
    TRY(sem_std(&r->f, &r->s, a, e));
    sem_index(&r->f, &r->x, *a);
    return OK;
}

static struct result fit(const struct world *w, const char *text, struct sem_options o,
                         struct arena *a)
{
    struct result *r = NEW(a, struct result, 1); /* f points into d and m */
    struct err e = {0};
    CHECK_CODE(run(w, text, o, false, false, r, a, &e), OK, e);
    return *r;
}

static const char PATHS[] = "x4 ~ x1 + x2\n x7 ~ x4 + x1\n x9 ~ x7 + x4";
static const char FACTORS[] =
    "f1 =~ x1 + x2 + x3\n f2 =~ x4 + x5 + x6\n f3 =~ x7 + x8 + x9";
static const char CHAIN[] =
    "f1 =~ x1 + x2 + x3\n f2 =~ x4 + x5 + x6\n f3 =~ x7 + x8 + x9\n"
    "f2 ~ a*f1\n f3 ~ b*f2\n ab := a*b";

static void same(const struct result *r, const struct result *q, double rel)
{
    CHECK_INT(r->m.n_rows, q->m.n_rows);
    for (isize i = 0; i < r->m.n_rows; i++) {
        CHECK_NEAR(r->f.est[i], q->f.est[i], rel * (1 + fabs(q->f.est[i])));
        CHECK_NEAR(r->f.se[i], q->f.se[i], rel * (1 + fabs(q->f.se[i])));
        CHECK_NEAR(r->s.all[i], q->s.all[i], rel * (1 + fabs(q->s.all[i])));
    }
    CHECK_NEAR(r->x.chisq, q->x.chisq, 1e-9 + rel * q->x.chisq);
    CHECK_NEAR(r->x.loglik, q->x.loglik, rel * fabs(q->x.loglik));
}

/* y = 1 2 4 5 on x = 0 1 2 3, by hand with divisor 4: var x = 5/4, cov = 7/4, b = 7/5,
** mean 3 - 7/5 * 3/2 = 9/10; residual 10/4 - 49/20 = 1/20; SE of b = sqrt(1/20 / (4 *
** 5/4)) */
TEST(sem_one_regression_by_hand)
{
    double x[] = {0, 1, 2, 3}, y[] = {1, 2, 4, 5};
    struct world w = {.n = 4, .p = 2, .name = {S("x"), S("y")}, .col = {x, y}};
    struct result r = fit(&w, "y ~ x", (struct sem_options){.meanstructure = true}, &tmp);
    CHECK_NEAR(r.f.est[0], 1.4, 1e-14); /* y~x, y~~y, x~~x, y~1, x~1 */
    CHECK_NEAR(r.f.est[1], 0.05, 1e-14);
    CHECK_NEAR(r.f.est[2], 1.25, 1e-15);
    CHECK_NEAR(r.f.est[3], 0.9, 1e-14);
    CHECK_NEAR(r.f.se[0], 0.1, 1e-13);
    CHECK_NEAR(r.f.se[1], 0.05 / sqrt(2), 1e-13); /* variance sqrt(2/n) */
    CHECK(isnan(r.f.se[2]));
    CHECK_NEAR(r.s.r2[0], 0.98, 1e-14); /* y stands first */
    CHECK_NEAR(r.s.all[0], sqrt(0.98), 1e-14);
    /* log-likelihood of y given x: -2 (log(2 pi / 20) + 1) */
    CHECK_NEAR(r.x.loglik, -2 * (log(2 * 3.141592653589793 / 20) + 1), 1e-12);
    CHECK_INT(r.x.df, 0);
    CHECK_NEAR(r.x.chisq, 0, 1e-12);
    CHECK_NEAR(r.x.baseline_chisq, 4 * log(2.5 / 0.05), 1e-11); /* n log(s2 / residual) */
}

TEST(sem_closed_form_and_iteration_agree)
{
    struct world w = people(N, 1, &tmp);
    for (int means = 0; means < 2; means++)
        for (int random = 0; random < 2; random++) {
            struct sem_options o = {.meanstructure = means, .random_x = random};
            struct result r, q;
            struct err e = {0};
            CHECK_CODE(run(&w, PATHS, o, false, false, &r, &tmp, &e), OK, e);
            CHECK_CODE(run(&w, PATHS, o, false, true, &q, &tmp, &e), OK, e);
            CHECK_INT(r.f.steps, 0);
            CHECK(q.f.steps > 0);
            same(&r, &q, 1e-10);
        }
}

TEST(sem_gradient_is_zero_at_the_answer)
{
    static const char *const model[] = {PATHS, FACTORS, CHAIN,
                                        "g =~ x1 + x2 + x3 + x4 + x5 + x6",
                                        "x4 ~ x1\n x7 ~ x4\n x4 ~~ x7\n x7 ~ x2"};
    struct world w = people(N, 2, &tmp);
    for (isize i = 0; i < COUNT(model); i++) {
        struct result r = fit(&w, model[i], (struct sem_options){0}, &tmp);
        CHECK(r.f.gradient < 1e-10);
    }
}

/* x := 1000 x: loadings and paths change by the factor, chi-square and std.all do not. */
TEST(sem_rescaling_a_variable)
{
    struct world w = people(N, 3, &tmp), v = people(N, 3, &tmp);
    for (isize k = 0; k < N; k++) v.col[4][k] *= 1000; /* x5 */
    struct result r = fit(&w, CHAIN, (struct sem_options){0}, &tmp),
                  q = fit(&v, CHAIN, (struct sem_options){0}, &tmp);
    CHECK_REL(q.x.chisq, r.x.chisq, 1e-9);
    CHECK_REL(q.x.cfi, r.x.cfi, 1e-10);
    CHECK_REL(q.x.srmr, r.x.srmr, 1e-8);
    for (isize i = 0; i < r.m.n_rows; i++) {
        const struct sem_row *t = &r.m.row[i];
        double k = !str_is(t->rhs, "x5") ? 1 : t->op == SEM_WITH ? 1e6 : 1000;
        CHECK_NEAR(q.f.est[i], k * r.f.est[i], 1e-8 * (1 + fabs(k * r.f.est[i])));
        CHECK_NEAR(q.s.all[i], r.s.all[i], 1e-9);
    }
}

TEST(sem_a_saturated_model_fits_exactly)
{
    struct world w = people(N, 4, &tmp);
    struct result r =
        fit(&w, "x4 ~ x1 + x2\n x7 ~ x4 + x1 + x2", (struct sem_options){0}, &tmp);
    CHECK_INT(r.x.df, 0);
    CHECK_NEAR(r.x.chisq, 0, 1e-10);
    CHECK_NEAR(r.x.cfi, 1, 0);
    CHECK_NEAR(r.x.tli, 1, 0);
    CHECK_NEAR(r.x.rmsea, 0, 0);
    CHECK_NEAR(r.x.srmr, 0, 1e-12);
    CHECK(isnan(r.x.p));
}

TEST(sem_full_information_on_complete_data_is_maximum_likelihood)
{
    struct world w = people(N, 5, &tmp);
    struct result r, q;
    struct err e = {0};
    struct sem_options o = {.meanstructure = true};
    CHECK_CODE(run(&w, CHAIN, o, false, false, &r, &tmp, &e), OK, e);
    CHECK_CODE(run(&w, CHAIN, o, true, false, &q, &tmp, &e), OK, e);
    for (isize i = 0; i < r.m.n_rows; i++)
        CHECK_NEAR(q.f.est[i], r.f.est[i], 1e-10 * (1 + fabs(r.f.est[i])));
    CHECK_REL(q.x.chisq, r.x.chisq, 1e-9);
    CHECK_REL(q.x.baseline_chisq, r.x.baseline_chisq, 1e-10);
    CHECK_REL(q.x.loglik, r.x.loglik, 1e-12);
    CHECK_REL(q.x.srmr, r.x.srmr, 1e-9);
}

/* Missing completely at random leaves a saturated model's moments at the EM's fixed
** point: the gradient there vanishes, and a saturated model has chi-square 0. */
TEST(sem_full_information_with_missing_values)
{
    struct world w = people(N, 6, &tmp);
    struct rng r = rng_stream(6, 1, 0);
    for (isize i = 3; i < P; i++)
        for (isize k = 0; k < N; k++)
            if (rng_unit(&r) < 0.15) w.col[i][k] = NAN;
    struct result q;
    struct err e = {0};
    CHECK_CODE(run(&w, "x4 ~~ x5 + x6\n x5 ~~ x6",
                   (struct sem_options){.meanstructure = true}, true, false, &q, &tmp,
                   &e),
               OK, e);
    CHECK_INT(q.x.df, 0);
    CHECK_NEAR(q.x.chisq, 0, 1e-9);
    CHECK(q.f.gradient < 1e-10);
    for (isize i = 0; i < 3; i++) CHECK_NEAR(q.f.mu[i], q.d.mean[i], 1e-9);
    CHECK_CODE(run(&w, CHAIN, (struct sem_options){.meanstructure = true}, true, false,
                   &q, &tmp, &e),
               OK, e);
    CHECK(q.f.gradient < 1e-10);
    CHECK(q.d.n_patterns > 10);
    CHECK_INT(q.d.n, N);
    /* listwise leaves people out and says so */
    CHECK_CODE(run(&w, CHAIN, (struct sem_options){0}, false, false, &q, &tmp, &e), OK,
               e);
    CHECK(q.d.dropped > 50);
    CHECK_INT(q.f.notes.at[0].code, NOTE_DROPPED);
}

TEST(sem_order_of_people_does_not_matter)
{
    struct world w = people(N, 7, &tmp), v = people(N, 7, &tmp);
    for (isize i = 0; i < P; i++)
        for (isize k = 0; k < N; k++) v.col[i][k] = w.col[i][N - 1 - k];
    struct result r = fit(&w, FACTORS, (struct sem_options){0}, &tmp),
                  q = fit(&v, FACTORS, (struct sem_options){0}, &tmp);
    same(&r, &q, 1e-9);
}

/* The scale of a factor is a convention: chi-square, std.all and R2 do not know it. */
TEST(sem_marker_or_unit_variance)
{
    struct world w = people(N, 8, &tmp);
    struct result r = fit(&w, FACTORS, (struct sem_options){0}, &tmp),
                  q = fit(&w, FACTORS, (struct sem_options){.std_lv = true}, &tmp);
    CHECK_REL(q.x.chisq, r.x.chisq, 1e-9);
    for (isize i = 0; i < r.m.n_rows; i++) CHECK_NEAR(q.s.all[i], r.s.all[i], 1e-9);
    for (isize i = 0; i < r.m.n_var; i++)
        if (!isnan(r.s.r2[i])) CHECK_NEAR(q.s.r2[i], r.s.r2[i], 1e-9);
    /* a marker without anything to do with its factor ends nowhere else than without
    ** it */
    struct rng g = rng_stream(8, 8, 8);
    for (isize k = 0; k < N; k++) w.col[0][k] = 0.08 * w.col[1][k] + rng_normal(&g);
    r = fit(&w, FACTORS, (struct sem_options){0}, &tmp);
    q = fit(&w, FACTORS, (struct sem_options){.std_lv = true}, &tmp);
    CHECK_REL(q.x.chisq, r.x.chisq, 1e-8);
}

/* One constraint said in two ways: a shared label, and ==. */
TEST(sem_shared_label_is_equality)
{
    struct world w = people(N, 9, &tmp);
    struct result r =
        fit(&w, "f1 =~ x1 + a*x2 + a*x3\n x4 ~ f1", (struct sem_options){0}, &tmp);
    struct result q = fit(&w, "f1 =~ x1 + a*x2 + b*x3\n x4 ~ f1\n b == a",
                          (struct sem_options){0}, &tmp);
    struct result u =
        fit(&w, "f1 =~ x1 + x2 + x3\n x4 ~ f1", (struct sem_options){0}, &tmp);
    same(&r, &q, 1e-9);
    CHECK_INT(r.x.df, u.x.df + 1);
    CHECK(r.x.chisq >= u.x.chisq);
}

/* In a mediation with uncorrelated errors a and b are independent, so the delta method is
** Sobel's formula. */
TEST(sem_indirect_effect_is_sobels)
{
    struct world w = people(N, 10, &tmp);
    struct result r =
        fit(&w, "x4 ~ a*x1\n x7 ~ b*x4 + x1\n ab := a*b", (struct sem_options){0}, &tmp);
    double a = r.f.est[0], b = r.f.est[1], sa = r.f.se[0], sb = r.f.se[1];
    CHECK_NEAR(r.f.def[0], a * b, 1e-15);
    CHECK_REL(r.f.def_se[0], sqrt(a * a * sb * sb + b * b * sa * sa), 1e-9);
    CHECK_NEAR(r.s.def[0], r.s.all[0] * r.s.all[1], 1e-14);
}

TEST(sem_rmsea_interval_inverts_the_noncentral_chi_square)
{
    struct world w = people(N, 11, &tmp);
    struct result r =
        fit(&w, "g =~ x1 + x2 + x3 + x4 + x5 + x6 + x7", (struct sem_options){0}, &tmp);
    double k = (double)(r.x.n * r.x.df);
    CHECK(r.x.rmsea > 0.1);
    CHECK_REL(dist_ncchisq(r.x.chisq, (double)r.x.df, k * r.x.rmsea_lo * r.x.rmsea_lo),
              0.95, 1e-9);
    CHECK_REL(dist_ncchisq(r.x.chisq, (double)r.x.df, k * r.x.rmsea_hi * r.x.rmsea_hi),
              0.05, 1e-9);
    CHECK(r.x.rmsea_lo < r.x.rmsea && r.x.rmsea < r.x.rmsea_hi);
}

TEST(sem_small_samples_carry_the_note_on_rmsea)
{
    struct world w = people(31, 12, &tmp);
    struct result r =
        fit(&w, "x4 ~ x1\n x7 ~ x4\n x9 ~ x4 + x7", (struct sem_options){0}, &tmp);
    CHECK_INT(r.f.notes.n, 1);
    CHECK_INT(r.f.notes.at[0].code, NOTE_RMSEA_UNSTABLE);
    CHECK_NEAR(r.f.notes.at[0].x[0], 2, 0);
    CHECK_NEAR(r.f.notes.at[0].x[1], 31, 0);
}

/* ---- derivatives
** -------------------------------------------------------------------- */

/* The gradient against differences of f, the second derivatives against differences of
** the gradient, away from the answer, with means and missing values. */
TEST(sem_derivatives_are_those_of_the_criterion)
{
    struct world w = people(40, 13, &tmp);
    for (isize k = 0; k < 8; k++) w.col[k][k] = w.col[(k + 4) % 9][k + 9] = NAN;
    struct sem_options o = {.meanstructure = true};
    struct result r;
    struct err e = {0};
    CHECK_CODE(run(&w,
                   "f1 =~ x1 + x2 + x3\n f2 =~ x4 + x5 + x6\n f2 ~ f1\n x7 ~ f2 + x1\n"
                   "x2 ~~ x5\n f1 ~ 1\n x1 ~ 0*1\n x7 ~ k*1\n x4 ~~ v*x4\n x5 ~~ v*x5",
                   o, true, false, &r, &tmp, &e),
               OK, e);
    struct sem_core s = sem_core_new(&r.m, &r.d, &tmp);
    isize n = r.m.n_par;
    double *x = NEW(&tmp, double, n), *g = NEW(&tmp, double, n),
           *H = NEW(&tmp, double, (n * n));
    for (isize i = 0; i < n; i++) x[i] = r.f.theta[i] * 1.1 + 0.02;
    CHECK(sem_core_at(&s, x, SEM_OBSERVED));
    memcpy(g, s.g, (size_t)n * sizeof(double));
    memcpy(H, s.H, (size_t)(n * n) * sizeof(double));
    for (isize i = 0; i < n; i++) {
        double h = 1e-5, at = x[i], up, down;
        double *gu = NEW(&tmp, double, n);
        x[i] = at + h;
        CHECK(sem_core_at(&s, x, SEM_GRADIENT));
        up = s.f;
        memcpy(gu, s.g, (size_t)n * sizeof(double));
        x[i] = at - h;
        CHECK(sem_core_at(&s, x, SEM_GRADIENT));
        down = s.f;
        x[i] = at;
        CHECK_NEAR((up - down) / (2 * h), g[i], 1e-6 * (1 + fabs(g[i])));
        for (isize j = 0; j < n; j++)
            CHECK_NEAR((gu[j] - s.g[j]) / (2 * h), H[i * n + j],
                       1e-6 * (1 + fabs(H[i * n + j])));
    }
}

/* ---- bootstrap
** ---------------------------------------------------------------------- */

TEST(sem_boot_of_the_sample_itself_is_the_estimate)
{
    static const char *const model[] = {PATHS, CHAIN};
    for (int k = 0; k < 2; k++) {
        struct world w = people(N, 14, &tmp);
        struct result *r = NEW(&tmp, struct result, 1);
        struct err e = {0};
        struct sem_boot b;
        i32 *index = NEW(&tmp, i32, 2 * N);
        for (int i = 0; i < 2 * N; i++)
            index[i] = (i * 7) % N; /* 7 and 150 are coprime */
        CHECK_CODE(run(&w, model[k], (struct sem_options){0}, false, false, r, &tmp, &e),
                   OK, e);
        CHECK_CODE(sem_boot(&r->f, r->col, N, 2, index, 0, 0.95, 1, &b, &tmp, &e), OK, e);
        for (isize i = 0; i < r->m.n_rows; i++)
            CHECK_NEAR(b.value[2 * i], r->f.est[i], 1e-9 * (1 + fabs(r->f.est[i])));
    }
}

/* A resample refitted is the model fitted to those people. */
TEST(sem_boot_refits_are_fits)
{
    struct world w = people(N, 15, &tmp), v = people(N, 15, &tmp);
    static const char *const model[] = {PATHS, CHAIN};
    struct rng g = rng_stream(15, 1, 0);
    i32 index[2 * N];
    rng_indices(&g, N, N, index);
    memcpy(index + N, index, N * sizeof(i32));
    for (isize i = 0; i < P; i++)
        for (isize k = 0; k < N; k++) v.col[i][k] = w.col[i][index[k]];
    for (int k = 0; k < 2; k++) {
        struct result *r = NEW(&tmp, struct result, 1);
        struct err e = {0};
        struct sem_boot b;
        CHECK_CODE(run(&w, model[k], (struct sem_options){0}, false, false, r, &tmp, &e),
                   OK, e);
        CHECK_CODE(sem_boot(&r->f, r->col, N, 2, index, 0, 0.95, 1, &b, &tmp, &e), OK, e);
        struct result q = fit(&v, model[k], (struct sem_options){0}, &tmp);
        for (isize i = 0; i < q.m.n_rows; i++)
            CHECK_NEAR(b.value[2 * i], q.f.est[i], 1e-8 * (1 + fabs(q.f.est[i])));
        for (isize i = 0; i < q.m.n_defs; i++)
            CHECK_NEAR(b.value[2 * (q.m.n_rows + i)], q.f.def[i], 1e-8);
    }
}

TEST(sem_boot_gives_the_same_bits_on_any_number_of_threads)
{
    struct world w = people(40, 16, &tmp);
    struct result *r = NEW(&tmp, struct result, 1);
    struct err e = {0};
    struct sem_boot b[3];
    static const int threads[] = {1, 2, 5};
    CHECK_CODE(run(&w, PATHS, (struct sem_options){0}, false, false, r, &tmp, &e), OK, e);
    for (int i = 0; i < 3; i++)
        CHECK_CODE(sem_boot(&r->f, r->col, w.n, 5000, NULL, 42, 0.95, threads[i], &b[i],
                            &tmp, &e),
                   OK, e);
    isize bytes = b[0].n_cols * 5000 * (isize)sizeof(double);
    CHECK(memcmp(b[0].value, b[1].value, (size_t)bytes) == 0);
    CHECK(memcmp(b[0].value, b[2].value, (size_t)bytes) == 0);
    CHECK_INT(b[0].failed, 0);
    /* the standard errors are near the theory's, and BCa limits hold the estimate */
    for (isize i = 0; i < r->m.n_rows; i++) {
        if (r->m.row[i].op != SEM_ON) continue;
        CHECK(b[0].par[i].se > 0.6 * r->f.se[i] && b[0].par[i].se < 1.7 * r->f.se[i]);
        CHECK(b[0].par[i].bca_lo < r->f.est[i] && r->f.est[i] < b[0].par[i].bca_hi);
        CHECK(b[0].par[i].lo < r->f.est[i] && r->f.est[i] < b[0].par[i].hi);
    }
    CHECK_CODE(sem_boot(&r->f, r->col, w.n, 5000, NULL, 43, 0.95, 1, &b[1], &tmp, &e), OK,
               e);
    CHECK(memcmp(b[0].value, b[1].value, (size_t)bytes) != 0);
}

/* ---- bad input
** ---------------------------------------------------------------------- */

static int refused(const struct world *w, const char *text, bool fiml, struct err *e,
                   struct arena a)
{
    struct result r;
    return run(w, text, (struct sem_options){.meanstructure = fiml}, fiml, false, &r, &a,
               e);
}

TEST(sem_refuses_data_without_an_answer)
{
    for (int fiml = 0; fiml < 2; fiml++) {
        struct err e = {0};
        struct world w = people(N, 17, &tmp);
        for (isize k = 0; k < N; k++) w.col[1][k] = 7;
        CHECK_CODE(refused(&w, "x4 ~ x1 + x2", fiml, &e, tmp), E_DEGENERATE, e);
        CHECK_SAYS(e, "'x2' does not vary");
        for (isize k = 0; k < N; k++) w.col[1][k] = 3 * w.col[0][k] - 1;
        CHECK_CODE(refused(&w, "x4 ~ x1 + x2", fiml, &e, tmp), E_DEGENERATE, e);
        CHECK_SAYS(e, "determined by the other");
        for (isize k = 0; k < N; k++) w.col[1][k] = 1e300 * w.col[4][k];
        CHECK_CODE(refused(&w, "x4 ~ x1 + x2", fiml, &e, tmp), E_DOMAIN, e);
        w.col[1][3] = INFINITY;
        CHECK_CODE(refused(&w, "x4 ~ x1 + x2", fiml, &e, tmp), E_DOMAIN, e);
        for (isize k = 0; k < N; k++) w.col[1][k] = NAN;
        CHECK_CODE(refused(&w, "x4 ~ x1 + x2", fiml, &e, tmp), E_TOO_FEW, e);
        for (isize n = 0; n <= 3; n++) {
            w = people(n, 18, &tmp);
            CHECK_CODE(refused(&w, "x4 ~ x1 + x3", fiml, &e, tmp), E_TOO_FEW, e);
        }
    }
}

TEST(sem_refuses_models_without_an_answer)
{
    struct world w = people(N, 19, &tmp);
    struct err e = {0};
    CHECK_CODE(refused(&w, "f =~ x1 + x2", false, &e, tmp), E_NOT_IDENTIFIED, e);
    CHECK_SAYS(e, "4 free parameters");
    CHECK_CODE(refused(&w, "f =~ NA*x1 + x2 + x3 + x4", false, &e, tmp), E_NOT_IDENTIFIED,
               e);
    CHECK_SAYS(e, "cannot tell");
    /* x1 and x4 predict each other and nothing else tells their directions */
    CHECK_CODE(refused(&w, "x1 ~ x4\n x4 ~ x1\n x7 ~ x1 + x4", false, &e, tmp),
               E_NOT_IDENTIFIED, e);
    CHECK_CODE(refused(&w, "x4 ~ x1\n x1 ~~ -1*x1", false, &e, tmp), E_NO_CONVERGENCE, e);
    CHECK_SAYS(e, "starting values");
    struct result *r = NEW(&tmp, struct result, 1);
    struct sem_boot b;
    CHECK_CODE(run(&w, PATHS, (struct sem_options){0}, false, false, r, &tmp, &e), OK, e);
    CHECK_CODE(sem_boot(&r->f, r->col, N, 1, NULL, 1, 0.95, 1, &b, &tmp, &e), E_TOO_FEW,
               e);
    CHECK_CODE(sem_boot(&r->f, r->col, N, 100, NULL, 1, 1, 1, &b, &tmp, &e), E_DOMAIN, e);
}

/* Tiny samples: some resamples cannot be fitted; they are counted and said. */
TEST(sem_boot_counts_what_failed)
{
    double x[] = {1, 1, 1, 1, 1, 2, 3}, y[] = {2, 1, 4, 3, 5, 4, 6};
    struct world w = {.n = 7, .p = 2, .name = {S("x"), S("y")}, .col = {x, y}};
    struct result *r = NEW(&tmp, struct result, 1);
    struct sem_boot b;
    struct err e = {0};
    CHECK_CODE(run(&w, "y ~ x", (struct sem_options){0}, false, false, r, &tmp, &e), OK,
               e);
    /* all of x equal: chance (5/7)^7 = .095 */
    CHECK_CODE(sem_boot(&r->f, r->col, 7, 4000, NULL, 3, 0.9, 1, &b, &tmp, &e), OK, e);
    CHECK(b.failed > 320 && b.failed < 400);
    CHECK_INT(b.notes.at[0].code, NOTE_UNDEFINED_RESAMPLES);
    CHECK_NEAR(b.notes.at[0].x[0], (double)b.failed, 0);
    CHECK(isfinite(b.par[0].se));
}
