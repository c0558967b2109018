#include "study/paper_file.h"
#include "test.h"

static struct paper_report report_of(const char *path, struct arena *a)
{
    struct yaml *root = NULL;
    struct paper_report r = {0};
    struct err e = {0};
    CHECK_CODE(yaml_read_file(test_path(path), &root, a, &e), OK, e);
    CHECK_CODE(paper_file_read(root, &r, a, &e), OK, e);
    return r;
}

struct found {
    const char *at, *check;
    enum paper_verdict verdict;
};

/* Exactly these are impossible or doubtful, in this order, and nothing else. */
static void exactly(const struct paper_report *r, const struct found *want, isize n)
{
    isize k = 0;
    for (isize i = 0; i < r->n; i++) {
        const struct paper_line *l = &r->at[i];
        if (l->is.verdict == PAPER_POSSIBLE || l->is.verdict == PAPER_UNDECIDED) continue;
        if (!test_check(k < n, __FILE__, __LINE__, "cries wolf: %.*s, %.*s: %.*s",
                        FMT(l->at), FMT(l->check), FMT(l->is.says)))
            continue;
        CHECK_STR(l->at, want[k].at);
        CHECK_STR(l->check, want[k].check);
        CHECK_INT(l->is.verdict, want[k].verdict);
        k++;
    }
    CHECK_INT(k, n);
}

static const struct paper_line *line_of(const struct paper_report *r, const char *at,
                                        const char *check)
{
    for (isize i = 0; i < r->n; i++)
        if (str_is(r->at[i].at, at) && str_is(r->at[i].check, check)) return &r->at[i];
    CHECK(!"such a line");
    return &r->at[0];
}

TEST(paper_file_norwegian_study)
{
    struct paper_report r = report_of("data/papers/egeland2017.yaml", &tmp);
    static const struct found want[] = {
        {"p. 5, S-GAF", "points", PAPER_IMPOSSIBLE},
        {"p. 5, CSQ-8", "points", PAPER_IMPOSSIBLE},
        {"p. 6, consultations", "mean", PAPER_DOUBTFUL}, /* 18.37 x 31 = 569.47 */
        {"Table 2, HoNOS", "interval", PAPER_IMPOSSIBLE},
        {"p. 7, QoL5", "direction", PAPER_DOUBTFUL},
    };
    exactly(&r, want, COUNT(want));
    struct str says = line_of(&r, "Table 2, HoNOS", "interval")->is.says;
    CHECK(str_find_str(says, S("fit if divided by 10")) > 0);
    says = line_of(&r, "p. 6, path model", "fit")->is.says;
    CHECK(str_find_str(says, S("so 2;")) > 0);
}

TEST(paper_file_danish_trial)
{
    struct paper_report r = report_of("data/papers/jensen2019.yaml", &tmp);
    static const struct found want[] = {
        {"Table 3, YMRS, intention to treat", "p of the groups", PAPER_DOUBTFUL},
        {"Table 3, satisfaction, intention to treat", "p of the groups",
         PAPER_IMPOSSIBLE},
        {"Table 3, IMRS client, intention to treat", "p of the groups", PAPER_IMPOSSIBLE},
    };
    exactly(&r, want, COUNT(want));
    isize rows = 0; /* all ten rows of the table are there */
    for (isize i = 0; i < r.n; i++)
        rows += str_is(r.at[i].check, "p of the groups") &&
                str_ends(r.at[i].at, S("intention to treat"));
    CHECK_INT(rows, 10);
}

#define HEAD                                                                         \
    "paper: x\ntitle: t\nsource: s\nscales: {g: {about: a, min: 1, max: 5, metric: " \
    "sum, better: higher}}\nclaims:\n"

TEST(paper_file_refuses_with_the_place)
{
    static const struct {
        const char *text, *says;
    } row[] = {
        {"", "t.yaml:1:1: 'paper' is missing here"},
        {"paper: x\ntitel: t\n", "did you mean 'title'?"},
        {HEAD "  - {check: maen, at: here}\n",
         "t.yaml:6:13: 'check' cannot be 'maen'; did you "
         "mean 'mean'?"},
        {HEAD "  - {check: mean, n: 3, mean: 2}\n", "'at' is missing"},
        {HEAD "  - {check: mean, at: here, n: 3, mean: 2}\n", "a mean needs 'scale'"},
        {HEAD "  - {check: mean, at: here, scale: h, n: 3, mean: 2}\n",
         "'scale' cannot be 'h'; did you mean 'g'?"},
        {HEAD "  - {check: mean, at: here, scale: g, n: 0, mean: 2}\n",
         "'n' should be a whole number from 1"},
        {HEAD "  - {check: mean, at: here, scale: g, n: 3, mean: '2,5'}\n",
         "'mean': '2,5' is not a printed number"},
        {HEAD "  - {check: mean, at: here, scale: g, n: 3, mean: 2, sdd: 1}\n",
         "the key 'sdd' is not known here; did you mean 'sd'?"},
        {HEAD "  - {check: mean, at: here, scale: g, n: 3, mean: 2, range: [1]}\n",
         "'range' should be [lower, upper], found 1 members"},
        {HEAD "  - {check: change, at: here, n: 3, change: 2, method: magic}\n",
         "'method' cannot be 'magic'"},
        {HEAD "  - {check: change, at: here, n: 3, change: 2, p: ns, method: t}\n",
         "'ns' is not a printed p"},
        {HEAD "  - {check: groups, at: here, first: {n: 3, mean: 2}, second: {n: 3, "
              "mean: 2}}\n",
         "a group has either 'sd' or 'se'"},
        {HEAD
         "  - {check: groups, at: here, first: {n: 3, mean: 2, sd: 1}, second: {n: 3, "
         "mean: 2, se: 1}}\n",
         "both groups should have 'sd', or both 'se'"},
        {HEAD "  - {check: points, at: here, points: 5}\n", "'anchors' is missing"},
        {HEAD "  - {check: sum, at: here, parts: [1, 2.5], total: 3}\n", "whole number"},
        {HEAD "  - text\n", "a claim is a map"},
        {"paper: x\ntitle: t\nsource: s\nscales: {g: {about: a, min: 5, max: 5, metric: "
         "sum, "
         "better: higher}}\nclaims: []\n",
         "'max' should lie above 'min'"},
        {"paper: x\ntitle: t\nsource: s\nscales: {g: {about: a, min: 1, max: 5, metric: "
         "mean, "
         "better: higher}}\nclaims: []\n",
         "a mean of items needs 'items'"},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct yaml *root = NULL;
        struct paper_report r;
        struct err e = {0};
        CHECK_CODE(yaml_read(str_of(row[i].text), "t.yaml", &root, &tmp, &e), OK, e);
        CHECK_CODE(paper_file_read(root, &r, &tmp, &e), E_DEFINITION, e);
        CHECK_SAYS(e, row[i].says);
    }
}

/* Two groups of 50, SD 2: SE of the difference .4; R: qt(.975, 98) * .4 is .794 and
** 2 * pt(-1 / .4, 98) is .0141. */
TEST(paper_file_two_groups_with_an_interval)
{
    static const struct {
        const char *tail;
        isize impossible;
    } row[] = {
        {"difference: 1.0, ci: [.21, 1.79], method: t, p: .014}\n", 0},
        {"difference: 1.5, ci: [.71, 2.29], method: t, p: .014}\n",
         2}, /* difference, p */
        {"difference: 1.0, ci: [2.1, 17.9], method: t, p: .014}\n", 1}, /* interval */
        {"difference: 1.0, ci: [.21, 1.79], method: t, p: .04}\n", 2},  /* p twice */
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct yaml *root = NULL;
        struct paper_report r = {0};
        struct err e = {0};
        struct str text =
            str_fmt(&tmp,
                    "%s  - {check: groups, at: here, first: {n: 50, mean: 10.0, sd: "
                    "2.00}, second: {n: "
                    "50, mean: 9.0, sd: 2.00}, %s",
                    "paper: x\ntitle: t\nsource: s\nclaims:\n", row[i].tail);
        CHECK_CODE(yaml_read(text, "t.yaml", &root, &tmp, &e), OK, e);
        CHECK_CODE(paper_file_read(root, &r, &tmp, &e), OK, e);
        for (isize k = 0; k < r.n; k++)
            if (r.count[PAPER_IMPOSSIBLE] != row[i].impossible)
                test_check(false, __FILE__, __LINE__, "row %td: %.*s %s %.*s", i,
                           FMT(r.at[k].check), paper_word[r.at[k].is.verdict],
                           FMT(r.at[k].is.says));
        CHECK_INT(r.count[PAPER_IMPOSSIBLE], row[i].impossible);
    }
}

TEST(paper_file_without_claims_finds_nothing)
{
    struct yaml *root = NULL;
    struct paper_report r;
    struct err e = {0};
    CHECK_CODE(yaml_read(S("paper: x\ntitle: t\nsource: s\nclaims: []\n"), "t.yaml",
                         &root, &tmp, &e),
               OK, e);
    CHECK_CODE(paper_file_read(root, &r, &tmp, &e), OK, e);
    CHECK_INT(r.n, 0);
}
