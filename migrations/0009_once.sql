-- 0009 once: what another program asked for with a key of its own, and the answer it got, so that the
-- same request sent again has no second effect. Kept for a day.
-- Old rows: there are none.
CREATE TABLE once (
    token  INTEGER NOT NULL REFERENCES token (id) ON DELETE CASCADE,
    key    TEXT NOT NULL,
    hash   TEXT NOT NULL,                -- of the request: another under the same key is refused
    status INTEGER NOT NULL,
    body   TEXT NOT NULL,
    etag   TEXT NOT NULL,                -- empty: none
    at     INTEGER NOT NULL,
    PRIMARY KEY (token, key)
) STRICT;
CREATE INDEX once_at ON once (at);
