//! Expected numbers with their uncertainty, one line each.
//!
//! Belongs here: drawing a median and its central 50 % and 90 % on an axis that starts at nought, so
//! that lengths can be compared. Does not belong here: shares on a logit axis (`forest`), computing.

use std::fmt::Write as _;

use super::svg::{
    self, ACCENT, ACCENT_LIGHT, INK, MARGIN, MUTED, PAPER, RULE, WIDTH, lines, number, push_line,
    push_text, significant,
};

/// Expected numbers on one axis.
#[derive(Clone, Debug, PartialEq)]
pub struct IntervalPlot {
    /// An identifier that no other chart of the page has.
    pub id: String,
    /// What the chart shows, for screen readers and as a tooltip.
    pub title: String,
    /// What a reader who cannot see the chart has to know.
    pub description: String,
    /// What is counted: `unexploded submunitions`.
    pub unit: String,
    /// One line each, in the order drawn.
    pub rows: Vec<Expected>,
}

/// One expected number, in the unit of the plot; nothing here is below nought.
#[derive(Clone, Debug, PartialEq)]
pub struct Expected {
    /// What the number is of.
    pub label: String,
    /// Half of the probability lies on either side.
    pub median: f64,
    /// Lower and upper limit of the central 50 %.
    pub central_50: (f64, f64),
    /// Lower and upper limit of the central 90 %.
    pub central_90: (f64, f64),
    /// Address of the page that explains the number.
    pub href: Option<String>,
}

const LEFT: f64 = MARGIN + 4.0;
const RIGHT: f64 = WIDTH - MARGIN - 14.0;

/// Draws the plot as one SVG element.
pub fn interval(plot: &IntervalPlot) -> String {
    let step = tick_step(plot);
    let end = step * (largest(plot) / step).ceil().max(1.0);
    let place = |value: f64| LEFT + (value / end).clamp(0.0, 1.0) * (RIGHT - LEFT);
    let mut rows = String::new();
    let mut y = 6.0;
    for row in &plot.rows {
        y = push_row(&mut rows, row, y, place);
    }
    let mut body = String::new();
    let mut tick = 0.0;
    while tick <= end * 1.000_001 {
        let x = place(tick);
        let attributes = format!("class=\"grid\" stroke=\"{RULE}\" stroke-width=\"0.7\"");
        push_line(&mut body, (x, 6.0), (x, y + 2.0), &attributes);
        let attributes =
            format!("class=\"axis\" font-size=\"11\" text-anchor=\"middle\" fill=\"{MUTED}\"");
        push_text(&mut rows, (x, y + 14.0), &attributes, &significant(tick, 3), None);
        tick += step;
    }
    y += 16.0;
    let key = format!("{}: median (tick), 50 % (dark bar) and 90 % (light bar)", plot.unit);
    for line in lines(&key, WIDTH - 2.0 * MARGIN, 11.5) {
        y += 14.0;
        let attributes = format!("class=\"axis\" font-size=\"11.5\" fill=\"{MUTED}\"");
        push_text(&mut rows, (MARGIN, y), &attributes, &line, None);
    }
    let links = plot.rows.iter().any(|row| row.href.is_some());
    let texts = (plot.title.as_str(), plot.description.as_str());
    let mut svg = svg::open("interval", &plot.id, y + 8.0, texts, links);
    svg.push_str(&body);
    svg.push_str(&rows);
    svg.push_str("</svg>\n");
    svg
}

fn largest(plot: &IntervalPlot) -> f64 {
    let largest = plot.rows.iter().map(|row| row.central_90.1).filter(|value| value.is_finite());
    largest.fold(0.0, f64::max)
}

/// The step of 1, 2 or 5 times a power of ten that gives three to six ticks.
fn tick_step(plot: &IntervalPlot) -> f64 {
    let largest = largest(plot);
    if largest <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powi((largest / 5.0).log10().floor() as i32);
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| largest / step <= 5.0)
        .unwrap_or(power * 10.0)
}

/// Two significant digits are all that an estimate bears, unless its two limits would read the same.
fn digits(row: &Expected) -> i32 {
    let narrow = row.central_50.1 - row.central_50.0 < 0.2 * row.median;
    if narrow { 3 } else { 2 }
}

fn push_row(svg: &mut String, row: &Expected, top: f64, place: impl Fn(f64) -> f64) -> f64 {
    let mut y = top;
    let halo = format!("stroke=\"{PAPER}\" stroke-width=\"3\" paint-order=\"stroke\"");
    let _ = writeln!(svg, "<g class=\"row\">");
    for line in lines(&row.label, WIDTH - 2.0 * MARGIN, 12.5) {
        y += 15.0;
        let fill = if row.href.is_some() { ACCENT } else { INK };
        let attributes = format!("class=\"label\" font-size=\"12.5\" fill=\"{fill}\" {halo}");
        push_text(svg, (MARGIN, y), &attributes, &line, row.href.as_deref());
    }
    let words = |value: f64| significant(value, digits(row));
    let range = |(low, high): (f64, f64)| format!("{} to {}", words(low), words(high));
    let details = [
        format!("about {} · 50 % probable: {}", words(row.median), range(row.central_50)),
        format!("90 % probable: {}", range(row.central_90)),
    ];
    for line in details.iter().flat_map(|detail| lines(detail, WIDTH - 2.0 * MARGIN, 11.5)) {
        y += 14.0;
        let attributes = format!("class=\"detail\" font-size=\"11.5\" fill=\"{MUTED}\" {halo}");
        push_text(svg, (MARGIN, y), &attributes, &line, None);
    }
    y += 13.0;
    for (class, (low, high), height, fill) in [
        ("central-90", row.central_90, 6.0, ACCENT_LIGHT),
        ("central-50", row.central_50, 12.0, ACCENT),
    ] {
        let _ = writeln!(
            svg,
            "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" \
             fill=\"{fill}\"/>",
            number(place(low)),
            number(y - height / 2.0),
            number((place(high) - place(low)).max(1.0)),
            number(height),
        );
    }
    let x = place(row.median);
    // Without a light edge the tick would drown in the bar; with it, a short bar would drown.
    if place(row.central_50.1) - place(row.central_50.0) > 12.0 {
        let edge = format!("class=\"median-edge\" stroke=\"{PAPER}\" stroke-width=\"4.5\"");
        push_line(svg, (x, y - 9.0), (x, y + 9.0), &edge);
    }
    let tick = format!("class=\"median\" stroke=\"{INK}\" stroke-width=\"2.2\"");
    push_line(svg, (x, y - 9.0), (x, y + 9.0), &tick);
    svg.push_str("</g>\n");
    y + 14.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> IntervalPlot {
        IntervalPlot {
            id: "expected".to_owned(),
            title: "Expected duds of 1,000 cargo projectiles".to_owned(),
            description: "Two expectations with their uncertainty.".to_owned(),
            unit: "unexploded submunitions".to_owned(),
            rows: vec![
                Expected {
                    label: "At the pooled share".to_owned(),
                    median: 4_390.0,
                    central_50: (2_950.0, 6_340.0),
                    central_90: (1_300.0, 11_500.0),
                    href: Some("/explain/duds".to_owned()),
                },
                Expected {
                    label: "At the share stated by <the supplier>".to_owned(),
                    median: 1_690.0,
                    central_50: (1_660.0, 1_720.0),
                    central_90: (1_620.0, 1_760.0),
                    href: None,
                },
            ],
        }
    }

    #[test]
    fn the_plot_looks_as_it_did() {
        let drawn = interval(&example());
        svg::assert_well_formed(&drawn);
        insta::assert_snapshot!(drawn);
    }

    #[test]
    fn the_axis_starts_at_nought_and_holds_the_largest_limit() {
        for largest in [0.3, 1.0, 7.0, 99.0, 11_500.0, 1e7] {
            let mut plot = example();
            plot.rows.truncate(1);
            plot.rows[0].central_90.1 = largest;
            let ticks = largest / tick_step(&plot);
            assert!((2.0..=5.0).contains(&ticks), "{largest}: {ticks} steps");
        }
        assert!(interval(&example()).contains(">0</text>"));
    }

    #[test]
    fn a_plot_of_noughts_is_still_a_plot() {
        let mut plot = example();
        plot.rows.truncate(1);
        plot.rows[0] = Expected {
            median: 0.0,
            central_50: (0.0, 0.0),
            central_90: (0.0, 0.0),
            ..plot.rows[0].clone()
        };
        let drawn = interval(&plot);
        svg::assert_well_formed(&drawn);
        assert!(!drawn.contains("NaN"));
        plot.rows.clear();
        svg::assert_well_formed(&interval(&plot));
    }
}
