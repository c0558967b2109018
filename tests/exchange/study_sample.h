/* The shipped study with records from a folder, for tests. */
#ifndef VARDE_TESTS_STUDY_SAMPLE_H
#define VARDE_TESTS_STUDY_SAMPLE_H

#include "exchange/records_csv.h"
#include "report/report_study.h"
#include "study/protocol.h"

struct study_sample {
    struct protocol p;
    struct records r;
    struct analysed m;
};

/* dir NULL: the shipped records. */
MUST_CHECK int study_sample_read(const char *dir, struct study_sample *out,
                                 struct arena *a, struct err *e);
MUST_CHECK int study_sample_run(const char *dir, int threads, struct study_sample *out,
                                struct arena *a, struct err *e);

/* A copy of the shipped records in a folder of the test's own, with the first `was` of a
** file replaced by `now`; file NULL: nothing replaced. */
const char *study_sample_copy(const char *file, const char *was, const char *now,
                              struct arena *a);
/* Writes a whole file into such a folder. */
void study_sample_put(const char *dir, const char *file, struct str text,
                      struct arena *a);
struct str study_sample_get(const char *dir, const char *file, struct arena *a);

#endif
