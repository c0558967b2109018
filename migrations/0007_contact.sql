-- 0007 contact: whom somebody who fills in forms can turn to, as each site wrote it.
-- Old rows: there are none; a site that has said nothing shows nothing.
-- A text is replaced by a new row; the old one gets `gone`.
CREATE TABLE contact (
    id    INTEGER PRIMARY KEY,
    site  INTEGER NOT NULL REFERENCES site (id),
    lang  TEXT NOT NULL,
    text  TEXT NOT NULL CHECK (text <> ''),
    at    INTEGER NOT NULL,
    staff INTEGER NOT NULL REFERENCES staff (id),
    gone  INTEGER
) STRICT;
CREATE UNIQUE INDEX contact_now ON contact (site, lang) WHERE gone IS NULL;
