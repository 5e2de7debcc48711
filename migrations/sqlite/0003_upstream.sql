-- In front of another ChatHub: its companies, organizations and operators are mirrored here under its own ids (a
-- company under one of ours, since no call tells its own before an operator token was validated).

-- 'local', or the address of the ChatHub whose people these are; nothing while that is undecided.
ALTER TABLE installation ADD COLUMN directory TEXT;

-- No longer the company's at the remote. The row stays, because chats refer to it.
ALTER TABLE organizations ADD COLUMN gone BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TABLE upstream_accounts (
    company_id INTEGER PRIMARY KEY REFERENCES companies (id),
    -- As it was given: logins that the remote tells apart by their case are two companies'.
    login TEXT UNIQUE,
    -- The company token of the remote, sealed; nothing after it was refused.
    token BLOB,
    remote_id INTEGER,
    answered_at INTEGER NOT NULL
);
