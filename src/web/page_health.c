/* What machines ask the server: whether it answers, and what it counted. */
#include "web/routes.h"

int page_health(struct call *c, struct err *e)
{
    (void)e;
    return http_reply(c->q, 200, "text/plain; charset=utf-8", S("ok\n"));
}

static void counter(struct buf *b, const char *name, const char *kind, const char *help,
                    i64 value)
{
    buf_fmt(b, "# HELP %s %s\n# TYPE %s %s\n%s %" PRId64 "\n", name, help, name, kind,
            name, value);
}

/* Counts tell how busy a service is, so they stay on this machine; a request that a proxy
** passed on is not from here. */
int page_metrics(struct call *call, struct err *e)
{
    struct req *q = call->q;
    if (!q->local || http_header(q, "X-Forwarded-For").n ||
        http_header(q, "Forwarded").n || http_header(q, "Via").n)
        return err_say(e, E_NOT_ALLOWED, "REFUSED_METRICS");
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
    return http_reply(q, 200, "text/plain; version=0.0.4; charset=utf-8", buf_str(&b));
}
