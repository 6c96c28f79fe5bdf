//! The numbers that no data of a place give, in a file that a person can read and change.
//!
//! Belongs here: the shipped table `parameters.csv`, reading one like it, and everything that is wrong
//! with such a file, told at once.
//!
//! Does not belong here: numbers from the record or from the place.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The parameters as they are shipped.
pub const SHIPPED: &str = include_str!("parameters.csv");
/// The columns of the file.
const COLUMNS: [&str; 8] =
    ["name", "distribution", "first", "second", "unit", "verified", "source", "meaning"];

/// What is believed of one parameter.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "distribution")]
pub enum Belief {
    /// A number.
    Fixed {
        /// The number.
        value: f64,
    },
    /// A beta distribution.
    Beta {
        /// First parameter: one more than the imagined successes.
        first: f64,
        /// Second parameter: one more than the imagined failures.
        second: f64,
    },
    /// A log-normal distribution.
    LogNormal {
        /// Its median.
        median: f64,
        /// Standard deviation of the natural logarithm.
        log_spread: f64,
    },
}

/// One row of the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// What is believed of it.
    #[serde(flatten)]
    pub belief: Belief,
    /// The unit of its values.
    pub unit: String,
    /// Whether somebody read the number at its source.
    pub verified: bool,
    /// Where it comes from.
    pub source: String,
    /// What it stands for.
    pub meaning: String,
}

/// All parameters of the contamination model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parameters {
    /// The rows, in the order of the shipped file.
    pub rows: Vec<Parameter>,
}

/// One thing wrong with a file of parameters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {told}")]
pub struct ParameterFault {
    /// The line of the file; 1 is the header.
    pub line: u64,
    /// What is wrong there.
    pub told: String,
}

impl ParameterFault {
    /// What the person who wrote the file can do.
    #[must_use]
    pub fn help(&self) -> &'static str {
        "print the shipped file with `remnant estimate parameters` and change only what you know better"
    }
}

impl Default for Parameters {
    fn default() -> Self {
        // The shipped file is read by a test; should it be at fault all the same, no row is a row too
        // few for `Inputs`, which says so.
        Self::read(SHIPPED.as_bytes()).unwrap_or(Self { rows: Vec::new() })
    }
}

impl Parameters {
    /// Reads a file like the shipped one. It must name every parameter once, in any order.
    ///
    /// # Errors
    /// All faults of the file, in the order of its lines.
    pub fn read(bytes: &[u8]) -> Result<Self, Vec<ParameterFault>> {
        let shipped = rows(SHIPPED.as_bytes()).0;
        let (mut found, mut faults) = rows(bytes);
        let mut position = BTreeMap::new();
        for (place, (_, row)) in shipped.iter().enumerate() {
            position.insert(row.name.as_str(), place);
        }
        let mut seen: BTreeMap<String, u64> = BTreeMap::new();
        for (line, row) in &found {
            let fault = |told: String| ParameterFault { line: *line, told };
            let Some(place) = position.get(row.name.as_str()) else {
                faults.push(fault(format!("`{}` is not a parameter of this model", row.name)));
                continue;
            };
            if let Some(first) = seen.insert(row.name.clone(), *line) {
                faults.push(fault(format!("`{}` stands on line {first} already", row.name)));
            }
            let expected = &shipped[*place].1;
            if core::mem::discriminant(&expected.belief) != core::mem::discriminant(&row.belief) {
                faults.push(fault(format!("`{}` has the distribution of another kind", row.name)));
            }
            if expected.unit != row.unit {
                faults.push(fault(format!(
                    "`{}` is in {}, not in {}",
                    row.name, expected.unit, row.unit
                )));
            }
        }
        let last = found.iter().map(|(line, _)| *line).max().unwrap_or(1);
        for (_, row) in &shipped {
            if !seen.contains_key(&row.name) && !faults.iter().any(|f| f.told.contains(&row.name)) {
                faults.push(ParameterFault {
                    line: last,
                    told: format!("`{}` is missing from the file", row.name),
                });
            }
        }
        if !faults.is_empty() {
            faults.sort_by_key(|fault| fault.line);
            return Err(faults);
        }
        found.sort_by_key(|(_, row)| position.get(row.name.as_str()).copied());
        Ok(Self { rows: found.into_iter().map(|(_, row)| row).collect() })
    }

    /// The belief about a parameter; a name of the shipped file always has one.
    #[must_use]
    pub fn belief(&self, name: &str) -> Belief {
        self.rows
            .iter()
            .find(|row| row.name == name)
            .map_or(Belief::Fixed { value: f64::NAN }, |row| row.belief)
    }

    /// The number of a fixed parameter.
    #[must_use]
    pub fn fixed(&self, name: &str) -> f64 {
        match self.belief(name) {
            Belief::Fixed { value } => value,
            Belief::Beta { .. } | Belief::LogNormal { .. } => f64::NAN,
        }
    }

    /// The two parameters of a beta distribution.
    #[must_use]
    pub fn beta(&self, name: &str) -> (f64, f64) {
        match self.belief(name) {
            Belief::Beta { first, second } => (first, second),
            Belief::Fixed { .. } | Belief::LogNormal { .. } => (f64::NAN, f64::NAN),
        }
    }

    /// Median, and standard deviation of the logarithm, of a log-normal distribution.
    #[must_use]
    pub fn log_normal(&self, name: &str) -> (f64, f64) {
        match self.belief(name) {
            Belief::LogNormal { median, log_spread } => (median, log_spread),
            Belief::Fixed { .. } | Belief::Beta { .. } => (f64::NAN, f64::NAN),
        }
    }

    /// How many strikes nobody recorded in a square kilometre where `recorded` strikes are known in so
    /// many square kilometres: median, and standard deviation of the logarithm.
    ///
    /// With a share ρ of all strikes unrecorded there are ρ/(1 − ρ) for each recorded one. Where no
    /// strike is recorded, a density of its own stands in.
    #[must_use]
    pub fn unreported_density(&self, recorded: f64, square_kilometres: f64) -> (f64, f64) {
        if recorded <= 0.0 {
            return self.log_normal("unreported-density");
        }
        let (first, second) = self.beta("unreported-share");
        // The logarithm of ρ/(1 − ρ) is that of the ratio of two gamma numbers.
        let trigamma = |x: f64| {
            let y = x + 6.0;
            let tail = 1.0 / y + 0.5 / (y * y) + 1.0 / (6.0 * y * y * y);
            (0..6).map(|k| 1.0 / (x + f64::from(k)).powi(2)).sum::<f64>() + tail
        };
        let digamma = |x: f64| {
            let y = x + 6.0;
            let tail = libm::log(y) - 0.5 / y - 1.0 / (12.0 * y * y);
            tail - (0..6).map(|k| 1.0 / (x + f64::from(k))).sum::<f64>()
        };
        let spread = self.fixed("unreported-spread");
        let log_odds = digamma(first) - digamma(second);
        (
            recorded / square_kilometres * libm::exp(log_odds),
            libm::sqrt(trigamma(first) + trigamma(second) + spread * spread),
        )
    }

    /// Mean and standard deviation of the munitions of a strike, from a stated number where there is one.
    #[must_use]
    pub fn munitions(&self, stated: Option<f64>) -> (f64, f64) {
        match stated {
            Some(number) => (number, number * self.fixed("munitions-spread")),
            None => {
                let (median, log_spread) = self.log_normal("munitions-unstated");
                let variance = log_spread * log_spread;
                let mean = median * libm::exp(0.5 * variance);
                (mean, mean * libm::sqrt(libm::expm1(variance)))
            }
        }
    }

    /// The names of parameters that nobody read at a source.
    pub fn unverified(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().filter(|row| !row.verified).map(|row| row.name.as_str())
    }
}

/// The rows that can be read, with their lines, and what is wrong with the others.
fn rows(bytes: &[u8]) -> (Vec<(u64, Parameter)>, Vec<ParameterFault>) {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let mut faults = Vec::new();
    let mut places = [None; COLUMNS.len()];
    match reader.headers() {
        Ok(header) => {
            for (place, name) in places.iter_mut().zip(COLUMNS) {
                *place = header.iter().position(|cell| cell.trim_start_matches('\u{feff}') == name);
                if place.is_none() {
                    faults.push(ParameterFault { line: 1, told: format!("no column `{name}`") });
                }
            }
        }
        Err(error) => faults.push(ParameterFault { line: 1, told: told(&error) }),
    }
    if !faults.is_empty() {
        return (Vec::new(), faults);
    }
    let mut found = Vec::new();
    for record in reader.records() {
        match record {
            Err(error) => {
                let line = error.position().map_or(1, csv::Position::line);
                faults.push(ParameterFault { line, told: told(&error) });
            }
            Ok(record) => {
                let line = record.position().map_or(1, csv::Position::line);
                let cell = |column: usize| {
                    places[column].and_then(|place| record.get(place)).unwrap_or_default().trim()
                };
                match row(cell) {
                    Ok(row) => found.push((line, row)),
                    Err(all) => {
                        faults.extend(all.into_iter().map(|told| ParameterFault { line, told }));
                    }
                }
            }
        }
    }
    (found, faults)
}

fn told(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "the row holds bytes that are not UTF-8".to_owned(),
        _ => "the row cannot be read as CSV".to_owned(),
    }
}

/// One row from its cells, or all that is wrong with it.
fn row<'a>(cell: impl Fn(usize) -> &'a str) -> Result<Parameter, Vec<String>> {
    let mut faults = Vec::new();
    let name = cell(0).to_owned();
    let number = |column: usize, faults: &mut Vec<String>| match cell(column).parse::<f64>() {
        Ok(value) if value.is_finite() => value,
        _ => {
            faults.push(format!(
                "`{name}`: {} `{}` is not a number",
                COLUMNS[column],
                cell(column)
            ));
            f64::NAN
        }
    };
    let unit = cell(4).to_owned();
    let belief = match cell(1) {
        "fixed" => {
            let value = number(2, &mut faults);
            if !cell(3).is_empty() {
                faults.push(format!("`{name}`: a fixed number has no second value"));
            }
            if value < 0.0 || (unit == "share" && value >= 1.0) {
                faults.push(format!("`{name}`: {value} is not possible for a {unit}"));
            }
            if unit == "metres" && value == 0.0 {
                faults.push(format!("`{name}`: a length of 0 metres is not possible"));
            }
            Belief::Fixed { value }
        }
        "beta" => {
            let (first, second) = (number(2, &mut faults), number(3, &mut faults));
            if first <= 0.0 || second <= 0.0 {
                faults.push(format!("`{name}`: both values of a beta distribution are above 0"));
            }
            Belief::Beta { first, second }
        }
        "log-normal" => {
            let (median, log_spread) = (number(2, &mut faults), number(3, &mut faults));
            if median <= 0.0 || log_spread <= 0.0 || log_spread > 5.0 {
                faults.push(format!(
                    "`{name}`: a log-normal distribution has a median above 0 and a spread of the \
                     logarithm above 0 and at most 5"
                ));
            }
            Belief::LogNormal { median, log_spread }
        }
        other => {
            faults.push(format!("`{name}`: `{other}` is none of fixed, beta, log-normal"));
            Belief::Fixed { value: f64::NAN }
        }
    };
    let verified = match cell(5) {
        "verified" => true,
        "UNVERIFIED" => false,
        other => {
            faults.push(format!("`{name}`: `{other}` is neither `verified` nor `UNVERIFIED`"));
            false
        }
    };
    if cell(6).is_empty() {
        faults.push(format!("`{name}`: the source is missing"));
    }
    if faults.is_empty() {
        let (source, meaning) = (cell(6).to_owned(), cell(7).to_owned());
        Ok(Parameter { name, belief, unit, verified, source, meaning })
    } else {
        Err(faults)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn the_shipped_file_is_sound_and_says_what_nobody_verified() {
        let parameters = Parameters::read(SHIPPED.as_bytes()).unwrap();
        assert_eq!(parameters, Parameters::default());
        assert_eq!(parameters.beta("detection-visual"), (6.0, 3.0));
        assert_eq!(parameters.log_normal("footprint-scale"), (60.0, 0.7));
        assert!(parameters.unverified().any(|name| name == "unreported-share"));
        for row in &parameters.rows {
            assert!(!row.meaning.is_empty() && !row.source.is_empty(), "{}", row.name);
        }
    }

    #[test]
    fn a_changed_number_is_read_back_and_rows_may_stand_in_any_order() {
        let changed = SHIPPED.replace("detection-visual,beta,6,3", "detection-visual,beta,60,30");
        let mut lines: Vec<&str> = changed.lines().collect();
        lines[1..].reverse();
        let parameters = Parameters::read(lines.join("\r\n").as_bytes()).unwrap();
        assert_eq!(parameters.beta("detection-visual"), (60.0, 30.0));
        assert_eq!(parameters.rows[0].name, "detection-visual");
    }

    #[test]
    fn all_faults_of_a_file_are_told_at_once() {
        let spoilt = SHIPPED
            .replace("detection-visual,beta,6,3", "detection-visual,beta,-6,many")
            .replace("never-found-visual,fixed,0.03", "never-found-visual,fixed,1.2")
            .replace("place-pitch,fixed,50", "place-pich,fixed,50")
            .replace("unreported-share,beta,2,4,share", "unreported-share,beta,2,4,metres")
            .replace("munitions-spread,fixed", "munitions-spread,normal");
        let faults = Parameters::read(spoilt.as_bytes()).unwrap_err();
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(told.join("\n"));
    }

    #[test]
    fn unreported_strikes_follow_the_recorded_ones_or_a_density_of_their_own() {
        let parameters = Parameters::default();
        let (median, spread) = parameters.unreported_density(8.0, 4.0);
        // Beta(2, 4): the mean log odds are ψ(2) − ψ(4) = −5/6, their variance ψ′(2) + ψ′(4) = 0.929.
        assert!((median - 2.0 * libm::exp(-5.0 / 6.0)).abs() < 1e-4, "{median}");
        assert!((spread - libm::sqrt(1.0 + 0.928_757)).abs() < 1e-4, "{spread}");
        assert_eq!(parameters.unreported_density(0.0, 4.0), (0.05, 1.5));
    }

    #[test]
    fn an_unstated_number_of_munitions_is_wide() {
        let (mean, deviation) = Parameters::default().munitions(None);
        assert!((mean - 2.0 * libm::exp(0.405)).abs() < 1e-9 && deviation > mean);
        assert_eq!(Parameters::default().munitions(Some(4.0)), (4.0, 1.0));
    }

    #[test]
    fn what_is_no_table_is_refused_without_a_panic() {
        for bytes in [&b""[..], b"\xff\xfe\x00", b"name\nx", b"a,b\n\"unclosed", b"\0\0\0\0"] {
            assert!(!Parameters::read(bytes).unwrap_err().is_empty());
        }
    }
}
