-- The server's own tables: they belong to no store.
CREATE TABLE stores (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    last_field_number INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE signing_keys (
    id INTEGER NOT NULL PRIMARY KEY,
    secret TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- Which store a client id belongs to: the one question that is asked before the store is known.
CREATE TABLE client_ids (
    client_id TEXT NOT NULL PRIMARY KEY,
    store_id BLOB NOT NULL,
    application_key_id BLOB NOT NULL
) STRICT;

-- From here on, store_id comes first in every table, key and index.
CREATE TABLE application_keys (
    store_id BLOB NOT NULL REFERENCES stores (id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    client_id TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (store_id, id)
) STRICT;

CREATE TABLE flows (
    store_id BLOB NOT NULL REFERENCES stores (id),
    id BLOB NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (store_id, id)
) STRICT;
CREATE UNIQUE INDEX flows_slug ON flows (store_id, slug);

CREATE TABLE fields (
    store_id BLOB NOT NULL,
    id BLOB NOT NULL,
    flow_id BLOB NOT NULL,
    key TEXT NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    field_type TEXT NOT NULL,
    validation_rules TEXT NOT NULL,
    required INTEGER NOT NULL,
    default_value TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    position INTEGER,
    omit_null INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (store_id, id),
    FOREIGN KEY (store_id, flow_id) REFERENCES flows (store_id, id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX fields_slug ON fields (store_id, flow_id, slug);
CREATE UNIQUE INDEX fields_key ON fields (store_id, key);

CREATE TABLE customers (
    store_id BLOB NOT NULL REFERENCES stores (id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL,
    external_ref TEXT,
    password_hash TEXT,
    custom TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (store_id, id)
) STRICT;
CREATE UNIQUE INDEX customers_email ON customers (store_id, email_folded);
CREATE INDEX customers_created_at ON customers (store_id, created_at, id);
-- An index entry has to stay small, so long texts are indexed by how they begin.
CREATE INDEX customers_name ON customers (store_id, substr(name_folded, 1, 64), id);
CREATE INDEX customers_external_ref ON customers (store_id, substr(external_ref, 1, 64)) WHERE external_ref IS NOT NULL;

-- Row counts, kept in the transaction of each write and spread over buckets so that concurrent
-- writers do not queue on one row.
CREATE TABLE counters (
    store_id BLOB NOT NULL REFERENCES stores (id),
    name TEXT NOT NULL,
    bucket INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (store_id, name, bucket)
) STRICT;
