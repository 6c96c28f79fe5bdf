-- The hash of the row that an object was last taken in from stands in the body of its entry and nowhere
-- else: it is asked for when the row comes again.
ALTER TABLE object_version DROP COLUMN row_hash;
