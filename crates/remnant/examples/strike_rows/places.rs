//! Invented administrative areas that cover the rows' extent: what the rows are joined with.
//!
//! Belongs here: areas that share their edges exactly and overlap nowhere.
//! Does not belong here: positions of missions (`position`).

use super::draw::{Draw, push_whole};
use super::rates::EXTENT;

/// Pieces of one edge between two corners. With four edges a ring has 64 of them.
const PIECES: usize = 16;
/// How far a corner moves, and how far an edge bulges, as shares of a cell.
const MOVED: f64 = 0.2;
const BULGE: f64 = 0.06;

/// A line of points in millionths of a degree, longitude first.
type Line = Vec<[i64; 2]>;

/// `side` times `side` areas as polygons of well-known text, one a line, row by row from the south-west.
///
/// Coordinates have six decimals, so that every reader gets the same number.
pub(crate) fn write(side: usize, seed: u64, out: &mut Vec<u8>) {
    let mut draw = Draw::new(seed);
    let [south, north, west, east] = EXTENT;
    let [width, height] = [(east - west) / side as f64, (north - south) / side as f64];
    let corners: Vec<[f64; 2]> = (0..(side + 1) * (side + 1))
        .map(|corner| {
            let [row, column] = [corner / (side + 1), corner % (side + 1)];
            let mut moved = |at: usize| {
                // The outer corners stay, so that the areas cover the extent.
                if at == 0 || at == side { 0.0 } else { MOVED * (2.0 * draw.unit() - 1.0) }
            };
            [
                west + width * (column as f64 + moved(column)),
                south + height * (row as f64 + moved(row)),
            ]
        })
        .collect();
    let corner = |row: usize, column: usize| corners[row * (side + 1) + column];
    let mut edge = |from: [f64; 2], to: [f64; 2], outer: bool| -> Line {
        (0..=PIECES)
            .map(|piece| {
                let share = piece as f64 / PIECES as f64;
                // No bulge at the ends, where edges meet.
                let inner = if outer || piece == 0 || piece == PIECES { 0.0 } else { BULGE };
                let aside = [0, 1].map(|_| inner * (2.0 * draw.unit() - 1.0));
                [
                    micro(from[0] + (to[0] - from[0]) * share + width * aside[0] / 2.0),
                    micro(from[1] + (to[1] - from[1]) * share + height * aside[1] / 2.0),
                ]
            })
            .collect()
    };
    let mut along = Vec::with_capacity((side + 1) * side);
    for row in 0..=side {
        for column in 0..side {
            let outer = row == 0 || row == side;
            along.push(edge(corner(row, column), corner(row, column + 1), outer));
        }
    }
    let mut up = Vec::with_capacity((side + 1) * side);
    for row in 0..side {
        for column in 0..=side {
            let outer = column == 0 || column == side;
            up.push(edge(corner(row, column), corner(row + 1, column), outer));
        }
    }
    for row in 0..side {
        for column in 0..side {
            let below = &along[row * side + column];
            let right = &up[row * (side + 1) + column + 1];
            let above = &along[(row + 1) * side + column];
            let left = &up[row * (side + 1) + column];
            let ring = below[..PIECES]
                .iter()
                .chain(&right[..PIECES])
                .chain(above[1..].iter().rev())
                .chain(left.iter().rev());
            out.extend_from_slice(b"POLYGON ((");
            for (position, [longitude, latitude]) in ring.enumerate() {
                out.extend_from_slice(if position == 0 { b"" } else { b"," });
                push_micro(out, *longitude);
                out.push(b' ');
                push_micro(out, *latitude);
            }
            out.extend_from_slice(b"))\n");
        }
    }
}

/// Millionths of a degree; all of the extent is north and east of zero.
fn micro(degrees: f64) -> i64 {
    (degrees * 1e6) as i64
}

/// Writes millionths as degrees with six decimals.
pub(crate) fn push_micro(out: &mut Vec<u8>, micro: i64) {
    let micro = micro.unsigned_abs();
    push_whole(out, micro / 1_000_000, 1);
    out.push(b'.');
    push_whole(out, micro % 1_000_000, 6);
}
