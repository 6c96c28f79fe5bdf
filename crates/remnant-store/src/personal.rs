//! Personal data: encrypted, with a key that is not in the project.
//!
//! Belongs here: sealing and opening one value, and keys. Does not belong here: which fields are
//! personal (the forms say so), where the key lies (the program knows).
//!
//! Personal data are no part of the journal: what is entered there can never be taken back, and a
//! person can ask to be forgotten. Bundles do not hold them.
//!
//! # Source
//! XChaCha20-Poly1305 as in draft-irtf-cfrg-xchacha; the nonce is long enough to be drawn at random.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use remnant_ground::ObjectKind;

use crate::chain::EntryHash;
use crate::error::StoreError;

/// A key for personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonalKey([u8; 32]);

impl fmt::Debug for PersonalKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonalKey({})", self.id())
    }
}

/// How a sealed piece of a file begins. A piece in clear is a zlib stream, which never begins so.
const SEALED: u8 = 1;

/// The name of the key under which a piece of a file is sealed; none where it is in clear.
pub(crate) fn key_of_piece(piece: &[u8]) -> Option<String> {
    let id = piece.strip_prefix(&[SEALED])?.get(..16)?;
    Some(String::from_utf8_lossy(id).into_owned())
}

/// A value that names or finds a person.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonalValue {
    /// The kind of object that it belongs to.
    pub kind: ObjectKind,
    /// The object's id.
    pub subject: String,
    /// The field.
    pub field: String,
    /// The value.
    pub value: String,
}

impl fmt::Debug for PersonalValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The value itself never reaches a log.
        write!(f, "PersonalValue({} {} {})", self.kind, self.subject, self.field)
    }
}

/// A value as it is kept.
pub(crate) struct Sealed {
    pub(crate) nonce: [u8; 24],
    pub(crate) ciphertext: Vec<u8>,
}

impl PersonalKey {
    /// A key of 32 random bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A name for the key that tells nothing of it, so that the right one can be looked for.
    #[must_use]
    pub fn id(&self) -> String {
        EntryHash::of(&[b"remnant personal key 1", &self.0]).to_string()[..16].to_owned()
    }

    /// Seals a value. It opens only under this key, for this object and this field.
    pub(crate) fn seal(&self, value: &PersonalValue, nonce: [u8; 24]) -> Option<Sealed> {
        let payload = Payload {
            msg: value.value.as_bytes(),
            aad: &bound_to(value.kind, &value.subject, &value.field),
        };
        let ciphertext = self.cipher().encrypt(&XNonce::from(nonce), payload).ok()?;
        Some(Sealed { nonce, ciphertext })
    }

    /// Opens a value; none where the key or anything else is another.
    pub(crate) fn open(
        &self,
        kind: ObjectKind,
        subject: &str,
        field: &str,
        sealed: &Sealed,
    ) -> Option<String> {
        let payload = Payload { msg: &sealed.ciphertext, aad: &bound_to(kind, subject, field) };
        let bytes = self.cipher().decrypt(&XNonce::from(sealed.nonce), payload).ok()?;
        String::from_utf8(bytes).ok()
    }

    /// Seals a piece of a file. It opens only under this key and at this place in a file.
    pub(crate) fn seal_piece(&self, at: u64, piece: &[u8], nonce: [u8; 24]) -> Option<Vec<u8>> {
        let payload = Payload { msg: piece, aad: &at.to_be_bytes() };
        let ciphertext = self.cipher().encrypt(&XNonce::from(nonce), payload).ok()?;
        Some([&[SEALED][..], self.id().as_bytes(), &nonce, &ciphertext].concat())
    }

    /// Opens a piece of a file; none where the key or anything else is another.
    pub(crate) fn open_piece(&self, at: u64, piece: &[u8]) -> Option<Vec<u8>> {
        let sealed = piece.strip_prefix(&[SEALED])?.strip_prefix(self.id().as_bytes())?;
        let (nonce, ciphertext) = sealed.split_first_chunk::<24>()?;
        let payload = Payload { msg: ciphertext, aad: &at.to_be_bytes() };
        self.cipher().decrypt(&XNonce::from(*nonce), payload).ok()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}

/// What a sealed value is bound to, so that nobody can put it beside another person.
fn bound_to(kind: ObjectKind, subject: &str, field: &str) -> [u8; 32] {
    let parts = [kind.word().as_bytes(), subject.as_bytes(), field.as_bytes()];
    *EntryHash::of(&parts).as_bytes()
}

/// Asks for a key where there is none.
pub(crate) fn needed<'a>(
    key: Option<&'a PersonalKey>,
    kind: ObjectKind,
    subject: &str,
) -> Result<&'a PersonalKey, StoreError> {
    key.ok_or_else(|| StoreError::NoKey { kind, id: subject.to_owned() })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_value_opens_only_under_its_key_for_its_object_and_field() {
        let value = PersonalValue {
            kind: ObjectKind::Accident,
            subject: "a/1".into(),
            field: "reported_by".into(),
            value: "Ana".into(),
        };
        let key = PersonalKey::new([7; 32]);
        let sealed = key.seal(&value, [1; 24]).unwrap();
        assert!(!sealed.ciphertext.windows(3).any(|window| window == b"Ana"));
        let open = |key: &PersonalKey, subject: &str, field: &str| {
            key.open(ObjectKind::Accident, subject, field, &sealed)
        };
        assert_eq!(open(&key, "a/1", "reported_by").as_deref(), Some("Ana"));
        assert_eq!(open(&PersonalKey::new([8; 32]), "a/1", "reported_by"), None);
        assert_eq!(open(&key, "a/2", "reported_by"), None);
        assert_eq!(open(&key, "a/1", "note"), None);
        assert!(!format!("{value:?} {key:?}").contains("Ana"));
    }

    #[test]
    fn a_piece_of_a_file_opens_only_under_its_key_and_at_its_place() {
        let key = PersonalKey::new([7; 32]);
        let sealed = key.seal_piece(3, b"packed names", [1; 24]).unwrap();
        assert!(!sealed.windows(5).any(|window| window == b"names"));
        assert_eq!(key_of_piece(&sealed), Some(key.id()));
        assert_eq!(key.open_piece(3, &sealed).as_deref(), Some(&b"packed names"[..]));
        assert_eq!(key.open_piece(4, &sealed), None);
        assert_eq!(PersonalKey::new([8; 32]).open_piece(3, &sealed), None);
        assert_eq!(key.open_piece(3, &sealed[..30]), None);
        assert_eq!(key_of_piece(&[0x78, 0x9c]), None);
    }
}
