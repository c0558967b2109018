#define _GNU_SOURCE /* unlink, symlink, utimensat */
#include "app/apply.h"
#include "app/erase.h"
#include "app/erased.h"
#include "app/invent.h"
#include "app/job.h"
#include "app/staffing.h"
#include "base/file.h"
#include "base/hash.h"
#include "cli/at_house.h"
#include "store/backup.h"
#include "store/hold.h"
#include "store/migrate.h"
#include "store/statements.h"
#include "said.h"
#include "test.h"
#include <fcntl.h>
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
    expect(&tmp, "restore @/b --key @/d.key --data @/e", 3, "--without-erasures");
    expect(&tmp, "restore @/b --key @/d.key --erasures @/d --without-erasures", 2,
           "exclude");
    expect(&tmp, "restore @/b --key @/d.key --data @/d --without-erasures", 3,
           "not empty");
    struct said s =
        expect(&tmp, "restore @/b --key @/d.key --data @/e --without-erasures --json", 0,
               "\"rows\"");
    CHECK(str_starts(s.out, S("{")));
    struct said was = said_line(&tmp, "user list --data @/d"),
                is = said_line(&tmp, "user list --data @/e");
    CHECK(was.out.n > 0 && str_eq(was.out, is.out));
    expect(&tmp, "verify --data @/e", 0, "fine     rows");
    /* another key, and a turned bit */
    struct err e = {0};
    CHECK_CODE(key_make(str_fmt(&tmp, "%s/other", test_folder()).at, &e), OK, e);
    expect(&tmp, "restore @/b --key @/other --data @/f --without-erasures", 1, "");
    struct str bytes;
    const char *path = str_fmt(&tmp, "%s/b", test_folder()).at;
    CHECK_CODE(file_read(path, FILE_LIMIT, &bytes, &tmp, &e), OK, e);
    char *bad = NEW(&tmp, char, bytes.n);
    memcpy(bad, bytes.at, (size_t)bytes.n);
    bad[bytes.n / 2] ^= 4;
    CHECK_CODE(file_publish(path, (struct str){bad, bytes.n}, &e), OK, e);
    expect(&tmp, "verify --backup @/b --key @/d.key", 1, "");
    expect(&tmp, "restore @/b --key @/d.key --data @/f --without-erasures", 1, "");
    CHECK(!file_exists(str_fmt(&tmp, "%s/f", test_folder()).at));
}

/* --- erasures and the end of backups --------------------------------------------- */

static int four_people(struct act *act, i64 *first, struct arena *a, struct err *e)
{
    struct applied done;
    i64 service = 0, site = 0;
    TRY(apply_study(act, VARDE_SOURCE "/data", "norway2013", &done, e));
    TRY(staffing_service_add(act, S("Keep"), &service, e));
    TRY(staffing_site_add(act, service, S("Coast"), &site, e));
    TRY(apply_site(act, done.study, site, S("S1"), e));
    struct invent_ask in = {.study = done.study, .site = &site, .n_sites = 1, .n = 4};
    return invent_people(act, &in, first, e);
}

typedef int self_body(struct act *act, i64 *id, struct arena *a, struct err *e);

static int erase_one(struct act *act, i64 *id, struct arena *a, struct err *e)
{
    (void)a;
    return erase_person(act, *id, true, e);
}

/* As the program itself, at the terminal. */
static void as_self(const struct house_config *hc, self_body *f, i64 *id, enum role role,
                    struct arena tmp)
{
    struct house *h = NULL;
    struct db *db = NULL;
    struct err e = {0};
    i64 staff = 0, given = 0;
    CHECK_CODE(house_open(hc, &h, &e), OK, e);
    CHECK_CODE(house_reader(h, false, &db, &e), OK, e);
    struct act act = house_self(h, db, &tmp);
    act.console = true;
    if (role) { /* what needs somebody who works there */
        CHECK_CODE(staffing_add(&act, S("lea"), S("Lea"), S("nb"), &staff, &e), OK, e);
        struct role_given g = {
            .staff = staff, .role = role, .starts = act.today, .open = true};
        CHECK_CODE(staffing_role_give(&act, &g, &given, &e), OK, e);
        act.console = false;
        CHECK_CODE(staff_viewer(db, staff, act.today, &act.who, &tmp, &e), OK, e);
    }
    CHECK_CODE(f(&act, id, &tmp, &e), OK, e);
    house_reader_back(h, false, db);
    house_close(h);
}

static int states(const char *folder, const char *state, struct arena tmp)
{
    static const struct sql q = {"n", "SELECT COUNT(*) FROM participant WHERE state = $1",
                                 -1, 1};
    struct db *db = NULL;
    struct err e = {0};
    i64 n = -1;
    const char *url = str_fmt(&tmp, "sqlite:%s/%s/varde.db", test_folder(), folder).at;
    CHECK_CODE(db_open(url, DB_READER, &db, &e), OK, e);
    CHECK_CODE(db_one(db, &n, &q, ARGS(T(str_of(state))), &e), OK, e);
    db_close(db);
    return (int)n;
}

/* The old backup on a new machine: with the list that a later backup left beside it; with the lost
** data folder's own. */
TEST(keep_restore_without_the_erased)
{
    struct house_config hc = made(&tmp);
    i64 id = 0;
    as_self(&hc, four_people, &id, 0, tmp);
    CHECK(mkdir(str_fmt(&tmp, "%s/b", test_folder()).at, 0700) == 0);
    expect(&tmp, "backup @/b/old --data @/d", 0, "Delete it by");
    as_self(&hc, erase_one, &id, LEADER, tmp);
    CHECK_INT(states("d", "erased", tmp), 1);
    expect(&tmp, "restore @/b/old --key @/d.key --data @/e", 3, "would be there again");
    struct house *h = NULL;
    struct err e = {0};
    expect(&tmp, "restore @/b/old --key @/d.key --data @/e --erasures @/d", 0,
           "Erased anew: 1 people, of 1 erasures");
    CHECK_INT(states("e", "erased", tmp), 1);
    expect(&tmp, "verify --data @/e", 0, "fine     erasures     1 looked at");
    expect(&tmp, "backup @/b/new --data @/d", 0, "");
    expect(&tmp, "restore @/b/old --key @/d.key --data @/f", 0, "Erased anew: 1 people");
    expect(&tmp, "restore @/b/new --key @/d.key --data @/g", 3, "ends with");
    /* the data folder's list outlives the store: an old database in its place is noticed */
    expect(&tmp, "restore @/b/old --key @/d.key --data @/h --without-erasures", 0,
           "Nobody was erased anew");
    CHECK_INT(states("h", "erased", tmp), 0);
    struct str list;
    CHECK_CODE(file_read(str_fmt(&tmp, "%s/d/erasures", test_folder()).at, FILE_LIMIT,
                         &list, &tmp, &e),
               OK, e);
    CHECK_CODE(file_replace(str_fmt(&tmp, "%s/h/erasures", test_folder()).at, list, &e),
               OK, e);
    expect(&tmp, "verify --data @/h", 1, "the store does not");
    expect(&tmp, "user list --data @/h", 0, "");
    struct house_config other = {.folder = str_fmt(&tmp, "%s/h", test_folder()).at};
    CHECK_CODE(house_open(&other, &h, &e), OK, e);
    CHECK_INT(house_erased_again(h), 1);
    house_close(h);
    CHECK_INT(states("h", "erased", tmp), 1);
    expect(&tmp, "verify --data @/h", 0, "");
}

static isize n_like(const char *folder, const char *begin, struct arena tmp)
{
    struct file_names names = {0};
    struct err e = {0};
    isize n = 0;
    const char *at = str_fmt(&tmp, "%s/%s", test_folder(), folder).at;
    CHECK_CODE(file_list(at, &names, &tmp, &e), OK, e);
    for (isize i = 0; i < names.n; i++) n += str_starts(names.at[i], str_of(begin));
    return n;
}

static instant in_days(int n)
{
    return house_clock() + n * 24 * (instant)HOUR;
}

/* A backup of this house as it would have been made some days ago. */
static void backup_of(const struct house_config *hc, const char *name, int days_ago,
                      struct arena tmp)
{
    struct house *h = NULL;
    struct db *db = NULL;
    struct err e = {0};
    struct backup_told told;
    struct house_config reading = *hc;
    reading.reading = true;
    CHECK_CODE(house_open(&reading, &h, &e), OK, e);
    CHECK_CODE(house_reader(h, false, &db, &e), OK, e);
    CHECK_CODE(backup_make(db, file_join(&tmp, hc->folder, "attachments"), house_key(h),
                           str_fmt(&tmp, "%s/b/%s", test_folder(), name).at,
                           instant_text(in_days(-days_ago), &tmp), S(""), &told, &tmp,
                           &e),
               OK, e);
    house_reader_back(h, false, db);
    house_close(h);
}

/* Only what is its own and over goes, and only once a newer one was read again. */
TEST(keep_backups_have_an_end)
{
    struct house_config hc = made(&tmp);
    struct err e = {0};
    struct house_config other = {.folder = str_fmt(&tmp, "%s/o", test_folder()).at};
    CHECK_CODE(house_make(&other, &e), OK, e);
    struct house_config twin = {.folder = str_fmt(&tmp, "%s/t", test_folder()).at,
                                .key = str_fmt(&tmp, "%s/d.key", test_folder()).at};
    CHECK_CODE(house_make(&twin, &e), OK, e);
    CHECK(mkdir(str_fmt(&tmp, "%s/b", test_folder()).at, 0700) == 0);
    backup_of(&hc, "mine-40", 40, tmp);
    backup_of(&hc, "mine-20", 20, tmp);
    backup_of(&hc, "mine-ahead", -5, tmp);   /* the clock was wrong: not over */
    backup_of(&other, "others-40", 40, tmp); /* of another key */
    backup_of(&twin, "twins-40", 40, tmp);   /* of another store with this key */
    const char *folder = str_fmt(&tmp, "%s/b", test_folder()).at;
    CHECK_CODE(file_publish(file_join(&tmp, folder, "letter"), S("varde backup"), &e), OK,
               e);
    struct str good;
    CHECK_CODE(file_read(file_join(&tmp, folder, "mine-40"), FILE_LIMIT, &good, &tmp, &e),
               OK, e);
    /* a link to one that is over is not followed; what a killed one left is known by its name */
    CHECK(symlink(file_join(&tmp, folder, "mine-20"), file_join(&tmp, folder, "link")) ==
          0);
    const char *left = file_join(&tmp, folder, "x.new-0123456789abcdef"),
               *young = file_join(&tmp, folder, "y.new-0123456789abcdef"),
               *foreign = file_join(&tmp, folder, "z.new-0123456789abcdef");
    CHECK_CODE(file_publish(left, str_upto(good, 1000), &e), OK, e);
    CHECK_CODE(file_publish(young, str_upto(good, 1000), &e), OK, e);
    CHECK_CODE(file_publish(foreign, S("a letter to somebody"), &e), OK, e);
    struct timespec old[2] = {{.tv_sec = in_days(-2) / SECOND},
                              {.tv_sec = in_days(-2) / SECOND}};
    CHECK(utimensat(AT_FDCWD, left, old, 0) == 0 &&
          utimensat(AT_FDCWD, foreign, old, 0) == 0);
    expect(&tmp, "backup @/b --keep 91 --data @/d", 2, "");
    expect(&tmp, "backup @/b/mine-20 --keep 30 --data @/d", 3, "there is such a file");
    CHECK_INT(n_like("b", "mine-", tmp), 3); /* none was made, so none goes */
    expect(&tmp, "backup @/b --keep 30 --data @/d", 0, "Removed: 1 backups");
    CHECK(!file_exists(file_join(&tmp, folder, "mine-40")));
    CHECK_INT(n_like("b", "mine-", tmp), 2);
    CHECK_INT(n_like("b", "others-40", tmp) + n_like("b", "twins-40", tmp), 2);
    CHECK_INT(n_like("b", "letter", tmp) + n_like("b", "link", tmp), 2);
    CHECK(!file_exists(left) && file_exists(young) && file_exists(foreign));
    CHECK_INT(n_like("b", "varde-", tmp), 1); /* named by itself */
    CHECK_INT(n_like("b", "erasures-", tmp), 1);
    expect(&tmp, "backup @/b/one --keep 1 --data @/d", 0, "Removed: 1 backups");
    CHECK_INT(n_like("b", "mine-", tmp), 1);
    CHECK_INT(n_like("b", "varde-", tmp), 1); /* of today */
    expect(&tmp, "verify --backup @/b/one --key @/d.key", 0, "Whole:");
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

/* Long work from the terminal: what there is, and telling it to stop. */
TEST(keep_jobs_from_the_terminal)
{
    struct house_config hc = made(&tmp);
    struct house *h = NULL;
    struct db *db = NULL;
    struct err e = {0};
    i64 id = 0;
    CHECK_CODE(house_open(&hc, &h, &e), OK, e);
    CHECK_CODE(house_reader(h, false, &db, &e), OK, e);
    struct act act = house_self(h, db, &tmp);
    act.console = true;
    CHECK_CODE(job_ask(&act, S("check"), S("{}"), &id, &e), OK, e);
    house_reader_back(h, false, db);
    house_close(h);
    struct said s = expect(&tmp, "job list --data @/d", 0, "waiting");
    CHECK(said_holds(s.out, "check"));
    expect(&tmp, "job stop x --data @/d", 2, "not the number of a job");
    expect(&tmp, "job stop 99 --data @/d", 4, "");
    expect(&tmp, "job stop 1 --data @/d", 0, "told to stop");
    s = expect(&tmp, "job list --data @/d", 0, "cancelled");
    CHECK(!said_holds(s.out, "waiting"));
    expect(&tmp, "job stop 1 --data @/d", 4, ""); /* it is over */
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
