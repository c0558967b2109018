/* Non-interference: two stores that differ only in who is in which arm give every blinded
** viewer the same bytes, on every route: status, headers, length, body, errors.
**
** The walk goes over the routes table, so a new route is walked by itself.  Places of a pattern
** get ids and codes that exist and some that do not; what answers is asked again in other
** languages, formats and with filters.  That the walk can fail is proved by routes of this
** file that tell an arm, each in another way. */
#include "app/login_parts.h"
#include "base/file.h"
#include "client.h"
#include "store/backup.h"
#include "store/engines.h"
#include "store/journal.h"
#include "store/migrate.h"
#include "store/statements.h"
#include "web/routes.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define NOON ((instant)1795348800000) /* 2026-11-22T12:00:00Z */
#define DAY  20779                    /* 2026-11-22 */

static instant noon(void)
{
    return NOON;
}

/* Whose eyes: the last three are blinded. */
static const struct {
    const char *login, *roles[2];
    bool blinded;
} viewers[] = {
    {"unit", {"trial unit", NULL}, false},
    {"rater", {"outcome assessor", NULL}, true},
    {"both", {"outcome assessor", "clinician"}, true},
    {"stat", {"statistician", "data manager"}, true},
};

static struct str token_of(isize viewer, struct arena *a)
{
    return str_fmt(a, "%064x", (unsigned)(0xABC0 + viewer));
}

static void script(struct db *db, const char *text)
{
    struct err e = {0};
    CHECK_CODE(db_script(db, "blind", str_of(text), &e), OK, e);
}

/* What both stores share: a study with two sites, eight people enrolled, staff in their
** sessions. */
static void fill(struct db *db, struct arena tmp)
{
    struct str yaml;
    struct err e = {0};
    CHECK_CODE(file_read(test_path("data/studies/norway2013/study.yaml"), FILE_LIMIT,
                         &yaml, &tmp, &e),
               OK, e);
    i64 id = 0;
    script(db, "INSERT INTO service (id, name) VALUES (1, 'North');"
               "INSERT INTO site (id, service, name) VALUES (1, 1, 'Harbour'), (2, 1, "
               "'Hill')");
    for (isize i = 0; i < COUNT(viewers); i++) {
        struct arena a = tmp;
        CHECK_CODE(db_one(db, &id, SQL_staff_add,
                          ARGS(T(str_of(viewers[i].login)), T(str_of(viewers[i].login)),
                               T(S("en"))),
                          &e),
                   OK, e);
        i64 role = 0;
        for (int k = 0; k < 2 && viewers[i].roles[k]; k++)
            CHECK_CODE(db_one(db, &role, SQL_staff_role_give,
                              ARGS(I(id), T(str_of(viewers[i].roles[k])), NIL, NIL,
                                   I(20000), NIL),
                              &e),
                       OK, e);
        struct str hash = login_hash("session", token_of(i, &a), &a);
        CHECK_CODE(db_one(db, &role, SQL_session_put,
                          ARGS(T(hash), I(id), T(S("test")), I(NOON), I(NOON + 8 * HOUR)),
                          &e),
                   OK, e);
        hash = login_hash("token", token_of(i, &a), &a);
        CHECK_CODE(db_one(db, &role, SQL_token_put,
                          ARGS(T(hash), I(id), T(S("test")), T(S("")), I(NOON),
                               I(NOON + 8 * HOUR)),
                          &e),
                   OK, e);
    }
    struct hash h = hash_of(yaml);
    script(db,
           str_fmt(&tmp,
                   "INSERT INTO definition (id, kind, name, revision, hash, text, at) "
                   "VALUES (1, 'study', 'norway2013', 1, '%s', '', 0);"
                   "INSERT INTO study (id, name, definition) VALUES (1, 'norway2013', "
                   "1);"
                   "INSERT INTO study_site (study, site, code) VALUES (1, 1, 'S1'), "
                   "(1, 2, 'S2')",
                   h.hex)
               .at);
    for (int i = 1; i <= 8; i++) {
        struct arena a = tmp;
        int site = 1 + i % 2;
        script(db, str_fmt(&a,
                           "INSERT INTO subject (id, study, kind, code, part, site, at) "
                           "VALUES (%d, 1, 'consumers', 'P%02d', 0, %d, %lld);"
                           "INSERT INTO participant (subject, study, site, code, state, "
                           "since, data) VALUES (%d, 1, %d, 'P%02d', 'enrolled', %d, "
                           "'open');"
                           "INSERT INTO participant_event (participant, kind, day, at) "
                           "VALUES (%d, 'enrolled', %d, %lld)",
                           i, i, site, (long long)NOON, i, site, i, DAY - i, i, DAY - i,
                           (long long)NOON)
                       .at);
    }
    script(db, "INSERT INTO participant_count (study, site, state, n) VALUES "
               "(1, 1, 'enrolled', 4), (1, 2, 'enrolled', 4)");
}

/* The swap: whom `turn` 0 puts into one arm, 1 puts into the other. As the trial unit enters
** it: a row and its line in the journal. */
struct swap {
    int turn;
    struct arena tmp;
};

static int allocate(struct db *db, void *arg, struct err *e)
{
    static const char *const arm[] = {"imr", "treatment as usual"};
    struct swap *s = arg;
    for (int i = 1; i <= 8; i++) {
        struct arena a = s->tmp;
        const char *in = arm[(i / 2 + s->turn) % 2];
        struct journal_entry j = {.at = instant_text(NOON, &a),
                                  .actor = 1,
                                  .act = S("allocation.enter"),
                                  .entity = S("allocation"),
                                  .entity_id = i,
                                  .after = str_fmt(&a, "{\"arm\":\"%s\"}", in)};
        TRY(db_script(db, "allocate",
                      str_fmt(&a,
                              "INSERT INTO allocation (participant, arm, kind, day, at, "
                              "staff) VALUES (%d, '%s', 'allocation', %d, %lld, 1)",
                              i, in, DAY, (long long)NOON),
                      e));
        TRY(journal_add(db, &j, a, e));
    }
    return OK;
}

/* --- two houses, two servers ---------------------------------------------------- */

struct side {
    struct house *house;
    struct http *http;
    struct call_front front;
    const char *schema; /* of PostgreSQL */
};

/* A place for rows of this engine: NULL is the folder itself. */
static const char *place(const char *engine, int turn, const char **schema,
                         struct arena *a)
{
    struct err e = {0};
    struct db *db = NULL;
    *schema = NULL;
    if (str_is(str_of(engine), "sqlite")) return NULL;
    const char *server = getenv("VARDE_TEST_PG");
    CHECK_CODE(db_open(server, DB_WRITER, &db, &e), OK, e);
    const char *tail = strrchr(test_folder(), '/') + 1;
    struct buf b = buf_in(a, 64);
    buf_fmt(&b, "blind_%d_", turn);
    for (; *tail; tail++) /* letters and digits of the folder's random name */
        if ((*tail >= 'a' && *tail <= 'z') || (*tail >= '0' && *tail <= '9'))
            buf_putc(&b, *tail);
        else if (*tail >= 'A' && *tail <= 'Z')
            buf_fmt(&b, "_%c", *tail - 'A' + 'a');
    buf_putc(&b, 0);
    *schema = buf_str(&b).at;
    script(db, str_fmt(a, "CREATE SCHEMA %s", *schema).at);
    db_close(db);
    char mark = str_find(str_of(server), '?') < 0 ? '?' : '&';
    return str_fmt(a, "%s%coptions=-csearch_path%%3D%s", server, mark, *schema).at;
}

static void open_side(struct side *s, const char *engine, const char *root, int turn,
                      const char *backup, const char *key_path,
                      const struct routes *table, struct arena *a)
{
    struct err e = {0};
    struct key *key = NULL;
    struct backup_told told;
    const char *folder = str_fmt(a, "%s/%d", root, turn).at,
               *url = place(engine, turn, &s->schema, a);
    CHECK_CODE(key_open(key_path, NULL, &key, &e), OK, e);
    CHECK_CODE(backup_restore(backup, key, folder, url, &told, a, &e), OK, e);
    key_close(key);
    struct house_config c = {
        .folder = folder, .store = url, .key = key_path, .clock = noon};
    CHECK_CODE(house_make(&c, &e), OK, e);
    CHECK_CODE(house_open(&c, &s->house, &e), OK, e);
    if (!s->house) return;
    struct swap w = {turn, *a};
    CHECK_CODE(writer_run(house_writer(s->house), allocate, &w, &e), OK, e);
    s->front = (struct call_front){.house = s->house, .table = table};
    struct http_config h = {.handle = call_answer, .app = &s->front};
    CHECK_CODE(http_start(&h, &s->http, &e), OK, e);
}

static void close_side(struct side *s, struct arena tmp)
{
    struct err e = {0};
    if (s->http) http_stop(s->http, 1000);
    house_close(s->house);
    if (!s->schema) return;
    struct db *db = NULL;
    CHECK_CODE(db_open(getenv("VARDE_TEST_PG"), DB_WRITER, &db, &e), OK, e);
    script(db, str_fmt(&tmp, "DROP SCHEMA %s CASCADE", s->schema).at);
    db_close(db);
}

/* --- the walk ------------------------------------------------------------------- */

struct walk {
    struct side side[2];
    const struct routes *table;
    isize viewer;
    isize asked, answered, differ, refused;
    char first[300]; /* where they differed */
};

/* Takes out of a reply what differs from one second to the next: its date, and the request's
** own id wherever it stands. */
static struct str without_id(struct str reply, struct arena *a)
{
    isize date = str_find_str(reply, S("\r\nDate: "));
    if (date >= 0) {
        isize end = date + 2 + str_find(str_from(reply, date + 2), '\r');
        reply =
            str_fmt(a, "%.*s%.*s", FMT(str_upto(reply, date)), FMT(str_from(reply, end)));
    }
    struct str name = S("X-Request-Id: ");
    isize at = str_find_str(reply, name);
    if (at < 0) return reply;
    struct str id = str_from(reply, at + name.n);
    id = str_upto(id, str_find(id, '\r'));
    struct buf b = buf_in(a, reply.n + 1);
    while ((at = str_find_str(reply, id)) >= 0) {
        buf_put(&b, str_upto(reply, at));
        buf_put(&b, S("(id)"));
        reply = str_from(reply, at + id.n);
    }
    buf_put(&b, reply);
    return buf_str(&b);
}

/* One request to both; the status of the first. */
static int ask(struct walk *w, const char *method, struct str path, const char *accept,
               struct arena tmp)
{
    struct str got[2];
    bool post = method[0] == 'P';
    for (int i = 0; i < 2; i++) {
        struct str q =
            str_fmt(&tmp,
                    "%s %.*s HTTP/1.1\r\nHost: localhost\r\nAccept: %s\r\n"
                    "Cookie: varde-session=%.*s\r\nAuthorization: Bearer %.*s\r\n%s"
                    "Connection: close\r\n\r\n",
                    method, FMT(path), accept, FMT(token_of(w->viewer, &tmp)),
                    FMT(token_of(w->viewer, &tmp)),
                    post ? "Content-Type: application/x-www-form-urlencoded\r\n"
                           "Content-Length: 0\r\n"
                         : "");
        got[i] = without_id(client_ask(http_port(w->side[i].http), q, &tmp), &tmp);
    }
    w->asked++;
    int status = 0;
    for (int i = 9; i < 12 && got[0].n > 12; i++)
        status = status * 10 + got[0].at[i] - '0';
    w->answered += status == 200;
    w->refused += status == 403;
    CHECK(got[0].n > 0);
    if (!str_eq(got[0], got[1]) && w->differ++ == 0)
        snprintf(w->first, sizeof w->first, "%s: %s %.*s (%s)", viewers[w->viewer].login,
                 method, FMT(path), accept);
    return status;
}

static bool exempt(const struct route *r)
{
    /* counts of this server's own requests, with times; no store is asked */
    return strcmp(r->pattern, "/metrics") == 0;
}

static const char *const values[] = {"1",         "2",   "3",   "8",
                                     "999",       "P01", "P08", "norway2013",
                                     "consumers", "S1",  "csv", "imr"};
static const char *const others[] = {"lang=nb",
                                     "format=csv",
                                     "format=json",
                                     "q=P01",
                                     "as-of=2026-11-22T12:00:00Z",
                                     "study=1&state=enrolled&site=1",
                                     "sort=arm"};

static void walk_path(struct walk *w, const char *method, struct str path,
                      struct arena tmp)
{
    int status = ask(w, method, path, "text/html", tmp);
    ask(w, method, path, "application/json", tmp);
    if (status == 404 || method[0] != 'G') return;
    for (isize i = 0; i < COUNT(others); i++) {
        struct arena a = tmp;
        ask(w, method, str_fmt(&a, "%.*s?%s", FMT(path), others[i]), "text/html", a);
    }
}

/* Fills the places of a pattern one after the other. With more than one place the first
** values are enough. */
static void walk_pattern(struct walk *w, const char *method, struct str done,
                         struct str rest, int places, struct arena tmp)
{
    isize open = str_find(rest, '{');
    if (open < 0) {
        walk_path(w, method, str_fmt(&tmp, "%.*s%.*s", FMT(done), FMT(rest)), tmp);
        return;
    }
    isize n = places > 1 ? 6 : COUNT(values);
    for (isize i = 0; i < n; i++) {
        struct arena a = tmp;
        struct str head =
            str_fmt(&a, "%.*s%.*s%s", FMT(done), FMT(str_upto(rest, open)), values[i]);
        walk_pattern(w, method, head, str_from(rest, str_find(rest, '}') + 1), places, a);
    }
}

static void walk(struct walk *w, struct arena tmp)
{
    for (isize i = 0; i < w->table->n; i++) {
        const struct route *r = &w->table->at[i];
        int places = 0;
        for (const char *p = r->pattern; *p; p++) places += *p == '{';
        if (exempt(r)) continue;
        walk_pattern(w, r->method, S(""), str_of(r->pattern), places, tmp);
        ask(w, "OPTIONS", S("/"), "text/html", tmp);
    }
    ask(w, "GET", S("/no/such/page"), "text/html", tmp);
}

/* Opens both, walks for the viewers that are asked for, closes. */
static void compare(struct walk *w, const char *engine, const char *root,
                    const struct routes *table, bool blinded, struct arena *a)
{
    struct err e = {0};
    const char *folder = str_fmt(a, "%s/base", root).at,
               *key_path = str_fmt(a, "%s/store.key", root).at,
               *backup = str_fmt(a, "%s/base.varde", root).at;
    struct house_config c = {.folder = folder, .key = key_path, .clock = noon};
    struct db *db = NULL;
    struct key *key = NULL;
    struct backup_told told;
    *w = (struct walk){.table = table};
    CHECK_CODE(house_make(&c, &e), OK, e);
    CHECK_CODE(db_open(str_fmt(a, "sqlite:%s/varde.db", folder).at, DB_WRITER, &db, &e),
               OK, e);
    fill(db, *a);
    CHECK_CODE(key_open(key_path, NULL, &key, &e), OK, e);
    CHECK_CODE(backup_make(db, folder, key, backup, S("2026-11-22T12:00:00.000Z"), S(""),
                           &told, a, &e),
               OK, e);
    key_close(key);
    db_close(db);
    for (int turn = 0; turn < 2; turn++)
        open_side(&w->side[turn], engine, root, turn, backup, key_path, table, a);
    for (w->viewer = 0; w->viewer < COUNT(viewers); w->viewer++)
        if (viewers[w->viewer].blinded == blinded && w->side[1].http) walk(w, *a);
    for (int turn = 0; turn < 2; turn++) close_side(&w->side[turn], *a);
}

static void blind_walk(const char *engine, struct arena tmp)
{
    struct walk w;
    compare(&w, engine, test_folder(), &routes, true, &tmp);
    test_check(w.differ == 0, __FILE__, __LINE__, "%td of %td replies tell: %s", w.differ,
               w.asked, w.first);
    CHECK(w.asked > 3 * routes.n && w.answered > 0);
}

TEST(blind_viewers_see_the_same_sqlite)
{
    blind_walk("sqlite", tmp);
}

TEST(blind_viewers_see_the_same_postgresql)
{
    if (!getenv("VARDE_TEST_PG")) {
        test_skip("no PostgreSQL server (VARDE_TEST_PG)");
        return;
    }
    blind_walk("postgresql", tmp);
}

/* --- routes that tell ----------------------------------------------------------- */

/* Reads around the wall: a plain reader for a blinded viewer. */
static int arm_of(struct call *c, i64 subject, struct str *arm, struct err *e)
{
    static const struct sql q = {"test_arm",
                                 "SELECT arm FROM allocation WHERE "
                                 "participant = $1 AND gone IS NULL",
                                 -1, 1};
    struct db *db = NULL;
    TRY(house_reader(c->house, false, &db, e));
    ROWS r = {0};
    int code = db_query(db, &r, &q, ARGS(I(subject)), e);
    if (code == OK && db_next(&r)) *arm = db_str(&r, 0, c->act.a);
    if (code == OK) code = db_end(&r, e);
    house_reader_back(c->house, false, db);
    return code;
}

static int leak_body(struct call *c, struct err *e)
{
    i64 id = 0;
    struct str arm = {0};
    TRY(call_id(c, 0, &id, e));
    TRY(arm_of(c, id, &arm, e));
    return http_reply(c->q, 200, "text/plain", arm);
}

/* Same words of the same length: only a header differs. */
static int leak_header(struct call *c, struct err *e)
{
    struct str arm = {0};
    TRY(arm_of(c, 2, &arm, e));
    http_reply_header(c->q, "X-Kind", str_upto(arm, 3));
    return http_reply(c->q, 200, "text/plain", S("fine"));
}

static int leak_error(struct call *c, struct err *e)
{
    struct str arm = {0};
    TRY(arm_of(c, 1, &arm, e));
    return err_set(e, arm.n == 3 ? E_NOT_FOUND : E_NOT_ALLOWED, "there is none");
}

/* What is asked of the connection that the viewer got is refused: no difference. */
static int no_leak(struct call *c, struct err *e)
{
    static const struct sql q = {"test_arms", "SELECT arm FROM allocation ORDER BY arm",
                                 -1, 0};
    ROWS r = {0};
    struct str arm = {0};
    TRY(db_query(c->act.db, &r, &q, NO_ARGS, e));
    if (db_next(&r)) arm = db_str(&r, 0, c->act.a);
    TRY(db_end(&r, e));
    return http_reply(c->q, 200, "text/plain", arm);
}

static int swapped(struct call *c, struct err *e)
{
    static const struct sql q = {
        "test_swapped", "SELECT arm FROM allocation WHERE participant = 1", -1, 0};
    ROWS r = {0};
    struct str arm = {0};
    TRY(db_query(c->act.db, &r, &q, NO_ARGS, e));
    if (db_next(&r)) arm = db_str(&r, 0, c->act.a);
    TRY(db_end(&r, e));
    return http_reply(c->q, 200, "text/plain", arm);
}

/* A walk that never fails proves nothing: each leak is found, and the wall holds where a
** page asks its own connection.  Who is not blinded sees the difference there. */
TEST(blind_walk_finds_a_leak)
{
    static const struct {
        struct route route;
        bool blinded, tells;
    } row[] = {
        {{"GET", "/leak/{id}", leak_body, MAY_STAFF, "the arm"}, true, true},
        {{"GET", "/leak", leak_header, MAY_STAFF, "a header"}, true, true},
        {{"GET", "/leak/error", leak_error, MAY_STAFF, "an error"}, true, true},
        {{"GET", "/wall", no_leak, MAY_STAFF, "refused"}, true, false},
        {{"GET", "/wall", swapped, MAY_STAFF, "refused"}, true, false},
        {{"GET", "/wall", swapped, MAY_STAFF, "the arm"}, false, true},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        struct arena a = tmp;
        struct walk w;
        struct routes one = {&row[i].route, 1};
        const char *root = str_fmt(&a, "%s/%td", test_folder(), i).at;
        CHECK_INT(mkdir(root, 0700), 0);
        compare(&w, "sqlite", root, &one, row[i].blinded, &a);
        test_check((w.differ > 0) == row[i].tells, __FILE__, __LINE__, "%s: %td of %td",
                   row[i].route.pattern, w.differ, w.asked);
        if (row[i].blinded && !row[i].tells) CHECK(w.refused >= 3);
    }
}
