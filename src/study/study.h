/* A study as data: its design, what is measured with which instrument, when, and how its
** records are laid out.
**
** data/studies/<id>/study.yaml is read strictly and refused at file:line:column.  From it
** follows the list of variables: every column of the records, every score of a measure at
** each of its time points (`honos_t1`), and every derived variable (the last recording of
** a clinician, the fidelity of a consumer's service).  A variable belongs to one table; a
** plan names variables, and records (study/records.h) carry their values.
**
** Texts that people read stand in every language; a missing one falls back to English. */
#ifndef VARDE_STUDY_STUDY_H
#define VARDE_STUDY_STUDY_H

#include "base/hash.h"
#include "base/text.h"
#include "base/yaml.h"

struct words_in {
    struct str in[LANG_N];
};

/* A text node: plain (English), or a map {en: ..., nb: ..., da: ...}. NULL gives empty
** texts.  Errors: E_DEFINITION. */
MUST_CHECK int study_words(const struct yaml *v, struct words_in *out, struct err *e);
struct str study_word(const struct words_in *w, enum lang lang);

enum column_type {
    COLUMN_NUMBER, /* in [lo, hi] */
    COLUMN_WHOLE,  /* a whole number in [lo, hi] */
    COLUMN_CODE,   /* one of the codes */
    COLUMN_SITE,   /* one of the study's sites */
    COLUMN_LINK,   /* the key of a row in another table */
    COLUMN_TYPES
};

/* Where a column's value comes from in a store. */
enum column_from {
    COLUMN_ENTERED,   /* somebody enters it */
    COLUMN_STATE,     /* where the participant stands: the code that has the state */
    COLUMN_CLINICIAN, /* who treats the participant: their row of the linked table */
    COLUMN_FROMS
};

struct study_code {
    struct str id;
    struct words_in label;
};

/* A state of a participant, as store/participant_state.def has it, and its code. */
struct study_state {
    struct str state, code;
};

struct study_column {
    struct str id, file;
    struct words_in label;
    enum column_type type;
    double lo, hi;
    struct study_codes LIST(struct study_code) codes;
    isize link; /* table of COLUMN_LINK */
    enum column_from from;
    struct study_states LIST(struct study_state) states; /* of COLUMN_STATE */
    bool open;                                           /* `reveals: nothing` */
    const struct yaml *node;
};

/* What a time point is counted from, and when it is due: study/schedule.h. */
enum study_from {
    FROM_NOTHING,    /* not planned */
    FROM_ENROLMENT,  /* the day the subject began */
    FROM_ALLOCATION, /* the day it was allocated */
    FROM_DATE,       /* a date that holds for all */
    STUDY_FROMS
};
extern const char *const study_from_word[STUDY_FROMS]; /* "", "enrolment", ..., "date" */

struct study_time {
    struct str id;
    struct words_in label;
    enum study_from from;
    i32 date;         /* of FROM_DATE, a day */
    i32 days, lo, hi; /* due so many days after it; opens lo, closes hi days from then */
    bool unverified;  /* nobody found these days in a source: a site may know better */
    struct str note;
};

/* A table of the records; one row a consumer, a clinician, a service, a recording. */
struct study_table {
    struct str id;
    struct words_in row; /* what a row is called */
    struct study_keys LIST(struct str) key;
    bool site_key; /* the key is a site of the study */
    struct study_files LIST(struct str) files;
    struct study_columns LIST(struct study_column) columns; /* without the items */
    bool open;                                              /* `reveals: nothing` */
    const struct yaml *node;
};

/* One score of a measure, kept as variable `stem` or `stem_<time>`. */
struct study_score {
    struct str stem, score; /* id of the score in the instrument */
};

struct study_measure {
    struct str id, instrument, rater;
    isize table;
    struct str file;
    struct study_patterns LIST(struct str) items; /* one with {nn}, or one an item */
    struct study_places LIST(isize) at; /* time points; empty: one without time */
    struct study_scores LIST(struct study_score) scores;
    struct words_in label, remark; /* label empty: the instrument's title */
    bool open;                     /* `reveals: nothing` */
    const struct yaml *node;
};

enum derived_pick { PICK_FIRST, PICK_LAST, PICK_MEAN, PICK_COUNT, PICK_ONLY, PICKS };

struct study_derived {
    struct str id;
    struct words_in label;
    isize table, from; /* where it stands, where it comes from */
    struct str value;  /* variable of `from` */
    struct str by;     /* the column that joins the tables */
    struct str order;  /* of PICK_FIRST and PICK_LAST: a number of `from` */
    enum derived_pick pick;
    const struct yaml *node;
};

enum variable_kind { VARIABLE_COLUMN, VARIABLE_SCORE, VARIABLE_DERIVED };

struct study_variable {
    struct str id;
    isize table;
    enum variable_kind kind;
    bool number;       /* else a code, site or link */
    isize at;          /* index of the column, measure or derived variable */
    isize score, time; /* of VARIABLE_SCORE; time -1: none */
};

/* A remark where the registry and the paper differ. */
struct study_discrepancy {
    struct words_in what, registry, paper;
};

/* Whom the study follows from referral on: a row of one table. */
struct study_participants {
    isize table; /* -1: nobody is followed */
    struct str
        code; /* how codes are given: "P{nn}"; {nn}, {nnn}, ... is a number of at least so
                     ** many digits, {site} the site's code; empty: by hand */
    bool tells_arm; /* `told: [arm]`: a copy for the person says the arm (app/copy.h) */
};

/* Who may take part: every `include` is met and no `exclude`. */
struct study_criterion {
    struct str id;
    isize table; /* whose rows it is asked of */
    bool exclude;
    struct words_in label;
};

struct study_consent {
    struct str id, version;
    isize table;
    bool required; /* nobody is enrolled without it */
    struct words_in label;
};

/* Why somebody declined, never started or dropped out. */
struct study_reason {
    struct str id;
    struct words_in label;
};

struct study {
    const char *file;
    struct str id;
    i64 revision;
    struct hash hash;
    struct words_in title, about, caution;
    struct str design, paper, programme;
    struct {
        struct str registry, id, ethics;
    } registration;
    struct study_arms LIST(struct str) arms;
    struct study_sites LIST(struct str) sites;
    struct study_participants participants;
    struct study_criteria LIST(struct study_criterion) criteria;
    struct study_consents LIST(struct study_consent) consents;
    struct study_reasons LIST(struct study_reason) reasons;
    struct study_times LIST(struct study_time) times;
    struct study_discrepancies LIST(struct study_discrepancy) discrepancies;
    struct study_tables LIST(struct study_table) tables;
    struct study_measures LIST(struct study_measure) measures;
    struct study_deriveds LIST(struct study_derived) derived;
    struct study_variables LIST(struct study_variable) variables;
};

/* Errors: E_DEFINITION with the place. */
MUST_CHECK int study_read(const struct yaml *doc, struct study **out, struct arena *a,
                          struct err *e);
/* Errors also: E_NO_FILE, E_IO, E_YAML, E_TOO_BIG. */
MUST_CHECK int study_read_file(const char *path, struct study **out, struct arena *a,
                               struct err *e);

isize study_table(const struct study *s, struct str id); /* -1 if absent */
isize study_time(const struct study *s, struct str id);  /* -1 if absent */
isize study_variable(const struct study *s, isize table, struct str id); /* -1 */
/* The same for a name in a definition. Error: E_DEFINITION at `at`, naming a near one. */
MUST_CHECK int study_variable_find(const struct study *s, isize table,
                                   const struct yaml *at, struct str id, isize *out,
                                   struct arena tmp, struct err *e);
const struct study_column *study_column(const struct study *s, isize table,
                                        struct str id); /* NULL if absent */
/* The code of a COLUMN_STATE for a state; empty when it has none. */
struct str study_state_code(const struct study_column *c, struct str state);
/* Whether somebody enters the column: no key, no site, nothing that follows from events. */
bool study_column_entered(const struct study_table *t, const struct study_column *c);

/* NULL if absent. */
const struct study_criterion *study_criterion(const struct study *s, struct str id);
const struct study_consent *study_consent(const struct study *s, struct str id);
const struct study_reason *study_reason(const struct study *s, struct str id);

/* What somebody who is blinded may see of this study.  In one with arms that is what its definition
** calls open, by `reveals: nothing`; what says nothing, or `reveals: arm`, is closed.  Closed are too:
** everything of a closed table, the clinician, and whatever people wrote in their own words.  In
** a study without arms there is nothing to be blinded to, and all is open.
** The store makes the engine hold it (store/blind.h). */
bool study_open_table(const struct study *s,
                      isize table); /* that of the participants is */
bool study_open_column(const struct study *s, isize table, isize column);
bool study_open_measure(const struct study *s, isize measure);
bool study_open_time(const struct study *s,
                     isize time);                 /* an open measure is taken then */
bool study_open_clinician(const struct study *s); /* its column is open */
bool study_open_words(const struct study *s);     /* there are no arms */

/* What people call a value of a code column; the code itself when it has no label. */
struct str study_code_label(const struct study_column *c, struct str code,
                            enum lang lang);

/* The name of a measure's item column: {t} and {nn} filled in; time -1: no {t}. */
struct str study_item_column(const struct study *s, const struct study_measure *m,
                             isize time, isize item, struct arena *a);

#endif
