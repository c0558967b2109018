#include "stats/expr.h"
#include "test.h"

static struct dd value(const char *text, double a, double b, struct arena *arena)
{
    static const struct str var[] = {{"a", 1}, {"b", 1}};
    struct dd at[] = {dd_of(a), dd_of(b)};
    struct expr *x;
    struct expr_code c;
    struct err e;
    if (!CHECK_CODE(expr_read(str_of(text), false, &x, arena, &e), OK, e) ||
        !CHECK_CODE(expr_compile(x, var, 2, &c, arena, &e), OK, e))
        return dd_of(NAN);
    return expr_value(&c, at, NEW(arena, struct dd, c.n));
}

/* a = 3, b = 2; results by hand, with R's precedence: -2^2 is -4, 2^3^2 is 512. */
TEST(expr_values_and_precedence)
{
    static const struct {
        const char *text;
        double want;
    } row[] = {
        {"a + b * a", 9},
        {"(a + b) * a", 15},
        {"-b^2", -4},
        {"b^a^b", 512},
        {"a - b - 1", 0},
        {"a / b / 3", 0.5},
        {"b^-1", 0.5},
        {"a * -b", -6},
        {"--a", 3},
        {"+a", 3},
        {"2e1 + .5", 20.5},
        {"log10(100)", 2},
        {"log2(8)", 3},
        {"sqrt(a * 12)", 6},
        {"abs(-a) + abs(a)", 6},
        {"sin(pi/2)", 1},
        {"cos(pi)", -1},
        {"arctan(1) * 4 / pi", 1},
        {"tan(pi/4)", 1},
        {"I(a)", 3},
        {"exp(log(a))", 3},
        {"(a + b)^0.5 * 2", 4.47213595499957939},
        {"b^0", 1},
        {"(-b)^3", -8},
    };
    for (isize i = 0; i < COUNT(row); i++)
        CHECK_NEAR(dd_out(value(row[i].text, 3, 2, &tmp)), row[i].want, 1e-15);
    CHECK(isnan(value("log(-a)", 3, 2, &tmp).hi));
    CHECK(isnan(value("(-a)^0.5", 3, 2, &tmp).hi));
    CHECK(isinf(value("a / (b - 2)", 3, 2, &tmp).hi));
}

/* Slopes against Richardson's difference (f(x+h) - f(x-h)) / 2h in double-double with
** h = 1e-8: its own error is h^2 f''' / 6, about 1e-16. */
TEST(expr_slopes_match_differences)
{
    static const char *const text[] = {
        "a*exp(-b*a)",   "a/(b + a^2)",
        "(a + b)^(1/b)", "sin(a*b) + cos(a/b)",
        "atan(b/(a-1))", "sqrt(a) - log(b)*abs(-a)",
        "a^b",           "tan(a/3) * b^-2",
        "-(a - b)^3",
    };
    static const struct str var[] = {{"a", 1}, {"b", 1}};
    for (isize i = 0; i < COUNT(text); i++) {
        struct expr *x;
        struct expr_code c;
        struct err e;
        CHECK_CODE(expr_read(str_of(text[i]), false, &x, &tmp, &e), OK, e);
        CHECK_CODE(expr_compile(x, var, 2, &c, &tmp, &e), OK, e);
        struct dd *room = NEW(&tmp, struct dd, 2 * c.n),
                  at[] = {dd_of(1.75), dd_of(2.25)};
        struct dd slope[2], unused[2];
        expr_slope(&c, at, slope, room);
        for (int j = 0; j < 2; j++) {
            struct dd was = at[j], h = dd_of(1e-8);
            at[j] = dd_add(was, h);
            struct dd up = expr_slope(&c, at, unused, room);
            at[j] = dd_sub(was, h);
            struct dd down = expr_slope(&c, at, unused, room);
            at[j] = was;
            struct dd d = dd_div(dd_sub(up, down), dd_scale(h, 2));
            CHECK_NEAR(slope[j].hi, d.hi, 1e-14 * fmax(1, fabs(d.hi)));
        }
    }
}

TEST(expr_linear_parts)
{
    static const struct str var[] = {{"a", 1}, {"b", 1}, {"c", 1}};
    static const struct {
        const char *text;
        bool in[3], want;
    } row[] = {
        {"a*exp(-b) + c", {true, false, true}, true},
        {"a*exp(-b) + c", {true, true, false}, false},
        {"a*b + c", {true, true, false}, false},
        {"a/(1 + b)", {true, false, false}, true},
        {"a/(1 + b)", {false, true, false}, false},
        {"a^2", {true, false, false}, false},
        {"-(a - 3*c)/b^2", {true, false, true}, true},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct expr *x;
        struct expr_code c;
        struct err e;
        CHECK_CODE(expr_read(str_of(row[i].text), false, &x, &tmp, &e), OK, e);
        CHECK_CODE(expr_compile(x, var, 3, &c, &tmp, &e), OK, e);
        CHECK_INT(expr_linear(&c, row[i].in, tmp), row[i].want);
    }
}
