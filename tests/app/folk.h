/* People for tests: a house with the Norwegian study at its two sites (S1 Harbour, S2 Hill), a
** member of staff of each kind, and a key. Days are counted from the house's morning. */
#ifndef VARDE_TESTS_APP_FOLK_H
#define VARDE_TESTS_APP_FOLK_H

#include "app/allocate.h"
#include "app/apply.h"
#include "app/consent.h"
#include "folk_definitions.h"
#include "house.h"

struct folk {
    struct house h;
    struct key *key;
    i64 study;
    day today;
    i64 coordinator[2], clinician, leader, assessor, unit, manager,
        monitor; /* at S1 but [1] */
};
void folk_open(struct folk *f, const char *url, struct arena *a);
void folk_close(struct folk *f, struct arena tmp);
struct act folk_act(struct folk *f, i64 staff, struct arena *a);

/* A referral at S1 (or S2), `ago` days ago, without a name; 0 when it was refused. */
i64 folk_refer(struct folk *f, int site, int ago, struct arena *a);
/* All criteria of participants as they must be. */
int folk_screen(struct folk *f, i64 subject, int ago, struct arena *a, struct err *e);
int folk_consent(struct folk *f, i64 subject, const char *purpose, int ago, i64 *id,
                 struct arena *a, struct err *e);
int folk_happen(struct folk *f, i64 subject, enum participant_event k, int ago,
                struct arena *a, struct err *e);
/* Referred, screened, consented, enrolled: 10 days ago. */
i64 folk_enrol(struct folk *f, int site, struct arena *a);
/* The state as the coordinator of S1, else of S2, sees it. */
enum participant_state folk_state(struct folk *f, i64 subject, struct arena *a);

#endif
