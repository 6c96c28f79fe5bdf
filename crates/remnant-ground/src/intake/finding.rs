//! What the import has to say about a cell, a row or a file.
//!
//! Belongs here: the finding with its place in the file, and the count of findings by rule. Does
//! not belong here: the rules (`rule`), how a report looks on a page.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::rule::{Rule, Severity};

/// The longest part of a value that is repeated in a finding, in characters.
const LONGEST_VALUE: usize = 120;

/// One thing that the import found: where, what, and what may be meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The file, as the person named it.
    #[serde(serialize_with = "as_text")]
    pub file: Arc<str>,
    /// Sheet, layer or table; empty where the file has but one.
    #[serde(serialize_with = "as_text")]
    pub sheet: Arc<str>,
    /// The line, row or feature as a person counts it in the file; 0 for the file as a whole.
    pub line: u64,
    /// The column, where one is at fault.
    #[serde(serialize_with = "as_text_or_null")]
    pub column: Option<Arc<str>>,
    /// The rule.
    pub rule: Rule,
    /// What stands there, cut after 120 characters.
    pub value: String,
    /// What is wrong, in a sentence.
    pub message: String,
    /// What may be meant. Shown, never applied.
    pub suggestion: Option<String>,
}

fn as_text<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

fn as_text_or_null<S: Serializer>(
    text: &Option<Arc<str>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match text {
        Some(text) => serializer.serialize_some(&**text),
        None => serializer.serialize_none(),
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if !self.sheet.is_empty() {
            write!(f, " [{}]", self.sheet)?;
        }
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if let Some(column) = &self.column {
            write!(f, " {column}")?;
        }
        write!(f, ": {} [{}]", self.message, self.rule)?;
        if let Some(suggestion) = &self.suggestion {
            write!(f, " (perhaps {suggestion})")?;
        }
        Ok(())
    }
}

/// A finding before it is told where in the file it is: what the readers of single cells give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Remark {
    /// The rule.
    pub(super) rule: Rule,
    /// What is wrong, in a sentence.
    pub(super) message: String,
    /// What may be meant.
    pub(super) suggestion: Option<String>,
}

impl Remark {
    /// A remark without a suggestion.
    pub(super) fn new(rule: Rule, message: impl Into<String>) -> Self {
        Self { rule, message: message.into(), suggestion: None }
    }

    /// The same with what may be meant.
    pub(super) fn perhaps(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }
}

/// A value as it is repeated in a finding: the beginning of a long one, with a mark where it was
/// cut.
#[must_use]
pub fn shown(value: &str) -> String {
    match value.char_indices().nth(LONGEST_VALUE) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

/// How often a rule was broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Findings under the rule.
    pub findings: u64,
    /// Rows with at least one of them; 0 for findings on the file as a whole.
    pub rows: u64,
}

/// Findings counted by rule, with the first ones of each as examples.
///
/// Of the findings themselves only a few are held, however long the file: whoever wants them all
/// takes them from the outcomes of the rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    counts: BTreeMap<Rule, Count>,
    examples: BTreeMap<Rule, Vec<Finding>>,
}

impl Tally {
    /// So many findings of each rule are held as examples.
    pub const EXAMPLES: usize = 5;

    /// Counts the findings of one row.
    pub(super) fn row(&mut self, findings: &[Finding]) {
        for (index, finding) in findings.iter().enumerate() {
            let count = self.counts.entry(finding.rule).or_default();
            count.findings += 1;
            if findings[..index].iter().all(|earlier| earlier.rule != finding.rule) {
                count.rows += 1;
            }
            self.keep(finding);
        }
    }

    /// Counts a finding on the file as a whole.
    pub(super) fn file(&mut self, finding: &Finding) {
        self.counts.entry(finding.rule).or_default().findings += 1;
        self.keep(finding);
    }

    fn keep(&mut self, finding: &Finding) {
        let examples = self.examples.entry(finding.rule).or_default();
        if examples.len() < Self::EXAMPLES {
            examples.push(finding.clone());
        }
    }

    /// How often a rule was broken.
    #[must_use]
    pub fn of(&self, rule: Rule) -> Count {
        self.counts.get(&rule).copied().unwrap_or_default()
    }

    /// The rules that were broken, with how often.
    pub fn iter(&self) -> impl Iterator<Item = (Rule, Count)> + '_ {
        self.counts.iter().map(|(rule, count)| (*rule, *count))
    }

    /// The first findings under a rule.
    #[must_use]
    pub fn examples(&self, rule: Rule) -> &[Finding] {
        self.examples.get(&rule).map_or(&[], Vec::as_slice)
    }
}

/// The heaviest of some findings.
pub(super) fn heaviest(findings: &[Finding]) -> Severity {
    findings.iter().map(|finding| finding.rule.severity()).max().unwrap_or(Severity::Note)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn finding(line: u64, rule: Rule) -> Finding {
        Finding {
            file: "a.csv".into(),
            sheet: "".into(),
            line,
            column: Some("Date".into()),
            rule,
            value: "31/02/2020".to_owned(),
            message: "no such day".to_owned(),
            suggestion: None,
        }
    }

    #[test]
    fn a_finding_says_where_it_is() {
        let found = finding(7, Rule::DateImpossible);
        assert_eq!(found.to_string(), "a.csv:7 Date: no such day [date-impossible]");
        let json = serde_json::to_value(&found).unwrap();
        assert_eq!(json["rule"], "date-impossible");
        assert_eq!(json["column"], "Date");
    }

    #[test]
    fn rows_and_findings_are_counted_apart() {
        let mut tally = Tally::default();
        for line in 2..12 {
            tally.row(&[finding(line, Rule::DateImpossible), finding(line, Rule::DateImpossible)]);
        }
        assert_eq!(tally.of(Rule::DateImpossible), Count { findings: 20, rows: 10 });
        assert_eq!(tally.examples(Rule::DateImpossible).len(), Tally::EXAMPLES);
        assert_eq!(tally.of(Rule::ZeroZero), Count::default());
    }

    #[test]
    fn a_long_value_is_cut_between_letters() {
        let long = "ខ".repeat(500);
        assert_eq!(shown(&long).chars().count(), LONGEST_VALUE + 1);
        assert_eq!(shown("short"), "short");
    }
}
