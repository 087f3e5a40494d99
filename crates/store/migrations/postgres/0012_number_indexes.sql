-- Half of the numbers stand at the end of fewer indexes, which so are smaller: n1 to n8, which integers and floats take
-- first, are left out of the indexes of n9 to n16, which dates and booleans take first. On SQLite, a change of them
-- writes fewer pages.
DROP INDEX customers_n9;
CREATE INDEX customers_n9 ON customers (store_id, n9, created_at, id)
    INCLUDE (n10, n11, n12, n13, n14, n15, n16) WHERE n9 IS NOT NULL;
DROP INDEX customers_n10;
CREATE INDEX customers_n10 ON customers (store_id, n10, created_at, id)
    INCLUDE (n9, n11, n12, n13, n14, n15, n16) WHERE n10 IS NOT NULL;
DROP INDEX customers_n11;
CREATE INDEX customers_n11 ON customers (store_id, n11, created_at, id)
    INCLUDE (n9, n10, n12, n13, n14, n15, n16) WHERE n11 IS NOT NULL;
DROP INDEX customers_n12;
CREATE INDEX customers_n12 ON customers (store_id, n12, created_at, id)
    INCLUDE (n9, n10, n11, n13, n14, n15, n16) WHERE n12 IS NOT NULL;
DROP INDEX customers_n13;
CREATE INDEX customers_n13 ON customers (store_id, n13, created_at, id)
    INCLUDE (n9, n10, n11, n12, n14, n15, n16) WHERE n13 IS NOT NULL;
DROP INDEX customers_n14;
CREATE INDEX customers_n14 ON customers (store_id, n14, created_at, id)
    INCLUDE (n9, n10, n11, n12, n13, n15, n16) WHERE n14 IS NOT NULL;
DROP INDEX customers_n15;
CREATE INDEX customers_n15 ON customers (store_id, n15, created_at, id)
    INCLUDE (n9, n10, n11, n12, n13, n14, n16) WHERE n15 IS NOT NULL;
DROP INDEX customers_n16;
CREATE INDEX customers_n16 ON customers (store_id, n16, created_at, id)
    INCLUDE (n9, n10, n11, n12, n13, n14, n15) WHERE n16 IS NOT NULL;

DROP INDEX addresses_n9;
CREATE INDEX addresses_n9 ON addresses (store_id, n9, created_at, id)
    INCLUDE (n10, n11, n12, n13, n14, n15, n16) WHERE n9 IS NOT NULL;
DROP INDEX addresses_n10;
CREATE INDEX addresses_n10 ON addresses (store_id, n10, created_at, id)
    INCLUDE (n9, n11, n12, n13, n14, n15, n16) WHERE n10 IS NOT NULL;
DROP INDEX addresses_n11;
CREATE INDEX addresses_n11 ON addresses (store_id, n11, created_at, id)
    INCLUDE (n9, n10, n12, n13, n14, n15, n16) WHERE n11 IS NOT NULL;
DROP INDEX addresses_n12;
CREATE INDEX addresses_n12 ON addresses (store_id, n12, created_at, id)
    INCLUDE (n9, n10, n11, n13, n14, n15, n16) WHERE n12 IS NOT NULL;
DROP INDEX addresses_n13;
CREATE INDEX addresses_n13 ON addresses (store_id, n13, created_at, id)
    INCLUDE (n9, n10, n11, n12, n14, n15, n16) WHERE n13 IS NOT NULL;
DROP INDEX addresses_n14;
CREATE INDEX addresses_n14 ON addresses (store_id, n14, created_at, id)
    INCLUDE (n9, n10, n11, n12, n13, n15, n16) WHERE n14 IS NOT NULL;
DROP INDEX addresses_n15;
CREATE INDEX addresses_n15 ON addresses (store_id, n15, created_at, id)
    INCLUDE (n9, n10, n11, n12, n13, n14, n16) WHERE n15 IS NOT NULL;
DROP INDEX addresses_n16;
CREATE INDEX addresses_n16 ON addresses (store_id, n16, created_at, id)
    INCLUDE (n9, n10, n11, n12, n13, n14, n15) WHERE n16 IS NOT NULL;

DROP INDEX entries_n9;
CREATE INDEX entries_n9 ON entries (store_id, flow_id, n9, created_at, id)
    INCLUDE (n10, n11, n12, n13, n14, n15, n16) WHERE n9 IS NOT NULL;
DROP INDEX entries_n10;
CREATE INDEX entries_n10 ON entries (store_id, flow_id, n10, created_at, id)
    INCLUDE (n9, n11, n12, n13, n14, n15, n16) WHERE n10 IS NOT NULL;
DROP INDEX entries_n11;
CREATE INDEX entries_n11 ON entries (store_id, flow_id, n11, created_at, id)
    INCLUDE (n9, n10, n12, n13, n14, n15, n16) WHERE n11 IS NOT NULL;
DROP INDEX entries_n12;
CREATE INDEX entries_n12 ON entries (store_id, flow_id, n12, created_at, id)
    INCLUDE (n9, n10, n11, n13, n14, n15, n16) WHERE n12 IS NOT NULL;
DROP INDEX entries_n13;
CREATE INDEX entries_n13 ON entries (store_id, flow_id, n13, created_at, id)
    INCLUDE (n9, n10, n11, n12, n14, n15, n16) WHERE n13 IS NOT NULL;
DROP INDEX entries_n14;
CREATE INDEX entries_n14 ON entries (store_id, flow_id, n14, created_at, id)
    INCLUDE (n9, n10, n11, n12, n13, n15, n16) WHERE n14 IS NOT NULL;
DROP INDEX entries_n15;
CREATE INDEX entries_n15 ON entries (store_id, flow_id, n15, created_at, id)
    INCLUDE (n9, n10, n11, n12, n13, n14, n16) WHERE n15 IS NOT NULL;
DROP INDEX entries_n16;
CREATE INDEX entries_n16 ON entries (store_id, flow_id, n16, created_at, id)
    INCLUDE (n9, n10, n11, n12, n13, n14, n15) WHERE n16 IS NOT NULL;
