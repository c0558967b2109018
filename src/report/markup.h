/* Text into HTML, SVG and XML: the only place that escapes.
**
** What comes out is both HTML and well-formed XML, whatever comes in: the five characters
** of markup are written as references, so one form serves text and quoted attributes;
** what XML has no place for (control characters, bytes that are not UTF-8, U+FFFE,
** U+FFFF) is written as U+FFFD.  Names of elements and attributes are never made from
** data; ids pass markup_id. */
#ifndef VARDE_REPORT_MARKUP_H
#define VARDE_REPORT_MARKUP_H

#include "base/str.h"

/* As text between tags, or between the double quotes of an attribute. */
void markup_put(struct buf *b, struct str s);

/* As part of an id or a file name: a-z 0-9 - as they are, A-Z in lower case, else "-". */
void markup_id(struct buf *b, struct str s);

/* A number of a drawing: at most two decimals, no exponent, never "-0"; what is not
** finite or beyond 1e9 is 0. */
void markup_num(struct buf *b, double x);

/* The length of the well-formed UTF-8 character at s.at (n > 0) and its code point;
** 0xFFFD, length 1 for a byte that belongs to none. */
isize markup_char(struct str s, u32 *code);

#endif
