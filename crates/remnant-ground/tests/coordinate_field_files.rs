//! Coordinates of real files: each is read, or refused for a reason that is counted. The files are
//! not part of the tree: `REMNANT_TEST_DATA`, or `../shared/data` beside the workspace.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use remnant_ground::coordinate::{
    CoordinateFault, CoordinateFormat, CoordinateReading, Datum, Position, RepairKind, RunTogether,
    explaining_datum, suspect, systematic_shift,
};

/// The rows of a file, each by column name; empty when the file is not there.
fn rows(name: &str, delimiter: u8) -> Vec<BTreeMap<String, String>> {
    let root = std::env::var_os("REMNANT_TEST_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = root.join(name);
    let Ok(bytes) = std::fs::read(&path) else {
        eprintln!("skipped: {} is not there", path.display());
        return Vec::new();
    };
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(bytes.as_slice());
    reader.deserialize().collect::<Result<_, _>>().unwrap()
}

/// The name of a fault's variant.
fn name(fault: &CoordinateFault) -> String {
    format!("{fault:?}").split([' ', '(', '{']).next().unwrap_or_default().to_owned()
}

type Counts = BTreeMap<String, usize>;

fn count(counts: &mut Counts, key: impl Into<String>) {
    *counts.entry(key.into()).or_default() += 1;
}

fn counts_of(expected: &[(&str, usize)]) -> Counts {
    expected.iter().map(|(key, count)| ((*key).to_owned(), *count)).collect()
}

fn published(row: &BTreeMap<String, String>) -> Option<Position> {
    let longitude = row["TGTLONDDD_DDD_WGS84"].parse().ok()?;
    Position::new(longitude, row["TGTLATDD_DDD_WGS84"].parse().ok()?).ok()
}

/// How the file says that a row's coordinate is written.
fn declared(format: &str) -> CoordinateReading {
    let reading = CoordinateReading::default();
    match format {
        "DDMMSSN DDDMMSSE" => {
            CoordinateReading { format: Some(CoordinateFormat::DegreesMinutesSeconds), ..reading }
        }
        "DDMMN DDDME" | "DDMMN DDDMME" => {
            CoordinateReading { format: Some(CoordinateFormat::DegreesDecimalMinutes), ..reading }
        }
        "DD.DDDN DDD.DDDE" | "DD.DDDDN DDD.DDDDE" => CoordinateReading {
            run_together: RunTogether::ImpliedDecimal,
            format: Some(CoordinateFormat::DecimalDegrees),
            ..reading
        },
        "##ABC1122" | "##ABC111222" | "##ABC11112222" => {
            CoordinateReading { format: Some(CoordinateFormat::Mgrs), ..reading }
        }
        _ => reading,
    }
}

fn thor() -> Vec<BTreeMap<String, String>> {
    let mut rows_of_both = rows("thor-vietnam/thor_us_missions_a.csv", b',');
    rows_of_both.extend(rows("thor-vietnam/thor_rvn_missions.csv", b','));
    rows_of_both
}

/// Original coordinates in seven declared formats, beside the publisher's conversion to WGS 84.
///
/// Degrees agree to the sixth decimal. Rows that declare degrees, minutes and seconds and hold
/// something else (a position and half of another, grid references without zone) are refused; none
/// is read by its beginning.
#[test]
fn thor_degrees_agree_with_the_published_positions_and_wrong_formats_are_refused() {
    let rows = thor();
    let (mut read_counts, mut fault_counts) = (Counts::new(), Counts::new());
    let mut worst: f64 = 0.0;
    for row in rows.iter().filter(|row| !row["TGTORIGCOORDS"].trim().is_empty()) {
        let format = row["TGTORIGCOORDSFORMAT"].as_str();
        let text = row["TGTORIGCOORDS"].as_str();
        match declared(format).read(text) {
            Ok(read) => {
                count(&mut read_counts, format);
                if let Some(given) = published(row)
                    && read.format != CoordinateFormat::Mgrs
                {
                    worst = worst.max(read.position.distance_metres(given));
                }
            }
            Err(fault) => {
                assert!(fault.help().len() > 20);
                count(&mut fault_counts, format!("{format}: {}", name(&fault)));
            }
        }
    }
    println!("read {read_counts:#?}\nrefused {fault_counts:#?}\nworst of degrees {worst} m");
    if rows.is_empty() {
        return;
    }
    // The published degrees have six decimals, cut off: 0.16 m at most.
    assert!(worst < 0.16, "{worst} m");
    assert_eq!(
        read_counts,
        counts_of(&[
            ("##ABC1122", 28),
            ("##ABC111222", 909),
            ("##ABC11112222", 845),
            ("DD.DDDDN DDD.DDDDE", 50),
            ("DD.DDDN DDD.DDDE", 367),
            ("DDMMN DDDMME", 35),
            ("DDMMSSN DDDMMSSE", 2018),
        ])
    );
    assert_eq!(
        fault_counts,
        counts_of(&[
            (": BothZero", 14),
            (": MgrsDigits", 4),
            (": MgrsWithoutZone", 1),
            ("DDMMN DDDMME: MgrsWithoutZone", 2),
            ("DDMMSSN DDDMMSSE: NotUnderstood", 53),
        ])
    );
}

/// The publisher shifted most grid references from a datum that the file does not name, and left
/// some unshifted, so that the file disagrees with itself. Both are found: the unshifted lie within
/// half the diagonal of their square, the others share one shift of some 360 m to the west. No
/// datum of the table takes it away, so none is claimed.
///
/// Squares of 1 km are left out: their half diagonal is more than the shift.
#[test]
fn thor_grid_references_were_shifted_from_a_local_datum_and_some_were_not() {
    let rows = thor();
    let wgs84 = CoordinateReading { format: Some(CoordinateFormat::Mgrs), ..Default::default() };
    let (mut as_they_are, mut shifted) = (0, Vec::new());
    for row in &rows {
        let Some(given) = published(row) else { continue };
        let text = row["TGTORIGCOORDS"].as_str();
        let Ok(read) = wgs84.read(text) else { continue };
        if read.precision_metres > 100.0 {
            continue;
        }
        if read.position.distance_metres(given) <= read.precision_metres + 1.0 {
            as_they_are += 1;
        } else {
            shifted.push((text, given, read.position));
        }
    }
    println!("{as_they_are} as they are, {} shifted", shifted.len());
    if rows.is_empty() {
        return;
    }
    assert_eq!((as_they_are, shifted.len()), (156, 1598));
    let pairs: Vec<_> = shifted.iter().map(|(_, given, read)| (*read, *given)).collect();
    let shift = systematic_shift(&pairs).unwrap();
    println!("{shift:?}: {:.0} m", shift.metres());
    assert!(shift.is_systematic());
    assert!((300.0..443.0).contains(&shift.metres()));
    assert!(shift.east_metres < -300.0 && shift.north_metres > 0.0);
    let sample: Vec<_> =
        shifted.iter().step_by(10).map(|(text, given, _)| (*text, *given)).collect();
    let explained = explaining_datum(&sample, &wgs84);
    for (datum, rest) in explained.iter().take(3) {
        println!("{datum:?} leaves {:.0} m", rest.metres());
    }
    assert!(explained.iter().all(|(_, rest)| rest.is_systematic() && rest.metres() > 100.0));
}

/// Degrees and minutes run together in two columns, read by machine from photographs.
///
/// Read are only rows that can mean one place. Refused are lost digits (`560N`: which one?), lost
/// letters on both sides, minutes over 59 and letters that were misread.
#[test]
fn ussbs_positions_are_read_or_refused() {
    let rows = rows("ussbs-raids-europe/ussbs_raids_a.csv", b',');
    let reading = CoordinateReading::default();
    let in_europe = |position: Position| {
        (34.0..72.0).contains(&position.latitude()) && (-12.0..45.0).contains(&position.longitude())
    };
    let mut counts = Counts::new();
    for row in &rows {
        match reading.read_pair(&row["latitude"], &row["longitude"]) {
            Ok(read) => {
                count(&mut counts, format!("{:?}", read.format));
                for warning in &read.warnings {
                    count(&mut counts, format!("{warning:?}"));
                }
                // Latitude and longitude exchanged, or a misread digit: a person must look.
                if let Some(suspicion) = suspect(read.position, read.format, in_europe) {
                    count(&mut counts, format!("suspected, {} repairs", suspicion.repairs.len()));
                    assert!(suspicion.repairs.iter().all(|it| it.kind == RepairKind::Exchanged));
                }
            }
            Err(fault) => count(&mut counts, name(&fault)),
        }
    }
    println!("{} rows: {counts:#?}", rows.len());
    if rows.is_empty() {
        return;
    }
    assert_eq!(rows.len(), 17_000);
    assert_eq!(
        counts,
        counts_of(&[
            ("BareDigits", 165),
            ("Blank", 5464),
            ("DegreesDecimalMinutes", 8931),
            ("HalfAPosition", 630),
            ("HemisphereNotWritten(Longitude)", 43),
            ("LeadingZeroDropped", 8800),
            ("NotUnderstood", 15),
            ("OutOfRange", 48),
            ("RunTogetherDigits", 1532),
            ("SixtyOrMore", 215),
            ("suspected, 0 repairs", 147),
            ("suspected, 1 repairs", 6),
        ])
    );
}

/// Typographic marks and doubled quotes. One row has 98 seconds and is refused; one lies two
/// hundred kilometres east of its region and is suspected.
#[test]
fn the_ukrainian_register_is_read_but_for_one_row_of_98_seconds() {
    let reading = CoordinateReading {
        format: Some(CoordinateFormat::DegreesMinutesSeconds),
        ..Default::default()
    };
    // Kharkiv, Zaporizhzhia and Kherson regions together.
    let near_by = |position: Position| {
        (45.0..51.0).contains(&position.latitude()) && (31.4..39.0).contains(&position.longitude())
    };
    for (file, expected) in [
        ("fiz-geo-kharkivska.csv", (1786, 1, 1)),
        ("fiz-geo-zaporizska.csv", (768, 0, 0)),
        ("fiz-geo-khersonska.csv", (950, 0, 0)),
    ] {
        let rows = rows(&format!("gazetteer/ukraine-state-register/{file}"), b';');
        let (mut read_count, mut refused, mut suspected) = (0, 0, 0);
        for row in &rows {
            match reading.read_pair(&row["Широта"], &row["Довгота"]) {
                Ok(read) => {
                    read_count += 1;
                    if suspect(read.position, read.format, near_by).is_some() {
                        suspected += 1;
                    }
                }
                Err(fault) => {
                    refused += 1;
                    assert_eq!(name(&fault), "SixtyOrMore", "{fault}");
                }
            }
        }
        println!("{file}: {read_count} read, {refused} refused, {suspected} suspected");
        if !rows.is_empty() {
            assert_eq!((read_count, refused, suspected), expected, "{file}");
        }
    }
}

#[test]
fn no_datum_is_claimed_where_rows_agree_already() {
    let place = Position::new(105.0, 16.0).unwrap();
    let rows = vec![("16.0 105.0", place); 6];
    let found = explaining_datum(&rows, &CoordinateReading::default());
    assert_eq!(found[0].0, Datum::Wgs84);
    assert!(!found[0].1.is_systematic());
}
