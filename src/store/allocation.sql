-- name: allocation_add  args: participant, arm, kind, day, at, staff, reason
INSERT INTO allocation (participant, arm, kind, day, at, staff, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id;

-- name: allocation_end  args: participant, at
UPDATE allocation SET gone = $2 WHERE participant = $1 AND gone IS NULL;

-- name: allocation_now  args: participant
SELECT arm FROM allocation WHERE participant = $1 AND gone IS NULL;

-- name: allocation_blank  args: participant
-- A correction keeps that there was a reason.
UPDATE allocation SET reason = '' WHERE participant = $1 AND reason IS NOT NULL;

-- name: allocation_placed  args: participant
UPDATE participant SET placed = 1 WHERE subject = $1 AND placed = 0;

-- name: allocation_drop  args: participant
DELETE FROM allocation WHERE participant = $1;

-- name: allocation_of  args: staff, roles, today, participant
SELECT a.id, a.participant, p.code, p.site, a.arm, a.kind, a.day, a.at, a.gone, a.staff, a.reason
  FROM allocation a JOIN participant p ON p.subject = a.participant JOIN study u ON u.id = p.study
 WHERE a.participant = $4
   AND EXISTS (SELECT 1 FROM staff_role r
                WHERE r.staff = $1 AND $2 LIKE '%,' || r.role || ',%'
                  AND r.starts <= $3 AND (r.ends IS NULL OR r.ends >= $3)
                  AND (r.site IS NULL OR r.site = p.site)
                  AND (r.study IS NULL OR r.study = u.name))
 ORDER BY a.id;

-- name: allocation_page  args: staff, roles, today, study, after, n
SELECT a.id, a.participant, p.code, p.site, a.arm, a.kind, a.day, a.at, a.gone, a.staff, a.reason
  FROM participant p JOIN allocation a ON a.participant = p.subject AND a.gone IS NULL
       JOIN study u ON u.id = p.study
 WHERE p.study = $4 AND p.code > $5
   AND EXISTS (SELECT 1 FROM staff_role r
                WHERE r.staff = $1 AND $2 LIKE '%,' || r.role || ',%'
                  AND r.starts <= $3 AND (r.ends IS NULL OR r.ends >= $3)
                  AND (r.site IS NULL OR r.site = p.site)
                  AND (r.study IS NULL OR r.study = u.name))
 ORDER BY p.code LIMIT $6;

-- name: allocation_wanted  args: staff, roles, today, study, n
-- Enrolled, and in no arm yet.
SELECT p.subject, p.code, t.name, p.since
  FROM participant p JOIN study u ON u.id = p.study JOIN site t ON t.id = p.site
 WHERE p.study = $4 AND p.state = 'enrolled' AND p.placed = 0
   AND EXISTS (SELECT 1 FROM staff_role r
                WHERE r.staff = $1 AND $2 LIKE '%,' || r.role || ',%'
                  AND r.starts <= $3 AND (r.ends IS NULL OR r.ends >= $3)
                  AND (r.site IS NULL OR r.site = p.site)
                  AND (r.study IS NULL OR r.study = u.name))
 ORDER BY p.since, p.code LIMIT $5;
