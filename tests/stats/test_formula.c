#include "stats/formula.h"
#include "test.h"
#include <setjmp.h>

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

static struct str joined(const struct str *name, isize n, struct arena *a)
{
    struct buf b = buf_in(a, 200);
    for (isize i = 0; i < n; i++) buf_fmt(&b, "%s%.*s", i > 0 ? " | " : "", FMT(name[i]));
    return buf_str(&b);
}

/* R 4.2.2: paste(colnames(model.matrix(as.formula(f), d)), collapse = " | ") with
** d <- data.frame(y, x, z, g, h), texts as factors. */
TEST(formula_columns_as_r_names_them)
{
    static const struct {
        const char *formula, *columns;
    } row[] = {
        {"y ~ x", "(Intercept) | x"},
        {"y ~ x * z", "(Intercept) | x | z | x:z"},
        {"y ~ g", "(Intercept) | gb | gc"},
        {"y ~ g * x", "(Intercept) | gb | gc | x | gb:x | gc:x"},
        {"y ~ x * g", "(Intercept) | x | gb | gc | x:gb | x:gc"},
        {"y ~ 0 + g", "ga | gb | gc"},
        {"y ~ g - 1", "ga | gb | gc"},
        {"y ~ 0 + x + g", "x | ga | gb | gc"},
        {"y ~ 0 + g + h", "ga | gb | gc | hv"},
        {"y ~ g:h", "(Intercept) | ga:hu | gb:hu | gc:hu | ga:hv | gb:hv | gc:hv"},
        {"y ~ g:x", "(Intercept) | ga:x | gb:x | gc:x"},
        {"y ~ x:g", "(Intercept) | x:ga | x:gb | x:gc"},
        {"y ~ g + g:x", "(Intercept) | gb | gc | ga:x | gb:x | gc:x"},
        {"y ~ x + g:x", "(Intercept) | x | x:gb | x:gc"},
        {"y ~ h/x", "(Intercept) | hv | hu:x | hv:x"},
        {"y ~ (x + z + g)^2",
         "(Intercept) | x | z | gb | gc | x:z | x:gb | x:gc | z:gb | z:gc"},
        {"y ~ (x + g)^2 - x:g", "(Intercept) | x | gb | gc"},
        {"y ~ .", "(Intercept) | x | z | gb | gc | hv"},
        {"y ~ . - z", "(Intercept) | x | gb | gc | hv"},
        {"y ~ .^2",
         "(Intercept) | x | z | gb | gc | hv | x:z | x:gb | x:gc | x:hv | z:gb "
         "| z:gc | z:hv | gb:hv | gc:hv"},
        {"log(y) ~ log(x) + I(x^2)", "(Intercept) | log(x) | I(x^2)"},
        {"y ~ I(x + z) + I((x - 2)/3)", "(Intercept) | I(x + z) | I((x - 2)/3)"},
        {"y ~ factor(x)",
         "(Intercept) | factor(x)2 | factor(x)3 | factor(x)4 | factor(x)5 | factor(x)6 | "
         "factor(x)7 | factor(x)9"},
        {"y ~ x + offset(z)", "(Intercept) | x"},
        {"y ~ g:h - 1", "ga:hu | gb:hu | gc:hu | ga:hv | gb:hv | gc:hv"},
        {"y ~ 0 + h:x + x", "x | hu:x | hv:x"},
        {"y ~ 1", "(Intercept)"},
        {"y ~ x - x", "(Intercept)"},
        {"y ~ x + x + x:z + z:x", "(Intercept) | x | x:z"},
        {"y ~ z:g:h", "(Intercept) | z:ga:hu | z:gb:hu | z:gc:hu | z:ga:hv | z:gb:hv | "
                      "z:gc:hv"},
        {"y ~ 0 + x:g", "x:ga | x:gb | x:gc"},
        {"y ~ h + g:h", "(Intercept) | hv | hu:gb | hv:gb | hu:gc | hv:gc"},
        {"y ~ g*h", "(Intercept) | gb | gc | hv | gb:hv | gc:hv"},
        {"y ~ -1 + h*g", "hu | hv | gb | gc | hv:gb | hv:gc"},
        {"y ~ sqrt(x) + exp(-x)", "(Intercept) | sqrt(x) | exp(-x)"},
        {"y ~ x*z*h", "(Intercept) | x | z | hv | x:z | x:hv | z:hv | x:z:hv"},
    };
    struct frame f = eight(&tmp);
    for (isize i = 0; i < COUNT(row); i++) {
        struct formula m;
        struct design d = {0};
        struct err e;
        if (!CHECK_CODE(formula_read(str_of(row[i].formula), &f, &m, &tmp, &e), OK, e))
            continue;
        if (CHECK_CODE(design_of(&m, &f, NULL, 0, &d, &tmp, &e), OK, e))
            CHECK_STR(joined(d.name, d.p, &tmp), row[i].columns);
    }
}

/* Row 4 (x = 4, z = 3, g = a, h = u) by hand: gb:x is 0 there; row 2 (x = 2, g = b):
** 2. */
TEST(formula_values_of_columns)
{
    struct frame f = eight(&tmp);
    struct formula m;
    struct design d;
    struct err e;
    CHECK_CODE(formula_read(S("y ~ g * x + I(x^2 / 10)"), &f, &m, &tmp, &e), OK, e);
    CHECK_CODE(design_of(&m, &f, NULL, 0, &d, &tmp, &e), OK, e);
    CHECK_STR(joined(d.name, d.p, &tmp),
              "(Intercept) | gb | gc | x | I(x^2/10) | gb:x | gc:x");
    CHECK_NEAR(d.x[5 * 8 + 1], 2, 0);
    CHECK_NEAR(d.x[5 * 8 + 3], 0, 0);
    CHECK_NEAR(d.x[4 * 8 + 1], 0.4, 0);
    CHECK(d.lo != NULL);                                        /* 0.4 is no double */
    CHECK_REL(d.lo[4 * 8 + 1], -2.2204460492503131e-17, 1e-12); /* 0.4 - fl(0.4) */
    CHECK_INT(d.term[0], 0);
    CHECK_INT(d.term[2], 1);
    CHECK_INT(d.term[6], 4);
    CHECK_STR(d.term_name[3], "g:x");
}

TEST(formula_response_and_offset)
{
    struct frame f = eight(&tmp);
    struct formula m;
    struct design d;
    struct err e;
    CHECK_CODE(formula_read(S("I(2 * y) ~ x + offset(z) + offset(x)"), &f, &m, &tmp, &e),
               OK, e);
    CHECK_CODE(design_of(&m, &f, NULL, 0, &d, &tmp, &e), OK, e);
    CHECK_NEAR(d.y[0], 2 * 3.1 - 2 - 1, 1e-15);
    CHECK_NEAR(d.offset[7], 16, 0);
    CHECK_STR(d.y_name, "I(2 * y)");
}

TEST(formula_missing_rows_and_levels)
{
    static const double v[] = {1, NAN, 3, 4, 5};
    static const struct str arm[] = {{"a", 1}, {"b", 1}, {"c", 1}, {NULL, 0}, {"c", 1}};
    struct frame f = frame_of(5);
    struct formula m;
    struct design d;
    struct err e;
    frame_put_numbers(&f, S("v"), v, NULL, &tmp);
    frame_put_texts(&f, S("arm"), arm, &tmp);
    frame_put_numbers(&f, S("w"), v, NULL, &tmp);
    CHECK_CODE(formula_read(S("v ~ arm"), &f, &m, &tmp, &e), OK, e);
    CHECK_CODE(design_of(&m, &f, NULL, 0, &d, &tmp, &e), OK, e);
    CHECK_INT(d.n, 3);
    CHECK_INT(d.dropped, 2);
    CHECK_INT(d.row[1], 2);
    CHECK_STR(joined(d.name, d.p, &tmp), "(Intercept) | armc"); /* b has no row left */
    CHECK_CODE(formula_read(S("v ~ log(w - 1)"), &f, &m, &tmp, &e), OK, e);
    CHECK_CODE(design_of(&m, &f, NULL, 0, &d, &tmp, &e), E_DOMAIN, e);
    CHECK_SAYS(e, "data row 1");
    CHECK_CODE(formula_read(S("v ~ 1"), &f, &m, &tmp, &e), OK, e);
    isize also = 1; /* rows without an arm go too */
    CHECK_CODE(design_of(&m, &f, &also, 1, &d, &tmp, &e), OK, e);
    CHECK_INT(d.n, 3);
}

TEST(formula_random_parts_are_kept)
{
    struct frame f = eight(&tmp);
    struct formula m;
    struct err e;
    CHECK_CODE(
        formula_read(S("y ~ x + (1 | g) + (x || h) + (0 + x | g/h)"), &f, &m, &tmp, &e),
        OK, e);
    CHECK_INT(m.terms.n, 1);
    CHECK_INT(m.randoms.n, 4);
    CHECK_STR(m.randoms.at[0].name, "(1 | g)");
    CHECK_STR(m.randoms.at[1].name, "(x || h)");
    CHECK(!m.randoms.at[1].correlated);
    CHECK(m.randoms.at[1].intercept);
    CHECK_STR(m.randoms.at[3].name, "(0 + x | g:h)");
    CHECK(!m.randoms.at[3].intercept);
    CHECK_INT(m.randoms.at[3].terms.n, 1);
}

TEST(formula_refusals_say_where)
{
    static const struct {
        const char *formula, *says;
    } row[] = {
        {"", "position 1"},
        {"y", "a formula has a ~"},
        {"y ~", "position 4: the text ends"},
        {"y ~ x +", "position 8"},
        {"y ~ (x", "where ')' is expected"},
        {"y ~ x)", "position 6: ')' stands where an operator or the end is expected"},
        {"y ~ xx", "did you mean 'x'"},
        {"y ~ log(xx)", "position 9"},
        {"yy ~ x", "did you mean 'y'"},
        {"y ~ x z", "position 7"},
        {"y ~ x ~ z", "one ~"},
        {"y ~ y + x", "both sides"},
        {"y ~ x | g", "stands alone in parentheses"},
        {"y ~ x * (1 | g)", "stands alone"},
        {"y ~ 2 + x", "arithmetic stands in I( )"},
        {"y ~ x^2.5", "whole number"},
        {"y ~ x & z", "'&' has no meaning"},
        {"y ~ `x", "backtick"},
        {"y ~ x * -z", "taken away from a sum"},
        {"1 ~ x", "the response is no column"},
        {"y ~ factor(x + 1)", "name of a column"},
        {"y ~ (|g)", "position 6"},
        {"y ~ \xff", "UTF-8"},
    };
    struct frame f = eight(&tmp);
    for (isize i = 0; i < COUNT(row); i++) {
        struct formula m;
        struct err e;
        CHECK_CODE(formula_read(str_of(row[i].formula), &f, &m, &tmp, &e), E_FORMULA, e);
        CHECK_SAYS(e, row[i].says);
    }
}

TEST(formula_refusals_of_the_design)
{
    static const struct {
        const char *formula;
        int code;
        const char *says;
    } row[] = {
        {"g ~ x", E_NUMBER, "text where numbers"},
        {"y ~ log(g)", E_NUMBER, "text where numbers"},
        {"y ~ lgo(x)", E_FORMULA, "did you mean 'log'"},
        {"y ~ 0", E_FORMULA, "no term and no intercept"},
        {"y ~ I(x:z)", E_FORMULA, "no meaning in arithmetic"},
    };
    struct frame f = eight(&tmp);
    for (isize i = 0; i < COUNT(row); i++) {
        struct formula m;
        struct design d;
        struct err e;
        CHECK_CODE(formula_read(str_of(row[i].formula), &f, &m, &tmp, &e), OK, e);
        CHECK_CODE(design_of(&m, &f, NULL, 0, &d, &tmp, &e), row[i].code, e);
        CHECK_SAYS(e, row[i].says);
    }
}

TEST(formula_nesting_and_length_are_bounded)
{
    struct buf deep = buf_in(&tmp, 100), wide = buf_in(&tmp, 100);
    struct formula m;
    struct err e;
    buf_put(&deep, S("y ~ "));
    for (int i = 0; i < 5000; i++) buf_putc(&deep, '(');
    CHECK_CODE(formula_read(buf_str(&deep), NULL, &m, &tmp, &e), E_FORMULA, e);
    CHECK_SAYS(e, "nested");
    buf_put(&wide, S("y ~ x0"));
    for (int i = 1; i < 65; i++) buf_fmt(&wide, " + x%d", i);
    CHECK_CODE(formula_read(buf_str(&wide), NULL, &m, &tmp, &e), E_FORMULA, e);
    CHECK_SAYS(e, "more than 64 variables");
    CHECK_CODE(formula_read(S("y ~ (a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p+q+r)^9"), NULL, &m,
                            &tmp, &e),
               E_FORMULA, e);
    CHECK_SAYS(e, "too many terms");
}

/* Names in backticks, beyond ASCII, with dots. */
TEST(formula_names_of_any_kind)
{
    struct frame f = frame_of(8);
    struct formula m;
    struct design d;
    struct err e;
    frame_put_numbers(&f, S("sum.1"), y, NULL, &tmp);
    frame_put_numbers(&f, S("m\xc3\xa5l 2"), x, NULL, &tmp);
    CHECK_CODE(formula_read(S("sum.1 ~ log(`m\xc3\xa5l 2`)"), &f, &m, &tmp, &e), OK, e);
    CHECK_CODE(design_of(&m, &f, NULL, 0, &d, &tmp, &e), OK, e);
    CHECK_STR(d.name[1], "log(`m\xc3\xa5l 2`)");
}

/* Every allocation may be the one that fails; the reader is left by the trap, no harm. */
TEST(formula_nth_allocation_fails)
{
    struct frame f = eight(&tmp);
    isize failed = 0;
    for (i64 n = 1; n < 2000; n++) {
        struct arena a = tmp;
        struct arena_trap trap = {.fail_after = n};
        struct formula m;
        struct design d;
        struct err e;
        a.trap = &trap;
        if (setjmp(trap.home) != 0) {
            failed++;
            continue;
        }
        CHECK_CODE(formula_read(S("y ~ (x + z)^2 * g + (x | h)"), &f, &m, &a, &e), OK, e);
        CHECK_CODE(design_of(&m, &f, NULL, 0, &d, &a, &e), OK, e);
        CHECK_INT(d.p, 12);
        break;
    }
    CHECK(failed > 20);
}
