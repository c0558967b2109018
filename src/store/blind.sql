-- name: blind_open_of  args: study
SELECT kind, name FROM blind_open WHERE study = $1 ORDER BY kind, name;

-- name: blind_open_clear  args: study
DELETE FROM blind_open WHERE study = $1;

-- name: blind_open_put  args: study, kind, name
INSERT INTO blind_open (study, kind, name) VALUES ($1, $2, $3);

-- name: blind_open_any  args: study, kind
SELECT COUNT(*) FROM blind_open WHERE study = $1 AND kind = $2;
