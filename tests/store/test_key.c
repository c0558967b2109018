#define _GNU_SOURCE /* chmod, mkfifo, symlink */
#include "base/file.h"
#include "sealed.h"
#include "store/hold.h"
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

TEST(key_is_made_once_and_for_its_owner)
{
    const char *path = file_join(&tmp, test_folder(), "key");
    struct err e = {0};
    struct stat st;
    struct key *k = NULL, *again = NULL;
    CHECK_CODE(key_make(path, &e), OK, e);
    CHECK(stat(path, &st) == 0 && (st.st_mode & 07777) == 0600);
    struct str first = sealed_bytes(path, &tmp);
    CHECK_CODE(key_make(path, &e), E_CONSTRAINT, e);
    CHECK(str_eq(sealed_bytes(path, &tmp), first));
    struct file_names names = {0};
    CHECK_CODE(file_list(test_folder(), &names, &tmp, &e), OK, e);
    CHECK_INT(names.n, 1); /* nothing beside it */
    CHECK_CODE(key_open(path, NULL, &k, &e), OK, e);
    CHECK_CODE(key_open(path, NULL, &again, &e), OK, e);
    CHECK(strcmp(key_mark(k).hex, key_mark(again).hex) == 0);
    for (int i = 0; i < KEY_USES; i++)
        for (int j = 0; j < KEY_USES; j++) {
            u8 x[KEY_BYTES], y[KEY_BYTES];
            key_of(k, (enum key_use)i, x);
            key_of(again, (enum key_use)j, y);
            CHECK_INT(memcmp(x, y, KEY_BYTES) == 0, i == j);
        }
    key_close(k);
    key_close(again);
    key_close(NULL);
}

TEST(key_file_is_refused_unless_it_is_right)
{
    const char *folder = test_folder(), *path = file_join(&tmp, folder, "key");
    struct err e = {0};
    struct key *k = NULL;
    CHECK_CODE(key_open(path, NULL, &k, &e), E_NO_FILE, e);
    CHECK_CODE(key_make(path, &e), OK, e);
    CHECK_CODE(key_open(path, folder, &k, &e), E_KEY, e);
    CHECK_SAYS(e, "lies in the data folder");
    static const mode_t wrong[] = {0640, 0604, 0660, 0601, 0644, 0777};
    for (isize i = 0; i < COUNT(wrong); i++) {
        CHECK_INT(chmod(path, wrong[i]), 0);
        CHECK_CODE(key_open(path, NULL, &k, &e), E_KEY, e);
        CHECK_SAYS(e, "chmod 600");
    }
    CHECK_INT(chmod(path, 0400), 0);
    CHECK_CODE(key_open(path, file_join(&tmp, folder, "elsewhere"), &k, &e), OK, e);
    key_close(k);
    /* Every bit of it, and every length but its own. */
    struct str good = sealed_bytes(path, &tmp);
    struct str hex = str_upto(str_from(good, 12), 64);
    const char *bad = file_join(&tmp, folder, "bad");
    sealed_write(bad, good);
    for (isize bit = 0; bit < 8 * good.n; bit++) {
        struct arena a = tmp;
        struct str s = sealed_flip(good, bit, &a);
        /* A hexadecimal letter in capitals is the same key. */
        if (bit % 8 == 5 && good.at[bit / 8] >= 'a' && bit / 8 >= 12 && bit / 8 < 76)
            continue;
        sealed_write(bad, s);
        CHECK_INT(chmod(bad, 0600), 0);
        CHECK_CODE(key_open(bad, NULL, &k, &e), E_KEY, e);
        for (isize i = 0; i + 16 <= hex.n; i++)
            CHECK(str_find_str(str_of(e.text), str_upto(str_from(hex, i), 16)) < 0);
    }
    for (isize n = 0; n < good.n - 1; n++) { /* the last line need not end */
        sealed_write(bad, str_upto(good, n));
        CHECK_INT(chmod(bad, 0600), 0);
        CHECK_CODE(key_open(bad, NULL, &k, &e), E_KEY, e);
    }
    const char *pipe = file_join(&tmp, folder, "pipe");
    CHECK_INT(mkfifo(pipe, 0600), 0);
    CHECK_CODE(key_open(pipe, NULL, &k, &e), E_KEY, e);
    CHECK(k == NULL);
}

TEST(key_signs_the_journal)
{
    struct key *k = sealed_key(test_folder(), "key", tmp),
               *other = sealed_key(test_folder(), "other", tmp);
    struct journal_key a, b, c;
    key_journal(k, &a);
    key_journal(k, &b);
    key_journal(other, &c);
    CHECK(strcmp(a.secret_hex, b.secret_hex) == 0);
    CHECK(strcmp(a.public_hex, c.public_hex) != 0);
    CHECK(strcmp(key_mark(k).hex, key_mark(other).hex) != 0);
    CHECK_INT((i64)strlen(a.public_hex), 64);
    CHECK_INT((i64)strlen(a.secret_hex), 128);
    key_close(k);
    key_close(other);
}

/* One holder a folder, across processes; the lock goes with its process. */
TEST(hold_lets_one_process_write)
{
    const char *folder = test_folder();
    struct err e = {0};
    int fd = -1, second = -1, to_child[2], to_parent[2];
    char c;
    CHECK_INT(pipe(to_child), 0);
    CHECK_INT(pipe(to_parent), 0);
    pid_t pid = fork();
    if (pid == 0) {
        close(to_child[1]);
        c = hold_take(folder, &fd, &e) == OK ? 'y' : 'n';
        if (write(to_parent[1], &c, 1) != 1) _exit(1);
        _exit(read(to_child[0], &c, 1) < 0); /* until the parent goes on */
    }
    close(to_child[0]);
    CHECK(read(to_parent[0], &c, 1) == 1 && c == 'y');
    CHECK_CODE(hold_take(folder, &fd, &e), E_BUSY, e);
    CHECK_SAYS(e, str_fmt(&tmp, "in use by process %ld;", (long)pid).at);
    CHECK_INT(fd, -1);
    close(to_child[1]);
    CHECK(waitpid(pid, NULL, 0) == pid);
    CHECK_CODE(hold_take(folder, &fd, &e), OK, e);
    CHECK_CODE(hold_take(folder, &second, &e), E_BUSY, e);
    hold_release(fd);
    CHECK_CODE(hold_take(folder, &fd, &e), OK, e);
    hold_release(fd);
    hold_release(-1);
    CHECK_CODE(hold_take(file_join(&tmp, folder, "none"), &fd, &e), E_IO, e);
    close(to_parent[0]);
    close(to_parent[1]);
}
