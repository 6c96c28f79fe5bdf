//! The hash chain of each copy.
//!
//! Belongs here: hashing an entry with the one before it. Does not belong here: walking a whole
//! journal (`check`), canonical JSON (`canonical`).

use std::fmt;

use remnant_ground::ObjectKind;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::entry::{Entry, EntryId, EntryKind};
use crate::error::StoreError;

/// A SHA-256 hash, printed in lower-case hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryHash([u8; 32]);

/// Stands at the head of what is hashed, so that another form of entry gives other hashes.
const FORM: &[u8] = b"remnant entry 1";

impl EntryHash {
    /// What stands before the first entry of a copy.
    pub const NONE: Self = Self([0; 32]);

    /// The hash of these parts, each with its length before it: no two lists of parts run into the
    /// same bytes.
    pub(crate) fn of(parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Self(hasher.finalize().into())
    }

    /// The hash that an entry must have.
    #[must_use]
    pub fn of_entry(entry: &Entry) -> Self {
        Hashed {
            previous: &entry.previous,
            id: &entry.id,
            origin: &entry.origin,
            sequence: entry.sequence,
            author: &entry.author,
            recorded_at: &entry.recorded_at,
            recorded_on: &entry.recorded_on.to_string(),
            kind: entry.kind,
            object_kind: entry.object_kind,
            subject: &entry.subject,
            body: &entry.body,
        }
        .hash()
    }

    /// The thirty-two bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn from_slice(bytes: &[u8]) -> Result<Self, StoreError> {
        bytes
            .try_into()
            .map(Self)
            .map_err(|_| StoreError::damaged("a hash in the journal does not have 32 bytes"))
    }

    /// The hash from its hexadecimal text.
    pub(crate) fn from_hexadecimal(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
        }
        Some(Self(bytes))
    }
}

/// What is hashed of an entry, all but the hash itself.
pub(crate) struct Hashed<'e> {
    pub(crate) previous: &'e EntryHash,
    pub(crate) id: &'e EntryId,
    pub(crate) origin: &'e Uuid,
    pub(crate) sequence: u64,
    pub(crate) author: &'e str,
    pub(crate) recorded_at: &'e str,
    pub(crate) recorded_on: &'e str,
    pub(crate) kind: EntryKind,
    pub(crate) object_kind: Option<ObjectKind>,
    pub(crate) subject: &'e str,
    pub(crate) body: &'e str,
}

impl Hashed<'_> {
    pub(crate) fn hash(&self) -> EntryHash {
        EntryHash::of(&[
            FORM,
            &self.previous.0,
            self.id.as_bytes(),
            self.origin.as_bytes(),
            &self.sequence.to_le_bytes(),
            self.author.as_bytes(),
            self.recorded_at.as_bytes(),
            self.recorded_on.as_bytes(),
            self.kind.word().as_bytes(),
            self.object_kind.map_or("", ObjectKind::word).as_bytes(),
            self.subject.as_bytes(),
            self.body.as_bytes(),
        ])
    }
}

impl fmt::Display for EntryHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for EntryHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EntryHash({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_into_one_another() {
        assert_ne!(EntryHash::of(&[b"ab", b"c"]), EntryHash::of(&[b"a", b"bc"]));
        assert_ne!(EntryHash::of(&[b"ab"]), EntryHash::of(&[b"ab", b""]));
    }

    #[test]
    fn a_hash_comes_back_from_its_text() {
        let hash = EntryHash::of(&[b"x"]);
        assert_eq!(EntryHash::from_hexadecimal(&hash.to_string()), Some(hash));
        assert_eq!(EntryHash::from_hexadecimal("é"), None);
    }
}
