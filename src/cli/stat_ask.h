/* What the methods for people share: columns by name, comparisons in words, and
** numbers in sentences. */
#ifndef VARDE_CLI_STAT_ASK_H
#define VARDE_CLI_STAT_ASK_H

#include "base/csv.h"
#include "base/json.h"
#include "cli/stat_note.h"
#include "stats/frame.h"

/* --data and --level (default 0.95), read into a frame; ask_table for methods without a
** level (NAN then). */
struct ask {
    struct csv csv;
    struct frame frame;
    double level;
};
MUST_CHECK int ask_data(struct cli *c, struct ask *q, struct err *e);
MUST_CHECK int ask_table(struct cli *c, struct ask *q, struct err *e);

/* "after - before" (two columns) or "y ~ group" (a column and one that splits the rows in
** two); takes all arguments that are left, so quotes around them are not needed. */
struct ask_compare {
    bool paired;
    struct str name[2];  /* after, before; or the two groups, sorted */
    struct str what, by; /* y, group; empty when paired */
    const double *x[2];  /* after, before (n rows both); or each group's values */
    isize n[2];
    isize
        dropped; /* rows without value or group; 0 when paired: the methods count them */
};
MUST_CHECK int ask_compare(struct cli *c, const struct ask *q, struct ask_compare *out,
                           struct err *e);

/* The columns named by the arguments that are left, none of them twice; all columns of
** numbers if there are none. */
struct ask_columns {
    struct str *name;
    const double **x;
    isize n;
};
MUST_CHECK int ask_columns(struct cli *c, const struct ask *q, struct ask_columns *out,
                           struct err *e);

/* As many places as show three digits of a standard error. */
int ask_places(double se);

/* "1.23", "-" when undefined; "p = 0.003", "p < 0.001"; "1.20 to 3.40"; "95 %". */
const char *ask_num(struct cli *c, double x, int places);
const char *ask_p(struct cli *c, double p);
const char *ask_span(struct cli *c, double lower, double upper, int places);
const char *ask_percent(struct cli *c, double level);

/* Opens an object on a buffer, with the level if the method has one (q may be NULL);
** ask_json_end adds the notes (ns may be NULL), closes and prints it. */
struct json_out ask_json(struct cli *c, const struct ask *q, struct buf *b);
void ask_json_end(struct cli *c, struct json_out *w, const struct notes *ns);

#endif
