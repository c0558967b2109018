/* Printed figures of a paper as a YAML file, and what the checks say about each.
**
** The format is described in docs/PAPER-CHECK.md; data/papers holds two papers in it.
** Unknown keys and figures that are no figures are refused at their line and column. */
#ifndef VARDE_STUDY_PAPER_FILE_H
#define VARDE_STUDY_PAPER_FILE_H

#include "base/yaml.h"
#include "stats/paper.h"

struct paper_line {
    struct str at;      /* where in the paper: "Table 2, HoNOS" */
    struct str check;   /* what was checked: "interval" */
    struct str printed; /* the figures, as printed */
    struct str
        restored; /* what the source had lost and the file gives back; "" for none */
    struct paper_result is;
};

struct paper_report {
    struct str id, title, source, note;
    struct paper_line *at; /* in the order of the file */
    isize n, cap;
    isize count[4]; /* by verdict */
};

/* Errors: E_DEFINITION, E_YAML, E_TOO_BIG. */
MUST_CHECK int paper_file_read(const struct yaml *root, struct paper_report *out,
                               struct arena *a, struct err *e);

#endif
