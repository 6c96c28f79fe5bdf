-- The journal and what is kept beside it. Layers follow from the journal and are made elsewhere.
CREATE TABLE remnant_note (name TEXT COLLATE "C" PRIMARY KEY NOT NULL, value TEXT COLLATE "C" NOT NULL);

-- Layers that are there; each is made when its first object is entered.
CREATE TABLE remnant_layer (name TEXT COLLATE "C" PRIMARY KEY NOT NULL);

-- The copies that entries come from: the last entry of each and the greatest id.
CREATE TABLE origin (
    number BIGINT PRIMARY KEY NOT NULL,
    id BYTEA NOT NULL UNIQUE,
    own BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    greatest BYTEA NOT NULL
);

CREATE TABLE journal (
    position BIGINT PRIMARY KEY NOT NULL,
    id BYTEA NOT NULL,
    origin BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    author TEXT COLLATE "C" NOT NULL,
    recorded_at TEXT COLLATE "C" NOT NULL,
    recorded_on TEXT COLLATE "C" NOT NULL,
    known_from TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    object_kind TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    previous BYTEA NOT NULL,
    hash BYTEA NOT NULL
);
CREATE UNIQUE INDEX journal_chain ON journal (origin, sequence, id);
CREATE INDEX journal_subject ON journal (subject);
CREATE INDEX journal_rare ON journal (kind, position) WHERE kind <> 'object-entered';
CREATE FUNCTION remnant_journal_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'entries of the journal are never changed or deleted: enter a correction';
END $$;
CREATE TRIGGER journal_keeps BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION remnant_journal_keeps();
CREATE FUNCTION remnant_gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF coalesce(current_setting('remnant.gate', true), '') <> 'open' THEN
        RAISE EXCEPTION 'this table is written by Remnant alone: take changes in with `remnant source add`';
    END IF;
    RETURN NULL;
END $$;

CREATE TABLE object_version (
    kind TEXT COLLATE "C" NOT NULL,
    fid BIGINT NOT NULL,
    known_from TEXT COLLATE "C" NOT NULL,
    known_to TEXT COLLATE "C" NOT NULL,
    valid_from TEXT COLLATE "C",
    valid_to TEXT COLLATE "C",
    withdrawn BIGINT NOT NULL,
    position BIGINT NOT NULL,
    state TEXT COLLATE "C",
    west DOUBLE PRECISION,
    south DOUBLE PRECISION,
    east DOUBLE PRECISION,
    north DOUBLE PRECISION,
    PRIMARY KEY (kind, fid, known_from)
);
CREATE INDEX object_version_past ON object_version (kind, known_to) WHERE known_to <> '9999-12-31';

CREATE TABLE conflict (
    kind TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    field TEXT COLLATE "C" NOT NULL,
    writes TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, subject, field)
);

CREATE TABLE taken_in_row (
    kind TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    source_id TEXT COLLATE "C" NOT NULL,
    row_hash TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    entry BYTEA NOT NULL,
    PRIMARY KEY (kind, source, source_id)
);

CREATE TABLE source (
    fid BIGINT PRIMARY KEY NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    publisher TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C",
    licence TEXT COLLATE "C" NOT NULL,
    files TEXT COLLATE "C" NOT NULL,
    recorded_on DATE NOT NULL,
    author TEXT COLLATE "C" NOT NULL
);

CREATE TABLE taken_in_file (
    number BIGINT PRIMARY KEY NOT NULL,
    hash TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    length BIGINT NOT NULL
);
CREATE TABLE taken_in_chunk (
    file BIGINT NOT NULL,
    number BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (file, number)
);

CREATE TABLE personal (
    kind TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    field TEXT COLLATE "C" NOT NULL,
    nonce BYTEA NOT NULL,
    ciphertext BYTEA NOT NULL,
    key_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, subject, field)
);
