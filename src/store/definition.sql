-- name: definition_add  args: kind, name, revision, hash, text, at
INSERT INTO definition (kind, name, revision, hash, text, at)
VALUES ($1, $2, $3, $4, $5, $6) RETURNING id;

-- name: definition_get  args: id
SELECT id, revision, kind, name, hash, at, text FROM definition WHERE id = $1;

-- name: definition_revision  args: kind, name, revision
SELECT id, revision, kind, name, hash, at, text FROM definition
 WHERE kind = $1 AND name = $2 AND revision = $3;

-- name: definition_newest  args: kind, name
SELECT id, revision, kind, name, hash, at, text FROM definition
 WHERE kind = $1 AND name = $2 ORDER BY revision DESC LIMIT 1;

-- name: definition_list
SELECT id, revision, kind, name, hash, at FROM definition ORDER BY kind, name, revision;

-- name: study_add  args: name, definition, plan
INSERT INTO study (name, definition, plan) VALUES ($1, $2, $3) RETURNING id;

-- name: study_set  args: id, definition, plan
UPDATE study SET definition = $2, plan = $3 WHERE id = $1;

-- name: study_list
SELECT s.id, s.name, s.definition, s.plan, d.revision
  FROM study s JOIN definition d ON d.id = s.definition ORDER BY s.name;

-- name: study_get  args: id
SELECT s.id, s.name, s.definition, s.plan, d.revision
  FROM study s JOIN definition d ON d.id = s.definition WHERE s.id = $1;

-- name: study_by_name  args: name
SELECT s.id, s.name, s.definition, s.plan, d.revision
  FROM study s JOIN definition d ON d.id = s.definition WHERE s.name = $1;

-- name: study_uses_add  args: study, definition, at
INSERT INTO study_uses (study, definition, at) VALUES ($1, $2, $3);

-- name: study_uses_end  args: study, definition, at
UPDATE study_uses SET gone = $3 WHERE study = $1 AND definition = $2 AND gone IS NULL;

-- name: study_uses_of  args: study
-- What a study uses now.
SELECT d.id, d.kind, d.name FROM study_uses u JOIN definition d ON d.id = u.definition
 WHERE u.study = $1 AND u.gone IS NULL ORDER BY d.kind, d.name;

-- name: study_stamp  args: study
-- What a study is made of now, in numbers: other numbers, other definitions or wordings.
SELECT u.definition FROM study_uses u WHERE u.study = $1 AND u.gone IS NULL
 UNION ALL SELECT MAX(d.id) FROM definition d WHERE d.kind = 'overlay'
 ORDER BY 1;

-- name: study_used  args: study
-- The texts of its own definition that a study has used, newest first.
SELECT DISTINCT d.id, d.revision, d.text FROM study_uses u JOIN definition d ON d.id = u.definition
 WHERE u.study = $1 AND d.kind = 'study' ORDER BY d.revision DESC;

-- name: study_site_add  args: study, site, code
INSERT INTO study_site (study, site, code) VALUES ($1, $2, $3);

-- name: study_site_list  args: study
SELECT u.site, u.code, t.name FROM study_site u JOIN site t ON t.id = u.site
 WHERE u.study = $1 ORDER BY u.code;

-- name: study_site_others  args: study, site
-- How many others somebody of this site could go on to.
SELECT COUNT(*) FROM study_site WHERE study = $1 AND site <> $2;

-- name: study_kinds  args: study
-- The tables of a study that have rows, each sought behind the one before.
WITH RECURSIVE k (kind) AS (
    SELECT MIN(s.kind) FROM subject s WHERE s.study = $1
     UNION ALL
    SELECT (SELECT MIN(s.kind) FROM subject s WHERE s.study = $1 AND s.kind > k.kind)
      FROM k WHERE k.kind IS NOT NULL)
SELECT kind FROM k WHERE kind IS NOT NULL ORDER BY kind;

-- name: study_size  args: study
-- How many are followed in it now, and how many ever were. Counts of nobody in particular.
SELECT COALESCE(SUM(CASE WHEN state IN ('referred', 'screening', 'eligible', 'enrolled')
                         THEN n ELSE 0 END), 0), COALESCE(SUM(n), 0)
  FROM participant_count WHERE study = $1;
