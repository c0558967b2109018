/* SHA-256 of text, as 64 hexadecimal letters. */
#ifndef VARDE_BASE_HASH_H
#define VARDE_BASE_HASH_H

#include "base/str.h"

struct hash {
    char hex[65]; /* ended by zero */
};

struct hash hash_of(struct str s);

/* Of several texts as one: each goes in behind its length, so ("ab","c") and ("a","bc")
** differ. */
struct hash hash_of_all(const struct str *s, isize n);

#endif
