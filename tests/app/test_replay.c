/* The two halves meet: the Norwegian records loaded through the acts, and analysed from the
** store to the byte as from the files; the past; all or nothing. */
#include "app/analysis.h"
#include "app/people.h"
#include "app/replay.h"
#include "base/file.h"
#include "exchange/records_csv.h"
#include "exchange/tidy.h"
#include "house.h"
#include "report/report_study.h"
#include "report/under.h"
#include "store/journal.h"
#include "store/sealed.h"
#include "store/statements.h"

#include <string.h>

struct told {
    isize calls, last, of;
    int loads;
};

static void tell(void *arg, isize done, isize of)
{
    struct told *t = arg;
    t->calls++;
    t->last = done;
    t->of = of;
}

static const char *definitions(void)
{
    return test_path("data");
}

static int load(struct house *h, struct replay_done *out, struct told *t, struct arena *a,
                struct err *e)
{
    struct act act = house_act(h, h->admin, MORNING, a);
    struct replay_in in = {
        .definitions = definitions(),
        .study = "norway2013",
        .key = sealed_key(test_folder(), str_fmt(a, "%d.key", t->loads++).at, *a),
        .progress = tell,
        .arg = t};
    return replay_load(&act, &in, out, e);
}

/* A document in every format, into a folder. */
static void write_all(const struct analysed *m, const char *dir, struct arena *a)
{
    static doc_writer *const write[] = {doc_html, doc_pdf, doc_csv, doc_json};
    struct err e = {0};
    struct doc *d = report_study(m, LANG_NB, S("1"), a);
    for (isize i = 0; i < COUNT(write); i++) CHECK_CODE(write[i](d, dir, *a, &e), OK, e);
}

EACH_ENGINE(replay_analysed_from_the_store_is_the_same_to_the_byte)
{
    struct house h;
    struct err e = {0};
    struct told t = {0};
    struct replay_done done;
    house_open(&h, url, &tmp);
    CHECK_CODE(load(&h, &done, &t, &tmp, &e), OK, e);
    /* The counts are those of the files. */
    CHECK_INT(done.participants, 44);
    CHECK_INT(done.subjects, 31 + 8 + 60);
    CHECK_INT(done.services, 9);
    CHECK(t.calls > 10 && t.last == t.of);

    struct protocol p;
    struct records from_files;
    struct analysed m;
    struct analyse_options o = {.threads = 1, .seed = -1, .resamples = 1000};
    CHECK_CODE(protocol_open(definitions(), "norway2013", &p, &tmp, &e), OK, e);
    const char *dir = file_join(&tmp, p.dir, "records");
    CHECK_CODE(records_csv_read(dir, p.study, p.in, &from_files, &tmp, &e), OK, e);
    CHECK_CODE(analyse_run(p.plan, &from_files, &o, &m, &tmp, &e), OK, e);

    i64 manager = done.person[NUMBER_OF_DATA_MANAGER];
    struct act act = house_act(&h, manager, MORNING, &tmp);
    struct analysis x;
    CHECK_CODE(analysis_run(&act, S("norway2013"), INSTANT_NOW, &o, &x, &e), OK, e);
    CHECK_STR(str_of(x.records.hash.hex), from_files.hash.hex);

    const char *one = test_folder(), *two = test_folder();
    struct file_names files[2] = {{0}, {0}};
    write_all(&m, one, &tmp);
    write_all(&x.analysed, two, &tmp);
    CHECK_CODE(file_list(one, &files[0], &tmp, &e), OK, e);
    CHECK_CODE(file_list(two, &files[1], &tmp, &e), OK, e);
    CHECK(files[0].n > 10);
    CHECK_INT(files[1].n, files[0].n);
    for (isize i = 0; i < MIN(files[0].n, files[1].n); i++) {
        struct str s, u;
        struct arena a = tmp;
        CHECK(str_eq(files[0].at[i], files[1].at[i]));
        CHECK_CODE(
            file_read(file_join(&a, one, files[0].at[i].at), FILE_LIMIT, &s, &a, &e), OK,
            e);
        CHECK_CODE(
            file_read(file_join(&a, two, files[1].at[i].at), FILE_LIMIT, &u, &a, &e), OK,
            e);
        test_check(str_eq(s, u), __FILE__, __LINE__, "%.*s differs", FMT(files[0].at[i]));
    }
    house_close(&h, tmp);
}

/* Names are invented and sealed; a second load is refused and leaves everything as it was;
** so does a load that fails in the middle. */
EACH_ENGINE(replay_is_all_or_nothing)
{
    struct house h;
    struct err e = {0};
    struct told t = {0};
    struct replay_done done;
    house_open(&h, url, &tmp);
    /* A clinician's log-in name is taken: the acts before it must leave nothing. */
    house_person(&h, "c31", 0, 0, &tmp);
    struct hash before = house_hash(h.db, tmp);
    CHECK_CODE(load(&h, &done, &t, &tmp, &e), E_CONSTRAINT, e);
    CHECK_STR(str_of(house_hash(h.db, tmp).hex), before.hex);
    /* Nobody but an administrator may. */
    struct act nobody =
        house_act(&h, house_person(&h, "dm", DATA_MANAGER, 0, &tmp), MORNING, &tmp);
    struct replay_in in = {.definitions = definitions(), .study = "norway2013"};
    CHECK_CODE(replay_load(&nobody, &in, &done, &e), E_NOT_ALLOWED, e);
    house_close(&h, tmp);
}

EACH_ENGINE(replay_twice_is_refused)
{
    struct house h;
    struct err e = {0};
    struct told t = {0};
    struct replay_done done;
    house_open(&h, url, &tmp);
    CHECK_CODE(load(&h, &done, &t, &tmp, &e), OK, e);
    struct hash before = house_hash(h.db, tmp);
    CHECK_CODE(load(&h, &done, &t, &tmp, &e), E_CONSTRAINT, e);
    CHECK_SAYS(e, "already");
    CHECK_STR(str_of(house_hash(h.db, tmp).hex), before.hex);
    house_close(&h, tmp);
}

/* A value put right later changes what is now, and not what was. */
EACH_ENGINE(replay_as_of_shows_what_was)
{
    struct house h;
    struct err e = {0};
    struct told t = {0};
    struct replay_done done;
    house_open(&h, url, &tmp);
    CHECK_CODE(load(&h, &done, &t, &tmp, &e), OK, e);
    i64 manager = done.person[NUMBER_OF_DATA_MANAGER];
    struct act act = house_act(&h, manager, MORNING + 5000, &tmp);
    struct analysis was, now, then, none;
    CHECK_CODE(analysis_read(&act, S("norway2013"), INSTANT_NOW, &was, &e), OK, e);
    i64 p01 =
        was.records.table[study_table(was.protocol.study, S("consumers"))].subject[0];
    act.why = S("read again on the paper form");
    CHECK_CODE(people_attribute(&act, p01, S("age"), S("23"), &e), OK, e);
    CHECK_CODE(analysis_read(&act, S("norway2013"), INSTANT_NOW, &now, &e), OK, e);
    CHECK_CODE(analysis_read(&act, S("norway2013"), MORNING + 4999, &then, &e), OK, e);
    CHECK(strcmp(now.records.hash.hex, was.records.hash.hex) != 0);
    CHECK_STR(str_of(then.records.hash.hex), was.records.hash.hex);
    /* Before anything was entered there are no rows. */
    CHECK_CODE(analysis_read(&act, S("norway2013"), MORNING - 1, &none, &e), E_RECORD, e);
    house_close(&h, tmp);
}

static isize dropouts(struct act *act, instant as_of, i64 *one, struct str *clinician,
                      struct arena *a)
{
    struct analysis x;
    struct err e = {0};
    isize n = 0;
    CHECK_CODE(analysis_read(act, S("norway2013"), as_of, &x, &e), OK, e);
    const struct study *s = x.protocol.study;
    isize t = study_table(s, S("consumers"));
    isize left = study_variable(s, t, S("dropout")),
          who = study_variable(s, t, S("clinician"));
    for (isize i = 0; i < x.records.table[t].n; i++) {
        bool out = str_is(records_code(&x.records, left, i), "1");
        n += out;
        if (!*one && str_is(records_code(&x.records, left, i), "0"))
            *one = x.records.table[t].subject[i];
        if (x.records.table[t].subject[i] == *one)
            *clinician = str_dup(records_code(&x.records, who, i), a);
    }
    return n;
}

/* A drop-out that is entered as an event is one in the analysis, and was none before; so is
** another clinician. */
EACH_ENGINE(replay_what_happens_reaches_the_analysis)
{
    struct house h;
    struct err e = {0};
    struct told t = {0};
    struct replay_done done;
    struct participant_events events;
    house_open(&h, url, &tmp);
    CHECK_CODE(load(&h, &done, &t, &tmp, &e), OK, e);
    struct act act = house_act(&h, done.person[NUMBER_OF_DATA_MANAGER], MORNING, &tmp);
    struct act team =
        house_act(&h, done.person[NUMBER_OF_COORDINATOR], MORNING + 5000, &tmp);
    struct str was, now;
    i64 one = 0, event = 0;
    isize n = dropouts(&act, INSTANT_NOW, &one, &was, &tmp);
    CHECK_INT(n, 9); /* of 44 */
    struct people_file file;
    CHECK_CODE(people_file(&team, one, INSTANT_NOW, &file, &e), OK, e);
    events = file.events;
    team.why = S("entered for somebody else");
    struct participant_happened *last = &events.at[events.n - 1];
    CHECK(last->kind == EV_COMPLETED);
    CHECK_CODE(people_take_back(&team, last->id, &e), OK, e);
    CHECK_INT(dropouts(&act, INSTANT_NOW, &one, &was, &tmp), n);
    team.now += 1000;
    struct happening moved = {.subject = one,
                              .kind = EV_CLINICIAN,
                              .day = last->day,
                              .clinician = done.person[NUMBER_OF_CLINICIAN]};
    struct happening left = {
        .subject = one, .kind = EV_DROPPED_OUT, .day = last->day, .reason = S("no-wish")};
    CHECK_CODE(people_happen(&team, &moved, &event, &e), OK, e);
    CHECK_CODE(people_happen(&team, &left, &event, &e), OK, e);
    CHECK_INT(dropouts(&act, INSTANT_NOW, &one, &now, &tmp), n + 1);
    CHECK_STR(now, "C01");
    CHECK_INT(dropouts(&act, MORNING + 4999, &one, &now, &tmp), n);
    CHECK_STR(now, str_c(was, &tmp));
    /* The column itself is not entered. */
    struct act clerk = house_act(&h, done.person[NUMBER_OF_DATA_MANAGER], MORNING, &tmp);
    CHECK_CODE(people_attribute(&clerk, one, S("dropout"), S("0"), &e), E_RECORD, e);
    CHECK_SAYS(e, "follows");
    house_close(&h, tmp);
}

/* Who sees what: a leader of one site that site's rows; others nothing. */
EACH_ENGINE(replay_rows_by_right)
{
    struct house h;
    struct err e = {0};
    struct told t = {0};
    struct replay_done done;
    house_open(&h, url, &tmp);
    CHECK_CODE(load(&h, &done, &t, &tmp, &e), OK, e);
    struct act leader = house_act(&h, done.person[NUMBER_OF_LEADER], MORNING, &tmp);
    struct analysis x;
    CHECK_CODE(analysis_read(&leader, S("norway2013"), INSTANT_NOW, &x, &e), OK, e);
    isize consumers = study_table(x.protocol.study, S("consumers"));
    const struct rec_table *d = &x.records.table[consumers];
    CHECK(d->n > 0 && d->n < 44);
    isize site = study_variable(x.protocol.study, consumers, S("service"));
    for (isize i = 0; i < d->n; i++) CHECK_STR(records_code(&x.records, site, i), "S1");
    static const int refused[] = {NUMBER_OF_CLINICIAN, NUMBER_OF_TRAINER,
                                  NUMBER_OF_OUTCOME_ASSESSOR, NUMBER_OF_MONITOR};
    for (isize i = 0; i < COUNT(refused); i++) {
        struct act who = house_act(&h, done.person[refused[i]], MORNING, &tmp);
        CHECK_CODE(analysis_read(&who, S("norway2013"), INSTANT_NOW, &x, &e),
                   E_NOT_ALLOWED, e);
    }
    /* The rows under a figure carry the numbers of the answers they came from. */
    struct act all = house_act(&h, done.person[NUMBER_OF_DATA_MANAGER], MORNING, &tmp);
    CHECK_CODE(analysis_read(&all, S("norway2013"), INSTANT_NOW, &x, &e), OK, e);
    const struct plan *plan = x.protocol.plan;
    const struct plan_analysis *an = &plan->analyses.at[plan_analysis(plan, S("honos"))];
    struct under u = under_analysis(an, &x.records, &tmp);
    CHECK(u.n == 44 && u.n_used > 20);
    for (isize i = 0; i < u.n; i++) {
        if (!u.at[i].used) continue;
        struct under_sources s = under_sources(&x.records, an->x, u.at[i].row, &tmp);
        CHECK(s.n == 1 && s.at[0].response > 0);
    }
    house_close(&h, tmp);
}

static int gather(void *arg, struct str piece, struct err *e)
{
    (void)e;
    buf_put(arg, piece);
    return OK;
}

/* What goes out: every fact once, by code, and nobody's name. */
EACH_ENGINE(replay_exported_tidily)
{
    struct house h;
    struct err e = {0};
    struct told t = {0};
    struct replay_done done;
    house_open(&h, url, &tmp);
    CHECK_CODE(load(&h, &done, &t, &tmp, &e), OK, e);
    struct act act = house_act(&h, done.person[NUMBER_OF_DATA_MANAGER], MORNING, &tmp);
    struct analysis x;
    CHECK_CODE(analysis_read(&act, S("norway2013"), INSTANT_NOW, &x, &e), OK, e);
    struct records_cut cut = {.study = x.study.id,
                              .roles = right_roles(&act.who, MAY_EXPORT, &tmp),
                              .as_of = INSTANT_NOW,
                              .protocol = &x.protocol,
                              .definition = x.instruments};
    static const isize rows[TIDY_N] = {[TIDY_subjects] = 44 + 31 + 8 + 60};
    for (int k = 0; k < TIDY_N; k++) {
        struct arena a = tmp;
        struct buf b = buf_in(&a, 1 << 20);
        struct tidy_sink to = {gather, &b};
        struct csv c;
        CHECK_CODE(tidy_put(h.db, &act.who, &cut, (enum tidy_table)k, &to,
                            arena_reserve((isize)1 << 28), &e),
                   OK, e);
        CHECK_CODE(csv_read(buf_str(&b), tidy_name((enum tidy_table)k), true, &c, &a, &e),
                   OK, e);
        CHECK(c.n > 0);
        if (rows[k]) CHECK_INT(c.n, rows[k]);
        CHECK(str_find_str(buf_str(&b), S("invented")) < 0);
        CHECK(str_find_str(buf_str(&b), S("Vardebakk")) < 0);
        if (k == TIDY_answers) {
            /* As many items as the files have columns for forms with any answer. */
            isize want = 0;
            for (isize i = 0; i < x.protocol.study->tables.n; i++)
                for (isize s = 0; s < x.records.table[i].n_sets; s++) {
                    const struct rec_answers *q = &x.records.table[i].sets[s];
                    for (isize r = 0; r < x.records.table[i].n; r++)
                        if (q->response[r]) want += q->n_items;
                }
            CHECK_INT(c.n, want);
        }
    }
    struct buf b = buf_in(&tmp, 1 << 16);
    struct tidy_sink to = {gather, &b};
    struct csv c;
    CHECK_CODE(tidy_codebook(&x.protocol, LANG_DA, &to, tmp, &e), OK, e);
    CHECK_CODE(csv_read(buf_str(&b), "codebook", true, &c, &tmp, &e), OK, e);
    CHECK(c.n > 100);
    house_close(&h, tmp);
}
