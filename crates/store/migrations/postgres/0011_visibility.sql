-- Exact totals are counted in an index alone, but for pages that were written since they were last vacuumed: of those
-- every row is looked at, which takes ten times as long. By default that waits for a fifth of the table.
ALTER TABLE customers SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);
ALTER TABLE addresses SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);
ALTER TABLE entries SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);
