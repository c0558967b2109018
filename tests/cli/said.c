#define _GNU_SOURCE /* open_memstream */
#include "said.h"
#include "cli/cli.h"
#include "test.h"
#include <stdlib.h>

enum { WORDS = 40 };

static struct str taken(char *text, size_t n, struct arena *a)
{
    struct str s = str_dup((struct str){text, (isize)n}, a);
    free(text);
    return s;
}

struct said said_words(struct arena *a, int n, const char *const *argv)
{
    char *text[2] = {0};
    size_t len[2] = {0};
    FILE *out = open_memstream(&text[0], &len[0]);
    FILE *err = open_memstream(&text[1], &len[1]);
    struct said s = {.code = cli_run(n, argv, out, err, a)};
    fclose(out);
    fclose(err);
    s.out = taken(text[0], len[0], a);
    s.err = taken(text[1], len[1], a);
    return s;
}

int said_split(struct arena *a, const char *line, const char **argv)
{
    int n = 1;
    struct str rest = str_of(line), word;
    argv[0] = "varde";
    while (n < WORDS && str_cut(&rest, ' ', &word)) {
        if (!word.n) continue;
        argv[n++] = word.at[0] == '@'
                        ? str_fmt(a, "%s%.*s", test_folder(), FMT(str_from(word, 1))).at
                        : str_c(word, a);
    }
    CHECK_INT(rest.n, 0); /* a longer line would be cut */
    return n;
}

struct said said_line(struct arena *a, const char *line)
{
    const char *argv[WORDS];
    int n = said_split(a, line, argv);
    return said_words(a, n, argv);
}

struct str said_both(struct arena *a, struct said s)
{
    return str_fmt(a, "%.*s%.*s", FMT(s.out), FMT(s.err));
}

bool said_holds(struct str s, const char *piece)
{
    return str_find_str(s, str_of(piece)) >= 0;
}

void said_check(struct str s, const char *piece)
{
    test_check(said_holds(s, piece), __FILE__, __LINE__, "'%s' is missing in:\n%.*s",
               piece, FMT(s));
}
