-- Whether, and in which sense, no two records can have the same value: 'exact', 'ignore_case' or nothing.
ALTER TABLE fields ADD COLUMN uniqueness TEXT;

-- The values of unique fields, each with the record that has it. The primary key lets one of two records
-- have it that ask for it at the same time. Whoever writes a row holds that of its store, so a foreign key would
-- only cost time.
CREATE TABLE unique_values (
    store_id BLOB NOT NULL,
    field_id BLOB NOT NULL,
    -- A short text that equal values share.
    value TEXT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (store_id, field_id, value)
) STRICT;
CREATE INDEX unique_values_record ON unique_values (store_id, record, field_id);

-- As in 0004: a store has many rows, and so has a field.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('unique_values', 'sqlite_autoindex_unique_values_1', '1000000 1000000 100000 1'),
    ('unique_values', 'unique_values_record', '1000000 1000000 2 1');
ANALYZE sqlite_schema;
