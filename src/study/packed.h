/* The answers to one instrument as one line of text, as the store keeps them.
**
** A JSON array without blanks, one member an item in the instrument's order:
**     3                          a value
**     null                       missing: nobody knows why
**     "declined"                 a reason (answer_state_word)
**     {"detail":"D","value":8}   a value with its second answer
** The same answers give the same bytes, so two rows can be compared as texts.  A line says
** nothing about which instrument it belongs to: the row beside it does, with the hash.
** Checked: tests/study/test_packed.c. */
#ifndef VARDE_STUDY_PACKED_H
#define VARDE_STUDY_PACKED_H

#include "study/answer.h"

struct str packed_write(const struct instrument *in, const struct answer *answer,
                        struct arena *a);

/* answer: one an item. Errors: E_RECORD: not such a line, or of another number of items;
** E_ANSWER: an answer that its item does not allow. */
MUST_CHECK int packed_read(const struct instrument *in, struct str line,
                           struct answer *answer, struct arena *a, struct err *e);

/* Items whose answers differ between two rows, in order. */
struct packed_diff LIST(isize);
struct packed_diff packed_differ(const struct instrument *in, const struct answer *p,
                                 const struct answer *q, struct arena *a);
bool packed_same(const struct answer *p, const struct answer *q); /* one answer */

#endif
