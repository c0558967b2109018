#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include "reached.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { MOST = 512 };
static _Atomic(i64) *times; /* one a route, seen by the processes of all tests */
static bool off;

__attribute__((constructor)) static void share(void)
{
    void *p = mmap(NULL, MOST * sizeof *times, PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED || routes.n > MOST) abort();
    times = p;
}

void reached_off(void)
{
    off = true;
}

i64 reached_times(isize n)
{
    return times[n];
}

/* A page or a file; a change that was made says so, or leads on, but not to the log-in. */
static bool served(const struct req *q)
{
    int status = q->reply.status;
    if (str_is(q->method, "GET")) return status == 200;
    if (status != 303) return status >= 200 && status < 300;
    for (isize i = 0; i < q->reply.headers.n; i++)
        if (str_is(q->reply.headers.at[i].name, "Location"))
            return !str_starts(q->reply.headers.at[i].value, S("/login?"));
    return false;
}

int reached_answer(struct req *q, struct err *e)
{
    int code = call_answer(q, e);
    if (off || code != OK || !q->pattern || !served(q)) return code;
    for (isize i = 0; i < routes.n; i++)
        if (strcmp(routes.at[i].pattern, q->pattern) == 0 &&
            str_is(q->method, routes.at[i].method))
            times[i]++;
    return code;
}
