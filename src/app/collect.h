/* Answers: entering, correcting, entering twice, and what is shown about them.
**
** Who may.  A measure's rater says which right entering it needs: consumer or clinician
** MAY_ENTER_ANSWERS, outcome assessor MAY_RATE_OUTCOMES, fidelity assessor
** MAY_RATE_FIDELITY, trainer MAY_TRAIN.  Whoever may enter answers may transcribe any paper
** form; whoever may import may enter in mode import; a form link needs no right
** (app/formlink.h).  A blinded viewer sees and enters only what outcome assessors and
** participants rate.  Without the right a form is as if it were not there (E_NOT_FOUND).
**
** Versions.  Whoever saves says which response they saw standing (`version`, 0: none).  Is
** another there meanwhile, nothing is saved and E_CHANGED says so; the page reads the form
** again and shows both.
**
** Scores are kept as they were on entering; alerts name somebody in the same transaction.
** The journal's row of a response holds its place and number, not the answers: those stay
** in the response rows, also the replaced ones.
** Checked: tests/app/test_collect.c, on every engine; bench/bench_collect.c. */
#ifndef VARDE_APP_COLLECT_H
#define VARDE_APP_COLLECT_H

#include "app/act.h"
#include "store/response.h"
#include "store/visit.h"
#include "study/packed.h"
#include "study/study.h"

/* A study of the store with its instruments: made once, shared by threads, not changed. */
struct collect_kit {
    i64 study; /* its row */
    const struct study *s;
    const struct instrument *const *in; /* one a measure */
    const i64 *definition;              /* one a measure: the row of its instrument */
    i64 row; /* the study's definition; 0: it is the one in use, for whoever is inside */
};

/* Which form: a measure of a subject at a time point (-1: none). */
struct form_key {
    i64 subject;
    isize measure, time;
};

/* --- entering ---------------------------------------------------------------------------- */

/* What was typed, one an item, in the instrument's order. */
struct form_cell {
    struct str text, detail;
};
/* What is wrong with it, by item; the sentence does not repeat the answer. */
struct form_fault {
    isize item; /* -1: with the form as a whole */
    struct str sentence;
};
struct form_faults LIST(struct form_fault);
/* All that is wrong, not only the first; answer: one an item. A pure function. */
void collect_read(const struct instrument *in, const struct form_cell *cell,
                  struct answer *answer, struct form_faults *out, struct arena *a);

struct form_in {
    struct form_key key;
    const struct answer *answer; /* one an item */
    int pass;                    /* 1; 2: second entry, by somebody else than the first */
    day day;                     /* on which they were given; not after today */
    enum response_mode mode;
    struct str lang;
    i64 wording; /* the overlay's definition; 0: the instrument's own words */
    i64 version; /* the response that was seen standing there; 0: none */
    i64 link;    /* the form link whose draft goes; 0: that of the act's person */
};
struct form_done {
    i64 response;
    struct score *score; /* one a score of the instrument */
    isize n_alerts;      /* raised now */
    i64 named;           /* who was named by them; 0: nobody */
};
/* A form that has no answers yet. With version > 0 it is a correction: needs
** MAY_CORRECT_ANSWERS and act->why.
** Errors: E_NOT_FOUND, E_ANSWER, E_RECORD (a day to come; a second entry without a first, or by
** the same person; a correction without a reason), E_CHANGED, E_NOT_ALLOWED. */
MUST_CHECK int collect_submit(struct act *act, const struct collect_kit *k,
                              const struct form_in *in, struct form_done *out,
                              struct err *e);
/* The same inside a closure, after the right was asked; `act` is whose change it is, and out->score
** may be NULL.  Room is taken behind act->a, as everywhere: a closure that holds memory from
** act_room hands in an act whose `a` is that arena. */
MUST_CHECK int collect_submit_in(struct db *db, const struct act *act,
                                 const struct collect_kit *k, const struct form_in *in,
                                 struct form_done *out, struct err *e);

/* Two entries that differ: the answers that hold, with act->why.  Both entries become them;
** what was typed stays in the history.  version, second: the two that were seen.  Needs
** MAY_CORRECT_ANSWERS. Errors: as collect_submit. */
MUST_CHECK int collect_settle(struct act *act, const struct collect_kit *k,
                              const struct form_key *key, const struct answer *answer,
                              i64 version, i64 second, struct form_done *out,
                              struct err *e);

/* --- reading ----------------------------------------------------------------------------- */

enum form_state {
    FORM_OPEN,    /* not begun */
    FORM_DRAFT,   /* begun by this viewer */
    FORM_DONE,    /* answered, and the second entry agrees where one is wanted */
    FORM_SECOND,  /* a paper form that wants its second entry */
    FORM_DIFFERS, /* the two entries differ */
    FORM_STATES
};

/* One response, opened. */
struct form_version {
    struct response r;
    const struct instrument
        *in;               /* of its definition; NULL: another revision, see `old` */
    struct answer *answer; /* one an item; NULL when `in` is */
    struct score *score;   /* scored anew from the answers */
};
struct form_versions LIST(struct form_version);

/* Everything that a page of one form needs. */
struct form_page {
    struct form_key key;
    const struct study_measure *measure;
    const struct instrument *in;
    struct str kind, code; /* of the subject */
    i64 part, site, visit; /* visit 0: none */
    enum form_state state;
    bool may_enter, may_transcribe, may_correct;
    struct form_version first, second; /* r.id 0: there is none */
    isize *differ;                     /* items in which the entries differ */
    isize n_differ;
    bool has_draft;
    i64 draft_version;
    struct form_cell *draft; /* one an item */
};
/* Error: E_NOT_FOUND. */
MUST_CHECK int collect_form(struct act *act, const struct collect_kit *k,
                            const struct form_key *key, struct form_page *out,
                            struct err *e);
/* All versions of one entry, the newest first: who, when, why, what. Error: E_NOT_FOUND. */
MUST_CHECK int collect_history(struct act *act, const struct collect_kit *k,
                               const struct form_key *key, int pass,
                               struct form_versions *out, struct err *e);
/* One response by its id, for links from a table of a report. Error: E_NOT_FOUND. */
MUST_CHECK int collect_response(struct act *act, const struct collect_kit *k, i64 id,
                                struct form_key *key, struct form_version *out,
                                struct err *e);

/* All of a subject that stood at an instant (AS_NOW), by measure, time and pass, as far as this
** viewer may see. Error: E_NOT_FOUND. */
MUST_CHECK int collect_of(struct act *act, const struct collect_kit *k, i64 subject,
                          instant as_of, struct form_versions *out, struct err *e);

/* A subject's scores over time, ready to be drawn: for each score that the study names, its
** points by day, each with what changed against the first. */
struct series_point {
    i64 response;
    isize time; /* of the study; -1: none */
    day day;
    double value; /* NAN: none */
    struct str band;
    int changed; /* score_changed against the first with a value: +1 better, -1 worse */
};
struct series {
    isize measure;
    const struct scoredef *def;
    const struct reliable *reliable; /* NULL: the instrument names none */
    struct str label;                /* of the measure */
    struct series_points LIST(struct series_point) points;
};
struct series_list LIST(struct series);
/* Error: E_NOT_FOUND. */
MUST_CHECK int collect_series(struct act *act, const struct collect_kit *k, i64 subject,
                              enum lang lang, struct series_list *out, struct err *e);

/* --- alerts ------------------------------------------------------------------------------ */

struct alert_view {
    struct alert_row row;
    isize measure;
    const struct alert *def; /* text and whom to tell; NULL: another revision */
    struct str item;         /* label of the item */
};
struct alert_views LIST(struct alert_view);
/* Open ones that this viewer is to act on: those that name them, and at the sites where they
** may see participants; behind `after`. */
MUST_CHECK int collect_alerts(struct act *act, const struct collect_kit *k, bool mine,
                              i64 after, isize limit, struct alert_views *out,
                              struct err *e);
MUST_CHECK int collect_alerts_of(struct act *act, const struct collect_kit *k,
                                 i64 subject, struct alert_views *out, struct err *e);
/* Item and meaning in the words of a language, where the study has such a wording. */
void collect_alert_words(const struct act *act, const struct collect_kit *k,
                         enum lang lang, struct alert_view *v);
/* "I have seen it", with a note of what was done (may be empty). Errors: E_NOT_FOUND,
** E_CHANGED (somebody did before). */
MUST_CHECK int collect_alert_seen(struct act *act, const struct collect_kit *k, i64 alert,
                                  struct str note, struct err *e);

/* --- drafts ------------------------------------------------------------------------------ */

/* What was typed so far, by this member of staff.  No record: not in the journal, gone when the
** form is submitted.  *version: the one that was loaded (0: none), then the new one.
** Error: E_CHANGED (saved from another window meanwhile), E_NOT_FOUND. */
MUST_CHECK int collect_draft(struct act *act, const struct collect_kit *k,
                             const struct form_key *key, int pass,
                             const struct form_cell *cell, i64 *version, struct err *e);
MUST_CHECK int collect_draft_drop(struct act *act, const struct collect_kit *k,
                                  const struct form_key *key, int pass, struct err *e);

/* Drafts that nobody has touched for so many days go: what was begun and forgotten is no reason to
** keep answers. The server does it by itself (house_tidy). */
enum { COLLECT_DRAFT_DAYS = 30 };
MUST_CHECK int collect_tidy(struct act *act, struct err *e);

#endif
