-- The four pages of a list differ in what they are sought by, so that each has its index.  A
-- page is the codes from `low` on (below `high`); rights are asked again in each of them.

-- name: participant_row  args: subject
SELECT p.subject, p.study, p.site, p.code, t.name, p.state, p.since, p.clinician, c.name, p.data
  FROM participant p JOIN site t ON t.id = p.site LEFT JOIN staff c ON c.id = p.clinician
 WHERE p.subject = $1;

-- name: participant_get  args: staff, roles, today, subject
SELECT p.subject, p.study, p.site, p.code, t.name, p.state, p.since, p.clinician, c.name, p.data
  FROM participant p JOIN study u ON u.id = p.study JOIN site t ON t.id = p.site
       LEFT JOIN staff c ON c.id = p.clinician
 WHERE p.subject = $4
   AND EXISTS (SELECT 1 FROM staff_role r
                WHERE r.staff = $1 AND $2 LIKE '%,' || r.role || ',%'
                  AND r.starts <= $3 AND (r.ends IS NULL OR r.ends >= $3)
                  AND (r.site IS NULL OR r.site = p.site)
                  AND (r.study IS NULL OR r.study = u.name));

-- name: participant_page  args: staff, roles, today, study, low, high, n
SELECT p.subject, p.study, p.site, p.code, t.name, p.state, p.since, p.clinician, c.name, p.data
  FROM participant p JOIN study u ON u.id = p.study JOIN site t ON t.id = p.site
       LEFT JOIN staff c ON c.id = p.clinician
 WHERE p.study = $4 AND p.code >= $5 AND p.code < $6
   AND EXISTS (SELECT 1 FROM staff_role r
                WHERE r.staff = $1 AND $2 LIKE '%,' || r.role || ',%'
                  AND r.starts <= $3 AND (r.ends IS NULL OR r.ends >= $3)
                  AND r.site IS NULL
                  AND (r.study IS NULL OR r.study = u.name))
 ORDER BY p.code LIMIT $7;

-- name: participant_page_state  args: staff, roles, today, study, low, high, state, n
SELECT p.subject, p.study, p.site, p.code, t.name, p.state, p.since, p.clinician, c.name, p.data
  FROM participant p JOIN study u ON u.id = p.study JOIN site t ON t.id = p.site
       LEFT JOIN staff c ON c.id = p.clinician
 WHERE p.study = $4 AND p.state = $7 AND p.code >= $5 AND p.code < $6
   AND EXISTS (SELECT 1 FROM staff_role r
                WHERE r.staff = $1 AND $2 LIKE '%,' || r.role || ',%'
                  AND r.starts <= $3 AND (r.ends IS NULL OR r.ends >= $3)
                  AND r.site IS NULL
                  AND (r.study IS NULL OR r.study = u.name))
 ORDER BY p.code LIMIT $8;

-- name: participant_page_site  args: staff, roles, today, study, low, high, site, n
SELECT p.subject, p.study, p.site, p.code, t.name, p.state, p.since, p.clinician, c.name, p.data
  FROM participant p JOIN study u ON u.id = p.study JOIN site t ON t.id = p.site
       LEFT JOIN staff c ON c.id = p.clinician
 WHERE p.study = $4 AND p.site = $7 AND p.code >= $5 AND p.code < $6
   AND EXISTS (SELECT 1 FROM staff_role r
                WHERE r.staff = $1 AND $2 LIKE '%,' || r.role || ',%'
                  AND r.starts <= $3 AND (r.ends IS NULL OR r.ends >= $3)
                  AND (r.site IS NULL OR r.site = $7)
                  AND (r.study IS NULL OR r.study = u.name))
 ORDER BY p.code LIMIT $8;

-- name: participant_page_site_state  args: staff, roles, today, study, low, high, site, state, n
SELECT p.subject, p.study, p.site, p.code, t.name, p.state, p.since, p.clinician, c.name, p.data
  FROM participant p JOIN study u ON u.id = p.study JOIN site t ON t.id = p.site
       LEFT JOIN staff c ON c.id = p.clinician
 WHERE p.study = $4 AND p.site = $7 AND p.state = $8 AND p.code >= $5 AND p.code < $6
   AND EXISTS (SELECT 1 FROM staff_role r
                WHERE r.staff = $1 AND $2 LIKE '%,' || r.role || ',%'
                  AND r.starts <= $3 AND (r.ends IS NULL OR r.ends >= $3)
                  AND (r.site IS NULL OR r.site = $7)
                  AND (r.study IS NULL OR r.study = u.name))
 ORDER BY p.code LIMIT $9;

-- name: participant_page_clinician  args: staff, roles, today, study, low, high, clinician, site, state, n
SELECT p.subject, p.study, p.site, p.code, t.name, p.state, p.since, p.clinician, c.name, p.data
  FROM participant p JOIN study u ON u.id = p.study JOIN site t ON t.id = p.site
       LEFT JOIN staff c ON c.id = p.clinician
 WHERE p.study = $4 AND p.clinician = $7 AND p.code >= $5 AND p.code < $6
   AND ($8 = 0 OR p.site = $8) AND ($9 = '' OR p.state = $9)
   AND EXISTS (SELECT 1 FROM staff_role r
                WHERE r.staff = $1 AND $2 LIKE '%,' || r.role || ',%'
                  AND r.starts <= $3 AND (r.ends IS NULL OR r.ends >= $3)
                  AND (r.site IS NULL OR r.site = p.site)
                  AND (r.study IS NULL OR r.study = u.name))
 ORDER BY p.code LIMIT $10;

-- name: participant_counts  args: staff, roles, today, study
SELECT g.site, g.code, t.name, k.state, k.n
  FROM study_site g JOIN study u ON u.id = g.study JOIN site t ON t.id = g.site
       LEFT JOIN participant_count k ON k.study = g.study AND k.site = g.site
 WHERE g.study = $4
   AND EXISTS (SELECT 1 FROM staff_role r
                WHERE r.staff = $1 AND $2 LIKE '%,' || r.role || ',%'
                  AND r.starts <= $3 AND (r.ends IS NULL OR r.ends >= $3)
                  AND (r.site IS NULL OR r.site = g.site)
                  AND (r.study IS NULL OR r.study = u.name))
 ORDER BY g.code, g.site;

-- name: participant_erasure_owed  args: staff, roles, today, study
SELECT p.subject, p.study, p.site, p.code, t.name, p.state, p.since, p.clinician, c.name, p.data
  FROM participant p JOIN study u ON u.id = p.study JOIN site t ON t.id = p.site
       LEFT JOIN staff c ON c.id = p.clinician
 WHERE p.study = $4 AND p.data = 'erase'
   AND EXISTS (SELECT 1 FROM staff_role r
                WHERE r.staff = $1 AND $2 LIKE '%,' || r.role || ',%'
                  AND r.starts <= $3 AND (r.ends IS NULL OR r.ends >= $3)
                  AND (r.site IS NULL OR r.site = p.site)
                  AND (r.study IS NULL OR r.study = u.name))
 ORDER BY p.code;

-- name: participant_add  args: subject, study, site, code, since
INSERT INTO participant (subject, study, site, code, state, since, data)
VALUES ($1, $2, $3, $4, 'referred', $5, 'open');

-- name: participant_set  args: subject, site, state, since, clinician, data
UPDATE participant SET site = $2, state = $3, since = $4, clinician = $5, data = $6
 WHERE subject = $1;

-- name: participant_set_code  args: subject, code
UPDATE participant SET code = $2 WHERE subject = $1;

-- name: participant_count_add  args: study, site, state, n
INSERT INTO participant_count (study, site, state, n) VALUES ($1, $2, $3, $4)
    ON CONFLICT (study, site, state) DO UPDATE SET n = participant_count.n + excluded.n;

-- name: participant_count_less  args: study, site, state, n
UPDATE participant_count SET n = n - $4 WHERE study = $1 AND site = $2 AND state = $3;

-- name: participant_count_true  args: study
-- What participant_count must say, counted.
SELECT site, state, COUNT(*) FROM participant WHERE study = $1 GROUP BY site, state
 ORDER BY site, state;

-- name: participant_count_kept  args: study
SELECT site, state, n FROM participant_count WHERE study = $1 AND n > 0 ORDER BY site, state;

-- name: participant_event_add  args: participant, kind, day, at, staff, reason, note, site, clinician
INSERT INTO participant_event (participant, kind, day, at, staff, reason, note, site, clinician)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id;

-- name: participant_by_nobody
-- Referrals that nobody of the staff made: by commands on the server that bring records in.
SELECT COUNT(*) FROM participant_event WHERE kind = 'referred' AND staff IS NULL;

-- name: participant_event_end  args: id, gone, staff, why
UPDATE participant_event SET gone = $2, gone_staff = $3, gone_why = $4
 WHERE id = $1 AND gone IS NULL;

-- name: participant_event_get  args: id
SELECT participant, kind, day, gone, reason FROM participant_event WHERE id = $1;

-- name: participant_event_blank  args: participant
UPDATE participant_event SET note = NULL, gone_why = NULL WHERE participant = $1;

-- name: participant_events_fold  args: participant, as_of
SELECT kind, day, site, clinician FROM participant_event
 WHERE participant = $1 AND at <= $2 AND (gone IS NULL OR gone > $2) ORDER BY id;

-- name: participant_events  args: participant, as_of
SELECT v.id, v.kind, v.day, v.at, v.staff, s.name, v.reason, v.note, v.site, t.name,
       v.clinician, c.name, CASE WHEN v.gone <= $2 THEN v.gone END,
       CASE WHEN v.gone <= $2 THEN v.gone_staff END, g.name,
       CASE WHEN v.gone <= $2 THEN v.gone_why END
  FROM participant_event v
       LEFT JOIN staff s ON s.id = v.staff LEFT JOIN staff c ON c.id = v.clinician
       LEFT JOIN staff g ON g.id = v.gone_staff AND v.gone <= $2
       LEFT JOIN site t ON t.id = v.site
 WHERE v.participant = $1 AND v.at <= $2 ORDER BY v.id;

-- name: criterion_add  args: participant, criterion, met, reason, day, at, staff
INSERT INTO criterion (participant, criterion, met, reason, day, at, staff)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: criterion_end  args: participant, criterion, at
UPDATE criterion SET gone = $3 WHERE participant = $1 AND criterion = $2 AND gone IS NULL;

-- name: criterion_of  args: participant, as_of
SELECT id, criterion, met, reason, day, at, gone, staff FROM criterion
 WHERE participant = $1 AND at <= $2 AND (gone IS NULL OR gone > $2) ORDER BY id;

-- name: criterion_ever  args: participant
-- Also what a later screening replaced.
SELECT criterion, met, day FROM criterion WHERE participant = $1 ORDER BY at, id;

-- name: criterion_blank  args: participant
UPDATE criterion SET reason = NULL WHERE participant = $1;

-- name: criterion_drop  args: participant
DELETE FROM criterion WHERE participant = $1;

-- name: consent_add  args: participant, purpose, version, how, giver, witness, day, at, staff
INSERT INTO consent (participant, purpose, version, how, giver, witness, day, at, staff)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id;

-- name: consent_withdraw  args: id, day, at, staff, effect, why
UPDATE consent SET withdrawn_day = $2, withdrawn_at = $3, withdrawn_staff = $4, effect = $5,
       withdrawn_why = $6 WHERE id = $1;

-- name: consent_end  args: id, gone
UPDATE consent SET gone = $2 WHERE id = $1 AND gone IS NULL;

-- name: consent_whose  args: id
SELECT participant FROM consent WHERE id = $1;

-- name: consent_blank  args: participant
UPDATE consent SET withdrawn_why = NULL WHERE participant = $1;

-- name: consent_holds  args: participant, purpose
SELECT COUNT(*) FROM consent
 WHERE participant = $1 AND purpose = $2 AND gone IS NULL AND withdrawn_at IS NULL;

-- name: consent_of  args: participant, as_of
SELECT k.id, k.participant, k.purpose, k.version, k.how, k.giver, k.witness, w.name, k.day, k.at,
       k.gone, k.staff, s.name, k.withdrawn_day, k.withdrawn_at, k.withdrawn_staff, k.effect,
       k.withdrawn_why
  FROM consent k LEFT JOIN staff w ON w.id = k.witness LEFT JOIN staff s ON s.id = k.staff
 WHERE k.participant = $1 AND k.at <= $2 AND (k.gone IS NULL OR k.gone > $2) ORDER BY k.id;

-- name: code_next  args: study, stem
INSERT INTO code_last (study, stem, n) VALUES ($1, $2, 1)
    ON CONFLICT (study, stem) DO UPDATE SET n = code_last.n + 1 RETURNING n;

-- name: participant_copies_differ
-- Of study, site and code, which participant repeats, and of whether an allocation holds.
SELECT COUNT(*) FROM participant p JOIN subject s ON s.id = p.subject
 WHERE p.study <> s.study OR p.site <> s.site OR p.code <> s.code
    OR (p.placed = 0 AND EXISTS (SELECT 1 FROM allocation a
                                  WHERE a.participant = p.subject AND a.gone IS NULL));

-- name: participant_answers_left  args: participant
-- What must be gone before somebody is called erased.
SELECT (SELECT COUNT(*) FROM response WHERE subject = $1 AND gone IS NULL)
     + (SELECT COUNT(*) FROM response WHERE subject = $1 AND gone IS NOT NULL);
