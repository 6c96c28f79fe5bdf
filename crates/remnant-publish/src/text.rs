//! A document in a terminal: eighty columns, no colour, every figure with its id at the end.
//!
//! Belongs here: laying out lines and tables in fixed-width text. Does not belong here: what is
//! said.

use std::fmt::Write as _;

use crate::document::{Block, Document, Line, PanelKind, Piece, Table, Target};
use crate::figure::FigureId;

/// The width that a terminal has when nobody said otherwise.
pub const WIDTH: usize = 80;

/// A document as plain text for a terminal of this many columns.
///
/// Figures are numbered in square brackets; the list at the end says how each is explained.
#[must_use]
pub fn text(document: &Document, width: usize) -> String {
    let mut page = TextPage {
        out: String::new(),
        width: width.max(40),
        figures: Vec::new(),
        of_a_project: false,
    };
    page.heading(&document.title, '=');
    for line in &document.lead {
        page.paragraph(line, 0);
    }
    page.blocks(&document.blocks, '-');
    page.figures_at_the_end();
    while page.out.ends_with("\n\n") {
        page.out.pop();
    }
    printable(&page.out)
}

/// Words with every control character but the end of a line shown as U+FFFD, and so what turns the
/// direction of words around: what stands in a record may not send a terminal escape sequences, nor
/// show `gpj.exe` as `exe.jpg`.
#[must_use]
pub fn printable(words: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_obeyed = |c: char| (c.is_control() && c != '\n') || turns(c);
    let shown = |c: char| if is_obeyed(c) { char::REPLACEMENT_CHARACTER } else { c };
    words.chars().map(shown).collect()
}

struct TextPage {
    out: String,
    width: usize,
    figures: Vec<FigureId>,
    /// Whether there are figures that rest on a project.
    of_a_project: bool,
}

impl TextPage {
    fn heading(&mut self, heading: &str, underline: char) {
        for row in wrapped(heading, self.width) {
            let _ = writeln!(self.out, "{row}");
        }
        let length = heading.chars().count().min(self.width);
        let _ = writeln!(self.out, "{}\n", underline.to_string().repeat(length));
    }

    fn paragraph(&mut self, line: &Line, indent: usize) {
        let words = self.words(line);
        for row in wrapped(&words, self.width - indent) {
            let _ = writeln!(self.out, "{}{row}", " ".repeat(indent));
        }
        self.out.push('\n');
    }

    fn list(&mut self, lines: &[Line]) {
        for line in lines {
            let words = self.words(line);
            for (index, row) in wrapped(&words, self.width - 4).iter().enumerate() {
                let _ = writeln!(self.out, "  {} {row}", if index == 0 { "*" } else { " " });
            }
        }
        self.out.push('\n');
    }

    fn blocks(&mut self, blocks: &[Block], underline: char) {
        for block in blocks {
            match block {
                Block::Section { heading, blocks, .. } => {
                    self.heading(heading, underline);
                    self.blocks(blocks, '.');
                }
                Block::Details { summary, blocks } => {
                    self.heading(summary, '.');
                    self.blocks(blocks, '.');
                }
                Block::Paragraph(line)
                | Block::Chart { caption: line, .. }
                | Block::IncidentMap { caption: line } => self.paragraph(line, 0),
                // A terminal has the command and its arguments.
                Block::LawForm(_) | Block::BalanceForm(_) | Block::ProjectMap { .. } => {}
                Block::List(lines) => self.list(lines),
                Block::References(references) => {
                    let lines: Vec<Line> =
                        references.iter().map(|reference| reference.line.clone()).collect();
                    self.list(&lines);
                }
                Block::Panel { kind, heading, lines } => {
                    let sign = match kind {
                        PanelKind::Known => "[known]",
                        PanelKind::Disputed => "[disputed]",
                        PanelKind::Unknown => "[not known]",
                    };
                    let _ = writeln!(self.out, "{sign} {heading}\n");
                    self.list(lines);
                }
                Block::Table(table) => self.table(table),
            }
        }
    }

    fn table(&mut self, table: &Table) {
        let rows: Vec<Vec<String>> = table
            .rows
            .iter()
            .map(|row| row.iter().map(|cell| self.words(cell)).collect())
            .collect();
        if !table.caption.is_empty() {
            for row in wrapped(&table.caption, self.width) {
                let _ = writeln!(self.out, "{row}");
            }
            self.out.push('\n');
        }
        if rows.is_empty() {
            let _ = writeln!(self.out, "  (nothing in the record as known by that day)\n");
            return;
        }
        match column_widths(&table.columns, &rows, self.width) {
            Some(widths) => self.columns(&table.columns, &rows, &widths),
            None => self.cards(&table.columns, &rows),
        }
    }

    fn columns(&mut self, columns: &[String], rows: &[Vec<String>], widths: &[usize]) {
        let dashes: Vec<String> = widths.iter().map(|&width| "-".repeat(width)).collect();
        for row in [columns.to_vec(), dashes].iter().chain(rows) {
            let cells: Vec<Vec<String>> =
                row.iter().zip(widths).map(|(cell, &width)| wrapped(cell, width)).collect();
            let height = cells.iter().map(Vec::len).max().unwrap_or(0);
            for line in 0..height {
                let parts: Vec<String> = cells
                    .iter()
                    .zip(widths)
                    .map(|(cell, &width)| {
                        let part = cell.get(line).map_or("", String::as_str);
                        format!("{part}{}", " ".repeat(width.saturating_sub(part.chars().count())))
                    })
                    .collect();
                let _ = writeln!(self.out, "{}", parts.join("  ").trim_end());
            }
        }
        self.out.push('\n');
    }

    /// A table too wide for the terminal, each row as a card of named values.
    fn cards(&mut self, columns: &[String], rows: &[Vec<String>]) {
        let label = columns.iter().map(|column| column.chars().count()).max().unwrap_or(0).min(24);
        for row in rows {
            for (column, cell) in columns.iter().zip(row) {
                if cell.is_empty() {
                    continue;
                }
                let gap = " ".repeat(label.saturating_sub(column.chars().count()));
                for (index, part) in wrapped(cell, self.width - label - 4).iter().enumerate() {
                    let _ = if index == 0 {
                        writeln!(self.out, "  {column}{gap}  {part}")
                    } else {
                        writeln!(self.out, "  {}  {part}", " ".repeat(label))
                    };
                }
            }
            self.out.push('\n');
        }
    }

    fn words(&mut self, line: &Line) -> String {
        let mut words = String::new();
        for piece in &line.0 {
            match piece {
                Piece::Text(text) | Piece::Strong(text) => words.push_str(text),
                Piece::Mark { text, .. } => {
                    let _ = write!(words, "[{text}]");
                }
                Piece::Link { target: Target::Address(address), text } if text != address => {
                    let _ = write!(words, "{text} <{address}>");
                }
                Piece::Link { text, .. } => words.push_str(text),
                // The numbers in brackets are those of `remnant explain`, which asks the record.
                Piece::Figure(figure) if !figure.id.is_of_record() => {
                    self.of_a_project = true;
                    words.push_str(&figure.printed);
                }
                Piece::Figure(figure) => {
                    let number = self.figure_number(&figure.id);
                    let _ = write!(words, "{}\u{a0}[{number}]", figure.printed);
                }
            }
        }
        words
    }

    fn figure_number(&mut self, id: &FigureId) -> usize {
        if let Some(index) = self.figures.iter().position(|seen| seen == id) {
            return index + 1;
        }
        self.figures.push(id.clone());
        self.figures.len()
    }

    fn figures_at_the_end(&mut self) {
        if self.of_a_project {
            self.paragraph(&Line::text("With --json, each number comes with how it was made."), 0);
        }
        if self.figures.is_empty() {
            return;
        }
        self.heading("Figures: each is explained by `remnant explain`", '-');
        for (index, id) in std::mem::take(&mut self.figures).iter().enumerate() {
            let _ = writeln!(self.out, "  [{}] {id}", index + 1);
        }
    }
}

/// Widths that let a table stand in columns: as wide as its cells where all fit; else narrower,
/// with wrapped cells, as long as no cell becomes a tower. `None` asks for cards.
fn column_widths(columns: &[String], rows: &[Vec<String>], width: usize) -> Option<Vec<usize>> {
    /// A cell of more lines than this is easier to read on a card.
    const TALLEST: usize = 5;
    /// A column of this many characters reads as prose.
    const READABLE: usize = 16;
    let all = || [columns].into_iter().chain(rows.iter().map(Vec::as_slice));
    let each = |measure: &dyn Fn(&str) -> usize| -> Vec<usize> {
        (0..columns.len()).map(|i| all().map(|row| measure(&row[i])).max().unwrap_or(0)).collect()
    };
    let longest_word =
        |cell: &str| cell.split([' ', '\n']).map(|word| word.chars().count()).max().unwrap_or(0);
    let full = each(&|cell: &str| cell.chars().count());
    let least = each(&longest_word);
    let room = width.checked_sub(2 * columns.len().saturating_sub(1))?;
    if full.iter().sum::<usize>() <= room {
        return Some(full);
    }
    // Where there is room, no column becomes a tower of single words.
    let readable: Vec<usize> =
        full.iter().zip(&least).map(|(&full, &least)| least.max(full.min(READABLE))).collect();
    let least = if readable.iter().sum::<usize>() <= room { readable } else { least };
    let mut spare = room.checked_sub(least.iter().sum())?;
    // What is left goes to the columns that lack most, a character at a time: tables are small.
    let mut widths = least;
    while spare > 0 {
        let lacking = (0..widths.len()).max_by_key(|&i| full[i].saturating_sub(widths[i]))?;
        widths[lacking] += 1;
        spare -= 1;
    }
    let tallest = all()
        .flat_map(|row| row.iter().zip(&widths).map(|(cell, &width)| wrapped(cell, width).len()))
        .max()
        .unwrap_or(0);
    (tallest <= TALLEST).then_some(widths)
}

/// Words broken into rows of at most this many characters. No-break spaces do not break.
fn wrapped(words: &str, width: usize) -> Vec<String> {
    let mut rows = Vec::new();
    for paragraph in words.split('\n') {
        let mut row = String::new();
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            let length = row.chars().count();
            if length > 0 && length + 1 + word.chars().count() > width {
                rows.push(std::mem::take(&mut row));
            }
            if !row.is_empty() {
                row.push(' ');
            }
            row.push_str(word);
        }
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_that_fits_has_columns_and_one_that_does_not_has_cards() {
        let mut table = Table::new("Two", &["a", "b"]);
        table.row(vec!["1".into(), "2".into()]);
        let mut document = Document::new("T");
        document.blocks.push(Block::Table(table.clone()));
        assert!(text(&document, 80).contains("a  b\n-  -\n1  2\n"));
        table.row(vec!["long ".repeat(20).into(), "2".into()]);
        document.blocks = vec![Block::Table(table.clone())];
        let wrapped = text(&document, 80);
        assert!(wrapped.contains("long     2\nlong long"), "{wrapped}");
        table.row(vec!["long ".repeat(200).into(), "2".into()]);
        document.blocks = vec![Block::Table(table)];
        let cards = text(&document, 80);
        assert!(cards.contains("  a  1\n  b  2\n\n  a  long long"), "{cards}");
        assert!(cards.lines().all(|line| line.chars().count() <= 80), "{cards}");
    }

    #[test]
    fn a_record_sends_a_terminal_no_escape_sequence() {
        let mut document = Document::new("T\u{1b}[2J");
        document.blocks.push(Block::Paragraph("a\u{9b}31mb\u{7}\r\nc\tö".into()));
        let printed = text(&document, 80);
        assert!(printed.starts_with("T\u{fffd}[2J\n"), "{printed:?}");
        assert!(printed.contains("a\u{fffd}31mb\u{fffd}\u{fffd}\nc\u{fffd}ö\n"), "{printed:?}");
    }

    #[test]
    fn what_is_blank_is_said_to_be_blank() {
        let mut document = Document::new("T");
        document.blocks.push(Block::Table(Table::new("None", &["a"])));
        assert!(text(&document, 80).contains("nothing in the record as known by that day"));
    }
}
