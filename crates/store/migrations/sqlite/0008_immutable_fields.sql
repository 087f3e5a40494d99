-- Whether a value of the field stays as it is once a record has one.
ALTER TABLE fields ADD COLUMN immutable INTEGER NOT NULL DEFAULT 0;
