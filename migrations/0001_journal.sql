-- 0001 journal: the store's own account of itself, and of every change.
-- Old rows: there are none.

-- One row a migration that has run, with the hash of its text.
CREATE TABLE migration (
    step    INTEGER NOT NULL PRIMARY KEY,
    name    TEXT NOT NULL,
    hash    TEXT NOT NULL,
    at      TEXT NOT NULL
) STRICT;

-- What this store is: its own id, made once.
CREATE TABLE meta (
    key     TEXT NOT NULL PRIMARY KEY,
    value   TEXT NOT NULL
) STRICT;

-- Every change: who, when, what.  seq has no gaps; each row's hash covers the row before it and
-- the hash of its cell, so no row can be changed, left out or put in.
CREATE TABLE journal (
    seq       INTEGER NOT NULL PRIMARY KEY CHECK (seq > 0),
    at        TEXT NOT NULL,             -- UTC, 2026-11-22T13:43:48.123Z
    actor     INTEGER,                   -- staff; NULL is the program itself
    act       TEXT NOT NULL,             -- 'answers.submit'
    entity    TEXT NOT NULL,             -- 'participant'
    entity_id INTEGER NOT NULL,
    cell      TEXT NOT NULL,             -- hash over salt and content of the cell
    prev      TEXT NOT NULL,
    hash      TEXT NOT NULL
) STRICT;
CREATE INDEX journal_of ON journal (entity, entity_id, seq);

-- What was changed, apart, so that a person can be erased and the chain still holds: erasing
-- empties a cell and its salt; the chain keeps only a hash that can then no longer be guessed.
CREATE TABLE journal_cell (
    seq       INTEGER NOT NULL PRIMARY KEY REFERENCES journal (seq),
    salt      TEXT,
    before    TEXT,                      -- canonical JSON; NULL when the thing was new
    after     TEXT,                      -- NULL when it went away
    why       TEXT,
    erased    TEXT                       -- when, if it was
) STRICT;

-- The signed head, once a day: a copy outside the store proves the chain up to it.
CREATE TABLE journal_head (
    seq       INTEGER NOT NULL PRIMARY KEY REFERENCES journal (seq),
    at        TEXT NOT NULL,
    hash      TEXT NOT NULL,
    key       TEXT NOT NULL,
    signature TEXT NOT NULL
) STRICT;
