-- Events that can tell of anything in an organization, and customers apart from their devices and their countings.
-- Runs without foreign keys being looked at, and what is rebuilt is checked at the end (`forward.rs`, which also moves the
-- events, piece by piece).

-- Chats that are gone for good: what is told of them is that. Of any other chat a missing row is damage.
CREATE TABLE erased_chats (
    chat_id INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL
);

ALTER TABLE events RENAME TO events_before;
DROP INDEX events_of_customer;

-- The log, in the order that everybody is told. Ids and numbers only: texts and names stay where they live.
CREATE TABLE events (
    organization_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    -- Who did it: 'customer', 'operator' (with their id), 'company', or 'unknown'.
    actor_kind TEXT NOT NULL,
    actor_id INTEGER,
    -- Where, for what happens in a chat.
    chat_id INTEGER,
    -- What it is about besides: a message, an operator.
    subject_id INTEGER,
    -- What else there is to say, as a JSON object of ids and numbers.
    data TEXT,
    -- What the customer is told of it, if anything, in their own counting.
    customer_id INTEGER,
    customer_seq INTEGER,
    customer_data TEXT,
    PRIMARY KEY (organization_id, seq)
) WITHOUT ROWID;
CREATE UNIQUE INDEX events_of_customer ON events (customer_id, customer_seq) WHERE customer_seq IS NOT NULL;

-- A counting: the numbers under which a customer is told things. It has the id of the customer that it was made for, by
-- which events and messages name it, and keeps it whoever that customer turns out to be.
CREATE TABLE countings (
    id INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL REFERENCES organizations (id),
    -- Its head.
    seq INTEGER NOT NULL DEFAULT 0
);
INSERT INTO countings (id, organization_id, seq) SELECT id, organization_id, seq FROM customers;

-- A visitor: one browser at an organization, whose it is, and how it counts.
CREATE TABLE visitors (
    organization_id INTEGER NOT NULL REFERENCES organizations (id),
    visitor_id TEXT NOT NULL,
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    counting_id INTEGER NOT NULL REFERENCES countings (id),
    PRIMARY KEY (organization_id, visitor_id)
) WITHOUT ROWID;
INSERT INTO visitors (organization_id, visitor_id, customer_id, counting_id)
SELECT organization_id, visitor_id, id, id FROM customers;
CREATE INDEX visitors_of_customer ON visitors (customer_id);
CREATE INDEX visitors_of_counting ON visitors (counting_id);

-- A customer: a person, as the organization knows them.
CREATE TABLE customers_after (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organization_id INTEGER NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    phone_digits TEXT NOT NULL DEFAULT '',
    tg_user_id INTEGER
);
INSERT INTO customers_after (id, organization_id, name, name_key, phone, phone_digits, tg_user_id)
SELECT id, organization_id, name, name_key, phone, phone_digits, tg_user_id FROM customers;
-- No id is given out again, also past rows that are gone.
DELETE FROM sqlite_sequence WHERE name = 'customers_after';
UPDATE sqlite_sequence SET name = 'customers_after' WHERE name = 'customers';
DROP TABLE customers;
ALTER TABLE customers_after RENAME TO customers;
