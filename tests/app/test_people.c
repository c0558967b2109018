#include "folk.h"
#include "store/journal.h"
#include "store/statements.h"
#include <string.h>

/* participant_count, the code and the site of participant say what the rows say. */
static void copies_agree(struct folk *f, struct arena tmp)
{
    struct err e = {0};
    i64 n = -1;
    ROWS kept = {0}, counted = {0};
    CHECK_CODE(
        db_query(f->h.db, &kept, SQL_participant_count_kept, ARGS(I(f->study)), &e), OK,
        e);
    CHECK_CODE(
        db_query(f->h.db, &counted, SQL_participant_count_true, ARGS(I(f->study)), &e),
        OK, e);
    while (db_next(&counted)) {
        CHECK(db_next(&kept));
        CHECK_INT(db_i64(&kept, 0), db_i64(&counted, 0));
        CHECK(str_eq(db_str(&kept, 1, &tmp), db_str(&counted, 1, &tmp)));
        CHECK_INT(db_i64(&kept, 2), db_i64(&counted, 2));
    }
    CHECK(!db_next(&kept));
    CHECK_CODE(db_end(&kept, &e), OK, e);
    CHECK_CODE(db_end(&counted, &e), OK, e);
    CHECK_CODE(db_one(f->h.db, &n, SQL_participant_copies_differ, NO_ARGS, &e), OK, e);
    CHECK_INT(n, 0);
}

EACH_ENGINE(people_from_referral_to_the_end)
{
    struct folk f;
    struct err e = {0};
    folk_open(&f, url, &tmp);
    struct act act = folk_act(&f, f.coordinator[0], &tmp);
    i64 p = folk_refer(&f, 0, 20, &tmp), id = 0;
    CHECK_INT(folk_state(&f, p, &tmp), IN_REFERRED);
    /* Nothing known of eligibility, no consent: the sentence says what. */
    CHECK_CODE(folk_happen(&f, p, EV_ENROLLED, 18, &tmp, &e), E_CONSTRAINT, e);
    CHECK_SAYS(e, "criteria not fulfilled, or not known: adult");
    CHECK_SAYS(e, "consents missing: research");
    CHECK(str_find_str(str_of(e.text), S("recording")) < 0); /* is not required */
    struct screening_answer some[] = {{S("adult"), MET, {0}},
                                      {S("language"), MET_NOT_KNOWN, S("not asked")}};
    struct screening in = {
        .subject = p, .day = f.today - 17, .answer = some, .n = COUNT(some)};
    enum participant_state state;
    CHECK_CODE(people_screen(&act, &in, &state, &e), OK, e);
    CHECK_INT(state, IN_SCREENING);
    some[1].met = MET;
    CHECK_CODE(people_screen(&act, &in, &state, &e), OK, e);
    CHECK_INT(state, IN_INELIGIBLE); /* an exclusion decides */
    CHECK_CODE(folk_screen(&f, p, 15, &tmp, &e), OK, e);
    CHECK_INT(folk_state(&f, p, &tmp), IN_ELIGIBLE);
    CHECK_CODE(folk_happen(&f, p, EV_ENROLLED, 14, &tmp, &e), E_CONSTRAINT, e);
    CHECK_SAYS(e, "consents missing: research");
    CHECK(str_find_str(str_of(e.text), S("criteria")) < 0);
    CHECK_CODE(folk_consent(&f, p, "research", 14, &id, &tmp, &e), OK, e);
    CHECK_CODE(people_open_in(f.h.db, p, &e), E_CONSTRAINT, e);
    CHECK_CODE(folk_happen(&f, p, EV_ENROLLED, 14, &tmp, &e), OK, e);
    CHECK_CODE(people_open_in(f.h.db, p, &e), OK, e);
    CHECK_INT(folk_state(&f, p, &tmp), IN_ENROLLED);
    /* Days: not to come, not before what came last. */
    CHECK_CODE(folk_happen(&f, p, EV_COMPLETED, 15, &tmp, &e), E_RECORD, e);
    CHECK_SAYS(e, "2026-11-08");
    CHECK_CODE(folk_happen(&f, p, EV_COMPLETED, -1, &tmp, &e), E_RECORD, e);
    CHECK_SAYS(e, "2026-11-23 has not come yet");
    /* A reason of the study's list. */
    struct happening drop = {.subject = p, .kind = EV_DROPPED_OUT, .day = f.today - 5};
    CHECK_CODE(people_happen(&act, &drop, NULL, &e), E_RECORD, e);
    CHECK_SAYS(e, "moved");
    drop.reason = S("mved");
    CHECK_CODE(people_happen(&act, &drop, NULL, &e), E_RECORD, e);
    drop.reason = S("moved");
    drop.note = S("went north");
    i64 event = 0;
    CHECK_CODE(people_happen(&act, &drop, &event, &e), OK, e);
    CHECK_INT(folk_state(&f, p, &tmp), IN_DROPPED_OUT);
    CHECK_CODE(folk_happen(&f, p, EV_RETURNED, 3, &tmp, &e), OK, e);
    CHECK_INT(folk_state(&f, p, &tmp), IN_ENROLLED);
    /* What came later rests on it. */
    act.why = S("the wrong person");
    CHECK_CODE(people_take_back(&act, event, &e), E_CONSTRAINT, e);
    CHECK_SAYS(e, "take that back first");
    struct people_file file;
    CHECK_CODE(people_file(&act, p, INSTANT_NOW, &file, &e), OK, e);
    CHECK_INT(file.events.n, 7);
    CHECK_CODE(people_take_back(&act, file.events.at[6].id, &e), OK, e);
    CHECK_CODE(people_take_back(&act, file.events.at[6].id, &e), E_CONSTRAINT, e);
    CHECK_CODE(people_take_back(&act, event, &e), OK, e);
    act.why = S("");
    CHECK_INT(folk_state(&f, p, &tmp), IN_ENROLLED);
    CHECK_CODE(people_take_back(&act, event, &e), E_RECORD, e); /* why is needed */
    CHECK_CODE(people_file(&act, p, INSTANT_NOW, &file, &e), OK, e);
    CHECK_INT(file.now.since, f.today - 14);
    CHECK_STR(file.events.at[5].gone_why, "the wrong person");
    CHECK_STR(file.events.at[5].note, "went north");
    CHECK(file.may_enrol && file.may[EV_DROPPED_OUT] && !file.may[EV_RETURNED] &&
          !file.may[EV_ERASED]);
    CHECK_INT(file.criteria.n, 6);
    CHECK_INT(file.consents.n, 1);
    CHECK_CODE(folk_happen(&f, p, EV_DIED, 1, &tmp, &e), OK, e);
    CHECK_INT(folk_state(&f, p, &tmp), IN_DIED);
    CHECK_CODE(folk_happen(&f, p, EV_RETURNED, 0, &tmp, &e), E_CONSTRAINT, e);
    /* No free text is in the journal but the reason of the act. */
    struct journal_entries of;
    CHECK_CODE(journal_of(f.h.db, "participant", p, &of, &tmp, &e), OK, e);
    CHECK(of.n >= 9);
    for (isize i = 0; i < of.n; i++) {
        CHECK(str_find_str(of.at[i].after, S("north")) < 0);
        CHECK(str_find_str(of.at[i].after, S("not asked")) < 0);
    }
    copies_agree(&f, tmp);
    folk_close(&f, tmp);
}

/* A transfer takes the participant out of the sight of the first site; the past stays known. */
EACH_ENGINE(people_transfer_and_the_past)
{
    struct folk f;
    struct err e = {0};
    folk_open(&f, url, &tmp);
    i64 p = folk_enrol(&f, 0, &tmp);
    struct act one = folk_act(&f, f.coordinator[0], &tmp),
               two = folk_act(&f, f.coordinator[1], &tmp);
    struct participant row;
    CHECK_CODE(people_get(&one, p, &row, &e), OK, e);
    CHECK_CODE(people_get(&two, p, &row, &e), E_NOT_FOUND, e);
    struct people_file was;
    CHECK_CODE(people_file(&one, p, INSTANT_NOW, &was, &e), OK, e);
    CHECK(was.may[EV_TRANSFERRED]);
    /* Where the study has no other site, a transfer is not offered. */
    struct act admin = house_act(&f.h, f.h.admin, MORNING, &tmp);
    CHECK_CODE(db_script(f.h.writing, "alone",
                         S("DELETE FROM study_site WHERE code = 'S2'"), &e),
               OK, e);
    CHECK_CODE(people_file(&one, p, INSTANT_NOW, &was, &e), OK, e);
    CHECK(!was.may[EV_TRANSFERRED] && was.may[EV_DIED]);
    CHECK_CODE(apply_site(&admin, f.study, f.h.site[1], S("S2"), &e), OK, e);
    CHECK_CODE(folk_happen(&f, p, EV_CLINICIAN, 8, &tmp, &e), OK, e);
    struct happening move = {
        .subject = p, .kind = EV_TRANSFERRED, .day = f.today - 5, .site = f.h.site[0]};
    CHECK_CODE(people_happen(&one, &move, NULL, &e), E_RECORD, e); /* is there already */
    move.site = 99;
    CHECK_CODE(people_happen(&one, &move, NULL, &e), E_RECORD, e);
    move.site = f.h.site[1];
    one.now += HOUR;
    CHECK_CODE(people_happen(&one, &move, NULL, &e), OK, e);
    one.now -= HOUR;
    CHECK_CODE(people_get(&one, p, &row, &e), E_NOT_FOUND, e);
    CHECK_CODE(people_get(&two, p, &row, &e), OK, e);
    CHECK_INT(row.site, f.h.site[1]);
    CHECK_INT(row.clinician, 0); /* a new place, a new clinician */
    CHECK_CODE(people_file(&two, p, MORNING, &was, &e), OK, e);
    CHECK_INT(was.now.site, f.h.site[0]);
    CHECK_STR(was.now.site_name, "Harbour");
    CHECK_INT(was.now.clinician, f.clinician);
    CHECK_STR(was.now.clinician_name, "Somebody");
    CHECK(!was.may_enrol);
    CHECK_CODE(people_file(&two, p, MORNING - 1, &was, &e), E_NOT_FOUND, e);
    copies_agree(&f, tmp);
    folk_close(&f, tmp);
}

/* Every change is refused to who may not, and to others the participant is not there. */
EACH_ENGINE(people_changes_ask_for_their_right)
{
    struct folk f;
    folk_open(&f, url, &tmp);
    struct err e = {0};
    i64 p = folk_enrol(&f, 0, &tmp), consent = 0, id = 0;
    CHECK_CODE(folk_consent(&f, p, "recording", 5, &consent, &tmp, &e), OK, e);
    struct {
        i64 staff;
        int code; /* of changes */
    } row[] = {
        {f.leader, E_NOT_ALLOWED},  {f.assessor, E_NOT_ALLOWED},
        {f.monitor, E_NOT_ALLOWED}, {f.coordinator[1], E_NOT_FOUND},
        {f.h.admin, E_NOT_FOUND},   {0, E_NOT_FOUND},
    };
    i64 before = 0, after = 0;
    CHECK_CODE(journal_verify(f.h.db, &before, tmp, &e), OK, e);
    for (isize i = 0; i < COUNT(row); i++) {
        struct act act = folk_act(&f, row[i].staff, &tmp);
        act.why = S("x");
        int want = row[i].code;
        struct referral in = {.study = f.study, .site = f.h.site[0], .day = f.today};
        struct referred out;
        struct screening screen = {.subject = p, .day = f.today};
        struct happening drop = {.subject = p, .kind = EV_DIED, .day = f.today};
        struct consent_given give = {
            .participant = p, .purpose = S("research"), .day = f.today};
        struct consent_withdrawn less = {
            .consent = consent, .day = f.today, .effect = DATA_KEEP};
        enum participant_state state;
        CHECK_CODE(people_refer(&act, NULL, &in, &out, &e), E_NOT_ALLOWED, e);
        CHECK_CODE(people_screen(&act, &screen, &state, &e), want, e);
        CHECK_CODE(people_happen(&act, &drop, NULL, &e), want, e);
        CHECK_CODE(consent_give(&act, &give, &id, &e), want, e);
        CHECK_CODE(consent_withdraw(&act, &less, &e), want, e);
        CHECK_CODE(consent_take_back(&act, consent, &e), want, e);
        CHECK_CODE(people_take_back(&act, 1, &e), want, e);
        CHECK_CODE(people_name_set(&act, f.key, p, ID_name, S("X"), &e), want, e);
        if (row[i].staff != f.assessor) /* may enter answers, so attributes */
            CHECK_CODE(people_attribute(&act, p, S("age"), S("40"), &e), want, e);
    }
    CHECK_CODE(journal_verify(f.h.db, &after, tmp, &e), OK, e);
    CHECK_INT(after, before);
    folk_close(&f, tmp);
}

EACH_ENGINE(people_codes_by_pattern_and_by_hand)
{
    struct folk f;
    struct err e = {0};
    folk_open(&f, url, &tmp);
    struct act act = folk_act(&f, f.coordinator[0], &tmp);
    struct referral in = {.study = f.study, .site = f.h.site[0], .day = f.today};
    struct referred out;
    static const struct {
        const char *code;
        int result;
        const char *got;
    } row[] = {
        {"", OK, "P01"},           {"P02", OK, "P02"},
        {"", OK, "P03"},           {"K/7.a_b-", OK, "K/7.a_b-"},
        {"P02", E_CONSTRAINT, ""}, {"Kari Li", E_RECORD, ""},
        {"<b>", E_RECORD, ""},     {"", OK, "P04"},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        in.code = str_of(row[i].code);
        CHECK_CODE(people_refer(&act, f.key, &in, &out, &e), row[i].result, e);
        CHECK_STR(str_of(out.code), row[i].got);
    }
    in.code = S("");
    in.site = f.h.site[1];
    CHECK_CODE(people_refer(&act, f.key, &in, &out, &e), E_NOT_ALLOWED, e);
    in.site = f.h.site[0];
    in.day++;
    CHECK_CODE(people_refer(&act, f.key, &in, &out, &e), E_RECORD, e);
    copies_agree(&f, tmp);
    folk_close(&f, tmp);
}

/* Where codes have the site in them nobody learns of codes of other sites: one that is there and
** one that is not are refused in the same words; so is one of this site that is used. */
EACH_ENGINE(people_codes_of_elsewhere_are_not_told)
{
    struct folk f;
    struct err e = {0}, there = {0}, none = {0}, own = {0};
    folk_open(&f, url, &tmp);
    struct act admin = folk_act(&f, f.h.admin, &tmp);
    struct applied done;
    CHECK_CODE(apply_study(&admin, test_path("data"), "routine", &done, &e), OK, e);
    CHECK_CODE(apply_site(&admin, done.study, f.h.site[0], S("R1"), &e), OK, e);
    CHECK_CODE(apply_site(&admin, done.study, f.h.site[1], S("R2"), &e), OK, e);
    struct referred out;
    struct act one = folk_act(&f, f.coordinator[0], &tmp),
               two = folk_act(&f, f.coordinator[1], &tmp);
    struct referral in = {.study = done.study, .site = f.h.site[1], .day = f.today};
    CHECK_CODE(people_refer(&two, f.key, &in, &out, &e), OK, e);
    CHECK_STR(str_of(out.code), "R2-001");
    in.site = f.h.site[0];
    in.code = S("R2-001");
    CHECK_CODE(people_refer(&one, f.key, &in, &out, &there), E_CONSTRAINT, there);
    in.code = S("R2-002");
    CHECK_CODE(people_refer(&one, f.key, &in, &out, &none), E_CONSTRAINT, none);
    in.code = S("R1-007");
    CHECK_CODE(people_refer(&one, f.key, &in, &out, &e), OK, e);
    CHECK_CODE(people_refer(&one, f.key, &in, &out, &own), E_CONSTRAINT, own);
    CHECK(strcmp(there.text, none.text) == 0 && strcmp(there.text, own.text) == 0);
    folk_close(&f, tmp);
}

/* Names: at the treating site only; the same person is told of, the place is not. */
EACH_ENGINE(people_names_and_twins)
{
    struct folk f;
    struct err e = {0};
    folk_open(&f, url, &tmp);
    struct act one = folk_act(&f, f.coordinator[0], &tmp),
               two = folk_act(&f, f.coordinator[1], &tmp);
    struct referral in = {.study = f.study, .site = f.h.site[0], .day = f.today};
    in.who.at[ID_name] = S("Kari \xC3\x85s");
    in.who.at[ID_birth] = S("1970-02-28");
    struct referred out, again;
    CHECK_CODE(people_refer(&one, NULL, &in, &out, &e), E_KEY, e);
    CHECK_CODE(people_refer(&one, f.key, &in, &out, &e), OK, e);
    struct identity who;
    CHECK_CODE(people_name(&one, f.key, out.subject, &who, &e), OK, e);
    CHECK_STR(who.at[ID_name], "Kari \xC3\x85s");
    i64 others[] = {f.coordinator[1], f.assessor, f.manager,
                    f.monitor,        f.unit,     f.h.admin};
    for (isize i = 0; i < COUNT(others); i++) {
        struct act act = folk_act(&f, others[i], &tmp);
        struct participants found;
        CHECK_CODE(people_name(&act, f.key, out.subject, &who, &e), E_NOT_FOUND, e);
        CHECK(who.at[ID_name].n == 0);
        CHECK_CODE(people_find(&act, f.key, ID_name, S("Kari \xC3\x85s"), &found, &e), OK,
                   e);
        CHECK_INT(found.n, 0);
    }
    struct participants found;
    CHECK_CODE(people_find(&one, f.key, ID_name, S("kari  \xC3\xA5s"), &found, &e), OK,
               e);
    CHECK_INT(found.n, 1);
    struct people_twins twins;
    struct str name = S("KARI \xC3\x85S"), birth = S("1970-02-28");
    CHECK_CODE(people_twins(&one, f.key, name, birth, &twins, &e), OK, e);
    CHECK(twins.here.n == 1 && !twins.elsewhere);
    CHECK_CODE(people_twins(&two, f.key, name, birth, &twins, &e), OK, e);
    CHECK(twins.here.n == 0 && twins.elsewhere);
    CHECK_CODE(people_twins(&two, f.key, name, S("1970-03-01"), &twins, &e), OK, e);
    CHECK(twins.here.n == 0 && !twins.elsewhere);
    struct act leader = folk_act(&f, f.leader, &tmp);
    CHECK_CODE(people_twins(&leader, f.key, name, birth, &twins, &e), E_NOT_ALLOWED, e);
    in.site = f.h.site[1];
    CHECK_CODE(people_refer(&two, f.key, &in, &again, &e), E_CONSTRAINT, e);
    CHECK_SAYS(e, "here already");
    CHECK(str_find_str(str_of(e.text), S("Harbour")) < 0);
    in.twin_seen = true;
    CHECK_CODE(people_refer(&two, f.key, &in, &again, &e), OK, e);
    CHECK_CODE(people_name_set(&two, f.key, again.subject, ID_phone, S("22 85"), &e), OK,
               e);
    CHECK_CODE(people_find(&two, f.key, ID_phone, S("2285"), &found, &e), OK, e);
    CHECK_INT(found.n, 1);
    folk_close(&f, tmp);
}

EACH_ENGINE(people_attributes_follow_the_definition)
{
    struct folk f;
    struct err e = {0};
    folk_open(&f, url, &tmp);
    i64 p = folk_enrol(&f, 0, &tmp), c = 0, r = 0;
    struct act act = folk_act(&f, f.coordinator[0], &tmp);
    struct new_subject in = {.study = f.study,
                             .site = f.h.site[0],
                             .kind = S("clinicians"),
                             .code = S("C01"),
                             .staff = f.clinician};
    CHECK_CODE(people_subject_add(&act, &in, &c, &e), OK, e);
    CHECK_CODE(people_subject_add(&act, &in, &r, &e), E_CONSTRAINT, e);
    in.kind = S("recordings");
    CHECK_CODE(people_subject_add(&act, &in, &r, &e), E_RECORD, e); /* second key */
    in.part = 1;
    CHECK_CODE(people_subject_add(&act, &in, &r, &e), OK, e);
    in.kind = S("consumers");
    CHECK_CODE(people_subject_add(&act, &in, &r, &e), E_RECORD, e);
    in.kind = S("consmers");
    CHECK_CODE(people_subject_add(&act, &in, &r, &e), E_RECORD, e);
    in = (struct new_subject){
        .study = f.study, .site = f.h.site[0], .kind = S("services"), .code = S("S2")};
    CHECK_CODE(people_subject_add(&act, &in, &r, &e), E_RECORD, e); /* not its code */
    static const struct {
        const char *name, *value;
        int code;
    } row[] = {
        {"age", "17.5", E_RECORD},
        {"age", "forty", E_RECORD},
        {"age", "NaN", E_RECORD},
        {"age", "40.5", OK},
        {"sex", "x", E_RECORD},
        {"sex", "f", OK},
        {"clinician", "C99", E_RECORD},
        {"clinician", "C01", E_RECORD}, /* events say it */
        {"service", "S1", E_RECORD},
        {"shoe", "44", E_RECORD},
        {"id", "P02", E_RECORD},
        {"age", "40.5", OK},     /* the same again */
        {"age", "41", E_RECORD}, /* changed without a reason */
    };
    for (isize i = 0; i < COUNT(row); i++)
        CHECK_CODE(
            people_attribute(&act, p, str_of(row[i].name), str_of(row[i].value), &e),
            row[i].code, e);
    act.why = S("asked again");
    act.now += 1000;
    CHECK_CODE(people_attribute(&act, p, S("age"), S("41"), &e), OK, e);
    CHECK_CODE(people_attribute(&act, p, S("sex"), S(""), &e), OK, e);
    struct attributes now, then;
    CHECK_CODE(people_attributes(&act, p, INSTANT_NOW, &now, &e), OK, e);
    CHECK_CODE(people_attributes(&act, p, MORNING + 500, &then, &e), OK, e);
    CHECK_INT(now.n, 1);
    CHECK_INT(then.n, 2);
    CHECK_STR(now.at[0].value, "41");
    CHECK_STR(then.at[0].value, "40.5");
    struct subjects rows;
    CHECK_CODE(people_subjects(&act, f.study, S("clinicians"), S(""), 0, 10, &rows, &e),
               OK, e);
    CHECK_INT(rows.n, 1);
    struct act two = folk_act(&f, f.coordinator[1], &tmp);
    CHECK_CODE(people_subjects(&two, f.study, S("clinicians"), S(""), 0, 10, &rows, &e),
               OK, e);
    CHECK_INT(rows.n, 0);
    CHECK_CODE(people_attributes(&two, p, INSTANT_NOW, &now, &e), E_NOT_FOUND, e);
    folk_close(&f, tmp);
}

/* Lists: what a viewer may see and no more, in pages that together are the whole. */
EACH_ENGINE(people_lists_in_pages)
{
    struct folk f;
    struct err e = {0};
    folk_open(&f, url, &tmp);
    for (int i = 0; i < 23; i++) (void)folk_refer(&f, i % 3 == 0, 5, &tmp);
    i64 p = folk_enrol(&f, 0, &tmp);
    CHECK_CODE(folk_happen(&f, p, EV_CLINICIAN, 8, &tmp, &e), OK, e);
    /* 8 of 23 at S2 (0, 3, ..., 21); 15 and the enrolled one at S1 */
    static const struct {
        int who; /* 0, 1: coordinators, 2: everywhere, 3: both sites by two roles, 4: nobody */
        int site, clinician;
        enum participant_state state;
        const char *code;
        int n;
    } row[] = {
        {0, -1, 0, IN_NOBODY, "", 16},   {1, -1, 0, IN_NOBODY, "", 8},
        {2, -1, 0, IN_NOBODY, "", 24},   {3, -1, 0, IN_NOBODY, "", 24},
        {4, -1, 0, IN_NOBODY, "", 0},    {0, 0, 0, IN_NOBODY, "", 16},
        {0, 1, 0, IN_NOBODY, "", 0},     {2, 1, 0, IN_NOBODY, "", 8},
        {3, 1, 0, IN_REFERRED, "", 8},   {0, -1, 0, IN_REFERRED, "", 15},
        {2, -1, 0, IN_ENROLLED, "", 1},  {3, -1, 0, IN_ENROLLED, "", 1},
        {0, -1, 1, IN_NOBODY, "", 1},    {1, -1, 1, IN_NOBODY, "", 0},
        {2, -1, 1, IN_REFERRED, "", 0},  {2, -1, 0, IN_NOBODY, "P1", 10},
        {3, -1, 0, IN_NOBODY, "P1", 10}, {2, -1, 0, IN_NOBODY, "P24", 1},
        {2, -1, 0, IN_NOBODY, "Q", 0},   {2, -1, 0, IN_NOBODY, "p", 0},
    };
    i64 both = house_person(&f.h, "both", LEADER, f.h.site[0], &tmp), given;
    struct act admin = folk_act(&f, f.h.admin, &tmp);
    struct role_given g = {.staff = both,
                           .role = COORDINATOR,
                           .site = f.h.site[1],
                           .starts = f.today,
                           .open = true};
    CHECK_CODE(staffing_role_give(&admin, &g, &given, &e), OK, e);
    i64 who[] = {f.coordinator[0], f.coordinator[1], f.manager, both, f.h.admin};
    for (isize i = 0; i < COUNT(row); i++) {
        struct act act = folk_act(&f, who[row[i].who], &tmp);
        struct participant_filter q = {.study = f.study,
                                       .site =
                                           row[i].site < 0 ? 0 : f.h.site[row[i].site],
                                       .clinician = row[i].clinician ? f.clinician : 0,
                                       .state = row[i].state,
                                       .code = str_of(row[i].code),
                                       .n = 5};
        struct participant_page page = {.more = true};
        int n = 0;
        while (page.more && n < 100) {
            CHECK_CODE(people_list(&act, &q, &page, &e), OK, e);
            for (isize k = 0; k < page.rows.n; k++) {
                CHECK(str_cmp(page.rows.at[k].code, q.after) > 0);
                q.after = page.rows.at[k].code;
            }
            n += (int)page.rows.n;
            CHECK(!page.more || page.rows.n == 5);
        }
        test_check(n == row[i].n, __FILE__, __LINE__, "row %td: %d", i, n);
    }
    struct participant_counts counts;
    struct act all = folk_act(&f, f.manager, &tmp);
    CHECK_CODE(people_counts(&all, f.study, &counts, &e), OK, e);
    CHECK_INT(counts.n, 2);
    CHECK_INT(counts.at[0].n[IN_REFERRED], 15);
    CHECK_INT(counts.at[0].n[IN_ENROLLED], 1);
    CHECK_INT(counts.at[0].n[IN_NOBODY], 16);
    CHECK_INT(counts.at[1].n[IN_NOBODY], 8);
    struct act two = folk_act(&f, f.coordinator[1], &tmp);
    CHECK_CODE(people_counts(&two, f.study, &counts, &e), OK, e);
    CHECK_INT(counts.n, 1);
    CHECK_STR(counts.at[0].code, "S2");
    CHECK_CODE(people_counts(&admin, f.study, &counts, &e), OK, e);
    CHECK_INT(counts.n, 0);
    copies_agree(&f, tmp);
    folk_close(&f, tmp);
}

/* Whatever statement of a change fails, nothing of it stands. */
static int everything(struct folk *f, struct arena *a, struct err *e)
{
    struct act act = folk_act(f, f->coordinator[0], a);
    struct referral in = {.study = f->study, .site = f->h.site[0], .day = f->today};
    struct referred out;
    in.who.at[ID_name] = S("Ola");
    return people_refer(&act, f->key, &in, &out, e);
}

struct failing {
    struct db *db;
    i64 n;
};
static int set_failing(struct db *db, void *arg, struct err *e)
{
    ((struct failing *)arg)->db = db;
    return OK;
}

EACH_ENGINE(people_nth_statement_fails)
{
    struct folk f;
    struct err e = {0};
    folk_open(&f, url, &tmp);
    struct failing w = {0};
    i64 before = 0, after = 0, n = 1;
    CHECK_CODE(writer_run(f.h.w, set_failing, &w, &e), OK, e);
    CHECK_CODE(journal_verify(f.h.db, &before, tmp, &e), OK, e);
    int code = E_DB;
    for (; code != OK && n < 60; n++) {
        struct arena a = tmp;
        db_fail_after(w.db, n);
        code = everything(&f, &a, &e);
        db_fail_after(w.db, 0);
        CHECK(code == OK || code == E_DB);
        CHECK_CODE(journal_verify(f.h.db, &after, a, &e), OK, e);
        CHECK_INT(after - before, code == OK ? 2 : 0);
        copies_agree(&f, a);
    }
    CHECK(n > 20 && code == OK);
    folk_close(&f, tmp);
}

/* Whether a row is there at another site is nobody's business who may not see it: the answer is the
** one of a code that is nowhere. */
EACH_ENGINE(people_links_tell_nothing_of_other_sites)
{
    struct folk f;
    struct err e = {0}, none = {0};
    folk_open(&f, url, &tmp);
    struct act act = folk_act(&f, f.coordinator[0], &tmp),
               two = folk_act(&f, f.coordinator[1], &tmp);
    i64 here = 0, there = 0;
    struct new_subject in = {.study = f.study, .kind = S("clinicians"), .part = 0};
    in.site = f.h.site[0];
    in.code = S("K1");
    CHECK_CODE(people_subject_add(&act, &in, &here, &e), OK, e);
    in.site = f.h.site[1];
    in.code = S("K2");
    CHECK_CODE(people_subject_add(&two, &in, &there, &e), OK, e);
    struct applied done;
    struct act admin = folk_act(&f, f.h.admin, &tmp);
    const char *to = str_fmt(&tmp, "%s/linked", test_folder()).at;
    CHECK_CODE(folk_definitions(to, "to: clinicians, from: clinician", "to: clinicians",
                                &tmp, &e),
               OK, e);
    CHECK_CODE(apply_study(&admin, to, "norway2013", &done, &e), OK, e);
    i64 p = folk_enrol(&f, 0, &tmp);
    CHECK_CODE(people_attribute(&act, p, S("clinician"), S("K1"), &e), OK, e);
    act.why = S("a slip");
    CHECK_CODE(people_attribute(&act, p, S("clinician"), S("K2"), &e), E_RECORD, e);
    CHECK_CODE(people_attribute(&act, p, S("clinician"), S("K9"), &none), E_RECORD, none);
    CHECK_STR(str_of(e.text), none.text);
    folk_close(&f, tmp);
}

/* A reason has an end, said as a refusal, never by the engine. */
EACH_ENGINE(people_reasons_have_an_end)
{
    struct folk f;
    struct err e = {0};
    folk_open(&f, url, &tmp);
    i64 p = folk_enrol(&f, 0, &tmp);
    struct act act = folk_act(&f, f.coordinator[0], &tmp);
    char *longer = NEW(&tmp, char, ACT_TEXT_MOST + 2);
    for (int i = 0; i <= ACT_TEXT_MOST; i++) longer[i] = 'x';
    CHECK_CODE(people_attribute(&act, p, S("age"), S("41"), &e), OK, e);
    const struct str wrong[] = {
        {longer, ACT_TEXT_MOST + 1}, {"a\0b", 3}, {"\377\376", 2}};
    for (isize i = 0; i < COUNT(wrong); i++) {
        act.why = wrong[i];
        CHECK_CODE(people_attribute(&act, p, S("age"), S("42"), &e), E_RECORD, e);
    }
    act.why = (struct str){longer, ACT_TEXT_MOST};
    CHECK_CODE(people_attribute(&act, p, S("age"), S("42"), &e), OK, e);
    folk_close(&f, tmp);
}
