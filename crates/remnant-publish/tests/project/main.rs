//! What is shown of a project: areas, reviews, journal, check, objects, findings, balance.
//!
//! All values here are invented.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod areas;
mod balance;
mod findings;
mod lists;
mod reports;
mod village;

use jiff::civil::Date;
use remnant_publish::answer::Answer;
use remnant_publish::{html, text};
use remnant_record::AsOf;

fn on(day: Date) -> AsOf {
    AsOf { on: day, known_by: day }
}

/// The answer as text, which no line makes wider than a terminal.
fn printed(answer: &Answer) -> String {
    let printed = text::text(&answer.document, text::WIDTH);
    for line in printed.lines() {
        assert!(line.chars().count() <= text::WIDTH, "{line}");
    }
    printed
}

/// No page leads to a page that the program does not have.
fn leads_nowhere_dead(answer: &Answer, as_of: AsOf) {
    let page = html::page(&answer.document, &answer.page, as_of);
    let content = page.split("<main").nth(1).unwrap().split("<p class=\"twin\"").next().unwrap();
    for link in content.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(link.starts_with('#'), "a link to `{link}`");
    }
}
