-- What accounts sign in with beside a password, and what keeps a code or an answer from being good twice.

CREATE TABLE passkeys (
    id            TEXT PRIMARY KEY NOT NULL,
    account_id    TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    credential_id TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    credential    TEXT NOT NULL,
    sign_count    BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    last_used_at  BIGINT
);

CREATE INDEX passkeys_of_account ON passkeys (account_id);

-- The seed is sealed under a key that is not here. Steps up to the last one that was accepted are used.
CREATE TABLE totp (
    account_id TEXT PRIMARY KEY NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    seed       TEXT NOT NULL,
    last_step  BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    code_hash  TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at    BIGINT,
    PRIMARY KEY (account_id, code_hash)
);

-- How often codes were tried for an account. One row decides, so nobody gets more tries by trying at the same time.
CREATE TABLE code_tries (
    account_id TEXT PRIMARY KEY NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    window_at  BIGINT NOT NULL,
    in_window  BIGINT NOT NULL,
    day_at     BIGINT NOT NULL,
    in_day     BIGINT NOT NULL
);

-- What was sealed into a page and came back: until it would have ended by itself it is remembered that it is used up.
CREATE TABLE spent_seals (
    id         TEXT PRIMARY KEY NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX spent_seals_by_end ON spent_seals (expires_at);

ALTER TABLE sessions ADD COLUMN method TEXT NOT NULL DEFAULT 'password';
ALTER TABLE authorization_codes ADD COLUMN method TEXT NOT NULL DEFAULT 'password';
