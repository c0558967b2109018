-- name: subject_row  args: id
SELECT id, study, kind, code, part, site, staff, at, gone FROM subject WHERE id = $1;

-- name: subject_add  args: study, kind, code, part, site, staff, at
INSERT INTO subject (study, kind, code, part, site, staff, at)
VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id;

-- name: subject_there  args: study, kind, code
-- Whether a code is taken, wherever.
SELECT COUNT(*) FROM subject WHERE study = $1 AND kind = $2 AND code = $3;

-- name: subject_staff  args: study, code
-- Who of the house has this code in the study.
SELECT staff FROM subject
 WHERE study = $1 AND code = $2 AND staff IS NOT NULL AND gone IS NULL ORDER BY id LIMIT 1;

-- name: subject_linked  args: staff, roles, today, study, kind, code
-- The row that a link points to, where whoever enters it may: at another site there is none.
SELECT COUNT(*) FROM subject s JOIN study u ON u.id = s.study
 WHERE s.id IN (SELECT k.id FROM subject k WHERE k.study = $4 AND k.kind = $5 AND k.code = $6)
   AND EXISTS (SELECT 1 FROM staff_role r
                WHERE r.staff = $1 AND $2 LIKE '%,' || r.role || ',%'
                  AND r.starts <= $3 AND (r.ends IS NULL OR r.ends >= $3)
                  AND (r.site IS NULL OR r.site = s.site)
                  AND (r.study IS NULL OR r.study = u.name));

-- name: subject_set_site  args: id, site
UPDATE subject SET site = $2 WHERE id = $1;

-- name: subject_erase  args: id, code, gone
UPDATE subject SET code = $2, gone = $3 WHERE id = $1;

-- name: subject_get  args: staff, roles, today, id
SELECT s.id, s.study, s.kind, s.code, s.part, s.site, s.staff, s.at, s.gone
  FROM subject s JOIN study u ON u.id = s.study
 WHERE s.id = $4
   AND EXISTS (SELECT 1 FROM staff_role r
                WHERE r.staff = $1 AND $2 LIKE '%,' || r.role || ',%'
                  AND r.starts <= $3 AND (r.ends IS NULL OR r.ends >= $3)
                  AND (r.site IS NULL OR r.site = s.site)
                  AND (r.study IS NULL OR r.study = u.name));

-- name: subject_find  args: staff, roles, today, study, kind, code, part
SELECT s.id, s.study, s.kind, s.code, s.part, s.site, s.staff, s.at, s.gone
  FROM subject s JOIN study u ON u.id = s.study
 WHERE s.study = $4 AND s.kind = $5 AND s.code = $6 AND s.part = $7
   AND EXISTS (SELECT 1 FROM staff_role r
                WHERE r.staff = $1 AND $2 LIKE '%,' || r.role || ',%'
                  AND r.starts <= $3 AND (r.ends IS NULL OR r.ends >= $3)
                  AND (r.site IS NULL OR r.site = s.site)
                  AND (r.study IS NULL OR r.study = u.name));

-- The two pages differ in what they are sought by, as those of participants do.

-- name: subject_page  args: staff, roles, today, study, kind, code, part, n
SELECT s.id, s.study, s.kind, s.code, s.part, s.site, s.staff, s.at, s.gone
  FROM subject s JOIN study u ON u.id = s.study
 WHERE s.study = $4 AND s.kind = $5 AND (s.code, s.part) > ($6, $7)
   AND EXISTS (SELECT 1 FROM staff_role r
                WHERE r.staff = $1 AND $2 LIKE '%,' || r.role || ',%'
                  AND r.starts <= $3 AND (r.ends IS NULL OR r.ends >= $3)
                  AND r.site IS NULL
                  AND (r.study IS NULL OR r.study = u.name))
 ORDER BY s.code, s.part LIMIT $8;

-- name: subject_page_site  args: staff, roles, today, study, kind, code, part, site, n
SELECT s.id, s.study, s.kind, s.code, s.part, s.site, s.staff, s.at, s.gone
  FROM subject s JOIN study u ON u.id = s.study
 WHERE s.study = $4 AND s.kind = $5 AND s.site = $8 AND (s.code, s.part) > ($6, $7)
   AND EXISTS (SELECT 1 FROM staff_role r
                WHERE r.staff = $1 AND $2 LIKE '%,' || r.role || ',%'
                  AND r.starts <= $3 AND (r.ends IS NULL OR r.ends >= $3)
                  AND (r.site IS NULL OR r.site = $8)
                  AND (r.study IS NULL OR r.study = u.name))
 ORDER BY s.code, s.part LIMIT $9;

-- name: attribute_now  args: subject, name
SELECT id, name, value, at, gone, staff FROM attribute
 WHERE subject = $1 AND name = $2 AND gone IS NULL;

-- name: attribute_add  args: subject, name, value, at, staff
INSERT INTO attribute (subject, name, value, at, staff) VALUES ($1, $2, $3, $4, $5);

-- name: attribute_end  args: subject, name, at
UPDATE attribute SET gone = $3 WHERE subject = $1 AND name = $2 AND gone IS NULL;

-- name: attribute_drop  args: subject
DELETE FROM attribute WHERE subject = $1;

-- name: attribute_of  args: subject, as_of
SELECT id, name, value, at, gone, staff FROM attribute
 WHERE subject = $1 AND at <= $2 AND (gone IS NULL OR gone > $2) ORDER BY name, id;

-- name: attribute_all  args: subject
SELECT id, name, value, at, gone, staff FROM attribute WHERE subject = $1 ORDER BY id;
