//! A programme's own pick-lists: reading its table and saying all that speaks against it.
//!
//! Belongs here: the checks that a table passes before it takes the place of shipped lists. Does not
//! belong here: looking words up (`pick_list`), keeping the table (`remnant-store`).

use std::collections::BTreeMap;

use remnant_source::read_table;

use super::{Choice, PickLists, folded, shipped};

/// The columns of a table of pick-lists.
pub const COLUMNS: [&str; 5] = ["list", "code", "label", "also_called", "source"];

/// Lists whose codes the program itself reads: what is a CHA, what was cleared, what a box held.
/// Their words can be a programme's own, their codes cannot.
const MEANT: [&str; 7] = [
    "area_type",
    "box_result",
    "closure_reason",
    "contamination_type",
    "how_known",
    "release_kind",
    "stop_reason",
];

/// What is wrong with a table of pick-lists.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PickListFault {
    /// The file is no table, or a row of it is none.
    #[error("line {line}: {told}")]
    NotATable {
        /// The line.
        line: u64,
        /// Why.
        told: String,
    },
    /// Other columns.
    #[error("the columns are `{found}` instead of `list,code,label,also_called,source`")]
    Columns {
        /// What stands in the first line.
        found: String,
    },
    /// No row at all.
    #[error("the table has no row")]
    Empty,
    /// A list that no form uses.
    #[error("line {line}: no form takes a list `{list}`")]
    NoSuchList {
        /// The line.
        line: u64,
        /// The list.
        list: String,
    },
    /// A cell that must not be blank.
    #[error("line {line}: `{column}` is blank")]
    Blank {
        /// The line.
        line: u64,
        /// The column.
        column: &'static str,
    },
    /// A word that would stand for two codes of one list.
    #[error("line {line}: `{word}` stands for `{code}` of `{list}` already")]
    WordTwice {
        /// The line.
        line: u64,
        /// The list.
        list: String,
        /// The word.
        word: String,
        /// What it stands for.
        code: String,
    },
    /// A list whose codes the program reads, with others.
    #[error("the codes of `{list}` are `{found}` instead of `{expected}`")]
    CodesAreMeant {
        /// The list.
        list: String,
        /// The codes in the table.
        found: String,
        /// The codes that the program reads.
        expected: String,
    },
}

impl PickListFault {
    /// What the person can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::NotATable { .. } => {
                "write a comma-separated table in UTF-8, as `--csv` prints it"
            }
            Self::Columns { .. } => "`remnant pick-lists --csv` prints a table with these columns",
            Self::Empty => {
                "give at least one value; lists that are not in the table stay as they are"
            }
            Self::NoSuchList { .. } => "`remnant pick-lists` names the lists",
            Self::Blank { .. } => "fill it in; the source says by which standard a value holds",
            Self::WordTwice { .. } => "let each word of a list stand for one code",
            Self::CodesAreMeant { .. } => {
                "keep these codes, since the program reads them; labels and other words can be yours"
            }
        }
    }
}

impl PickLists {
    /// A programme's own lists from its table, to take the place of shipped lists of their names.
    ///
    /// # Errors
    /// All that speaks against the table.
    pub fn own(file: &str, bytes: &[u8]) -> Result<Self, Vec<PickListFault>> {
        let (table, faults) = read_table(file, bytes);
        let mut found: Vec<PickListFault> = faults
            .iter()
            .map(|fault| PickListFault::NotATable {
                line: fault.line,
                told: fault.kind.to_string(),
            })
            .collect();
        if table.header != COLUMNS {
            if found.is_empty() {
                found.push(PickListFault::Columns { found: table.header.join(",") });
            }
            return Err(found);
        }
        if table.rows.is_empty() {
            found.push(PickListFault::Empty);
        }
        let shipped = shipped();
        let mut words: BTreeMap<(String, String), String> = BTreeMap::new();
        let mut choices = Vec::new();
        for row in &table.rows {
            let [list, code, label, also_called, source] = row.cells.as_slice() else { continue };
            let line = row.line;
            for (column, cell) in COLUMNS.iter().zip(&row.cells) {
                if *column != "also_called" && cell.trim().is_empty() {
                    found.push(PickListFault::Blank { line, column });
                }
            }
            if !list.trim().is_empty() && shipped.list(list).is_none() {
                found.push(PickListFault::NoSuchList { line, list: list.clone() });
            }
            let mut own: Vec<String> = [code.as_str(), label.as_str()]
                .into_iter()
                .chain(also_called.split('|'))
                .map(folded)
                .filter(|word| !word.is_empty())
                .collect();
            own.sort();
            own.dedup();
            for word in own {
                let before = words.insert((list.clone(), word.clone()), code.clone());
                if let Some(code) = before {
                    found.push(PickListFault::WordTwice { line, list: list.clone(), word, code });
                }
            }
            choices.push(Choice {
                list: list.clone(),
                code: code.clone(),
                label: label.clone(),
                also_called: also_called.clone(),
                source: source.clone(),
            });
        }
        let lists = Self(choices);
        for name in MEANT {
            let codes = |lists: &Self| {
                lists.list(name).map(|choices| {
                    let mut codes: Vec<&str> = choices.iter().map(|c| c.code.as_str()).collect();
                    codes.sort_unstable();
                    codes.join(", ")
                })
            };
            if let (Some(own), Some(expected)) = (codes(&lists), codes(&shipped))
                && own != expected
            {
                let list = name.to_owned();
                found.push(PickListFault::CodesAreMeant { list, found: own, expected });
            }
        }
        if found.is_empty() { Ok(lists) } else { Err(found) }
    }

    /// The lists as a table, in the form that [`own`](Self::own) reads.
    #[must_use]
    pub fn table(&self) -> String {
        let mut table = COLUMNS.join(",") + "\n";
        for choice in self.choices() {
            let cells =
                [&choice.list, &choice.code, &choice.label, &choice.also_called, &choice.source];
            let quoted = cells.map(|cell| match cell.contains([',', '"', '\n', '\r']) {
                true => format!("\"{}\"", cell.replace('"', "\"\"")),
                false => cell.clone(),
            });
            table.push_str(&quoted.join(","));
            table.push('\n');
        }
        table
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::pick_list::Found;

    #[test]
    fn what_is_printed_is_read_again() {
        let lists = shipped();
        assert_eq!(PickLists::own("own.csv", lists.table().as_bytes()).unwrap(), lists);
    }

    #[test]
    fn a_programme_gives_codes_of_its_own_where_the_program_reads_none() {
        let own = "list,code,label,also_called,source\n\
                   release_criteria,c1,Criterion 1,first|c 1,NMAS 07.11\n\
                   area_type,sha,Area soupçonnée,,NMAS\narea_type,cha,Area confirmée,,NMAS\n";
        let own = PickLists::own("own.csv", own.as_bytes()).unwrap();
        let lists = shipped().replaced_by(&own);
        assert_eq!(lists.find("release_criteria", "First"), Found::Code("c1"));
        assert_eq!(lists.find("area_type", "area confirmée"), Found::Code("cha"));
        assert!(matches!(lists.find("release_criteria", "duplicate"), Found::Unknown { .. }));
    }

    #[test]
    fn everything_that_speaks_against_a_table_is_told_at_once() {
        let own = "list,code,label,also_called,source\nrelease_criteria,c1,One,,\n\
                   release_criteria,c2,one,,NMAS\ncolours,red,Red,,NMAS\narea_type,sha,SHA,,NMAS\n";
        let told: Vec<String> = PickLists::own("own.csv", own.as_bytes())
            .unwrap_err()
            .iter()
            .map(|fault| {
                assert!(!fault.help().is_empty());
                fault.to_string()
            })
            .collect();
        assert_eq!(
            told,
            [
                "line 2: `source` is blank",
                "line 3: `one` stands for `c1` of `release_criteria` already",
                "line 4: no form takes a list `colours`",
                "the codes of `area_type` are `sha` instead of `cha, sha`",
            ]
        );
        let told = PickLists::own("own.csv", b"code,label\na,b\n").unwrap_err();
        assert!(matches!(told.as_slice(), [PickListFault::Columns { .. }]));
    }
}
