-- 0006 answers: visits, what was answered at them, scores, alerts, drafts, form links.
-- Old rows: there are none.
-- A response never changes: a correction is a new row that replaces it, and the old one gets
-- `gone`.  What stood at T: at <= T AND (gone IS NULL OR gone > T).

-- A day from which the time points of a study are counted: 'enrolment', 'allocation'.  One
-- holds; a corrected one is a new row.
CREATE TABLE anchor (
    id      INTEGER PRIMARY KEY,
    subject INTEGER NOT NULL REFERENCES subject (id),
    name    TEXT NOT NULL CHECK (length(name) > 0),
    day     INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    gone    INTEGER CHECK (gone >= at),
    staff   INTEGER REFERENCES staff (id)
) STRICT;
CREATE UNIQUE INDEX anchor_now ON anchor (subject, name) WHERE gone IS NULL;

-- A subject at a time point.  Planned ones move with their anchor, unless somebody moved them by
-- hand; `site` is where it is to be held, or was.
CREATE TABLE visit (
    id      INTEGER PRIMARY KEY,
    subject INTEGER NOT NULL REFERENCES subject (id),
    time    TEXT NOT NULL CHECK (length(time) > 0),
    site    INTEGER NOT NULL REFERENCES site (id),
    due     INTEGER NOT NULL,
    opens   INTEGER NOT NULL CHECK (opens <= due),
    closes  INTEGER NOT NULL CHECK (closes >= due),
    moved   INTEGER NOT NULL CHECK (moved IN (0, 1)),
    state   TEXT NOT NULL CHECK (state IN ('planned', 'held', 'missed', 'cancelled')),
    held    INTEGER CHECK ((held IS NOT NULL) = (state = 'held')),
    reason  TEXT CHECK (reason IS NOT NULL OR state NOT IN ('missed', 'cancelled')),
    UNIQUE (subject, time)
) STRICT;
CREATE INDEX visit_planned_at ON visit (site, closes, id) WHERE state = 'planned';
CREATE INDEX visit_planned ON visit (closes, id) WHERE state = 'planned';

-- One answered instrument.  `answers` is the packed form of study/packed.h.
CREATE TABLE response (
    id         INTEGER PRIMARY KEY,
    subject    INTEGER NOT NULL REFERENCES subject (id),
    visit      INTEGER REFERENCES visit (id),
    measure    TEXT NOT NULL CHECK (length(measure) > 0),
    time       TEXT NOT NULL,                  -- '' where the measure has no time points
    pass       INTEGER NOT NULL CHECK (pass IN (1, 2)),   -- 2: the second entry of a paper form
    definition INTEGER NOT NULL REFERENCES definition (id),
    wording    INTEGER REFERENCES definition (id),        -- the overlay it was read in, if one was
    day        INTEGER NOT NULL,               -- on which the answers were given
    mode       TEXT NOT NULL CHECK (mode IN ('staff', 'paper', 'participant', 'import')),
    staff      INTEGER REFERENCES staff (id),  -- who entered it; NULL: the participant
    lang       TEXT NOT NULL,
    answers    TEXT NOT NULL,
    at         INTEGER NOT NULL,
    gone       INTEGER CHECK (gone >= at),
    replaces   INTEGER REFERENCES response (id),
    reason     TEXT CHECK (replaces IS NULL OR length(reason) > 0)
) STRICT;
CREATE UNIQUE INDEX response_now ON response (subject, measure, time, pass)
    WHERE gone IS NULL;
CREATE INDEX response_before ON response (subject, measure, time, pass, at)
    WHERE gone IS NOT NULL;

-- What the answers scored when they were entered.  flags: 1 prorated, 2 a missing item was
-- replaced by a mean, 4 some items do not apply.
CREATE TABLE score (
    response   INTEGER NOT NULL REFERENCES response (id),
    score      TEXT NOT NULL,
    value      REAL,                           -- NULL: none, by the missing rule
    lo         REAL,
    hi         REAL,
    n_items    INTEGER NOT NULL,
    n_answered INTEGER NOT NULL,
    flags      INTEGER NOT NULL,
    band       TEXT,
    PRIMARY KEY (response, score)
) STRICT;

-- An answer that somebody must hear of.  `staff` is who is named; NULL when the site has
-- nobody to name, so that whoever works there sees it.
CREATE TABLE alert (
    id       INTEGER PRIMARY KEY,
    response INTEGER NOT NULL REFERENCES response (id),
    item     TEXT NOT NULL,
    subject  INTEGER NOT NULL REFERENCES subject (id),
    site     INTEGER NOT NULL REFERENCES site (id),
    staff    INTEGER REFERENCES staff (id),
    at       INTEGER NOT NULL,
    seen     INTEGER,
    seen_by  INTEGER REFERENCES staff (id) CHECK ((seen_by IS NULL) = (seen IS NULL)),
    note     TEXT,
    UNIQUE (response, item)
) STRICT;
CREATE INDEX alert_open ON alert (site, id) WHERE seen IS NULL;
CREATE INDEX alert_mine ON alert (staff, id) WHERE seen IS NULL;
CREATE INDEX alert_of ON alert (subject, id);

-- A link that opens the self-rated forms of one visit, without an account.  The token is kept
-- nowhere; this is its hash.
CREATE TABLE form_link (
    id      INTEGER PRIMARY KEY,
    hash    TEXT NOT NULL UNIQUE,
    visit   INTEGER NOT NULL REFERENCES visit (id),
    lang    TEXT NOT NULL,
    staff   INTEGER NOT NULL REFERENCES staff (id),
    at      INTEGER NOT NULL,
    ends    INTEGER NOT NULL,
    opened  INTEGER,
    used    INTEGER,                           -- every form is in, or the person said so
    revoked INTEGER
) STRICT;
CREATE INDEX form_link_of ON form_link (visit);

-- What somebody has typed and not submitted: of a member of staff, or of a form link.  It is
-- no record and goes when the form is submitted.
CREATE TABLE draft (
    id      INTEGER PRIMARY KEY,
    subject INTEGER NOT NULL REFERENCES subject (id),
    measure TEXT NOT NULL,
    time    TEXT NOT NULL,
    pass    INTEGER NOT NULL CHECK (pass IN (1, 2)),
    staff   INTEGER NOT NULL,                  -- 0: of the link
    link    INTEGER NOT NULL,                  -- 0: of the member of staff
    version INTEGER NOT NULL,
    cells   TEXT NOT NULL,                     -- as typed, in item order
    at      INTEGER NOT NULL,
    UNIQUE (subject, measure, time, pass, staff, link),
    CHECK ((staff = 0) <> (link = 0))
) STRICT;
CREATE INDEX draft_of ON draft (staff, link);
