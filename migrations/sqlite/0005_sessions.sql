-- Who is in, and who was: the console's sessions, and the addresses from which companies have signed in.

CREATE TABLE sessions (
    company_id INTEGER NOT NULL REFERENCES companies (id),
    -- What the secret in the cookie hashes to.
    id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    -- To the hour.
    used_at INTEGER NOT NULL,
    PRIMARY KEY (company_id, id)
) WITHOUT ROWID;
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE known_addresses (
    -- In lower case.
    login TEXT NOT NULL,
    -- A keyed hash.
    address TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (login, address)
) WITHOUT ROWID;
