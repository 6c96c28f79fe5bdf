//! Names by which areas, events, evidence and people refer to one another.
//!
//! Belongs here: ids as types, so that an area is never looked up by the id of an event. Does not
//! belong here: whether such a thing exists, which the store knows.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Longest id that is taken, in bytes: programmes link by id, and a longer text is no id.
const LONGEST: usize = 255;

/// Why a text cannot be an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Nothing but spaces.
    #[error("an id is blank")]
    Blank,
    /// Spaces before or after: the same id typed twice would be two.
    #[error("`{0}` has spaces before or after it")]
    SurroundingSpace(String),
    /// A line break, a tab or another control character.
    #[error("an id holds a line break or another control character: {0:?}")]
    ControlCharacter(String),
    /// Longer than 255 bytes.
    #[error("an id is {0} bytes long; at most 255 are taken")]
    TooLong(usize),
}

impl IdentityError {
    /// What the person can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Blank => "give the id that the programme uses",
            Self::SurroundingSpace(_) | Self::ControlCharacter(_) => {
                "take the spaces and control characters out of the id"
            }
            Self::TooLong(_) => "check that the column of ids does not hold a description",
        }
    }
}

fn checked(text: String) -> Result<String, IdentityError> {
    if text.trim().is_empty() {
        return Err(IdentityError::Blank);
    }
    if text.chars().any(char::is_control) {
        return Err(IdentityError::ControlCharacter(text));
    }
    if text.trim() != text {
        return Err(IdentityError::SurroundingSpace(text));
    }
    if text.len() > LONGEST {
        return Err(IdentityError::TooLong(text.len()));
    }
    Ok(text)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// An id as the programme writes it, in any script.
            ///
            /// # Errors
            /// When the text is blank, longer than 255 bytes, or holds control characters or spaces
            /// at an end.
            pub fn new(id: impl Into<String>) -> Result<Self, IdentityError> {
                checked(id.into()).map(Self)
            }

            /// The id as it is written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdentityError;

            fn from_str(text: &str) -> Result<Self, IdentityError> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdentityError;

            fn try_from(text: String) -> Result<Self, IdentityError> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )*};
}

ids! {
    /// A hazardous area: `HA-017`.
    AreaId;
    /// Something that happened to an area; all versions of one entry share it.
    EventId;
    /// A record of evidence: an evidence point, an accident, an interview, a document.
    EvidenceId;
    /// An operator, an authority or another body that works or decides.
    Organisation;
    /// Who entered or reviewed something: a user's short name, never personal data.
    Person;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_taken_in_any_script_and_refused_when_they_are_none() {
        for id in ["HA-017", "منطقة 12", "ພື້ນທີ່-3"] {
            assert_eq!(AreaId::new(id).map(|id| id.to_string()), Ok(id.to_owned()));
        }
        assert_eq!(AreaId::new("  "), Err(IdentityError::Blank));
        assert!(matches!(AreaId::new("HA-1 "), Err(IdentityError::SurroundingSpace(_))));
        assert!(matches!(AreaId::new("HA\n1"), Err(IdentityError::ControlCharacter(_))));
        assert_eq!(AreaId::new("a".repeat(256)), Err(IdentityError::TooLong(256)));
        assert!(serde_json::from_str::<AreaId>("\"\"").is_err());
    }
}
