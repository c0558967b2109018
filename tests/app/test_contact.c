/* What a site says to participants: who may write it, in which language it is shown. */
#include "app/contact.h"
#include "app/login.h"
#include "house.h"

EACH_ENGINE(contact_is_what_the_site_wrote)
{
    struct house h;
    struct contact c;
    struct err e = {0};
    enum lang in;
    house_open(&h, url, &tmp);
    i64 leader = house_person(&h, "leader", LEADER, h.site[0], &tmp);
    i64 clinician = house_person(&h, "clinician", CLINICIAN, h.site[0], &tmp);
    struct act act = house_act(&h, leader, MORNING, &tmp);
    CHECK_CODE(contact_of(&act, h.site[0], &c, &e), OK, e);
    CHECK(contact_words(&c, LANG_NB, &in).n == 0);
    struct str text[LANG_N] = {[LANG_NB] = S("Ring \"vakten\" & spør")};
    CHECK_CODE(contact_set(&act, h.site[0], text, &e), OK, e);
    CHECK_CODE(contact_set(&act, h.site[0], text, &e), OK,
               e); /* again: nothing changes */
    CHECK_CODE(contact_set(&act, h.site[1], text, &e), E_NOT_ALLOWED, e);
    CHECK_CODE(contact_of(&act, h.site[0], &c, &e), OK, e);
    CHECK_STR(contact_words(&c, LANG_NB, &in), "Ring \"vakten\" & spør");
    CHECK_STR(contact_words(&c, LANG_DA, &in), "Ring \"vakten\" & spør");
    CHECK_INT(in, LANG_NB); /* and says in which language it is */
    text[LANG_DA] = S("Ring til vagten");
    text[LANG_NB] = S("");
    CHECK_CODE(contact_set(&act, h.site[0], text, &e), OK, e);
    CHECK_CODE(contact_of(&act, h.site[0], &c, &e), OK, e);
    CHECK_STR(contact_words(&c, LANG_EN, &in), "Ring til vagten");
    CHECK(c.text[LANG_NB].n == 0);
    char *big = NEW(&tmp, char, CONTACT_MOST + 1);
    for (int i = 0; i <= CONTACT_MOST; i++) big[i] = 'x';
    text[LANG_EN] = (struct str){big, CONTACT_MOST + 1};
    CHECK_CODE(contact_set(&act, h.site[0], text, &e), E_RECORD, e);
    act = house_act(&h, clinician, MORNING, &tmp);
    text[LANG_EN] = S("no");
    CHECK_CODE(contact_set(&act, h.site[0], text, &e), E_NOT_ALLOWED, e);
    act = house_act(&h, h.admin, MORNING, &tmp);
    CHECK_CODE(contact_set(&act, 4711, text, &e), E_NOT_FOUND, e);
    CHECK_CODE(contact_of(&act, 4711, &c, &e), E_NOT_FOUND, e);
    house_close(&h, tmp);
}

/* Guesses from one address wait; another address does not; a while later neither. */
EACH_ENGINE(contact_guesses_wait)
{
    struct house h;
    struct err e = {0};
    house_open(&h, url, &tmp);
    struct login_kit k = {0};
    CHECK_CODE(login_rules_read(h.db, &k.rules, &e), OK, e);
    struct act act = house_act(&h, 0, MORNING, &tmp);
    i64 n = 0;
    while (n < 1000 && login_guess_wait(&act, &k, S("192.0.2.1"), &e) == OK) {
        CHECK_CODE(login_guess_wrong(&act, &k, S("192.0.2.1"), &e), OK, e);
        n++;
    }
    CHECK_INT(n, k.rules.address_free);
    CHECK_CODE(login_guess_wrong(&act, &k, S("192.0.2.1"), &e), E_WAIT, e);
    CHECK_CODE(login_guess_wait(&act, &k, S("192.0.2.2"), &e), OK, e);
    act.now += k.rules.wait_seconds * SECOND;
    CHECK_CODE(login_guess_wait(&act, &k, S("192.0.2.1"), &e), OK, e);
    house_close(&h, tmp);
}
