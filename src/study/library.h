/* A folder of definitions, read as a whole: programmes, instruments, overlays, studies.
**
**   programmes/<id>/   programme.yaml, strategy.yaml
**   instruments/       <id>.yaml, and <id>.<lang>.yaml with wording in another language
**   studies/<id>/      study.yaml, plan.yaml: known here by kind, id, revision and hash
**                      only; study/study.h reads them
**   revisions.txt      the lock, study/revision.h
**
** Every definition begins with its kind and id (`instrument: honos`) and has a revision;
** no two of a kind have the same id.  One wrong definition refuses the folder, at its
** line. */
#ifndef VARDE_STUDY_LIBRARY_H
#define VARDE_STUDY_LIBRARY_H

#include "study/instrument.h"
#include "study/overlay.h"
#include "study/programme.h"

/* Any definition, for the lock and for listings. */
struct definition {
    struct str kind, id; /* "overlay" has the id "honos.nb" */
    int revision;
    struct hash hash;
    const char *file;
};
struct definitions LIST(struct definition);

struct instruments LIST(struct instrument *);
struct overlays LIST(struct overlay *);
struct programmes LIST(struct programme *);
struct strategies LIST(struct strategy *);

struct library {
    const char *dir;
    struct instruments instruments; /* by id */
    struct overlays overlays;
    struct programmes programmes;
    struct strategies strategies;
    struct definitions definitions; /* all, by kind and id */
};

/* Errors: E_DEFINITION, E_YAML, E_NO_FILE (no such folder), E_IO. */
MUST_CHECK int library_read(const char *dir, struct library *out, struct arena *a,
                            struct err *e);

/* Only the instruments and overlays: what scoring needs, in a third of the time. */
MUST_CHECK int library_read_instruments(const char *dir, struct library *out,
                                        struct arena *a, struct err *e);

/* Errors: E_NOT_FOUND, naming a near one and how to list them. */
MUST_CHECK int library_instrument(const struct library *lib, struct str id,
                                  const struct instrument **out, struct err *e);
MUST_CHECK int library_programme(const struct library *lib, struct str id,
                                 const struct programme **out, struct err *e);

/* In a language: with the overlay laid over when there is one for it, else as it is (the
** result's `lang` says which). Errors: E_NOT_FOUND, E_DEFINITION. */
MUST_CHECK int library_wording(const struct library *lib, struct str id, struct str lang,
                               const struct instrument **out, struct arena *a,
                               struct err *e);

/* Kind, id, revision and hash of any definition's document.  Errors: E_DEFINITION. */
MUST_CHECK int library_head(const struct yaml *doc, struct definition *out,
                            struct arena *a, struct err *e);

#endif
