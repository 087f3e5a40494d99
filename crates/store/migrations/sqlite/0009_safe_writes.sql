-- At which version each key of a record last changed; a key that never did is not in it.
ALTER TABLE customers ADD COLUMN key_versions TEXT NOT NULL DEFAULT '{}';
ALTER TABLE addresses ADD COLUMN key_versions TEXT NOT NULL DEFAULT '{}';
ALTER TABLE entries ADD COLUMN key_versions TEXT NOT NULL DEFAULT '{}';
ALTER TABLE flows ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE flows ADD COLUMN key_versions TEXT NOT NULL DEFAULT '{}';
ALTER TABLE fields ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE fields ADD COLUMN key_versions TEXT NOT NULL DEFAULT '{}';
ALTER TABLE application_keys ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE application_keys ADD COLUMN key_versions TEXT NOT NULL DEFAULT '{}';

-- Writes that count once however often they are asked for. The request is kept as hashes alone.
CREATE TABLE idempotency_keys (
    store_id BLOB NOT NULL,
    id TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    record_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- The answer, once it has been noted.
    status INTEGER,
    etag TEXT,
    body TEXT,
    PRIMARY KEY (store_id, id),
    FOREIGN KEY (store_id) REFERENCES stores (id)
) STRICT;
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (store_id, created_at);
