/* Scores from answers: a pure function of an instrument and one row of answers.
**
**   answers   one struct answer an item, in the instrument's order, already checked
**             (answer_check); values as on paper, reversing is done here
**   scores    one struct score a scoredef, in the instrument's order
**
** Missing.  An item that is "not applicable" leaves the score: a sum of 15 items of which
** one does not apply is a sum of 14 with the range of 14, and says so in n_items.  An
** optional item without an answer does not apply.  "Not known" and "declined" are
** missing. What missing items do is the score's rule:
**   none          one missing: no score
**   answered      over the answered ones, if there are enough
**   prorate       missing ones count as the mean of the answered ones, if enough
**   person mean   the same, with the mean over the scale that the rule names: the papers'
**                 "replaced by the person's mean of the scale".  A mean over the score's
**                 own items is unchanged by it; a sum is not.
** "Enough" is at-least k answered, or up-to m missing; and always at least one.
** A score of scores treats its parts as items; n_items and n_answered count the items
** underneath, each once.
**
** No memory is taken and nothing fails; 100 items and five scores take about two
** microseconds (bench/bench_score.c).
** Checked: the worked cases of every instrument, tests/study/test_score.c, and against R
** in tests/study/score_check.R. */
#ifndef VARDE_STUDY_SCORE_H
#define VARDE_STUDY_SCORE_H

#include "study/instrument.h"

struct score {
    double value;      /* NAN: no score, by the missing rule */
    double lo, hi;     /* the range of the value, given what applies and was answered */
    int n_items;       /* that apply */
    int n_answered;    /* of them */
    int band;          /* index among the definition's bands; -1: no score or no bands */
    bool prorated;     /* scaled up from fewer items */
    bool imputed;      /* missing items were replaced by a mean */
    bool short_of_all; /* some items do not apply, so the range is not the full one */
};

/* All scores of the instrument. out: in->scores.n. */
void score_all(const struct instrument *in, const struct answer *answer,
               struct score *out);

/* One score and those it is made of. */
struct score score_one(const struct instrument *in, isize score,
                       const struct answer *answer);

/* The band's name, or empty. */
struct str score_band(const struct scoredef *d, struct score s);

/* The missing rule in words: "up to 2 of 15 missing, replaced by the person's mean". */
struct str score_rule(const struct instrument *in, const struct scoredef *d,
                      struct arena *a);

/* +1: changed reliably for the better, -1: for the worse, 0: within measurement error or
** not to be said (no score, no direction). `r` is one of the definition's. */
int score_changed(const struct scoredef *d, const struct reliable *r, double from,
                  double to);

#endif
