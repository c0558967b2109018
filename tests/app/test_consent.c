#include "folk.h"
#include "store/journal.h"

EACH_ENGINE(consent_given_as_it_was)
{
    struct folk f;
    struct err e = {0};
    folk_open(&f, url, &tmp);
    struct act act = folk_act(&f, f.coordinator[0], &tmp);
    i64 p = folk_refer(&f, 0, 20, &tmp), id = 0;
    struct {
        struct consent_given in;
        int code;
    } row[] = {
        {{.purpose = S("reserch"), .day = f.today}, E_RECORD},
        {{.purpose = S("research"), .day = f.today + 1}, E_RECORD},
        {{.purpose = S("research"), .day = f.today, .version = S("9")}, E_RECORD},
        {{.purpose = S("research"), .day = f.today, .how = HOW_ORAL}, E_RECORD},
        {{.purpose = S("research"), .day = f.today, .giver = GIVER_WITNESS}, E_RECORD},
        {{.purpose = S("research"),
          .day = f.today,
          .how = HOW_ORAL,
          .witness = f.coordinator[0]}, /* who enters it */
         E_RECORD},
        {{.purpose = S("research"), .day = f.today, .witness = 999, .how = HOW_ORAL},
         E_NOT_FOUND},
        {{.purpose = S("research"), .day = f.today, .how = HOW_N}, E_RECORD},
        {{.purpose = S("research"),
          .day = f.today - 3,
          .version = S("1"),
          .how = HOW_ORAL,
          .giver = GIVER_GUARDIAN,
          .witness = f.clinician},
         OK},
        {{.purpose = S("research"), .day = f.today}, E_CONSTRAINT}, /* once */
        {{.purpose = S("recording"), .day = f.today, .how = HOW_ELECTRONIC}, OK},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        row[i].in.participant = p;
        CHECK_CODE(consent_give(&act, &row[i].in, &id, &e), row[i].code, e);
    }
    struct people_file file;
    CHECK_CODE(people_file(&act, p, INSTANT_NOW, &file, &e), OK, e);
    CHECK_INT(file.consents.n, 2);
    const struct consent *k = &file.consents.at[0];
    CHECK(k->how == HOW_ORAL && k->giver == GIVER_GUARDIAN && k->witness == f.clinician &&
          k->day == f.today - 3 && k->staff == f.coordinator[0] && !k->withdrawn);
    CHECK_STR(k->version, "1");
    bool holds = false;
    CHECK_CODE(consent_holds_in(f.h.db, p, S("recording"), &holds, &e), OK, e);
    CHECK(holds);
    folk_close(&f, tmp);
}

/* Of a required purpose: taking part ends, and what becomes of the data is kept. */
EACH_ENGINE(consent_withdrawn_with_its_effect)
{
    static const enum participant_data effects[] = {DATA_KEEP, DATA_STOP, DATA_ERASE};
    struct folk f;
    struct err e = {0};
    folk_open(&f, url, &tmp);
    struct act act = folk_act(&f, f.coordinator[0], &tmp);
    for (isize i = 0; i < COUNT(effects); i++) {
        i64 p = folk_enrol(&f, 0, &tmp), id = 0;
        struct people_file file;
        bool holds = true;
        CHECK_CODE(folk_consent(&f, p, "recording", 9, &id, &tmp, &e), OK, e);
        struct consent_withdrawn in = {
            .consent = id, .day = f.today - 8, .effect = DATA_ERASE};
        CHECK_CODE(consent_withdraw(&act, &in, &e), OK, e); /* only the recordings */
        CHECK_INT(folk_state(&f, p, &tmp), IN_ENROLLED);
        CHECK_CODE(people_open_in(f.h.db, p, &e), OK, e);
        CHECK_CODE(consent_holds_in(f.h.db, p, S("recording"), &holds, &e), OK, e);
        CHECK(!holds);
        CHECK_CODE(people_file(&act, p, INSTANT_NOW, &file, &e), OK, e);
        in = (struct consent_withdrawn){.consent = file.consents.at[0].id,
                                        .day = f.today - 13,
                                        .effect = effects[i],
                                        .reason = S("tired of forms")};
        CHECK_CODE(consent_withdraw(&act, &in, &e), E_RECORD,
                   e);         /* before it was given */
        in.day = f.today - 11; /* before the enrolment: the drop-out comes after it */
        struct consent_withdrawn bad = in;
        bad.effect = DATA_OPEN;
        CHECK_CODE(consent_withdraw(&act, &bad, &e), E_RECORD, e);
        act.now += HOUR;
        CHECK_CODE(consent_withdraw(&act, &in, &e), OK, e);
        CHECK_CODE(consent_withdraw(&act, &in, &e), E_CONSTRAINT, e);
        CHECK_CODE(people_file(&act, p, INSTANT_NOW, &file, &e), OK, e);
        CHECK_INT(file.now.state, IN_DROPPED_OUT);
        CHECK_INT(file.now.data, effects[i]);
        CHECK_INT(file.now.since, f.today - 10);
        CHECK_STR(file.events.at[file.events.n - 1].reason, "consent-withdrawn");
        CHECK(file.consents.at[0].withdrawn && file.consents.at[0].effect == effects[i]);
        CHECK_STR(file.consents.at[0].withdrawn_why, "tired of forms");
        CHECK_CODE(people_open_in(f.h.db, p, &e), E_CONSTRAINT, e);
        CHECK_SAYS(e, "consent was withdrawn");
        CHECK_CODE(folk_happen(&f, p, EV_RETURNED, 5, &tmp, &e), E_CONSTRAINT, e);
        act.why = S("x");
        CHECK_CODE(people_take_back(&act, file.events.at[file.events.n - 1].id, &e),
                   E_CONSTRAINT, e);
        act.why = S("");
        act.now -= HOUR;
        struct people_file then; /* an hour before: enrolled, with consent */
        CHECK_CODE(people_file(&act, p, MORNING, &then, &e), OK, e);
        CHECK(then.now.state == IN_ENROLLED && !then.consents.at[0].withdrawn);
        /* A new consent opens the way back. */
        CHECK_CODE(folk_consent(&f, p, "research", 4, &id, &tmp, &e), OK, e);
        CHECK_CODE(folk_happen(&f, p, EV_RETURNED, 3, &tmp, &e), OK, e);
        CHECK_CODE(people_open_in(f.h.db, p, &e), OK, e);
    }
    folk_close(&f, tmp);
}

/* Before enrolment withdrawing is declining; a mistake is taken back with its reason. */
EACH_ENGINE(consent_before_enrolment_and_mistakes)
{
    struct folk f;
    struct err e = {0};
    folk_open(&f, url, &tmp);
    struct act act = folk_act(&f, f.coordinator[0], &tmp);
    i64 p = folk_refer(&f, 0, 20, &tmp), id = 0, q = folk_enrol(&f, 0, &tmp);
    CHECK_CODE(folk_consent(&f, p, "research", 5, &id, &tmp, &e), OK, e);
    CHECK_CODE(consent_take_back(&act, id, &e), E_RECORD, e); /* why is needed */
    act.why = S("of somebody else");
    CHECK_CODE(consent_take_back(&act, id, &e), OK, e);
    CHECK_CODE(consent_take_back(&act, id, &e), E_NOT_FOUND, e);
    CHECK_CODE(consent_take_back(&act, 999, &e), E_NOT_FOUND, e);
    struct people_file file;
    CHECK_CODE(people_file(&act, p, INSTANT_NOW, &file, &e), OK, e);
    CHECK_INT(file.consents.n, 0);
    CHECK_CODE(people_file(&act, q, INSTANT_NOW, &file, &e), OK, e);
    CHECK_CODE(consent_take_back(&act, file.consents.at[0].id, &e), E_CONSTRAINT, e);
    CHECK_SAYS(e, "enrolled upon this consent");
    act.why = S("");
    CHECK_CODE(folk_consent(&f, p, "research", 5, &id, &tmp, &e), OK, e);
    struct consent_withdrawn in = {.consent = id, .day = f.today, .effect = DATA_KEEP};
    CHECK_CODE(consent_withdraw(&act, &in, &e), OK, e);
    CHECK_INT(folk_state(&f, p, &tmp), IN_DECLINED);
    /* The withdrawal itself was the mistake. */
    act.why = S("misheard");
    CHECK_CODE(consent_take_back(&act, id, &e), OK, e);
    CHECK_CODE(people_file(&act, p, INSTANT_NOW, &file, &e), OK, e);
    CHECK_INT(file.now.data, DATA_OPEN);
    CHECK_CODE(people_take_back(&act, file.events.at[1].id, &e), OK, e);
    CHECK_INT(folk_state(&f, p, &tmp), IN_REFERRED);
    folk_close(&f, tmp);
}
