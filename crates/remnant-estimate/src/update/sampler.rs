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

mod moves;

use super::enumerate::unexplained;
use super::fault::UpdateFault;
use super::piece::Piece;
use super::settled::{Account, Diagnostics, PieceMethod, Settled, expected_items};
use super::share_out::Held;
use crate::exponential::exp;
use crate::random::Stream;
use moves::Sampler;

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
