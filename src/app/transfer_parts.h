/* What the files of transfer share; for them only: temporary files without a name, and what is
** sealed of them. */
#ifndef VARDE_APP_TRANSFER_PARTS_H
#define VARDE_APP_TRANSFER_PARTS_H

#include "app/transfer.h"
#include "exchange/zip.h"

#define TRANSFER_MOST ((i64)2 << 30) /* bytes of one attachment */

struct scratch {
    int fd;
    i64 bytes;
    u32 crc;
};
MUST_CHECK int transfer_scratch(struct scratch *s, struct err *e);
MUST_CHECK int transfer_put(void *arg, struct str piece,
                            struct err *e); /* arg: of them */
void transfer_close(struct scratch *s);

/* Pieces into an attachment that is being written (arg). */
MUST_CHECK int transfer_seal_piece(void *arg, struct str piece, struct err *e);
/* A file that is open, into the ZIP. */
MUST_CHECK int transfer_pack(struct zip *z, struct str name, int fd, i64 bytes, u32 crc,
                             struct err *e);
/* The file is durable; its row too, or it is wiped. */
MUST_CHECK int transfer_settle(struct act *act, const struct attachment_box *box,
                               struct attachment_in *in, const char *kind, i64 *id,
                               struct err *e);
/* A temporary file becomes the job's. */
MUST_CHECK int transfer_seal(struct job_run *w, struct scratch *s, const char *kind,
                             struct err *e);

#endif
