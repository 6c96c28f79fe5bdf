//! The states of the world and where each stands.
//!
//! Belongs here: a map on which every state of the input appears, those too small for the outlines as
//! dots, with hatches that can be told apart in grey. Does not belong here: working out a status
//! (`remnant-record`), the map that can be zoomed (the map page).
//!
//! A state of which nothing is known is drawn as unknown, which is not the same as bound by nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::svg::{
    self, ACCENT, INK, MARGIN, MUTED, PAPER, WIDTH, escape, lines, number, push_text,
};
use crate::basemap::{BORDERS_NOTE, Country, countries_50m, countries_110m, country_code};

mod marks;
mod projection;

use marks::{letter, push_highlights, push_letter};
use projection::{Frame, Place, SOUTH, project};

/// The world on one day.
#[derive(Clone, Debug, PartialEq)]
pub struct WorldMap {
    /// An identifier that no other chart of the page has.
    pub id: String,
    /// What the map shows, for screen readers and as a tooltip.
    pub title: String,
    /// What a reader who cannot see the map has to know.
    pub description: String,
    /// Where each state stands; states that are missing are drawn as unknown.
    pub states: Vec<State>,
    /// States to be marked and named, in the order of the key.
    pub highlights: Vec<Highlight>,
}

/// One state and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// ISO 3166-1 alpha-3.
    pub code: String,
    /// Where it stands.
    pub status: StateStatus,
}

/// A state that the page is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlight {
    /// ISO 3166-1 alpha-3.
    pub code: String,
    /// Its part in the transfer.
    pub role: Role,
}

/// The part of a state in a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It gives.
    Supplier,
    /// It is given.
    Recipient,
    /// It fights the recipient.
    Opponent,
    /// The goods pass through it or lie in it.
    Transit,
}

impl Role {
    /// The word for it in the key.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Supplier => "supplier",
            Self::Recipient => "recipient",
            Self::Opponent => "opponent",
            Self::Transit => "transit",
        }
    }
}

/// Where a state stands with a treaty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StateStatus {
    /// The treaty is in force for it.
    Bound,
    /// It has consented to be bound, and the day is still to come.
    ConsentedNotYetInForce,
    /// It has signed only.
    Signatory,
    /// It has given notice and is bound until it takes effect.
    Withdrawing,
    /// It was bound and has left.
    Former,
    /// It has neither signed nor consented.
    None,
    /// Nothing is known.
    NoData,
}

impl StateStatus {
    const ALL: [Self; 7] = [
        Self::Bound,
        Self::ConsentedNotYetInForce,
        Self::Signatory,
        Self::Withdrawing,
        Self::Former,
        Self::None,
        Self::NoData,
    ];

    /// The words for it in the legend.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Bound => "bound",
            Self::ConsentedNotYetInForce => "consented, not yet in force",
            Self::Signatory => "signatory",
            Self::Withdrawing => "withdrawing",
            Self::Former => "former party",
            Self::None => "neither signed nor consented",
            Self::NoData => "not known",
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Bound => "bound",
            Self::ConsentedNotYetInForce => "consented",
            Self::Signatory => "signatory",
            Self::Withdrawing => "withdrawing",
            Self::Former => "former",
            Self::None => "none",
            Self::NoData => "no-data",
        }
    }

    /// The lines of the hatch in a tile of 4 by 4 units, and the paper under them; solid ones have none.
    const fn hatch(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Bound | Self::None => None,
            Self::ConsentedNotYetInForce => Some(("M-1 5L5 -1M-1 1L1 -1M3 5L5 3", "#a9cfe6")),
            Self::Signatory => Some(("M0 1H4M0 3H4", PAPER)),
            Self::Withdrawing => Some(("M0 0L4 4M4 0L0 4", "#f3d9b1")),
            Self::Former => Some(("M1 0V4M3 0V4", "#f3d9b1")),
            Self::NoData => Some(("M0.6 0.6h0.9v0.9h-0.9zM2.6 2.6h0.9v0.9h-0.9z", PAPER)),
        }
    }

    fn fill(self, id: &str) -> String {
        match self {
            Self::Bound => ACCENT.to_owned(),
            Self::None => "#d4d9de".to_owned(),
            hatched => format!("url(#{}-{})", escape(id), hatched.class()),
        }
    }
}

/// States that neither set of outlines has, with a place for their dot: longitude, latitude.
const WITHOUT_OUTLINE: [(&str, [f64; 2]); 1] = [("TUV", [179.2, -8.5])];

/// Draws the map with its legend as one SVG element of less than 200 kB.
pub fn world(map: &WorldMap) -> String {
    let mut body = String::new();
    push_hatches(&mut body, &map.id);
    let statuses: BTreeMap<&str, StateStatus> =
        map.states.iter().map(|state| (state.code.as_str(), state.status)).collect();
    let status = |code: Option<&str>| {
        code.and_then(|code| statuses.get(code).copied()).unwrap_or(StateStatus::NoData)
    };
    let small: Vec<&str> =
        statuses.keys().copied().filter(|code| shape_of(code).is_none()).collect();
    let push_land = |svg: &mut String, place: Place<'_>, frame: Frame| {
        for country in countries_110m().iter().filter(|country| country.code != Some("ATA")) {
            push_country(svg, &map.id, (country, status(country.code)), (place, frame));
        }
        for code in &small {
            if let Some(at) = dot_of(code).map(project).map(place).filter(|at| frame.holds(*at)) {
                push_dot(svg, &map.id, (code, at), status(Some(code)));
            }
        }
    };
    push_land(&mut body, &|place| place, Frame::EVERYWHERE);
    let y = push_highlights(&mut body, map, project([0.0, SOUTH]).1, &push_land);
    let unplaced: Vec<&str> =
        small.iter().filter(|code| dot_of(code).is_none()).map(|code| name_of(code)).collect();
    let y = push_key(&mut body, map, &status, y);
    let y = push_legend(&mut body, map, &unplaced, y);
    let y = push_note(&mut body, y);
    let texts = (map.title.as_str(), map.description.as_str());
    let mut svg = svg::open("world", &map.id, y, texts, false);
    svg.push_str(&body);
    svg.push_str("</svg>\n");
    svg
}

/// What has to be said of the borders goes where the map goes.
fn push_note(svg: &mut String, top: f64) -> f64 {
    let mut y = top + 4.0;
    svg.push_str("<g class=\"note\">\n");
    for line in lines(BORDERS_NOTE, WIDTH - 2.0 * MARGIN, 11.0) {
        y += 14.0;
        let attributes = format!("class=\"axis\" font-size=\"11\" fill=\"{MUTED}\"");
        push_text(svg, (MARGIN, y), &attributes, &line, None);
    }
    svg.push_str("</g>\n");
    y + 8.0
}

fn push_hatches(svg: &mut String, id: &str) {
    svg.push_str("<defs>\n");
    for status in StateStatus::ALL {
        let Some((strokes, paper)) = status.hatch() else { continue };
        let class = status.class();
        let (stroke, filled) = match status {
            StateStatus::NoData => ("none", MUTED),
            StateStatus::Withdrawing | StateStatus::Former => ("#7a4a00", "none"),
            _ => (ACCENT, "none"),
        };
        let _ = writeln!(
            svg,
            "<pattern id=\"{}-{class}\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\" \
             patternTransform=\"scale(0.75)\"><rect class=\"hatch-paper\" width=\"4\" height=\"4\" \
             fill=\"{paper}\"/><path class=\"hatch-{class}\" d=\"{strokes}\" fill=\"{filled}\" \
             stroke=\"{stroke}\" stroke-width=\"0.9\"/></pattern>",
            escape(id)
        );
    }
    svg.push_str("</defs>\n");
}

/// The shape of a country in the coarse outlines; small states have none.
fn shape_of(code: &str) -> Option<&'static Country> {
    countries_110m().iter().find(|country| country.code == Some(code))
}

fn push_country(
    svg: &mut String,
    id: &str,
    (country, status): (&Country, StateStatus),
    (place, frame): (Place<'_>, Frame),
) {
    let path = outline(country, place, frame);
    if path.is_empty() {
        return;
    }
    let _ = writeln!(
        svg,
        "<path class=\"state status-{}\" fill=\"{}\" stroke=\"{PAPER}\" stroke-width=\"0.4\" \
         fill-rule=\"evenodd\" d=\"{path}\"><title>{}: {}</title></path>",
        status.class(),
        status.fill(id),
        escape(country.name),
        status.words()
    );
}

/// The border as a path, in tenths of a unit relative to the point before: a third of the bytes.
///
/// Pieces of land that the frame does not meet are left out.
fn outline(country: &Country, place: Place<'_>, frame: Frame) -> String {
    let mut path = String::new();
    for polygon in &country.polygons {
        for ring in std::iter::once(&polygon.outer).chain(&polygon.holes) {
            let ring: Vec<(f64, f64)> = ring.iter().map(|point| place(project(*point))).collect();
            if !frame.meets(&ring) {
                continue;
            }
            let mut points: Vec<(i64, i64)> = ring
                .iter()
                .map(|(x, y)| ((x * 10.0).round() as i64, (y * 10.0).round() as i64))
                .collect();
            points.dedup();
            let Some(&first) = points.first() else { continue };
            let _ = write!(path, "M{} {}", tenths(first.0), tenths(first.1));
            // The last point repeats the first, which `z` says.
            for pair in points.windows(2).take(points.len().saturating_sub(2)) {
                let step = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
                let _ = write!(path, "l{} {}", tenths(step.0), tenths(step.1));
            }
            path.push('z');
        }
    }
    path
}

fn tenths(tenths: i64) -> String {
    number(tenths as f64 / 10.0)
}

fn dot_of(code: &str) -> Option<[f64; 2]> {
    let small = countries_50m().iter().find(|country| country.code == Some(code));
    let listed = || WITHOUT_OUTLINE.iter().find(|(listed, _)| *listed == code);
    small.map(Country::centre).or_else(|| listed().map(|(_, place)| *place))
}

fn push_dot(svg: &mut String, id: &str, (code, (x, y)): (&str, (f64, f64)), status: StateStatus) {
    let _ = writeln!(
        svg,
        "<circle class=\"state small status-{}\" cx=\"{}\" cy=\"{}\" r=\"1.9\" fill=\"{}\" \
         stroke=\"{INK}\" stroke-width=\"0.5\"><title>{}: {}</title></circle>",
        status.class(),
        number(x),
        number(y),
        status.fill(id),
        escape(name_of(code)),
        status.words()
    );
}

fn name_of(code: &str) -> &str {
    country_code(code).map_or(code, |known| known.name)
}

/// The highlighted states by their letters, each with its part and where it stands.
fn push_key(
    svg: &mut String,
    map: &WorldMap,
    status: &impl Fn(Option<&str>) -> StateStatus,
    top: f64,
) -> f64 {
    let mut y = top + 6.0;
    if map.highlights.is_empty() {
        return y;
    }
    svg.push_str("<g class=\"key\">\n");
    for (place, highlight) in map.highlights.iter().enumerate() {
        y += 17.0;
        push_letter(svg, (MARGIN + 7.0, y - 4.0), &letter(place));
        let words = format!(
            "{}, {}: {}",
            name_of(&highlight.code),
            highlight.role.word(),
            status(Some(&highlight.code)).words()
        );
        for (number, line) in lines(&words, WIDTH - 3.0 * MARGIN - 10.0, 11.5).iter().enumerate() {
            y += if number > 0 { 14.0 } else { 0.0 };
            push_text(svg, (MARGIN + 19.0, y), "font-size=\"11.5\"", line, None);
        }
    }
    svg.push_str("</g>\n");
    y + 4.0
}

/// Only what occurs on the map is explained, with how many states it is.
fn push_legend(svg: &mut String, map: &WorldMap, unplaced: &[&str], top: f64) -> f64 {
    let mut y = top;
    svg.push_str("<g class=\"legend\">\n");
    let present: Vec<(StateStatus, usize)> = StateStatus::ALL
        .into_iter()
        .map(|status| (status, map.states.iter().filter(|state| state.status == status).count()))
        // Areas without a code are always drawn as unknown.
        .filter(|(status, count)| *count > 0 || *status == StateStatus::NoData)
        .collect();
    let mut column = 0;
    for (status, count) in present {
        let words = match count {
            0 => status.words().to_owned(),
            count => format!("{} ({count})", status.words()),
        };
        // Two columns, but what is long takes the whole row.
        let long = svg::text_width(&words, 11.5) > 125.0;
        if column == 0 || long {
            y += 18.0;
            column = 0;
        }
        let x = MARGIN + f64::from(column) * 172.0;
        let _ = writeln!(
            svg,
            "<rect class=\"status-{}\" x=\"{}\" y=\"{}\" width=\"22\" height=\"12\" fill=\"{}\" \
             stroke=\"{INK}\" stroke-width=\"0.7\"/>",
            status.class(),
            number(x),
            number(y - 10.0),
            status.fill(&map.id)
        );
        push_text(svg, (x + 29.0, y), "font-size=\"11.5\"", &words, None);
        column = if long || column == 1 { 0 } else { 1 };
    }
    if !unplaced.is_empty() {
        let words = format!("Not drawn, for want of an outline: {}", unplaced.join(", "));
        for line in lines(&words, WIDTH - 2.0 * MARGIN, 11.0) {
            y += 16.0;
            let attributes = format!("class=\"axis\" font-size=\"11\" fill=\"{MUTED}\"");
            push_text(svg, (MARGIN, y), &attributes, &line, None);
        }
    }
    svg.push_str("</g>\n");
    y + 10.0
}

#[cfg(test)]
mod tests;
