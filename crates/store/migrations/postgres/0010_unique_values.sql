-- Whether, and in which sense, no two records can have the same value: 'exact', 'ignore_case' or nothing.
ALTER TABLE fields ADD COLUMN uniqueness TEXT COLLATE "C";

-- The values of unique fields, each with the record that has it. The primary key lets one of two records
-- have it that ask for it at the same time. Whoever writes a row holds that of its store, so a foreign key would
-- only cost time.
CREATE TABLE unique_values (
    store_id UUID NOT NULL,
    field_id UUID NOT NULL,
    -- A short text that equal values share.
    value TEXT COLLATE "C" NOT NULL,
    record TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (store_id, field_id, value)
);
CREATE INDEX unique_values_record ON unique_values (store_id, record, field_id);
