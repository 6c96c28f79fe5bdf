//! Invented strike rows of any number, in the shape and with the gaps and the dirt of a real table.
//!
//! ```text
//! strike_rows --rows 1000000 --seed 1 > rows.csv      48 columns, as the THOR table has them
//! strike_rows --points 1000000 --seed 1 > points.csv  longitude and latitude alone, all placed
//! strike_rows --places 100 --seed 1 > places.wkt      100 x 100 areas that cover the same extent
//! ```
//!
//! The same seed gives the same bytes. Used by `benchmarks/ground` and by tests that need many rows; no
//! row, name or weapon of it is real.

mod draw;
mod places;
mod position;
mod rates;
mod row;
mod words;

use std::io::{self, Write};

use clap::Parser;

use row::{HEADER, Rows};

/// How much is written at a time.
const BUFFER: usize = 1 << 20;

/// Writes invented strike rows to standard output.
#[derive(Parser)]
#[command(about)]
struct Arguments {
    /// How many rows of the table to write.
    #[arg(long, conflicts_with_all = ["points", "places"])]
    rows: Option<u64>,
    /// How many points to write instead: longitude and latitude with six decimals, a comma between.
    #[arg(long, conflicts_with = "places")]
    points: Option<u64>,
    /// How many areas along each side to write instead, as polygons of well-known text.
    #[arg(long)]
    places: Option<usize>,
    /// Which of the many possible files to write.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    let mut output = io::stdout().lock();
    match (arguments.rows, arguments.points, arguments.places) {
        (_, _, Some(side)) => {
            let mut buffer = Vec::new();
            places::write(side, arguments.seed, &mut buffer);
            output.write_all(&buffer)
        }
        (_, Some(points), _) => {
            let mut rows = Rows::new(arguments.seed);
            in_pieces(&mut output, points, |buffer| {
                let point = rows.point();
                places::push_micro(buffer, (point.longitude * 1e6) as i64);
                buffer.push(b',');
                places::push_micro(buffer, (point.latitude * 1e6) as i64);
                buffer.push(b'\n');
            })
        }
        (rows, _, _) => {
            writeln!(output, "{HEADER}")?;
            let mut table = Rows::new(arguments.seed);
            in_pieces(&mut output, rows.unwrap_or(1000), |buffer| table.row(buffer))
        }
    }
}

/// Calls `append` `count` times and writes what it appended, a buffer at a time.
fn in_pieces(
    output: &mut impl Write,
    count: u64,
    mut append: impl FnMut(&mut Vec<u8>),
) -> io::Result<()> {
    let mut buffer = Vec::with_capacity(BUFFER + 4096);
    for _ in 0..count {
        append(&mut buffer);
        if buffer.len() >= BUFFER {
            output.write_all(&buffer)?;
            buffer.clear();
        }
    }
    output.write_all(&buffer)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::collections::HashSet;

    use sha2::{Digest, Sha256};

    use super::*;

    fn written(rows: usize, seed: u64) -> String {
        let mut table = Rows::new(seed);
        let mut bytes = Vec::new();
        for _ in 0..rows {
            table.row(&mut bytes);
        }
        String::from_utf8(bytes).unwrap()
    }

    /// The cells of 20 000 rows, with their column's place by name.
    fn cells(text: &str) -> Vec<Vec<&str>> {
        text.lines().map(|line| line.split(',').collect()).collect()
    }

    fn column(name: &str) -> usize {
        HEADER.split(',').position(|column| column == name).unwrap()
    }

    fn share(rows: &[Vec<&str>], holds: impl Fn(&[&str]) -> bool) -> f64 {
        rows.iter().filter(|row| holds(row)).count() as f64 / rows.len() as f64
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
        let first = written(2000, 7);
        assert_eq!(first, written(2000, 7));
        assert_ne!(first, written(2000, 8));
        let hash: String =
            Sha256::digest(first.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hash, "106e850d15e0f62472444804971075cb43a11dd721de8181081cd03b715bd970");
    }

    #[test]
    fn every_row_has_48_columns_and_its_own_numbers() {
        let text = written(20_000, 1);
        let rows = cells(&text);
        assert_eq!(HEADER.split(',').count(), 48);
        assert!(rows.iter().all(|row| row.len() == 48));
        for name in ["THOR_DATA_VIET_ID", "SOURCEID", "ID"] {
            let place = column(name);
            let distinct: HashSet<&str> = rows.iter().map(|row| row[place]).collect();
            assert_eq!(distinct.len(), rows.len(), "{name}");
        }
    }

    /// Each share of the real sample (2 522 rows) comes out within one and a half hundredths.
    #[test]
    fn gaps_and_dirt_come_as_often_as_in_the_real_table() {
        let text = written(20_000, 1);
        let rows = cells(&text);
        let empty_as_measured = [
            ("TGTLATDD_DDD_WGS84", 0.183),
            ("TGTLONDDD_DDD_WGS84", 0.183),
            ("TGTTYPE", 0.331),
            ("TIMEONTARGET", 0.006),
            ("WEAPONTYPE", 0.489),
            ("WEAPONTYPECLASS", 1.0),
            ("CALLSIGN", 0.726),
            ("MFUNC", 0.018),
            ("OPERATIONSUPPORTED", 0.335),
            ("PERIODOFDAY", 0.048),
            ("TGTCLOUDCOVER", 0.472),
            ("TGTCONTROL", 0.395),
            ("TGTCOUNTRY", 0.051),
            ("TGTORIGCOORDS", 0.171),
            ("TGTORIGCOORDSFORMAT", 0.176),
            ("TGTWEATHER", 0.516),
            ("GEOZONE", 0.190),
            ("RESULTSBDA", 0.944),
        ];
        for (name, measured) in empty_as_measured {
            let place = column(name);
            let found = share(&rows, |row| row[place].is_empty());
            assert!((found - measured).abs() < 0.015, "{name} is empty in {found}, not {measured}");
        }
        let values_as_measured = [
            ("NUMWEAPONSDELIVERED", "0", 0.481),
            ("NUMWEAPONSJETTISONED", "-1", 0.351),
            ("NUMWEAPONSRETURNED", "-1", 0.351),
            ("WEAPONSLOADEDWEIGHT", "-1", 0.675),
            ("WEAPONSLOADEDWEIGHT", "0", 0.167),
            ("WEAPONTYPEWEIGHT", "0", 0.512),
            ("FLTHOURS", "0", 0.163),
            ("TIMEONTARGET", "0.0", 0.096),
            ("SOURCERECORD", "SEADAB", 0.326),
            ("TGTORIGCOORDSFORMAT", "DDMMSSN DDDMMSSE", 0.339),
            ("TGTORIGCOORDSFORMAT", "##ABC11112222", 0.160),
            ("TGTORIGCOORDSFORMAT", "DD.DDDN DDD.DDDE", 0.144),
            ("TGTORIGCOORDSFORMAT", "##ABC111222", 0.136),
            ("TGTORIGCOORDSFORMAT", "DD.DDDDN DDD.DDDDE", 0.020),
            ("TGTORIGCOORDSFORMAT", "DDMMN DDDMME", 0.014),
            ("TGTORIGCOORDSFORMAT", "##ABC1122", 0.011),
            ("MFUNC_DESC_CLASS", "NONKINETIC", 0.279),
        ];
        for (name, value, measured) in values_as_measured {
            let place = column(name);
            let found = share(&rows, |row| row[place] == value);
            assert!(
                (found - measured).abs() < 0.015,
                "{name} is {value} in {found}, not {measured}"
            );
        }
        let date = column("MSNDATE");
        let without_hyphens = share(&rows, |row| !row[date].contains('-'));
        assert!((without_hyphens - 0.0099).abs() < 0.003, "{without_hyphens}");
        let bytes = text.len() as f64 / rows.len() as f64;
        assert!((bytes - 366.0).abs() < 40.0, "a row has {bytes} bytes, not 366");
    }

    #[test]
    fn a_weapon_has_another_name_from_1970_on() {
        let text = written(20_000, 1);
        let rows = cells(&text);
        let [date, weapon] = ["MSNDATE", "WEAPONTYPE"].map(column);
        let named = |early: bool| -> HashSet<&str> {
            let of_time =
                |row: &&Vec<&str>| (row[date] < "1970") == early && !row[weapon].is_empty();
            rows.iter().filter(of_time).map(|row| row[weapon]).collect()
        };
        assert!(named(true).is_disjoint(&named(false)));
        assert!(named(true).len() > 40 && named(false).len() > 40);
    }

    /// Neighbours share their edges: what one ring has going forth the next has going back.
    #[test]
    fn areas_cover_the_extent_once() {
        let mut bytes = Vec::new();
        places::write(5, 3, &mut bytes);
        let text = String::from_utf8(bytes).unwrap();
        let mut area = 0.0;
        for line in text.lines() {
            let inner = line.trim_start_matches("POLYGON ((").trim_end_matches("))");
            let ring: Vec<[f64; 2]> = inner
                .split(',')
                .map(|point| {
                    let (longitude, latitude) = point.split_once(' ').unwrap();
                    [longitude.parse().unwrap(), latitude.parse().unwrap()]
                })
                .collect();
            assert_eq!(ring.len(), 65);
            assert_eq!(ring.first(), ring.last());
            let twice: f64 =
                ring.windows(2).map(|pair| pair[0][0] * pair[1][1] - pair[1][0] * pair[0][1]).sum();
            assert!(twice > 0.0, "{line}");
            area += twice / 2.0;
        }
        let [south, north, west, east] = rates::EXTENT;
        let whole = (north - south) * (east - west);
        assert!((area - whole).abs() < 1e-4, "{area} is not {whole}");
    }
}
