-- Rows of flows. The id is text, because records of resources that live elsewhere bring their own.
CREATE TABLE entries (
    store_id BLOB NOT NULL,
    id TEXT NOT NULL,
    flow_id BLOB NOT NULL,
    custom TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (store_id, id, flow_id),
    FOREIGN KEY (store_id, flow_id) REFERENCES flows (store_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX entries_created_at ON entries (store_id, flow_id, created_at, id);

-- When the custom values last changed, which the view of a customer as an entry shows.
ALTER TABLE customers ADD COLUMN custom_updated_at INTEGER;
