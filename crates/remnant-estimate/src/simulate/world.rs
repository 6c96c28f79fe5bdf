//! A whole world: what is recorded of it, and what is true.
//!
//! Belongs here: putting strikes, items and tasks together, and counting what is left in cells and
//! areas. An estimate is given [`Recorded`] and is judged by [`Truth`].
//! Does not belong here: the estimate, or scores.

use super::draw::{self, Part, standard_normal};
use super::fault::SimulateFault;
use super::rate::{Field, places};
use super::search::{self, RecordedTask};
use super::settings::WorldSettings;
use super::strike::{self, Origin, RecordedStrike, TrueStrike};
use crate::grid::Grid;

/// Unknowns that many strikes or tasks have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Shared {
    /// Log odds of the share that fails, for each type.
    pub levels: Vec<f64>,
    /// Scale of footprints in metres, for each type.
    pub scales_metres: Vec<f64>,
    /// Chance of finding an item in one pass as the world's priors have it, for each method. Where
    /// detection is worse than believed, tasks use less than this.
    pub detections: Vec<f64>,
    /// Unreported strikes for each square kilometre that the model is told of; 0 where there are none.
    pub unreported_rate: f64,
}

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemState {
    /// It lies there still.
    Left,
    /// It was gone before anybody searched.
    RemovedBefore,
    /// A task found it.
    Found {
        /// The number of the task.
        task: u32,
    },
}

/// One item that did not function: a point, not a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Item {
    /// Easting in metres.
    pub easting: f64,
    /// Northing in metres.
    pub northing: f64,
    /// Which strike it came from.
    pub origin: Origin,
    /// One bit for each method that can never find it.
    pub(super) never_found_by: u32,
    /// What became of it.
    pub state: ItemState,
}

/// A piece of ground that totals are told of.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// Its name.
    pub name: String,
    /// Its cells in rising order.
    pub cells: Vec<u32>,
}

/// What is known of a world, and all that an estimate may use.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// The grid that cells are told on.
    pub grid: Grid,
    /// Strikes on record.
    pub strikes: Vec<RecordedStrike>,
    /// Tasks in the order in which they were done.
    pub tasks: Vec<RecordedTask>,
    /// Areas that totals are asked of.
    pub areas: Vec<Area>,
    /// The settings, from which priors are taken. An estimate must not use `wrong`.
    pub settings: WorldSettings,
}

/// What is true of a world.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    /// What strikes and tasks have in common.
    pub shared: Shared,
    /// Recorded strikes in the order of their records, then those that nobody recorded.
    pub strikes: Vec<TrueStrike>,
    /// Every item that did not function.
    pub items: Vec<Item>,
    /// Items left in each cell of the grid.
    pub left_in_cells: Vec<u32>,
    /// Items left in each area.
    pub left_in_areas: Vec<u32>,
    /// Items left on the grid.
    pub left: u32,
}

/// A world.
#[derive(Clone, Debug, PartialEq)]
pub struct World {
    /// What is known of it.
    pub recorded: Recorded,
    /// What is true of it.
    pub truth: Truth,
}

impl Shared {
    /// Draws the common unknowns from the priors of the settings.
    ///
    /// # Errors
    /// [`SimulateFault::UnusableSetting`] when a prior cannot be drawn from.
    pub fn draw(settings: &WorldSettings, seed: u64) -> Result<Self, SimulateFault> {
        let mut random = draw::stream(seed, Part::Shared, 0);
        let levels = settings
            .levels
            .iter()
            .map(|level| level.mean + level.standard_deviation * standard_normal(&mut random))
            .collect();
        let scales: Vec<f64> = settings
            .levels
            .iter()
            .map(|_| {
                let scale = settings.log_scale;
                libm::exp(scale.mean + scale.standard_deviation * standard_normal(&mut random))
            })
            .collect();
        let scales_metres = if settings.scale_of_each_type {
            scales
        } else {
            scales.iter().map(|_| scales[0]).collect()
        };
        let detections = settings
            .methods
            .iter()
            .map(|method| {
                let detection = (method.detection.first, method.detection.second);
                draw::beta(&mut random, "parameters of detection", detection)
            })
            .collect::<Result<_, _>>()?;
        let unreported_rate = settings.unreported.map_or(0.0, |unreported| {
            let spread = unreported.rate.log_standard_deviation * standard_normal(&mut random);
            unreported.rate.median * libm::exp(spread)
        });
        Ok(Self { levels, scales_metres, detections, unreported_rate })
    }
}

impl World {
    /// Draws a world. The same settings and seed give the same world.
    ///
    /// # Errors
    /// [`SimulateFault`] when the settings cannot be drawn from.
    pub fn draw(settings: &WorldSettings, seed: u64) -> Result<Self, SimulateFault> {
        let shared = Shared::draw(settings, seed)?;
        Self::with_shared(settings, shared, seed)
    }

    /// Draws a world whose common unknowns are given.
    ///
    /// # Errors
    /// [`SimulateFault`] when the settings cannot be drawn from.
    pub fn with_shared(
        settings: &WorldSettings,
        shared: Shared,
        seed: u64,
    ) -> Result<Self, SimulateFault> {
        settings.check()?;
        let grid = Grid::new(
            settings.west,
            settings.north,
            settings.cell_metres,
            settings.columns,
            settings.rows,
        )?;
        let records = (0..settings.strikes)
            .map(|number| strike::recorded(settings, seed, number))
            .collect::<Result<Vec<_>, _>>()?;
        let (strikes, mut items) = strikes_and_items(settings, &shared, &records, seed)?;
        let mut tasks = Vec::new();
        for number in 0..settings.searching.tasks {
            let mut task = search::task(settings, &records, seed, number)?;
            search::carry_out(&mut task, settings, &shared, &mut items, seed);
            tasks.push(task);
        }
        let areas = areas(&grid, &records);
        let truth = Truth::count(&grid, &areas, shared, strikes, items);
        let recorded =
            Recorded { grid, strikes: records, tasks, areas, settings: settings.clone() };
        Ok(Self { recorded, truth })
    }
}

impl Truth {
    /// Another truth behind the same records, drawn from the settings as if nobody had searched: what
    /// somebody who knows the settings would expect before any task.
    ///
    /// # Errors
    /// [`SimulateFault`] when the settings cannot be drawn from.
    pub fn before_any_search(recorded: &Recorded, seed: u64) -> Result<Self, SimulateFault> {
        let settings = &recorded.settings;
        let shared = Shared::draw(settings, seed)?;
        let (strikes, items) = strikes_and_items(settings, &shared, &recorded.strikes, seed)?;
        Ok(Self::count(&recorded.grid, &recorded.areas, shared, strikes, items))
    }
}

/// What recorded strikes truly were, then those that nobody recorded, and the items of all.
fn strikes_and_items(
    settings: &WorldSettings,
    shared: &Shared,
    records: &[RecordedStrike],
    seed: u64,
) -> Result<(Vec<TrueStrike>, Vec<Item>), SimulateFault> {
    let mut strikes = Vec::new();
    let mut items = Vec::new();
    for record in records {
        let (strike, left) = strike::truth_behind(settings, shared, seed, record)?;
        strikes.push(strike);
        items.extend(left);
    }
    for (number, place) in unreported_places(settings, shared, seed)?.into_iter().enumerate() {
        let (strike, left) = strike::unreported(settings, shared, seed, number as u32, place)?;
        strikes.push(strike);
        items.extend(left);
    }
    Ok((strikes, items))
}

/// Places of strikes that nobody recorded, on the grid and around it: those the model is told of, then those it is not.
fn unreported_places(
    settings: &WorldSettings,
    shared: &Shared,
    seed: u64,
) -> Result<Vec<(f64, f64)>, SimulateFault> {
    let mut random = draw::stream(seed, Part::Unreported, 0);
    let (width, height) = settings.sides_metres();
    let around = |beyond: f64| {
        let corner = (settings.west - beyond, settings.north + beyond);
        (corner, (width + 2.0 * beyond, height + 2.0 * beyond))
    };
    let told = settings.unreported.map_or(0.0, |unreported| unreported.beyond_metres);
    let (corner, sides) = around(told);
    let field = settings
        .unreported
        .and_then(|unreported| unreported.varies)
        .map(|smooth| Field::new(&mut random, smooth));
    let mut found = places(&mut random, corner, sides, shared.unreported_rate, field.as_ref())?;
    let mut random = draw::stream(seed, Part::Unreported, 1);
    let (corner, sides) = around(1_000.0);
    let not_told = settings.wrong.unmodelled_strikes_per_square_kilometre;
    found.extend(places(&mut random, corner, sides, not_told, None)?);
    Ok(found)
}

impl WorldSettings {
    fn check(&self) -> Result<(), SimulateFault> {
        if self.methods.len() > 32 {
            return Err(SimulateFault::TooManyMethods { methods: self.methods.len() });
        }
        let ordered = |(least, most): (f64, f64)| least > 0.0 && most >= least && most.is_finite();
        let share = |value: f64| (0.0..=1.0).contains(&value);
        let spread = |value: f64| value >= 0.0 && value.is_finite();
        let checks = [
            (
                ordered(self.location_error_metres),
                "the location error in metres",
                self.location_error_metres.0,
            ),
            (ordered(self.munitions), "the number of munitions", self.munitions.0),
            (
                spread(self.munitions_relative_spread),
                "the spread of the number of munitions",
                self.munitions_relative_spread,
            ),
            (spread(self.context_spread), "the spread over contexts", self.context_spread),
            (
                self.log_scale.mean.is_finite(),
                "the log of the footprint scale",
                self.log_scale.mean,
            ),
            (
                spread(self.log_scale_within_type),
                "the spread of footprint scales",
                self.log_scale_within_type,
            ),
            (
                ordered(self.searching.side_metres),
                "the side of a searched box in metres",
                self.searching.side_metres.0,
            ),
            (
                share(self.searching.share.0)
                    && share(self.searching.share.1)
                    && self.searching.share.0 <= self.searching.share.1,
                "the share that is walked",
                self.searching.share.0,
            ),
            (
                share(self.searching.near_strikes),
                "the share of tasks near strikes",
                self.searching.near_strikes,
            ),
            (
                self.wrong.location_error_factor.is_finite(),
                "the factor of location errors",
                self.wrong.location_error_factor,
            ),
            (
                self.wrong.clustering.is_none_or(|clustering| share(clustering.common)),
                "the variance that items of a munition have in common",
                self.wrong.clustering.map_or(0.0, |clustering| clustering.common),
            ),
        ];
        match checks.into_iter().find(|(usable, _, _)| !usable) {
            Some((_, setting, value)) => Err(SimulateFault::UnusableSetting { setting, value }),
            None => Ok(()),
        }
    }
}

/// Four quarters as administrative units, and hazardous areas about the first three recorded strikes.
fn areas(grid: &Grid, strikes: &[RecordedStrike]) -> Vec<Area> {
    let cells_where = |name: String, inside: &dyn Fn(u32) -> bool| Area {
        name,
        cells: (0..grid.cells()).filter(|cell| inside(*cell)).collect(),
    };
    let mut areas = Vec::new();
    for (name, south, east) in [
        ("north-west", false, false),
        ("north-east", false, true),
        ("south-west", true, false),
        ("south-east", true, true),
    ] {
        areas.push(cells_where(name.to_owned(), &|cell| {
            let (column, row) = grid.column_and_row(cell);
            (row >= grid.rows() / 2) == south && (column >= grid.columns() / 2) == east
        }));
    }
    for strike in strikes.iter().take(3) {
        let reach = 1.5 * strike.error_metres + 150.0;
        let area = cells_where(format!("about strike {}", strike.number), &|cell| {
            let (east, north) = grid.centre(cell);
            (east - strike.easting).hypot(north - strike.northing) <= reach
        });
        if !area.cells.is_empty() {
            areas.push(area);
        }
    }
    areas
}

impl Truth {
    fn count(
        grid: &Grid,
        areas: &[Area],
        shared: Shared,
        strikes: Vec<TrueStrike>,
        items: Vec<Item>,
    ) -> Self {
        let mut left_in_cells = vec![0_u32; grid.cells() as usize];
        for item in items.iter().filter(|item| item.state == ItemState::Left) {
            if let Some(cell) = grid.cell_at(item.easting, item.northing) {
                left_in_cells[cell as usize] += 1;
            }
        }
        let left_in_areas = areas
            .iter()
            .map(|area| area.cells.iter().map(|cell| left_in_cells[*cell as usize]).sum())
            .collect();
        let left = left_in_cells.iter().sum();
        Self { shared, strikes, items, left_in_cells, left_in_areas, left }
    }
}
