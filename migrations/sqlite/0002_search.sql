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

-- Grows with every change of companies, organizations and operators: whoever remembers them forgets, and whoever keeps
-- sockets open looks at their tokens again.
ALTER TABLE installation ADD COLUMN changes INTEGER NOT NULL DEFAULT 0;
CREATE TRIGGER company_added AFTER INSERT ON companies BEGIN
    UPDATE installation SET changes = changes + 1;
END;
CREATE TRIGGER company_changed AFTER UPDATE ON companies BEGIN
    UPDATE installation SET changes = changes + 1;
END;
CREATE TRIGGER company_deleted AFTER DELETE ON companies BEGIN
    UPDATE installation SET changes = changes + 1;
END;
CREATE TRIGGER organization_added AFTER INSERT ON organizations BEGIN
    UPDATE installation SET changes = changes + 1;
END;
-- The head of its log moves with every event, and is no change of the organization.
CREATE TRIGGER organization_changed AFTER UPDATE ON organizations WHEN new.seq = old.seq BEGIN
    UPDATE installation SET changes = changes + 1;
END;
CREATE TRIGGER organization_deleted AFTER DELETE ON organizations BEGIN
    UPDATE installation SET changes = changes + 1;
END;
CREATE TRIGGER operator_added AFTER INSERT ON operators BEGIN
    UPDATE installation SET changes = changes + 1;
END;
CREATE TRIGGER operator_changed AFTER UPDATE ON operators BEGIN
    UPDATE installation SET changes = changes + 1;
END;
CREATE TRIGGER operator_deleted AFTER DELETE ON operators BEGIN
    UPDATE installation SET changes = changes + 1;
END;
