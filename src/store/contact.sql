-- name: contact_of  args: site
-- What a site says now, in every language it wrote.
SELECT lang, text FROM contact WHERE site = $1 AND gone IS NULL ORDER BY lang;

-- name: contact_end  args: site, lang, at
UPDATE contact SET gone = $3 WHERE site = $1 AND lang = $2 AND gone IS NULL;

-- name: contact_put  args: site, lang, text, at, staff
INSERT INTO contact (site, lang, text, at, staff) VALUES ($1, $2, $3, $4, $5);

-- name: contact_site  args: site
-- The site and its service, by name.
SELECT s.name, v.name FROM site s JOIN service v ON v.id = s.service WHERE s.id = $1;
