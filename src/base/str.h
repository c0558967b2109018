/* Text as a pointer and a length: not ended by zero, never changed, never owned.
**
** UTF-8 throughout; str_utf8_ok says whether it is.  A cut keeps pointing into the same
** memory, so a parser copies nothing. */
#ifndef VARDE_BASE_STR_H
#define VARDE_BASE_STR_H

#include "base/arena.h"
#include <stdarg.h>

struct str {
    const char *at;
    isize n;
};

#define S(literal) ((struct str){"" literal, (isize)sizeof(literal) - 1})
#define FMT(s)     (int)(s).n, (s).at /* for "%.*s" */

struct str str_of(const char *c);                  /* of a C string; NULL is empty */
struct str str_dup(struct str s, struct arena *a); /* a copy, also ended by zero */
const char *str_c(struct str s, struct arena *a);  /* the same as a C string */
struct str str_fmt(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
struct str str_vfmt(struct arena *a, const char *fmt, va_list ap);

bool str_eq(struct str s, struct str t);
bool str_is(struct str s, const char *c);
int str_cmp(struct str s, struct str t); /* by bytes, so by code point */
bool str_starts(struct str s, struct str head);
bool str_ends(struct str s, struct str tail);
isize str_find(struct str s, char c);           /* first place of c, or -1 */
isize str_find_str(struct str s, struct str t); /* first place of t, or -1 */
struct str str_from(struct str s, isize at);    /* s[at..) */
struct str str_upto(struct str s, isize end);   /* s[..end) */
struct str str_trim(struct str s);              /* without blanks at both ends */

/* Cuts the piece before `sep` off the front of *rest; false when nothing was left.
** "a,,b" gives "a", "", "b"; "" gives one empty piece if rest->at is not NULL. */
bool str_cut(struct str *rest, char sep, struct str *piece);

bool str_utf8_ok(struct str s);
struct str str_brief(struct str s, isize n); /* at most n bytes, no letter cut in half */

/* Index of the first text that stood before in the list, or -1. */
isize str_repeated(const struct str *s, isize n, struct arena tmp);

/* "a, b, c and 40 more" in text[cap]: n of `total` words, as far as they fit. */
struct str str_listing(const struct str *s, isize n, isize total, char *text, isize cap);

/* The word of `known` nearest to s by edit distance with transpositions, for "did you
** mean"; empty when none is near (more than a third of its length, at least 1,
** differs). */
struct str str_near(struct str s, const struct str *known, isize n);

/* Growing text. */
struct buf {
    char *at;
    isize n, cap;
    struct arena *a;
};
struct buf buf_in(struct arena *a, isize cap);
void buf_put(struct buf *b, struct str s);
void buf_putc(struct buf *b, char c);
void buf_fmt(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
struct str buf_str(const struct buf *b);

#endif
