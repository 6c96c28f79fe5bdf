//! How one amount became another: a bar for what was there, one for each change, one for what is
//! left.
//!
//! Belongs here: drawing bars each of which begins where the one above ends. Does not belong here:
//! which changes there are, and whether they add up (`answer::balance`).
//!
//! What is there is drawn filled and dark, what comes to it hollow, what goes from it in the accent:
//! the three differ in grey as well, and each label carries its sign.

use std::fmt::Write as _;

use super::svg::{
    self, ACCENT, INK, MARGIN, MUTED, PAPER, RULE, WIDTH, lines, number, push_line, push_text,
    significant,
};

/// Amounts of one unit, from the first to the last.
#[derive(Clone, Debug, PartialEq)]
pub struct Waterfall {
    /// An identifier that no other chart of the page has.
    pub id: String,
    /// What the chart shows, for screen readers and as a tooltip.
    pub title: String,
    /// What a reader who cannot see the chart has to know.
    pub description: String,
    /// What is counted: `m²`.
    pub unit: String,
    /// The bars, from above.
    pub bars: Vec<Bar>,
}

/// One bar, from one amount to another; a change to less goes from right to left.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// What it is.
    pub label: String,
    /// The number as it is printed, with its sign.
    pub printed: String,
    /// What it means.
    pub kind: BarKind,
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
}

/// What a bar means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarKind {
    /// What is there.
    Stock,
    /// What comes to it.
    Added,
    /// What goes from it.
    Taken,
}

const LEFT: f64 = MARGIN + 4.0;
const RIGHT: f64 = WIDTH - MARGIN - 14.0;

/// Draws the bars as one SVG element.
#[must_use]
pub fn waterfall(chart: &Waterfall) -> String {
    let ends = || chart.bars.iter().flat_map(|bar| [bar.from, bar.to]).filter(|x| x.is_finite());
    let (least, most) = (ends().fold(0.0, f64::min), ends().fold(0.0, f64::max));
    let step = tick_step(most - least);
    let (low, high) = (step * (least / step).floor(), step * (most / step).ceil());
    let span = if high > low { high - low } else { step };
    let place = |value: f64| LEFT + ((value - low) / span).clamp(0.0, 1.0) * (RIGHT - LEFT);
    let mut rows = String::new();
    let mut y = 6.0;
    let mut end_above: Option<(f64, f64)> = None;
    for bar in &chart.bars {
        if let Some((x, top)) = end_above {
            // The thread from the end of one bar to the beginning of the next.
            let attributes = format!("class=\"rule\" stroke=\"{MUTED}\" stroke-dasharray=\"2 2\"");
            push_line(&mut rows, (x, top), (x, y + 21.0), &attributes);
        }
        y = push_bar(&mut rows, bar, y, place);
        end_above = Some((place(bar.to), y - 5.0));
    }
    let mut body = String::new();
    let ticks = (span / step).round().clamp(1.0, 20.0) as u32;
    for tick in 0..=ticks {
        let value = low + f64::from(tick) * step;
        let x = place(value);
        let grid = format!("class=\"grid\" stroke=\"{RULE}\" stroke-width=\"0.7\"");
        push_line(&mut body, (x, 6.0), (x, y + 2.0), &grid);
        let axis =
            format!("class=\"axis\" font-size=\"11\" text-anchor=\"middle\" fill=\"{MUTED}\"");
        push_text(&mut rows, (x, y + 14.0), &axis, &significant(value, 3), None);
    }
    y += 16.0;
    let key = format!("{}: there (dark), added (hollow), taken off (filled, lighter)", chart.unit);
    for line in lines(&key, WIDTH - 2.0 * MARGIN, 11.5) {
        y += 14.0;
        let attributes = format!("class=\"axis\" font-size=\"11.5\" fill=\"{MUTED}\"");
        push_text(&mut rows, (MARGIN, y), &attributes, &line, None);
    }
    let texts = (chart.title.as_str(), chart.description.as_str());
    let mut svg = svg::open("waterfall", &chart.id, y + 8.0, texts, false);
    svg.push_str(&body);
    svg.push_str(&rows);
    svg.push_str("</svg>\n");
    svg
}

/// The step of 1, 2 or 5 times a power of ten that gives two to six ticks.
fn tick_step(span: f64) -> f64 {
    if span <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powi((span / 5.0).log10().floor() as i32);
    let steps = [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * power);
    steps.into_iter().find(|step| span / step <= 5.0).unwrap_or(power * 10.0)
}

fn push_bar(svg: &mut String, bar: &Bar, top: f64, place: impl Fn(f64) -> f64) -> f64 {
    let halo = format!("stroke=\"{PAPER}\" stroke-width=\"3\" paint-order=\"stroke\"");
    let _ = writeln!(svg, "<g class=\"row\">");
    let label = format!("class=\"label\" font-size=\"12.5\" fill=\"{INK}\" {halo}");
    push_text(svg, (MARGIN, top + 15.0), &label, &bar.label, None);
    let printed = format!("{label} text-anchor=\"end\"");
    push_text(svg, (WIDTH - MARGIN, top + 15.0), &printed, &bar.printed, None);
    let (class, fill) = match bar.kind {
        BarKind::Stock => ("mark filled", INK),
        BarKind::Added => ("mark hollow", PAPER),
        BarKind::Taken => ("span", ACCENT),
    };
    let (left, right) = (place(bar.from.min(bar.to)), place(bar.from.max(bar.to)));
    let edge = if bar.kind == BarKind::Taken { "none" } else { INK };
    let _ = writeln!(
        svg,
        "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"12\" fill=\"{fill}\" \
         stroke=\"{edge}\"/>",
        number(left),
        number(top + 21.0),
        // A change of nothing is still a line to be seen.
        number((right - left).max(1.0)),
    );
    svg.push_str("</g>\n");
    top + 38.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Waterfall {
        let bar = |label: &str, printed: &str, kind, from, to| Bar {
            label: label.to_owned(),
            printed: printed.to_owned(),
            kind,
            from,
            to,
        };
        Waterfall {
            id: "balance".to_owned(),
            title: "Open land in 2024".to_owned(),
            description: "It grew by 10 and fell by 25.".to_owned(),
            unit: "m²".to_owned(),
            bars: vec![
                bar("open before", "30", BarKind::Stock, 0.0, 30.0),
                bar("newly <identified>", "+ 10", BarKind::Added, 30.0, 40.0),
                bar("cleared", "− 25", BarKind::Taken, 40.0, 15.0),
                bar("open after", "15", BarKind::Stock, 0.0, 15.0),
            ],
        }
    }

    #[test]
    fn the_bars_look_as_they_did() {
        let drawn = waterfall(&example());
        svg::assert_well_formed(&drawn);
        insta::assert_snapshot!(drawn);
    }

    #[test]
    fn nothing_and_less_than_nothing_are_still_drawn() {
        let mut chart = example();
        for bar in &mut chart.bars {
            (bar.from, bar.to) = (0.0, 0.0);
        }
        let drawn = waterfall(&chart);
        svg::assert_well_formed(&drawn);
        assert!(!drawn.contains("NaN") && !drawn.contains("inf"));
        (chart.bars[2].from, chart.bars[2].to) = (10.0, -5.0);
        let drawn = waterfall(&chart);
        svg::assert_well_formed(&drawn);
        assert!(drawn.contains(">-5</text>"), "{drawn}");
        chart.bars.clear();
        svg::assert_well_formed(&waterfall(&chart));
    }
}
