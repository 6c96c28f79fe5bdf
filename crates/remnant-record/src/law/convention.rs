//! What the treaties say to the parties of a transfer.
//!
//! Belongs here: Articles 1, 3 and 21 of the Convention on Cluster Munitions and consent to
//! Protocol V. Does not belong here: national law (`national`).

use super::answer::{Heading, Interval, ProvisionAnswer, Role};
use super::definition::Definition;
use super::ground::{EvidenceGrade, Ground, point};
use super::transfer::Case;
use super::verdict::{LawError, Truth};
use crate::date::PartialDate;
use crate::record::known;
use crate::table::{Obligation, Treaty};
use crate::treaty::{StateStatus, status};

/// What the treaties say to one party of the transfer.
pub(super) fn answers(
    case: &Case<'_>,
    role: Role,
    party: &StateStatus,
) -> Result<Vec<ProvisionAnswer>, LawError> {
    let mut answers = vec![standing(case, role, party)];
    let banned: &[(&str, &str)] = match role {
        Role::Exporter => {
            &[("ccm-1-1-b-transfer", "Does the ban on transfer reach the giving of the munitions?")]
        }
        Role::Recipient => &[
            ("ccm-1-1-b-produce", "Does the ban on acquisition reach receiving them?"),
            ("ccm-1-1-b-stockpile", "Does the ban on stockpiling reach holding them?"),
        ],
        Role::Transit => &[
            ("ccm-1-1-b-transfer", "Does the ban on transfer reach letting them pass through?"),
            (
                "ccm-1-1-b-stockpile",
                "Does the ban on stockpiling reach another state's munitions held on the way?",
            ),
            (
                "ccm-1-1-c",
                "Does the ban on assistance reach letting them pass through or be held on the way?",
            ),
        ],
    };
    for (row, question) in banned {
        answers.push(ban(case, role, party, row, question)?);
    }
    if party.standing.is_bound() != Some(false) {
        answers.extend(article_21(case, role, party));
    }
    if role != Role::Transit {
        answers.push(protocol_v(case, role, party));
    }
    Ok(answers)
}

fn heading(
    case: &Case<'_>,
    role: Role,
    party: &StateStatus,
    row: &str,
    question: &str,
) -> (Heading, Option<Obligation>) {
    let obligation = known(&case.record.obligations, case.as_of.known_by)
        .find(|obligation| obligation.cited.id == row)
        .cloned();
    let heading = Heading {
        suffix: "",
        state: party.state.clone(),
        role,
        instrument: party.treaty.full_name().to_owned(),
        provision: obligation.as_ref().map_or_else(
            || "not known by the day".to_owned(),
            |o| format!("Article {}", o.article),
        ),
        row: row.to_owned(),
        question: question.to_owned(),
        evidence: obligation.as_ref().map_or(EvidenceGrade::Secondary, |o| grade(case, o)),
        interval: in_force(party),
        definition: None,
        actor_bound: obligation.as_ref().map(|o| o.binds.clone()),
        sources: obligation
            .iter()
            .flat_map(|o| o.cited.all_sources().cloned().collect::<Vec<_>>())
            .collect(),
    };
    (heading, obligation)
}

/// How much of a provision was read: its text where the row rests on the treaty's text.
fn grade(case: &Case<'_>, obligation: &Obligation) -> EvidenceGrade {
    let rests_on_the_text = obligation
        .cited
        .sources
        .iter()
        .filter_map(|id| case.record.source(id))
        .any(|source| source.kind == "treaty-text");
    if rests_on_the_text { EvidenceGrade::TextRead } else { EvidenceGrade::Secondary }
}

/// From when to when the treaty is in force for a state, as far as it is known.
fn in_force(party: &StateStatus) -> Interval {
    let entry = party.acts.in_force.as_ref();
    let withdrawal = party.acts.withdrawal.as_ref();
    Interval {
        from: entry.and_then(|e| e.published.or(e.computed.map(PartialDate::Day))),
        to: withdrawal.and_then(|w| w.recorded.or(w.earliest.map(PartialDate::Day))),
        basis: match entry.and_then(|e| e.rule.clone()) {
            Some(rule) => format!("entry into force for the state, {rule}"),
            None => "no day of entry into force for the state is recorded".to_owned(),
        },
    }
}

/// Whether the provision's text was known by the day, as a base for what it says.
fn text(obligation: Option<&Obligation>, row: &str, case: &Case<'_>) -> Ground {
    match obligation {
        Some(obligation) => {
            Ground::settled(Truth::Holds).with_fact(format!("{}#summary", obligation.cited.id))
        }
        None => Ground::missing(format!(
            "the text of the provision: `{row}` was not known by {}",
            case.as_of.known_by
        )),
    }
}

/// Whether the Convention binds the state.
fn standing(case: &Case<'_>, role: Role, party: &StateStatus) -> ProvisionAnswer {
    let name = party.state_name.as_deref().unwrap_or(party.state.as_str());
    let question = format!("Is {name} bound by the Convention on {}?", case.as_of.on);
    let (mut heading, _) = heading(case, role, party, "ccm-17-2", &question);
    heading.suffix = "status";
    let mut answer = heading.answer(Ground::bound(party));
    answer.words = format!("{}: {}", answer.verdict.words(), party.words);
    answer
}

/// Whether a ban of Article 1 reaches what the party would do, with its exceptions.
fn ban(
    case: &Case<'_>,
    role: Role,
    party: &StateStatus,
    row: &str,
    question: &str,
) -> Result<ProvisionAnswer, LawError> {
    let (mut heading, obligation) = heading(case, role, party, row, question);
    heading.definition = Some(Definition::Ccm);
    let reached = Ground::bound_by_article_1(party)
        .and(case.is_cluster_munition(Definition::Ccm))
        .and(text(obligation.as_ref(), row, case));
    let ground = if role == Role::Transit {
        let on_point = |key, phrase| disputed(case, row, obligation.as_ref(), key, phrase);
        let transit = || on_point("transit", "transit");
        let stocks = || on_point("foreign-stocks", "foreign stockpiling");
        let conduct = match row {
            "ccm-1-1-b-transfer" => transit(),
            "ccm-1-1-b-stockpile" => stocks(),
            _ => transit().or(stocks()),
        };
        reached.and(conduct)
    } else {
        let allowed = permitted(case, role);
        reached.unless(row, vec![("ccm-3-6, ccm-3-7".to_owned(), allowed)])?
    };
    Ok(heading.answer(ground))
}

/// The point in dispute; the record's own row says whether the provision is disputed on it.
pub(super) fn disputed(
    case: &Case<'_>,
    row: &str,
    obligation: Option<&Obligation>,
    key: &str,
    phrase: &str,
) -> Ground {
    let named = obligation.is_some_and(|o| {
        o.interpretation.starts_with("disputed") && o.interpretation.contains(phrase)
    });
    point(case.record, key, row, named, case.as_of.known_by)
}

/// Articles 3(6) and 3(7): giving to another party for destruction or training, and receiving for
/// the same. Between parties the purpose decides, and a question of transfer does not state it.
pub(super) fn permitted(case: &Case<'_>, role: Role) -> Ground {
    let other = match role {
        Role::Exporter | Role::Transit => &case.recipient,
        Role::Recipient => &case.exporter,
    };
    let purpose = Ground::missing(
        "whether the purpose is destruction, or training and countermeasures under Articles 3(6) \
         and 3(7)",
    );
    match role {
        Role::Recipient => purpose,
        Role::Exporter | Role::Transit => Ground::bound(other).and(purpose),
    }
}

/// Article 21 where a party deals with states that are not.
fn article_21(case: &Case<'_>, role: Role, party: &StateStatus) -> Vec<ProvisionAnswer> {
    let others: Vec<&StateStatus> = [&case.exporter, &case.recipient]
        .into_iter()
        .filter(|other| other.state != party.state)
        .collect();
    let with_non_parties = others
        .iter()
        .map(|other| Ground::not_a_party(other))
        .reduce(Ground::or)
        .unwrap_or_else(|| Ground::missing("another state in the transfer"));
    let dealing = Ground::bound(party).and(with_non_parties);
    let operation = || Ground::missing("whether the conduct is part of a joint military operation");
    let answer = |row: &str, question: &str, conduct: &dyn Fn(Option<&Obligation>) -> Ground| {
        let (heading, obligation) = heading(case, role, party, row, question);
        let base = dealing.clone().and(text(obligation.as_ref(), row, case));
        heading.answer(base.and(conduct(obligation.as_ref())))
    };
    vec![
        answer(
            "ccm-21-2",
            "Is it to tell the governments of states not party of its obligations, and to use best \
             efforts to discourage use?",
            &|_| Ground::settled(Truth::Holds),
        ),
        answer(
            "ccm-21-3",
            "Does the clause on cooperation with states not party take its conduct out of the ban \
             on assistance?",
            // By the reading that reaches the conduct, help with a banned act stays banned.
            &|obligation| {
                let wider =
                    disputed(case, "ccm-21-3", obligation, "joint-operations", "carve out").not();
                operation().and(wider)
            },
        ),
        answer(
            "ccm-21-4",
            "Does the Convention keep its own transfer, acquisition and stockpiling out of that \
             clause?",
            &|_| Ground::settled(Truth::Holds),
        ),
    ]
}

/// Consent to Protocol V, a fact; from when it binds is not computed.
fn protocol_v(case: &Case<'_>, role: Role, party: &StateStatus) -> ProvisionAnswer {
    let protocol = status(case.record, Treaty::ProtocolV, &party.state, case.as_of);
    let name = protocol.state_name.as_deref().unwrap_or(party.state.as_str());
    let question =
        format!("Has {name} consented to be bound by Protocol V, on explosive remnants of war?");
    let (mut heading, _) = heading(case, role, &protocol, "p5-1-1", &question);
    heading.suffix = "consent";
    let ground = Ground {
        judgement: super::verdict::Judgement::settled(Truth::of(protocol.standing.has_consented())),
        ..Ground::bound(&protocol)
    };
    let mut answer = heading.answer(ground);
    answer.words = format!("{}: {}", answer.verdict.words(), protocol.words);
    answer
}
