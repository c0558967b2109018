#include "house.h"
#include "base/text.h"
#include "store/journal.h"

/* Who may do what, said a second time and by hand: a letter a role, in the order of
** role.def: Administrator, Leader, Koordinator, Clinician, Trainer, Fidelity, Outcome,
** Implementation, Data, Statistician, trial Unit, Monitor; '!' is what a blinded viewer
** never gets. */
static const char LETTERS[] = "ALKCTFOIDSUM";
static const struct {
    const char *right, *who;
} table[] = {
    {"MAY_MANAGE_SITES", "A"},
    {"MAY_MANAGE_STAFF", "A"},
    {"MAY_GIVE_ROLES", "A"},
    {"MAY_SET_RULES", "A"},
    {"MAY_SEE_STAFF", "ALKTIDM"},
    {"MAY_SET_UP_STUDIES", "AD"},
    {"MAY_SET_CONTACT", "ALK"},
    {"MAY_READ_JOURNAL", "ADM!"},
    {"MAY_SEE_PARTICIPANTS", "LKCODUM"},
    {"MAY_SEE_IDENTITY", "LKC"},
    {"MAY_ENROL", "KC"},
    {"MAY_ERASE", "LD"},
    {"MAY_TELL_PERSON", "LK!"},
    {"MAY_ENTER_ANSWERS", "KCOD"},
    {"MAY_CORRECT_ANSWERS", "KD"},
    {"MAY_RATE_OUTCOMES", "O"},
    {"MAY_HOLD_SESSIONS", "KC!"},
    {"MAY_RATE_FIDELITY", "F!"},
    {"MAY_TRAIN", "T!"},
    {"MAY_SEE_IMPLEMENTATION", "LTFI!"},
    {"MAY_ALLOCATE", "U!"},
    {"MAY_SEE_ALLOCATION", "U!"},
    {"MAY_IMPORT", "D"},
    {"MAY_EXPORT", "DS"},
    {"MAY_ANALYSE", "LDSU"},
};

static bool listed(int right, char letter)
{
    return str_find(str_of(table[right].who), letter) >= 0;
}

static bool may(const struct viewer *v, int right, i64 site)
{
    struct act act = {.who = *v};
    struct err e = {0};
    int code = act_may(&act, (enum right)right, site, &e);
    CHECK(code == OK || code == E_NOT_ALLOWED);
    if (code != OK) CHECK_SAYS(e, right_words((enum right)right));
    return code == OK;
}

/* Every role x right: at its site, at another, for the whole installation, nobody. */
TEST(act_every_role_and_right)
{
    CHECK_INT(RIGHT_N, COUNT(table));
    CHECK_INT(ROLE_N, COUNT(LETTERS) - 1);
    for (int r = 0; r < RIGHT_N; r++) {
        CHECK_STR(str_of(right_name((enum right)r)), table[r].right);
        CHECK_STR(text_of(LANG_EN, right_text((enum right)r)),
                  right_words((enum right)r));
        for (int k = 0; k < ROLE_N; k++) {
            struct staff_role held = {.role = (enum role)(1 << k), .site = 7};
            struct viewer v = {.staff = 1,
                               .role = &held,
                               .n_roles = 1,
                               .blinded = LETTERS[k] == 'O' || LETTERS[k] == 'S'};
            CHECK_INT(role_blinded(held.role), v.blinded);
            bool want = listed(r, LETTERS[k]);
            CHECK_INT(may(&v, r, 7), want);
            CHECK(!may(&v, r, 8));
            CHECK(!may(&v, r, 0));
            held.site = 0;
            CHECK_INT(may(&v, r, 8), want);
            CHECK_INT(may(&v, r, 0), want);
            held.study = S("x"); /* for one study: only when it is asked for */
            CHECK(!may(&v, r, 8));
            struct act act = {.who = v};
            struct err e = {0};
            CHECK_INT(act_may_in(&act, (enum right)r, 8, S("x"), &e) == OK, want);
            CHECK_CODE(act_may_in(&act, (enum right)r, 8, S("y"), &e), E_NOT_ALLOWED, e);
            held.study = S("");
            v.staff = 0;
            CHECK(!may(&v, r, 8));
        }
    }
}

/* Whoever is blinded loses what unblinds, whatever their other roles give. */
TEST(act_blinded_loses_what_unblinds)
{
    for (int r = 0; r < RIGHT_N; r++)
        for (int k = 0; k < ROLE_N; k++) {
            struct staff_role held[2] = {{.role = OUTCOME_ASSESSOR, .site = 3},
                                         {.role = (enum role)(1 << k)}};
            struct viewer v = {.staff = 1, .role = held, .n_roles = 2, .blinded = true};
            CHECK_INT(may(&v, r, 9), listed(r, LETTERS[k]) && !listed(r, '!'));
        }
}

/* Yesterday's role is over, today's holds on its first and last day, tomorrow's not
** yet. */
EACH_ENGINE(act_roles_have_dates)
{
    struct house h;
    house_open(&h, url, &tmp);
    struct act act = house_act(&h, h.admin, MORNING, &tmp);
    i64 id = house_person(&h, "kari", 0, 0, &tmp), given = 0;
    struct err e = {0};
    static const struct {
        int starts, ends;
        bool open, holds;
    } row[] = {
        {-9, -1, false, false}, {-1, 0, false, true}, {0, 0, false, true},
        {0, 0, true, true},     {1, 0, true, false},  {1, 9, false, false},
        {0, -1, false, false}, /* taken back on its first day */
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct role_given g = {.staff = id,
                               .role = CLINICIAN,
                               .site = h.site[0],
                               .starts = act.today + row[i].starts,
                               .ends = act.today + row[i].ends,
                               .open = row[i].open};
        CHECK_CODE(staffing_role_give(&act, &g, &given, &e), OK, e);
        struct viewer v;
        CHECK_CODE(staff_viewer(h.db, id, act.today, &v, &tmp, &e), OK, e);
        CHECK_INT(v.n_roles, row[i].holds);
        CHECK_CODE(staffing_role_end(&act, given, g.starts - 1, &e), OK, e);
    }
    struct role_given g = {
        .staff = id, .role = OUTCOME_ASSESSOR, .starts = act.today + 1, .open = true};
    CHECK_CODE(staffing_role_give(&act, &g, &given, &e), OK, e);
    struct viewer v;
    CHECK_CODE(staff_viewer(h.db, id, act.today, &v, &tmp, &e), OK, e);
    CHECK(!v.blinded);
    CHECK_STR(v.language, "nb");
    CHECK_CODE(staff_viewer(h.db, id, act.today + 1, &v, &tmp, &e), OK, e);
    CHECK(v.blinded);
    g.ends = g.starts - 2;
    g.open = false;
    CHECK_CODE(staffing_role_give(&act, &g, &given, &e), E_CONSTRAINT, e);
    house_close(&h, tmp);
}

/* Each change asks for its right: nobody else, and not at another site. */
EACH_ENGINE(act_changes_ask_for_their_right)
{
    struct house h;
    house_open(&h, url, &tmp);
    i64 here = house_person(&h, "site.admin", ADMINISTRATOR, h.site[0], &tmp);
    i64 clinician = house_person(&h, "clin", CLINICIAN, h.site[0], &tmp);
    i64 who[] = {here, clinician, 0}, id = 0;
    struct err e = {0};
    for (isize i = 0; i < COUNT(who); i++) {
        struct act act = house_act(&h, who[i], MORNING, &tmp);
        struct staff_list all;
        struct role_given g = {
            .staff = h.admin, .role = LEADER, .starts = act.today, .open = true};
        CHECK_CODE(staffing_service_add(&act, S("x"), &id, &e), E_NOT_ALLOWED, e);
        CHECK_CODE(staffing_site_add(&act, 1, S("x"), &id, &e), E_NOT_ALLOWED, e);
        CHECK_CODE(staffing_add(&act, S("xx"), S("X"), S("en"), &id, &e), E_NOT_ALLOWED,
                   e);
        CHECK_CODE(staffing_set_active(&act, h.admin, false, &e), E_NOT_ALLOWED, e);
        CHECK_CODE(staffing_role_end(&act, 1, 0, &e), E_NOT_ALLOWED, e);
        CHECK_CODE(staffing_role_give(&act, &g, &id, &e), E_NOT_ALLOWED, e);
        g.site = h.site[1];
        CHECK_CODE(staffing_role_give(&act, &g, &id, &e), E_NOT_ALLOWED, e);
        g.site = h.site[0];
        CHECK_CODE(staffing_role_give(&act, &g, &id, &e), i == 0 ? OK : E_NOT_ALLOWED, e);
        CHECK_CODE(staffing_list(&act, h.site[0], &all, &e), i == 0 ? OK : E_NOT_ALLOWED,
                   e);
        CHECK_CODE(staffing_list(&act, h.site[1], &all, &e), E_NOT_ALLOWED, e);
    }
    house_close(&h, tmp);
}

EACH_ENGINE(act_changes_refuse_what_is_wrong)
{
    struct house h;
    house_open(&h, url, &tmp);
    struct act act = house_act(&h, h.admin, MORNING, &tmp);
    struct err e = {0};
    i64 id = 0, other = house_person(&h, "Two.Names", ADMINISTRATOR, 0, &tmp);
    struct staff s;
    CHECK_CODE(staff_by_login(h.db, S("two.names"), &s, &tmp, &e), OK, e);
    CHECK_INT(s.id, other);
    CHECK_CODE(staffing_add(&act, S("TWO.names"), S("X"), S("en"), &id, &e), E_CONSTRAINT,
               e);
    CHECK_CODE(staffing_add(&act, S("a b"), S("X"), S("en"), &id, &e), E_RECORD, e);
    CHECK_CODE(staffing_add(&act, S("x"), S("X"), S("en"), &id, &e), E_RECORD, e);
    CHECK_CODE(staffing_add(&act, S("xx"), S(" "), S("en"), &id, &e), E_RECORD, e);
    CHECK_CODE(staffing_site_add(&act, 99, S("x"), &id, &e), E_CONSTRAINT, e);
    CHECK_CODE(staffing_site_add(&act, h.service, S("Hill"), &id, &e), E_CONSTRAINT, e);
    CHECK_CODE(staffing_set_active(&act, 99, false, &e), E_NOT_FOUND, e);
    CHECK_CODE(staffing_role_end(&act, 99, 0, &e), E_NOT_FOUND, e);
    /* one of two administrators may go; the last stays */
    CHECK_CODE(staffing_set_active(&act, other, false, &e), OK, e);
    CHECK_CODE(staff_viewer(h.db, other, act.today, &act.who, &tmp, &e), E_NOT_FOUND, e);
    act = house_act(&h, h.admin, MORNING, &tmp);
    CHECK_CODE(staffing_set_active(&act, h.admin, false, &e), E_CONSTRAINT, e);
    CHECK_SAYS(e, "last administrator");
    CHECK_CODE(staffing_role_end(&act, act.who.role[0].id, act.today + 1, &e),
               E_CONSTRAINT, e);
    act = house_act(&h, h.admin, MORNING, &tmp); /* still there */
    CHECK_INT(act.who.n_roles, 1);
    struct journal_entries of;
    CHECK_CODE(journal_of(h.db, "staff", other, &of, &tmp, &e), OK, e);
    CHECK_INT(of.n, 3); /* added, given a role, closed */
    CHECK_INT(of.at[2].actor, h.admin);
    CHECK_STR(of.at[2].act, "staff.close");
    CHECK_STR(of.at[2].at, "2026-11-22T08:00:00.000Z");
    house_close(&h, tmp);
}

/* The words of roles: the schema takes each, and reading gives it back. */
EACH_ENGINE(act_every_role_has_a_word)
{
    struct house h;
    house_open(&h, url, &tmp);
    i64 id = house_person(&h, "all", 0, 0, &tmp), given = 0;
    struct act act = house_act(&h, h.admin, MORNING, &tmp);
    struct err e = {0};
    for (int k = 0; k < ROLE_N; k++) {
        struct role_given g = {.staff = id,
                               .role = (enum role)(1 << k),
                               .site = h.site[k % 2],
                               .study = S("norway2013"),
                               .starts = act.today,
                               .open = true};
        CHECK_CODE(staffing_role_give(&act, &g, &given, &e), OK, e);
    }
    struct viewer v;
    CHECK_CODE(staff_viewer(h.db, id, act.today, &v, &tmp, &e), OK, e);
    CHECK_INT(v.n_roles, ROLE_N);
    for (int k = 0; k < MIN(v.n_roles, ROLE_N); k++) {
        CHECK_INT(v.role[k].role, 1 << k);
        CHECK_INT(v.role[k].site, h.site[k % 2]);
        CHECK_STR(v.role[k].study, "norway2013");
    }
    enum role none;
    CHECK_CODE(role_read(S("clinican"), &none, &e), E_NOT_FOUND, e);
    CHECK_SAYS(e, "near is clinician");
    house_close(&h, tmp);
}

struct two {
    i64 service, site;
    bool fail;
    int runs;
};

static int two_acts(struct act *inside, void *arg, struct err *e)
{
    struct two *t = arg;
    struct site_list sites = {0};
    t->runs++;
    TRY(staffing_service_add(inside, S("South"), &t->service, e));
    TRY(staffing_site_add(inside, t->service, S("Quay"), &t->site, e));
    TRY(staff_sites(inside->db, &sites, inside->a, e)); /* sees its own changes */
    CHECK_INT(sites.n, 3);
    return t->fail ? err_set(e, E_RECORD, "the third act is refused") : OK;
}

/* Several acts are one: all of them stand, or none, in the journal too. */
EACH_ENGINE(act_together_is_one)
{
    struct house h;
    house_open(&h, url, &tmp);
    struct act act = house_act(&h, h.admin, MORNING, &tmp);
    struct err e = {0};
    struct site_list sites = {0}, after = {0};
    i64 n[3] = {0}, rows = 0, commits[2] = {0};
    struct two t = {.fail = true};
    CHECK_CODE(journal_verify(h.db, &n[0], tmp, &e), OK, e);
    CHECK_CODE(act_together(&act, two_acts, &t, &e), E_RECORD, e);
    CHECK_CODE(staff_sites(h.db, &sites, &tmp, &e), OK, e);
    CHECK_INT(sites.n, 2);
    CHECK_CODE(journal_verify(h.db, &n[1], tmp, &e), OK, e);
    CHECK_INT(n[1], n[0]);
    t = (struct two){0};
    writer_counts(h.w, &rows, &commits[0]);
    CHECK_CODE(act_together(&act, two_acts, &t, &e), OK, e);
    writer_counts(h.w, &rows, &commits[1]);
    CHECK_INT(commits[1] - commits[0], 1);
    CHECK_INT(t.runs, 1);
    CHECK_CODE(staff_sites(h.db, &after, &tmp, &e), OK, e);
    CHECK_INT(after.n, 3);
    CHECK_CODE(journal_verify(h.db, &n[2], tmp, &e), OK, e);
    CHECK_INT(n[2], n[0] + 2);
    /* The right is asked for each act, as always. */
    struct act nobody = house_act(&h, 0, MORNING, &tmp);
    CHECK_CODE(act_together(&nobody, two_acts, &t, &e), E_NOT_ALLOWED, e);
    house_close(&h, tmp);
}
