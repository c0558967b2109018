/* Who a person is: sealed, and apart from study data.
**
** Each person has a key, wrapped by the identity key of store/key.h; each field is a cell
** sealed with the person's key and bound to person and field, so rows cannot be swapped.
** A field is found by equal normal form only (Unicode NFKC, case folded, blanks joined);
** the store holds a keyed hash of it.  Whoever has the store without the key can see that
** two rows have the same value in the same field, and no more.
**
** Erasing empties the person's key and removes the rows.  What an older backup holds of
** the person is opened by no row of this store; whoever restores that backup with the key
** file has the person erased anew by app/restore.h (docs/ARCHITECTURE.md, Sealed data).
**
** The journal says that a field was changed, never from what to what.  Errors name person
** and field, never values.  Checked: tests/store/test_identity.c, on every engine. */
#ifndef VARDE_STORE_IDENTITY_H
#define VARDE_STORE_IDENTITY_H

#include "store/key.h"
#include "store/staff.h"

enum identity_form { FORM_TEXT, FORM_DAY, FORM_PHONE };
enum identity_field {
#define FIELD(name, form, text) ID_##name,
#include "store/identity_fields.def"
#undef FIELD
    ID_N
};
const char *identity_field_name(enum identity_field f); /* "birth" */
const char *identity_field_text(enum identity_field f); /* "PEOPLE_BIRTH", for text_of */

/* The form in which values are compared. Errors: E_DAY (no such day), E_RECORD (empty, no
** UTF-8, no digit in a phone number). */
MUST_CHECK int identity_normal(enum identity_field f, struct str value, struct str *out,
                               struct arena *a, struct err *e);

/* Who changes, and when (UTC). */
struct identity_act {
    i64 actor;
    struct str at;
};

/* Sets a field, in the transaction of the caller. An empty value removes it.
** Errors: E_RECORD (as identity_normal; the person was erased), E_DAY. */
MUST_CHECK int identity_put(struct db *db, const struct key *k, i64 person,
                            enum identity_field f, struct str value,
                            const struct identity_act *act, struct arena tmp,
                            struct err *e);

/* All fields of a person; those that are not there are empty. A person is a subject
** (store/subject.h): named to who holds one of `roles` today at its site, and else not there.
** Errors: E_NOT_FOUND (not for this viewer, never entered, erased), E_SEAL. */
struct identity {
    struct str at[ID_N];
};
MUST_CHECK int identity_get(struct db *db, const struct key *k, const struct viewer *who,
                            struct str roles, i64 person, struct identity *out,
                            struct arena *a, struct err *e);

/* Persons with this value in this field, of those whom the viewer may have named, by id. */
struct persons LIST(i64);
MUST_CHECK int identity_find(struct db *db, const struct key *k, const struct viewer *who,
                             struct str roles, enum identity_field f, struct str value,
                             struct persons *out, struct arena *a, struct err *e);

/* The same name and the same birth date, in the whole installation: `here` are those whom the
** viewer may have named; elsewhere: there is another. Errors: E_RECORD, E_DAY. */
MUST_CHECK int identity_twins(struct db *db, const struct key *k,
                              const struct viewer *who, struct str roles, struct str name,
                              struct str birth, struct persons *here, bool *elsewhere,
                              struct arena *a, struct err *e);

/* In the transaction of the caller; once and for all. Error: E_NOT_FOUND. */
MUST_CHECK int identity_erase(struct db *db, i64 person, const struct identity_act *act,
                              struct arena tmp, struct err *e);

#endif
