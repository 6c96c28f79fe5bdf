//! Which columns of a file name or find persons, before anybody says what its rows are.
//!
//! Belongs here: the question that decides whether a file may be kept in clear. Does not belong
//! here: keeping it (`remnant-store`), what the mapping does with such columns (`rows`).

use super::guess::{Sample, guess};
use super::mapping::{Mapping, Role};
use crate::object::ObjectKind;
use crate::pick_list::PickLists;

/// The columns of a sheet that name or find persons, as far as their names and first rows tell.
///
/// A column such as `name` is a person's in a file of victims and a district's in a file of
/// boundaries: the kind whose form knows most of the columns decides. A column that no form knows as
/// anything but personal, such as a telephone number, is one in any file.
#[must_use]
pub fn columns_that_name_persons(sample: &Sample<'_>, lists: &PickLists) -> Vec<String> {
    let guesses = ObjectKind::ALL.map(|kind| guess(kind, "", sample, lists).mapping);
    let known = |mapping: &Mapping| {
        mapping.columns.iter().filter(|column| column.to != Role::Unmapped).count()
    };
    let most = guesses.iter().map(known).max().unwrap_or(0);
    let mut found = Vec::new();
    for (at, name) in sample.columns.iter().enumerate() {
        let is_personal = |mapping: &Mapping| mapping.is_personal(&mapping.columns[at].to);
        let is_plain = |mapping: &Mapping| {
            matches!(mapping.columns[at].to, Role::Field(_)) && !is_personal(mapping)
        };
        let in_likeliest = guesses.iter().any(|guess| known(guess) == most && is_personal(guess));
        let in_any = guesses.iter().any(is_personal) && !guesses.iter().any(is_plain);
        if in_likeliest || in_any {
            found.push(name.clone());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::cells::PlainRow;
    use super::*;
    use crate::pick_list::shipped;

    fn found(columns: &[&str]) -> Vec<String> {
        let columns: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
        let rows: &[PlainRow] = &[];
        let sample = Sample { sheet: "", columns: &columns, labels: None, tags: None, rows };
        columns_that_name_persons(&sample, &shipped())
    }

    #[test]
    fn a_name_is_a_persons_where_the_rest_is_about_persons() {
        let victims =
            found(&["id", "date", "name", "telephone", "sex", "age", "injured or killed"]);
        assert_eq!(victims, ["name", "telephone"]);
        assert_eq!(found(&["pcode", "name", "level", "wkt", "valid from"]), [""; 0]);
        assert_eq!(found(&["id", "date", "latitude", "longitude", "quantity"]), [""; 0]);
    }

    #[test]
    fn a_telephone_number_is_a_persons_in_any_file() {
        let points = ["id", "date_found", "latitude", "longitude", "evidence_kind", "telephone"];
        assert_eq!(found(&points), ["telephone"]);
        let areas = ["id", "area_type", "contamination", "wkt", "landowner"];
        assert_eq!(found(&areas), ["landowner"]);
    }
}
