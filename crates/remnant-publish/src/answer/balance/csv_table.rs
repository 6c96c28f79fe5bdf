//! The balance as a CSV file with HXL tags.

use std::io::{self, Write};

use remnant_land_release::{
    Balance, BalanceLine, By, Classification, Columns, Line, ReviewedBalance,
};

use super::books::Books;
use crate::figure::{BalanceNumber, FigureId, reading_name};
use crate::visible::{not_a_formula, visible};

/// The columns and their tags but for the group, whose tag says what it is.
///
/// # Source
/// Humanitarian Exchange Language 1.1, hashtag dictionary: `#date`, `#status`, `#org`, `#loc`,
/// `#indicator` with the attributes `+start`, `+end`, `+code`, `+name`, `+value`, `+num`; attributes
/// of our own (`+known`, `+review`, `+column`, `+m2`) refine them, as the standard allows.
const COLUMNS: [(&str, &str); 9] = [
    ("period_from", "#date+start"),
    ("period_to", "#date+end"),
    ("known_by", "#date+known"),
    ("review", "#status+review"),
    ("group", ""),
    ("line", "#indicator+name"),
    ("column", "#indicator+column"),
    ("square_metres", "#indicator+value+num+m2"),
    ("figure", "#indicator+code"),
];

/// Writes the balance: a header, a row of HXL tags, then a row for each number of each line, in SHA
/// and CHA, approved and provisional. UTF-8, rows end in CR LF (RFC 4180).
///
/// The group is empty for the total. A group that a spreadsheet program would take for a formula has
/// an apostrophe before it. Numbers are plain digits, negative ones with a hyphen.
///
/// # Errors
/// When it cannot be written.
pub fn csv<W: Write>(reviewed: &ReviewedBalance, out: W) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    let tag = match reviewed.approved.by {
        By::Nothing => "#meta+group",
        By::Operator => "#org+name",
        By::AdministrativeUnit => "#loc+code",
        By::Contamination => "#indicator+type+code",
    };
    writer.write_record(COLUMNS.map(|(name, _)| name))?;
    writer.write_record(COLUMNS.map(|(_, hxl)| if hxl.is_empty() { tag } else { hxl }))?;
    for books in [Books::approved(reviewed), Books::provisional(reviewed)] {
        for line in lines(books.balance) {
            write_line(&mut writer, &books, line)?;
        }
    }
    writer.flush()
}

fn lines(balance: &Balance) -> impl Iterator<Item = &BalanceLine> {
    std::iter::once(&balance.total).chain(&balance.lines)
}

fn write_line<W: Write>(
    writer: &mut csv::Writer<W>,
    books: &Books,
    line: &BalanceLine,
) -> io::Result<()> {
    let mut numbers: Vec<(&str, BalanceNumber, Columns)> = Vec::new();
    if let Some(stock) = line.stock {
        numbers.push(("open before", BalanceNumber::OpenBefore, stock.opening));
    }
    numbers.extend(
        Line::ALL.map(|moved| (moved.words(), BalanceNumber::Moved(moved), line.line(moved))),
    );
    if let Some(stock) = line.stock {
        numbers.push(("open after", BalanceNumber::OpenAfter, stock.closing));
    }
    // The total has no name, and a group without a name would be the total.
    let group = (!line.group.is_empty()).then_some(line.group.as_str());
    for (words, number, columns) in numbers {
        for column in [Classification::Suspected, Classification::Confirmed] {
            let amount = columns.column(column);
            let figure = books.figure(group, number.clone(), Some(column), amount);
            write_row(writer, books, group, (words, column), &figure.id, amount.get())?;
        }
    }
    Ok(())
}

fn write_row<W: Write>(
    writer: &mut csv::Writer<W>,
    books: &Books,
    group: Option<&str>,
    (words, column): (&str, Classification),
    id: &FigureId,
    amount: i128,
) -> io::Result<()> {
    let period = books.balance.period;
    let review = reading_name(books.reading);
    let group = visible(group.unwrap_or_default());
    writer.write_record([
        period.from.to_string().as_str(),
        &period.to.to_string(),
        &books.known_by.to_string(),
        review,
        &not_a_formula(&group),
        words,
        column.abbreviation(),
        &amount.to_string(),
        &id.to_string(),
    ])?;
    Ok(())
}
