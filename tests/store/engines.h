/* Store tests run on every engine: EACH_ENGINE(name) { ... url ... } makes one test an
** engine.
**
** PostgreSQL is the server that VARDE_TEST_PG names (postgresql://...; ./check starts
** one); each test gets a schema of its own there and drops it.  Without it those tests
** are skipped, and say so. */
#ifndef VARDE_TESTS_STORE_ENGINES_H
#define VARDE_TESTS_STORE_ENGINES_H

#include "store/db.h"
#include "test.h"

/* The server of VARDE_TEST_PG; NULL: none is named. Set to nothing is not set. */
const char *engine_server(void);
/* An address of an empty store of this engine, or NULL after test_skip. */
const char *engine_url(const char *engine, struct arena *a);
void engine_drop(const char *engine, struct arena tmp);

#define EACH_ENGINE(id)                                       \
    static void each_##id(const char *url, struct arena tmp); \
    TEST(id##_sqlite)                                         \
    {                                                         \
        each_##id(engine_url("sqlite", &tmp), tmp);           \
    }                                                         \
    TEST(id##_postgresql)                                     \
    {                                                         \
        const char *url = engine_url("postgresql", &tmp);     \
        if (!url) return;                                     \
        each_##id(url, tmp);                                  \
        engine_drop("postgresql", tmp);                       \
    }                                                         \
    static void each_##id(const char *url, struct arena tmp)

#endif
