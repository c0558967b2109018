/* A table of text as a data frame.
**
** A column holds numbers if every cell that is not empty reads as one (with ';' as the
** separator a decimal comma is read too); else it is a factor.  Empty cells and NA are
** missing.  Blanks around a cell do not count.  A column without any value holds numbers,
** all missing.  Numbers keep their decimal value (`lo`, see stats/frame.h). */
#ifndef VARDE_EXCHANGE_FRAME_CSV_H
#define VARDE_EXCHANGE_FRAME_CSV_H

#include "base/csv.h"
#include "stats/frame.h"

struct frame frame_csv(const struct csv *c, struct arena *a);

#endif
