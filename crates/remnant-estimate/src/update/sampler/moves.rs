//! The moves of the sampler: from one way to share finds out to another.
//!
//! Belongs here: sharing finds out one after another, and sweeps of single finds, merging and splitting,
//! exchange and change of names. Does not belong here: how long to go on and whether to believe it (`sampler`).

use super::super::piece::Piece;
use super::super::share_out::{Held, ShareOut};
use crate::exponential::exp;
use crate::random::Stream;

/// The moves of one piece.
pub(super) struct Sampler<'a> {
    pub(super) piece: &'a Piece<'a>,
    pub(super) cell_of: &'a [u32],
    /// A strike nobody reported that owns one find of the cell.
    pub(super) fresh: Vec<Option<Held>>,
}

impl Sampler<'_> {
    /// The chance of each source, and of a new unreported one, to own a find.
    fn gains(&self, way: &ShareOut, cell: u32, gains: &mut Vec<f64>) {
        gains.clear();
        gains.extend(way.held.iter().map(|held| self.piece.gain(held, cell)));
        gains.push(self.fresh[cell as usize].as_ref().map_or(0.0, |held| exp(held.log_mass)));
    }

    fn give(&self, way: &mut ShareOut, find: usize, cell: u32, owner: usize, gain: f64) {
        way.owners[find] = owner as u32;
        if owner < way.held.len() {
            self.piece.add(&mut way.held[owner], cell, gain);
        } else if let Some(fresh) = &self.fresh[cell as usize] {
            way.held.push(fresh.clone());
        }
    }

    /// Shares the finds out one after another in many particles at once; the mean of the products of chances
    /// is an unbiased estimate of the probability of all finds.
    ///
    /// # Source
    /// A. Kong, J. S. Liu and W. H. Wong, *Sequential imputations and Bayesian missing data problems* (1994),
    /// with systematic resampling when fewer than half the particles carry the weight.
    pub(super) fn sequential(
        &self,
        particles: usize,
        stream: &mut Stream,
    ) -> (f64, Option<ShareOut>) {
        let mut ways = vec![self.piece.nothing_shared_out(); particles];
        let mut log = ways[0].log_mass();
        let mut weights = vec![1.0 / particles as f64; particles];
        let mut gains = Vec::new();
        for (find, cell) in self.cell_of.iter().enumerate() {
            let mut total = 0.0;
            for (way, weight) in ways.iter_mut().zip(&mut weights) {
                if *weight == 0.0 {
                    continue;
                }
                self.gains(way, *cell, &mut gains);
                let sum: f64 = gains.iter().sum();
                *weight *= sum;
                total += *weight;
                if sum > 0.0 {
                    let owner = stream.weighted(&gains);
                    self.give(way, find, *cell, owner, gains[owner]);
                }
            }
            if total.is_nan() || total <= 0.0 {
                return (f64::NEG_INFINITY, None);
            }
            log += libm::log(total);
            let mut squares = 0.0;
            for weight in &mut weights {
                *weight /= total;
                squares += *weight * *weight;
            }
            if 1.0 / squares < 0.5 * particles as f64 {
                ways = resampled(ways, &weights, stream.uniform());
                weights.iter_mut().for_each(|weight| *weight = 1.0 / particles as f64);
            }
        }
        let chosen = stream.weighted(&weights);
        (log, Some(ways.swap_remove(chosen)))
    }

    /// One round: every find once, then merges, splits and exchanges.
    pub(super) fn sweep(&self, way: &mut ShareOut, stream: &mut Stream) {
        let mut gains = Vec::new();
        for (find, cell) in self.cell_of.iter().enumerate() {
            way.take(self.piece, find, *cell);
            self.gains(way, *cell, &mut gains);
            let owner = stream.weighted(&gains);
            self.give(way, find, *cell, owner, gains[owner]);
        }
        for _ in 0..4 {
            self.merge_or_split(way, stream);
            self.exchange(way, stream);
            self.rename(way, stream);
        }
    }

    /// Two finds are drawn. Of one owner: propose to give the first and some others to a source that owns
    /// nothing. Of two owners: propose to give all of the first owner's to the second's.
    ///
    /// # Source
    /// D. B. Dahl, *Sequentially-allocated merge-split sampler* (2005), with recorded strikes as labelled
    /// sources that may own nothing.
    fn merge_or_split(&self, way: &mut ShareOut, stream: &mut Stream) {
        let finds = self.cell_of.len();
        if finds < 2 {
            return;
        }
        let first = stream.below(finds);
        let second = (first + 1 + stream.below(finds - 1)) % finds;
        let (from, to) = (way.owners[first], way.owners[second]);
        let recorded = self.piece.recorded.len();
        let members: Vec<usize> = (0..finds)
            .filter(|find| {
                let owner = way.owners[*find];
                (owner == from || owner == to) && *find != first && *find != second
            })
            .collect();
        let empty = |way: &ShareOut| -> Vec<u32> {
            (0..recorded as u32).filter(|j| way.held[*j as usize].total == 0).collect()
        };
        let unreported = usize::from(self.piece.unreported.is_some());
        if from == to {
            // Targets: recorded strikes that own nothing, and a new unreported one.
            let targets = empty(way);
            let choices = targets.len() + unreported;
            if choices == 0 {
                return;
            }
            let target = targets.get(stream.below(choices)).copied();
            let keeper = way.held[to as usize].recorded;
            let Some((split, log_chance)) =
                self.allocate(target, keeper, first, second, &members, None, stream)
            else {
                return;
            };
            let empty_mass = target.map_or(0.0, |j| way.held[j as usize].log_mass);
            let log_ratio = split[0].0.log_mass + split[1].0.log_mass
                - way.held[to as usize].log_mass
                - empty_mass
                + libm::log(choices as f64)
                - log_chance;
            if libm::log(stream.uniform()) < log_ratio {
                let [(moved, moved_finds), (kept, _)] = split;
                way.held[to as usize] = kept;
                let position = match target {
                    Some(j) => {
                        way.held[j as usize] = moved;
                        j
                    }
                    None => {
                        way.held.push(moved);
                        (way.held.len() - 1) as u32
                    }
                };
                for find in moved_finds {
                    way.owners[find] = position;
                }
            }
            return;
        }
        // Merging: what the way back would have chosen.
        let (target, keeper) = (way.held[from as usize].recorded, way.held[to as usize].recorded);
        let fixed: Vec<bool> = members.iter().map(|find| way.owners[*find] == from).collect();
        let back = self.allocate(target, keeper, first, second, &members, Some(&fixed), stream);
        let Some((_, log_chance)) = back else { return };
        let mut counts = way.held[to as usize].counts.clone();
        for (cell, count) in &way.held[from as usize].counts {
            match counts.iter_mut().find(|entry| entry.0 == *cell) {
                Some(entry) => entry.1 += count,
                None => counts.push((*cell, *count)),
            }
        }
        let merged = self.piece.held(keeper, counts);
        let emptied = target.map(|j| self.piece.held(Some(j), Vec::new()));
        let choices = empty(way).len() + usize::from(target.is_some()) + unreported;
        let log_ratio = merged.log_mass + emptied.as_ref().map_or(0.0, |held| held.log_mass)
            - way.held[from as usize].log_mass
            - way.held[to as usize].log_mass
            - libm::log(choices as f64)
            + log_chance;
        if libm::log(stream.uniform()) < log_ratio {
            for owner in way.owners.iter_mut().filter(|owner| **owner == from) {
                *owner = to;
            }
            way.held[to as usize] = merged;
            match emptied {
                Some(held) => way.held[from as usize] = held,
                None => way.drop_empty(from),
            }
        }
    }

    /// Shares `members` out between a source that starts with `first` and one that starts with `second`, find
    /// by find by their chances, or as `fixed` says (true: to the first); with the log chance of the outcome.
    #[allow(
        clippy::type_complexity,
        reason = "two sources with their finds, used twice just above"
    )]
    #[allow(
        clippy::too_many_arguments,
        reason = "the two sources, their first finds, and the rest"
    )]
    fn allocate(
        &self,
        target: Option<u32>,
        keeper: Option<u32>,
        first: usize,
        second: usize,
        members: &[usize],
        fixed: Option<&[bool]>,
        stream: &mut Stream,
    ) -> Option<([(Held, Vec<usize>); 2], f64)> {
        let start = |source: Option<u32>, find: usize| {
            let held = self.piece.held(source, vec![(self.cell_of[find], 1)]);
            (held.log_mass > f64::NEG_INFINITY).then_some((held, vec![find]))
        };
        let mut sides = [start(target, first)?, start(keeper, second)?];
        let mut log_chance = 0.0;
        for (position, find) in members.iter().enumerate() {
            let cell = self.cell_of[*find];
            let gains = [self.piece.gain(&sides[0].0, cell), self.piece.gain(&sides[1].0, cell)];
            let sum = gains[0] + gains[1];
            if sum <= 0.0 {
                return None;
            }
            let side = match fixed {
                Some(fixed) => usize::from(!fixed[position]),
                None => usize::from(stream.uniform() * sum >= gains[0]),
            };
            if gains[side] <= 0.0 {
                return None;
            }
            log_chance += libm::log(gains[side] / sum);
            self.piece.add(&mut sides[side].0, cell, gains[side]);
            sides[side].1.push(*find);
        }
        Some((sides, log_chance))
    }

    /// Exchanges all finds of a recorded strike and of another source.
    fn exchange(&self, way: &mut ShareOut, stream: &mut Stream) {
        let recorded = self.piece.recorded.len();
        if recorded == 0 || way.held.len() < 2 {
            return;
        }
        let left = stream.below(recorded);
        let right = (left + 1 + stream.below(way.held.len() - 1)) % way.held.len();
        let (a, b) = (&way.held[left], &way.held[right]);
        // A strike nobody reported owns at least one find: an empty lot is not given to it.
        if a.total == 0 && (b.total == 0 || b.recorded.is_none()) {
            return;
        }
        let new_a = self.piece.held(a.recorded, b.counts.clone());
        let new_b = self.piece.held(b.recorded, a.counts.clone());
        let log_ratio = new_a.log_mass + new_b.log_mass - a.log_mass - b.log_mass;
        if libm::log(stream.uniform()) < log_ratio {
            way.held[left] = new_a;
            way.held[right] = new_b;
            for owner in &mut way.owners {
                if *owner == left as u32 {
                    *owner = right as u32;
                } else if *owner == right as u32 {
                    *owner = left as u32;
                }
            }
        }
    }

    /// Gives all finds of a recorded strike to a new unreported one, or back.
    fn rename(&self, way: &mut ShareOut, stream: &mut Stream) {
        let recorded = self.piece.recorded.len();
        if recorded == 0 || self.piece.unreported.is_none() {
            return;
        }
        let j = stream.below(recorded);
        let clusters = way.held.len() - recorded;
        let held = &way.held[j];
        if held.total == 0 {
            if clusters == 0 {
                return;
            }
            let position = recorded + stream.below(clusters);
            let other = &way.held[position];
            let filled = self.piece.held(Some(j as u32), other.counts.clone());
            let log_ratio =
                filled.log_mass - held.log_mass - other.log_mass + libm::log(clusters as f64);
            if libm::log(stream.uniform()) < log_ratio {
                way.held[j] = filled;
                for owner in way.owners.iter_mut().filter(|owner| **owner == position as u32) {
                    *owner = j as u32;
                }
                way.drop_empty(position as u32);
            }
        } else {
            let fresh = self.piece.held(None, held.counts.clone());
            let emptied = self.piece.held(Some(j as u32), Vec::new());
            let log_ratio = fresh.log_mass + emptied.log_mass
                - held.log_mass
                - libm::log((clusters + 1) as f64);
            if libm::log(stream.uniform()) < log_ratio {
                let position = way.held.len() as u32;
                way.held.push(fresh);
                way.held[j] = emptied;
                for owner in way.owners.iter_mut().filter(|owner| **owner == j as u32) {
                    *owner = position;
                }
            }
        }
    }
}

/// Particles drawn again in proportion to their weights, by one number for all.
fn resampled(ways: Vec<ShareOut>, weights: &[f64], start: f64) -> Vec<ShareOut> {
    let count = ways.len();
    let (mut below, mut position) = (weights[0], 0);
    (0..count)
        .map(|particle| {
            let mark = (particle as f64 + start) / count as f64;
            while below < mark && position + 1 < count {
                position += 1;
                below += weights[position];
            }
            ways[position].clone()
        })
        .collect()
}
