-- When the document that describes a client was last read and good. Beside the clients: what is read with every request must not change
-- when nothing about them did.

CREATE TABLE client_documents (
    client     TEXT PRIMARY KEY REFERENCES clients (id) ON DELETE CASCADE,
    fetched_at BIGINT NOT NULL
);
