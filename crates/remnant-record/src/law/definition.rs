//! Whether an object is a cluster munition, which depends on who asks.
//!
//! Belongs here: the definitions as parameters. Does not belong here: any property of a munition
//! that a definition does not ask for.

use serde::Serialize;

use super::ground::{EvidenceGrade, Ground};
use super::verdict::{Truth, Verdict};
use crate::date::AsOf;
use crate::identity::{MunitionId, SourceId};
use crate::record::{Record, known};
use crate::table::{Munition, SelfDestruct};

/// By whose definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Definition {
    /// Convention on Cluster Munitions, Article 2(2). Germany, the United Kingdom and the Cook
    /// Islands take it over.
    Ccm,
    /// As the United States used the term in 2008: wider, without the five features.
    UsUsage,
    /// Canada's Act, as far as seen: no ceiling on the mass of a submunition.
    Canada,
}

impl Definition {
    /// All definitions.
    pub const ALL: [Self; 3] = [Self::Ccm, Self::UsUsage, Self::Canada];

    /// The definition in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Ccm => "CCM Article 2(2)",
            Self::UsUsage => "United States usage of 2008",
            Self::Canada => "Canada's Act as far as seen",
        }
    }

    /// What shows the definition: a source of the record, or a row that its sources carry.
    fn shown_by(self) -> &'static str {
        match self {
            Self::Ccm => "ccm-2-2-c",
            Self::UsUsage => "law-us-cable-200807",
            Self::Canada => "ca-pcma",
        }
    }
}

/// Whether a munition is a cluster munition by a definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DefinitionAnswer {
    /// The munition.
    pub munition: MunitionId,
    /// By whose definition.
    pub definition: Definition,
    /// The two days of the question.
    pub as_of: AsOf,
    /// The answer.
    pub verdict: Verdict,
    /// On what evidence its facts rest.
    pub evidence: EvidenceGrade,
    /// The statements on which it rests.
    pub facts: Vec<String>,
    /// What the record lacks. A verdict that holds may lack facts: then it rests on the sources
    /// that list the munition as a cluster munition.
    pub missing: Vec<String>,
    /// The sources.
    pub sources: Vec<SourceId>,
    /// The answer in a sentence.
    pub words: String,
}

/// Whether a munition is a cluster munition by a definition.
///
/// Ten submunitions or more, or no self-destruction, defeat the exclusion of Article 2(2)(c) whatever
/// the other features are, for it asks for all five. Masses are not in the record: that the sources
/// list the munition as a cluster munition is secondary evidence.
///
/// # Source
/// Convention on Cluster Munitions, Article 2(2); `record/law.md`, section 5.
#[must_use]
pub fn cluster_munition(
    record: &Record,
    munition: &MunitionId,
    definition: Definition,
    as_of: AsOf,
) -> DefinitionAnswer {
    let ground = ground(record, munition, definition, as_of);
    let verdict = ground.verdict();
    let mut words = format!("`{munition}` by {}: {}", definition.words(), verdict.words());
    if verdict == Verdict::Holds {
        words.push_str(", on secondary evidence: the record's sources list it as such");
    }
    if !ground.missing.is_empty() {
        words.push_str(&format!("; not in the record: {}", ground.missing.join("; ")));
    }
    DefinitionAnswer {
        munition: munition.clone(),
        definition,
        as_of,
        verdict,
        evidence: ground.facts_grade,
        facts: ground.facts,
        missing: ground.missing,
        sources: ground.sources,
        words,
    }
}

pub(super) fn ground(
    record: &Record,
    munition: &MunitionId,
    definition: Definition,
    as_of: AsOf,
) -> Ground {
    let Some(shown) = shown(record, definition, as_of) else {
        return Ground::missing(format!(
            "the definition ({}): it was not known by {}",
            definition.words(),
            as_of.known_by
        ));
    };
    let listed = listed(record, munition, definition, as_of);
    let met = match definition {
        Definition::UsUsage => listed,
        Definition::Ccm | Definition::Canada => {
            listed.and(exclusion(record, munition, as_of).not())
        }
    };
    met.and(shown)
}

/// The definition itself, if it was known by the day.
fn shown(record: &Record, definition: Definition, as_of: AsOf) -> Option<Ground> {
    let id = definition.shown_by();
    let ground = Ground::settled(Truth::Holds);
    match definition {
        Definition::Ccm => known(&record.obligations, as_of.known_by)
            .find(|duty| duty.cited.id == id)
            .map(|duty| ground.with_fact(format!("{id}#summary")).with_sources_of(&duty.cited)),
        Definition::Canada => known(&record.national_rules, as_of.known_by)
            .find(|rule| rule.cited.id == id)
            .map(|rule| {
                let fact = format!("{id}#condition_predicate");
                ground.with_fact(fact).with_sources_of(&rule.cited)
            }),
        Definition::UsUsage => record
            .source(&SourceId::new(id))
            .filter(|source| source.known_from().day <= as_of.known_by)
            .map(|source| Ground { sources: vec![source.id.clone()], ..ground }),
    }
}

/// That the record's sources list it as a cluster munition: by a row, or by what was said of the
/// submunitions that it releases.
fn listed(record: &Record, munition: &MunitionId, definition: Definition, as_of: AsOf) -> Ground {
    let mut ground = Ground::settled(Truth::Holds).graded(EvidenceGrade::Secondary);
    let subject = format!("munition {munition}");
    let said = known(&record.general, as_of.known_by)
        .find(|s| s.subject == subject && s.property.starts_with("submunitions-"));
    if let Some(row) = record.munition(munition, as_of.known_by) {
        ground = ground.with_fact(format!("{}#kind", row.cited.id)).with_sources_of(&row.cited);
    } else if let Some(said) = said {
        ground = ground
            .with_fact(format!("{}#{}", said.cited.id, said.property))
            .with_sources_of(&said.cited);
    } else {
        return Ground::missing(format!(
            "what `{munition}` carries: no statement on it was known by {}",
            as_of.known_by
        ));
    }
    if definition == Definition::Ccm {
        ground.missing.push("whether one submunition weighs under 20 kg".to_owned());
    }
    ground
}

/// Article 2(2)(c): out only if all five features are there.
fn exclusion(record: &Record, munition: &MunitionId, as_of: AsOf) -> Ground {
    let row = record.munition(munition, as_of.known_by);
    fewer_than_ten(record, munition, row, as_of)
        .and(self_destruct(record, row, as_of))
        .and(Ground::missing("whether each submunition weighs more than 4 kg"))
        .and(Ground::missing("whether each detects and engages a single target"))
        .and(Ground::missing("whether each deactivates itself electronically"))
}

/// Whether it carries fewer than ten; unknown where counts contradict one another on that.
fn fewer_than_ten(
    record: &Record,
    munition: &MunitionId,
    row: Option<&Munition>,
    as_of: AsOf,
) -> Ground {
    let subject = format!("munition {munition}");
    let mut ground = Ground::settled(Truth::Unknown);
    let mut counts: Vec<u64> = Vec::new();
    if let Some((row, count)) = row.and_then(|row| Some((row, row.submunitions_each?))) {
        counts.push(count);
        ground = ground
            .with_fact(format!("{}#submunitions_per_munition", row.cited.id))
            .with_sources_of(&row.cited);
    }
    for said in known(&record.general, as_of.known_by) {
        if said.subject == subject
            && said.property == "submunitions-per-munition"
            && let Ok(count) = said.value.parse()
        {
            counts.push(count);
            ground = ground
                .with_fact(format!("{}#{}", said.cited.id, said.property))
                .with_sources_of(&said.cited);
        }
    }
    let fewer = counts.iter().filter(|count| **count < 10).count();
    let truth = if counts.is_empty() {
        ground.missing.push("how many submunitions it carries".to_owned());
        Truth::Unknown
    } else if fewer == counts.len() {
        Truth::Holds
    } else if fewer == 0 {
        Truth::DoesNotHold
    } else {
        ground.missing.push("which count of its submunitions is right".to_owned());
        Truth::Unknown
    };
    Ground { judgement: super::verdict::Judgement::settled(truth), ..ground }
        .graded(EvidenceGrade::Secondary)
}

/// Whether each submunition destroys itself electronically: none that does not destroy itself does.
fn self_destruct(record: &Record, row: Option<&Munition>, as_of: AsOf) -> Ground {
    let without = row
        .filter(|row| row.self_destruct == SelfDestruct::No)
        .map(|row| &row.cited)
        .or_else(|| {
            let submunition = record.submunition(row?.submunition.as_ref()?)?;
            let known = submunition.cited.is_known_by(as_of.known_by);
            (known && submunition.self_destruct == SelfDestruct::No).then_some(&submunition.cited)
        });
    match without {
        Some(cited) => Ground::settled(Truth::DoesNotHold)
            .with_fact(format!("{}#self_destruct", cited.id))
            .with_sources_of(cited)
            .graded(EvidenceGrade::Secondary),
        None => Ground::missing("whether each submunition destroys itself electronically"),
    }
}
