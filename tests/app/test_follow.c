/* What follows from changes to participants: visits come, go and come back; answers are erased. */
#include "app/erase.h"
#include "app/formlink.h"
#include "app/kits.h"
#include "folk.h"
#include "store/journal.h"
#include "store/statements.h"

struct follow {
    struct folk f;
    struct kits *kits;
    const struct collect_kit *kit;
};

static void open(struct follow *t, const char *url, struct arena *a)
{
    struct err e = {0};
    const struct kits_study *s;
    folk_open(&t->f, url, a);
    CHECK_CODE(kits_open(&t->kits, &e), OK, e);
    CHECK_CODE(kits_get(t->kits, t->f.h.db, t->f.study, &s, &e), OK, e);
    t->kit = &s->kit;
}

static void close(struct follow *t, struct arena tmp)
{
    kits_close(t->kits);
    folk_close(&t->f, tmp);
}

static struct due_visits visits(struct follow *t, i64 subject, i64 staff, struct arena *a)
{
    struct act act = folk_act(&t->f, staff, a);
    struct due_visits out = {0};
    struct err e = {0};
    CHECK_CODE(visiting_of(&act, t->kit, subject, &out, &e), OK, e);
    return out;
}

static bool are(const struct due_visits *v, isize n, enum visit_state state)
{
    bool fine = v->n == n;
    for (isize i = 0; i < v->n; i++) fine = fine && v->at[i].v.state == state;
    return fine;
}

static i64 rows(struct follow *t, const char *table, struct arena tmp)
{
    for (isize i = 0; i < TABLE_N; i++)
        if (str_is(str_of(table_list[i].name), table) && !table_list[i].last) {
            i64 n = 0;
            struct err e = {0};
            ROWS r = {0};
            CHECK_CODE(db_query(t->f.h.db, &r, table_list[i].first, ARGS(I(1000)), &e),
                       OK, e);
            while (db_next(&r)) n++;
            CHECK_CODE(db_end(&r, &e), OK, e);
            return n;
        }
    (void)tmp;
    CHECK(false);
    return -1;
}

EACH_ENGINE(follow_enrolled_left_and_back)
{
    struct follow t;
    struct err e = {0};
    open(&t, url, &tmp);
    struct folk *f = &t.f;
    i64 p = folk_enrol(f, 0, &tmp), me = f->coordinator[0];
    /* Enrolled ten days ago: the study says t1 at enrolment and t2 320 days later. */
    struct due_visits v = visits(&t, p, me, &tmp);
    CHECK(are(&v, 2, VISIT_PLANNED));
    CHECK_INT(v.at[0].v.due, f->today - 10);
    CHECK_INT(v.at[1].v.due, f->today + 310);
    /* One visit is cancelled by hand; then the person drops out, and comes back. */
    struct act act = folk_act(f, me, &tmp);
    act.why = S("not wanted");
    CHECK_CODE(visiting_cancelled(&act, t.kit, v.at[0].v.id, &e), OK, e);
    CHECK_CODE(folk_happen(f, p, EV_DROPPED_OUT, 5, &tmp, &e), OK, e);
    v = visits(&t, p, me, &tmp);
    CHECK(are(&v, 2, VISIT_CANCELLED));
    CHECK_STR(v.at[0].v.reason, "not wanted");
    CHECK_CODE(folk_happen(f, p, EV_RETURNED, 2, &tmp, &e), OK, e);
    v = visits(&t, p, me, &tmp);
    CHECK_INT(v.at[0].v.state, VISIT_CANCELLED); /* by hand: it stays */
    CHECK_INT(v.at[1].v.state, VISIT_PLANNED);
    CHECK_INT(v.at[1].v.due, f->today + 310); /* still from the enrolment */
    /* At another site what is planned goes along. */
    struct happening move = {.subject = p,
                             .kind = EV_TRANSFERRED,
                             .day = f->today,
                             .site = f->h.site[1],
                             .reason = S("")};
    act.why = S("");
    CHECK_CODE(people_happen(&act, &move, NULL, &e), OK, e);
    v = visits(&t, p, f->coordinator[1], &tmp);
    CHECK_INT(v.n, 1); /* the visit that is over stays with the site where it was */
    CHECK_INT(v.at[0].v.site, f->h.site[1]);
    CHECK_INT(v.at[0].v.due, f->today + 310);
    close(&t, tmp);
}

EACH_ENGINE(follow_enrolled_anew)
{
    struct follow t;
    struct err e = {0};
    open(&t, url, &tmp);
    struct folk *f = &t.f;
    i64 p = folk_enrol(f, 0, &tmp), me = f->coordinator[0];
    struct act act = folk_act(f, me, &tmp);
    struct people_file file;
    CHECK_CODE(people_file(&act, p, INSTANT_NOW, &file, &e), OK, e);
    act.why = S("wrong day");
    act.now += 1000;
    i64 event = file.events.at[file.events.n - 1].id;
    CHECK_CODE(people_take_back(&act, event, &e), OK, e);
    struct due_visits v = visits(&t, p, me, &tmp);
    CHECK(are(&v, 2, VISIT_CANCELLED));
    /* Enrolled on another day: the visits are there again, and follow. */
    CHECK_CODE(folk_happen(f, p, EV_ENROLLED, 3, &tmp, &e), OK, e);
    v = visits(&t, p, me, &tmp);
    CHECK(are(&v, 2, VISIT_PLANNED));
    CHECK_INT(v.at[0].v.due, f->today - 3);
    CHECK_INT(v.at[1].v.due, f->today + 317);
    close(&t, tmp);
}

EACH_ENGINE(follow_erased)
{
    struct follow t;
    struct err e = {0};
    i64 n = 0;
    open(&t, url, &tmp);
    struct folk *f = &t.f;
    i64 p = folk_enrol(f, 0, &tmp), other = folk_enrol(f, 0, &tmp);
    struct act act = folk_act(f, f->coordinator[0], &tmp),
               leader = folk_act(f, f->leader, &tmp);
    i64 who[] = {p, other};
    for (isize i = 0; i < COUNT(who); i++) {
        isize measure = 0;
        while (!str_is(t.kit->s->measures.at[measure].id, "honos")) measure++;
        const struct instrument *in = t.kit->in[measure];
        struct answer *answer = NEW(&tmp, struct answer, in->items.n);
        for (isize k = 0; k < in->items.n; k++)
            answer[k] = (struct answer){.state = ANSWER_GIVEN, .value = 3};
        struct form_in form = {.key = {who[i], measure, 0},
                               .answer = answer,
                               .pass = 1,
                               .day = f->today - 9,
                               .lang = S("nb")};
        struct form_done done;
        act.why = S("");
        CHECK_CODE(collect_submit(&act, t.kit, &form, &done, &e), OK, e);
        CHECK(done.n_alerts > 0); /* a self-injury item above its bound */
        form.version = done.response;
        answer[0].value = 2;
        act.why = S("correctedzebra");
        act.now += 1000;
        CHECK_CODE(collect_submit(&act, t.kit, &form, &done, &e), OK, e);
        struct alert_views alerts;
        CHECK_CODE(collect_alerts_of(&act, t.kit, who[i], &alerts, &e), OK, e);
        CHECK_CODE(
            collect_alert_seen(&act, t.kit, alerts.at[0].row.id, S("calledzebra"), &e),
            OK, e);
        struct due_visits v = visits(&t, who[i], f->coordinator[0], &tmp);
        struct str token;
        i64 link = 0;
        act.why = S("");
        CHECK_CODE(
            formlink_make(&act, t.kit, v.at[1].v.id, S("nb"), 7, &token, &link, &e), OK,
            e);
    }
    i64 responses = rows(&t, "response", tmp), scores = rows(&t, "score", tmp),
        visited = rows(&t, "visit", tmp), alerts = rows(&t, "alert", tmp);
    CHECK_INT(responses, 4);
    CHECK_INT(rows(&t, "form_link", tmp), 2);
    CHECK_CODE(erase_person(&leader, p, true, &e), OK, e);
    /* Exactly the half that was theirs. */
    CHECK_INT(rows(&t, "response", tmp), responses / 2);
    CHECK_INT(rows(&t, "score", tmp), scores / 2);
    CHECK_INT(rows(&t, "visit", tmp), visited / 2);
    CHECK_INT(rows(&t, "alert", tmp), alerts / 2);
    CHECK_INT(rows(&t, "form_link", tmp), 1);
    CHECK_INT(rows(&t, "anchor", tmp), 1);
    CHECK_CODE(journal_verify(f->h.db, &n, tmp, &e), OK, e);
    /* By name only: the answers stay, what people wrote about them does not. */
    CHECK_CODE(erase_person(&leader, other, false, &e), OK, e);
    CHECK_INT(rows(&t, "response", tmp), responses / 2);
    struct form_versions of;
    CHECK_CODE(collect_of(&act, t.kit, other, INSTANT_NOW, &of, &e), OK, e);
    CHECK_INT(of.n, 1);
    CHECK_STR(of.at[0].r.reason, "-");
    ROWS r = {0};
    CHECK_CODE(db_query(f->h.db, &r, SQL_journal_from, ARGS(I(0), I(100000)), &e), OK, e);
    bool zebra = false;
    while (db_next(&r))
        for (int c = 9; c < 13; c++)
            zebra = zebra || str_find_str(db_str(&r, c, &tmp), S("zebra")) >= 0;
    CHECK_CODE(db_end(&r, &e), OK, e);
    CHECK(!zebra);
    CHECK_CODE(journal_verify(f->h.db, &n, tmp, &e), OK, e);
    close(&t, tmp);
}
