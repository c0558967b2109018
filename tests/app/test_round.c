/* Everything out of a store, into an empty one of the same study, and out again: the same bytes.
** What differs by right is named here: how a form was entered (column mode), and whatever the
** tables do not hold: instants, who entered it, free text, names. */
#include "app/apply.h"
#include "app/consent.h"
#include "app/import.h"
#include "app/replay.h"
#include "app/visiting.h"
#include "base/file.h"
#include "exchange/records_csv.h"
#include "house.h"
#include "store/sealed.h"
#include "store/studies.h"

#include <string.h>

struct home {
    struct house h;
    i64 study, manager;
    struct str table[TIDY_N];
    struct hash records;
};

static struct act by(struct home *p, i64 staff, struct arena *a)
{
    return house_act(&p->h, staff, MORNING + 5000, a);
}

static int gather(void *arg, struct str piece, struct err *e)
{
    (void)e;
    buf_put(arg, piece);
    return OK;
}

static struct records_cut cut_of(struct home *p, struct act *act,
                                 struct protocol *protocol, struct arena *a)
{
    struct err e = {0};
    i64 *rows;
    CHECK_CODE(studies_protocol(p->h.db, p->study, protocol, &rows, a, &e), OK, e);
    return (struct records_cut){.study = p->study,
                                .roles = right_roles(&act->who, MAY_EXPORT, a),
                                .as_of = INSTANT_NOW,
                                .protocol = protocol,
                                .definition = rows};
}

static void take_out(struct home *p, struct arena *a)
{
    struct act act = by(p, p->manager, a);
    struct protocol protocol;
    struct records r;
    struct err e = {0};
    struct arena room = arena_reserve((isize)1 << 28);
    struct records_cut cut = cut_of(p, &act, &protocol, a);
    for (int t = 0; t < TIDY_N; t++) {
        struct buf b = buf_in(a, 1 << 20);
        struct tidy_sink to = {gather, &b, NULL};
        CHECK_CODE(tidy_put(p->h.db, &act.who, &cut, (enum tidy_table)t, &to, room, &e),
                   OK, e);
        p->table[t] = buf_str(&b);
    }
    CHECK_CODE(records_store_read(p->h.db, &act.who, &cut, &r, &room, &e), OK, e);
    p->records = r.hash;
    arena_release(&room);
}

/* --- a store that has been lived in -------------------------------------------------- */

struct lived {
    struct home *p;
    struct act act;
    struct collect_kit kit;
    i64 site[2], clinician, other;
    day from;
    struct arena *a;
};

static i64 refer(struct lived *v, const char *code, day on)
{
    struct err e = {0};
    struct referred done;
    struct referral in = {.study = v->p->study,
                          .site = v->site[0],
                          .code = str_of(code),
                          .day = on,
                          .clinician = v->clinician};
    CHECK_CODE(people_refer(&v->act, NULL, &in, &done, &e), OK, e);
    return done.subject;
}

static void screen(struct lived *v, i64 id, day on, enum criterion_met first)
{
    struct err e = {0};
    struct screening_answer x[20];
    struct screening in = {.subject = id, .day = on, .answer = x};
    enum participant_state to;
    for (isize i = 0; i < v->kit.s->criteria.n; i++) {
        const struct study_criterion *c = &v->kit.s->criteria.at[i];
        if (c->table != v->kit.s->participants.table) continue;
        x[in.n] = (struct screening_answer){.criterion = c->id,
                                            .met = c->exclude ? MET_NOT : MET};
        if (in.n == 0) x[0].met = first;
        in.n++;
    }
    if (first == MET_NOT_KNOWN) in.n = 1;
    CHECK_CODE(people_screen(&v->act, &in, &to, &e), OK, e);
    v->act.now++;
}

static i64 agree(struct lived *v, i64 id, isize k, day on, enum consent_how how)
{
    struct err e = {0};
    i64 out = 0;
    struct consent_given in = {.participant = id,
                               .purpose = v->kit.s->consents.at[k].id,
                               .how = how,
                               .giver = GIVER_SELF,
                               .witness = how == HOW_ORAL ? v->other : 0,
                               .day = on};
    CHECK_CODE(consent_give(&v->act, &in, &out, &e), OK, e);
    v->act.now++;
    return out;
}

static void leave(struct lived *v, i64 consent, day on)
{
    struct err e = {0};
    struct consent_withdrawn in = {.consent = consent, .day = on, .effect = DATA_KEEP};
    CHECK_CODE(consent_withdraw(&v->act, &in, &e), OK, e);
    v->act.now++;
}

static void happen(struct lived *v, i64 id, enum participant_event k, day on,
                   const char *reason, i64 site, i64 clinician)
{
    struct err e = {0};
    i64 event;
    struct happening in = {.subject = id,
                           .kind = k,
                           .day = on,
                           .reason = str_of(reason),
                           .site = site,
                           .clinician = clinician};
    CHECK_CODE(people_happen(&v->act, &in, &event, &e), OK, e);
    v->act.now++;
}

static void answer(struct lived *v, i64 id, const char *measure, const char *time, day on)
{
    struct err e = {0};
    struct answer x[60] = {0};
    struct form_done done;
    isize m = 0;
    while (!str_is(v->kit.s->measures.at[m].id, measure)) m++;
    x[0].state = ANSWER_DECLINED; /* the others are missing */
    struct form_in in = {.key = {id, m, study_time(v->kit.s, str_of(time))},
                         .answer = x,
                         .pass = 1,
                         .day = on,
                         .mode = MODE_PAPER,
                         .lang = S("nb")};
    CHECK_CODE(collect_submit(&v->act, &v->kit, &in, &done, &e), OK, e);
}

/* The visit of a time point. */
static struct visit visit_at(struct lived *v, i64 id, isize nth)
{
    struct err e = {0};
    struct visits all;
    CHECK_CODE(visit_of(v->p->h.db, &v->act.who, id, &all, v->a, &e), OK, e);
    CHECK(all.n > nth);
    return all.at[nth];
}

static isize required(const struct lived *v)
{
    isize k = 0;
    while (!v->kit.s->consents.at[k].required ||
           v->kit.s->consents.at[k].table != v->kit.s->participants.table)
        k++;
    return k;
}

static i64 enrol(struct lived *v, const char *code, day on, i64 *consent)
{
    i64 id = refer(v, code, on - 20), given;
    screen(v, id, on - 10, MET);
    given = agree(v, id, required(v), on - 5, HOW_PAPER);
    for (isize k = 0; k < v->kit.s->consents.n; k++)
        if (v->kit.s->consents.at[k].required && k != required(v) &&
            v->kit.s->consents.at[k].table == v->kit.s->participants.table)
            (void)agree(v, id, k, on - 5, HOW_PAPER);
    if (consent) *consent = given;
    happen(v, id, EV_ENROLLED, on, "", 0, 0);
    return id;
}

static void live(struct home *p, const struct replay_done *done, struct arena *a)
{
    struct err e = {0};
    struct protocol protocol;
    struct studies_sites sites;
    struct staff who;
    i64 *rows, consent;
    struct lived v = {.p = p, .a = a, .from = day_of(2014, 1, 10)};
    CHECK_CODE(studies_protocol(p->h.db, p->study, &protocol, &rows, a, &e), OK, e);
    CHECK_CODE(studies_sites_of(p->h.db, p->study, &sites, a, &e), OK, e);
    v.kit = (struct collect_kit){p->study, protocol.study, protocol.in, rows};
    v.site[0] = sites.at[0].site;
    v.site[1] = sites.at[1].site;
    CHECK_CODE(staff_by_login(p->h.db, S("c01"), &who, a, &e), OK, e);
    v.clinician = who.id;
    CHECK_CODE(staff_by_login(p->h.db, S("c02"), &who, a, &e), OK, e);
    v.other = who.id;
    v.act = by(p, done->person[NUMBER_OF_COORDINATOR], a);
    v.act.why = S("as it was");

    /* Not known at first, then met, by word; moved, another clinician, a visit missed. */
    i64 id = refer(&v, "P50", v.from);
    screen(&v, id, v.from, MET_NOT_KNOWN);
    screen(&v, id, v.from + 3, MET);
    for (isize k = 0; k < v.kit.s->consents.n; k++)
        if (v.kit.s->consents.at[k].table == v.kit.s->participants.table)
            (void)agree(&v, id, k, v.from + 4, k == required(&v) ? HOW_ORAL : HOW_PAPER);
    happen(&v, id, EV_ENROLLED, v.from + 5, "", 0, 0);
    happen(&v, id, EV_TRANSFERRED, v.from + 30, "", v.site[1], v.other);
    happen(&v, id, EV_CLINICIAN, v.from + 31, "", 0, v.clinician);
    struct visit at = visit_at(&v, id, 0);
    CHECK_CODE(visiting_missed(&v.act, &v.kit, at.id, &e), OK, e);

    happen(&v, refer(&v, "P51", v.from + 1), EV_DECLINED, v.from + 2, "no-wish", 0, 0);
    /* Referred and no more; found ineligible, and asked anew. */
    (void)refer(&v, "P52", v.from + 1);
    id = refer(&v, "P53", v.from);
    screen(&v, id, v.from, MET_NOT);

    /* Withdrew, came back, withdrew again; answers of both times. */
    id = enrol(&v, "P54", v.from, &consent);
    answer(&v, id, "gaf", "t1", v.from + 10);
    leave(&v, consent, v.from + 20);
    consent = agree(&v, id, required(&v), v.from + 40, HOW_PAPER);
    happen(&v, id, EV_RETURNED, v.from + 41, "", 0, 0);
    answer(&v, id, "gaf", "t2", v.from + 50);
    leave(&v, consent, v.from + 60);

    /* A visit moved, then held; one called off; completed, then died. */
    id = enrol(&v, "P55", v.from, NULL);
    at = visit_at(&v, id, 0);
    CHECK_CODE(
        visiting_moved(&v.act, &v.kit, at.id, at.due + 2, at.opens, at.closes + 9, &e),
        OK, e);
    CHECK_CODE(visiting_held(&v.act, &v.kit, at.id, at.due + 1, &e), OK, e);
    at = visit_at(&v, id, 1);
    CHECK_CODE(visiting_cancelled(&v.act, &v.kit, at.id, &e), OK, e);
    happen(&v, id, EV_COMPLETED, v.from + 200, "", 0, 0);
    happen(&v, id, EV_DIED, v.from + 210, "", 0, 0);
    answer(&v, id, "gaf", "t1", v.from + 12);
}

static void load(struct home *p, const char *url, struct arena *a)
{
    struct err e = {0};
    struct replay_done done;
    house_open(&p->h, url, a);
    struct act admin = house_act(&p->h, p->h.admin, MORNING, a);
    struct replay_in in = {.definitions = test_path("data"),
                           .study = "norway2013",
                           .key = sealed_key(test_folder(), "round.key", *a)};
    CHECK_CODE(replay_load(&admin, &in, &done, &e), OK, e);
    p->study = done.study;
    p->manager = done.person[NUMBER_OF_DATA_MANAGER];
    live(p, &done, a);
    take_out(p, a);
}

/* --- an empty one --------------------------------------------------------------------- */

static void found(struct home *p, const char *url, struct arena *a)
{
    struct err e = {0};
    struct applied applied;
    struct study *s;
    house_open(&p->h, url, a);
    struct act admin = house_act(&p->h, p->h.admin, MORNING, a);
    const char *file = test_path("data/studies/norway2013/study.yaml");
    CHECK_CODE(study_read_file(file, &s, a, &e), OK, e);
    CHECK_CODE(apply_study(&admin, test_path("data"), "norway2013", &applied, &e), OK, e);
    p->study = applied.study;
    for (isize i = 0; i < s->sites.n; i++) {
        i64 site = 0;
        CHECK_CODE(staffing_site_add(&admin, p->h.service, s->sites.at[i], &site, &e), OK,
                   e);
        CHECK_CODE(apply_site(&admin, p->study, site, s->sites.at[i], &e), OK, e);
    }
    for (int i = 1; i <= 31; i++)
        (void)house_person(&p->h, str_fmt(a, "c%02d", i).at, 0, 0, a);
    p->manager = house_person(&p->h, "manager", DATA_MANAGER, 0, a);
}

/* subjects.csv with the accounts of clinicians. */
static struct str with_logins(struct str text, struct arena *a)
{
    struct buf b = buf_in(a, text.n * 2);
    struct str line;
    for (isize i = 0; str_cut(&text, '\n', &line) && line.n; i++) {
        struct str code = str_from(line, MIN(line.n, 11));
        bool clinician = str_starts(line, S("clinicians,C"));
        buf_fmt(&b, "%.*s,", FMT(line));
        if (i == 0) buf_put(&b, S("login"));
        if (clinician) buf_fmt(&b, "c%.*s", FMT(str_upto(str_from(code, 1), 2)));
        buf_putc(&b, '\n');
    }
    return buf_str(&b);
}

static int tell(void *arg, const struct import_row *r, struct err *e)
{
    (void)e;
    struct buf *b = arg;
    if (r->verdict == IMPORT_REFUSED && b->n < 2000)
        buf_fmt(b, "%s:%d %s %.*s: %s\n", r->file, r->line,
                import_verdict_word[r->verdict], FMT(r->key), r->why);
    return OK;
}

/* In again: rehearsed, then done, and it was what was said. */
static void bring_in(struct home *from, struct home *to, struct arena *a)
{
    struct err e = {0};
    struct import_file file[TIDY_N];
    struct import_done said, done;
    struct buf told = buf_in(a, 4000);
    for (int t = 0; t < TIDY_N; t++) {
        const char *name = str_fmt(a, "%s.csv", tidy_name((enum tidy_table)t)).at;
        struct str text =
            t == TIDY_subjects ? with_logins(from->table[t], a) : from->table[t];
        file[t] = (struct import_file){name, file_join(a, test_folder(), name), -1};
        CHECK_CODE(file_publish(file[t].path, text, &e), OK, e);
    }
    struct act act = by(to, to->manager, a);
    act.why = S("brought in from elsewhere");
    struct import_in in = {.study = S("norway2013"),
                           .file = file,
                           .n = TIDY_N,
                           .lang = S("nb"),
                           .tell = tell,
                           .arg = &told};
    struct hash before = house_hash(to->h.db, *a);
    CHECK_CODE(import_run(&act, &in, &said, &e), OK, e);
    CHECK_STR(str_of(house_hash(to->h.db, *a).hex), before.hex);
    test_check(said.all[IMPORT_REFUSED] == 0, __FILE__, __LINE__, "refused:\n%.*s",
               FMT(buf_str(&told)));
    in.apply = true;
    in.mark = said.mark;
    CHECK_CODE(import_run(&act, &in, &done, &e), OK, e);
    CHECK(memcmp(&said, &done, sizeof said) == 0);
    take_out(to, a);
    /* A second time there is nothing to do. */
    told.n = 0;
    in.apply = false;
    in.mark = NULL;
    CHECK_CODE(import_run(&act, &in, &said, &e), OK, e);
    test_check(said.all[IMPORT_SAME] == done.all[IMPORT_NEW] + done.all[IMPORT_SAME] +
                                            done.all[IMPORT_CHANGES],
               __FILE__, __LINE__, "again: %td same, %td new, %td changed, %td refused",
               said.all[IMPORT_SAME], said.all[IMPORT_NEW], said.all[IMPORT_CHANGES],
               said.all[IMPORT_REFUSED]);
}

/* The mode of every answer is `import`. */
static struct str imported(struct str text, struct arena *a)
{
    struct buf b = buf_in(a, text.n * 2);
    struct str line;
    for (isize i = 0; str_cut(&text, '\n', &line) && line.n; i++)
        for (int k = 0; k < 13; k++) {
            struct str cell;
            CHECK(str_cut(&line, ',', &cell));
            buf_put(&b, i > 0 && k == 6 ? S("import") : cell);
            buf_putc(&b, k < 12 ? ',' : '\n');
        }
    return buf_str(&b);
}

static void same(struct str x, struct str y, const char *what)
{
    isize i = 0, line = 1;
    while (i < MIN(x.n, y.n) && x.at[i] == y.at[i]) line += x.at[i++] == '\n';
    isize from = i;
    while (from > 0 && x.at[from - 1] != '\n') from--;
    test_check(str_eq(x, y), __FILE__, __LINE__, "%s, line %td:\n%.*s\n%.*s", what, line,
               FMT(str_brief(str_from(x, from), 120)),
               FMT(str_brief(str_from(y, MIN(from, y.n)), 120)));
}

EACH_ENGINE(round_trip_of_a_whole_study)
{
    struct home one = {0}, two = {0}, three = {0};
    const char *file = str_fmt(&tmp, "sqlite:%s/one.db", test_folder()).at;
    load(&one, file, &tmp);
    found(&two, url, &tmp);
    bring_in(&one, &two, &tmp);
    for (int t = 0; t < TIDY_N; t++)
        same(t == TIDY_answers ? imported(one.table[t], &tmp) : one.table[t],
             two.table[t], tidy_name((enum tidy_table)t));
    CHECK_STR(str_of(two.records.hex), one.records.hex); /* and so every report */
    /* And once more, from the other engine: every byte. */
    found(&three, str_fmt(&tmp, "sqlite:%s/three.db", test_folder()).at, &tmp);
    bring_in(&two, &three, &tmp);
    for (int t = 0; t < TIDY_N; t++)
        same(two.table[t], three.table[t], tidy_name((enum tidy_table)t));
    CHECK_STR(str_of(three.records.hex), one.records.hex);
    house_close(&one.h, tmp);
    house_close(&two.h, tmp);
    house_close(&three.h, tmp);
}
