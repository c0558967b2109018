#include "app/token.h"
#include "house.h"
#include <string.h>

static u64 bit(enum right r)
{
    return (u64)1 << r;
}

/* A token acts as its owner, with the rights it was given and no other. */
EACH_ENGINE(token_acts_within_its_rights)
{
    struct house h;
    house_open(&h, url, &tmp);
    struct err e = {0};
    struct act ada = house_act(&h, h.admin, MORNING, &tmp), act;
    struct token_ask ask = {S("nightly"), bit(MAY_SEE_STAFF) | bit(MAY_MANAGE_SITES), 30};
    struct str secret, all;
    i64 id = 0, two = 0, got = 0;
    CHECK_CODE(token_make(&ada, &ask, &id, &secret, &e), OK, e);
    CHECK_INT(secret.n, 64);
    ask = (struct token_ask){S("all"), 0, 1};
    CHECK_CODE(token_make(&ada, &ask, &two, &all, &e), OK, e);
    act = house_act(&h, 0, MORNING + HOUR, &tmp);
    CHECK_CODE(token_open(&act, secret, &got, &e), OK, e);
    CHECK_INT(got, id);
    CHECK_INT(act.who.staff, h.admin);
    for (int r = 0; r < RIGHT_N; r++) {
        struct err none = {0};
        bool owner = act_may(&ada, (enum right)r, 0, &none) == OK,
             token = act_may(&act, (enum right)r, 0, &none) == OK;
        CHECK(token == (r == MAY_SEE_STAFF || r == MAY_MANAGE_SITES));
        CHECK(owner || !token);
        CHECK_INT(act_may_somewhere(&act, (enum right)r, &none) == OK, token);
    }
    /* neither makes, nor lists, nor ends tokens, though its owner could */
    struct tokens own;
    CHECK_CODE(token_make(&act, &ask, &got, &secret, &e), E_NOT_ALLOWED, e);
    CHECK_CODE(token_own(&act, &own, &e), E_NOT_ALLOWED, e);
    CHECK_CODE(token_end(&act, two, &e), E_NOT_ALLOWED, e);
    act = house_act(&h, 0, MORNING, &tmp);
    CHECK_CODE(token_open(&act, all, &got, &e), OK, e);
    for (int r = 0; r < RIGHT_N; r++) {
        struct err none = {0};
        CHECK_INT(act_may(&act, (enum right)r, 0, &none),
                  act_may(&ada, (enum right)r, 0, &none));
    }
    CHECK_CODE(token_make(&act, &ask, &got, &secret, &e), E_NOT_ALLOWED, e);
    CHECK_CODE(token_own(&ada, &own, &e), OK, e);
    CHECK_INT(own.n, 2);
    CHECK_INT(own.at[0].rights, bit(MAY_SEE_STAFF) | bit(MAY_MANAGE_SITES));
    CHECK_INT(own.at[0].seen, MORNING + HOUR);
    CHECK_INT(own.at[1].rights, 0);
    house_close(&h, tmp);
}

/* It ends at its end, when it is taken back, and with the account, for good. */
EACH_ENGINE(token_ends)
{
    struct house h;
    house_open(&h, url, &tmp);
    struct err e = {0};
    i64 lea = house_person(&h, "lea", LEADER, 0, &tmp), id = 0, got = 0, two = 0;
    struct act ada = house_act(&h, h.admin, MORNING, &tmp),
               act = house_act(&h, lea, MORNING, &tmp), with;
    struct token_ask ask = {S("x"), 0, 2};
    struct str secret, other;
    CHECK_CODE(token_make(&act, &ask, &id, &secret, &e), OK, e);
    with = house_act(&h, 0, MORNING + 48 * (i64)HOUR - 1, &tmp);
    CHECK_CODE(token_open(&with, secret, &got, &e), OK, e);
    with = house_act(&h, 0, MORNING + 48 * (i64)HOUR, &tmp);
    CHECK_CODE(token_open(&with, secret, &got, &e), E_TOKEN, e);
    CHECK_INT(with.who.staff, 0);
    CHECK_CODE(act_may(&with, MAY_SEE_STAFF, 0, &e), E_NOT_ALLOWED, e);
    CHECK_CODE(token_open(&with, S("no such"), &got, &e), E_TOKEN, e);
    /* another's is not there; an administrator may end it */
    i64 cal = house_person(&h, "cal", LEADER, 0, &tmp);
    struct act third = house_act(&h, cal, MORNING, &tmp);
    CHECK_CODE(token_end(&third, id, &e), E_NOT_FOUND, e);
    CHECK_CODE(token_end(&ada, id, &e), OK, e);
    CHECK_CODE(token_end(&ada, id, &e), E_NOT_FOUND, e);
    CHECK_CODE(token_make(&act, &ask, &two, &other, &e), OK, e);
    CHECK_CODE(staffing_set_active(&ada, lea, false, &e), OK, e);
    with = house_act(&h, 0, MORNING, &tmp);
    CHECK_CODE(token_open(&with, other, &got, &e), E_TOKEN, e);
    CHECK_CODE(staffing_set_active(&ada, lea, true, &e), OK, e);
    CHECK_CODE(token_open(&with, other, &got, &e), E_TOKEN, e);
    house_close(&h, tmp);
}

/* A role that ended gives nothing at the next request, whatever the token was made for. */
EACH_ENGINE(token_follows_the_roles_of_its_owner)
{
    struct house h;
    house_open(&h, url, &tmp);
    struct err e = {0};
    i64 lea = house_person(&h, "lea", 0, 0, &tmp), id = 0, got = 0, role = 0;
    struct act ada = house_act(&h, h.admin, MORNING, &tmp), with;
    struct role_given g = {
        .staff = lea, .role = LEADER, .starts = ada.today - 9, .open = true};
    CHECK_CODE(staffing_role_give(&ada, &g, &role, &e), OK, e);
    struct act act = house_act(&h, lea, MORNING, &tmp);
    struct token_ask ask = {S("x"), 0, 2};
    struct str secret;
    CHECK_CODE(token_make(&act, &ask, &id, &secret, &e), OK, e);
    with = house_act(&h, 0, MORNING, &tmp);
    CHECK_CODE(token_open(&with, secret, &got, &e), OK, e);
    CHECK_CODE(act_may(&with, MAY_SEE_PARTICIPANTS, 0, &e), OK, e);
    CHECK_CODE(staffing_role_end(&ada, role, ada.today - 1, &e), OK, e);
    with = house_act(&h, 0, MORNING, &tmp);
    CHECK_CODE(token_open(&with, secret, &got, &e), OK, e);
    CHECK_CODE(act_may(&with, MAY_SEE_PARTICIPANTS, 0, &e), E_NOT_ALLOWED, e);
    /* a link to a new password ends tokens */
    struct login_kit k = {
        .rules = {.memory_kib = 8, .passes = 1, .invitation_minutes = 9}};
    struct login_first first = {.password = S("four quiet herons")};
    CHECK_CODE(login_invite(&ada, &k, lea, &first.token, &e), OK, e);
    CHECK_CODE(login_token_is(&ada, first.token, false, &e), OK, e);
    CHECK_CODE(login_token_is(&ada, first.token, true, &e), E_TOKEN, e);
    CHECK_CODE(hasher_open(1, &k.hasher, &e), OK, e);
    CHECK_CODE(login_use_token(&ada, &k, &first, &lea, &e), OK, e);
    CHECK_CODE(login_token_is(&ada, first.token, false, &e), E_TOKEN, e);
    CHECK_CODE(token_open(&with, secret, &got, &e), E_TOKEN, e);
    hasher_close(k.hasher);
    house_close(&h, tmp);
}

EACH_ENGINE(token_refuses_what_makes_no_sense)
{
    struct house h;
    house_open(&h, url, &tmp);
    struct err e = {0};
    i64 lea = house_person(&h, "lea", LEADER, h.site[0], &tmp), id = 0;
    struct act act = house_act(&h, lea, MORNING, &tmp),
               none = house_act(&h, 0, MORNING, &tmp);
    struct str secret;
    static const struct {
        struct token_ask ask;
        int code;
    } row[] = {
        {{{"", 0}, 0, 30}, E_RECORD},
        {{{"  ", 2}, 0, 30}, E_RECORD},
        {{{"\xff", 1}, 0, 30}, E_RECORD},
        {{{"x", 1}, 0, 0}, E_RECORD},
        {{{"x", 1}, 0, TOKEN_DAYS + 1}, E_RECORD},
        {{{"x", 1}, (u64)1 << MAY_MANAGE_STAFF, 1}, E_NOT_ALLOWED},
        {{{"x", 1}, (u64)1 << MAY_SEE_STAFF, TOKEN_DAYS}, OK}, /* at one site: fine */
    };
    for (isize i = 0; i < COUNT(row); i++)
        CHECK_CODE(token_make(&act, &row[i].ask, &id, &secret, &e), row[i].code, e);
    CHECK_CODE(token_make(&none, &row[6].ask, &id, &secret, &e), E_SESSION, e);
    house_close(&h, tmp);
}

/* Whoever has the folder and the key has an administrator's rights at a terminal, no other,
** and not those of the person whose session it is. */
EACH_ENGINE(token_is_no_console)
{
    struct house h;
    house_open(&h, url, &tmp);
    i64 lea = house_person(&h, "lea", LEADER, 0, &tmp);
    struct act ada = house_act(&h, h.admin, MORNING, &tmp),
               console = house_act(&h, 0, MORNING, &tmp),
               act = house_act(&h, lea, MORNING, &tmp), plain = act;
    console.console = true;
    act.console = true; /* somebody is logged in: it counts for nothing */
    for (int r = 0; r < RIGHT_N; r++) {
        struct err none = {0};
        CHECK_INT(act_may(&console, (enum right)r, 0, &none),
                  act_may(&ada, (enum right)r, 0, &none));
        CHECK_INT(act_may(&act, (enum right)r, 0, &none),
                  act_may(&plain, (enum right)r, 0, &none));
    }
    house_close(&h, tmp);
}
