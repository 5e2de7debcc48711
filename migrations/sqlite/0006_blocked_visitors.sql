-- Visitors whom an organization does not want to hear from for a time.

CREATE TABLE blocked_visitors (
    organization_id INTEGER NOT NULL REFERENCES organizations (id),
    visitor_id TEXT NOT NULL,
    -- A keyed hash of the address that is blocked with them.
    address TEXT,
    until INTEGER NOT NULL,
    PRIMARY KEY (organization_id, visitor_id)
) WITHOUT ROWID;
