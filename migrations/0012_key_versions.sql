-- How often a key was changed: whoever changes one says what it was changed from.

ALTER TABLE account_keys ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
