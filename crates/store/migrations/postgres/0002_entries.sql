-- Rows of flows. The id is text, because records of resources that live elsewhere bring their own.
CREATE TABLE entries (
    store_id UUID NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    flow_id UUID NOT NULL,
    custom JSONB NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (store_id, id, flow_id)
) WITH (fillfactor = 85);
CREATE INDEX entries_created_at ON entries (store_id, flow_id, created_at, id);

-- When the custom values last changed, which the view of a customer as an entry shows.
ALTER TABLE customers ADD COLUMN custom_updated_at TIMESTAMPTZ;

ALTER TABLE entries ADD FOREIGN KEY (store_id, flow_id) REFERENCES flows (store_id, id) ON DELETE CASCADE;
