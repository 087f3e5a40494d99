-- Whether a value of the field stays as it is once a record has one.
ALTER TABLE fields ADD COLUMN immutable BOOLEAN NOT NULL DEFAULT FALSE;
