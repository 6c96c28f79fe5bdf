//! What an import found: in a terminal, on a page, and as tables to send back to the operator.
//!
//! Belongs here: what is told of a file and in which order. Does not belong here: finding it
//! (`remnant_ground::intake`), the tables (`csv_table`, `workbook`).

mod csv_table;
mod mapping;
mod workbook;

use remnant_ground::ObjectKind;
use remnant_ground::intake::{Count, Finding, Mapping, Report, Rule};
use remnant_record::AsOf;
use serde_json::json;

use super::Answer;
use crate::document::{Block, Document, Line, Page, PanelKind, Table};
use crate::visible::visible;
use crate::{html, number};

pub use csv_table::Csv;
pub use workbook::workbook;

/// Rows of a rule that the summary shows.
const SHOWN: usize = 3;

/// Findings that a page lists; a browser does not take many more. The tables hold them all.
const MOST_ON_A_PAGE: usize = 5_000;

/// An import, dry run or real, as it is told.
#[derive(Clone, Copy, Debug)]
pub struct ImportStory<'a> {
    /// The file, as the person named it.
    pub file: &'a str,
    /// The hash of its bytes, in hexadecimal.
    pub hash: &'a str,
    /// What its rows are.
    pub kind: ObjectKind,
    /// The short name of the source.
    pub source: &'a str,
    /// The mapping that was used.
    pub mapping: &'a Mapping,
    /// Counts and rules.
    pub report: &'a Report,
    /// The findings of rows, as far as they were held; those on the file stand in the report.
    pub findings: &'a [Finding],
    /// What was taken in; `None` for a dry run.
    pub taken_in: Option<TakenInCounts>,
}

/// What taking a file in gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct TakenInCounts {
    /// Objects that were new.
    pub entered: u64,
    /// Objects of which there is a later version now.
    pub revised: u64,
    /// Rows that were there and say the same.
    pub unchanged: u64,
}

impl ImportStory<'_> {
    /// All findings that are held: those on the file as a whole first.
    fn held(&self) -> impl Iterator<Item = &Finding> {
        self.report.file_findings.iter().chain(self.findings)
    }

    /// How many findings there are, held or not.
    fn all(&self) -> u64 {
        self.report.tally.iter().map(|(_, count)| count.findings).sum()
    }

    /// The rules that were broken: the heaviest first, of these the most frequent.
    fn rules(&self) -> Vec<(Rule, Count)> {
        let mut rules: Vec<(Rule, Count)> = self.report.tally.iter().collect();
        rules.sort_by_key(|(rule, count)| {
            let order = std::cmp::Reverse((rule.severity(), count.findings));
            (order, rule.name())
        });
        rules
    }

    /// What would be or was taken in, in a sentence or two.
    fn outcome(&self) -> String {
        let report = self.report;
        let rows = |count: u64| match count {
            1 => "1 row".to_owned(),
            many => format!("{} rows", number::grouped(many)),
        };
        let not = [
            (report.refused, "refused"),
            (report.unchanged, "unchanged since they were taken in before"),
            (report.duplicates, "standing in the file already"),
        ];
        let not: Vec<String> = not
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, why)| format!("{} {why}", number::grouped(*count)))
            .collect();
        let left =
            if not.is_empty() { String::new() } else { format!(" Left out: {}.", not.join(", ")) };
        if report.personal_data_met {
            return "Nothing can be taken in: the file holds words that name or find persons, and \
                    the mapping refuses them."
                .to_owned();
        }
        let taken = report.accepted + report.queried;
        match self.taken_in {
            None => format!(
                "Would be taken in: {}, of which somebody must look at {}; {} replace an earlier \
                 version.{left}",
                rows(taken),
                number::grouped(report.queried),
                number::grouped(report.revised)
            ),
            Some(counts) => format!(
                "Taken in: {} new, {} of which there was an earlier version. Somebody must look at \
                 {}.{left}",
                number::grouped(counts.entered),
                number::grouped(counts.revised),
                rows(report.queried)
            ),
        }
    }
}

/// The findings of an import as an answer: a summary that fits a screen, then the rules with their
/// first rows, then the mapping.
#[must_use]
pub fn findings(story: &ImportStory, as_of: AsOf) -> Answer {
    let mut document = summary(story, as_of);
    document
        .blocks
        .extend(story.rules().into_iter().map(|(rule, count)| of_rule(story, rule, count)));
    document.blocks.push(mapping::section(story.mapping));
    Answer { page: Page::Import(story.hash.to_owned()), document, data: data(story) }
}

/// The findings as one HTML file to open, print or send: the summary, all findings that are held,
/// the mapping.
#[must_use]
pub fn page(story: &ImportStory, as_of: AsOf) -> String {
    let mut document = summary(story, as_of);
    document.blocks.push(all_findings(story));
    document.blocks.push(mapping::section(story.mapping));
    html::one_file(&document, &[], &Block::References(Vec::new()))
}

fn summary(story: &ImportStory, as_of: AsOf) -> Document {
    let report = story.report;
    let what = if story.taken_in.is_some() { "Import" } else { "Dry run" };
    let mut document = Document::new(format!("{what} of {}", visible(story.file)));
    let written = if story.taken_in.is_some() { "" } else { " Nothing was written." };
    document.lead = vec![
        Line::text(format!(
            "On {}, as {} of the source {}.{written}",
            as_of.known_by,
            story.kind.plural().replace('-', " "),
            visible(story.source)
        )),
        Line::text(story.outcome()),
    ];
    let mut rows = Table::new(
        "Rows",
        &["Read", "Accepted", "Queried", "Refused", "Unchanged", "Twice in the file"],
    );
    let counts = [
        report.read,
        report.accepted,
        report.queried,
        report.refused,
        report.unchanged,
        report.duplicates,
    ];
    rows.row(counts.iter().map(|count| number::grouped(*count).into()).collect());
    document.blocks.push(Block::Table(rows));
    if !report.balances() {
        document.blocks.push(Block::Panel {
            kind: PanelKind::Disputed,
            heading: "The rows do not add up".to_owned(),
            lines: vec!["Rows were read of which this report does not tell what became.".into()],
        });
    }
    if !story.mapping.questions.is_empty() {
        document.blocks.push(Block::Panel {
            kind: PanelKind::Unknown,
            heading: "To be answered in the mapping before anything is taken in".to_owned(),
            lines: story.mapping.questions.iter().map(|q| visible(&q.words()).into()).collect(),
        });
    }
    let mut table = Table::new("Findings by rule", &["Weight", "Rule", "Findings", "Rows"]);
    for (rule, count) in story.rules() {
        table.row(vec![
            rule.severity().word().into(),
            rule.name().into(),
            number::grouped(count.findings).into(),
            // A finding on the file as a whole is of no row.
            if count.rows == 0 { "the file".into() } else { number::grouped(count.rows).into() },
        ]);
    }
    if table.rows.is_empty() {
        document.blocks.push(Block::Paragraph("Nothing was found to ask about.".into()));
    } else {
        document.blocks.push(Block::Table(table));
    }
    document
}

/// A rule with what can be done and its first rows.
fn of_rule(story: &ImportStory, rule: Rule, count: Count) -> Block {
    let examples = story.report.tally.examples(rule);
    let mut lines: Vec<Line> = examples.iter().take(SHOWN).map(example).collect();
    let more = count.findings.saturating_sub(lines.len() as u64);
    if more > 0 {
        lines.push(Line::text(format!("and {} more", number::grouped(more))));
    }
    Block::Section {
        anchor: rule.name().to_owned(),
        heading: format!("{}: {}", rule.severity().word(), rule.name()),
        blocks: vec![
            Block::Paragraph(Line::text("What to do: ").and(rule.help()).and(".")),
            Block::List(lines),
        ],
    }
}

/// A finding in a line: where, what stands there, what is wrong, what may be meant.
fn example(finding: &Finding) -> Line {
    let mut words = place(finding);
    if !words.is_empty() {
        words.push_str(": ");
    }
    if !finding.value.is_empty() && !finding.message.contains(&finding.value) {
        words.push_str(&format!("`{}`: ", finding.value));
    }
    words.push_str(&finding.message);
    if let Some(suggestion) = &finding.suggestion {
        words.push_str(&format!(" (perhaps {suggestion})"));
    }
    Line::text(visible(&words))
}

/// Sheet, line and column of a finding.
fn place(finding: &Finding) -> String {
    let mut parts = Vec::new();
    if !finding.sheet.is_empty() {
        parts.push(format!("sheet {}", finding.sheet));
    }
    if finding.line > 0 {
        parts.push(format!("line {}", finding.line));
    }
    if let Some(column) = &finding.column {
        parts.push(format!("column {column}"));
    }
    parts.join(", ")
}

/// All findings that are held, as far as a page takes them.
fn all_findings(story: &ImportStory) -> Block {
    let held = story.held().count();
    let shown = held.min(MOST_ON_A_PAGE);
    let all = story.all();
    let caption = if shown as u64 == all {
        "All findings".to_owned()
    } else {
        format!(
            "The first {} of {} findings; the table that comes as .csv holds them all",
            number::grouped(shown as u64),
            number::grouped(all)
        )
    };
    let mut table = Table::new(
        caption,
        &[
            "Sheet",
            "Line",
            "Column",
            "Weight",
            "Rule",
            "Value",
            "What is wrong",
            "Perhaps",
            "What to do",
        ],
    );
    for finding in story.held().take(shown) {
        table.row(row(finding).map(|cell| visible(&cell).into()).into());
    }
    Block::Section {
        anchor: "findings".to_owned(),
        heading: "Findings".to_owned(),
        blocks: vec![Block::Table(table)],
    }
}

/// Sheet, line, column, weight, rule, value, message, suggestion and help of a finding.
fn row(finding: &Finding) -> [String; 9] {
    [
        finding.sheet.to_string(),
        if finding.line > 0 { finding.line.to_string() } else { String::new() },
        finding.column.as_deref().unwrap_or_default().to_owned(),
        finding.rule.severity().word().to_owned(),
        finding.rule.name().to_owned(),
        finding.value.clone(),
        finding.message.clone(),
        finding.suggestion.clone().unwrap_or_default(),
        finding.rule.help().to_owned(),
    ]
}

fn data(story: &ImportStory) -> serde_json::Value {
    let report = story.report;
    let rules: Vec<serde_json::Value> = story
        .rules()
        .into_iter()
        .map(|(rule, count)| {
            json!({
                "rule": rule, "weight": rule.severity().word(), "findings": count.findings,
                "rows": count.rows, "help": rule.help(),
                "examples": report.tally.examples(rule),
            })
        })
        .collect();
    json!({
        "file": story.file, "hash": story.hash, "kind": story.kind, "source": story.source,
        "dry_run": story.taken_in.is_none(), "taken_in": story.taken_in,
        "may_be_taken_in": report.may_be_taken_in() && story.mapping.questions.is_empty(),
        "rows": {
            "read": report.read, "accepted": report.accepted, "queried": report.queried,
            "refused": report.refused, "unchanged": report.unchanged,
            "duplicates": report.duplicates, "revised": report.revised,
        },
        "rules": rules, "findings_in_all": story.all(),
        "findings": story.held().collect::<Vec<_>>(), "mapping": story.mapping,
    })
}
