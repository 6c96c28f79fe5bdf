//! One entry of the journal.
//!
//! Belongs here: what an entry consists of, its id, and who made it when. Does not belong here: its
//! hash (`chain`), what it changes (`projection`), how it is written (`new_entry`).

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime};
use remnant_ground::ObjectKind;
use serde::de::DeserializeOwned;
use uuid::{Builder, Uuid};

use crate::chain::EntryHash;
use crate::error::StoreError;

/// The id of an entry: a UUID of version 7, which begins with the time in milliseconds.
///
/// In one copy ids only grow, also when its clock is set back: an entry that was made after
/// another had been seen sorts after it. The order of ids is therefore the order in which entries
/// take effect, and the same in every copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(Uuid);

impl EntryId {
    /// The id of an entry made in this millisecond after 1970, above `last`, the greatest id that
    /// the copy has seen.
    pub(crate) fn after(last: Option<Self>, milliseconds: u64, entropy: &[u8; 10]) -> Self {
        let fresh = Self(Builder::from_unix_timestamp_millis(milliseconds, entropy).into_uuid());
        match last {
            // Where the clock is behind, two copies that saw the same entries would give one id to
            // two; the randomness keeps them apart here too.
            Some(last) if last >= fresh => {
                let [a, b, c, d, e, ..] = *entropy;
                last.later(1 + u128::from(u64::from_be_bytes([0, 0, 0, a, b, c, d, e])))
            }
            _ => fresh,
        }
    }

    /// The next id of a batch. The random part is counted up, as RFC 9562 section 6.2 allows, and
    /// never reaches version and variant.
    pub(crate) fn next(self) -> Self {
        self.later(1)
    }

    fn later(self, by: u128) -> Self {
        // 62 bits below the variant, 12 below the version, 48 of time.
        let number = self.0.as_u128();
        let low = number & ((1 << 62) - 1);
        let middle = (number >> 64) & 0xFFF;
        let time = number >> 80;
        let count = ((time << 74) | (middle << 62) | low).wrapping_add(by);
        let low = count & ((1 << 62) - 1);
        let middle = (count >> 62) & 0xFFF;
        let time = (count >> 74) & ((1 << 48) - 1);
        Self(Uuid::from_u128((time << 80) | (0x7 << 76) | (middle << 64) | (0b10 << 62) | low))
    }

    /// The sixteen bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    pub(crate) fn from_slice(bytes: &[u8]) -> Result<Self, StoreError> {
        Uuid::from_slice(bytes)
            .map(Self)
            .map_err(|_| StoreError::damaged("an id in the journal does not have sixteen bytes"))
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl FromStr for EntryId {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        text.parse().map(Self).map_err(|_| StoreError::NotAnEntry {
            line: 0,
            told: format!("`{text}` is not the id of an entry"),
        })
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident, $word:literal;)*) => {
        /// What an entry records. The word of a kind is never used for another.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EntryKind { $($(#[$doc])* $name,)* }

        impl EntryKind {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word that is kept and shown.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
        }

        impl FromStr for EntryKind {
            type Err = StoreError;

            fn from_str(text: &str) -> Result<Self, StoreError> {
                match text {
                    $($word => Ok(Self::$name),)*
                    _ => Err(StoreError::NotAnEntry {
                        line: 0,
                        told: format!("`{text}` is not a kind of entry"),
                    }),
                }
            }
        }
    };
}

kinds! {
    /// A document was kept, with its licence.
    SourceAdded, "source-added";
    /// Rows of a kept file were taken in.
    FileTakenIn, "file-taken-in";
    /// A thing on the ground was entered, all of it.
    ObjectEntered, "object-entered";
    /// Some fields of a thing were changed.
    ObjectRevised, "object-revised";
    /// A thing was withdrawn, with a reason.
    ObjectWithdrawn, "object-withdrawn";
    /// A step of land release was taken on a hazardous area.
    ReleaseEvent, "release-event";
    /// A step of review was taken on an entry.
    ReviewStep, "review-step";
    /// A user's statement was added to the record.
    StatementAdded, "statement-added";
    /// A setting of the project was set.
    Setting, "setting";
    /// Two changes that did not know of each other were settled.
    ConflictResolved, "conflict-resolved";
    /// An estimate was kept, with its model, its seed and the hash of its inputs.
    EstimateKept, "estimate-kept";
}

impl EntryKind {
    /// Whether an entry of this kind changes a thing on the ground.
    pub(crate) fn changes_object(self) -> bool {
        matches!(
            self,
            Self::ObjectEntered
                | Self::ObjectRevised
                | Self::ObjectWithdrawn
                | Self::ConflictResolved
        )
    }
}

impl fmt::Display for EntryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// One entry of the journal, as every copy holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// The copy of the project in which it was made.
    pub origin: Uuid,
    /// Its number in that copy, from 1 without gaps.
    pub sequence: u64,
    /// Who made it.
    pub author: String,
    /// The moment, by the clock of that copy: `2026-11-25T08:15:30.250Z`, always in UTC.
    pub recorded_at: String,
    /// The day, as the author's calendar showed it.
    pub recorded_on: Date,
    /// What it records.
    pub kind: EntryKind,
    /// The kind of the thing on the ground that it is about, where it is about one.
    pub object_kind: Option<ObjectKind>,
    /// What it is about: the id of an object or area, the name of a source or setting.
    pub subject: String,
    /// What it says, as canonical JSON: keys sorted, no spaces.
    pub body: String,
    /// The hash of the entry before it in the same copy; zeros for the first.
    pub previous: EntryHash,
    /// The hash of all of the above.
    pub hash: EntryHash,
}

impl Entry {
    /// What the entry says, as a value of the type that its kind stands for.
    ///
    /// # Errors
    /// `Body` when the body does not have that form.
    pub fn says<T: DeserializeOwned>(&self) -> Result<T, StoreError> {
        serde_json::from_str(&self.body)
            .map_err(|error| StoreError::Body { entry: self.id, told: error.to_string() })
    }
}

/// Who enters something, and when. Only the program has a clock, so it says so here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    author: String,
    at: String,
    milliseconds: u64,
    on: Date,
    entropy: [u8; 10],
}

impl Stamp {
    /// Who, at which moment of UTC, on which day of the author's calendar, with ten random bytes
    /// that keep ids of two copies apart.
    ///
    /// # Errors
    /// `NoAuthor` without a name; `DaysApart` where the day is not the moment's day or the one
    /// before or after it, as no time zone allows; `BeforeIds` before 1970.
    pub fn new(
        author: &str,
        at: DateTime,
        on: Date,
        entropy: [u8; 10],
    ) -> Result<Self, StoreError> {
        let author = author.trim();
        if author.is_empty() {
            return Err(StoreError::NoAuthor);
        }
        let since = at.duration_since(DateTime::constant(1970, 1, 1, 0, 0, 0, 0));
        let milliseconds =
            u64::try_from(since.as_millis()).map_err(|_| StoreError::BeforeIds { day: on })?;
        let text = format!(
            "{}T{:02}:{:02}:{:02}.{:03}Z",
            at.date(),
            at.hour(),
            at.minute(),
            at.second(),
            at.millisecond()
        );
        let apart = at.date().duration_since(on).as_hours().abs();
        if apart > 24 {
            return Err(StoreError::DaysApart { at: text, on });
        }
        Ok(Self { author: author.to_owned(), at: text, milliseconds, on, entropy })
    }

    /// Who.
    #[must_use]
    pub fn author(&self) -> &str {
        &self.author
    }

    /// The moment, as it stands in the journal.
    #[must_use]
    pub fn at(&self) -> &str {
        &self.at
    }

    /// The day.
    #[must_use]
    pub fn on(&self) -> Date {
        self.on
    }

    pub(crate) fn first_id(&self, last: Option<EntryId>) -> EntryId {
        EntryId::after(last, self.milliseconds, &self.entropy)
    }

    /// An id for a new copy, from the same randomness under another name.
    pub(crate) fn new_origin(&self) -> Uuid {
        let id = EntryId::after(None, self.milliseconds, &self.entropy);
        let hash = EntryHash::of(&[b"remnant origin 1", id.as_bytes(), self.author.as_bytes()]);
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash.as_bytes()[..16]);
        Builder::from_custom_bytes(bytes).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use jiff::civil::{date, datetime};

    use super::*;

    #[test]
    fn ids_grow_and_stay_of_version_7() {
        let first = EntryId::after(None, 1_764_058_530_250, &[0xFF; 10]);
        let second = first.next();
        assert!(second > first);
        for id in [first, second] {
            assert_eq!(id.0.get_version_num(), 7);
            assert_eq!(id.0.get_variant(), uuid::Variant::RFC4122);
        }
        // A clock set back by an hour gives a later id all the same.
        let third = EntryId::after(Some(second), 1_764_054_930_250, &[0; 10]);
        assert_eq!(third, second.next());
        // Another copy whose clock is behind, too, gives another one.
        let fourth = EntryId::after(Some(second), 1_764_054_930_250, &[9; 10]);
        assert!(fourth > third);
    }

    #[test]
    fn a_stamp_is_refused_without_a_name_and_with_a_day_no_zone_has() {
        let at = datetime(2026, 11, 25, 23, 30, 0, 250_000_000);
        let stamp = Stamp::new(" Ana ", at, date(2026, 11, 26), [1; 10]).unwrap();
        assert_eq!((stamp.author(), stamp.at()), ("Ana", "2026-11-25T23:30:00.250Z"));
        assert!(matches!(
            Stamp::new(" ", at, date(2026, 11, 25), [1; 10]),
            Err(StoreError::NoAuthor)
        ));
        assert!(matches!(
            Stamp::new("Ana", at, date(2026, 11, 28), [1; 10]),
            Err(StoreError::DaysApart { .. })
        ));
    }

    #[test]
    fn every_kind_is_read_by_its_word() {
        for kind in EntryKind::ALL {
            assert_eq!(kind.word().parse::<EntryKind>().unwrap(), *kind);
        }
    }
}
