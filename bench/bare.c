/* The bare program that saving is measured against: libmicrohttpd with a thread a connection,
** a form of 15 items, SQLite with WAL, FULL and group commit, and nothing else.
**
**     varde_bare FILE [rows]      listens on 127.0.0.1, says "port N", ends with its input
**
** What it keeps is what Varde keeps of a form: the response with its answers packed, its four
** scores, a row of a journal that is chained by SHA-256, and the journal's cell.  With `rows`
** each answer is a row of its own besides, as many programs keep them.  It knows a session's
** cookie and compares a token, both in memory.  It leaves out what a program for people needs:
** rights, definitions, checks of answers, keys between tables, times, versions, who is asked
** next, headers, limits, a log.  Its groups: whoever finds no leader leads all that wait. */
#define _GNU_SOURCE
#include <microhttpd.h>
#include <pthread.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ITEMS = 15, SCORES = 4, BODY = 4096, SQL = 6 };

struct form {
    char session[65], token[65];
    int participant, answer[ITEMS];
    bool done;
    struct form *next;
    pthread_cond_t wake;
};

struct bare {
    sqlite3 *db;
    sqlite3_stmt *s[SQL];
    bool rows, leading;
    char head[65];
    long n;
    pthread_mutex_t lock;
    struct form *first, **last;
};

struct request {
    struct MHD_PostProcessor *post;
    struct form f;
};

static const char *const sql[SQL] = {
    "INSERT INTO response VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO score VALUES (NULL, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO cell VALUES (?, ?, ?)",
    "INSERT INTO answer VALUES (NULL, ?, ?, ?)",
    "SELECT id FROM response WHERE participant = ? AND measure = ?"};

static void text(sqlite3_stmt *s, int at, const char *t)
{
    sqlite3_bind_text(s, at, t, -1, SQLITE_STATIC);
}

static void done(sqlite3_stmt *s)
{
    if (sqlite3_step(s) != SQLITE_DONE) abort();
    sqlite3_reset(s);
}

static void put(struct bare *b, const struct form *f)
{
    char packed[64], cell[65], line[400], at[32], salt[33];
    unsigned char raw[32];
    int n = 0;
    double sum = 0;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    snprintf(at, sizeof at, "%ld.%03ld", (long)now.tv_sec, now.tv_nsec / 1000000);
    for (int i = 0; i < ITEMS; i++) {
        n += snprintf(packed + n, sizeof packed - (size_t)n, "%c%d", i ? ',' : '[',
                      f->answer[i]);
        sum += f->answer[i];
    }
    snprintf(packed + n, sizeof packed - (size_t)n, "]");
    sqlite3_stmt *s = b->s[0];
    sqlite3_bind_int(s, 1, f->participant);
    text(s, 2, "imrs_cons");
    text(s, 3, "t2");
    sqlite3_bind_int(s, 4, 1);
    sqlite3_bind_int64(s, 5, now.tv_sec / 86400);
    text(s, 6, "staff");
    text(s, 7, packed);
    text(s, 8, at);
    done(s);
    sqlite3_int64 id = sqlite3_last_insert_rowid(b->db);
    for (int i = 0; i < SCORES; i++) {
        s = b->s[1];
        sqlite3_bind_int64(s, 1, id);
        text(s, 2, i ? "factor" : "mean");
        sqlite3_bind_double(s, 3, sum / ITEMS);
        sqlite3_bind_double(s, 4, 1);
        sqlite3_bind_double(s, 5, 5);
        sqlite3_bind_int(s, 6, ITEMS);
        done(s);
    }
    for (int i = 0; i < ITEMS && b->rows; i++) {
        s = b->s[4];
        sqlite3_bind_int64(s, 1, id);
        sqlite3_bind_int(s, 2, i);
        sqlite3_bind_int(s, 3, f->answer[i]);
        done(s);
    }
    b->n++;
    randombytes_buf(raw, 16);
    sodium_bin2hex(salt, sizeof salt, raw, 16);
    n = snprintf(
        line, sizeof line,
        "%s {\"measure\":\"imrs_cons\",\"mode\":\"staff\",\"pass\":1,\"subject\":%d,"
        "\"time\":\"t2\"}",
        salt, f->participant);
    crypto_hash_sha256(raw, (unsigned char *)line, (unsigned long long)n);
    sodium_bin2hex(cell, sizeof cell, raw, sizeof raw);
    s = b->s[3];
    sqlite3_bind_int64(s, 1, b->n);
    text(s, 2, salt);
    text(s, 3, line + 33);
    done(s);
    n = snprintf(line, sizeof line, "%ld %s 7 answers.submit response %lld %s %s", b->n,
                 at, (long long)id, cell, b->head);
    crypto_hash_sha256(raw, (unsigned char *)line, (unsigned long long)n);
    char prev[65];
    memcpy(prev, b->head, sizeof prev);
    sodium_bin2hex(b->head, sizeof b->head, raw, sizeof raw);
    s = b->s[2];
    sqlite3_bind_int64(s, 1, b->n);
    text(s, 2, at);
    sqlite3_bind_int(s, 3, 7);
    text(s, 4, "answers.submit");
    text(s, 5, "response");
    sqlite3_bind_int64(s, 6, id);
    text(s, 7, cell);
    text(s, 8, prev);
    text(s, 9, b->head);
    done(s);
}

static void run(sqlite3 *db, const char *s)
{
    if (sqlite3_exec(db, s, NULL, NULL, NULL) != SQLITE_OK) {
        fprintf(stderr, "varde_bare: %s\n", sqlite3_errmsg(db));
        abort();
    }
}

/* Back when it is on the disk. */
static void save(struct bare *b, struct form *f)
{
    pthread_cond_init(&f->wake, NULL);
    pthread_mutex_lock(&b->lock);
    *b->last = f;
    b->last = &f->next;
    while (b->leading && !f->done) pthread_cond_wait(&f->wake, &b->lock);
    if (!f->done) {
        struct form *group = b->first, *next;
        b->first = NULL;
        b->last = &b->first;
        b->leading = true;
        pthread_mutex_unlock(&b->lock);
        run(b->db, "BEGIN IMMEDIATE");
        for (struct form *g = group; g; g = g->next) put(b, g);
        run(b->db, "COMMIT");
        pthread_mutex_lock(&b->lock);
        b->leading = false;
        for (struct form *g = group; g; g = next) {
            next = g->next;
            g->done = true;
            if (g != f) pthread_cond_signal(&g->wake);
        }
        if (b->first) pthread_cond_signal(&b->first->wake);
    }
    pthread_mutex_unlock(&b->lock);
    pthread_cond_destroy(&f->wake);
}

static enum MHD_Result field(void *arg, enum MHD_ValueKind kind, const char *key,
                             const char *file, const char *type, const char *coding,
                             const char *data, uint64_t off, size_t n)
{
    (void)kind, (void)file, (void)type, (void)coding, (void)off;
    struct request *r = arg;
    if (strcmp(key, "participant") == 0 && n)
        r->f.participant = (int)strtol(data, NULL, 10);
    if (strcmp(key, "csrf") == 0 && n == 64) memcpy(r->f.token, data, 64);
    if (key[0] == 'q' && n) {
        long i = strtol(key + 1, NULL, 10);
        if (i >= 1 && i <= ITEMS) r->f.answer[i - 1] = (int)strtol(data, NULL, 10);
    }
    return MHD_YES;
}

static enum MHD_Result answer(struct MHD_Connection *c, unsigned status, const char *body)
{
    struct MHD_Response *p = MHD_create_response_from_buffer(
        strlen(body), (void *)(uintptr_t)body, MHD_RESPMEM_PERSISTENT);
    MHD_add_response_header(p, "Content-Type", "text/plain");
    if (status == 303) MHD_add_response_header(p, "Location", "/saved");
    enum MHD_Result rc = MHD_queue_response(c, status, p);
    MHD_destroy_response(p);
    return rc;
}

static enum MHD_Result ask(void *arg, struct MHD_Connection *c, const char *url,
                           const char *method, const char *version, const char *data,
                           size_t *n, void **mine)
{
    (void)url, (void)version;
    struct bare *b = arg;
    struct request *r = *mine;
    if (strcmp(method, "POST") != 0) return answer(c, 200, "bare\n");
    if (!r) {
        r = *mine = calloc(1, sizeof *r);
        if (!r) return MHD_NO;
        const char *cookie =
            MHD_lookup_connection_value(c, MHD_COOKIE_KIND, "varde-session");
        if (cookie && strlen(cookie) == 64) memcpy(r->f.session, cookie, 65);
        r->post = MHD_create_post_processor(c, BODY, field, r);
        return r->post ? MHD_YES : MHD_NO;
    }
    if (*n) {
        MHD_post_process(r->post, data, *n);
        *n = 0;
        return MHD_YES;
    }
    for (int i = 0; i < ITEMS; i++)
        if (r->f.answer[i] < 1 || r->f.answer[i] > 5) return answer(c, 422, "answer\n");
    if (memcmp(r->f.session, r->f.token, 64) != 0 || !r->f.session[0])
        return answer(c, 403, "session\n");
    save(b, &r->f);
    return answer(c, 303, "");
}

static void over(void *arg, struct MHD_Connection *c, void **mine,
                 enum MHD_RequestTerminationCode why)
{
    (void)arg, (void)c, (void)why;
    struct request *r = *mine;
    if (!r) return;
    if (r->post) MHD_destroy_post_processor(r->post);
    free(r);
    *mine = NULL;
}

int main(int argc, char **argv)
{
    struct bare b = {.rows = argc > 2, .lock = PTHREAD_MUTEX_INITIALIZER};
    b.last = &b.first;
    memset(b.head, '0', 64);
    if (argc < 2 || sodium_init() < 0 || sqlite3_open(argv[1], &b.db) != SQLITE_OK)
        return 2;
    run(b.db,
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "CREATE TABLE response (id INTEGER PRIMARY KEY, participant, measure, time, "
        "staff, day, mode, answers, at);"
        "CREATE TABLE score (id INTEGER PRIMARY KEY, response, score, value, lo, hi, n);"
        "CREATE TABLE answer (id INTEGER PRIMARY KEY, response, item, value);"
        "CREATE TABLE journal (seq INTEGER PRIMARY KEY, at, actor, act, entity, "
        "entity_id, cell, prev, hash);"
        "CREATE TABLE cell (seq INTEGER PRIMARY KEY, salt, after);"
        "CREATE INDEX response_of ON response (participant, measure)");
    for (int i = 0; i < SQL; i++)
        if (sqlite3_prepare_v2(b.db, sql[i], -1, &b.s[i], NULL) != SQLITE_OK) return 2;
    struct MHD_Daemon *d = MHD_start_daemon(
        MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL,
        ask, &b, MHD_OPTION_NOTIFY_COMPLETED, over, NULL, MHD_OPTION_END);
    const union MHD_DaemonInfo *i =
        d ? MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT) : NULL;
    if (!i) return 2;
    printf("port %d\n", (int)i->port);
    fflush(stdout);
    while (getchar() != EOF) {}
    MHD_stop_daemon(d);
    for (int k = 0; k < SQL; k++) sqlite3_finalize(b.s[k]);
    sqlite3_close(b.db);
    return 0;
}
