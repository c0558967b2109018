-- 0003 seal: who a person is, sealed and apart from study data; attachments.
-- Old rows: there are none.

-- The key of one person, wrapped by the identity key, which is outside the store.  Erasing
-- empties it: what it sealed can then not be opened any more.  The row stays, so that the
-- person is not written again.
CREATE TABLE identity_key (
    person    INTEGER NOT NULL PRIMARY KEY,
    sealed    BLOB,
    erased    TEXT,                      -- when, if it was
    CHECK ((sealed IS NULL) = (erased IS NOT NULL))
) STRICT;

-- One row a field; `find` is a keyed hash of the normal form, so that equal values are found
-- and nothing else is.
CREATE TABLE identity (
    person    INTEGER NOT NULL REFERENCES identity_key (person),
    field     TEXT NOT NULL,             -- identity_fields.def
    sealed    BLOB NOT NULL,
    find      TEXT NOT NULL,
    PRIMARY KEY (person, field)
) STRICT;
CREATE INDEX identity_find ON identity (find);

-- A file beside the store, sealed with a key of its own, which is wrapped here.
CREATE TABLE attachment (
    id        INTEGER PRIMARY KEY,
    file      TEXT NOT NULL UNIQUE,      -- random; says nothing
    kind      TEXT NOT NULL,             -- attachment_kinds.def, by content
    size      INTEGER NOT NULL CHECK (size >= 0),
    hash      TEXT NOT NULL,             -- of the content, keyed
    sealed    BLOB NOT NULL,
    at        TEXT NOT NULL
) STRICT;
