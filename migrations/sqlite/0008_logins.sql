-- Logins are equal under PRECIS (RFC 8265), which SQL can't compute: the program prepares what is here when it opens the
-- database. Until then every login is exact, which is what it was.

-- As PRECIS prepares the login; nothing where it refuses it.
ALTER TABLE companies ADD COLUMN login_prepared TEXT;
-- Found by login_key alone: PRECIS refuses the login, or another one is equal to it, or it has a final sigma, which is an
-- ordinary one in lower case only.
ALTER TABLE companies ADD COLUMN login_exact BOOLEAN NOT NULL DEFAULT TRUE;

CREATE UNIQUE INDEX companies_by_prepared_login ON companies (login_prepared) WHERE NOT login_exact;
-- Those that are equal.
CREATE INDEX companies_by_equal_login ON companies (login_prepared);
CREATE INDEX companies_of_exact_login ON companies (id) WHERE login_exact;
