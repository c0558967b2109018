-- name: migration_last
-- The step that the store has reached; 0 for an empty table.
SELECT COALESCE(MAX(step), 0) FROM migration;

-- name: migration_list
SELECT step, name, hash, at FROM migration ORDER BY step;

-- name: migration_put  args: step, name, hash, at
INSERT INTO migration (step, name, hash, at) VALUES ($1, $2, $3, $4);

-- name: meta_get  args: key
SELECT value FROM meta WHERE key = $1;

-- name: meta_put  args: key, value
INSERT INTO meta (key, value) VALUES ($1, $2)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value;
