/* A programme as data: what is taught, in what order, how a session goes, who does what.
**
** data/programmes/<id>/programme.yaml.  The curriculum is a catalogue of modules and
** editions that order them: the same module may stand 8th in one edition, last in another
** and be absent from a third.  Nothing in the program knows a module.
**
** strategy.yaml beside it says how a service is helped to take the programme up: one row
** a strategy with the fields of Proctor and others 2013, all of them required; what
** nobody wrote down is written as `not stated`, so that a blank is a finding and not a
** slip. */
#ifndef VARDE_STUDY_PROGRAMME_H
#define VARDE_STUDY_PROGRAMME_H

#include "base/hash.h"
#include "study/fact.h"

struct module {
    struct str id, title, covers;
    isize sessions; /* in the edition that counts them; 0: not said */
    struct mark mark, title_mark, covers_mark, sessions_mark;
};
struct modules LIST(struct module);

struct edition {
    struct str id, title;
    const int *module; /* indices, in the order taught */
    isize n;
    struct mark mark, order_mark;
};
struct editions LIST(struct edition);

/* A thing with a name and a description: techniques, roles, adaptations. */
struct entry {
    struct str id, title, text;
    struct str group; /* of techniques: "motivational", ...; else empty */
    struct mark mark;
};
struct entries LIST(struct entry);

struct step {
    struct str title;
    double from_min, upto_min; /* minutes; NAN: not said */
    struct mark mark;
};
struct steps LIST(struct step);

struct session_form {
    struct str id, title, text; /* "individual", "group" */
    double from_min, upto_min;  /* of the whole session; NAN: not said */
    struct steps steps;
    struct mark mark;
};
struct session_forms LIST(struct session_form);

struct programme {
    const char *file;
    struct str id, title, about, licence;
    int revision;
    struct hash hash;
    struct modules modules;
    struct editions editions;
    struct session_forms sessions;
    struct entries techniques, roles, adaptations;
    struct sources sources;
    struct facts facts;
};

/* Errors: E_DEFINITION. */
MUST_CHECK int programme_read(const struct yaml *doc, struct programme **out,
                              struct arena *a, struct err *e);

/* Errors: E_NOT_FOUND, naming a near one. */
MUST_CHECK int programme_edition(const struct programme *p, struct str id,
                                 const struct edition **out, struct err *e);

isize programme_module(const struct programme *p, struct str id); /* -1: none */

/* 1 for the first; 0 when the edition does not have the module. */
isize programme_position(const struct edition *ed, isize module);

enum strategy_stage {
    STAGE_PREPARATION,
    STAGE_IMPLEMENTATION,
    STAGE_MAINTENANCE,
    STAGE_N
};
extern const char *const strategy_stage_word[STAGE_N];

/* Proctor's fields in Proctor's order; a text is never empty. */
enum strategy_field {
    FIELD_NAME,
    FIELD_DEFINITION,
    FIELD_ACTOR,
    FIELD_ACTION,
    FIELD_TARGET,
    FIELD_TEMPORALITY,
    FIELD_DOSE,
    FIELD_OUTCOME,
    FIELD_JUSTIFICATION,
    FIELD_N
};
extern const char *const strategy_field_word[FIELD_N]; /* "name", "definition", ... */

struct strategy_row {
    struct str id;
    struct str field[FIELD_N];
    bool not_stated[FIELD_N];
    enum strategy_stage stage;
    struct mark mark;
};
struct strategy_rows LIST(struct strategy_row);

struct strategy {
    const char *file;
    struct str id, title, about, programme;
    int revision;
    struct hash hash;
    struct strategy_rows rows;
    struct sources sources;
    struct facts facts;
};

/* Errors: E_DEFINITION; a missing field says to write `not stated`. */
MUST_CHECK int programme_strategy(const struct yaml *doc, struct strategy **out,
                                  struct arena *a, struct err *e);

#endif
