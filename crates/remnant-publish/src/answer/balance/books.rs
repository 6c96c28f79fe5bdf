//! One reading of a balance, and its numbers as figures.

use jiff::civil::Date;
use remnant_land_release::{
    Balance, BalanceLine, By, Change, Classification, Columns, Reading, ReviewedBalance,
};
use remnant_record::AsOf;

use super::line_of;
use crate::answer::land::square_metres;
use crate::document::Line;
use crate::figure::{BalanceFigure, BalanceNumber, Derivation, Figure, FigureId};
use crate::number;

impl From<Figure> for Line {
    fn from(figure: Figure) -> Self {
        Self::default().figure(figure)
    }
}

/// The balance of one reading.
#[derive(Clone, Copy)]
pub(super) struct Books<'a> {
    pub(super) balance: &'a Balance,
    pub(super) reading: Reading,
    pub(super) known_by: Date,
}

impl<'a> Books<'a> {
    pub(super) fn approved(reviewed: &'a ReviewedBalance) -> Self {
        Self {
            balance: &reviewed.approved,
            reading: Reading::Approved,
            known_by: reviewed.known_by,
        }
    }

    pub(super) fn provisional(reviewed: &'a ReviewedBalance) -> Self {
        Self {
            balance: &reviewed.provisional,
            reading: Reading::Provisional,
            known_by: reviewed.known_by,
        }
    }

    /// The line of a group, or the total; a line of nothing where the group has none.
    pub(super) fn line(&self, group: Option<&str>) -> BalanceLine {
        line_of(self.balance, group).cloned().unwrap_or_default()
    }

    /// A number of square metres.
    pub(super) fn figure(
        &self,
        group: Option<&str>,
        number: BalanceNumber,
        column: Option<Classification>,
        amount: Change,
    ) -> Figure {
        let how = self.how(&number, column);
        square_metres(self.id(group, number, column), amount, self.as_of(), how)
    }

    /// SHA and CHA of a line.
    pub(super) fn columns(
        &self,
        group: Option<&str>,
        number: &BalanceNumber,
        columns: Columns,
    ) -> [Figure; 2] {
        [Classification::Suspected, Classification::Confirmed]
            .map(|column| self.figure(group, number.clone(), Some(column), columns.column(column)))
    }

    /// SHA and CHA of a line together, which rests on the two.
    pub(super) fn both(
        &self,
        group: Option<&str>,
        number: BalanceNumber,
        columns: Columns,
    ) -> Figure {
        let parts = self.columns(group, &number, columns).map(|figure| figure.id);
        let mut figure = self.figure(group, number, None, columns.total());
        figure.derivation.figures = parts.into();
        figure
    }

    /// A count over all areas.
    pub(super) fn count(&self, number: BalanceNumber, count: u32, unit: &str) -> Figure {
        Figure {
            derivation: Derivation { how: self.how(&number, None), ..Derivation::default() },
            id: self.id(None, number, None),
            printed: number::grouped(u64::from(count)),
            number: Some(f64::from(count)),
            unit: unit.to_owned(),
            interval: None,
            as_of: self.as_of(),
        }
    }

    fn as_of(&self) -> AsOf {
        AsOf { on: self.balance.period.to, known_by: self.known_by }
    }

    fn id(
        &self,
        group: Option<&str>,
        number: BalanceNumber,
        column: Option<Classification>,
    ) -> FigureId {
        // The total is the same by whatever it is divided; its identities are not.
        let divided = group.is_some() || matches!(number, BalanceNumber::Identity { .. });
        FigureId::Balance(BalanceFigure {
            from: self.balance.period.from,
            to: self.balance.period.to,
            by: if divided { self.balance.by } else { By::Nothing },
            group: group.map(str::to_owned),
            reading: self.reading,
            number,
            column,
        })
    }

    /// How a number was made, in a sentence or two.
    fn how(&self, number: &BalanceNumber, column: Option<Classification>) -> String {
        let entries = match self.reading {
            Reading::Approved => "approved entries",
            Reading::Provisional => "all entries that no reviewer returned",
        };
        let of = match column {
            Some(column) => format!(", {} only", column.abbreviation()),
            None => String::new(),
        };
        let period = self.balance.period;
        let what = match number {
            BalanceNumber::OpenBefore => format!(
                "What the ledgers of the areas hold open at the end of the day before {}{of}",
                period.from
            ),
            BalanceNumber::Moved(line) => format!(
                "The sum of what the steps with effect from {} to {} wrote on the line \
                 \u{201c}{}\u{201d}{of}",
                period.from,
                period.to,
                line.words()
            ),
            BalanceNumber::OpenAfter => format!(
                "What the ledgers of the areas hold open at the end of {}{of}, counted from the \
                 land and not from the lines",
                period.to
            ),
            BalanceNumber::HandedOverAtEnd => {
                format!("Land that is cleared and handed over at the end of {}", period.to)
            }
            BalanceNumber::PointsAtEnd => {
                format!("Areas of which only a point is known at the end of {}", period.to)
            }
            BalanceNumber::OpenByArea => {
                format!("Open land at the end of {}, summed over areas", period.to)
            }
            BalanceNumber::OpenByUnion => format!(
                "Open land at the end of {}, where what several areas hold counts once",
                period.to
            ),
            BalanceNumber::CountedTwice => {
                "Open land summed over areas, less the same land as one piece".to_owned()
            }
            BalanceNumber::Shared { first, second } => {
                format!("Open land that both {first} and {second} hold, measured")
            }
            BalanceNumber::SetAside => {
                "Entries that could not be taken into a ledger, whatever their day".to_owned()
            }
            BalanceNumber::Identity { term: Some(_), .. } => {
                "A term of an identity that the balance must hold".to_owned()
            }
            BalanceNumber::Identity { .. } => {
                "The sum of one side of an identity that the balance must hold".to_owned()
            }
        };
        format!("{what}; by {entries} known by {}.", self.known_by)
    }
}
