/* The table of verbs as data, for dispatch, help, the manual page and the tests. */
#ifndef VARDE_CLI_VERBS_H
#define VARDE_CLI_VERBS_H

#include "cli/cli.h"

struct verb {
    const char *words; /* "stat verify" */
    cli_verb *run;
    const char *args;    /* "DIR [--only KIND]" */
    const char *summary; /* one line */
    const char *more;    /* what a user wants to know besides; may be "" */
};
extern const struct verb verb_list[];
extern const isize verb_n;

void help_all(FILE *out);
/* `method`: of varde stat, the one that is asked about; others: all of them. */
void help_verb(struct cli *c, const struct verb *v, const char *method);
void help_man(FILE *out); /* the manual page in mdoc */

#define VERB(words, function, args, summary, more) cli_verb function;
#include "cli/verbs.def"
#undef VERB

#endif
