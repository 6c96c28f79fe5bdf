//! Which find of a piece came from which strike.
//!
//! Belongs here: the probability of the finds of a piece at given values of the shared unknowns, and draws
//! of which find came from which strike.
//!
//! Does not belong here: what ties finds into pieces (`piece`), what finds make of one strike (`ascribed`),
//! strikes that no find touches (they stay independent), the shared unknowns.
//!
//! Finds are taken one after the other. Each may come from any recorded strike that reaches it, from an
//! unreported strike that explains earlier finds, or from a new one; the number of items of each strike
//! and its place are integrated out, so that what is left is the question which find belongs to which
//! strike. Every answer to it is followed. Answers that leave each strike with the same finds of each group
//! are one from then on. While there are no more than may be kept, the sum over all of them is exact; when
//! there are more, the probable ones stay as they are and of the others some are kept by chance, each with
//! the same weight, so that the sum stays as it was and estimates the probability of all finds without bias
//! (P. Fearnhead and P. Clifford, Journal of the Royal Statistical Society B 65, 2003).
//!
//! The module `update` answers the same question by other means, with its own tables, and is not used by an
//! estimate: it is the independent check of this one. `contamination/beside_update.rs` compares them.

use std::collections::HashMap;

use super::ascribed::{Ascribed, UNREPORTED};
use super::fault::ContaminationFault;
use super::ground::Group;
use super::piece::{Piece, Source};
use crate::random::Stream;

/// Purpose of the streams of random numbers used here.
const PURPOSE: u64 = 0x7069_6563_6501;

/// One answer to the question which find came from which strike.
#[derive(Clone, Debug)]
struct Way {
    /// A state for each recorded strike of the piece, then for each unreported one, in any order.
    states: Vec<u32>,
    /// The sum of the names of its states.
    name: u64,
    weight: f64,
}

/// A way to which the next find has been added: from which way, and whose find it is.
#[derive(Clone, Copy, Debug)]
struct Next {
    from: u32,
    /// The position of the state that takes the find; one past the last for a new unreported strike.
    owner: u32,
    name: u64,
    weight: f64,
}

/// The finds of one piece, explained.
#[derive(Debug)]
pub(super) struct Explained<'s> {
    ascribed: Ascribed<'s>,
    ways: Vec<Way>,
    /// Logarithm of the probability of the finds, up to what does not depend on the shared unknowns.
    pub(super) log_probability: f64,
    /// The share of the probability whose ways were followed and not left to chance, at the worst moment: 1
    /// where the sum is exact.
    pub(super) followed: f64,
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

/// Explains the finds of a piece, following at most `most` ways.
///
/// # Errors
/// `UnexplainedFind` when a find can come from nothing.
pub(super) fn explain<'s>(
    piece: &'s Piece,
    groups: &'s [Group],
    recorded: &'s [Source],
    unreported: &'s Source,
    most: usize,
    seed: u64,
) -> Result<Explained<'s>, ContaminationFault> {
    let mut ascribed = Ascribed::new(piece, groups, recorded, unreported);
    let mut stream = Stream::new(seed, PURPOSE, piece.groups[0] as u64, 0);
    let mut log_probability = 0.0;
    let mut first = Way { states: Vec::new(), name: 0, weight: 1.0 };
    for source in &piece.sources {
        let (state, unfound) = ascribed.untouched(*source as u32);
        log_probability += libm::log(unfound);
        first.name = first.name.wrapping_add(ascribed.states[state as usize].name);
        first.states.push(state);
    }
    let (new, _) = ascribed.untouched(UNREPORTED);
    let mut ways = vec![first];
    let mut followed = 1.0_f64;
    for group in order_of_finds(piece, groups) {
        let of = &groups[piece.groups[group]];
        let mut all = with_next(&mut ascribed, &ways, new, group);
        let sum: f64 = all.iter().map(|next| next.weight).sum();
        if !(sum > 0.0 && sum.is_finite()) {
            return Err(ContaminationFault::UnexplainedFind { find: of.id.clone() });
        }
        if !of.spot {
            log_probability += libm::log(sum);
        }
        all.iter_mut().for_each(|next| next.weight /= sum);
        if all.len() > most {
            let left_to_chance;
            (all, left_to_chance) = kept(all, most, stream.uniform());
            followed = followed.min(1.0 - left_to_chance);
        }
        let carried_out = |next: &Next| {
            let from = &ways[next.from as usize];
            let mut states = from.states.clone();
            match states.get_mut(next.owner as usize) {
                Some(state) => *state = ascribed.after(*state, group),
                None => states.push(ascribed.after(new, group)),
            }
            Way { states, name: next.name, weight: next.weight }
        };
        ways = all.iter().map(carried_out).collect();
    }
    Ok(Explained { ascribed, ways, log_probability, followed })
}

/// Every way with the next find, of a group, given to each strike that may have left it. Ways that have
/// come to the same are taken together.
fn with_next(ascribed: &mut Ascribed<'_>, ways: &[Way], new: u32, group: usize) -> Vec<Next> {
    let mut all: Vec<Next> = Vec::with_capacity(4 * ways.len());
    let mut known: HashMap<u64, usize> = HashMap::with_capacity(4 * ways.len());
    let fresh = ascribed.expected(new, group);
    let fresh_name = ascribed.name_after(new, group);
    for (from, way) in ways.iter().enumerate() {
        for owner in 0..=way.states.len() {
            let (chance, name) = match way.states.get(owner) {
                Some(state) => {
                    let chance = ascribed.expected(*state, group);
                    let before = ascribed.states[*state as usize].name;
                    let after = ascribed.name_after(*state, group);
                    (chance, way.name.wrapping_sub(before).wrapping_add(after))
                }
                None => (fresh, way.name.wrapping_add(fresh_name)),
            };
            if chance <= 0.0 {
                continue;
            }
            let weight = way.weight * chance;
            match known.get(&name) {
                Some(position) => all[*position].weight += weight,
                None => {
                    known.insert(name, all.len());
                    all.push(Next { from: from as u32, owner: owner as u32, name, weight });
                }
            }
        }
    }
    all
}

/// The finds of a piece as groups, one after the other. Spot finds come first: they say where, before the
/// others say how many. Of those, every stretch holds finds of all groups in their proportions, so that what
/// is decided early is decided by finds like those that are still to come.
fn order_of_finds(piece: &Piece, groups: &[Group]) -> Vec<usize> {
    let mut order: Vec<(bool, f64, usize)> = Vec::new();
    for (position, group) in piece.groups.iter().map(|group| &groups[*group]).enumerate() {
        let count = group.count;
        let at = |k: u32| (f64::from(k) + 0.5) / f64::from(count);
        order.extend((0..count).map(|k| (!group.spot, at(k), position)));
    }
    order.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
    order.into_iter().map(|(_, _, position)| position).collect()
}

/// At most `most` of more ways than that, whose weights sum to one and still do afterwards; and the sum of
/// the weights of those that were kept or dropped by chance.
fn kept(ways: Vec<Next>, most: usize, uniform: f64) -> (Vec<Next>, f64) {
    let mut falling: Vec<f64> = ways.iter().map(|next| next.weight).collect();
    falling.sort_unstable_by(|a, b| b.total_cmp(a));
    // The largest weights stay, as many as are above what each of the others is to weigh.
    let mut rest: f64 = falling.iter().sum();
    let mut threshold = f64::INFINITY;
    for (staying, weight) in falling.iter().enumerate().take(most) {
        threshold = rest / (most - staying) as f64;
        if *weight <= threshold {
            break;
        }
        rest -= weight;
    }
    let mut passed = 0.0;
    let mut at = uniform * threshold;
    let chosen = |mut next: Next| {
        if next.weight > threshold {
            return Some(next);
        }
        passed += next.weight;
        if at < passed {
            at += threshold;
            next.weight = threshold;
            return Some(next);
        }
        None
    };
    (ways.into_iter().filter_map(chosen).collect(), rest)
}

impl Explained<'_> {
    /// The strikes of one draw, chosen by one uniform number for the way and one for each place.
    pub(super) fn draw(
        &self,
        uniform: f64,
        mut place: impl FnMut(Option<usize>) -> f64,
    ) -> Vec<Chosen> {
        let mut left = uniform;
        let chosen = self
            .ways
            .iter()
            .find(|way| {
                left -= way.weight;
                left <= 0.0
            })
            .unwrap_or(&self.ways[self.ways.len() - 1]);
        let of = |state: &u32| {
            let (source, held) =
                (self.ascribed.source(*state), &self.ascribed.states[*state as usize]);
            let position = position_of(&held.weights, place(source.strike));
            choose(source, held.possible[position] as usize, held.finds)
        };
        chosen.states.iter().map(of).collect()
    }

    /// Probability of each origin of a recorded strike, averaged over the ways; by its position among the
    /// piece's sources.
    #[cfg(test)]
    pub(super) fn weights(&self, source: usize) -> Vec<f64> {
        let of = self.ascribed.source(self.ways[0].states[source]);
        let mut mean = vec![0.0; of.origins.len()];
        for way in &self.ways {
            let held = &self.ascribed.states[way.states[source] as usize];
            for (origin, weight) in held.possible.iter().zip(&held.weights) {
                mean[*origin as usize] += way.weight * weight;
            }
        }
        mean
    }

    /// Expected items of a recorded strike before any search, averaged over the ways.
    #[cfg(test)]
    pub(super) fn mean(&self, source: usize) -> f64 {
        self.ways
            .iter()
            .map(|way| {
                let held = &self.ascribed.states[way.states[source] as usize];
                let origins = &self.ascribed.source(way.states[source]).origins;
                let of = |(o, w): (&u32, &f64)| {
                    let (gamma, exposure) =
                        (origins.gammas[*o as usize], origins.exposures[*o as usize]);
                    w * (gamma.shape + f64::from(held.finds)) / (gamma.rate + exposure)
                };
                way.weight * held.possible.iter().zip(&held.weights).map(of).sum::<f64>()
            })
            .sum()
    }

    /// Expected number of unreported strikes of which something was found.
    #[cfg(test)]
    pub(super) fn unreported_strikes(&self) -> f64 {
        let recorded = self.ascribed.piece.sources.len();
        self.ways.iter().map(|way| way.weight * (way.states.len() - recorded) as f64).sum()
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
        Source { masses, ..Source::untouched(Some(0), origins) }
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
        let strikes = found.unreported_strikes();
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
