//! Files that are kept whole, and personal data.
//!
//! Belongs here: keeping bytes by their hash, compressed, in pieces, and sealed values. Neither is
//! part of the journal: an entry names a file by its hash, and names no person. Does not belong
//! here: reading what a file says.

use std::io::{self, Read, Write};
use std::thread;

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use remnant_ground::ObjectKind;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Store;
use crate::database::{Target, Value};
use crate::entry::Stamp;
use crate::error::StoreError;
use crate::personal::{self, PersonalKey, PersonalValue, Sealed};

/// Bytes that are compressed and kept as one piece: memory holds no more of a file at once.
const PIECE: usize = 1 << 20;

/// Pieces that are compressed side by side.
const AT_ONCE: usize = 4;

/// Rows of text take less than half the time of the usual compression and come out a fifth larger: the
/// person waits for it, and the file is small beside what is made of it.
const COMPRESSION: Compression = Compression::new(2);

/// Compresses pieces, each on a thread of its own, and hashes them in the meantime.
fn packed_beside(pieces: &[Vec<u8>], hasher: &mut Sha256) -> Vec<io::Result<Vec<u8>>> {
    thread::scope(|scope| {
        let threads: Vec<_> = pieces.iter().map(|piece| scope.spawn(|| packed(piece))).collect();
        pieces.iter().for_each(|piece| hasher.update(piece));
        threads
            .into_iter()
            .map(|thread| {
                thread.join().unwrap_or_else(|_| Err(io::Error::other("it was not compressed")))
            })
            .collect()
    })
}

fn packed(piece: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(piece.len() / 2), COMPRESSION);
    encoder.write_all(piece)?;
    encoder.finish()
}

/// A file that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeptFile {
    /// The hash of its bytes: SHA-256 in lower-case hexadecimal.
    pub hash: String,
    /// The name under which it was kept first.
    pub name: String,
    /// How many bytes it has.
    pub length: u64,
}

impl Store {
    /// Keeps a file whole. A file with the same bytes is kept once.
    ///
    /// # Errors
    /// `FileUnreadable` when its bytes cannot be read, `DiskFull`; then nothing was kept.
    pub fn keep_file(
        &mut self,
        stamp: &Stamp,
        name: &str,
        bytes: impl Read,
    ) -> Result<KeptFile, StoreError> {
        self.keep_pieces(stamp, name, bytes, |_, packed| Ok(packed))
    }

    /// Keeps a file whole, sealed under a key: it names persons. `nonce` gives 24 random bytes each
    /// time.
    ///
    /// # Errors
    /// As [`Store::keep_file`], and what `nonce` says.
    pub fn keep_file_under_key(
        &mut self,
        stamp: &Stamp,
        name: &str,
        bytes: impl Read,
        key: &PersonalKey,
        mut nonce: impl FnMut() -> Result<[u8; 24], StoreError>,
    ) -> Result<KeptFile, StoreError> {
        self.keep_pieces(stamp, name, bytes, |at, packed| {
            let sealed = key.seal_piece(at, &packed, nonce()?);
            sealed.ok_or_else(|| StoreError::CannotSeal(format!("a piece of `{name}`")))
        })
    }

    fn keep_pieces(
        &mut self,
        stamp: &Stamp,
        name: &str,
        mut bytes: impl Read,
        mut seal: impl FnMut(u64, Vec<u8>) -> Result<Vec<u8>, StoreError>,
    ) -> Result<KeptFile, StoreError> {
        let unreadable = |error: io::Error| StoreError::FileUnreadable {
            name: name.to_owned(),
            told: error.to_string(),
        };
        let kept = self.write(stamp.at(), |store| {
            let database = &mut store.database;
            let mut number = 1;
            let sql = "SELECT coalesce(max(number), 0) + 1 FROM taken_in_file";
            database.query(sql, &[], &mut |row| {
                number = row.whole(0)?;
                Ok(())
            })?;
            let chunks = Target { table: "taken_in_chunk", columns: &CHUNK, ..Target::default() };
            let (mut hasher, mut length) = (Sha256::new(), 0_u64);
            let mut pieces: Vec<Vec<u8>> =
                (0..AT_ONCE).map(|_| Vec::with_capacity(PIECE)).collect();
            let mut at = 0_u64;
            loop {
                let mut read = 0;
                for piece in &mut pieces {
                    piece.clear();
                    bytes.by_ref().take(PIECE as u64).read_to_end(piece).map_err(unreadable)?;
                    if piece.is_empty() {
                        break;
                    }
                    read += 1;
                    length += piece.len() as u64;
                }
                for packed in packed_beside(&pieces[..read], &mut hasher) {
                    let packed = seal(at, packed.map_err(unreadable)?)?;
                    let row = [Value::Whole(number), Value::from(at), Value::bytes(packed)];
                    database.insert(&chunks, &row)?;
                    at += 1;
                }
                if read < AT_ONCE {
                    break;
                }
            }
            let hash: String = hasher.finalize().iter().map(|b| format!("{b:02x}")).collect();
            if let Some(kept) = store.kept_file(&hash)? {
                // Nothing of this is written: the file is here.
                return Err(Kept::Already(kept));
            }
            let row = vec![
                Value::Whole(number),
                Value::text(hash.clone()),
                Value::text(name.to_owned()),
                Value::from(length),
            ];
            let files = Target { table: "taken_in_file", columns: &FILE, ..Target::default() };
            store.database.insert(&files, &row)?;
            Ok(KeptFile { hash, name: name.to_owned(), length })
        });
        match kept {
            Ok(kept) | Err(Kept::Already(kept)) => Ok(kept),
            Err(Kept::Not(error)) => Err(error),
        }
    }

    /// The files that are kept, in the order in which they came.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn files(&mut self) -> Result<Vec<KeptFile>, StoreError> {
        let mut files = Vec::new();
        let sql = "SELECT hash, name, length FROM taken_in_file ORDER BY number";
        self.database.query(sql, &[], &mut |row| {
            files.push(KeptFile {
                hash: row.text(0)?.to_owned(),
                name: row.text(1)?.to_owned(),
                length: row.count(2)?,
            });
            Ok(())
        })?;
        Ok(files)
    }

    fn kept_file(&mut self, hash: &str) -> Result<Option<KeptFile>, StoreError> {
        let mut found = None;
        let sql = "SELECT name, length FROM taken_in_file WHERE hash = $1";
        self.database.query(sql, &[Value::text(hash)], &mut |row| {
            found = Some(KeptFile {
                hash: hash.to_owned(),
                name: row.text(0)?.to_owned(),
                length: row.count(1)?,
            });
            Ok(())
        })?;
        Ok(found)
    }

    /// Writes the bytes of a kept file somewhere, and proves them by their hash.
    ///
    /// # Errors
    /// `NoSuchFile`; `FileUnreadable` when they cannot be written; `Damaged` when they are not
    /// those that were kept; `FileUnderKey` when it is sealed.
    pub fn file(&mut self, hash: &str, to: impl Write) -> Result<KeptFile, StoreError> {
        self.file_with_key(hash, None, to)
    }

    /// The same of a file that may be sealed under a key.
    ///
    /// # Errors
    /// As [`Store::file`]; `FileUnderKey` when the key is missing or is another.
    pub fn file_with_key(
        &mut self,
        hash: &str,
        key: Option<&PersonalKey>,
        mut to: impl Write,
    ) -> Result<KeptFile, StoreError> {
        let kept = self
            .kept_file(hash)?
            .ok_or_else(|| StoreError::NoSuchFile { hash: hash.to_owned() })?;
        let mut hasher = Sha256::new();
        let sql = "SELECT c.bytes, c.number FROM taken_in_chunk c JOIN taken_in_file f ON f.number = c.file
            WHERE f.hash = $1 ORDER BY c.number";
        self.database.query(sql, &[Value::text(hash)], &mut |row| {
            let mut piece = Vec::with_capacity(PIECE);
            let opened = match personal::key_of_piece(row.bytes(0)?) {
                None => None,
                Some(under) => {
                    let opened = match key {
                        Some(key) => key.open_piece(row.count(1)?, row.bytes(0)?),
                        None => None,
                    };
                    let name = kept.name.clone();
                    Some(opened.ok_or(StoreError::FileUnderKey { name, key: under })?)
                }
            };
            let packed = match &opened {
                Some(packed) => &packed[..],
                None => row.bytes(0)?,
            };
            // A piece never gives more than was put into it, whatever became of its bytes.
            ZlibDecoder::new(packed)
                .take(PIECE as u64)
                .read_to_end(&mut piece)
                .map_err(|error| StoreError::damaged(format!("the file {hash}: {error}")))?;
            hasher.update(&piece);
            if let Err(error) = to.write_all(&piece) {
                let told = error.to_string();
                return Err(StoreError::FileUnreadable { name: kept.name.clone(), told });
            }
            Ok(())
        })?;
        let found: String = hasher.finalize().iter().map(|b| format!("{b:02x}")).collect();
        if found == hash {
            Ok(kept)
        } else {
            Err(StoreError::damaged(format!("the file {hash} has other bytes than were kept")))
        }
    }

    /// Keeps values that name or find persons, sealed under a key. `nonce` gives 24 random bytes
    /// each time. An earlier value of the same field is replaced.
    ///
    /// # Errors
    /// `NoKey` without a key; then nothing was kept.
    pub fn keep_personal(
        &mut self,
        stamp: &Stamp,
        key: Option<&PersonalKey>,
        values: impl IntoIterator<Item = PersonalValue>,
        mut nonce: impl FnMut() -> [u8; 24],
    ) -> Result<u64, StoreError> {
        self.write(stamp.at(), |store| {
            let mut count = 0;
            for value in values {
                store.keep_sealed(seal(key, value, nonce())?)?;
                count += 1;
            }
            Ok(count)
        })
    }

    /// Keeps a sealed value in place of an earlier one of the same field.
    pub(crate) fn keep_sealed(&mut self, value: SealedValue) -> Result<(), StoreError> {
        let SealedValue { value, sealed, key } = value;
        self.database.execute(
            "INSERT INTO personal (kind, subject, field, nonce, ciphertext, key_id)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (kind, subject, field) DO UPDATE SET nonce = excluded.nonce,
                ciphertext = excluded.ciphertext, key_id = excluded.key_id",
            &[
                Value::text(value.kind.word()),
                Value::text(value.subject),
                Value::text(value.field),
                Value::bytes(sealed.nonce.to_vec()),
                Value::bytes(sealed.ciphertext),
                Value::text(key),
            ],
        )?;
        Ok(())
    }

    /// What is kept about the persons of an object, opened with the key.
    ///
    /// # Errors
    /// `NoKey` where something is kept and no key is given; `WrongKey` where it was kept under
    /// another.
    pub fn personal(
        &mut self,
        key: Option<&PersonalKey>,
        kind: ObjectKind,
        subject: &str,
    ) -> Result<Vec<PersonalValue>, StoreError> {
        let mut values = Vec::new();
        let sql = "SELECT field, nonce, ciphertext FROM personal
            WHERE kind = $1 AND subject = $2 ORDER BY field";
        let asked = [Value::text(kind.word()), Value::text(subject)];
        self.database.query(sql, &asked, &mut |row| {
            let key = personal::needed(key, kind, subject)?;
            let field = row.text(0)?;
            let wrong =
                || StoreError::WrongKey { kind, id: subject.to_owned(), field: field.to_owned() };
            let nonce = row.bytes(1)?.try_into().map_err(|_| wrong())?;
            let sealed = Sealed { nonce, ciphertext: row.bytes(2)?.to_vec() };
            let value = key.open(kind, subject, field, &sealed).ok_or_else(wrong)?;
            let (subject, field) = (subject.to_owned(), field.to_owned());
            values.push(PersonalValue { kind, subject, field, value });
            Ok(())
        })?;
        Ok(values)
    }

    /// Forgets what is kept about the persons of an object; how many values there were.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn forget_personal(
        &mut self,
        stamp: &Stamp,
        kind: ObjectKind,
        subject: &str,
    ) -> Result<u64, StoreError> {
        self.write(stamp.at(), |store| {
            let sql = "DELETE FROM personal WHERE kind = $1 AND subject = $2";
            store.database.execute(sql, &[Value::text(kind.word()), Value::text(subject)])
        })
    }
}

/// A value on its way to its table, sealed.
pub(crate) struct SealedValue {
    /// Whose it is; the value itself is gone from here.
    value: PersonalValue,
    sealed: Sealed,
    key: String,
}

/// Seals a value.
pub(crate) fn seal(
    key: Option<&PersonalKey>,
    value: PersonalValue,
    nonce: [u8; 24],
) -> Result<SealedValue, StoreError> {
    let key = personal::needed(key, value.kind, &value.subject)?;
    let sealed = key.seal(&value, nonce).ok_or_else(|| StoreError::WrongKey {
        kind: value.kind,
        id: value.subject.clone(),
        field: value.field.clone(),
    })?;
    let value = PersonalValue { value: String::new(), ..value };
    Ok(SealedValue { value, sealed, key: key.id() })
}

const CHUNK: [&str; 3] = ["file", "number", "bytes"];
const FILE: [&str; 4] = ["number", "hash", "name", "length"];

/// Why keeping a file wrote nothing.
enum Kept {
    Already(KeptFile),
    Not(StoreError),
}

impl From<StoreError> for Kept {
    fn from(error: StoreError) -> Self {
        Self::Not(error)
    }
}
