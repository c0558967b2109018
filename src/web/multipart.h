/* Forms of parts (multipart/form-data, RFC 7578 over RFC 2046), read as they come in, in
** memory that does not grow with the file.
**
** Read strictly, as everything from the network: what browsers, curl and the usual libraries
** send passes, and what two readers could understand differently is refused rather than
** guessed.  So there is nothing before the first boundary and nothing after the last but one
** line end; a boundary stands alone on its line; a header of a part is one line; parts in
** parts (multipart/mixed), transfer encodings and filename* are refused; every part has
** exactly one Content-Disposition, form-data, with a name of at least one letter.
** In names the three escapes that browsers write are undone: %22 %0D %0A; a name with a
** control character is refused all the same.
**
** Checked: tests/web/test_multipart.c; fuzz/fuzz_multipart.c (however it is cut, the same
** parts). */
#ifndef VARDE_WEB_MULTIPART_H
#define VARDE_WEB_MULTIPART_H

#include "base/err.h"

enum {
    MULTIPART_BOUNDARY = 70,
    MULTIPART_HEAD = 4096, /* all headers of one part */
    MULTIPART_NAME = 200,
    MULTIPART_PARTS = 1000
};

struct multipart_part {
    struct str name;
    bool is_file;        /* it has a file name, which may be empty: none was chosen */
    struct str filename; /* without folders, whichever way they are written */
};

/* What becomes of the parts: begin, any number of pieces, end.  The part and its texts live
** until end.  A code but OK ends the reading and comes back from multipart_feed. */
struct multipart_sink {
    void *arg;
    int (*begin)(void *arg, const struct multipart_part *p, struct err *e);
    int (*piece)(void *arg, struct str piece, struct err *e);
    int (*end)(void *arg, struct err *e);
};

struct multipart {
    struct multipart_sink sink;
    int state;
    isize matched, parts, n_head, n_mark;
    struct multipart_part part;
    char mark[4 + MULTIPART_BOUNDARY + 1]; /* CR LF - - boundary */
    char head[MULTIPART_HEAD];
    char name[MULTIPART_NAME], filename[MULTIPART_NAME];
};

/* content_type: the header's whole value.  Errors of all three: E_REQUEST, E_TOO_BIG (head of
** a part, name, number of parts), and what the sink gives.  After one, feed no more. */
MUST_CHECK int multipart_begin(struct multipart *m, struct str content_type,
                               struct multipart_sink sink, struct err *e);
MUST_CHECK int multipart_feed(struct multipart *m, struct str piece, struct err *e);
/* Nothing more comes. Error: E_REQUEST (the last boundary has not come). */
MUST_CHECK int multipart_end(struct multipart *m, struct err *e);

#endif
