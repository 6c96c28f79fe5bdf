//! What an estimate of a place starts from, checked once and trusted after that.
//!
//! Belongs here: the grid, the strikes with their possible places, the searches with their finds, the
//! areas that are to be summed, and every contradiction among them, told at once.
//!
//! Does not belong here: where these come from (the store, the record), how they are weighed (`model`).

use sha2::{Digest, Sha256};

use crate::dud_rate::NormalMixture;
use crate::grid::Grid;
use crate::strike::Candidates;

/// A submunition type: how much of it stays unexploded.
#[derive(Clone, Debug, PartialEq)]
pub struct SubmunitionType {
    /// Its id in the record.
    pub name: String,
    /// Log odds of the share left unexploded under field conditions.
    pub level: NormalMixture,
    /// Spread of one strike's log odds about the level: weights, which sum to one, and spreads.
    pub context_spreads: Vec<(f64, f64)>,
}

/// A method of search with what is believed of its chance to find.
#[derive(Clone, Debug, PartialEq)]
pub struct Method {
    /// Its name.
    pub name: String,
    /// Beta distribution of the chance that one pass finds an item that the method can find.
    pub detection: (f64, f64),
    /// Share of items that the method can never find.
    pub never_found: f64,
}

/// A submunition that a strike may have left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// Position of the type in [`Inputs::types`].
    pub submunition: usize,
    /// How probable it is that it was this one; the loads of a strike sum to one.
    pub weight: f64,
    /// Submunitions in each munition.
    pub each: f64,
}

/// A recorded strike.
#[derive(Clone, Debug, PartialEq)]
pub struct Strike {
    /// Its id.
    pub id: String,
    /// Where it may have been.
    pub places: Candidates,
    /// Mean number of munitions.
    pub munitions: f64,
    /// Standard deviation of that number.
    pub munitions_deviation: f64,
    /// What each may have held.
    pub loads: Vec<Load>,
}

/// Items found, somewhere in these cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Find {
    /// A word for it: the id of an evidence point or of the search.
    pub id: String,
    /// The cells, rising; one where the place of the find is known.
    pub cells: Vec<u32>,
    /// How many.
    pub count: u32,
}

/// A search or clearance: effort in cells, and what it found.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// Its id.
    pub id: String,
    /// Position of the method in [`Inputs::methods`].
    pub method: usize,
    /// How often the ground was gone over.
    pub passes: u32,
    /// Cells with the share of each that was searched, rising.
    pub cells: Vec<(u32, f64)>,
    /// What was found.
    pub finds: Vec<Find>,
}

/// A find without effort: a spot task, or a box left at its first find with no word on how much had
/// been searched. It tells where, not how many.
#[derive(Clone, Debug, PartialEq)]
pub struct SpotFind {
    /// Its id.
    pub id: String,
    /// The cell.
    pub cell: u32,
}

/// Strikes that nobody recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Unreported {
    /// Median number in a square kilometre.
    pub per_square_kilometre: f64,
    /// Standard deviation of the logarithm of that number.
    pub log_spread: f64,
    /// Mean number of munitions in one.
    pub munitions: f64,
    /// Standard deviation of that number.
    pub munitions_deviation: f64,
    /// What each may have held.
    pub loads: Vec<Load>,
}

/// An area that is to be summed: a hazardous area, an administrative unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Cells with the share of each that lies inside, rising.
    pub cells: Vec<(u32, f64)>,
}

/// The footprint of strikes: how far their items lie from their place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FootprintBelief {
    /// Median scale in metres.
    pub median_metres: f64,
    /// Standard deviation of the logarithm of the scale of all strikes together.
    pub log_spread: f64,
    /// Standard deviation of the logarithm of one strike's scale about that.
    pub between_strikes: f64,
}

/// Everything an estimate of a place starts from.
#[derive(Clone, Debug, PartialEq)]
pub struct Inputs {
    /// The cells.
    pub grid: Grid,
    /// The submunition types that strikes may have left.
    pub types: Vec<SubmunitionType>,
    /// The methods of search.
    pub methods: Vec<Method>,
    /// How far items lie from their strike's place.
    pub footprint: FootprintBelief,
    /// The recorded strikes.
    pub strikes: Vec<Strike>,
    /// The searches.
    pub tasks: Vec<Task>,
    /// Finds without effort.
    pub spot_finds: Vec<SpotFind>,
    /// Strikes that nobody recorded; without, there are none.
    pub unreported: Option<Unreported>,
    /// The areas to sum.
    pub areas: Vec<Area>,
}

/// One contradiction in the inputs.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum InputFault {
    /// A number that cannot be what it stands for.
    #[error("`{of}`: {value} is not possible for {what}")]
    Number {
        /// What it belongs to.
        of: String,
        /// What it stands for.
        what: &'static str,
        /// The number.
        value: f64,
    },
    /// Weights that do not sum to one.
    #[error("`{of}`: the weights of its {what} sum to {sum}, not to 1")]
    Weights {
        /// What they belong to.
        of: String,
        /// Of what they are weights.
        what: &'static str,
        /// Their sum.
        sum: f64,
    },
    /// A list without any entry.
    #[error("`{of}` has no {what}")]
    Empty {
        /// What lacks it.
        of: String,
        /// What is lacking.
        what: &'static str,
    },
    /// A cell beyond the grid, or cells out of order.
    #[error("`{of}`: cell {cell} is beyond the grid or out of order")]
    Cell {
        /// What names it.
        of: String,
        /// The cell.
        cell: u32,
    },
    /// Something refers to a type or method that is not listed.
    #[error("`{of}` refers to {what} number {number}, which is not listed")]
    Reference {
        /// What refers.
        of: String,
        /// To what.
        what: &'static str,
        /// The number.
        number: usize,
    },
    /// An id that occurs twice among things of one kind.
    #[error("{what} `{id}` is listed twice")]
    Twice {
        /// Of what kind.
        what: &'static str,
        /// The id.
        id: String,
    },
    /// A find in ground that its search did not cover.
    #[error("`{task}` found something in cell {cell}, which it did not search")]
    FindOutsideSearch {
        /// The search.
        task: String,
        /// The cell.
        cell: u32,
    },
}

/// Collects what is wrong.
struct Check {
    faults: Vec<InputFault>,
    cells: u32,
    types: usize,
}

impl Check {
    fn positive(&mut self, of: &str, what: &'static str, value: f64) {
        self.number(of, what, value, value > 0.0);
    }

    fn number(&mut self, of: &str, what: &'static str, value: f64, holds: bool) {
        if !(holds && value.is_finite()) {
            self.faults.push(InputFault::Number { of: of.to_owned(), what, value });
        }
    }

    fn weights(&mut self, of: &str, what: &'static str, weights: impl Iterator<Item = f64>) {
        let (mut sum, mut count, mut sound) = (0.0, 0, true);
        for weight in weights {
            sound &= weight >= 0.0;
            sum += weight;
            count += 1;
        }
        if count == 0 {
            self.faults.push(InputFault::Empty { of: of.to_owned(), what });
        } else if !(sound && (sum - 1.0).abs() < 1e-6) {
            self.faults.push(InputFault::Weights { of: of.to_owned(), what, sum });
        }
    }

    fn cells(&mut self, of: &str, cells: impl Iterator<Item = u32>) {
        let mut next = 0;
        for cell in cells {
            if cell >= self.cells || cell < next {
                self.faults.push(InputFault::Cell { of: of.to_owned(), cell });
                return;
            }
            next = cell + 1;
        }
    }

    fn shares(&mut self, of: &str, what: &'static str, cells: &[(u32, f64)]) {
        self.cells(of, cells.iter().map(|(cell, _)| *cell));
        if let Some((_, share)) = cells.iter().find(|(_, share)| !(*share > 0.0 && *share <= 1.0)) {
            self.number(of, what, *share, false);
        }
    }

    fn loads(&mut self, of: &str, loads: &[Load]) {
        self.weights(of, "possible submunitions", loads.iter().map(|load| load.weight));
        for load in loads {
            self.positive(of, "the submunitions in each munition", load.each);
            if load.submunition >= self.types {
                let number = load.submunition;
                self.faults.push(InputFault::Reference { of: of.to_owned(), what: "type", number });
            }
        }
    }

    fn munitions(&mut self, of: &str, mean: f64, deviation: f64) {
        self.positive(of, "a number of munitions", mean);
        self.number(of, "the spread of a number of munitions", deviation, deviation >= 0.0);
    }

    fn ids<'a>(&mut self, what: &'static str, ids: impl Iterator<Item = &'a str>) {
        let mut ids: Vec<&str> = ids.collect();
        ids.sort_unstable();
        for pair in ids.windows(2).filter(|pair| pair[0] == pair[1]) {
            self.faults.push(InputFault::Twice { what, id: pair[0].to_owned() });
        }
    }
}

impl Inputs {
    /// Everything that is wrong with the inputs; nothing when they can be used.
    #[must_use]
    pub fn faults(&self) -> Vec<InputFault> {
        let (cells, types) = (self.grid.cells(), self.types.len());
        let mut check = Check { faults: Vec::new(), cells, types };
        for kind in &self.types {
            check.number(&kind.name, "a level", kind.level.mean(), true);
            let spreads = &kind.context_spreads;
            check.weights(&kind.name, "context spreads", spreads.iter().map(|(w, _)| *w));
            for (_, spread) in spreads {
                check.number(&kind.name, "a context spread", *spread, *spread >= 0.0);
            }
        }
        for method in &self.methods {
            check.positive(&method.name, "a parameter of its detection", method.detection.0);
            check.positive(&method.name, "a parameter of its detection", method.detection.1);
            let never = method.never_found;
            check.number(&method.name, "a share never found", never, (0.0..1.0).contains(&never));
        }
        let footprint = &self.footprint;
        check.positive("the footprint", "a scale", footprint.median_metres);
        check.positive("the footprint", "a spread of scales", footprint.log_spread);
        let between = footprint.between_strikes;
        check.number("the footprint", "a spread between strikes", between, between >= 0.0);
        check.ids("strike", self.strikes.iter().map(|strike| strike.id.as_str()));
        for strike in &self.strikes {
            let id = &strike.id;
            check.munitions(id, strike.munitions, strike.munitions_deviation);
            check.loads(id, &strike.loads);
        }
        check.ids("search", self.tasks.iter().map(|task| task.id.as_str()));
        for task in &self.tasks {
            check.shares(&task.id, "a searched share", &task.cells);
            if task.method >= self.methods.len() {
                let (of, number) = (task.id.clone(), task.method);
                check.faults.push(InputFault::Reference { of, what: "method", number });
            }
            check.positive(&task.id, "a number of passes", f64::from(task.passes));
            for find in &task.finds {
                if find.cells.is_empty() {
                    let (of, what) = (find.id.clone(), "cell where it may lie");
                    check.faults.push(InputFault::Empty { of, what });
                }
                check.cells(&find.id, find.cells.iter().copied());
                let searched = |cell: &u32| {
                    task.cells.binary_search_by_key(cell, |(searched, _)| *searched).is_ok()
                };
                if let Some(cell) = find.cells.iter().find(|cell| !searched(cell)) {
                    let (task, cell) = (task.id.clone(), *cell);
                    check.faults.push(InputFault::FindOutsideSearch { task, cell });
                }
            }
        }
        for find in &self.spot_finds {
            check.cells(&find.id, core::iter::once(find.cell));
        }
        if let Some(unreported) = &self.unreported {
            let of = "unreported strikes";
            check.positive(of, "a number in a square kilometre", unreported.per_square_kilometre);
            check.positive(of, "a spread of numbers", unreported.log_spread);
            check.munitions(of, unreported.munitions, unreported.munitions_deviation);
            check.loads(of, &unreported.loads);
        }
        check.ids("area", self.areas.iter().map(|area| area.id.as_str()));
        for area in &self.areas {
            check.shares(&area.id, "a share inside", &area.cells);
        }
        check.faults
    }

    /// SHA-256, in hexadecimal, over all inputs in a fixed order.
    ///
    /// Numbers enter by their bits, texts and lists with their length, so that no two different inputs
    /// give the same bytes. A level enters by its mean, its deviation and nine quantiles.
    #[must_use]
    pub fn sha256(&self) -> String {
        let mut hash = Hash(Sha256::new());
        hash.text("remnant contamination inputs 1");
        let grid = &self.grid;
        hash.numbers(&[grid.west(), grid.north(), grid.cell_metres()]);
        hash.whole(u64::from(grid.columns()));
        hash.whole(u64::from(grid.rows()));
        hash.list(&self.types, |hash, kind| {
            hash.text(&kind.name);
            hash.numbers(&[kind.level.mean(), kind.level.standard_deviation()]);
            for ninth in 1..=9 {
                hash.numbers(&[kind.level.quantile(f64::from(ninth) / 10.0)]);
            }
            hash.list(&kind.context_spreads, |hash, (weight, spread)| {
                hash.numbers(&[*weight, *spread]);
            });
        });
        hash.list(&self.methods, |hash, method| {
            hash.text(&method.name);
            hash.numbers(&[method.detection.0, method.detection.1, method.never_found]);
        });
        let footprint = &self.footprint;
        hash.numbers(&[footprint.median_metres, footprint.log_spread, footprint.between_strikes]);
        hash.list(&self.strikes, |hash, strike| {
            hash.text(&strike.id);
            hash.numbers(strike.places.weights());
            for place in 0..strike.places.len() {
                let (easting, northing) = strike.places.place(place);
                hash.numbers(&[easting, northing]);
            }
            hash.whole(strike.places.len() as u64);
            hash.numbers(&[strike.munitions, strike.munitions_deviation]);
            hash.loads(&strike.loads);
        });
        hash.list(&self.tasks, |hash, task| {
            hash.text(&task.id);
            hash.whole(task.method as u64);
            hash.whole(u64::from(task.passes));
            hash.cells(&task.cells);
            hash.list(&task.finds, |hash, find| {
                hash.text(&find.id);
                hash.list(&find.cells, |hash, cell| hash.whole(u64::from(*cell)));
                hash.whole(u64::from(find.count));
            });
        });
        hash.list(&self.spot_finds, |hash, find| {
            hash.text(&find.id);
            hash.whole(u64::from(find.cell));
        });
        let unreported: Vec<&Unreported> = self.unreported.iter().collect();
        hash.list(&unreported, |hash, unreported| {
            hash.numbers(&[unreported.per_square_kilometre, unreported.log_spread]);
            hash.numbers(&[unreported.munitions, unreported.munitions_deviation]);
            hash.loads(&unreported.loads);
        });
        hash.list(&self.areas, |hash, area| {
            hash.text(&area.id);
            hash.text(&area.name);
            hash.cells(&area.cells);
        });
        hash.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

struct Hash(Sha256);

impl Hash {
    fn whole(&mut self, number: u64) {
        self.0.update(number.to_le_bytes());
    }

    fn numbers(&mut self, numbers: &[f64]) {
        for number in numbers {
            // Zero has two signs and one meaning.
            self.whole((number + 0.0).to_bits());
        }
    }

    fn text(&mut self, text: &str) {
        self.whole(text.len() as u64);
        self.0.update(text.as_bytes());
    }

    fn list<T>(&mut self, list: &[T], each: impl Fn(&mut Self, &T)) {
        self.whole(list.len() as u64);
        list.iter().for_each(|entry| each(self, entry));
    }

    fn cells(&mut self, cells: &[(u32, f64)]) {
        self.list(cells, |hash, (cell, share)| {
            hash.whole(u64::from(*cell));
            hash.numbers(&[*share]);
        });
    }

    fn loads(&mut self, loads: &[Load]) {
        self.list(loads, |hash, load| {
            hash.whole(load.submunition as u64);
            hash.numbers(&[load.weight, load.each]);
        });
    }
}
