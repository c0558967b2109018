/* The reaper: no connection takes longer than its phase allows.
**
** The library's own timeout counts silence only: a client that sends a line a second stays
** for ever, and a few hundred of them are all the connections there are.  Here every
** connection has a phase and the time it began; a thread shuts the socket of each that is
** over its limit, and the library's thread then finds it closed.  The descriptor stays valid
** while the connection is in the list: the library drops it before it closes it, and both
** happen under the lock. */
#define _GNU_SOURCE
#include "web/http_parts.h"
#include <string.h>
#include <sys/socket.h>
#include <time.h>

i64 http_now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (i64)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Between requests the client may not want an answer; within one it is told why. A few
** bytes, and nothing of ours is under way in these phases, so it cannot mix with a reply. */
static void cut(struct http_reaper *r, struct http_conn *c)
{
    static const char timeout[] = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n"
                                  "Content-Length: 0\r\n\r\n";
    if (r->plain && (c->phase == HTTP_HEAD || c->phase == HTTP_BODY))
        (void)!send(c->fd, timeout, sizeof timeout - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    shutdown(c->fd, SHUT_RDWR);
    c->cut = true;
}

/* Cuts who is late; how long until the next may be, at most a second. */
static i64 round_of(struct http_reaper *r)
{
    i64 now = http_now_us() / 1000, next = 1000;
    for (struct http_conn *c = r->first; c; c = c->next) {
        int limit = r->limit_ms[c->phase];
        if (c->cut || limit == 0) continue;
        i64 left = c->since_ms + limit - now;
        if (left <= 0) {
            cut(r, c);
            r->reaped++;
        } else {
            next = MIN(next, left);
        }
    }
    return next;
}

static void *run(void *arg)
{
    struct http_reaper *r = arg;
    pthread_mutex_lock(&r->lock);
    while (!r->ending) {
        if (!r->first) {
            pthread_cond_wait(&r->wake, &r->lock);
            continue;
        }
        i64 ms = round_of(r);
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        i64 ns = t.tv_nsec + ms * 1000000;
        t.tv_sec += (time_t)(ns / 1000000000);
        t.tv_nsec = (long)(ns % 1000000000);
        pthread_cond_timedwait(&r->wake, &r->lock, &t);
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

int http_reaper_start(struct http_reaper *r, struct err *e)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->wake, &attr);
    pthread_condattr_destroy(&attr);
    int rc = pthread_create(&r->thread, NULL, run, r);
    if (rc == 0) return OK;
    pthread_mutex_destroy(&r->lock);
    pthread_cond_destroy(&r->wake);
    return err_set(e, E_IO, "no thread for the server: %s", strerror(rc));
}

void http_reaper_stop(struct http_reaper *r)
{
    pthread_mutex_lock(&r->lock);
    r->ending = true;
    pthread_cond_signal(&r->wake);
    pthread_mutex_unlock(&r->lock);
    pthread_join(r->thread, NULL);
    pthread_mutex_destroy(&r->lock);
    pthread_cond_destroy(&r->wake);
}

void http_reaper_add(struct http_reaper *r, struct http_conn *c, int fd)
{
    pthread_mutex_lock(&r->lock);
    c->fd = fd;
    c->since_ms = http_now_us() / 1000;
    c->next = r->first;
    c->here = &r->first;
    if (c->next) c->next->here = &c->next;
    r->first = c;
    r->n++;
    pthread_cond_signal(&r->wake); /* its limit may be the first to come */
    pthread_mutex_unlock(&r->lock);
}

void http_reaper_drop(struct http_reaper *r, struct http_conn *c)
{
    pthread_mutex_lock(&r->lock);
    *c->here = c->next;
    if (c->next) c->next->here = c->here;
    r->n--;
    pthread_mutex_unlock(&r->lock);
}

bool http_reaper_phase(struct http_reaper *r, struct http_conn *c, enum http_phase p)
{
    pthread_mutex_lock(&r->lock);
    /* A head counts from the connection or the last reply, its first line included. */
    if (p != HTTP_HEAD) c->since_ms = http_now_us() / 1000;
    c->phase = p;
    bool open = !c->cut;
    if (open && r->limit_ms[p] > 0 && r->limit_ms[p] < 1000)
        pthread_cond_signal(&r->wake);
    pthread_mutex_unlock(&r->lock);
    return open;
}

void http_reaper_cut_idle(struct http_reaper *r)
{
    pthread_mutex_lock(&r->lock);
    for (struct http_conn *c = r->first; c; c = c->next)
        if (c->phase == HTTP_IDLE && !c->cut) cut(r, c);
    pthread_mutex_unlock(&r->lock);
}

void http_reaper_counts(struct http_reaper *r, i64 *now, i64 *reaped)
{
    pthread_mutex_lock(&r->lock);
    *now = r->n;
    *reaped = r->reaped;
    pthread_mutex_unlock(&r->lock);
}
