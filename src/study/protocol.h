/* Everything a study is defined by: its study.yaml, its plan.yaml and the instruments of
** its measures, from the folder of definitions. */
#ifndef VARDE_STUDY_PROTOCOL_H
#define VARDE_STUDY_PROTOCOL_H

#include "study/instrument.h"
#include "study/plan.h"

struct protocol {
    struct study *study;
    struct plan *plan;
    const struct instrument **in; /* one a measure of the study */
    const char *dir;              /* the study's own folder; its records are below it */
};

/* `data`: the folder with studies/ and instruments/.
** Errors: E_NOT_FOUND (no such study, naming a near one; no such instrument),
** E_DEFINITION, E_YAML, E_IO. */
MUST_CHECK int protocol_open(const char *data, const char *id, struct protocol *out,
                             struct arena *a, struct err *e);

#endif
