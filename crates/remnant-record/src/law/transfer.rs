//! What treaties and national laws say to a transfer, provision by provision.
//!
//! Belongs here: the question, and putting together the answers of `convention` and `national`.
//! Does not belong here: a sum of the answers. There is none: each stands with its own trace.

use serde::Serialize;

use super::answer::{ProvisionAnswer, Role};
use super::definition::{self, Definition};
use super::ground::Ground;
use super::verdict::LawError;
use super::{convention, national};
use crate::date::AsOf;
use crate::identity::{MunitionId, StateCode};
use crate::record::Record;
use crate::table::Treaty;
use crate::treaty::{StateStatus, status};

/// Who would give what to whom, and through whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TransferQuestion {
    /// Who would give.
    pub exporter: StateCode,
    /// Who would receive.
    pub recipient: StateCode,
    /// Through whose territory the munitions would pass.
    pub transit: Vec<StateCode>,
    /// Which munition.
    pub munition: MunitionId,
}

/// What treaties and national laws say to a transfer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TransferLaw {
    /// The question.
    pub question: TransferQuestion,
    /// The two days of the question.
    pub as_of: AsOf,
    /// The answers: exporter, recipient, states of transit, each first by treaty and then by its
    /// national provisions in the order of the record.
    pub answers: Vec<ProvisionAnswer>,
}

impl TransferLaw {
    /// The answer of this id, as in `transit-deu-ccm-1-1-b-transfer`.
    #[must_use]
    pub fn answer(&self, id: &str) -> Option<&ProvisionAnswer> {
        self.answers.iter().find(|answer| answer.id == id)
    }
}

/// A question with what every provision needs of it.
pub(super) struct Case<'a> {
    pub(super) record: &'a Record,
    pub(super) question: &'a TransferQuestion,
    pub(super) as_of: AsOf,
    pub(super) exporter: StateStatus,
    pub(super) recipient: StateStatus,
}

impl Case<'_> {
    pub(super) fn is_cluster_munition(&self, definition: Definition) -> Ground {
        definition::ground(self.record, &self.question.munition, definition, self.as_of)
    }
}

/// What treaties and national laws say to a transfer on a day, as far as known by another.
///
/// Every provision that speaks to one of the parties gets an answer of its own, in four values.
/// A missing fact makes it unknown, never a no; a disputed reading makes it disputed, with the
/// outcome under each.
///
/// # Errors
/// `Clash` when two rules of equal rank say opposite things of the case.
///
/// # Source
/// `record/law.md`, sections 5 to 8.
pub fn transfer(
    record: &Record,
    question: &TransferQuestion,
    as_of: AsOf,
) -> Result<TransferLaw, LawError> {
    let ccm = |state: &StateCode| status(record, Treaty::Ccm, state, as_of);
    let case = Case {
        record,
        question,
        as_of,
        exporter: ccm(&question.exporter),
        recipient: ccm(&question.recipient),
    };
    let mut parties =
        vec![(Role::Exporter, case.exporter.clone()), (Role::Recipient, case.recipient.clone())];
    let mut passed = Vec::new();
    for state in &question.transit {
        if !passed.contains(&state) {
            passed.push(state);
            parties.push((Role::Transit, ccm(state)));
        }
    }
    let mut answers = Vec::new();
    for (role, party) in &parties {
        answers.extend(convention::answers(&case, *role, party)?);
        answers.extend(national::answers(&case, *role, &party.state)?);
    }
    Ok(TransferLaw { question: question.clone(), as_of, answers })
}
