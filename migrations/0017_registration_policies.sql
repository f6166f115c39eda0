-- What may be registered at which door, initial access tokens, and what was registered with each.

-- `owner` is the tenant, or nothing where it is the whole server: of these there is one for each door.
CREATE TABLE registration_policies (
    id               TEXT PRIMARY KEY,
    owner            TEXT NOT NULL,
    member_tenant_id TEXT REFERENCES tenants (id),
    door             TEXT NOT NULL,
    description      TEXT NOT NULL,
    mode             TEXT NOT NULL,
    bounds           TEXT NOT NULL,
    created_at       BIGINT NOT NULL,
    version          BIGINT NOT NULL,
    UNIQUE (owner, door)
);

CREATE INDEX registration_policies_of_tenant ON registration_policies (member_tenant_id) WHERE member_tenant_id IS NOT NULL;

-- Who minted a token may be gone: then it is worth nothing, and still says what came of it.
CREATE TABLE initial_access_tokens (
    id               TEXT PRIMARY KEY,
    description      TEXT NOT NULL,
    secret_hash      TEXT NOT NULL,
    member_tenant_id TEXT REFERENCES tenants (id),
    minted_by        TEXT,
    minted_with      TEXT,
    max_uses         BIGINT NOT NULL,
    uses             BIGINT NOT NULL,
    expires_at       BIGINT,
    revoked_at       BIGINT,
    bounds           TEXT NOT NULL,
    created_at       BIGINT NOT NULL,
    version          BIGINT NOT NULL
);

CREATE INDEX initial_access_tokens_of_tenant ON initial_access_tokens (member_tenant_id) WHERE member_tenant_id IS NOT NULL;

-- A client that is deleted stays in the ledger.
CREATE TABLE initial_access_token_uses (
    client_row    TEXT PRIMARY KEY,
    token_id      TEXT NOT NULL REFERENCES initial_access_tokens (id) ON DELETE CASCADE,
    client_id     TEXT NOT NULL,
    registered_at BIGINT NOT NULL
);

CREATE INDEX initial_access_token_uses_of_token ON initial_access_token_uses (token_id, client_row);

UPDATE roles SET enabled = enabled || ' registration-policy-get registration-policy-query registration-policy-create registration-policy-update registration-policy-destroy initial-access-token-get initial-access-token-query initial-access-token-create initial-access-token-update initial-access-token-destroy'
WHERE id = '00000000000000000000000003';
