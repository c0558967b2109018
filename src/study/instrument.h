/* Instruments: questionnaires and ratings as data.
**
** An instrument is a YAML file (data/instruments/<id>.yaml, format in
** docs/DEFINITIONS.md) with its items, its choices, what each score is made of, and cases
** worked by hand.  This file reads one into structs and refuses, at file:line:column,
** what does not hold together: an unknown item in a score, a choice outside its range, a
** reverse item without a range, a case that names an unknown score.  Scoring is in
** score.h.
**
** Facts and how far they are known.  Where a value stands in a definition there may stand
** instead {is: VALUE, source: KEY, verified: false, note: TEXT}; maps (items, scores,
** bands, ...) carry source, verified and note among their own keys.  `verified: false` is
** a fact from memory that nobody has found in a source yet; it is kept as a mark and
** every listing shows it.
**
** Texts point into the definition's memory and live as long as the arena does. */
#ifndef VARDE_STUDY_INSTRUMENT_H
#define VARDE_STUDY_INSTRUMENT_H

#include "base/hash.h"
#include "study/fact.h"

/* What stands in the place of an answer.  Zeroed memory is "missing". */
enum answer_state {
    ANSWER_MISSING,        /* empty: nobody knows why */
    ANSWER_GIVEN,          /* a value */
    ANSWER_NOT_APPLICABLE, /* the question does not arise; it leaves the score's items */
    ANSWER_NOT_KNOWN,      /* the rater says that it cannot be rated; counts as missing */
    ANSWER_DECLINED,       /* the person does not want to answer; counts as missing */
    ANSWER_STATES
};
extern const char *const answer_state_word[ANSWER_STATES]; /* "missing", "given", ... */

struct answer {
    enum answer_state state;
    double value;      /* of ANSWER_GIVEN, as on paper: before any reversing */
    struct str detail; /* the second answer that an item may ask for; may be empty */
};

struct choice {
    double value;
    struct str text;
};
struct choices LIST(struct choice);

/* A number that stands for no answer: HoNOS 9 is "not known". */
struct no_answer {
    double code;
    enum answer_state state;
};
struct no_answers LIST(struct no_answer);

enum item_kind {
    ITEM_CHOICE, /* one of the choices */
    ITEM_WHOLE,  /* a whole number in [lo, hi] */
    ITEM_NUMBER  /* any number in [lo, hi] */
};

struct words LIST(struct str);

/* A second answer that a value calls for: HoNOS 8 wants the type of the problem. */
struct detail {
    struct str ask; /* what is asked; empty: nothing */
    double from;    /* for values from here on */
    struct words one_of;
};

/* An item that is counted: how many of how many, and the choice for each share (GOI
** G3). */
struct rate_step {
    double upto; /* shares up to here, with it */
    double value;
};
struct rate_steps LIST(struct rate_step);
struct rate {
    struct str count, among;  /* what is counted among whom; empty: the item is no rate */
    struct str estimate_from; /* whose number times `times` stands in for `among` */
    double times;
    struct rate_steps steps; /* ascending, the last at 1 */
    struct mark estimate_mark;
};

struct item {
    struct str id;   /* letters, digits, '-'; unique among items and scores */
    struct str no;   /* as on paper: "8", "P1"; the position when not given */
    struct str text; /* own short label or the wording, as the instrument says */
    enum item_kind kind;
    double lo, hi;
    struct choices choices; /* ascending; may be empty when kind is not ITEM_CHOICE */
    struct no_answers no_answer;
    bool reverse;              /* scored as lo + hi - x */
    bool optional;             /* no answer means that it does not apply */
    struct str not_applicable; /* when it does not apply; empty: it always applies */
    struct str only;           /* asked only there, e.g. "group"; empty: everywhere */
    struct detail detail;
    struct rate rate;
    struct mark mark, choices_mark;
    int line;
};
struct items LIST(struct item);

enum metric {
    METRIC_SUM,          /* over the items that apply */
    METRIC_MEAN,         /* the same, divided by their number */
    METRIC_PRORATED,     /* mean times the number of all items, also those not applying */
    METRIC_POMP,         /* per cent of the maximum possible: 0 to 100 */
    METRIC_WEIGHTED_SUM, /* sum of w x */
    METRIC_WEIGHTED_MEAN, /* sum of w x / sum of w */
    METRIC_LOWEST,
    METRIC_HIGHEST,
    METRIC_COUNT,     /* how many lie in [when_lo, when_hi] */
    METRIC_CRITERION, /* 1 when all lie in [when_lo, when_hi], else 0 */
    METRIC_BAND,      /* the number of another score's band, from 1 */
    METRIC_N
};
extern const char *const metric_word[METRIC_N]; /* "sum", "mean", "prorated sum", ... */

/* What happens when items that apply have no answer.  MISSING_PERSON_MEAN is the
** Norwegian paper's "replaced with the mean value of the scale or subscale", read as the
** person's own mean: the paper does not say whose, and the people's mean would make
** everybody alike. */
enum missing_rule {
    MISSING_NONE,        /* none may: no score */
    MISSING_ANSWERED,    /* over those that were answered */
    MISSING_PRORATE,     /* the mean of those answered stands for the others */
    MISSING_PERSON_MEAN, /* the same, of the scale that the rule names */
    MISSING_N
};
extern const char *const missing_word[MISSING_N]; /* "none", "answered", ... */

enum direction { HIGHER_IS_BETTER, LOWER_IS_BETTER, NO_DIRECTION, DIRECTION_N };
extern const char *const direction_word[DIRECTION_N]; /* "higher is better", ... */

struct band {
    double from; /* up to the next band's `from`, without it; the last: to the end */
    struct str name, text;
    struct mark mark;
};
struct bands LIST(struct band);

struct cutoff {
    bool at_least; /* x >= at, else x <= at */
    double at;
    struct str means, who; /* who: for whom it holds, e.g. "men"; empty: everybody */
    struct mark mark;
};
struct cutoffs LIST(struct cutoff);

/* The change of one person that is more than measurement error. */
struct reliable {
    double change; /* published, or 1.96 sd sqrt(2 (1 - r)) (Jacobson & Truax 1991) */
    double sd, r;  /* NAN when the change was published */
    struct str who;
    struct mark mark;
};
struct reliables LIST(struct reliable);

struct scoredef {
    struct str id, title, about;
    enum metric metric;
    bool of_scores;       /* `of` are earlier scores, else items */
    const int *of;        /* n indices */
    const double *weight; /* n, or NULL */
    isize n;
    const int *leaf; /* the items under it, each once, ascending */
    isize n_leaf;
    double when_lo, when_hi; /* of METRIC_COUNT and METRIC_CRITERION; may be infinite */
    double times, plus;      /* the value is times * metric + plus; 1 and 0 */
    double lo, hi;           /* range when everything applies and is answered */
    enum direction direction;
    enum missing_rule rule;
    isize at_least;  /* so many must be answered; 0: see up_to */
    isize up_to;     /* so many may be missing; -1: see at_least */
    const int *over; /* items whose mean replaces (MISSING_PERSON_MEAN); NULL: its own */
    isize n_over;
    struct bands bands; /* ascending, the first from lo */
    struct cutoffs cutoffs;
    struct reliables reliable;
    struct mark mark, direction_mark, missing_mark;
    struct mark how_mark; /* of `when` or `then` */
    int line;
};
struct scoredefs LIST(struct scoredef);

/* An answer that somebody must hear of. */
struct alert {
    int item;
    double from, upto; /* the answer lies in [from, upto] */
    struct str tell;   /* who hears of it */
    struct str text;   /* what it may mean */
    struct mark mark;
};
struct alerts LIST(struct alert);

struct term {
    struct str system, code;
    struct str of; /* an item's or score's id; empty: the instrument */
    struct mark mark;
};
struct terms LIST(struct term);

/* A case worked by hand: its answers and what each named score must be. */
struct worked_score {
    int score;
    double value;     /* NAN: no score */
    isize n_answered; /* -1: not said; so for the next three */
    isize n_items;
    int prorated, imputed;
    struct str band; /* empty: not said */
};
struct worked_scores LIST(struct worked_score);

struct worked {
    struct str about;
    struct answer *answer; /* one an item */
    int refused;           /* the item whose answer must be refused; -1: none */
    struct worked_scores want;
    int line;
};
struct workeds LIST(struct worked);

enum wording {
    WORDING_OWN_LABELS,
    WORDING_PUBLIC_DOMAIN,
    WORDING_OVERLAY_NEEDED,
    WORDING_N
};
extern const char *const wording_word[WORDING_N]; /* "own short labels", ... */

enum rater { RATER_SELF, RATER_CLINICIAN, RATER_ASSESSOR, RATER_TRAINER, RATER_N };
extern const char *const rater_word[RATER_N];

/* What scoring needs of an item, close together. */
struct turn {
    double lo, hi;
    bool reverse, optional;
};

struct instrument {
    const char *file;
    struct str id;
    int revision;
    struct hash hash; /* over the canonical form of the definition */
    struct str title, about, period, licence, source;
    struct str lang; /* of its texts: "en", or an overlay's */
    struct str
        translation; /* of an overlay: who translated, how far validated, its licence */
    struct str validation, wording_licence; /* of an overlay, as it says them */
    enum wording wording;
    enum rater rater;
    struct choices choices; /* shared by the items whose choices.at is this one's */
    struct items items;
    const struct turn *turn; /* one an item */
    struct scoredefs scores; /* one is made of earlier ones only */
    struct alerts alerts;
    struct terms terms;
    struct workeds cases;
    struct sources sources;
    struct facts facts; /* every fact that carries a mark, in file order */
    struct mark licence_mark, period_mark;
};

enum { INSTRUMENT_ITEMS = 200, INSTRUMENT_SCORES = 60 }; /* more are refused */

/* Errors: E_DEFINITION with the place. */
MUST_CHECK int instrument_read(const struct yaml *doc, struct instrument **out,
                               struct arena *a, struct err *e);

/* Errors also: E_NO_FILE, E_IO, E_YAML, E_TOO_BIG. */
MUST_CHECK int instrument_read_file(const char *path, struct instrument **out,
                                    struct arena *a, struct err *e);

/* Index of an item (by id, or by its number on paper) or score; -1 when there is none. */
isize instrument_item(const struct instrument *in, struct str id);
isize instrument_score(const struct instrument *in, struct str id);

/* The same for people's input. Error: E_NOT_FOUND, naming a near one. */
MUST_CHECK int instrument_item_find(const struct instrument *in, struct str id,
                                    isize *out, struct err *e);
MUST_CHECK int instrument_score_find(const struct instrument *in, struct str id,
                                     isize *out, struct err *e);

/* For the readers of its parts (scoredef.c, worked.c); all E_DEFINITION at the node.
** A score is found among those read so far. */
MUST_CHECK int instrument_item_at(const struct instrument *in, const struct yaml *v,
                                  const struct yaml *map, int *out, struct err *e);
MUST_CHECK int instrument_score_at(const struct instrument *in, const struct yaml *v,
                                   struct str id, int *out, struct err *e);
MUST_CHECK int instrument_range(struct reading *r, const struct yaml *v,
                                const struct yaml *map, struct str what, double *lo,
                                double *hi, struct err *e);

#endif
