-- name: journal_last
SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1;

-- name: journal_put  args: seq, at, actor, act, entity, entity_id, cell, prev, hash
INSERT INTO journal (seq, at, actor, act, entity, entity_id, cell, prev, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: journal_cell_put  args: seq, salt, before, after, why
INSERT INTO journal_cell (seq, salt, before, after, why) VALUES ($1, $2, $3, $4, $5);

-- name: journal_from  args: seq, limit
-- The chain with its cells, in order, from one row on.
SELECT j.seq, j.at, j.actor, j.act, j.entity, j.entity_id, j.cell, j.prev, j.hash,
       c.salt, c.before, c.after, c.why, c.erased
  FROM journal j LEFT JOIN journal_cell c ON c.seq = j.seq
 WHERE j.seq >= $1 ORDER BY j.seq LIMIT $2;

-- name: journal_of  args: entity, entity_id
-- Everything that happened to one thing, oldest first.
SELECT j.seq, j.at, j.actor, j.act, j.entity, j.entity_id, j.cell, j.prev, j.hash,
       c.salt, c.before, c.after, c.why, c.erased
  FROM journal j LEFT JOIN journal_cell c ON c.seq = j.seq
 WHERE j.entity = $1 AND j.entity_id = $2 ORDER BY j.seq;

-- name: journal_of_person  args: subject
-- What happened to a participant, to their answers and to their visits, oldest first.
SELECT j.seq, j.at, j.actor, j.act, j.entity, j.entity_id, j.cell, j.prev, j.hash,
       c.salt, c.before, c.after, c.why, c.erased
  FROM journal j LEFT JOIN journal_cell c ON c.seq = j.seq
 WHERE j.seq IN (SELECT a.seq FROM journal a WHERE a.entity = 'participant' AND a.entity_id = $1
       UNION ALL SELECT b.seq FROM response r JOIN journal b ON b.entity = 'response' AND b.entity_id = r.id
                  WHERE r.subject = $1 AND r.gone IS NULL
       UNION ALL SELECT d.seq FROM response r JOIN journal d ON d.entity = 'response' AND d.entity_id = r.id
                  WHERE r.subject = $1 AND r.gone IS NOT NULL
       UNION ALL SELECT f.seq FROM visit v JOIN journal f ON f.entity = 'visit' AND f.entity_id = v.id
                  WHERE v.subject = $1)
 ORDER BY j.seq;

-- name: journal_erase  args: entity, entity_id, at
UPDATE journal_cell SET salt = NULL, before = NULL, after = NULL, why = NULL, erased = $3
 WHERE erased IS NULL
   AND seq IN (SELECT seq FROM journal WHERE entity = $1 AND entity_id = $2);

-- name: journal_head_put  args: seq, at, hash, key, signature
INSERT INTO journal_head (seq, at, hash, key, signature) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (seq) DO NOTHING;

-- name: journal_head_list
SELECT seq, at, hash, key, signature FROM journal_head ORDER BY seq;

-- name: journal_latest
-- The latest instant among the last rows: the clock may have gone back between them.
SELECT MAX(at) FROM (SELECT at FROM journal ORDER BY seq DESC LIMIT 1000) AS j;
