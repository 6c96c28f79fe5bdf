//! The codes of countries: ISO 3166-1 numeric and alpha-3 with a short English name.
//!
//! Belongs here: the table and looking things up in it. Does not belong here: what a state is or since
//! when (the record's), and historic codes.

use std::sync::OnceLock;

/// One entry of ISO 3166-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountryCode {
    /// Three digits as text; empty for Kosovo, whose user-assigned `XKX` has no number.
    pub numeric: &'static str,
    /// Three letters.
    pub alpha3: &'static str,
    /// Short English name.
    pub name: &'static str,
}

/// All entries in the order of their number, with `XKX` last.
pub fn country_codes() -> &'static [CountryCode] {
    static CODES: OnceLock<Vec<CountryCode>> = OnceLock::new();
    CODES.get_or_init(|| {
        include_str!("iso3166.csv")
            .lines()
            .skip(1)
            .filter_map(|line| {
                let mut cells = line.splitn(3, ',');
                Some(CountryCode {
                    numeric: cells.next()?,
                    alpha3: cells.next()?,
                    name: cells.next()?,
                })
            })
            .collect()
    })
}

/// The entry of an alpha-3 code, in capitals; nothing when there is none.
///
/// ```
/// use remnant_publish::basemap::country_code;
/// assert_eq!(country_code("LTU").map(|code| code.name), Some("Lithuania"));
/// assert_eq!(country_code("ZZZ"), None);
/// ```
pub fn country_code(alpha3: &str) -> Option<&'static CountryCode> {
    country_codes().iter().find(|code| code.alpha3 == alpha3)
}

pub(super) fn by_numeric(numeric: &str) -> Option<&'static CountryCode> {
    country_codes().iter().find(|code| code.numeric == numeric)
}

/// An entry that has no number, found by its name.
pub(super) fn without_numeric(name: &str) -> Option<&'static CountryCode> {
    country_codes().iter().find(|code| code.numeric.is_empty() && code.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_complete_and_unique() {
        let codes = country_codes();
        assert_eq!(codes.len(), 250, "249 of the standard and Kosovo");
        assert_eq!(codes.iter().map(|code| code.alpha3).collect::<BTreeSet<_>>().len(), 250);
        assert_eq!(codes.iter().map(|code| code.numeric).collect::<BTreeSet<_>>().len(), 250);
        for code in codes {
            assert!(code.alpha3.len() == 3 && code.alpha3.bytes().all(|b| b.is_ascii_uppercase()));
            assert!(!code.name.is_empty());
        }
    }
}
