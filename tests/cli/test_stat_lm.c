#include "cli/cli.h"
#include "said.h"
#include "test.h"
#include <stdlib.h>

/* What `varde stat ...` prints (its error after its output), and its exit code. */
static struct str run(struct arena *a, int want, int argc, const char *const *argv)
{
    struct said s = said_words(a, argc, argv);
    CHECK_INT(s.code, want);
    return said_both(a, s);
}
#define STAT(want, ...)                                                    \
    run(&tmp, (want), (int)COUNT(((const char *[]){"", "", __VA_ARGS__})), \
        (const char *[]){"varde", "stat", __VA_ARGS__})

static const char *table(const char *name, struct arena *a)
{
    return str_dup(str_of(test_path(name)), a).at;
}

/* The numbers stand in tests/reference/cases/o_ols_mtcars_factor.json (R 4.2.2). */
TEST(stat_lm_for_people)
{
    struct str s = STAT(0, "lm", "mpg ~ wt * hp + cyl", "--data",
                        table("tests/reference/data/mtcars.csv", &tmp));
    said_check(
        s, "wt              -7.31     1.68     -10.75    -3.86  -4.36  < 0.001  -1.186");
    said_check(
        s, "32 rows. R2 0.888, adjusted 0.866; residual SD 2.20; F(5, 26) = 41.21, p < "
           "0.001.");
    said_check(s, "cyl as a whole: F(2, 26) = 0.37, p = 0.693.");
}

TEST(stat_lm_errors_as_asked)
{
    const char *mt = table("tests/reference/data/mtcars.csv", &tmp);
    const char * or = table("tests/reference/data/orthodont_ols.csv", &tmp);
    said_check(
        STAT(0, "lm", "mpg ~ wt * hp + cyl", "--robust", "HC3", "--data", mt, "--json"),
        "\"se\": 2.1014700350");
    struct str s =
        STAT(0, "lm", "distance ~ age * Sex", "--cluster", "Subject", "--data", or);
    said_check(s, "SexMale");
    said_check(s, "21.7");
    said_check(s, "within the 27 clusters of Subject");
    said_check(STAT(2, "lm", "mpg ~ wt", "--robust", "HC9", "--data", mt), "not 'HC9'");
    said_check(
        STAT(2, "lm", "mpg ~ wt", "--robust", "HC3", "--cluster", "cyl", "--data", mt),
        "exclude each other");
    said_check(STAT(4, "lm", "mpg ~ wt", "--cluster", "cil", "--data", mt),
               "did you mean 'cyl'");
}

TEST(stat_lm_refusals)
{
    const char *mt = table("tests/reference/data/mtcars.csv", &tmp);
    said_check(STAT(2, "lm", "--data", mt), "the formula");
    said_check(STAT(3, "lm", "mpg ~ wtt", "--data", mt), "position 7");
    said_check(STAT(3, "lm", "mpg ~ (wt", "--data", mt), "where ')' is expected");
    said_check(STAT(3, "lm", "mpg ~ wt + (1 | cyl)", "--data", mt), "is a random part");
    said_check(STAT(6, "lm", "mpg ~ wt + I(2 * wt)", "--data", mt),
               "depends exactly on wt");
    said_check(STAT(2, "lm", "mpg ~ wt", "--level", "1.5", "--data", mt), "--level");
}

/* NIST SiRstv: F 1.18046237440255; Misra1a: b1 238.94212918. */
TEST(stat_anova_and_nls)
{
    const char *si = table("tests/reference/nist/data/SiRstv.csv", &tmp);
    const char *mi = table("tests/reference/nist/data/Misra1a.csv", &tmp);
    said_check(STAT(0, "anova", "y ~ treatment", "--data", si), "1.18  0.349");
    said_check(STAT(0, "anova", "y ~ treatment", "--data", si, "--json"),
               "\"F\": 1.18046237440254");
    said_check(STAT(3, "anova", "y ~ treatment + y", "--data", si), "both sides");
    said_check(STAT(3, "anova", "log(y) ~ treatment", "--data", si), "one-way analysis");
    said_check(STAT(0, "nls", "y ~ b1*(1-exp(-b2*x))", "--start", "b2=1e-4, b1=500",
                    "--data", mi),
               "238.94");
    said_check(STAT(2, "nls", "b1*x + b2", "--start", "b1=1", "--data", mi),
               "no value for 'b2'");
    said_check(STAT(2, "nls", "b1*x", "--start", "b1", "--data", mi), "parameter=number");
}
