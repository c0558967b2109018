#include "app/kits.h"
#include "folk.h"

static const char overlay[] = "overlay: qol5\n"
                              "revision: 9\n"
                              "of-revision: 1\n"
                              "language: nb\n"
                              "translator: a test\n"
                              "validation: not validated\n"
                              "licence: none\n"
                              "title: Livskvalitet\n"
                              "items: {physical: Kroppslig helse}\n";

static int put_overlay(struct db *db, void *arg, struct err *e)
{
    char room[1 << 16];
    struct arena tmp = {.at = room, .end = room + sizeof room, .base = room};
    bool fresh = false;
    return definition_put(db, str_of(overlay), "qol5.nb", 0, arg, &fresh, tmp, e);
}

EACH_ENGINE(kits_are_read_once_a_revision)
{
    struct folk f;
    struct err e = {0};
    struct kits *kits = NULL;
    const struct kits_study *k = NULL, *again = NULL;
    struct applied done;
    i64 id = 0, wording = 0;
    folk_open(&f, url, &tmp);
    CHECK_CODE(kits_open(&kits, &e), OK, e);
    CHECK_CODE(kits_get(kits, f.h.db, f.study + 7, &k, &e), E_NOT_FOUND, e);
    CHECK(k == NULL);
    CHECK_CODE(kits_get(kits, f.h.db, f.study, &k, &e), OK, e);
    CHECK_CODE(kits_get(kits, f.h.db, f.study, &again, &e), OK, e);
    CHECK(k == again && k->kit.study == f.study && k->protocol.plan != NULL);
    isize qol = 0;
    while (!str_is(k->kit.s->measures.at[qol].id, "qol5")) qol++;
    CHECK(kits_wording(kits, &k->kit, qol, S("sv"), &wording) == k->kit.in[qol]);
    CHECK_INT(wording, 0);
    const struct instrument *own = kits_wording(kits, &k->kit, qol, S("nb"), &wording);
    CHECK(wording != 0 && !str_is(own->title, "Livskvalitet")); /* the shipped one */
    /* A wording that is loaded is there for the next reading; the older one stays whole. */
    CHECK_CODE(writer_run(f.h.w, put_overlay, &id, &e), OK, e);
    CHECK_CODE(kits_get(kits, f.h.db, f.study, &again, &e), OK, e);
    CHECK(k != again);
    const struct instrument *nb = kits_wording(kits, &again->kit, qol, S("nb"), &wording);
    CHECK_INT(wording, id);
    CHECK_STR(nb->title, "Livskvalitet");
    CHECK_STR(nb->items.at[0].text, "Kroppslig helse");
    CHECK_STR(k->kit.in[qol]->items.at[0].text, "Physical health");
    CHECK_STR(kits_wording(kits, &again->kit, qol, S("da"), &wording)->lang, "da");
    CHECK(wording != id && wording != 0);
    /* And so for a new revision of the study; the old numbers never come back. */
    k = again;
    const char *to = test_folder();
    struct act act = folk_act(&f, f.h.admin, &tmp);
    CHECK_CODE(folk_definitions(to, "who: consumers, version: \"1\", required: true",
                                "who: consumers, version: \"2\", required: true", &tmp,
                                &e),
               OK, e);
    CHECK_CODE(apply_study(&act, to, "norway2013", &done, &e), OK, e);
    CHECK_CODE(kits_get(kits, f.h.db, f.study, &again, &e), OK, e);
    CHECK(k != again && again->kit.s->revision > k->kit.s->revision);
    kits_close(kits);
    folk_close(&f, tmp);
}
