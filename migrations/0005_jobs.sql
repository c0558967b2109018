-- 0005 jobs: long work that goes on without its page, and the tokens of other programs.
-- Old rows: there are none.
-- Instants are milliseconds since 1970 UTC.

-- Long work, in the order in which it was asked for.  While a worker has it, `worker` names the
-- claim and `lease` says until when; a job whose lease has run out belonged to a process that
-- is gone, and is taken again, `tries` times at most.
CREATE TABLE job (
    id       INTEGER PRIMARY KEY,
    kind     TEXT NOT NULL,              -- src/app/job_kinds.def
    args     TEXT NOT NULL,              -- canonical JSON
    staff    INTEGER REFERENCES staff (id),  -- who asked; NULL is the program itself
    state    TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    done     INTEGER NOT NULL CHECK (done >= 0),
    total    INTEGER NOT NULL CHECK (total >= 0),  -- 0: nobody knows
    cancel   INTEGER NOT NULL CHECK (cancel IN (0, 1)),
    result   TEXT,                       -- JSON; when it is done
    file     INTEGER REFERENCES attachment (id),   -- what there is to fetch
    error    TEXT,                       -- when it failed: a sentence
    at       INTEGER NOT NULL,
    started  INTEGER,
    ended    INTEGER,
    lease    INTEGER,
    worker   TEXT,
    tries    INTEGER NOT NULL CHECK (tries >= 0),
    CHECK ((state = 'running') = (worker IS NOT NULL)),
    CHECK ((state IN ('done', 'failed', 'cancelled')) = (ended IS NOT NULL))
) STRICT;
CREATE INDEX job_next ON job (state, id);
CREATE INDEX job_of ON job (staff, id);

-- What another program shows instead of a password: it acts as its member of staff, with the
-- rights named here at most.
CREATE TABLE token (
    id       INTEGER PRIMARY KEY,
    hash     TEXT NOT NULL UNIQUE,       -- of the token, which is kept nowhere
    staff    INTEGER NOT NULL REFERENCES staff (id),
    label    TEXT NOT NULL,              -- 'nightly export': for its owner's list
    rights   TEXT NOT NULL,              -- ',MAY_EXPORT,'; empty: all of the member's
    made     INTEGER NOT NULL,
    seen     INTEGER NOT NULL,           -- to the minute
    ends     INTEGER NOT NULL
) STRICT;
CREATE INDEX token_of ON token (staff);
