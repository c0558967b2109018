/* A copy for a participant: every text that any table holds about them is in it, and nothing of
** anybody else. */
#include "app/copy.h"
#include "app/erase.h"
#include "app/formlink.h"
#include "app/kits.h"
#include "app/visiting.h"
#include "base/file.h"
#include "base/json.h"
#include "folk.h"
#include "store/journal.h"
#include "store/statements.h"
#include <stdlib.h>
#include <string.h>

struct copied {
    struct folk f;
    struct kits *kits;
    const struct collect_kit *kit;
};

static void copied_kit(struct copied *c)
{
    struct err e = {0};
    const struct kits_study *k = NULL;
    CHECK_CODE(kits_get(c->kits, c->f.h.db, c->f.study, &k, &e), OK, e);
    c->kit = &k->kit;
}

static void copied_open(struct copied *c, const char *url, struct arena *a)
{
    struct err e = {0};
    *c = (struct copied){0};
    folk_open(&c->f, url, a);
    CHECK_CODE(kits_open(&c->kits, &e), OK, e);
    copied_kit(c);
}

static void copied_close(struct copied *c, struct arena tmp)
{
    kits_close(c->kits);
    folk_close(&c->f, tmp);
}

static struct act act_of(struct copied *c, i64 staff, struct arena *a)
{
    struct act act = folk_act(&c->f, staff, a);
    act.kits = c->kits;
    return act;
}

static isize measure(const struct copied *c, const char *id)
{
    for (isize i = 0; i < c->kit->s->measures.n; i++)
        if (str_is(c->kit->s->measures.at[i].id, id)) return i;
    CHECK(false);
    return 0;
}

/* Every item its least value, the first one `first`. */
static i64 submit(struct copied *c, i64 staff, i64 subject, const char *id, int first,
                  int pass, enum response_mode mode, i64 version, const char *why,
                  struct arena *a)
{
    struct err e = {0};
    struct act act = act_of(c, staff, a);
    isize m = measure(c, id);
    const struct instrument *in = c->kit->in[m];
    struct form_cell *cell = NEW(a, struct form_cell, in->items.n);
    struct answer *x = NEW(a, struct answer, in->items.n);
    struct form_faults wrong = {0};
    for (isize i = 0; i < in->items.n; i++)
        cell[i].text = str_fmt(a, "%g", in->items.at[i].lo);
    cell[0].text = str_fmt(a, "%d", first);
    if (in->items.n > 2) cell[2].text = S("declined");
    for (isize i = 0; i < in->items.n; i++)
        if (in->items.at[i].detail.ask.n) {
            cell[i].text = S("2");
            cell[i].detail = S("J");
        } else if (str_is(in->items.at[i].id, "self-injury")) {
            cell[i].text = S("3"); /* somebody must hear of it */
        }
    collect_read(in, cell, x, &wrong, a);
    CHECK_INT(wrong.n, 0);
    act.why = str_of(why);
    struct form_in f = {
        .key = {subject, m, c->kit->s->measures.at[m].at.at[0]},
        .answer = x,
        .pass = pass,
        .day = act.today - 9,
        .mode = mode,
        .lang = S("nb"),
        .version = version,
    };
    struct form_done done = {0};
    CHECK_CODE(collect_submit(&act, c->kit, &f, &done, &e), OK, e);
    return done.response;
}

/* From referral on, with everything that can be kept; `mark` is in every text. */
static i64 whole(struct copied *c, const char *name, const char *mark, struct arena *a)
{
    struct folk *f = &c->f;
    struct err e = {0};
    struct act act = act_of(c, f->coordinator[0], a);
#define MARK(word) str_fmt(a, "%s%s", word, mark)
    struct referral in = {.study = f->study,
                          .site = f->h.site[0],
                          .code = MARK("C-"),
                          .day = f->today - 20,
                          .clinician = f->clinician,
                          .note = MARK("refernote")};
    struct referred out;
    i64 id = 0;
    in.who.at[ID_name] = str_of(name);
    in.who.at[ID_birth] = S("1980-02-03");
    in.who.at[ID_phone] = str_fmt(a, "+47 22 33 44 %02d", (int)mark[0]);
    in.who.at[ID_email] = MARK("mail@");
    in.who.at[ID_address] = MARK("Storgata 1 ");
    in.twin_seen = true;
    CHECK_CODE(people_refer(&act, f->key, &in, &out, &e), OK, e);
    struct screening_answer q = {S("adult"), MET_NOT_KNOWN, MARK("whyscreen")};
    struct screening s = {.subject = out.subject,
                          .day = f->today - 19,
                          .answer = &q,
                          .n = 1,
                          .note = MARK("screennote")};
    enum participant_state state;
    CHECK_CODE(people_screen(&act, &s, &state, &e), OK, e);
    CHECK_CODE(folk_screen(f, out.subject, 18, a, &e), OK, e);
    CHECK_CODE(folk_consent(f, out.subject, "research", 17, &id, a, &e), OK, e);
    struct consent_given oral = {.participant = out.subject,
                                 .purpose = S("recording"),
                                 .how = HOW_ORAL,
                                 .witness = f->leader,
                                 .day = f->today - 17};
    CHECK_CODE(consent_give(&act, &oral, &id, &e), OK, e);
    struct consent_withdrawn gone = {.consent = id,
                                     .day = f->today - 8,
                                     .effect = DATA_STOP,
                                     .reason = MARK("whywithdrawn")};
    CHECK_CODE(folk_happen(f, out.subject, EV_ENROLLED, 16, a, &e), OK, e);
    CHECK_CODE(consent_withdraw(&act, &gone, &e), OK, e);
    struct happening h = {.subject = out.subject,
                          .kind = EV_DROPPED_OUT,
                          .day = f->today - 7,
                          .reason = S("moved"),
                          .note = MARK("dropnote")};
    i64 event = 0;
    CHECK_CODE(people_happen(&act, &h, &event, &e), OK, e);
    act.why = MARK("whyback");
    CHECK_CODE(people_take_back(&act, event, &e), OK, e);
    act.why = (struct str){0};
    CHECK_CODE(people_attribute(&act, out.subject, S("age"), S("41.25"), &e), OK, e);
    act.why = MARK("whyage");
    act.now += 1000;
    CHECK_CODE(people_attribute(&act, out.subject, S("age"), S("42.25"), &e), OK, e);
    struct due_visits v;
    struct act leader = act_of(c, f->coordinator[0], a);
    CHECK_CODE(visiting_of(&leader, c->kit, out.subject, &v, &e), OK, e);
    CHECK(v.n >= 2);
    act.why = MARK("whymissed");
    CHECK_CODE(visiting_missed(&act, c->kit, v.at[v.n - 1].v.id, &e), OK, e);
    struct str token;
    CHECK_CODE(formlink_make(&act, c->kit, v.at[0].v.id, S("nb"), 5, &token, &id, &e), OK,
               e);
    i64 r =
        submit(c, f->coordinator[0], out.subject, "honos", 1, 1, MODE_STAFF, 0, "", a);
    submit(c, f->coordinator[0], out.subject, "honos", 4, 1, MODE_STAFF, r,
           MARK("whycorrected").at, a);
    submit(c, f->coordinator[0], out.subject, "qol5", 2, 1, MODE_PAPER, 0, "", a);
    submit(c, f->manager, out.subject, "qol5", 3, 2, MODE_PAPER, 0, "", a);
    struct alert_views alerts;
    CHECK_CODE(collect_alerts(&act, c->kit, false, 0, 10, &alerts, &e), OK, e);
    CHECK(alerts.n > 0);
    for (isize i = 0; i < alerts.n; i++)
        if (alerts.at[i].row.subject == out.subject)
            CHECK_CODE(collect_alert_seen(&act, c->kit, alerts.at[i].row.id,
                                          MARK("alertnote"), &e),
                       OK, e);
    struct form_key key = {out.subject, measure(c, "imrs_cons"), 0};
    key.time = c->kit->s->measures.at[key.measure].at.at[0];
    const struct instrument *draft = c->kit->in[key.measure];
    struct form_cell *cell = NEW(a, struct form_cell, draft->items.n);
    cell[0].text = MARK("drafted");
    i64 version = 0;
    CHECK_CODE(collect_draft(&act, c->kit, &key, 1, cell, &version, &e), OK, e);
    return out.subject;
}
#undef MARK

static void make(struct copied *c, i64 staff, i64 subject, enum lang lang, int code,
                 struct copy *out, struct arena *a)
{
    struct err e = {0};
    struct act act = act_of(c, staff, a);
    struct copy_ask ask = {.subject = subject, .lang = lang, .note = S("askednote")};
    CHECK_CODE(copy_make(&act, c->f.key, c->kit, &ask, out, &e), code, e);
}

/* --- what the tables hold ------------------------------------------------------------ */

static int column(const struct table *t, const char *name)
{
    struct str rest = str_of(t->columns), one;
    for (int k = 0; str_cut(&rest, ',', &one); k++)
        if (str_is(str_trim(one), name)) return k;
    return -1;
}

/* The column that says whose a row is: of the person, or of a visit or answer of theirs. */
static int whose(const struct table *t, bool *direct)
{
    static const char *const person[] = {"subject", "participant", "person"};
    static const char *const row[] = {"visit", "response"};
    *direct = true;
    for (isize i = 0; i < COUNT(person); i++)
        if (column(t, person[i]) >= 0) return column(t, person[i]);
    if (strcmp(t->name, "subject") == 0) return column(t, "id");
    *direct = false;
    for (isize i = 0; i < COUNT(row); i++)
        if (column(t, row[i]) >= 0) return column(t, row[i]);
    return -1;
}

/* What is not told, each for a reason. */
static const struct {
    const char *table, *column;
} untold[] = {
    {"identity", "find"},  /* a keyed hash */
    {"identity", "field"}, /* the key of the value in the copy */
    {"identity_key", "erased"}, {"form_link", "hash"},
    {"response", "answers"}, /* packed: the copy has each one */
    {"draft", "cells"},      /* packed: the copy has them as a list */
    {"allocation", "arm"},   /* held back here */
    {"allocation", "kind"},     {"allocation", "reason"},
};

static bool told(const char *table, struct str name)
{
    for (isize i = 0; i < COUNT(untold); i++)
        if (strcmp(untold[i].table, table) == 0 && str_is(name, untold[i].column))
            return false;
    return true;
}

static bool named(const char *table)
{
    for (const char *const *t = copy_tables; *t; t++)
        if (strcmp(*t, table) == 0) return true;
    return false;
}

struct ids {
    i64 visit[20], response[20];
    isize n_visit, n_response;
};

static bool holds(const i64 *id, isize n, i64 x)
{
    for (isize i = 0; i < n; i++)
        if (id[i] == x) return true;
    return false;
}

/* Each text of each row of the person, in the copy; rows that were looked at. */
static isize compare(struct copied *c, const struct table *t, i64 subject,
                     struct ids *ids, struct str json, struct arena tmp)
{
    bool direct;
    int who = whose(t, &direct), id = column(t, "id");
    bool by_visit = column(t, "visit") >= 0;
    isize rows = 0;
    struct err e = {0};
    ROWS r = {0};
    CHECK_CODE(db_query(c->f.h.db, &r, t->first, ARGS(I(100000)), &e), OK, e);
    while (db_next(&r)) {
        i64 of = db_i64(&r, who);
        bool theirs = direct     ? of == subject
                      : by_visit ? holds(ids->visit, ids->n_visit, of)
                                 : holds(ids->response, ids->n_response, of);
        if (!theirs) continue;
        rows++;
        if (strcmp(t->name, "visit") == 0) ids->visit[ids->n_visit++] = db_i64(&r, id);
        if (strcmp(t->name, "response") == 0)
            ids->response[ids->n_response++] = db_i64(&r, id);
        struct str rest = str_of(t->columns), name;
        for (int k = 0; str_cut(&rest, ',', &name); k++) {
            struct arena one = tmp;
            if (t->types[k] != 't' || db_is_null(&r, k)) continue;
            struct str value = db_str(&r, k, &one);
            if (!told(t->name, str_trim(name))) continue;
            test_check(str_find_str(json, value) >= 0, __FILE__, __LINE__,
                       "%s.%.*s is not in the copy", t->name, FMT(str_trim(name)));
        }
    }
    CHECK_CODE(db_end(&r, &e), OK, e);
    return rows;
}

/* A new kind of record that nobody tells fails here, by its name. */
TEST(copy_names_every_table)
{
    for (isize i = 0; i < TABLE_N; i++) {
        bool direct;
        if (table_list[i].last || whose(&table_list[i], &direct) < 0) continue;
        test_check(named(table_list[i].name), __FILE__, __LINE__,
                   "%s holds something about a person, and no line TOLD of "
                   "people_hooks.def tells it",
                   table_list[i].name);
    }
    for (const char *const *t = copy_tables; *t; t++) {
        bool there = false;
        for (isize i = 0; i < TABLE_N; i++)
            there = there || (!table_list[i].last && !strcmp(table_list[i].name, *t));
        test_check(there, __FILE__, __LINE__, "there is no table %s", *t);
    }
}

EACH_ENGINE(copy_has_all_of_one_and_nothing_of_another)
{
    struct copied c;
    struct copy out;
    copied_open(&c, url, &tmp);
    i64 one = whole(&c, "Kari Nordmann", "heron", &tmp);
    whole(&c, "Ola Zebraberg", "zebra", &tmp);
    for (int lang = 0; lang < LANG_N; lang++) {
        struct arena a = tmp;
        struct ids ids = {0};
        struct json *v = NULL;
        struct err e = {0};
        struct str page, pdf;
        make(&c, c.f.coordinator[0], one, (enum lang)lang, OK, &out, &a);
        CHECK_CODE(json_read(out.json, "copy", &v, &a, &e), OK, e);
        for (int late = 0; late < 2; late++) /* rows that hang on others come after */
            for (isize i = 0; i < TABLE_N; i++) {
                const struct table *t = &table_list[i];
                bool direct;
                if (t->last || whose(t, &direct) < 0 || direct == (late == 1)) continue;
                isize n = compare(&c, t, one, &ids, out.json, a);
                test_check(n > 0 || strcmp(t->name, "allocation") == 0, __FILE__,
                           __LINE__, "%s: the fixture has no row of the person", t->name);
            }
        CHECK_CODE(doc_page(out.doc, &page, &a, &e), OK, e);
        /* names, sealed in the store; notes; answers; what was before */
        static const char *const both[] = {
            "Kari Nordmann",  "Storgata 1 heron", "mail@heron",
            "refernoteheron", "dropnoteheron",    "whybackheron",
            "alertnoteheron", "draftedheron",     "whycorrectedheron"};
        for (isize i = 0; i < COUNT(both); i++) {
            struct str s = str_of(both[i]);
            test_check(str_find_str(out.json, s) >= 0 && str_find_str(page, s) >= 0,
                       __FILE__, __LINE__, "%s is missing in %s", both[i],
                       lang_code[lang]);
        }
        CHECK(str_find_str(page, S("41.25")) >= 0 && str_find_str(page, S("42.25")) >= 0);
        CHECK(str_find_str(out.json, S("zebra")) < 0 &&
              str_find_str(out.json, S("Zebra")) < 0);
        CHECK(str_find_str(page, S("zebra")) < 0 && str_find_str(page, S("Zebra")) < 0);
        /* every word is one of the language's: no name of a text, no raw act */
        CHECK(str_find_str(page, S("COPY_")) < 0 && str_find_str(page, S("PEOPLE_")) < 0);
        static const char *const raw[] = {"participant.c", "answers.s", "consent.give",
                                          "identity.", "form_link."};
        for (isize i = 0; i < COUNT(raw); i++)
            CHECK(str_find_str(page, str_of(raw[i])) < 0);
        /* two forms, each with a second row, each with all its questions */
        const struct json *forms = json_get(v, "forms");
        CHECK_INT(forms->n, 4);
        isize honos = measure(&c, "honos");
        for (const struct json *k = forms->kid; k; k = k->next)
            if (str_is(json_text(k, "measure"), "honos"))
                CHECK_INT(json_get(k, "answers")->n, c.kit->in[honos]->items.n);
        CHECK_CODE(doc_pdf_bytes(out.doc, &pdf, &a, &e), OK, e);
        CHECK(str_starts(pdf, S("%PDF-")));
        const char *to = getenv("VARDE_TEST_OUT"); /* to look at */
        if (to && to[0])
            CHECK_CODE(file_publish(str_fmt(&a, "%s/copy-%s.pdf", to, lang_code[lang]).at,
                                    pdf, &e),
                       OK, e);
    }
    copied_close(&c, tmp);
}

EACH_ENGINE(copy_is_for_who_may_and_is_written_down)
{
    struct copied c;
    struct copy out;
    struct err e = {0};
    copied_open(&c, url, &tmp);
    i64 one = whole(&c, "Kari Nordmann", "heron", &tmp);
    i64 *k = c.f.coordinator;
    make(&c, k[1], one, LANG_EN, E_NOT_FOUND, &out, &tmp); /* another site */
    make(&c, c.f.clinician, one, LANG_EN, E_NOT_ALLOWED, &out, &tmp);
    make(&c, c.f.manager, one, LANG_EN, E_NOT_ALLOWED, &out, &tmp);
    make(&c, c.f.leader, one + 7, LANG_EN, E_NOT_FOUND, &out, &tmp);
    make(&c, c.f.leader, one, LANG_NB, OK, &out, &tmp);
    struct journal_entries all;
    CHECK_CODE(journal_of(c.f.h.db, "participant", one, &all, &tmp, &e), OK, e);
    const struct journal_entry *last = &all.at[all.n - 1];
    CHECK_STR(last->act, "participant.copy");
    CHECK_STR(last->after, "{\"language\":\"nb\",\"way\":\"by hand\"}");
    CHECK_STR(last->why, "askednote");
    CHECK_INT(last->actor, c.f.leader);
    /* the next copy says that there was one */
    make(&c, c.f.leader, one, LANG_NB, OK, &out, &tmp);
    CHECK(str_find_str(out.json, S("participant.copy")) >= 0);
    /* A leader who assesses blinded: not in part, not at all. */
    struct act act = act_of(&c, c.f.leader, &tmp);
    act.who.blinded = true;
    struct copy_ask ask = {.subject = one};
    CHECK_CODE(copy_make(&act, c.f.key, c.kit, &ask, &out, &e), E_NOT_ALLOWED, e);
    /* A note has an end. */
    act = act_of(&c, c.f.leader, &tmp);
    char *longer = NEW(&tmp, char, 501);
    memset(longer, 'x', 501);
    ask.note = (struct str){longer, 501};
    CHECK_CODE(copy_make(&act, c.f.key, c.kit, &ask, &out, &e), E_RECORD, e);
    /* Erased by name: the copy has no name. Erased whole: there is none. */
    CHECK_CODE(erase_person(&act, one, false, &e), OK, e);
    make(&c, c.f.leader, one, LANG_EN, OK, &out, &tmp);
    CHECK(str_find_str(out.json, S("Kari")) < 0 &&
          str_find_str(out.json, S("42.25")) >= 0);
    CHECK(str_find_str(out.json, S("askednote")) < 0);
    act = act_of(&c, c.f.leader, &tmp);
    CHECK_CODE(erase_person(&act, one, true, &e), OK, e);
    make(&c, c.f.leader, one, LANG_EN, E_CONSTRAINT, &out, &tmp);
    copied_close(&c, tmp);
}

/* Held back, the arm changes no byte; told, it is there. */
EACH_ENGINE(copy_tells_the_arm_only_where_the_study_says_so)
{
    struct copied c;
    struct copy out;
    struct err e = {0};
    struct applied done;
    i64 id = 0;
    copied_open(&c, url, &tmp);
    i64 one = whole(&c, "Kari Nordmann", "heron", &tmp);
    struct act admin = folk_act(&c.f, c.f.h.admin, &tmp),
               unit = folk_act(&c.f, c.f.unit, &tmp);
    const char *to = str_fmt(&tmp, "%s/a", test_folder()).at;
    CHECK_CODE(folk_definitions(to, "arms: []", "arms: [imrarm, usualarm]", &tmp, &e), OK,
               e);
    CHECK_CODE(apply_study(&admin, to, "norway2013", &done, &e), OK, e);
    copied_kit(&c);
    struct str json[2];
    for (int there = 0; there < 2; there++) {
        if (there)
            CHECK_CODE(allocate_enter(&unit, one, S("usualarm"), c.f.today, &id, &e), OK,
                       e);
        struct act act = act_of(&c, c.f.leader, &tmp);
        struct copy_ask ask = {.subject = one};
        /* its own row in the journal apart: both are of the state before it */
        CHECK_CODE(copy_make(&act, c.f.key, c.kit, &ask, &out, &e), OK, e);
        isize at = str_find_str(out.json, S("\"journal\""));
        json[there] = str_upto(out.json, at);
        CHECK(str_find_str(out.json, S("usualarm")) < 0 &&
              str_find_str(out.json, S("allocation")) < 0);
        CHECK(str_find_str(out.json, S("arm_why_not")) >= 0);
    }
    CHECK(str_eq(json[0], json[1]));
    CHECK_CODE(folk_edit(to, "code: \"P{nn}\"", "code: \"P{nn}\", told: [arm]", &tmp, &e),
               OK, e);
    CHECK_CODE(folk_edit(to, "revision: 10", "revision: 20", &tmp, &e), OK, e);
    CHECK_CODE(apply_study(&admin, to, "norway2013", &done, &e), OK, e);
    copied_kit(&c);
    make(&c, c.f.leader, one, LANG_EN, OK, &out, &tmp);
    CHECK(str_find_str(out.json, S("usualarm")) >= 0 &&
          str_find_str(out.json, S("arm_why_not")) < 0);
    copied_close(&c, tmp);
}
