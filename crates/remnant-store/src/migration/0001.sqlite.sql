-- The journal and what is kept beside it. Layers follow from the journal and are made elsewhere.
CREATE TABLE remnant_gate (open INTEGER NOT NULL);
INSERT INTO remnant_gate VALUES (1);

CREATE TABLE remnant_note (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;

-- Layers that are there; each is made when its first object is entered.
CREATE TABLE remnant_layer (name TEXT PRIMARY KEY NOT NULL);

-- The copies that entries come from: the last entry of each and the greatest id.
CREATE TABLE origin (
    number INTEGER PRIMARY KEY NOT NULL,
    id BLOB NOT NULL UNIQUE,
    own INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    hash BLOB NOT NULL,
    greatest BLOB NOT NULL
);

CREATE TABLE journal (
    position INTEGER PRIMARY KEY NOT NULL,
    id BLOB NOT NULL,
    origin INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    author TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_on TEXT NOT NULL,
    known_from TEXT NOT NULL,
    kind TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    previous BLOB NOT NULL,
    hash BLOB NOT NULL
);
CREATE UNIQUE INDEX journal_chain ON journal (origin, sequence, id);
CREATE INDEX journal_subject ON journal (subject);
CREATE INDEX journal_rare ON journal (kind, position) WHERE kind <> 'object-entered';
CREATE TRIGGER journal_keeps_update BEFORE UPDATE ON journal BEGIN
    SELECT RAISE(ABORT, 'entries of the journal are never changed: enter a correction');
END;
CREATE TRIGGER journal_keeps_delete BEFORE DELETE ON journal BEGIN
    SELECT RAISE(ABORT, 'entries of the journal are never deleted: enter a withdrawal');
END;

CREATE TABLE object_version (
    kind TEXT NOT NULL,
    fid INTEGER NOT NULL,
    known_from TEXT NOT NULL,
    known_to TEXT NOT NULL,
    valid_from TEXT,
    valid_to TEXT,
    withdrawn INTEGER NOT NULL,
    position INTEGER NOT NULL,
    state TEXT,
    west REAL,
    south REAL,
    east REAL,
    north REAL,
    PRIMARY KEY (kind, fid, known_from)
) WITHOUT ROWID;
CREATE INDEX object_version_past ON object_version (kind, known_to) WHERE known_to <> '9999-12-31';

CREATE TABLE conflict (
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    field TEXT NOT NULL,
    writes TEXT NOT NULL,
    PRIMARY KEY (kind, subject, field)
) WITHOUT ROWID;

CREATE TABLE taken_in_row (
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    source_id TEXT NOT NULL,
    row_hash TEXT NOT NULL,
    subject TEXT NOT NULL,
    entry BLOB NOT NULL,
    PRIMARY KEY (kind, source, source_id)
) WITHOUT ROWID;

CREATE TABLE source (
    fid INTEGER PRIMARY KEY NOT NULL,
    source TEXT NOT NULL,
    publisher TEXT NOT NULL,
    title TEXT,
    licence TEXT NOT NULL,
    files TEXT NOT NULL,
    recorded_on DATE NOT NULL,
    author TEXT NOT NULL
);

CREATE TABLE taken_in_file (
    number INTEGER PRIMARY KEY NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    length INTEGER NOT NULL
);
CREATE TABLE taken_in_chunk (
    file INTEGER NOT NULL,
    number INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (file, number)
);

CREATE TABLE personal (
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    field TEXT NOT NULL,
    nonce BLOB NOT NULL,
    ciphertext BLOB NOT NULL,
    key_id TEXT NOT NULL,
    PRIMARY KEY (kind, subject, field)
) WITHOUT ROWID;
