#include "study_sample.h"
#include "base/file.h"
#include "test.h"

static const char *const FILES[] = {"consumers.csv", "items.csv", "clinicians.csv",
                                    "services.csv", "recordings.csv"};

int study_sample_read(const char *dir, struct study_sample *out, struct arena *a,
                      struct err *e)
{
    TRY(protocol_open(test_path("data"), "norway2013", &out->p, a, e));
    if (!dir) dir = test_path("data/studies/norway2013/records");
    return records_csv_read(dir, out->p.study, out->p.in, &out->r, a, e);
}

int study_sample_run(const char *dir, int threads, struct study_sample *out,
                     struct arena *a, struct err *e)
{
    TRY(study_sample_read(dir, out, a, e));
    struct analyse_options o = {.threads = threads, .resamples = 0, .seed = -1};
    return analyse_run(out->p.plan, &out->r, &o, &out->m, a, e);
}

void study_sample_put(const char *dir, const char *file, struct str text, struct arena *a)
{
    struct err e = {0};
    CHECK_CODE(file_publish(file_join(a, dir, file), text, &e), OK, e);
}

struct str study_sample_get(const char *dir, const char *file, struct arena *a)
{
    struct str s = {0};
    struct err e = {0};
    CHECK_CODE(file_read(file_join(a, dir, file), FILE_LIMIT, &s, a, &e), OK, e);
    return s;
}

const char *study_sample_copy(const char *file, const char *was, const char *now,
                              struct arena *a)
{
    const char *from = test_path("data/studies/norway2013/records");
    const char *to = str_c(str_of(test_folder()), a);
    for (isize i = 0; i < COUNT(FILES); i++) {
        struct str s = study_sample_get(from, FILES[i], a);
        if (file && str_is(str_of(file), FILES[i])) {
            isize at = str_find_str(s, str_of(was));
            CHECK(at >= 0);
            if (at >= 0)
                s = str_fmt(a, "%.*s%s%.*s", FMT(str_upto(s, at)), now,
                            FMT(str_from(s, at + str_of(was).n)));
        }
        study_sample_put(to, FILES[i], s, a);
    }
    return to;
}
