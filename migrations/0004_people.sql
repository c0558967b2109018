-- 0004 people: definitions with their text, studies and their sites, who and what is measured,
-- participants from referral to the end, criteria, consents, allocations.
-- Old rows: there are none.
-- Instants are milliseconds since 1970 UTC, days are counts from 1970-01-01. Facts are appended:
-- `at` is when a row was entered, `gone` when it stopped to hold (NULL: it holds), so what held at
-- T is: at <= T AND (gone IS NULL OR gone > T).

-- Every text that a record may have been made under, as it was loaded, for good.
CREATE TABLE definition (
    id       INTEGER PRIMARY KEY,
    kind     TEXT NOT NULL CHECK (kind IN (
                 'study', 'plan', 'instrument', 'overlay', 'programme', 'strategy')),
    name     TEXT NOT NULL CHECK (length(name) > 0),
    revision INTEGER NOT NULL CHECK (revision > 0),
    hash     TEXT NOT NULL,              -- of the canonical form, study/library.h
    text     TEXT NOT NULL,              -- the YAML, every byte
    at       INTEGER NOT NULL,
    UNIQUE (kind, name, revision),
    UNIQUE (kind, name, hash)
) STRICT;

CREATE TABLE study (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    definition INTEGER NOT NULL REFERENCES definition (id),
    plan       INTEGER REFERENCES definition (id)
) STRICT;

-- Which definitions a study uses, and from when to when: study, plan, programme, instruments.
CREATE TABLE study_uses (
    study      INTEGER NOT NULL REFERENCES study (id),
    definition INTEGER NOT NULL REFERENCES definition (id),
    at         INTEGER NOT NULL,
    gone       INTEGER,
    PRIMARY KEY (study, definition, at)
) STRICT;

-- The sites that take part, under the code that the study's definition and records use.
CREATE TABLE study_site (
    study INTEGER NOT NULL REFERENCES study (id),
    site  INTEGER NOT NULL REFERENCES site (id),
    code  TEXT NOT NULL CHECK (length(code) > 0),
    PRIMARY KEY (study, site),
    UNIQUE (study, code)
) STRICT;

-- The last number given under a pattern of codes.
CREATE TABLE code_last (
    study INTEGER NOT NULL REFERENCES study (id),
    stem  TEXT NOT NULL,
    n     INTEGER NOT NULL,
    PRIMARY KEY (study, stem)
) STRICT;

-- A row of one of the study's tables: who or what is measured.
CREATE TABLE subject (
    id    INTEGER PRIMARY KEY,
    study INTEGER NOT NULL REFERENCES study (id),
    kind  TEXT NOT NULL,                 -- id of the table: 'consumers', 'clinicians'
    code  TEXT NOT NULL CHECK (length(code) > 0),
    part  INTEGER NOT NULL CHECK (part >= 0),   -- second key; 0: none
    site  INTEGER NOT NULL REFERENCES site (id),
    staff INTEGER REFERENCES staff (id), -- who of the house it is, if anybody
    at    INTEGER NOT NULL,
    gone  INTEGER,
    UNIQUE (study, kind, code, part)
) STRICT;
CREATE INDEX subject_at_site ON subject (study, kind, site, code, part);

-- A column of the study's table; the latest row that has not gone is its value.
CREATE TABLE attribute (
    id      INTEGER PRIMARY KEY,
    subject INTEGER NOT NULL REFERENCES subject (id),
    name    TEXT NOT NULL,
    value   TEXT NOT NULL,
    at      INTEGER NOT NULL,
    gone    INTEGER,
    staff   INTEGER REFERENCES staff (id)
) STRICT;
CREATE INDEX attribute_of ON attribute (subject, name, at);

-- A subject that is followed from referral on.  study, site and code are the subject's again:
-- lists are sought by them, and one function writes both.
CREATE TABLE participant (
    subject   INTEGER NOT NULL PRIMARY KEY REFERENCES subject (id),
    study     INTEGER NOT NULL REFERENCES study (id),
    site      INTEGER NOT NULL REFERENCES site (id),
    code      TEXT NOT NULL,
    state     TEXT NOT NULL CHECK (state IN (
                  'referred', 'screening', 'eligible', 'ineligible', 'declined', 'enrolled',
                  'not started', 'dropped out', 'completed', 'died', 'erased')),
    since     INTEGER NOT NULL,          -- day of the event that led there
    clinician INTEGER REFERENCES staff (id),
    data      TEXT NOT NULL CHECK (data IN ('open', 'keep', 'stop', 'erase', 'erased')),
    UNIQUE (study, code)
) STRICT;
CREATE INDEX participant_state ON participant (study, state, code);
CREATE INDEX participant_site ON participant (study, site, code);
CREATE INDEX participant_site_state ON participant (study, site, state, code);
CREATE INDEX participant_clinician ON participant (study, clinician, code);

-- How many are in each state, kept with every change: counting a million takes too long.
CREATE TABLE participant_count (
    study INTEGER NOT NULL REFERENCES study (id),
    site  INTEGER NOT NULL REFERENCES site (id),
    state TEXT NOT NULL,
    n     INTEGER NOT NULL CHECK (n >= 0),
    PRIMARY KEY (study, site, state)
) STRICT;

-- What happened.  The state follows from the rows that hold (store/participant_step.def); one
-- that was entered by mistake is gone, with who and why.
CREATE TABLE participant_event (
    id          INTEGER PRIMARY KEY,
    participant INTEGER NOT NULL REFERENCES participant (subject),
    kind        TEXT NOT NULL,
    day         INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    staff       INTEGER REFERENCES staff (id),
    reason      TEXT,                    -- a code of the study's reasons
    note        TEXT,                    -- free text
    site        INTEGER REFERENCES site (id),   -- where, of a referral or a transfer
    clinician   INTEGER REFERENCES staff (id),  -- whom, of a change of clinician
    gone        INTEGER,
    gone_staff  INTEGER REFERENCES staff (id),
    gone_why    TEXT
) STRICT;
CREATE INDEX participant_event_of ON participant_event (participant, id);

-- One answer to one criterion; a later one makes the earlier gone.
CREATE TABLE criterion (
    id          INTEGER PRIMARY KEY,
    participant INTEGER NOT NULL REFERENCES participant (subject),
    criterion   TEXT NOT NULL,           -- its id in the study's definition
    met         TEXT NOT NULL CHECK (met IN ('met', 'not met', 'not known')),
    reason      TEXT,
    day         INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    staff       INTEGER REFERENCES staff (id),
    gone        INTEGER
) STRICT;
CREATE INDEX criterion_of ON criterion (participant, id);

CREATE TABLE consent (
    id              INTEGER PRIMARY KEY,
    participant     INTEGER NOT NULL REFERENCES participant (subject),
    purpose         TEXT NOT NULL,       -- its id in the study's definition
    version         TEXT NOT NULL,
    how             TEXT NOT NULL CHECK (how IN ('paper', 'electronic', 'oral')),
    giver           TEXT NOT NULL CHECK (giver IN ('self', 'guardian', 'witness')),
    witness         INTEGER REFERENCES staff (id),
    day             INTEGER NOT NULL,
    at              INTEGER NOT NULL,
    staff           INTEGER REFERENCES staff (id),
    withdrawn_day   INTEGER,
    withdrawn_at    INTEGER,
    withdrawn_staff INTEGER REFERENCES staff (id),
    effect          TEXT CHECK (effect IN ('keep', 'stop', 'erase')),
    withdrawn_why   TEXT,
    gone            INTEGER,             -- entered by mistake
    CHECK ((withdrawn_at IS NULL) = (effect IS NULL)),
    CHECK (how <> 'oral' OR witness IS NOT NULL)
) STRICT;
CREATE INDEX consent_of ON consent (participant, id);

-- Who is in which arm: guarded, read by nobody who is blinded and nobody who enrols.  Appended:
-- a correction is a row, and makes the one before it gone.
CREATE TABLE allocation (
    id          INTEGER PRIMARY KEY,
    participant INTEGER NOT NULL REFERENCES participant (subject),
    arm         TEXT NOT NULL,           -- of the study's definition
    kind        TEXT NOT NULL CHECK (kind IN ('allocation', 'correction')),
    day         INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    staff       INTEGER REFERENCES staff (id),
    reason      TEXT,
    gone        INTEGER,
    CHECK (kind = 'allocation' OR reason IS NOT NULL)
) STRICT;
CREATE INDEX allocation_of ON allocation (participant, id);
CREATE UNIQUE INDEX allocation_one ON allocation (participant) WHERE gone IS NULL;
