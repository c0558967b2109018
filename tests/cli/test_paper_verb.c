#include "base/json.h"
#include "cli/verbs.h"
#include "said.h"
#include "test.h"
#include <stdlib.h>

static int run(struct arena *a, const char *option, const char *path, struct str *said)
{
    const char *argv[] = {"varde", "paper-check", path, option};
    struct said s = said_words(a, option ? 4 : 3, argv);
    *said = s.out;
    return s.code;
}

TEST(paper_verb_ends_with_1_when_something_is_impossible)
{
    struct str said;
    const char *path = test_path("data/papers/jensen2019.yaml");
    CHECK_INT(run(&tmp, "--found", path, &said), 1);
    CHECK(str_find_str(said, S("IMRS client")) > 0);
    CHECK(str_find_str(said, S("GAF-F")) < 0);
    CHECK(str_find_str(said, S("1 doubtful, 2 impossible")) > 0);
    CHECK_INT(run(&tmp, NULL, path, &said), 1);
    CHECK(str_find_str(said, S("GAF-F")) > 0);
}

TEST(paper_verb_writes_json)
{
    struct str said;
    struct json *v = NULL;
    struct err e = {0};
    CHECK_INT(run(&tmp, "--json", test_path("data/papers/egeland2017.yaml"), &said), 1);
    CHECK_CODE(json_read(said, "said", &v, &tmp, &e), OK, e);
    CHECK_STR(json_text(v, "paper"), "egeland2017");
    CHECK_NEAR(json_number(json_get(json_get(v, "count"), "impossible")), 3, 0);
    CHECK(json_get(v, "checks")->n > 100);
}

TEST(paper_verb_says_what_is_wrong_with_the_file)
{
    struct str said;
    CHECK_INT(run(&tmp, NULL, "/nowhere.yaml", &said), 4);
    CHECK_INT(run(&tmp, NULL, test_path("tests/meson.build"), &said), 3);
}
