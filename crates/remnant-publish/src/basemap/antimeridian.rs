//! Cutting rings where they cross the 180th meridian.
//!
//! Belongs here: the geometry of the cut. A ring from Chukotka at 179 degrees east to its other half at
//! 179 degrees west is a small step on the globe and a line across the whole of a flat map; map
//! libraries and SVG draw the line. RFC 7946, section 3.1.9, asks that such shapes be cut in two.
//! Does not belong here: projections.

use super::{Polygon, Ring};

/// The polygon in pieces, each with longitudes from -180 to 180 and no step across the 180th meridian.
pub(super) fn cut(polygon: &Polygon) -> Vec<Polygon> {
    let mut pieces: Vec<Polygon> = cut_ring(&polygon.outer)
        .into_iter()
        .map(|outer| Polygon { outer: turned(outer, true), holes: Vec::new() })
        .collect();
    for hole in polygon.holes.iter().flat_map(|hole| cut_ring(hole)) {
        if let Some(piece) = pieces.iter_mut().find(|piece| contains(&piece.outer, hole[0])) {
            piece.holes.push(turned(hole, false));
        }
    }
    pieces
}

/// Whether a point lies inside a ring, counted by crossings of the ray to the east.
pub(super) fn contains(ring: &[[f64; 2]], [longitude, latitude]: [f64; 2]) -> bool {
    let crossings = ring.windows(2).filter(|edge| {
        let ([x0, y0], [x1, y1]) = (edge[0], edge[1]);
        (y0 > latitude) != (y1 > latitude)
            && longitude < x0 + (latitude - y0) / (y1 - y0) * (x1 - x0)
    });
    crossings.count() % 2 == 1
}

/// The area of a closed ring in square degrees, positive when it runs against the clock.
///
/// For telling a direction or the larger of two pieces, never for a published area.
pub(super) fn signed_square_degrees(ring: &[[f64; 2]]) -> f64 {
    ring.windows(2).map(|edge| edge[0][0] * edge[1][1] - edge[1][0] * edge[0][1]).sum::<f64>() / 2.0
}

/// RFC 7946 wants outer rings against the clock and holes with it.
fn turned(mut ring: Ring, against_the_clock: bool) -> Ring {
    if (signed_square_degrees(&ring) > 0.0) != against_the_clock {
        ring.reverse();
    }
    ring
}

fn cut_ring(ring: &[[f64; 2]]) -> Vec<Ring> {
    let ring = unrolled(ring);
    let west = ring.iter().map(|point| point[0]).fold(f64::INFINITY, f64::min);
    let east = ring.iter().map(|point| point[0]).fold(f64::NEG_INFINITY, f64::max);
    let mut pieces = vec![ring];
    let mut meridian = (west / 360.0).floor() * 360.0 - 180.0;
    while meridian < east {
        if meridian > west {
            pieces = pieces.iter().flat_map(|piece| split_along(piece, meridian)).collect();
        }
        meridian += 360.0;
    }
    for piece in &mut pieces {
        let middle = piece.iter().map(|point| point[0]).sum::<f64>() / piece.len() as f64;
        let turns = ((middle + 180.0) / 360.0).floor() * 360.0;
        for point in piece.iter_mut() {
            point[0] = (point[0] - turns).clamp(-180.0, 180.0);
        }
    }
    // Rounding has folded a few islets of the outlines into lines; there is nothing of them to draw.
    pieces.retain(|piece| signed_square_degrees(piece).abs() > 1e-9);
    pieces
}

/// The same ring with longitudes that never jump, so that they may leave the range -180 to 180.
///
/// A ring around a pole comes back 360 degrees from where it set out; it is closed along the pole.
fn unrolled(ring: &[[f64; 2]]) -> Ring {
    let mut turns = 0.0;
    let mut previous = ring[0][0];
    let mut unrolled = Ring::with_capacity(ring.len());
    for &[longitude, latitude] in ring {
        if longitude - previous > 180.0 {
            turns -= 360.0;
        } else if longitude - previous < -180.0 {
            turns += 360.0;
        }
        previous = longitude;
        unrolled.push([longitude + turns, latitude]);
    }
    let ([first, _], [last, latitude]) = (unrolled[0], unrolled[unrolled.len() - 1]);
    if (last - first).abs() > 180.0 {
        let pole = 90.0_f64.copysign(latitude);
        unrolled.extend([[last, pole], [first, pole], unrolled[0]]);
    }
    unrolled
}

/// Splits a closed ring along a meridian into closed rings that lie on one side each.
///
/// The ring is walked once and falls into chains between crossings. On either side, the inside of the
/// ring meets the meridian in the stretches between the first and second crossing from the south, the
/// third and fourth, and so on; each stretch closes the end of one chain to the start of another.
fn split_along(ring: &[[f64; 2]], meridian: f64) -> Vec<Ring> {
    let is_east = |point: &[f64; 2]| point[0] > meridian;
    let Some(start) = ring.windows(2).position(|edge| is_east(&edge[0]) != is_east(&edge[1]))
    else {
        return vec![ring.to_vec()];
    };
    let points = ring.len() - 1;
    let mut chains: Vec<(bool, Ring)> = Vec::new();
    for step in 0..points {
        let from = ring[(start + step) % points];
        let to = ring[(start + step + 1) % points];
        if is_east(&from) != is_east(&to) {
            let share = (meridian - from[0]) / (to[0] - from[0]);
            let crossing = [meridian, from[1] + share * (to[1] - from[1])];
            if let Some((_, chain)) = chains.last_mut() {
                chain.push(crossing);
            }
            chains.push((is_east(&to), vec![crossing]));
        }
        if let Some((_, chain)) = chains.last_mut() {
            chain.push(to);
        }
    }
    // The last chain ends where the first began.
    if let (Some(first), Some((_, last))) =
        (chains.first().map(|(_, chain)| chain[0]), chains.last_mut())
    {
        last.push(first);
    }
    [false, true]
        .into_iter()
        .flat_map(|side| {
            close(chains.iter().filter(|(east, _)| *east == side).map(|(_, c)| c.clone()).collect())
        })
        .collect()
}

/// Closes the chains of one side along the meridian that their ends lie on.
fn close(chains: Vec<Ring>) -> Vec<Ring> {
    // (latitude, chain, whether this is the chain's end)
    let mut ends: Vec<(f64, usize, bool)> = chains
        .iter()
        .enumerate()
        .flat_map(|(number, chain)| {
            [(chain[0][1], number, false), (chain[chain.len() - 1][1], number, true)]
        })
        .collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut next = vec![0; chains.len()];
    for stretch in ends.chunks_exact(2) {
        for (from, to) in [(stretch[0], stretch[1]), (stretch[1], stretch[0])] {
            if from.2 {
                next[from.1] = to.1;
            }
        }
    }
    let mut walked = vec![false; chains.len()];
    let mut rings = Vec::new();
    for start in 0..chains.len() {
        let mut ring = Ring::new();
        let mut number = start;
        while !walked[number] {
            walked[number] = true;
            ring.extend(&chains[number]);
            number = next[number];
        }
        if let Some(&first) = ring.first() {
            ring.push(first);
            ring.dedup();
            // A ring that only touched the meridian leaves a sliver without area behind.
            if ring.len() >= 4 {
                rings.push(ring);
            }
        }
    }
    rings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square_degrees(pieces: &[Polygon]) -> f64 {
        pieces.iter().map(|piece| signed_square_degrees(&piece.outer)).sum()
    }

    fn ring(points: &[[f64; 2]]) -> Polygon {
        let mut outer = points.to_vec();
        outer.push(points[0]);
        Polygon { outer, holes: Vec::new() }
    }

    #[test]
    fn a_square_across_the_meridian_becomes_two() {
        let pieces = cut(&ring(&[[179.0, 0.0], [-179.0, 0.0], [-179.0, 1.0], [179.0, 1.0]]));
        assert_eq!(pieces.len(), 2);
        assert!((square_degrees(&pieces) - 2.0).abs() < 1e-9);
        for piece in &pieces {
            let [first, ..] = piece.outer[..] else { panic!("no points") };
            assert!(piece.outer.iter().all(|point| point[0].signum() == first[0].signum()));
        }
    }

    #[test]
    fn a_comb_that_crosses_twice_gives_a_piece_for_each_tooth() {
        let comb = ring(&[
            [178.0, 0.0],
            [-178.0, 0.0],
            [-178.0, 1.0],
            [179.0, 1.0],
            [179.0, 2.0],
            [-178.0, 2.0],
            [-178.0, 3.0],
            [178.0, 3.0],
        ]);
        let pieces = cut(&comb);
        assert_eq!(pieces.len(), 3, "the back and two teeth");
        assert!((square_degrees(&pieces) - 9.0).abs() < 1e-9);
    }

    #[test]
    fn a_ring_around_the_pole_is_closed_along_it() {
        let cap = ring(&[[-120.0, -80.0], [0.0, -80.0], [120.0, -80.0]]);
        let pieces = cut(&cap);
        assert!((square_degrees(&pieces) - 3600.0).abs() < 1e-6);
        assert!(pieces.iter().any(|piece| piece.outer.contains(&[180.0, -90.0])));
        assert!(pieces.iter().any(|piece| piece.outer.contains(&[-180.0, -90.0])));
    }

    #[test]
    fn a_ring_that_only_touches_the_meridian_stays_one() {
        let pieces = cut(&ring(&[[170.0, 0.0], [180.0, 5.0], [170.0, 10.0]]));
        assert_eq!(pieces.len(), 1);
        let pieces = cut(&ring(&[[-170.0, 0.0], [-180.0, 5.0], [-170.0, 10.0]]));
        assert_eq!(pieces.len(), 1);
    }

    #[test]
    fn a_hole_goes_with_its_piece() {
        let mut polygon = ring(&[[170.0, 0.0], [-170.0, 0.0], [-170.0, 10.0], [170.0, 10.0]]);
        polygon.holes.push(ring(&[[-176.0, 4.0], [-175.0, 4.0], [-175.0, 5.0]]).outer);
        let pieces = cut(&polygon);
        let with_hole: Vec<_> = pieces.iter().filter(|piece| !piece.holes.is_empty()).collect();
        assert_eq!(with_hole.len(), 1);
        assert!(with_hole[0].outer.iter().all(|point| point[0] <= -170.0));
    }
}
