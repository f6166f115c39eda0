-- Whose client a tombstone is of. The tenant may be gone by now, so nothing refers to it; none: a client of no tenant, or one that was deleted
-- before this was noted.

ALTER TABLE client_tombstones ADD COLUMN member_tenant_id TEXT;
