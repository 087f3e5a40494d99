-- At which version each key of a record last changed; a key that never did is not in it.
ALTER TABLE customers ADD COLUMN key_versions JSONB NOT NULL DEFAULT '{}';
ALTER TABLE addresses ADD COLUMN key_versions JSONB NOT NULL DEFAULT '{}';
ALTER TABLE entries ADD COLUMN key_versions JSONB NOT NULL DEFAULT '{}';
ALTER TABLE flows ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE flows ADD COLUMN key_versions JSONB NOT NULL DEFAULT '{}';
ALTER TABLE fields ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE fields ADD COLUMN key_versions JSONB NOT NULL DEFAULT '{}';
ALTER TABLE application_keys ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE application_keys ADD COLUMN key_versions JSONB NOT NULL DEFAULT '{}';

-- Writes that count once however often they are asked for. The request is kept as hashes alone.
CREATE TABLE idempotency_keys (
    store_id UUID NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL,
    record_id TEXT COLLATE "C" NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    -- The answer, once it has been noted.
    status BIGINT,
    etag TEXT COLLATE "C",
    body TEXT COLLATE "C",
    PRIMARY KEY (store_id, id)
);
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (store_id, created_at);

ALTER TABLE idempotency_keys ADD FOREIGN KEY (store_id) REFERENCES stores (id);
