//! Entering more than entries alone: what depends on what stands there, and what names persons.
//!
//! Belongs here: transactions that ask before they enter, or keep something beside the journal. Does
//! not belong here: the entering itself (`append`).

use super::append::Appended;
use super::{Store, files};
use crate::entry::Stamp;
use crate::error::StoreError;
use crate::new_entry::NewEntry;
use crate::personal::{PersonalKey, PersonalValue};

impl Store {
    /// Enters what `decide` gives, all or nothing.
    ///
    /// Until it is entered nobody else writes, so what `decide` saw still stands: two people who
    /// release the same land at once decide one after the other.
    ///
    /// # Errors
    /// What `decide` says, or the first thing that cannot be entered; then nothing was.
    pub fn decide<T, E: From<StoreError>>(
        &mut self,
        stamp: &Stamp,
        decide: impl FnOnce(&mut Self) -> Result<(Vec<NewEntry>, T), E>,
    ) -> Result<T, E> {
        self.write(stamp.at(), |store| {
            let (entries, told) = decide(store)?;
            store.append_within::<E>(stamp, entries.into_iter().map(Ok))?;
            Ok(told)
        })
    }

    /// Enters all of these with what names or finds their persons, sealed under a key; or none.
    ///
    /// `nonce` gives 24 random bytes each time. Memory grows with the sealed values alone.
    ///
    /// # Errors
    /// As [`Store::append_each`], and `NoKey` where there is a value and no key; then nothing was
    /// entered and nothing kept.
    pub fn append_with_persons<E: From<StoreError>>(
        &mut self,
        stamp: &Stamp,
        key: Option<&PersonalKey>,
        rows: impl IntoIterator<Item = Result<(NewEntry, Vec<PersonalValue>), E>>,
        mut nonce: impl FnMut() -> Result<[u8; 24], E>,
    ) -> Result<Appended, E> {
        self.write(stamp.at(), |store| {
            let mut sealed = Vec::new();
            let entries = rows.into_iter().map(|row| {
                let (entry, values) = row?;
                for value in values {
                    sealed.push(files::seal(key, value, nonce()?)?);
                }
                Ok(entry)
            });
            let appended = store.append_within::<E>(stamp, entries)?;
            for value in sealed {
                store.keep_sealed(value)?;
            }
            Ok(appended)
        })
    }
}
