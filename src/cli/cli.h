/* A command line taken apart: verbs, options, arguments, and what goes back to the
** terminal.
**
** A verb takes its options and arguments by name and ends with cli_end, which refuses
** what is left over.  Options may stand anywhere after the verb.  --json, --lang,
** --threads and --help are taken before the verb runs.  Output goes to c->out; problems
** come back as errors, which main prints. */
#ifndef VARDE_CLI_CLI_H
#define VARDE_CLI_CLI_H

#include "base/err.h"
#include "base/text.h"
#include <stdio.h>

struct house;

struct cli {
    const char **arg; /* what is not taken yet */
    isize n;
    const char *usage;      /* the verb's arguments as its table line has them */
    const char *undeclared; /* an option asked for that the line does not have; or NULL */
    const char *data;       /* the file that cli_data read, or NULL */
    FILE *out, *err;
    const char *definitions; /* --definitions, or NULL */
    bool json;
    enum lang lang;
    int threads; /* 0: as many as the machine has */
    int argc;    /* the command line as it came */
    const char *const *argv;
    struct house *house; /* of the server that carries this verb out; NULL: none */
    struct arena *a;
};

typedef int cli_verb(struct cli *c, struct err *e);

/* "--data FILE" or "--data=FILE"; *out keeps its default when the option is absent. */
MUST_CHECK int cli_opt(struct cli *c, const char *name, const char **out, struct err *e);
MUST_CHECK int cli_opt_num(struct cli *c, const char *name, double lo, double hi,
                           double *out, struct err *e);
MUST_CHECK int cli_opt_int(struct cli *c, const char *name, i64 lo, i64 hi, i64 *out,
                           struct err *e);
bool cli_flag(struct cli *c, const char *name);
/* The next argument that is no option. Error: E_USAGE naming `what`. */
MUST_CHECK int cli_arg(struct cli *c, const char *what, const char **out, struct err *e);
bool cli_more(const struct cli *c); /* an argument that is no option is left */
/* Nothing may be left. Errors: E_USAGE; E_UNSUPPORTED when the verb took an option that
** its line in the table does not name. */
MUST_CHECK int cli_end(struct cli *c, struct err *e);

/* The folder of definitions: --definitions, else the environment's VARDE_DATA, else the
** folder installed or built beside the program. Error: E_NO_FILE, saying what was
** tried. */
MUST_CHECK int cli_data_dir(struct cli *c, const char **out, struct err *e);

/* The whole program: runs the verb of a command line, prints the error if there is one,
** and returns the exit code. */
int cli_run(int argc, const char *const *argv, FILE *out, FILE *err, struct arena *a);

/* In a server, for a command line of its own user: only verbs that say so in at_house.h.
** Errors: E_UNSUPPORTED; the verb's. */
MUST_CHECK int cli_run_in(struct house *h, int argc, const char *const *argv, FILE *out,
                          struct arena *a, struct err *e);

/* A table for people: columns aligned, numbers to the right.
**     struct cli_table t = cli_table(c, 3);
**     cli_cell(&t, S("term")); ... (3 per row) ...  cli_print(&t); */
struct cli_table {
    struct cli *c;
    isize n_cols;
    struct str *at;
    isize n, cap;
};
struct cli_table cli_table(struct cli *c, isize n_cols);
struct cli_table cli_headed(struct cli *c, const char *const *head, isize n_cols);
void cli_cell(struct cli_table *t, struct str s);
void cli_cell_num(struct cli_table *t, double x, int places);
void cli_cell_p(struct cli_table *t, double p); /* "0.012", "< 0.001" */
void cli_print(struct cli_table *t);            /* the first row is the head */

/* What stands in a buffer, and a line end. */
void cli_put(struct cli *c, const struct buf *b);

/* --data FILE, read as a table. */
struct csv;
MUST_CHECK int cli_data(struct cli *c, struct csv *out, struct err *e);

#endif
