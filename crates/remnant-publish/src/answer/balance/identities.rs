//! The identities of a balance, each with both of its sides.

use remnant_land_release::{Change, Identity, Side};

use super::books::Books;
use super::does_not_add_up;
use crate::document::{Block, Line, Table};
use crate::figure::BalanceNumber;

/// What must hold and whether it does: of the totals at once, of the provisional numbers to unfold.
pub(super) fn section(approved: &Books, provisional: &Books) -> Block {
    let mut blocks = Vec::new();
    let broken: Vec<Line> = [approved, provisional]
        .iter()
        .flat_map(|books| books.balance.identities())
        .filter(|identity| !identity.holds())
        .map(|identity| Line::text(identity.to_string()))
        .collect();
    if broken.is_empty() {
        blocks.push(Block::Paragraph(Line::text(
            "Every identity holds, to the square metre, approved and provisional.",
        )));
    } else {
        blocks.push(does_not_add_up(broken));
    }
    blocks.push(Block::Table(table(approved, "Approved entries, in m²")));
    blocks.push(Block::Details {
        summary: "The same with provisional entries".to_owned(),
        blocks: vec![Block::Table(table(provisional, "With provisional entries, in m²"))],
    });
    Block::Section {
        anchor: "identities".to_owned(),
        heading: "What must add up".to_owned(),
        blocks,
    }
}

fn table(books: &Books, caption: &str) -> Table {
    let mut table =
        Table::new(caption, &["What must hold", "Of", "One side", "Other side", "Holds"]);
    for (index, identity) in (1..).zip(books.balance.identities()) {
        let Identity { name, subject, left, right } = &identity;
        let holds = if identity.holds() {
            Line::default().mark("holds", "holds")
        } else {
            Line::default().mark("broken", "DOES NOT HOLD")
        };
        table.row(vec![
            (*name).into(),
            subject.as_str().into(),
            side(books, index, true, left),
            side(books, index, false, right),
            holds,
        ]);
    }
    table
}

/// A side: its terms that are not nothing, and their sum where there is more than one.
fn side(books: &Books, identity: usize, left: bool, side: &Side) -> Line {
    let figure = |term, amount: Change| {
        books.figure(None, BalanceNumber::Identity { identity, left, term }, None, amount)
    };
    let terms: Vec<_> =
        (1..).zip(&side.0).filter(|(_, (_, amount))| *amount != Change::ZERO).collect();
    let mut line = Line::default();
    for (term, (name, amount)) in &terms {
        // A negative number carries its sign with it.
        let sign = match (line.is_blank(), *amount < Change::ZERO) {
            (true, _) => "",
            (false, true) => " ",
            (false, false) => " + ",
        };
        line = if sign.is_empty() { line } else { line.and(sign) };
        line = line.figure(figure(Some(*term), *amount)).and(format!(" {name}"));
    }
    match terms.len() {
        0 => line.figure(figure(None, Change::ZERO)),
        1 => line,
        _ => line.and(" = ").figure(figure(None, side.sum())),
    }
}
