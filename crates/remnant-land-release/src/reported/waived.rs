//! What an entry lacks that its country waives: nothing is waived silently.

use serde::Serialize;

use crate::event::Event;
use crate::evidence_required::{Requirement, required};
use crate::national_rules::NationalRules;

/// Something that is not on file for an entry, and the rule by which it need not be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waived {
    /// What is not on file.
    pub requirement: Requirement,
    /// Document, article and edition of the rule, as the rules say.
    pub provenance: String,
}

/// What an event that the ledger took lacks of what is required everywhere.
pub(super) fn waived(event: &Event, rules: &NationalRules, confirmed_land: bool) -> Vec<Waived> {
    let mut everywhere = rules.clone();
    everywhere.waived_requirements.value.clear();
    everywhere.confirmed_needs_direct_evidence.value = true;
    let missing = required(event, &everywhere, confirmed_land);
    missing
        .into_iter()
        .filter(|on_file| !on_file.met)
        .map(|on_file| {
            let requirement = on_file.requirement;
            let by_list = rules.waived_requirements.value.contains(&requirement);
            let provenance = if by_list {
                &rules.waived_requirements.provenance
            } else {
                &rules.confirmed_needs_direct_evidence.provenance
            };
            Waived { requirement, provenance: provenance.clone() }
        })
        .collect()
}
