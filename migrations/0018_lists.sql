-- The few clients among many that administrators ask for. Partial, so that a registration does not pay for them.

CREATE INDEX clients_disabled ON clients (id) WHERE NOT is_enabled;
CREATE INDEX clients_verified ON clients (id) WHERE is_verified;
CREATE INDEX clients_that_end ON clients (expires_at) WHERE expires_at IS NOT NULL;

-- When a token was last asked for with it, to within some hours; none where it never was since the person allowed it.
ALTER TABLE grants ADD COLUMN last_used_at BIGINT;
