/* What the pages of records in and out show (page_import.c, page_export.c). */
#ifndef VARDE_WEB_TRANSFER_PAGE_H
#define VARDE_WEB_TRANSFER_PAGE_H

#include "web/call.h"
#include "web/parts.h"

struct store_job;

/* The forms. */
struct transfer_start {
    struct html_links crumbs;
    struct str title, answer, action;
    struct part_notice none; /* no study: what to do */
    struct part_choices study, tables, layout, sheet;
    struct part_field why;
    struct part_date day;
    bool file;             /* files come in: a form of parts */
    struct str file_fault; /* of the field `files` */
    struct str button;
    struct part_table own; /* what this person asked for lately */
};

/* One job: how far, what came of it, what to do next. */
struct transfer_job {
    struct html_links crumbs;
    struct str title, answer;
    struct part_notice notice;
    bool waits; /* it goes on: the page looks again by itself */
    i64 at, of; /* of 0: not known */
    struct str progress;
    struct str stop;          /* path; empty: it is over */
    struct part_table counts; /* by table */
    struct part_table rows;   /* the first that matter */
    struct str more;          /* how many are not shown */
    struct html_link fetch, next;
    struct str apply, mark; /* path; empty: nothing is to be done */
    struct str apply_words; /* what will be done */
    bool help;              /* what to do when it was wrong */
};

/* For both pages. */
struct job;
void transfer_crumb(struct call *c, struct html_links *l, const char *text_id,
                    struct str path);
MUST_CHECK int transfer_studies(struct call *c, enum right right,
                                struct part_choices *out, struct err *e);
MUST_CHECK int transfer_own(struct call *c, bool in, struct part_table *out,
                            struct err *e);
/* How far it is, and how to stop it; the page comes again by itself while it is under way. */
void transfer_state(struct call *c, const struct job *j, struct str stop,
                    struct transfer_job *m);
/* The job of one's own that the path names, if it is of one of these kinds. Error: E_NOT_FOUND. */
MUST_CHECK int transfer_job(struct call *c, bool in, struct job *out, struct err *e);
/* Somebody asked for a job: who does them looks now. */
void transfer_asked(struct call *c);
/* Its file, as a download. */
MUST_CHECK int transfer_file(struct call *c, const struct job *j, const char *name,
                             const char *type, struct err *e);

#endif
