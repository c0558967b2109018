-- 0014 saves: the same rows and rules, cheaper to write.
-- SQLite makes a table of its own for each CHECK with a list of more than two words, at each row; a
-- comparison with each word needs none.  A table of scores that is its own index is written once a
-- score and not twice.
-- Old rows: as they were, every one.
ALTER TABLE response ADD COLUMN way TEXT NOT NULL DEFAULT 'import'
    CHECK (way = 'staff' OR way = 'participant' OR way = 'paper' OR way = 'import');
UPDATE response SET way = mode;
ALTER TABLE response DROP COLUMN mode;
ALTER TABLE response RENAME COLUMN way TO mode;

ALTER TABLE visit ADD COLUMN became TEXT NOT NULL DEFAULT 'planned'
    CHECK (became = 'held' OR became = 'planned' OR became = 'missed' OR became = 'cancelled');
ALTER TABLE visit ADD COLUMN held_on INTEGER CHECK ((held_on IS NOT NULL) = (became = 'held'));
ALTER TABLE visit ADD COLUMN why TEXT
    CHECK (why IS NOT NULL OR (became <> 'missed' AND became <> 'cancelled'));
UPDATE visit SET became = state, held_on = held, why = reason;
ALTER TABLE visit DROP COLUMN held;
ALTER TABLE visit DROP COLUMN reason;
ALTER TABLE visit DROP COLUMN state;
ALTER TABLE visit RENAME COLUMN became TO state;
ALTER TABLE visit RENAME COLUMN held_on TO held;
ALTER TABLE visit RENAME COLUMN why TO reason;

CREATE TABLE score_of (
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
) STRICT, WITHOUT ROWID;
INSERT INTO score_of (response, score, value, lo, hi, n_items, n_answered, flags, band)
SELECT response, score, value, lo, hi, n_items, n_answered, flags, band FROM score
 ORDER BY response, score;
DROP TABLE score;
ALTER TABLE score_of RENAME TO score;
