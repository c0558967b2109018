/* How SQLite finds the rows of each statement, as its planner says: none walks through all that
** is known of people but those that are named here, each with its reason.  The planner has no
** statistics, so an empty store tells what a full one does.  What it costs is measured by
** tests/web/test_crowd.c. */
#include "engines.h"
#include "store/migrate.h"
#include "store/statements.h"
#include "test.h"
#include <string.h>

/* Those that may: few rows whatever the number of people, or everything by intent. */
static const struct {
    const char *name, *why;
} may[] = {
    {"alert_named", "staff"},
    {"attachment_drop", "jobs"},
    {"credential_count", "staff"},
    {"definition_list", "definitions"},
    {"draft_tidy", "what is being typed now"},
    {"erasure_count", "erasures"},
    {"erasure_last", "its last row"},
    {"erasure_list", "erasures"},
    {"failure_tidy", "log-ins"},
    {"invitation_drop", "invitations"},
    {"invitation_drop_setup", "invitations"},
    {"invitation_tidy", "invitations"},
    {"job_copies", "jobs"},
    {"job_count", "jobs"},
    {"job_counts", "jobs"},
    {"job_over", "jobs"},
    {"job_stop_exports", "jobs"},
    {"journal_head_list", "one a day"},
    {"journal_last", "its last row"},
    {"journal_latest", "its last thousand rows"},
    {"login_rule_list", "rules"},
    {"migration_list", "steps"},
    {"overview_accounts", "staff"},
    {"overview_behind", "counts, of a study with few people only (web/home.h)"},
    {"overview_left", "counts, of a page that is asked for"},
    {"overview_paper", "counts, of a page that is asked for"},
    {"overview_times", "counts, of a page that is asked for"},
    {"overview_ratings", "recordings and services, no people"},
    {"participant_by_nobody", "varde demo"},
    {"participant_copies_differ", "verify"},
    {"participant_count_true", "verify"},
    {"records_attributes", "an analysis"},
    {"records_events", "an analysis"},
    {"records_responses", "an analysis"},
    {"records_staff", "those of the house only, by their index"},
    {"records_subjects", "an analysis"},
    {"service_list", "services"},
    {"session_tidy", "sessions"},
    {"site_list", "sites"},
    {"staff_administrators", "staff"},
    {"staff_at", "staff"},
    {"staff_count", "staff"},
    {"staff_list", "staff"},
    {"study_kinds", "a row a table"},
    {"study_list", "studies"},
    {"visit_lanes", "a row a lane"},
    {"visit_lanes_site", "a row a lane"},
    {"visit_drop_subject", "an erasure: answers that refer to the visit, none by then"},
};

static bool may_scan(const char *name)
{
    for (isize i = 0; i < COUNT(may); i++)
        if (strcmp(may[i].name, name) == 0) return true;
    return false;
}

/* All rows of a table, or of one study: "SCAN p", "SEARCH s USING INDEX x (study=?)".  An index
** with few rows in it may be read whole; a subselect of at most a page too (its alias stands
** behind LIMIT). */
static bool walks(struct str line, struct str text, struct arena tmp)
{
    static const char *const few[] = {
        "participant_unplaced", "participant_owed", "participant_count", "study_site",
        "study_uses",           "subject_staff",    "blind_open"};
    if (str_starts(line, S("SCAN "))) {
        struct str word = str_from(line, 5);
        isize end = str_find(word, ' ');
        if (end >= 0) word = str_upto(word, end);
        if (str_is(word, "CONSTANT")) return false;
        for (int i = 5; i <= 8; i++) {
            struct buf b = buf_in(&tmp, 64);
            buf_fmt(&b, "LIMIT $%d) %.*s\n", i, FMT(word));
            if (str_find_str(text, buf_str(&b)) >= 0) return false;
        }
        return true;
    }
    if (str_find_str(line, S("(study=?)")) < 0 &&
        str_find_str(line, S("(study=? AND kind=?)")) < 0 &&
        str_find_str(line, S("(study=? AND state=?)")) < 0)
        return false;
    for (isize i = 0; i < COUNT(few); i++)
        if (str_find_str(line, str_of(few[i])) >= 0) return false;
    return true;
}

/* How many statements walk that may not; *first: which and how. */
static int faults(struct db *db, struct str *first, struct arena *a)
{
    int n = 0;
    bool blinded = db_mode_of(db) == DB_BLINDED;
    struct err e = {0};
    struct db_arg none[40] = {0};
    *first = (struct str){0};
    for (isize i = 0; i < SQL_N; i++) {
        struct arena tmp = *a;
        const struct sql *q = sql_list[i];
        if (str_starts(str_of(q->name), S("all_")) || may_scan(q->name)) continue;
        /* nobody is asked for the people of a clinician who is not shown (blind_any) */
        if (blinded && strcmp(q->name, "visit_due_of") == 0) continue;
        /* what it names there are rows that refer to the new one: only while references are
        ** broken */
        if (str_starts(str_of(q->text), S("INSERT"))) continue;
        struct sql plan = {.name = "plan", .id = -1, .n_args = q->n_args};
        plan.text = str_fmt(&tmp, "EXPLAIN QUERY PLAN %s", q->text).at;
        ROWS r = {0};
        int code = db_query(db, &r, &plan, none, q->n_args, &e);
        bool writes = !str_starts(str_of(q->text), S("SELECT")) &&
                      !str_starts(str_of(q->text), S("WITH"));
        if (code != OK && blinded && (code == E_NOT_ALLOWED || writes)) continue;
        CHECK_CODE(code, OK, e);
        bool told = false;
        while (db_next(&r)) {
            struct str line = db_str(&r, 3, &tmp);
            if (told || !walks(line, str_of(q->text), tmp)) continue;
            told = true;
            if (n++ == 0) *first = str_fmt(a, "%s: %.*s", q->name, FMT(line));
        }
        CHECK_CODE(db_end(&r, &e), OK, e);
    }
    return n;
}

TEST(plan_no_list_walks_through_people)
{
    struct db *db = NULL;
    struct err e = {0};
    struct str first;
    CHECK_CODE(db_open(engine_url("sqlite", &tmp), DB_WRITER, &db, &e), OK, e);
    CHECK_CODE(migrate(db, S("2026-01-01T00:00:00.000Z"), NULL, tmp, &e), OK, e);
    int n = faults(db, &first, &tmp);
    test_check(n == 0, __FILE__, __LINE__, "%d, the first %.*s", n, FMT(first));
    struct db *blind = NULL;
    CHECK_CODE(db_open(engine_url("sqlite", &tmp), DB_BLINDED, &blind, &e), OK, e);
    n = faults(blind, &first, &tmp);
    test_check(n == 0, __FILE__, __LINE__, "blinded: %d, the first %.*s", n, FMT(first));
    db_close(blind);
    /* that it can find something: each of these is needed by a list */
    static const char *const needed[] = {
        "participant_owed", "participant_unplaced", "participant_clinician",
        "subject_staff",    "alert_open",           "visit_waits",
        "draft_of",         "journal_of",           "identity_find",
    };
    for (isize i = 0; i < COUNT(needed); i++) {
        TXN t = {0};
        CHECK_CODE(db_begin(&t, db, "drop", &e), OK, e);
        const char *drop = str_fmt(&tmp, "DROP INDEX %s", needed[i]).at;
        CHECK_CODE(db_script(db, "drop", str_of(drop), &e), OK, e);
        n = faults(db, &first, &tmp);
        test_check(n > 0, __FILE__, __LINE__, "nothing walks without %s", needed[i]);
    }
    db_close(db);
}
