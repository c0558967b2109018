/* What apply.c and offer.c share: the texts of one study, read from a folder of definitions. */
#ifndef VARDE_APP_APPLY_PARTS_H
#define VARDE_APP_APPLY_PARTS_H

#include "study/protocol.h"

struct apply_texts {
    struct LIST(struct str) text; /* programme, instruments with wordings, study, plan */
    struct LIST(const char *) file;
    struct protocol p;
};

/* Errors: as protocol_open. */
MUST_CHECK int apply_texts(const char *data, const char *name, struct apply_texts *out,
                           struct arena *a, struct err *e);

#endif
