//! Where invented missions went, and how that is written.
//!
//! Belongs here: clustered points, and each point in the forms of `rates::Written`.
//! Does not belong here: the other columns; polygons (`places`).

use geoconvert::LatLon;

use super::draw::{Draw, push_decimal, push_whole};
use super::rates::{COUNTRIES, EXTENT, SHIFT, Written};

/// Around how many spots the missions of one country gather.
const SPOTS: usize = 60;
/// Rows that lie anywhere in their country and around no spot.
const ANYWHERE: f64 = 0.2;
/// Countries as boxes within `EXTENT`: south, north, west, east. They overlap at their edges, as missions do.
const BOXES: [[f64; 4]; 5] = [
    [8.96, 17.0, 106.0, 109.63],
    [14.5, 20.4, 102.17, 107.2],
    [17.0, 22.04, 104.5, 107.8],
    [10.5, 14.4, 102.5, 107.2],
    [13.0, 17.5, 102.17, 105.5],
];

/// A point in degrees of WGS 84.
#[derive(Clone, Copy)]
pub(crate) struct Point {
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
}

/// A spot and how far around it missions go, in degrees.
#[derive(Clone, Copy)]
struct Spot {
    centre: Point,
    reach: f64,
}

/// The spots of each country.
pub(crate) struct Missions {
    spots: Vec<Vec<Spot>>,
}

impl Missions {
    /// Draws the spots.
    pub(crate) fn new(draw: &mut Draw) -> Self {
        let spots = (0..BOXES.len())
            .map(|country| {
                (0..SPOTS)
                    .map(|_| Spot {
                        centre: anywhere(draw, country),
                        reach: 0.02 + 0.3 * draw.unit(),
                    })
                    .collect()
            })
            .collect();
        Self { spots }
    }

    /// A country and a point in it.
    pub(crate) fn draw(&self, draw: &mut Draw) -> (usize, Point) {
        let country = draw.of(COUNTRIES);
        let country = country as usize;
        if draw.chance(ANYWHERE) {
            return (country, anywhere(draw, country));
        }
        // The product of two makes the first spots the busiest.
        let rank = draw.below(SPOTS as u32) * draw.below(SPOTS as u32) / SPOTS as u32;
        let spot = self.spots[country][rank as usize];
        let point = Point {
            latitude: (spot.centre.latitude + spot.reach * draw.around())
                .clamp(EXTENT[0], EXTENT[1]),
            longitude: (spot.centre.longitude + spot.reach * draw.around())
                .clamp(EXTENT[2], EXTENT[3]),
        };
        (country, point)
    }
}

fn anywhere(draw: &mut Draw, country: usize) -> Point {
    let [south, north, west, east] = BOXES[country];
    Point {
        latitude: south + (north - south) * draw.unit(),
        longitude: west + (east - west) * draw.unit(),
    }
}

/// A position as the table's columns hold it.
#[derive(Default)]
pub(crate) struct Columns {
    pub(crate) latitude: Vec<u8>,
    pub(crate) longitude: Vec<u8>,
    pub(crate) original: Vec<u8>,
    pub(crate) format: &'static str,
}

impl Columns {
    /// Writes `point` as `written` says. `shifted` moves a grid reference off the degrees beside it.
    pub(crate) fn write(&mut self, point: Point, written: Written, shifted: bool, draw: &mut Draw) {
        self.latitude.clear();
        self.longitude.clear();
        self.original.clear();
        self.format = "";
        match written {
            Written::Seconds => {
                let [north, east] = self.sexagesimal(point, 3600);
                self.push_sexagesimal(north, 2, true);
                self.original.push(b'N');
                self.push_sexagesimal(east, 3, true);
                self.original.push(b'E');
                self.format = "DDMMSSN DDDMMSSE";
            }
            Written::Minutes => {
                self.minutes(point);
                self.format = "DDMMN DDDMME";
            }
            Written::SecondsButTwoMinutes => {
                let north = self.minutes(point);
                self.push_sexagesimal((north + u64::from(draw.below(20))) * 60, 2, false);
                self.format = "DDMMSSN DDDMMSSE";
            }
            Written::SecondsButGrid => {
                for _ in 0..2 {
                    self.original.push(b'A' + draw.below(8) as u8);
                }
                push_whole(&mut self.original, u64::from(draw.below(10_000)), 4);
                self.original.extend_from_slice(b"     RX");
                push_whole(&mut self.original, u64::from(draw.below(100)), 2);
                self.format = "DDMMSSN DDDMMSSE";
            }
            Written::Thousandths => {
                self.without_point(point, 3);
                self.format = "DD.DDDN DDD.DDDE";
            }
            Written::TenThousandths => {
                self.without_point(point, 4);
                self.format = "DD.DDDDN DDD.DDDDE";
            }
            Written::Grid(digits) => {
                self.grid(point, digits, shifted, draw);
                self.format = match digits {
                    4 => "##ABC11112222",
                    3 => "##ABC111222",
                    _ => "##ABC1122",
                };
            }
            Written::Zeroes => self.original.extend_from_slice(b"000000S0000000W"),
            Written::Nothing => {}
        }
    }

    /// Degrees to the unit that `per_degree` names, cut off, into the columns; gives them in seconds.
    fn sexagesimal(&mut self, point: Point, per_degree: u64) -> [u64; 2] {
        let whole = |degrees: f64| (degrees * per_degree as f64) as u64;
        let [north, east] = [whole(point.latitude), whole(point.longitude)];
        push_decimal(&mut self.latitude, north * 1_000_000 / per_degree, 6);
        push_decimal(&mut self.longitude, east * 1_000_000 / per_degree, 6);
        [north * 3600 / per_degree, east * 3600 / per_degree]
    }

    /// Degrees and minutes into the columns; gives the latitude in minutes.
    fn minutes(&mut self, point: Point) -> u64 {
        let [north, east] = self.sexagesimal(point, 60);
        self.push_sexagesimal(north, 2, false);
        self.original.push(b'N');
        self.push_sexagesimal(east, 3, false);
        self.original.push(b'E');
        north / 60
    }

    fn push_sexagesimal(&mut self, seconds: u64, degree_digits: usize, with_seconds: bool) {
        push_whole(&mut self.original, seconds / 3600, degree_digits);
        push_whole(&mut self.original, seconds / 60 % 60, 2);
        if with_seconds {
            push_whole(&mut self.original, seconds % 60, 2);
        }
    }

    /// Degrees with `decimals`, in the columns with a point and in the original without.
    fn without_point(&mut self, point: Point, decimals: usize) {
        let unit = 10_f64.powi(decimals as i32);
        let [north, east] = [(point.latitude * unit) as u64, (point.longitude * unit) as u64];
        push_decimal(&mut self.latitude, north, decimals);
        push_decimal(&mut self.longitude, east, decimals);
        push_whole(&mut self.original, north, 2 + decimals);
        self.original.push(b'N');
        push_whole(&mut self.original, east, 3 + decimals);
        self.original.push(b'E');
    }

    /// A grid reference, and the degrees with eight decimals, or fifteen where nothing was shifted.
    fn grid(&mut self, point: Point, digits: i32, shifted: bool, draw: &mut Draw) {
        let (north, east) = if shifted { SHIFT } else { (0.0, 0.0) };
        if let Ok(read) = LatLon::create(point.latitude + north, point.longitude + east) {
            self.original.extend_from_slice(read.to_mgrs(digits).to_string().as_bytes());
        }
        for (column, degrees) in
            [(&mut self.latitude, point.latitude), (&mut self.longitude, point.longitude)]
        {
            push_decimal(column, (degrees * 1e8) as u64, 8);
            if !shifted {
                push_whole(column, u64::from(draw.below(1_000_000)), 6);
            }
        }
    }
}
