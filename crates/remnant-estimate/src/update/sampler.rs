//! Sharing out many finds by a sampler.
//!
//! Belongs here: an unbiased sequential estimate of the probability of a piece's finds with its Monte Carlo
//! error, and four chains of moves that start from it: single finds, merging and splitting of sources, and
//! exchange of whole lots between sources. Places and numbers are integrated out throughout, and averages
//! use conditional weights.
//!
//! Random numbers belong to the piece by its smallest strike and to the seed, so neither threads nor other
//! pieces change them. A sampler that does not settle gives a reason and no number.
//!
//! Does not belong here: what a way to share out means (`share_out`).

use super::enumerate::unexplained;
use super::fault::UpdateFault;
use super::piece::Piece;
use super::settled::{Account, Diagnostics, PieceMethod, Settled, expected_items};
use super::share_out::{Held, ShareOut};
use crate::exponential::exp;
use crate::random::Stream;

/// Chains that are compared.
const CHAINS: usize = 4;
/// Independent sequential estimates of the log marginal.
const BATCHES: usize = 4;
/// Streams of random numbers: what a number is for.
const SEQUENTIAL: u64 = 0x5345_5155;
const CHAIN: u64 = 0x4348_4149;

/// How long the sampler may run, and when it is believed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SamplerSettings {
    /// Enumerate a piece that has at most this many ways to share out its finds.
    pub enumerate_up_to: usize,
    /// Particles of each of four sequential estimates.
    pub particles: usize,
    /// Sweeps of each chain before it counts.
    pub warm_up: usize,
    /// Sweeps of each chain that count at first; doubled while the chains disagree.
    pub sweeps: usize,
    /// The most sweeps of each chain.
    pub most_sweeps: usize,
    /// Largest split R-hat that is believed.
    pub r_hat: f64,
    /// Smallest effective number of draws that is believed.
    pub effective_draws: f64,
    /// The most finds in one piece.
    pub most_finds: u64,
}

impl Default for SamplerSettings {
    fn default() -> Self {
        Self {
            enumerate_up_to: 1_000,
            particles: 64,
            warm_up: 50,
            sweeps: 200,
            most_sweeps: 6_400,
            r_hat: 1.05,
            effective_draws: 100.0,
            most_finds: 20_000,
        }
    }
}

/// A piece by the sampler.
///
/// # Errors
/// `Unexplained`, `TooManyFinds`, `NotSettled`.
pub(crate) fn sample(
    piece: &Piece<'_>,
    settings: &SamplerSettings,
    seed: u64,
) -> Result<Settled, UpdateFault> {
    let finds: u64 = piece.cells.iter().map(|cell| u64::from(cell.finds)).sum();
    if finds > settings.most_finds {
        return Err(UpdateFault::TooManyFinds { finds, limit: settings.most_finds });
    }
    let cell_of = piece.cell_of_finds();
    let fresh: Vec<Option<Held>> = (0..piece.cells.len() as u32)
        .map(|cell| {
            piece.unreported.as_ref()?;
            let held = piece.held(None, vec![(cell, 1)]);
            (held.log_mass > f64::NEG_INFINITY).then_some(held)
        })
        .collect();
    let sampler = Sampler { piece, cell_of: &cell_of, fresh };
    let mut starts = Vec::new();
    let mut logs = Vec::new();
    for batch in 0..BATCHES {
        let mut stream = Stream::new(seed, SEQUENTIAL, piece.number(), batch as u64);
        let (log, way) = sampler.sequential(settings.particles.max(2), &mut stream);
        if let Some(way) = way {
            starts.push(way);
        }
        logs.push(log);
    }
    if starts.len() < CHAINS {
        return Err(unexplained(piece));
    }
    let peak = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let shares: Vec<f64> = logs.iter().map(|log| exp(log - peak)).collect();
    let mean = shares.iter().sum::<f64>() / BATCHES as f64;
    let variance =
        shares.iter().map(|s| (s - mean) * (s - mean)).sum::<f64>() / (BATCHES - 1) as f64;
    let mut diagnostics = Diagnostics {
        method: PieceMethod::Sampled,
        finds: finds as u32,
        recorded: piece.recorded.len(),
        log_marginal: peak + libm::log(mean) - piece.log_orders(),
        log_marginal_error: libm::sqrt(variance / BATCHES as f64) / mean,
        r_hat: f64::INFINITY,
        effective_draws: 0.0,
        sweeps: 0,
    };
    let mut streams: Vec<Stream> =
        (0..CHAINS).map(|c| Stream::new(seed, CHAIN, piece.number(), c as u64)).collect();
    for (way, stream) in starts.iter_mut().zip(&mut streams) {
        for _ in 0..settings.warm_up {
            sampler.sweep(way, stream);
        }
    }
    // Watched: expected items, the log mass, and finds owned by strikes nobody reported.
    let mut watched: [Vec<Vec<f64>>; 3] = core::array::from_fn(|_| vec![Vec::new(); CHAINS]);
    let mut account = Account::new(piece, diagnostics);
    let mut goal = settings.sweeps.max(8);
    loop {
        while diagnostics.sweeps < goal {
            diagnostics.sweeps += 1;
            // Some 400 ways are kept however long the chains run.
            let every = (goal / 100).max(1);
            for (chain, (way, stream)) in starts.iter_mut().zip(&mut streams).enumerate() {
                sampler.sweep(way, stream);
                account.add(way, 1.0);
                if diagnostics.sweeps.is_multiple_of(every) {
                    account.keep(way, 1.0);
                }
                watched[0][chain].push(expected_items(piece, way));
                watched[1][chain].push(way.log_mass());
                let unreported =
                    way.held[piece.recorded.len()..].iter().map(|h| h.total).sum::<u32>();
                watched[2][chain].push(f64::from(unreported));
            }
        }
        diagnostics.r_hat = 1.0;
        diagnostics.effective_draws = f64::INFINITY;
        for values in &watched {
            let (r_hat, effective) = agreement(values);
            diagnostics.r_hat = diagnostics.r_hat.max(r_hat);
            diagnostics.effective_draws = diagnostics.effective_draws.min(effective);
        }
        if diagnostics.r_hat <= settings.r_hat
            && diagnostics.effective_draws >= settings.effective_draws
        {
            return Ok(account.finish(diagnostics));
        }
        if goal >= settings.most_sweeps {
            return Err(UpdateFault::NotSettled {
                strike: piece.smallest_strike,
                cell: piece.cells.first().map_or(0, |cell| cell.cell),
                sweeps: diagnostics.sweeps,
                r_hat: diagnostics.r_hat,
                effective_draws: diagnostics.effective_draws,
            });
        }
        goal = (2 * goal).min(settings.most_sweeps);
    }
}

/// Split R-hat and the effective number of draws of chains of one number.
///
/// # Source
/// A. Gelman and others, *Bayesian Data Analysis*, third edition, 11.4 and 11.5: each chain is split in
/// two; autocorrelations are summed in pairs until a pair is negative.
pub(crate) fn agreement(chains: &[Vec<f64>]) -> (f64, f64) {
    let halves: Vec<&[f64]> = chains
        .iter()
        .flat_map(|chain| {
            let half = chain.len() / 2;
            [&chain[..half], &chain[chain.len() - half..]]
        })
        .collect();
    let n = halves.first().map_or(0, |half| half.len());
    if n < 4 {
        return (f64::INFINITY, 0.0);
    }
    let (count, m) = (n as f64, halves.len() as f64);
    let means: Vec<f64> = halves.iter().map(|half| half.iter().sum::<f64>() / count).collect();
    let grand = means.iter().sum::<f64>() / m;
    let between = count / (m - 1.0) * means.iter().map(|x| (x - grand) * (x - grand)).sum::<f64>();
    let within = halves
        .iter()
        .zip(&means)
        .map(|(half, mean)| {
            half.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (count - 1.0)
        })
        .sum::<f64>()
        / m;
    let all = (count - 1.0) / count * within + between / count;
    let size = grand.abs().max(1e-300);
    if all <= 1e-24 * size * size {
        // A number that never moves says nothing against the chains.
        return (1.0, f64::INFINITY);
    }
    if within <= 0.0 {
        return (f64::INFINITY, 0.0);
    }
    let correlation = |lag: usize| {
        let sum: f64 = halves
            .iter()
            .map(|half| {
                half[lag..].iter().zip(half.iter()).map(|(a, b)| (a - b) * (a - b)).sum::<f64>()
            })
            .sum();
        1.0 - sum / (m * (n - lag) as f64) / (2.0 * all)
    };
    let (mut sum, mut lag) = (0.0, 1);
    while lag + 1 < n {
        let pair = correlation(lag) + correlation(lag + 1);
        if pair < 0.0 {
            break;
        }
        sum += pair;
        lag += 2;
    }
    (libm::sqrt(all / within), (m * count / (1.0 + 2.0 * sum)).min(m * count))
}

struct Sampler<'a> {
    piece: &'a Piece<'a>,
    cell_of: &'a [u32],
    /// A strike nobody reported that owns one find of the cell.
    fresh: Vec<Option<Held>>,
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
    fn sequential(&self, particles: usize, stream: &mut Stream) -> (f64, Option<ShareOut>) {
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
    fn sweep(&self, way: &mut ShareOut, stream: &mut Stream) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_knows_good_chains_from_bad_ones() {
        let mut stream = Stream::new(3, 0, 0, 0);
        let good: Vec<Vec<f64>> =
            (0..4).map(|_| (0..500).map(|_| stream.normal()).collect()).collect();
        let (r_hat, effective) = agreement(&good);
        assert!(r_hat < 1.02 && effective > 1_200.0, "{r_hat} {effective}");
        let mut apart = good.clone();
        apart[2].iter_mut().for_each(|x| *x += 3.0);
        assert!(agreement(&apart).0 > 1.3);
        let mut slow = 0.0;
        let walks: Vec<Vec<f64>> = (0..4)
            .map(|_| {
                let step = |_| {
                    slow = 0.99 * slow + stream.normal();
                    slow
                };
                (0..500).map(step).collect()
            })
            .collect();
        assert!(agreement(&walks).1 < 100.0);
        assert_eq!(agreement(&vec![vec![2.0; 50]; 4]), (1.0, f64::INFINITY));
    }
}
