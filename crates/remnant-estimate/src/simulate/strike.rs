//! Strikes: what is recorded of them, and what they truly were.
//!
//! Belongs here: drawing a record, a truth behind it, and the items that the truth left. The record
//! comes first and the truth is drawn about it: on ground without edges that is the same as a true
//! place with an error of record, and it is what a prior about a stated place means.
//!
//! Does not belong here: which strikes there are (`world`), or a strike's likelihood.

use rand::RngExt;
use rand_chacha::ChaCha12Rng;

use super::draw::{self, Part, binomial, gamma, poisson, standard_normal};
use super::fault::SimulateFault;
use super::footprint::Footprint;
use super::settings::{NumberLeft, WorldSettings};
use super::world::{Item, ItemState, Shared};

/// What is recorded of one strike.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedStrike {
    /// Its number, from 0.
    pub number: u32,
    /// Recorded easting in metres.
    pub easting: f64,
    /// Recorded northing in metres.
    pub northing: f64,
    /// Stated standard deviation of the place on each axis in metres.
    pub error_metres: f64,
    /// Number of the type of its submunitions, from 0.
    pub type_number: usize,
    /// Munitions that the record expects.
    pub munitions_mean: f64,
    /// Standard deviation of the number of munitions.
    pub munitions_standard_deviation: f64,
    /// Submunitions in each munition.
    pub submunitions: u32,
}

/// Which strike an item came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A recorded strike, by its number.
    Recorded(u32),
    /// A strike that nobody recorded, by its place in the list of those.
    Unreported(u32),
}

/// What one strike truly was.
#[derive(Clone, Debug, PartialEq)]
pub struct TrueStrike {
    /// Which strike.
    pub origin: Origin,
    /// True easting in metres.
    pub easting: f64,
    /// True northing in metres.
    pub northing: f64,
    /// Number of the type of its submunitions.
    pub type_number: usize,
    /// Share of its submunitions that failed to function, as drawn for its context.
    pub share_unexploded: f64,
    /// Scale of its footprint in metres.
    pub scale_metres: f64,
    /// Items that lay on the ground before anybody removed any.
    pub items_left: u32,
}

/// Draws what is recorded of strike `number`, somewhere on the grid.
pub(super) fn recorded(
    settings: &WorldSettings,
    seed: u64,
    number: u32,
) -> Result<RecordedStrike, SimulateFault> {
    let mut random = draw::stream(seed, Part::Record, u64::from(number));
    let (width, height) = settings.sides_metres();
    let easting = settings.west + width * random.random::<f64>();
    let northing = settings.north - height * random.random::<f64>();
    let (least, most) = settings.location_error_metres;
    let error_metres = least * libm::pow(most / least, random.random::<f64>());
    let type_number = settings.draw_type(&mut random)?;
    let (munitions_mean, munitions_standard_deviation) = settings.draw_munitions(&mut random);
    Ok(RecordedStrike {
        number,
        easting,
        northing,
        error_metres,
        type_number,
        munitions_mean,
        munitions_standard_deviation,
        submunitions: settings.submunitions,
    })
}

impl WorldSettings {
    /// How far the grid reaches from west to east and from north to south, in metres.
    #[must_use]
    pub fn sides_metres(&self) -> (f64, f64) {
        (f64::from(self.columns) * self.cell_metres, f64::from(self.rows) * self.cell_metres)
    }

    pub(super) fn draw_type(&self, random: &mut ChaCha12Rng) -> Result<usize, SimulateFault> {
        if self.levels.is_empty() {
            return Err(SimulateFault::NothingToChoose { of: "strikes" });
        }
        Ok(random.random_range(0..self.levels.len()))
    }

    /// Mean and standard deviation of a number of munitions as a record would have them.
    pub(super) fn draw_munitions(&self, random: &mut ChaCha12Rng) -> (f64, f64) {
        let (fewest, most) = self.munitions;
        let mean = fewest + (most - fewest) * random.random::<f64>();
        (mean, mean * self.munitions_relative_spread)
    }
}

/// Draws what a recorded strike truly was, with its items.
pub(super) fn truth_behind(
    settings: &WorldSettings,
    shared: &Shared,
    seed: u64,
    record: &RecordedStrike,
) -> Result<(TrueStrike, Vec<Item>), SimulateFault> {
    let mut random = draw::stream(seed, Part::Strike, u64::from(record.number));
    let error = record.error_metres * settings.wrong.location_error_factor;
    let place = (
        record.easting + error * standard_normal(&mut random),
        record.northing + error * standard_normal(&mut random),
    );
    Drawing { settings, shared, random }.strike(Origin::Recorded(record.number), record, place)
}

/// Draws a strike at this place that nobody recorded, with its items.
pub(super) fn unreported(
    settings: &WorldSettings,
    shared: &Shared,
    seed: u64,
    number: u32,
    place: (f64, f64),
) -> Result<(TrueStrike, Vec<Item>), SimulateFault> {
    let mut random = draw::stream(seed, Part::UnreportedStrike, u64::from(number));
    let type_number = settings.draw_type(&mut random)?;
    let (munitions_mean, munitions_standard_deviation) = settings.draw_munitions(&mut random);
    // What a record of it would have said.
    let record = RecordedStrike {
        number,
        easting: place.0,
        northing: place.1,
        error_metres: 0.0,
        type_number,
        munitions_mean,
        munitions_standard_deviation,
        submunitions: settings.submunitions,
    };
    Drawing { settings, shared, random }.strike(Origin::Unreported(number), &record, place)
}

struct Drawing<'a> {
    settings: &'a WorldSettings,
    shared: &'a Shared,
    random: ChaCha12Rng,
}

impl Drawing<'_> {
    fn strike(
        mut self,
        origin: Origin,
        record: &RecordedStrike,
        (easting, northing): (f64, f64),
    ) -> Result<(TrueStrike, Vec<Item>), SimulateFault> {
        let (settings, type_number) = (self.settings, record.type_number);
        let context = settings.context_spread * standard_normal(&mut self.random);
        let share_unexploded = draw::share_of_log_odds(self.shared.levels[type_number] + context);
        let scale_metres = libm::exp(
            libm::log(self.shared.scales_metres[type_number])
                + settings.log_scale_within_type * standard_normal(&mut self.random),
        );
        let footprint = Footprint::new(&mut self.random, settings.shape, scale_metres);
        let munitions = self.munitions(record)?;
        let mut items = Vec::new();
        for failed in self.failures(record, munitions, share_unexploded)? {
            let common = (standard_normal(&mut self.random), standard_normal(&mut self.random));
            let share = settings.wrong.clustering.map_or(0.0, |clustering| clustering.common);
            for _ in 0..failed {
                let (east, north) = footprint.offset(&mut self.random, common, share);
                // Which methods can never find it is settled once, so that to pass again with the
                // same method does not help.
                let never_found_by =
                    settings.methods.iter().enumerate().fold(0, |mask, (m, method)| {
                        let never = self.random.random::<f64>() < method.never_findable;
                        mask | (u32::from(never) << m)
                    });
                items.push(Item {
                    easting: easting + east,
                    northing: northing + north,
                    origin,
                    never_found_by,
                    state: ItemState::Left,
                });
            }
        }
        let items_left = items.len() as u32;
        if let Some(removed) = settings.removed_before {
            let share = draw::beta(
                &mut self.random,
                "parameters of the share removed before",
                (removed.first, removed.second),
            )?;
            for item in &mut items {
                if self.random.random::<f64>() < share {
                    item.state = ItemState::RemovedBefore;
                }
            }
        }
        let strike = TrueStrike {
            origin,
            easting,
            northing,
            type_number,
            share_unexploded,
            scale_metres,
            items_left,
        };
        Ok((strike, items))
    }

    /// A whole number of munitions; what is left over of a fraction is decided by chance, so that the
    /// mean stays what the record says.
    fn munitions(&mut self, record: &RecordedStrike) -> Result<f64, SimulateFault> {
        let drawn = gamma(
            &mut self.random,
            "munitions of a strike",
            record.munitions_mean,
            record.munitions_standard_deviation,
        )?;
        let up: f64 = self.random.random();
        Ok(drawn.floor() + f64::from(u8::from(up < drawn - drawn.floor())))
    }

    /// How many items failed, munition by munition where those differ, else all in one.
    fn failures(
        &mut self,
        record: &RecordedStrike,
        munitions: f64,
        share: f64,
    ) -> Result<Vec<u32>, SimulateFault> {
        let submunitions = u64::from(record.submunitions);
        let setting = "share unexploded";
        if let Some(clustering) = self.settings.wrong.clustering {
            return (0..munitions as u64)
                .map(|_| {
                    let about = (share * clustering.alike, (1.0 - share) * clustering.alike);
                    let own = draw::beta(&mut self.random, "how alike munitions are", about)?;
                    binomial(&mut self.random, setting, submunitions, own)
                })
                .collect();
        }
        match self.settings.number_left {
            NumberLeft::Counted => {
                let trials = munitions as u64 * submunitions;
                Ok(vec![binomial(&mut self.random, setting, trials, share)?])
            }
            NumberLeft::GammaPoisson => self.gamma_poisson(record).map(|count| vec![count]),
        }
    }

    /// The count when the rate is a gamma with the mean and variance that the rate has, given the level
    /// of the type: moments of the share by summing over its contexts on a fine lattice.
    fn gamma_poisson(&mut self, record: &RecordedStrike) -> Result<u32, SimulateFault> {
        let level = self.shared.levels[record.type_number];
        let (mut weight, mut first, mut second) = (0.0, 0.0, 0.0);
        for step in -400..=400 {
            let z = f64::from(step) / 50.0;
            let mass = libm::exp(-0.5 * z * z);
            let share = draw::share_of_log_odds(level + self.settings.context_spread * z);
            weight += mass;
            first += mass * share;
            second += mass * share * share;
        }
        let (first, second) = (first / weight, second / weight);
        let munitions = record.munitions_mean;
        let munitions_square = munitions.powi(2) + record.munitions_standard_deviation.powi(2);
        let submunitions = f64::from(record.submunitions);
        let mean = munitions * submunitions * first;
        let square = submunitions.powi(2) * munitions_square * second;
        let spread = (square - mean * mean).max(0.0).sqrt();
        let rate = gamma(&mut self.random, "items of a strike", mean, spread)?;
        poisson(&mut self.random, "items of a strike", rate)
    }
}
