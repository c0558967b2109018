/* A command line as a process of its own: started, heard, ended. */
#ifndef VARDE_TEST_CHILD_H
#define VARDE_TEST_CHILD_H

#include "base/arena.h"
#include "base/str.h"
#include <sys/types.h>

/* Serves the installation in the test's folder, at a free port. */
#define CHILD_SERVE \
    "serve --data @/d --listen 127.0.0.1:0 --definitions " VARDE_SOURCE "/data"

struct child {
    pid_t pid;
    int out; /* what it says, errors too */
};

/* Words as said_line takes them. */
struct child child_start(const char *line, struct arena *a);
/* Its words up to a piece of them, or all. */
struct str child_hear(struct child c, const char *until, struct arena *a);
/* Waits; its exit code, -1 when a signal ended it. */
int child_ended(struct child c);
/* All of it: the exit code, and a piece of what it says. */
void child_expect(const char *line, int code, const char *piece, struct arena tmp);
/* The port in "Varde is at http://127.0.0.1:8080/"; 0: none. */
int child_port(struct str said);

#endif
