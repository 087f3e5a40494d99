-- Addresses of customers.
CREATE TABLE addresses (
    store_id BLOB NOT NULL,
    id BLOB NOT NULL,
    customer_id BLOB NOT NULL,
    name TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    phone_number TEXT NOT NULL,
    instructions TEXT NOT NULL,
    company_name TEXT NOT NULL,
    line_1 TEXT NOT NULL,
    line_2 TEXT NOT NULL,
    city TEXT NOT NULL,
    county TEXT NOT NULL,
    region TEXT NOT NULL,
    postcode TEXT NOT NULL,
    country TEXT NOT NULL,
    custom TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    custom_updated_at INTEGER,
    PRIMARY KEY (store_id, id),
    FOREIGN KEY (store_id, customer_id) REFERENCES customers (store_id, id)
) STRICT;
CREATE INDEX addresses_customer ON addresses (store_id, customer_id, created_at, id);
CREATE INDEX addresses_created_at ON addresses (store_id, created_at, id);

-- As in 0004.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('addresses', 'sqlite_autoindex_addresses_1', '1000000 1000000 1'),
    ('addresses', 'addresses_customer', '1000000 1000000 3 1 1'),
    ('addresses', 'addresses_created_at', '1000000 1000000 2 1');
ANALYZE sqlite_schema;
