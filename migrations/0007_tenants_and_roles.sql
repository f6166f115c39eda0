-- Tenants, roles that administrators compose, groups, app passwords, and clients that belong to a tenant. Accounts keep what they held: the
-- two roles that were code are rows now.

CREATE TABLE tenants (
    id                TEXT PRIMARY KEY,
    name              TEXT NOT NULL UNIQUE,
    logo              TEXT,
    roles             TEXT NOT NULL,
    permissions       TEXT NOT NULL,
    max_accounts      BIGINT,
    max_groups        BIGINT,
    max_roles         BIGINT,
    max_oauth_clients BIGINT,
    created_at        BIGINT NOT NULL,
    version           BIGINT NOT NULL
);

-- `enabled` and `disabled` are names of permissions; `*` is every permission there is, also those that a later program adds.
CREATE TABLE roles (
    id               TEXT PRIMARY KEY,
    description      TEXT NOT NULL,
    member_tenant_id TEXT REFERENCES tenants (id),
    role_ids         TEXT NOT NULL,
    enabled          TEXT NOT NULL,
    disabled         TEXT NOT NULL,
    version          BIGINT NOT NULL
);

CREATE INDEX roles_of_tenant ON roles (member_tenant_id) WHERE member_tenant_id IS NOT NULL;

INSERT INTO roles (id, description, role_ids, enabled, disabled, version) VALUES
    ('00000000000000000000000001', 'User', '',
     'authenticate api-key-get api-key-query api-key-create api-key-update api-key-destroy app-password-get app-password-query app-password-create app-password-update app-password-destroy account-password-get account-password-update account-settings-get account-settings-update',
     '', 1),
    ('00000000000000000000000002', 'Group', '', '', '', 1),
    ('00000000000000000000000003', 'Tenant Administrator', '00000000000000000000000001',
     'oauth-client-registration oauth-client-get oauth-client-query oauth-client-create oauth-client-update oauth-client-destroy account-get account-query account-create account-update account-destroy role-get role-query role-create role-update role-destroy audit-event-get audit-event-query',
     '', 1),
    ('00000000000000000000000004', 'System Administrator', '', '*', '', 1);

-- One row, which changes with every role and tenant: whoever remembers what roles add up to sees that it must read them again.
CREATE TABLE rolebook (
    version BIGINT NOT NULL
);

INSERT INTO rolebook (version) VALUES (1);

ALTER TABLE accounts RENAME COLUMN role TO roles;
UPDATE accounts SET roles = 'admin' WHERE roles = 'system-administrator';
ALTER TABLE accounts RENAME COLUMN email TO emails;
ALTER TABLE accounts ADD COLUMN kind TEXT NOT NULL DEFAULT 'user';
ALTER TABLE accounts ADD COLUMN permissions TEXT NOT NULL DEFAULT 'inherit';
ALTER TABLE accounts ADD COLUMN member_tenant_id TEXT REFERENCES tenants (id);
ALTER TABLE accounts ADD COLUMN time_zone TEXT;
ALTER TABLE accounts ADD COLUMN max_api_keys BIGINT;
ALTER TABLE accounts ADD COLUMN max_app_passwords BIGINT;
ALTER TABLE accounts ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

CREATE INDEX accounts_of_tenant ON accounts (member_tenant_id, kind) WHERE member_tenant_id IS NOT NULL;

CREATE TABLE memberships (
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    group_id   TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    PRIMARY KEY (account_id, group_id)
) /* WITHOUT ROWID */;

CREATE INDEX memberships_of_group ON memberships (group_id);

ALTER TABLE api_keys RENAME TO account_keys;
ALTER TABLE account_keys ADD COLUMN kind TEXT NOT NULL DEFAULT 'api-key';

ALTER TABLE clients ADD COLUMN member_tenant_id TEXT REFERENCES tenants (id);

CREATE INDEX clients_of_tenant ON clients (member_tenant_id) WHERE member_tenant_id IS NOT NULL;

-- The words under which a client is found: of its name, its contacts, and an id that somebody chose.
CREATE TABLE client_words (
    word   TEXT NOT NULL,
    client TEXT NOT NULL,
    PRIMARY KEY (word, client)
) /* WITHOUT ROWID */;
