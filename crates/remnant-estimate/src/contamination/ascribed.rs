//! One strike with the finds that are ascribed to it.
//!
//! Belongs here: where such a strike may be and how many more finds it makes likely, its place and number of
//! items integrated out. Each such state is made once, however many ways to explain the finds share it.
//!
//! Does not belong here: which find is ascribed to which strike (`explain`).

use std::collections::HashMap;

use super::ground::Group;
use super::piece::{Piece, Source};

/// Origins less probable than this beside all others of a state are dropped: no find that is still to come
/// could raise them to where they count.
const NEGLIGIBLE: f64 = 1e-9;
/// Stands for a state that has not been made.
const NOT_MADE: u32 = u32::MAX;
/// The source number of unreported strikes.
pub(super) const UNREPORTED: u32 = u32::MAX;

/// One strike with the finds that are ascribed to it: where it may be, given them.
#[derive(Clone, Debug)]
pub(super) struct State {
    source: u32,
    /// A number that differs between any two states of a piece but for one chance in 10¹⁰ or less.
    pub(super) name: u64,
    /// The same before it is mixed: a sum over source and finds, so that it can be carried on.
    sum: u64,
    /// Finds that count, spot finds not among them.
    pub(super) finds: u32,
    /// The origins that are still possible, and the probability of each.
    pub(super) possible: Vec<u32>,
    pub(super) weights: Vec<f64>,
    /// The same times the mean number of items from there.
    items: Vec<f64>,
    /// Expected finds from each group of the piece; not a number where it has not been asked for.
    expected: Vec<f64>,
    /// The state after one more find of each group.
    next: Vec<u32>,
}

/// States by what is ascribed to them, each made once.
#[derive(Debug)]
pub(super) struct Ascribed<'s> {
    pub(super) piece: &'s Piece,
    groups: &'s [Group],
    recorded: &'s [Source],
    unreported: &'s Source,
    pub(super) states: Vec<State>,
    known: HashMap<u64, u32>,
}

impl<'s> Ascribed<'s> {
    pub(super) fn new(
        piece: &'s Piece,
        groups: &'s [Group],
        recorded: &'s [Source],
        unreported: &'s Source,
    ) -> Self {
        Self { piece, groups, recorded, unreported, states: Vec::new(), known: HashMap::new() }
    }

    /// A group of finds, by its place in the piece.
    pub(super) fn group(&self, group: usize) -> &'s Group {
        &self.groups[self.piece.groups[group]]
    }

    fn of(&self, source: u32) -> &'s Source {
        match source {
            UNREPORTED => self.unreported,
            number => &self.recorded[number as usize],
        }
    }

    /// Where the strike of a state may have come from.
    pub(super) fn source(&self, state: u32) -> &'s Source {
        self.of(self.states[state as usize].source)
    }

    /// The expected number of finds in a group from the strike of a state: the chance of the next one.
    pub(super) fn expected(&mut self, state: u32, group: usize) -> f64 {
        let known = self.states[state as usize].expected[group];
        if !known.is_nan() {
            return known;
        }
        let held = &self.states[state as usize];
        let masses = self.source(state).masses.get(&self.piece.groups[group]);
        let sum = masses.map_or(0.0, |masses| {
            let of = |(origin, items): (&u32, &f64)| items * masses[*origin as usize];
            held.possible.iter().zip(&held.items).map(of).sum()
        });
        self.states[state as usize].expected[group] = sum;
        sum
    }

    /// The name of the state after one more find of a group, whether or not it has been made.
    pub(super) fn name_after(&self, state: u32, group: usize) -> u64 {
        mixed(self.states[state as usize].sum.wrapping_add(step(group)))
    }

    /// The state after one more find of a group is ascribed to its strike.
    pub(super) fn after(&mut self, state: u32, group: usize) -> u32 {
        let known = self.states[state as usize].next[group];
        if known != NOT_MADE {
            return known;
        }
        let name = self.name_after(state, group);
        let next = match self.known.get(&name) {
            Some(next) => *next,
            None => {
                let made = self.one_more(state, group, name);
                let next = self.states.len() as u32;
                self.known.insert(name, next);
                self.states.push(made);
                next
            }
        };
        self.states[state as usize].next[group] = next;
        next
    }

    fn one_more(&self, state: u32, group: usize, name: u64) -> State {
        let (source, held) = (self.source(state), &self.states[state as usize]);
        let spot = self.group(group).spot;
        let mut possible = Vec::with_capacity(held.possible.len());
        let mut weights = Vec::with_capacity(held.possible.len());
        if let Some(masses) = source.masses.get(&self.piece.groups[group]) {
            // A spot find tells where the strike was, not how many items it left.
            let before = if spot { &held.weights } else { &held.items };
            for (origin, before) in held.possible.iter().zip(before) {
                let weight = before * masses[*origin as usize];
                if weight > 0.0 {
                    possible.push(*origin);
                    weights.push(weight);
                }
            }
        }
        let least = NEGLIGIBLE * normalise(&mut weights).min(1.0);
        if weights.iter().any(|weight| *weight < least) {
            let mut kept = weights.iter().map(|weight| *weight >= least);
            possible.retain(|_| kept.next().unwrap_or(true));
            weights.retain(|weight| *weight >= least);
        }
        let groups = self.piece.groups.len();
        let finds = held.finds + u32::from(!spot);
        State {
            source: held.source,
            name,
            sum: held.sum.wrapping_add(step(group)),
            finds,
            items: items(source, &possible, &weights, finds),
            possible,
            weights,
            expected: vec![f64::NAN; groups],
            next: vec![NOT_MADE; groups],
        }
    }

    /// A strike to which nothing is ascribed; the logarithm of the probability that nothing of it was
    /// found, or the number of unreported strikes of which nothing was found.
    pub(super) fn untouched(&mut self, source: u32) -> (u32, f64) {
        let of = self.of(source);
        let origins = &of.origins;
        let mut weights: Vec<f64> =
            (0..origins.len()).map(|o| origins.weights[o] * origins.unfound(o)).collect();
        // Unreported strikes keep their expected number: a new one is as probable as there are many.
        let sum = if source == UNREPORTED { weights.iter().sum() } else { normalise(&mut weights) };
        let groups = self.piece.groups.len();
        let possible: Vec<u32> = (0..origins.len() as u32).collect();
        let start = mixed(u64::from(source).wrapping_add(1));
        self.states.push(State {
            source,
            name: mixed(start),
            sum: start,
            finds: 0,
            items: items(of, &possible, &weights, 0),
            possible,
            weights,
            expected: vec![f64::NAN; groups],
            next: vec![NOT_MADE; groups],
        });
        (self.states.len() as u32 - 1, sum)
    }
}

/// The weight of each origin times the mean number of items from there, after so many finds.
fn items(source: &Source, possible: &[u32], weights: &[f64], finds: u32) -> Vec<f64> {
    let finds = f64::from(finds);
    let of = |(origin, weight): (&u32, &f64)| {
        let origin = *origin as usize;
        weight * (source.origins.gammas[origin].shape + finds) * source.inverse_rates[origin]
    };
    possible.iter().zip(weights).map(of).collect()
}

fn normalise(weights: &mut [f64]) -> f64 {
    let sum: f64 = weights.iter().sum();
    if sum > 0.0 {
        weights.iter_mut().for_each(|weight| *weight /= sum);
    }
    sum
}

/// What one find of a group adds to the sum behind a name.
fn step(group: usize) -> u64 {
    mixed(0x5bd1_e995_0000_0000 | group as u64)
}

/// SplitMix64 (S. Vigna): numbers that were close come out unlike each other.
fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
