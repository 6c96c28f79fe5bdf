//! What national provisions say to a transfer.
//!
//! Belongs here: evaluating the coded provisions of one state, in force on the day or not known
//! not to be. Does not belong here: which provisions are coded as what (`coded`).

use jiff::civil::Date;

use super::answer::{Heading, Interval, ProvisionAnswer, Role};
use super::coded::{Ban, Coded, Exception, ExceptionTest, Start, ban, coded, start};
use super::convention::{disputed, permitted};
use super::definition::Definition;
use super::ground::{EvidenceGrade, Ground, point};
use super::rate::{LimitedRate, rate_tests};
use super::transfer::Case;
use super::verdict::{Judgement, LawError, Truth, Verdict};
use crate::date::PartialDate;
use crate::identity::{SourceId, StateCode};
use crate::record::known;
use crate::table::{Event, NationalRule, Standing};
use crate::treaty::Period;

/// What the national provisions of one party say to the transfer.
pub(super) fn answers(
    case: &Case<'_>,
    role: Role,
    state: &StateCode,
) -> Result<Vec<ProvisionAnswer>, LawError> {
    let mut answers = Vec::new();
    let rules: Vec<&NationalRule> = known(&case.record.national_rules, case.as_of.known_by)
        .filter(|rule| rule.state == *state)
        .collect();
    for rule in &rules {
        let (in_force, interval) = in_force(case, rule);
        if in_force.verdict() == Verdict::DoesNotHold {
            continue;
        }
        let provision = Provision { case, role, rule, in_force, interval };
        match coded(&rule.cited.id) {
            Some(Coded::RateClause { limited, .. }) => {
                if role == Role::Exporter {
                    answers.extend(provision.rate_clause(limited));
                    answers.extend(provision.waiver_reach());
                }
            }
            Some(Coded::Waiver) => {
                if role == Role::Exporter && rule.cited.id == "us-faa-614-a1" {
                    answers.push(provision.waiver_recorded());
                }
            }
            Some(Coded::WaiverDelegated) => {
                if role == Role::Exporter {
                    answers.push(provision.waiver_delegated());
                }
            }
            Some(Coded::SaleTerm) => {
                if role == Role::Exporter {
                    answers.push(provision.sale_term());
                }
            }
            Some(Coded::Ban(ban)) => answers.extend(provision.ban(&ban)?),
            Some(Coded::Penalty { of }) => answers.extend(provision.penalty(of)?),
            Some(Coded::Exception) => {}
            Some(Coded::OtherConduct(conduct)) => answers.push(provision.other(conduct)),
            None => answers.push(provision.not_coded()),
        }
    }
    Ok(answers)
}

/// Whether a provision is in force on the day, as far as its dates were seen.
fn in_force(case: &Case<'_>, rule: &NationalRule) -> (Ground, Interval) {
    let id = &rule.cited.id;
    let on = case.as_of.on;
    let attested = (rule.from.is_none() && start(id) == Start::KnownFrom)
        .then_some(PartialDate::Day(rule.cited.known_from.day));
    let from = rule.from.or(attested);
    let basis = match attested {
        Some(day) => format!("stood by {day}, start not seen"),
        // What is said of the dates may draw on any of the row's sources.
        None if sources(case, rule).len() == rule.cited.all_sources().count() => {
            rule.date_basis.clone()
        }
        None => "as the record dates it".to_owned(),
    };
    let to = rule.end_by(case.as_of.known_by);
    let interval = Interval { from, to, basis };
    let ground = |truth| {
        let facts = vec![format!("{id}#restricts")];
        Ground { facts, sources: sources(case, rule), ..Ground::settled(truth) }
    };
    let missing = |what: String| {
        let open = ground(Truth::Unknown);
        (Ground { missing: vec![what], ..open }, interval.clone())
    };
    if superseded(case, id) {
        return (ground(Truth::DoesNotHold), interval);
    }
    if let Some(to) = to {
        if to.last_day() <= on {
            return (ground(Truth::DoesNotHold), interval);
        }
        if to.first_day() <= on {
            return missing(format!("the day on which `{id}` ended; {to} was seen"));
        }
    }
    match from {
        None => missing(format!("from when `{id}` is in force")),
        Some(from) if from.last_day() <= on => match lapses(case, rule, from) {
            Some(what) => missing(what),
            None => (ground(Truth::Holds), interval),
        },
        Some(from) if rule.from.is_some() && from.first_day() > on => {
            (ground(Truth::DoesNotHold), interval)
        }
        Some(from) => missing(format!("from when `{id}` is in force; it stood by {from}")),
    }
}

/// The sources of a provision that were not demonstrably published after the day of knowledge; all
/// of them where every one was, for the provision itself was public before.
fn sources(case: &Case<'_>, rule: &NationalRule) -> Vec<SourceId> {
    let later = |id: &&SourceId| {
        let published = case.record.source(id).and_then(|source| source.published);
        published.is_some_and(|published| published.last_day() > case.as_of.known_by)
    };
    let by_then: Vec<SourceId> =
        rule.cited.all_sources().filter(|id| !later(id)).cloned().collect();
    if by_then.is_empty() { rule.cited.all_sources().cloned().collect() } else { by_then }
}

/// A yearly clause ends when a later one of its series has begun.
fn superseded(case: &Case<'_>, id: &str) -> bool {
    let Some(Coded::RateClause { series, .. }) = coded(id) else { return false };
    let Some(place) = series.iter().position(|of_series| *of_series == id) else { return false };
    known(&case.record.national_rules, case.as_of.known_by).any(|later| {
        let after = series[place + 1..].contains(&later.cited.id.as_str());
        let begun = later.from.map_or(later.cited.known_from.day, PartialDate::last_day);
        let dated = later.from.is_some() || start(&later.cited.id) == Start::KnownFrom;
        after && dated && begun <= case.as_of.on
    })
}

/// What is missing when a yearly clause is asked about after its fiscal year: one row is not
/// stretched over years, and a continuing resolution between them was not researched.
///
/// The year is that of the clause's start or, where one row stands for a series, that of the last
/// dated report on it. The fiscal year of the United States ends with 30 September.
fn lapses(case: &Case<'_>, rule: &NationalRule, from: PartialDate) -> Option<String> {
    let Some(Coded::RateClause { series, .. }) = coded(&rule.cited.id) else { return None };
    let reported = || {
        let published = |id| case.record.source(id)?.published;
        rule.cited.all_sources().filter_map(published).map(PartialDate::last_day).max()
    };
    let day = if series.len() > 1 { from.last_day() } else { reported()? };
    let october = Date::new(day.year(), 10, 1).ok()?;
    let end = if day < october { october } else { Period::Years(1).after(october).ok()? };
    (case.as_of.on >= end).then(|| {
        format!("whether a clause like `{}` was enacted for {}", rule.cited.id, case.as_of.on)
    })
}

/// One provision asked about one role.
struct Provision<'a> {
    case: &'a Case<'a>,
    role: Role,
    rule: &'a NationalRule,
    in_force: Ground,
    interval: Interval,
}

impl Provision<'_> {
    fn heading(
        &self,
        suffix: &'static str,
        question: String,
        definition: Option<Definition>,
    ) -> Heading {
        Heading {
            suffix,
            state: self.rule.state.clone(),
            role: self.role,
            instrument: self.rule.instrument.clone(),
            provision: self.rule.provision.clone(),
            row: self.rule.cited.id.clone(),
            question,
            evidence: EvidenceGrade::of(&self.rule.evidence),
            interval: self.interval.clone(),
            definition,
            actor_bound: Some(self.rule.actor_bound.clone()),
            sources: sources(self.case, self.rule),
        }
    }

    fn reaches(&self, definition: Definition) -> Ground {
        self.in_force.clone().and(self.case.is_cluster_munition(definition))
    }

    fn rate_clause(&self, limited: LimitedRate) -> Vec<ProvisionAnswer> {
        let definition = Some(Definition::UsUsage);
        let question = "Does the transfer fall under the clause on a rate of one per cent?";
        let reach = self.heading("reach", question.to_owned(), definition);
        let question =
            "Would a rate stated for the munition meet the limit, if it is the relevant rate?";
        let rate = self.heading("rate", question.to_owned(), definition);
        let munition = &self.case.question.munition;
        let (rates, met) = rate_tests(self.case.record, munition, limited, self.case.as_of);
        let mut rate = rate.answer(met);
        rate.rates = rates;
        if !rate.rates.is_empty() {
            rate.words.push_str("; which stated rate is the relevant one is not known");
        }
        vec![reach.answer(self.reaches(Definition::UsUsage)), rate]
    }

    /// Whether a waiver, if there were one, would lift the clause.
    fn waiver_reach(&self) -> Option<ProvisionAnswer> {
        let waiver = known(&self.case.record.national_rules, self.case.as_of.known_by)
            .find(|rule| rule.cited.id == "us-faa-614-a1" && rule.state == self.rule.state)?;
        let question = "Would a waiver under section 614(a)(1) lift the clause, if there were one?";
        let heading = self.heading("waiver-reach", question.to_owned(), None);
        let by = self.case.as_of.known_by;
        let names_it = |rule: &NationalRule| {
            rule.waiver.as_ref().is_some_and(|waiver| {
                waiver.known_from.day <= by && waiver.text.starts_with("FAA s. 614")
            })
        };
        let ground = if names_it(self.rule) {
            Ground::settled(Truth::Holds)
                .with_fact(format!("{}#waiver_or_exception", self.rule.cited.id))
        } else {
            let id = &self.rule.cited.id;
            // By the reading that still catches the transfer, the waiver does not lift the clause.
            point(self.case.record, "us-waiver-reach", id, false, by).not()
        };
        let fact = format!("{}#restricts", waiver.cited.id);
        Some(heading.answer(ground.with_fact(fact).with_sources_of(&waiver.cited)))
    }

    /// Whether anybody recorded or reported a waiver by the day. A report is no document.
    fn waiver_recorded(&self) -> ProvisionAnswer {
        let as_of = self.case.as_of;
        let question = format!(
            "Is a waiver dated {} or earlier on record, as known by {}?",
            as_of.on, as_of.known_by
        );
        let heading = self.heading("recorded", question, None);
        let of_waivers = || {
            known(&self.case.record.events, as_of.known_by)
                .filter(|event| event.event.to_lowercase().contains("waiver"))
                .filter(|event| event.standing != Standing::Denied)
        };
        let events: Vec<&Event> =
            of_waivers().filter(|event| event.date.first_day() <= as_of.on).collect();
        let later = of_waivers().find(|event| event.date.first_day() > as_of.on);
        let mut ground = Ground::settled(Truth::of(Some(!events.is_empty())));
        for event in &events {
            ground =
                ground.with_fact(format!("{}#event", event.cited.id)).with_sources_of(&event.cited);
        }
        if !events.is_empty() {
            let what = "the written determination, and whether it is for this transfer";
            ground.missing.push(what.to_owned());
        }
        let mut answer = heading.answer(ground);
        let said: Vec<String> =
            events.iter().map(|e| format!("{}, dated {}", e.standing, e.date)).collect();
        answer.words = if said.is_empty() {
            let later = later.map_or_else(String::new, |event| {
                format!("; one dated {} was {} later", event.date, event.standing)
            });
            format!("none dated {} or earlier is recorded{later}", as_of.on)
        } else {
            format!("{}; not known: {}", said.join("; "), answer.missing.join("; "))
        };
        answer
    }

    fn waiver_delegated(&self) -> ProvisionAnswer {
        let question = "Did the memorandum lift limits for this transfer?";
        let missing = Ground::missing("whether cluster munitions were in the package");
        self.heading("", question.to_owned(), None).answer(self.in_force.clone().and(missing))
    }

    fn sale_term(&self) -> ProvisionAnswer {
        let question = "Do the contract terms for sales of cluster munitions bind the recipient?";
        let missing = Ground::missing(
            "whether the transfer is a sale: a contract term binds a buyer, a drawdown is no sale",
        );
        let reaches = self.reaches(Definition::UsUsage);
        self.heading("", question.to_owned(), Some(Definition::UsUsage))
            .answer(reaches.and(missing))
    }

    /// Whether a ban names what the party would do, and whether it stands after its exceptions.
    fn ban(&self, ban: &Ban) -> Result<Vec<ProvisionAnswer>, LawError> {
        let act = self.act(ban);
        let question = match act {
            Some(act) => format!("Does the ban name {act}?"),
            None => format!("Does the ban reach what a state of {} does?", self.role.word()),
        };
        let definition = Some(ban.definition);
        let mut answers = vec![self.heading("", question, definition).answer(self.names(ban))];
        if !ban.exceptions.is_empty() {
            let question = "Does the ban stand after its exceptions?".to_owned();
            let heading = self.heading("after-exceptions", question, definition);
            answers.push(heading.answer(self.after_exceptions(&self.rule.cited.id, ban)?));
        }
        for answer in &mut answers {
            self.add_analysis(ban, answer);
        }
        Ok(answers)
    }

    fn act(&self, ban: &Ban) -> Option<&'static str> {
        match self.role {
            Role::Exporter => ban.exporter,
            Role::Recipient => ban.recipient,
            Role::Transit => ban.transit,
        }
    }

    fn names(&self, ban: &Ban) -> Ground {
        let named = match self.act(ban) {
            Some(_) => Ground::settled(Truth::Holds)
                .with_fact(format!("{}#condition_predicate", self.rule.cited.id)),
            None => Ground::missing(format!(
                "whether the ban reaches what a state of {} does: no word that was read names it",
                self.role.word()
            )),
        };
        self.reaches(ban.definition).and(named)
    }

    fn after_exceptions(&self, id: &str, ban: &Ban) -> Result<Ground, LawError> {
        let exceptions = ban
            .exceptions
            .iter()
            .map(|exception| (exception.provision.to_owned(), self.exception(exception)))
            .collect();
        self.names(ban).unless(id, exceptions)
    }

    fn exception(&self, exception: &Exception) -> Ground {
        let ground = self.exception_test(exception);
        let row = exception.row.and_then(|row| {
            known(&self.case.record.national_rules, self.case.as_of.known_by)
                .find(|rule| rule.cited.id == row)
        });
        match row {
            Some(rule) if ground.verdict() != Verdict::DoesNotHold => ground
                .with_fact(format!("{}#condition_predicate", rule.cited.id))
                .with_sources_of(&rule.cited),
            _ => ground,
        }
    }

    fn exception_test(&self, exception: &Exception) -> Ground {
        match exception.test {
            ExceptionTest::Fact(fact) => Ground::missing(fact),
            ExceptionTest::VisitingForce if self.role == Role::Transit => {
                Ground::not_a_party(&self.case.exporter).and(Ground::missing(
                    "whether members of the exporter's visiting forces would move the munitions",
                ))
            }
            ExceptionTest::VisitingForce => Ground::settled(Truth::DoesNotHold),
            ExceptionTest::AllowedByConvention if self.role == Role::Transit => {
                self.allowed_in_transit()
            }
            ExceptionTest::AllowedByConvention => permitted(self.case, self.role),
        }
    }

    /// By the readings that catch transit the Convention does not allow it. By the others it does
    /// not ban it, which is not yet to say that it allows it.
    fn allowed_in_transit(&self) -> Ground {
        let row = "ccm-1-1-b-transfer";
        let obligation = known(&self.case.record.obligations, self.case.as_of.known_by)
            .find(|obligation| obligation.cited.id == row);
        disputed(self.case, row, obligation, "transit", "transit").not().and(Ground::missing(
            "whether an act that the Convention does not reach is one that it allows, and whether \
             the exception takes in Article 21(3)",
        ))
    }

    fn penalty(&self, of: &str) -> Result<Option<ProvisionAnswer>, LawError> {
        let Some(ban) = ban(of) else { return Ok(None) };
        let question = "Does the penalty stand behind the ban for this conduct?".to_owned();
        let heading = self.heading("", question, Some(ban.definition));
        let mut answer = heading.answer(self.after_exceptions(of, &ban)?);
        self.add_analysis(&ban, &mut answer);
        Ok(Some(answer))
    }

    /// Whom the ban binds, and against whom it can be enforced: two questions, answered as far as
    /// an analysis was known by the day.
    fn add_analysis(&self, ban: &Ban, answer: &mut ProvisionAnswer) {
        let (Some(id), Role::Transit) = (ban.analysis, self.role) else { return };
        let event = known(&self.case.record.events, self.case.as_of.known_by)
            .find(|event| event.cited.id == id);
        let Some(event) = event else {
            answer.binds = Some(Verdict::Unknown);
            answer.enforceable_against = Some(Verdict::Unknown);
            answer.missing.push(
                "whether the provision binds the exporter's forces on the soil of the state"
                    .to_owned(),
            );
            return;
        };
        // The analysis finds that it binds them and that immunity bars enforcement.
        answer.binds = Some(Verdict::Holds);
        answer.enforceable_against = Some(Verdict::DoesNotHold);
        answer.facts.push(format!("{id}#event"));
        let new = event.cited.all_sources().filter(|id| !answer.sources.contains(id)).cloned();
        let new: Vec<_> = new.collect();
        answer.sources.extend(new);
    }

    fn other(&self, conduct: &str) -> ProvisionAnswer {
        let question = format!("Does the provision, which governs {conduct}, limit the transfer?");
        // Whatever else is open about the provision, it is about other conduct.
        let ground =
            Ground { judgement: Judgement::settled(Truth::DoesNotHold), ..self.in_force.clone() };
        self.heading("", question, None).answer(ground)
    }

    fn not_coded(&self) -> ProvisionAnswer {
        let question = "Does the provision limit the transfer?".to_owned();
        let missing = Ground::missing("what the provision asks: its text was not coded");
        self.heading("", question, None).answer(self.in_force.clone().and(missing))
    }
}
