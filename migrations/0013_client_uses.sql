-- When a client was last served. Beside the clients: what is read with every request must not change with every request.

CREATE TABLE client_uses (
    client       TEXT PRIMARY KEY REFERENCES clients (id) ON DELETE CASCADE,
    last_used_at BIGINT NOT NULL
);

CREATE INDEX client_uses_by_moment ON client_uses (last_used_at);
