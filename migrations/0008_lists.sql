-- 0008 lists: what keeps pages of lists quick with a million people, and erasing one of them.
-- Old rows: whoever holds an allocation is marked; nothing else is said anew.
-- An index over few rows (open, owed, corrected) costs those that are not in it nothing.

-- Whether an allocation holds: who is still to be allocated is sought among those in whom it is 0.
-- It says that there is one, never which arm.
ALTER TABLE participant ADD COLUMN placed INTEGER NOT NULL DEFAULT 0 CHECK (placed IN (0, 1));
UPDATE participant SET placed = 1 WHERE EXISTS (
    SELECT 1 FROM allocation a WHERE a.participant = participant.subject AND a.gone IS NULL);
CREATE INDEX participant_unplaced ON participant (study, since, code)
    WHERE state = 'enrolled' AND placed = 0;
CREATE INDEX participant_owed ON participant (study, code) WHERE data = 'erase';

CREATE INDEX subject_staff ON subject (study, staff, code) WHERE staff IS NOT NULL;
CREATE INDEX alert_unseen ON alert (id) WHERE seen IS NULL;

-- What an erasure deletes, and what the engine looks for before it does.
CREATE INDEX anchor_before ON anchor (subject) WHERE gone IS NOT NULL;
CREATE INDEX response_replaces ON response (replaces) WHERE replaces IS NOT NULL;

-- Visits that have opened, the most urgent first: in order of closing, those that are open as long as
-- each other are open together, so each width is walked by itself (store/visit.c).
DROP INDEX visit_planned_at;
DROP INDEX visit_planned;
CREATE INDEX visit_planned_at ON visit (site, (closes - opens), closes, id)
    WHERE state = 'planned';
CREATE INDEX visit_planned ON visit ((closes - opens), closes, id) WHERE state = 'planned';
