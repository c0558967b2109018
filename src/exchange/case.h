/* Reference cases: data, what to compute, the answer of an independent program.
**
** A case is one JSON file (id, kind, title, data, call, expected, tolerance) with CSV
** files beside it, in the format that tests/reference/README.md describes.  The kinds
** are the lines of kinds.def; each is one function that computes the answer and writes
** it in the shape of `expected`. */
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

/* Writes the members of the answer, whose bracket is open: an object's or a list's, as
** kinds.def says. */
typedef int case_kind(const struct case_file *c, struct json_out *w, struct arena *a,
                      struct err *e);

/* The folder of the data is the case file's own if the data are there, else the one
** above.  A case without `expected` can be run but not compared.
** A case without an id is called by its path.  Errors: E_JSON, and those of file_read. */
MUST_CHECK int case_read(const char *path, struct case_file *out, struct arena *a,
                         struct err *e);

/* The case's data table: the only one, or the one called `name` (NULL: "data", when
** there are several).  Errors: E_NOT_FOUND, and those of csv_read. */
MUST_CHECK int case_table(const struct case_file *c, const char *name, bool has_head,
                          struct csv *out, struct arena *a, struct err *e);

/* A column as numbers, n of the table; empty cells are NAN. */
MUST_CHECK int case_column(const struct csv *t, const char *name, double **out,
                           struct arena *a, struct err *e);

/* The columns call.before and call.after (t1 and t2 if not named), t.n values each. */
MUST_CHECK int case_pair(const struct case_file *c, struct csv *t, double **before,
                         double **after, struct arena *a, struct err *e);

/* The column call.y of the rows whose call.group is the first and the second of
** call.levels. */
MUST_CHECK int case_groups(const struct case_file *c, double **x, isize *n1, double **y,
                           isize *n2, struct arena *a, struct err *e);

/* An option of `call` as a number or text; the default when it is absent or null. */
double case_option(const struct case_file *c, const char *key, double otherwise);
const char *case_word(const struct case_file *c, const char *key, const char *otherwise,
                      struct arena *a);

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

/* Rules, as the reference scripts have them (compare.py): a leaf passes when
** |a - e| <= abs + rel |e|, with the tolerance of the innermost key on its path that
** `tolerance` names (rows with a member "f" also use the tolerance of that name), else
** "default"; {"lre": n} asks for n correct digits.  Strings and booleans must be equal,
** arrays of one length; null is not checked; members that only the answer has are not
** looked at. */
MUST_CHECK int case_compare(const struct case_file *c, struct str answer,
                            struct case_verdict *out, struct arena *a, struct err *e);

#define KIND(name, function, shape) case_kind function;
#include "exchange/kinds.def"
#undef KIND

#endif
