-- name: visit_put  args: subject, time, site, due, opens, closes, moved, state, held, reason, waits, waits_on
INSERT INTO visit (subject, time, site, due, opens, closes, moved, state, held, reason, waits,
                   waits_on)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id;

-- name: visit_set  args: id, site, due, opens, closes, moved, state, held, reason, waits, waits_on
UPDATE visit SET site = $2, due = $3, opens = $4, closes = $5, moved = $6, state = $7,
       held = $8, reason = $9, waits = $10, waits_on = $11
 WHERE id = $1;

-- name: visit_hold  args: id, held
-- With its first response. Why it had been missed or cancelled stays: the rest is not asked for.
UPDATE visit SET state = 'held', held = $2 WHERE id = $1 AND state <> 'held';

-- name: visit_hold_waits  args: id, held, waits
-- The same, and fewer forms wait, of the same people: no index is touched.
UPDATE visit SET state = 'held', held = $2, waits = $3 WHERE id = $1;

-- name: visit_hold_waits_on  args: id, held, waits, waits_on
UPDATE visit SET state = 'held', held = $2, waits = $3, waits_on = $4 WHERE id = $1;

-- name: visit_waits  args: id, waits
UPDATE visit SET waits = $2 WHERE id = $1;

-- name: visit_waits_on  args: id, waits, waits_on
UPDATE visit SET waits = $2, waits_on = $3 WHERE id = $1;

-- name: visit_answered  args: subject, time
-- The measures that have a first entry at a time point.
SELECT measure FROM response
 WHERE subject = $1 AND time = $2 AND pass = 1 AND gone IS NULL;

-- name: visit_last
SELECT COALESCE(MAX(id), 0) FROM visit;

-- name: visit_counting  args: after, upto
-- Visits by id, with the measures that have a first entry at them: to count what waits.
SELECT v.id, s.study, s.kind, v.time, v.state, v.reason, v.waits, v.waits_on, r.measure
  FROM visit v JOIN subject s ON s.id = v.subject
  LEFT JOIN response r ON r.subject = v.subject AND r.time = v.time AND r.pass = 1
        AND r.gone IS NULL
 WHERE v.id > $1 AND v.id <= $2
 ORDER BY v.id;

-- name: visit_uncounted
-- The first one that nobody has counted since the store has counts.
SELECT id FROM visit WHERE waits_on > 0 AND waits_on * 1000000 + closes - opens >= 32000000
 LIMIT 1;

-- name: visit_get  args: id
SELECT v.id, v.subject, v.site, s.kind, s.code, s.part, v.time, v.due, v.opens, v.closes,
       v.moved, v.state, v.held, v.reason, r.id, r.measure, r.mode, q.id,
       CASE WHEN q.answers = r.answers THEN 1 ELSE 0 END, s.study, v.waits
  FROM visit v JOIN subject s ON s.id = v.subject
  LEFT JOIN response r ON r.subject = v.subject AND r.time = v.time AND r.pass = 1
        AND r.gone IS NULL
  LEFT JOIN response q ON q.subject = r.subject AND q.measure = r.measure
        AND q.time = r.time AND q.pass = 2 AND q.gone IS NULL
 WHERE v.id = $1;

-- name: visit_of  args: subject
SELECT v.id, v.subject, v.site, s.kind, s.code, s.part, v.time, v.due, v.opens, v.closes,
       v.moved, v.state, v.held, v.reason, r.id, r.measure, r.mode, q.id,
       CASE WHEN q.answers = r.answers THEN 1 ELSE 0 END, s.study, v.waits
  FROM visit v JOIN subject s ON s.id = v.subject
  LEFT JOIN response r ON r.subject = v.subject AND r.time = v.time AND r.pass = 1
        AND r.gone IS NULL
  LEFT JOIN response q ON q.subject = r.subject AND q.measure = r.measure
        AND q.time = r.time AND q.pass = 2 AND q.gone IS NULL
 WHERE v.subject = $1 ORDER BY v.due, v.id;

-- name: visit_lanes
-- For whom visits wait, and for how many days they are open: a few numbers, each sought behind the one
-- before.
WITH RECURSIVE k (lane) AS (
    SELECT MIN(v.waits_on * 1000000 + v.closes - v.opens) FROM visit v WHERE v.waits_on > 0
     UNION ALL
    SELECT (SELECT MIN(v.waits_on * 1000000 + v.closes - v.opens) FROM visit v
             WHERE v.waits_on > 0 AND v.waits_on * 1000000 + v.closes - v.opens > k.lane)
      FROM k WHERE k.lane IS NOT NULL)
SELECT lane FROM k WHERE lane IS NOT NULL;

-- name: visit_lanes_site  args: site
WITH RECURSIVE k (lane) AS (
    SELECT MIN(v.waits_on * 1000000 + v.closes - v.opens) FROM visit v
     WHERE v.waits_on > 0 AND v.site = $1
     UNION ALL
    SELECT (SELECT MIN(v.waits_on * 1000000 + v.closes - v.opens) FROM visit v
             WHERE v.waits_on > 0 AND v.site = $1
               AND v.waits_on * 1000000 + v.closes - v.opens > k.lane)
      FROM k WHERE k.lane IS NOT NULL)
SELECT lane FROM k WHERE lane IS NOT NULL;

-- name: visit_due_site  args: study, site, opened_by, closed_by, after_closes, after_id, limit, lane
-- Visits of one site and lane, the most urgent first, each with the first entries that stand.
SELECT v.id, v.subject, v.site, v.kind, v.code, v.part, v.time, v.due, v.opens, v.closes,
       v.moved, v.state, v.held, v.reason, r.id, r.measure, r.mode, q.id,
       CASE WHEN q.answers = r.answers THEN 1 ELSE 0 END, v.study, v.waits
  FROM (SELECT w.id, w.subject, w.site, s.kind, s.code, s.part, w.time, w.due, w.opens,
               w.closes, w.moved, w.state, w.held, w.reason, w.waits, s.study
          FROM visit w JOIN subject s ON s.id = w.subject
          LEFT JOIN participant p ON p.subject = w.subject
         WHERE w.waits_on > 0 AND w.site = $2
           AND w.waits_on * 1000000 + w.closes - w.opens = $8
           AND w.opens <= $3 AND w.closes <= $4
           AND (w.closes, w.id) > ($5, $6) AND +s.study = $1
           AND (p.subject IS NULL OR (p.data = 'open' AND p.state <> 'died'))
         ORDER BY w.closes, w.id LIMIT $7) v
  LEFT JOIN response r ON r.subject = v.subject AND r.time = v.time AND r.pass = 1
        AND r.gone IS NULL
  LEFT JOIN response q ON q.subject = r.subject AND q.measure = r.measure
        AND q.time = r.time AND q.pass = 2 AND q.gone IS NULL
 ORDER BY v.closes, v.id;

-- name: visit_due_all  args: study, opened_by, closed_by, after_closes, after_id, limit, lane
-- The plus keeps the planner from going through all subjects of the study first.
SELECT v.id, v.subject, v.site, v.kind, v.code, v.part, v.time, v.due, v.opens, v.closes,
       v.moved, v.state, v.held, v.reason, r.id, r.measure, r.mode, q.id,
       CASE WHEN q.answers = r.answers THEN 1 ELSE 0 END, v.study, v.waits
  FROM (SELECT w.id, w.subject, w.site, s.kind, s.code, s.part, w.time, w.due, w.opens,
               w.closes, w.moved, w.state, w.held, w.reason, w.waits, s.study
          FROM visit w JOIN subject s ON s.id = w.subject
          LEFT JOIN participant p ON p.subject = w.subject
         WHERE w.waits_on > 0 AND w.waits_on * 1000000 + w.closes - w.opens = $7
           AND w.opens <= $2 AND w.closes <= $3
           AND (w.closes, w.id) > ($4, $5) AND +s.study = $1
           AND (p.subject IS NULL OR (p.data = 'open' AND p.state <> 'died'))
         ORDER BY w.closes, w.id LIMIT $6) v
  LEFT JOIN response r ON r.subject = v.subject AND r.time = v.time AND r.pass = 1
        AND r.gone IS NULL
  LEFT JOIN response q ON q.subject = r.subject AND q.measure = r.measure
        AND q.time = r.time AND q.pass = 2 AND q.gone IS NULL
 ORDER BY v.closes, v.id;

-- name: visit_due_of  args: study, clinician, site, opened_by, closed_by, after_closes, after_id, limit, by
-- Those of one clinician's participants; site 0: wherever they are.
SELECT v.id, v.subject, v.site, v.kind, v.code, v.part, v.time, v.due, v.opens, v.closes,
       v.moved, v.state, v.held, v.reason, r.id, r.measure, r.mode, q.id,
       CASE WHEN q.answers = r.answers THEN 1 ELSE 0 END, v.study, v.waits
  FROM (SELECT w.id, w.subject, w.site, s.kind, s.code, s.part, w.time, w.due, w.opens,
               w.closes, w.moved, w.state, w.held, w.reason, w.waits, s.study
          FROM participant p JOIN visit w ON w.subject = p.subject
          JOIN subject s ON s.id = w.subject
         WHERE p.study = $1 AND p.clinician = $2 AND (w.waits_on & $9) <> 0
           AND (w.site = $3 OR $3 = 0) AND w.opens <= $4 AND w.closes <= $5
           AND (w.closes, w.id) > ($6, $7) AND p.data = 'open' AND p.state <> 'died'
         ORDER BY w.closes, w.id LIMIT $8) v
  LEFT JOIN response r ON r.subject = v.subject AND r.time = v.time AND r.pass = 1
        AND r.gone IS NULL
  LEFT JOIN response q ON q.subject = r.subject AND q.measure = r.measure
        AND q.time = r.time AND q.pass = 2 AND q.gone IS NULL
 ORDER BY v.closes, v.id;

-- name: visit_subject  args: subject
-- Study, kind and site of who or what is visited.
SELECT study, kind, site FROM subject WHERE id = $1 AND gone IS NULL;

-- name: anchor_of  args: subject
SELECT id, name, day FROM anchor WHERE subject = $1 AND gone IS NULL ORDER BY name;

-- name: anchor_put  args: subject, name, day, at, staff
INSERT INTO anchor (subject, name, day, at, staff) VALUES ($1, $2, $3, $4, $5);

-- name: anchor_end  args: subject, name, at
UPDATE anchor SET gone = $3 WHERE subject = $1 AND name = $2 AND gone IS NULL;

-- name: visit_blank_journal  args: subject, at
-- An erased person: what was written about their visits, links and days.
UPDATE journal_cell SET salt = NULL, before = NULL, after = NULL, why = NULL, erased = $2
 WHERE erased IS NULL AND seq IN (
    SELECT seq FROM journal WHERE entity = 'subject' AND entity_id = $1
    UNION ALL
    SELECT j.seq FROM visit v JOIN journal j ON j.entity = 'visit' AND j.entity_id = v.id
     WHERE v.subject = $1
    UNION ALL
    SELECT j.seq FROM visit v JOIN form_link f ON f.visit = v.id
      JOIN journal j ON j.entity = 'form_link' AND j.entity_id = f.id
     WHERE v.subject = $1);

-- name: visit_blank  args: subject, reason
UPDATE visit SET reason = $2 WHERE subject = $1 AND reason IS NOT NULL;

-- name: form_link_drop_subject  args: subject
DELETE FROM form_link WHERE visit IN (SELECT id FROM visit WHERE subject = $1);

-- name: visit_drop_subject  args: subject
DELETE FROM visit WHERE subject = $1;

-- name: anchor_drop_subject  args: subject
DELETE FROM anchor
 WHERE (subject = $1 AND gone IS NULL) OR (subject = $1 AND gone IS NOT NULL);
