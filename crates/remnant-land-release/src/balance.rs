//! The balance of a period, over areas, to the square metre.
//!
//! Belongs here: opening and closing area, what moved between them, by operator, unit or type; land
//! that two areas both hold. Does not belong here: the ledger of one area (`ledger`), tables
//! (`remnant-publish`).

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use remnant_ground::boundary::OverlayError;
use serde::{Deserialize, Serialize};

use crate::area_file::{AreaFile, Reading};
use crate::area_state::AreaState;
use crate::counted_twice::CountedTwice;
use crate::event::Event;
use crate::identities::{Identity, Side};
use crate::identity::AreaId;
use crate::ledger::HazardousAreaLedger;
use crate::posting::{Change, Columns, Line};

/// A period: both days belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

/// Why there is no balance.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum BalanceError {
    /// The period ends before it begins.
    #[error("the period ends on {to}, before it begins on {from}")]
    PeriodReversed {
        /// The first day.
        from: Date,
        /// The last day.
        to: Date,
    },
    /// The same area twice: all of it would be counted twice.
    #[error("area `{0}` is given twice")]
    AreaTwice(AreaId),
    /// Parcels of one area that cannot be laid over each other.
    #[error("the parcels of `{area}` cannot be laid over each other: {fault}")]
    Geometry {
        /// The area.
        area: AreaId,
        /// Why.
        fault: OverlayError,
    },
    /// Areas that meet and cannot be laid over each other.
    #[error("areas that meet cannot be laid over each other: {0}")]
    Overlaps(OverlayError),
}

impl BalanceError {
    /// What the person can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::PeriodReversed { .. } => "exchange the two days",
            Self::AreaTwice(_) => "give each area once",
            Self::Geometry { fault, .. } | Self::Overlaps(fault) => fault.help(),
        }
    }
}

/// By what a balance is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Not at all.
    Nothing,
    /// The organisation that did each step. Land belongs to no operator, so these lines have no
    /// opening and closing area.
    Operator,
    /// The administrative unit of the area.
    AdministrativeUnit,
    /// What contaminates the area. An area with several types stands on a line of its own, or its
    /// square metres would count once for each.
    Contamination,
}

/// One line of a balance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BalanceLine {
    /// The operator, unit or type; empty for the total.
    pub group: String,
    /// O and E: open at the end of the day before the period, and at its end. Absent by operator.
    pub stock: Option<Stock>,
    /// What moved, by line.
    pub moved: BTreeMap<Line, Columns>,
}

/// What is there at both ends of a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Stock {
    /// Open at the end of the day before the period.
    pub opening: Columns,
    /// Open at its end, counted from the land and not from the lines.
    pub closing: Columns,
    /// Handed over at its end. It stands beside: closed is not cleared, cleared is not handed over.
    #[serde(rename = "handed_over_square_metres")]
    pub handed_over: Change,
    /// Areas at its end of which only a point is known, so that no square metre is counted.
    pub points: u32,
}

impl BalanceLine {
    /// What moved on a line of the balance.
    #[must_use]
    pub fn line(&self, line: Line) -> Columns {
        self.moved.get(&line).copied().unwrap_or_default()
    }

    fn add_moved(&mut self, other: &Self) {
        for (line, columns) in &other.moved {
            *self.moved.entry(*line).or_default() += *columns;
        }
    }

    fn add_stock(&mut self, stock: Stock) {
        let all = self.stock.get_or_insert_default();
        all.opening += stock.opening;
        all.closing += stock.closing;
        all.handed_over += stock.handed_over;
        all.points += stock.points;
    }

    /// E = O + D + X - C - R - K + A, in each column and over both.
    fn period_identities(&self) -> Vec<Identity> {
        let Some(stock) = self.stock else { return Vec::new() };
        let subject = if self.group.is_empty() { "all areas" } else { &self.group };
        let mut identities = Vec::new();
        type Pick = fn(Columns) -> Change;
        let columns: [(&'static str, Pick); 3] = [
            ("period: E = O + D + X - C - R - K + A", Columns::total),
            ("period, SHA: E = O + D + X - C - R - K + A and conversions", |c| c.suspected),
            ("period, CHA: E = O + D + X - C - R - K + A and conversions", |c| c.confirmed),
        ];
        for (name, pick) in columns {
            let mut right = vec![("open before", pick(stock.opening))];
            for line in Line::ALL {
                let effect = line.effect(pick(self.line(line)));
                if effect != Change::ZERO {
                    right.push((line.words(), effect));
                }
            }
            identities.push(Identity {
                name,
                subject: subject.to_owned(),
                left: Side(vec![("open after", pick(stock.closing))]),
                right: Side(right),
            });
        }
        let converted = self.line(Line::Converted);
        identities.push(Identity {
            name: "period: conversion moves square metres and makes none",
            subject: subject.to_owned(),
            left: Side(vec![("out of SHA", -converted.suspected)]),
            right: Side(vec![("into CHA", converted.confirmed)]),
        });
        identities
    }
}

/// The balance of a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Balance {
    /// The period.
    pub period: Period,
    /// By what the lines are divided.
    pub by: By,
    /// The lines, by name; none where the balance is not divided.
    pub lines: Vec<BalanceLine>,
    /// All of them together.
    pub total: BalanceLine,
    /// Open land at the end by area and by union.
    pub counted_twice: CountedTwice,
    /// How many entries do not count because they could not be taken.
    pub set_aside: u32,
}

impl Balance {
    /// The balance of some areas over a period.
    ///
    /// An area stands in the unit, and among the types, that it has at the end of the period.
    ///
    /// # Errors
    /// When the period is reversed, an area is given twice, or areas that overlap cannot be laid
    /// over each other.
    pub fn of(
        ledgers: &[HazardousAreaLedger],
        period: Period,
        by: By,
    ) -> Result<Self, BalanceError> {
        if period.to < period.from {
            return Err(BalanceError::PeriodReversed { from: period.from, to: period.to });
        }
        let mut seen = BTreeSet::new();
        let mut groups: BTreeMap<String, BalanceLine> = BTreeMap::new();
        let mut total = BalanceLine { stock: Some(Stock::default()), ..BalanceLine::default() };
        let mut set_aside = 0;
        for ledger in ledgers {
            if !seen.insert(ledger.area()) {
                return Err(BalanceError::AreaTwice(ledger.area().clone()));
            }
            set_aside += u32::try_from(ledger.set_aside().len()).unwrap_or(u32::MAX);
            let (stock, lines) = lines_of(ledger, period, by);
            total.add_stock(stock);
            for (group, line) in lines {
                total.add_moved(&line);
                let all = groups.entry(group).or_default();
                all.add_moved(&line);
                if let Some(stock) = line.stock {
                    all.add_stock(stock);
                }
            }
        }
        let lines = if by == By::Nothing {
            Vec::new()
        } else {
            groups.into_iter().map(|(group, line)| BalanceLine { group, ..line }).collect()
        };
        let counted_twice = CountedTwice::of(ledgers, period.to)?;
        Ok(Self { period, by, lines, total, counted_twice, set_aside })
    }

    /// The identities of the balance, each with both sides, for a check that prints one line each.
    #[must_use]
    pub fn identities(&self) -> Vec<Identity> {
        let mut identities = self.total.period_identities();
        for line in &self.lines {
            identities.extend(line.period_identities());
        }
        if self.by != By::Nothing {
            let mut sum = BalanceLine::default();
            for line in &self.lines {
                sum.add_moved(line);
            }
            for line in Line::ALL {
                identities.push(Identity {
                    name: "balance: the lines make up the total",
                    subject: line.words().to_owned(),
                    left: Side(vec![("all lines", sum.line(line).total())]),
                    right: Side(vec![("total", self.total.line(line).total())]),
                });
            }
        }
        identities.push(Identity {
            name: "balance: land that two areas hold is told",
            subject: "open land at the end".to_owned(),
            left: Side(vec![("sum over areas", self.counted_twice.sum)]),
            right: Side(vec![
                ("union", self.counted_twice.union),
                ("counted twice", self.counted_twice.twice()),
            ]),
        });
        identities
    }
}

/// What may be published, and what is known beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReviewedBalance {
    /// The day by which it was known.
    pub known_by: Date,
    /// Approved entries only: the published totals.
    pub approved: Balance,
    /// Everything that was not rejected, to be shown as provisional.
    pub provisional: Balance,
}

impl ReviewedBalance {
    /// The balance of some areas over a period, as known by the end of a day.
    ///
    /// # Errors
    /// As for [`Balance::of`].
    pub fn of(
        files: &[AreaFile],
        period: Period,
        by: By,
        known_by: Date,
    ) -> Result<Self, BalanceError> {
        let read = |reading| -> Result<Balance, BalanceError> {
            let ledgers: Vec<HazardousAreaLedger> =
                files.iter().map(|file| file.ledger(reading, known_by)).collect();
            Balance::of(&ledgers, period, by)
        };
        let (approved, provisional) = (read(Reading::Approved)?, read(Reading::Provisional)?);
        Ok(Self { known_by, approved, provisional })
    }

    /// What waits for approval on a line of the total.
    #[must_use]
    pub fn waiting(&self, line: Line) -> Columns {
        self.provisional.total.line(line) - self.approved.total.line(line)
    }
}

/// What an area had and has, and its lines by name.
fn lines_of(
    ledger: &HazardousAreaLedger,
    period: Period,
    by: By,
) -> (Stock, BTreeMap<String, BalanceLine>) {
    let end = ledger.on(period.to);
    let opening = match period.from.yesterday() {
        Ok(before) => ledger.on(before).open(),
        // Nothing comes before the first day of the calendar.
        Err(_) => Columns::default(),
    };
    let stock = Stock {
        opening,
        closing: end.open(),
        handed_over: end.handed_over_stock(),
        points: u32::from(end.point.is_some()),
    };
    let within = |event: &Event| (period.from..=period.to).contains(&event.effective_on);
    let mut lines: BTreeMap<String, BalanceLine> = BTreeMap::new();
    let area_group = group_of_area(end, by);
    for entry in ledger.entries().iter().filter(|entry| within(&entry.event)) {
        let group = match by {
            By::Operator => entry.event.organisation.to_string(),
            _ => area_group.clone(),
        };
        let line = lines.entry(group).or_default();
        for posting in &entry.postings {
            let moved = line.moved.entry(posting.line).or_default();
            moved.add_to(posting.classification, posting.amount);
        }
    }
    if by != By::Operator {
        lines.entry(area_group).or_default().stock = Some(stock);
    }
    (stock, lines)
}

fn group_of_area(state: &AreaState, by: By) -> String {
    let not_stated = || "not stated".to_owned();
    match by {
        By::Nothing | By::Operator => String::new(),
        By::AdministrativeUnit => state.administrative_unit.clone().unwrap_or_else(not_stated),
        By::Contamination if state.contamination.is_empty() => not_stated(),
        By::Contamination => {
            let codes: Vec<&str> = state.contamination.iter().map(|kind| kind.code()).collect();
            codes.join(" + ")
        }
    }
}
