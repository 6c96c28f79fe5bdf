//! The first line of a table: which of its columns stand where.
//!
//! Belongs here: matching the column names of a file with those of its table, and what is wrong
//! with them. Does not belong here: the rows (`folder`).

use crate::finding::Rule;
use crate::schema::TableName;

/// Where the columns of a table stand in a file, and what is wrong with their names.
pub(crate) struct Header {
    /// For each column of the table, its place in the file.
    pub(crate) positions: Vec<Option<usize>>,
    /// The column as it is written or, where it is missing, as it is called; rule and message.
    pub(crate) faults: Vec<(String, Rule, String)>,
}

impl Header {
    /// Matches the names in a file with the columns of its table.
    ///
    /// A misspelt name is told as such, with the column that is most likely meant, and not as one
    /// column too many and another one missing.
    pub(crate) fn of(table: TableName, written: &[String]) -> Self {
        let columns = table.columns();
        let place = |name: &str| written.iter().position(|header| header == name);
        let mut positions: Vec<Option<usize>> = columns.iter().map(|c| place(c.name)).collect();
        let mut faults = Vec::new();
        for (index, header) in written.iter().enumerate() {
            let fault = if table.column(header).is_none() {
                let missing = |place: &usize| positions[*place].is_none();
                let meant = (0..columns.len())
                    .filter(missing)
                    .map(|place| (letters_apart(&folded(header), columns[place].name), place))
                    .filter(|(apart, place)| *apart <= columns[*place].name.len() / 3)
                    .min();
                let mut message = format!("`{table}` has no column `{header}`");
                if let Some((_, place)) = meant {
                    positions[place] = Some(index);
                    message += &format!("; perhaps `{}` is meant", columns[place].name);
                }
                (Rule::UnknownColumn, message)
            } else if written[..index].contains(header) {
                (Rule::DuplicateColumn, format!("the column `{header}` is there twice"))
            } else {
                continue;
            };
            faults.push((header.clone(), fault.0, fault.1));
        }
        for (column, position) in columns.iter().zip(&positions) {
            if position.is_none() && !column.optional {
                let message = format!("the column `{}` is not there", column.name);
                faults.push((column.name.to_owned(), Rule::MissingColumn, message));
            }
        }
        Self { positions, faults }
    }
}

/// What to say of a header that is one cell because its names are split by something else.
pub(crate) fn split_by_something_else(written: &[String]) -> Option<String> {
    let [only] = written else { return None };
    let by = if only.contains(';') {
        "semicolons"
    } else if only.contains('\t') {
        "tabs"
    } else {
        return None;
    };
    Some(format!("the column names are split by {by}: save the file with commas between cells"))
}

fn folded(header: &str) -> String {
    header.trim().to_lowercase().replace([' ', '-'], "_")
}

/// How many letters have to be put in, taken out or changed to make one name of the other
/// (Levenshtein's distance).
fn letters_apart(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, against) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *against);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(written: &[&str]) -> Header {
        let written: Vec<String> = written.iter().map(|&name| name.to_owned()).collect();
        Header::of(TableName::Stockpiles, &written)
    }

    #[test]
    fn letters_apart_are_counted() {
        for (one, other, apart) in
            [("", "note", 4), ("note", "note", 0), ("notte", "note", 1), ("as_fo", "as_of", 2)]
        {
            assert_eq!(letters_apart(one, other), apart, "{one} {other}");
        }
    }

    #[test]
    fn a_misspelt_column_is_one_fault_and_its_cells_are_still_read() {
        let header = header(&[
            "id",
            "Holder Country",
            "munition_id",
            "quantity_munition",
            "quantity_submunitions",
            "as_of",
            "source_id",
            "note",
        ]);
        let rules: Vec<_> = header.faults.iter().map(|(column, rule, _)| (column, *rule)).collect();
        assert_eq!(
            rules,
            [
                (&"Holder Country".to_owned(), Rule::UnknownColumn),
                (&"quantity_munition".to_owned(), Rule::UnknownColumn),
            ]
        );
        assert_eq!(header.positions[..5], [Some(0), Some(1), Some(2), Some(3), Some(4)]);
        assert!(header.faults[1].2.ends_with("perhaps `quantity_munitions` is meant"));
    }

    #[test]
    fn a_column_of_another_kind_is_not_taken_for_a_missing_one() {
        let header = header(&[
            "id",
            "holder_country",
            "weather",
            "quantity_munitions",
            "quantity_submunitions",
            "as_of",
            "source_id",
            "note",
        ]);
        let rules: Vec<_> = header.faults.iter().map(|(_, rule, _)| *rule).collect();
        assert_eq!(rules, [Rule::UnknownColumn, Rule::MissingColumn]);
        assert_eq!(header.positions[2], None);
    }
}
