-- name: erasure_last
SELECT seq, hash FROM erasure ORDER BY seq DESC LIMIT 1;

-- name: erasure_count
SELECT COUNT(*) FROM erasure;

-- name: erasure_has  args: mark, whole
SELECT COUNT(*) FROM erasure WHERE mark = $1 AND whole = $2;

-- name: erasure_put  args: seq, mark, whole, at, hash
INSERT INTO erasure (seq, mark, whole, at, hash) VALUES ($1, $2, $3, $4, $5);

-- name: erasure_list
SELECT mark, whole, at, hash FROM erasure ORDER BY seq;

-- name: erasure_origin  args: subject
-- What a person's mark is made of; the row of the journal by which they came in.
SELECT p.subject, s.at, j.hash
  FROM participant p JOIN subject s ON s.id = p.subject
       LEFT JOIN journal j ON j.entity = 'participant' AND j.entity_id = p.subject
                          AND j.act = 'participant.refer'
 WHERE p.subject = $1 ORDER BY j.seq LIMIT 1;

-- name: erasure_origins  args: after, limit
SELECT p.subject, s.at,
       (SELECT j.hash FROM journal j
         WHERE j.entity = 'participant' AND j.entity_id = p.subject
           AND j.act = 'participant.refer' ORDER BY j.seq LIMIT 1)
  FROM participant p JOIN subject s ON s.id = p.subject
 WHERE p.subject > $1 ORDER BY p.subject LIMIT $2;

-- name: erasure_done
-- Those that the journal tells of, in their order.
SELECT j.entity_id, j.at, c.after FROM journal j JOIN journal_cell c ON c.seq = j.seq
 WHERE j.entity = 'participant' AND j.act = 'participant.erase' ORDER BY j.seq;
