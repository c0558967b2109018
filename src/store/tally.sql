-- What a whole study comes to, counted a range of subjects at a time and summed by the program
-- (app/tally.h): the same things as overview.sql, by site.

-- name: tally_last
SELECT COALESCE(MAX(id), 0) FROM subject;

-- name: tally_times  args: after, upto, today
SELECT s.study, v.site, s.kind, v.time, COUNT(DISTINCT v.id),
       COUNT(DISTINCT CASE WHEN v.state = 'held' THEN v.id END),
       COUNT(DISTINCT CASE WHEN v.state = 'missed' THEN v.id END), COUNT(f.id), MIN(v.due)
  FROM subject s JOIN visit v ON v.subject = s.id
  LEFT JOIN response f ON f.subject = v.subject AND f.time = v.time AND f.pass = 1
        AND f.gone IS NULL
 WHERE s.id > $1 AND s.id <= $2 AND s.gone IS NULL
   AND (v.state IN ('held', 'missed') OR (v.state = 'planned' AND v.closes < $3))
 GROUP BY s.study, v.site, s.kind, v.time;

-- name: tally_left  args: after, upto
SELECT p.study, p.site, p.state, COALESCE(v.reason, ''), COUNT(*), 0, 0, 0, 0
  FROM participant p
  JOIN participant_event v ON v.id = (SELECT MAX(w.id) FROM participant_event w
        WHERE w.participant = p.subject AND w.kind = p.state AND w.gone IS NULL)
 WHERE p.subject > $1 AND p.subject <= $2
   AND p.state IN ('declined', 'not started', 'dropped out', 'died')
 GROUP BY p.study, p.site, p.state, COALESCE(v.reason, '');

-- name: tally_paper  args: after, upto
SELECT s.study, s.site, '', '', COUNT(CASE WHEN q.id IS NULL THEN 1 END),
       COUNT(CASE WHEN q.answers <> f.answers THEN 1 END), 0, 0, 0
  FROM subject s JOIN response f ON f.subject = s.id AND f.pass = 1 AND f.gone IS NULL
  LEFT JOIN response q ON q.subject = f.subject AND q.measure = f.measure
        AND q.time = f.time AND q.pass = 2 AND q.gone IS NULL
 WHERE s.id > $1 AND s.id <= $2 AND f.mode = 'paper'
 GROUP BY s.study, s.site;

-- name: tally_behind  args: after, upto, today
-- By whom they wait for besides: bits of asked_on.
SELECT s.study, v.site, COALESCE(CAST(t.id AS TEXT), ''), COALESCE(t.name, ''), COUNT(*),
       v.waits_on, 0, 0, MIN(v.closes)
  FROM subject s JOIN visit v ON v.subject = s.id
  LEFT JOIN participant p ON p.subject = s.id LEFT JOIN staff t ON t.id = p.clinician
 WHERE s.id > $1 AND s.id <= $2 AND v.waits_on > 0 AND v.closes < $3
   AND (p.subject IS NULL OR (p.data = 'open' AND p.state <> 'died'))
 GROUP BY s.study, v.site, t.id, t.name, v.waits_on;
