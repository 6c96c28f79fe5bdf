//! What the finds and searches of a whole place make of the shared unknowns, and joint draws from it.
//!
//! Belongs here: the weights of the outer points, and for each draw the strikes that finds speak of. A
//! draw is one possible past: values of the shared unknowns, and for each strike its place and items.
//!
//! Does not belong here: adding strikes up in cells (`tile`).

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::explain::{Chosen, choose, explain, position_of};
use super::fault::ContaminationFault;
use super::ground::{REACH, Stripe};
use super::inputs::Inputs;
use super::model::{At, Model, Unknown};
use super::outer::{LogDensity, OuterPoints, outer_points};
use super::piece::{Source, pieces};
use crate::random::Stream;

const PARTICLE: u64 = 0x6472_6177_0001;
const PLACE: u64 = 0x6472_6177_0002;
const ITEMS: u64 = 0x6472_6177_0003;
const FOUND_UNREPORTED: u64 = 0x6472_6177_0004;
const UNFOUND_UNREPORTED: u64 = 0x6472_6177_0005;
/// Side of the squares in which unreported strikes of which nothing was found are drawn, in metres.
const SQUARE_METRES: f64 = 1_000.0;

/// How a run is carried out. The answer depends on all of it but the tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Settings {
    /// From which all random numbers follow.
    pub seed: u64,
    /// Points that stand for the shared unknowns.
    pub points: usize,
    /// Joint draws.
    pub draws: usize,
    /// Ways to explain the finds of a piece that are followed at a time.
    pub particles: usize,
    /// Cells along the side of a tile.
    pub tile: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { seed: 1, points: 128, draws: 400, particles: 64, tile: 64 }
    }
}

/// One strike in one draw, as tiles add it up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Drawn {
    pub(super) chosen: Chosen,
    /// Items it left before any search, in this draw.
    pub(super) items: f64,
}

/// One possible past.
#[derive(Clone, Debug)]
pub(super) struct Draw {
    /// Position among the points that have draws.
    pub(super) point: usize,
    /// The strikes that finds speak of, recorded or not.
    pub(super) found: Vec<Drawn>,
}

/// The joint distribution of everything, as points and draws.
#[derive(Debug)]
pub(super) struct Joint<'m> {
    pub(super) model: &'m Model<'m>,
    pub(super) settings: Settings,
    pub(super) outer: OuterPoints,
    /// The model at each point that has draws.
    pub(super) at: Vec<At<'m>>,
    pub(super) draws: Vec<Draw>,
    /// The smallest share of the probability that was followed and not left to chance, among pieces and points.
    pub(super) followed: f64,
}

impl<'m> Joint<'m> {
    /// Weighs the points and draws.
    ///
    /// # Errors
    /// A reason instead of a number: see [`ContaminationFault`].
    pub(super) fn new(
        model: &'m Model<'m>,
        settings: Settings,
    ) -> Result<Self, ContaminationFault> {
        let (start, scales) = model.start();
        let start = explaining(model, start, &scales, &settings)?;
        let density = |values: &[f64], seed: u64| {
            let never = LogDensity { exact: 0.0, estimated: f64::NEG_INFINITY };
            log_density(model, values, &Settings { seed, ..settings }).unwrap_or(never)
        };
        let outer = outer_points(&start, &scales, settings.points, settings.seed, &density)?;
        // Draws are dealt to the points by their weights, at equal steps.
        let mut dealt: Vec<(usize, Vec<usize>)> = Vec::new();
        let (mut passed, mut draw) = (0.0, 0);
        for (number, point) in outer.points.iter().enumerate() {
            passed += point.weight * settings.draws as f64;
            let mut own = Vec::new();
            while draw < settings.draws && (draw as f64 + 0.5) < passed {
                own.push(draw);
                draw += 1;
            }
            if number + 1 == outer.points.len() {
                own.extend(draw..settings.draws);
            }
            if !own.is_empty() {
                dealt.push((number, own));
            }
        }
        let strata = Strata { settings };
        let drawn: Vec<(At<'m>, Vec<Draw>, f64)> = dealt
            .par_iter()
            .enumerate()
            .map(|(position, (number, own))| {
                let at = model.at(&outer.points[*number].values);
                let (draws, share) = found_strikes(&at, position, own, &strata)?;
                Ok((at, draws, share))
            })
            .collect::<Result<_, ContaminationFault>>()?;
        let mut joint = Self {
            model,
            settings,
            outer,
            at: Vec::with_capacity(drawn.len()),
            draws: Vec::with_capacity(settings.draws),
            followed: 1.0,
        };
        for (at, draws, share) in drawn {
            joint.at.push(at);
            joint.draws.extend(draws);
            joint.followed = joint.followed.min(share);
        }
        Ok(joint)
    }

    /// A recorded strike in every draw in which no find speaks of it; none in the others.
    pub(super) fn unfound_strike(&self, number: usize) -> Vec<Option<Drawn>> {
        let strike = &self.model.inputs.strikes[number];
        let object = object_number(&strike.id);
        let strata = Strata { settings: self.settings };
        let places = strata.places(object);
        let mut drawn = vec![None; self.draws.len()];
        let mut first = 0;
        for (position, at) in self.at.iter().enumerate() {
            let end = self.draws.partition_point(|draw| draw.point <= position);
            let own = first..end;
            first = end;
            let free: Vec<usize> = own
                .filter(|k| {
                    self.draws[*k].found.iter().all(|found| found.chosen.strike != Some(number))
                })
                .collect();
            if free.is_empty() {
                continue;
            }
            let origins = at.origins(strike);
            let weights: Vec<f64> =
                (0..origins.len()).map(|o| origins.weights[o] * origins.unfound(o)).collect();
            let source = Source::untouched(Some(number), origins);
            for k in free {
                let chosen = choose(&source, position_of(&weights, places[k]), 0);
                let items = strata.items(ITEMS, object, k, &chosen);
                drawn[k] = Some(Drawn { chosen, items });
            }
        }
        drawn
    }

    /// Unreported strikes of which nothing was found, in the square of this column and row, in a draw.
    ///
    /// A square's strikes are drawn from before any search; each stays with the probability that no
    /// search would have found anything of it. So the strikes of a square do not depend on which tile
    /// asks for them.
    pub(super) fn unfound_unreported(&self, square: (i64, i64), draw: usize) -> Vec<Drawn> {
        let at = &self.at[self.draws[draw].point];
        let Some(unreported) = &self.model.inputs.unreported else { return Vec::new() };
        let object = ((square.0 as u64) << 32) ^ (square.1 as u64 & 0xFFFF_FFFF);
        let mut stream = Stream::new(self.settings.seed, UNFOUND_UNREPORTED, object, draw as u64);
        let count = stream.poisson(at.density * SQUARE_METRES * SQUARE_METRES / 1e6);
        if count == 0 {
            return Vec::new();
        }
        let left = at.left_by_unreported(unreported);
        let mut kept = Vec::new();
        for _ in 0..count {
            let place = (
                (square.0 as f64 + stream.uniform()) * SQUARE_METRES,
                (square.1 as f64 + stream.uniform()) * SQUARE_METRES,
            );
            let scale = at.scales[position_of(&weights_of(&at.scales), stream.uniform())].1;
            let gamma = left[position_of(&weights_of(&left), stream.uniform())].1;
            let stays = stream.uniform();
            let exposure = at.model.ground.exposure(&[place.0], &[place.1], scale, &at.effort)[0];
            let chosen = Chosen {
                strike: None,
                place,
                scale,
                shape: gamma.shape,
                rate: gamma.rate + exposure,
                exposure,
            };
            let items = stream.gamma(chosen.shape, chosen.rate);
            if stays < gamma.probability_of_none(exposure) {
                kept.push(Drawn { chosen, items });
            }
        }
        kept
    }

    /// The squares that hold what may reach a rectangle in metres.
    pub(super) fn squares(
        &self,
        west_east: (f64, f64),
        south_north: (f64, f64),
    ) -> Vec<(i64, i64)> {
        if self.model.inputs.unreported.is_none() {
            return Vec::new();
        }
        let reach = self.widest_reach();
        let lines = |(low, high): (f64, f64)| {
            ((low - reach) / SQUARE_METRES).floor() as i64
                ..=((high + reach) / SQUARE_METRES).floor() as i64
        };
        let rows = lines(south_north);
        rows.flat_map(|row| lines(west_east).map(move |column| (column, row))).collect()
    }

    /// The farthest that any footprint of any point reaches, in metres.
    pub(super) fn widest_reach(&self) -> f64 {
        let scales = self.at.iter().flat_map(|at| &at.scales);
        REACH * scales.map(|(_, metres)| *metres).fold(0.0, f64::max)
    }

    /// Mean and ends of the 90 per cent interval of each shared unknown, on its own axis.
    pub(super) fn unknowns(&self) -> Vec<(Unknown, f64, (f64, f64))> {
        let of = |position: usize| {
            let mut values: Vec<(f64, f64)> =
                self.outer.points.iter().map(|p| (p.values[position], p.weight)).collect();
            values.sort_by(|a, b| a.0.total_cmp(&b.0));
            let at = |probability: f64| {
                let mut passed = 0.0;
                let found = values.iter().find(|(_, weight)| {
                    passed += weight;
                    passed >= probability
                });
                found.or(values.last()).map_or(f64::NAN, |(value, _)| *value)
            };
            (self.outer.moments(position).0, (at(0.05), at(0.95)))
        };
        let unknowns = self.model.unknowns.iter().enumerate();
        unknowns
            .map(|(position, unknown)| {
                let (mean, interval) = of(position);
                (unknown.clone(), mean, interval)
            })
            .collect()
    }
}

fn weights_of<T>(list: &[(f64, T)]) -> Vec<f64> {
    list.iter().map(|(weight, _)| *weight).collect()
}

/// Random numbers of draws, spread evenly over the draws of each strike.
struct Strata {
    settings: Settings,
}

impl Strata {
    /// One number between 0 and 1 for each draw, one in each of as many equal parts, in an order of the
    /// strike's own.
    fn places(&self, object: u64) -> Vec<f64> {
        let mut stream = Stream::new(self.settings.seed, PLACE, object, 0);
        let draws = self.settings.draws;
        let mut order: Vec<usize> = (0..draws).collect();
        for k in (1..draws).rev() {
            order.swap(k, stream.below(k + 1));
        }
        order.into_iter().map(|part| (part as f64 + stream.uniform()) / draws as f64).collect()
    }

    fn items(&self, purpose: u64, object: u64, draw: usize, chosen: &Chosen) -> f64 {
        let mut stream = Stream::new(self.settings.seed, purpose, object, draw as u64);
        stream.gamma(chosen.shape, chosen.rate)
    }
}

/// A number that belongs to an id, wherever it stands in the inputs.
pub(super) fn object_number(id: &str) -> u64 {
    let hash = Sha256::digest(id.as_bytes());
    hash.iter().take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

/// Whether a strike's footprint can reach searched ground or a spot find at all.
fn touches(at: &At<'_>, number: usize) -> bool {
    let (west, east, south, north) = at.model.inputs.strikes[number].places.extent();
    let scale = at.scales.iter().map(|(_, metres)| *metres).fold(0.0, f64::max);
    let grid = &at.model.inputs.grid;
    let (first, last) =
        (Stripe::along_columns(grid, west, scale), Stripe::along_columns(grid, east, scale));
    let (top, bottom) =
        (Stripe::down_rows(grid, north, scale), Stripe::down_rows(grid, south, scale));
    let ground = &at.model.ground;
    (top.first..bottom.end()).any(|row| !ground.in_row(row, first.first, last.end()).is_empty())
        || ground.groups.iter().filter(|group| group.spot).any(|group| {
            let (column, row) = grid.column_and_row(group.cells[0]);
            (first.first..last.end()).contains(&column) && (top.first..bottom.end()).contains(&row)
        })
}

/// Recorded strikes that searches or spot finds may touch, and the unreported ones.
fn sources(at: &At<'_>) -> (Vec<Source>, Source) {
    let strikes = &at.model.inputs.strikes;
    let recorded = (0..strikes.len())
        .filter(|number| touches(at, *number))
        .map(|number| Source::new(at, Some(number), at.origins(&strikes[number])))
        .collect();
    (recorded, Source::new(at, None, at.unreported_origins()))
}

/// Where the search for the mode begins: as believed, or, where a find lies too far from every strike for that,
/// with wider footprints. A find that no such footprint explains is told as such, not as a failed search.
fn explaining(
    model: &Model<'_>,
    start: Vec<f64>,
    scales: &[f64],
    settings: &Settings,
) -> Result<Vec<f64>, ContaminationFault> {
    let Err(fault) = log_density(model, &start, settings) else { return Ok(start) };
    let scale = model.unknowns.iter().position(|unknown| *unknown == Unknown::FootprintScale);
    let Some(scale) = scale else { return Err(fault) };
    for wider in [1.0, 2.0, 3.0] {
        let mut start = start.clone();
        start[scale] += wider * scales[scale];
        if log_density(model, &start, settings).is_ok() {
            return Ok(start);
        }
    }
    Err(fault)
}

/// Logarithm of the prior of these values, and of the probability of all finds, up to a constant.
fn log_density(
    model: &Model<'_>,
    values: &[f64],
    settings: &Settings,
) -> Result<LogDensity, ContaminationFault> {
    let at = model.at(values);
    let (recorded, unreported) = sources(&at);
    let groups = &model.ground.groups;
    let mut sum = 0.0;
    for source in &recorded {
        // Strikes in pieces are weighed with their finds.
        if source.groups().next().is_none() {
            let origins = &source.origins;
            let unfound =
                (0..origins.len()).map(|o| origins.weights[o] * origins.unfound(o)).sum::<f64>();
            sum += libm::log(unfound);
        }
    }
    let origins = &unreported.origins;
    // Unreported strikes of which something would have been found, had there been any.
    sum -= (0..origins.len()).map(|o| origins.weights[o] * (1.0 - origins.unfound(o))).sum::<f64>();
    for piece in &pieces(groups.len(), &recorded, &unreported) {
        let found =
            explain(piece, groups, &recorded, &unreported, settings.particles, settings.seed)?;
        sum += found.log_probability;
    }
    Ok(LogDensity { exact: model.log_prior(values), estimated: sum })
}

/// The strikes that finds speak of, for each draw of a point; and the share of the probability that was
/// followed and not left to chance, at the worst moment.
fn found_strikes(
    at: &At<'_>,
    position: usize,
    own: &[usize],
    strata: &Strata,
) -> Result<(Vec<Draw>, f64), ContaminationFault> {
    let (recorded, unreported) = sources(at);
    let groups = &at.model.ground.groups;
    let settings = &strata.settings;
    let mut draws: Vec<Draw> =
        own.iter().map(|_| Draw { point: position, found: Vec::new() }).collect();
    let mut share: f64 = 1.0;
    for piece in &pieces(groups.len(), &recorded, &unreported) {
        let found =
            explain(piece, groups, &recorded, &unreported, settings.particles, settings.seed)?;
        share = share.min(found.followed);
        let objects: Vec<(usize, u64, Vec<f64>)> = piece
            .sources
            .iter()
            .filter_map(|source| recorded[*source].strike)
            .map(|number| {
                let object = object_number(&at.model.inputs.strikes[number].id);
                (number, object, strata.places(object))
            })
            .collect();
        let object_of_piece = piece.groups[0] as u64;
        for (k, draw) in own.iter().zip(&mut draws) {
            let mut stream = Stream::new(settings.seed, PARTICLE, object_of_piece, *k as u64);
            let mut others =
                Stream::new(settings.seed, FOUND_UNREPORTED, object_of_piece, *k as u64);
            let chosen = found.draw(stream.uniform(), |strike| {
                let own = objects.iter().find(|(number, ..)| Some(*number) == strike);
                own.map_or_else(|| others.uniform(), |(_, _, places)| places[*k])
            });
            for chosen in chosen {
                let own = objects.iter().find(|(number, ..)| Some(*number) == chosen.strike);
                let items = match own {
                    Some((_, object, _)) => strata.items(ITEMS, *object, *k, &chosen),
                    None => others.gamma(chosen.shape, chosen.rate),
                };
                draw.found.push(Drawn { chosen, items });
            }
        }
    }
    Ok((draws, share))
}

/// The run's name: everything that its tiles depend on.
pub(super) fn run_name(inputs: &Inputs, settings: &Settings) -> String {
    let told = format!(
        "{} {} {} {} {} {} {} {}",
        super::MODEL,
        super::MODEL_VERSION,
        inputs.sha256(),
        settings.seed,
        settings.points,
        settings.draws,
        settings.particles,
        settings.tile
    );
    Sha256::digest(told.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
