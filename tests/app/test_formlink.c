/* Form links: what they open, until when, once; and where their token is found: nowhere. */
#include "answered.h"
#include "store/statements.h"

static i64 first_visit(struct answered *f, struct arena *a)
{
    struct act act = answered_act(f, f->coordinator, a);
    struct due_visits v;
    struct err e = {0};
    CHECK_CODE(visiting_anchor(&act, &f->kit, f->p[0], FROM_ENROLMENT, act.today, &e), OK,
               e);
    CHECK_CODE(visiting_of(&act, &f->kit, f->p[0], &v, &e), OK, e);
    return v.n ? v.at[0].v.id : 0;
}

static enum formlink_state state_at(struct answered *f, struct str token, instant now,
                                    struct arena *a)
{
    struct act act = house_act(&f->h, 0, now, a);
    struct formlink_page p;
    struct err e = {0};
    CHECK_CODE(formlink_open(&act, &f->kit, token, &p, &e), OK, e);
    if (p.state != LINK_FINE) CHECK(p.id == 0 && p.subject == 0 && p.forms.n == 0);
    return p.state;
}

/* Every text and number of every table, looked through. */
static bool stored_anywhere(struct answered *f, struct str secret, struct arena tmp)
{
    bool found = false;
    for (isize t = 0; t < TABLE_N; t++) {
        ROWS r = {0};
        struct err e = {0};
        CHECK_CODE(db_query(f->h.db, &r, table_list[t].first, ARGS(I(1000000)), &e), OK,
                   e);
        while (db_next(&r))
            for (int c = 0; c < table_list[t].n; c++) {
                struct arena a = tmp;
                if (table_list[t].types[c] != 't') continue;
                found = found || str_find_str(db_str(&r, c, &a), secret) >= 0;
            }
        CHECK_CODE(db_end(&r, &e), OK, e);
    }
    return found;
}

/* Hope, illness management and quality of life are what a consumer fills in at the start. */
EACH_ENGINE(formlink_opens_fills_and_is_used)
{
    struct answered f;
    struct err e = {0};
    struct str token;
    i64 id = 0, version = 0;
    answered_open(&f, url, &tmp);
    i64 visit = first_visit(&f, &tmp);
    struct act staff = answered_act(&f, f.clinician, &tmp);
    CHECK_CODE(formlink_make(&staff, &f.kit, visit, S("da"), 7, &token, &id, &e), OK, e);
    CHECK(!stored_anywhere(&f, token, tmp));
    struct act person = house_act(&f.h, 0, MORNING + MINUTE, &tmp);
    struct formlink_page p;
    CHECK_CODE(formlink_open(&person, &f.kit, token, &p, &e), OK, e);
    CHECK_INT(p.state, LINK_FINE);
    CHECK_INT(p.forms.n, 3);
    CHECK_STR(p.lang, "da");
    if (p.forms.n != 3) return;
    /* a draft of the link, resumed */
    isize m = answered_key(&f, 0, "qol5", "t1").measure;
    struct form_cell cell[5] = {{S("3"), S("")}};
    CHECK_CODE(formlink_draft(&person, &f.kit, token, m, cell, &version, &e), OK, e);
    CHECK_CODE(formlink_open(&person, &f.kit, token, &p, &e), OK, e);
    for (isize i = 0; i < p.forms.n; i++)
        if (p.forms.at[i].measure == m) CHECK_STR(p.forms.at[i].draft[0].text, "3");
    /* not a form of the link: what clinicians rate, what is asked at the end */
    struct form_done done, again;
    struct answer *x = answered_of(&f, "qol5", "1 2 3 4 5", &tmp);
    CHECK_CODE(formlink_submit(&person, &f.kit, token,
                               answered_key(&f, 0, "honos", "t1").measure, x, NULL, &done,
                               &e),
               E_NOT_FOUND, e);
    CHECK_CODE(formlink_submit(&person, &f.kit, token,
                               answered_key(&f, 0, "csq8", "t2").measure, x, NULL, &done,
                               &e),
               E_NOT_FOUND, e);
    CHECK_CODE(formlink_submit(&person, &f.kit, token, m, x, NULL, &done, &e), OK, e);
    CHECK_INT(answered_count(&f, "draft", tmp), 0);
    CHECK_CODE(formlink_submit(&person, &f.kit, token, m, x, NULL, &again, &e), E_CHANGED,
               e);
    struct response r;
    CHECK_CODE(response_get(f.h.db, &staff.who, done.response, &r, &tmp, &e), OK, e);
    CHECK(r.mode == MODE_PARTICIPANT && r.staff == 0);
    CHECK_STR(r.lang, "da");
    /* the last form closes the link */
    for (isize i = 0; i < p.forms.n; i++) {
        isize k = p.forms.at[i].measure;
        const struct instrument *in = f.kit.in[k];
        if (k == m) continue;
        CHECK_INT(state_at(&f, token, MORNING + HOUR, &tmp), LINK_FINE);
        struct answer *y = NEW(&tmp, struct answer, in->items.n);
        CHECK_CODE(formlink_submit(&person, &f.kit, token, k, y, NULL, &done, &e), OK, e);
    }
    CHECK_INT(state_at(&f, token, MORNING + HOUR, &tmp), LINK_USED);
    CHECK_CODE(formlink_submit(&person, &f.kit, token, m, x, NULL, &done, &e), E_TOKEN,
               e);
    CHECK_CODE(formlink_draft(&person, &f.kit, token, m, cell, &version, &e), E_TOKEN, e);
    CHECK_CODE(formlink_finish(&person, &f.kit, token, &e), E_TOKEN, e);
    CHECK(str_find_str(str_of(e.text), token) < 0);
    struct formlinks all;
    CHECK_CODE(formlink_of(&staff, &f.kit, visit, &all, &e), OK, e);
    CHECK_INT(all.n, 1);
    if (all.n == 1) CHECK(all.at[0].opened && all.at[0].used && !all.at[0].revoked);
    CHECK(!stored_anywhere(&f, token, tmp));
    answered_close(&f, tmp);
}

EACH_ENGINE(formlink_ends)
{
    struct answered f;
    struct err e = {0};
    struct str token, other;
    i64 id = 0, second = 0;
    answered_open(&f, url, &tmp);
    i64 visit = first_visit(&f, &tmp);
    struct act staff = answered_act(&f, f.clinician, &tmp);
    CHECK_CODE(formlink_make(&staff, &f.kit, visit, S("nb"), 0, &token, &id, &e),
               E_RECORD, e);
    CHECK_CODE(formlink_make(&staff, &f.kit, visit, S("nb"), 61, &token, &id, &e),
               E_RECORD, e);
    struct act no = answered_act(&f, f.elsewhere, &tmp);
    CHECK_CODE(formlink_make(&no, &f.kit, visit, S("nb"), 1, &token, &id, &e),
               E_NOT_FOUND, e);
    no = answered_act(&f, f.leader, &tmp);
    CHECK_CODE(formlink_make(&no, &f.kit, visit, S("nb"), 1, &token, &id, &e),
               E_NOT_ALLOWED, e);
    CHECK_CODE(formlink_make(&staff, &f.kit, visit, S("nb"), 1, &token, &id, &e), OK, e);
    CHECK_CODE(formlink_make(&staff, &f.kit, visit, S("nb"), 1, &other, &second, &e), OK,
               e);
    CHECK(!str_eq(token, other));
    instant day1 = MORNING + 24 * HOUR;
    CHECK_INT(state_at(&f, token, day1 - 1, &tmp), LINK_FINE);
    CHECK_INT(state_at(&f, token, day1, &tmp), LINK_ENDED);
    CHECK_INT(state_at(&f, S("0123"), MORNING, &tmp), LINK_UNKNOWN);
    CHECK_INT(state_at(&f, S(""), MORNING, &tmp), LINK_UNKNOWN);
    no = answered_act(&f, f.elsewhere, &tmp);
    CHECK_CODE(formlink_revoke(&no, &f.kit, id, &e), E_NOT_FOUND, e);
    CHECK_CODE(formlink_revoke(&staff, &f.kit, id, &e), OK, e);
    CHECK_CODE(formlink_revoke(&staff, &f.kit, id, &e), E_CHANGED, e);
    CHECK_INT(state_at(&f, token, MORNING, &tmp), LINK_REVOKED);
    /* "I am done", with nothing answered */
    struct act person = house_act(&f.h, 0, MORNING, &tmp);
    CHECK_CODE(formlink_finish(&person, &f.kit, other, &e), OK, e);
    CHECK_INT(state_at(&f, other, MORNING, &tmp), LINK_USED);
    answered_close(&f, tmp);
}

/* Another language, chosen by the person, holds on every device and for the record; the token tells
** its study to nobody else. */
EACH_ENGINE(formlink_speaks_the_language_chosen)
{
    struct answered f;
    struct err e = {0};
    struct str token;
    i64 id = 0, study = 7;
    answered_open(&f, url, &tmp);
    i64 visit = first_visit(&f, &tmp);
    struct act staff = answered_act(&f, f.clinician, &tmp);
    CHECK_CODE(formlink_make(&staff, &f.kit, visit, S("nb"), 7, &token, &id, &e), OK, e);
    struct act person = house_act(&f.h, 0, MORNING + MINUTE, &tmp);
    CHECK_CODE(formlink_study(&person, S("0123"), &study, &e), OK, e);
    CHECK_INT(study, 0);
    CHECK_CODE(formlink_study(&person, token, &study, &e), OK, e);
    CHECK_INT(study, f.kit.study);
    struct formlink_page p;
    CHECK_CODE(formlink_speak(&person, &f.kit, S("0123"), LANG_DA, &e), E_TOKEN, e);
    CHECK_CODE(formlink_speak(&person, &f.kit, token, LANG_DA, &e), OK, e);
    CHECK_CODE(formlink_open(&person, &f.kit, token, &p, &e), OK, e);
    CHECK_STR(p.lang, "da");
    CHECK_INT(p.site, f.h.site[0]);
    struct formlink_words words = {S("en"), 0};
    struct form_done done;
    struct response r;
    isize m = answered_key(&f, 0, "qol5", "t1").measure;
    struct answer *x = answered_of(&f, "qol5", "1 2 3 4 5", &tmp);
    CHECK_CODE(formlink_submit(&person, &f.kit, token, m, x, &words, &done, &e), OK, e);
    CHECK_CODE(response_get(f.h.db, &staff.who, done.response, &r, &tmp, &e), OK, e);
    CHECK_STR(r.lang, "en");
    answered_close(&f, tmp);
}
