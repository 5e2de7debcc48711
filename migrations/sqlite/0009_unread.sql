-- What waits to be read is counted in this index alone: where customers wrote, chat by chat. The operator's column, which
-- is always empty here, is in it so that no row with its text is looked at.
CREATE INDEX messages_of_customers ON messages (organization_id, chat_id, seq, operator_id) WHERE operator_id IS NULL;
