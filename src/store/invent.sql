-- Participants that nobody is, by the block (app/invent.h). The n-th of all is subject n + first: codes,
-- sites, days and the rest follow from n alone, so the same ask gives the same rows. Lists of numbers
-- come as text, ten digits each.

-- name: invent_subjects  args: study, kind, from, upto, sites, n_sites, at
INSERT INTO subject (study, kind, code, part, site, at)
WITH RECURSIVE k (n) AS (
    SELECT CAST($3 AS BIGINT)
     UNION ALL
    SELECT n + 1 FROM k WHERE n + 1 < CAST($4 AS BIGINT))
SELECT CAST($1 AS BIGINT), CAST($2 AS TEXT),
       'P' || substr('0000000', 1, 7 - length(CAST(n + 1 AS TEXT))) || CAST(n + 1 AS TEXT), 0,
       CAST(substr($5, CAST(1 + 10 * (n % CAST($6 AS BIGINT)) AS INTEGER), 10) AS BIGINT),
       CAST($7 AS BIGINT)
  FROM k ORDER BY n;

-- name: invent_range  args: study, kind, low, high
-- The block's first row and last one: they follow each other.
SELECT MIN(id), MAX(id), COUNT(*) FROM subject
 WHERE study = $1 AND kind = $2 AND code >= $3 AND code <= $4;

-- name: invent_participants  args: low, high, first, began, clinicians, round, left
INSERT INTO participant (subject, study, site, code, state, since, clinician, data)
SELECT s.id, s.study, s.site, s.code,
       CASE WHEN (s.id - $3) % $7 = $7 - 1 THEN 'dropped out' ELSE 'enrolled' END,
       $4 + (s.id - $3) % 150,
       NULLIF(CAST(COALESCE(NULLIF(substr($5, CAST(1 + 10 * ((s.id - $3) % $6) AS INTEGER), 10),
                                   ''), '0') AS BIGINT), 0),
       'open'
  FROM subject s WHERE s.id BETWEEN $1 AND $2 ORDER BY s.id;

-- name: invent_events  args: low, high, kind, at, begins, left, note
-- begins 1: a referral, which says where and to whom. left: of every how manieth; 1: of all.
INSERT INTO participant_event (participant, kind, day, at, note, site, clinician)
SELECT p.subject, CAST($3 AS TEXT), p.since, CAST($4 AS BIGINT), CAST($7 AS TEXT),
       CASE WHEN $5 = 1 THEN p.site END, CASE WHEN $5 = 1 THEN p.clinician END
  FROM participant p
 WHERE p.subject BETWEEN $1 AND $2 AND ($6 = 1 OR p.state = 'dropped out')
 ORDER BY p.subject;

-- name: invent_anchors  args: low, high, name, at
INSERT INTO anchor (subject, name, day, at)
SELECT p.subject, CAST($3 AS TEXT), p.since, CAST($4 AS BIGINT) FROM participant p
 WHERE p.subject BETWEEN $1 AND $2 ORDER BY p.subject;

-- name: invent_visits  args: low, high, first, time, due, opens, closes, held, waits, waits_on, left, left_on, reason, waiting
-- Of every how manieth it was held: 1: of all, 0: of nobody.  Of what was held every how manieth waits
-- for what is left besides the one form; the others are closed.
INSERT INTO visit (subject, time, site, due, opens, closes, moved, state, held, reason, waits, waits_on)
SELECT x.subject, CAST($4 AS TEXT), x.site, x.since + $5, x.since + $6, x.since + $7, 0,
       CASE WHEN x.was = 1 THEN 'held' ELSE 'planned' END,
       CASE WHEN x.was = 1 THEN x.since + $5 END,
       CASE WHEN x.was = 1 AND (x.subject - $3) % $14 <> 0 THEN CAST($13 AS TEXT) END,
       CASE WHEN x.was = 0 THEN CAST($9 AS BIGINT) WHEN (x.subject - $3) % $14 = 0 THEN $11 ELSE 0 END,
       CASE WHEN x.was = 0 THEN CAST($10 AS BIGINT) WHEN (x.subject - $3) % $14 = 0 THEN $12 ELSE 0 END
  FROM (SELECT p.subject, p.site, p.since,
               CASE WHEN $8 > 0 AND (p.subject - $3) % NULLIF($8, 0) = $8 - 1 THEN 1 ELSE 0 END AS was
          FROM participant p WHERE p.subject BETWEEN $1 AND $2) x ORDER BY x.subject;

-- name: invent_responses  args: low, high, measure, time, first, models, turn, model
-- To every visit that was held and has no answers yet: those of the models in turn.
INSERT INTO response (subject, visit, measure, time, pass, definition, day, mode, lang, answers, at)
SELECT v.subject, v.id, CAST($3 AS TEXT), v.time, 1, m.definition, v.held, m.mode, m.lang,
       m.answers, m.at
  FROM visit v JOIN response m ON m.id = $8 + (v.subject - $5 + $7) % $6
 WHERE v.subject BETWEEN $1 AND $2 AND v.time = $4 AND v.state = 'held'
   AND NOT EXISTS (SELECT 1 FROM response r WHERE r.subject = v.subject AND r.measure = $3
                      AND r.time = $4 AND r.pass = 1 AND r.gone IS NULL)
 ORDER BY v.subject;

-- name: invent_scores  args: low, high, measure, time, first, models, turn, model
INSERT INTO score (response, score, value, lo, hi, n_items, n_answered, flags, band)
SELECT r.id, m.score, m.value, m.lo, m.hi, m.n_items, m.n_answered, m.flags, m.band
  FROM response r JOIN score m ON m.response = $8 + (r.subject - $5 + $7) % $6
 WHERE r.subject BETWEEN $1 AND $2 AND r.measure = $3 AND r.time = $4 AND r.pass = 1
   AND r.gone IS NULL
   AND NOT EXISTS (SELECT 1 FROM score o WHERE o.response = r.id);

-- name: invent_alerts  args: low, high, first, measure, time, item, raised, open
-- Of every how manieth; all but every how manieth of them were seen.
INSERT INTO alert (response, item, subject, site, staff, at, seen, seen_by)
SELECT r.id, CAST($6 AS TEXT), r.subject, p.site, p.clinician, r.at,
       CASE WHEN (r.subject - $3) / $7 % $8 <> 0 THEN r.at END,
       CASE WHEN (r.subject - $3) / $7 % $8 <> 0 THEN 1 END
  FROM response r JOIN participant p ON p.subject = r.subject
 WHERE r.subject BETWEEN $1 AND $2 AND r.measure = $4 AND r.time = $5 AND r.pass = 1
   AND r.gone IS NULL AND (r.subject - $3) % $7 = 0
 ORDER BY r.subject;

-- name: invent_visit  args: subject, time
SELECT id FROM visit WHERE subject = $1 AND time = $2;

-- name: invent_answered  args: subject, measure, time
SELECT COUNT(*) FROM response
 WHERE subject = $1 AND measure = $2 AND time = $3 AND gone IS NULL;
