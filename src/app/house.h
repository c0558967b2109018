/* One running installation: its data folder, key, store and definitions, and what requests
** share of them.
**
** The data folder holds varde.yaml (which store, which key file), the SQLite store when it
** is one, attachments and the lock.  The key file lies outside it (store/key.h).  Whoever
** opens a house to write holds the lock of its folder before the store is opened, brings
** the store to this program's schema, and owns the one writer; a house for reading changes
** nothing and may be opened while another writes.
**
** Readers are lent, one to a thread at a time; a blinded viewer gets one of the blinded.
** The clock is the house's, so that tests give their own.
** Checked: tests/cli/test_serve.c, tests/web/test_call.c. */
#ifndef VARDE_APP_HOUSE_H
#define VARDE_APP_HOUSE_H

#include "app/login.h"
#include "store/key.h"
#include "study/library.h"

struct house_config {
    const char *folder; /* the data folder; NULL: "varde-data" */
    const char *store;  /* "sqlite:..." or "postgresql://..."; NULL: of varde.yaml, or
                             ** when made: varde.db in the folder */
    const char *key;    /* the key file; NULL: of varde.yaml, or when made: FOLDER.key */
    const char *definitions; /* folder of definitions; NULL: none are read */
    bool reading;            /* no lock, no migration, no writer */
    instant (*clock)(void);  /* NULL: the system's */
};

struct house;

/* A new installation: folder, key (one that is there already is kept and used), store,
** varde.yaml.  Leaves it closed. Errors: E_CONSTRAINT when there is one; as house_open. */
MUST_CHECK int house_make(const struct house_config *c, struct err *e);

/* Errors: E_NO_FILE (no installation in that folder), E_BUSY (another program writes it),
** E_KEY (no key file, or of another store), E_REVISION (the store is newer than the
** program), E_DB, E_IO, E_DEFINITION. */
MUST_CHECK int house_open(const struct house_config *c, struct house **out,
                          struct err *e);
void house_close(struct house *h); /* NULL is fine; no reader may be lent then */

/* Names, for as long as the house is open. */
const char *house_folder(const struct house *h);
const char *house_store(const struct house *h); /* may hold a password: never shown */
const char *house_key_path(const struct house *h);
struct str house_id(const struct house *h); /* of the store, made once: 32 letters */

const struct key *house_key(const struct house *h);
struct attachment_box;
const struct attachment_box *house_box(const struct house *h); /* of its attachments */
struct writer *house_writer(struct house *h);                  /* NULL when reading */
const struct library *house_library(
    const struct house *h); /* empty without definitions */
struct tally;
struct tally *house_tally(struct house *h); /* app/tally.h */
instant house_now(const struct house *h);
instant house_clock(void); /* the system's */
/* People who had come back by another way than `varde restore` and were erased anew, when it was
** opened. */
i64 house_erased_again(const struct house *h);
day house_today(instant now); /* in the time zone of this machine */

/* A study of the store with its instruments, as it is used now: read once and kept, shared by all
** threads, good until the house is closed; a new revision gives a new one.  `db`: any reader
** of this house; one small statement asks whether it is still the same.
** Errors: E_NOT_FOUND (no such study), E_DEFINITION. */
struct collect_kit;
struct protocol;
MUST_CHECK int house_study(struct house *h, struct db *db, i64 study,
                           const struct collect_kit **out, struct err *e);
/* The same with its plan; dir is NULL. */
MUST_CHECK int house_protocol(struct house *h, struct db *db, i64 study,
                              const struct protocol **out, struct err *e);
/* A measure's instrument in a language: with the wording that was loaded into the store for it, else
** as it is. *wording: its definition row, 0: the instrument's own. */
const struct instrument *house_wording(struct house *h, const struct collect_kit *kit,
                                       isize measure, struct str lang, i64 *wording);

/* A connection for reading. Never shared; given back by the same or another thread.
** Errors: E_DB. */
MUST_CHECK int house_reader(struct house *h, bool blinded, struct db **out,
                            struct err *e);
void house_reader_back(struct house *h, bool blinded, struct db *db); /* NULL is fine */

/* What log-in works with; its rules are those of the last house_tidy or house_rules. */
struct login_kit house_kit(struct house *h);
/* Reads the rules of log-in again: after one was set. */
MUST_CHECK int house_rules(struct house *h, struct err *e);

/* What a server does now and then (each minute): takes away what is over (invitations, sessions,
** forgotten drafts), reads the rules again; once a day signs the journal and sweeps (app/sweep.h). */
MUST_CHECK int house_tidy(struct house *h, struct err *e);

/* The list of erasures in the data folder is made as the store's is: after each erasure, at the start,
** and each hour, since it says up to when it is whole.  Errors: E_IO, E_DB; house_tidy tries
** again. */
MUST_CHECK int house_list_erasures(struct house *h, struct err *e);

/* varde.yaml of a data folder, with the key's whole path: for house_make and app/restore.h. */
MUST_CHECK int house_settings(const char *folder, const char *store, const char *key,
                              struct arena tmp, struct err *e);

/* An act of the program itself (nobody is logged in), with a reader that the caller
** lent. */
struct act house_self(struct house *h, struct db *db, struct arena *a);

#endif
