-- What people allowed, and every one-time thing that follows from it. One-time things are decided by their row.

CREATE TABLE interactions (
    id               TEXT PRIMARY KEY,
    session_id       TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    request          TEXT NOT NULL,
    is_fresh_login   BOOLEAN NOT NULL,
    is_account_chosen BOOLEAN NOT NULL,
    created_at       BIGINT NOT NULL,
    expires_at       BIGINT NOT NULL,
    decided_at       BIGINT
);

CREATE INDEX interactions_of_session ON interactions (session_id);
CREATE INDEX interactions_by_end ON interactions (expires_at);

CREATE TABLE consents (
    account_id   TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    client_id    TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    scope        TEXT NOT NULL,
    resources    TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (account_id, client_id, redirect_uri)
);

CREATE INDEX consents_of_client ON consents (client_id);

CREATE TABLE grants (
    id               TEXT PRIMARY KEY,
    account_id       TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    client_id        TEXT NOT NULL,
    scope            TEXT NOT NULL,
    resources        TEXT NOT NULL,
    claims           TEXT,
    authenticated_at BIGINT NOT NULL,
    created_at       BIGINT NOT NULL,
    expires_at       BIGINT NOT NULL,
    revoked_at       BIGINT
);

CREATE INDEX grants_of_account ON grants (account_id);
CREATE INDEX grants_of_client ON grants (client_id);
CREATE INDEX grants_by_end ON grants (expires_at);

CREATE TABLE authorization_codes (
    id             TEXT PRIMARY KEY,
    secret_hash    TEXT NOT NULL,
    grant_id       TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    redirect_uri   TEXT NOT NULL,
    code_challenge TEXT,
    nonce          TEXT,
    acr            TEXT,
    wants_auth_time BOOLEAN NOT NULL,
    expires_at     BIGINT NOT NULL,
    failures       BIGINT NOT NULL,
    used_at        BIGINT
);

CREATE INDEX authorization_codes_of_grant ON authorization_codes (grant_id);
CREATE INDEX authorization_codes_by_end ON authorization_codes (expires_at);

CREATE TABLE refresh_tokens (
    id           TEXT PRIMARY KEY,
    secret_hash  TEXT NOT NULL,
    grant_id     TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    used_at      BIGINT,
    successor_id TEXT
);

CREATE INDEX refresh_tokens_of_grant ON refresh_tokens (grant_id);
CREATE INDEX refresh_tokens_by_end ON refresh_tokens (expires_at);

CREATE TABLE revoked_access_tokens (
    jti        TEXT PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

CREATE INDEX revoked_access_tokens_by_end ON revoked_access_tokens (expires_at);

CREATE TABLE client_assertions (
    client_id  TEXT NOT NULL,
    jti        TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (client_id, jti)
);

CREATE INDEX client_assertions_by_end ON client_assertions (expires_at);
