/* Facts in definitions and how far they are known: {is: VALUE, source: KEY, verified:
** false}.
**
** A value may stand plainly or inside such a map; a map of its own kind (an item, a
** score) carries source, verified and note among its keys.  A reader opens facts through
** this file, which keeps the list of all that carry a mark, so that nothing from memory
** can pass for something read. */
#ifndef VARDE_STUDY_FACT_H
#define VARDE_STUDY_FACT_H

#include "base/yaml.h"

/* How far a fact is known. */
struct mark {
    struct str
        source; /* a key of the definition's `sources`, or free text without them */
    struct str note;
    bool unverified;
};

struct fact {
    struct str what; /* "item 6 choices", "score total bands" */
    struct mark mark;
    int line;
};
struct facts LIST(struct fact);

struct source {
    struct str key, text;
};
struct sources LIST(struct source);

/* What a reader of definitions carries along. */
struct reading {
    struct arena *a;
    struct sources sources;
    struct facts facts;
};

/* The keys that a map may carry for its mark; to stand among its known keys. */
#define FACT_KEYS "source", "verified", "note"

/* `sources: {KEY: text}` of a definition; absent is fine. Errors: E_DEFINITION. */
MUST_CHECK int fact_sources(struct reading *r, const struct yaml *doc, struct err *e);

/* The mark among a map's keys. `what` names the fact in listings.
** Errors: E_DEFINITION: a source that is not in `sources`, verified neither true nor
** false. */
MUST_CHECK int fact_mark(struct reading *r, const struct yaml *map, struct str what,
                         struct mark *out, struct err *e);

/* Opens v: *value is what stands inside {is: ...}, or v itself.  v NULL gives NULL.
** Errors as fact_mark, and keys other than is and the mark's. */
MUST_CHECK int fact_open(struct reading *r, const struct yaml *v, struct str what,
                         const struct yaml **value, struct mark *out, struct err *e);

/* An optional text at `key`, opened; *out keeps its default when it is absent. */
MUST_CHECK int fact_text(struct reading *r, const struct yaml *map, const char *key,
                         struct str what, struct str *out, struct mark *m, struct err *e);

/* Keeps id's form: a small letter, then small letters, digits and '-'. */
MUST_CHECK int fact_id(const struct yaml *v, const struct yaml *map, const char *key,
                       struct str *out, struct err *e);

/* "; did you mean 'x'?" or nothing, for sentences about an unknown word. */
struct hint {
    char text[100];
};
struct hint fact_hint(struct str s, const struct str *known, isize n);

#endif
