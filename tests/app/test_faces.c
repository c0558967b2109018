#include "app/faces.h"
#include "app/token.h"
#include "house.h"
#include "store/statements.h"

struct known {
    struct house h;
    struct faces *faces;
    i64 kim, role;
    struct str secret;
    bool kept; /* the engine lets something be kept */
};

static struct act stranger(struct known *k, instant now, struct arena *a)
{
    struct act act = house_act(&k->h, 0, now, a);
    act.faces = k->faces;
    return act;
}

static int open_at(struct known *k, instant now, struct act *act, struct arena *a)
{
    struct err e = {0};
    i64 id = 0;
    *act = stranger(k, now, a);
    return token_open(act, k->secret, &id, &e);
}

static void start(struct known *k, const char *url, struct arena *a)
{
    struct err e = {0};
    i64 id = 0;
    *k = (struct known){0};
    house_open(&k->h, url, a);
    CHECK_CODE(faces_open(&k->faces, &e), OK, e);
    k->kept = str_starts(str_of(url), S("sqlite:"));
    k->kim = house_person(&k->h, "kim", 0, 0, a);
    struct act ada = house_act(&k->h, k->h.admin, MORNING, a);
    struct role_given g = {.staff = k->kim,
                           .role = CLINICIAN,
                           .site = k->h.site[0],
                           .starts = ada.today,
                           .open = true};
    CHECK_CODE(staffing_role_give(&ada, &g, &k->role, &e), OK, e);
    struct act own = house_act(&k->h, k->kim, MORNING, a);
    struct token_ask ask = {.label = S("mine"), .days = 30};
    CHECK_CODE(token_make(&own, &ask, &id, &k->secret, &e), OK, e);
    struct act act;
    CHECK_INT(open_at(k, MORNING, &act, a), OK);
}

static void stop(struct known *k, struct arena tmp)
{
    faces_close(k->faces);
    house_close(&k->h, tmp);
}

static int may_enter(const struct act *act, struct known *k)
{
    struct err none;
    return act_may(act, MAY_ENTER_ANSWERS, k->h.site[0], &none);
}

/* Whoever came before is known without a question, with name and roles; where others write the store
** too, the store is asked. */
EACH_ENGINE(faces_are_kept)
{
    struct known k;
    struct act act;
    start(&k, url, &tmp);
    db_fail_after(k.h.db, 1);
    int code = open_at(&k, MORNING + 1, &act, &tmp);
    db_fail_after(k.h.db, 0);
    CHECK_INT(code, k.kept ? OK : E_DB);
    CHECK_INT(open_at(&k, MORNING + 1, &act, &tmp), OK);
    CHECK_INT(act.who.staff, k.kim);
    CHECK_STR(act.who.login, "kim");
    CHECK_STR(act.who.language, "nb");
    CHECK_INT(act.who.n_roles, 1);
    CHECK_INT(may_enter(&act, &k), OK);
    /* what has nothing to do with staff takes nothing away */
    i64 id = 0;
    struct err e = {0};
    struct act ada = house_act(&k.h, k.h.admin, MORNING, &tmp);
    CHECK_CODE(staffing_site_add(&ada, k.h.service, S("Fjord"), &id, &e), OK, e);
    db_fail_after(k.h.db, 1);
    CHECK_INT(open_at(&k, MORNING + 2, &act, &tmp), k.kept ? OK : E_DB);
    db_fail_after(k.h.db, 0);
    stop(&k, tmp);
}

/* From the moment on at which somebody was told of it, and back. */
EACH_ENGINE(faces_change_at_once)
{
    struct known k;
    struct act act;
    struct err e = {0};
    start(&k, url, &tmp);
    for (int i = 0; i < 3; i++) {
        struct act ada = house_act(&k.h, k.h.admin, MORNING, &tmp);
        CHECK_INT(open_at(&k, MORNING, &act, &tmp), OK);
        CHECK_INT(may_enter(&act, &k), OK);
        CHECK_CODE(staffing_role_end(&ada, k.role, ada.today - 1, &e), OK, e);
        CHECK_INT(open_at(&k, MORNING, &act, &tmp), OK);
        CHECK_INT(may_enter(&act, &k), E_NOT_ALLOWED);
        struct role_given g = {.staff = k.kim,
                               .role = CLINICIAN,
                               .site = k.h.site[0],
                               .starts = ada.today,
                               .open = true};
        CHECK_CODE(staffing_role_give(&ada, &g, &k.role, &e), OK, e);
    }
    /* a role that holds until today does not hold tomorrow */
    struct act ada = house_act(&k.h, k.h.admin, MORNING, &tmp);
    CHECK_CODE(staffing_role_end(&ada, k.role, ada.today, &e), OK, e);
    CHECK_INT(open_at(&k, MORNING, &act, &tmp), OK);
    CHECK_INT(may_enter(&act, &k), OK);
    CHECK_INT(open_at(&k, MORNING + 24 * HOUR, &act, &tmp), OK);
    CHECK_INT(may_enter(&act, &k), E_NOT_ALLOWED);
    /* the end of a token needs no change of the store */
    CHECK_INT(open_at(&k, MORNING + (instant)30 * 24 * HOUR, &act, &tmp), E_TOKEN);
    CHECK_INT(open_at(&k, MORNING, &act, &tmp), OK);
    CHECK_CODE(staffing_set_active(&ada, k.kim, false, &e), OK, e);
    CHECK_INT(open_at(&k, MORNING, &act, &tmp), E_TOKEN);
    stop(&k, tmp);
}

struct again {
    struct act *act;
    i64 role;
    int roles;
    bool fail;
};

/* In one change: the role ends, and who acts is asked again. */
static int end_and_ask(struct db *db, void *arg, struct err *e)
{
    struct again *g = arg;
    struct arena tmp = act_room(g->act);
    struct viewer who;
    if (g->role)
        TRY(db_run(db, SQL_staff_role_end, ARGS(I(g->role), I(g->act->today - 1)), e));
    TRY(act_again(g->act, db, &who, &tmp, e));
    g->roles = (int)who.n_roles;
    return g->fail ? err_set(e, E_RECORD, "refused for a test") : OK;
}

/* A change sees the roles of its own moment: those that ended after the request came, and those
** that the same transaction ended. */
EACH_ENGINE(faces_are_asked_again_in_a_change)
{
    struct known k;
    struct act act;
    struct err e = {0};
    start(&k, url, &tmp);
    if (!k.kept) { /* who acts was read for this request, as always */
        stop(&k, tmp);
        return;
    }
    CHECK_INT(open_at(&k, MORNING, &act, &tmp), OK);
    struct again g = {.act = &act};
    CHECK_CODE(writer_run(k.h.w, end_and_ask, &g, &e), OK, e);
    CHECK_INT(g.roles, 1);
    /* in one transaction that comes to nothing */
    g = (struct again){.act = &act, .role = k.role, .fail = true};
    CHECK_CODE(writer_run(k.h.w, end_and_ask, &g, &e), E_RECORD, e);
    CHECK_INT(g.roles, 0);
    g = (struct again){.act = &act};
    CHECK_CODE(writer_run(k.h.w, end_and_ask, &g, &e), OK, e);
    CHECK_INT(g.roles, 1);
    /* and one that is committed between the request and its change */
    struct act ada = house_act(&k.h, k.h.admin, MORNING, &tmp);
    CHECK_CODE(staffing_role_end(&ada, k.role, ada.today - 1, &e), OK, e);
    CHECK_INT(may_enter(&act, &k), OK);
    CHECK_CODE(writer_run(k.h.w, end_and_ask, &g, &e), OK, e);
    CHECK_INT(g.roles, 0);
    stop(&k, tmp);
}

/* Every statement that writes a table of which something is kept is known as one, whoever adds it. */
TEST(faces_statements_are_noticed)
{
    (void)tmp;
    static const char *const table[] = {"staff", "staff_role", "token",     "session",
                                        "study", "study_uses", "definition"};
    static const char *const way[] = {"INSERT INTO ", "UPDATE ", "DELETE FROM "};
    isize n = 0;
    for (isize i = 0; i < SQL_N; i++) {
        struct str s = str_of(sql_list[i]->text);
        bool writes = false;
        for (isize w = 0; w < COUNT(way); w++)
            for (isize t = 0; t < COUNT(table); t++) {
                char text[60];
                struct buf b = {.at = text, .cap = sizeof text};
                buf_fmt(&b, "%s%s", way[w], table[t]);
                isize at = str_find_str(s, buf_str(&b));
                char next = at < 0 ? 'x' : s.at[at + b.n];
                writes = writes || next == ' ' || next == '\n';
            }
        n += writes;
        if (writes) CHECK(sql_keeps[i]);
    }
    CHECK(n > 20);
    CHECK(!sql_keeps[SQL_response_put->id] && !sql_keeps[SQL_staff_get->id]);
}
