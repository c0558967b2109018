/* What the files of varde bench share (verb_bench.c, bench_people.c, bench_pages.c). */
#ifndef VARDE_CLI_BENCH_PARTS_H
#define VARDE_CLI_BENCH_PARTS_H

#include "app/house.h"
#include "cli/cli.h"
#include "cli/load.h"
#include <stdatomic.h>
#include <sys/types.h>

enum {
    CLIENTS = 32,
    ROUNDS = 9,
    ANSWERS = 15,
    MEASURES = 96,
    BENCH_SITES = 2,
    BENCH_CASELOAD = 200,
    FASTEST = 16000
};

/* Whose sessions ask for pages: a coordinator everywhere, the clinician of some hundred participants and
** a leader at one site, a data manager. */
enum { COORDINATES, TREATS, LEADS, KEEPS, PAGERS };
#define BENCH_PASSWORD "four quiet herons in the rain"

struct server {
    pid_t pid;
    int in, out, port;
    double ms; /* from its start to the line that says where it is */
};

struct measured {
    const char *words, *unit;
    double bound; /* at most; of a ratio: at least; NAN: none was promised */
    bool at_least;
    double x[ROUNDS];
    int n;
};

struct bench {
    struct cli *c;
    struct arena *a;
    char folder[400];
    const char *self, *bare, *definitions, *only, *store;
    const char *keep; /* the folder that stays; NULL: none */
    i64 participants, rounds;
    double seconds, began;
    i64 study, first;
    struct str token[CLIENTS], session[CLIENTS], csrf[CLIENTS];
    struct str pager[PAGERS], pager_csrf[PAGERS]; /* of bench_viewers */
    struct str answers, measure, time, today;
    atomic_llong next; /* participants whose form is saved */
    struct measured m[MEASURES];
    int n;
};

double bench_now(void);

/* A row of the table: the median of what was noted under its words. */
void bench_note(struct bench *b, const char *words, const char *unit, double bound,
                bool at_least, double x);
/* status 0: whatever the answers are; else others than that fail. */
MUST_CHECK int bench_load(struct bench *b, int port, int clients, int status,
                          load_request *f, struct load_told *out, struct err *e);
/* proxied: it believes X-Forwarded-For, so that each request can come from elsewhere. */
MUST_CHECK int bench_serve(struct bench *b, bool proxied, struct server *s,
                           struct err *e);
void bench_stop(struct server *s);
/* Megabytes: "VmRSS:" now, "VmHWM:" at most; NAN where the system does not say. */
double bench_resident(pid_t pid, const char *which, struct arena tmp);
/* A participant somewhere in the store, another each time, from 0. */
i64 bench_somewhere(const struct bench *b, int client, i64 n);
load_request bench_post_form, bench_get_record;

/* The store in b->folder, made, or found there; and accounts in it. */
MUST_CHECK int bench_store(struct bench *b, struct err *e);
/* The n-th participant whose form is still to be saved. */
i64 bench_unanswered(i64 n);
/* Pages as people ask for them; log-ins by the hundred beside others' work; a backup beside it. */
MUST_CHECK int bench_pages(struct bench *b, struct server *s, struct err *e);
MUST_CHECK int bench_storm(struct bench *b, struct server *s, struct err *e);
MUST_CHECK int bench_backup(struct bench *b, struct server *s, int round, struct err *e);

#endif
