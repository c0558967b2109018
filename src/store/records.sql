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

-- The same for the subjects of one kind behind one and up to another, for files that are written a
-- page at a time.

-- name: records_page_subjects  args: study, as_of, kind, code, part, last_code, last_part
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
   AND s.kind = $3 AND (s.code, s.part) > ($4, $5) AND (s.code, s.part) <= ($6, $7)
 ORDER BY s.id;

-- name: records_page_attributes  args: study, as_of, kind, code, part, last_code, last_part
SELECT a.subject, a.name, a.value
  FROM attribute a JOIN subject s ON s.id = a.subject
 WHERE s.study = $1 AND a.at <= $2 AND (a.gone IS NULL OR a.gone > $2)
   AND s.kind = $3 AND (s.code, s.part) > ($4, $5) AND (s.code, s.part) <= ($6, $7)
 ORDER BY a.subject, a.id;

-- name: records_page_events  args: study, as_of, kind, code, part, last_code, last_part
SELECT e.participant, e.kind, e.day, e.site, e.clinician
  FROM participant_event e JOIN subject s ON s.id = e.participant
 WHERE s.study = $1 AND e.at <= $2 AND (e.gone IS NULL OR e.gone > $2)
   AND s.kind = $3 AND (s.code, s.part) > ($4, $5) AND (s.code, s.part) <= ($6, $7)
 ORDER BY e.participant, e.id;

-- name: records_page_responses  args: study, as_of, kind, code, part, last_code, last_part
SELECT r.subject, r.measure, r.time, r.definition, r.answers, r.id
  FROM response r JOIN subject s ON s.id = r.subject
 WHERE s.study = $1 AND r.pass = 1 AND r.at <= $2 AND (r.gone IS NULL OR r.gone > $2)
   AND s.kind = $3 AND (s.code, s.part) > ($4, $5) AND (s.code, s.part) <= ($6, $7)
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

-- Each of the following gives the rows of one table for the subjects of one kind behind one and
-- up to another, in their order: an export asks once a page of subjects.

-- name: tidy_attributes  args: study, as_of, kind, code, part, last_code, last_part
SELECT s.kind, s.code, s.part, s.site, a.name, a.value
  FROM subject s
  JOIN attribute a ON a.subject = s.id
  LEFT JOIN participant p ON p.subject = s.id
 WHERE s.study = $1
   AND s.kind = $3 AND (s.code, s.part) > ($4, $5) AND (s.code, s.part) <= ($6, $7)
   AND s.at <= $2 AND (s.gone IS NULL OR s.gone > $2)
   AND (p.subject IS NULL OR p.data IN ('open', 'keep'))
   AND a.at <= $2 AND (a.gone IS NULL OR a.gone > $2)
 ORDER BY s.code, s.part, a.name, a.id;

-- name: tidy_anchors  args: study, as_of, kind, code, part, last_code, last_part
SELECT s.kind, s.code, s.part, s.site, a.name, a.day
  FROM subject s
  JOIN anchor a ON a.subject = s.id
  LEFT JOIN participant p ON p.subject = s.id
 WHERE s.study = $1
   AND s.kind = $3 AND (s.code, s.part) > ($4, $5) AND (s.code, s.part) <= ($6, $7)
   AND s.at <= $2 AND (s.gone IS NULL OR s.gone > $2)
   AND (p.subject IS NULL OR p.data IN ('open', 'keep'))
   AND a.at <= $2 AND (a.gone IS NULL OR a.gone > $2)
 ORDER BY s.code, s.part, a.name, a.id;

-- name: tidy_events  args: study, as_of, kind, code, part, last_code, last_part
-- A clinician by the code in the study, if there is one; never by name.
SELECT s.kind, s.code, s.part, s.site, e.kind, e.day, e.reason, h.code,
       (SELECT MIN(c.code) FROM subject c WHERE c.study = $1 AND c.staff = e.clinician)
  FROM subject s
  JOIN participant_event e ON e.participant = s.id
  LEFT JOIN study_site h ON h.study = $1 AND h.site = e.site
  LEFT JOIN participant p ON p.subject = s.id
 WHERE s.study = $1
   AND s.kind = $3 AND (s.code, s.part) > ($4, $5) AND (s.code, s.part) <= ($6, $7)
   AND s.at <= $2 AND (s.gone IS NULL OR s.gone > $2)
   AND (p.subject IS NULL OR p.data IN ('open', 'keep'))
   AND e.at <= $2 AND (e.gone IS NULL OR e.gone > $2)
 ORDER BY s.code, s.part, e.id;

-- name: tidy_criteria  args: study, as_of, kind, code, part, last_code, last_part
-- Each answer ever given, also one that a later screening replaced: what a screening led to
-- follows from all of them. The number counts the screenings of one participant.
SELECT s.kind, s.code, s.part, s.site, (SELECT COUNT(DISTINCT x.at) FROM criterion x
         WHERE x.participant = s.id AND x.at <= c.at),
       c.criterion, c.met, c.day
  FROM subject s
  JOIN criterion c ON c.participant = s.id
  LEFT JOIN participant p ON p.subject = s.id
 WHERE s.study = $1
   AND s.kind = $3 AND (s.code, s.part) > ($4, $5) AND (s.code, s.part) <= ($6, $7)
   AND s.at <= $2 AND (s.gone IS NULL OR s.gone > $2)
   AND (p.subject IS NULL OR p.data IN ('open', 'keep'))
   AND c.at <= $2
 ORDER BY s.code, s.part, c.at, c.criterion, c.id;

-- name: tidy_consents  args: study, as_of, kind, code, part, last_code, last_part
SELECT s.kind, s.code, s.part, s.site, c.purpose, c.version, c.how, c.giver,
       (SELECT MIN(w.code) FROM subject w WHERE w.study = $1 AND w.staff = c.witness),
       c.day, CASE WHEN c.withdrawn_at <= $2 THEN c.withdrawn_day END,
       CASE WHEN c.withdrawn_at <= $2 THEN c.effect END
  FROM subject s
  JOIN consent c ON c.participant = s.id
  LEFT JOIN participant p ON p.subject = s.id
 WHERE s.study = $1
   AND s.kind = $3 AND (s.code, s.part) > ($4, $5) AND (s.code, s.part) <= ($6, $7)
   AND s.at <= $2 AND (s.gone IS NULL OR s.gone > $2)
   AND (p.subject IS NULL OR p.data IN ('open', 'keep'))
   AND c.at <= $2 AND (c.gone IS NULL OR c.gone > $2)
 ORDER BY s.code, s.part, c.purpose, c.id;

-- name: tidy_visits  args: study, as_of, kind, code, part, last_code, last_part
-- As they stand: `as_of` counts for the subjects alone.
SELECT s.kind, s.code, s.part, s.site, v.time, v.due, v.opens, v.closes, v.state, v.held
  FROM subject s
  JOIN visit v ON v.subject = s.id
  LEFT JOIN participant p ON p.subject = s.id
 WHERE s.study = $1
   AND s.kind = $3 AND (s.code, s.part) > ($4, $5) AND (s.code, s.part) <= ($6, $7)
   AND s.at <= $2 AND (s.gone IS NULL OR s.gone > $2)
   AND (p.subject IS NULL OR p.data IN ('open', 'keep'))
 ORDER BY s.code, s.part, v.due, v.time;

-- name: tidy_answers  args: study, as_of, kind, code, part, last_code, last_part
SELECT s.kind, s.code, s.part, s.site, r.measure, r.time, r.definition, r.day, r.mode, r.answers
  FROM subject s
  JOIN response r ON r.subject = s.id AND r.pass = 1
  LEFT JOIN participant p ON p.subject = s.id
 WHERE s.study = $1
   AND s.kind = $3 AND (s.code, s.part) > ($4, $5) AND (s.code, s.part) <= ($6, $7)
   AND s.at <= $2 AND (s.gone IS NULL OR s.gone > $2)
   AND (p.subject IS NULL OR p.data IN ('open', 'keep'))
   AND r.at <= $2 AND (r.gone IS NULL OR r.gone > $2)
 ORDER BY s.code, s.part, r.measure, r.time, r.id;
