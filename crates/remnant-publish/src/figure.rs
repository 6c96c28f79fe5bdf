//! Figures: numbers that know where they come from.
//!
//! Belongs here: the atom of everything that is published. A figure carries its unit, its two
//! days, its interval and its derivation, and its id leads back to all of them. Does not belong
//! here: computing figures (`figures`), telling a derivation as a page (`explanation`).

mod land;

use std::fmt;
use std::str::FromStr;

use remnant_record::AsOf;
use remnant_record::table::Treaty;
use serde::{Serialize, Serializer};

use crate::PublishError;
use crate::document::{decoded, segment};

pub use land::{
    AreaFigure, AreaNumber, BalanceFigure, BalanceNumber, StepSide, by_name, by_of_name,
    reading_name,
};

/// A number, and everything that a reader may ask about it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// The id by which it can be explained.
    pub id: FigureId,
    /// The number as printed, with its unit where the unit is part of it ("17 %").
    pub printed: String,
    /// The number itself; `None` where the source gives no single one, as for "14 % or more".
    pub number: Option<f64>,
    /// The unit in words.
    pub unit: String,
    /// An interval of the same unit, where the figure is an estimate.
    pub interval: Option<Interval>,
    /// The two days of the question.
    pub as_of: AsOf,
    /// On what it rests.
    pub derivation: Derivation,
}

/// An interval that holds the unknown number with a stated probability.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Probability that it holds the number, 0 to 1.
    pub coverage: f64,
}

/// On what a figure rests.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Derivation {
    /// How it was made, in a sentence or two.
    pub how: String,
    /// Ids of the statements it rests on.
    pub statements: Vec<String>,
    /// Other figures that went into it.
    pub figures: Vec<FigureId>,
    /// The model that made it.
    pub model: Option<ModelUse>,
    /// The named reading by which statements were chosen.
    pub reading: Option<String>,
    /// What was left out, each with its reason.
    pub left_out: Vec<String>,
}

/// Which model, in which version, on which inputs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModelUse {
    /// The model's name; its page is `docs/models/<name>.md`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its inputs.
    pub inputs: String,
    /// What was checked of the computation.
    pub diagnostics: Vec<String>,
}

/// Which number of an estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The mean.
    Expected,
    /// The middle: as likely above as below.
    Median,
    /// Lower end of the 50 % interval.
    Low50,
    /// Upper end of the 50 % interval.
    High50,
    /// Lower end of the 90 % interval.
    Low90,
    /// Upper end of the 90 % interval.
    High90,
}

impl Part {
    const ALL: [Self; 6] =
        [Self::Expected, Self::Median, Self::Low50, Self::High50, Self::Low90, Self::High90];

    fn name(self) -> &'static str {
        match self {
            Self::Expected => "expected",
            Self::Median => "median",
            Self::Low50 => "low-50",
            Self::High50 => "high-50",
            Self::Low90 => "low-90",
            Self::High90 => "high-90",
        }
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Expected => "expected value",
            Self::Median => "median",
            Self::Low50 => "lower end of the 50 % interval",
            Self::High50 => "upper end of the 50 % interval",
            Self::Low90 => "lower end of the 90 % interval",
            Self::High90 => "upper end of the 90 % interval",
        }
    }

    /// The quantile that it is; the expected value is none.
    #[must_use]
    pub fn probability(self) -> Option<f64> {
        match self {
            Self::Expected => None,
            Self::Median => Some(0.5),
            Self::Low50 => Some(0.25),
            Self::High50 => Some(0.75),
            Self::Low90 => Some(0.05),
            Self::High90 => Some(0.95),
        }
    }
}

/// Which count of states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Counted {
    /// Consent deposited and not withdrawn.
    Deposited,
    /// The treaty in force for the state.
    InForce,
    /// Signature only.
    SignatureOnly,
}

impl Counted {
    const ALL: [Self; 3] = [Self::Deposited, Self::InForce, Self::SignatureOnly];

    fn name(self) -> &'static str {
        match self {
            Self::Deposited => "deposited",
            Self::InForce => "in-force",
            Self::SignatureOnly => "signature-only",
        }
    }
}

/// Which count of the record or of a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tally {
    /// Sources published by the day.
    Sources,
    /// Statements known by the day.
    Statements,
    /// Dud-rate statements known by the day.
    DudRates,
    /// Dud-rate statements that took part in the pooled estimate.
    DudRatesPooled,
    /// Documented uses known by the day.
    UseIncidents,
    /// Documented uses of which a place is on the map.
    UseIncidentsPlaced,
    /// Requests known by the day.
    Requests,
    /// Requests without an answer known by the day.
    RequestsUnanswered,
}

impl Tally {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Sources,
        Self::Statements,
        Self::DudRates,
        Self::DudRatesPooled,
        Self::UseIncidents,
        Self::UseIncidentsPlaced,
        Self::Requests,
        Self::RequestsUnanswered,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Sources => "sources",
            Self::Statements => "statements",
            Self::DudRates => "dud-rates",
            Self::DudRatesPooled => "dud-rates-pooled",
            Self::UseIncidents => "use-incidents",
            Self::UseIncidentsPlaced => "use-incidents-placed",
            Self::Requests => "requests",
            Self::RequestsUnanswered => "requests-unanswered",
        }
    }
}

/// The id of a figure, printed as a path: `dud-rate/m42-m46/median`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum FigureId {
    /// A number as a row of the record states it: `stated/m864/submunitions_per_munition`.
    Stated {
        /// The row.
        row: String,
        /// The property.
        property: String,
    },
    /// How many states: `treaty-count/CCM/deposited`.
    TreatyCount {
        /// Of which treaty.
        treaty: Treaty,
        /// Counted how.
        counted: Counted,
    },
    /// A day that a treaty sets a state: `clock/NGA/7(1)`.
    Clock {
        /// The state.
        state: String,
        /// The article.
        article: String,
    },
    /// A share of a submunition in a new context: `dud-rate/m42-m46/median`.
    DudRate {
        /// The submunition.
        submunition: String,
        /// Which number of the estimate.
        part: Part,
    },
    /// The same under another choice: `dud-rate-under/m42-m46/without-source-nyt-2023-st/median`.
    DudRateUnder {
        /// The submunition.
        submunition: String,
        /// The choice, as [`change_slug`] writes it.
        change: String,
        /// Which number of the estimate.
        part: Part,
    },
    /// How far a kind of evidence sits from the field: `dud-rate-bias/official`.
    DudRateBias {
        /// The kind.
        kind: String,
    },
    /// Submunitions that so many munitions carry: `carried/m864/1000`.
    Carried {
        /// The munition.
        munition: String,
        /// How many.
        quantity: u64,
    },
    /// Unexploded submunitions of so many munitions: `unexploded/m864/1000/expected`.
    Unexploded {
        /// The munition.
        munition: String,
        /// How many.
        quantity: u64,
        /// Which number of the estimate.
        part: Part,
    },
    /// Items found for each hectare cleared: `density/<row>`.
    Density {
        /// The row with both numbers.
        row: String,
    },
    /// Hectares that finding so many items has taken: `hectares/m864/1000/<row>`.
    Hectares {
        /// The munition.
        munition: String,
        /// How many.
        quantity: u64,
        /// The row with the density.
        row: String,
    },
    /// A count of the record: `tally/sources`.
    Tally(Tally),
    /// Square metres of areas of a project: `area/HA-017/open-sha`.
    Area(AreaFigure),
    /// A number of the balance of a project: `balance/2024-01-01/2024-12-31/all/approved/cleared`.
    Balance(BalanceFigure),
    /// A number about what may be left in an area of a project: `residual/HA-017/any`.
    Residual {
        /// The area.
        area: String,
        /// Which number, as the answer names it.
        number: String,
    },
    /// Items that an estimate kept in a project tells of: `estimate/sombat/area/sombat`,
    /// `estimate/sombat/square/812`.
    Estimate {
        /// The place that was estimated, as it was named.
        place: String,
        /// Where the items are.
        of: Estimated,
    },
}

/// Where the items of an estimate are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Estimated {
    /// An area, by its id.
    Area(String),
    /// A square, by its number or by longitude and latitude within it.
    Square(String),
}

impl FigureId {
    /// Whether the record can explain the figure. One that rests on the journal of a project carries
    /// its derivation with it, and no page of the record tells it.
    #[must_use]
    pub fn is_of_record(&self) -> bool {
        !matches!(
            self,
            Self::Area(_) | Self::Balance(_) | Self::Residual { .. } | Self::Estimate { .. }
        )
    }

    /// Whether the ledger of a project's areas gives the figure, whenever it is asked for.
    #[must_use]
    pub fn is_of_ledger(&self) -> bool {
        matches!(self, Self::Area(_) | Self::Balance(_))
    }
}

impl fmt::Display for FigureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stated { row, property } => write!(f, "stated/{row}/{property}"),
            Self::TreatyCount { treaty, counted } => {
                write!(f, "treaty-count/{treaty}/{}", counted.name())
            }
            Self::Clock { state, article } => write!(f, "clock/{state}/{article}"),
            Self::DudRate { submunition, part } => {
                write!(f, "dud-rate/{submunition}/{}", part.name())
            }
            Self::DudRateUnder { submunition, change, part } => {
                write!(f, "dud-rate-under/{submunition}/{change}/{}", part.name())
            }
            Self::DudRateBias { kind } => write!(f, "dud-rate-bias/{kind}"),
            Self::Carried { munition, quantity } => write!(f, "carried/{munition}/{quantity}"),
            Self::Unexploded { munition, quantity, part } => {
                write!(f, "unexploded/{munition}/{quantity}/{}", part.name())
            }
            Self::Density { row } => write!(f, "density/{row}"),
            Self::Hectares { munition, quantity, row } => {
                write!(f, "hectares/{munition}/{quantity}/{row}")
            }
            Self::Tally(tally) => write!(f, "tally/{}", tally.name()),
            Self::Area(area) => area.fmt(f),
            Self::Balance(balance) => balance.fmt(f),
            Self::Residual { area, number } => write!(f, "residual/{}/{number}", segment(area)),
            Self::Estimate { place, of } => {
                let (word, name) = match of {
                    Estimated::Area(id) => ("area", id),
                    Estimated::Square(square) => ("square", square),
                };
                write!(f, "estimate/{}/{word}/{}", segment(place), segment(name))
            }
        }
    }
}

impl FromStr for FigureId {
    type Err = PublishError;

    fn from_str(text: &str) -> Result<Self, PublishError> {
        let unknown = || PublishError::NoSuchFigure(text.to_owned());
        let part =
            |name: &str| Part::ALL.into_iter().find(|p| p.name() == name).ok_or_else(unknown);
        let quantity = |digits: &str| digits.parse::<u64>().map_err(|_| unknown());
        let parts: Vec<&str> = text.split('/').collect();
        Ok(match parts.as_slice() {
            ["stated", row, property] => {
                Self::Stated { row: (*row).to_owned(), property: (*property).to_owned() }
            }
            ["treaty-count", treaty, counted] => Self::TreatyCount {
                treaty: treaty.parse().map_err(|_| unknown())?,
                counted: Counted::ALL
                    .into_iter()
                    .find(|c| c.name() == *counted)
                    .ok_or_else(unknown)?,
            },
            ["clock", state, article] => {
                Self::Clock { state: (*state).to_owned(), article: (*article).to_owned() }
            }
            ["dud-rate", submunition, name] => {
                Self::DudRate { submunition: (*submunition).to_owned(), part: part(name)? }
            }
            ["dud-rate-under", submunition, change, name] => Self::DudRateUnder {
                submunition: (*submunition).to_owned(),
                change: (*change).to_owned(),
                part: part(name)?,
            },
            ["dud-rate-bias", kind] => Self::DudRateBias { kind: (*kind).to_owned() },
            ["carried", munition, number] => {
                Self::Carried { munition: (*munition).to_owned(), quantity: quantity(number)? }
            }
            ["unexploded", munition, number, name] => Self::Unexploded {
                munition: (*munition).to_owned(),
                quantity: quantity(number)?,
                part: part(name)?,
            },
            ["density", row] => Self::Density { row: (*row).to_owned() },
            ["hectares", munition, number, row] => Self::Hectares {
                munition: (*munition).to_owned(),
                quantity: quantity(number)?,
                row: (*row).to_owned(),
            },
            ["tally", name] => {
                Self::Tally(Tally::ALL.into_iter().find(|t| t.name() == *name).ok_or_else(unknown)?)
            }
            ["areas" | "area" | "area-step", ..] => {
                Self::Area(AreaFigure::read(&parts).ok_or_else(unknown)?)
            }
            ["balance", ..] => Self::Balance(BalanceFigure::read(&parts).ok_or_else(unknown)?),
            ["estimate", place, word @ ("area" | "square"), name] => {
                let name = decoded(name).ok_or_else(unknown)?;
                let of = match *word {
                    "area" => Estimated::Area(name),
                    _ => Estimated::Square(name),
                };
                Self::Estimate { place: decoded(place).ok_or_else(unknown)?, of }
            }
            ["residual", area, number] => Self::Residual {
                area: decoded(area).ok_or_else(unknown)?,
                number: (*number).to_owned(),
            },
            _ => return Err(unknown()),
        })
    }
}

impl Serialize for FigureId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The name of a change as a part of an id: lower-case letters and digits, hyphens between words.
#[must_use]
pub fn change_slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_is_read_back_as_it_was_printed() {
        let ids = [
            "stated/m864/submunitions_per_munition",
            "treaty-count/CCM/in-force",
            "clock/NGA/7(1)",
            "dud-rate/m42-m46/low-90",
            "dud-rate-under/m42-m46/without-source-nyt-2023-st-1-statement/median",
            "dud-rate-bias/official",
            "carried/m864/1000",
            "unexploded/m864/1000/expected",
            "density/cp-laos-2017",
            "hectares/m864/1000/cp-laos-2017",
            "tally/requests-unanswered",
        ];
        for id in ids {
            assert_eq!(id.parse::<FigureId>().map(|id| id.to_string()).as_deref(), Ok(id));
        }
    }

    #[test]
    fn what_is_no_id_is_refused_with_help() {
        for id in
            ["", "m864", "dud-rate/m42-m46", "dud-rate/m42-m46/most", "carried/m864/-1", "tally/x"]
        {
            let refused = id.parse::<FigureId>();
            assert_eq!(refused, Err(PublishError::NoSuchFigure(id.to_owned())));
        }
    }
}
