/* What machines ask the server: whether it answers, whether it can work, what it counted. */
#include "store/statements.h"
#include "web/routes.h"
#include <sodium.h>

int page_health(struct call *c, struct err *e)
{
    (void)e;
    return http_reply(c->q, 200, "text/plain; charset=utf-8", S("ok\n"));
}

/* Jobs by state, from the store.  A server whose store does not answer lives, and cannot work. */
static int jobs_count(struct call *c, i64 *waiting, i64 *running, struct err *e)
{
    struct db *db = NULL;
    TRY(house_reader(c->house, false, &db, e));
    int code = db_one(db, waiting, SQL_job_count, ARGS(T(S("waiting"))), e);
    if (code == OK) code = db_one(db, running, SQL_job_count, ARGS(T(S("running"))), e);
    house_reader_back(c->house, false, db);
    return code;
}

int page_ready(struct call *c, struct err *e)
{
    i64 waiting = 0, running = 0;
    struct err none = {0};
    (void)e;
    if (jobs_count(c, &waiting, &running, &none) == OK)
        return http_reply(c->q, 200, "text/plain; charset=utf-8", S("ready\n"));
    http_reply_header(c->q, "Retry-After", S("5"));
    return http_reply(c->q, 503, "text/plain; charset=utf-8",
                      S("the store does not answer\n"));
}

static void counter(struct buf *b, const char *name, const char *kind, const char *help,
                    i64 value)
{
    buf_fmt(b, "# HELP %s %s\n# TYPE %s %s\n%s %" PRId64 "\n", name, help, name, kind,
            name, value);
}

/* Counts tell how busy a service is.  Where a request comes from is no proof: a proxy on this machine
** need not say that it passed one on.  So who asks shows a token of its own, which opens nothing
** else; without one told to the server there are no counts. */
static bool shows_token(const struct call *c)
{
    const struct call_front *f = http_app(c->q);
    struct str given = http_header(c->q, "Authorization"), bearer = S("Bearer ");
    if (!f || !f->metrics.n || !str_starts(given, bearer)) return false;
    given = str_from(given, bearer.n);
    return given.n == f->metrics.n &&
           sodium_memcmp(given.at, f->metrics.at, (size_t)given.n) == 0;
}

int page_metrics(struct call *call, struct err *e)
{
    struct req *q = call->q;
    if (!shows_token(call)) {
        http_reply_header(q, "WWW-Authenticate", S("Bearer"));
        return err_say(e, E_NOT_ALLOWED, "REFUSED_METRICS");
    }
    struct http_counts c = http_count(q->server);
    struct buf b = buf_in(q->a, 2048);
    i64 all = 0;
    buf_put(&b, S("# HELP varde_http_requests_total Requests answered, by class of "
                  "status; cut: the connection broke.\n"
                  "# TYPE varde_http_requests_total counter\n"));
    for (int i = 0; i < 6; i++) {
        if (i == 1) continue;
        if (i == 0)
            buf_put(&b, S("varde_http_requests_total{class=\"cut\"}"));
        else
            buf_fmt(&b, "varde_http_requests_total{class=\"%dxx\"}", i);
        buf_fmt(&b, " %" PRId64 "\n", c.by_class[i]);
        all += c.by_class[i];
    }
    buf_put(&b, S("# HELP varde_http_request_seconds Time from request line to reply.\n"
                  "# TYPE varde_http_request_seconds histogram\n"));
    for (int i = 0; i < HTTP_BUCKETS; i++)
        buf_fmt(&b, "varde_http_request_seconds_bucket{le=\"%g\"} %" PRId64 "\n",
                (double)http_bucket_us[i] / 1e6, c.within[i]);
    buf_fmt(&b,
            "varde_http_request_seconds_bucket{le=\"+Inf\"} %" PRId64 "\n"
            "varde_http_request_seconds_sum %.6f\n"
            "varde_http_request_seconds_count %" PRId64 "\n",
            all, (double)c.us / 1e6, all);
    counter(&b, "varde_http_reply_bytes_total", "counter", "Bytes of bodies sent.",
            c.bytes);
    counter(&b, "varde_http_refused_total", "counter", "Requests that were malformed.",
            c.refused);
    counter(&b, "varde_http_reaped_total", "counter",
            "Connections closed because they took too long.", c.reaped);
    counter(&b, "varde_http_connections", "gauge", "Connections now.", c.connections);
    counter(&b, "varde_http_requests", "gauge", "Requests under way.", c.requests);
    i64 waiting = 0, running = 0;
    struct err none = {0};
    bool ready = call->house && jobs_count(call, &waiting, &running, &none) == OK;
    counter(&b, "varde_ready", "gauge", "1: the store answers.", ready);
    if (ready) {
        counter(&b, "varde_jobs_waiting", "gauge", "Jobs that nobody does yet.", waiting);
        counter(&b, "varde_jobs_running", "gauge", "Jobs under way.", running);
    }
    buf_put(&b, S("# HELP varde_info The program.\n# TYPE varde_info gauge\n"
                  "varde_info{version=\"" VARDE_VERSION "\"} 1\n"));
    return http_reply(q, 200, "text/plain; version=0.0.4; charset=utf-8", buf_str(&b));
}
