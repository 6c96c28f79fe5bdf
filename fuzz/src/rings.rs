//! Rings of corners out of bytes.
//!
//! Belongs here: corners on a coarse lattice, where lines touch, meet and run along each other as
//! often as in drawn areas that share an edge, and corners anywhere. Does not belong here: what is
//! done with them.

use geo_types::Coord;

/// One area: parts of rings of corners, as [`remnant_ground::boundary::Boundary`] takes them.
pub type Area = Vec<Vec<Vec<Coord<f64>>>>;

/// Where a lattice begins: in the middle of the field's work, at the ends of the map, at a pole.
const PLACES: [Coord<f64>; 8] = [
    Coord { x: 106.7, y: 16.8 },
    Coord { x: 35.5, y: 33.5 },
    Coord { x: 0.0, y: 0.0 },
    Coord { x: 179.9995, y: -17.0 },
    Coord { x: -180.0, y: 60.0 },
    Coord { x: 20.0, y: 89.999 },
    Coord { x: -70.0, y: -89.9999 },
    Coord { x: 17.0, y: 45.0 },
];

/// The steps of a lattice in degrees: a centimetre to a hundred kilometres.
const STEPS: [f64; 8] = [1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0];

/// The most corners of an input, so that laying areas over each other stays quick.
const MOST_CORNERS: usize = 400;

/// The areas of an input, and the step of its lattice; `None` where corners lie anywhere.
///
/// The first byte chooses the place, the next the step. After that two bytes are a corner, so many
/// steps east and north, unless the first is 0x80, which ends a ring, a part or an area as the
/// second says. With the highest bit of the second byte of the input a corner is sixteen bytes, two
/// numbers as they are kept, and a byte before it says whether there is one.
#[must_use]
pub fn areas(bytes: &[u8]) -> (Vec<Area>, Option<f64>) {
    let [place, step, rest @ ..] = bytes else { return (Vec::new(), None) };
    let origin = PLACES[usize::from(place % 8)];
    let lattice = (step & 0x80 == 0).then_some(STEPS[usize::from(step % 8)]);
    let mut areas: Vec<Area> = vec![vec![vec![Vec::new()]]];
    let mut rest = rest;
    let mut corners = 0;
    while corners < MOST_CORNERS {
        let corner = match (lattice, rest) {
            (Some(step), [east, north, after @ ..]) => {
                rest = after;
                let steps = |byte: u8| f64::from(i8::from_le_bytes([byte])) * step;
                let corner = Coord { x: origin.x + steps(*east), y: origin.y + steps(*north) };
                if *east == 0x80 { Err(*north) } else { Ok(corner) }
            }
            (None, [mark, after @ ..]) if mark & 1 == 1 => {
                rest = after;
                Err(mark >> 1)
            }
            (None, [_, after @ ..]) if after.len() >= 16 => {
                let (number, left) = after.split_at(16);
                rest = left;
                let at = |from: usize| {
                    let mut eight = [0; 8];
                    eight.copy_from_slice(&number[from..from + 8]);
                    f64::from_le_bytes(eight)
                };
                Ok(Coord { x: at(0), y: at(8) })
            }
            _ => break,
        };
        match corner {
            Ok(corner) => {
                corners += 1;
                if let Some(ring) = areas.last_mut().and_then(|a| a.last_mut()?.last_mut()) {
                    ring.push(corner);
                }
            }
            Err(mark) => match mark % 3 {
                0 => {
                    if let Some(part) = areas.last_mut().and_then(|area| area.last_mut()) {
                        part.push(Vec::new());
                    }
                }
                1 => {
                    if let Some(area) = areas.last_mut() {
                        area.push(vec![Vec::new()]);
                    }
                }
                _ => areas.push(vec![vec![Vec::new()]]),
            },
        }
    }
    (areas, lattice)
}
