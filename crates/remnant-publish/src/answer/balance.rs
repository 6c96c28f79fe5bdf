//! The land-release balance of a period: what was open, what moved, what is open, and that it adds
//! up.
//!
//! Belongs here: which numbers of the balance stand where, each as a figure. Does not belong here:
//! computing any of them (`remnant_land_release`), the CSV file (`csv_table`).

mod books;
mod csv_table;
mod identities;

use remnant_land_release::{
    Balance, BalanceLine, By, Change, Columns, Line as Moved, ReviewedBalance, Stock,
};
use remnant_record::AsOf;
use serde_json::json;

use self::books::Books;
use super::Answer;
use super::explain::explanations_of_project;
use super::land::with_unit;
use crate::chart::waterfall::{Bar, BarKind, Waterfall, waterfall};
use crate::document::{BalanceForm, Block, Document, Line, Page, PanelKind, Table};
use crate::figure::BalanceNumber;
use crate::{html, number};

pub use csv_table::csv;

/// The lines between what was open and what is open, as the balance adds them up.
const ADDED_UP: [Moved; 9] = [
    Moved::Identified,
    Moved::Reopened,
    Moved::Extended,
    Moved::Cancelled,
    Moved::ReducedWithAsset,
    Moved::ReducedWithoutAsset,
    Moved::Cleared,
    Moved::Converted,
    Moved::Adjusted,
];

/// The lines that stand beside the open area.
const BESIDE: [Moved; 5] = [
    Moved::ClearedOutside,
    Moved::CancelledAgain,
    Moved::ReducedAgain,
    Moved::ClearedAgain,
    Moved::HandedOver,
];

/// The letter and the words of a line, with its sign in the sum.
fn line_words(line: Moved) -> &'static str {
    match line {
        Moved::Identified => "+ D newly identified",
        Moved::Reopened => "+ D reopened",
        Moved::Extended => "+ X extensions",
        Moved::Cancelled => "− C cancelled",
        Moved::ReducedWithAsset => "− R reduced with technical asset",
        Moved::ReducedWithoutAsset => "− R reduced without technical asset",
        Moved::Cleared => "− K cleared",
        Moved::Converted => "converted from SHA to CHA",
        Moved::Adjusted => "± A adjustments",
        Moved::ClearedOutside => "K_out cleared outside any area",
        other => other.words(),
    }
}

/// The balance of a period: approved entries as totals, and beside them what is provisional.
#[must_use]
pub fn balance(reviewed: &ReviewedBalance, as_of: AsOf) -> Answer {
    let (approved, provisional) = (Books::approved(reviewed), Books::provisional(reviewed));
    let period = reviewed.approved.period;
    let mut document =
        Document::new(format!("Balance of land release, {} to {}", period.from, period.to));
    document.lead = lead(&approved, &provisional, as_of);
    let by = reviewed.approved.by;
    document.blocks.push(Block::BalanceForm(BalanceForm { from: period.from, to: period.to, by }));
    document.blocks.push(chart(&approved));
    document.blocks.push(Block::Section {
        anchor: "totals".to_owned(),
        heading: "All areas".to_owned(),
        blocks: vec![
            Block::Table(moved_table(&approved, &provisional, None, Show::Everything)),
            Block::Table(beside_table(&approved, &provisional)),
            Block::Table(provisional_table(&provisional)),
        ],
    });
    if by != By::Nothing {
        document.blocks.push(by_group(&approved, &provisional));
    }
    document.blocks.push(counted_twice(&approved));
    document.blocks.push(identities::section(&approved, &provisional));
    let identities = |balance: &Balance| balance.identities();
    let all_hold = [&reviewed.approved, &reviewed.provisional]
        .iter()
        .all(|balance| identities(balance).iter().all(remnant_land_release::Identity::holds));
    let data = json!({
        "period": period, "divided_by": reviewed.approved.by, "known_by": reviewed.known_by,
        "approved": reviewed.approved, "provisional": reviewed.provisional,
        "identities": {
            "approved": identities(&reviewed.approved),
            "provisional": identities(&reviewed.provisional),
        },
        "all_identities_hold": all_hold,
    });
    Answer { page: Page::Balance { from: period.from, to: period.to, by }, document, data }
}

/// The balance as one HTML file to open, print or send, with how each of its figures was made.
#[must_use]
pub fn page(reviewed: &ReviewedBalance, as_of: AsOf) -> String {
    let document = balance(reviewed, as_of).document;
    let explanations = explanations_of_project(&document);
    html::one_file(&document, &explanations, &Block::References(Vec::new()))
}

fn lead(approved: &Books, provisional: &Books, as_of: AsOf) -> Vec<Line> {
    let stock = approved.balance.total.stock.unwrap_or_default();
    let mut lead = vec![
        Line::text(format!(
            "The land on {}, as known by {}. ",
            as_of.on.min(approved.balance.period.to),
            approved.known_by
        ))
        .and("Open before the period: ")
        .then(with_unit(approved.both(None, BalanceNumber::OpenBefore, stock.opening)))
        .and("; open at its end: ")
        .then(with_unit(approved.both(None, BalanceNumber::OpenAfter, stock.closing)))
        .and("."),
        Line::text(
            "Totals count approved entries only. Provisional numbers count entries that wait for \
             review as well; they are not for publication. All in square metres (m²).",
        ),
    ];
    let points = stock.points;
    if points > 0 {
        lead.push(
            Line::text("Areas of which only a point is known, so that none of their land counts: ")
                .figure(approved.count(BalanceNumber::PointsAtEnd, points, "areas"))
                .and("."),
        );
    }
    if approved.balance.set_aside > 0 || provisional.balance.set_aside > 0 {
        let set_aside = |books: &Books| {
            books.count(BalanceNumber::SetAside, books.balance.set_aside, "entries")
        };
        lead.push(
            Line::text("Entries that do not count because they could not be taken: approved ")
                .figure(set_aside(approved))
                .and(", provisional ")
                .figure(set_aside(provisional))
                .and(". The history of each area tells why."),
        );
    }
    lead
}

/// Whether lines of nothing are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Show {
    Everything,
    WhatMoved,
}

/// O, what is added and taken, E: in both columns and together, approved, and together, provisional.
fn moved_table(approved: &Books, provisional: &Books, group: Option<&str>, show: Show) -> Table {
    let caption = match group {
        None => "Totals: approved entries, and beside them with provisional ones".to_owned(),
        Some(_) => "Approved entries, and beside them with provisional ones".to_owned(),
    };
    let mut table = Table::new(caption, &["m²", "SHA", "CHA", "Both", "Provisional"]);
    let (ours, theirs) = (approved.line(group), provisional.line(group));
    let mut row = |words: &str, number: BalanceNumber, columns: Columns, beside: Columns| {
        let [suspected, confirmed] = approved.columns(group, &number, columns);
        table.row(vec![
            words.into(),
            suspected.into(),
            confirmed.into(),
            approved.both(group, number.clone(), columns).into(),
            provisional.both(group, number, beside).into(),
        ]);
    };
    let stocks = ours.stock.is_some() || theirs.stock.is_some();
    let (stock, beside) = (ours.stock.unwrap_or_default(), theirs.stock.unwrap_or_default());
    if stocks {
        row("O open before", BalanceNumber::OpenBefore, stock.opening, beside.opening);
    }
    for line in ADDED_UP {
        let (columns, beside) = (ours.line(line), theirs.line(line));
        let moved = columns != Columns::default() || beside != Columns::default();
        if moved || show == Show::Everything {
            row(line_words(line), BalanceNumber::Moved(line), columns, beside);
        }
    }
    if stocks {
        row("= E open after", BalanceNumber::OpenAfter, stock.closing, beside.closing);
    }
    for line in BESIDE.into_iter().filter(|_| show == Show::WhatMoved) {
        let (columns, beside) = (ours.line(line), theirs.line(line));
        if columns != Columns::default() || beside != Columns::default() {
            row(line_words(line), BalanceNumber::Moved(line), columns, beside);
        }
    }
    table
}

/// What no open area holds: clearance outside, land released again, land handed over.
fn beside_table(approved: &Books, provisional: &Books) -> Table {
    let mut table = Table::new(
        "Beside the open area: it adds nothing and takes nothing",
        &["m²", "Both", "Provisional"],
    );
    let (ours, theirs) = (approved.line(None), provisional.line(None));
    for line in BESIDE {
        table.row(vec![
            line_words(line).into(),
            approved.both(None, BalanceNumber::Moved(line), ours.line(line)).into(),
            provisional.both(None, BalanceNumber::Moved(line), theirs.line(line)).into(),
        ]);
    }
    let at_end = |books: &Books, stock: Option<Stock>| {
        let amount = stock.unwrap_or_default().handed_over;
        books.figure(None, BalanceNumber::HandedOverAtEnd, None, amount)
    };
    table.row(vec![
        "handed over in all, at the end".into(),
        at_end(approved, ours.stock).into(),
        at_end(provisional, theirs.stock).into(),
    ]);
    table
}

/// The provisional numbers in both columns.
fn provisional_table(provisional: &Books) -> Table {
    let mut table = Table::new(
        "Provisional, not for publication: with entries that wait for review",
        &["m²", "SHA", "CHA", "Both"],
    );
    let line = provisional.line(None);
    let stock = line.stock.unwrap_or_default();
    let mut row = |words: &str, number: BalanceNumber, columns: Columns| {
        let [suspected, confirmed] = provisional.columns(None, &number, columns);
        let both = provisional.both(None, number, columns);
        table.row(vec![words.into(), suspected.into(), confirmed.into(), both.into()]);
    };
    row("O open before", BalanceNumber::OpenBefore, stock.opening);
    for moved in ADDED_UP {
        row(line_words(moved), BalanceNumber::Moved(moved), line.line(moved));
    }
    row("= E open after", BalanceNumber::OpenAfter, stock.closing);
    table
}

/// The groups side by side, and each by itself.
fn by_group(approved: &Books, provisional: &Books) -> Block {
    let (heading, first) = match approved.balance.by {
        By::Operator => ("By operator", "Operator"),
        By::AdministrativeUnit => ("By administrative unit", "Unit"),
        _ => ("By type of contamination", "Type"),
    };
    let mut names: Vec<&str> = [approved, provisional]
        .iter()
        .flat_map(|books| books.balance.lines.iter().map(|line| line.group.as_str()))
        .collect();
    names.sort_unstable();
    names.dedup();
    let mut side_by_side = Table::new(
        "Side by side: approved entries, both columns, in m²",
        &[
            first,
            "Identified",
            "Cancelled",
            "Reduced with asset",
            "Reduced without",
            "Cleared",
            "Open after",
        ],
    );
    let mut blocks = Vec::new();
    for name in &names {
        let line = approved.line(Some(name));
        let moved = |moved: Moved| {
            Line::from(approved.both(Some(name), BalanceNumber::Moved(moved), line.line(moved)))
        };
        let open = match line.stock {
            Some(stock) => {
                approved.both(Some(name), BalanceNumber::OpenAfter, stock.closing).into()
            }
            None if approved.balance.by == By::Operator => Line::text("of no operator"),
            None => Line::text("none"),
        };
        side_by_side.row(vec![
            (*name).into(),
            moved(Moved::Identified),
            moved(Moved::Cancelled),
            moved(Moved::ReducedWithAsset),
            moved(Moved::ReducedWithoutAsset),
            moved(Moved::Cleared),
            open,
        ]);
    }
    blocks.push(Block::Table(side_by_side));
    if approved.balance.by == By::Operator {
        blocks.push(Block::Paragraph(Line::text(
            "Land belongs to no operator, so these lines have no opening and closing area.",
        )));
    }
    for (index, name) in names.iter().enumerate() {
        blocks.push(Block::Section {
            anchor: format!("group-{}", index + 1),
            heading: (*name).to_owned(),
            blocks: vec![Block::Table(moved_table(
                approved,
                provisional,
                Some(name),
                Show::WhatMoved,
            ))],
        });
    }
    Block::Section { anchor: "groups".to_owned(), heading: heading.to_owned(), blocks }
}

/// Open land by area and as one piece, and which areas share land.
fn counted_twice(books: &Books) -> Block {
    let twice = &books.balance.counted_twice;
    let figure = |number, amount: Change| with_unit(books.figure(None, number, None, amount));
    let mut blocks = vec![Block::Paragraph(
        Line::text("Open at the end, summed over areas: ")
            .then(figure(BalanceNumber::OpenByArea, twice.sum))
            .and("; as one piece of land: ")
            .then(figure(BalanceNumber::OpenByUnion, twice.union))
            .and("; counted twice because areas overlap: ")
            .then(figure(BalanceNumber::CountedTwice, twice.twice()))
            .and("."),
    )];
    if !twice.pairs.is_empty() {
        let mut table = Table::new("Areas that share land, in m²", &["Area", "And", "Shared"]);
        for pair in &twice.pairs {
            let (first, second) = (pair.one.to_string(), pair.other.to_string());
            let link = |area: &str| Line::page(Page::Area(area.to_owned()), area);
            let (one, other) = (link(&first), link(&second));
            let number = BalanceNumber::Shared { first, second };
            let shared = books.figure(None, number, None, Change::from(pair.area));
            table.row(vec![one, other, shared.into()]);
        }
        blocks.push(Block::Table(table));
    }
    Block::Section {
        anchor: "counted-twice".to_owned(),
        heading: "Land that two areas hold".to_owned(),
        blocks,
    }
}

/// The approved total as a waterfall, from what was open to what is open.
fn chart(books: &Books) -> Block {
    let line = books.line(None);
    let stock = line.stock.unwrap_or_default();
    let metres = |change: Change| change.get() as f64;
    let mut at = metres(stock.opening.total());
    let mut bars = vec![Bar {
        label: "O open before".to_owned(),
        printed: number::signed(stock.opening.total().get()),
        kind: BarKind::Stock,
        from: 0.0,
        to: at,
    }];
    for moved in ADDED_UP.into_iter().filter(|moved| *moved != Moved::Converted) {
        let effect = moved.effect(line.line(moved).total());
        if effect == Change::ZERO {
            continue;
        }
        let to = at + metres(effect);
        let plus = if effect > Change::ZERO { "+" } else { "" };
        bars.push(Bar {
            label: moved.words().to_owned(),
            printed: format!("{plus}{}", number::signed(effect.get())),
            kind: if effect > Change::ZERO { BarKind::Added } else { BarKind::Taken },
            from: at,
            to,
        });
        at = to;
    }
    bars.push(Bar {
        label: "E open after".to_owned(),
        printed: number::signed(stock.closing.total().get()),
        kind: BarKind::Stock,
        from: 0.0,
        to: metres(stock.closing.total()),
    });
    let told: Vec<String> =
        bars.iter().map(|bar| format!("{} {}", bar.label, bar.printed)).collect();
    let period = books.balance.period;
    let svg = waterfall(&Waterfall {
        id: "balance-waterfall".to_owned(),
        title: format!("Open land from {} to {}", period.from, period.to),
        description: format!("In square metres, SHA and CHA together: {}.", told.join("; ")),
        unit: "m²".to_owned(),
        bars,
    });
    let caption = Line::text("From what was open to what is open, SHA and CHA together, approved ")
        .and("entries only. Conversions from SHA to CHA move land between the columns and show in ")
        .and("neither.");
    Block::Chart { svg, caption }
}

/// A warning where an identity does not hold: numbers of such a balance are not to be published.
fn does_not_add_up(broken: Vec<Line>) -> Block {
    Block::Panel {
        kind: PanelKind::Disputed,
        heading: "The balance does not add up: do not publish it".to_owned(),
        lines: broken,
    }
}

/// The line of a group; nothing where it has none under this reading.
fn line_of<'a>(balance: &'a Balance, group: Option<&str>) -> Option<&'a BalanceLine> {
    match group {
        None => Some(&balance.total),
        Some(group) => balance.lines.iter().find(|line| line.group == group),
    }
}
