-- Who may sign in, with what, and who is signed in now.

CREATE TABLE accounts (
    id            TEXT PRIMARY KEY,
    name          TEXT NOT NULL UNIQUE,
    description   TEXT,
    email         TEXT,
    locale        TEXT,
    password_hash TEXT,
    role          TEXT NOT NULL,
    is_enabled    BOOLEAN NOT NULL,
    created_at    BIGINT NOT NULL
);

CREATE TABLE api_keys (
    id              TEXT PRIMARY KEY,
    account_id      TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    description     TEXT NOT NULL,
    secret_hash     TEXT NOT NULL,
    permission_mode TEXT NOT NULL,
    permissions     TEXT NOT NULL,
    allowed_ips     TEXT NOT NULL,
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT
);

CREATE INDEX api_keys_of_account ON api_keys (account_id);

CREATE TABLE sessions (
    id               TEXT PRIMARY KEY,
    secret_hash      TEXT NOT NULL,
    account_id       TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    authenticated_at BIGINT NOT NULL,
    created_at       BIGINT NOT NULL,
    expires_at       BIGINT NOT NULL
);

CREATE INDEX sessions_of_account ON sessions (account_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);
