//! How long it takes to take in rows like those of THOR: reading, mapping, checking, hashing.
//!
//! `cargo run --release -p remnant-ground --example intake_time [ROWS]` prints rows, seconds and
//! what came of them. The rows have the 48 columns of the real table and its gaps: a fifth without
//! a position, half without a weapon, a third with a grid reference beside the position, some dates
//! of eight digits. They are invented, from a seed.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write;
use std::io::Cursor;
use std::time::{Duration, Instant};

use jiff::civil::date;
use remnant_ground::ObjectKind;
use remnant_ground::intake::{
    CountryExtent, Intake, NoGazetteer, NothingKnown, PlainRow, Sample, Surroundings, guess,
};
use remnant_ground::pick_list::shipped;
use remnant_source::document::{Document, ReadOptions, SourceRow};

const HEADER: &str = ",THOR_DATA_VIET_ID,COUNTRYFLYINGMISSION,MILSERVICE,MSNDATE,SOURCEID,\
SOURCERECORD,VALID_AIRCRAFT_ROOT,TAKEOFFLOCATION,TGTLATDD_DDD_WGS84,TGTLONDDD_DDD_WGS84,TGTTYPE,\
NUMWEAPONSDELIVERED,TIMEONTARGET,WEAPONTYPE,WEAPONTYPECLASS,WEAPONTYPEWEIGHT,AIRCRAFT_ORIGINAL,\
AIRCRAFT_ROOT,AIRFORCEGROUP,AIRFORCESQDN,CALLSIGN,FLTHOURS,MFUNC,MFUNC_DESC,MISSIONID,NUMOFACFT,\
OPERATIONSUPPORTED,PERIODOFDAY,UNIT,TGTCLOUDCOVER,TGTCONTROL,TGTCOUNTRY,TGTID,TGTORIGCOORDS,\
TGTORIGCOORDSFORMAT,TGTWEATHER,ADDITIONALINFO,GEOZONE,ID,MFUNC_DESC_CLASS,NUMWEAPONSJETTISONED,\
NUMWEAPONSRETURNED,RELEASEALTITUDE,RELEASEFLTSPEED,RESULTSBDA,TIMEOFFTARGET,WEAPONSLOADEDWEIGHT";

/// A plain generator of numbers: the same rows each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// Rows `from` to `to` as a file.
fn file(from: u64, to: u64, numbers: &mut Numbers) -> Result<String, std::fmt::Error> {
    let mut text = String::from(HEADER);
    text.push('\n');
    for id in from..to {
        let (year, month, day) =
            (1965 + numbers.below(10), 1 + numbers.below(12), 1 + numbers.below(28));
        let mark = if numbers.below(100) == 0 { "" } else { "-" };
        let (latitude, longitude) =
            (14.0 + numbers.below(40_000) as f64 / 1e4, 104.0 + numbers.below(36_000) as f64 / 1e4);
        let weapon = if numbers.below(2) == 0 { "" } else { "MK 82 GP BOMB (500) LD" };
        let (position, original, format) = match numbers.below(10) {
            0 | 1 => (",".to_owned(), String::new(), ""),
            2..=4 => (
                format!("{latitude:.6},{longitude:.6}"),
                format!("48QXE{:04}{:04}", numbers.below(10_000), numbers.below(10_000)),
                "##ABC11112222",
            ),
            _ => {
                let whole = |degrees: f64| {
                    let seconds = (degrees * 3600.0).round() as u64;
                    (seconds / 3600, seconds / 60 % 60, seconds % 60)
                };
                let ((d, m, s), (dd, mm, ss)) = (whole(latitude), whole(longitude));
                (
                    format!("{latitude:.6},{longitude:.6}"),
                    format!("{d:02}{m:02}{s:02}N{dd:03}{mm:02}{ss:02}E"),
                    "DDMMSSN DDDMMSSE",
                )
            }
        };
        let (count, aircraft, call, time) =
            (numbers.below(30), 1 + numbers.below(4), numbers.below(90), numbers.below(2400));
        writeln!(
            text,
            "{id},{id},UNITED STATES OF AMERICA,USAF,{year}{mark}{month:02}{mark}{day:02},{id},\
             SEADAB,A-7,TONKIN GULF,{position},TROOPS,{count},{time}.0,{weapon},,500,A7,A7,,,\
             CD {call},40,3.0,AIR INTERDICTION,{call}14,{aircraft},,D,774CTG,,,SOUTH VIETNAM,,\
             {original},{format},,UNIT: 774CTG - CALLSIGN: CD {call},ZB,{id},KINETIC,-1,-1,,,,\
             {time}.0,63720"
        )?;
    }
    Ok(text)
}

fn main() -> Result<(), Box<dyn Error>> {
    const AT_ONCE: u64 = 100_000;
    let wanted: u64 = std::env::args().nth(1).map_or(Ok(1_000_000), |rows| rows.parse())?;
    let mut numbers = Numbers(1973);
    let (lists, contested) = (shipped(), BTreeSet::new());
    let mut intake: Option<Intake<'_>> = None;
    let mut spent = Duration::ZERO;
    let mut row = SourceRow::new();
    let mut fields = 0;
    for from in (0..wanted).step_by(AT_ONCE as usize) {
        let text = file(from, (from + AT_ONCE).min(wanted), &mut numbers)?;
        let begun = Instant::now();
        let bytes = Box::new(Cursor::new(text));
        let mut document =
            Document::open("strikes.csv", bytes, Vec::new(), &ReadOptions::default())?;
        let columns = document.sheets()[0].columns.clone();
        let mut rows = document.rows(0)?;
        while rows.next(&mut row)? {
            let intake = match &mut intake {
                Some(intake) => intake,
                None => {
                    let cells = row.cells().map(|cell| cell.text.to_owned()).collect();
                    let first = [PlainRow { line: row.line, cells, geometry: None }];
                    let sample = Sample {
                        sheet: "",
                        columns: &columns,
                        labels: None,
                        tags: None,
                        rows: &first,
                    };
                    let mut mapping = guess(ObjectKind::Strike, "thor", &sample, &lists).mapping;
                    mapping.country = Some(CountryExtent {
                        name: "Viet Nam, Laos and Cambodia".to_owned(),
                        west: 100.0,
                        south: 8.0,
                        east: 110.0,
                        north: 23.5,
                    });
                    let surroundings = Surroundings {
                        file: "strikes.csv",
                        file_hash: "00",
                        today: date(2024, 6, 30),
                        lists: &lists,
                        known: &NothingKnown,
                        gazetteer: &NoGazetteer,
                        contested: &contested,
                    };
                    intake.insert(Intake::new(&mapping, &columns, surroundings)?)
                }
            };
            if let Some(taken) = intake.row(&row).taken() {
                fields += taken.object.fields.len();
            }
        }
        spent += begun.elapsed();
    }
    let Some(intake) = intake else { return Ok(()) };
    let begun = Instant::now();
    let report = intake.finish();
    spent += begun.elapsed();
    println!(
        "{} rows with {fields} fields in {:.2} s: {:.0} rows a second; the end took {:.2} s",
        report.read,
        spent.as_secs_f64(),
        report.read as f64 / spent.as_secs_f64(),
        begun.elapsed().as_secs_f64(),
    );
    println!("{}", report.markdown());
    Ok(())
}
