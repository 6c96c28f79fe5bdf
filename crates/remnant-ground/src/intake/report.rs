//! What came of a file: counts, findings by rule, and whether it may be taken in.
//!
//! Belongs here: the sums over all rows. Does not belong here: the page and the table that are sent
//! back (`remnant-publish`).

use std::collections::BTreeSet;
use std::fmt::Write;

use super::finding::{Finding, Tally};
use crate::object::ObjectId;

/// What came of the rows of a sheet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Rows read.
    pub read: u64,
    /// Rows taken in with nothing to ask about.
    pub accepted: u64,
    /// Rows taken in that somebody must look at.
    pub queried: u64,
    /// Rows not taken in.
    pub refused: u64,
    /// Rows taken in before, word for word, by the same mapping.
    pub unchanged: u64,
    /// Rows that stand in the file more than once, without the first.
    pub duplicates: u64,
    /// Of the accepted and queried: rows that replace an earlier version of their own.
    pub revised: u64,
    /// Findings counted by rule, with examples.
    pub tally: Tally,
    /// What is said of the file as a whole.
    pub file_findings: Vec<Finding>,
    /// Ids that stand in the file more than once with different content. They go into
    /// [`Surroundings`](super::Surroundings) when the file is read to be taken in, so that which row
    /// comes first does not matter.
    pub contested: BTreeSet<ObjectId>,
    /// Whether the file holds personal data and the mapping refuses them: nothing is taken in.
    pub personal_data_met: bool,
}

impl Report {
    /// Whether every row that was read is accounted for.
    #[must_use]
    pub fn balances(&self) -> bool {
        self.read == self.accepted + self.queried + self.refused + self.unchanged + self.duplicates
    }

    /// Whether the file may be taken in at all.
    #[must_use]
    pub fn may_be_taken_in(&self) -> bool {
        !self.personal_data_met
    }

    /// Counts and rules as a table in Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut table = String::new();
        let _infallible = writeln!(
            table,
            "| read | accepted | queried | refused | unchanged | duplicates |\n\
             |---|---|---|---|---|---|\n| {} | {} | {} | {} | {} | {} |\n",
            self.read, self.accepted, self.queried, self.refused, self.unchanged, self.duplicates
        );
        let _infallible = writeln!(table, "| rule | weight | findings | rows |\n|---|---|---|---|");
        for (rule, count) in self.tally.iter() {
            let _infallible = writeln!(
                table,
                "| {rule} | {} | {} | {} |",
                rule.severity().word(),
                count.findings,
                count.rows
            );
        }
        table
    }
}
