#define _GNU_SOURCE /* chmod, symlink, unlink, geteuid */
#include "base/file.h"
#include "test.h"
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

TEST(file_round_trip_and_replace)
{
    const char *path = file_join(&tmp, test_folder(), "a.txt");
    struct err e = {0};
    struct str got = {0};
    CHECK_CODE(file_replace(path, S("one"), &e), OK, e);
    CHECK_CODE(file_publish(path, S("two\0three"), &e), OK, e);
    CHECK_CODE(file_read(path, 100, &got, &tmp, &e), OK, e);
    CHECK(str_eq(got, S("two\0three")));
    struct file_names names = {0};
    CHECK_CODE(file_list(test_folder(), &names, &tmp, &e), OK, e);
    CHECK_INT(names.n, 1); /* nothing is left beside it */
}

TEST(file_limits_and_absence)
{
    const char *path = file_join(&tmp, test_folder(), "a.txt");
    struct err e = {0};
    struct str got = {0};
    CHECK_CODE(file_read(path, 10, &got, &tmp, &e), E_NO_FILE, e);
    CHECK_CODE(file_publish(path, S("0123456789"), &e), OK, e);
    CHECK_CODE(file_read(path, 10, &got, &tmp, &e), OK, e);
    CHECK_INT(got.n, 10);
    CHECK_CODE(file_read(path, 9, &got, &tmp, &e), E_TOO_BIG, e);
    CHECK_CODE(file_read(test_folder(), 9, &got, &tmp, &e), E_IO, e);
    CHECK_SAYS(e, "is a folder");
}

/* A pipe has no size to ask for, and a file in /proc says 0. */
TEST(file_read_does_not_trust_the_size)
{
    struct err e = {0};
    struct str got = {0};
    CHECK_CODE(file_read("/proc/self/status", FILE_LIMIT, &got, &tmp, &e), OK, e);
    CHECK(str_find_str(got, S("Name:")) == 0);
}

/* What cannot be written leaves the old file as it was, and says why. */
TEST(file_refused_write_keeps_the_old)
{
    struct err e = {0};
    const char *dir = file_join(&tmp, test_folder(), "sub");
    CHECK_CODE(file_mkdirs(file_join(&tmp, dir, "deep"), &e), OK, e);
    CHECK(file_is_folder(dir));
    /* A folder stands where the file should go: rename fails. */
    CHECK_CODE(file_replace(dir, S("x"), &e), E_IO, e);
    CHECK_SAYS(e, "cannot be written");
    CHECK(file_is_folder(dir));
    CHECK_CODE(file_mkdirs("/proc/none/of/it", &e), E_IO, e);
    CHECK_CODE(file_publish("/proc/none", S("x"), &e), E_IO, e);
}

/* A pipe stands for every special file: a rename onto it would destroy it. */
TEST(file_special_files_are_not_replaced)
{
    struct err e = {0};
    struct stat st = {0};
    const char *pipe = file_join(&tmp, test_folder(), "pipe");
    CHECK(mkfifo(pipe, 0600) == 0);
    CHECK_CODE(file_publish(pipe, S("x"), &e), E_IO, e);
    CHECK_SAYS(e, "no ordinary file");
    CHECK(lstat(pipe, &st) == 0 && S_ISFIFO(st.st_mode));
}

TEST(file_a_folder_without_a_name)
{
    struct err e = {0};
    CHECK_CODE(file_mkdirs("", &e), E_IO, e);
    CHECK_SAYS(e, "empty");
}

/* A full disk: /dev/full takes the opening and refuses the writing. */
TEST(file_full_disk)
{
    struct err e = {0};
    const char *link = file_join(&tmp, test_folder(), "full");
    CHECK(symlink("/dev/full", link) == 0);
    FILE *f = fopen(link, "w");
    CHECK(f != NULL);
    if (f) fclose(f);
    const char *beside = str_fmt(&tmp, "%s.new-%ld", link, (long)getpid()).at;
    CHECK(symlink("/dev/full", beside) == 0);
    CHECK_CODE(file_publish(link, S("content"), &e), E_IO, e);
    CHECK_SAYS(e, "No space left");
}

/* A file that holds the content already keeps its place on the disk; one that differs in a
** single byte, or only in length, is replaced. */
TEST(file_publish_leaves_the_same_alone)
{
    const char *path = file_join(&tmp, test_folder(), "a.txt");
    struct err e = {0};
    struct stat before, after;
    char *text = NEW(&tmp, char, 200000);
    struct str s = {text, 200000}, got = {0};
    for (isize i = 0; i < s.n; i++) text[i] = (char)('a' + i % 23);
    CHECK_CODE(file_publish(path, s, &e), OK, e);
    CHECK(stat(path, &before) == 0);
    CHECK_CODE(file_publish(path, s, &e), OK, e);
    CHECK(stat(path, &after) == 0 && after.st_ino == before.st_ino);
    text[199999] = '!';
    CHECK_CODE(file_publish(path, s, &e), OK, e);
    CHECK_CODE(file_read(path, FILE_LIMIT, &got, &tmp, &e), OK, e);
    CHECK(str_eq(got, s));
    CHECK_CODE(file_publish(path, str_upto(s, 70000), &e), OK, e);
    CHECK_CODE(file_read(path, FILE_LIMIT, &got, &tmp, &e), OK, e);
    CHECK_INT(got.n, 70000);
    CHECK_CODE(file_publish(path, S(""), &e), OK, e);
    CHECK_CODE(file_publish(path, S(""), &e), OK, e);
    CHECK_CODE(file_read(path, FILE_LIMIT, &got, &tmp, &e), OK, e);
    CHECK_INT(got.n, 0);
}
