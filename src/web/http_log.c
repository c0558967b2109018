/* The access log: one line of JSON a request, by one write to a file opened for appending,
** so lines of several threads never mix and the file may be moved away and truncated.
**
** It holds no address, path, query, header or name: the route's pattern says enough.  Where the
** fault is ours the line has the error's sentence, which by base/err.h holds none either. */
#define _GNU_SOURCE
#include "base/json.h"
#include "web/http_parts.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int http_log_open(const char *path, int *fd, struct err *e)
{
    *fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (*fd < 0)
        return err_set(e, E_IO, "the access log %s cannot be opened: %s", path,
                       strerror(errno));
    return OK;
}

void http_log_write(int fd, const struct http_event *ev)
{
    if (fd < 0) return;
    char room[8192], when[40];
    struct timespec t;
    struct tm tm;
    clock_gettime(CLOCK_REALTIME, &t);
    gmtime_r(&t.tv_sec, &tm);
    size_t k = strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(when + k, sizeof when - k, ".%03dZ", (int)(t.tv_nsec / 1000000));
    struct arena a = {.at = room, .end = room + sizeof room};
    struct buf b =
        buf_in(&a, 4096); /* patterns are ours; a cause escaped: at most 6 x 600 */
    struct json_out w = json_to(&b, 0);
    json_open(&w, NULL, '{');
    json_put_str(&w, "time", str_of(when));
    json_put_str(&w, "id", ev->id);
    json_put_str(&w, "method", ev->method);
    if (ev->pattern)
        json_put_str(&w, "route", str_of(ev->pattern));
    else
        json_put_null(&w, "route");
    json_put_int(&w, "status", ev->status);
    json_put_int(&w, "us", ev->us);
    json_put_int(&w, "bytes", ev->bytes);
    if (ev->cause.n) json_put_str(&w, "cause", ev->cause);
    json_close(&w, '}');
    buf_putc(&b, '\n');
    struct str line = buf_str(&b);
    /* A full disk costs lines of the log, never a request. */
    (void)!write(fd, line.at, (size_t)line.n);
}
