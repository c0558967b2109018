/* The model language: what it means and what it refuses. Row order and defaults against
** lavaan are in tests/exchange/test_case_sem.c. */
#include "stats/sem_model.h"
#include "test.h"

static int make(const char *text, struct sem_options o, struct sem_model *m,
                struct arena *a, struct err *e)
{
    const struct str column[] = {S("x1"), S("x2"), S("x3"), S("x4"), S("x5"),
                                 S("x6"), S("y"),  S("z"),  S("w"),  S("age")};
    return sem_model_read(str_of(text), "model", &o, column, COUNT(column), m, a, e);
}

/* "f=~x1 1, f=~x2 p0, ..." : each row with its fixed value, parameter or x (kept
** moment) */
static struct str table(const char *text, struct sem_options o, struct arena *a)
{
    struct sem_model m;
    struct err e = {0};
    if (!CHECK_CODE(make(text, o, &m, a, &e), OK, e)) return S("");
    struct buf b = buf_in(a, 1024);
    for (isize i = 0; i < m.n_rows; i++) {
        struct sem_row *q = &m.row[i];
        buf_fmt(&b, "%s%.*s ", i ? ", " : "", FMT(sem_model_key(q, a)));
        if (q->exo)
            buf_putc(&b, 'x');
        else if (q->theta >= 0)
            buf_fmt(&b, "p%d", q->theta);
        else
            buf_fmt(&b, "%g", q->value);
    }
    return buf_str(&b);
}

TEST(sem_model_defaults_of_a_path_model)
{
    /* final outcomes y and w covary, exogenous x1 and x2 keep their moments */
    CHECK_STR(table("y ~ x1 + x2\n w ~ x1", (struct sem_options){0}, &tmp),
              "y~x1 p0, y~x2 p1, w~x1 p2, y~~y p3, w~~w p4, y~~w p5, x1~~x1 x, x1~~x2 x, "
              "x2~~x2 x");
    /* several on the left: one after the other, as lavaan has them */
    CHECK_STR(table("y + w ~ x1 + 1", (struct sem_options){0}, &tmp),
              "y~x1 p0, y~1 p1, w~x1 p2, w~1 p3, y~~y p4, w~~w p5, y~~w p6, x1~~x1 x, "
              "x1~1 x");
    CHECK_STR(table("y ~ x1; w ~ y", (struct sem_options){.meanstructure = true}, &tmp),
              "y~x1 p0, w~y p1, y~~y p2, w~~w p3, x1~~x1 x, y~1 p4, w~1 p5, x1~1 x");
}

TEST(sem_model_defaults_of_factors)
{
    CHECK_STR(table("f =~ x1 + x2 \n g =~ x3 + x4", (struct sem_options){0}, &tmp),
              "f=~x1 1, f=~x2 p0, g=~x3 1, g=~x4 p1, x1~~x1 p2, x2~~x2 p3, x3~~x3 p4, "
              "x4~~x4 p5, f~~f p6, g~~g p7, f~~g p8");
    CHECK_STR(table("f =~ x1 + x2", (struct sem_options){.std_lv = true}, &tmp),
              "f=~x1 p0, f=~x2 p1, x1~~x1 p2, x2~~x2 p3, f~~f 1");
    CHECK_STR(table("f =~ x1", (struct sem_options){0}, &tmp),
              "f=~x1 1, x1~~x1 0, f~~f p0");
    CHECK_STR(table("i =~ 1*x1 + 1*x2", (struct sem_options){.growth = true}, &tmp),
              "i=~x1 1, i=~x2 1, x1~~x1 p0, x2~~x2 p1, i~~i p2, x1~1 0, x2~1 0, i~1 p3");
}

TEST(sem_model_modifiers)
{
    struct sem_options o = {0};
    CHECK_STR(table("f =~ NA*x1 + 0.5*x2 + x3 \n f ~~ 1*f", o, &tmp),
              "f=~x1 p0, f=~x2 0.5, f=~x3 p1, f~~f 1, x1~~x1 p2, x2~~x2 p3, x3~~x3 p4");
    /* a shared label is one parameter; with a fixed row it fixes the others */
    CHECK_STR(table("y ~ a*x1 + a*x2", o, &tmp),
              "y~x1 p0, y~x2 p0, y~~y p1, x1~~x1 x, x1~~x2 x, x2~~x2 x");
    CHECK_STR(table("f =~ a*x1 + a*x2 + x3", o, &tmp),
              "f=~x1 1, f=~x2 1, f=~x3 p0, x1~~x1 p1, x2~~x2 p2, x3~~x3 p3, f~~f p4");
    CHECK_STR(table("y ~ (1/4)*x1 + -2*x2 + 1/8*x3", o, &tmp),
              "y~x1 0.25, y~x2 -2, y~x3 0.125, y~~y p0, x1~~x1 x, x1~~x2 x, x1~~x3 x, "
              "x2~~x2 x, x2~~x3 x, x3~~x3 x");
    CHECK_STR(table("y ~ 0*1 + x1", o, &tmp),
              "y~1 0, y~x1 p0, y~~y p1, x1~~x1 x, x1~1 x");
    CHECK_STR(table("f =~ x1 + x2 + x3 + equal(\"f=~x2\")*x4", o, &tmp),
              "f=~x1 1, f=~x2 p0, f=~x3 p1, f=~x4 p0, x1~~x1 p2, x2~~x2 p3, x3~~x3 p4, "
              "x4~~x4 p5, f~~f p6");
}

/* A variance, covariance or intercept in the text makes that exogenous variable
** random. */
TEST(sem_model_exogenous_variables_become_random)
{
    CHECK_STR(table("y ~ x1 + x2 \n x1 ~~ x1", (struct sem_options){0}, &tmp),
              "y~x1 p0, y~x2 p1, x1~~x1 p2, y~~y p3, x2~~x2 x");
    CHECK_STR(table("y ~ x1 + x2", (struct sem_options){.random_x = true}, &tmp),
              "y~x1 p0, y~x2 p1, y~~y p2, x1~~x1 p3, x1~~x2 p4, x2~~x2 p5");
}

TEST(sem_model_lines_comments_and_semicolons)
{
    const char *same = "y~x1 p0, y~x2 p1, y~~y p2, x1~~x1 x, x1~~x2 x, x2~~x2 x";
    static const char *const text[] = {
        "y ~ x1 + x2",
        "  y~x1+x2  ;;\n\n",
        "# a comment\ny ~ x1 + # the first\n\n  x2 ! the second",
        "y ~\n x1\n + x2",
        "y ~ + x1 + x2",
        "y ~ x1;y~x2",
        "y\t~\tx1\r\n\t+ x2\r\n",
    };
    for (isize i = 0; i < COUNT(text); i++)
        CHECK_STR(table(text[i], (struct sem_options){0}, &tmp), same);
}

TEST(sem_model_start_values_and_defined_parameters)
{
    struct sem_model m;
    struct err e = {0};
    CHECK_CODE(make("y ~ a*x1 + start(0.3)*x1 + 0.7?x2\n w ~ b*y\n"
                    "ab := a*b\n twice := 2*ab - -a^2/b  # -(-(a^2))/b",
                    (struct sem_options){0}, &m, &tmp, &e),
               OK, e);
    CHECK_NEAR(m.row[0].start, 0.3, 0);
    CHECK_STR(m.row[0].label, "a");
    CHECK_NEAR(m.row[1].start, 0.7, 0);
    CHECK_INT(m.n_defs, 2);
    CHECK_STR(m.def[1].expr.text, "2*ab--a^2/b");
    /* at ab = 6, a = 2, b = 3: 12 + 4/3; by ab 2, a 4/3, b -4/9 */
    double v[3] = {6, 2, 3}, g[3];
    CHECK_NEAR(sem_expr_value(&m.def[1].expr, v, g, tmp), 12 + 4.0 / 3, 1e-15);
    CHECK_NEAR(g[0], 2, 1e-15);
    CHECK_NEAR(g[1], 4.0 / 3, 1e-15);
    CHECK_NEAR(g[2], -4.0 / 9, 1e-15);
}

TEST(sem_model_functions_have_their_derivatives)
{
    static const struct {
        const char *text;
        double at, value, slope;
    } row[] = {
        {"exp(2*a)", 0.5, 2.718281828459045, 5.43656365691809},
        {"log(a)", 4, 1.3862943611198906, 0.25},
        {"sqrt(a) ^ 3", 4, 8, 3},
        {"abs(a) - 1", -3, 2, -1},
        {"2^a^2", 2, 16, 44.3614195558365}, /* 2^(a^2): 16 log 2 2a */
        {"-a^2", 3, -9, -6},
        {"(a + 1)/(a - 1)", 3, 2, -0.5},
        {"1e2*a/.5", 1, 200, 200},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct sem_model m;
        struct err e = {0};
        struct str text = str_fmt(&tmp, "y ~ a*x1\n d := %s", row[i].text);
        CHECK_CODE(make(text.at, (struct sem_options){0}, &m, &tmp, &e), OK, e);
        double g;
        CHECK_REL(sem_expr_value(&m.def[0].expr, &row[i].at, &g, tmp), row[i].value,
                  1e-14);
        CHECK_REL(g, row[i].slope, 1e-14);
    }
}

TEST(sem_model_linear_constraints)
{
    struct sem_model m;
    struct err e = {0};
    CHECK_CODE(make("y ~ a*x1 + b*x2 + c1*x3 + x4\n a == 2*b + 1\n b + c1 == 0",
                    (struct sem_options){0}, &m, &tmp, &e),
               OK, e);
    CHECK_INT(m.n_raw, 5); /* a b c1 y~x4 y~~y */
    CHECK_INT(m.n_par, 3);
    /* whatever theta is, the raw parameters obey */
    double raw[5], theta[3] = {0.3, -0.8, 2.5};
    for (isize i = 0; i < 5; i++) {
        raw[i] = m.base[i];
        for (isize j = 0; j < 3; j++) raw[i] += m.K[i * 3 + j] * theta[j];
    }
    CHECK_NEAR(raw[0], 2 * raw[1] + 1, 1e-14);
    CHECK_NEAR(raw[1] + raw[2], 0, 1e-14);

    CHECK_CODE(
        make("y ~ a*x1 + b*x2\n a == b\n b == a", (struct sem_options){0}, &m, &tmp, &e),
        OK, e);
    CHECK_INT(m.n_par, 2); /* the second says the same again */
    CHECK_CODE(make("y ~ a*x1 + b*x2\n a == b\n a == b + 1", (struct sem_options){0}, &m,
                    &tmp, &e),
               E_FORMULA, e);
    CHECK_SAYS(e, "cannot hold together");
    CHECK_CODE(make("y ~ a*x1 + b*x2\n a*b == 1", (struct sem_options){0}, &m, &tmp, &e),
               E_FORMULA, e);
    CHECK_SAYS(e, "only linear");
}

TEST(sem_model_refuses_with_the_place)
{
    static const struct {
        const char *text, *place, *why;
    } row[] = {
        {"", "model", "no formula"},
        {"# nothing\n", "model", "no formula"},
        {"y ~", "line 1, column 4", "expected a variable"},
        {"y ~ x1 +", "line 1, column 9", "the model ends here"},
        {"y ~ x1\n\nw ~ ~ x2", "line 3, column 5", "found '~'"},
        {"y x1", "line 1, column 3", "expected one of =~"},
        {"y ~ x1 x2", "line 1, column 8", "expected '+'"},
        {"y = x1", "line 1, column 3", "a single '='"},
        {"y ~ x1 & x2", "line 1, column 8", "has no meaning"},
        {"y ~ yqqq", "line 1, column 5", "neither a column"},
        {"y ~ agee", "line 1, column 5", "did you mean 'age'"},
        {"y =~ x1 + x2", "line 1", "rename one"},
        {"f =~ f", "line 1, column 6", "measured by itself"},
        {"y ~ y", "line 1, column 5", "on itself"},
        {"y ~ x1\n y ~ x2 + x1", "line 2, column 11", "said before, in line 1"},
        {"y ~~ x1\n x1 ~~ y", "line 2, column 8", "said before"},
        {"y ~ x1 + x1", "line 1, column 10", "twice"},
        {"y + y ~ x1", "line 1, column 5", "twice on the left"},
        {"y ~ c(1, 1)*x1", "line 1, column 5", "one group"},
        {"y ~ a*1*x1", "line 1, column 8", "one modifier per term"},
        {"y ~ lower(0)*x1", "line 1, column 5", "not available"},
        {"y ~ x1:x2", "line 1, column 5", "interactions"},
        {"y ~ 2", "line 1, column 5", "only be 1"},
        {"y ~~ 1", "line 1, column 6", "cannot covary"},
        {"group: 1", "line 1, column 6", "one group and level"},
        {"f <~ x1", "line 1, column 3", "formative"},
        {"y | t1", "line 1, column 3", "thresholds"},
        {"y ~ a*x1\n a > 0", "line 2, column 4", "inequalities"},
        {"y ~ a*x1\n d := a*bb", "line 2, column 9", "no parameter has the label 'bb'"},
        {"y ~ a*x1\n d := sin(a)", "line 2, column 7", "not a function"},
        {"y ~ a*x1\n d := (a", "line 2, column 9", "')'"},
        {"y ~ a*x1\n a := 2", "line 2, column 2", "cannot be defined"},
        {"y ~ a*x1\n d := a\n d := a", "line 3, column 2", "defined before"},
        {"y ~ \"a*x1", "line 1, column 5", "not closed"},
        {"y ~ start(x)*x1", "line 1, column 11", "expected a number"},
        {"y ~ equal(\"q~x\")*x1", "line 1", "no such parameter"},
        {"y ~ 1/0*x1", "line 1, column 5", "not finite"},
        {"y ~ x1\xff", "model", "UTF-8"},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct sem_model m;
        struct err e = {0};
        CHECK_CODE(make(row[i].text, (struct sem_options){0}, &m, &tmp, &e), E_FORMULA,
                   e);
        CHECK_SAYS(e, row[i].place);
        CHECK_SAYS(e, row[i].why);
    }
}

TEST(sem_model_has_limits)
{
    struct sem_model m;
    struct err e = {0};
    struct buf b = buf_in(&tmp, 1 << 16);
    buf_put(&b, S("y ~ a*x1\n d := "));
    for (int i = 0; i < 500; i++) buf_putc(&b, '(');
    CHECK_CODE(make(str_c(buf_str(&b), &tmp), (struct sem_options){0}, &m, &tmp, &e),
               E_FORMULA, e);
    CHECK_SAYS(e, "deep");
    b = buf_in(&tmp, 1 << 16);
    buf_put(&b, S("f =~ x1"));
    for (int i = 0; i < 6000; i++) buf_fmt(&b, " + v%d", i);
    CHECK_CODE(make(str_c(buf_str(&b), &tmp), (struct sem_options){0}, &m, &tmp, &e),
               E_FORMULA, e);
    CHECK_SAYS(e, "5000");
}
