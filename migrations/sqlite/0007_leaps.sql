-- Numbers that were skipped on purpose, which are no holes: after a restore every counting goes on beyond whatever the
-- lost time may have given out.
CREATE TABLE leaps (
    organization_id INTEGER NOT NULL,
    -- Whose counting; 0 is the organization's own.
    customer_id INTEGER NOT NULL,
    -- The last number before, and the last one that was skipped.
    after INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (organization_id, customer_id, after)
) WITHOUT ROWID;

-- Those that an earlier migration has made.
INSERT INTO leaps (organization_id, customer_id, after, seq)
SELECT organization_id, id, last, seq FROM (
    SELECT organization_id, id, seq,
           (SELECT coalesce(max(customer_seq), 0) FROM events
            WHERE customer_id = customers.id AND customer_seq IS NOT NULL) AS last
    FROM customers)
WHERE seq > last;
