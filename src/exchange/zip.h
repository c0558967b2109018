/* Several files in one, as every system opens it by a double click: ZIP (APPNOTE 6.3.10), without
** compression.
**
** Writing: sizes and checksums are told before the content, so a file is given its checksum
** with zip_add first; names are UTF-8 (bit 11).  Below 4 GiB in all, and ZIP_FILES files.
** Reading is of what was written here, from its beginning to its end, and strict.
** Checked: tests/app/test_transfer.c. */
#ifndef VARDE_EXCHANGE_ZIP_H
#define VARDE_EXCHANGE_ZIP_H

#include "base/day.h"
#include "base/err.h"

enum { ZIP_FILES = 64 };

u32 zip_crc(u32 before, struct str piece); /* CRC-32 of ISO 3309; 0 to begin with */

struct zip_file {
    struct str name;
    u32 crc;
    i64 bytes;
    i64 at;
};
struct zip {
    int (*put)(void *arg, struct str piece, struct err *e);
    void *arg;
    i64 n; /* bytes given out */
    day on;
    int n_files;
    struct zip_file file[ZIP_FILES];
};

/* The head of a file; then exactly so many bytes by zip_put. Errors: E_TOO_BIG, those of put. */
MUST_CHECK int zip_add(struct zip *z, struct str name, i64 bytes, u32 crc, struct err *e);
MUST_CHECK int zip_put(struct zip *z, struct str piece, struct err *e);
MUST_CHECK int zip_end(struct zip *z, struct err *e);

/* The head of the next file in `s`, which holds at least its first ZIP_HEAD bytes, or what is left.
** *skip: bytes of the head; *more false: there is no other file.
** Errors: E_REQUEST. */
enum { ZIP_HEAD = 30 + 255 };
MUST_CHECK int zip_next(struct str s, struct zip_file *out, isize *skip, bool *more,
                        struct err *e);

#endif
