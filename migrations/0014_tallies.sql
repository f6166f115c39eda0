-- How often things happened, day by day: what the overview of the console draws without looking at what happened one by one.

-- An empty tenant is that of all together. Days are counted from 1970-01-01 in UTC.
CREATE TABLE tallies (
    tenant_id TEXT NOT NULL,
    day       BIGINT NOT NULL,
    what      TEXT NOT NULL,
    times     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, day, what)
) /* WITHOUT ROWID */;

CREATE INDEX tallies_by_day ON tallies (day);

-- Clients that end: those that end next are found first.
CREATE INDEX clients_by_end ON clients (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX clients_of_tenant_by_end ON clients (member_tenant_id, expires_at)
    WHERE member_tenant_id IS NOT NULL AND expires_at IS NOT NULL;
