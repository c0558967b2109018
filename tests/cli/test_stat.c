#include "base/file.h"
#include "base/json.h"
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
    const char *dir = str_c(str_of(test_path("tests/reference/data")), a);
    return file_join(a, dir, name);
}

static const char *written(const char *text, struct arena *a)
{
    struct err e = {0};
    const char *path = file_join(a, test_folder(), "t.csv");
    CHECK_CODE(file_replace(path, str_of(text), &e), OK, e);
    return path;
}

/* The numbers stand in the reference cases of the same data (R 4.2.2). */
TEST(stat_t_answers_in_sentences)
{
    const char *pairs = table("sleep_pairs.csv", &tmp);
    const char *groups = table("sleep_groups.csv", &tmp);
    struct str s = STAT(0, "t", "--data", pairs, "t2", "-", "t1");
    said_check(s,
               "t2 - t1: mean difference 1.58 (95 % interval 0.70 to 2.46), t(9) = 4.06, "
               "p = 0.003.");
    said_check(s, "d_z = 1.28 (0.41 to 2.12;");
    s = STAT(0, "t", "--data", groups, "y ~ group");
    said_check(s, "y, 1 - 2: mean difference -1.58.");
    said_check(s, "Welch (variances may differ): 95 % interval -3.37 to 0.21");
    s = STAT(0, "t", "--data", pairs, "t2-t1", "--level", "0.9", "--json");
    struct err e = {0};
    struct json *v;
    CHECK_CODE(json_read(s, "answer", &v, &tmp, &e), OK, e);
    CHECK_REL(json_number(json_get(v, "t")), 4.062127683382037, 1e-12);
}

TEST(stat_rank_and_exact_methods_answer)
{
    said_check(
        STAT(0, "wilcoxon", "--data", table("wilcoxon_sleep.csv", &tmp), "t2 - t1"),
        "Typical difference (Hodges-Lehmann) 1.40 (96.09 % interval 1.05 to 2.95), "
        "V = 45.0, exact p = 0.004");
    said_check(
        STAT(0, "wilcoxon", "--data", table("sleep_groups.csv", &tmp), "y ~ group"),
        "U = 25.5, exact p = 0.066");
    const char *tea = table("fisher_tea.csv", &tmp);
    struct str s = STAT(0, "fisher", "--data", tea, "row", "col", "--count", "count");
    said_check(s, "Fisher's exact test: p = 0.486 (n = 8).");
    said_check(s, "Odds ratio 6.41 (exact 95 % interval 0.21 to 626.24).");
    said_check(s, "Note: The smallest expected count is 2");
    said_check(STAT(0, "corr", "--data", table("attitude_corr.csv", &tmp), "rating",
                    "complaints"),
               "0.825");
    said_check(STAT(0, "alpha", "--data", table("attitude_items.csv", &tmp)),
               "Cronbach's alpha 0.843 (95 % interval 0.739 to 0.916)");
    said_check(STAT(0, "icc", "--data", table("shrout_fleiss.csv", &tmp)),
               "0.290   0.019  0.761");
    said_check(STAT(0, "describe", "--data", table("airquality.csv", &tmp), "Ozone"),
               "42.13  32.99");
    said_check(STAT(0, "power", "--d", "0.5", "--power", "0.8"),
               "with 64 in each of two groups");
}

/* before 10 three times, after 22, 9, 10; sd 10, r .84: threshold 11.09 */
TEST(stat_rci_counts)
{
    const char *t = written("t1;t2\n10;22\n10;9\n10;10\n10;\n", &tmp);
    struct str s =
        STAT(0, "rci", "--data", t, "t2 - t1", "--sd", "10", "--reliability", "0.84");
    said_check(s, "A change of more than 11.09");
    said_check(s, "Of 3 people 1 improved reliably, 0 deteriorated, 2 did not change");
    said_check(
        STAT(0, "rci", "--data", t, "t2 - t1", "--threshold", "5", "--lower-is-better"),
        "0 improved reliably, 1 deteriorated");
    said_check(STAT(2, "rci", "--data", t, "t2 - t1"),
               "either --reliability R or --threshold");
    said_check(STAT(6, "rci", "--data", t, "t2 - t1", "--reliability", "0.8"),
               "standard deviation must be above 0");
}

/* A Norwegian spreadsheet: byte-order mark, semicolons, decimal commas, a name with a
** dash, a hole. */
TEST(stat_reads_a_norwegian_spreadsheet)
{
    const char *t =
        written("\xEF\xBB\xBFgaf-f t1;gaf-f t2;gruppe\r\n50,5;51;a\r\n40;42;b\r\n"
                "30,25;33,25;a\r\n;44;b\r\n",
                &tmp);
    struct str s = STAT(0, "t", "--data", t, "gaf-f t2 - gaf-f t1");
    said_check(s, "mean difference 1.83"); /* .5, 2, 3 */
    said_check(s, "1 row");                /* left out */
    said_check(STAT(0, "t", "--data", t, "gaf-f t2 ~ gruppe"),
               "a - b: mean difference -0.88");
}

/* Where the table is at fault the sentence has its file, line and column. */
TEST(stat_says_where)
{
    const char *t =
        written("id,x,y,g\n1,2,3,a\n\n2,two,4,b\n3,1e300,5,\n4,1,NA,b\n", &tmp);
    struct str s = STAT(3, "t", "--data", t, "y - x");
    said_check(s, "t.csv, line 4, column x: a text where numbers are needed");
    said_check(STAT(4, "fisher", "--data", t, "zz", "g"),
               "t.csv: there is no column 'zz'");
    said_check(STAT(4, "fisher", "--data", t, "x", "gg"), "did you mean 'g'?");
    t = written("x,y\n1,2\n2,5\n1e300,4\n", &tmp);
    said_check(STAT(6, "t", "--data", t, "y - x"), "t.csv: row 3 holds a value beyond");
    said_check(STAT(6, "anova", "y ~ g", "--data",
                    written("y,g\n1e300,a\n2e300,a\n-1e300,b\n3e300,b\n", &tmp)),
               "t.csv: values too large to square");
    said_check(STAT(6, "anova", "y ~ g", "--data",
                    written("y,g\n1e-310,a\n2e-310,a\n5e-310,b\n3e-310,b\n", &tmp)),
               "vary too little");
    said_check(STAT(2, "t", "--data="), "--data FILE is missing");
    said_check(STAT(2, "nls", "y ~ b1 * x", "--start", "b1=", "--data", t),
               "--start: 'b1='");
}

/* A column named twice would be twice the same item, and twice the same key. */
TEST(stat_columns_stand_once)
{
    const char *t = table("sleep_pairs.csv", &tmp);
    said_check(STAT(2, "describe", "--data", t, "t1", "t1"), "'t1' is named twice");
    said_check(STAT(2, "alpha", "--data", t, "t1", "t2", "t1"), "'t1' is named twice");
}

/* Rows that fall out of a comparison of groups are told, whichever cell is empty. */
TEST(stat_counts_rows_without_group)
{
    const char *t = written("y,g\n1,a\n2,a\n4,a\n3,b\n5,b\n9,b\n7,\n,a\nNA,\n", &tmp);
    said_check(STAT(0, "t", "--data", t, "y ~ g"), "3 rows were left out");
    said_check(STAT(0, "wilcoxon", "--data", t, "y ~ g"), "3 rows were left out");
}

/* What --json prints reads back, is an object, and has its lists under a name. */
TEST(stat_json_has_one_shape)
{
    const char *t = table("sleep_pairs.csv", &tmp);
    static const struct {
        const char *arg[3], *list;
        isize n;
    } row[] = {
        {{"describe", "t1", "t2"}, "columns", 2},
        {{"corr", "t1", "t2"}, "pairs", 1},
        {{"t", "t2 - t1", "--json"}, "notes", 0},
        {{"wilcoxon", "t2 - t1", "--json"}, NULL, 0},
        {{"lm", "t2 ~ t1", "--json"}, "coefficients", 2},
        {{"boot", "--of", "mean(t2 - t1)"}, "intervals", 2},
        {{"sem", "--model", "t2 ~ t1"}, "parameters", 3},
        {{"icc", "t1", "t2"}, NULL, 0},
        {{"alpha", "t1", "t2"}, NULL, 0},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        const char *const *x = row[i].arg;
        bool has = str_is(str_of(x[2]), "--json");
        struct str s = has ? STAT(0, x[0], x[1], "--data", t, "--json")
                           : STAT(0, x[0], x[1], x[2], "--data", t, "--json");
        struct err e = {0};
        struct json *v = NULL;
        if (!CHECK_CODE(json_read(s, x[0], &v, &tmp, &e), OK, e)) continue;
        CHECK(v->kind == JSON_OBJECT);
        const struct json *level = json_get(v, "level"), *list = NULL;
        CHECK(str_is(str_of(x[0]), "sem") || json_number(level) == 0.95);
        if (row[i].list) list = json_get(v, row[i].list);
        CHECK(!row[i].list || (list && list->kind == JSON_ARRAY && list->n == row[i].n));
    }
}

TEST(stat_refuses_in_words)
{
    const char *t = table("sleep_pairs.csv", &tmp);
    said_check(STAT(2, "tt", "--data", t), "there is no method 'tt'");
    said_check(STAT(2, "wilcoxn", "--data", t), "did you mean 'wilcoxon'?");
    said_check(STAT(2, "t", "t2 - t1"), "--data FILE is missing");
    said_check(STAT(2, "t", "--data", t), "'AFTER - BEFORE' or 'Y ~ GROUP'");
    said_check(STAT(2, "t", "--data", t, "t2 - t1", "--level", "95"), "--level");
    said_check(STAT(2, "t", "--data", t, "t2 - t1", "--sd", "3"), "--sd");
    said_check(STAT(4, "t", "--data", t, "t3 - t1"), "no column 't3'");
    said_check(STAT(6, "t", "--data", t, "t1 - t1"), "all 10 differences are equal");
    said_check(STAT(6, "wilcoxon", "--data", t, "t1 - t1"),
               "all 10 differences are zero");
    said_check(STAT(6, "t", "--data", t, "t1 ~ t2"), "more than two groups");
    said_check(STAT(4, "describe", "--data", "/nowhere/x.csv"), "/nowhere/x.csv");
    said_check(STAT(2, "corr", "--data", t, "t1"), "two columns");
    said_check(STAT(3, "describe", "--data", written("a,b\nx,1\n", &tmp), "a"),
               "column a");
    said_check(STAT(6, "t", "--data", written("a,b\n1,2\n", &tmp), "b - a"),
               "2 complete pairs");
}

TEST(stat_run_and_verify)
{
    const char *root = str_c(str_of(test_path("tests/reference")), &tmp);
    const char *one = file_join(&tmp, root, "cases/o_power_t.json");
    said_check(STAT(0, "run", one), "\"power\": 0.63280013021873");
    struct str s = STAT(0, "verify", root);
    said_check(s, "pass    o_fisher_job");
    said_check(s, " passed, 0 failed, ");
    /* a wrong answer, an unknown kind, a file that is no case */
    const char *dir = file_join(&tmp, test_folder(), "cases");
    struct err e = {0};
    static const char *const text[] = {
        "{\"id\": \"w\", \"kind\": \"power\", \"expected\": [{\"n\": 35, \"d\": 0.4, "
        "\"alpha\": 0.05, \"paired\": true, \"power\": 0.7}], "
        "\"tolerance\": {\"default\": {\"rel\": 0.01}}}",
        "{\"id\": \"u\", \"kind\": \"tarot\", \"expected\": {}, \"tolerance\": {}}",
        "{\"id\": \"n\"}", "{"};
    CHECK_CODE(file_mkdirs(dir, &e), OK, e);
    for (isize i = 0; i < COUNT(text); i++) {
        const char *name = str_c(str_fmt(&tmp, "%td.json", i), &tmp);
        CHECK_CODE(file_replace(file_join(&tmp, dir, name), str_of(text[i]), &e), OK, e);
    }
    s = STAT(1, "verify", test_folder());
    said_check(s, ", expected 0.7");
    said_check(s, "unknown u");
    said_check(s, "0 passed, 3 failed, 1 unknown");
    said_check(STAT(1, "verify", dir, "--json"), "\"verdict\": \"unknown\"");
    said_check(STAT(4, "verify", str_c(str_of(test_path("src")), &tmp)), "no case files");
    said_check(STAT(2, "run", file_join(&tmp, dir, "1.json")),
               "no method for the kind 'tarot'");
}

TEST(stat_alone_lists_its_methods)
{
    struct str s = STAT(0, "--json");
    struct err e = {0};
    struct json *v;
    CHECK_CODE(json_read(s, "list", &v, &tmp, &e), OK, e);
    CHECK(v->n >= 9);
    for (const struct json *m = v->kid; m; m = m->next) {
        const char *word = str_c(json_text(m, "method"), &tmp);
        said_check(STAT(0, word, "--help"), word);
        said_check(STAT(2, word, "--no-such-option"), "varde stat");
    }
}
