-- Software statements of issuers who let each of them register one client only: those that were used and are not over yet.

CREATE TABLE software_statements (
    issuer     TEXT NOT NULL,
    jti        TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, jti)
);

CREATE INDEX software_statements_by_end ON software_statements (expires_at);
