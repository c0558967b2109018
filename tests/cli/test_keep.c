#define _GNU_SOURCE /* unlink */
#include "app/staffing.h"
#include "base/file.h"
#include "base/hash.h"
#include "cli/at_house.h"
#include "store/hold.h"
#include "store/migrate.h"
#include "store/statements.h"
#include "said.h"
#include "test.h"
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* The verb ends with that exit code and says that, on either side. */
static struct said expect(struct arena *a, const char *line, int code, const char *piece)
{
    struct said s = said_line(a, line);
    test_check(s.code == code && (said_holds(s.out, piece) || said_holds(s.err, piece)),
               __FILE__, __LINE__, "%s: %d %.*s%.*s", line, s.code, FMT(s.out),
               FMT(s.err));
    return s;
}

static struct house_config made(struct arena *a)
{
    struct house_config hc = {.folder = str_fmt(a, "%s/d", test_folder()).at};
    struct err e = {0};
    CHECK_CODE(house_make(&hc, &e), OK, e);
    return hc;
}

/* Accounts without a server: each verb, and what it refuses. */
TEST(keep_users_from_the_terminal)
{
    made(&tmp);
    expect(&tmp, "user add kari --name Kari --role administrator --data @/d", 0,
           "/invitation/");
    expect(&tmp, "user add kari --name Kari --data @/d", 3, "");
    expect(&tmp, "user add ola --data @/d", 2, "--name is missing");
    expect(&tmp, "user add ola --name Ola --role clinican --data @/d", 4, "clinician");
    struct said l = expect(&tmp, "user list --data @/d", 0, "administrator");
    CHECK(!said_holds(l.out, "ola")); /* a role that is none makes no account */
    expect(&tmp, "user add ola --name Ola --language nb --data @/d", 0, "/invitation/");
    expect(&tmp, "user role ola clinician --data @/d", 0, "ola is clinician from today");
    expect(&tmp, "user role ola clinician --site 99 --data @/d", 3, "");
    expect(&tmp, "user invite ola --data @/d", 0, "/invitation/");
    expect(&tmp, "user close ola --data @/d", 0, "closed");
    expect(&tmp, "user close kari --data @/d", 3, ""); /* the last administrator */
    expect(&tmp, "user close nobody --data @/d", 4, "");
    l = expect(&tmp, "user list --data @/d", 0, "closed");
    CHECK(said_holds(l.out, "Ola") && said_holds(l.out, "nb"));
    expect(&tmp, "user list --data @/none", 4, "no installation");
    expect(&tmp, "verify --data @/d", 0, "fine     journal");
}

/* Backup, verify of it, restore; what is in the way is refused and stays as it was. */
TEST(keep_backup_and_restore)
{
    made(&tmp);
    expect(&tmp, "user add kari --name Kari --role administrator --data @/d", 0, "");
    expect(&tmp, "backup @/b --data @/d", 0, "rows, 0 attachments");
    expect(&tmp, "backup @/b --data @/d", 3, "");
    expect(&tmp, "verify --backup @/b --key @/d.key", 0, "Whole:");
    expect(&tmp, "verify --backup @/b", 2, "--key FILE is missing");
    expect(&tmp, "restore @/b --data @/e", 2, "--key FILE is missing");
    expect(&tmp, "restore @/b --key @/d.key --data @/d", 3, "not empty");
    struct said s =
        expect(&tmp, "restore @/b --key @/d.key --data @/e --json", 0, "\"rows\"");
    CHECK(str_starts(s.out, S("{")));
    struct said was = said_line(&tmp, "user list --data @/d"),
                is = said_line(&tmp, "user list --data @/e");
    CHECK(was.out.n > 0 && str_eq(was.out, is.out));
    expect(&tmp, "verify --data @/e", 0, "fine     rows");
    /* another key, and a turned bit */
    struct err e = {0};
    CHECK_CODE(key_make(str_fmt(&tmp, "%s/other", test_folder()).at, &e), OK, e);
    expect(&tmp, "restore @/b --key @/other --data @/f", 1, "");
    struct str bytes;
    const char *path = str_fmt(&tmp, "%s/b", test_folder()).at;
    CHECK_CODE(file_read(path, FILE_LIMIT, &bytes, &tmp, &e), OK, e);
    char *bad = NEW(&tmp, char, bytes.n);
    memcpy(bad, bytes.at, (size_t)bytes.n);
    bad[bytes.n / 2] ^= 4;
    CHECK_CODE(file_publish(path, (struct str){bad, bytes.n}, &e), OK, e);
    expect(&tmp, "verify --backup @/b --key @/d.key", 1, "");
    expect(&tmp, "restore @/b --key @/d.key --data @/f", 1, "");
    CHECK(!file_exists(str_fmt(&tmp, "%s/f", test_folder()).at));
}

/* While a server has the store: writing verbs are its own acts, reading ones go on beside. */
TEST(keep_verbs_while_a_server_runs)
{
    struct house_config hc = made(&tmp);
    struct house *h = NULL;
    struct local *local = NULL;
    struct err e = {0};
    CHECK_CODE(house_open(&hc, &h, &e), OK, e);
    /* the store is held, and nobody answers: said so, nothing done */
    expect(&tmp, "user add kari --name Kari --data @/d", 5,
           "no server of this user answers");
    CHECK_CODE(local_start(h, at_server, &local, &e), OK, e);
    struct stat st;
    CHECK(stat(str_fmt(&tmp, "%s/varde.sock", hc.folder).at, &st) == 0);
    CHECK_INT(st.st_mode & 0777, 0600);
    expect(&tmp, "user add kari --name Kari --role administrator --data @/d", 0,
           "/invitation/");
    expect(&tmp, "user add kari --name Kari --data @/d", 3,
           ""); /* its refusal comes back */
    expect(&tmp, "user close nobody --data @/d", 4, "");
    expect(&tmp, "user add --name=Kari --data @/d", 2, "the login name is missing");
    expect(&tmp, "user list --data @/d", 0, "kari");
    expect(&tmp, "backup @/b --data @/d", 0, "rows");
    expect(&tmp, "verify --data @/d", 0, "fine     journal");
    /* a server is no shell */
    const char *argv[] = {"varde", "version"}, *again[] = {"varde", "user", "add"};
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    CHECK_CODE(local_ask(hc.folder, 2, argv, out, &e), E_UNSUPPORTED, e);
    CHECK_CODE(local_ask(hc.folder, 3, again, out, &e), E_USAGE, e);
    fclose(out);
    free(text);
    local_stop(local);
    CHECK(stat(str_fmt(&tmp, "%s/varde.sock", hc.folder).at, &st) != 0);
    expect(&tmp, "user add ola --name Ola --data @/d", 5,
           "no server of this user answers");
    house_close(h);
    expect(&tmp, "user add ola --name Ola --data @/d", 0, "/invitation/");
}

/* Whatever comes on the socket, the next caller is answered. */
TEST(keep_socket_outlives_nonsense)
{
    static const char *const bad[] = {"",
                                      "GET / HTTP/1.1\r\n\r\n",
                                      "varde1",
                                      "varde1\xff\xff\xff\xff",
                                      "varde1\1\0\0\0\xff\xff\xff\x7f",
                                      "varde1\2\0\0\0\5\0\0\0varde"};
    static const isize len[] = {0, 18, 6, 10, 14, 19};
    struct house_config hc = made(&tmp);
    struct house *h = NULL;
    struct local *local = NULL;
    struct err e = {0};
    CHECK_CODE(house_open(&hc, &h, &e), OK, e);
    CHECK_CODE(local_start(h, at_server, &local, &e), OK, e);
    for (isize i = 0; i < COUNT(bad); i++) {
        struct sockaddr_un to = {.sun_family = AF_UNIX};
        snprintf(to.sun_path, sizeof to.sun_path, "%s/varde.sock", hc.folder);
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        CHECK(connect(fd, (const struct sockaddr *)&to, sizeof to) == 0);
        CHECK(send(fd, bad[i], (size_t)len[i], MSG_NOSIGNAL) == len[i]);
        close(fd);
    }
    expect(&tmp, "user add kari --name Kari --data @/d", 0, "/invitation/");
    local_stop(local);
    house_close(h);
}

/* Log-ins for everybody are given where nobody works: in a new store, and again in one that began so. */
TEST(keep_demo_is_for_trying)
{
    struct house_config hc = made(&tmp);
    const char *line =
        str_fmt(&tmp, "demo --data @/d --definitions %s", test_path("data")).at;
    expect(&tmp, line, 0, "administrator");
    struct said again = expect(&tmp, line, 0, "administrator");
    CHECK(unlink(file_join(&tmp, hc.folder, "demo")) == 0);
    struct said s = expect(&tmp, line, 3, "somebody has a password there");
    CHECK(s.out.n == 0 && again.out.n > 0);
}

/* A store of an older program, of any step: verbs that read say so and change nothing; who writes
** brings it along, and all of it fits then. */
TEST(keep_older_stores_are_brought_along)
{
    struct house_config hc = made(&tmp);
    const char *path = file_join(&tmp, hc.folder, "varde.db");
    for (int step = 1; step < MIGRATION_N; step++) {
        struct arena a = tmp;
        struct db *db = NULL;
        struct err e = {0};
        static const char *const rest[] = {"", "-wal", "-shm"};
        for (isize i = 0; i < COUNT(rest); i++)
            (void)unlink(str_fmt(&a, "%s%s", path, rest[i]).at);
        CHECK_CODE(db_open(str_fmt(&a, "sqlite:%s", path).at, DB_WRITER, &db, &e), OK, e);
        for (int i = 0; i < step; i++) {
            const struct migration *m = &migration_list[i];
            struct hash h = hash_of(str_of(m->text));
            CHECK_CODE(db_script(db, m->name, str_of(m->text), &e), OK, e);
            CHECK_CODE(db_run(db, SQL_migration_put,
                              ARGS(I(i + 1), T(str_of(m->name)), T(str_of(h.hex)),
                                   T(S("2026-01-01T00:00:00.000Z"))),
                              &e),
                       OK, e);
        }
        db_close(db);
        expect(&a, "verify --data @/d", 3, "of an older program");
        expect(&a, "backup @/b --data @/d", 3, "of an older program");
        CHECK(!file_exists(file_join(&a, test_folder(), "b")));
        expect(&a, "user add kari --name Kari --data @/d", 0, "/invitation/");
        expect(&a, "verify --data @/d", 0, "fine     schema");
    }
}

/* selfcheck names what is not fit. */
TEST(keep_selfcheck)
{
    struct house_config hc = made(&tmp);
    const char *line =
        str_fmt(&tmp, "selfcheck --data @/d --definitions %s", test_path("data")).at;
    struct said s = expect(&tmp, line, 0, "fine     definitions");
    CHECK(said_holds(s.out, "fine     blinding") && said_holds(s.out, "MiB are left"));
    CHECK(said_holds(s.out, "fine     numbers      24 looked at"));
    CHECK(chmod(hc.folder, 0755) == 0);
    expect(&tmp, line, 1, "others than its owner");
    CHECK(chmod(hc.folder, 0700) == 0);
    expect(&tmp, "selfcheck --data @/d --definitions @/none", 1, "wrong    definitions");
}
