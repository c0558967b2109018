/* What the machine does to a server: folders and files that may not be written, a second server on
** one store, a certificate. */
#define _GNU_SOURCE
#include "base/file.h"
#include "child.h"
#include "cli/cli.h"
#include "said.h"
#include "test.h"
#include "web/client.h"
#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SHORT "serve --listen 127.0.0.1:0 --definitions " VARDE_SOURCE "/data"

static const char *in_folder(const char *name, struct arena *a)
{
    return file_join(a, test_folder(), name);
}

/* Root may write whatever the modes say: without these rights it is as anybody else. */
static void be_ordinary(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct cap[2] = {0};
    syscall(SYS_capget, &head, cap);
    unsigned over = 1u << CAP_DAC_OVERRIDE | 1u << CAP_DAC_READ_SEARCH;
    cap[0].effective &= ~over;
    cap[0].permitted &= ~over;
    syscall(SYS_capset, &head, cap);
}

/* The store as a backup holds it: counted and gone through. */
static void sound(struct arena tmp)
{
    struct said s = said_line(&tmp, "verify --data @/d");
    CHECK_INT(s.code, 0);
}

static void allow(const char *name, mode_t mode, struct arena tmp)
{
    CHECK(chmod(in_folder(name, &tmp), mode) == 0);
}

TEST(faults_read_only)
{
    be_ordinary();
    child_expect("init --data @/d", 0, "/setup/", tmp);
    sound(tmp);
    allow("d", 0500, tmp);
    if (access(in_folder("d", &tmp), W_OK) == 0) {
        test_skip("this user may write everywhere");
        allow("d", 0700, tmp);
        return;
    }
    /* Each says what cannot be written, and what to do. */
    child_expect(CHILD_SERVE, 5, "make the folder writable", tmp);
    child_expect("user add x --name X --data @/d", 5, "make the folder writable", tmp);
    child_expect("backup @/d/inside --data @/d", 5, "inside", tmp);
    child_expect("init --data @/d/new", 5, "cannot make the folder", tmp);
    allow("d", 0700, tmp);
    allow("d/varde.db", 0400, tmp);
    child_expect(CHILD_SERVE, 5, "make the file and its folder writable", tmp);
    /* Reading needs no right to write the file. */
    child_expect("backup @/copy --data @/d", 0, "", tmp);
    allow("d/varde.db", 0000, tmp);
    child_expect(CHILD_SERVE, 5, "the file and its folder must be there", tmp);
    child_expect("backup @/none --data @/d", 5, "the file and its folder must be there",
                 tmp);
    CHECK(!file_exists(in_folder("none", &tmp)));
    allow("d/varde.db", 0600, tmp);
    sound(tmp); /* and nothing is lost */
    struct child c = child_start(CHILD_SERVE, &tmp);
    CHECK(child_port(child_hear(c, "Varde is at", &tmp)) > 0);
    kill(c.pid, SIGTERM);
    CHECK_INT(child_ended(c), 0);
    sound(tmp);
}

/* One store is written by one server, by whatever name it is called. */
TEST(faults_two_servers_one_store)
{
    struct arena *a = &tmp;
    child_expect("init --data @/d", 0, "", tmp);
    child_expect("init --data @/other --key @/d.key", 0, "", tmp);
    struct child c = child_start(CHILD_SERVE, a);
    CHECK(child_port(child_hear(c, "Varde is at", a)) > 0);
    child_expect(CHILD_SERVE, 5, "stop that one, or let it do the work", tmp);
    CHECK(symlink(in_folder("d", a), in_folder("link", a)) == 0);
    child_expect(SHORT " --data @/link", 5, "in use by process", tmp);
    CHECK(symlink(in_folder("d/varde.db", a), in_folder("there.db", a)) == 0);
    static const char *const name[] = {"d/varde.db", "there.db"};
    for (isize i = 0; i < COUNT(name); i++)
        child_expect(str_fmt(a, SHORT " --data @/other --store sqlite:%s/%s",
                             test_folder(), name[i])
                         .at,
                     5, "in use by process", tmp);
    kill(c.pid, SIGKILL);
    CHECK_INT(child_ended(c), -1);
    /* A lock ends with its process: nobody has to remove a file. */
    c = child_start(CHILD_SERVE, a);
    CHECK(child_port(child_hear(c, "Varde is at", a)) > 0);
    kill(c.pid, SIGTERM);
    CHECK_INT(child_ended(c), 0);
}
