#define _GNU_SOURCE /* open_memstream */
#include "base/file.h"
#include "base/json.h"
#include "cli/cli.h"
#include "test.h"
#include <stdlib.h>

/* What `varde stat ...` prints (its error after its output), and its exit code. */
static struct str run(struct arena *a, int want, int argc, const char *const *argv)
{
    char *out = NULL;
    size_t n = 0;
    FILE *o = open_memstream(&out, &n);
    CHECK_INT(cli_run(argc, argv, o, o, a), want);
    fclose(o);
    struct str s = str_dup((struct str){out, (isize)n}, a);
    free(out);
    return s;
}
#define STAT(want, ...)                                                    \
    run(&tmp, (want), (int)COUNT(((const char *[]){"", "", __VA_ARGS__})), \
        (const char *[]){"varde", "stat", __VA_ARGS__})

static void says(struct str s, const char *piece)
{
    test_check(str_find_str(s, str_of(piece)) >= 0, __FILE__, __LINE__,
               "'%s' is missing in:\n%.*s", piece, FMT(s));
}

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
    says(s, "t2 - t1: mean difference 1.58 (95 % interval 0.70 to 2.46), t(9) = 4.06, "
            "p = 0.003.");
    says(s, "d_z = 1.28 (0.41 to 2.12;");
    s = STAT(0, "t", "--data", groups, "y ~ group");
    says(s, "y, 1 - 2: mean difference -1.58.");
    says(s, "Welch (variances may differ): 95 % interval -3.37 to 0.21");
    s = STAT(0, "t", "--data", pairs, "t2-t1", "--level", "0.9", "--json");
    struct err e = {0};
    struct json *v;
    CHECK_CODE(json_read(s, "answer", &v, &tmp, &e), OK, e);
    CHECK_REL(json_number(json_get(v, "t")), 4.062127683382037, 1e-12);
}

TEST(stat_rank_and_exact_methods_answer)
{
    says(STAT(0, "wilcoxon", "--data", table("wilcoxon_sleep.csv", &tmp), "t2 - t1"),
         "Typical difference (Hodges-Lehmann) 1.40 (96.09 % interval 1.05 to 2.95), "
         "V = 45.0, exact p = 0.004");
    says(STAT(0, "wilcoxon", "--data", table("sleep_groups.csv", &tmp), "y ~ group"),
         "U = 25.5, exact p = 0.066");
    const char *tea = table("fisher_tea.csv", &tmp);
    struct str s = STAT(0, "fisher", "--data", tea, "row", "col", "--count", "count");
    says(s, "Fisher's exact test: p = 0.486 (n = 8).");
    says(s, "Odds ratio 6.41 (exact 95 % interval 0.21 to 626.24).");
    says(s, "Note: The smallest expected count is 2");
    says(STAT(0, "corr", "--data", table("attitude_corr.csv", &tmp), "rating",
              "complaints"),
         "0.825");
    says(STAT(0, "alpha", "--data", table("attitude_items.csv", &tmp)),
         "Cronbach's alpha 0.843 (95 % interval 0.739 to 0.916)");
    says(STAT(0, "icc", "--data", table("shrout_fleiss.csv", &tmp)),
         "0.290   0.019  0.761");
    says(STAT(0, "describe", "--data", table("airquality.csv", &tmp), "Ozone"),
         "42.13  32.99");
    says(STAT(0, "power", "--d", "0.5", "--power", "0.8"),
         "with 64 in each of two groups");
}

/* before 10 three times, after 22, 9, 10; sd 10, r .84: threshold 11.09 */
TEST(stat_rci_counts)
{
    const char *t = written("t1;t2\n10;22\n10;9\n10;10\n10;\n", &tmp);
    struct str s =
        STAT(0, "rci", "--data", t, "t2 - t1", "--sd", "10", "--reliability", "0.84");
    says(s, "A change of more than 11.09");
    says(s, "Of 3 people 1 improved reliably, 0 deteriorated, 2 did not change");
    says(STAT(0, "rci", "--data", t, "t2 - t1", "--threshold", "5", "--lower-is-better"),
         "0 improved reliably, 1 deteriorated");
    says(STAT(2, "rci", "--data", t, "t2 - t1"), "either --reliability R or --threshold");
    says(STAT(6, "rci", "--data", t, "t2 - t1", "--reliability", "0.8"),
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
    says(s, "mean difference 1.83"); /* .5, 2, 3 */
    says(s, "1 row");                /* left out */
    says(STAT(0, "t", "--data", t, "gaf-f t2 ~ gruppe"), "a - b: mean difference -0.88");
}

/* Where the table is at fault the sentence has its file, line and column. */
TEST(stat_says_where)
{
    const char *t =
        written("id,x,y,g\n1,2,3,a\n\n2,two,4,b\n3,1e300,5,\n4,1,NA,b\n", &tmp);
    struct str s = STAT(3, "t", "--data", t, "y - x");
    says(s, "t.csv, line 4, column x: a text where numbers are needed");
    says(STAT(4, "fisher", "--data", t, "zz", "g"), "t.csv: there is no column 'zz'");
    says(STAT(4, "fisher", "--data", t, "x", "gg"), "did you mean 'g'?");
    t = written("x,y\n1,2\n2,5\n1e300,4\n", &tmp);
    says(STAT(6, "t", "--data", t, "y - x"), "t.csv: row 3 holds a value beyond");
    says(STAT(6, "anova", "y ~ g", "--data",
              written("y,g\n1e300,a\n2e300,a\n-1e300,b\n3e300,b\n", &tmp)),
         "t.csv: values too large to square");
    says(STAT(6, "anova", "y ~ g", "--data",
              written("y,g\n1e-310,a\n2e-310,a\n5e-310,b\n3e-310,b\n", &tmp)),
         "vary too little");
    says(STAT(2, "t", "--data="), "--data FILE is missing");
    says(STAT(2, "nls", "y ~ b1 * x", "--start", "b1=", "--data", t), "--start: 'b1='");
}

/* A column named twice would be twice the same item, and twice the same key. */
TEST(stat_columns_stand_once)
{
    const char *t = table("sleep_pairs.csv", &tmp);
    says(STAT(2, "describe", "--data", t, "t1", "t1"), "'t1' is named twice");
    says(STAT(2, "alpha", "--data", t, "t1", "t2", "t1"), "'t1' is named twice");
}

/* Rows that fall out of a comparison of groups are told, whichever cell is empty. */
TEST(stat_counts_rows_without_group)
{
    const char *t = written("y,g\n1,a\n2,a\n4,a\n3,b\n5,b\n9,b\n7,\n,a\nNA,\n", &tmp);
    says(STAT(0, "t", "--data", t, "y ~ g"), "3 rows were left out");
    says(STAT(0, "wilcoxon", "--data", t, "y ~ g"), "3 rows were left out");
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
    says(STAT(2, "tt", "--data", t), "there is no method 'tt'");
    says(STAT(2, "wilcoxn", "--data", t), "did you mean 'wilcoxon'?");
    says(STAT(2, "t", "t2 - t1"), "--data FILE is missing");
    says(STAT(2, "t", "--data", t), "'AFTER - BEFORE' or 'Y ~ GROUP'");
    says(STAT(2, "t", "--data", t, "t2 - t1", "--level", "95"), "--level");
    says(STAT(2, "t", "--data", t, "t2 - t1", "--sd", "3"), "--sd");
    says(STAT(4, "t", "--data", t, "t3 - t1"), "no column 't3'");
    says(STAT(6, "t", "--data", t, "t1 - t1"), "all 10 differences are equal");
    says(STAT(6, "wilcoxon", "--data", t, "t1 - t1"), "all 10 differences are zero");
    says(STAT(6, "t", "--data", t, "t1 ~ t2"), "more than two groups");
    says(STAT(4, "describe", "--data", "/nowhere/x.csv"), "/nowhere/x.csv");
    says(STAT(2, "corr", "--data", t, "t1"), "two columns");
    says(STAT(3, "describe", "--data", written("a,b\nx,1\n", &tmp), "a"), "column a");
    says(STAT(6, "t", "--data", written("a,b\n1,2\n", &tmp), "b - a"),
         "2 complete pairs");
}

TEST(stat_run_and_verify)
{
    const char *root = str_c(str_of(test_path("tests/reference")), &tmp);
    const char *one = file_join(&tmp, root, "cases/o_power_t.json");
    says(STAT(0, "run", one), "\"power\": 0.63280013021873");
    struct str s = STAT(0, "verify", root);
    says(s, "pass    o_fisher_job");
    says(s, " passed, 0 failed, ");
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
    says(s, ", expected 0.7");
    says(s, "unknown u");
    says(s, "0 passed, 3 failed, 1 unknown");
    says(STAT(1, "verify", dir, "--json"), "\"verdict\": \"unknown\"");
    says(STAT(4, "verify", str_c(str_of(test_path("src")), &tmp)), "no case files");
    says(STAT(2, "run", file_join(&tmp, dir, "1.json")),
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
        says(STAT(0, word, "--help"), word);
        says(STAT(2, word, "--no-such-option"), "varde stat");
    }
}
