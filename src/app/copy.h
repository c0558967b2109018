/* A copy of all that is kept about a participant, for that person (General Data Protection
** Regulation, articles 15 and 20): a document to read, in plain words, and the same for other
** programs, as JSON of the shape Copy in src/web/api_schema.def.
**
** What is in it.  Every row about the person, also what no longer holds: name and contact,
** columns of the study's table, criteria, consents, events, visits, links, every answered form
** question by question with its scores and what stood there before, what is begun and not
** sent, who was told of an answer, and who entered or changed what and when.  Each subject tells
** its own: the lines TOLD of people_hooks.def, which name the tables they tell; a table with a
** person in it that no line names fails the tests.  Notes are given as they were written, and
** members of staff by the name they are known by there; nothing is said of other participants.
**
** What is not.  Hashes and sealed keys.  Who only looked: that is recorded nowhere, and the copy
** says so.  The arm, unless the study says `told: [arm]` of its participants: whoever assesses
** blinded could see the copy, and whoever enrols could learn from it what comes next.  The copy
** says that it is held back and why (article 15(4); 89(2) with national law).  What it
** says does not depend on whether there is an allocation.
**
** Making one is an act: it needs MAY_TELL_PERSON, which a blinded viewer never has, since the
** copy holds what tells an arm by itself; and it stands in the journal.  A copy of somebody who was
** erased whole is refused: nothing is left to copy.
** Checked: tests/app/test_copy.c, on every engine, in three languages. */
#ifndef VARDE_APP_COPY_H
#define VARDE_APP_COPY_H

#include "app/collect.h"
#include "app/people.h"
#include "base/text.h"
#include "report/doc.h"

/* How it reaches the person: by hand, by post, digital, other. */
enum copy_way { COPY_HAND, COPY_POST, COPY_DIGITAL, COPY_OTHER, COPY_WAYS };
extern const char *const copy_way_word[COPY_WAYS];
MUST_CHECK int copy_way_read(struct str word, enum copy_way *out, struct err *e);

enum { COPY_NOTE_MOST = 500 }; /* bytes */

struct copy_ask {
    i64 subject;
    enum lang lang; /* the person's */
    enum copy_way way;
    struct str
        note; /* to whom, what was agreed; at most COPY_NOTE_MOST; erased with the person */
};
struct copy {
    struct doc *doc; /* a letter; doc_pdf_bytes makes pages of it */
    struct str json;
    struct str code;
};
/* Right: MAY_TELL_PERSON at the site. Errors: as app/people.h; E_CONSTRAINT (erased). */
MUST_CHECK int copy_make(struct act *act, const struct key *k,
                         const struct collect_kit *kit, const struct copy_ask *in,
                         struct copy *out, struct err *e);

/* The tables that somebody tells, one after another; NULL at the end. */
extern const char *const copy_tables[];

#endif
