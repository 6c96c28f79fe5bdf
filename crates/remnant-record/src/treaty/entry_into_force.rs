//! From when a treaty binds a state, and from when it no longer does.
//!
//! Belongs here: Articles 17 and 20 of the Convention on Cluster Munitions. Does not belong here:
//! the state's place among signatories and parties (`status`).

use jiff::civil::Date;
use serde::Serialize;

use super::date_arithmetic::{DateSumError, Period, Rounding, first_day_of_sixth_month_after};
use crate::date::{AsOf, PartialDate};
use crate::identity::StateCode;
use crate::record::{Record, known};
use crate::table::{Participation, Treaty};

/// The day on which the thirtieth instrument was deposited.
///
/// # Source
/// Cluster Munition Coalition, as held in the record's row `ccm-17-1`.
pub const THIRTIETH_DEPOSIT: Date = Date::constant(2010, 2, 16);

/// Why a treaty's date was not computed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreatyError {
    /// The record holds no rule for it.
    #[error("the record holds no rule for the day on which the {} enters into force for a state", .0.full_name())]
    NoRule(Treaty),
    /// The sum was refused.
    #[error(transparent)]
    DateSum(#[from] DateSumError),
}

impl TreatyError {
    /// What the person can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::NoRule(_) => "look for a published day and record it as the state's own",
            Self::DateSum(error) => error.help(),
        }
    }
}

/// The day on which a treaty enters into force for a state that deposited its instrument.
///
/// Both paragraphs round to the first of a month, counted from the month of the deposit
/// ([`Rounding::FirstOfMonth`]). Their wordings differ, the published days do not.
///
/// # Errors
/// `NoRule` for the two other treaties; `DateSum` past the year 9999.
///
/// # Source
/// Convention on Cluster Munitions, Article 17(1) for deposits up to the thirtieth, 17(2) for
/// later ones.
///
/// ```
/// use jiff::civil::date;
/// use remnant_record::table::Treaty;
/// use remnant_record::treaty::entry_into_force;
/// assert_eq!(entry_into_force(Treaty::Ccm, date(2009, 7, 8)), Ok(date(2010, 8, 1)));
/// assert_eq!(entry_into_force(Treaty::Ccm, date(2023, 2, 28)), Ok(date(2023, 8, 1)));
/// ```
pub fn entry_into_force(treaty: Treaty, deposited: Date) -> Result<Date, TreatyError> {
    match treaty {
        Treaty::Ccm => Ok(first_day_of_sixth_month_after(deposited.max(THIRTIETH_DEPOSIT))?),
        Treaty::ProtocolV | Treaty::Apmbc => Err(TreatyError::NoRule(treaty)),
    }
}

/// The paragraph by which a deposit of that day enters into force.
pub(super) fn entry_rule(deposited: PartialDate) -> &'static str {
    if deposited.last_day() <= THIRTIETH_DEPOSIT {
        "CCM Article 17(1)"
    } else {
        "CCM Article 17(2)"
    }
}

/// The computed day for a deposit that may be known by month or year only, where every day that
/// the date can mean leads to the same answer.
pub(super) fn entry_for(treaty: Treaty, deposited: PartialDate) -> Option<Date> {
    let first = entry_into_force(treaty, deposited.first_day()).ok()?;
    let last = entry_into_force(treaty, deposited.last_day()).ok()?;
    (first == last).then_some(first)
}

/// A notice of withdrawal and from when it works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Withdrawal {
    /// The day on which the Depositary received the notice.
    pub received: PartialDate,
    /// The earliest day on which it can take effect: six months from receipt.
    pub earliest: Option<Date>,
    /// How the sum lands on a day.
    pub rounding: Rounding,
    /// The day of effect that the record holds.
    pub recorded: Option<PartialDate>,
    /// Whether the two are the same day.
    pub agrees: Option<bool>,
    /// Whether the state was in an armed conflict on the earliest day, as far as recorded.
    pub in_armed_conflict: Option<bool>,
    /// What the record lacks for the day of effect to follow from the rule.
    pub missing: Vec<String>,
}

/// The withdrawal of a state, if a notice was known by the day asked about.
///
/// # Source
/// Convention on Cluster Munitions, Article 20(3): six months after receipt; for a state then in
/// an armed conflict not before its end. Whether it was is a fact that somebody must record, as a
/// statement on `state LTU` with the property `in-armed-conflict` and the value yes or no.
#[must_use]
pub fn withdrawal(
    record: &Record,
    treaty: Treaty,
    state: &StateCode,
    as_of: AsOf,
) -> Option<Withdrawal> {
    let participation = super::status::participation(record, treaty, state, as_of)?;
    withdrawal_of(record, participation, as_of)
}

pub(super) fn withdrawal_of(
    record: &Record,
    participation: &Participation,
    as_of: AsOf,
) -> Option<Withdrawal> {
    let known_act = |act: &Option<crate::table::TreatyAct>| {
        act.as_ref().filter(|act| act.is_known_by(as_of.known_by)).map(|act| act.date)
    };
    let received = known_act(&participation.withdrawal_deposited)?;
    let recorded = known_act(&participation.withdrawn);
    let mut missing = Vec::new();
    let earliest = match (participation.treaty, received.day()) {
        (Treaty::Ccm, Some(day)) => match Period::Months(6).after(day) {
            Ok(day) => Some(day),
            Err(error) => {
                missing.push(error.to_string());
                None
            }
        },
        (Treaty::Ccm, None) => {
            missing.push(format!("the day on which the notice was received; {received} was seen"));
            None
        }
        (treaty, _) => {
            missing.push(format!("the withdrawal rule of the {}", treaty.full_name()));
            None
        }
    };
    let in_armed_conflict =
        earliest.and_then(|day| in_armed_conflict(record, &participation.state, day, as_of));
    if let Some(day) = earliest
        && in_armed_conflict.is_none()
    {
        missing.push(format!(
            "whether {} was in an armed conflict on {day}: until one ends no withdrawal works",
            participation.state_name
        ));
    }
    Some(Withdrawal {
        received,
        earliest,
        rounding: Rounding::SameDayOfMonth,
        recorded,
        agrees: earliest.zip(recorded.and_then(PartialDate::day)).map(|(a, b)| a == b),
        in_armed_conflict,
        missing,
    })
}

/// Whether a state was in an armed conflict on a day, as recorded; `None` where nothing was, or
/// where statements contradict one another.
fn in_armed_conflict(record: &Record, state: &StateCode, day: Date, as_of: AsOf) -> Option<bool> {
    let subject = format!("state {state}");
    let mut said: Option<bool> = None;
    for statement in known(&record.general, as_of.known_by) {
        let about = statement.subject == subject && statement.property == "in-armed-conflict";
        let from = statement.valid_from.is_some_and(|from| from.last_day() <= day);
        let to = statement.valid_to.is_none_or(|to| to.first_day() > day);
        if !(about && from && to) {
            continue;
        }
        let value = match statement.value.as_str() {
            "yes" => true,
            "no" => false,
            _ => return None,
        };
        if said.is_some_and(|before| before != value) {
            return None;
        }
        said = Some(value);
    }
    said
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn deposits_up_to_the_thirtieth_enter_into_force_together() {
        for deposited in [date(2008, 12, 3), date(2009, 12, 31), THIRTIETH_DEPOSIT] {
            assert_eq!(entry_into_force(Treaty::Ccm, deposited), Ok(date(2010, 8, 1)));
        }
    }

    #[test]
    fn a_deposit_on_the_first_of_a_month_counts_from_that_month() {
        assert_eq!(entry_into_force(Treaty::Ccm, date(2015, 10, 1)), Ok(date(2016, 4, 1)));
    }

    #[test]
    fn the_rules_of_other_treaties_are_not_guessed() {
        for treaty in [Treaty::ProtocolV, Treaty::Apmbc] {
            assert_eq!(
                entry_into_force(treaty, date(2010, 1, 1)),
                Err(TreatyError::NoRule(treaty))
            );
        }
    }

    #[test]
    fn a_month_suffices_where_every_day_of_it_leads_to_the_same_answer() {
        let month = |year, month| PartialDate::Month { year, month };
        assert_eq!(entry_for(Treaty::Ccm, month(2009, 7)), Some(date(2010, 8, 1)));
        assert_eq!(entry_for(Treaty::Ccm, month(2023, 2)), Some(date(2023, 8, 1)));
        assert_eq!(entry_for(Treaty::Ccm, PartialDate::Year(2023)), None);
    }
}
