-- name: job_put  args: kind, args, staff, now
INSERT INTO job (kind, args, staff, state, done, total, cancel, at, tries)
VALUES ($1, $2, $3, 'waiting', 0, 0, 0, $4, 0) RETURNING id;

-- name: job_claim  args: now, lease, worker, tries, far
-- The oldest that waits or whose worker is gone; a lease beyond `far` was given before the clock
-- went back.  Of two that take it at once one is too late:
-- SQLite has one writer, PostgreSQL refuses the second's transaction, which then runs again.
UPDATE job SET state = 'running', worker = $3, lease = $2, tries = tries + 1,
               started = COALESCE(started, $1), done = 0, total = 0
 WHERE id = (SELECT MIN(id) FROM job
              WHERE (state = 'waiting' OR (state = 'running' AND (lease <= $1 OR lease > $5)))
                AND tries < $4)
RETURNING id;

-- name: job_give_up  args: now, tries, error, far
-- Those that outlived their last worker too: whoever takes them does not live to end them.
UPDATE job SET state = 'failed', error = $3, ended = $1, worker = NULL, lease = NULL
 WHERE state = 'running' AND (lease <= $1 OR lease > $4) AND tries >= $2;

-- name: job_count  args: state
SELECT COUNT(*) FROM job WHERE state = $1;

-- name: job_free_all
-- When this is the only process that works on the store: what runs, runs nowhere.
UPDATE job SET lease = 0 WHERE state = 'running';

-- name: job_beat  args: id, worker, done, total, lease
UPDATE job SET done = $3, total = $4, lease = $5
 WHERE id = $1 AND worker = $2 AND state = 'running' RETURNING cancel;

-- name: job_end  args: id, worker, state, result, file, error, now, blinded
UPDATE job SET state = $3, result = $4, file = $5, error = $6, ended = $7,
               blinded = $8, worker = NULL, lease = NULL
 WHERE id = $1 AND worker = $2 AND state = 'running';

-- name: job_back  args: id, worker
-- A server that stops hands back what it had not ended; it does not count as a try.
UPDATE job SET state = 'waiting', worker = NULL, lease = NULL, tries = tries - 1
 WHERE id = $1 AND worker = $2 AND state = 'running';

-- name: job_cancel  args: id, now
-- One that waits is over at once; one that runs is told.
UPDATE job SET cancel = 1,
       ended = CASE WHEN state = 'waiting' THEN $2 ELSE ended END,
       state = CASE WHEN state = 'waiting' THEN 'cancelled' ELSE state END
 WHERE id = $1 AND state IN ('waiting', 'running');

-- name: job_get  args: id
SELECT id, kind, args, staff, state, done, total, cancel, result, file, error,
       at, started, ended, tries, blinded
  FROM job WHERE id = $1;

-- name: job_of  args: staff, before, limit
-- Somebody's jobs, the last first.
SELECT id, kind, args, staff, state, done, total, cancel, result, file, error,
       at, started, ended, tries, blinded
  FROM job WHERE staff = $1 AND id < $2 ORDER BY id DESC LIMIT $3;

-- name: job_all  args: before, limit
SELECT id, kind, args, staff, state, done, total, cancel, result, file, error,
       at, started, ended, tries, blinded
  FROM job WHERE id < $1 ORDER BY id DESC LIMIT $2;

-- name: job_counts
SELECT state, COUNT(*) FROM job GROUP BY state ORDER BY state;

-- name: job_ready  args: now, far
-- Whether there is anything to claim; answered by a reader, so that looking costs no turn of
-- the writer.
SELECT COUNT(*) FROM job 
 WHERE state = 'waiting' OR (state = 'running' AND (lease <= $1 OR lease > $2));

-- name: job_over  args: before
-- Uploads, rehearsals and exports that were kept long enough, with their files.
SELECT id, file, args FROM job
 WHERE kind IN ('document', 'export', 'rehearsal', 'import') AND at < $1
   AND state IN ('done', 'failed', 'cancelled') ORDER BY id LIMIT 100;

-- name: job_stop_exports
-- Somebody is erased who may be in them.
UPDATE job SET cancel = 1 WHERE kind = 'export' AND state IN ('waiting', 'running');

-- name: job_copies  args: all
-- Exports that are over; with 1 all that came in or goes out, whatever its state.
SELECT id, file, args FROM job
 WHERE ($1 = 1 AND kind IN ('export', 'rehearsal', 'import'))
    OR (kind = 'export' AND state IN ('done', 'failed', 'cancelled')) ORDER BY id;

-- name: job_forget  args: id
DELETE FROM job WHERE id = $1;
