/* Attachments: recordings, papers and pictures, each sealed in a file beside the store.
**
** The content goes through in pieces, so memory is flat whatever the size.  Each file has
** a random name and a key of its own, wrapped by the attachment key and kept in the row:
** with the row the content is gone, also where the file was copied.  What it is, is told
** by its bytes, not by what a sender says.
**
** The file comes before the row and goes after it: at worst a file is left that no row
** names, and attachment_orphans finds it.
**
**     TRY(attachment_begin(&in, box, limit, a, e));         outside any transaction
**     TRY(attachment_more(in, piece, e)); ...
**     TRY(attachment_end(in, at, &att, e));                 the file is durable
**     attachment_add(db, &att, e)                           inside the transaction
**     (it was rolled back: attachment_wipe(box, &att, e))
**     attachment_drop(db, att.id, e); commit; attachment_wipe(box, &att, e)
**
** Checked: tests/store/test_attachment.c. */
#ifndef VARDE_STORE_ATTACHMENT_H
#define VARDE_STORE_ATTACHMENT_H

#include "store/key.h"
#include "store/seal.h"

struct attachment_box {
    const char *folder; /* made when it is not there */
    const struct key *key;
};

struct attachment {
    i64 id;
    struct str file, kind;
    i64 size;
    struct str hash;   /* keyed: equal content of one store has equal hashes */
    struct str sealed; /* its wrapped key */
    struct str at;     /* UTC */
};

/* The media type of content that begins like this (64 bytes are enough); NULL: none that
** is taken. */
const char *attachment_kind(struct str head);

/* Writing. An `in` that is not ended must be cancelled. Errors: E_IO, E_TOO_BIG (more
** than limit bytes), E_UNSUPPORTED (none of the kinds; then nothing is left). */
struct attachment_in;
MUST_CHECK int attachment_begin(struct attachment_in **in, const struct attachment_box *b,
                                i64 limit, struct arena *a, struct err *e);
MUST_CHECK int attachment_more(struct attachment_in *in, struct str piece, struct err *e);
MUST_CHECK int attachment_end(struct attachment_in *in, struct str at,
                              struct attachment *out, struct err *e);
/* What this program made itself is what it says: "application/zip". */
MUST_CHECK int attachment_end_as(struct attachment_in *in, const char *kind,
                                 struct str at, struct attachment *out, struct err *e);
void attachment_cancel(struct attachment_in *in); /* fine after any of them failed */

/* Rows. Error: E_NOT_FOUND. */
MUST_CHECK int attachment_add(struct db *db, struct attachment *att, struct err *e);
MUST_CHECK int attachment_get(struct db *db, i64 id, struct attachment *out,
                              struct arena *a, struct err *e);
MUST_CHECK int attachment_drop(struct db *db, i64 id, struct err *e);
/* The file; fine when it is gone. */
MUST_CHECK int attachment_wipe(const struct attachment_box *b,
                               const struct attachment *att, struct arena tmp,
                               struct err *e);

/* Reading. A piece is genuine when it comes; an empty one says that all was there.
** Errors: E_NO_FILE, E_IO, E_SEAL. */
struct attachment_out;
MUST_CHECK int attachment_open(struct attachment_out **out,
                               const struct attachment_box *b,
                               const struct attachment *att, struct arena *a,
                               struct err *e);
MUST_CHECK int attachment_next(struct attachment_out *o, struct str *piece,
                               struct err *e);
void attachment_close(struct attachment_out *o); /* NULL is fine */

/* Files that no row names and whose last change is before `before` (seconds since 1970:
** those of a change under way are younger), and ids of rows without a file. */
struct ids LIST(i64);
struct orphans {
    struct {
        struct str *at;
        isize n, cap;
    } files;
    struct ids rows;
};
MUST_CHECK int attachment_orphans(struct db *db, const struct attachment_box *b,
                                  i64 before, struct orphans *out, struct arena *a,
                                  struct err *e);

#endif
