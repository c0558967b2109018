-- name: response_place  args: subject, measure, time, pass, staff, link
-- What is known of a form when somebody saves it.
SELECT s.study, s.site, s.kind, s.code, s.part, p.subject, p.data, p.state, p.clinician,
       v.id, v.state, r.id, r.staff, r.mode, q.id, q.staff, d.id, d.version,
       u.definition, v.waits, CASE WHEN v.reason IS NULL THEN 0 ELSE 1 END
  FROM subject s JOIN study u ON u.id = s.study
  LEFT JOIN participant p ON p.subject = s.id
  LEFT JOIN visit v ON v.subject = s.id AND v.time = $3
  LEFT JOIN response r ON r.subject = s.id AND r.measure = $2 AND r.time = $3 AND r.pass = 1
        AND r.gone IS NULL
  LEFT JOIN response q ON q.subject = s.id AND q.measure = $2 AND q.time = $3 AND q.pass = 2
        AND q.gone IS NULL
  LEFT JOIN draft d ON d.subject = s.id AND d.measure = $2 AND d.time = $3 AND d.pass = $4
        AND d.staff = $5 AND d.link = $6
 WHERE s.id = $1 AND s.gone IS NULL;

-- name: response_put  args: subject, visit, measure, time, pass, definition, wording, day, mode, staff, lang, answers, at, replaces, reason
-- No row: another stands in its place.
INSERT INTO response (subject, visit, measure, time, pass, definition, wording, day, mode,
                      staff, lang, answers, at, replaces, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT DO NOTHING RETURNING id;

-- name: response_end  args: id, gone
UPDATE response SET gone = $2 WHERE id = $1 AND gone IS NULL;

-- name: response_get  args: id
SELECT r.id, r.subject, r.visit, r.measure, r.time, r.pass, r.definition, r.wording, r.day,
       r.mode, r.staff, t.name, r.lang, r.answers, r.at, r.gone, r.replaces, r.reason
  FROM response r LEFT JOIN staff t ON t.id = r.staff
 WHERE r.id = $1;

-- name: response_of  args: subject, as_of
SELECT r.id, r.subject, r.visit, r.measure, r.time, r.pass, r.definition, r.wording, r.day,
       r.mode, r.staff, t.name, r.lang, r.answers, r.at, r.gone, r.replaces, r.reason
  FROM response r LEFT JOIN staff t ON t.id = r.staff
 WHERE r.subject = $1 AND r.gone IS NULL AND r.at <= $2
UNION ALL
SELECT r.id, r.subject, r.visit, r.measure, r.time, r.pass, r.definition, r.wording, r.day,
       r.mode, r.staff, t.name, r.lang, r.answers, r.at, r.gone, r.replaces, r.reason
  FROM response r LEFT JOIN staff t ON t.id = r.staff
 WHERE r.subject = $1 AND r.gone > $2 AND r.at <= $2
 ORDER BY 4, 5, 6;

-- name: response_now  args: subject, measure, time
SELECT r.id, r.subject, r.visit, r.measure, r.time, r.pass, r.definition, r.wording, r.day,
       r.mode, r.staff, t.name, r.lang, r.answers, r.at, r.gone, r.replaces, r.reason
  FROM response r LEFT JOIN staff t ON t.id = r.staff
 WHERE r.subject = $1 AND r.measure = $2 AND r.time = $3 AND r.gone IS NULL
 ORDER BY r.pass;

-- name: response_history  args: subject, measure, time, pass
SELECT r.id, r.subject, r.visit, r.measure, r.time, r.pass, r.definition, r.wording, r.day,
       r.mode, r.staff, t.name, r.lang, r.answers, r.at, r.gone, r.replaces, r.reason
  FROM response r LEFT JOIN staff t ON t.id = r.staff
 WHERE r.subject = $1 AND r.measure = $2 AND r.time = $3 AND r.pass = $4 AND r.gone IS NULL
UNION ALL
SELECT r.id, r.subject, r.visit, r.measure, r.time, r.pass, r.definition, r.wording, r.day,
       r.mode, r.staff, t.name, r.lang, r.answers, r.at, r.gone, r.replaces, r.reason
  FROM response r LEFT JOIN staff t ON t.id = r.staff
 WHERE r.subject = $1 AND r.measure = $2 AND r.time = $3 AND r.pass = $4
   AND r.gone IS NOT NULL
 ORDER BY 1 DESC;

-- name: response_page  args: study, kind, code, part, limit, as_of
-- First entries of the next subjects, in their order; a subject without any gives one row.
SELECT r.id, r.subject, r.visit, r.measure, r.time, r.pass, r.definition, r.wording, r.day,
       r.mode, r.staff, NULL, r.lang, r.answers, r.at, r.gone, r.replaces, r.reason,
       s.kind, s.code, s.part, s.site
  FROM (SELECT id, kind, code, part, site FROM subject
         WHERE study = $1 AND (kind, code, part) > ($2, $3, $4)
         ORDER BY kind, code, part LIMIT $5) s
  LEFT JOIN response r ON r.subject = s.id AND r.pass = 1 AND r.gone IS NULL AND r.at <= $6
 ORDER BY s.kind, s.code, s.part, r.measure, r.time;

-- name: response_page_as_of  args: study, kind, code, part, limit, as_of
SELECT r.id, r.subject, r.visit, r.measure, r.time, r.pass, r.definition, r.wording, r.day,
       r.mode, r.staff, NULL, r.lang, r.answers, r.at, r.gone, r.replaces, r.reason,
       s.kind, s.code, s.part, s.site
  FROM (SELECT id, kind, code, part, site FROM subject
         WHERE study = $1 AND (kind, code, part) > ($2, $3, $4)
         ORDER BY kind, code, part LIMIT $5) s
  LEFT JOIN response r ON r.pass = 1 AND r.at <= $6
        AND ((r.subject = s.id AND r.gone IS NULL) OR (r.subject = s.id AND r.gone > $6))
 ORDER BY s.kind, s.code, s.part, r.measure, r.time;

-- name: score_put  args: response, score, value, lo, hi, n_items, n_answered, flags, band
INSERT INTO score (response, score, value, lo, hi, n_items, n_answered, flags, band)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: score_put_four  args: response, score_1, value_1, lo_1, hi_1, n_items_1, n_answered_1, flags_1, band_1, score_2, value_2, lo_2, hi_2, n_items_2, n_answered_2, flags_2, band_2, score_3, value_3, lo_3, hi_3, n_items_3, n_answered_3, flags_3, band_3, score_4, value_4, lo_4, hi_4, n_items_4, n_answered_4, flags_4, band_4
-- Most forms have some: one statement for four of them costs half of four.
INSERT INTO score (response, score, value, lo, hi, n_items, n_answered, flags, band)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9),
       ($1, $10, $11, $12, $13, $14, $15, $16, $17),
       ($1, $18, $19, $20, $21, $22, $23, $24, $25),
       ($1, $26, $27, $28, $29, $30, $31, $32, $33);

-- name: response_after  args: after, n
-- First entries, also replaced ones, by id: what their scores must be.
SELECT id, definition, answers FROM response WHERE id > $1 AND pass = 1 ORDER BY id LIMIT $2;

-- name: score_of  args: response
SELECT score, value, lo, hi, n_items, n_answered, flags, band FROM score
 WHERE response = $1 ORDER BY score;

-- name: score_series  args: subject
SELECT c.score, c.value, c.lo, c.hi, c.n_items, c.n_answered, c.flags, c.band,
       r.id, r.measure, r.time, r.day
  FROM response r JOIN score c ON c.response = r.id
 WHERE r.subject = $1 AND r.pass = 1 AND r.gone IS NULL
 ORDER BY r.measure, c.score, r.day, r.id;

-- name: alert_put  args: response, item, subject, site, staff, at
INSERT INTO alert (response, item, subject, site, staff, at)
VALUES ($1, $2, $3, $4, $5, $6) RETURNING id;

-- name: alert_raised  args: subject, measure, time, item
-- Whether this form has raised it with an answer that still stands.
SELECT COUNT(*) FROM alert a JOIN response r ON r.id = a.response
 WHERE a.subject = $1 AND r.measure = $2 AND r.time = $3 AND a.item = $4;

-- name: alert_named  args: site, clinician, today
-- Who hears of it: the participant's clinician, else a coordinator or leader of the site.
SELECT t.id FROM staff t LEFT JOIN staff_role r ON r.staff = t.id
       AND r.role IN ('coordinator', 'leader') AND (r.site = $1 OR r.site IS NULL)
       AND r.starts <= $3 AND (r.ends IS NULL OR r.ends >= $3)
 WHERE t.active = 1 AND (t.id = $2 OR r.id IS NOT NULL)
 ORDER BY CASE WHEN t.id = $2 THEN 0 ELSE 1 END, CASE WHEN r.site IS NULL THEN 1 ELSE 0 END,
          r.role, t.id LIMIT 1;

-- name: alert_get  args: id
SELECT a.id, a.response, a.subject, a.site, s.kind, s.code, r.measure, r.time, a.item,
       s.part, a.staff, t.name, a.at, a.seen, a.seen_by, b.name, a.note, s.study
  FROM alert a JOIN response r ON r.id = a.response JOIN subject s ON s.id = a.subject
  LEFT JOIN staff t ON t.id = a.staff LEFT JOIN staff b ON b.id = a.seen_by
 WHERE a.id = $1;

-- name: alert_of  args: subject
SELECT a.id, a.response, a.subject, a.site, s.kind, s.code, r.measure, r.time, a.item,
       s.part, a.staff, t.name, a.at, a.seen, a.seen_by, b.name, a.note, s.study
  FROM alert a JOIN response r ON r.id = a.response JOIN subject s ON s.id = a.subject
  LEFT JOIN staff t ON t.id = a.staff LEFT JOIN staff b ON b.id = a.seen_by
 WHERE a.subject = $1 ORDER BY a.id DESC;

-- name: alert_open_site  args: study, site, after, limit
SELECT a.id, a.response, a.subject, a.site, s.kind, s.code, r.measure, r.time, a.item,
       s.part, a.staff, t.name, a.at, a.seen, a.seen_by, b.name, a.note, s.study
  FROM alert a JOIN response r ON r.id = a.response JOIN subject s ON s.id = a.subject
  LEFT JOIN staff t ON t.id = a.staff LEFT JOIN staff b ON b.id = a.seen_by
 WHERE a.seen IS NULL AND a.site = $2 AND a.id > $3 AND s.study = $1
 ORDER BY a.id LIMIT $4;

-- name: alert_open_all  args: study, after, limit
SELECT a.id, a.response, a.subject, a.site, s.kind, s.code, r.measure, r.time, a.item,
       s.part, a.staff, t.name, a.at, a.seen, a.seen_by, b.name, a.note, s.study
  FROM alert a JOIN response r ON r.id = a.response JOIN subject s ON s.id = a.subject
  LEFT JOIN staff t ON t.id = a.staff LEFT JOIN staff b ON b.id = a.seen_by
 WHERE a.seen IS NULL AND a.id > $2 AND +s.study = $1
 ORDER BY a.id LIMIT $3;

-- name: alert_open_staff  args: study, staff, after, limit
SELECT a.id, a.response, a.subject, a.site, s.kind, s.code, r.measure, r.time, a.item,
       s.part, a.staff, t.name, a.at, a.seen, a.seen_by, b.name, a.note, s.study
  FROM alert a JOIN response r ON r.id = a.response JOIN subject s ON s.id = a.subject
  LEFT JOIN staff t ON t.id = a.staff LEFT JOIN staff b ON b.id = a.seen_by
 WHERE a.seen IS NULL AND a.staff = $2 AND a.id > $3 AND +s.study = $1
 ORDER BY a.id LIMIT $4;

-- name: alert_see  args: id, at, staff, note
UPDATE alert SET seen = $2, seen_by = $3, note = $4 WHERE id = $1 AND seen IS NULL;

-- name: draft_get  args: subject, measure, time, pass, staff, link
SELECT id, version, cells FROM draft
 WHERE subject = $1 AND measure = $2 AND time = $3 AND pass = $4 AND staff = $5 AND link = $6;

-- name: draft_put  args: subject, measure, time, pass, staff, link, cells, at
-- No row: there is one already.
INSERT INTO draft (subject, measure, time, pass, staff, link, version, cells, at)
VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8) ON CONFLICT DO NOTHING RETURNING version;

-- name: draft_set  args: subject, measure, time, pass, staff, link, cells, at, version
UPDATE draft SET cells = $7, at = $8, version = version + 1
 WHERE subject = $1 AND measure = $2 AND time = $3 AND pass = $4 AND staff = $5 AND link = $6
   AND version = $9 RETURNING version;

-- name: draft_drop  args: subject, measure, time, pass, staff, link
DELETE FROM draft
 WHERE subject = $1 AND measure = $2 AND time = $3 AND pass = $4 AND staff = $5 AND link = $6;

-- name: draft_drop_id  args: id
DELETE FROM draft WHERE id = $1;

-- name: draft_drop_link  args: link
DELETE FROM draft WHERE staff = 0 AND link = $1;

-- name: draft_of  args: staff, link
-- Forms that somebody has begun.
SELECT subject, measure, time, pass FROM draft WHERE staff = $1 AND link = $2
 ORDER BY subject, measure, time, pass;

-- name: draft_tidy  args: before
-- Forgotten ones.
DELETE FROM draft WHERE at < $1;

-- name: form_link_put  args: hash, visit, lang, staff, at, ends
INSERT INTO form_link (hash, visit, lang, staff, at, ends) VALUES ($1, $2, $3, $4, $5, $6)
RETURNING id;

-- name: form_link_by_hash  args: hash
SELECT l.id, l.visit, l.lang, t.name, l.at, l.ends, l.opened, l.used, l.revoked, v.subject,
       v.time, s.study, s.kind, v.state, v.site
  FROM form_link l JOIN visit v ON v.id = l.visit JOIN subject s ON s.id = v.subject
  LEFT JOIN staff t ON t.id = l.staff
 WHERE l.hash = $1;

-- name: form_link_get  args: id
SELECT l.id, l.visit, l.lang, t.name, l.at, l.ends, l.opened, l.used, l.revoked, v.subject,
       v.time, s.study, s.kind, v.state, v.site
  FROM form_link l JOIN visit v ON v.id = l.visit JOIN subject s ON s.id = v.subject
  LEFT JOIN staff t ON t.id = l.staff
 WHERE l.id = $1;

-- name: form_link_of  args: visit
SELECT l.id, l.visit, l.lang, t.name, l.at, l.ends, l.opened, l.used, l.revoked, v.subject,
       v.time, s.study, s.kind, v.state, v.site
  FROM form_link l JOIN visit v ON v.id = l.visit JOIN subject s ON s.id = v.subject
  LEFT JOIN staff t ON t.id = l.staff
 WHERE l.visit = $1 ORDER BY l.id DESC;

-- name: form_link_lang  args: id, lang
UPDATE form_link SET lang = $2 WHERE id = $1;

-- name: form_link_opened  args: id, at
UPDATE form_link SET opened = $2 WHERE id = $1 AND opened IS NULL;

-- name: form_link_used  args: id, at
UPDATE form_link SET used = $2 WHERE id = $1 AND used IS NULL AND revoked IS NULL;

-- name: form_link_revoked  args: id, at
UPDATE form_link SET revoked = $2 WHERE id = $1 AND used IS NULL AND revoked IS NULL;

-- name: response_definition  args: definition
-- The text that answers were given under.
SELECT text FROM definition WHERE id = $1;

-- name: response_blank_journal  args: subject, at
-- An erased person: what was written about their answers and alerts.
UPDATE journal_cell SET salt = NULL, before = NULL, after = NULL, why = NULL, erased = $2
 WHERE erased IS NULL AND seq IN (
    SELECT j.seq FROM response r
      JOIN journal j ON j.entity = 'response' AND j.entity_id = r.id
     WHERE r.subject = $1
    UNION ALL
    SELECT j.seq FROM alert a JOIN journal j ON j.entity = 'alert' AND j.entity_id = a.id
     WHERE a.subject = $1);

-- name: response_blank  args: subject
-- A correction keeps that it had a reason.
UPDATE response SET reason = '-'
 WHERE reason IS NOT NULL
   AND ((subject = $1 AND gone IS NULL) OR (subject = $1 AND gone IS NOT NULL));

-- name: alert_blank  args: subject
UPDATE alert SET note = NULL WHERE subject = $1;

-- name: draft_drop_subject  args: subject
DELETE FROM draft WHERE subject = $1;

-- name: alert_drop_subject  args: subject
DELETE FROM alert WHERE subject = $1;

-- name: score_drop_subject  args: subject
DELETE FROM score WHERE response IN (
    SELECT id FROM response
     WHERE (subject = $1 AND gone IS NULL) OR (subject = $1 AND gone IS NOT NULL));

-- name: response_drop_subject  args: subject
DELETE FROM response
 WHERE (subject = $1 AND gone IS NULL) OR (subject = $1 AND gone IS NOT NULL);
