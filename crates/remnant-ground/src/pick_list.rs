//! Pick-lists: the codes that a field takes, as data that a programme can replace.
//!
//! Belongs here: lists of codes with labels, sources and what other systems call them, and looking
//! a word up in them. Does not belong here: which field takes which list (`form`), putting unknown
//! words into quarantine (`intake`), what speaks against a programme's own table (`own`).

mod own;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use self::own::{COLUMNS, PickListFault};

/// One value of a pick-list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The list it belongs to.
    pub list: String,
    /// The code that is kept.
    pub code: String,
    /// What a person reads.
    pub label: String,
    /// Other words for it in files of the field, split by `|`.
    pub also_called: String,
    /// Where the value is from, or `UNVERIFIED` where it was not read at a source.
    pub source: String,
}

/// All pick-lists of a project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PickLists(Vec<Choice>);

/// What looking a word up gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found<'a> {
    /// The code that the word stands for.
    Code(&'a str),
    /// No value has that word; the nearest one, where one is near, is a suggestion and nothing more.
    Unknown {
        /// The code of the nearest value.
        suggestion: Option<&'a str>,
    },
}

/// The lists that the program ships, to be replaced by a programme's own.
///
/// # Source
/// Each row of `pick-lists/choices.csv` names its own.
#[must_use]
pub fn shipped() -> PickLists {
    PickLists::read(include_str!("../pick-lists/choices.csv"))
}

impl PickLists {
    /// Lists from a table with the columns `list,code,label,also_called,source`. Rows with another
    /// number of cells are passed over; a programme's own table is read by [`own`](Self::own).
    #[must_use]
    pub fn read(table: &str) -> Self {
        let (table, _) = remnant_source::read_table("choices.csv", table.as_bytes());
        let cell =
            |row: &remnant_source::Row, at: usize| row.cells.get(at).cloned().unwrap_or_default();
        Self(
            table
                .rows
                .iter()
                .map(|row| Choice {
                    list: cell(row, 0),
                    code: cell(row, 1),
                    label: cell(row, 2),
                    also_called: cell(row, 3),
                    source: cell(row, 4),
                })
                .collect(),
        )
    }

    /// The values of a list, in order; `None` where there is no such list.
    #[must_use]
    pub fn list(&self, list: &str) -> Option<Vec<&Choice>> {
        let values: Vec<&Choice> = self.0.iter().filter(|choice| choice.list == list).collect();
        (!values.is_empty()).then_some(values)
    }

    /// The names of the lists, in the order in which they first stand.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for choice in &self.0 {
            if !names.contains(&choice.list.as_str()) {
                names.push(&choice.list);
            }
        }
        names
    }

    /// All values.
    #[must_use]
    pub fn choices(&self) -> &[Choice] {
        &self.0
    }

    /// These lists, with the lists of another set in place of those of the same name.
    #[must_use]
    pub fn replaced_by(&self, own: &Self) -> Self {
        let lists: BTreeSet<&str> = own.0.iter().map(|choice| choice.list.as_str()).collect();
        let kept = self.0.iter().filter(|choice| !lists.contains(choice.list.as_str()));
        Self(kept.chain(&own.0).cloned().collect())
    }

    /// Looks a word up in a list: by code, label or any other word, without regard to case,
    /// surrounding or repeated spaces, hyphens and underscores.
    #[must_use]
    pub fn find(&self, list: &str, word: &str) -> Found<'_> {
        let wanted = folded(word);
        let mut nearest: Option<(usize, &str)> = None;
        for choice in self.0.iter().filter(|choice| choice.list == list) {
            let words = [choice.code.as_str(), choice.label.as_str()];
            for name in words.into_iter().chain(choice.also_called.split('|')) {
                let name = folded(name);
                if name.is_empty() {
                    continue;
                }
                if name == wanted {
                    return Found::Code(&choice.code);
                }
                let distance = edit_distance(&name, &wanted);
                if distance * 3 <= name.chars().count() && nearest.is_none_or(|(d, _)| distance < d)
                {
                    nearest = Some((distance, &choice.code));
                }
            }
        }
        Found::Unknown { suggestion: nearest.map(|(_, code)| code) }
    }
}

/// A word without what people write differently: case, spaces, hyphens, underscores.
fn folded(word: &str) -> String {
    let lower = word.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| c.is_whitespace() || "-_/.".contains(c))
        .filter(|w| !w.is_empty())
        .collect();
    words.join(" ")
}

/// The number of single-letter changes between two words (Levenshtein).
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_however_it_is_written() {
        let lists = shipped();
        for word in ["CHA", "cha", "Confirmed Hazardous Area", "confirmed-hazardous_area"] {
            assert_eq!(lists.find("area_type", word), Found::Code("cha"), "{word}");
        }
    }

    #[test]
    fn an_unknown_word_is_never_taken_for_another_but_suggested() {
        let lists = shipped();
        assert_eq!(
            lists.find("area_type", "confirmed hazardus area"),
            Found::Unknown { suggestion: Some("cha") }
        );
        assert_eq!(lists.find("area_type", "npm WARN enoent"), Found::Unknown { suggestion: None });
    }

    #[test]
    fn a_programme_replaces_whole_lists() {
        let own = PickLists::read("list,code,label,also_called,source\nsex,w,Woman,,our SOP\n");
        let lists = shipped().replaced_by(&own);
        assert_eq!(lists.list("sex").map(|l| l.len()), Some(1));
        assert_eq!(lists.find("area_type", "sha"), Found::Code("sha"));
    }

    #[test]
    fn no_code_and_no_word_stands_twice_in_a_list() {
        let lists = shipped();
        let mut seen = BTreeSet::new();
        for choice in lists.choices() {
            assert!(!choice.source.is_empty(), "{} {}: no source", choice.list, choice.code);
            let names = [choice.code.as_str(), choice.label.as_str()];
            let words: BTreeSet<String> =
                names.into_iter().chain(choice.also_called.split('|')).map(folded).collect();
            for word in words.into_iter().filter(|word| !word.is_empty()) {
                assert!(
                    seen.insert((choice.list.clone(), word.clone())),
                    "{}: {word}",
                    choice.list
                );
            }
        }
    }
}
