//! Whether probabilities meant what they said: ranks, coverage, reliability.
//!
//! Belongs here: drawing what a validation found so that a bad model looks bad. Does not belong here:
//! finding it, or the limits of a band (`remnant-estimate`).
//!
//! What is expected of a right model is grey and lies behind; what was seen is dark and lies before it.

use std::fmt::Write as _;

use super::svg::{
    self, ACCENT, INK, MARGIN, MUTED, PAPER, RULE, WIDTH, lines, number, percent, push_line,
    push_text,
};

/// The ranks of truths among what was forecast, with the band that even ranks keep to.
#[derive(Clone, Debug, PartialEq)]
pub struct RankPlot {
    /// An identifier that no other chart of the page has.
    pub id: String,
    /// What the chart shows, for screen readers and as a tooltip.
    pub title: String,
    /// What a reader who cannot see the chart has to know.
    pub description: String,
    /// One value from 0 to 1 for each world: the probability that was given to less than the truth.
    pub ranks: Vec<f64>,
    /// Place from 0 to 1, and the lowest and highest share of ranks below it that even ranks keep to
    /// everywhere at once.
    pub band: Vec<(f64, f64, f64)>,
    /// How often even ranks keep to the band, as a share.
    pub band_level: f64,
}

/// Bars of the histogram.
const BARS: usize = 10;
const LEFT: f64 = MARGIN + 4.0;
const RIGHT: f64 = WIDTH - MARGIN - 4.0;
const HISTOGRAM: f64 = 70.0;
const CURVE: f64 = 90.0;

/// Draws a histogram, and below it how far the ranks' distribution is from even, in its band.
#[must_use]
pub fn ranks(plot: &RankPlot) -> String {
    let mut body = String::new();
    let place = |value: f64| LEFT + value.clamp(0.0, 1.0) * (RIGHT - LEFT);
    push_histogram(&mut body, plot, 6.0, place);
    let mut y = push_differences(&mut body, plot, HISTOGRAM + 26.0, place);
    for (value, words) in [(0.0, "0"), (0.5, "0.5"), (1.0, "1")] {
        let axis =
            format!("class=\"axis\" font-size=\"11\" text-anchor=\"middle\" fill=\"{MUTED}\"");
        push_text(&mut body, (place(value), y + 12.0), &axis, words, None);
    }
    y += 14.0;
    let key = format!(
        "Above: truths by the probability given to less; a right model fills all bars alike (grey line). \
         Below: share of ranks under each place, less what is even; a right model stays inside the grey \
         band everywhere in {} of runs.",
        percent(plot.band_level)
    );
    y = push_key(&mut body, &key, y);
    let texts = (plot.title.as_str(), plot.description.as_str());
    let mut drawn = svg::open("ranks", &plot.id, y, texts, false);
    drawn.push_str(&body);
    drawn.push_str("</svg>\n");
    drawn
}

fn push_key(svg: &mut String, key: &str, top: f64) -> f64 {
    let mut y = top;
    for line in lines(key, WIDTH - 2.0 * MARGIN, 11.5) {
        y += 14.0;
        let attributes = format!("class=\"axis\" font-size=\"11.5\" fill=\"{MUTED}\"");
        push_text(svg, (MARGIN, y), &attributes, &line, None);
    }
    y + 8.0
}

fn push_histogram(svg: &mut String, plot: &RankPlot, top: f64, place: impl Fn(f64) -> f64) {
    let mut counts = [0_usize; BARS];
    for rank in plot.ranks.iter().filter(|rank| rank.is_finite()) {
        counts[((rank.max(0.0) * BARS as f64) as usize).min(BARS - 1)] += 1;
    }
    let even = plot.ranks.len() as f64 / BARS as f64;
    let most = counts.iter().map(|count| *count as f64).fold(1.5 * even, f64::max).max(1.0);
    let height = |count: f64| count / most * HISTOGRAM;
    for (bar, count) in counts.iter().enumerate() {
        let (from, to) = (bar as f64 / BARS as f64, (bar + 1) as f64 / BARS as f64);
        let tall = height(*count as f64);
        let _ = writeln!(
            svg,
            "<rect class=\"rank-bar\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{ACCENT}\" \
             stroke=\"{PAPER}\" stroke-width=\"1\"><title>{count} of {}</title></rect>",
            number(place(from)),
            number(top + HISTOGRAM - tall),
            number(place(to) - place(from)),
            number(tall),
            plot.ranks.len(),
        );
    }
    let y = top + HISTOGRAM - height(even);
    let attributes = format!("class=\"even\" stroke=\"{MUTED}\" stroke-width=\"1.2\"");
    push_line(svg, (LEFT, y), (RIGHT, y), &attributes);
    let attributes = format!("class=\"rule\" stroke=\"{INK}\" stroke-width=\"0.8\"");
    push_line(svg, (LEFT, top + HISTOGRAM), (RIGHT, top + HISTOGRAM), &attributes);
}

fn push_differences(
    svg: &mut String,
    plot: &RankPlot,
    top: f64,
    place: impl Fn(f64) -> f64,
) -> f64 {
    let count = plot.ranks.len().max(1) as f64;
    let seen: Vec<(f64, f64)> = plot
        .band
        .iter()
        .map(|(at, _, _)| {
            let below = plot.ranks.iter().filter(|rank| **rank < *at).count() as f64;
            (*at, below / count - at)
        })
        .collect();
    let widest = plot
        .band
        .iter()
        .flat_map(|(at, low, high)| [low - at, high - at])
        .chain(seen.iter().map(|(_, difference)| *difference))
        .filter(|value| value.is_finite())
        .fold(0.05, |widest: f64, value| widest.max(value.abs()));
    let middle = top + CURVE / 2.0;
    let down = |difference: f64| middle - difference / widest * (CURVE / 2.0);
    let corner = |(at, difference): (f64, f64)| {
        format!("{},{}", number(place(at)), number(down(difference)))
    };
    let mut outline = vec![corner((0.0, 0.0))];
    outline.extend(plot.band.iter().map(|(at, _, high)| corner((*at, high - at))));
    outline.push(corner((1.0, 0.0)));
    outline.extend(plot.band.iter().rev().map(|(at, low, _)| corner((*at, low - at))));
    let _ = writeln!(
        svg,
        "<polygon class=\"band\" points=\"{}\" fill=\"{RULE}\" stroke=\"{MUTED}\" \
         stroke-width=\"0.6\"/>",
        outline.join(" ")
    );
    let attributes = format!("class=\"even\" stroke=\"{MUTED}\" stroke-width=\"0.8\"");
    push_line(svg, (LEFT, middle), (RIGHT, middle), &attributes);
    let mut curve = vec![corner((0.0, 0.0))];
    curve.extend(seen.into_iter().map(corner));
    curve.push(corner((1.0, 0.0)));
    let _ = writeln!(
        svg,
        "<polyline class=\"seen\" points=\"{}\" fill=\"none\" stroke=\"{INK}\" \
         stroke-width=\"1.8\"/>",
        curve.join(" ")
    );
    top + CURVE
}

/// Coverage of intervals: what was held beside what was promised.
#[derive(Clone, Debug, PartialEq)]
pub struct CoveragePlot {
    /// An identifier that no other chart of the page has.
    pub id: String,
    /// What the chart shows, for screen readers and as a tooltip.
    pub title: String,
    /// What a reader who cannot see the chart has to know.
    pub description: String,
    /// One row each, in the order drawn.
    pub rows: Vec<CoverageRow>,
}

/// Coverage of intervals of one level.
#[derive(Clone, Debug, PartialEq)]
pub struct CoverageRow {
    /// What was forecast, and the level.
    pub label: String,
    /// Share of truths in the central part of their forecast, ties split by chance.
    pub seen: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// The level.
    pub level: f64,
    /// Lowest and highest share that count as reached.
    pub goal: (f64, f64),
}

/// Draws coverage on an axis from 0 to 1.
#[must_use]
pub fn coverage(plot: &CoveragePlot) -> String {
    let place = |value: f64| LEFT + value.clamp(0.0, 1.0) * (RIGHT - LEFT);
    let mut rows = String::new();
    let mut y = 4.0;
    for row in &plot.rows {
        y = push_coverage(&mut rows, row, y, place);
    }
    let mut body = String::new();
    for tick in [0.0, 0.25, 0.5, 0.75, 0.9, 1.0] {
        let attributes = format!("class=\"grid\" stroke=\"{RULE}\" stroke-width=\"0.7\"");
        push_line(&mut body, (place(tick), 4.0), (place(tick), y + 2.0), &attributes);
        let axis =
            format!("class=\"axis\" font-size=\"10.5\" text-anchor=\"middle\" fill=\"{MUTED}\"");
        push_text(&mut rows, (place(tick), y + 13.0), &axis, &percent(tick), None);
    }
    let key = "Share of truths inside the interval (dot, with two standard errors), its name (tick), and \
               what counts as reached (grey).";
    y = push_key(&mut rows, key, y + 14.0);
    let texts = (plot.title.as_str(), plot.description.as_str());
    let mut drawn = svg::open("coverage", &plot.id, y, texts, false);
    drawn.push_str(&body);
    drawn.push_str(&rows);
    drawn.push_str("</svg>\n");
    drawn
}

fn push_coverage(svg: &mut String, row: &CoverageRow, top: f64, place: impl Fn(f64) -> f64) -> f64 {
    let mut y = top;
    let halo = format!("stroke=\"{PAPER}\" stroke-width=\"3\" paint-order=\"stroke\"");
    let reached = (row.goal.0..=row.goal.1).contains(&row.seen);
    let verdict = if reached { "" } else { " · outside the goal" };
    let label = format!("{}: {}{verdict}", row.label, percent(row.seen));
    for line in lines(&label, WIDTH - 2.0 * MARGIN, 12.0) {
        y += 15.0;
        let attributes = format!("class=\"label\" font-size=\"12\" fill=\"{INK}\" {halo}");
        push_text(svg, (MARGIN, y), &attributes, &line, None);
    }
    y += 11.0;
    let _ = writeln!(
        svg,
        "<rect class=\"goal\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"14\" fill=\"{RULE}\"/>",
        number(place(row.goal.0)),
        number(y - 7.0),
        number(place(row.goal.1) - place(row.goal.0)),
    );
    let tick = format!("class=\"level\" stroke=\"{MUTED}\" stroke-width=\"1.4\"");
    push_line(svg, (place(row.level), y - 7.0), (place(row.level), y + 7.0), &tick);
    let (low, high) = (row.seen - 2.0 * row.standard_error, row.seen + 2.0 * row.standard_error);
    let range = format!("class=\"range\" stroke=\"{INK}\" stroke-width=\"1.8\"");
    push_line(svg, (place(low), y), (place(high), y), &range);
    // What misses its goal is hollow, so that grey paper shows it as well.
    let fill = if reached { INK } else { PAPER };
    let _ = writeln!(
        svg,
        "<circle class=\"seen\" cx=\"{}\" cy=\"{}\" r=\"4.2\" fill=\"{fill}\" stroke=\"{INK}\" \
         stroke-width=\"1.6\"/>",
        number(place(row.seen)),
        number(y),
    );
    y + 10.0
}

/// Probabilities that were given, against how often they came true.
#[derive(Clone, Debug, PartialEq)]
pub struct ReliabilityPlot {
    /// An identifier that no other chart of the page has.
    pub id: String,
    /// What the chart shows, for screen readers and as a tooltip.
    pub title: String,
    /// What a reader who cannot see the chart has to know.
    pub description: String,
    /// Mean probability given, share that came true, and number of forecasts.
    pub bins: Vec<(f64, f64, usize)>,
}

/// Draws probabilities against shares that came true, with the line that a right model keeps to.
#[must_use]
pub fn reliability(plot: &ReliabilityPlot) -> String {
    let side = 220.0;
    let left = MARGIN + 34.0;
    let top = 8.0;
    let across = |value: f64| left + value.clamp(0.0, 1.0) * side;
    let down = |value: f64| top + (1.0 - value.clamp(0.0, 1.0)) * side;
    let mut body = String::new();
    for tick in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let grid = format!("class=\"grid\" stroke=\"{RULE}\" stroke-width=\"0.7\"");
        push_line(&mut body, (across(tick), down(0.0)), (across(tick), down(1.0)), &grid);
        push_line(&mut body, (across(0.0), down(tick)), (across(1.0), down(tick)), &grid);
        let axis = |anchor: &str| {
            format!("class=\"axis\" font-size=\"10.5\" text-anchor=\"{anchor}\" fill=\"{MUTED}\"")
        };
        let words = percent(tick);
        push_text(&mut body, (across(tick), down(0.0) + 13.0), &axis("middle"), &words, None);
        push_text(&mut body, (left - 5.0, down(tick) + 4.0), &axis("end"), &words, None);
    }
    let even = format!("class=\"even\" stroke=\"{MUTED}\" stroke-width=\"1.2\"");
    push_line(&mut body, (across(0.0), down(0.0)), (across(1.0), down(1.0)), &even);
    for (probability, seen, forecasts) in &plot.bins {
        let _ = writeln!(
            body,
            "<circle class=\"seen\" cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{ACCENT}\" stroke=\"{PAPER}\" \
             stroke-width=\"1\"><title>{forecasts} forecasts</title></circle>",
            number(across(*probability)),
            number(down(*seen)),
            number(3.0 + (*forecasts as f64).max(1.0).log10()),
        );
    }
    let key = "Probability of any item left in a cell that was given (across) and share of such cells with \
               one (up); larger dots are more cells. A right model keeps to the line.";
    let y = push_key(&mut body, key, down(0.0) + 16.0);
    let texts = (plot.title.as_str(), plot.description.as_str());
    let mut drawn = svg::open("reliability", &plot.id, y, texts, false);
    drawn.push_str(&body);
    drawn.push_str("</svg>\n");
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rank_plot(ranks: Vec<f64>) -> RankPlot {
        RankPlot {
            id: "ranks-total".to_owned(),
            title: "Ranks of totals <of all worlds>".to_owned(),
            description: "How evenly truths are spread.".to_owned(),
            ranks,
            band: (1..10)
                .map(|n| {
                    let at = f64::from(n) / 10.0;
                    (at, (at - 0.2).max(0.0), (at + 0.2).min(1.0))
                })
                .collect(),
            band_level: 0.95,
        }
    }

    #[test]
    fn ranks_look_as_they_did() {
        let drawn = ranks(&rank_plot((0..40).map(|n| (f64::from(n) + 0.5) / 40.0).collect()));
        svg::assert_well_formed(&drawn);
        insta::assert_snapshot!(drawn);
    }

    #[test]
    fn coverage_that_misses_its_goal_is_hollow_and_says_so() {
        let row = |seen| CoverageRow {
            label: "total, 90 %".to_owned(),
            seen,
            standard_error: 0.02,
            level: 0.9,
            goal: (0.87, 0.93),
        };
        let plot = CoveragePlot {
            id: "coverage".to_owned(),
            title: "Coverage".to_owned(),
            description: "Two rows.".to_owned(),
            rows: vec![row(0.91), row(0.62)],
        };
        let drawn = coverage(&plot);
        svg::assert_well_formed(&drawn);
        assert_eq!(drawn.matches("outside the goal").count(), 1);
        assert_eq!(drawn.matches(&format!("fill=\"{PAPER}\"")).count(), 1);
        insta::assert_snapshot!(drawn);
    }

    #[test]
    fn nothing_and_numbers_that_are_none_are_still_drawn() {
        let mut empty = rank_plot(Vec::new());
        empty.band.clear();
        for drawn in [
            ranks(&empty),
            ranks(&rank_plot(vec![f64::NAN, 2.0, -1.0])),
            coverage(&CoveragePlot {
                id: "c".to_owned(),
                title: String::new(),
                description: String::new(),
                rows: Vec::new(),
            }),
            reliability(&ReliabilityPlot {
                id: "r".to_owned(),
                title: String::new(),
                description: String::new(),
                bins: vec![(0.02, 0.03, 12_000), (0.95, 1.0, 3)],
            }),
        ] {
            svg::assert_well_formed(&drawn);
            assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{drawn}");
        }
    }
}
