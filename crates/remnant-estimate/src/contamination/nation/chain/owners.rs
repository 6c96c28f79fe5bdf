//! To which strike each find belongs.
//!
//! Belongs here: giving finds to strikes, making and forgetting unreported strikes, and moving these.
//! Does not belong here: places of recorded strikes (`places`).

use super::super::background::{Density, Possible, possible};
use super::super::evidence::FindsHere;
use super::{Born, Chain, NOBODY, UNREPORTED, position_in, power};

impl Chain<'_> {
    /// Gives the finds of one group to strikes, one after the other.
    pub(super) fn give(
        &mut self,
        finds: usize,
        density: &Density<'_>,
        first: bool,
    ) -> Result<(), u32> {
        let of = self.evidence.finds[finds].clone();
        let mut fresh: Vec<(f64, u32)> = Vec::new();
        for entry in of.cells.0..of.cells.1 {
            let mut births = 0.0;
            for at in self.births_from[entry as usize]..self.births_from[entry as usize + 1] {
                let (block, expected) = self.births[at as usize];
                births += expected * density.of_block(block as usize);
            }
            fresh.push((births * self.effort_in(entry, of.spot), entry));
        }
        let births: f64 = fresh.iter().map(|(births, _)| births).sum();
        let mut sources = Vec::new();
        self.weigh_recorded(&of, first, &mut sources);
        let recorded = sources.len();
        self.weigh_born(&of, &mut sources);
        for find in self.owners_from[finds]..self.owners_from[finds + 1] {
            if self.take(find as usize, of.spot) {
                sources.truncate(recorded);
                self.weigh_born(&of, &mut sources);
            }
            let sum = sources.last().map_or(0.0, |(upto, ..)| *upto);
            let all = sum + births;
            if !(all > 0.0 && all.is_finite()) {
                return Err(of.group);
            }
            let chosen = self.stream.uniform() * all;
            let (owner, entry) = if chosen < sum {
                let at =
                    sources.partition_point(|(upto, ..)| *upto < chosen).min(sources.len() - 1);
                let (_, owner, entry) = sources[at];
                self.own(owner, entry, of.spot);
                (owner, entry)
            } else {
                let mut left = chosen - sum;
                let entry = fresh.iter().find(|(births, _)| {
                    left -= births;
                    left <= 0.0
                });
                let entry = entry.map_or(fresh[fresh.len() - 1].1, |(_, entry)| *entry);
                let owner = UNREPORTED | self.bear(entry, of.spot, density);
                sources.truncate(recorded);
                self.weigh_born(&of, &mut sources);
                (owner, entry)
            };
            self.owners[find as usize] = (owner, entry);
            if first && owner < UNREPORTED {
                // Where a strike is depends on what it owns; it may not have been looked at yet.
                let number = self.seen.partition_point(|seen| seen.position < owner);
                self.draw_origin(number);
                sources.clear();
                self.weigh_recorded(&of, first, &mut sources);
                self.weigh_born(&of, &mut sources);
            }
        }
        Ok(())
    }

    pub(super) fn effort_in(&self, entry: u32, spot: bool) -> f64 {
        let place = self.evidence.find_cells[entry as usize];
        if spot { 1.0 } else { f64::from(self.effort[place as usize]) }
    }

    /// Expected finds of a group from each recorded strike, cumulative, with the strike and the cell. For
    /// the first time strikes that own nothing yet are weighed over all their places.
    pub(super) fn weigh_recorded(
        &self,
        of: &FindsHere,
        first: bool,
        sources: &mut Vec<(f64, u32, u32)>,
    ) {
        let mut total = sources.last().map_or(0.0, |(upto, ..)| *upto);
        for entry in of.cells.0..of.cells.1 {
            let cell = self.evidence.column_and_row(self.evidence.find_cells[entry as usize]);
            let effort = self.effort_in(entry, of.spot);
            for at in self.reached_from[entry as usize]..self.reached_from[entry as usize + 1] {
                let seen = &self.seen[self.reached[at as usize] as usize];
                let held = &self.held[seen.position as usize];
                let Some(origin) = held.origin else { continue };
                let weight = if first && held.counts.is_empty() {
                    self.collapsed(seen, cell, of.spot)
                } else {
                    let place = self.strike(seen).places.positions()[origin.place as usize];
                    let mass = self.mass(seen, origin.scale as usize, place, cell);
                    // A spot find tells where and not how many: strikes count alike.
                    if of.spot { mass } else { origin.items * mass }
                };
                if weight > 0.0 || first {
                    total += weight * effort;
                    sources.push((total, seen.position, entry));
                }
            }
        }
    }

    /// The same of unreported strikes that have finds.
    pub(super) fn weigh_born(&self, of: &FindsHere, sources: &mut Vec<(f64, u32, u32)>) {
        let mut total = sources.last().map_or(0.0, |(upto, ..)| *upto);
        for (slot, born) in self.born.iter().enumerate() {
            let Some(born) = born else { continue };
            let scale = self.scales[born.scale as usize].1;
            for entry in of.cells.0..of.cells.1 {
                let place = self.evidence.find_cells[entry as usize];
                let (column, row) = self.evidence.column_and_row(place);
                let across = self.tails.of_line(born.x, scale, column);
                if across <= 0.0 {
                    continue;
                }
                let mass = across * self.tails.of_line(born.y, scale, row);
                if mass > 0.0 {
                    let items = if of.spot { 1.0 } else { born.items };
                    total += self.effort_in(entry, of.spot) * items * mass;
                    sources.push((total, UNREPORTED | slot as u32, entry));
                }
            }
        }
    }

    /// One more find for an owner.
    pub(super) fn own(&mut self, owner: u32, entry: u32, spot: bool) {
        if owner >= UNREPORTED {
            if let Some(born) = &mut self.born[(owner & !UNREPORTED) as usize] {
                born.owned += 1;
                born.finds += u32::from(!spot);
            }
            return;
        }
        let held = &mut self.held[owner as usize];
        match held.counts.iter_mut().find(|(own, _)| *own == entry) {
            Some((_, count)) => *count += 1,
            None => held.counts.push((entry, 1)),
        }
        held.finds += u32::from(!spot);
    }

    /// Takes a find from its owner; whether an unreported strike is forgotten with it.
    pub(super) fn take(&mut self, find: usize, spot: bool) -> bool {
        let (owner, entry) = self.owners[find];
        if owner == NOBODY {
            return false;
        }
        self.owners[find] = (NOBODY, 0);
        if owner >= UNREPORTED {
            let slot = owner & !UNREPORTED;
            if let Some(born) = &mut self.born[slot as usize] {
                born.owned -= 1;
                born.finds -= u32::from(!spot);
                if born.owned == 0 {
                    self.born[slot as usize] = None;
                    self.free.push(slot);
                    return true;
                }
            }
            return false;
        }
        let held = &mut self.held[owner as usize];
        held.finds -= u32::from(!spot);
        if let Some(at) = held.counts.iter().position(|(own, _)| *own == entry) {
            held.counts[at].1 -= 1;
            if held.counts[at].1 == 0 {
                held.counts.swap_remove(at);
            }
        }
        false
    }

    /// Makes an unreported strike that explains one find, and gives its slot.
    pub(super) fn bear(&mut self, entry: u32, spot: bool, density: &Density<'_>) -> u32 {
        let born = self.place_for(&[(entry, 1)], u32::from(!spot), density).unwrap_or(Born {
            // Only when rounding leaves nothing: in the middle of the find's own cell.
            x: f64::from(self.evidence.column_and_row(self.evidence.find_cells[entry as usize]).0)
                + 0.5,
            y: f64::from(self.evidence.column_and_row(self.evidence.find_cells[entry as usize]).1)
                + 0.5,
            scale: 0,
            load: 0,
            exposure: 0.0,
            shape: self.left[0].1.shape + 1.0,
            rate: self.left[0].1.rate,
            items: self.left[0].1.mean(),
            finds: u32::from(!spot),
            owned: 1,
        });
        match self.free.pop() {
            Some(slot) => {
                self.born[slot as usize] = Some(born);
                slot
            }
            None => {
                self.born.push(Some(born));
                self.born.len() as u32 - 1
            }
        }
    }

    /// Draws where an unreported strike with these finds is, and what it left.
    pub(super) fn place_for(
        &mut self,
        counts: &[(u32, u32)],
        finds: u32,
        density: &Density<'_>,
    ) -> Option<Born> {
        let cell =
            |entry: u32| self.evidence.column_and_row(self.evidence.find_cells[entry as usize]);
        let mut all: Vec<(f64, Possible)> = Vec::new();
        let mut sum = 0.0;
        let logs: Vec<f64> = self
            .left
            .iter()
            .map(|(_, gamma)| {
                libm::lgamma(gamma.shape + f64::from(finds))
                    - libm::lgamma(gamma.shape)
                    - f64::from(finds) * libm::log(gamma.rate)
            })
            .collect();
        let highest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let loads: Vec<f64> = logs.iter().map(|log| libm::exp(log - highest)).collect();
        let (first, count) = counts[0];
        possible(&self.nodes, &self.left, self.tails, cell(first), |own, mass| {
            let gamma = self.left[own.load as usize].1;
            let scale = self.scales[own.scale as usize].1;
            // Masses of a tenth are common: their powers are kept within reach by a factor.
            let mut weight = own.weight * power(mass * 4.0, count) * loads[own.load as usize];
            for (entry, count) in &counts[1..] {
                if weight <= 0.0 {
                    return;
                }
                let (column, row) = cell(*entry);
                let mass = self.tails.of_line(own.x, scale, column)
                    * self.tails.of_line(own.y, scale, row);
                weight *= power(mass * 4.0, *count);
            }
            weight *= power(gamma.rate / (gamma.rate + own.exposure), finds)
                * density.of_block(density.blocks.at(own.x, own.y));
            if weight > 0.0 {
                sum += weight;
                all.push((weight, *own));
            }
        });
        if !(sum > 0.0 && sum.is_finite()) {
            return None;
        }
        let chosen =
            position_in(all.iter().map(|(weight, _)| *weight), sum * self.stream.uniform());
        let own = all[chosen].1;
        let gamma = self.left[own.load as usize].1;
        let (shape, rate) = (gamma.shape + f64::from(finds), gamma.rate + own.exposure);
        let owned = counts.iter().map(|(_, count)| count).sum();
        let items = self.stream.gamma(shape, rate);
        let Possible { scale, load, x, y, exposure, .. } = own;
        Some(Born { x, y, scale, load, exposure, shape, rate, items, finds, owned })
    }

    /// Draws anew where unreported strikes with finds are.
    pub(super) fn move_born(&mut self, density: &Density<'_>) {
        if self.born.iter().all(Option::is_none) {
            return;
        }
        let counts = self.counts_of_born();
        for (slot, counts) in counts.iter().enumerate() {
            let Some(born) = self.born[slot] else { continue };
            if let Some(moved) = self.place_for(counts, born.finds, density) {
                self.born[slot] = Some(moved);
            }
        }
    }

    /// Finds of each unreported strike, by its slot.
    pub(super) fn counts_of_born(&self) -> Vec<Vec<(u32, u32)>> {
        let mut counts: Vec<Vec<(u32, u32)>> = vec![Vec::new(); self.born.len()];
        for (owner, entry) in &self.owners {
            if *owner >= UNREPORTED && *owner != NOBODY {
                let counts = &mut counts[(owner & !UNREPORTED) as usize];
                match counts.iter_mut().find(|(own, _)| own == entry) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((*entry, 1)),
                }
            }
        }
        counts
    }
}
