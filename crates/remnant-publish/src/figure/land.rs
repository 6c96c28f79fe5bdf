//! Ids of figures about land: of areas, of the steps of one, of the balance of a period.
//!
//! Belongs here: which number of which land, printed as a path and read back. Does not belong here:
//! the numbers, which the ledgers of a project give (`remnant-land-release`).

use std::fmt;

use jiff::civil::Date;
use remnant_land_release::{By, Classification, Line, Reading};

use crate::document::{decoded, segment};

/// A number about areas.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AreaFigure {
    /// Over all areas of an answer: `areas/open-sha`.
    Sum(AreaNumber),
    /// Of one area: `area/HA-017/open-sha`.
    Area {
        /// The area.
        area: String,
        /// Which number.
        number: AreaNumber,
    },
    /// Of one area before or after a step: `area-step/HA-017/E-2/1/after/open-sha`.
    Step {
        /// The area.
        area: String,
        /// The entry.
        event: String,
        /// Its version.
        version: u32,
        /// Before or after it.
        side: StepSide,
        /// Which number.
        number: AreaNumber,
    },
}

/// Square metres of an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AreaNumber {
    /// Open and suspected.
    OpenSuspected,
    /// Open and confirmed.
    OpenConfirmed,
    /// Released and not reopened.
    Released,
    /// Cleared and handed over.
    HandedOver,
}

impl AreaNumber {
    const ALL: [Self; 4] =
        [Self::OpenSuspected, Self::OpenConfirmed, Self::Released, Self::HandedOver];

    fn name(self) -> &'static str {
        match self {
            Self::OpenSuspected => "open-sha",
            Self::OpenConfirmed => "open-cha",
            Self::Released => "released",
            Self::HandedOver => "handed-over",
        }
    }
}

/// Before or after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepSide {
    /// Before it.
    Before,
    /// After it.
    After,
}

impl StepSide {
    fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

impl fmt::Display for AreaFigure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sum(number) => write!(f, "areas/{}", number.name()),
            Self::Area { area, number } => write!(f, "area/{}/{}", segment(area), number.name()),
            Self::Step { area, event, version, side, number } => write!(
                f,
                "area-step/{}/{}/{version}/{}/{}",
                segment(area),
                segment(event),
                side.name(),
                number.name()
            ),
        }
    }
}

impl AreaFigure {
    /// Reads an id by its parts; `None` where it is none.
    pub(super) fn read(parts: &[&str]) -> Option<Self> {
        let number = |name: &str| AreaNumber::ALL.into_iter().find(|n| n.name() == name);
        Some(match parts {
            ["areas", name] => Self::Sum(number(name)?),
            ["area", area, name] => Self::Area { area: decoded(area)?, number: number(name)? },
            ["area-step", area, event, version, side, name] => Self::Step {
                area: decoded(area)?,
                event: decoded(event)?,
                version: version.parse().ok()?,
                side: [StepSide::Before, StepSide::After]
                    .into_iter()
                    .find(|known| known.name() == *side)?,
                number: number(name)?,
            },
            _ => return None,
        })
    }
}

/// A number of the balance of a period:
/// `balance/2024-01-01/2024-12-31/all/approved/cleared/cha`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BalanceFigure {
    /// The first day of the period.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// By what the balance is divided.
    pub by: By,
    /// Which line of that division; `None` for what concerns all of them.
    pub group: Option<String>,
    /// Which entries count.
    pub reading: Reading,
    /// Which number.
    pub number: BalanceNumber,
    /// The column; `None` for both together.
    pub column: Option<Classification>,
}

/// Which number of a balance.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum BalanceNumber {
    /// Open at the end of the day before the period.
    OpenBefore,
    /// What moved on a line.
    Moved(Line),
    /// Open at the end of the period.
    OpenAfter,
    /// Handed over at the end of the period.
    HandedOverAtEnd,
    /// Areas at the end of the period of which only a point is known.
    PointsAtEnd,
    /// Open at the end of the period, summed over areas.
    OpenByArea,
    /// Open at the end of the period, as one piece of land.
    OpenByUnion,
    /// The difference of these two.
    CountedTwice,
    /// Land that two areas share.
    Shared {
        /// The one area.
        first: String,
        /// The other.
        second: String,
    },
    /// Entries that do not count because they could not be taken.
    SetAside,
    /// A side of an identity, or a term of a side, counted from 1 as they are printed.
    Identity {
        /// Which identity.
        identity: usize,
        /// Whether it is the left side.
        left: bool,
        /// Which term; `None` for the sum.
        term: Option<usize>,
    },
}

/// The name of a line of the balance as a part of an id.
fn line_name(line: Line) -> &'static str {
    match line {
        Line::Identified => "identified",
        Line::Reopened => "reopened",
        Line::Extended => "extended",
        Line::Cancelled => "cancelled",
        Line::ReducedWithAsset => "reduced-with-asset",
        Line::ReducedWithoutAsset => "reduced-without-asset",
        Line::Cleared => "cleared",
        Line::Converted => "converted",
        Line::Adjusted => "adjusted",
        Line::ClearedOutside => "cleared-outside",
        Line::CancelledAgain => "cancelled-again",
        Line::ReducedAgain => "reduced-again",
        Line::ClearedAgain => "cleared-again",
        Line::HandedOver => "handed-over",
    }
}

/// The name of what a balance is divided by, as ids and addresses write it: `operator`.
#[must_use]
pub fn by_name(by: By) -> &'static str {
    match by {
        By::Nothing => "all",
        By::Operator => "operator",
        By::AdministrativeUnit => "unit",
        By::Contamination => "type",
    }
}

/// What a balance is divided by, by its name; `None` where it is none.
#[must_use]
pub fn by_of_name(name: &str) -> Option<By> {
    [By::Nothing, By::Operator, By::AdministrativeUnit, By::Contamination]
        .into_iter()
        .find(|known| by_name(*known) == name)
}

/// The name of a reading: `approved`, `provisional`.
#[must_use]
pub fn reading_name(reading: Reading) -> &'static str {
    match reading {
        Reading::Approved => "approved",
        Reading::Provisional => "provisional",
    }
}

fn column_name(column: Classification) -> &'static str {
    match column {
        Classification::Suspected => "sha",
        Classification::Confirmed => "cha",
    }
}

impl BalanceNumber {
    /// Numbers whose name never changes.
    const FIXED: [(Self, &str); 8] = [
        (Self::OpenBefore, "open-before"),
        (Self::OpenAfter, "open-after"),
        (Self::HandedOverAtEnd, "handed-over-at-end"),
        (Self::PointsAtEnd, "points-at-end"),
        (Self::OpenByArea, "open-by-area"),
        (Self::OpenByUnion, "open-by-union"),
        (Self::CountedTwice, "counted-twice"),
        (Self::SetAside, "set-aside"),
    ];

    fn read(name: &str) -> Option<Self> {
        if let Some((number, _)) = Self::FIXED.iter().find(|(_, fixed)| *fixed == name) {
            return Some(number.clone());
        }
        if let Some(line) = Line::ALL.into_iter().find(|line| line_name(*line) == name) {
            return Some(Self::Moved(line));
        }
        if let Some(areas) = name.strip_prefix("shared=") {
            let (first, second) = areas.split_once('+')?;
            return Some(Self::Shared { first: decoded(first)?, second: decoded(second)? });
        }
        let parts: Vec<&str> = name.strip_prefix("identity-")?.split('-').collect();
        let (identity, side, term) = match parts.as_slice() {
            [identity, side] => (identity, side, None),
            [identity, side, term] => (identity, side, Some(term.parse().ok()?)),
            _ => return None,
        };
        let left = ["left", "right"].into_iter().position(|known| known == *side)? == 0;
        Some(Self::Identity { identity: identity.parse().ok()?, left, term })
    }
}

impl fmt::Display for BalanceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Moved(line) => f.write_str(line_name(*line)),
            Self::Shared { first, second } => {
                write!(f, "shared={}+{}", segment(first), segment(second))
            }
            Self::Identity { identity, left, term } => {
                write!(f, "identity-{identity}-{}", if *left { "left" } else { "right" })?;
                term.map_or(Ok(()), |term| write!(f, "-{term}"))
            }
            fixed => {
                let name = Self::FIXED.iter().find(|(number, _)| number == fixed);
                f.write_str(name.map_or("", |(_, name)| name))
            }
        }
    }
}

impl fmt::Display for BalanceFigure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "balance/{}/{}/{}", self.from, self.to, by_name(self.by))?;
        if let Some(group) = &self.group {
            write!(f, "={}", segment(group))?;
        }
        write!(f, "/{}/{}", reading_name(self.reading), self.number)?;
        self.column.map_or(Ok(()), |column| write!(f, "/{}", column_name(column)))
    }
}

impl BalanceFigure {
    /// Reads an id by its parts; `None` where it is none.
    pub(super) fn read(parts: &[&str]) -> Option<Self> {
        let (["balance", from, to, group, reading, number], rest) = parts.split_at_checked(6)?
        else {
            return None;
        };
        let column = match rest {
            [] => None,
            [name] => Some(
                [Classification::Suspected, Classification::Confirmed]
                    .into_iter()
                    .find(|column| column_name(*column) == *name)?,
            ),
            _ => return None,
        };
        let (by, group) = match group.split_once('=') {
            Some((by, group)) => (by, Some(decoded(group)?)),
            None => (*group, None),
        };
        Some(Self {
            from: from.parse().ok()?,
            to: to.parse().ok()?,
            by: by_of_name(by)?,
            group,
            reading: [Reading::Approved, Reading::Provisional]
                .into_iter()
                .find(|known| reading_name(*known) == *reading)?,
            number: BalanceNumber::read(number)?,
            column,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::figure::FigureId;

    #[test]
    fn every_id_about_land_is_read_back_as_it_was_printed() {
        let ids = [
            "areas/open-sha",
            "area/HA-017/open-cha",
            "area/HA%2F17%20%D9%85/released",
            "area-step/HA-017/E-2/1/after/handed-over",
            "balance/2024-01-01/2024-12-31/all/approved/cleared",
            "balance/2024-01-01/2024-12-31/all/approved/cleared/cha",
            "balance/2024-01-01/2024-12-31/operator=A%2FB%3D1/provisional/reduced-with-asset/sha",
            "balance/2024-01-01/2024-12-31/unit/approved/identity-3-right-2",
            "balance/2024-01-01/2024-12-31/type/approved/identity-12-left",
            "balance/2024-01-01/2024-12-31/all/provisional/counted-twice",
            "balance/2024-01-01/2024-12-31/all/provisional/shared=HA-1+HA%2B2",
            "balance/2024-01-01/2024-12-31/all/provisional/points-at-end",
        ];
        for id in ids {
            let read = id.parse::<FigureId>();
            assert_eq!(read.as_ref().map(ToString::to_string).as_deref(), Ok(id));
            assert!(read.is_ok_and(|id| !id.is_of_record()), "{id}");
        }
    }

    #[test]
    fn what_is_no_id_about_land_is_refused() {
        for id in [
            "areas",
            "areas/closed",
            "area/HA-017",
            "area-step/HA-017/E-2/one/after/released",
            "balance/2024-01-01/2024-12-31/all/approved",
            "balance/2024-13-01/2024-12-31/all/approved/cleared",
            "balance/2024-01-01/2024-12-31/donor/approved/cleared",
            "balance/2024-01-01/2024-12-31/all/draft/cleared",
            "balance/2024-01-01/2024-12-31/all/approved/cleared/both",
            "balance/2024-01-01/2024-12-31/all/approved/cleared/sha/1",
            "balance/2024-01-01/2024-12-31/all/approved/identity-1-middle",
        ] {
            assert!(id.parse::<FigureId>().is_err(), "{id}");
        }
    }
}
