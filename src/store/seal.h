/* Sealing: short values as cells, files as streams.
**
** A cell is nonce + XChaCha20-Poly1305 over the value, bound to a place (associated
** data): a cell moved to another row or field does not open.
**
** A stream is libsodium's secretstream in pieces of 64 KiB, each bound to the file's
** first line.  A bit changed, a piece left out, put in, moved or cut off at the end is
** refused: the last piece says that it is the last, and nothing follows it.  What
** seal_in_next gave before it refused is genuine; whether all is there is known at the
** end only.
**
** New files appear whole, under their name, or not at all, and never in place of another.
** Checked: tests/store/test_attachment.c, test_identity.c, test_key.c. */
#ifndef VARDE_STORE_SEAL_H
#define VARDE_STORE_SEAL_H

#include "base/err.h"
#include <sodium.h>

/* --- cells ------------------------------------------------------------------ */

struct str seal_cell(const u8 key[32], struct str place, struct str plain,
                     struct arena *a);
/* Error: E_SEAL. */
MUST_CHECK int seal_open(const u8 key[32], struct str place, struct str cell,
                         struct str *plain, struct arena *a, struct err *e);

/* --- new files -------------------------------------------------------------- */

struct seal_file {
    int fd;
    const char *path; /* must outlive it */
    char beside[4096];
};
/* 0600, beside `path`. Errors: E_IO. */
MUST_CHECK int seal_file_begin(struct seal_file *f, const char *path, struct err *e);
MUST_CHECK int seal_file_write(struct seal_file *f, struct str s, struct err *e);
/* Synced, and now under its name. Errors: E_IO, E_CONSTRAINT (there is one already). */
MUST_CHECK int seal_file_end(struct seal_file *f, struct err *e);
void seal_file_drop(struct seal_file *f); /* nothing is left; fine after seal_file_end */

/* --- streams ---------------------------------------------------------------- */

enum { SEAL_PIECE = 65536, SEAL_OVER = crypto_secretstream_xchacha20poly1305_ABYTES };

struct seal_out {
    struct seal_file *to;
    struct str line;
    crypto_secretstream_xchacha20poly1305_state state;
    isize n;
    u8 plain[SEAL_PIECE], sealed[SEAL_PIECE + SEAL_OVER];
};
/* `line` goes first and in the open; it ends in a newline and outlives the stream. */
MUST_CHECK int seal_out_begin(struct seal_out *o, struct seal_file *to, const u8 key[32],
                              struct str line, struct err *e);
MUST_CHECK int seal_out_put(struct seal_out *o, struct str s, struct err *e);
MUST_CHECK int seal_out_end(struct seal_out *o, struct err *e); /* not yet the file's */

struct seal_in {
    int fd;
    const char *path;
    struct str line;
    crypto_secretstream_xchacha20poly1305_state state;
    bool last;
    u8 plain[SEAL_PIECE], sealed[SEAL_PIECE + SEAL_OVER];
};
/* Errors: E_NO_FILE, E_IO, E_SEAL (another first line, too short). */
MUST_CHECK int seal_in_begin(struct seal_in *in, const char *path, const u8 key[32],
                             struct str line, struct err *e);
/* The next piece, inside *in until the next call; empty: the end, and all was there. */
MUST_CHECK int seal_in_next(struct seal_in *in, struct str *piece, struct err *e);
void seal_in_end(struct seal_in *in);

#endif
