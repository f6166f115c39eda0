-- What an administrator has yet to say of a client, or said against it: pending or denied. Nothing: it was approved, or never had to be.

ALTER TABLE clients ADD COLUMN approval TEXT;

-- The few among many that somebody has to look at.
CREATE INDEX clients_unapproved ON clients (approval, id) WHERE approval IS NOT NULL;
