-- name: token_put  args: hash, staff, label, rights, now, ends
INSERT INTO token (hash, staff, label, rights, made, seen, ends)
VALUES ($1, $2, $3, $4, $5, $5, $6) RETURNING id;

-- name: token_get  args: hash
SELECT t.id, t.staff, t.rights, t.seen, t.ends FROM token t JOIN staff p ON p.id = t.staff
 WHERE t.hash = $1 AND p.active = 1;

-- name: token_seen  args: id, now
UPDATE token SET seen = $2 WHERE id = $1 AND seen < $2;

-- name: token_list  args: staff
SELECT id, label, rights, made, seen, ends FROM token WHERE staff = $1 ORDER BY id;

-- name: token_owner  args: id
SELECT staff FROM token WHERE id = $1;

-- name: token_drop  args: id
DELETE FROM token WHERE id = $1;

-- name: token_drop_all  args: staff
DELETE FROM token WHERE staff = $1;

-- name: once_get  args: token, key, since
SELECT hash, status, body, etag FROM once WHERE token = $1 AND key = $2 AND at > $3;

-- name: once_drop  args: token, key
DELETE FROM once WHERE token = $1 AND key = $2;

-- name: once_put  args: token, key, hash, status, body, etag, now
INSERT INTO once (token, key, hash, status, body, etag, at)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: once_tidy  args: since
DELETE FROM once WHERE at <= $1;
