-- What SQLite should believe about the tables when it chooses an index: a store has many rows, and
-- what comes behind store_id in an index has few. Left to itself it takes one store_id for a few
-- rows, and walks through all of them.
ANALYZE;
DELETE FROM sqlite_stat1 WHERE tbl IN ('customers', 'entries');
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('customers', 'sqlite_autoindex_customers_1', '1000000 1000000 1'),
    ('customers', 'customers_email', '1000000 1000000 1'),
    ('customers', 'customers_created_at', '1000000 1000000 2 1'),
    ('customers', 'customers_name', '1000000 1000000 10 1'),
    ('customers', 'customers_external_ref', '1000000 1000000 2'),
    ('entries', 'sqlite_autoindex_entries_1', '1000000 1000000 2 1'),
    ('entries', 'entries_created_at', '1000000 1000000 100000 2 1');
ANALYZE sqlite_schema;
