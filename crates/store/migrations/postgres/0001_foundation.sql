-- The server's own tables: they belong to no store.
CREATE TABLE stores (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL UNIQUE,
    revision BIGINT NOT NULL,
    last_field_number BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE signing_keys (
    id BIGINT NOT NULL PRIMARY KEY,
    secret TEXT COLLATE "C" NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

-- Which store a client id belongs to: the one question that is asked before the store is known.
CREATE TABLE client_ids (
    client_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    store_id UUID NOT NULL,
    application_key_id UUID NOT NULL
);

-- From here on, store_id comes first in every table, key and index.
CREATE TABLE application_keys (
    store_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    secret_hash TEXT COLLATE "C" NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (store_id, id)
);

CREATE TABLE flows (
    store_id UUID NOT NULL,
    id UUID NOT NULL,
    slug TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    enabled BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (store_id, id)
);
CREATE UNIQUE INDEX flows_slug ON flows (store_id, slug);

CREATE TABLE fields (
    store_id UUID NOT NULL,
    id UUID NOT NULL,
    flow_id UUID NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    slug TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    field_type TEXT COLLATE "C" NOT NULL,
    validation_rules TEXT COLLATE "C" NOT NULL,
    required BOOLEAN NOT NULL,
    default_value TEXT COLLATE "C" NOT NULL,
    enabled BOOLEAN NOT NULL,
    position BIGINT,
    omit_null BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (store_id, id)
);
CREATE UNIQUE INDEX fields_slug ON fields (store_id, flow_id, slug);
CREATE UNIQUE INDEX fields_key ON fields (store_id, key);

CREATE TABLE customers (
    store_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    name_folded TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C" NOT NULL,
    email_folded TEXT COLLATE "C" NOT NULL,
    external_ref TEXT COLLATE "C",
    password_hash TEXT COLLATE "C",
    custom JSONB NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (store_id, id)
) WITH (fillfactor = 85);
CREATE UNIQUE INDEX customers_email ON customers (store_id, email_folded);
CREATE INDEX customers_created_at ON customers (store_id, created_at, id);
-- An index entry has to stay small, so long texts are indexed by how they begin.
CREATE INDEX customers_name ON customers (store_id, substr(name_folded, 1, 64), id);
CREATE INDEX customers_external_ref ON customers (store_id, substr(external_ref, 1, 64)) WHERE external_ref IS NOT NULL;

-- Row counts, kept in the transaction of each write and spread over buckets so that concurrent
-- writers do not queue on one row.
CREATE TABLE counters (
    store_id UUID NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    bucket BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (store_id, name, bucket)
);

-- Foreign keys come last: a table that is to be distributed over several databases cannot have
-- them when it is created.
ALTER TABLE application_keys ADD FOREIGN KEY (store_id) REFERENCES stores (id);
ALTER TABLE flows ADD FOREIGN KEY (store_id) REFERENCES stores (id);
ALTER TABLE fields ADD FOREIGN KEY (store_id, flow_id) REFERENCES flows (store_id, id) ON DELETE CASCADE;
ALTER TABLE customers ADD FOREIGN KEY (store_id) REFERENCES stores (id);
ALTER TABLE counters ADD FOREIGN KEY (store_id) REFERENCES stores (id);
