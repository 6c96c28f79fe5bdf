//! The states that a page is about: outlines, letters and the inset where they crowd.
//!
//! Belongs here: making a few states stand out and keeping their letters apart. Does not belong here:
//! the land of all states, the key that spells the letters out.

use std::fmt::Write as _;

use super::super::svg::{INK, MARGIN, PAPER, WIDTH, escape, number, push_line, push_text};
use super::projection::{Frame, Place, TOP, project, range};
use super::{Highlight, WorldMap, dot_of, outline, shape_of};
use crate::basemap::Country;

/// Draws the land and the dots into a frame, moved by a function of places.
pub(super) type PushLand<'a> = &'a dyn Fn(&mut String, Place<'_>, Frame);

/// The letter that stands for a highlighted state on the map and in the key.
pub(super) fn letter(place: usize) -> String {
    let letter = u8::try_from(place % 26).map_or('?', |place| char::from(b'A' + place));
    if place < 26 { letter.to_string() } else { format!("{letter}{}", place / 26) }
}

/// A highlighted state with its place in the drawing.
struct Marked<'a> {
    letter: String,
    highlight: &'a Highlight,
    shape: Option<&'static Country>,
    centre: (f64, f64),
}

/// Outlines and letters, and below the map an inset where highlighted states crowd. Gives the new bottom.
pub(super) fn push_highlights(
    svg: &mut String,
    map: &WorldMap,
    bottom: f64,
    push_land: PushLand<'_>,
) -> f64 {
    let marked: Vec<Marked<'_>> = map
        .highlights
        .iter()
        .enumerate()
        .filter_map(|(place, highlight)| {
            let code = highlight.code.as_str();
            let shape = shape_of(code);
            let centre = shape.map(Country::centre).or_else(|| dot_of(code)).map(project)?;
            Some(Marked { letter: letter(place), highlight, shape, centre })
        })
        .collect();
    for state in &marked {
        push_outline(svg, state, &|place| place, Frame::EVERYWHERE);
    }
    let inset = Inset::around(&marked, bottom + 8.0);
    let centres: Vec<(f64, f64)> = marked.iter().map(|state| state.centre).collect();
    let mut taken: Vec<(f64, f64)> = Vec::new();
    for state in &marked {
        // The inset shows the letters of its states; repeated on the map they would cover the states.
        if inset.as_ref().is_some_and(|inset| inset.is_for(state)) {
            continue;
        }
        let at = free_place(state.centre, state.is_roomy(), &taken, &centres);
        taken.push(at);
        push_letter_with_leader(svg, state, state.centre, at);
    }
    let Some(inset) = inset else { return bottom };
    inset.push(svg, &map.id, &marked, push_land);
    inset.frame.corner.1 + INSET.1
}

fn push_outline(svg: &mut String, state: &Marked<'_>, place: Place<'_>, frame: Frame) {
    let path = state.shape.map(|country| outline(country, place, frame)).unwrap_or_default();
    if !path.is_empty() {
        let _ = writeln!(
            svg,
            "<path class=\"highlight {}\" fill=\"none\" stroke=\"{INK}\" stroke-width=\"0.9\" \
             stroke-linejoin=\"round\" d=\"{path}\"/>",
            state.highlight.role.word(),
        );
    }
}

impl Marked<'_> {
    /// Whether the letter fits into the country as drawn on the map.
    fn is_roomy(&self) -> bool {
        self.shape.is_some_and(|country| height(country) > 25.0)
    }
}

/// Width and height of the inset.
const INSET: (f64, f64) = (WIDTH - 2.0 * MARGIN, 170.0);

/// An enlarged piece of the map.
struct Inset {
    /// The piece on the map.
    piece: Frame,
    /// Where it is drawn enlarged.
    frame: Frame,
    /// How many times larger the inset is.
    scale: f64,
}

impl Inset {
    /// A piece that holds the small highlighted states that lie near one another; nothing if none do.
    fn around(marked: &[Marked<'_>], top: f64) -> Option<Self> {
        let small = || marked.iter().filter(|state| !state.is_roomy()).map(|state| state.centre);
        let crowded: Vec<(f64, f64)> = small()
            .filter(|(x, y)| {
                let near = small().filter(|other| (x - other.0).hypot(y - other.1) < 30.0);
                near.count() > 1
            })
            .collect();
        if crowded.is_empty() {
            return None;
        }
        let (west, east) = range(crowded.iter().map(|place| place.0));
        let (north, south) = range(crowded.iter().map(|place| place.1));
        let scale = (INSET.0 / (east - west + 28.0)).min(INSET.1 / (south - north + 24.0));
        // Crowds on two continents do not fit into one piece that is worth enlarging.
        if scale < 2.0 {
            return None;
        }
        let scale = scale.min(5.0);
        let size = (INSET.0 / scale, INSET.1 / scale);
        let corner = ((west + east - size.0) / 2.0, (north + south - size.1) / 2.0);
        let frame = Frame { corner: (MARGIN, top), size: INSET };
        Some(Self { piece: Frame { corner, size }, frame, scale })
    }

    fn place(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let (left, upper) = self.piece.corner;
        let (into_x, into_y) = self.frame.corner;
        (into_x + (x - left) * self.scale, into_y + (y - upper) * self.scale)
    }

    fn is_for(&self, state: &Marked<'_>) -> bool {
        let within = Frame {
            corner: (self.frame.corner.0 + 8.0, self.frame.corner.1 + 8.0),
            size: (INSET.0 - 16.0, INSET.1 - 16.0),
        };
        !state.is_roomy() && within.holds(self.place(state.centre))
    }

    fn push(&self, svg: &mut String, id: &str, marked: &[Marked<'_>], push_land: PushLand<'_>) {
        let id = escape(id);
        let place = |at| self.place(at);
        push_frame(svg, "inset-place", self.piece);
        let _ = writeln!(svg, "<clipPath id=\"{id}-inset\">");
        push_frame(svg, "inset-clip", self.frame);
        let _ = writeln!(svg, "</clipPath>\n<g class=\"inset\" clip-path=\"url(#{id}-inset)\">");
        push_land(svg, &place, self.frame);
        for state in marked {
            push_outline(svg, state, &place, self.frame);
        }
        let mut taken: Vec<(f64, f64)> = Vec::new();
        let centres: Vec<(f64, f64)> =
            marked.iter().map(|state| self.place(state.centre)).collect();
        for state in marked.iter().filter(|state| self.is_for(state)) {
            let centre = self.place(state.centre);
            let roomy = state.shape.is_some_and(|country| height(country) * self.scale > 20.0);
            let at = free_place(centre, roomy, &taken, &centres);
            taken.push(at);
            push_letter_with_leader(svg, state, centre, at);
        }
        svg.push_str("</g>\n");
        push_frame(svg, "inset-frame", self.frame);
    }
}

fn push_frame(svg: &mut String, class: &str, frame: Frame) {
    let _ = writeln!(
        svg,
        "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" \
         stroke=\"{INK}\" stroke-width=\"0.8\"/>",
        number(frame.corner.0),
        number(frame.corner.1),
        number(frame.size.0),
        number(frame.size.1)
    );
}

fn push_letter_with_leader(
    svg: &mut String,
    state: &Marked<'_>,
    centre: (f64, f64),
    at: (f64, f64),
) {
    if at != centre {
        let stroke = format!("class=\"leader\" stroke=\"{INK}\" stroke-width=\"0.9\"");
        push_line(svg, centre, at, &stroke);
        let _ = writeln!(
            svg,
            "<circle class=\"leader-end\" cx=\"{}\" cy=\"{}\" r=\"1.3\" fill=\"{INK}\"/>",
            number(centre.0),
            number(centre.1)
        );
    }
    push_letter(svg, at, &state.letter);
}

/// How tall the largest piece of a country is drawn.
fn height(country: &Country) -> f64 {
    let pieces = country.polygons.iter().map(|polygon| {
        let (top, bottom) = range(polygon.outer.iter().map(|point| project(*point).1));
        bottom - top
    });
    pieces.fold(0.0, f64::max)
}

/// The nearest place to a centre where a letter covers no other letter and no other state that matters.
///
/// A country with room for its letter takes it in; beside a small one the letter stands apart.
pub(super) fn free_place(
    centre: (f64, f64),
    roomy: bool,
    taken: &[(f64, f64)],
    centres: &[(f64, f64)],
) -> (f64, f64) {
    let far = |from: (f64, f64), to: (f64, f64)| (from.0 - to.0).hypot(from.1 - to.1);
    let is_free = |place: &(f64, f64)| {
        place.1 > TOP + 4.0
            && taken.iter().all(|letter| far(*place, *letter) >= 14.0)
            && centres.iter().all(|other| *other == centre || far(*place, *other) >= 11.0)
    };
    let around = (2..=6_i32).flat_map(|ring| {
        (0..12_i32).map(move |step| {
            let angle = f64::from(step) * std::f64::consts::TAU / 12.0;
            let distance = f64::from(ring) * 8.0;
            (centre.0 - distance * angle.cos(), centre.1 - distance * angle.sin())
        })
    });
    let within = roomy.then_some(centre);
    within.into_iter().chain(around).find(is_free).unwrap_or(centre)
}

pub(super) fn push_letter(svg: &mut String, (x, y): (f64, f64), letter: &str) {
    let _ = writeln!(
        svg,
        "<circle class=\"letter-ground\" cx=\"{}\" cy=\"{}\" r=\"6.4\" fill=\"{PAPER}\" \
         stroke=\"{INK}\" stroke-width=\"1\"/>",
        number(x),
        number(y)
    );
    let attributes = format!(
        "class=\"letter\" font-size=\"9.5\" font-weight=\"bold\" text-anchor=\"middle\" \
         fill=\"{INK}\""
    );
    push_text(svg, (x, y + 3.4), &attributes, letter, None);
}
