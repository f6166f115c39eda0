-- What every token request touches, in as few pages as can be: a row lives where its key is (SQLite keeps a table and the index of its
-- key apart unless told otherwise; PostgreSQL reads that as a comment), no index by grant (what outlives its grant is worth nothing, and
-- is swept at its own end), and a spent refresh token is as long as a live one, so that spending it moves nothing.

ALTER TABLE grants RENAME TO grants_before;
ALTER TABLE authorization_codes RENAME TO authorization_codes_before;
ALTER TABLE refresh_tokens RENAME TO refresh_tokens_before;
DROP INDEX grants_of_account;
DROP INDEX grants_of_client;
DROP INDEX grants_by_end;
DROP INDEX authorization_codes_by_end;
DROP INDEX refresh_tokens_by_end;

CREATE TABLE grants (
    id               TEXT PRIMARY KEY NOT NULL,
    account_id       TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    client_id        TEXT NOT NULL,
    scope            TEXT NOT NULL,
    resources        TEXT NOT NULL,
    claims           TEXT,
    authenticated_at BIGINT NOT NULL,
    created_at       BIGINT NOT NULL,
    expires_at       BIGINT NOT NULL,
    revoked_at       BIGINT
) /* WITHOUT ROWID */;

INSERT INTO grants (id, account_id, client_id, scope, resources, claims, authenticated_at, created_at, expires_at, revoked_at)
SELECT id, account_id, client_id, scope, resources, claims, authenticated_at, created_at, expires_at, revoked_at FROM grants_before;

CREATE TABLE authorization_codes (
    id              TEXT PRIMARY KEY NOT NULL,
    secret_hash     TEXT NOT NULL,
    grant_id        TEXT NOT NULL,
    redirect_uri    TEXT NOT NULL,
    code_challenge  TEXT,
    nonce           TEXT,
    acr             TEXT,
    wants_auth_time BOOLEAN NOT NULL,
    expires_at      BIGINT NOT NULL,
    failures        BIGINT NOT NULL,
    used_at         BIGINT
) /* WITHOUT ROWID */;

INSERT INTO authorization_codes (id, secret_hash, grant_id, redirect_uri, code_challenge, nonce, acr, wants_auth_time, expires_at, failures, used_at)
SELECT id, secret_hash, grant_id, redirect_uri, code_challenge, nonce, acr, wants_auth_time, expires_at, failures, used_at
FROM authorization_codes_before;

-- A live token succeeds itself, and was used when it was made.
CREATE TABLE refresh_tokens (
    id           TEXT PRIMARY KEY NOT NULL,
    secret_hash  TEXT NOT NULL,
    grant_id     TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    used_at      BIGINT NOT NULL,
    successor_id TEXT NOT NULL
) /* WITHOUT ROWID */;

INSERT INTO refresh_tokens (id, secret_hash, grant_id, created_at, expires_at, used_at, successor_id)
SELECT id, secret_hash, grant_id, created_at, expires_at, COALESCE(used_at, created_at), COALESCE(successor_id, id)
FROM refresh_tokens_before;

DROP TABLE refresh_tokens_before;
DROP TABLE authorization_codes_before;
DROP TABLE grants_before;

CREATE INDEX grants_of_account ON grants (account_id);
CREATE INDEX grants_of_client ON grants (client_id);
CREATE INDEX grants_by_end ON grants (expires_at);
CREATE INDEX authorization_codes_by_end ON authorization_codes (expires_at);
CREATE INDEX refresh_tokens_by_end ON refresh_tokens (expires_at);
