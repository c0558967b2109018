/* Tests: TEST(name) { CHECK(...); } in tests/<layer>/test_<file>.c.
**
** Each test runs in a process of its own, so a crash or a hang fails one test.  A test
** that checks nothing fails.  Output is TAP.  `test_x substring...` runs only those. */
#ifndef VARDE_TESTS_TEST_H
#define VARDE_TESTS_TEST_H

#include "base/err.h"
#include <math.h>

struct test {
    const char *name;
    void (*run)(struct arena tmp);
    struct test *next;
};
void test_add(struct test *t);

/* Under a sanitizer a step costs ten times as much: laws of chance take fewer samples
** there, within the error that goes with it; the plain builds take all. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { TEST_SANITIZED = 1 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
enum { TEST_SANITIZED = 1 };
#else
enum { TEST_SANITIZED = 0 };
#endif
#else
enum { TEST_SANITIZED = 0 };
#endif

#define TEST(id)                                            \
    static void test_##id(struct arena tmp);                \
    static struct test reg_##id = {#id, test_##id, NULL};   \
    __attribute__((constructor)) static void add_##id(void) \
    {                                                       \
        test_add(&reg_##id);                                \
    }                                                       \
    static void test_##id(struct arena tmp)

/* Whether this run is of all tests, not of those that were named. */
bool test_all(void);

bool test_check(bool fine, const char *file, int line, const char *fmt, ...)
    PRINTF_LIKE(4, 5);

#define CHECK(cond) test_check((cond), __FILE__, __LINE__, "%s", #cond)
/* |x - want| <= tol, or both NaN, or the same infinity. */
#define CHECK_NEAR(x, want, tol) test_near((x), (want), (tol), __FILE__, __LINE__, #x)
/* |x - want| <= rel |want| */
#define CHECK_REL(x, want, rel) \
    test_near((x), (want), (rel)*fabs(want), __FILE__, __LINE__, #x)
#define CHECK_INT(x, want) test_int((i64)(x), (i64)(want), __FILE__, __LINE__, #x)
#define CHECK_STR(s, want) test_str((s), str_of(want), __FILE__, __LINE__, #s)
/* The call returns `code`; on another code its sentence is shown. `e` is a struct err. */
#define CHECK_CODE(call, want, e) \
    test_code((call), (want), &(e), __FILE__, __LINE__, #call)
/* The error sentence holds a piece of text. */
#define CHECK_SAYS(e, piece) test_says(&(e), (piece), __FILE__, __LINE__)
bool test_near(double x, double want, double tol, const char *f, int l, const char *what);
bool test_int(i64 x, i64 want, const char *f, int l, const char *what);
bool test_str(struct str s, struct str want, const char *f, int l, const char *what);
bool test_code(int got, int want, const struct err *e, const char *f, int l,
               const char *w);
bool test_says(const struct err *e, const char *piece, const char *f, int l);

/* A path below the source tree, e.g. test_path("tests/reference/cases"). */
const char *test_path(const char *below);
/* Says why this test could not run here; it counts as skipped. End the test after it. */
void test_skip(const char *why);
/* A folder of real files from other systems that is not part of the project:
** VARDE_SAMPLES, else ../shared/samples beside the source tree; NULL where there is
** none. */
const char *test_samples(const char *below);
/* A fresh empty folder for this test, removed afterwards. */
const char *test_folder(void);

#endif
