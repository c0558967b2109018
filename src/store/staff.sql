-- name: service_add  args: name
INSERT INTO service (name) VALUES ($1) RETURNING id;

-- name: site_add  args: service, name
INSERT INTO site (service, name) VALUES ($1, $2) RETURNING id;

-- name: site_list
SELECT s.id, s.name, v.id, v.name FROM site s JOIN service v ON v.id = s.service
 ORDER BY v.name, s.name, s.id;

-- name: staff_add  args: login, name, language
INSERT INTO staff (login, name, language, active) VALUES ($1, $2, $3, 1) RETURNING id;

-- name: staff_get  args: staff
SELECT id, login, name, language, active FROM staff WHERE id = $1;

-- name: staff_by_login  args: login
SELECT id, login, name, language, active FROM staff WHERE login = $1;

-- name: staff_list
SELECT id, login, name, language, active FROM staff ORDER BY name, id;

-- name: staff_at  args: roles, site, study, today
-- Who of the staff holds one of these roles at a site: whom a form may name.
SELECT s.id, s.login, s.name, s.language, s.active FROM staff s
 WHERE s.active = 1
   AND EXISTS (SELECT 1 FROM staff_role r
                WHERE r.staff = s.id AND $1 LIKE '%,' || r.role || ',%'
                  AND r.starts <= $4 AND (r.ends IS NULL OR r.ends >= $4)
                  AND (r.site IS NULL OR r.site = $2)
                  AND (r.study IS NULL OR r.study = $3))
 ORDER BY s.name, s.id;

-- name: staff_count
SELECT COUNT(*) FROM staff;

-- name: staff_set_active  args: staff, active
UPDATE staff SET active = $2 WHERE id = $1;

-- name: staff_role_give  args: staff, role, site, study, starts, ends
INSERT INTO staff_role (staff, role, site, study, starts, ends)
VALUES ($1, $2, $3, $4, $5, $6) RETURNING id;

-- name: staff_role_get  args: id
SELECT staff, role, site, study, starts, ends FROM staff_role WHERE id = $1;

-- name: staff_role_end  args: id, ends
UPDATE staff_role SET ends = $2 WHERE id = $1;

-- name: staff_role_today  args: staff, today
SELECT id, role, site, study FROM staff_role
 WHERE staff = $1 AND starts <= $2 AND (ends IS NULL OR ends >= $2)
 ORDER BY id;

-- name: staff_administrators  args: today
-- Those who can let others in: active, at every site, today and with no end set.
SELECT COUNT(DISTINCT s.id) FROM staff s JOIN staff_role r ON r.staff = s.id
 WHERE s.active = 1 AND r.role = 'administrator' AND r.site IS NULL AND r.study IS NULL
   AND r.starts <= $1 AND r.ends IS NULL;

-- name: staff_role_list  args: staff
-- All that somebody ever held, the latest first.
SELECT id, role, site, study, starts, ends FROM staff_role
 WHERE staff = $1 ORDER BY starts DESC, id DESC;

-- name: staff_set_language  args: staff, language
UPDATE staff SET language = $2 WHERE id = $1;

-- name: service_list
SELECT id, name FROM service ORDER BY name, id;
