-- 0010 job_blinded: whether a job was done over a blinded connection, so that somebody who is blinded
-- by now may read what came of it.
-- Old rows: 0, since nobody knows; who is blinded does not see what came of them.
ALTER TABLE job ADD COLUMN blinded INTEGER NOT NULL DEFAULT 0 CHECK (blinded IN (0, 1));
