//! What an address asks besides its path.
//!
//! Belongs here: reading the query of an address. Does not belong here: what is answered (`page`).

use jiff::civil::Date;
use remnant_land_release::By;
use remnant_publish::figure::by_of_name;
use remnant_record::AsOf;

use crate::clock;

/// The query of a page: its two days, and for some pages what is asked.
#[derive(Debug, Default)]
pub(super) struct Asked {
    on: String,
    known_by: String,
    pub(super) exporter: String,
    pub(super) recipient: String,
    pub(super) transit: Vec<String>,
    pub(super) munition: String,
    quantity: String,
    from: String,
    to: String,
    by: String,
}

impl Asked {
    /// Names that no page knows are left alone, as links from elsewhere may carry some. A transfer
    /// may pass several states: `transit` may be repeated, or hold several between commas.
    pub(super) fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        let mut asked = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "on" => asked.on = value,
                "known_by" => asked.known_by = value,
                "exporter" => asked.exporter = value,
                "recipient" => asked.recipient = value,
                "munition" => asked.munition = value,
                "quantity" => asked.quantity = value,
                "from" => asked.from = value,
                "to" => asked.to = value,
                "by" => asked.by = value,
                "transit" => {
                    let states = value.split(',').map(str::trim).filter(|state| !state.is_empty());
                    asked.transit.extend(states.map(str::to_owned));
                }
                _ => {}
            }
        }
        asked
    }

    pub(super) fn quantity(&self) -> Result<Option<u64>, String> {
        let text = self.quantity.as_str();
        let number = || text.parse().map_err(|_| format!("`quantity={text}` is no whole number"));
        if text.is_empty() { Ok(None) } else { number().map(Some) }
    }

    pub(super) fn as_of(&self) -> Result<AsOf, String> {
        let today = clock::today_or_machine();
        Ok(AsOf {
            on: day("on", &self.on, today)?,
            known_by: day("known_by", &self.known_by, today)?,
        })
    }

    /// The period of a balance; the year so far where none is named.
    pub(super) fn period(&self, on: Date) -> Result<(Date, Date), String> {
        let to = day("to", &self.to, on)?;
        Ok((day("from", &self.from, to.first_of_year())?, to))
    }

    /// By what a balance is divided.
    pub(super) fn by(&self) -> Result<By, String> {
        match self.by.as_str() {
            "" => Ok(By::Nothing),
            name => by_of_name(name)
                .ok_or_else(|| format!("`by={name}` is none of all, operator, unit and type")),
        }
    }
}

fn day(name: &str, text: &str, without: Date) -> Result<Date, String> {
    match text {
        "" => Ok(without),
        text => text.parse().map_err(|_| format!("`{name}={text}` is not a day")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use jiff::civil::date;

    use super::*;

    fn asked(query: &[(&str, &str)]) -> Asked {
        let owned = query.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        Asked::from_pairs(owned.collect())
    }

    #[test]
    fn a_transfer_may_pass_several_states() {
        let transit = |query: &[(&str, &str)]| asked(query).transit;
        assert_eq!(transit(&[("transit", "DEU"), ("transit", "")]), ["DEU"]);
        assert_eq!(transit(&[("transit", "DEU,GBR"), ("transit", "POL")]), ["DEU", "GBR", "POL"]);
    }

    #[test]
    fn a_period_that_is_not_named_is_the_year_so_far() {
        let on = date(2024, 5, 6);
        assert_eq!(asked(&[]).period(on), Ok((date(2024, 1, 1), on)));
        let named = asked(&[("from", "2022-07-01"), ("to", "2023-06-30"), ("by", "unit")]);
        assert_eq!(named.period(on), Ok((date(2022, 7, 1), date(2023, 6, 30))));
        assert_eq!(named.by(), Ok(By::AdministrativeUnit));
        assert!(asked(&[("to", "30.6.2023")]).period(on).unwrap_err().contains("not a day"));
        assert!(asked(&[("by", "colour")]).by().unwrap_err().contains("operator"));
    }
}
