#include "base/file.h"
#include "folk.h"
#include "store/journal.h"

/* The Norwegian study has no arms: the same with two. */
static void two_arms(struct folk *f, struct arena *a)
{
    struct err e = {0};
    struct applied done;
    const char *to = test_folder();
    CHECK_CODE(folk_definitions(to, "arms: []", "arms: [imr, usual]", a, &e), OK, e);
    struct act act = folk_act(f, f->h.admin, a);
    CHECK_CODE(apply_study(&act, to, "norway2013", &done, &e), OK, e);
}

static bool holds(struct db *db, i64 subject, const char *piece, struct arena tmp)
{
    struct err e = {0};
    struct journal_entries of;
    CHECK_CODE(journal_of(db, "participant", subject, &of, &tmp, &e), OK, e);
    for (isize i = 0; i < of.n; i++)
        if (str_find_str(of.at[i].after, str_of(piece)) >= 0 ||
            str_find_str(of.at[i].act, str_of(piece)) >= 0)
            return true;
    return false;
}

EACH_ENGINE(allocate_by_the_trial_unit_only)
{
    struct folk f;
    struct err e = {0};
    folk_open(&f, url, &tmp);
    i64 p = folk_enrol(&f, 0, &tmp), new = folk_refer(&f, 0, 1, &tmp), id = 0, given = 0;
    struct act unit = folk_act(&f, f.unit, &tmp);
    struct allocations got;
    CHECK_CODE(allocate_enter(&unit, p, S("imr"), f.today, &id, &e), E_RECORD, e);
    two_arms(&f, &tmp);
    CHECK_CODE(allocate_enter(&unit, p, S("other"), f.today, &id, &e), E_RECORD, e);
    CHECK(str_find_str(str_of(e.text), S("imr")) < 0);
    CHECK_CODE(allocate_enter(&unit, new, S("imr"), f.today, &id, &e), E_CONSTRAINT, e);
    CHECK_CODE(allocate_enter(&unit, p, S("imr"), f.today + 1, &id, &e), E_RECORD, e);
    CHECK_CODE(allocate_enter(&unit, p, S("imr"), f.today, &id, &e), OK, e);
    CHECK_CODE(allocate_enter(&unit, p, S("usual"), f.today, &id, &e), E_CONSTRAINT, e);
    CHECK_CODE(allocate_correct(&unit, p, S("usual"), f.today, &id, &e), E_RECORD, e);
    unit.why = S("the envelope of the next");
    CHECK_CODE(allocate_correct(&unit, p, S("imr"), f.today, &id, &e), E_CONSTRAINT, e);
    CHECK_CODE(allocate_correct(&unit, new, S("imr"), f.today, &id, &e), E_CONSTRAINT, e);
    CHECK_CODE(allocate_correct(&unit, p, S("usual"), f.today, &id, &e), OK, e);
    CHECK_CODE(allocate_of(&unit, p, &got, &e), OK, e);
    CHECK_INT(got.n, 2);
    CHECK_STR(got.at[0].arm, "imr");
    CHECK(got.at[0].gone != 0 && got.at[1].gone == 0 && got.at[1].correction);
    CHECK_STR(got.at[1].reason, "the envelope of the next");
    CHECK_CODE(allocate_list(&unit, f.study, S(""), 10, &got, &e), OK, e);
    CHECK_INT(got.n, 1);
    CHECK_STR(got.at[0].arm, "usual");
    /* Nobody else: by refusal, whether there is one or not. */
    i64 both = house_person(&f.h, "both", TRIAL_UNIT, 0, &tmp);
    struct act admin = folk_act(&f, f.h.admin, &tmp);
    struct role_given g = {.staff = both,
                           .role = CLINICIAN,
                           .site = f.h.site[1],
                           .starts = f.today,
                           .open = true};
    CHECK_CODE(staffing_role_give(&admin, &g, &given, &e), OK, e);
    i64 who[] = {f.coordinator[0], f.clinician, f.leader, f.assessor, f.manager,
                 f.monitor,        f.h.admin,   both,     0};
    for (isize i = 0; i < COUNT(who); i++) {
        struct act act = folk_act(&f, who[i], &tmp);
        act.why = S("x");
        struct err other = {0};
        CHECK_CODE(allocate_of(&act, p, &got, &e), E_NOT_ALLOWED, e);
        CHECK_CODE(allocate_of(&act, new, &got, &other), E_NOT_ALLOWED, other);
        CHECK_STR(str_of(e.text), other.text);
        CHECK_CODE(allocate_list(&act, f.study, S(""), 10, &got, &e), E_NOT_ALLOWED, e);
        CHECK_CODE(allocate_enter(&act, new, S("imr"), f.today, &id, &e), E_NOT_ALLOWED,
                   e);
        CHECK_CODE(allocate_correct(&act, p, S("imr"), f.today, &id, &e), E_NOT_ALLOWED,
                   e);
    }
    /* A token that leaves the right to enrol out does not make somebody who has it blind. */
    struct act token = folk_act(&f, both, &tmp);
    token.only = (u64)1 << MAY_SEE_ALLOCATION;
    CHECK_CODE(allocate_of(&token, p, &got, &e), E_NOT_ALLOWED, e);
    CHECK_CODE(allocate_list(&token, f.study, S(""), 10, &got, &e), E_NOT_ALLOWED, e);
    /* In the participant's own events and journal there is nothing of it. */
    CHECK(!holds(f.h.db, p, "imr", tmp) && !holds(f.h.db, p, "usual", tmp) &&
          !holds(f.h.db, p, "alloc", tmp));
    struct act coordinator = folk_act(&f, f.coordinator[0], &tmp);
    struct people_file file;
    CHECK_CODE(people_file(&coordinator, p, INSTANT_NOW, &file, &e), OK, e);
    CHECK_INT(file.events.n, 3);
    folk_close(&f, tmp);
}
