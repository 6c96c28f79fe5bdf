//! The hash by which the bytes of a document are known again.
//!
//! Belongs here: hashing bytes and printing the hash. Does not belong here: where bytes are kept.

use std::fmt;

use sha2::{Digest, Sha256};

/// SHA-256 of a document's bytes, printed in lower-case hexadecimal.
///
/// ```
/// use remnant_source::ContentHash;
/// let hash = ContentHash::of(b"");
/// assert!(hash.to_string().starts_with("e3b0c44298fc1c14"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentHash([u8; 32]);

impl ContentHash {
    /// The hash of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentHash({self})")
    }
}
