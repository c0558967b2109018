/* Records in and out over a server's interface, by a token, over a Unix socket: the same words and
** exit codes as beside the store. */
#define _GNU_SOURCE
#include "app/house.h"
#include "app/replay.h"
#include "app/token.h"
#include "base/file.h"
#include "child.h"
#include "said.h"
#include "test.h"
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A line whose word AT says the server and the token. */
static struct said asked(struct arena *a, const char *line)
{
    struct str s = str_of(line);
    isize at = str_find_str(s, S(" AT"));
    if (at < 0) return said_line(a, line);
    return said_line(a, str_fmt(a, "%.*s --server unix:%s/s --token-file @/token%.*s",
                                FMT(str_upto(s, at)), test_folder(),
                                FMT(str_from(s, at + 3)))
                            .at);
}

/* An installation with the Norwegian records, and a token of its data manager. */
static void made(struct arena *a)
{
    struct err e = {0};
    struct house *h = NULL;
    struct db *db = NULL;
    struct replay_done done;
    struct token_ask t = {.label = S("program"), .days = 1};
    struct str secret;
    i64 id = 0;
    struct house_config c = {.folder = str_fmt(a, "%s/d", test_folder()).at};
    CHECK_CODE(house_make(&c, &e), OK, e);
    CHECK_CODE(house_open(&c, &h, &e), OK, e);
    CHECK_CODE(house_reader(h, false, &db, &e), OK, e);
    struct act act = house_self(h, db, a);
    act.console = true;
    struct replay_in in = {
        .definitions = VARDE_SOURCE "/data", .study = "norway2013", .key = house_key(h)};
    CHECK_CODE(replay_load(&act, &in, &done, &e), OK, e);
    int manager = 0;
    while (manager < ROLE_N && 1 << manager != DATA_MANAGER) manager++;
    CHECK_CODE(staff_viewer(act.db, done.person[manager], act.today, &act.who, a, &e), OK,
               e);
    act.console = false;
    CHECK_CODE(token_make(&act, &t, &id, &secret, &e), OK, e);
    const char *path = file_join(a, test_folder(), "token");
    CHECK_CODE(file_publish(path, secret, &e), OK, e);
    CHECK_INT(chmod(path, 0600), 0);
    house_reader_back(h, false, db);
    house_close(h);
}

static void file(const char *name, const char *text, struct arena tmp)
{
    struct err e = {0};
    CHECK_CODE(file_publish(file_join(&tmp, test_folder(), name), str_of(text), &e), OK,
               e);
}

static struct str mark_of(struct str said)
{
    isize at = str_find_str(said, S("--apply "));
    return at < 0 ? S("") : str_upto(str_from(said, at + 8), 16);
}

TEST(transfer_over_a_socket)
{
    made(&tmp);
    struct child server = child_start(CHILD_SERVE " --unix @/s --log /dev/null", &tmp);
    child_hear(server, "Varde is at", &tmp);

    /* Refused: where and why, nothing changed; the exit code of a rehearsal is 0. */
    file("bad.csv", "kind,code,part,name,value\nconsumers,P01,0,age,800\n", tmp);
    struct said s = asked(&tmp, "import norway2013 @/bad.csv AT");
    CHECK_INT(s.code, 0);
    said_check(s.out, "bad.csv:2: refused: consumers P01 0 age: column value: ");
    said_check(s.out, "Nothing was changed; put right");
    s = asked(&tmp, "import norway2013 @/bad.csv --apply 0123456789abcdef AT");
    CHECK_INT(s.code, 3);
    said_check(said_both(&tmp, s), "1 rows are refused");

    /* A change, said, then done; with another mark nothing is. */
    file("good.csv", "kind,code,part,name,value\nconsumers,P01,0,age,23\n", tmp);
    s = asked(&tmp, "import norway2013 @/good.csv --why typo AT");
    CHECK_INT(s.code, 0);
    said_check(s.out, "good.csv:2: changes: consumers P01 0 age: 22 -> 23");
    struct str mark = mark_of(s.out);
    CHECK_INT(mark.n, 16);
    s = asked(&tmp,
              "import norway2013 @/good.csv --why typo --apply 0123456789abcdef AT");
    CHECK_INT(s.code, 1);
    said_check(s.err, "would no longer do");
    s = asked(&tmp,
              str_fmt(&tmp, "import norway2013 @/good.csv --why typo --apply %.*s AT",
                      FMT(mark))
                  .at);
    CHECK_INT(s.code, 0);
    said_check(s.out, "Done.");

    /* Out: what the store's own verb writes, byte for byte. */
    s = asked(&tmp, "export norway2013 --out @/far AT");
    CHECK_INT(s.code, 0);
    s = asked(&tmp, "export norway2013 --out @/near --data @/d");
    CHECK_INT(s.code, 0);
    struct file_names all = {0};
    struct err e = {0};
    CHECK_CODE(file_list(file_join(&tmp, test_folder(), "near"), &all, &tmp, &e), OK, e);
    isize compared = 0;
    for (isize i = 0; i < all.n; i++) {
        struct str text[2] = {0};
        struct arena room = tmp;
        if (!str_ends(all.at[i], S(".csv"))) continue;
        for (int k = 0; k < 2; k++)
            CHECK_CODE(
                file_read(file_join(&room,
                                    file_join(&room, test_folder(), k ? "near" : "far"),
                                    str_c(all.at[i], &room)),
                          FILE_LIMIT, &text[k], &room, &e),
                OK, e);
        test_check(str_eq(text[0], text[1]), __FILE__, __LINE__, "%.*s differs",
                   FMT(all.at[i]));
        compared++;
    }
    CHECK(compared >= 9);
    said_check(asked(&tmp, "export norway2013 --out @/x --tables events AT").out,
               "2 files");

    /* What cannot be. */
    static const struct {
        const char *line, *says;
        int code;
    } row[] = {
        {"import norway2014 @/good.csv AT", "no such study", 4},
        {"import norway2013 @/none.csv AT", "none.csv", 4},
        {"import norway2013 @/good.csv --as kari AT", "leave it out", 2},
        {"import norway2013 @/good.csv NOTOKEN", "Log-in needed", 7},
        {"export norway2013 --out @/x --tables shoes AT", "there is no table", 4},
        {"export norway2013 --out @/x GONE", "no server answers", 5},
    };
    for (isize i = 0; i < COUNT(row); i++) {
        const char *line = row[i].line;
        if (str_ends(str_of(line), S("NOTOKEN")))
            line = str_fmt(&tmp, "import norway2013 @/good.csv --server unix:%s/s",
                           test_folder())
                       .at;
        if (str_ends(str_of(line), S("GONE")))
            line = str_fmt(&tmp, "export norway2013 --out @/x --server unix:%s/gone",
                           test_folder())
                       .at;
        s = asked(&tmp, line);
        test_check(s.code == row[i].code, __FILE__, __LINE__, "%s: exit %d", row[i].line,
                   s.code);
        said_check(said_both(&tmp, s), row[i].says);
    }
    /* Ctrl-C: the server stops the job, and the program says so. */
    struct buf big = buf_in(&tmp, 12 << 20);
    buf_put(&big, S("kind,code,part,name,value\n"));
    for (int i = 0; i < 300000; i++) buf_fmt(&big, "consumers,Q%06d,0,age,30\n", i);
    buf_putc(&big, 0);
    file("big.csv", big.at, tmp);
    struct child asking =
        child_start(str_fmt(&tmp,
                            "import norway2013 @/big.csv --server unix:%s/s "
                            "--token-file @/token",
                            test_folder())
                        .at,
                    &tmp);
    struct timespec a_moment = {.tv_nsec = 50000000};
    for (int i = 0; i < 400; i++) {
        struct arena room = tmp;
        nanosleep(&a_moment, NULL);
        if (said_holds(asked(&room, "api GET jobs?limit=1 AT").out,
                       "\"state\":\"running\""))
            break;
    }
    nanosleep(&a_moment, NULL);
    kill(asking.pid, SIGINT);
    child_hear(asking, NULL, &tmp);
    CHECK_INT(child_ended(asking), 1);
    s = asked(&tmp, "api GET jobs?limit=1 AT");
    said_check(s.out, "\"state\":\"cancelled\"");
    kill(server.pid, SIGTERM);
    CHECK_INT(child_ended(server), 0);
}
