#include "stats/lm.h"
#include "test.h"

static const double y[] = {3.1, 4.7, 2.2, 5.9, 6.4, 1.8, 7.3, 5.5};
static const double x[] = {1, 2, 3, 4, 5, 6, 7, 9}, z[] = {2, 1, 4, 3, 6, 5, 8, 7};
static const struct str g[] = {{"a", 1}, {"b", 1}, {"c", 1}, {"a", 1},
                               {"b", 1}, {"c", 1}, {"a", 1}, {"b", 1}};
static const struct str h[] = {{"u", 1}, {"v", 1}, {"v", 1}, {"u", 1},
                               {"u", 1}, {"v", 1}, {"v", 1}, {"u", 1}};

static struct frame eight(struct arena *a)
{
    struct frame f = frame_of(8);
    frame_put_numbers(&f, S("y"), y, NULL, a);
    frame_put_numbers(&f, S("x"), x, NULL, a);
    frame_put_numbers(&f, S("z"), z, NULL, a);
    frame_put_texts(&f, S("g"), g, a);
    frame_put_texts(&f, S("h"), h, a);
    return f;
}

static struct lm fit(const struct frame *f, const char *formula, struct arena *a)
{
    struct lm m = {0};
    struct err e;
    CHECK_CODE(lm_of(f, str_of(formula), 0.95, &m, a, &e), OK, e);
    return m;
}

/* x = 1, 2, 3; y = 1, 2, 2: slope 1/2, intercept 2/3, residuals -1/6, 1/3, -1/6. */
TEST(lm_three_points_by_hand)
{
    static const double u[] = {1, 2, 3}, v[] = {1, 2, 2};
    struct frame f = frame_of(3);
    frame_put_numbers(&f, S("u"), u, NULL, &tmp);
    frame_put_numbers(&f, S("v"), v, NULL, &tmp);
    struct lm m = fit(&f, "v ~ u", &tmp);
    CHECK_REL(m.coef[0].estimate, 2.0 / 3, 1e-15);
    CHECK_REL(m.coef[1].estimate, 0.5, 1e-15);
    CHECK_REL(m.rss, 1.0 / 6, 1e-15);
    CHECK_REL(m.r2, 0.75, 1e-15); /* 1/2 of 2/3 */
    CHECK_REL(m.coef[1].se, sqrt(1.0 / 12), 1e-15);
    CHECK_REL(m.coef[1].beta, sqrt(0.75), 1e-15);
    CHECK_REL(m.leverage[0], 5.0 / 6, 1e-14);
    CHECK_REL(m.durbin_watson, 3.0, 1e-14); /* (1/4 + 1/4) / (1/6) */
    CHECK_REL(m.press, 1.0 + 0.25 + 1.0, 1e-13);
}

/* R 4.2.2: summary(lm(y ~ x + g)), logLik, AIC, BIC, cooks.distance, rstudent, drop1. HC5
** by its formula in R: om <- resid^2 / sqrt((1 - h)^pmin(8 h / 4, max(4, 8 0.7 max(h) /
** 4))); sqrt(diag(solve(X'X) X' (X om) solve(X'X))). */
TEST(lm_factor_as_r)
{
    static const double want[][3] = {
        {4.21495877502944438, 1.02899370256416289, 1.14987627970693396},
        {0.30459363957597185, 0.18269678936700001, 0.18337434255619775},
        {-0.30612485276796092, 1.05304093708849722, 0.84309929330156119},
        {-3.58563015312131661, 1.14903870918373152, 0.90221795770871727}};
    struct frame f = eight(&tmp);
    struct lm m = fit(&f, "y ~ x + g", &tmp);
    for (isize j = 0; j < 4; j++) {
        CHECK_REL(m.coef[j].estimate, want[j][0], 1e-13);
        CHECK_REL(m.coef[j].se, want[j][1], 1e-13);
        CHECK_REL(m.coef[j].hc[LM_HC5], want[j][2], 1e-12);
    }
    CHECK_REL(m.sigma, 1.2547248746994846, 1e-13);
    CHECK_REL(m.adj_r2, 0.61852480365791318, 1e-13);
    CHECK_REL(m.F, 4.7832722958329832, 1e-13);
    CHECK_REL(m.loglik, -10.394250145027783, 1e-13);
    CHECK_REL(m.aic, 30.788500290055566, 1e-13);
    CHECK_REL(m.bic, 31.185707998454745, 1e-13);
    CHECK_REL(m.max_cook, 0.89196760333009362, 1e-12);
    CHECK_REL(m.max_rstudent, 2.4818208348135866, 1e-12);
}

/* R: drop1(lm(y ~ 0 + x + g), test = "F"): leaving g out takes three columns, as the
** smaller model has none of the intercept's; anova of g alone 4.3759... / 17.8131... */
TEST(lm_drop1_as_r)
{
    static const struct {
        const char *formula;
        double F[2], df[2];
    } row[] = {{"y ~ x + g", {4.3759952885748 / (6.29733804475855 / 4), 5.65735}, {1, 2}},
               {"y ~ 0 + x + g", {2.77958, 7.63948}, {1, 3}}};
    struct frame f = eight(&tmp);
    for (isize i = 0; i < COUNT(row); i++) {
        struct formula fm;
        struct design d;
        struct lm m;
        struct lm_drops drops;
        struct err e;
        CHECK_CODE(formula_read(str_of(row[i].formula), &f, &fm, &tmp, &e), OK, e);
        CHECK_CODE(design_of(&fm, &f, NULL, 0, &d, &tmp, &e), OK, e);
        CHECK_CODE(lm_fit(&d, 0.95, &m, &tmp, &e), OK, e);
        CHECK_CODE(lm_drop1(&m, &fm, &f, &drops, &tmp, &e), OK, e);
        CHECK_INT(drops.n, 2);
        for (isize k = 0; k < 2; k++) {
            CHECK_REL(drops.at[k].F, row[i].F[k], 2e-6);
            CHECK_NEAR((double)drops.at[k].df, row[i].df[k], 0);
        }
    }
    struct lm full = fit(&f, "y ~ x * h", &tmp);
    struct formula fm;
    struct lm_drops drops;
    struct err e;
    CHECK_CODE(formula_read(S("y ~ x * h"), &f, &fm, &tmp, &e), OK, e);
    CHECK_CODE(lm_drop1(&full, &fm, &f, &drops, &tmp, &e), OK, e);
    CHECK_INT(drops.n, 1); /* x and h stand inside x:h */
    CHECK_REL(drops.at[0].F, full.coef[3].t * full.coef[3].t, 1e-12);
}

/* R: lm(y ~ 0 + x + g): R2 about zero. lm(y ~ x + offset(z/2)): estimates; R2 is of the
** response less the offset, 0.464364... / 23.73875 from drop1. */
TEST(lm_without_intercept_and_with_offset)
{
    struct frame f = eight(&tmp);
    struct lm m = fit(&f, "y ~ 0 + x + g", &tmp);
    CHECK_REL(m.r2, 0.96836939050299597, 1e-13);
    CHECK_REL(m.adj_r2, 0.93673878101, 1e-10);
    CHECK_REL(m.F, 30.614945646074762, 1e-12);
    CHECK_REL(m.coef[3].se, 1.20957600906527096, 1e-13);
    m = fit(&f, "y ~ 0 + x", &tmp); /* R: coef(lm(y ~ 0 + x)) * sd(x) / sd(y) */
    CHECK_REL(m.coef[0].beta, 1.1064484341397973, 1e-13);
    m = fit(&f, "y ~ x + offset(z/2)", &tmp);
    CHECK_REL(m.coef[0].estimate, 2.808771929824560587, 1e-13);
    CHECK_REL(m.coef[1].se, 0.27888299672867922, 1e-13);
    CHECK_REL(m.r2, 0.464364035087712 / 23.73875, 1e-10);
    CHECK_REL(m.fitted[0], 2.808771929824560587 - 0.096491228070175364 + 1, 1e-13);
}

/* R: u <- rowsum(X * resid, h); sqrt(diag(B crossprod(u) B)); CR1 adds 2/1 7/4. With
** every row its own cluster CR0 is HC0 and CR2 is HC2. */
TEST(lm_clusters)
{
    static const double cr0[] = {0.41544663203986437, 0.0084370043339519231,
                                 0.37465836014607608, 0.45341315154264705};
    static const i32 of_h[] = {0, 1, 1, 0, 0, 1, 1, 0}, own[] = {0, 1, 2, 3, 4, 5, 6, 7};
    static const i32 one[8];
    struct frame f = eight(&tmp);
    struct lm m = fit(&f, "y ~ x + g", &tmp);
    struct lm_cluster c[4];
    struct notes notes = {0};
    struct err e;
    CHECK_CODE(lm_cluster(&m, of_h, 2, c, &notes, tmp, &e), OK, e);
    for (isize j = 0; j < 4; j++) {
        CHECK_REL(c[j].cr0, cr0[j], 1e-11);
        CHECK_REL(c[j].cr1, cr0[j] * sqrt(3.5), 1e-11);
    }
    CHECK_INT(notes.n, 1);
    CHECK_CODE(lm_cluster(&m, own, 9, c, &notes, tmp, &e), OK,
               e); /* the ninth is empty */
    for (isize j = 0; j < 4; j++) {
        CHECK_REL(c[j].cr0, m.coef[j].hc[LM_HC0], 1e-12);
        CHECK_REL(c[j].cr2, m.coef[j].hc[LM_HC2], 1e-12);
    }
    CHECK_CODE(lm_cluster(&m, one, 1, c, &notes, tmp, &e), E_TOO_FEW, e);
}

/* Two groups of equal size as clusters' worth of rows: the slope of a dummy between arms
** of 5 and 5 clusters of one row has the Welch form: CR2 = sqrt(s1^2/5 + s2^2/5) and
** Satterthwaite's degrees are 8 (equal errors are assumed, 2 x 4). */
TEST(lm_cluster_degrees_of_freedom_by_hand)
{
    static const double v[] = {1, 2, 4, 7, 6, 3, 5, 9, 9, 14};
    static const double arm[] = {0, 0, 0, 0, 0, 1, 1, 1, 1, 1};
    static const i32 own[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    struct frame f = frame_of(10);
    frame_put_numbers(&f, S("v"), v, NULL, &tmp);
    frame_put_numbers(&f, S("arm"), arm, NULL, &tmp);
    struct lm m = fit(&f, "v ~ arm", &tmp);
    struct lm_cluster c[2];
    struct notes notes = {0};
    struct err e;
    CHECK_CODE(lm_cluster(&m, own, 10, c, &notes, tmp, &e), OK, e);
    /* means 4, 8; squares 9+4+0+9+4 = 26, 25+9+1+1+36 = 72 */
    CHECK_REL(c[1].cr2, sqrt(26 / 4.0 / 5 + 72 / 4.0 / 5), 1e-13);
    CHECK_REL(c[1].df, 8.0, 1e-12);
    CHECK_REL(c[0].df, 4.0, 1e-12);
}

/* Scale and shift of a predictor, of the response; order of rows; another reference
** level. */
TEST(lm_laws)
{
    struct frame f = eight(&tmp), r = frame_of(8);
    double u[8], v[8], w[8];
    static const isize order[] = {7, 2, 5, 0, 3, 1, 6, 4};
    static const struct str q[] = {{"2", 1}, {"1", 1}, {"0", 1}, {"2", 1},
                                   {"1", 1}, {"0", 1}, {"2", 1}, {"1", 1}};
    for (int i = 0; i < 8; i++) {
        u[i] = 1e6 + 0.125 * x[i];
        v[i] = 100 - 8 * y[i];
        w[i] = z[i];
    }
    frame_put_numbers(&r, S("u"), u, NULL, &tmp);
    frame_put_numbers(&r, S("v"), v, NULL, &tmp);
    frame_put_numbers(&r, S("w"), w, NULL, &tmp);
    frame_put_texts(&r, S("q"), q, &tmp);
    struct lm a = fit(&f, "y ~ x + z + g", &tmp), b = fit(&r, "v ~ u + w + q", &tmp);
    CHECK_REL(b.coef[1].estimate, -64 * a.coef[1].estimate, 1e-12);
    CHECK_REL(b.coef[1].se, 64 * a.coef[1].se, 1e-12);
    CHECK_REL(b.coef[1].beta, -a.coef[1].beta, 1e-12);
    CHECK_REL(b.coef[1].vif, a.coef[1].vif, 1e-12);
    CHECK_REL(b.r2, a.r2, 1e-13);
    CHECK_REL(b.max_cook, a.max_cook, 1e-11);
    /* levels renamed so that c comes first: q2 - q0 is ga - gc */
    CHECK_REL(b.coef[4].estimate, -8 * -a.coef[4].estimate, 1e-12);

    struct frame shuffled = frame_rows(&f, order, 8, &tmp);
    struct lm c = fit(&shuffled, "y ~ x + z + g", &tmp);
    for (isize j = 0; j < a.p; j++) {
        CHECK_REL(c.coef[j].estimate, a.coef[j].estimate, 1e-13);
        CHECK_REL(c.coef[j].hc[LM_HC3], a.coef[j].hc[LM_HC3], 1e-12);
    }
    /* residuals are orthogonal to the columns; leverages add up to p */
    double dot = 0, sum = 0;
    for (isize i = 0; i < 8; i++) {
        dot += a.resid[i] * x[i];
        sum += a.leverage[i];
    }
    CHECK_NEAR(dot, 0, 1e-13);
    CHECK_REL(sum, 5.0, 1e-13);
}

TEST(lm_notes)
{
    static const double v[] = {1, 3, 5, 7, NAN}, u[] = {0, 1, 2, 3, 4};
    static const double d[] = {0, 0, 0, 1, 0};
    struct frame f = frame_of(5);
    frame_put_numbers(&f, S("v"), v, NULL, &tmp);
    frame_put_numbers(&f, S("u"), u, NULL, &tmp);
    frame_put_numbers(&f, S("d"), d, NULL, &tmp);
    struct lm m = fit(&f, "v ~ u", &tmp); /* v = 1 + 2u exactly */
    CHECK_INT(m.n, 4);
    CHECK_INT(m.dropped, 1);
    CHECK_NEAR(m.rss, 0, 0);
    CHECK_NEAR(m.coef[1].estimate, 2, 0);
    CHECK_NEAR(m.coef[1].se, 0, 0);
    CHECK(isinf(m.F));
    CHECK(isnan(m.coef[0].t) && isnan(m.coef[1].p));
    CHECK(isnan(m.loglik) && isnan(m.aic) && isnan(m.bic) && isnan(m.durbin_watson));
    CHECK(isnan(m.max_cook) &&
          isnan(m.max_rstudent)); /* of residuals that are rounding */
    CHECK_INT(m.notes.n, 2);
    m = fit(&f, "u ~ d", &tmp); /* row 4 has d to itself */
    CHECK_NEAR(m.leverage[3], 1, 1e-14);
    CHECK(isnan(m.cook[3]));
    CHECK(isfinite(m.coef[1].hc[LM_HC3]));
    CHECK_INT(m.notes.at[0].code, NOTE_LEVERAGE_ONE);
}

TEST(lm_refusals)
{
    static const double same[8] = {2, 2, 2, 2, 2, 2, 2, 2}, big[8] = {1e300, -1e300, 1};
    static const double twice[] = {2.1, 4.1, 6.1, 8.1, 10.1, 12.1, 14.1, 18.1};
    static const struct {
        const char *formula;
        int code;
        const char *says;
    } row[] = {
        {"y ~ same", E_DEGENERATE, "'same' has the same value in all 8 rows"},
        {"same ~ x", E_DEGENERATE, "response has the same value"},
        {"zero ~ x - 1", E_DEGENERATE, "response has the same value"},
        {"y ~ x + z + I(x - z)", E_DEGENERATE, "'I(x - z)' depends exactly on x, z"},
        {"y ~ x + twice", E_DEGENERATE, "'twice' depends exactly on x"},
        {"y ~ g + h + g:h + x + z + I(x^2)", E_TOO_FEW, "8 complete rows"},
        {"y ~ x + (1 | g)", E_FORMULA, "(1 | g) is a random part"},
        {"y ~ big", E_DOMAIN, "too large"},
        {"big ~ x", E_DOMAIN, "too large"},
        {"y ~ small", E_DOMAIN, "too little"},
        {"small ~ x", E_DOMAIN, "too little"},
        {"~ x", E_FORMULA, "no response"},
        {"y ~ nothing", E_TOO_FEW, "no row"},
    };
    static const double nothing[8] = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    static const double zero[8] = {0};
    static const double small[8] = {1e-300, 2e-300, 4e-310};
    struct frame f = eight(&tmp);
    frame_put_numbers(&f, S("same"), same, NULL, &tmp);
    frame_put_numbers(&f, S("small"), small, NULL, &tmp);
    frame_put_numbers(&f, S("zero"), zero, NULL, &tmp);
    frame_put_numbers(&f, S("big"), big, NULL, &tmp);
    frame_put_numbers(&f, S("twice"), twice, NULL, &tmp);
    frame_put_numbers(&f, S("nothing"), nothing, NULL, &tmp);
    for (isize i = 0; i < COUNT(row); i++) {
        struct lm m;
        struct err e;
        CHECK_CODE(lm_of(&f, str_of(row[i].formula), 0.95, &m, &tmp, &e), row[i].code, e);
        CHECK_SAYS(e, row[i].says);
    }
    struct lm m;
    struct err e;
    CHECK_CODE(lm_of(&f, S("y ~ x"), 1, &m, &tmp, &e), E_DOMAIN, e);
    static const isize first = 0;
    struct frame one = frame_rows(&f, &first, 1, &tmp),
                 none = frame_rows(&f, &first, 0, &tmp);
    CHECK_CODE(lm_of(&one, S("y ~ 1"), 0.95, &m, &tmp, &e), E_TOO_FEW, e);
    CHECK_CODE(lm_of(&one, S("y ~ g"), 0.95, &m, &tmp, &e), E_DEGENERATE, e);
    CHECK_CODE(lm_of(&none, S("y ~ x"), 0.95, &m, &tmp, &e), E_TOO_FEW, e);
}

/* Nearly dependent, by one part in 1e9: z = x + 1e-9 c. y = x + 1e9 (z - x) = x + c
** exactly, so the estimates are 1 - 1e9 and 1e9; the columns differ in the last digits
** only. */
TEST(lm_nearly_dependent_columns)
{
    static const double c[] = {1, -1, 0, 2, -2, 1, 0, 3};
    double u[8], v[8];
    const double tiny = ldexp(1, -30); /* so that every value is exact */
    for (int i = 0; i < 8; i++) {
        u[i] = x[i] + tiny * c[i];
        v[i] = x[i] + c[i];
    }
    struct frame f = eight(&tmp);
    frame_put_numbers(&f, S("u"), u, NULL, &tmp);
    frame_put_numbers(&f, S("v"), v, NULL, &tmp);
    struct lm m = fit(&f, "v ~ x + u", &tmp);
    CHECK_REL(m.coef[2].estimate, ldexp(1, 30), 1e-15);
    CHECK_REL(m.coef[1].estimate, 1 - ldexp(1, 30), 1e-15);
    CHECK_NEAR(m.coef[0].estimate, 0, 1e-12);
}
