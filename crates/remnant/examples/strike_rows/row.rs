//! One row of the invented table after another.
//!
//! Belongs here: the 48 columns, in the real table's order and with its gaps.
//! Does not belong here: rates (`rates`), words (`words`), positions (`position`).

use super::draw::{Draw, push_whole};
use super::position::{Columns, Missions, Point};
use super::rates::{
    A_HUNDRED_AND_MORE, AIRCRAFT, ANY_OTHER, CLUSTER_WEAPON, DELIVERED, FUNCTION_STYLES, NO_WEIGHT,
    NOT_SHIFTED, REPORTED_AGAIN, SOURCES, Source, Written,
};
use super::words::{COUNTRY_NAMES, PERIODS, SERVICES, Vocabulary};

/// The names of the columns; the first has none, as in the file.
pub(crate) const HEADER: &str = ",THOR_DATA_VIET_ID,COUNTRYFLYINGMISSION,MILSERVICE,MSNDATE,SOURCEID,\
SOURCERECORD,VALID_AIRCRAFT_ROOT,TAKEOFFLOCATION,TGTLATDD_DDD_WGS84,TGTLONDDD_DDD_WGS84,TGTTYPE,\
NUMWEAPONSDELIVERED,TIMEONTARGET,WEAPONTYPE,WEAPONTYPECLASS,WEAPONTYPEWEIGHT,AIRCRAFT_ORIGINAL,\
AIRCRAFT_ROOT,AIRFORCEGROUP,AIRFORCESQDN,CALLSIGN,FLTHOURS,MFUNC,MFUNC_DESC,MISSIONID,NUMOFACFT,\
OPERATIONSUPPORTED,PERIODOFDAY,UNIT,TGTCLOUDCOVER,TGTCONTROL,TGTCOUNTRY,TGTID,TGTORIGCOORDS,\
TGTORIGCOORDSFORMAT,TGTWEATHER,ADDITIONALINFO,GEOZONE,ID,MFUNC_DESC_CLASS,NUMWEAPONSJETTISONED,\
NUMWEAPONSRETURNED,RELEASEALTITUDE,RELEASEFLTSPEED,RESULTSBDA,TIMEOFFTARGET,WEAPONSLOADEDWEIGHT";

/// What a row says between its numbers: columns 3 to 5, 7 to 39, and 41 to 48, each closed by a comma
/// but the last.
#[derive(Default)]
struct Said {
    who_and_when: Vec<u8>,
    what: Vec<u8>,
    outcome: Vec<u8>,
}

/// Rows without end, the same for the same seed.
pub(crate) struct Rows {
    draw: Draw,
    words: Vocabulary,
    missions: Missions,
    written: u64,
    position: Columns,
    said: Said,
}

/// Writes one column and its comma.
fn cell(out: &mut Vec<u8>, text: &[u8]) {
    out.extend_from_slice(text);
    out.push(b',');
}

/// Writes one column of a whole number and its comma.
fn number(out: &mut Vec<u8>, value: u32) {
    push_whole(out, u64::from(value), 1);
    out.push(b',');
}

impl Rows {
    /// Rows of `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        let mut draw = Draw::new(seed);
        let missions = Missions::new(&mut draw);
        Self {
            draw,
            words: Vocabulary::invented(),
            missions,
            written: 0,
            position: Columns::default(),
            said: Said::default(),
        }
    }

    /// The next position alone, as the rows have them.
    pub(crate) fn point(&mut self) -> Point {
        self.missions.draw(&mut self.draw).1
    }

    /// Appends the next row with its line feed to `out`.
    pub(crate) fn row(&mut self, out: &mut Vec<u8>) {
        if self.written == 0 || !self.draw.chance(REPORTED_AGAIN) {
            self.say();
        }
        let row = self.written;
        self.written += 1;
        // Odd factors scatter the numbers over 2^25 without meeting one twice before as many rows.
        let scattered = |factor: u64| row.wrapping_mul(factor) % (1 << 25);
        for numbers in [row, row + 1 + row / 700] {
            push_whole(out, numbers, 1);
            out.push(b',');
        }
        out.extend_from_slice(&self.said.who_and_when);
        push_whole(out, scattered(2_654_435_761), 1);
        out.push(b',');
        out.extend_from_slice(&self.said.what);
        push_whole(out, 24_000_000 + scattered(2_246_822_519), 1);
        out.push(b',');
        out.extend_from_slice(&self.said.outcome);
        out.push(b'\n');
    }

    fn say(&mut self) {
        let rows: u32 = SOURCES.iter().map(|source| source.rows).sum();
        let mut left = self.draw.below(rows);
        let mut source = &SOURCES[0];
        for candidate in &SOURCES {
            source = candidate;
            if left < candidate.rows {
                break;
            }
            left -= candidate.rows;
        }
        let year = self.draw.of(source.years);
        self.say_who_and_when(source, year);
        self.said.what.clear();
        self.said.outcome.clear();

        let written = self.draw.of(source.positions);
        let (country, point) = self.missions.draw(&mut self.draw);
        let shifted = written != Written::Grid(4) || (year, source.name) != NOT_SHIFTED;
        self.position.write(point, written, shifted, &mut self.draw);
        self.say_what(source, year, country);
        self.say_outcome(source);
    }

    fn say_who_and_when(&mut self, source: &Source, year: i16) {
        let (draw, out) = (&mut self.draw, &mut self.said.who_and_when);
        out.clear();
        cell(out, b"INVENTED STATES");
        cell(out, draw.of(SERVICES).as_bytes());
        let month = draw.between(1, 12);
        let days = match month {
            2 => 28 + u32::from(year % 4 == 0),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        let day = draw.between(1, days);
        let hyphen: &[u8] = if draw.chance(source.date_without_hyphens) { b"" } else { b"-" };
        push_whole(out, year as u64, 4);
        out.extend_from_slice(hyphen);
        push_whole(out, u64::from(month), 2);
        out.extend_from_slice(hyphen);
        push_whole(out, u64::from(day), 2);
        out.push(b',');
    }

    fn say_what(&mut self, source: &Source, year: i16, country: usize) {
        let (draw, words, out) = (&mut self.draw, &self.words, &mut self.said.what);
        let placed = !self.position.latitude.is_empty();
        let (_, aircraft) = words.aircraft.pick(draw);
        cell(out, source.name.as_bytes());
        cell(out, aircraft);
        cell(out, words.airfields.pick(draw).1);
        cell(out, &self.position.latitude);
        cell(out, &self.position.longitude);
        unless(out, draw.chance(source.no_target_type), words.ground.pick(draw).1);

        let armed = !draw.chance(source.no_weapon);
        let none = if armed { source.none_delivered.0 } else { source.none_delivered.1 };
        number(out, if draw.chance(none) { 0 } else { delivered(draw) });
        time(out, draw, source, placed);
        if armed {
            let late = usize::from(year >= 1970);
            let list = if draw.chance(CLUSTER_WEAPON) {
                &words.cluster_weapons[late]
            } else {
                &words.other_weapons[late]
            };
            let (rank, weapon) = list.pick(draw);
            cell(out, weapon);
            out.push(b',');
            number(out, if draw.chance(NO_WEIGHT) { 0 } else { 50 * (1 + rank as u32 % 10) });
        } else {
            out.extend_from_slice(b",,0,");
        }
        cell(out, aircraft);
        cell(out, aircraft);
        // The group and the squadron are never there.
        out.extend_from_slice(b",,");
        unless(out, draw.chance(source.no_call_sign), words.call_signs.pick(draw).1);
        number(out, if draw.chance(source.hours_zero) { 0 } else { draw.between(3, 99) });
        if draw.chance(source.no_function) {
            out.extend_from_slice(b",,");
        } else {
            let (rank, function) = words.functions.pick(draw);
            let style = draw.of(FUNCTION_STYLES);
            push_whole(out, rank as u64 + 1, if style == 1 { 2 } else { 1 });
            out.extend_from_slice(if style == 0 { b".0," } else { b"," });
            cell(out, function);
        }
        out.push(b'A' + draw.below(26) as u8);
        push_whole(out, u64::from(draw.below(10_000)), 4);
        out.push(b',');
        number(out, draw.of(AIRCRAFT));
        unless(out, draw.chance(source.no_operation), words.operations.pick(draw).1);
        unless(out, draw.chance(source.no_period_of_day), draw.of(PERIODS).as_bytes());
        let (_, unit) = words.units.pick(draw);
        cell(out, unit);
        unless(out, draw.chance(source.no_cloud_cover), words.cloud_cover.pick(draw).1);
        let (_, control) = words.control.pick(draw);
        unless(out, draw.chance(source.no_control), control);
        let no_country = if placed { source.no_country.0 } else { source.no_country.1 };
        unless(out, draw.chance(no_country), COUNTRY_NAMES[country].as_bytes());
        // The number of the place is never there.
        out.push(b',');
        cell(out, &self.position.original);
        cell(out, self.position.format.as_bytes());
        unless(out, draw.chance(source.no_weather), words.weather.pick(draw).1);
        out.extend_from_slice(b"REPORTED BY: ");
        out.extend_from_slice(unit);
        if source.long_remarks {
            out.extend_from_slice(b" - CONTROLLED BY: ");
            out.extend_from_slice(control);
            out.extend_from_slice(b" - REGION: ");
            out.extend_from_slice(words.operations.pick(draw).1);
            out.extend_from_slice(b" (OF THE MISSION OR OF THE ROUTE)");
        } else {
            out.extend_from_slice(b" - CALLED: ");
            out.extend_from_slice(words.call_signs.pick(draw).1);
        }
        out.push(b',');
        unless(out, !placed || draw.chance(source.no_square), words.squares.pick(draw).1);
    }

    fn say_outcome(&mut self, source: &Source) {
        let placed = !self.position.latitude.is_empty();
        let (draw, words, out) = (&mut self.draw, &self.words, &mut self.said.outcome);
        cell(out, if draw.chance(source.not_armed) { b"NONKINETIC" } else { b"KINETIC" });
        if source.jettisoned_unknown {
            out.extend_from_slice(b"-1,-1,");
        } else {
            number(out, if draw.chance(0.97) { 0 } else { draw.between(1, 40) });
            number(out, if draw.chance(source.none_returned) { 0 } else { draw.between(1, 60) });
        }
        // Height and speed are never there.
        out.extend_from_slice(b",,");
        unless(out, draw.chance(source.no_result), words.results.pick(draw).1);
        time(out, draw, source, placed);
        match source.loaded_zero {
            None => out.extend_from_slice(b"-1"),
            Some(zero) if draw.chance(zero) => out.push(b'0'),
            Some(_) => push_whole(out, u64::from(10 * draw.between(50, 13_000)), 1),
        }
    }
}

/// Writes `text` and a comma, or the comma alone when it is `missing`.
fn unless(out: &mut Vec<u8>, missing: bool, text: &[u8]) {
    cell(out, if missing { b"" } else { text });
}

fn delivered(draw: &mut Draw) -> u32 {
    match draw.of(DELIVERED) {
        ANY_OTHER => draw.between(7, 99),
        A_HUNDRED_AND_MORE => {
            // Most are near one hundred, a few near two thousand.
            let share = draw.unit();
            100 + (2018.0 * share * share * share) as u32
        }
        named => named,
    }
}

/// Writes a time of day as the table has it: hours and minutes in one number, with a decimal.
fn time(out: &mut Vec<u8>, draw: &mut Draw, source: &Source, placed: bool) {
    if !placed && draw.chance(source.no_time) {
        out.push(b',');
    } else if draw.chance(source.time_zero) {
        out.extend_from_slice(b"0.0,");
    } else {
        push_whole(out, u64::from(draw.below(24) * 100 + draw.below(60)), 1);
        out.extend_from_slice(b".0,");
    }
}
