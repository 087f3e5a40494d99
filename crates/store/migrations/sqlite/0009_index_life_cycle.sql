-- Whether the values of a field are to have a slot.
ALTER TABLE fields ADD COLUMN filterable INTEGER NOT NULL DEFAULT 0;
UPDATE fields SET filterable = 1 WHERE EXISTS (
    SELECT 1 FROM field_slots s WHERE s.store_id = fields.store_id AND s.field_id = fields.id AND s.state = 'ready');

-- How far the work on a slot is that is being built or cleared. Without a position it has not begun.
UPDATE field_slots SET state = 'clearing' WHERE state = 'abandoned';
ALTER TABLE field_slots ADD COLUMN position TEXT;
ALTER TABLE field_slots ADD COLUMN done INTEGER NOT NULL DEFAULT 0;
ALTER TABLE field_slots ADD COLUMN total INTEGER NOT NULL DEFAULT 0;
CREATE INDEX field_slots_pending ON field_slots (store_id, target, slot) WHERE state <> 'ready';

-- What filters need of a document in another form: texts folded, dates as numbers, ids of references.
ALTER TABLE customers RENAME COLUMN long_texts TO derived;
ALTER TABLE addresses RENAME COLUMN long_texts TO derived;
ALTER TABLE entries RENAME COLUMN long_texts TO derived;
