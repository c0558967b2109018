/* The invented people of today: who waits, what is due and overdue, one alert, on each engine. */
#include "app/living.h"
#include "app/people.h"
#include "app/visiting.h"
#include "house.h"
#include "store/sealed.h"

/* Counted by hand from the table in app/living.c: thirteen people, seven of them enrolled. Two
** visits are overdue (six months of 230 days, three months of 120), and three are open: six
** months of 200 days, three months of 100, the start of 5. */
EACH_ENGINE(living_people_of_today)
{
    struct arena *a = &tmp;
    struct house h;
    struct err e = {0};
    isize n = 0;
    house_open(&h, url, a);
    i64 clinician = house_person(&h, "clara", CLINICIAN, h.site[0], a);
    struct living_in in = {test_path("data"), clinician, h.site[0],
                           sealed_key(test_folder(), "living.key", *a)};
    struct act act = house_act(&h, h.admin, MORNING, a);
    CHECK_CODE(living_make(&act, &in, &n, &e), OK, e);
    CHECK_INT(n, 13);
    CHECK_CODE(living_make(&act, &in, &n, &e), OK, e);
    CHECK_INT(n, 0); /* once */

    struct act own = house_act(&h, clinician, MORNING, a);
    struct studies_row u;
    struct protocol p;
    struct participant_counts all;
    struct due_visits due;
    struct alert_views alerts;
    i64 *rows;
    CHECK_CODE(studies_by_name(h.db, S("routine"), &u, a, &e), OK, e);
    CHECK_CODE(studies_protocol(h.db, u.id, &p, &rows, a, &e), OK, e);
    struct collect_kit kit = {u.id, p.study, p.in, rows};
    CHECK_CODE(people_counts(&own, u.id, &all, &e), OK, e);
    if (CHECK_INT(all.n, 1)) {
        CHECK_INT(all.at[0].n[IN_NOBODY], 13);
        CHECK_INT(all.at[0].n[IN_ENROLLED], 7);
        CHECK_INT(all.at[0].n[IN_COMPLETED], 2);
        CHECK_INT(all.at[0].n[IN_DROPPED_OUT], 1);
        CHECK_INT(all.at[0].n[IN_DECLINED], 1);
        CHECK_INT(all.at[0].n[IN_ELIGIBLE] + all.at[0].n[IN_REFERRED], 2);
    }
    /* each has a name that says it is none */
    struct participants found;
    CHECK_CODE(people_find(&own, in.key, ID_name, S("cecilie eksempel"), &found, &e), OK,
               e);
    CHECK_INT(found.n, 1);
    struct due_ask ask = {.my_people = true, .limit = 50};
    isize late = 0;
    CHECK_CODE(visiting_due(&own, &kit, &ask, &due, &e), OK, e);
    for (isize i = 0; i < due.n; i++) late += due.at[i].overdue;
    CHECK_INT(late, 2);
    CHECK_INT(due.n, 5);
    CHECK_CODE(collect_alerts(&own, &kit, true, 0, 10, &alerts, &e), OK, e);
    if (CHECK_INT(alerts.n, 1)) CHECK_STR(alerts.at[0].row.item, "self-injury");
    house_close(&h, tmp);
}
