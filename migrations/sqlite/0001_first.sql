-- Everything of an installation. Times are milliseconds since 1970; texts live once, in messages.

CREATE TABLE installation (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    -- Names this life of the database: cursors of another one are answered by a reset.
    epoch TEXT NOT NULL
);

CREATE TABLE companies (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    login TEXT NOT NULL,
    -- The login in lower case: logins differ by more than their case.
    login_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    -- Grows when every token issued so far must die.
    generation INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE organizations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    company_id INTEGER NOT NULL REFERENCES companies (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    -- A JSON array of web origins.
    allowed_origins TEXT NOT NULL DEFAULT '[]',
    -- The head of the organization's log.
    seq INTEGER NOT NULL DEFAULT 0,
    UNIQUE (company_id, name_key)
);

CREATE TABLE operators (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    company_id INTEGER NOT NULL REFERENCES companies (id),
    organization_id INTEGER NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    status INTEGER NOT NULL DEFAULT 0,
    generation INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX operators_of_organization ON operators (organization_id, id);
CREATE INDEX operators_of_company ON operators (company_id, id);

CREATE TABLE customers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organization_id INTEGER NOT NULL REFERENCES organizations (id),
    visitor_id TEXT NOT NULL,
    name TEXT NOT NULL,
    -- The head of the customer's own counting.
    seq INTEGER NOT NULL DEFAULT 0,
    UNIQUE (organization_id, visitor_id)
);

CREATE TABLE chats (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organization_id INTEGER NOT NULL REFERENCES organizations (id),
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    source INTEGER NOT NULL,
    status INTEGER NOT NULL,
    operator_id INTEGER REFERENCES operators (id),
    last_seq INTEGER NOT NULL,
    read_by_customer INTEGER NOT NULL,
    -- How far the furthest operator has read.
    read_by_operators INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE INDEX chats_by_update ON chats (organization_id, updated_at DESC, id DESC);
CREATE INDEX chats_of_customer ON chats (customer_id, id);
-- A customer has one chat that is not closed.
CREATE UNIQUE INDEX open_chat_of_customer ON chats (customer_id) WHERE status <> 4;

CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organization_id INTEGER NOT NULL,
    chat_id INTEGER NOT NULL REFERENCES chats (id),
    customer_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    customer_seq INTEGER NOT NULL,
    -- Who named it client_id: 'operator:7', 'visitor:…'.
    sender TEXT NOT NULL,
    client_id TEXT NOT NULL,
    -- Who answered; absent on a customer's own.
    operator_id INTEGER REFERENCES operators (id),
    text TEXT NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (sender, client_id)
);
CREATE UNIQUE INDEX messages_of_chat ON messages (chat_id, seq);
CREATE UNIQUE INDEX messages_of_customer ON messages (customer_id, customer_seq);

CREATE TABLE read_positions (
    chat_id INTEGER NOT NULL REFERENCES chats (id),
    operator_id INTEGER NOT NULL REFERENCES operators (id),
    seq INTEGER NOT NULL,
    PRIMARY KEY (chat_id, operator_id)
) WITHOUT ROWID;

-- The log: ids and kinds, in the order that everybody is told.
CREATE TABLE events (
    organization_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    chat_id INTEGER NOT NULL,
    message_id INTEGER,
    -- Who wrote, read, changed the status, or was given the chat.
    operator_id INTEGER,
    -- The new status, or how far was read.
    value INTEGER,
    -- What the customer is told of it, if anything, in their own counting.
    customer_id INTEGER,
    customer_seq INTEGER,
    customer_value INTEGER,
    PRIMARY KEY (organization_id, seq)
) WITHOUT ROWID;
CREATE UNIQUE INDEX events_of_customer ON events (customer_id, customer_seq) WHERE customer_seq IS NOT NULL;
