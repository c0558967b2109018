-- What a leader wants to see on one page. Rows are counted, so these are for a page that is asked
-- for, not for the first one.

-- name: overview_times  args: staff, roles, today, study
-- Visits that were held, missed or are overdue, by time point in their order, and first entries.
SELECT s.kind, v.time, COUNT(DISTINCT v.id),
       COUNT(DISTINCT CASE WHEN v.state = 'held' THEN v.id END),
       COUNT(DISTINCT CASE WHEN v.state = 'missed' THEN v.id END), COUNT(f.id)
  FROM visit v JOIN subject s ON s.id = v.subject JOIN study u ON u.id = s.study
  LEFT JOIN response f ON f.subject = v.subject AND f.time = v.time AND f.pass = 1
        AND f.gone IS NULL
 WHERE s.study = $4 AND s.gone IS NULL
   AND (v.state IN ('held', 'missed') OR (v.state = 'planned' AND v.closes < $3))
   AND EXISTS (SELECT 1 FROM staff_role r
                WHERE r.staff = $1 AND $2 LIKE '%,' || r.role || ',%'
                  AND r.starts <= $3 AND (r.ends IS NULL OR r.ends >= $3)
                  AND (r.site IS NULL OR r.site = v.site)
                  AND (r.study IS NULL OR r.study = u.name))
 GROUP BY s.kind, v.time ORDER BY s.kind, MIN(v.due), v.time;

-- name: overview_left  args: staff, roles, today, study
-- Who stopped, by how and why: the last event of that kind that holds.
SELECT p.state, COALESCE(v.reason, ''), COUNT(*)
  FROM participant p JOIN study u ON u.id = p.study
  JOIN participant_event v ON v.id = (SELECT MAX(w.id) FROM participant_event w
        WHERE w.participant = p.subject AND w.kind = p.state AND w.gone IS NULL)
 WHERE p.study = $4 AND p.state IN ('declined', 'not started', 'dropped out', 'died')
   AND EXISTS (SELECT 1 FROM staff_role r
                WHERE r.staff = $1 AND $2 LIKE '%,' || r.role || ',%'
                  AND r.starts <= $3 AND (r.ends IS NULL OR r.ends >= $3)
                  AND (r.site IS NULL OR r.site = p.site)
                  AND (r.study IS NULL OR r.study = u.name))
 GROUP BY p.state, COALESCE(v.reason, '') ORDER BY p.state, 3 DESC, 2;

-- name: overview_paper  args: staff, roles, today, study
-- Forms on paper that have no second entry, and those whose entries differ.
SELECT COUNT(CASE WHEN q.id IS NULL THEN 1 END),
       COUNT(CASE WHEN q.answers <> f.answers THEN 1 END)
  FROM response f JOIN subject s ON s.id = f.subject JOIN study u ON u.id = s.study
  LEFT JOIN response q ON q.subject = f.subject AND q.measure = f.measure
        AND q.time = f.time AND q.pass = 2 AND q.gone IS NULL
 WHERE s.study = $4 AND f.pass = 1 AND f.mode = 'paper' AND f.gone IS NULL
   AND EXISTS (SELECT 1 FROM staff_role r
                WHERE r.staff = $1 AND $2 LIKE '%,' || r.role || ',%'
                  AND r.starts <= $3 AND (r.ends IS NULL OR r.ends >= $3)
                  AND (r.site IS NULL OR r.site = s.site)
                  AND (r.study IS NULL OR r.study = u.name));

-- name: overview_behind  args: staff, roles, today, study, by
-- Overdue visits by the clinician of whom they are, most first; of no participant: nobody's.  by: for
-- whom they wait, bits of asked_on.
SELECT COALESCE(t.name, ''), COUNT(*), MIN(v.closes)
  FROM visit v JOIN subject s ON s.id = v.subject JOIN study u ON u.id = s.study
  LEFT JOIN participant p ON p.subject = v.subject LEFT JOIN staff t ON t.id = p.clinician
 WHERE s.study = $4 AND v.waits_on > 0 AND (v.waits_on & $5) <> 0 AND v.closes < $3
   AND (p.subject IS NULL OR (p.data = 'open' AND p.state <> 'died'))
   AND EXISTS (SELECT 1 FROM staff_role r
                WHERE r.staff = $1 AND $2 LIKE '%,' || r.role || ',%'
                  AND r.starts <= $3 AND (r.ends IS NULL OR r.ends >= $3)
                  AND (r.site IS NULL OR r.site = v.site)
                  AND (r.study IS NULL OR r.study = u.name))
 GROUP BY COALESCE(t.name, ''), t.id ORDER BY 2 DESC, 3, 1;

-- name: overview_ratings  args: staff, roles, today, study, measure, kind, score, limit
-- What one measure rates: rows nobody has rated first, then the latest ratings.
SELECT s.id, s.code, s.part, COALESCE(t.name, ''), r.id, r.time, r.day, c.value
  FROM subject s JOIN study u ON u.id = s.study LEFT JOIN site t ON t.id = s.site
  LEFT JOIN response r ON r.subject = s.id AND r.measure = $5 AND r.pass = 1 AND r.gone IS NULL
  LEFT JOIN score c ON c.response = r.id AND c.score = $7
 WHERE s.study = $4 AND s.kind = $6 AND s.gone IS NULL
   AND EXISTS (SELECT 1 FROM staff_role q
                WHERE q.staff = $1 AND $2 LIKE '%,' || q.role || ',%'
                  AND q.starts <= $3 AND (q.ends IS NULL OR q.ends >= $3)
                  AND (q.site IS NULL OR q.site = s.site)
                  AND (q.study IS NULL OR q.study = u.name))
 ORDER BY CASE WHEN r.id IS NULL THEN 0 ELSE 1 END, r.day DESC, r.id DESC, s.code, s.part
 LIMIT $8;

-- name: overview_accounts
-- Accounts that are open, and those of them that a password alone opens.
SELECT COUNT(*), COUNT(CASE WHEN c.staff IS NOT NULL AND p.staff IS NULL THEN 1 END)
  FROM staff s LEFT JOIN credential c ON c.staff = s.id
  LEFT JOIN totp p ON p.staff = s.id AND p.confirmed = 1
 WHERE s.active = 1;

-- name: overview_checked
-- The last time that the whole store was gone through, as a job.
SELECT ended, COALESCE(result, '') FROM job
 WHERE state = 'done' AND kind = 'check' ORDER BY id DESC LIMIT 1;
