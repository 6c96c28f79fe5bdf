//! The evidence on dud rates, one line each, and what they give together.
//!
//! Belongs here: drawing shares on one axis so that a maker's claim, a firing test and a count in the
//! field can be told apart. Does not belong here: which evidence is used (`remnant-estimate`), or whose
//! word counts.
//!
//! The axis is the logit of the share, because the evidence runs from a tenth of a per cent to a third
//! and the lower end is where the claims differ. What was stated without a lower or upper limit is drawn
//! with an arrow and never with a closed end.

use std::fmt::Write as _;

use super::svg::{
    self, ACCENT, ACCENT_LIGHT, INK, MARGIN, MUTED, PAPER, RULE, WIDTH, lines, number, percent,
    push_line, push_text,
};

/// Shares at the left and right edge of the axis.
const EDGES: (f64, f64) = (0.0005, 0.8);
const TICKS: [f64; 6] = [0.001, 0.01, 0.03, 0.1, 0.3, 0.6];

/// All evidence of one question.
#[derive(Clone, Debug, PartialEq)]
pub struct Forest {
    /// An identifier that no other chart of the page has.
    pub id: String,
    /// What the chart shows, for screen readers and as a tooltip.
    pub title: String,
    /// What a reader who cannot see the chart has to know.
    pub description: String,
    /// One group for each submunition.
    pub groups: Vec<Group>,
}

/// The evidence on one submunition.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The name of the submunition.
    pub heading: String,
    /// One row for each statement, in the order drawn.
    pub rows: Vec<Row>,
    /// What the rows in use give together; nothing where they give no estimate.
    pub pooled: Option<Pooled>,
}

/// One statement on a dud rate.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What was stated, in short.
    pub label: String,
    /// Whose word it is.
    pub claimant: String,
    /// What the statement rests on.
    pub kind: EvidenceKind,
    /// Whether the pooled estimate uses it.
    pub used: bool,
    /// The share stated.
    pub share: StatedShare,
    /// Address of the page that explains the row.
    pub href: String,
}

/// What a statement on a dud rate rests on; each is drawn with its own shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EvidenceKind {
    /// Said by those who cleared or surveyed where such munitions were used.
    Field,
    /// Fired on a range.
    Test,
    /// Said by an office or a maker without its data.
    Official,
    /// Worked out or judged by somebody.
    Estimate,
    /// Demanded of a munition, which is no observation at all.
    Requirement,
}

impl EvidenceKind {
    const ALL: [Self; 5] =
        [Self::Field, Self::Test, Self::Official, Self::Estimate, Self::Requirement];

    /// The word for it in legends.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Field => "from clearance",
            Self::Test => "firing test",
            Self::Official => "official statement",
            Self::Estimate => "estimate",
            Self::Requirement => "requirement",
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Field => "evidence-field",
            Self::Test => "evidence-test",
            Self::Official => "evidence-official",
            Self::Estimate => "evidence-estimate",
            Self::Requirement => "evidence-requirement",
        }
    }
}

/// A share as it was stated, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StatedShare {
    /// One number.
    Point(f64),
    /// A range; an end that was not stated is open.
    Interval {
        /// Lower limit, if one was stated.
        low: Option<f64>,
        /// Upper limit, if one was stated.
        high: Option<f64>,
    },
}

impl StatedShare {
    /// The share in words: `2.35 %`, `2 % to 5 %`, `at most 1 %`, `at least 5 %`.
    pub fn words(self) -> String {
        match self {
            Self::Point(share) => percent(share),
            Self::Interval { low: Some(low), high: Some(high) } => {
                format!("{} to {}", percent(low), percent(high))
            }
            Self::Interval { low: None, high: Some(high) } => format!("at most {}", percent(high)),
            Self::Interval { low: Some(low), high: None } => format!("at least {}", percent(low)),
            Self::Interval { low: None, high: None } => "no limit stated".to_owned(),
        }
    }
}

/// What several statements give together, as shares from 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Pooled {
    /// Half of the probability lies on either side.
    pub median: f64,
    /// Lower and upper limit of the central 50 %.
    pub central_50: (f64, f64),
    /// Lower and upper limit of the central 90 %.
    pub central_90: (f64, f64),
    /// Address of the page that explains the estimate.
    pub href: Option<String>,
}

const LINE: f64 = 16.0;
const BAR: f64 = 20.0;
const LEFT: f64 = MARGIN + 4.0;
const RIGHT: f64 = WIDTH - MARGIN - 4.0;

/// Draws one SVG element for each group and one for the key, so that a wide page can set them beside
/// one another and paper need not cut any.
pub fn forest(forest: &Forest) -> String {
    let mut svgs = String::new();
    for (number, group) in forest.groups.iter().enumerate() {
        let mut body = String::new();
        let height = push_group(&mut body, group, 4.0);
        let id = format!("{}-{}", forest.id, number + 1);
        let title = format!("{}: {}", forest.title, group.heading);
        svgs.push_str(&svg::open("forest", &id, height, (&title, &forest.description), true));
        svgs.push_str(&body);
        svgs.push_str("</svg>\n");
    }
    let mut key = String::new();
    let height = push_legend(&mut key, forest, 4.0);
    let (id, texts) = (format!("{}-key", forest.id), ("Key", "What the shapes stand for."));
    svgs.push_str(&svg::open("forest", &id, height, texts, false));
    svgs.push_str(&key);
    svgs.push_str("</svg>\n");
    svgs
}

/// Where a share lies on the axis. Shares beyond an edge, 0 and 1 among them, lie on the edge.
fn place(share: f64) -> f64 {
    let logit = |share: f64| (share / (1.0 - share)).ln();
    let (left, right) = (logit(EDGES.0), logit(EDGES.1));
    // A share that is not a number is on no side; it is drawn at the left edge as off the axis.
    let share = if share.is_nan() { EDGES.0 } else { share.clamp(EDGES.0, EDGES.1) };
    LEFT + (logit(share) - left) / (right - left) * (RIGHT - LEFT)
}

fn push_group(svg: &mut String, group: &Group, top: f64) -> f64 {
    let mut body = String::new();
    let mut y = top;
    // Bold letters are wider than those that lines are reckoned with.
    for line in lines(&group.heading, (WIDTH - 2.0 * MARGIN) / 1.15, 14.5) {
        y += 18.0;
        let attributes = "class=\"heading\" font-size=\"14.5\" font-weight=\"bold\"";
        push_text(&mut body, (MARGIN, y), attributes, &line, None);
    }
    y += 8.0;
    let axis_top = y + 14.0;
    push_axis_words(&mut body, y + 8.0);
    y = axis_top + 2.0;
    for row in &group.rows {
        y = push_row(&mut body, row, y);
    }
    if let Some(pooled) = &group.pooled {
        y = push_pooled(&mut body, pooled, y);
    }
    let axis_bottom = y + 2.0;
    for tick in TICKS {
        let x = place(tick);
        let attributes = format!("class=\"grid\" stroke=\"{RULE}\" stroke-width=\"0.7\"");
        push_line(svg, (x, axis_top), (x, axis_bottom), &attributes);
    }
    svg.push_str(&body);
    push_axis_words(svg, axis_bottom + 10.0);
    axis_bottom + 22.0
}

fn push_axis_words(svg: &mut String, y: f64) {
    for tick in TICKS {
        let attributes =
            format!("class=\"axis\" font-size=\"11.5\" text-anchor=\"middle\" fill=\"{MUTED}\"");
        push_text(svg, (place(tick), y), &attributes, &percent(tick), None);
    }
}

/// A white edge around letters keeps the lines of the axis from crossing them.
fn on_paper(class: &str, fill: &str) -> String {
    format!(
        "class=\"{class}\" fill=\"{fill}\" stroke=\"{PAPER}\" stroke-width=\"3\" \
         paint-order=\"stroke\" stroke-linejoin=\"round\""
    )
}

fn push_row(svg: &mut String, row: &Row, top: f64) -> f64 {
    let mut y = top + 3.0;
    let width = WIDTH - 2.0 * MARGIN;
    let class = if row.used { "used" } else { "left-out" };
    let _ = writeln!(svg, "<g class=\"row {} {class}\">", row.kind.class());
    for line in lines(&row.label, width, 13.0) {
        y += LINE;
        let attributes = format!("{} font-size=\"13\"", on_paper("label", ACCENT));
        push_text(svg, (MARGIN, y), &attributes, &line, Some(&row.href));
    }
    let left_out = if row.used { "" } else { " · not\u{a0}used" };
    let detail =
        format!("{} · {} · {}{left_out}", row.share.words(), row.claimant, row.kind.word());
    for line in lines(&detail, width, 12.0) {
        y += LINE - 1.0;
        let attributes = format!("{} font-size=\"12\"", on_paper("detail", MUTED));
        push_text(svg, (MARGIN, y), &attributes, &line, None);
    }
    push_share(svg, row, y + BAR / 2.0 + 1.0);
    svg.push_str("</g>\n");
    y + BAR + 2.0
}

fn push_share(svg: &mut String, row: &Row, y: f64) {
    let dashes = if row.used { "" } else { " stroke-dasharray=\"2 2.5\"" };
    let stroke = format!("class=\"range\" stroke=\"{INK}\" stroke-width=\"2.2\"{dashes}");
    match row.share {
        StatedShare::Point(share) => {
            let x = place(share);
            if share < EDGES.0 {
                push_arrow(svg, x - 13.0, y, true, "off-axis");
            } else if share > EDGES.1 {
                push_arrow(svg, x + 13.0, y, false, "off-axis");
            }
            push_marker(svg, row.kind, row.used, (x, y));
        }
        StatedShare::Interval { low, high } => {
            let (from, to) = (low.map_or(LEFT, place), high.map_or(RIGHT, place));
            push_line(svg, (from, y), (to, y), &stroke);
            // A marker stands for a number that was stated, so never in the middle of a range.
            for (limit, x, leftwards) in [(low, from, true), (high, to, false)] {
                match limit {
                    Some(_) => push_marker(svg, row.kind, row.used, (x, y)),
                    None => push_arrow(svg, x, y, leftwards, "open-end"),
                }
            }
        }
    }
}

fn push_arrow(svg: &mut String, x: f64, y: f64, leftwards: bool, class: &str) {
    let back = if leftwards { 7.0 } else { -7.0 };
    let _ = writeln!(
        svg,
        "<path class=\"{class}\" d=\"M{} {}L{} {}L{} {}\" fill=\"none\" stroke=\"{INK}\" \
         stroke-width=\"2.2\" stroke-linejoin=\"round\"/>",
        number(x + back),
        number(y - 5.0),
        number(x),
        number(y),
        number(x + back),
        number(y + 5.0),
    );
}

/// The shape of a kind of evidence, filled when it is used.
fn push_marker(svg: &mut String, kind: EvidenceKind, used: bool, (x, y): (f64, f64)) {
    let fill = if used { INK } else { PAPER };
    let class = if used { "marker filled" } else { "marker hollow" };
    let common = format!("class=\"{class}\" fill=\"{fill}\" stroke=\"{INK}\" stroke-width=\"1.6\"");
    let corners: &[(f64, f64)] = match kind {
        EvidenceKind::Field => {
            let (x, y) = (number(x), number(y));
            let _ = writeln!(svg, "<circle cx=\"{x}\" cy=\"{y}\" r=\"4.6\" {common}/>");
            return;
        }
        EvidenceKind::Test => &[(-4.3, -4.3), (4.3, -4.3), (4.3, 4.3), (-4.3, 4.3)],
        EvidenceKind::Official => &[(0.0, -6.0), (6.0, 0.0), (0.0, 6.0), (-6.0, 0.0)],
        EvidenceKind::Estimate => &[(0.0, -5.5), (5.5, 4.2), (-5.5, 4.2)],
        // An hourglass: a limit that was demanded, not a thing that was seen.
        EvidenceKind::Requirement => &[(-5.0, -5.0), (5.0, -5.0), (-5.0, 5.0), (5.0, 5.0)],
    };
    let points: Vec<String> = corners
        .iter()
        .map(|(across, down)| format!("{},{}", number(x + across), number(y + down)))
        .collect();
    let _ = writeln!(svg, "<polygon points=\"{}\" {common}/>", points.join(" "));
}

fn push_pooled(svg: &mut String, pooled: &Pooled, top: f64) -> f64 {
    let mut y = top + 5.0;
    let _ = writeln!(svg, "<g class=\"pooled\">");
    let stroke = format!("class=\"rule\" stroke=\"{MUTED}\" stroke-width=\"0.8\"");
    push_line(svg, (MARGIN, y), (WIDTH - MARGIN, y), &stroke);
    let bold = format!("{} font-size=\"13\" font-weight=\"bold\"", on_paper("label", INK));
    y += LINE + 1.0;
    let median = format!("Together: about {}", svg::significant(pooled.median * 100.0, 2));
    push_text(svg, (MARGIN, y), &bold, &format!("{median} %"), pooled.href.as_deref());
    let range = |(low, high): (f64, f64)| {
        let words = |share: f64| svg::significant(share * 100.0, 2);
        format!("{} to {} %", words(low), words(high))
    };
    let detail = format!(
        "50 % probable: {} · 90 % probable: {}",
        range(pooled.central_50),
        range(pooled.central_90)
    );
    for line in lines(&detail, WIDTH - 2.0 * MARGIN, 12.0) {
        y += LINE - 1.0;
        let attributes = format!("{} font-size=\"12\"", on_paper("detail", MUTED));
        push_text(svg, (MARGIN, y), &attributes, &line, None);
    }
    let middle = y + 13.0;
    push_probable(svg, pooled, middle, place);
    svg.push_str("</g>\n");
    y + 26.0
}

/// The two bars and the tick of an estimate, on whatever axis.
fn push_probable(svg: &mut String, pooled: &Pooled, y: f64, place: impl Fn(f64) -> f64) {
    for (class, (low, high), height, fill) in [
        ("central-90", pooled.central_90, 6.0, ACCENT_LIGHT),
        ("central-50", pooled.central_50, 12.0, ACCENT),
    ] {
        push_bar(svg, class, (place(low), place(high)), (y, height), fill);
    }
    let x = place(pooled.median);
    let edge = format!("class=\"median-edge\" stroke=\"{PAPER}\" stroke-width=\"4.5\"");
    push_line(svg, (x, y - 9.0), (x, y + 9.0), &edge);
    let tick = format!("class=\"median\" stroke=\"{INK}\" stroke-width=\"2.2\"");
    push_line(svg, (x, y - 9.0), (x, y + 9.0), &tick);
}

fn push_bar(
    svg: &mut String,
    class: &str,
    (from, to): (f64, f64),
    (y, height): (f64, f64),
    fill: &str,
) {
    let _ = writeln!(
        svg,
        "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{fill}\"/>",
        number(from),
        number(y - height / 2.0),
        number((to - from).max(1.0)),
        number(height),
    );
}

/// Only what occurs in the chart is explained.
fn push_legend(svg: &mut String, forest: &Forest, top: f64) -> f64 {
    let rows = || forest.groups.iter().flat_map(|group| &group.rows);
    let _ = writeln!(svg, "<g class=\"legend\">");
    let mut cells: Vec<(Key, &str)> = EvidenceKind::ALL
        .into_iter()
        .filter(|kind| rows().any(|row| row.kind == *kind))
        .map(|kind| (Key::Marker(kind, true), kind.word()))
        .collect();
    if rows().any(|row| !row.used) {
        cells.push((Key::Marker(EvidenceKind::Field, false), "hollow: not used"));
    }
    if rows().any(|row| matches!(row.share, StatedShare::Interval { low, high } if low.is_none() || high.is_none())) {
        cells.push((Key::OpenEnd, "arrow: no limit stated"));
    }
    if forest.groups.iter().any(|group| group.pooled.is_some()) {
        cells.push((Key::Probable, "median, 50 %, 90 %"));
    }
    let mut y = top;
    for pair in cells.chunks(2) {
        y += 19.0;
        for (column, (key, words)) in pair.iter().enumerate() {
            let x = MARGIN + column as f64 * 165.0;
            key.push(svg, (x + 14.0, y - 4.0));
            let attributes = "font-size=\"12\"";
            push_text(svg, (x + 33.0, y), attributes, words, None);
        }
    }
    svg.push_str("</g>\n");
    y + 10.0
}

enum Key {
    Marker(EvidenceKind, bool),
    OpenEnd,
    Probable,
}

impl Key {
    fn push(&self, svg: &mut String, (x, y): (f64, f64)) {
        match self {
            Self::Marker(kind, used) => push_marker(svg, *kind, *used, (x, y)),
            Self::OpenEnd => {
                let stroke = format!("class=\"range\" stroke=\"{INK}\" stroke-width=\"2.2\"");
                push_line(svg, (x - 12.0, y), (x + 12.0, y), &stroke);
                push_arrow(svg, x - 12.0, y, true, "open-end-key");
            }
            Self::Probable => {
                let shown = Pooled {
                    median: 0.0,
                    central_50: (-6.0, 6.0),
                    central_90: (-13.0, 13.0),
                    href: None,
                };
                push_probable(svg, &shown, y, |across| x + across);
            }
        }
    }
}

#[cfg(test)]
mod tests;
