-- 0011 waits: how many forms of a visit still wait, so that it stays due until the last is in.
-- `waits` counts them by who fills them in: the participant's, plus 1000 times the clinician's, plus
-- 1000000 times the outcome assessor's, and so on (study/asked.h); `waits_on` has a bit for each of
-- them.  A visit that was missed, cancelled, or held and closed with a reason waits for nothing.
-- Old rows: what was missed or cancelled waits for nothing. What is planned or was held has -1, not
-- counted yet, and is due to everybody: the definition of its study says what is asked, and the
-- first program that opens the store to write counts before anybody is served (app/visiting_waits.c).
ALTER TABLE visit ADD COLUMN waits INTEGER NOT NULL DEFAULT 0 CHECK (waits >= -1);
ALTER TABLE visit ADD COLUMN waits_on INTEGER NOT NULL DEFAULT 0
    CHECK ((waits_on = 0) = (waits = 0));
UPDATE visit SET waits = -1, waits_on = 63 WHERE state = 'planned' OR state = 'held';

-- Those that wait, the most urgent first.  A lane holds visits that wait for the same people and are
-- open for as many days: within one the open ones are those that close by a day, and who waits for
-- somebody else is not gone through (store/visit.c).
DROP INDEX visit_planned_at;
DROP INDEX visit_planned;
CREATE INDEX visit_waits_at ON visit (site, (waits_on * 1000000 + closes - opens), closes, id)
    WHERE waits_on > 0;
CREATE INDEX visit_waits ON visit ((waits_on * 1000000 + closes - opens), closes, id)
    WHERE waits_on > 0;
