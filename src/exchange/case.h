/* Reference cases: data, what to compute, the answer of an independent program.
**
** A case is one JSON file (id, kind, title, data, call, expected, tolerance) with CSV
** files beside it, in the format that tests/reference/README.md describes.  The kinds are
** the lines of kinds.def; each is one function that computes the answer and writes it in
** the shape of `expected`. */
#ifndef VARDE_EXCHANGE_CASE_H
#define VARDE_EXCHANGE_CASE_H

#include "base/csv.h"
#include "base/json.h"

struct case_file {
    struct str id, kind, title;
    const char *path; /* of the case file */
    const char *dir;  /* data names are relative to this folder */
    const struct json *call, *expected, *tolerance, *root;
};

/* Writes the members of the answer object (which is open). */
typedef int case_kind(const struct case_file *c, struct json_out *w, struct arena *a,
                      struct err *e);

/* The folder of the data is the case file's own if the data are there, else the one
** above. */
MUST_CHECK int case_read(const char *path, struct case_file *out, struct arena *a,
                         struct err *e);

/* The case's data table: the only one, or the one called `name`. */
MUST_CHECK int case_table(const struct case_file *c, const char *name, bool has_head,
                          struct csv *out, struct arena *a, struct err *e);

/* The answer as JSON text. Errors: E_UNSUPPORTED for an unknown kind, and the method's
** own. */
MUST_CHECK int case_run(const struct case_file *c, struct str *answer, struct arena *a,
                        struct err *e);
bool case_known(struct str kind);

/* How an answer stands to `expected`. */
struct case_verdict {
    isize leaves, failed;
    double worst; /* largest |a - e| / (abs + rel |e|); for lre: digits missing + 1 */
    double least_digits; /* fewest correct digits over the leaves */
    struct str first;    /* the first failed leaf, in words */
};
MUST_CHECK int case_compare(const struct case_file *c, struct str answer,
                            struct case_verdict *out, struct arena *a, struct err *e);

#endif
