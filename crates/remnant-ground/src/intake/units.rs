//! Administrative units and settlements, for asking of a position whether it can be.
//!
//! Belongs here: looking units up by name and code, and centres by position. Does not belong here:
//! the index of polygons (`boundary`), where units come from.

use std::collections::HashMap;

use geo::Centroid;
use geo_types::{Coord, MultiPolygon};

use super::known::Gazetteer;
use super::text::folded;
use crate::boundary::{PlaceIndex, PlaceIndexError};
use crate::coordinate::Position;

/// One administrative unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// Its codes and names in whatever script and spelling; the first is the one shown.
    pub words: Vec<String>,
    /// Its area, longitude first.
    pub area: MultiPolygon<f64>,
}

/// Units with their areas, and settlements with their positions.
#[derive(Clone, Debug)]
pub struct Units {
    index: PlaceIndex,
    by_word: HashMap<String, Vec<u32>>,
    /// Centres by hundred-thousandths of a degree, longitude first.
    centres: HashMap<(i32, i32), String>,
}

impl Units {
    /// Units and settlements made ready for looking up.
    ///
    /// # Errors
    /// When an area has a coordinate that is no number, or there are too many to be numbered.
    pub fn new(
        units: &[Unit],
        settlements: &[(String, Position)],
    ) -> Result<Self, PlaceIndexError> {
        let mut by_word: HashMap<String, Vec<u32>> = HashMap::new();
        let mut centres = HashMap::new();
        for (id, unit) in (0_u32..).zip(units) {
            for word in unit.words.iter().map(|word| folded(word)).filter(|word| !word.is_empty()) {
                let ids = by_word.entry(word).or_default();
                if ids.last() != Some(&id) {
                    ids.push(id);
                }
            }
            if let (Some(centre), Some(name)) = (unit.area.centroid(), unit.words.first())
                && let Ok(centre) = Position::new(centre.x(), centre.y())
            {
                centres.entry(cell_of(centre)).or_insert_with(|| name.clone());
            }
        }
        for (name, position) in settlements {
            centres.entry(cell_of(*position)).or_insert_with(|| name.clone());
        }
        let areas = (0_u32..).zip(units).map(|(id, unit)| (id, unit.area.clone()));
        Ok(Self { index: PlaceIndex::new(areas)?, by_word, centres })
    }
}

fn cell_of(position: Position) -> (i32, i32) {
    let whole = |degrees: f64| (degrees * 1e5).round() as i32;
    (whole(position.longitude()), whole(position.latitude()))
}

impl Gazetteer for Units {
    fn unit_holds(&self, unit: &str, position: Position) -> Option<bool> {
        let ids = self.by_word.get(&folded(unit))?;
        let at = Coord { x: position.longitude(), y: position.latitude() };
        Some(self.index.containing(at).any(|id| ids.contains(&id)))
    }

    /// A centre within a metre or two: who copies a centre copies it to the last digit, or rounds it.
    fn centre_at(&self, position: Position) -> Option<String> {
        let (x, y) = cell_of(position);
        let near = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (x + dx, y + dy)));
        near.filter_map(|cell| self.centres.get(&cell)).next().cloned()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use geo_types::polygon;

    use super::*;

    fn square(west: f64) -> MultiPolygon<f64> {
        MultiPolygon::from(polygon![
            (x: west, y: 16.0), (x: west + 1.0, y: 16.0), (x: west + 1.0, y: 17.0), (x: west, y: 17.0),
        ])
    }

    #[test]
    fn a_unit_is_asked_by_any_of_its_words() {
        let words = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
        let units = [
            Unit { words: words(&["Nong", "LA1306", "ນອງ"]), area: square(106.0) },
            Unit { words: words(&["Xepon", "LA1305"]), area: square(105.0) },
            Unit { words: words(&["Nong"]), area: square(103.0) },
        ];
        let at = |x: f64, y: f64| Position::new(x, y).unwrap();
        let settlements = [("Ban Dong".to_owned(), at(106.789, 16.601))];
        let units = Units::new(&units, &settlements).unwrap();
        for word in ["nong", "LA1306", "ນອງ"] {
            assert_eq!(units.unit_holds(word, at(106.2, 16.3)), Some(true), "{word}");
        }
        assert_eq!(units.unit_holds("Xepon", at(106.2, 16.3)), Some(false));
        // Two units of one name: either will do.
        assert_eq!(units.unit_holds("Nong", at(103.2, 16.3)), Some(true));
        assert_eq!(units.unit_holds("Sekong", at(106.2, 16.3)), None);
        assert_eq!(units.centre_at(at(106.789_004, 16.600_996)).as_deref(), Some("Ban Dong"));
        assert_eq!(units.centre_at(at(106.5, 16.5)).as_deref(), Some("Nong"));
        assert_eq!(units.centre_at(at(106.51, 16.5)), None);
    }
}
