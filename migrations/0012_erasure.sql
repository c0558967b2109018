-- 0012 erasure: whose erasure was done, by a number that tells nothing of them, so that a backup from
-- before can be put back without them.
-- Old rows: those of before are taken from the journal by the program, once (erasure_gather).
CREATE TABLE erasure (
    seq   INTEGER NOT NULL PRIMARY KEY CHECK (seq > 0),
    mark  TEXT NOT NULL,                 -- of the person, store/erasure.h
    whole INTEGER NOT NULL CHECK (whole IN (0, 1)),  -- 0: the name and free texts only
    at    TEXT NOT NULL,                 -- UTC, when it was done first
    hash  TEXT NOT NULL,                 -- of this row and the one before it
    UNIQUE (mark, whole)
) STRICT;
