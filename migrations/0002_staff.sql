-- 0002 staff: services, sites, who works there, in which roles, and how they log in.
-- Old rows: there are none.
-- Instants are milliseconds since 1970 UTC, days are counts from 1970-01-01.

CREATE TABLE service (
    id      INTEGER PRIMARY KEY,
    name    TEXT NOT NULL UNIQUE CHECK (length(name) > 0)
) STRICT;

CREATE TABLE site (
    id      INTEGER PRIMARY KEY,
    service INTEGER NOT NULL REFERENCES service (id),
    name    TEXT NOT NULL CHECK (length(name) > 0),
    UNIQUE (service, name)
) STRICT;

CREATE TABLE staff (
    id       INTEGER PRIMARY KEY,
    login    TEXT NOT NULL UNIQUE,       -- small letters, see staff_login_read
    name     TEXT NOT NULL CHECK (length(name) > 0),
    language TEXT NOT NULL,
    active   INTEGER NOT NULL CHECK (active IN (0, 1))
) STRICT;

-- A role from one day to another, both counted.  Ending one on the day before it began takes
-- it back as if it had not been; the journal keeps that it was given.
CREATE TABLE staff_role (
    id      INTEGER PRIMARY KEY,
    staff   INTEGER NOT NULL REFERENCES staff (id),
    role    TEXT NOT NULL CHECK (role IN (
                'administrator', 'leader', 'coordinator', 'clinician', 'trainer',
                'fidelity assessor', 'outcome assessor', 'implementation team',
                'data manager', 'statistician', 'trial unit', 'monitor')),
    site    INTEGER REFERENCES site (id),   -- NULL: at every site
    study   TEXT,                           -- NULL: not for one study only
    starts  INTEGER NOT NULL,
    ends    INTEGER CHECK (ends >= starts - 1)
) STRICT;
CREATE INDEX staff_role_of ON staff_role (staff, starts);

-- Whoever has no row here cannot log in.
CREATE TABLE credential (
    staff   INTEGER NOT NULL PRIMARY KEY REFERENCES staff (id),
    phc     TEXT NOT NULL,               -- '$argon2id$...', salt and cost inside
    changed INTEGER NOT NULL
) STRICT;

-- The second factor.  The secret is sealed with a key that is not in the store.
CREATE TABLE totp (
    staff     INTEGER NOT NULL PRIMARY KEY REFERENCES staff (id),
    sealed    BLOB NOT NULL,
    confirmed INTEGER NOT NULL CHECK (confirmed IN (0, 1)),
    last_step INTEGER NOT NULL           -- the last one accepted: none is taken twice
) STRICT;

CREATE TABLE recovery (
    staff   INTEGER NOT NULL REFERENCES staff (id),
    hash    TEXT NOT NULL,
    used    INTEGER,                     -- when
    PRIMARY KEY (staff, hash)
) STRICT;

CREATE TABLE session (
    id      INTEGER PRIMARY KEY,
    hash    TEXT NOT NULL UNIQUE,        -- of the token, which is kept nowhere
    staff   INTEGER NOT NULL REFERENCES staff (id),
    label   TEXT NOT NULL,               -- 'Firefox on Linux': for its owner's list
    made    INTEGER NOT NULL,
    seen    INTEGER NOT NULL,
    ends    INTEGER NOT NULL
) STRICT;
CREATE INDEX session_of ON session (staff);

-- Failed attempts under a name or from an address; what was typed is kept as a keyed hash,
-- because people type passwords into the wrong field.
CREATE TABLE failure (
    what    TEXT NOT NULL PRIMARY KEY,
    n       INTEGER NOT NULL CHECK (n >= 0),
    last    INTEGER NOT NULL
) STRICT;

-- A token that sets a password once: for one person, or (staff NULL) for the first
-- administrator of an empty store.
CREATE TABLE invitation (
    hash    TEXT NOT NULL PRIMARY KEY,
    staff   INTEGER REFERENCES staff (id),
    ends    INTEGER NOT NULL
) STRICT;

-- What this installation has set otherwise than src/app/login_rule.def.
CREATE TABLE login_rule (
    name    TEXT NOT NULL PRIMARY KEY,
    value   INTEGER NOT NULL
) STRICT;
