/* Structural models against lavaan and the reference solvers: tests/reference/sem. */
#include "base/file.h"
#include "exchange/case.h"
#include "test.h"

static int read_answer(const struct case_file *c, struct json **out, struct arena *a,
                       struct err *e)
{
    struct str text;
    TRY(case_run(c, &text, a, e));
    return json_read(text, "answer", out, a, e);
}

/* Our rows are lavaan's rows, in lavaan's order. */
static void same_rows(const struct case_file *c, const struct json *answer)
{
    const struct json *want = json_get(c->expected, "parameters");
    const struct json *have = json_get(answer, "parameters");
    if (!want || !have) return; /* bootstrap cases have none */
    CHECK_INT(have->n, want->n);
    const struct json *h = have->kid;
    for (const struct json *w = want->kid; w && h; w = w->next, h = h->next)
        if (!test_check(str_eq(w->key, h->key), __FILE__, __LINE__,
                        "%.*s: expected row %.*s, found %.*s", FMT(c->id), FMT(w->key),
                        FMT(h->key)))
            return;
}

TEST(case_sem_agrees_with_lavaan_and_the_solvers)
{
    struct err e = {0};
    struct file_names names = {0};
    const char *dir = test_path("tests/reference/sem/cases");
    CHECK_CODE(file_list(dir, &names, &tmp, &e), OK, e);
    CHECK(names.n >= 50);
    for (isize i = 0; i < names.n; i++) {
        struct arena room = tmp;
        struct case_file c;
        struct case_verdict v = {0};
        struct str text;
        struct json *answer;
        const char *path = file_join(&room, dir, str_c(names.at[i], &room));
        if (!CHECK_CODE(case_read(path, &c, &room, &e), OK, e)) continue;
        if (!CHECK_CODE(case_run(&c, &text, &room, &e), OK, e)) continue;
        if (!CHECK_CODE(case_compare(&c, text, &v, &room, &e), OK, e)) continue;
        test_check(v.failed == 0 && v.leaves > 0, __FILE__, __LINE__,
                   "%.*s: %td of %td leaves fail, first %.*s", FMT(c.id), v.failed,
                   v.leaves, FMT(v.first));
        if (str_starts(c.id, S("l_")) &&
            CHECK_CODE(read_answer(&c, &answer, &room, &e), OK, e))
            same_rows(&c, answer);
    }
}

static struct case_file case_of(const char *kind, const char *call, struct arena *a)
{
    struct err e = {0};
    struct json *root = NULL;
    struct str text = str_fmt(a,
                              "{\"kind\": \"%s\", \"data\": [\"data/mts.csv\"], "
                              "\"call\": %s}",
                              kind, call);
    CHECK_CODE(json_read(text, "case", &root, a, &e), OK, e);
    return (struct case_file){.id = S("x"),
                              .kind = str_of(kind),
                              .path = "case",
                              .dir = test_path("tests/reference/sem"),
                              .call = json_get(root, "call"),
                              .root = root};
}

TEST(case_sem_refuses_what_it_does_not_know)
{
    struct err e = {0};
    struct str text;
    struct case_file c = case_of(
        "sem_ml", "{\"syntax\": \"mpg ~ hp\", \"defaults\": \"lavaan::efa\"}", &tmp);
    CHECK_CODE(case_run(&c, &text, &tmp, &e), E_UNSUPPORTED, e);
    CHECK_SAYS(e, "efa");
    c = case_of("sem_ml",
                "{\"syntax\": \"mpg ~ hp\", \"options\": {\"effect.coding\": true}}",
                &tmp);
    CHECK_CODE(case_run(&c, &text, &tmp, &e), E_UNSUPPORTED, e);
    CHECK_SAYS(e, "effect.coding");
    c = case_of("sem_ml", "{\"syntax\": \"mpg ~ horses\"}", &tmp);
    CHECK_CODE(case_run(&c, &text, &tmp, &e), E_FORMULA, e);
    CHECK_SAYS(e, "line 1, column 7");
}
