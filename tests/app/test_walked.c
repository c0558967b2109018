/* Lists on PostgreSQL: how many rows each of them touches, as EXPLAIN ANALYZE counts them, among some
** people and among ten times as many.  SQLite's steps are counted by tests/web/test_crowd.c. */
#include "app/invent.h"
#include "app/kits.h"
#include "folk.h"
#include "store/statements.h"
#include <stdio.h>

enum { SOME = 600, PAGE = 20, LISTS = 14 };

/* {s}: a member of staff who sees it, {r}: the roles; the rest is the test's. */
static const struct {
    const struct sql *q;
    const char *values;
    bool named; /* asks {s} and {r} */
} lists[LISTS] = {
    {SQL_participant_page, "20779, {u}, 'P0000300', 'Q', 20", true},
    {SQL_participant_page_state, "20779, {u}, 'P', 'Q', 'enrolled', 20", true},
    {SQL_participant_page_site, "20779, {u}, 'P0000300', 'Q', {t}, 20", true},
    {SQL_participant_page_site_state, "20779, {u}, 'P', 'Q', {t}, 'enrolled', 20", true},
    {SQL_participant_page_clinician, "20779, {u}, 'P', 'Q', {c}, 0, '', 20", true},
    {SQL_participant_counts, "20779, {u}", true},
    {SQL_allocation_wanted, "20779, {u}, 20", true},
    {SQL_subject_page, "20779, {u}, 'consumers', 'P0000300', 0, 20", true},
    {SQL_alert_open_site, "{u}, {t}, 0, 1", false},
    {SQL_alert_open_all, "{u}, 0, 1", false},
    {SQL_visit_due_site, "{u}, {t}, 30000, 30000, 0, 0, 20, {l}", false},
    {SQL_visit_due_all, "{u}, 30000, 30000, 0, 0, 20, {l}", false},
    {SQL_response_page, "{u}, 'consumers', 'P0000300', 0, 20, 9000000000000", false},
    {SQL_participant_get, "20779, {p}", true},
};

struct place {
    char letter;
    i64 is;
};

static const char *filled(const char *form, const struct place *p, isize n,
                          struct arena *a)
{
    struct buf b = buf_in(a, 400);
    for (; *form; form++) {
        if (*form != '{') {
            buf_putc(&b, *form);
            continue;
        }
        for (isize i = 0; i < n; i++)
            if (p[i].letter == form[1]) buf_fmt(&b, "%" PRId64, p[i].is);
        form += 2;
    }
    buf_putc(&b, 0);
    return buf_str(&b).at;
}

/* The number behind a word of the line; 0: it is not there. */
static i64 behind(struct str line, const char *word)
{
    i64 n = 0;
    isize at = str_find_str(line, str_of(word));
    if (at < 0) return 0;
    for (at += str_of(word).n; at < line.n; at++) {
        if (line.at[at] < '0' || line.at[at] > '9') break;
        n = 10 * n + (line.at[at] - '0');
    }
    return n;
}

static i64 ask(struct db *db, const char *text, struct arena tmp)
{
    struct sql q = {.name = "walked", .id = -1, .text = text};
    struct err e = {0};
    ROWS r = {0};
    i64 sum = 0, loops = 1;
    CHECK_CODE(db_query(db, &r, &q, NO_ARGS, &e), OK, e);
    while (db_next(&r)) {
        struct str line = db_str(&r, 0, &tmp);
        if (behind(line, " loops=")) loops = behind(line, " loops=");
        sum +=
            loops * (behind(line, "(actual rows=") + behind(line, "Removed by Filter: "));
    }
    CHECK_CODE(db_end(&r, &e), OK, e);
    return sum;
}

/* Rows that each list touches among n people. */
static void walk(int n, i64 out[LISTS], struct arena tmp)
{
    struct folk f;
    struct err e = {0};
    struct kits *kits = NULL;
    i64 first = 0, lane = 0;
    const char *url = engine_url("postgresql", &tmp);
    folk_open(&f, url, &tmp);
    CHECK_CODE(kits_open(&kits, &e), OK, e);
    struct act act = folk_act(&f, 0, &tmp);
    act.kits = kits;
    act.console = true;
    struct invent_ask in = {.study = f.study,
                            .site = f.h.site,
                            .n_sites = 2,
                            .n = n,
                            .clinician = &f.clinician,
                            .n_clinicians = 1,
                            .round = n / 20};
    CHECK_CODE(invent_people(&act, &in, &first, &e), OK, e);
    TXN t = {0};
    CHECK_CODE(db_begin(&t, f.h.writing, "analyze", &e), OK, e);
    CHECK_CODE(db_script(f.h.writing, "analyze", S("ANALYZE"), &e), OK, e);
    CHECK_CODE(db_commit(&t, &e), OK, e);
    struct sql l = {.name = "lane",
                    .id = -1,
                    .text = "SELECT MIN(waits_on * 1000000 + closes - opens) FROM visit "
                            "WHERE waits_on > 0"};
    CHECK_CODE(db_one(f.h.db, &lane, &l, NO_ARGS, &e), OK, e);
    act = folk_act(&f, f.manager, &tmp);
    const struct place p[] = {{'u', f.study},
                              {'t', f.h.site[0]},
                              {'p', first + n / 2},
                              {'c', f.clinician},
                              {'l', lane}};
    struct str roles = act_roles(&act, MAY_SEE_PARTICIPANTS);
    for (isize i = 0; i < LISTS; i++) {
        struct arena a = tmp;
        struct buf b = buf_in(&a, 20000);
        ask(f.h.db, str_fmt(&a, "PREPARE walked AS %s", lists[i].q->text).at, a);
        buf_put(&b, S("EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF) EXECUTE walked("));
        if (lists[i].named) buf_fmt(&b, "%" PRId64 ", '%.*s', ", f.manager, FMT(roles));
        buf_fmt(&b, "%s)%c", filled(lists[i].values, p, COUNT(p), &a), 0);
        out[i] = ask(f.h.db, buf_str(&b).at, a);
        ask(f.h.db, "DEALLOCATE walked", a);
    }
    kits_close(kits);
    folk_close(&f, tmp);
    remove(str_fmt(&tmp, "%s/key", test_folder()).at);
    engine_drop("postgresql", tmp);
}

TEST(walked_rows_do_not_grow_with_people_postgresql)
{
    i64 few[LISTS] = {0}, many[LISTS] = {0};
    if (!engine_server()) {
        test_skip("no PostgreSQL server (VARDE_TEST_PG)");
        return;
    }
    walk(SOME, few, tmp);
    walk(10 * SOME, many, tmp);
    for (isize i = 0; i < LISTS; i++) {
        CHECK(few[i] > 0);
        test_check(many[i] <= few[i] + few[i] / 2 + PAGE, __FILE__, __LINE__,
                   "%s: %" PRId64 " rows among %d, %" PRId64 " among %d",
                   lists[i].q->name, few[i], SOME, many[i], 10 * SOME);
    }
}
