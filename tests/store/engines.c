#define _GNU_SOURCE /* getpid */
#include "engines.h"
#include "base/file.h"
#include <stdlib.h>
#include <unistd.h>

static struct str schema(struct arena *a)
{
    return str_fmt(a, "varde_test_%ld", (long)getpid());
}

const char *engine_server(void)
{
    const char *server = getenv("VARDE_TEST_PG");
    return server && server[0] ? server : NULL;
}

static void in_server(const char *words, struct arena tmp)
{
    struct db *db = NULL;
    struct err e = {0};
    CHECK_CODE(db_open(engine_server(), DB_WRITER, &db, &e), OK, e);
    if (db) CHECK_CODE(db_script(db, "schema", str_of(words), &e), OK, e);
    db_close(db);
}

const char *engine_url(const char *engine, struct arena *a)
{
    if (str_is(str_of(engine), "sqlite"))
        return str_fmt(a, "sqlite:%s/store.db", test_folder()).at;
    const char *server = engine_server();
    if (!server) {
        test_skip("no PostgreSQL server (VARDE_TEST_PG)");
        return NULL;
    }
    struct str name = schema(a);
    in_server(str_fmt(a, "CREATE SCHEMA %.*s", FMT(name)).at, *a);
    char mark = str_find(str_of(server), '?') < 0 ? '?' : '&';
    return str_fmt(a, "%s%coptions=-csearch_path%%3D%.*s", server, mark, FMT(name)).at;
}

void engine_drop(const char *engine, struct arena tmp)
{
    struct str name = schema(&tmp);
    in_server(str_fmt(&tmp, "DROP SCHEMA %.*s CASCADE", FMT(name)).at, tmp);
}
