-- name: visit_put  args: subject, time, site, due, opens, closes, moved, state, held, reason
INSERT INTO visit (subject, time, site, due, opens, closes, moved, state, held, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id;

-- name: visit_set  args: id, site, due, opens, closes, moved, state, held, reason
UPDATE visit SET site = $2, due = $3, opens = $4, closes = $5, moved = $6, state = $7,
       held = $8, reason = $9
 WHERE id = $1;

-- name: visit_hold  args: id, held
-- With its first response, or by hand.
UPDATE visit SET state = 'held', held = $2, reason = NULL WHERE id = $1 AND state <> 'held';

-- name: visit_get  args: id
SELECT v.id, v.subject, v.site, s.kind, s.code, s.part, v.time, v.due, v.opens, v.closes,
       v.moved, v.state, v.held, v.reason, r.id, r.measure, r.mode, q.id,
       CASE WHEN q.answers = r.answers THEN 1 ELSE 0 END, s.study
  FROM visit v JOIN subject s ON s.id = v.subject
  LEFT JOIN response r ON r.subject = v.subject AND r.time = v.time AND r.pass = 1
        AND r.gone IS NULL
  LEFT JOIN response q ON q.subject = r.subject AND q.measure = r.measure
        AND q.time = r.time AND q.pass = 2 AND q.gone IS NULL
 WHERE v.id = $1;

-- name: visit_of  args: subject
SELECT v.id, v.subject, v.site, s.kind, s.code, s.part, v.time, v.due, v.opens, v.closes,
       v.moved, v.state, v.held, v.reason, r.id, r.measure, r.mode, q.id,
       CASE WHEN q.answers = r.answers THEN 1 ELSE 0 END, s.study
  FROM visit v JOIN subject s ON s.id = v.subject
  LEFT JOIN response r ON r.subject = v.subject AND r.time = v.time AND r.pass = 1
        AND r.gone IS NULL
  LEFT JOIN response q ON q.subject = r.subject AND q.measure = r.measure
        AND q.time = r.time AND q.pass = 2 AND q.gone IS NULL
 WHERE v.subject = $1 ORDER BY v.due, v.id;

-- name: visit_widths
-- For how many days planned visits are open: a few numbers, each sought behind the one before.
WITH RECURSIVE k (width) AS (
    SELECT MIN(v.closes - v.opens) FROM visit v WHERE v.state = 'planned'
     UNION ALL
    SELECT (SELECT MIN(v.closes - v.opens) FROM visit v
             WHERE v.state = 'planned' AND v.closes - v.opens > k.width)
      FROM k WHERE k.width IS NOT NULL)
SELECT width FROM k WHERE width IS NOT NULL;

-- name: visit_widths_site  args: site
WITH RECURSIVE k (width) AS (
    SELECT MIN(v.closes - v.opens) FROM visit v WHERE v.state = 'planned' AND v.site = $1
     UNION ALL
    SELECT (SELECT MIN(v.closes - v.opens) FROM visit v
             WHERE v.state = 'planned' AND v.site = $1 AND v.closes - v.opens > k.width)
      FROM k WHERE k.width IS NOT NULL)
SELECT width FROM k WHERE width IS NOT NULL;

-- name: visit_due_site  args: study, site, opened_by, closed_by, after_closes, after_id, limit, width
-- Planned visits of one site and width, the most urgent first, each with the first entries that stand.
SELECT v.id, v.subject, v.site, v.kind, v.code, v.part, v.time, v.due, v.opens, v.closes,
       v.moved, v.state, v.held, v.reason, r.id, r.measure, r.mode, q.id,
       CASE WHEN q.answers = r.answers THEN 1 ELSE 0 END, v.study
  FROM (SELECT w.id, w.subject, w.site, s.kind, s.code, s.part, w.time, w.due, w.opens,
               w.closes, w.moved, w.state, w.held, w.reason, s.study
          FROM visit w JOIN subject s ON s.id = w.subject
          LEFT JOIN participant p ON p.subject = w.subject
         WHERE w.state = 'planned' AND w.site = $2 AND w.closes - w.opens = $8
           AND w.opens <= $3 AND w.closes <= $4
           AND (w.closes, w.id) > ($5, $6) AND +s.study = $1
           AND (p.subject IS NULL OR (p.data = 'open' AND p.state <> 'died'))
         ORDER BY w.closes, w.id LIMIT $7) v
  LEFT JOIN response r ON r.subject = v.subject AND r.time = v.time AND r.pass = 1
        AND r.gone IS NULL
  LEFT JOIN response q ON q.subject = r.subject AND q.measure = r.measure
        AND q.time = r.time AND q.pass = 2 AND q.gone IS NULL
 ORDER BY v.closes, v.id;

-- name: visit_due_all  args: study, opened_by, closed_by, after_closes, after_id, limit, width
-- The plus keeps the planner from going through all subjects of the study first.
SELECT v.id, v.subject, v.site, v.kind, v.code, v.part, v.time, v.due, v.opens, v.closes,
       v.moved, v.state, v.held, v.reason, r.id, r.measure, r.mode, q.id,
       CASE WHEN q.answers = r.answers THEN 1 ELSE 0 END, v.study
  FROM (SELECT w.id, w.subject, w.site, s.kind, s.code, s.part, w.time, w.due, w.opens,
               w.closes, w.moved, w.state, w.held, w.reason, s.study
          FROM visit w JOIN subject s ON s.id = w.subject
          LEFT JOIN participant p ON p.subject = w.subject
         WHERE w.state = 'planned' AND w.closes - w.opens = $7
           AND w.opens <= $2 AND w.closes <= $3
           AND (w.closes, w.id) > ($4, $5) AND +s.study = $1
           AND (p.subject IS NULL OR (p.data = 'open' AND p.state <> 'died'))
         ORDER BY w.closes, w.id LIMIT $6) v
  LEFT JOIN response r ON r.subject = v.subject AND r.time = v.time AND r.pass = 1
        AND r.gone IS NULL
  LEFT JOIN response q ON q.subject = r.subject AND q.measure = r.measure
        AND q.time = r.time AND q.pass = 2 AND q.gone IS NULL
 ORDER BY v.closes, v.id;

-- name: visit_due_of  args: study, clinician, site, opened_by, closed_by, after_closes, after_id, limit
-- Those of one clinician's participants; site 0: wherever they are.
SELECT v.id, v.subject, v.site, v.kind, v.code, v.part, v.time, v.due, v.opens, v.closes,
       v.moved, v.state, v.held, v.reason, r.id, r.measure, r.mode, q.id,
       CASE WHEN q.answers = r.answers THEN 1 ELSE 0 END, v.study
  FROM (SELECT w.id, w.subject, w.site, s.kind, s.code, s.part, w.time, w.due, w.opens,
               w.closes, w.moved, w.state, w.held, w.reason, s.study
          FROM participant p JOIN visit w ON w.subject = p.subject
          JOIN subject s ON s.id = w.subject
         WHERE p.study = $1 AND p.clinician = $2 AND w.state = 'planned'
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
