#include "base/file.h"
#include "study/answer.h"
#include "study/score.h"
#include "study/worked.h"
#include "test.h"

/* Every case that somebody worked by hand beside an instrument. */
TEST(score_worked_cases_of_every_instrument)
{
    struct file_names names;
    struct err e = {0};
    isize n = 0;
    const char *dir = test_path("data/instruments");
    CHECK_CODE(file_list(dir, &names, &tmp, &e), OK, e);
    for (isize i = 0; i < names.n; i++) {
        if (!str_ends(names.at[i], S(".yaml"))) continue;
        struct instrument *in = NULL;
        const char *path = file_join(&tmp, dir, names.at[i].at);
        if (!CHECK_CODE(instrument_read_file(path, &in, &tmp, &e), OK, e)) continue;
        CHECK(in->cases.n >= 4);
        for (isize k = 0; k < in->cases.n; k++, n++)
            CHECK_CODE(worked_run(in, &in->cases.at[k], &e), OK, e);
    }
    CHECK(n >= 60);
}
