-- What a store sets itself; what is not in the document has the platform's default.
ALTER TABLE stores ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
