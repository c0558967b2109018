/* When visits are due, counted by hand on a calendar. */
#include "study/asked.h"
#include "study/schedule.h"
#include "test.h"

static const char STUDY[] =
    "study: mini\n"
    "revision: 1\n"
    "sites: [A]\n"
    "time-points:\n"
    "  - {id: t1, label: start, from: enrolment, window: [-7, 7]}\n"
    "  - {id: t2, label: end, from: allocation, day: 30, window: [0, 10]}\n"
    "  - {id: all, label: day of all, from: 2024-02-28, day: 2}\n"
    "  - {id: never, label: not planned}\n"
    "  - {id: other, label: of sites, from: enrolment, day: 1}\n"
    "tables:\n"
    "  - {id: people, row: person, key: [id], files: [people.csv], columns: {}}\n"
    "  - {id: sites, row: site, key: [site], key-type: site, files: [sites.csv],\n"
    "     columns: {}}\n"
    "measures:\n"
    "  - {id: hope, instrument: ashs-8, per: people, file: people.csv,\n"
    "     at: [t1, t2, all, never], items: \"a_{t}_{nn}\", scores: {hope: mean}}\n"
    "  - {id: fid, instrument: imr-fidelity, per: sites, file: sites.csv, at: [other],\n"
    "     items: \"f_{t}_{nn}\", scores: {fid: mean}}\n";

static const struct study *study(struct arena *a)
{
    struct yaml *doc;
    struct study *s = NULL;
    struct err e = {0};
    CHECK_CODE(yaml_read(str_of(STUDY), "mini.yaml", &doc, a, &e), OK, e);
    CHECK_CODE(study_read(doc, &s, a, &e), OK, e);
    return s;
}

static void same(const struct schedule_visit *v, isize time, const char *due,
                 const char *opens, const char *closes, struct arena tmp)
{
    CHECK_INT(v->time, time);
    CHECK_STR(day_text(v->due, &tmp), due);
    CHECK_STR(day_text(v->opens, &tmp), opens);
    CHECK_STR(day_text(v->closes, &tmp), closes);
}

TEST(schedule_by_hand)
{
    const struct study *s = study(&tmp);
    struct schedule_anchor a[] = {{FROM_ENROLMENT, day_of(2023, 12, 28)},
                                  {FROM_ALLOCATION, day_of(2024, 1, 31)}};
    struct schedule v = schedule_of(s, 0, a, 2, &tmp);
    CHECK_INT(v.n, 3);
    if (v.n != 3) return;
    same(&v.at[0], 0, "2023-12-28", "2023-12-21", "2024-01-04", tmp);
    /* 30 days after 31 January of a leap year: 29 to the end of February, and one */
    same(&v.at[1], 1, "2024-03-01", "2024-03-01", "2024-03-11", tmp);
    same(&v.at[2], 2, "2024-03-01", "2024-03-01", "2024-03-01", tmp); /* 28, 29, 1 */
    CHECK_INT(v.at[0].time, study_time(s, S("t1")));
}

/* What is counted from a day that is not known yet stays out. */
TEST(schedule_without_anchors)
{
    const struct study *s = study(&tmp);
    struct schedule v = schedule_of(s, 0, NULL, 0, &tmp);
    CHECK_INT(v.n, 1); /* the date that holds for all */
    struct schedule_anchor a = {FROM_ENROLMENT, 100};
    v = schedule_of(s, 0, &a, 1, &tmp);
    CHECK_INT(v.n, 2);
    v = schedule_of(s, 1, &a, 1, &tmp); /* of a site: only what is measured there */
    CHECK_INT(v.n, 1);
    if (v.n == 1) CHECK_INT(v.at[0].due, 101);
    CHECK(schedule_has(s, 1, 4));
    CHECK(!schedule_has(s, 0, 4));
}

TEST(schedule_shipped)
{
    struct study *s;
    struct err e = {0};
    CHECK_CODE(
        study_read_file(test_path("data/studies/norway2013/study.yaml"), &s, &tmp, &e),
        OK, e);
    struct schedule_anchor a = {FROM_ENROLMENT, day_of(2013, 11, 4)};
    struct schedule v = schedule_of(s, study_table(s, S("consumers")), &a, 1, &tmp);
    CHECK_INT(v.n, 2);
    /* 2013-11-04 + 274 days and + 365 days */
    if (v.n == 2) same(&v.at[1], 1, "2014-09-20", "2014-08-05", "2014-11-04", tmp);
    v = schedule_of(s, study_table(s, S("services")), &a, 1, &tmp);
    CHECK_INT(v.n, 2);
    if (v.n == 2) same(&v.at[0], 2, "2014-05-06", "2014-04-06", "2014-06-05", tmp);
    for (isize i = 0; i < s->times.n; i++)
        CHECK(s->times.at[i].unverified && s->times.at[i].note.n > 0);
}

/* hope is asked at t1 by whoever treats (no rater is named), fid of the sites at `other`. */
TEST(asked_counts_what_waits)
{
    const struct study *s = study(&tmp);
    struct str hope = S("hope"), other = S("fid");
    isize people = study_table(s, S("people")), sites = study_table(s, S("sites"));
    CHECK_INT(asked_waits(s, people, 0, NULL, 0), 1000);
    CHECK_INT(asked_waits(s, people, 0, &other, 1), 1000);
    CHECK_INT(asked_waits(s, people, 0, &hope, 1), 0);
    CHECK_INT(asked_waits(s, sites, 0, NULL, 0), 0);
    CHECK_INT(asked_waits(s, sites, study_time(s, S("other")), NULL, 0), 1000);
    CHECK_INT(asked_waits(s, people, -1, NULL, 0), 0);
    CHECK(asked_same(s, s));
    /* 2 of the participant, 1 of the clinician, none of the assessor, 12 of fidelity */
    CHECK_INT(asked_unit(ASKED_TRAINER), 1000000000000);
    CHECK_INT(asked_on(2), 1);
    CHECK_INT(asked_on(1002), 3);
    CHECK_INT(asked_on(12000001002), 1 | 2 | 8);
    CHECK_INT(asked_on(0), 0);
    CHECK_INT(asked_on(-1), 63); /* not counted: everybody's */
}
