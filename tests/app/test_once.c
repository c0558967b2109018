/* A change sent twice is done once (app/once.h). */
#include "app/once.h"
#include "app/staffing.h"
#include "app/token.h"
#include "house.h"

struct making {
    const char *name;
    int runs;
    bool fail;
};

static int make_service(struct act *inside, void *arg, struct once_answer *out,
                        struct err *e)
{
    struct making *m = arg;
    i64 id = 0;
    m->runs++;
    TRY(staffing_service_add(inside, str_of(m->name), &id, e));
    if (m->fail) return err_set(e, E_IO, "failed behind the change");
    *out = (struct once_answer){.status = 201,
                                .body = str_fmt(inside->a, "{\"id\":%" PRId64 "}", id),
                                .etag = S("\"7\"")};
    return OK;
}

static i64 count(struct db *db, const char *text)
{
    const struct sql q = {.name = "count", .text = text, .id = -1};
    struct err e = {0};
    i64 n = -1;
    CHECK_CODE(db_one(db, &n, &q, NO_ARGS, &e), OK, e);
    return n;
}

EACH_ENGINE(once_is_kept_for_a_day)
{
    struct house h;
    house_open(&h, url, &tmp);
    struct err e = {0};
    struct act ada = house_act(&h, h.admin, MORNING, &tmp);
    struct token_ask t = {S("x"), 0, 9};
    struct str secret;
    struct once_ask ask = {.key = S("k"), .what = S("POST a")};
    struct once_answer one, two;
    bool again = true;
    CHECK_CODE(token_make(&ada, &t, &ask.token, &secret, &e), OK, e);
    i64 had = count(h.db, "SELECT COUNT(*) FROM service");
    /* what fails leaves neither the change nor the key */
    struct making m = {"East", 0, true};
    CHECK_CODE(once_do(&ada, &ask, make_service, &m, &one, &again, &e), E_IO, e);
    CHECK_INT(count(h.db, "SELECT COUNT(*) FROM service"), had);
    CHECK_INT(count(h.db, "SELECT COUNT(*) FROM once"), 0);
    m.fail = false;
    CHECK_CODE(once_do(&ada, &ask, make_service, &m, &one, &again, &e), OK, e);
    CHECK(!again && one.status == 201);
    CHECK_INT(count(h.db, "SELECT COUNT(*) FROM service"), had + 1);
    /* a millisecond before a day is over, and then */
    m.runs = 0;
    m.name = "West";
    struct act late = house_act(&h, h.admin, MORNING + 24 * (i64)HOUR - 1, &tmp);
    CHECK_CODE(once_do(&late, &ask, make_service, &m, &two, &again, &e), OK, e);
    CHECK(again && two.status == 201 && m.runs == 0);
    CHECK_STR(two.body, str_c(one.body, &tmp));
    CHECK_STR(two.etag, "\"7\"");
    ask.what = S("POST b");
    CHECK_CODE(once_do(&late, &ask, make_service, &m, &two, &again, &e), E_RECORD, e);
    CHECK_SAYS(e, "another request");
    CHECK_INT(m.runs, 0);
    struct act next = house_act(&h, h.admin, MORNING + 24 * (i64)HOUR, &tmp);
    CHECK_CODE(once_do(&next, &ask, make_service, &m, &two, &again, &e), OK, e);
    CHECK(!again && m.runs >= 1);
    CHECK_CODE(once_tidy(&next, &e), OK, e);
    CHECK_INT(count(h.db, "SELECT COUNT(*) FROM once"), 1);
    struct act over = house_act(&h, h.admin, MORNING + 48 * (i64)HOUR, &tmp);
    CHECK_CODE(once_tidy(&over, &e), OK, e);
    CHECK_INT(count(h.db, "SELECT COUNT(*) FROM once"), 0);
    /* it goes with its token */
    CHECK_CODE(once_do(&over, &ask, make_service, &m, &two, &again, &e), E_CONSTRAINT, e);
    m.name = "South";
    CHECK_CODE(once_do(&over, &ask, make_service, &m, &two, &again, &e), OK, e);
    CHECK_CODE(token_end(&ada, ask.token, &e), OK, e);
    CHECK_INT(count(h.db, "SELECT COUNT(*) FROM once"), 0);
    house_close(&h, tmp);
}
