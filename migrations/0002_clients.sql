-- Who asks for tokens. A client that was deleted leaves a tombstone, so that its next request can be answered with a reason.

CREATE TABLE clients (
    id                         TEXT PRIMARY KEY,
    client_id                  TEXT NOT NULL UNIQUE,
    door                       TEXT NOT NULL,
    registered_by              TEXT,
    metadata                   TEXT NOT NULL,
    secret_hash                TEXT,
    secret_expires_at          BIGINT,
    secret_sealed              TEXT,
    management_hash            TEXT,
    management_hash_before     TEXT,
    management_request_before  TEXT,
    created_at                 BIGINT NOT NULL,
    expires_at                 BIGINT,
    is_enabled                 BOOLEAN NOT NULL,
    is_verified                BOOLEAN NOT NULL,
    version                    BIGINT NOT NULL
);

CREATE TABLE client_tombstones (
    client_id  TEXT PRIMARY KEY,
    deleted_at BIGINT NOT NULL
);
