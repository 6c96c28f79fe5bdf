//! The numbers of a plan that no data give, in a file that a person can read and change.
//!
//! Belongs here: the shipped table `parameters.csv`, reading one like it, and everything that is wrong with
//! such a file, told at once. Does not belong here: the pace of teams, which a programme states or its own
//! work tells (`productivity`); parameters of the estimate.

use serde::Serialize;

use super::candidate::Work;
use super::proposal::Weights;

/// The parameters as they are shipped.
pub const SHIPPED: &str = include_str!("parameters.csv");
/// The columns of the file.
const COLUMNS: [&str; 6] = ["name", "value", "unit", "verified", "source", "meaning"];

/// One row of the file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlanParameter {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// The unit of its value.
    pub unit: String,
    /// Whether somebody read the number at its source.
    pub verified: bool,
    /// Where it comes from.
    pub source: String,
    /// What it stands for.
    pub meaning: String,
}

/// All parameters of a plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlanParameters {
    /// The rows, in the order of the shipped file.
    pub rows: Vec<PlanParameter>,
}

/// One thing wrong with a file of parameters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {told}")]
pub struct PlanParameterFault {
    /// The line of the file; 1 is the header.
    pub line: u64,
    /// What is wrong there.
    pub told: String,
}

impl PlanParameterFault {
    /// What the person who wrote the file can do.
    #[must_use]
    pub fn help(&self) -> &'static str {
        "print the shipped file with `remnant plan parameters` and change only what you know better"
    }
}

impl Default for PlanParameters {
    fn default() -> Self {
        // A test reads the shipped file.
        Self { rows: rows(SHIPPED.as_bytes()).0.into_iter().map(|(_, row)| row).collect() }
    }
}

impl PlanParameters {
    /// Reads a file like the shipped one. It must name every parameter once, in any order.
    ///
    /// # Errors
    /// All faults of the file, in the order of its lines.
    pub fn read(bytes: &[u8]) -> Result<Self, Vec<PlanParameterFault>> {
        let shipped = Self::default();
        let (found, mut faults) = rows(bytes);
        for (at, (line, row)) in found.iter().enumerate() {
            let mut fault = |told| faults.push(PlanParameterFault { line: *line, told });
            if shipped.rows.iter().all(|known| known.name != row.name) {
                fault(format!("`{}` is not a parameter of a plan", row.name));
            }
            if found[..at].iter().any(|(_, earlier)| earlier.name == row.name) {
                fault(format!("`{}` is listed twice", row.name));
            }
            let most = if row.unit == "share" { 1.0 } else { f64::INFINITY };
            let least_holds = if row.unit == "weight" { row.value >= 0.0 } else { row.value > 0.0 };
            if row.value.is_nan() || !least_holds || row.value > most {
                fault(format!("`{}`: {} is not possible for a {}", row.name, row.value, row.unit));
            }
        }
        let mut ordered = Vec::new();
        for known in &shipped.rows {
            match found.iter().find(|(_, row)| row.name == known.name) {
                Some((_, row)) => ordered.push(row.clone()),
                None if faults.is_empty() || !found.is_empty() => faults.push(PlanParameterFault {
                    line: 1,
                    told: format!("`{}` is missing", known.name),
                }),
                None => {}
            }
        }
        faults.sort_by_key(|fault| fault.line);
        if faults.is_empty() { Ok(Self { rows: ordered }) } else { Err(faults) }
    }

    /// The row of a parameter of the shipped file.
    #[must_use]
    pub fn row(&self, name: &str) -> Option<&PlanParameter> {
        self.rows.iter().find(|row| row.name == name)
    }

    /// The value of a parameter of the shipped file; not a number for any other name.
    #[must_use]
    pub fn value(&self, name: &str) -> f64 {
        self.row(name).map_or(f64::NAN, |row| row.value)
    }

    /// The weights of a kind of work.
    #[must_use]
    pub fn weights(&self, work: Work) -> Weights {
        let word = match work {
            Work::Survey => "survey",
            Work::Clearance => "clearance",
        };
        Weights {
            people: self.value(&format!("weight-people-{word}")),
            information: self.value(&format!("weight-information-{word}")),
        }
    }
}

/// The rows that can be read, with their lines, and what is wrong with the others.
fn rows(bytes: &[u8]) -> (Vec<(u64, PlanParameter)>, Vec<PlanParameterFault>) {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let mut faults = Vec::new();
    let mut places = [None; COLUMNS.len()];
    match reader.headers() {
        Ok(header) => {
            for (place, name) in places.iter_mut().zip(COLUMNS) {
                *place = header.iter().position(|cell| cell.trim_start_matches('\u{feff}') == name);
                if place.is_none() {
                    let told = format!("no column `{name}`");
                    faults.push(PlanParameterFault { line: 1, told });
                }
            }
        }
        Err(_) => {
            let told = "the header cannot be read as CSV in UTF-8".to_owned();
            faults.push(PlanParameterFault { line: 1, told });
        }
    }
    if !faults.is_empty() {
        return (Vec::new(), faults);
    }
    let mut found = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(1, csv::Position::line);
                let told = "the row cannot be read as CSV in UTF-8".to_owned();
                faults.push(PlanParameterFault { line, told });
                continue;
            }
        };
        let line = record.position().map_or(1, csv::Position::line);
        let cell = |column: usize| {
            places[column].and_then(|place| record.get(place)).unwrap_or_default().trim()
        };
        let mut fault = |told| faults.push(PlanParameterFault { line, told });
        let value = cell(1).parse::<f64>().ok().filter(|value| value.is_finite());
        if value.is_none() {
            fault(format!("`{}`: value `{}` is not a number", cell(0), cell(1)));
        }
        let verified = match cell(3) {
            "verified" => Some(true),
            "UNVERIFIED" => Some(false),
            other => {
                fault(format!("`{}`: `{other}` is neither verified nor UNVERIFIED", cell(0)));
                None
            }
        };
        if let (Some(value), Some(verified)) = (value, verified) {
            found.push((
                line,
                PlanParameter {
                    name: cell(0).to_owned(),
                    value,
                    unit: cell(2).to_owned(),
                    verified,
                    source: cell(4).to_owned(),
                    meaning: cell(5).to_owned(),
                },
            ));
        }
    }
    (found, faults)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn the_shipped_file_is_read_and_every_number_says_where_it_is_from() {
        let shipped = PlanParameters::read(SHIPPED.as_bytes()).unwrap();
        assert_eq!(shipped, PlanParameters::default());
        assert_eq!(shipped.rows.len(), 7);
        for row in &shipped.rows {
            assert!(!row.source.is_empty() && !row.unit.is_empty() && !row.meaning.is_empty());
        }
        let survey = shipped.weights(Work::Survey);
        assert_eq!((survey.people, survey.information), (1.0, 1.0));
        assert_eq!(shipped.weights(Work::Clearance).information, 0.0);
    }

    #[test]
    fn all_faults_of_a_file_are_told_at_once() {
        let text = SHIPPED
            .replace("survey-coverage,0.35", "survey-coverage,1.35")
            .replace("searched-enough,0.5", "searched-enuf,0.5")
            .replace("people-within,500", "people-within,far");
        let told: Vec<String> = PlanParameters::read(text.as_bytes())
            .unwrap_err()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            told,
            [
                "line 1: `searched-enough` is missing",
                "line 1: `people-within` is missing",
                "line 2: `survey-coverage`: 1.35 is not possible for a share",
                "line 3: `searched-enuf` is not a parameter of a plan",
                "line 4: `people-within`: value `far` is not a number",
            ]
        );
    }
}
