#include "stats/nls.h"
#include "test.h"

static struct frame box(struct arena *a)
{
    static const double x[] = {1, 2, 3, 5, 7, 10};
    static const double y[] = {109, 149, 149, 191, 213, 224};
    struct frame f = frame_of(6);
    frame_put_numbers(&f, S("x"), x, NULL, a);
    frame_put_numbers(&f, S("y"), y, NULL, a);
    return f;
}

/* NIST StRD BoxBOD (Box, Hunter & Hunter 1978), certified to 11 digits, from both
** starts. */
TEST(nls_boxbod_from_both_starts)
{
    static const double start[2][2] = {{1, 1}, {100, 0.75}};
    struct frame f = box(&tmp);
    for (int s = 0; s < 2; s++) {
        struct nls_model m;
        struct nls r = {0};
        struct err e;
        CHECK_CODE(nls_read(S("b1*(1-exp(-b2*x))"), S("y"), &f, &m, &tmp, &e), OK, e);
        if (!CHECK_CODE(nls_fit(&m, start[s], 0.95, &r, &tmp, &e), OK, e)) continue;
        CHECK_REL(r.coef[0].estimate, 2.1380940889e+02, 1e-10);
        CHECK_REL(r.coef[1].estimate, 5.4723748542e-01, 1e-10);
        CHECK_REL(r.coef[0].se, 1.2354515176e+01, 1e-10);
        CHECK_REL(r.coef[1].se, 1.0455993237e-01, 1e-10);
        CHECK_REL(r.rss, 1.1680088766e+03, 1e-10);
        CHECK(r.offset < 1e-12);
    }
}

/* A model linear in its parameters gives the regression: x = 1, 2, 3, y = 1, 2, 2 as in
** test_lm.c: 2/3, 1/2. */
TEST(nls_linear_model_is_the_regression)
{
    static const double x[] = {1, 2, 3}, y[] = {1, 2, 2}, start[] = {-50, 1000};
    struct frame f = frame_of(3);
    struct nls_model m;
    struct nls r = {0};
    struct err e;
    frame_put_numbers(&f, S("x"), x, NULL, &tmp);
    frame_put_numbers(&f, S("y"), y, NULL, &tmp);
    CHECK_CODE(nls_read(S("y ~ b1 + b2*x"), S(""), &f, &m, &tmp, &e), OK, e);
    CHECK_CODE(nls_fit(&m, start, 0.95, &r, &tmp, &e), OK, e);
    CHECK_REL(r.coef[0].estimate, 2.0 / 3, 1e-15);
    CHECK_REL(r.coef[1].estimate, 0.5, 1e-15);
    CHECK_REL(r.coef[1].se, sqrt(1.0 / 12), 1e-15);
}

/* y = 3 exp(-x/2) on the decimals' own values: nothing is left over. */
TEST(nls_exact_data)
{
    static const double start[] = {1, 1};
    double x[7], y[7], lo[7];
    for (int i = 0; i < 7; i++) {
        x[i] = i;
        struct dd v = dd_mul(dd_of(3), dd_exp(dd_of(-0.5 * i)));
        y[i] = v.hi;
        lo[i] = v.lo;
    }
    struct frame f = frame_of(7);
    struct nls_model m;
    struct nls r = {0};
    struct err e;
    frame_put_numbers(&f, S("x"), x, NULL, &tmp);
    frame_put_numbers(&f, S("y"), y, lo, &tmp);
    CHECK_CODE(nls_read(S("a*exp(-k*x)"), S("y"), &f, &m, &tmp, &e), OK, e);
    CHECK_CODE(nls_fit(&m, start, 0.95, &r, &tmp, &e), OK, e);
    CHECK_NEAR(r.coef[0].estimate, 3, 1e-15);
    CHECK_NEAR(r.coef[1].estimate, 0.5, 1e-15);
    CHECK(r.rss < 1e-50);
}

/* Measured in other units, the answer moves with them. */
TEST(nls_scale)
{
    static const double start[] = {100, 0.75}, scaled[] = {1e8, 0.75e-3};
    struct frame f = box(&tmp), h = frame_of(6);
    double x[6], y[6];
    struct nls_model m;
    struct nls a = {0}, b = {0};
    struct err e;
    for (int i = 0; i < 6; i++) {
        x[i] = 1000 * f.cols.at[0].x[i];
        y[i] = 1e6 * f.cols.at[1].x[i];
    }
    frame_put_numbers(&h, S("x"), x, NULL, &tmp);
    frame_put_numbers(&h, S("y"), y, NULL, &tmp);
    CHECK_CODE(nls_read(S("b1*(1-exp(-b2*x))"), S("y"), &f, &m, &tmp, &e), OK, e);
    CHECK_CODE(nls_fit(&m, start, 0.95, &a, &tmp, &e), OK, e);
    CHECK_CODE(nls_read(S("b1*(1-exp(-b2*x))"), S("y"), &h, &m, &tmp, &e), OK, e);
    CHECK_CODE(nls_fit(&m, scaled, 0.95, &b, &tmp, &e), OK, e);
    CHECK_REL(b.coef[0].estimate, 1e6 * a.coef[0].estimate, 1e-14);
    CHECK_REL(b.coef[1].se, 1e-3 * a.coef[1].se, 1e-13);
}

TEST(nls_names_in_natural_order)
{
    struct frame f = box(&tmp);
    struct nls_model m;
    struct err e;
    CHECK_CODE(nls_read(S("b10*x + b9 + b1*sin(pi*x)"), S("log(y)"), &f, &m, &tmp, &e),
               OK, e);
    CHECK_INT(m.n_parameters, 3);
    CHECK_STR(m.parameter[0], "b1");
    CHECK_STR(m.parameter[1], "b9");
    CHECK_STR(m.parameter[2], "b10");
    CHECK_REL(m.y[0].hi, log(109), 1e-15);
}

TEST(nls_refusals)
{
    static const double start[] = {1, 1, 1, 1, 1, 1, 1};
    static const struct {
        const char *model;
        int code;
        const char *says;
    } row[] = {
        {"b1 + b2*log(b3 - x)", E_DOMAIN, "not defined at the starting values"},
        {"b1 + b2 + b3*x", E_NOT_IDENTIFIED, "do not determine the parameter 'b"},
        {"b1+b2*x+b3*x^2+b4*x^3+b5*x^4+b6*x^5", E_TOO_FEW, "6 complete rows"},
    };
    struct frame f = box(&tmp);
    struct nls_model m;
    struct nls r;
    struct err e;
    for (isize i = 0; i < COUNT(row); i++) {
        CHECK_CODE(nls_read(str_of(row[i].model), S("y"), &f, &m, &tmp, &e), OK, e);
        CHECK_CODE(nls_fit(&m, start, 0.95, &r, &tmp, &e), row[i].code, e);
        CHECK_SAYS(e, row[i].says);
    }
    CHECK_CODE(nls_read(S("x + 1"), S("y"), &f, &m, &tmp, &e), E_FORMULA, e);
    CHECK_CODE(nls_read(S("b1*x"), S("yy"), &f, &m, &tmp, &e), E_NOT_FOUND, e);
    CHECK_CODE(nls_read(S("b1*exq(x)"), S("y"), &f, &m, &tmp, &e), E_FORMULA, e);
    CHECK_SAYS(e, "did you mean 'exp'");
    CHECK_CODE(nls_read(S("b1*(x"), S("y"), &f, &m, &tmp, &e), E_FORMULA, e);
    CHECK_CODE(nls_read(S("(b1 | x)"), S("y"), &f, &m, &tmp, &e), E_FORMULA, e);
}
