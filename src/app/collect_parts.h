/* What the files of collecting share; nobody else includes it. */
#ifndef VARDE_APP_COLLECT_PARTS_H
#define VARDE_APP_COLLECT_PARTS_H

#include "app/collect.h"

/* The text of a time point; empty for -1. */
struct str collect_time(const struct collect_kit *k, isize time);
isize collect_measure(const struct collect_kit *k, struct str id); /* -1 if absent */

/* Whether the measure is one of the study's, taken at that time point. Error: E_NOT_FOUND. */
MUST_CHECK int collect_key(const struct collect_kit *k, const struct form_key *key,
                           struct err *e);
/* The same, and that the subject is a row of its table. */
MUST_CHECK int collect_place(struct db *db, const struct collect_kit *k,
                             const struct form_key *key, int pass, i64 staff, i64 link,
                             struct response_place *out, struct arena *a, struct err *e);

/* Rights of a measure at a site; a blinded viewer has none on what could tell an arm. */
bool collect_may_see(const struct act *act, const struct collect_kit *k, isize measure,
                     i64 site);
bool collect_may_enter(const struct act *act, const struct collect_kit *k, isize measure,
                       i64 site, enum response_mode mode);
int collect_hidden(struct err *e); /* E_NOT_FOUND, the same sentence always */

/* The sites where this viewer may see participants, blinded or not: one 0 for everywhere. */
struct collect_sites LIST(i64);
struct collect_sites collect_sites(const struct act *act, const struct collect_kit *k,
                                   struct arena *a);

enum form_state collect_state(i64 first, i64 second, bool paper, bool agree, bool draft);

/* The instrument of another revision, from its text as it was loaded. */
MUST_CHECK int collect_definition(struct db *db, i64 definition,
                                  const struct instrument **out, struct arena *a,
                                  struct err *e);

/* A visit as the journal has it. */
struct str visiting_json(const struct visit *v, struct arena *a);

/* Missed, cancelled, or held and closed: nothing is asked for any more. */
bool visiting_closed_for_good(const struct visit *v);
/* What waits at a visit, from its state and entries (study/asked.h). */
i64 visiting_waits(const struct study *s, const struct visit *v, struct arena tmp);
/* Inside a closure: the study as it is used now; a kit may be of before. */
MUST_CHECK int visiting_study(struct db *db, const struct act *act,
                              const struct collect_kit *k, const struct study **out,
                              struct arena *a, struct err *e);
/* A form was put in its place: its visit is held, and waits for one form less when it is the
** first entry. */
MUST_CHECK int visiting_entered(struct db *db, const struct act *act,
                                const struct collect_kit *k, const struct form_key *key,
                                const struct response_place *p, bool first, day on,
                                struct arena tmp, struct err *e);

/* Drafts, of a member of staff or of a link. */
MUST_CHECK int collect_draft_read(struct db *db, const struct collect_kit *k,
                                  const struct form_key *key, int pass, i64 staff,
                                  i64 link, i64 *version, struct form_cell **out,
                                  struct arena *a, struct err *e);
MUST_CHECK int collect_draft_save(const struct act *act, const struct collect_kit *k,
                                  const struct form_key *key, int pass, i64 link,
                                  const struct form_cell *cell, i64 *version,
                                  struct err *e);

#endif
