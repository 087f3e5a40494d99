-- Copies of the values of fields, in typed columns that indexes can serve. Which field has which slot is
-- written in field_slots; a record's slots are computed from its document at every write.
CREATE TABLE field_slots (
    store_id BLOB NOT NULL,
    -- The slug of a hosted resource, or the id of a flow.
    target TEXT NOT NULL,
    slot TEXT NOT NULL,
    field_id BLOB NOT NULL,
    state TEXT NOT NULL,
    -- What is being done to it. Whoever does something else to it first, changes this.
    job BLOB NOT NULL,
    -- How far that is, in the order of ids; nothing before it has begun.
    position TEXT,
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (store_id, target, slot),
    FOREIGN KEY (store_id) REFERENCES stores (id)
) STRICT;

CREATE INDEX field_slots_pending ON field_slots (store_id, target, slot) WHERE state <> 'ready';

-- Whether the values of a field are to have a slot.
ALTER TABLE fields ADD COLUMN filterable INTEGER NOT NULL DEFAULT 0;

-- What filters need of a document in another form: texts folded, dates as numbers, ids of references.
ALTER TABLE customers ADD COLUMN derived TEXT NOT NULL DEFAULT '{}';
ALTER TABLE customers ADD COLUMN t1 TEXT;
ALTER TABLE customers ADD COLUMN t2 TEXT;
ALTER TABLE customers ADD COLUMN t3 TEXT;
ALTER TABLE customers ADD COLUMN t4 TEXT;
ALTER TABLE customers ADD COLUMN t5 TEXT;
ALTER TABLE customers ADD COLUMN t6 TEXT;
ALTER TABLE customers ADD COLUMN t7 TEXT;
ALTER TABLE customers ADD COLUMN t8 TEXT;
ALTER TABLE customers ADD COLUMN t9 TEXT;
ALTER TABLE customers ADD COLUMN t10 TEXT;
ALTER TABLE customers ADD COLUMN t11 TEXT;
ALTER TABLE customers ADD COLUMN t12 TEXT;
ALTER TABLE customers ADD COLUMN t13 TEXT;
ALTER TABLE customers ADD COLUMN t14 TEXT;
ALTER TABLE customers ADD COLUMN t15 TEXT;
ALTER TABLE customers ADD COLUMN t16 TEXT;
ALTER TABLE customers ADD COLUMN n1 REAL;
ALTER TABLE customers ADD COLUMN n2 REAL;
ALTER TABLE customers ADD COLUMN n3 REAL;
ALTER TABLE customers ADD COLUMN n4 REAL;
ALTER TABLE customers ADD COLUMN n5 REAL;
ALTER TABLE customers ADD COLUMN n6 REAL;
ALTER TABLE customers ADD COLUMN n7 REAL;
ALTER TABLE customers ADD COLUMN n8 REAL;
ALTER TABLE customers ADD COLUMN n9 REAL;
ALTER TABLE customers ADD COLUMN n10 REAL;
ALTER TABLE customers ADD COLUMN n11 REAL;
ALTER TABLE customers ADD COLUMN n12 REAL;
ALTER TABLE customers ADD COLUMN n13 REAL;
ALTER TABLE customers ADD COLUMN n14 REAL;
ALTER TABLE customers ADD COLUMN n15 REAL;
ALTER TABLE customers ADD COLUMN n16 REAL;

ALTER TABLE addresses ADD COLUMN derived TEXT NOT NULL DEFAULT '{}';
ALTER TABLE addresses ADD COLUMN t1 TEXT;
ALTER TABLE addresses ADD COLUMN t2 TEXT;
ALTER TABLE addresses ADD COLUMN t3 TEXT;
ALTER TABLE addresses ADD COLUMN t4 TEXT;
ALTER TABLE addresses ADD COLUMN t5 TEXT;
ALTER TABLE addresses ADD COLUMN t6 TEXT;
ALTER TABLE addresses ADD COLUMN t7 TEXT;
ALTER TABLE addresses ADD COLUMN t8 TEXT;
ALTER TABLE addresses ADD COLUMN t9 TEXT;
ALTER TABLE addresses ADD COLUMN t10 TEXT;
ALTER TABLE addresses ADD COLUMN t11 TEXT;
ALTER TABLE addresses ADD COLUMN t12 TEXT;
ALTER TABLE addresses ADD COLUMN t13 TEXT;
ALTER TABLE addresses ADD COLUMN t14 TEXT;
ALTER TABLE addresses ADD COLUMN t15 TEXT;
ALTER TABLE addresses ADD COLUMN t16 TEXT;
ALTER TABLE addresses ADD COLUMN n1 REAL;
ALTER TABLE addresses ADD COLUMN n2 REAL;
ALTER TABLE addresses ADD COLUMN n3 REAL;
ALTER TABLE addresses ADD COLUMN n4 REAL;
ALTER TABLE addresses ADD COLUMN n5 REAL;
ALTER TABLE addresses ADD COLUMN n6 REAL;
ALTER TABLE addresses ADD COLUMN n7 REAL;
ALTER TABLE addresses ADD COLUMN n8 REAL;
ALTER TABLE addresses ADD COLUMN n9 REAL;
ALTER TABLE addresses ADD COLUMN n10 REAL;
ALTER TABLE addresses ADD COLUMN n11 REAL;
ALTER TABLE addresses ADD COLUMN n12 REAL;
ALTER TABLE addresses ADD COLUMN n13 REAL;
ALTER TABLE addresses ADD COLUMN n14 REAL;
ALTER TABLE addresses ADD COLUMN n15 REAL;
ALTER TABLE addresses ADD COLUMN n16 REAL;

ALTER TABLE entries ADD COLUMN derived TEXT NOT NULL DEFAULT '{}';
ALTER TABLE entries ADD COLUMN t1 TEXT;
ALTER TABLE entries ADD COLUMN t2 TEXT;
ALTER TABLE entries ADD COLUMN t3 TEXT;
ALTER TABLE entries ADD COLUMN t4 TEXT;
ALTER TABLE entries ADD COLUMN t5 TEXT;
ALTER TABLE entries ADD COLUMN t6 TEXT;
ALTER TABLE entries ADD COLUMN t7 TEXT;
ALTER TABLE entries ADD COLUMN t8 TEXT;
ALTER TABLE entries ADD COLUMN t9 TEXT;
ALTER TABLE entries ADD COLUMN t10 TEXT;
ALTER TABLE entries ADD COLUMN t11 TEXT;
ALTER TABLE entries ADD COLUMN t12 TEXT;
ALTER TABLE entries ADD COLUMN t13 TEXT;
ALTER TABLE entries ADD COLUMN t14 TEXT;
ALTER TABLE entries ADD COLUMN t15 TEXT;
ALTER TABLE entries ADD COLUMN t16 TEXT;
ALTER TABLE entries ADD COLUMN n1 REAL;
ALTER TABLE entries ADD COLUMN n2 REAL;
ALTER TABLE entries ADD COLUMN n3 REAL;
ALTER TABLE entries ADD COLUMN n4 REAL;
ALTER TABLE entries ADD COLUMN n5 REAL;
ALTER TABLE entries ADD COLUMN n6 REAL;
ALTER TABLE entries ADD COLUMN n7 REAL;
ALTER TABLE entries ADD COLUMN n8 REAL;
ALTER TABLE entries ADD COLUMN n9 REAL;
ALTER TABLE entries ADD COLUMN n10 REAL;
ALTER TABLE entries ADD COLUMN n11 REAL;
ALTER TABLE entries ADD COLUMN n12 REAL;
ALTER TABLE entries ADD COLUMN n13 REAL;
ALTER TABLE entries ADD COLUMN n14 REAL;
ALTER TABLE entries ADD COLUMN n15 REAL;
ALTER TABLE entries ADD COLUMN n16 REAL;

-- All numbers stand at the end of every index: conditions on several fields are tested there, and counted,
-- without a look at the rows.
CREATE INDEX customers_t1 ON customers (store_id, t1, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t1 IS NOT NULL;
CREATE INDEX customers_t2 ON customers (store_id, t2, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t2 IS NOT NULL;
CREATE INDEX customers_t3 ON customers (store_id, t3, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t3 IS NOT NULL;
CREATE INDEX customers_t4 ON customers (store_id, t4, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t4 IS NOT NULL;
CREATE INDEX customers_t5 ON customers (store_id, t5, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t5 IS NOT NULL;
CREATE INDEX customers_t6 ON customers (store_id, t6, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t6 IS NOT NULL;
CREATE INDEX customers_t7 ON customers (store_id, t7, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t7 IS NOT NULL;
CREATE INDEX customers_t8 ON customers (store_id, t8, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t8 IS NOT NULL;
CREATE INDEX customers_t9 ON customers (store_id, t9, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t9 IS NOT NULL;
CREATE INDEX customers_t10 ON customers (store_id, t10, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t10 IS NOT NULL;
CREATE INDEX customers_t11 ON customers (store_id, t11, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t11 IS NOT NULL;
CREATE INDEX customers_t12 ON customers (store_id, t12, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t12 IS NOT NULL;
CREATE INDEX customers_t13 ON customers (store_id, t13, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t13 IS NOT NULL;
CREATE INDEX customers_t14 ON customers (store_id, t14, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t14 IS NOT NULL;
CREATE INDEX customers_t15 ON customers (store_id, t15, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t15 IS NOT NULL;
CREATE INDEX customers_t16 ON customers (store_id, t16, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t16 IS NOT NULL;
CREATE INDEX customers_n1 ON customers (store_id, n1, created_at, id,
    n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE n1 IS NOT NULL;
CREATE INDEX customers_n2 ON customers (store_id, n2, created_at, id,
    n1, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE n2 IS NOT NULL;
CREATE INDEX customers_n3 ON customers (store_id, n3, created_at, id,
    n1, n2, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE n3 IS NOT NULL;
CREATE INDEX customers_n4 ON customers (store_id, n4, created_at, id,
    n1, n2, n3, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE n4 IS NOT NULL;
CREATE INDEX customers_n5 ON customers (store_id, n5, created_at, id,
    n1, n2, n3, n4, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE n5 IS NOT NULL;
CREATE INDEX customers_n6 ON customers (store_id, n6, created_at, id,
    n1, n2, n3, n4, n5, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE n6 IS NOT NULL;
CREATE INDEX customers_n7 ON customers (store_id, n7, created_at, id,
    n1, n2, n3, n4, n5, n6, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE n7 IS NOT NULL;
CREATE INDEX customers_n8 ON customers (store_id, n8, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n9, n10, n11, n12, n13, n14, n15, n16) WHERE n8 IS NOT NULL;
CREATE INDEX customers_n9 ON customers (store_id, n9, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n10, n11, n12, n13, n14, n15, n16) WHERE n9 IS NOT NULL;
CREATE INDEX customers_n10 ON customers (store_id, n10, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n11, n12, n13, n14, n15, n16) WHERE n10 IS NOT NULL;
CREATE INDEX customers_n11 ON customers (store_id, n11, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n12, n13, n14, n15, n16) WHERE n11 IS NOT NULL;
CREATE INDEX customers_n12 ON customers (store_id, n12, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n13, n14, n15, n16) WHERE n12 IS NOT NULL;
CREATE INDEX customers_n13 ON customers (store_id, n13, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n14, n15, n16) WHERE n13 IS NOT NULL;
CREATE INDEX customers_n14 ON customers (store_id, n14, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n15, n16) WHERE n14 IS NOT NULL;
CREATE INDEX customers_n15 ON customers (store_id, n15, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n16) WHERE n15 IS NOT NULL;
CREATE INDEX customers_n16 ON customers (store_id, n16, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15) WHERE n16 IS NOT NULL;

CREATE INDEX addresses_t1 ON addresses (store_id, t1, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t1 IS NOT NULL;
CREATE INDEX addresses_t2 ON addresses (store_id, t2, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t2 IS NOT NULL;
CREATE INDEX addresses_t3 ON addresses (store_id, t3, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t3 IS NOT NULL;
CREATE INDEX addresses_t4 ON addresses (store_id, t4, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t4 IS NOT NULL;
CREATE INDEX addresses_t5 ON addresses (store_id, t5, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t5 IS NOT NULL;
CREATE INDEX addresses_t6 ON addresses (store_id, t6, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t6 IS NOT NULL;
CREATE INDEX addresses_t7 ON addresses (store_id, t7, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t7 IS NOT NULL;
CREATE INDEX addresses_t8 ON addresses (store_id, t8, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t8 IS NOT NULL;
CREATE INDEX addresses_t9 ON addresses (store_id, t9, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t9 IS NOT NULL;
CREATE INDEX addresses_t10 ON addresses (store_id, t10, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t10 IS NOT NULL;
CREATE INDEX addresses_t11 ON addresses (store_id, t11, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t11 IS NOT NULL;
CREATE INDEX addresses_t12 ON addresses (store_id, t12, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t12 IS NOT NULL;
CREATE INDEX addresses_t13 ON addresses (store_id, t13, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t13 IS NOT NULL;
CREATE INDEX addresses_t14 ON addresses (store_id, t14, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t14 IS NOT NULL;
CREATE INDEX addresses_t15 ON addresses (store_id, t15, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t15 IS NOT NULL;
CREATE INDEX addresses_t16 ON addresses (store_id, t16, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t16 IS NOT NULL;
CREATE INDEX addresses_n1 ON addresses (store_id, n1, created_at, id,
    n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE n1 IS NOT NULL;
CREATE INDEX addresses_n2 ON addresses (store_id, n2, created_at, id,
    n1, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE n2 IS NOT NULL;
CREATE INDEX addresses_n3 ON addresses (store_id, n3, created_at, id,
    n1, n2, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE n3 IS NOT NULL;
CREATE INDEX addresses_n4 ON addresses (store_id, n4, created_at, id,
    n1, n2, n3, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE n4 IS NOT NULL;
CREATE INDEX addresses_n5 ON addresses (store_id, n5, created_at, id,
    n1, n2, n3, n4, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE n5 IS NOT NULL;
CREATE INDEX addresses_n6 ON addresses (store_id, n6, created_at, id,
    n1, n2, n3, n4, n5, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE n6 IS NOT NULL;
CREATE INDEX addresses_n7 ON addresses (store_id, n7, created_at, id,
    n1, n2, n3, n4, n5, n6, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE n7 IS NOT NULL;
CREATE INDEX addresses_n8 ON addresses (store_id, n8, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n9, n10, n11, n12, n13, n14, n15, n16) WHERE n8 IS NOT NULL;
CREATE INDEX addresses_n9 ON addresses (store_id, n9, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n10, n11, n12, n13, n14, n15, n16) WHERE n9 IS NOT NULL;
CREATE INDEX addresses_n10 ON addresses (store_id, n10, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n11, n12, n13, n14, n15, n16) WHERE n10 IS NOT NULL;
CREATE INDEX addresses_n11 ON addresses (store_id, n11, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n12, n13, n14, n15, n16) WHERE n11 IS NOT NULL;
CREATE INDEX addresses_n12 ON addresses (store_id, n12, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n13, n14, n15, n16) WHERE n12 IS NOT NULL;
CREATE INDEX addresses_n13 ON addresses (store_id, n13, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n14, n15, n16) WHERE n13 IS NOT NULL;
CREATE INDEX addresses_n14 ON addresses (store_id, n14, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n15, n16) WHERE n14 IS NOT NULL;
CREATE INDEX addresses_n15 ON addresses (store_id, n15, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n16) WHERE n15 IS NOT NULL;
CREATE INDEX addresses_n16 ON addresses (store_id, n16, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15) WHERE n16 IS NOT NULL;

CREATE INDEX entries_t1 ON entries (store_id, flow_id, t1, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t1 IS NOT NULL;
CREATE INDEX entries_t2 ON entries (store_id, flow_id, t2, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t2 IS NOT NULL;
CREATE INDEX entries_t3 ON entries (store_id, flow_id, t3, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t3 IS NOT NULL;
CREATE INDEX entries_t4 ON entries (store_id, flow_id, t4, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t4 IS NOT NULL;
CREATE INDEX entries_t5 ON entries (store_id, flow_id, t5, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t5 IS NOT NULL;
CREATE INDEX entries_t6 ON entries (store_id, flow_id, t6, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t6 IS NOT NULL;
CREATE INDEX entries_t7 ON entries (store_id, flow_id, t7, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t7 IS NOT NULL;
CREATE INDEX entries_t8 ON entries (store_id, flow_id, t8, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t8 IS NOT NULL;
CREATE INDEX entries_t9 ON entries (store_id, flow_id, t9, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t9 IS NOT NULL;
CREATE INDEX entries_t10 ON entries (store_id, flow_id, t10, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t10 IS NOT NULL;
CREATE INDEX entries_t11 ON entries (store_id, flow_id, t11, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t11 IS NOT NULL;
CREATE INDEX entries_t12 ON entries (store_id, flow_id, t12, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t12 IS NOT NULL;
CREATE INDEX entries_t13 ON entries (store_id, flow_id, t13, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t13 IS NOT NULL;
CREATE INDEX entries_t14 ON entries (store_id, flow_id, t14, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t14 IS NOT NULL;
CREATE INDEX entries_t15 ON entries (store_id, flow_id, t15, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t15 IS NOT NULL;
CREATE INDEX entries_t16 ON entries (store_id, flow_id, t16, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE t16 IS NOT NULL;
CREATE INDEX entries_n1 ON entries (store_id, flow_id, n1, created_at, id,
    n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE n1 IS NOT NULL;
CREATE INDEX entries_n2 ON entries (store_id, flow_id, n2, created_at, id,
    n1, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE n2 IS NOT NULL;
CREATE INDEX entries_n3 ON entries (store_id, flow_id, n3, created_at, id,
    n1, n2, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE n3 IS NOT NULL;
CREATE INDEX entries_n4 ON entries (store_id, flow_id, n4, created_at, id,
    n1, n2, n3, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE n4 IS NOT NULL;
CREATE INDEX entries_n5 ON entries (store_id, flow_id, n5, created_at, id,
    n1, n2, n3, n4, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE n5 IS NOT NULL;
CREATE INDEX entries_n6 ON entries (store_id, flow_id, n6, created_at, id,
    n1, n2, n3, n4, n5, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE n6 IS NOT NULL;
CREATE INDEX entries_n7 ON entries (store_id, flow_id, n7, created_at, id,
    n1, n2, n3, n4, n5, n6, n8, n9, n10, n11, n12, n13, n14, n15, n16) WHERE n7 IS NOT NULL;
CREATE INDEX entries_n8 ON entries (store_id, flow_id, n8, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n9, n10, n11, n12, n13, n14, n15, n16) WHERE n8 IS NOT NULL;
CREATE INDEX entries_n9 ON entries (store_id, flow_id, n9, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n10, n11, n12, n13, n14, n15, n16) WHERE n9 IS NOT NULL;
CREATE INDEX entries_n10 ON entries (store_id, flow_id, n10, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n11, n12, n13, n14, n15, n16) WHERE n10 IS NOT NULL;
CREATE INDEX entries_n11 ON entries (store_id, flow_id, n11, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n12, n13, n14, n15, n16) WHERE n11 IS NOT NULL;
CREATE INDEX entries_n12 ON entries (store_id, flow_id, n12, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n13, n14, n15, n16) WHERE n12 IS NOT NULL;
CREATE INDEX entries_n13 ON entries (store_id, flow_id, n13, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n14, n15, n16) WHERE n13 IS NOT NULL;
CREATE INDEX entries_n14 ON entries (store_id, flow_id, n14, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n15, n16) WHERE n14 IS NOT NULL;
CREATE INDEX entries_n15 ON entries (store_id, flow_id, n15, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n16) WHERE n15 IS NOT NULL;
CREATE INDEX entries_n16 ON entries (store_id, flow_id, n16, created_at, id,
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15) WHERE n16 IS NOT NULL;

-- As in 0004: a slot of a store has many values, and what comes behind a value has few.
INSERT INTO sqlite_stat1 (tbl, idx, stat)
SELECT tbl, name, CASE tbl WHEN 'entries' THEN '1000000 1000000 100000 1000 1 1' ELSE '1000000 1000000 1000 1 1' END
FROM (SELECT tbl_name AS tbl, name FROM sqlite_schema WHERE type = 'index')
WHERE tbl IN ('customers', 'addresses', 'entries') AND (name GLOB '*_t[0-9]*' OR name GLOB '*_n[0-9]*');
ANALYZE sqlite_schema;
