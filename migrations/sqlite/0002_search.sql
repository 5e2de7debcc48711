-- Finding chats: by what was said, by the customer's name and phone number.

ALTER TABLE customers ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN phone TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN phone_digits TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN tg_user_id INTEGER;
UPDATE customers SET name_key = lower(name);

-- Two marks end every text, so that its last two characters begin a trigram too: a term of one or two characters is
-- looked up as the beginning of a trigram.
CREATE VIEW message_texts AS SELECT id, text || char(3, 3) AS text FROM messages;

-- Trigrams: parts of words, in any script and any case. The text itself stays where it lives.
CREATE VIRTUAL TABLE message_search USING fts5 (
    text, content = 'message_texts', content_rowid = 'id', columnsize = 0, tokenize = 'trigram');
-- What is deleted is gone from the index's pages, not only marked.
INSERT INTO message_search (message_search, rank) VALUES ('secure-delete', 1);
INSERT INTO message_search (message_search) VALUES ('rebuild');
-- The trigrams one by one, with the messages they are in.
CREATE VIRTUAL TABLE message_terms USING fts5vocab (message_search, instance);

CREATE TRIGGER message_search_insert AFTER INSERT ON messages BEGIN
    INSERT INTO message_search (rowid, text) VALUES (new.id, new.text || char(3, 3));
END;
CREATE TRIGGER message_search_delete AFTER DELETE ON messages BEGIN
    INSERT INTO message_search (message_search, rowid, text) VALUES ('delete', old.id, old.text || char(3, 3));
END;

-- Grows with every generation: whoever keeps sockets open looks at their tokens again when it has.
ALTER TABLE installation ADD COLUMN revocations INTEGER NOT NULL DEFAULT 0;
CREATE TRIGGER company_revoked AFTER UPDATE OF generation ON companies WHEN new.generation <> old.generation BEGIN
    UPDATE installation SET revocations = revocations + 1;
END;
CREATE TRIGGER operator_revoked AFTER UPDATE OF generation ON operators WHEN new.generation <> old.generation BEGIN
    UPDATE installation SET revocations = revocations + 1;
END;
