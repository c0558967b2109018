-- name: identity_key_get  args: person
SELECT sealed FROM identity_key WHERE person = $1;

-- name: identity_key_put  args: person, sealed
INSERT INTO identity_key (person, sealed) VALUES ($1, $2);

-- name: identity_key_erase  args: person, at
UPDATE identity_key SET sealed = NULL, erased = $2 WHERE person = $1 AND erased IS NULL;

-- name: identity_put  args: person, field, sealed, find
INSERT INTO identity (person, field, sealed, find) VALUES ($1, $2, $3, $4)
    ON CONFLICT (person, field) DO UPDATE SET sealed = excluded.sealed, find = excluded.find;

-- name: identity_drop  args: person, field
DELETE FROM identity WHERE person = $1 AND field = $2;

-- name: identity_drop_all  args: person
DELETE FROM identity WHERE person = $1;

-- name: identity_of  args: person
SELECT field, sealed FROM identity WHERE person = $1 ORDER BY field;

-- name: identity_find  args: find
SELECT person FROM identity WHERE find = $1 ORDER BY person;

-- name: identity_seen  args: staff, roles, today, person
SELECT COUNT(*) FROM subject s JOIN study u ON u.id = s.study
 WHERE s.id = $4
   AND EXISTS (SELECT 1 FROM staff_role r
                WHERE r.staff = $1 AND $2 LIKE '%,' || r.role || ',%'
                  AND r.starts <= $3 AND (r.ends IS NULL OR r.ends >= $3)
                  AND (r.site IS NULL OR r.site = s.site)
                  AND (r.study IS NULL OR r.study = u.name));
