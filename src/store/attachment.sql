-- name: attachment_put  args: file, kind, size, hash, sealed, at
INSERT INTO attachment (file, kind, size, hash, sealed, at) VALUES ($1, $2, $3, $4, $5, $6)
RETURNING id;

-- name: attachment_get  args: id
SELECT id, file, kind, size, hash, sealed, at FROM attachment WHERE id = $1;

-- name: attachment_drop  args: id
DELETE FROM attachment WHERE id = $1;

-- name: attachment_files  args: after, limit
-- Files that should be there, by name, a page at a time.
SELECT file, id FROM attachment WHERE file > $1 ORDER BY file LIMIT $2;

-- name: attachment_by_file  args: file
SELECT id FROM attachment WHERE file = $1;
