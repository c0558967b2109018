/* A file of an import as it comes in, against the Norwegian study. Laws: whatever comes is read or
** refused with a sentence, in every language, that is text; what was read is given back row by
** row, every row once, and every cell is text. */
#define _GNU_SOURCE /* memfd_create */
#include "app/import_parts.h"
#include "fuzz.h"
#include "study/protocol.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct protocol *norway(void)
{
    static struct protocol p;
    static struct arena keep;
    struct err e = {0};
    if (keep.base) return &p;
    keep = arena_reserve((isize)1 << 28);
    if (protocol_open(VARDE_SOURCE "/data", "norway2013", &p, &keep, &e) != OK) abort();
    return &p;
}

static void refused(const struct err *e, struct arena a)
{
    if (!e->text[0] || !str_utf8_ok(str_of(e->text))) abort();
    for (int k = 0; k < LANG_N; k++) {
        struct str s = err_said(e, (enum lang)k, &a);
        if (s.n == 0 || !str_utf8_ok(s)) abort();
    }
}

static void given_back(const struct import_rows *r, struct arena a)
{
    isize n = 0;
    for (isize i = 0; i < r->subjects.n; i++)
        for (int t = 0; t < TIDY_N; t++) {
            struct arena tmp = a;
            struct import_lines all;
            struct err e = {0};
            if (import_lines_of(r, i, (enum tidy_table)t, &all, &tmp, &e) != OK) abort();
            for (isize k = 0; k < all.n; k++, n++) {
                if (all.at[k].line < 1) abort();
                for (int c = 0; c < IMPORT_CELLS; c++)
                    if (!str_utf8_ok(all.at[k].cell[c])) abort();
            }
        }
    if (n != r->n) abort();
}

int LLVMFuzzerTestOneInput(const u8 *at, size_t n)
{
    struct arena a = arena_reserve((isize)1 << 28);
    struct err e = {0};
    struct import_rows rows;
    struct import_file file = {.name = "fuzz.csv",
                               .fd = memfd_create("fuzz", MFD_CLOEXEC)};
    struct import_in in = {.study = S("norway2013"), .file = &file, .n = 1};
    if (!a.base || file.fd < 0) abort();
    if (n && write(file.fd, at, n) != (ssize_t)n) abort();
    if (import_read(&in, norway(), &rows, &a, &e) == OK)
        given_back(&rows, a);
    else
        refused(&e, a);
    import_rows_close(&rows);
    close(file.fd);
    arena_release(&a);
    return 0;
}
