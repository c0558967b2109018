#define _GNU_SOURCE /* nftw, mkdtemp */
#include "test.h"
#include "base/par.h"
#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct test *first;
static int checks, failures;
static char folder[64];
static bool skipped, all;

void test_add(struct test *t)
{
    t->next = first;
    first = t;
}

bool test_all(void)
{
    return all;
}

bool test_check(bool fine, const char *file, int line, const char *fmt, ...)
{
    checks++;
    if (fine) return true;
    failures++;
    va_list ap;
    va_start(ap, fmt);
    printf("# %s:%d: ", file, line);
    vprintf(fmt, ap);
    printf("\n");
    va_end(ap);
    return false;
}

bool test_near(double x, double want, double tol, const char *f, int l, const char *what)
{
    bool same = (isnan(x) && isnan(want)) || x == want || fabs(x - want) <= tol;
    return test_check(same, f, l, "%s is %.17g, want %.17g within %g", what, x, want,
                      tol);
}

bool test_int(i64 x, i64 want, const char *f, int l, const char *what)
{
    return test_check(x == want, f, l, "%s is %" PRId64 ", want %" PRId64, what, x, want);
}

bool test_str(struct str s, struct str want, const char *f, int l, const char *what)
{
    return test_check(str_eq(s, want), f, l, "%s is '%.*s', want '%.*s'", what, FMT(s),
                      FMT(want));
}

bool test_code(int got, int want, const struct err *e, const char *f, int l,
               const char *w)
{
    return test_check(got == want, f, l, "%s gives %s, want %s (%s)", w, err_name(got),
                      err_name(want), got == OK ? "no error" : e->text);
}

bool test_says(const struct err *e, const char *piece, const char *f, int l)
{
    return test_check(strstr(e->text, piece), f, l, "'%s' does not say '%s'", e->text,
                      piece);
}

const char *test_path(const char *below)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s", VARDE_SOURCE, below);
    return path;
}

static int rm_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st, (void)kind, (void)ftw;
    return remove(path);
}

const char *test_folder(void)
{
    if (!folder[0]) {
        snprintf(folder, sizeof folder, "/tmp/varde-test-XXXXXX");
        if (!mkdtemp(folder)) abort();
    }
    return folder;
}

void test_skip(const char *why)
{
    printf("# skipped: %s\n", why);
    skipped = true;
}

const char *test_samples(const char *below)
{
    static char path[4096];
    const char *given = getenv("VARDE_SAMPLES");
    if (given)
        snprintf(path, sizeof path, "%s/%s", given, below);
    else
        snprintf(path, sizeof path, "%s/../shared/samples/%s", VARDE_SOURCE, below);
    return access(path, R_OK) == 0 ? path : NULL;
}

enum { SKIPPED = 99 };

/* Of the leak sanitizer, where it is linked: ends the process when memory was lost.  By
** itself it looks only at exit, and a test ends by _exit. */
extern void __lsan_do_leak_check(void) __attribute__((weak));

/* Fontconfig keeps 288 bytes of its configuration for good, once a process. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\n";
}

/* 0: fine; SKIPPED; anything else: failed. */
static int run_one(struct test *t)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        alarm(300);
        struct arena tmp = arena_reserve((isize)1 << 34);
        t->run(tmp);
        if (folder[0]) nftw(folder, rm_one, 16, FTW_DEPTH | FTW_PHYS);
        if (checks == 0 && !skipped) printf("# %s checks nothing\n", t->name);
        fflush(NULL);
        if (__lsan_do_leak_check) __lsan_do_leak_check();
        _exit(failures > 0 ? 1 : skipped ? SKIPPED : checks == 0);
    }
    int status = 0;
    if (pid < 0 || waitpid(pid, &status, 0) < 0) return 1;
    if (WIFSIGNALED(status)) printf("# ended by signal %d\n", WTERMSIG(status));
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv)
{
    int n = 0, i = 0, bad = 0;
    struct test *list = NULL; /* registered last to first: turn round */
    while (first) {
        struct test *t = first;
        first = t->next;
        bool wanted = argc < 2;
        for (int k = 1; k < argc; k++) wanted = wanted || strstr(t->name, argv[k]);
        if (!wanted) continue;
        t->next = list;
        list = t;
        n++;
    }
    all = argc < 2;
    printf("1..%d\n", n);
    for (struct test *t = list; t; t = t->next) {
        int rc = run_one(t);
        bool fine = rc == 0 || rc == SKIPPED;
        bad += !fine;
        printf("%s %d - %s%s\n", fine ? "ok" : "not ok", ++i, t->name,
               rc == SKIPPED ? " # SKIP" : "");
    }
    return bad > 0;
}
