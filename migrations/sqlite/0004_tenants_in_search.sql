-- The search index knows the tenant, and erasing goes in pieces.

DROP TRIGGER message_search_insert;
DROP TRIGGER message_search_delete;
DROP TABLE message_terms;
DROP TABLE message_search;
DROP VIEW message_texts;

-- Trigrams of folded words, each with its organization before it: another tenant's words are other terms. They are
-- made by the program (`index.rs`), which also fills the index once after this. The text itself stays where it lives.
CREATE VIRTUAL TABLE message_search USING fts5 (terms, content = '', columnsize = 0, tokenize = 'ascii');
-- What is deleted is gone from the index's pages, not only marked.
INSERT INTO message_search (message_search, rank) VALUES ('secure-delete', 1);
-- The terms one by one, with the messages they are in.
CREATE VIRTUAL TABLE message_terms USING fts5vocab (message_search, instance);

-- By which folding of texts the index is made; 0 is by none.
ALTER TABLE installation ADD COLUMN index_folding INTEGER NOT NULL DEFAULT 0;
-- While it is being made: the last message that is in it.
ALTER TABLE installation ADD COLUMN index_filled INTEGER;

-- The list in the order of creation.
CREATE INDEX chats_by_creation ON chats (organization_id, created_at, id);

-- Chats whose row is gone, while what was said in them goes piece by piece.
CREATE TABLE erasures (
    chat_id INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL
);
-- So for a while there are messages of no chat. Dropping a constraint changes the schema's text and no row, and this
-- is SQLite's own way to do it: https://sqlite.org/lang_altertable.html#otheralter
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'chat_id INTEGER NOT NULL REFERENCES chats (id),', 'chat_id INTEGER NOT NULL,')
WHERE type = 'table' AND name = 'messages';
PRAGMA writable_schema = RESET;

-- Until now a customer's row went with their last chat, and whoever came back counted from 1 again: a window of the
-- former life could stand at a number of the new one. The countings that may be such a second life leap beyond any
-- number of a first one. A leap is a hole, so every window of theirs begins anew.
UPDATE customers SET seq = max(seq, first.last) + 1
FROM (SELECT organization_id, min(customer_id) AS id, max(customer_seq) AS last FROM events e
      WHERE customer_seq IS NOT NULL AND NOT EXISTS (SELECT 1 FROM customers WHERE customers.id = e.customer_id)
      GROUP BY organization_id) AS first
WHERE customers.organization_id = first.organization_id AND customers.id > first.id;
