-- What happened. Whatever changes something adds a row that waits, which must be cheap; soon after, what waits is sealed: numbered without
-- gaps and chained by hash within its tenant.

CREATE TABLE journal_unsealed (
    id              TEXT PRIMARY KEY NOT NULL,
    happened_at     BIGINT NOT NULL,
    tenant_id       TEXT,
    kind            TEXT NOT NULL,
    object_kind     TEXT,
    object_id       TEXT,
    account_id      TEXT,
    credential_kind TEXT,
    credential_id   TEXT,
    client_id       TEXT,
    from_address    TEXT,
    value_before    TEXT,
    value_after     TEXT,
    note            TEXT
) /* WITHOUT ROWID */;

CREATE TABLE journal (
    position        BIGINT PRIMARY KEY NOT NULL,
    hash            TEXT NOT NULL,
    id              TEXT NOT NULL UNIQUE,
    happened_at     BIGINT NOT NULL,
    tenant_id       TEXT,
    kind            TEXT NOT NULL,
    object_kind     TEXT,
    object_id       TEXT,
    account_id      TEXT,
    credential_kind TEXT,
    credential_id   TEXT,
    client_id       TEXT,
    from_address    TEXT,
    value_before    TEXT,
    value_after     TEXT,
    note            TEXT
) /* WITHOUT ROWID */;

CREATE INDEX journal_by_kind ON journal (kind, position);
CREATE INDEX journal_of_object ON journal (object_kind, object_id, position) WHERE object_id IS NOT NULL;
CREATE INDEX journal_of_account ON journal (account_id, position) WHERE account_id IS NOT NULL;
CREATE INDEX journal_of_tenant ON journal (tenant_id, position) WHERE tenant_id IS NOT NULL;
CREATE INDEX journal_changes ON journal (object_kind, position) WHERE kind IN ('created', 'updated', 'destroyed');
CREATE INDEX journal_changes_of_tenant ON journal (tenant_id, object_kind, position)
    WHERE tenant_id IS NOT NULL AND kind IN ('created', 'updated', 'destroyed');

-- One row: the last position given out, and the last one forgotten.
CREATE TABLE journal_head (
    name      TEXT PRIMARY KEY NOT NULL,
    position  BIGINT NOT NULL,
    forgotten BIGINT NOT NULL
) /* WITHOUT ROWID */;

INSERT INTO journal_head (name, position, forgotten) VALUES ('journal', 0, 0);

-- The last link of each tenant's chain, and the last one forgotten. An empty tenant is that of events that belong to none.
CREATE TABLE journal_chains (
    tenant_id      TEXT PRIMARY KEY NOT NULL,
    position       BIGINT NOT NULL,
    hash           TEXT NOT NULL,
    forgotten_hash TEXT NOT NULL
) /* WITHOUT ROWID */;
