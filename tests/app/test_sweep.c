#define _GNU_SOURCE /* utimensat, symlink */
#include "app/sweep.h"
#include "base/file.h"
#include "house.h"
#include "store/sealed.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOW ((i64)2000000000)

static const char *in(const char *name, struct arena *a)
{
    return str_fmt(a, "%s/d/%s", test_folder(), name).at;
}

static void aged(const char *name, i64 seconds, struct arena tmp)
{
    struct timespec t[2] = {{.tv_sec = NOW - seconds}, {.tv_sec = NOW - seconds}};
    CHECK(utimensat(AT_FDCWD, in(name, &tmp), t, AT_SYMLINK_NOFOLLOW) == 0);
}

static void put(const char *name, i64 seconds, struct arena tmp)
{
    struct err e = {0};
    CHECK_CODE(file_publish(in(name, &tmp), S("x"), &e), OK, e);
    aged(name, seconds, tmp);
}

static void folder(const char *name, i64 seconds, struct arena tmp)
{
    struct err e = {0};
    CHECK_CODE(file_mkdirs(in(name, &tmp), &e), OK, e);
    put(str_fmt(&tmp, "%s/norway2013.pdf", name).at, seconds, tmp);
    aged(name, seconds, tmp);
}

#define HEX32 "00112233445566778899aabbccddeeff"
#define OTHER "ffeeddccbbaa99887766554433221100"

/* What is its own and old goes; what is young, alike, or somebody's stays. */
EACH_ENGINE(sweep_takes_its_own_and_old)
{
    static const char *const goes[] = {"report-aB3dE9", "erasures.new-4711",
                                       "varde.yaml.new-12", "attachments/" HEX32,
                                       "attachments/" OTHER ".new-0123456789abcdef"};
    static const char *const stays[] = {
        "report-young1", "report-2026",    "report-norway2013",     "report-inside",
        "report-linked", "erasures",       "erasures.new-5",        "erasures.new-a",
        "varde.yaml",    "varde.db.new-1", "attachments/notes.txt", "attachments/0123"};
    struct house h;
    struct err e = {0};
    i64 n = -1, day_s = 24 * 3600;
    house_open(&h, url, &tmp);
    struct key *key = sealed_key(test_folder(), "a.key", tmp);
    struct attachment_box box = {in("attachments", &tmp), key};
    struct attachment_in *w = NULL;
    struct attachment kept = {0};
    /* one that a row names, however old */
    CHECK_CODE(attachment_begin(&w, &box, 100, &tmp, &e), OK, e);
    CHECK_CODE(attachment_more(w, S("OggS\0..."), &e), OK, e);
    CHECK_CODE(attachment_end(w, SEALED_AT, &kept, &e), OK, e);
    TXN t = {0};
    CHECK_CODE(db_begin(&t, h.writing, "attach", &e), OK, e);
    CHECK_CODE(attachment_add(h.writing, &kept, &e), OK, e);
    CHECK_CODE(db_commit(&t, &e), OK, e);
    aged(str_fmt(&tmp, "attachments/%.*s", FMT(kept.file)).at, 9 * day_s, tmp);
    for (isize i = 0; i < COUNT(goes); i++)
        if (i == 0)
            folder(goes[i], 2 * 3600, tmp);
        else
            put(goes[i], 2 * day_s, tmp);
    for (isize i = 0; i < 4; i++) folder(stays[i], i == 0 ? 60 : 2 * day_s, tmp);
    CHECK_CODE(file_mkdirs(in("report-inside/more", &tmp), &e), OK, e);
    CHECK(symlink(in("report-2026", &tmp), in("report-linked", &tmp)) == 0);
    CHECK(rename(in("report-linked", &tmp), in("report-linke6", &tmp)) == 0);
    aged("report-linke6", 2 * day_s, tmp);
    for (isize i = 5; i < COUNT(stays); i++) put(stays[i], i == 6 ? 60 : 2 * day_s, tmp);
    const char *young = "attachments/" OTHER;
    put(young, 3600, tmp); /* of a change under way, maybe */
    CHECK_CODE(sweep_folder(h.db, in("", &tmp), NOW, &n, tmp, &e), OK, e);
    CHECK_INT(n, COUNT(goes));
    for (isize i = 0; i < COUNT(goes); i++)
        test_check(!file_exists(in(goes[i], &tmp)), __FILE__, __LINE__, "%s is there",
                   goes[i]);
    for (isize i = 0; i < COUNT(stays); i++)
        test_check(i == 4 || file_exists(in(stays[i], &tmp)), __FILE__, __LINE__,
                   "%s is gone", stays[i]);
    CHECK(file_exists(in("report-2026/norway2013.pdf", &tmp)));
    CHECK(file_exists(in(young, &tmp)));
    CHECK(file_exists(file_join(&tmp, box.folder, str_c(kept.file, &tmp))));
    key_close(key);
    house_close(&h, tmp);
}
