//! All ways to share out a few finds.
//!
//! Belongs here: the walk over the tree of owners, find by find, given up when it grows too large.
//! Does not belong here: what a way means (`share_out`).

use super::fault::UpdateFault;
use super::piece::Piece;
use super::settled::{Account, Diagnostics, PieceMethod, Settled};
use super::share_out::ShareOut;
use crate::exponential::exp;

/// The piece by visiting every way, or nothing when there are more than `limit`.
///
/// # Errors
/// `Unexplained` when no way has a probability above zero.
pub(crate) fn enumerate(piece: &Piece<'_>, limit: usize) -> Result<Option<Settled>, UpdateFault> {
    let cell_of = piece.cell_of_finds();
    if !few_enough(piece, &cell_of, limit) {
        return Ok(None);
    }
    let mut walk = Walk { piece, cell_of: &cell_of, leaves: Vec::new() };
    walk.from(&mut piece.nothing_shared_out(), 0);
    let peak = walk.leaves.iter().map(|leaf| leaf.0).fold(f64::NEG_INFINITY, f64::max);
    if peak == f64::NEG_INFINITY {
        return Err(unexplained(piece));
    }
    let sum: f64 = walk.leaves.iter().map(|leaf| exp(leaf.0 - peak)).sum();
    let diagnostics = Diagnostics {
        method: PieceMethod::Enumerated,
        finds: cell_of.len() as u32,
        recorded: piece.recorded.len(),
        log_marginal: peak + libm::log(sum) - piece.log_orders(),
        log_marginal_error: 0.0,
        r_hat: 1.0,
        effective_draws: f64::INFINITY,
        sweeps: 0,
    };
    let mut account = Account::new(piece, diagnostics);
    for (log, owners) in &walk.leaves {
        let weight = exp(log - peak) / sum;
        if weight > 1e-14 {
            let way = piece.shared_out_as(owners, &cell_of);
            account.add(&way, weight);
            account.keep(&way, weight);
        }
    }
    Ok(Some(account.finish(diagnostics)))
}

/// The first cell with a find that no source reaches, or else the first cell.
pub(crate) fn unexplained(piece: &Piece<'_>) -> UpdateFault {
    let nothing = piece.nothing_shared_out();
    let alone = |cell: u32| {
        nothing.held.iter().all(|held| piece.gain(held, cell) <= 0.0)
            && (piece.unreported.is_none()
                || piece.held(None, vec![(cell, 1)]).log_mass == f64::NEG_INFINITY)
    };
    let position = (0..piece.cells.len()).find(|cell| alone(*cell as u32)).unwrap_or(0);
    let cell = piece.cells.get(position);
    UpdateFault::Unexplained {
        cell: cell.map_or(0, |cell| cell.cell),
        finds: cell.map_or(0, |cell| cell.finds),
    }
}

/// Whether the tree has at most `limit` leaves, counted as if every source reached every find.
fn few_enough(piece: &Piece<'_>, cell_of: &[u32], limit: usize) -> bool {
    // ways[k]: ways to share out the finds so far with k unreported strikes.
    let mut ways = vec![1.0_f64];
    let recorded = piece.recorded.len() as f64;
    for _ in cell_of {
        let mut next = vec![0.0; ways.len() + 1];
        for (clusters, count) in ways.iter().enumerate() {
            let old = recorded + clusters as f64;
            next[clusters] += count * old;
            if piece.unreported.is_some() {
                next[clusters + 1] += count;
            }
        }
        ways = next;
        if ways.iter().sum::<f64>() > limit as f64 {
            return false;
        }
    }
    true
}

struct Walk<'a> {
    piece: &'a Piece<'a>,
    cell_of: &'a [u32],
    leaves: Vec<(f64, Vec<u32>)>,
}

impl Walk<'_> {
    fn from(&mut self, way: &mut ShareOut, find: usize) {
        let Some(cell) = self.cell_of.get(find).copied() else {
            self.leaves.push((way.log_mass(), way.owners.clone()));
            return;
        };
        for owner in 0..way.held.len() {
            let gain = self.piece.gain(&way.held[owner], cell);
            if gain > 0.0 {
                let before = way.held[owner].clone();
                self.piece.add(&mut way.held[owner], cell, gain);
                way.owners[find] = owner as u32;
                self.from(way, find + 1);
                way.held[owner] = before;
            }
        }
        if self.piece.unreported.is_some() {
            let fresh = self.piece.held(None, vec![(cell, 1)]);
            if fresh.log_mass > f64::NEG_INFINITY {
                way.owners[find] = way.held.len() as u32;
                way.held.push(fresh);
                self.from(way, find + 1);
                way.held.pop();
            }
        }
    }
}
