-- Clients that belong to whoever runs this server, and the visits of people to its own pages.

ALTER TABLE clients ADD COLUMN is_first_party BOOLEAN NOT NULL DEFAULT FALSE;

-- From where somebody signed in, with what, and when that was last of use.
ALTER TABLE sessions ADD COLUMN from_address TEXT;
ALTER TABLE sessions ADD COLUMN user_agent TEXT;
ALTER TABLE sessions ADD COLUMN last_seen_at BIGINT;

-- What the console and the portal got as an OAuth client, for one browser. It ends with the session of that browser.
CREATE TABLE visits (
    id                TEXT PRIMARY KEY,
    secret_hash       TEXT NOT NULL,
    session_id        TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    grant_id          TEXT NOT NULL,
    access_token      TEXT NOT NULL,
    refresh_token     TEXT,
    access_expires_at BIGINT NOT NULL,
    created_at        BIGINT NOT NULL,
    version           BIGINT NOT NULL
);

CREATE INDEX visits_of_session ON visits (session_id);
