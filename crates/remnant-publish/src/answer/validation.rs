//! What a validation of the estimate found, as a page and as a document for `docs/models/`.
//!
//! Belongs here: which results are shown, in which order and words, bad ones first. Does not belong here:
//! running it (`remnant_estimate::validate`).

use std::fmt::Write as _;

use remnant_estimate::score::EcdfBand;
use remnant_estimate::validate::{
    KindResult, OwnTasks, Quantity, QuantityResult, SensitivityRow, Validation,
};
use serde_json::{Value, json};

use crate::chart::calibration::{
    CoveragePlot, CoverageRow, RankPlot, ReliabilityPlot, coverage, ranks, reliability,
};
use crate::chart::interval::{Expected, IntervalPlot, interval};
use crate::document::{Block, Document, Line, Table};

/// What counts as reached, for 50 % and 90 % intervals.
const GOALS: [(f64, (f64, f64)); 2] = [(0.5, (0.46, 0.54)), (0.9, (0.87, 0.93))];
/// How often even ranks keep to the band that is drawn.
const BAND: f64 = 0.95;
/// Below this, uneven ranks are no longer put down to chance.
const CHANCE: f64 = 0.01;

/// Everything that a validation has to tell.
#[derive(Clone, Copy, Debug)]
pub struct ValidationStory<'a> {
    /// Invented worlds.
    pub validation: &'a Validation,
    /// The total of one invented world, with each prior changed in turn.
    pub sensitivity: &'a [SensitivityRow],
    /// Tasks of a project, each predicted from the others.
    pub own_tasks: Option<&'a OwnTasks>,
}

fn share(value: f64) -> String {
    format!("{:.1} %", 100.0 * value)
}

/// A share with its standard error, which a single world has not got.
fn shares(value: f64, error: f64) -> String {
    if error == 0.0 {
        return share(value);
    }
    format!("{:.1} ± {:.1} %", 100.0 * value, 100.0 * error)
}

impl ValidationStory<'_> {
    /// What missed its goal, in words; empty when everything was reached.
    #[must_use]
    pub fn missed(&self) -> Vec<String> {
        let Some(right) = self.validation.kinds.first() else {
            return vec!["no world was run".to_owned()];
        };
        let mut missed = Vec::new();
        let run = right.worlds + right.refused.len();
        if (run as u64) < self.validation.asked {
            missed.push(format!("only {run} of {} worlds were run", self.validation.asked));
        }
        if !right.refused.is_empty() {
            missed.push(format!(
                "{} of {run} worlds have a reason and no number",
                right.refused.len()
            ));
        }
        for result in &right.quantities {
            for (level, (low, high)) in GOALS {
                let Some(coverage) = result.at_level(level) else { continue };
                let seen = coverage.central;
                if !(low..=high).contains(&seen.value) {
                    let beyond = (low - seen.value).max(seen.value - high);
                    let chance = if beyond < 2.0 * seen.standard_error {
                        "; with so few worlds chance may explain it"
                    } else {
                        ""
                    };
                    missed.push(format!(
                        "{}: {:.0} % intervals hold {}, not between {:.0} and {:.0} %{chance}",
                        result.quantity.words(),
                        100.0 * level,
                        shares(seen.value, seen.standard_error),
                        100.0 * low,
                        100.0 * high
                    ));
                }
            }
            if result.uniformity < CHANCE {
                missed.push(format!(
                    "{}: ranks are uneven (probability of that by chance {:.4})",
                    result.quantity.words(),
                    result.uniformity
                ));
            }
        }
        missed
    }

    /// The page.
    #[must_use]
    pub fn document(&self) -> Document {
        let validation = self.validation;
        let mut document = Document::new("Validation of the estimate");
        document.lead.push(Line::text(format!(
            "{}, judged on invented worlds whose truth is known. Seed {}.",
            validation.model, validation.seed
        )));
        let missed = self.missed();
        document.lead.push(Line::text(if missed.is_empty() {
            "Every goal was reached.".to_owned()
        } else {
            format!("{} goals were missed:", missed.len())
        }));
        if !missed.is_empty() {
            document.blocks.push(Block::List(missed.into_iter().map(Line::text).collect()));
        }
        if let Some(right) = validation.kinds.first() {
            document.blocks.push(section("right", "Where the model is right", right_blocks(right)));
        }
        let wrong = vec![Block::Paragraph(Line::text(WRONG)), Block::Table(self.wrong_table())];
        document.blocks.push(section("wrong", "Where the model is wrong on purpose", wrong));
        if !self.sensitivity.is_empty() {
            let blocks = sensitivity_blocks(self.sensitivity);
            document.blocks.push(section("sensitivity", "What the answer hangs on", blocks));
        }
        if let Some(own) = self.own_tasks {
            document.blocks.push(section("own", "The tasks of this project", own_blocks(own)));
        }
        document
    }

    /// By quantity, so that each kind of world stands below the right one.
    fn wrong_table(&self) -> Table {
        let columns = [
            "Of",
            "World",
            "Worlds",
            "No number",
            "50 % hold",
            "90 % hold",
            "90 % fell by",
            "CRPS",
        ];
        let mut table = Table::new("How far coverage falls", &columns);
        let right = self.validation.kinds.first();
        for quantity in [Quantity::CellsInQuestion, Quantity::Areas, Quantity::Whole] {
            let before = right.and_then(|kind| kind.quantity(quantity)?.at_level(0.9));
            for kind in &self.validation.kinds {
                let Some(result) = kind.quantity(quantity) else { continue };
                let (Some(half), Some(most)) = (result.at_level(0.5), result.at_level(0.9)) else {
                    continue;
                };
                let fell = before.map_or_else(String::new, |before| {
                    format!("{:.1} points", 100.0 * (before.central.value - most.central.value))
                });
                let cells = [
                    quantity.words().to_owned(),
                    kind.name.clone(),
                    kind.worlds.to_string(),
                    kind.refused.len().to_string(),
                    shares(half.central.value, half.central.standard_error),
                    shares(most.central.value, most.central.standard_error),
                    fell,
                    format!("{:.3} ± {:.3}", result.crps.value, result.crps.standard_error),
                ];
                table.row(cells.into_iter().map(Line::text).collect());
            }
        }
        table
    }

    /// The page of `docs/models/` as Markdown, without drawings.
    #[must_use]
    pub fn markdown(&self, command: &str) -> String {
        let mut text = String::from("# Validation of the estimate\n\n");
        let _ = writeln!(text, "Written by `{command}`; not edited by hand.\n");
        let document = self.document();
        for line in &document.lead {
            let _ = writeln!(text, "{}\n", plain(line));
        }
        push_markdown(&mut text, &document.blocks, 2);
        while text.ends_with("\n\n") {
            text.pop();
        }
        text
    }

    /// The same for programs.
    #[must_use]
    pub fn json(&self) -> Value {
        let kinds: Vec<Value> = self.validation.kinds.iter().map(kind_json).collect();
        json!({
            "model": self.validation.model,
            "seed": self.validation.seed,
            "worlds_asked": self.validation.asked,
            "missed": self.missed(),
            "kinds": kinds,
        })
    }
}

const WRONG: &str = "The same worlds with one thing that the model is not told: recorded places three \
    times less certain than stated; half an unreported strike in a square kilometre where the model \
    believes in none beyond its own rate; items of one munition that fail and lie together; detection \
    worse by 1.2 log odds. The first row of each quantity is of the right worlds.";

fn section(anchor: &str, heading: &str, blocks: Vec<Block>) -> Block {
    Block::Section { anchor: anchor.to_owned(), heading: heading.to_owned(), blocks }
}

fn right_blocks(right: &KindResult) -> Vec<Block> {
    let mut blocks = vec![Block::Paragraph(Line::text(format!(
        "{} worlds of varied density, effort and location error were answered. A count is discrete: an \
         interval of it holds more than its name and is held to what it promised; ties are split by \
         chance where a share is compared with the name.",
        right.worlds
    )))];
    if !right.refused.is_empty() {
        let reasons =
            right.refused.iter().map(|(n, reason)| Line::text(format!("world {n}: {reason}")));
        blocks.push(Block::Details {
            summary: format!("{} worlds without a number", right.refused.len()),
            blocks: vec![Block::List(reasons.collect())],
        });
    }
    let rows = right.quantities.iter().flat_map(coverage_rows).collect();
    blocks.push(Block::Chart {
        svg: coverage(&CoveragePlot {
            id: "coverage".to_owned(),
            title: "Coverage of 50 % and 90 % intervals".to_owned(),
            description: "Share of truths inside, beside the name of the interval.".to_owned(),
            rows,
        }),
        caption: Line::text("Coverage of 50 % and 90 % intervals"),
    });
    let columns = [
        "Of",
        "Forecasts",
        "50 % hold",
        "90 % hold",
        "Held of promised",
        "Ranks even, p",
        "CRPS",
        "Log score",
        "Expected / left",
    ];
    let mut table = Table::new("Scores where the model is right", &columns);
    for result in &right.quantities {
        table.row(score_cells(result).into_iter().map(Line::text).collect());
    }
    blocks.push(Block::Table(table));
    for result in &right.quantities {
        if result.quantity == Quantity::Cells {
            // Nearly all are empty and were expected to be: their ranks tell nothing.
            continue;
        }
        blocks.push(rank_block(result));
    }
    if let Some(any) = &right.any {
        let bins = any.reliability.iter();
        let auc = any.area_under_curve.map_or("none".to_owned(), |auc| format!("{auc:.3}"));
        blocks.push(Block::Chart {
            svg: reliability(&ReliabilityPlot {
                id: "reliability".to_owned(),
                title: "Probability of any item left in a cell".to_owned(),
                description: "Probabilities given against shares that came true.".to_owned(),
                bins: bins.map(|bin| (bin.mean_probability, bin.seen, bin.forecasts)).collect(),
            }),
            caption: Line::text(format!(
                "Any item left in a cell. Brier score {:.4}; always giving the base rate {:.4}. Area \
                 under the curve {auc}, which is blind to calibration.",
                any.brier, any.brier_of_base_rate
            )),
        });
        let mut table =
            Table::new("Reliability of \"any item left\"", &["Given", "Came true", "Cells"]);
        for bin in &any.reliability {
            let cells = [share(bin.mean_probability), share(bin.seen), bin.forecasts.to_string()];
            table.row(cells.into_iter().map(Line::text).collect());
        }
        blocks.push(Block::Table(table));
    }
    if !right.unknowns.is_empty() {
        let columns = ["Unknown", "Intervals", "90 % hold"];
        let mut table = Table::new("What strikes and tasks have in common", &columns);
        for unknown in &right.unknowns {
            let cells =
                [unknown.unknown.words().to_owned(), unknown.told.to_string(), share(unknown.held)];
            table.row(cells.into_iter().map(Line::text).collect());
        }
        blocks.push(Block::Table(table));
    }
    blocks
}

fn coverage_rows(result: &QuantityResult) -> Vec<CoverageRow> {
    GOALS
        .into_iter()
        .filter_map(|(level, goal)| {
            let seen = result.at_level(level)?.central;
            Some(CoverageRow {
                label: format!("{}, {:.0} %", result.quantity.words(), 100.0 * level),
                seen: seen.value,
                standard_error: seen.standard_error,
                level,
                goal,
            })
        })
        .collect()
}

fn score_cells(result: &QuantityResult) -> Vec<String> {
    let central = |level| {
        result.at_level(level).map_or_else(String::new, |coverage| {
            shares(coverage.central.value, coverage.central.standard_error)
        })
    };
    let held = result.at_level(0.9).map_or_else(String::new, |coverage| {
        format!("{} of {}", share(coverage.held.value), share(coverage.promised))
    });
    let optional = |value: Option<f64>, digits: usize| {
        value.map_or_else(|| "–".to_owned(), |value| format!("{value:.digits$}"))
    };
    vec![
        result.quantity.words().to_owned(),
        result.coverage.first().map_or(0, |coverage| coverage.forecasts).to_string(),
        central(0.5),
        central(0.9),
        held,
        format!("{:.3}", result.uniformity),
        format!("{:.3} ± {:.3}", result.crps.value, result.crps.standard_error),
        optional(result.log_score, 3),
        optional(result.expected_over_left, 2),
    ]
}

fn rank_block(result: &QuantityResult) -> Block {
    let words = result.quantity.words();
    let band = EcdfBand::new(result.pits.len()).map(|band| band.limits(BAND)).unwrap_or_default();
    let caption = format!(
        "Ranks of {words}: one of each world, {} in all; probability of being so uneven by chance {:.3}",
        result.pits.len(),
        result.uniformity
    );
    Block::Chart {
        svg: ranks(&RankPlot {
            id: format!("ranks-{}", words.replace(' ', "-")),
            title: format!("Ranks of {words}"),
            description: caption.clone(),
            ranks: result.pits.clone(),
            band,
            band_level: BAND,
        }),
        caption: Line::text(caption),
    }
}

fn sensitivity_blocks(rows: &[SensitivityRow]) -> Vec<Block> {
    let mut table =
        Table::new("Items left in one invented place", &["Changed", "Median", "50 %", "90 %"]);
    let mut drawn = Vec::new();
    for row in rows {
        let cells = match &row.left {
            Ok(left) => {
                let pair = |(low, high): (u64, u64)| (low as f64, high as f64);
                drawn.push(Expected {
                    label: row.changed.clone(),
                    median: left.median as f64,
                    central_50: pair(left.interval_50),
                    central_90: pair(left.interval_90),
                    href: None,
                });
                let range = |(low, high): (u64, u64)| format!("{low} to {high}");
                let median = left.median.to_string();
                [row.changed.clone(), median, range(left.interval_50), range(left.interval_90)]
            }
            Err(reason) => [row.changed.clone(), reason.clone(), String::new(), String::new()],
        };
        table.row(cells.into_iter().map(Line::text).collect());
    }
    let plot = IntervalPlot {
        id: "sensitivity".to_owned(),
        title: "Items left with one belief changed at a time".to_owned(),
        description: "The first row is as believed; every other changes one prior.".to_owned(),
        unit: "items left in one invented place".to_owned(),
        rows: drawn,
    };
    vec![
        Block::Chart {
            svg: interval(&plot),
            caption: Line::text("Items left with one belief changed at a time"),
        },
        Block::Table(table),
    ]
}

fn own_blocks(own: &OwnTasks) -> Vec<Block> {
    let mut table =
        Table::new("Tasks predicted from the others", &["Task", "Found", "Expected", "90 %"]);
    for task in &own.tasks {
        let scores = &task.left_out;
        let cells = [
            task.id.clone(),
            scores.found.to_string(),
            format!("{:.1}", scores.expected),
            format!("{:.0} to {:.0}", scores.interval.low, scores.interval.high),
        ];
        table.row(cells.into_iter().map(Line::text).collect());
    }
    let uneven = own.uniformity.map_or_else(String::new, |p| {
        format!(" Ranks as uneven as these have a probability of {p:.3} if the model is right.")
    });
    vec![
        Block::Paragraph(Line::text(format!(
            "Taken out in turn, effort and finds, and predicted from the others: {} of {} tasks. {} of the \
             90 % intervals hold what was found; {:.1} should.{uneven} Tasks of one place are not \
             independent: this is a hint, no test.",
            own.tasks.len(),
            own.of,
            own.held,
            own.promised
        ))),
        Block::Table(table),
    ]
}

fn kind_json(kind: &KindResult) -> Value {
    let quantities: Vec<Value> = kind
        .quantities
        .iter()
        .map(|result| {
            let coverage: Vec<Value> = result
                .coverage
                .iter()
                .map(|coverage| {
                    json!({
                        "level": coverage.level,
                        "held_share": coverage.held.value,
                        "promised_share": coverage.promised,
                        "central_share": coverage.central.value,
                        "central_standard_error": coverage.central.standard_error,
                        "forecasts": coverage.forecasts,
                    })
                })
                .collect();
            json!({
                "of": result.quantity.words(),
                "coverage": coverage,
                "ranks_even_p_value": result.uniformity,
                "crps_items": result.crps.value,
                "crps_standard_error_items": result.crps.standard_error,
                "log_score": result.log_score,
                "expected_over_left": result.expected_over_left,
            })
        })
        .collect();
    json!({
        "name": kind.name,
        "worlds": kind.worlds,
        "without_number": kind.refused.len(),
        "quantities": quantities,
    })
}

fn plain(line: &Line) -> String {
    use crate::document::Piece;
    line.0
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) | Piece::Strong(text) => text.as_str(),
            _ => "",
        })
        .collect()
}

fn push_markdown(text: &mut String, blocks: &[Block], level: usize) {
    for block in blocks {
        match block {
            Block::Section { heading, blocks, .. } => {
                let _ = writeln!(text, "{} {heading}\n", "#".repeat(level));
                push_markdown(text, blocks, level + 1);
            }
            Block::Paragraph(line) => {
                let _ = writeln!(text, "{}\n", plain(line));
            }
            Block::List(lines) => {
                lines.iter().for_each(|line| {
                    let _ = writeln!(text, "- {}", plain(line));
                });
                text.push('\n');
            }
            Block::Table(table) => {
                let row = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
                let _ = writeln!(text, "**{}**\n", table.caption);
                text.push_str(&row(&table.columns));
                text.push_str(&row(&vec!["---".to_owned(); table.columns.len()]));
                for cells in &table.rows {
                    let cells: Vec<String> =
                        cells.iter().map(|cell| plain(cell).replace('|', "\\|")).collect();
                    text.push_str(&row(&cells));
                }
                text.push('\n');
            }
            Block::Details { summary, blocks } => {
                let _ = writeln!(text, "{summary}:\n");
                push_markdown(text, blocks, level);
            }
            // A drawing says nothing that the table beside it does not.
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
