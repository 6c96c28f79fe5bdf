//! How far a project reaches, and how much it holds by now.
//!
//! Belongs here: numbers that stand for the whole. Does not belong here: what is in it (`read`).

use super::Store;
use crate::error::StoreError;

impl Store {
    /// Degrees of WGS 84 that hold all places that are known now: west, south, east, north; `None`
    /// where no place is known.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn extent(&mut self) -> Result<Option<[f64; 4]>, StoreError> {
        let sql = "SELECT count(west), coalesce(min(west), 0.0), coalesce(min(south), 0.0),
                coalesce(max(east), 0.0), coalesce(max(north), 0.0)
            FROM object_version WHERE known_to = '9999-12-31' AND withdrawn = 0";
        let mut extent = None;
        self.read(|store| {
            store.database.query(sql, &[], &mut |row| {
                if row.count(0)? > 0 {
                    let side = |at| row.decimal(at);
                    extent = Some([side(1)?, side(2)?, side(3)?, side(4)?]);
                }
                Ok(())
            })
        })?;
        Ok(extent)
    }

    /// The place of the newest entry: what was computed from the journal holds as long as this is
    /// the same.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn newest_position(&mut self) -> Result<u64, StoreError> {
        let mut newest = 0;
        self.read(|store| {
            let sql = "SELECT coalesce(max(position), 0) FROM journal";
            store.database.query(sql, &[], &mut |row| {
                newest = row.count(0)?;
                Ok(())
            })
        })?;
        Ok(newest)
    }
}
