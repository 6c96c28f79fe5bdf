//! A plan as a table for desks: CSV and XLSX. Every candidate has a row, the listed ones first.

use std::io::{self, Write};

use geo::BoundingRect;

use super::{PROPOSES, PlanStory, why_not_words};
use crate::PublishError;
use crate::visible::{not_a_formula, visible};
use crate::workbook::{Cell, Sheet, book};

/// The columns with the width of each in a workbook.
const COLUMNS: [(&str, f64); 20] = [
    ("place_on_list", 8.0),
    ("task", 26.0),
    ("why", 40.0),
    ("longitude", 12.0),
    ("latitude", 12.0),
    ("square_metres", 12.0),
    ("searched_share", 10.0),
    ("team_days_fewest", 10.0),
    ("team_days_most", 10.0),
    ("expected_items", 10.0),
    ("items_05", 8.0),
    ("items_95", 8.0),
    ("probability_any", 10.0),
    ("expected_finds", 10.0),
    ("people_near", 10.0),
    ("encounters_per_team_day", 12.0),
    ("encounters_per_team_day_05", 12.0),
    ("encounters_per_team_day_95", 12.0),
    ("share_of_draws_among_the_best", 12.0),
    ("doubt_settled_share", 12.0),
];

impl PlanStory<'_> {
    /// Writes every candidate as a row, the listed ones first. UTF-8, rows end in CR LF (RFC 4180); a text
    /// that a spreadsheet program would take for a formula has an apostrophe before it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn csv<W: Write>(&self, out: W) -> io::Result<()> {
        let mut writer =
            csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        writer.write_record(COLUMNS.map(|(name, _)| name))?;
        for row in self.rows() {
            let cells = row.into_iter().map(|cell| match cell {
                Cell::Text(text) => not_a_formula(&visible(&text)).into_owned(),
                Cell::Count(count) => count.to_string(),
                Cell::Number(number) => number.to_string(),
            });
            writer.write_record(cells)?;
        }
        writer.flush()
    }

    /// The same as a workbook, with the numbers it rests on in a second sheet.
    ///
    /// # Errors
    /// [`PublishError::Workbook`] when the workbook cannot be put together.
    pub fn workbook(&self) -> Result<Vec<u8>, PublishError> {
        let tasks = Sheet { name: "Tasks", columns: COLUMNS.to_vec(), rows: self.rows() };
        let mut rests_on: Vec<Vec<Cell>> = self
            .assumptions
            .iter()
            .map(|assumed| {
                let verified = if assumed.verified { "" } else { "UNVERIFIED " };
                vec![
                    assumed.name.as_str().into(),
                    assumed.value.as_str().into(),
                    assumed.unit.as_str().into(),
                    format!("{verified}{}", assumed.source).into(),
                ]
            })
            .collect();
        let fact = |name: &str, value: String| {
            vec![name.into(), value.into(), Cell::from(""), Cell::from(self.estimate)]
        };
        rests_on.push(fact("What this is", PROPOSES.to_owned()));
        rests_on.push(fact("Day of the question", self.as_of.on.to_string()));
        rests_on.push(fact("Known by", self.as_of.known_by.to_string()));
        let rests_on = Sheet {
            name: "Rests on",
            columns: vec![("What", 44.0), ("Value", 24.0), ("Unit", 18.0), ("From", 60.0)],
            rows: rests_on,
        };
        book(&self.title(), self.as_of.known_by, vec![tasks, rests_on])
            .map_err(|fault| PublishError::Workbook(fault.to_string()))
    }

    fn rows(&self) -> Vec<Vec<Cell>> {
        let listed = self.proposal.listed.iter().filter_map(|reason| {
            let (at, _) = self.worth(&reason.task)?;
            Some(self.row(at, Cell::Count(reason.place as u64), self.why(reason)))
        });
        let not_listed = self.proposal.not_listed.iter().filter_map(|(task, why)| {
            let (at, _) = self.worth(task)?;
            Some(self.row(at, Cell::Text(String::new()), why_not_words(why)))
        });
        listed.chain(not_listed).collect()
    }

    fn row(&self, at: usize, place: Cell, why: String) -> Vec<Cell> {
        let (candidate, worth) = (&self.candidates[at], &self.proposal.worths[at]);
        let middle = self.outlines[at].bounding_rect().map(|around| around.center());
        let degrees = |degrees: Option<f64>| {
            degrees.map_or(Cell::Text(String::new()), |degrees| {
                Cell::Number((degrees * 1e6).round() / 1e6)
            })
        };
        // Six significant digits: more would say more than is known.
        let number = |number: f64| {
            let digits = format!("{number:.5e}");
            Cell::Number(digits.parse().unwrap_or(number))
        };
        vec![
            place,
            candidate.id.as_str().into(),
            why.into(),
            degrees(middle.map(|at| at.x)),
            degrees(middle.map(|at| at.y)),
            Cell::Number(candidate.square_metres.round()),
            number(self.searched[at]),
            number(worth.team_days.fewest),
            number(worth.team_days.most),
            number(worth.left.expected),
            Cell::Count(worth.left.interval_90.0),
            Cell::Count(worth.left.interval_90.1),
            number(worth.left.any),
            number(worth.finds),
            candidate.people.map_or(Cell::Text(String::new()), number),
            number(worth.utility.mean),
            number(worth.utility.low),
            number(worth.utility.high),
            number(worth.utility.among_the_best),
            number(worth.bits / self.proposal.whole.doubt.max(f64::MIN_POSITIVE)),
        ]
    }
}
