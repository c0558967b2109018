#include "app/offer.h"
#include "base/file.h"
#include "folk.h"
#include "store/journal.h"

EACH_ENGINE(apply_puts_everything_and_reads_it_back)
{
    struct folk f;
    struct err e = {0};
    folk_open(&f, url, &tmp);
    struct protocol stored, shipped;
    i64 *rows = NULL;
    CHECK_CODE(protocol_open(test_path("data"), "norway2013", &shipped, &tmp, &e), OK, e);
    CHECK_CODE(studies_protocol(f.h.db, f.study, &stored, &rows, &tmp, &e), OK, e);
    CHECK_STR(str_of(stored.study->hash.hex), shipped.study->hash.hex);
    CHECK_STR(str_of(stored.plan->hash.hex), shipped.plan->hash.hex);
    for (isize i = 0; i < shipped.study->measures.n; i++) {
        struct definition_row d;
        CHECK_STR(str_of(stored.in[i]->hash.hex), shipped.in[i]->hash.hex);
        CHECK_CODE(definition_get(f.h.db, rows[i], &d, &tmp, &e), OK, e);
        CHECK_STR(d.hash, shipped.in[i]->hash.hex);
    }
    struct definition_row d;
    struct str text;
    CHECK_CODE(definition_of(f.h.db, "study", S("norway2013"), 0, &d, &tmp, &e), OK, e);
    CHECK_CODE(file_read(test_path("data/studies/norway2013/study.yaml"), FILE_LIMIT,
                         &text, &tmp, &e),
               OK, e);
    CHECK(str_eq(d.text, text)); /* every byte */
    struct definition_rows all;
    CHECK_CODE(definition_all(f.h.db, &all, &tmp, &e), OK, e);
    isize n[4] = {0};
    for (isize i = 0; i < all.n; i++) {
        n[0] += str_is(all.at[i].kind, "study");
        n[1] += str_is(all.at[i].kind, "plan");
        n[2] += str_is(all.at[i].kind, "programme");
        n[3] += str_is(all.at[i].kind, "instrument");
    }
    CHECK(n[0] == 1 && n[1] == 1 && n[2] == 1 && n[3] == 10);
    /* Again is nothing new, and no row of the journal. */
    struct act act = folk_act(&f, f.h.admin, &tmp);
    struct applied done;
    i64 before = 0, after = 0;
    CHECK_CODE(journal_verify(f.h.db, &before, tmp, &e), OK, e);
    CHECK_CODE(apply_study(&act, test_path("data"), "norway2013", &done, &e), OK, e);
    CHECK(done.study == f.study && !done.fresh && done.added == 0 && done.same == 33);
    CHECK_CODE(journal_verify(f.h.db, &after, tmp, &e), OK, e);
    CHECK_INT(after, before);
    CHECK_CODE(apply_study(&act, test_path("data"), "norway2014", &done, &e), E_NOT_FOUND,
               e);
    struct act leader = folk_act(&f, f.leader, &tmp);
    CHECK_CODE(apply_study(&leader, test_path("data"), "norway2013", &done, &e),
               E_NOT_ALLOWED, e);
    CHECK_CODE(apply_site(&leader, f.study, f.h.site[0], S("S3"), &e), E_NOT_ALLOWED, e);
    CHECK_CODE(apply_site(&act, f.study, f.h.site[0], S("S3"), &e), E_CONSTRAINT, e);
    CHECK_CODE(apply_site(&act, f.study, f.h.site[0], S("S77"), &e), E_RECORD, e);
    CHECK_CODE(apply_site(&act, 99, f.h.site[0], S("S3"), &e), E_NOT_FOUND, e);
    folk_close(&f, tmp);
}

/* Changed content needs a new revision; rows keep the one they were made under. */
EACH_ENGINE(apply_a_new_revision)
{
    struct folk f;
    struct err e = {0};
    folk_open(&f, url, &tmp);
    i64 p = folk_enrol(&f, 0, &tmp), id = 0;
    struct act act = folk_act(&f, f.h.admin, &tmp);
    struct applied done;
    struct studies_row was, now;
    const char *to = test_folder();
    CHECK_CODE(studies_get(f.h.db, f.study, &was, &tmp, &e), OK, e);
    CHECK_CODE(folk_definitions(to, "suicidal behaviour", "suicide", &tmp, &e), OK, e);
    CHECK_CODE(folk_edit(to, "revision: 10", "revision: ", &tmp, &e), OK, e);
    CHECK_CODE(apply_study(&act, to, "norway2013", &done, &e), E_REVISION, e);
    CHECK_SAYS(e, "changed under revision");
    CHECK_CODE(folk_edit(to, "revision: ", "revision: 1 # ", &tmp, &e), OK, e);
    CHECK_CODE(apply_study(&act, to, "norway2013", &done, &e), E_REVISION, e);
    CHECK_CODE(studies_get(f.h.db, f.study, &now, &tmp, &e), OK, e);
    CHECK_INT(now.definition, was.definition);
    /* A new revision has a new version of the consent; the old one stays valid to enter. */
    CHECK_CODE(folk_definitions(to, "who: consumers, version: \"1\", required: true",
                                "who: consumers, version: \"2\", required: true", &tmp,
                                &e),
               OK, e);
    CHECK_CODE(apply_study(&act, to, "norway2013", &done, &e), OK, e);
    CHECK(done.study == f.study && !done.fresh && done.added == 1 && done.same == 32);
    CHECK_CODE(studies_get(f.h.db, f.study, &now, &tmp, &e), OK, e);
    CHECK(now.revision > was.revision);
    CHECK_INT(now.plan, was.plan);
    struct study *old = NULL;
    CHECK_CODE(definition_study(f.h.db, was.definition, &old, &tmp, &e), OK, e);
    CHECK_INT(old->revision, was.revision);
    struct act one = folk_act(&f, f.coordinator[0], &tmp);
    struct people_file file;
    CHECK_CODE(people_file(&one, p, INSTANT_NOW, &file, &e), OK, e);
    CHECK_STR(file.consents.at[0].version, "1");
    CHECK_CODE(folk_consent(&f, p, "research", 2, &id, &tmp, &e), OK, e);
    CHECK_CODE(people_file(&one, p, INSTANT_NOW, &file, &e), OK, e);
    CHECK_STR(file.consents.at[1].version, "2");
    struct consent_given in = {.participant = folk_refer(&f, 0, 3, &tmp),
                               .purpose = S("research"),
                               .version = S("1"),
                               .day = f.today};
    CHECK_CODE(consent_give(&one, &in, &id, &e), OK, e);
    in.version = S("3");
    CHECK_CODE(consent_give(&one, &in, &id, &e), E_RECORD, e);
    /* A site that takes part cannot leave the definition. */
    CHECK_CODE(folk_definitions(to, "sites: [S1, S2,", "sites: [S1,", &tmp, &e), OK, e);
    CHECK_CODE(folk_edit(to, "revision: 10", "revision: 20", &tmp, &e), OK, e);
    CHECK_CODE(apply_study(&act, to, "norway2013", &done, &e), E_CONSTRAINT, e);
    CHECK_SAYS(e, "S2");
    folk_close(&f, tmp);
}

static const struct offer *offer_named(const struct offers *all, const char *name)
{
    for (isize i = 0; i < all->n; i++)
        if (str_is(all->at[i].name, name)) return &all->at[i];
    return NULL;
}

/* What a folder of definitions offers: what is in use, what is new, and what a change touches. */
EACH_ENGINE(offer_says_what_a_folder_would_change)
{
    struct folk f;
    struct err e = {0};
    folk_open(&f, url, &tmp);
    struct act act = folk_act(&f, f.h.admin, &tmp);
    struct offers all;
    struct offer_one one;
    struct applied done;
    const char *to = test_folder();
    CHECK_CODE(offer_list(&act, test_path("data"), &all, &e), OK, e);
    const struct offer *o = offer_named(&all, "norway2013");
    CHECK(o && o->same && o->used == o->revision && o->fault.n == 0);
    o = offer_named(&all, "routine");
    CHECK(o && !o->same && o->used == 0 && o->revision == 2);
    /* A new revision with another version of a consent: one change, and what it is. */
    CHECK_CODE(folk_definitions(to, "who: consumers, version: \"1\", required: true",
                                "who: consumers, version: \"2\", required: true", &tmp,
                                &e),
               OK, e);
    CHECK_CODE(offer_read(&act, to, "norway2013", &one, &e), OK, e);
    CHECK(!one.same && one.used > 0 && one.changes.n == 1);
    CHECK(one.changes.at[0].was == one.used && one.changes.at[0].now > one.used);
    bool said = false;
    for (isize i = 0; i < one.changes.at[0].touches.n; i++)
        said =
            said || str_find_str(one.changes.at[0].touches.at[i].text, S("version")) >= 0;
    CHECK(said);
    CHECK_CODE(apply_study(&act, to, "norway2013", &done, &e), OK, e);
    CHECK_CODE(offer_read(&act, to, "norway2013", &one, &e), OK, e);
    CHECK(one.same && one.changes.n == 0);
    /* The same revision with another content is no offer; the list says why. */
    CHECK_CODE(folk_edit(to, "revision: 10", "revision: ", &tmp, &e), OK, e);
    CHECK_CODE(folk_definitions(to, "suicidal behaviour", "suicide", &tmp, &e), OK, e);
    CHECK_CODE(offer_read(&act, to, "norway2013", &one, &e), E_REVISION, e);
    CHECK_CODE(offer_list(&act, to, &all, &e), OK, e);
    o = offer_named(&all, "norway2013");
    CHECK(o && str_find_str(o->fault, S("new revision")) >= 0);
    struct act leader = folk_act(&f, f.leader, &tmp);
    CHECK_CODE(offer_list(&leader, test_path("data"), &all, &e), E_NOT_ALLOWED, e);
    CHECK_CODE(offer_read(&leader, test_path("data"), "routine", &one, &e), E_NOT_ALLOWED,
               e);
    CHECK_CODE(offer_read(&act, test_path("data"), "../studies/routine", &one, &e),
               E_NOT_FOUND, e);
    folk_close(&f, tmp);
}
