/* A command line as a test runs it, in its own process: the exit code and what it says. */
#ifndef VARDE_TEST_SAID_H
#define VARDE_TEST_SAID_H

#include "base/arena.h"
#include "base/str.h"

struct said {
    int code;
    struct str out, err;
};

/* argv[0] is "varde". */
struct said said_words(struct arena *a, int n, const char *const *argv);

/* Words are parted by blanks, at most 40; '@' at the start of one is the test's folder. */
struct said said_line(struct arena *a, const char *line);

/* What it printed and then its error. */
struct str said_both(struct arena *a, struct said s);

bool said_holds(struct str s, const char *piece);

/* Fails the test, and shows the text, when the piece does not stand in it. */
void said_check(struct str s, const char *piece);

/* How many words of the line stand in argv now; argv[0] is "varde", argv has room for 40. */
int said_split(struct arena *a, const char *line, const char **argv);

#endif
