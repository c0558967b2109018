/* Responses: one answered instrument each, with its scores; what they raised; what was
** before.
**
** A response never changes.  A correction is a new row that replaces the old, which then has
** `gone`; so what stood at T is what has at <= T and is not gone by then.  `pass` 2 is the
** second entry of a paper form, by somebody else.
**
** These functions read, or write rows inside somebody's transaction; rights, scoring and the
** journal are the business of app/collect.h.  Checked: tests/app/test_collect.c. */
#ifndef VARDE_STORE_RESPONSE_H
#define VARDE_STORE_RESPONSE_H

#include "base/instant.h"
#include "store/visit.h"
#include "study/score.h"

enum response_mode { MODE_STAFF, MODE_PAPER, MODE_PARTICIPANT, MODE_IMPORT, MODE_N };
extern const char *const response_mode_word[MODE_N]; /* "staff", "paper", ... */

struct response {
    i64 id, subject, visit;   /* visit 0: none */
    struct str measure, time; /* time empty: the measure has no time points */
    int pass;                 /* 1, or 2: second entry */
    i64 definition, wording;  /* rows of `definition`; wording 0: the instrument's own */
    day day;                  /* on which the answers were given */
    enum response_mode mode;
    i64 staff;                /* who entered it; 0: the participant */
    struct str staff_name;    /* empty: the participant */
    struct str lang, answers; /* packed: study/packed.h */
    instant at, gone;         /* gone 0: it stands */
    i64 replaces;             /* 0: nothing */
    struct str reason;        /* of a correction */
};
struct responses LIST(struct response);

/* AS_NOW: what stands. */
#define AS_NOW ((instant)INT64_MAX)

/* One, standing or not. Error: E_NOT_FOUND; also when the viewer is nobody. */
MUST_CHECK int response_get(struct db *db, const struct viewer *who, i64 id,
                            struct response *out, struct arena *a, struct err *e);
/* What stood at an instant, of one subject, by measure, time and pass. */
MUST_CHECK int response_of(struct db *db, const struct viewer *who, i64 subject,
                           instant as_of, struct responses *out, struct arena *a,
                           struct err *e);
/* The two entries of one form that stand; id 0: there is none. */
MUST_CHECK int response_now(struct db *db, const struct viewer *who, i64 subject,
                            struct str measure, struct str time, struct response out[2],
                            struct arena *a, struct err *e);
/* All that ever stood in one place, the newest first. */
MUST_CHECK int response_history(struct db *db, const struct viewer *who, i64 subject,
                                struct str measure, struct str time, int pass,
                                struct responses *out, struct arena *a, struct err *e);

/* A study's responses (first entries) that stood at an instant, one after another, ordered by
** the subject's kind, code and part, then measure and time.  Read in pages of subjects, so
** memory is flat on every engine if the arena of each step is dropped; inside db_snapshot all
** of it is of one moment.
**     struct response_stream s;
**     struct response_row r;
**     TRY(response_stream(db, who, study, AS_NOW, &s, a, e));
**     for (struct arena step = *a; response_next(&s, &r, &step); step = *a) ...
**     return response_stream_end(&s, e); */
struct response_row {
    struct response r;
    struct str kind, code; /* of the subject */
    i64 part, site;
};
struct response_stream {
    struct db *db;
    i64 study;
    instant as_of;
    struct rows rows;
    char *kind, *code; /* the last subject read */
    i64 part, subjects;
    int failed;
    struct err why;
};
MUST_CHECK int response_stream(struct db *db, const struct viewer *who, i64 study,
                               instant as_of, struct response_stream *out,
                               struct arena *a, struct err *e);
bool response_next(struct response_stream *s, struct response_row *out, struct arena *a);
MUST_CHECK int response_stream_end(struct response_stream *s, struct err *e);

/* A score as it was kept. */
struct score_row {
    struct str score; /* its id in the instrument */
    double value;     /* NAN: none, by the missing rule */
    double lo, hi;
    int n_items, n_answered;
    bool prorated, imputed, short_of_all;
    struct str band;
};
struct score_rows LIST(struct score_row);
MUST_CHECK int response_scores(struct db *db, const struct viewer *who, i64 response,
                               struct score_rows *out, struct arena *a, struct err *e);

/* Scores of first entries that stand, of one subject: by measure, score, then day. */
struct score_point {
    i64 response;
    struct str measure, time;
    day day;
    struct score_row score;
};
struct score_points LIST(struct score_point);
MUST_CHECK int response_series(struct db *db, const struct viewer *who, i64 subject,
                               struct score_points *out, struct arena *a, struct err *e);

/* Inside a transaction.  Error of put: E_CHANGED, when one stands in its place. */
MUST_CHECK int response_put(struct db *db, struct response *r, struct err *e); /* id */
MUST_CHECK int response_end(struct db *db, i64 id, instant at, struct err *e);
/* n scores, one a definition. */
MUST_CHECK int response_put_scores(struct db *db, i64 response, const struct scoredef *d,
                                   const struct score *s, isize n, struct err *e);

/* What is known of a form when somebody saves it: one statement. */
struct response_place {
    i64 study, site, clinician; /* who treats the participant; 0: nobody */
    struct str kind, code;
    i64 part;
    bool collecting; /* no participant, or one whose data may still be collected */
    i64 definition;  /* of the study, as it is in use */
    struct visit_entered visit; /* id 0: none at that time point */
    i64 now[2], by[2];          /* responses that stand, by pass, and who entered them */
    bool paper;                 /* mode of the first */
    i64 draft, draft_version;   /* of `staff` or `link`; 0: none */
};
struct response_ask {
    i64 subject;
    struct str measure, time;
    int pass;        /* of the draft */
    i64 staff, link; /* whose draft; both 0: nobody's */
};
/* Error: E_NOT_FOUND. */
MUST_CHECK int response_place(struct db *db, const struct response_ask *q,
                              struct response_place *out, struct arena *a, struct err *e);

/* An answer that somebody must hear of. */
struct alert_row {
    i64 id, response, subject, study, site;
    struct str kind, code, measure, time, item;
    i64 part, staff; /* who is named; 0: the site had nobody to name */
    struct str staff_name;
    instant at, seen; /* seen 0: nobody has said so yet */
    i64 seen_by;
    struct str seen_name, note;
};
struct alert_rows LIST(struct alert_row);
/* Open ones of a study: of a site (0: everywhere), or of a member of staff (0: whoever's); by id
** behind `after`, at most `limit`. */
MUST_CHECK int alert_open(struct db *db, const struct viewer *who, i64 study, i64 site,
                          i64 staff, i64 after, isize limit, struct alert_rows *out,
                          struct arena *a, struct err *e);
/* All of one subject, open and seen, the newest first. */
MUST_CHECK int alert_of(struct db *db, const struct viewer *who, i64 subject,
                        struct alert_rows *out, struct arena *a, struct err *e);
MUST_CHECK int alert_get(struct db *db, const struct viewer *who, i64 id,
                         struct alert_row *out, struct arena *a, struct err *e);

#endif
