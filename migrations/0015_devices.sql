-- Devices that ask for access, what their people decided, and how often codes of devices were typed wrong.

-- A request waits for one decision and for one redemption: decided_at and used_at say that each has been. An empty tenant is none.
CREATE TABLE device_requests (
    id              TEXT PRIMARY KEY NOT NULL,
    secret_hash     TEXT NOT NULL,
    user_code_hash  TEXT NOT NULL UNIQUE,
    client_id       TEXT NOT NULL,
    tenant_id       TEXT NOT NULL,
    scope           TEXT NOT NULL,
    resources       TEXT NOT NULL,
    from_address    TEXT NOT NULL,
    user_agent      TEXT,
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    poll_interval   BIGINT NOT NULL,
    polled_at       BIGINT NOT NULL,
    decided_at      BIGINT,
    grant_id        TEXT,
    method          TEXT,
    acr             TEXT,
    wants_auth_time BOOLEAN NOT NULL,
    used_at         BIGINT
);

CREATE INDEX device_requests_by_end ON device_requests (expires_at);
CREATE INDEX device_requests_that_wait ON device_requests (tenant_id, expires_at) WHERE decided_at IS NULL;

-- One row for each session, account, source and tenant decides, so nobody gets more tries by trying at the same time.
CREATE TABLE user_code_tries (
    whose      TEXT PRIMARY KEY NOT NULL,
    window_at  BIGINT NOT NULL,
    tries      BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX user_code_tries_by_end ON user_code_tries (expires_at);
