-- name: credential_get  args: staff
SELECT phc FROM credential WHERE staff = $1;

-- name: credential_count
SELECT COUNT(*) FROM credential;

-- name: credential_put  args: staff, phc, now
INSERT INTO credential (staff, phc, changed) VALUES ($1, $2, $3)
    ON CONFLICT (staff) DO UPDATE SET phc = excluded.phc, changed = excluded.changed;

-- name: credential_rehash  args: staff, old, phc
-- The same password under a higher cost; nothing happens if it was changed meanwhile.
UPDATE credential SET phc = $3 WHERE staff = $1 AND phc = $2;

-- name: totp_get  args: staff
SELECT sealed, confirmed, last_step FROM totp WHERE staff = $1;

-- name: totp_put  args: staff, sealed
INSERT INTO totp (staff, sealed, confirmed, last_step) VALUES ($1, $2, 0, 0)
    ON CONFLICT (staff) DO UPDATE SET sealed = excluded.sealed, last_step = 0
    WHERE totp.confirmed = 0;

-- name: totp_accept  args: staff, step
-- Nothing happens when the step was accepted before.
UPDATE totp SET last_step = $2 WHERE staff = $1 AND last_step < $2;

-- name: totp_confirm  args: staff
UPDATE totp SET confirmed = 1 WHERE staff = $1 AND confirmed = 0;

-- name: totp_drop  args: staff
DELETE FROM totp WHERE staff = $1;

-- name: recovery_put  args: staff, hash
INSERT INTO recovery (staff, hash) VALUES ($1, $2);

-- name: recovery_use  args: staff, hash, now
UPDATE recovery SET used = $3 WHERE staff = $1 AND hash = $2 AND used IS NULL;

-- name: recovery_left  args: staff
SELECT COUNT(*) FROM recovery WHERE staff = $1 AND used IS NULL;

-- name: recovery_drop  args: staff
DELETE FROM recovery WHERE staff = $1;

-- name: session_put  args: hash, staff, label, now, ends
INSERT INTO session (hash, staff, label, made, seen, ends)
VALUES ($1, $2, $3, $4, $4, $5) RETURNING id;

-- name: session_get  args: hash
SELECT s.id, s.staff, s.seen, s.ends FROM session s JOIN staff p ON p.id = s.staff
 WHERE s.hash = $1 AND p.active = 1;

-- name: session_seen  args: id, now
UPDATE session SET seen = $2 WHERE id = $1 AND seen < $2;

-- name: session_of  args: staff, now, idle_since
SELECT id, label, made, seen, ends FROM session
 WHERE staff = $1 AND ends > $2 AND seen > $3 ORDER BY seen DESC, id;

-- name: session_drop  args: id, staff
DELETE FROM session WHERE id = $1 AND staff = $2;

-- name: session_drop_all  args: staff
DELETE FROM session WHERE staff = $1;

-- name: session_drop_others  args: staff, kept
DELETE FROM session WHERE staff = $1 AND id <> $2;

-- name: session_tidy  args: now, idle_since
DELETE FROM session WHERE ends <= $1 OR seen <= $2;

-- name: failure_get  args: what
SELECT n, last FROM failure WHERE what = $1;

-- name: failure_put  args: what, n, now
INSERT INTO failure (what, n, last) VALUES ($1, $2, $3)
    ON CONFLICT (what) DO UPDATE SET n = excluded.n, last = excluded.last;

-- name: failure_back  args: what
-- An attempt that was no failure after all.
UPDATE failure SET n = n - 1 WHERE what = $1 AND n > 0;

-- name: failure_drop  args: what
DELETE FROM failure WHERE what = $1;

-- name: failure_tidy  args: before
DELETE FROM failure WHERE last < $1;

-- name: invitation_put  args: hash, staff, ends
INSERT INTO invitation (hash, staff, ends) VALUES ($1, $2, $3);

-- name: invitation_get  args: hash, now
SELECT staff FROM invitation WHERE hash = $1 AND ends > $2;

-- name: invitation_drop_setup
DELETE FROM invitation WHERE staff IS NULL;

-- name: invitation_drop  args: staff
DELETE FROM invitation WHERE staff = $1;

-- name: invitation_tidy  args: now
DELETE FROM invitation WHERE ends <= $1;

-- name: login_rule_list
SELECT name, value FROM login_rule ORDER BY name;

-- name: login_rule_put  args: name, value
INSERT INTO login_rule (name, value) VALUES ($1, $2)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value;
