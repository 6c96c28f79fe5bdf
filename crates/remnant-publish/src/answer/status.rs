//! Treaty status: of states with their clocks, of all states at a glance, and as counts.

use remnant_record::table::Treaty;
use remnant_record::treaty::{
    Clock, ClockState, StateStatus, TreatyStanding, Withdrawal, clocks, status,
};
use remnant_record::{StateCode, known};
use serde_json::json;

use super::{Answer, cite};
use crate::chart::world::{self, WorldMap};
use crate::document::{Block, Document, Line, Page, Table};
use crate::figure::Counted;
use crate::figures::{clock_day, count};
use crate::{PublishError, View};

/// How many states have deposited, are bound, and have signed only.
#[must_use]
pub fn counts(view: &View) -> Answer {
    let mut document = Document::new("How many states");
    document.lead = vec![Line::text(
        "Three different numbers go by the name “States Parties”: states that deposited their \
         consent, states for which the treaty is in force, and, loosely, signatories.",
    )];
    document.blocks.push(Block::Table(counts_table(view)));
    let data: Vec<_> = Treaty::ALL
        .iter()
        .map(|treaty| remnant_record::treaty::counts(view.record, *treaty, view.as_of))
        .collect();
    Answer { page: Page::States, document, data: json!({ "counts": data }) }
}

fn counts_table(view: &View) -> Table {
    let mut table = Table::new(
        format!("States on {}, by acts known by {}", view.as_of.on, view.as_of.known_by),
        &["Treaty", "Deposited", "In force", "Signed only", "Of which known"],
    );
    for treaty in Treaty::ALL {
        let figure = |counted| Line::default().figure(count(view, treaty, counted));
        let known = if treaty.table_is_complete() { "all states" } else { "a part: see the table" };
        table.row(vec![
            format!("{treaty}, {}", treaty.full_name()).into(),
            figure(Counted::Deposited),
            figure(Counted::InForce),
            figure(Counted::SignatureOnly),
            known.into(),
        ]);
    }
    table
}

/// All states of the record at a glance.
#[must_use]
pub fn states(view: &View) -> Answer {
    let mut document = Document::new("States and the Convention on Cluster Munitions");
    document.lead = vec![
        Line::default()
            .figure(count(view, Treaty::Ccm, Counted::Deposited))
            .and(" states had deposited consent, ")
            .figure(count(view, Treaty::Ccm, Counted::InForce))
            .and(" were bound and ")
            .figure(count(view, Treaty::Ccm, Counted::SignatureOnly))
            .and(format!(" had signed only, on {}.", view.as_of.on)),
    ];
    document.blocks.push(Block::Chart {
        svg: world_map(view, Vec::new()),
        caption: Line::text(format!(
            "Status of the Convention on Cluster Munitions on {}. States too small for the outline \
             are dots.",
            view.as_of.on
        )),
    });
    document.blocks.push(Block::Table(counts_table(view)));
    let mut table = Table::new(
        format!("States of which an act or its absence was known by {}", view.as_of.known_by),
        &["State", "Code", "CCM", "Protocol V", "Mine Ban Convention"],
    );
    for (code, name) in all_states(view) {
        let cell =
            |treaty| Line::text(status(view.record, treaty, &code, view.as_of).standing.words());
        table.row(vec![
            Line::page(Page::State(code.to_string()), name),
            code.as_str().into(),
            cell(Treaty::Ccm),
            cell(Treaty::ProtocolV),
            cell(Treaty::Apmbc),
        ]);
    }
    document.blocks.push(Block::Table(table));
    let data: Vec<StateStatus> = all_states(view)
        .iter()
        .map(|(code, _)| status(view.record, Treaty::Ccm, code, view.as_of))
        .collect();
    Answer { page: Page::States, document, data: json!({ "ccm": data }) }
}

/// Every state that a treaty row known by the day names, by name.
pub(super) fn all_states(view: &View) -> Vec<(StateCode, String)> {
    let mut states: Vec<(StateCode, String)> =
        known(&view.record.participations, view.as_of.known_by)
            .map(|participation| (participation.state.clone(), participation.state_name.clone()))
            .collect();
    states.sort_by(|a, b| a.0.cmp(&b.0));
    states.dedup_by(|a, b| a.0 == b.0);
    states.sort_by(|a, b| a.1.cmp(&b.1));
    states
}

/// The status of the Convention on Cluster Munitions as a map.
pub(crate) fn world_map(view: &View, highlights: Vec<world::Highlight>) -> String {
    // A state in no treaty table is outside the complete one; outlines without a row are drawn so.
    let mut codes: Vec<String> =
        all_states(view).into_iter().map(|(code, _)| code.to_string()).collect();
    codes.extend(crate::basemap::countries_50m().iter().filter_map(|c| c.code.map(str::to_owned)));
    codes.sort();
    codes.dedup();
    let states = codes
        .into_iter()
        .map(|code| {
            let standing =
                status(view.record, Treaty::Ccm, &StateCode::new(&code), view.as_of).standing;
            world::State { code, status: drawn(standing) }
        })
        .collect();
    world::world(&WorldMap {
        id: "ccm".to_owned(),
        title: format!("Convention on Cluster Munitions on {}", view.as_of.on),
        description: "Which states are bound, have consented, have only signed, are leaving, have \
                      left or stand outside. The table of states says the same in words."
            .to_owned(),
        states,
        highlights,
    })
}

fn drawn(standing: TreatyStanding) -> world::StateStatus {
    match standing {
        TreatyStanding::None => world::StateStatus::None,
        TreatyStanding::Signatory => world::StateStatus::Signatory,
        TreatyStanding::ConsentedNotYetInForce => world::StateStatus::ConsentedNotYetInForce,
        TreatyStanding::Bound => world::StateStatus::Bound,
        TreatyStanding::Withdrawing => world::StateStatus::Withdrawing,
        TreatyStanding::Former => world::StateStatus::Former,
        TreatyStanding::ConsentRecorded | TreatyStanding::Unknown => world::StateStatus::NoData,
    }
}

/// The status of some states, with their clocks.
///
/// # Errors
/// [`PublishError::NoSuchState`] for the first name that is neither a code nor a name in the record
/// nor a country's code.
pub fn some(view: &View, names: &[String]) -> Result<Answer, PublishError> {
    let codes = names.iter().map(|name| state_code(view, name)).collect::<Result<Vec<_>, _>>()?;
    let name = |code: &StateCode| {
        view.record.state_name(code).map_or_else(|| code.to_string(), str::to_owned)
    };
    let title = codes.iter().map(name).collect::<Vec<_>>().join(", ");
    let mut document = Document::new(format!("Treaty status: {title}"));
    let mut data = Vec::new();
    for code in &codes {
        let statuses: Vec<StateStatus> =
            Treaty::ALL.iter().map(|t| status(view.record, *t, code, view.as_of)).collect();
        let clocks = clocks(view.record, code, view.as_of);
        let clocks_block = if clocks.is_empty() {
            Block::Paragraph(Line::text(format!(
                "No clock of the Convention on Cluster Munitions runs: on {} it is not in force for \
                 this state.",
                view.as_of.on
            )))
        } else {
            Block::Table(clock_table(view, &clocks))
        };
        let blocks = vec![Block::Table(status_table(view, &statuses)), clocks_block];
        document.blocks.push(Block::Section {
            anchor: format!("state-{}", code.as_str().to_lowercase()),
            heading: format!("{} ({code})", name(code)),
            blocks,
        });
        data.push(json!({ "state": code, "status": statuses, "clocks": clocks }));
    }
    let page = match codes.as_slice() {
        [only] => Page::State(only.to_string()),
        _ => Page::States,
    };
    Ok(Answer { page, document, data: json!({ "states": data }) })
}

/// A state by its code or name in the record, or by the code of a country that is in no table.
pub(crate) fn state_code(view: &View, name: &str) -> Result<StateCode, PublishError> {
    let in_record = view.record.state_named(name);
    let of_country = || {
        let code = name.to_uppercase();
        crate::basemap::countries_50m()
            .iter()
            .any(|country| country.code == Some(code.as_str()))
            .then(|| StateCode::new(code))
    };
    in_record.or_else(of_country).ok_or_else(|| PublishError::NoSuchState(name.to_owned()))
}

/// What a state did towards treaties.
pub(crate) fn status_table(view: &View, statuses: &[StateStatus]) -> Table {
    let mut table = Table::new(
        format!("Treaties on {}, by acts known by {}", view.as_of.on, view.as_of.known_by),
        &["Treaty", "Status", "Signed", "Deposited", "In force", "Missing", "Source"],
    );
    for status in statuses {
        let acts = &status.acts;
        let date = |date: Option<remnant_record::PartialDate>| {
            date.map_or_else(Line::default, |date| Line::text(date.to_string()))
        };
        let deposited = match (acts.deposited, &acts.instrument) {
            (Some(date), Some(instrument)) => Line::text(format!("{date}, {instrument}")),
            (deposited, _) => date(deposited),
        };
        let mut in_force: Vec<String> = Vec::new();
        if let Some(entry) = &acts.in_force {
            in_force.extend(entry.published.map(|day| format!("{day} published")));
            in_force.extend(entry.computed.map(|day| format!("{day} computed")));
        }
        if status.provisional_application == Some(true) {
            in_force.push("applies Article 1 provisionally".to_owned());
        }
        let given = acts.withdrawal.as_ref().filter(|w| w.received.first_day() <= view.as_of.on);
        in_force.extend(given.map(withdrawal_words));
        let in_force = in_force.join("; ");
        let source = match status.checked_as_of {
            Some(day) => cite(view, &status.sources).and(format!(" (checked {day})")),
            None => cite(view, &status.sources),
        };
        table.row(vec![
            status.treaty.full_name().into(),
            Line::default().strong(status.standing.words()),
            date(acts.signed),
            deposited,
            in_force.into(),
            status.missing.join("; ").into(),
            source,
        ]);
    }
    table
}

fn withdrawal_words(withdrawal: &Withdrawal) -> String {
    let recorded = withdrawal.recorded.map(|day| format!("effect {day} as recorded"));
    let computed = withdrawal.earliest.map(|day| format!("{day} at the earliest as computed"));
    let ends: Vec<String> = recorded.into_iter().chain(computed).collect();
    format!("notice of withdrawal received {}, {}", withdrawal.received, ends.join(", "))
}

/// The days that the Convention sets a state.
pub(crate) fn clock_table(view: &View, clocks: &[Clock]) -> Table {
    let mut table = Table::new(
        "Clocks of the Convention on Cluster Munitions",
        &["Article", "Duty", "Computed", "Published", "State", "Rule", "Missing"],
    );
    for clock in clocks {
        let published = clock.published.iter().map(|published| {
            let agrees = match published.agrees {
                Some(true) => "agrees",
                Some(false) if published.extended => "extended",
                Some(false) => "does not agree",
                None => "too coarse to compare",
            };
            Line::text(format!("{} ({agrees}; ", published.deadline))
                .then(cite(view, &published.sources))
                .and(")")
        });
        let state = match clock.clock_state {
            ClockState::Running => "to come",
            ClockState::Passed => {
                "the day is over; extensions and completion are shown where recorded"
            }
            ClockState::Open => "computed and published days differ about it",
            ClockState::NoDay => "no day",
        };
        table.row(vec![
            clock.article.as_str().into(),
            format!("{} ({})", clock.duty, clock.applies_where).into(),
            clock_day(view, clock).map_or_else(Line::default, |f| Line::default().figure(f)),
            if clock.published.is_empty() {
                Line::text("none in the record")
            } else {
                Line::join(published, "; ")
            },
            state.into(),
            format!("{}; {}", clock.rule, clock.rounding.words()).into(),
            clock.missing.join("; ").into(),
        ]);
    }
    table
}
