/* Many people at once on one served installation, blinded ones among them: each gets what they get
** alone. For the sanitizer of threads: readers lent and given back, sessions, kept studies. */
#include "client.h"
#include "desk.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { PEOPLE = 5, ROUNDS = 4 };

static const char *const paths[] = {"/", "/participants", "/staff", "/sites", "/account"};

struct one {
    struct desk *d;
    struct str cookie;
    int status[COUNT(paths)]; /* as it is alone */
    int wrong;
    pthread_t thread;
};

static int asked(struct one *o, const char *path, struct arena tmp)
{
    struct str got = client_ask(http_port(o->d->http),
                                str_fmt(&tmp,
                                        "GET %s HTTP/1.1\r\nHost: localhost\r\n"
                                        "Connection: close\r\nCookie: %.*s\r\n\r\n",
                                        path, FMT(o->cookie)),
                                &tmp);
    return got.n > 12 ? (int)strtol(got.at + 9, NULL, 10) : 0;
}

static void *ask_all(void *arg)
{
    struct one *o = arg;
    struct arena a = arena_reserve(1 << 24);
    for (int r = 0; r < ROUNDS; r++)
        for (isize i = 0; i < COUNT(paths); i++)
            o->wrong += asked(o, paths[i], a) != o->status[i];
    arena_release(&a);
    return NULL;
}

TEST(many_at_once)
{
    static const char *const who[PEOPLE] = {"leader", "clinician", "outcome-assessor",
                                            "administrator", "coordinator"};
    struct desk d = desk_open(&tmp);
    struct one one[PEOPLE];
    for (int k = 0; k < PEOPLE; k++) {
        struct desk_browser b = desk_in(&d, who[k]);
        struct buf cookie = buf_in(&tmp, 512);
        for (isize i = 0; i < b.cookies.n; i++)
            buf_fmt(&cookie, "%s%.*s=%.*s", i ? "; " : "", FMT(b.cookies.at[i].name),
                    FMT(b.cookies.at[i].value));
        one[k] = (struct one){.d = &d, .cookie = buf_str(&cookie)};
        for (isize i = 0; i < COUNT(paths); i++)
            one[k].status[i] = asked(&one[k], paths[i], tmp);
        CHECK_INT(one[k].status[0], 200);
    }
    for (int k = 0; k < PEOPLE; k++)
        CHECK(pthread_create(&one[k].thread, NULL, ask_all, &one[k]) == 0);
    for (int k = 0; k < PEOPLE; k++) {
        pthread_join(one[k].thread, NULL);
        CHECK_INT(one[k].wrong, 0);
    }
    desk_close(&d);
}
