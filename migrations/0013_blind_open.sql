-- 0013 blind_open: what of a study somebody who is blinded may see, as its definition says
-- (`reveals: nothing`); the engine reads it here (src/store/guard.def).  Written when a study is taken
-- into use and when a program starts; what has no row is not shown.
-- Old rows: there are none; the program that runs this step starts by writing them.
CREATE TABLE blind_open (
    study INTEGER NOT NULL REFERENCES study (id),
    kind  TEXT NOT NULL CHECK (kind IN ('words', 'clinician', 'table', 'column', 'measure', 'time')),
    name  TEXT NOT NULL,                 -- 'consumers.age', 'honos', 't1'; of words and clinician ''
    PRIMARY KEY (study, kind, name)
) STRICT;

-- Whether what came of a job may be read is asked of each file.
CREATE INDEX job_file ON job (file) WHERE file IS NOT NULL;
