/* Non-interference: two stores that differ only in who is in which arm, and in everything that
** could tell it, give every blinded viewer the same bytes, on every route: status, headers, length,
** body, errors, files.
**
** What could tell: the allocations and the journal; that some are asked what others are not, and
** their answers, scores, alerts, drafts; each cell that src/store/guard.def veils, filled by its
** lines (a new one is filled by itself); rows and values that the study does not call open; what
** came of jobs that were done unblinded.
**
** The walk goes over the routes table, so a new route is walked by itself.  Places of a pattern
** get ids and codes that exist and some that do not; what answers is asked again in other
** languages, formats and with filters.  Afterwards forms are sent, with the page's token.  That the walk
** can fail is proved by routes of this file that tell an arm, each in another way, and by who is
** not blinded: they see the difference on every page that shows people. */
#define _GNU_SOURCE /* O_CLOEXEC */
#include "app/allocate.h"
#include "app/apply.h"
#include "app/collect.h"
#include "app/consent.h"
#include "app/folk_definitions.h"
#include "app/login_parts.h"
#include "app/transfer.h"
#include "base/file.h"
#include "client.h"
#include "store/backup.h"
#include "store/engines.h"
#include "store/guard.h"
#include "store/migrate.h"
#include "store/statements.h"
#include "web/routes.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOON ((instant)1795348800000) /* 2026-11-22T12:00:00Z */
#define DAY  20779                    /* 2026-11-22 */

static instant noon(void)
{
    return NOON;
}

/* Whose eyes; the blinded ones have between them what anybody may who is blinded. */
static const struct {
    const char *login, *roles[5];
    bool blinded;
} viewers[] = {
    {"unit", {"trial unit"}, false},
    {"ada", {"administrator", "coordinator"}, false},
    {"rater", {"outcome assessor"}, true},
    {"all", {"outcome assessor", "clinician", "leader", "administrator"}, true},
    {"stat", {"statistician", "data manager", "coordinator"}, true},
};
enum {
    UNIT = 1,
    ADA = 2,
    STAT = 5,
    PEOPLE = 8
}; /* rows of staff; how many people there are */

static struct str token_of(isize viewer, struct arena *a)
{
    return str_fmt(a, "%064x", (unsigned)(0xABC0 + viewer));
}

static void script(struct db *db, const char *text)
{
    struct err e = {0};
    CHECK_CODE(db_script(db, "blind", str_of(text), &e), OK, e);
}

/* The members of staff in their sessions: nobody could have let them in. */
static int staff_in(struct db *db, void *arg, struct err *e)
{
    struct arena *room = arg;
    i64 id = 0, row = 0;
    TRY(db_script(db, "blind",
                  S("INSERT INTO service (id, name) VALUES (1, 'North');"
                    "INSERT INTO site (id, service, name) VALUES (1, 1, 'Harbour'), "
                    "(2, 1, 'Hill')"),
                  e));
    for (isize i = 0; i < COUNT(viewers); i++) {
        struct arena a = *room;
        struct str login = str_of(viewers[i].login), token = token_of(i, &a);
        TRY(db_one(db, &id, SQL_staff_add, ARGS(T(login), T(login), T(S("en"))), e));
        for (int k = 0; k < 5 && viewers[i].roles[k]; k++)
            TRY(db_one(
                db, &row, SQL_staff_role_give,
                ARGS(I(id), T(str_of(viewers[i].roles[k])), NIL, NIL, I(20000), NIL), e));
        TRY(db_one(db, &row, SQL_session_put,
                   ARGS(T(login_hash("session", token, &a)), I(id), T(S("test")), I(NOON),
                        I(NOON + 8 * HOUR)),
                   e));
        TRY(db_one(db, &row, SQL_token_put,
                   ARGS(T(login_hash("token", token, &a)), I(id), T(S("test")), T(S("")),
                        I(NOON), I(NOON + 8 * HOUR)),
                   e));
    }
    return OK;
}

/* An act of a member of staff, with a reader of its own. */
static struct act act_of(struct house *h, struct db *db, i64 staff, struct arena *a)
{
    struct err e = {0};
    struct act act = house_self(h, db, a);
    CHECK_CODE(staff_viewer(db, staff, act.today, &act.who, a, &e), OK, e);
    return act;
}

/* From referral to enrolment, fourteen days ago, as a coordinator enters it. */
static int enrol(struct act *act, const struct key *key, i64 study, i64 site,
                 struct referred *r, struct err *e)
{
    static const struct screening_answer all[] = {
        {{"adult", 5}, MET, {0}},        {{"attached", 8}, MET, {0}},
        {{"illness", 7}, MET, {0}},      {{"informed", 8}, MET, {0}},
        {{"suicide-risk", 12}, MET_NOT}, {{"language", 8}, MET_NOT},
    };
    struct referral in = {.study = study, .site = site, .day = act->today - 20};
    in.who.at[ID_name] = S("Kari Nordmann");
    in.twin_seen = true;
    enum participant_state state;
    i64 id = 0;
    TRY(people_refer(act, key, &in, r, e));
    struct screening s = {
        .subject = r->subject, .day = act->today - 18, .answer = all, .n = COUNT(all)};
    TRY(people_screen(act, &s, &state, e));
    struct consent_given c = {.participant = r->subject,
                              .purpose = S("research"),
                              .how = HOW_PAPER,
                              .day = act->today - 16};
    TRY(consent_give(act, &c, &id, e));
    struct happening h = {
        .subject = r->subject, .kind = EV_ENROLLED, .day = act->today - 14};
    return people_happen(act, &h, NULL, e);
}

/* Every form of a person's first time point, each item answered by its least value, or by its
** highest, which raises alerts. */
static int answer_all(struct act *act, const struct collect_kit *k, i64 subject,
                      bool high, isize *n, struct err *e)
{
    for (isize i = 0; i < k->s->measures.n; i++) {
        const struct study_measure *m = &k->s->measures.at[i];
        const struct instrument *in = k->in[i];
        if (m->table != k->s->participants.table || m->at.n < 2) continue;
        struct answer *answer = NEW(act->a, struct answer, in->items.n);
        struct form_cell *cell = NEW(act->a, struct form_cell, in->items.n);
        struct form_faults wrong = {0};
        for (isize j = 0; j < in->items.n; j++)
            cell[j].text =
                str_fmt(act->a, "%g", high ? in->items.at[j].hi : in->items.at[j].lo);
        collect_read(in, cell, answer, &wrong, act->a);
        struct form_in f = {.key = {subject, i, m->at.at[0]},
                            .answer = answer,
                            .pass = 1,
                            .day = act->today - 13,
                            .mode = MODE_STAFF,
                            .lang = S("en")};
        struct form_done done = {.score = NEW(act->a, struct score, in->scores.n)};
        TRY(collect_submit(act, k, &f, &done, e));
        ++*n;
    }
    return OK;
}

/* What the study calls open, by where it stands in its definition; all else is closed: what clinicians
** say of illness management (imrs_clin), satisfaction (csq8), fidelity, competence, whether somebody is in
** a group, who treats whom, and every row that is no participant. */
static const char *const opened[] = {
    "instrument: honos,",
    "instrument: gaf,",
    "instrument: imrs-consumer,",
    "instrument: ashs-8,",
    "instrument: qol5,",
    "type: code, label: {en: Sex",
    "type: number, range: [18, 100], label: {en: Age",
};

/* What both stores share: a trial of two arms at two sites, eight people enrolled and
** answered, all by the acts of a service. */
static int fill(struct house *h, struct db *db, struct arena *a, struct err *e)
{
    struct applied done;
    const struct collect_kit *kit;
    const char *data = str_fmt(a, "%s/data", test_folder()).at;
    isize answered = 0;
    if (!file_exists(data)) {
        TRY(folk_definitions(data, "arms: []", "arms: [imr, usual]", a, e));
        for (isize i = 0; i < COUNT(opened); i++) {
            struct str now = str_fmt(a, "reveals: nothing, %s", opened[i]);
            TRY(folk_edit(data, opened[i], str_c(now, a), a, e));
        }
    }
    TRY(writer_run(house_writer(h), staff_in, a, e));
    struct act act = act_of(h, db, ADA, a);
    TRY(apply_study(&act, data, "norway2013", &done, e));
    TRY(apply_site(&act, done.study, 1, S("S1"), e));
    TRY(apply_site(&act, done.study, 2, S("S2"), e));
    TRY(house_study(h, db, done.study, &kit, e));
    for (int i = 0; i < PEOPLE; i++) {
        struct arena each = *a;
        struct act one = act_of(h, db, ADA, &each);
        struct referred r;
        TRY(enrol(&one, house_key(h), done.study, 1 + i % 2, &r, e));
        TRY(answer_all(&one, kit, r.subject, i < 2, &answered, e));
    }
    CHECK(answered >= 3 * PEOPLE);
    static const struct {
        struct str kind, code;
        i64 part;
    } row[] = {{{"services", 8}, {"S1", 2}, 0},
               {{"clinicians", 10}, {"C1", 2}, 0},
               {{"recordings", 10}, {"C1", 2}, 1}};
    i64 id = 0;
    for (isize i = 0; i < COUNT(row); i++) {
        struct new_subject in = {.study = done.study,
                                 .site = 1,
                                 .kind = row[i].kind,
                                 .code = row[i].code,
                                 .part = row[i].part};
        TRY(people_subject_add(&act, &in, &id, e));
    }
    struct referral in = {.study = done.study, .site = 1, .day = act.today - 2};
    struct referred r;
    return people_refer(&act, house_key(h), &in, &r, e); /* not screened yet */
}

/* The swap: whom `turn` 0 puts into one arm, 1 puts into the other, by the trial unit's own
** act; and a correction. */
static int allocate(struct house *h, int turn, struct arena tmp, struct err *e)
{
    static const char *const arm[] = {"imr", "usual"};
    struct db *db = NULL;
    struct participant_page all;
    struct participant_filter f = {.study = 1, .state = IN_ENROLLED, .n = PEOPLE};
    TRY(house_reader(h, false, &db, e));
    struct act act = act_of(h, db, UNIT, &tmp);
    int code = people_list(&act, &f, &all, e);
    for (isize i = 0; code == OK && i < all.rows.n; i++) {
        struct str in = str_of(arm[(i / 2 + turn) % 2]);
        i64 id = 0;
        code = allocate_enter(&act, all.rows.at[i].subject, in, act.today, &id, e);
    }
    if (code == OK) CHECK_INT(all.rows.n, PEOPLE);
    house_reader_back(h, false, db);
    return code;
}

/* --- everything else that could tell ------------------------------------------ */

/* What of a veiled table is not read as it is gets other values on either side: each cell that
** guard.def says.  Numbers there are members of staff, none of them blinded. */
static int fill_veiled(struct db *db, const struct table *t, int turn, struct arena tmp,
                       struct err *e)
{
    const struct guard_line *g = guard_line(str_of(t->name));
    struct str rest = str_of(t->columns);
    if (t->last || !g || g->guard != GUARD_VEILED) return OK;
    for (int c = 0; c < t->n; c++) {
        struct arena each = tmp;
        isize end = str_find(rest, ',');
        struct str column = str_trim(end < 0 ? rest : str_upto(rest, end));
        rest = end < 0 ? (struct str){0} : str_from(rest, end + 1);
        bool there = str_is(column, "seen_by") || str_is(str_of(g->table), "visit");
        if (guard_column(g, column) || str_is(column, "file") || str_is(column, "waits"))
            continue;
        struct buf b = buf_in(&each, 300);
        buf_fmt(&b, "UPDATE %s SET %.*s = ", t->name, FMT(column));
        if (t->types[c] == 'i')
            buf_fmt(&b, "%d", turn ? UNIT : ADA);
        else
            buf_fmt(&b, "'%s'", turn ? "in the group of the programme" : "as usual");
        buf_fmt(&b, there ? " WHERE %.*s IS NOT NULL" : " WHERE 1 = 1", FMT(column));
        if (str_is(str_of(g->table), "job")) buf_put(&b, S(" AND blinded = 0"));
        TRY(db_script(db, "veiled", buf_str(&b), e));
    }
    return OK;
}

struct telling {
    int turn;
    struct arena tmp;
};

/* Rows that are there on one side only, and values of what is closed.  Ids are those that were given
** before the sides parted. */
static int tell(struct db *db, void *arg, struct err *e)
{
    struct telling *in = arg;
    static const char *const part[] = {
        "UPDATE alert SET seen = 1795348000000, seen_by = 2 WHERE id % 2 = 0",
        "INSERT INTO job (kind, args, staff, state, done, total, cancel, error, at, "
        "ended, tries, blinded) VALUES ('export', '{\"study\":\"norway2013\"}', 5, "
        "'failed', 1, 1, 0, 'x', 1, 2, 1, 0)",
        "DELETE FROM score WHERE response IN (SELECT id FROM response WHERE measure "
        "= 'imrs_clin' AND subject % 2 = @)",
        "DELETE FROM alert WHERE response IN (SELECT id FROM response WHERE measure "
        "= 'imrs_clin' AND subject % 2 = @)",
        "DELETE FROM response WHERE measure = 'imrs_clin' AND subject % 2 = @",
        "UPDATE score SET value = 1 + @ WHERE response IN (SELECT id FROM response "
        "WHERE measure = 'imrs_clin')",
        "INSERT INTO draft (subject, measure, time, pass, staff, link, version, "
        "cells, at) VALUES (1 + @, 'imrs_clin', 't2', 1, 5, 0, 1, '[]', 1)",
        "INSERT INTO attribute (subject, name, value, at) VALUES (1 + @, 'format', "
        "'group', 1), (3, 'format', CASE WHEN @ = 1 THEN 'group' ELSE 'individual' "
        "END, 1)",
        "INSERT INTO subject (id, study, kind, code, part, site, at) VALUES (700, "
        "1, 'recordings', 'C1', 2 + @, 1 + @, 1)",
        "UPDATE subject SET staff = 1 + @ WHERE kind = 'clinicians'",
        "UPDATE visit SET state = 'missed', held = NULL, reason = 'x', waits = 0, "
        "waits_on = 0 WHERE time = 't2' AND subject = 2",
        "UPDATE visit SET waits = 1000, waits_on = 2 WHERE time = 't1' AND state = "
        "'held' AND waits = 0 AND subject % 2 = @",
        "UPDATE visit SET state = 'missed', held = NULL, reason = 'x', waits = 0, "
        "waits_on = 0 WHERE @ = 1 AND subject IN (SELECT id FROM subject WHERE kind "
        "= 'services')",
        "UPDATE anchor SET day = day + @ WHERE subject IN (SELECT id FROM subject "
        "WHERE kind = 'services')",
    };
    for (isize i = 0; i < COUNT(part); i++) {
        struct arena tmp = in->tmp;
        struct buf b = buf_in(&tmp, 400);
        for (const char *p = part[i]; *p; p++) {
            if (*p == '@')
                buf_fmt(&b, "%d", in->turn);
            else
                buf_putc(&b, *p);
        }
        TRY(db_script(db, "tell", buf_str(&b), e));
    }
    for (isize i = 0; i < TABLE_N; i++)
        TRY(fill_veiled(db, &table_list[i], in->turn, in->tmp, e));
    return OK;
}

/* --- two houses, two servers ---------------------------------------------------- */

struct side {
    struct house *house;
    struct http *http;
    int line; /* a connection that is kept; 0: none */
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
    const char *server = engine_server();
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

/* A rehearsal and an export by somebody blinded, when the arms are there already. */
static int transfers(struct house *h, struct arena tmp, struct err *e)
{
    const struct job_place place = {
        h,         house_writer(h), house_reader, house_reader_back,
        house_now, house_today,     house_box(h)};
    struct db *db = NULL;
    const char *path = str_fmt(&tmp, "%s/x.csv", test_folder()).at;
    struct import_file file = {.name = "x.csv"};
    i64 upload = 0, job = 0;
    bool did;
    TRY(file_publish(path, S("kind,code,part,name,value\nconsumers,P01,0,age,30\n"), e));
    file.fd = open(path, O_RDONLY | O_CLOEXEC);
    TRY(house_reader(h, true, &db, e));
    struct act act = act_of(h, db, STAT, &tmp);
    int code = transfer_keep(&act, house_box(h), &file, 1, &upload, e);
    if (code == OK)
        code =
            transfer_rehearse(&act, S("norway2013"), upload, S("why"), S("nb"), &job, e);
    if (code == OK)
        code = job_ask(&act, S("export"), S("{\"study\":\"norway2013\"}"), &job, e);
    house_reader_back(h, true, db);
    (void)close(file.fd);
    TRY(code);
    for (int k = 0; k < 2; k++) {
        TRY(job_do(&place, &did, e));
        CHECK(did);
    }
    return OK;
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
    struct telling told_by = {turn, *a};
    CHECK_CODE(allocate(s->house, turn, *a, &e), OK, e);
    CHECK_CODE(writer_run(house_writer(s->house), tell, &told_by, &e), OK, e);
    CHECK_CODE(transfers(s->house, *a, &e), OK, e);
    s->front = (struct call_front){.house = s->house, .table = table};
    struct http_config h = {.handle = call_answer, .app = &s->front};
    CHECK_CODE(http_start(&h, &s->http, &e), OK, e);
}

static void close_side(struct side *s, struct arena tmp)
{
    struct err e = {0};
    if (s->line > 0) (void)close(s->line);
    if (s->http) http_stop(s->http, 1000);
    house_close(s->house);
    if (!s->schema) return;
    struct db *db = NULL;
    CHECK_CODE(db_open(engine_server(), DB_WRITER, &db, &e), OK, e);
    script(db, str_fmt(&tmp, "DROP SCHEMA %s CASCADE", s->schema).at);
    db_close(db);
}

/* --- the walk ------------------------------------------------------------------- */

struct walk {
    struct side side[2];
    const struct routes *table;
    isize viewer;
    isize asked, answered, differ, refused;
    i64 seen[500], open[500]; /* by route: replies 200; replies other than 401 and 403 */
    i64 tells[500];           /* replies that differed */
    i64 again[500];           /* refusals */
    struct str body;          /* of forms that are sent; none: asking */
    isize route;
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

/* A whole reply: its head, and as many bytes as it says. */
static struct str reply_on(int fd, struct arena *a)
{
    struct buf b = buf_in(a, 1 << 18);
    char piece[16384];
    isize want = -1;
    bool pieces = false;
    for (;;) {
        struct str got = buf_str(&b);
        if (want < 0) {
            isize end = str_find_str(got, S("\r\n\r\n")), n = 0;
            isize at = str_find_str(got, S("\r\nContent-Length: "));
            for (isize i = at + 18; at >= 0 && i < got.n && got.at[i] != '\r'; i++)
                n = 10 * n + (got.at[i] - '0');
            if (end >= 0) want = end + 4 + n;
            /* in pieces, up to the empty one */
            pieces = str_find_str(got, S("\r\nTransfer-Encoding: chunked")) >= 0;
        }
        if (pieces && !str_ends(got, S("\r\n0\r\n\r\n"))) want = got.n + 1;
        if (pieces && str_ends(got, S("\r\n0\r\n\r\n"))) return got;
        if (want >= 0 && got.n >= want) return got;
        ssize_t k = recv(fd, piece, sizeof piece, 0);
        if (k <= 0) return got;
        buf_put(&b, (struct str){piece, k});
    }
}

/* Over the connection that is kept; one that the server closed is made again. */
static struct str exchange(struct side *s, struct str q, struct arena *a)
{
    struct str got = {0};
    for (int round = 0; round < 2 && got.n == 0; round++) {
        if (s->line <= 0) s->line = client_tcp(http_port(s->http));
        if (client_send(s->line, q)) got = reply_on(s->line, a);
        bool ends = got.n == 0 || str_find_str(got, S("\r\nConnection: close")) >= 0;
        if (!ends) continue;
        (void)close(s->line);
        s->line = 0;
    }
    return got;
}

static int status_of(struct str reply)
{
    int status = 0;
    for (int i = 9; i < 12 && reply.n > 12; i++) status = status * 10 + reply.at[i] - '0';
    return status;
}

/* One request to both; the status of the first. */
static int send_both(struct walk *w, const char *method, struct str path,
                     const char *accept, const char *type, struct str body,
                     struct arena tmp)
{
    struct str got[2];
    for (int i = 0; i < 2; i++) {
        struct buf q = buf_in(&tmp, 2000);
        buf_fmt(&q,
                "%s %.*s HTTP/1.1\r\nHost: localhost\r\nAccept: %s\r\n"
                "Cookie: varde-session=%.*s\r\nAuthorization: Bearer %.*s\r\n",
                method, FMT(path), accept, FMT(token_of(w->viewer, &tmp)),
                FMT(token_of(w->viewer, &tmp)));
        if (type)
            buf_fmt(&q,
                    "Sec-Fetch-Site: same-origin\r\nContent-Type: %s\r\n"
                    "Content-Length: %td\r\n",
                    type, body.n);
        buf_put(&q, S("\r\n"));
        buf_put(&q, body);
        got[i] = without_id(exchange(&w->side[i], buf_str(&q), &tmp), &tmp);
    }
    int status = status_of(got[0]);
    w->asked++;
    w->answered += status == 200;
    w->refused += status == 403;
    w->seen[w->route] += status == 200;
    w->open[w->route] += status != 401 && status != 403;
    CHECK(got[0].n > 0);
    if (str_eq(got[0], got[1])) return status;
    w->tells[w->route]++;
    if (w->differ++ == 0)
        snprintf(w->first, sizeof w->first, "%s: %s %.*s (%s)", viewers[w->viewer].login,
                 method, FMT(path), accept);
    return status;
}

static int ask(struct walk *w, const char *method, struct str path, const char *accept,
               struct arena tmp)
{
    bool post = method[0] == 'P';
    return send_both(w, method, path, accept,
                     post ? "application/x-www-form-urlencoded" : NULL, S(""), tmp);
}

static bool ends_oneself(const struct route *r)
{
    return strstr(r->pattern, "logout") || strstr(r->pattern, "/account") ||
           strstr(r->pattern, "/login") || strstr(r->pattern, "/staff");
}

/* What stands in a place of a pattern: by its name, else ids, codes and what is not there. */
static const struct {
    const char *place, *value[6];
} places[] = {
    {"purpose", {"research", "recording", "none"}},
    {"event", {"last", "1", "999"}},
    {"study", {"1", "norway2013", "none"}},
    {"measure", {"honos", "imrs_cons", "imrs_clin", "csq8", "none"}},
    {"time", {"t1", "t2", "none"}},
    {"kind", {"consumers", "clinicians", "enrolled", "dropped-out", "allocation"}},
    {"analysis", {"honos", "consumer-age", "none"}},
    {"file", {"norway2013.pdf", "norway2013.json", "norway2013-table2.csv", "none"}},
    {"name", {"norway2013", "none"}},
    {"topic", {"blinded", "none"}},
};
static const char *const values[] = {"1",   "2",   "3",     "12", "9",
                                     "999", "P01", "honos", "S1"};
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
    if (w->body.n) {
        send_both(w, method, path, "text/html",
                  w->body.at[0] == '{' ? "application/json"
                                       : "application/x-www-form-urlencoded",
                  w->body, tmp);
        return;
    }
    int status = ask(w, method, path, "text/html", tmp);
    /* the same refusal again is asked in one form */
    if (status != 200 && ++w->again[w->route] > 6) return;
    ask(w, method, path, "application/json", tmp);
    if (status != 200 || method[0] != 'G') return;
    for (isize i = 0; i < COUNT(others); i++) {
        struct arena a = tmp;
        ask(w, method, str_fmt(&a, "%.*s?%s", FMT(path), others[i]), "text/html", a);
    }
}

/* Fills the places of a pattern one after the other; behind the first, a few values are
** enough. */
static void walk_pattern(struct walk *w, const char *method, struct str done,
                         struct str rest, int depth, struct arena tmp)
{
    isize open = str_find(rest, '{'), close = str_find(rest, '}');
    if (open < 0) {
        walk_path(w, method, str_fmt(&tmp, "%.*s%.*s", FMT(done), FMT(rest)), tmp);
        return;
    }
    const char *const *value = values;
    isize n = depth ? 4 : COUNT(values);
    struct str place = str_upto(str_from(rest, open + 1), close - open - 1);
    for (isize i = 0; i < COUNT(places); i++)
        if (str_is(place, places[i].place))
            for (value = places[i].value, n = 0; n < 6 && value[n];) n++;
    for (isize i = 0; i < n; i++) {
        struct arena a = tmp;
        struct str head =
            str_fmt(&a, "%.*s%.*s%s", FMT(done), FMT(str_upto(rest, open)), value[i]);
        walk_pattern(w, method, head, str_from(rest, close + 1), depth + 1, a);
    }
}

/* Forms that a page of this server would send: what each field is called somewhere, with something
** in it.  Who would end their own session or token is not asked to. */
/* Once with a reason, once without: whether one is needed tells that something was there. */
static void send_forms(struct walk *w, const char *reason, struct arena tmp)
{
    static const char fields[] =
        "day=2026-11-20&note=something&code=P02&find=P01"
        "&site=2&purpose=research&version=1&how=paper&giver=self&state=missed"
        "&name=something&kind=dropped-out&seen=0&study=1&lang=nb&sure=yes&adult=met"
        "&a-age=40&a-format=group&clinician=2&i1=1&i2=1&table=answers&confirm=P01";
    struct str q = str_fmt(&tmp,
                           "GET /account HTTP/1.1\r\nHost: localhost\r\n"
                           "Cookie: varde-session=%.*s\r\n\r\n",
                           FMT(token_of(w->viewer, &tmp)));
    struct str page = exchange(&w->side[0], q, &tmp), mark = S("name=\"csrf\" value=\"");
    isize at = str_find_str(page, mark);
    CHECK(at >= 0);
    if (at < 0) return;
    struct str csrf = str_from(page, at + mark.n);
    csrf = str_upto(csrf, str_find(csrf, '"'));
    struct str body = str_fmt(&tmp, "csrf=%.*s&%s%s", FMT(csrf), fields, reason);
    for (isize i = 0; i < w->table->n; i++) {
        const struct route *r = &w->table->at[i];
        bool api = strncmp(r->pattern, "/api/", 5) == 0;
        if (strcmp(r->method, "GET") == 0 || ends_oneself(r)) continue;
        w->route = i;
        w->body = api ? S("{}") : body;
        walk_pattern(w, r->method, S(""), str_of(r->pattern), 0, tmp);
    }
    w->body = (struct str){0};
}

static void walk(struct walk *w, struct arena tmp)
{
    for (isize i = 0; i < w->table->n; i++) {
        const struct route *r = &w->table->at[i];
        w->route = i;
        walk_pattern(w, r->method, S(""), str_of(r->pattern), 0, tmp);
    }
    w->route = COUNT(w->seen) - 1; /* none of them */
    ask(w, "OPTIONS", S("/"), "text/html", tmp);
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
    struct house *base = NULL;
    struct backup_told told;
    *w = (struct walk){.table = table};
    CHECK(table->n < COUNT(w->seen));
    CHECK_CODE(house_make(&c, &e), OK, e);
    CHECK_CODE(house_open(&c, &base, &e), OK, e);
    CHECK_CODE(house_reader(base, false, &db, &e), OK, e);
    struct arena tmp = *a;
    CHECK_CODE(fill(base, db, &tmp, &e), OK, e);
    CHECK_CODE(backup_make(db, folder, house_key(base), backup,
                           S("2026-11-22T12:00:00.000Z"), S(""), &told, a, &e),
               OK, e);
    house_reader_back(base, false, db);
    house_close(base);
    for (int turn = 0; turn < 2; turn++)
        open_side(&w->side[turn], engine, root, turn, backup, key_path, table, a);
    for (w->viewer = 0; w->viewer < COUNT(viewers); w->viewer++)
        if (viewers[w->viewer].blinded == blinded && w->side[1].http) walk(w, *a);
    for (w->viewer = 0; w->viewer < COUNT(viewers) && table == &routes; w->viewer++)
        if (viewers[w->viewer].blinded && w->side[1].http) {
            send_forms(w, "", *a);
            send_forms(w, "&reason=other&why=something", *a);
        }
    for (int turn = 0; turn < 2; turn++) close_side(&w->side[turn], *a);
}

static void blind_walk(const char *engine, struct arena tmp)
{
    struct walk w;
    compare(&w, engine, test_folder(), &routes, true, &tmp);
    test_check(w.differ == 0, __FILE__, __LINE__, "%td of %td replies tell: %s", w.differ,
               w.asked, w.first);
    CHECK(w.asked > 3 * routes.n && w.answered > 0);
    /* Pages, not refusals, were compared: what may be asked was answered. */
    isize open = 0, seen = 0;
    struct buf b = buf_in(&tmp, 4096);
    for (isize i = 0; i < routes.n; i++) {
        if (strcmp(routes.at[i].method, "GET") != 0 || w.open[i] == 0) continue;
        if (routes.at[i].right == MAY_LINK || strstr(routes.at[i].pattern, "{token}"))
            continue; /* a link's token is no viewer's */
        open++;
        seen += w.seen[i] > 0;
        if (w.seen[i] == 0) buf_fmt(&b, " %s", routes.at[i].pattern);
    }
    struct str none = buf_str(&b);
    test_check(6 * seen >= 5 * open, __FILE__, __LINE__, "%td of %td GET routes: not%.*s",
               seen, open, FMT(none));
}

TEST(blind_viewers_see_the_same_sqlite)
{
    blind_walk("sqlite", tmp);
}

TEST(blind_viewers_see_the_same_postgresql)
{
    if (!engine_server()) {
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
