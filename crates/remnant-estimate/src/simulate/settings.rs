//! What a world is drawn from: every setting with its unit.
//!
//! Belongs here: the settings and what they stand for. A world in which the model is right has no
//! setting in [`Wrong`] other than its default; what the model is then told of priors is the truth.
//! Does not belong here: drawing.

use super::footprint::FootprintShape;

/// A normal distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NormalSpread {
    /// Its mean.
    pub mean: f64,
    /// Its standard deviation.
    pub standard_deviation: f64,
}

/// A beta distribution of a share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BetaShares {
    /// First parameter: a share of 1 becomes more probable as it grows.
    pub first: f64,
    /// Second parameter.
    pub second: f64,
}

/// A log-normal distribution of a rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogNormalRate {
    /// Half of the rates lie under it. For unreported strikes: strikes for each square kilometre.
    pub median: f64,
    /// Standard deviation of its natural logarithm.
    pub log_standard_deviation: f64,
}

/// How a rate varies from place to place about its overall level: a Matérn field (smoothness 1) of
/// the log rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SmoothRate {
    /// Distance in metres at which the correlation has fallen to about 0.14.
    pub range_metres: f64,
    /// Standard deviation of the log rate.
    pub log_standard_deviation: f64,
}

/// How the number of items that a strike leaves comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberLeft {
    /// A whole number of munitions, each with its submunitions, of which a share common to the strike
    /// fails: the binomial count.
    Counted,
    /// A Poisson count with a gamma rate of the same mean and variance: the model's own idealisation,
    /// with which its numerics can be judged apart from its assumptions.
    GammaPoisson,
}

/// One way of searching.
#[derive(Clone, Debug, PartialEq)]
pub struct MethodSettings {
    /// Name as in the record of searches: `visual_surface`.
    pub name: String,
    /// Where the chance of finding an item in one pass comes from: one for all tasks of the method.
    pub detection: BetaShares,
    /// Share of items that it can never find: too deep, the wrong metal.
    pub never_findable: f64,
}

/// How much is searched, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Searching {
    /// Tasks.
    pub tasks: u32,
    /// Share of the tasks laid out around the recorded place of a strike; the rest lie anywhere.
    pub near_strikes: f64,
    /// Shortest and longest side of a searched box in metres.
    pub side_metres: (f64, f64),
    /// Share of the tasks whose box is turned against the grid.
    pub turned: f64,
    /// Smallest and largest share of the ground inside an outline that is truly walked.
    pub share: (f64, f64),
    /// Most passes over the same ground; from 1 to this many are equally probable.
    pub passes_at_most: u32,
}

/// Strikes of which nothing was recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnreportedSettings {
    /// Strikes for each square kilometre.
    pub rate: LogNormalRate,
    /// How the rate varies from place to place; none where it is the same everywhere.
    pub varies: Option<SmoothRate>,
    /// How far beyond the grid there are such strikes, in metres: their footprints reach into it.
    pub beyond_metres: f64,
}

/// How items of one strike hang together beyond a common share that fails.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clustering {
    /// Each munition has a share of its own, from a beta distribution about the strike's; this is the
    /// sum of its parameters, so that a small number means that munitions differ much.
    pub alike: f64,
    /// Part of the variance of a footprint that items of one munition have in common, from 0 to 1.
    pub common: f64,
}

/// What the model is not told. The default is a world in which it is right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wrong {
    /// True location errors are this many times those that were recorded.
    pub location_error_factor: f64,
    /// Unreported strikes for each square kilometre, though the model is told that there are none.
    pub unmodelled_strikes_per_square_kilometre: f64,
    /// Items of a strike hang together.
    pub clustering: Option<Clustering>,
    /// What is added to the log odds of detection of every method; below 0 it is worse than believed.
    pub detection_log_odds_shift: f64,
}

impl Default for Wrong {
    fn default() -> Self {
        Self {
            location_error_factor: 1.0,
            unmodelled_strikes_per_square_kilometre: 0.0,
            clustering: None,
            detection_log_odds_shift: 0.0,
        }
    }
}

impl Wrong {
    /// The four ways of being wrong that a validation shows beside the right world, by name.
    #[must_use]
    pub fn on_purpose() -> Vec<(&'static str, Self)> {
        vec![
            ("positions misreported", Self { location_error_factor: 3.0, ..Self::default() }),
            (
                "unreported strikes not modelled",
                Self { unmodelled_strikes_per_square_kilometre: 0.5, ..Self::default() },
            ),
            (
                "clustered duds",
                Self {
                    clustering: Some(Clustering { alike: 2.0, common: 0.7 }),
                    ..Self::default()
                },
            ),
            (
                "detection worse than believed",
                Self { detection_log_odds_shift: -1.2, ..Self::default() },
            ),
        ]
    }
}

/// Everything a world is drawn from.
#[derive(Clone, Debug, PartialEq)]
pub struct WorldSettings {
    /// Western edge of the grid in metres.
    pub west: f64,
    /// Northern edge of the grid in metres.
    pub north: f64,
    /// Side of a cell in metres.
    pub cell_metres: f64,
    /// Cells in a row.
    pub columns: u32,
    /// Rows of cells.
    pub rows: u32,
    /// Recorded strikes.
    pub strikes: u32,
    /// Smallest and largest standard deviation, on each axis and in metres, with which a recorded
    /// place is stated; in between, every ratio is equally probable.
    pub location_error_metres: (f64, f64),
    /// Smallest and largest number of munitions that a record expects.
    pub munitions: (f64, f64),
    /// Standard deviation of the number of munitions as a share of what the record expects.
    pub munitions_relative_spread: f64,
    /// Submunitions in each munition.
    pub submunitions: u32,
    /// Log odds of the share that fails, for each type: where its level comes from.
    pub levels: Vec<NormalSpread>,
    /// Standard deviation of the log odds from one context to another.
    pub context_spread: f64,
    /// How the number left comes about.
    pub number_left: NumberLeft,
    /// Share of a strike's items gone before anybody searched; none where nothing was removed.
    pub removed_before: Option<BetaShares>,
    /// Natural logarithm of the footprint scale in metres: where it comes from.
    pub log_scale: NormalSpread,
    /// Whether each type has a scale of its own; otherwise all have one in common.
    pub scale_of_each_type: bool,
    /// Standard deviation of the log scale from one strike to another of the same type.
    pub log_scale_within_type: f64,
    /// The shape of footprints.
    pub shape: FootprintShape,
    /// The ways of searching.
    pub methods: Vec<MethodSettings>,
    /// How much is searched.
    pub searching: Searching,
    /// Strikes of which nothing was recorded; none where every strike is on record.
    pub unreported: Option<UnreportedSettings>,
    /// What the model is not told.
    pub wrong: Wrong,
}

impl Default for WorldSettings {
    /// Three kilometres by three, six strikes, twelve tasks; priors as in the model's own parameters,
    /// with a prior of the type level such as a pooled type has.
    fn default() -> Self {
        let method = |name: &str, first, second| MethodSettings {
            name: name.to_owned(),
            detection: BetaShares { first, second },
            never_findable: 0.03,
        };
        Self {
            west: 0.0,
            north: 3_000.0,
            cell_metres: 100.0,
            columns: 30,
            rows: 30,
            strikes: 6,
            location_error_metres: (25.0, 300.0),
            munitions: (2.0, 8.0),
            munitions_relative_spread: 0.35,
            submunitions: 147,
            levels: vec![
                NormalSpread { mean: -2.2, standard_deviation: 0.4 },
                NormalSpread { mean: -2.6, standard_deviation: 0.5 },
            ],
            context_spread: 0.6,
            number_left: NumberLeft::Counted,
            removed_before: None,
            log_scale: NormalSpread { mean: libm::log(60.0), standard_deviation: 0.7 },
            scale_of_each_type: false,
            log_scale_within_type: 0.35,
            shape: FootprintShape::Normal,
            methods: vec![
                method("visual_surface", 6.0, 3.0),
                method("detector", 12.0, 3.0),
                method("subsurface", 27.0, 3.0),
            ],
            searching: Searching {
                tasks: 12,
                near_strikes: 0.6,
                side_metres: (100.0, 500.0),
                turned: 0.3,
                share: (0.6, 1.0),
                passes_at_most: 2,
            },
            unreported: Some(UnreportedSettings {
                rate: LogNormalRate { median: 0.1, log_standard_deviation: 1.0 },
                varies: None,
                beyond_metres: 1_000.0,
            }),
            wrong: Wrong::default(),
        }
    }
}
