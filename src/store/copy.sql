-- What is kept about one participant, whole: also what no longer holds (app/copy.h).  Each statement
-- is asked after the right to it.  What holds and what does not have an index each.

-- name: copy_attributes  args: subject
SELECT a.name, a.value, a.at, a.gone, t.name FROM attribute a LEFT JOIN staff t ON t.id = a.staff
 WHERE a.subject = $1 ORDER BY a.name, a.id;

-- name: copy_criteria  args: subject
SELECT c.criterion, c.met, c.reason, c.day, c.at, c.gone, t.name
  FROM criterion c LEFT JOIN staff t ON t.id = c.staff
 WHERE c.participant = $1 ORDER BY c.id;

-- name: copy_consents  args: subject
SELECT c.purpose, c.version, c.how, c.giver, w.name, c.day, c.at, t.name, c.withdrawn_day,
       c.withdrawn_at, x.name, c.effect, c.withdrawn_why, c.gone
  FROM consent c LEFT JOIN staff w ON w.id = c.witness LEFT JOIN staff t ON t.id = c.staff
       LEFT JOIN staff x ON x.id = c.withdrawn_staff
 WHERE c.participant = $1 ORDER BY c.id;

-- name: copy_events  args: subject
SELECT v.kind, v.day, v.at, t.name, v.reason, v.note, s.name, c.name, v.gone, g.name, v.gone_why
  FROM participant_event v LEFT JOIN staff t ON t.id = v.staff LEFT JOIN site s ON s.id = v.site
       LEFT JOIN staff c ON c.id = v.clinician LEFT JOIN staff g ON g.id = v.gone_staff
 WHERE v.participant = $1 ORDER BY v.id;

-- name: copy_allocations  args: subject
-- Guarded: only for who is told, and never over a blinded connection.
SELECT a.arm, a.kind, a.day, a.at, a.gone, t.name, a.reason
  FROM allocation a LEFT JOIN staff t ON t.id = a.staff
 WHERE a.participant = $1 ORDER BY a.id;

-- name: copy_anchors  args: subject
SELECT n.name, n.day, n.at, n.gone, t.name FROM anchor n LEFT JOIN staff t ON t.id = n.staff
 WHERE n.id IN (SELECT id FROM anchor WHERE subject = $1 AND gone IS NULL
                UNION ALL SELECT id FROM anchor WHERE subject = $1 AND gone IS NOT NULL)
 ORDER BY n.id;

-- name: copy_visits  args: subject
SELECT v.time, s.name, v.due, v.opens, v.closes, v.moved, v.state, v.held, v.reason
  FROM visit v JOIN site s ON s.id = v.site
 WHERE v.subject = $1 ORDER BY v.due, v.id;

-- name: copy_links  args: subject
SELECT v.time, l.lang, t.name, l.at, l.ends, l.opened, l.used, l.revoked
  FROM form_link l JOIN visit v ON v.id = l.visit JOIN staff t ON t.id = l.staff
 WHERE v.subject = $1 ORDER BY l.id;

-- name: copy_responses  args: subject
SELECT r.id, r.measure, r.time, r.pass, r.definition, r.day, r.mode, t.name, r.lang, r.answers,
       r.at, r.gone, r.replaces, r.reason
  FROM response r LEFT JOIN staff t ON t.id = r.staff
 WHERE r.id IN (SELECT id FROM response WHERE subject = $1 AND gone IS NULL
                UNION ALL SELECT id FROM response WHERE subject = $1 AND gone IS NOT NULL)
 ORDER BY r.measure, r.time, r.pass, r.id;

-- name: copy_alerts  args: subject
SELECT a.response, a.item, r.measure, r.time, n.name, a.at, a.seen, s.name, a.note
  FROM alert a JOIN response r ON r.id = a.response LEFT JOIN staff n ON n.id = a.staff
       LEFT JOIN staff s ON s.id = a.seen_by
 WHERE a.subject = $1 ORDER BY a.id;

-- name: copy_drafts  args: subject
SELECT d.measure, d.time, d.pass, t.name, d.cells, d.at
  FROM draft d LEFT JOIN staff t ON t.id = d.staff
 WHERE d.subject = $1 ORDER BY d.id;

-- name: copy_journal  args: subject
-- Changes of all that stands above, but of the arm.
SELECT j.seq, j.at, t.name, j.act, j.entity, c.before, c.after, c.why, c.erased
  FROM (SELECT seq FROM journal
         WHERE entity IN ('participant', 'identity', 'subject') AND entity_id = $1
        UNION ALL
        SELECT k.seq FROM response r
          JOIN journal k ON k.entity = 'response' AND k.entity_id = r.id
         WHERE r.subject = $1 AND r.gone IS NULL
        UNION ALL
        SELECT k.seq FROM response r
          JOIN journal k ON k.entity = 'response' AND k.entity_id = r.id
         WHERE r.subject = $1 AND r.gone IS NOT NULL
        UNION ALL
        SELECT k.seq FROM alert a JOIN journal k ON k.entity = 'alert' AND k.entity_id = a.id
         WHERE a.subject = $1
        UNION ALL
        SELECT k.seq FROM visit v JOIN journal k ON k.entity = 'visit' AND k.entity_id = v.id
         WHERE v.subject = $1
        UNION ALL
        SELECT k.seq FROM visit v JOIN form_link l ON l.visit = v.id
          JOIN journal k ON k.entity = 'form_link' AND k.entity_id = l.id
         WHERE v.subject = $1) x
  JOIN journal j ON j.seq = x.seq
  LEFT JOIN journal_cell c ON c.seq = j.seq
  LEFT JOIN staff t ON t.id = j.actor
 ORDER BY j.seq;
