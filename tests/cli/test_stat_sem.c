#include "base/json.h"
#include "cli/verbs.h"
#include "said.h"
#include "test.h"

static struct said say(struct arena *a, const char *const *more, int n)
{
    const char *argv[24] = {"varde", "stat", "sem"};
    int argc = 3;
    for (int i = 0; i < n; i++) argv[argc++] = more[i];
    return said_words(a, argc, argv);
}

#define DATA "--data", test_path("tests/reference/data/attitude_chain.csv")
#define MODEL  \
    "--model", \
        "raises ~ a*learning; advance ~ b*raises; rating ~ raises + advance; ab := a*b"

/* Figures: tests/reference/cases/o_sem_path_indirect.json */
TEST(stat_sem_for_people)
{
    const char *arg[] = {DATA, MODEL, "--meanstructure", "--bootstrap", "200"};
    struct said s = say(&tmp, arg, COUNT(arg));
    CHECK_INT(s.code, 0);
    CHECK(said_holds(s.out, "learning (a)"));
    CHECK(said_holds(s.out, "0.567   0.124"));
    CHECK(said_holds(s.out, "Chi-square 10.969 on 2 degrees of freedom, p = 0.004"));
    CHECK(said_holds(s.out, "CFI 0.813, TLI 0.440 (baseline 54.055 on 6)"));
    CHECK(said_holds(s.out, "RMSEA 0.387, 90 % interval 0.185 to 0.624"));
    CHECK(said_holds(s.out, "SRMR 0.079"));
    CHECK(said_holds(s.out, "R2: raises 0.410, advance 0.330, rating 0.399."));
    CHECK(said_holds(s.out, "200 resamples"));
    CHECK(said_holds(s.out,
                     "Note: RMSEA is unstable with 2 degrees of freedom and 30 people"));
}

TEST(stat_sem_for_programs)
{
    const char *arg[] = {DATA, MODEL, "--json"};
    struct said s = say(&tmp, arg, COUNT(arg));
    struct err e = {0};
    struct json *j;
    CHECK_INT(s.code, 0);
    if (!CHECK_CODE(json_read(s.out, "answer", &j, &tmp, &e), OK, e)) return;
    const struct json *p = json_at(json_get(j, "parameters"), 0);
    CHECK_STR(json_text(p, "lhs"), "raises");
    CHECK_STR(json_text(p, "op"), "~");
    CHECK_REL(json_number(json_get(p, "est")), 0.5672220877938071, 1e-12);
    CHECK_REL(json_number(json_get(p, "se_std_all")), 0.09604455980434629, 1e-10);
    const struct json *fit = json_get(j, "fit");
    CHECK_REL(json_number(json_get(fit, "chisq")), 10.968991402036004, 1e-11);
    CHECK_NEAR(json_number(json_get(fit, "npar")), 7, 0);
    CHECK_STR(json_text(json_at(json_get(j, "notes"), 0), "note"), "NOTE_RMSEA_UNSTABLE");
}

TEST(stat_sem_refuses_with_a_sentence)
{
    static const struct {
        const char *option, *value;
        int code;
        const char *says;
    } row[] = {
        {"--model", "rating ~ raise", 3, "did you mean 'raises'"},
        {"--model", "rating ~", 3, "--model, line 1, column 9"},
        {"--model", "f =~ rating + raises", 6, "degrees of freedom -1"},
        {"--model-file", "/nowhere/model.txt", 4, "/nowhere/model.txt"},
        {"--modell", "x", 2, "--model"},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        const char *arg[] = {DATA, row[i].option, row[i].value};
        struct said s = say(&tmp, arg, COUNT(arg));
        CHECK_INT(s.code, row[i].code);
        test_check(said_holds(s.err, row[i].says), __FILE__, __LINE__,
                   "%.*s does not say %s", FMT(s.err), row[i].says);
        CHECK_INT(s.out.n, 0);
    }
    const char *missing[] = {DATA, MODEL, "--missing", "pairwise"};
    struct said s = say(&tmp, missing, COUNT(missing));
    CHECK_INT(s.code, 2);
    CHECK(said_holds(s.err, "listwise or fiml"));
}
