/* varde analyse from the shell: what it writes, its exit codes, and that a refusal leaves
** nothing behind. */
#include "base/file.h"
#include "cli/verbs.h"
#include "said.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

/* "analyse norway2013 --definitions DATA " and more. */
static const char *line(struct arena *a, const char *more)
{
    return str_c(
        str_fmt(a, "analyse norway2013 --definitions %s %s", test_path("data"), more), a);
}

TEST(analyse_writes)
{
    const char *out = str_c(str_of(test_folder()), &tmp);
    struct said s = said_line(
        &tmp,
        line(&tmp, str_c(str_fmt(&tmp, "--formats html,json,csv --out %s", out), &tmp)));
    CHECK_INT(s.code, 0);
    CHECK(said_holds(s.out, "agree"));
    CHECK(file_exists(file_join(&tmp, out, "norway2013.html")));
    CHECK(file_exists(file_join(&tmp, out, "norway2013.json")));
    CHECK(file_exists(file_join(&tmp, out, "norway2013-outcomes-table.csv")));
    CHECK(!file_exists(file_join(&tmp, out, "norway2013.pdf")));
}

TEST(analyse_other_seed_other_draws_only)
{
    const char *dir[2];
    struct str text[2];
    for (int i = 0; i < 2; i++) {
        dir[i] = str_c(str_of(test_folder()), &tmp);
        struct said s = said_line(
            &tmp, line(&tmp, str_c(str_fmt(&tmp, "--formats csv --seed %d --out %s",
                                           i + 1, dir[i]),
                                   &tmp)));
        CHECK_INT(s.code, 0);
        struct err e = {0};
        CHECK_CODE(file_read(file_join(&tmp, dir[i], "norway2013-fidelity-numbers.csv"),
                             FILE_LIMIT, &text[i], &tmp, &e),
                   OK, e);
    }
    CHECK(str_eq(text[0], text[1]));
}

TEST(analyse_refuses)
{
    static const struct {
        const char *line;
        int code;
        const char *says;
    } row[] = {
        {"analyse", 2, "a study"},
        {"analyse norway2013 --formats html,doc", 2, "doc"},
        {"analyse norway2013 --resamples 5", 2, "--resamples"},
        {"analyse norway2013 --seed -3", 2, "--seed"},
        {"analyse norway2013 extra", 2, "extra"},
        {"analyse norway2013 --lang fr", 4, "fr"},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct said s = said_line(&tmp, row[i].line);
        test_check(s.code == row[i].code, __FILE__, __LINE__, "%s: %d, %.*s", row[i].line,
                   s.code, FMT(s.err));
        test_check(said_holds(s.err, row[i].says), __FILE__, __LINE__, "%s says %.*s",
                   row[i].line, FMT(s.err));
    }
    struct said s = said_line(
        &tmp,
        str_c(str_fmt(&tmp, "analyse norge2013 --definitions %s", test_path("data")),
              &tmp));
    CHECK_INT(s.code, 4);
    CHECK(said_holds(s.err, "norway2013"));
}

/* Records with one wrong answer: exit code 3, and not a file in the folder. */
TEST(analyse_leaves_nothing_behind)
{
    static const char *const file[] = {"consumers.csv", "items.csv", "clinicians.csv",
                                       "recordings.csv", "services.csv"};
    struct err e = {0};
    const char *in = str_c(str_of(test_folder()), &tmp);
    const char *top = str_c(str_of(test_folder()), &tmp);
    const char *out = file_join(&tmp, top, "report");
    for (isize i = 0; i < COUNT(file); i++) {
        struct str s;
        const char *from = test_path("data/studies/norway2013/records");
        CHECK_CODE(file_read(file_join(&tmp, from, file[i]), FILE_LIMIT, &s, &tmp, &e),
                   OK, e);
        isize at = str_find_str(s, S("P02,3,3,"));
        if (at >= 0)
            s = str_fmt(&tmp, "%.*sP02,9,3,%.*s", FMT(str_upto(s, at)),
                        FMT(str_from(s, at + 8)));
        CHECK_CODE(file_publish(file_join(&tmp, in, file[i]), s, &e), OK, e);
    }
    struct said s = said_line(
        &tmp, line(&tmp, str_c(str_fmt(&tmp, "--data %s --out %s", in, out), &tmp)));
    CHECK_INT(s.code, 3);
    CHECK(said_holds(s.err, "items.csv, line 3"));
    CHECK(said_holds(s.err, "imrs_clin_t1_01"));
    CHECK(!file_exists(out));
}

/* The n-th block of docs/STUDIES.md that begins with ```yaml or ```csv. */
static struct str block(const char *mark, int n, struct arena *a)
{
    struct str text = {0};
    struct err e = {0};
    CHECK_CODE(file_read(test_path("docs/STUDIES.md"), FILE_LIMIT, &text, a, &e), OK, e);
    for (; n >= 0; n--) {
        isize at = str_find_str(text, str_of(mark));
        if (!CHECK(at >= 0)) return S("");
        text = str_from(text, at + (isize)strlen(mark));
    }
    return str_upto(text, str_find_str(text, S("```")));
}

static void put(const char *dir, const char *name, struct str text, struct arena *a)
{
    struct err e = {0};
    CHECK_CODE(file_replace(file_join(a, dir, name), text, &e), OK, e);
}

/* The small study of the manual, as it stands on the page.  By hand: the means of the six
** answers rise by 8/6, 4/6, 4/6 and, one missing, 5 - 22/5; their mean is 49/60 =
** 0.817. */
TEST(analyse_example_of_the_manual)
{
    static const char *const shipped[] = {"instruments/ashs-8.yaml",
                                          "programmes/imr/programme.yaml"};
    struct err e = {0};
    const char *d = str_c(str_of(test_folder()), &tmp);
    const char *study = file_join(&tmp, d, "studies/mini");
    CHECK_CODE(file_mkdirs(file_join(&tmp, study, "records"), &e), OK, e);
    CHECK_CODE(file_mkdirs(file_join(&tmp, d, "instruments"), &e), OK, e);
    CHECK_CODE(file_mkdirs(file_join(&tmp, d, "programmes/imr"), &e), OK, e);
    for (int i = 0; i < COUNT(shipped); i++) {
        struct str text = {0};
        const char *from = file_join(&tmp, test_path("data"), shipped[i]);
        CHECK_CODE(file_read(from, FILE_LIMIT, &text, &tmp, &e), OK, e);
        put(d, shipped[i], text, &tmp);
    }
    put(study, "study.yaml", block("```yaml\n", 0, &tmp), &tmp);
    put(study, "plan.yaml", block("```yaml\n", 1, &tmp), &tmp);
    put(study, "records/people.csv", block("```csv\n", 0, &tmp), &tmp);
    struct said s = said_line(&tmp, str_fmt(&tmp,
                                            "analyse mini --definitions %s --out %s/out "
                                            "--formats json",
                                            d, d)
                                        .at);
    CHECK_INT(s.code, 0);
    CHECK(said_holds(s.out, "Hope rose by 0.82"));
    s = said_line(&tmp, str_fmt(&tmp, "study check --definitions %s", d).at);
    CHECK_INT(s.code, 0);
}
