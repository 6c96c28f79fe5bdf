//! Which find of a piece came from which strike.
//!
//! Belongs here: the probability of the finds of a piece at given values of the shared unknowns, and draws
//! of which find came from which strike.
//!
//! Does not belong here: what ties finds into pieces (`piece`), strikes that no find touches (they stay
//! independent), the shared unknowns.
//!
//! Finds are taken one after the other. Each may come from any recorded strike that reaches it, from an
//! unreported strike that explains earlier finds, or from a new one; the number of items of each strike
//! and its place are integrated out, so that what is left is the question which find belongs to which
//! strike. Particles carry answers to it (sequential imputation: A. Kong, J. S. Liu and W. H. Wong,
//! Journal of the American Statistical Association 89, 1994). The mean of their weights estimates the
//! probability of all finds without bias; resampling moves effort to answers that explain the finds.

use std::collections::BTreeMap;

use super::fault::ContaminationFault;
use super::ground::Group;
use super::piece::{Piece, Source};
use crate::random::Stream;

/// Purpose of the streams of random numbers used here.
const PURPOSE: u64 = 0x7069_6563_6501;
/// A share of the particles' number below which their effective number calls for resampling.
const RESAMPLE_BELOW: f64 = 0.5;

/// One strike with the finds that are ascribed to it: where it may be, given them.
#[derive(Clone, Debug)]
struct State {
    source: u32,
    /// Finds of each group ascribed to it, by the group's place in the piece.
    counts: Vec<u32>,
    /// Finds that count, spot finds not among them.
    finds: u32,
    /// The origins that are still possible, and the probability of each.
    possible: Vec<u32>,
    weights: Vec<f64>,
    /// Expected finds from each group, where it has been asked for.
    expected: Vec<Option<f64>>,
}

/// States by what is ascribed to them, each made once.
struct Ascribed<'s> {
    piece: &'s Piece,
    groups: &'s [Group],
    recorded: &'s [Source],
    unreported: &'s Source,
    states: Vec<State>,
    known: BTreeMap<(u32, Vec<u32>), usize>,
}

/// The source number of unreported strikes.
const UNREPORTED: u32 = u32::MAX;

impl<'s> Ascribed<'s> {
    fn source(&self, state: usize) -> &'s Source {
        match self.states[state].source {
            UNREPORTED => self.unreported,
            number => &self.recorded[number as usize],
        }
    }

    /// The expected number of finds in a group from the strike of a state: the chance of the next one.
    fn expected(&mut self, state: usize, group: usize) -> f64 {
        if let Some(known) = self.states[state].expected[group] {
            return known;
        }
        let source = self.source(state);
        let held = &self.states[state];
        let mut sum = 0.0;
        if let Some(masses) = source.masses.get(&self.piece.groups[group]) {
            let finds = f64::from(held.finds);
            for (origin, weight) in held.possible.iter().zip(&held.weights) {
                let origin = *origin as usize;
                let gamma = source.origins.gammas[origin];
                let rate = gamma.rate + source.origins.exposures[origin];
                sum += weight * masses[origin] * (gamma.shape + finds) / rate;
            }
        }
        self.states[state].expected[group] = Some(sum);
        sum
    }

    /// The state after one more find of a group is ascribed to its strike.
    fn after(&mut self, state: usize, group: usize) -> usize {
        let (source, held) = (self.source(state), &self.states[state]);
        let mut counts = held.counts.clone();
        counts[group] += 1;
        if let Some(known) = self.known.get(&(held.source, counts.clone())) {
            return *known;
        }
        let spot = self.groups[self.piece.groups[group]].spot;
        let finds = f64::from(held.finds);
        let (mut possible, mut weights) = (Vec::new(), Vec::new());
        if let Some(masses) = source.masses.get(&self.piece.groups[group]) {
            for (origin, weight) in held.possible.iter().zip(&held.weights) {
                let number = *origin as usize;
                let gamma = source.origins.gammas[number];
                // A spot find tells where the strike was, not how many items it left.
                let next = if spot {
                    1.0
                } else {
                    (gamma.shape + finds) / (gamma.rate + source.origins.exposures[number])
                };
                let weight = weight * masses[number] * next;
                if weight > 0.0 {
                    possible.push(*origin);
                    weights.push(weight);
                }
            }
        }
        normalise(&mut weights);
        let made = State {
            source: held.source,
            finds: held.finds + u32::from(!spot),
            counts: counts.clone(),
            possible,
            weights,
            expected: vec![None; counts.len()],
        };
        let number = self.states.len();
        self.known.insert((made.source, counts), number);
        self.states.push(made);
        number
    }

    /// A strike to which nothing is ascribed; the logarithm of the probability that nothing of it was
    /// found, or the number of unreported strikes of which nothing was found.
    fn untouched(&mut self, source: u32) -> (usize, f64) {
        let of =
            if source == UNREPORTED { self.unreported } else { &self.recorded[source as usize] };
        let origins = &of.origins;
        let mut weights: Vec<f64> =
            (0..origins.len()).map(|o| origins.weights[o] * origins.unfound(o)).collect();
        // Unreported strikes keep their expected number: a new one is as probable as there are many.
        let sum = if source == UNREPORTED { weights.iter().sum() } else { normalise(&mut weights) };
        let size = self.piece.groups.len();
        let state = State {
            source,
            counts: vec![0; size],
            finds: 0,
            possible: (0..origins.len() as u32).collect(),
            weights,
            expected: vec![None; size],
        };
        self.states.push(state);
        (self.states.len() - 1, sum)
    }
}

fn normalise(weights: &mut [f64]) -> f64 {
    let sum: f64 = weights.iter().sum();
    if sum > 0.0 {
        weights.iter_mut().for_each(|weight| *weight /= sum);
    }
    sum
}

/// One answer to the question which find came from which strike.
#[derive(Clone, Debug)]
struct Particle {
    /// A state for each recorded strike of the piece, then for each unreported one.
    states: Vec<usize>,
    weight: f64,
}

/// The finds of one piece, explained.
pub(super) struct Explained<'s> {
    ascribed: Ascribed<'s>,
    particles: Vec<Particle>,
    /// Logarithm of the probability of the finds, up to what does not depend on the shared unknowns.
    pub(super) log_probability: f64,
    /// How many equally weighted particles would be as good, at the worst moment.
    pub(super) effective: f64,
}

/// One strike in one draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Chosen {
    /// The strike in the inputs; none for an unreported one.
    pub(super) strike: Option<usize>,
    pub(super) place: (f64, f64),
    pub(super) scale: f64,
    /// Gamma distribution of the items left before any search, given the finds.
    pub(super) shape: f64,
    pub(super) rate: f64,
    /// Share of the items that searches found.
    pub(super) exposure: f64,
}

/// Explains the finds of a piece with so many particles.
///
/// # Errors
/// `UnexplainedFind` when a find can come from nothing.
pub(super) fn explain<'s>(
    piece: &'s Piece,
    groups: &'s [Group],
    recorded: &'s [Source],
    unreported: &'s Source,
    particles: usize,
    seed: u64,
) -> Result<Explained<'s>, ContaminationFault> {
    let known = BTreeMap::new();
    let mut ascribed = Ascribed { piece, groups, recorded, unreported, states: Vec::new(), known };
    let mut stream = Stream::new(seed, PURPOSE, piece.groups[0] as u64, 0);
    let mut log_probability = 0.0;
    let mut first = Vec::with_capacity(piece.sources.len());
    for source in &piece.sources {
        let (state, unfound) = ascribed.untouched(*source as u32);
        log_probability += libm::log(unfound);
        first.push(state);
    }
    let (new, _) = ascribed.untouched(UNREPORTED);
    let each = 1.0 / particles as f64;
    let mut all = vec![Particle { states: first, weight: each }; particles];
    let mut least_effective = particles as f64;
    // Spot finds come first: they say where, before the others say how many.
    let order = (0..piece.groups.len())
        .filter(|g| groups[piece.groups[*g]].spot)
        .chain((0..piece.groups.len()).filter(|g| !groups[piece.groups[*g]].spot));
    let mut chances = Vec::new();
    for group in order {
        let of = &groups[piece.groups[group]];
        for _ in 0..of.count {
            let fresh = ascribed.expected(new, group);
            for particle in &mut all {
                chances.clear();
                for state in &particle.states {
                    chances.push(ascribed.expected(*state, group));
                }
                chances.push(fresh);
                let sum: f64 = chances.iter().sum();
                particle.weight *= sum;
                if sum > 0.0 {
                    let chosen = stream.weighted(&chances);
                    if chosen == particle.states.len() {
                        let made = ascribed.after(new, group);
                        particle.states.push(made);
                    } else {
                        particle.states[chosen] = ascribed.after(particle.states[chosen], group);
                    }
                }
            }
            let sum: f64 = all.iter().map(|particle| particle.weight).sum();
            if !(sum > 0.0 && sum.is_finite()) {
                return Err(ContaminationFault::UnexplainedFind { find: of.id.clone() });
            }
            if !of.spot {
                log_probability += libm::log(sum);
            }
            all.iter_mut().for_each(|particle| particle.weight /= sum);
            let effective = 1.0 / all.iter().map(|p| p.weight * p.weight).sum::<f64>();
            least_effective = least_effective.min(effective);
            if effective < RESAMPLE_BELOW * particles as f64 {
                all = resampled(&all, stream.uniform());
            }
        }
    }
    Ok(Explained { ascribed, particles: all, log_probability, effective: least_effective })
}

/// As many particles, each as often as its weight says, by one uniform number.
fn resampled(particles: &[Particle], uniform: f64) -> Vec<Particle> {
    let count = particles.len() as f64;
    let mut kept = Vec::with_capacity(particles.len());
    let (mut passed, mut at) = (0.0, uniform / count);
    for particle in particles {
        passed += particle.weight;
        while at < passed && kept.len() < particles.len() {
            kept.push(Particle { states: particle.states.clone(), weight: 1.0 / count });
            at += 1.0 / count;
        }
    }
    while kept.len() < particles.len() {
        kept.push(particles[particles.len() - 1].clone());
    }
    kept
}

impl Explained<'_> {
    /// The strikes of one draw, chosen by one uniform number for the particle and one for each place.
    pub(super) fn draw(
        &self,
        uniform: f64,
        mut place: impl FnMut(Option<usize>) -> f64,
    ) -> Vec<Chosen> {
        let mut left = uniform;
        let chosen = self
            .particles
            .iter()
            .find(|particle| {
                left -= particle.weight;
                left <= 0.0
            })
            .unwrap_or(&self.particles[self.particles.len() - 1]);
        let of = |state: &usize| {
            let (source, held) = (self.ascribed.source(*state), &self.ascribed.states[*state]);
            let position = position_of(&held.weights, place(source.strike));
            choose(source, held.possible[position] as usize, held.finds)
        };
        chosen.states.iter().map(of).collect()
    }

    /// Probability of each origin of a recorded strike, averaged over the particles; by its position
    /// among the piece's sources.
    #[cfg(test)]
    fn weights(&self, source: usize) -> Vec<f64> {
        let of = self.ascribed.source(self.particles[0].states[source]);
        let mut mean = vec![0.0; of.origins.len()];
        for particle in &self.particles {
            let held = &self.ascribed.states[particle.states[source]];
            for (origin, weight) in held.possible.iter().zip(&held.weights) {
                mean[*origin as usize] += particle.weight * weight;
            }
        }
        mean
    }

    /// Expected items of a recorded strike before any search, averaged over the particles.
    #[cfg(test)]
    fn mean(&self, source: usize) -> f64 {
        self.particles
            .iter()
            .map(|particle| {
                let held = &self.ascribed.states[particle.states[source]];
                let origins = &self.ascribed.source(particle.states[source]).origins;
                let of = |(o, w): (&u32, &f64)| {
                    let (gamma, exposure) =
                        (origins.gammas[*o as usize], origins.exposures[*o as usize]);
                    w * (gamma.shape + f64::from(held.finds)) / (gamma.rate + exposure)
                };
                particle.weight * held.possible.iter().zip(&held.weights).map(of).sum::<f64>()
            })
            .sum()
    }
}

/// One origin of a source with so many finds.
pub(super) fn choose(source: &Source, origin: usize, finds: u32) -> Chosen {
    let origins = &source.origins;
    let (place, scale) = origins.origin(origin);
    let (gamma, exposure) = (origins.gammas[origin], origins.exposures[origin]);
    Chosen {
        strike: source.strike,
        place,
        scale,
        shape: gamma.shape + f64::from(finds),
        rate: gamma.rate + exposure,
        exposure,
    }
}

/// The position that a number between 0 and 1 falls on, when weights that sum to one lie end to end.
pub(super) fn position_of(weights: &[f64], uniform: f64) -> usize {
    let mut left = uniform * weights.iter().sum::<f64>();
    let mut last = 0;
    for (position, weight) in weights.iter().enumerate() {
        if *weight > 0.0 {
            last = position;
            left -= weight;
            if left <= 0.0 {
                break;
            }
        }
    }
    last
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::super::model::Origins;
    use super::super::piece::pieces;
    use super::*;
    use crate::strike::Gamma;

    fn case(id: &str) -> serde_json::Value {
        let all: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/test-vectors.json")).unwrap();
        all["cases"].as_array().unwrap().iter().find(|case| case["id"] == id).unwrap().clone()
    }

    fn numbers(value: &serde_json::Value) -> Vec<f64> {
        value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
    }

    /// A source as the reference tells it: kernel masses of each candidate in each cell, one group a cell.
    fn source(prior: &[f64], a: f64, b: f64, masses: &[Vec<f64>], effort: &[f64]) -> Source {
        let found = |k: &Vec<f64>| k.iter().zip(effort).map(|(k, e)| k * e).collect::<Vec<f64>>();
        let rows: Vec<Vec<f64>> = masses.iter().map(found).collect();
        let origins = Origins {
            places: vec![(0.0, 0.0); prior.len()],
            scales: vec![1.0],
            of: (0..prior.len() as u32).map(|place| (place, 0)).collect(),
            weights: prior.to_vec(),
            gammas: vec![Gamma::new(a, b).unwrap(); prior.len()],
            exposures: rows.iter().map(|row| row.iter().sum()).collect(),
        };
        let masses = (0..effort.len())
            .map(|cell| (cell, rows.iter().map(|row| row[cell]).collect()))
            .collect();
        Source { strike: Some(0), origins, masses }
    }

    fn nobody() -> Source {
        source(&[], 1.0, 1.0, &[], &[])
    }

    fn groups(finds: &[f64]) -> Vec<Group> {
        let group = |(cell, count): (usize, &f64)| Group {
            id: format!("cell {cell}"),
            cells: vec![cell as u32],
            count: *count as u32,
            spot: false,
        };
        finds.iter().enumerate().map(group).collect()
    }

    fn log_factorials(finds: &[f64]) -> f64 {
        finds.iter().map(|y| libm::lgamma(y + 1.0)).sum()
    }

    #[test]
    fn one_strike_is_the_closed_form_however_few_the_particles() {
        let case = case("particles-finds");
        let inputs = &case["inputs"];
        let masses: Vec<Vec<f64>> = inputs["K"].as_array().unwrap().iter().map(numbers).collect();
        let (effort, finds) = (numbers(&inputs["q"]), numbers(&inputs["y"]));
        let (a, b) = (inputs["a"].as_f64().unwrap(), inputs["b"].as_f64().unwrap());
        let recorded = vec![source(&numbers(&inputs["prior_w"]), a, b, &masses, &effort)];
        let (groups, nobody) = (groups(&finds), nobody());
        let pieces = pieces(groups.len(), &recorded, &nobody);
        assert_eq!(pieces.len(), 1);
        let found = explain(&pieces[0], &groups, &recorded, &nobody, 1, 9).unwrap();
        let expected = &case["expected"];
        let log = found.log_probability - log_factorials(&finds);
        assert!((log - expected["log_marginal"].as_f64().unwrap()).abs() < 1e-10);
        for (w, e) in found.weights(0).iter().zip(numbers(&expected["weights"])) {
            assert!((w - e).abs() < 1e-10);
        }
    }

    #[test]
    fn two_strikes_that_overlap_come_close_to_the_enumeration() {
        let case = case("overlap-exact");
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        let (effort, finds) = (numbers(&inputs["q"]), numbers(&inputs["y"]));
        let (a, b) = (numbers(&inputs["a"]), numbers(&inputs["b"]));
        let recorded: Vec<Source> = (0..2)
            .map(|j| {
                let masses: Vec<Vec<f64>> =
                    inputs["K"][j].as_array().unwrap().iter().map(numbers).collect();
                source(&numbers(&inputs["prior"][j]), a[j], b[j], &masses, &effort)
            })
            .collect();
        let (groups, nobody) = (groups(&finds), nobody());
        let pieces = pieces(groups.len(), &recorded, &nobody);
        let found = explain(&pieces[0], &groups, &recorded, &nobody, 20_000, 3).unwrap();
        let log = found.log_probability - log_factorials(&finds);
        let exact = expected["log_marginal"].as_f64().unwrap();
        assert!((log - exact).abs() < 0.02, "{log} for {exact}");
        for j in 0..2 {
            for (w, e) in found.weights(j).iter().zip(numbers(&expected["weights"][j])) {
                assert!((w - e).abs() < 0.02, "{w} for {e}");
            }
            let mean = expected["strike_total_mean"][j].as_f64().unwrap();
            assert!((found.mean(j) / mean - 1.0).abs() < 0.02, "{} for {mean}", found.mean(j));
        }
        // With the number used in a run, the logarithm stays close enough for weighing.
        let mut worst: f64 = 0.0;
        for seed in 0..20 {
            let few = explain(&pieces[0], &groups, &recorded, &nobody, 64, seed).unwrap();
            worst = worst.max((few.log_probability - log_factorials(&finds) - exact).abs());
        }
        assert!(worst < 0.5, "{worst}");
    }

    #[test]
    fn unreported_strikes_are_summed_over_every_way_to_divide_the_finds() {
        // One place, three finds in one cell. Partitions of three finds: 1, 3 and 1 of one, two and
        // three strikes; the number of strikes without finds is Poisson and cancels.
        let (density, a, b, mass) = (0.7, 1.3, 0.2, 0.4);
        let unreported = Source { strike: None, ..source(&[density], a, b, &[vec![mass]], &[1.0]) };
        let groups = groups(&[3.0]);
        let pieces = pieces(1, &[], &unreported);
        let found = explain(&pieces[0], &groups, &[], &unreported, 40_000, 5).unwrap();
        let of = |n: f64| {
            let gamma = libm::exp(libm::lgamma(a + n) - libm::lgamma(a));
            density * gamma * libm::pow(b, a) / libm::pow(b + mass, a + n) * libm::pow(mass, n)
        };
        let exact = of(3.0) + 3.0 * of(1.0) * of(2.0) + of(1.0) * of(1.0) * of(1.0);
        let log = found.log_probability;
        assert!((log - libm::log(exact)).abs() < 0.02, "{log} for {}", libm::log(exact));
        let strikes: f64 = found.particles.iter().map(|p| p.weight * p.states.len() as f64).sum();
        let expected =
            (of(3.0) + 6.0 * of(1.0) * of(2.0) + 3.0 * of(1.0) * of(1.0) * of(1.0)) / exact;
        assert!((strikes - expected).abs() < 0.03, "{strikes} for {expected}");
    }

    #[test]
    fn a_find_that_nothing_reaches_is_a_reason() {
        let groups = groups(&[1.0]);
        let nobody = nobody();
        let pieces = pieces(1, &[], &nobody);
        let found = explain(&pieces[0], &groups, &[], &nobody, 8, 1);
        assert!(matches!(found, Err(ContaminationFault::UnexplainedFind { .. })));
    }
}
