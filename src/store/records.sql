-- name: records_subjects  args: study, as_of
-- Rows of a study's tables as they were at an instant, each with the code of the site where it
-- was then.  Of participants: who had been enrolled by then, and whose data may be used now.
-- Somebody who said that their data are to be used no more is in no analysis, of whatever day.
SELECT s.id, s.kind, s.code, s.part, s.site, COALESCE(moved.code, home.code)
  FROM subject s
  LEFT JOIN participant p ON p.subject = s.id
  LEFT JOIN study_site home ON home.study = s.study AND home.site = s.site
  LEFT JOIN study_site moved ON moved.study = s.study AND moved.site = (
        SELECT e.site FROM participant_event e
         WHERE e.participant = s.id AND e.site IS NOT NULL
           AND e.at <= $2 AND (e.gone IS NULL OR e.gone > $2)
         ORDER BY e.id DESC LIMIT 1)
 WHERE s.study = $1 AND s.at <= $2 AND (s.gone IS NULL OR s.gone > $2)
   AND (p.subject IS NULL OR (p.data IN ('open', 'keep') AND EXISTS (
        SELECT 1 FROM participant_event e
         WHERE e.participant = s.id AND e.kind = 'enrolled'
           AND e.at <= $2 AND (e.gone IS NULL OR e.gone > $2))))
 ORDER BY s.id;

-- name: records_attributes  args: study, as_of
-- The last of one name is its value.
SELECT a.subject, a.name, a.value
  FROM attribute a JOIN subject s ON s.id = a.subject
 WHERE s.study = $1 AND a.at <= $2 AND (a.gone IS NULL OR a.gone > $2)
 ORDER BY a.subject, a.id;

-- name: records_events  args: study, as_of
-- What happened to each participant: some columns of their table follow from it.
SELECT e.participant, e.kind, e.day, e.site, e.clinician
  FROM participant_event e JOIN subject s ON s.id = e.participant
 WHERE s.study = $1 AND e.at <= $2 AND (e.gone IS NULL OR e.gone > $2)
 ORDER BY e.participant, e.id;

-- name: records_staff  args: study, kind, as_of
-- Members of staff and their rows of a table; who has two, the first by code.
SELECT s.staff, MIN(s.code) FROM subject s
 WHERE s.study = $1 AND s.kind = $2 AND s.staff IS NOT NULL
   AND s.at <= $3 AND (s.gone IS NULL OR s.gone > $3)
 GROUP BY s.staff ORDER BY s.staff;

-- name: records_responses  args: study, as_of
SELECT r.subject, r.measure, r.time, r.definition, r.answers, r.id
  FROM response r JOIN subject s ON s.id = r.subject
 WHERE s.study = $1 AND r.pass = 1 AND r.at <= $2 AND (r.gone IS NULL OR r.gone > $2)
 ORDER BY r.subject, r.id;

-- name: tidy_subjects  args: study, kind, code, part, limit, as_of
-- The next rows of a study's tables whose data may be used, in their order.
SELECT s.id, s.kind, s.code, s.part, s.site, h.code
  FROM subject s
  LEFT JOIN participant p ON p.subject = s.id
  LEFT JOIN study_site h ON h.study = s.study AND h.site = s.site
 WHERE s.study = $1 AND (s.kind, s.code, s.part) > ($2, $3, $4)
   AND s.at <= $6 AND (s.gone IS NULL OR s.gone > $6)
   AND (p.subject IS NULL OR p.data IN ('open', 'keep'))
 ORDER BY s.kind, s.code, s.part LIMIT $5;

-- name: tidy_attributes  args: subject, as_of
SELECT a.name, a.value FROM attribute a
 WHERE a.subject = $1 AND a.at <= $2 AND (a.gone IS NULL OR a.gone > $2)
 ORDER BY a.name, a.id;

-- name: tidy_events  args: participant, as_of, study
-- A clinician by the code in the study, if there is one; never by name.
SELECT e.kind, e.day, e.reason, h.code,
       (SELECT MIN(c.code) FROM subject c WHERE c.study = $3 AND c.staff = e.clinician)
  FROM participant_event e
  LEFT JOIN study_site h ON h.study = $3 AND h.site = e.site
 WHERE e.participant = $1 AND e.at <= $2 AND (e.gone IS NULL OR e.gone > $2)
 ORDER BY e.id;

-- name: tidy_consents  args: participant, as_of
SELECT c.purpose, c.version, c.how, c.giver, c.day,
       CASE WHEN c.withdrawn_at <= $2 THEN c.withdrawn_day END,
       CASE WHEN c.withdrawn_at <= $2 THEN c.effect END
  FROM consent c
 WHERE c.participant = $1 AND c.at <= $2 AND (c.gone IS NULL OR c.gone > $2)
 ORDER BY c.id;

-- name: tidy_visits  args: subject
SELECT v.time, v.due, v.opens, v.closes, v.state, v.held
  FROM visit v WHERE v.subject = $1 ORDER BY v.due, v.time;

-- name: tidy_answers  args: subject, as_of
SELECT r.measure, r.time, r.definition, r.day, r.mode, r.answers
  FROM response r
 WHERE r.subject = $1 AND r.pass = 1 AND r.at <= $2 AND (r.gone IS NULL OR r.gone > $2)
 ORDER BY r.measure, r.time, r.id;
