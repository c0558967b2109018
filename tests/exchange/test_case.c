#include "exchange/case.h"
#include "base/file.h"
#include "test.h"

/* Every case of a known kind passes. Kinds without a method yet are left out. */
static void run_folder(const char *below, struct arena *a)
{
    struct err e = {0};
    struct file_names names = {0};
    isize known = 0;
    CHECK_CODE(file_list(test_path(below), &names, a, &e), OK, e);
    for (isize i = 0; i < names.n; i++) {
        if (!str_ends(names.at[i], S(".json"))) continue;
        struct arena tmp = *a;
        const char *dir = str_c(str_of(test_path(below)), &tmp);
        const char *path = file_join(&tmp, dir, str_c(names.at[i], &tmp));
        struct case_file c;
        struct case_verdict v = {0};
        struct str answer;
        if (!CHECK_CODE(case_read(path, &c, &tmp, &e), OK, e)) continue;
        if (!case_known(c.kind)) continue;
        known++;
        if (!CHECK_CODE(case_run(&c, &answer, &tmp, &e), OK, e)) continue;
        if (!CHECK_CODE(case_compare(&c, answer, &v, &tmp, &e), OK, e)) continue;
        test_check(v.failed == 0 && v.leaves > 0, __FILE__, __LINE__,
                   "%.*s: %td of %td leaves fail, first %.*s", FMT(c.id), v.failed,
                   v.leaves, FMT(v.first));
    }
    CHECK(known > 0);
}

TEST(case_all_reference_cases_pass)
{
    run_folder("tests/reference/cases", &tmp);
}

TEST(case_more_reference_cases_pass)
{
    run_folder("tests/reference/more/cases", &tmp);
}

TEST(case_all_nist_cases_pass)
{
    run_folder("tests/reference/nist/cases", &tmp);
}

/* A case from text, as if it had been read from a file. */
static struct case_file case_of(const char *expected, const char *tolerance,
                                struct arena *a)
{
    struct err e = {0};
    struct json *x = NULL, *t = NULL;
    CHECK_CODE(json_read(str_of(expected), "expected", &x, a, &e), OK, e);
    CHECK_CODE(json_read(str_of(tolerance), "tolerance", &t, a, &e), OK, e);
    return (struct case_file){.path = "a case", .expected = x, .tolerance = t};
}

static struct case_verdict verdict_of(const char *expected, const char *tolerance,
                                      const char *answer, struct arena *a)
{
    struct err e = {0};
    struct case_verdict v = {0};
    struct case_file c = case_of(expected, tolerance, a);
    CHECK_CODE(case_compare(&c, str_of(answer), &v, a, &e), OK, e);
    return v;
}

TEST(case_compare_takes_the_innermost_tolerance)
{
    static const struct {
        const char *expected, *tolerance, *answer;
        isize leaves, failed;
    } row[] = {
        {"{\"x\": 100}", "{\"default\": {\"rel\": 0.01}}", "{\"x\": 101}", 1, 0},
        {"{\"x\": 100}", "{\"default\": {\"rel\": 0.01}}", "{\"x\": 101.1}", 1, 1},
        {"{\"x\": 0}", "{\"default\": {\"rel\": 1, \"abs\": 0.5}}", "{\"x\": 0.5}", 1, 0},
        {"{\"x\": {\"p\": 1}}", "{\"default\": {}, \"x\": {\"rel\": 0.2}}",
         "{\"x\": {\"p\": 1.1}}", 1, 0},
        /* p stands deeper than x; its missing abs comes from the default */
        {"{\"x\": {\"p\": 1}}",
         "{\"default\": {\"abs\": 0.02}, \"p\": {\"rel\": 0}, \"x\": {\"rel\": 9}}",
         "{\"x\": {\"p\": 1.1}}", 1, 1},
        /* rows named by f */
        {"[{\"f\": \"cdf\", \"value\": 1}]",
         "{\"default\": {\"rel\": 0}, \"cdf\": {\"rel\": 0.5}}", "[{\"value\": 1.4}]", 1,
         0},
        /* digits: 1.001 against 1 has 3 of them */
        {"{\"m\": 1, \"s\": 1}", "{\"lre\": {\"m\": 2.9}}", "{\"m\": 1.001, \"s\": 7}", 2,
         0},
        {"{\"m\": 1}", "{\"lre\": 3.1}", "{\"m\": 1.001}", 1, 1},
        /* kinds, lengths, missing, extra, null */
        {"{\"a\": [1, 2]}", "{\"default\": {}}", "{\"a\": [1, 2], \"b\": 3}", 2, 0},
        {"{\"a\": [1, 2]}", "{\"default\": {}}", "{\"a\": [1]}", 1, 1},
        {"{\"a\": 1, \"b\": null}", "{\"default\": {}}", "{}", 1, 1},
        {"{\"a\": \"Inf\", \"b\": \"x\", \"c\": true}", "{\"default\": {}}",
         "{\"a\": \"Inf\", \"b\": \"x\", \"c\": true}", 3, 0},
        {"{\"a\": \"Inf\", \"b\": \"x\", \"c\": true}", "{\"default\": {}}",
         "{\"a\": 1e300, \"b\": \"y\", \"c\": false}", 3, 3},
        {"{\"a\": 1}", "{\"default\": {\"rel\": 1}}", "{\"a\": null}", 1, 1},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct case_verdict v =
            verdict_of(row[i].expected, row[i].tolerance, row[i].answer, &tmp);
        test_check(v.leaves == row[i].leaves && v.failed == row[i].failed, __FILE__,
                   __LINE__, "row %td: %td of %td leaves fail (%.*s)", i, v.failed,
                   v.leaves, FMT(v.first));
    }
}

TEST(case_compare_says_where)
{
    struct case_verdict v =
        verdict_of("{\"a\": [{\"b\": 2}]}", "{\"default\": {\"rel\": 0.01}}",
                   "{\"a\": [{\"b\": 3}]}", &tmp);
    CHECK_STR(v.first, "a.0.b: 3, expected 2");
    CHECK_NEAR(v.worst, 50, 1e-12); /* off by 1, and 0.02 is allowed */
    CHECK_NEAR(v.least_digits, 0.30102999566398120, 1e-12); /* -log10(1/2) */
}

/* The shape is the kind's own: it does not hang on `expected` being there. */
TEST(case_run_has_the_shape_of_its_kind)
{
    static const struct {
        const char *kind, *call, *piece;
        char first;
    } row[] = {
        {"power",
         "{\"rows\": [{\"n\": 35, \"d\": 0.4, \"alpha\": 0.05, \"paired\": true}]}",
         "\"power\": 0.63280013021", '['}, /* as in o_power_t.json */
        {"power", "{}", "[]", '['},
        {"distribution", "{\"rows\": [{\"f\": \"norm_cdf\", \"args\": [0]}]}",
         "\"value\": 0.5", '['},
        {"distribution", "{}", "[]", '['},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct err e = {0};
        struct json *call = NULL;
        struct str answer = {0};
        CHECK_CODE(json_read(str_of(row[i].call), "call", &call, &tmp, &e), OK, e);
        struct case_file c = {
            .path = "x.json", .kind = str_of(row[i].kind), .call = call};
        CHECK_CODE(case_run(&c, &answer, &tmp, &e), OK, e);
        CHECK(answer.n > 0 && answer.at[0] == row[i].first);
        CHECK(str_find_str(answer, str_of(row[i].piece)) >= 0);
    }
}

/* A list where the kind gives an object: the answer stays an object, and differs. */
TEST(case_run_does_not_take_its_shape_from_expected)
{
    struct err e = {0};
    struct case_file c = {0};
    struct case_verdict v = {0};
    struct str answer = {0};
    const char *path = test_path("tests/reference/cases/o_paired_sleep.json");
    CHECK_CODE(case_read(path, &c, &tmp, &e), OK, e);
    struct json list = {.kind = JSON_ARRAY};
    c.expected = &list;
    CHECK_CODE(case_run(&c, &answer, &tmp, &e), OK, e);
    CHECK(answer.at[0] == '{');
    CHECK_CODE(case_compare(&c, answer, &v, &tmp, &e), OK, e);
    CHECK_INT(v.failed, 1);
}

TEST(case_run_refuses_an_unknown_kind)
{
    struct err e = {0};
    struct case_file c = {.path = "x.json", .kind = S("tea_leaves")};
    struct str answer;
    CHECK_CODE(case_run(&c, &answer, &tmp, &e), E_UNSUPPORTED, e);
    CHECK_SAYS(e, "tea_leaves");
}
