-- Old events leave the audit log by deletes (docs/decisions/0127). By default a table is vacuumed when a fifth of its rows are dead,
-- which is two months of events in a log of 400 days. With a fiftieth it is a week of them, so the log takes a tenth less.
ALTER TABLE audit_events SET (autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE audit_seals SET (autovacuum_vacuum_scale_factor = 0.02);
