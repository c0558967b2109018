/* Words and numbers of a report: what its sections share.
**
** Numbers carry a decimal point in every language: beside each stands the figure of a
** paper as it was printed, and a row with two marks would hide whether they agree.  p
** below .001 is "< 0.001".  Texts stand in data/text under the names used here. */
#ifndef VARDE_REPORT_TELL_H
#define VARDE_REPORT_TELL_H

#include "report/compare.h"

struct telling {
    const struct analysed *m;
    struct doc *d;
    enum lang lang;
    struct arena *a;
};

/* A text with its places filled: TELL(t, "OUTCOMES_BETTER", names, n). */
struct str tell_fill(const struct telling *t, const char *id, const struct str *arg,
                     isize n);
#define TELL(t, id, ...)                                    \
    tell_fill((t), (id), (const struct str[]){__VA_ARGS__}, \
              COUNT(((const struct str[]){__VA_ARGS__})))
/* A word; {1} in it is the plan's coverage in percent ("{1} % CI"). */
struct str tell_word(const struct telling *t, const char *id);
struct str tell_level(const struct telling *t);
struct str tell_in(const struct telling *t, const struct words_in *w);

struct str tell_num(const struct telling *t, double x, int places);
struct str tell_p(const struct telling *t, double p);
/* A quantity as its kind wants it. */
struct str tell_quantity(const struct telling *t, const struct result *r,
                         struct quantity q);
/* "change" and the like as people read it; codes and paths by their labels. */
struct str tell_name(const struct telling *t, const struct result *r,
                     struct str quantity);

/* The name of the time before or after in a pair. */
struct str tell_when(const struct telling *t, const struct result *r, bool after);

/* Decimals: as printed, else by the range of the score, else 2. */
int tell_places(const struct result *r, const struct records *rec, struct str quantity);

/* "a, b and c" */
struct str tell_list(const struct telling *t, const struct str *at, isize n);

/* "p. 6" and "Table 2" in the report's language; other places stay as they are. */
struct str tell_place(const struct telling *t, struct str place);

/* A lead of the plan, with its figures. */
struct str tell_lead(const struct telling *t, const struct words_in *lead);

/* The columns of a table, one after another. */
struct tell_cols {
    struct doc_col at[20];
    isize n;
};
void tell_col(const struct telling *t, struct tell_cols *c, const char *key,
              const char *head, const char *group, bool num);
const struct doc_col *tell_cols(const struct telling *t, const struct tell_cols *c);

/* A computed figure, and the printed one with its verdict, in a cell. */
void tell_cell(const struct telling *t, struct doc_cell *c, const struct result *r,
               const char *quantity);
void tell_printed(const struct telling *t, struct doc_cell *c, const struct result *r,
                  struct str quantity);

/* The remarks on a section's results, under its table: the plan's on the section, those
** on printed figures, the plan's on analyses, what is estimated, the notes of the
** methods.  One that stands on several results is said once. */
void tell_remarks(const struct telling *t, struct doc_table *table, isize section);

/* What a section shows of the analyses in it; one function a layout, in section_*.c. */
typedef void tell_section(const struct telling *t, isize section);
tell_section section_flow, section_quantities, section_counts, section_units,
    section_changes, section_reliable, section_path, section_regression;

/* The table of quantities: those printed and not among shown[0..n), and for analyses of
** which nothing is printed their main ones. */
void section_rest(const struct telling *t, isize section, const char *const *shown,
                  isize n_shown, bool all);

#endif
