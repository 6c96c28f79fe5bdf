-- The hash of the row that an object was last taken in from stands with the object and no longer in a
-- table of its own. What follows from the journal is written anew after this.
ALTER TABLE object_version ADD COLUMN row_hash TEXT COLLATE "C";
DROP TABLE taken_in_row;
