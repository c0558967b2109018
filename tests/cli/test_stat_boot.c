#include "base/file.h"
#include "cli/cli.h"
#include "said.h"
#include "test.h"
#include <stdlib.h>

/* What `varde stat boot` prints (or the error), and its exit code. */
static int say(struct arena *a, const char *table, const char *of, const char *method,
               struct str *out)
{
    struct err e = {0};
    const char *file = file_join(a, test_folder(), "x.csv");
    CHECK_CODE(file_replace(file, str_of(table), &e), OK, e);
    const char *argv[] = {"varde", "stat", "boot",     "--data", file,
                          "--of",  of,     "--method", method};
    struct said s = said_words(a, method ? 9 : 7, argv);
    *out = said_both(a, s);
    return s.code;
}

/* The limits are those of tests/reference (o_bca_ideal_sleep); one pair is incomplete. */
TEST(stat_boot_answers_in_a_sentence)
{
    const char *table =
        "t1;t2\n0,7;1,9\n-1,6;0,8\n-0,2;1,1\n-1,2;0,1\n-0,1;-0,1\n3,4;4,4\n"
        "3,7;5,5\n0,8;1,6\n;3\n0;4,6\n2;3,4\n";
    struct str s;
    CHECK_INT(say(&tmp, table, "mean(t2 - t1)", NULL, &s), 0);
    CHECK(said_holds(s, "= 1.580, 95 % interval 1.050 to 2.640 (ideal BCa)"));
    CHECK(said_holds(s, "n = 10."));
    CHECK(said_holds(s, "1 rows were left out"));
    CHECK_INT(say(&tmp, table, "mean(t2 - t1)", "all", &s), 0);
    CHECK(said_holds(s, "10000 resamples, seed 1, xoshiro256++"));
    CHECK(said_holds(s, "studentised"));
    CHECK_INT(say(&tmp, table, "pearson(t1, t2)", NULL, &s), 0);
    CHECK(said_holds(s, "(BCa)"));
}

TEST(stat_boot_says_what_is_wrong)
{
    static const struct {
        const char *table, *of, *method;
        int code;
        const char *says;
    } row[] = {
        {"x\n1\n2\n", "meen(x)", NULL, 3, "did you mean 'mean'"},
        {"x\n1\n2\n", "mean(z)", NULL, 4, "no column 'z'"},
        {"x\n1\n2\n", "x", NULL, 3, "statistic(columns)"},
        {"x\n1\n2\n", "pearson(x)", NULL, 3, "needs two columns"},
        {"x\n1\n", "mean(x)", NULL, 6, "needs 2 observations"},
        {"x\n1\n1\n1\n", "mean(x)", NULL, 6, "all 3 observations are equal"},
        {"x\n1\n2\n3\n", "median(x)", "ideal", 2, "for means"},
        {"x\n1\n2\n3\n", "median(x)", "bsic", 2, "did you mean 'basic'"},
        {"x,g\n1,a\n2,b\n3,c\n", "mean(x ~ g)", NULL, 6, "two groups, it has 3"},
        {"x,g\na,1\nb,1\n", "mean(x)", NULL, 3, "line 2, column x: a text"},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct str s;
        CHECK_INT(say(&tmp, row[i].table, row[i].of, row[i].method, &s), row[i].code);
        CHECK(said_holds(s, row[i].says));
    }
}
