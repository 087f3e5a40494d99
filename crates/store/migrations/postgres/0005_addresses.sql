-- Addresses of customers.
CREATE TABLE addresses (
    store_id UUID NOT NULL,
    id UUID NOT NULL,
    customer_id UUID NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    first_name TEXT COLLATE "C" NOT NULL,
    last_name TEXT COLLATE "C" NOT NULL,
    phone_number TEXT COLLATE "C" NOT NULL,
    instructions TEXT COLLATE "C" NOT NULL,
    company_name TEXT COLLATE "C" NOT NULL,
    line_1 TEXT COLLATE "C" NOT NULL,
    line_2 TEXT COLLATE "C" NOT NULL,
    city TEXT COLLATE "C" NOT NULL,
    county TEXT COLLATE "C" NOT NULL,
    region TEXT COLLATE "C" NOT NULL,
    postcode TEXT COLLATE "C" NOT NULL,
    country TEXT COLLATE "C" NOT NULL,
    custom JSONB NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    custom_updated_at TIMESTAMPTZ,
    PRIMARY KEY (store_id, id)
) WITH (fillfactor = 85);
CREATE INDEX addresses_customer ON addresses (store_id, customer_id, created_at, id);
CREATE INDEX addresses_created_at ON addresses (store_id, created_at, id);

ALTER TABLE addresses ADD FOREIGN KEY (store_id, customer_id) REFERENCES customers (store_id, id);
