//! The pieces into which strikes tie finds together.
//!
//! Belongs here: where finds may come from (recorded strikes, unreported ones), the share of each that a
//! group of finds holds, and the connected pieces, each of which is weighed apart from the others.
//!
//! Does not belong here: which find came from which strike (`explain`), the shared unknowns.

use std::collections::BTreeMap;

use super::ground::Lines;
use super::model::{At, Lattice, Origins};

/// Where finds may come from: one recorded strike, or all unreported ones.
#[derive(Debug)]
pub(super) struct Source {
    /// Position of the strike in the inputs; none for unreported strikes.
    pub(super) strike: Option<usize>,
    pub(super) origins: Origins,
    /// For each group that it reaches, the found share in it of each origin.
    pub(super) masses: BTreeMap<usize, Vec<f64>>,
    /// For each origin, the mean number of items for one more find: one over rate and exposure.
    pub(super) inverse_rates: Vec<f64>,
}

impl Source {
    pub(super) fn new(at: &At<'_>, strike: Option<usize>, origins: Origins) -> Self {
        let mut masses = BTreeMap::new();
        let ground = &at.model.ground;
        let lattices = origins.lattices();
        let grid = &at.model.inputs.grid;
        let lines: Vec<Lines> = lattices
            .iter()
            .map(|Lattice { eastings, northings, scale, .. }| {
                Lines::new(grid, eastings, northings, *scale)
            })
            .collect();
        for (number, group) in ground.groups.iter().enumerate() {
            // Loads share place and scale, so a mass is computed once for each pair.
            let by_scale: Vec<Vec<f64>> = lines
                .iter()
                .map(|lines| ground.masses_in_group(group, lines, &at.effort))
                .collect();
            let of_group: Vec<f64> = origins
                .of
                .iter()
                .map(|(place, scale)| {
                    let lattice = &lattices[*scale as usize];
                    lattice.at[*place as usize].map_or(0.0, |at| by_scale[*scale as usize][at])
                })
                .collect();
            if of_group.iter().any(|mass| *mass > 0.0) {
                masses.insert(number, of_group);
            }
        }
        Self { masses, ..Self::untouched(strike, origins) }
    }

    /// A source that no find touches.
    pub(super) fn untouched(strike: Option<usize>, origins: Origins) -> Self {
        let rates = origins.gammas.iter().zip(&origins.exposures);
        let inverse_rates = rates.map(|(gamma, exposure)| 1.0 / (gamma.rate + exposure)).collect();
        Self { strike, origins, masses: BTreeMap::new(), inverse_rates }
    }

    /// The groups of finds that it reaches.
    pub(super) fn groups(&self) -> impl Iterator<Item = usize> {
        self.masses.keys().copied()
    }
}

/// Groups of finds that belong together, with the recorded strikes that reach them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) groups: Vec<usize>,
    /// Positions in the list of sources.
    pub(super) sources: Vec<usize>,
}

/// The pieces into which recorded strikes and possible unreported ones tie the finds.
pub(super) fn pieces(groups: usize, recorded: &[Source], unreported: &Source) -> Vec<Piece> {
    let mut root: Vec<usize> = (0..groups).collect();
    fn find(root: &mut [usize], mut at: usize) -> usize {
        while root[at] != at {
            root[at] = root[root[at]];
            at = root[at];
        }
        at
    }
    let mut join = |left: usize, right: usize| {
        let (left, right) = (find(&mut root, left), find(&mut root, right));
        // The smaller number is the root, so that the order of pieces is that of their finds.
        root[left.max(right)] = left.min(right);
    };
    for source in recorded {
        let reached: Vec<usize> = source.groups().collect();
        reached.windows(2).for_each(|pair| join(pair[0], pair[1]));
    }
    for origin in 0..unreported.origins.len() {
        let mut first = None;
        for (group, masses) in &unreported.masses {
            if masses[origin] > 0.0 {
                match first {
                    None => first = Some(*group),
                    Some(first) => join(first, *group),
                }
            }
        }
    }
    let mut by_root: BTreeMap<usize, Piece> = BTreeMap::new();
    for group in 0..groups {
        let root = find(&mut root, group);
        let new = || Piece { groups: Vec::new(), sources: Vec::new() };
        by_root.entry(root).or_insert_with(new).groups.push(group);
    }
    for (position, source) in recorded.iter().enumerate() {
        let first = source.groups().next();
        if let Some(piece) = first.and_then(|group| by_root.get_mut(&find(&mut root, group))) {
            piece.sources.push(position);
        }
    }
    by_root.into_values().collect()
}
