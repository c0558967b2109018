/* Pages among twenty thousand people: what each costs the engine, counted in its own steps, so
** that no machine is too fast or too busy to find a page that walks through everybody.
**
** The walk goes over the routes table, so a new page is asked by itself: as each of a few
** people, with the filters that lists know, and with places filled by what is there.  A page that
** walks through twenty thousand rows takes at least five steps a row.  Which pages hear a filter
** is seen at the first who may see them; others ask them all of those only. */
#include "app/apply.h"
#include "app/folk_definitions.h"
#include "app/invent.h"
#include "app/tally.h"
#include "desk.h"
#include "web/routes.h"
#include <stdio.h>
#include <string.h>

enum { PEOPLE = 20000, MOST = 60000, ROUTES = 300 };

/* What reads the whole study by intent: the document of an analysis and what is under it. */
static const char *const whole[] = {"/studies/{study}/report",
                                    "/studies/{study}/report/{file}",
                                    "/studies/{study}/analyses/{analysis}/records",
                                    "/studies/{study}/analyses/{analysis}/records.csv"};

/* What stands at a place; %lld: somebody in the middle of the crowd. */
static const struct {
    const char *place, *value[3];
} places[] = {
    {"id", {"1", "%lld"}},   {"study", {"norway2013"}},
    {"subject", {"%lld"}},   {"measure", {"imrs_cons"}},
    {"time", {"t1", "t2"}},  {"kind", {"consumers", "clinicians"}},
    {"response", {"10000"}},
};
/* Filters of lists; with one of them a page is asked once more. */
static const char *const filters[] = {"",
                                      "?limit=50",
                                      "?state=dropped+out&n=1",
                                      "?site=2&state=enrolled",
                                      "?mine=1",
                                      "?after=P0010000",
                                      "?code=P0012&limit=50",
                                      "?which=mine",
                                      "?which=overdue",
                                      "?which=ahead&site=1",
                                      "?whose=all",
                                      "?ahead=366&limit=50"};

struct crowd {
    struct desk d;
    i64 first, token_of;
    struct desk_browser b;
    const char *who;
    struct str bearer;
    isize asked, answered;
    i64 steps;         /* of the last page */
    bool deaf[ROUTES]; /* a page that no filter changes */
    bool seen[ROUTES];
};

static i64 work(struct desk *d)
{
    i64 n = 0;
    struct err e = {0};
    for (int blinded = 0; blinded < 2; blinded++) {
        struct db *db = NULL; /* the one that was given back last is lent first */
        CHECK_CODE(house_reader(d->house, blinded, &db, &e), OK, e);
        n += db_work(db);
        house_reader_back(d->house, blinded, db);
    }
    return n;
}

static void ask(struct crowd *c, const char *path, const char *pattern)
{
    i64 before = work(&c->d);
    desk_get(&c->d, &c->b, path);
    i64 steps = c->steps = work(&c->d) - before;
    c->asked++;
    c->answered += c->b.status == 200;
    CHECK(c->b.status > 0 && c->b.status < 500);
    if (c->b.status == 200) {
        /* who is blinded: what is open is asked of each row */
        bool blinded = strcmp(c->who, "outcome-assessor") == 0 ||
                       strcmp(c->who, "statistician") == 0;
        test_check(steps <= (blinded ? 2 : 1) * MOST, __FILE__, __LINE__,
                   "%s: %s (%s) took %" PRId64 " steps", c->who, path, pattern, steps);
    }
}

static void fill(struct crowd *c, struct str done, struct str rest, isize route,
                 struct arena tmp)
{
    isize open = str_find(rest, '{'), close = str_find(rest, '}');
    if (open < 0) {
        bool deaf = true;
        isize plain = 0;
        i64 steps = 0;
        for (isize i = 0; i < (c->deaf[route] ? 1 : COUNT(filters)); i++) {
            struct arena keep = *c->d.a;
            const char *path =
                str_fmt(&tmp, "%.*s%.*s%s", FMT(done), FMT(rest), filters[i]).at;
            ask(c, path, routes.at[route].pattern);
            *c->d.a = keep;
            if (c->b.status != 200) return;
            if (i == 0) plain = c->b.body.n, steps = c->steps;
            /* what was read the first time is kept, and costs less from then on */
            deaf = deaf && c->b.body.n == plain && c->steps <= steps;
        }
        c->deaf[route] = deaf && (!c->seen[route] || c->deaf[route]);
        c->seen[route] = true;
        return;
    }
    struct str place = str_upto(str_from(rest, open + 1), close - open - 1);
    for (isize i = 0; i < COUNT(places); i++) {
        if (!str_is(place, places[i].place)) continue;
        for (int k = 0; k < 3 && places[i].value[k]; k++) {
            struct arena a = tmp;
            const char *v = places[i].value[k];
            struct str value =
                v[0] == '%' ? str_fmt(&a, "%" PRId64, c->first + PEOPLE / 2) : str_of(v);
            struct str head = str_fmt(&a, "%.*s%.*s%.*s", FMT(done),
                                      FMT(str_upto(rest, open)), FMT(value));
            fill(c, head, str_from(rest, close + 1), route, a);
        }
    }
}

static bool is_whole(const char *pattern)
{
    for (isize i = 0; i < COUNT(whole); i++)
        if (strcmp(pattern, whole[i]) == 0) return true;
    return false;
}

/* Everybody is in an arm, so that who is still to be allocated is nobody. */
static int all_placed(struct db *db, void *arg, struct err *e)
{
    (void)arg;
    return db_script(db, "placed",
                     S("INSERT INTO allocation (participant, arm, kind, day, at)"
                       " SELECT subject, 'imr', 'allocation', since, 0 FROM participant;"
                       "UPDATE participant SET placed = 1"),
                     e);
}

static void open_crowd(struct crowd *c, struct arena *a)
{
    *c = (struct crowd){.d = desk_open(a)};
    struct desk *d = &c->d;
    struct db *db = NULL;
    struct err e = {0};
    struct applied done;
    i64 clinician[40] = {0}; /* of the others nobody treats most */
    const char *data = str_fmt(a, "%s/data", test_folder()).at;
    CHECK_CODE(folk_definitions(data, "arms: []", "arms: [imr, usual]", a, &e), OK, e);
    for (int i = 0; i < 3; i++) { /* what who is blinded sees, too, must not cost more */
        static const char *const open[] = {"instrument: honos,", "instrument: gaf,",
                                           "instrument: imrs-consumer,"};
        struct str now = str_fmt(a, "reveals: nothing, %s", open[i]);
        CHECK_CODE(folk_edit(data, open[i], str_c(now, a), a, &e), OK, e);
    }
    desk_person(d, "harbour", COORDINATOR, d->site[0], &clinician[0]);
    desk_person(d, "clara", CLINICIAN, d->site[0], &clinician[0]);
    CHECK_CODE(house_reader(d->house, false, &db, &e), OK, e);
    struct act act = house_self(d->house, db, a);
    act.console = true;
    CHECK_CODE(apply_study(&act, data, "norway2013", &done, &e), OK, e);
    CHECK_CODE(apply_site(&act, done.study, d->site[0], S("S1"), &e), OK, e);
    CHECK_CODE(apply_site(&act, done.study, d->site[1], S("S2"), &e), OK, e);
    struct invent_ask in = {.study = done.study,
                            .site = d->site,
                            .n_sites = 2,
                            .n = PEOPLE,
                            .key = house_key(d->house),
                            .clinician = clinician,
                            .n_clinicians = COUNT(clinician),
                            .series = true};
    CHECK_CODE(invent_people(&act, &in, &c->first, &e), OK, e);
    CHECK_CODE(writer_run(house_writer(d->house), all_placed, NULL, &e), OK, e);
    house_reader_back(d->house, false, db);
    CHECK_CODE(tally_count(house_tally(d->house), &e), OK, e);
}

static void walk(struct crowd *c, const char *who, struct arena tmp)
{
    c->who = who;
    c->b = desk_in(&c->d, who);
    CHECK(routes.n <= ROUTES);
    for (isize i = 0; i < routes.n; i++) {
        const struct route *r = &routes.at[i];
        if (strcmp(r->method, "GET") != 0 || r->right == MAY_MACHINE ||
            r->right == MAY_LINK || is_whole(r->pattern) ||
            strncmp(r->pattern, "/api/", 5) == 0)
            continue;
        fill(c, S(""), str_of(r->pattern), i, tmp);
    }
}

/* By name, by code: what stands in no address. */
static void find(struct crowd *c, const char *who, struct arena tmp)
{
    const char *sought[] = {"P0012", "P0012345", "nobody", "", "1"};
    sought[3] = str_fmt(&tmp, "%.*s", FMT(invent_name(7, &tmp))).at;
    c->who = who;
    c->b = desk_in(&c->d, who);
    for (isize i = 0; i < COUNT(sought); i++) {
        i64 before = work(&c->d);
        struct buf b = buf_in(&tmp, 200);
        buf_put(&b, S("find="));
        for (const char *p = sought[i]; *p; p++) buf_putc(&b, *p == ' ' ? '+' : *p);
        buf_putc(&b, 0);
        desk_post(&c->d, &c->b, "/participants", buf_str(&b).at);
        i64 steps = work(&c->d) - before;
        CHECK(c->b.status == 200 || c->b.status == 303);
        test_check(steps <= MOST, __FILE__, __LINE__, "%s: finding %s took %" PRId64, who,
                   sought[i], steps);
    }
}

TEST(crowd_pages_cost_no_more_than_among_few)
{
    struct crowd c;
    open_crowd(&c, &tmp);
    static const char *const who[] = {"harbour",       "clara",      "leader",
                                      "data-manager",  "trial-unit", "outcome-assessor",
                                      "administrator", "monitor",    "statistician"};
    for (isize i = 0; i < COUNT(who); i++) walk(&c, who[i], tmp);
    find(&c, "harbour", tmp);
    find(&c, "leader", tmp);
    CHECK(c.answered > 300);
    desk_close(&c.d);
}
