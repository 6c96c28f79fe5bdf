//! Coordinate texts as the field writes them: each is read, or refused with what to do.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use remnant_ground::coordinate::{
    Axis, AxisOrder, CoordinateFault, CoordinateFormat, CoordinateReading, CoordinateWarning,
    Datum, EnteredPosition, EnteredText, Half, LetterO, Position, RunTogether, UncertaintyBasis,
    UtmLetter, UtmZone,
};

use CoordinateFormat::{DecimalDegrees, DegreesDecimalMinutes, DegreesMinutesSeconds, Mgrs, Utm};

fn reading() -> CoordinateReading {
    CoordinateReading::default()
}

fn refused(text: &str) -> CoordinateFault {
    match reading().read(text) {
        Ok(read) => panic!("`{text}` was read as {read:?}"),
        Err(fault) => fault,
    }
}

fn near(read: &EnteredPosition, latitude: f64, longitude: f64, metres: f64) -> bool {
    read.position.distance_metres(Position::new(longitude, latitude).unwrap()) <= metres
}

/// Every text of one place, 17°34'49"N 104°09'11"E, with the precision it is written in.
#[test]
fn one_place_is_read_in_every_way_of_writing() {
    let texts = [
        (DecimalDegrees, "17.580278 104.153056"),
        (DecimalDegrees, "17.580278, 104.153056"),
        (DecimalDegrees, "17.580278; 104.153056"),
        (DecimalDegrees, "17,580278 104,153056"),
        (DecimalDegrees, "17,580278; 104,153056"),
        (DecimalDegrees, "17,580278, 104,153056"),
        (DecimalDegrees, "(17.580278, 104.153056)"),
        (DecimalDegrees, "17.580278N104.153056E"),
        (DecimalDegrees, "N17.580278 E104.153056"),
        (DecimalDegrees, "104.153056E, 17.580278N"),
        (DecimalDegrees, "+17.580278 +104.153056"),
        (DecimalDegrees, "17.580278° 104.153056°"),
        (DecimalDegrees, "Lat: 17.580278 Long: 104.153056"),
        (DecimalDegrees, "lon=104.153056, lat=17.580278"),
        (DecimalDegrees, "17.580278 104.153056 12.5 4.7"),
        (DecimalDegrees, "17.580278, 104.153056, 12.5, 4.7"),
        (DecimalDegrees, "١٧٫٥٨٠٢٧٨ ١٠٤٫١٥٣٠٥٦"),
        (DecimalDegrees, "۱۷.۵۸۰۲۷۸، ۱۰۴.۱۵۳۰۵۶"),
        (DecimalDegrees, "໑໗.໕໘໐໒໗໘ ໑໐໔.໑໕໓໐໕໖"),
        (DecimalDegrees, "17.580278 شمالاً 104.153056 شرقًا"),
        (DegreesDecimalMinutes, "17°34.8167'N 104°9.1833'E"),
        (DegreesDecimalMinutes, "17 34.8167 N 104 09.1833 E"),
        (DegreesDecimalMinutes, "17 34.8167 104 09.1833"),
        (DegreesDecimalMinutes, "17-34.8167N 104-09.1833E"),
        (DegreesDecimalMinutes, "17 34,8167N 104 09,1833E"),
        (DegreesDecimalMinutes, "1734.8167,N,10409.1833,E"),
        (DegreesMinutesSeconds, "17°34'49\"N 104°09'11\"E"),
        (DegreesMinutesSeconds, "17º34’49” N, 104º09’11” E"),
        (DegreesMinutesSeconds, "17°34′49″N 104°09′11″E"),
        (DegreesMinutesSeconds, "N 17° 34’ 49\" E 104° 9’ 11\""),
        (DegreesMinutesSeconds, "17°34'49'' N 104 09 11 E"),
        (DegreesMinutesSeconds, "17d34'49\"N 104d09'11\"E"),
        (DegreesMinutesSeconds, "17d34m49s N 104d9m11s E"),
        (DegreesMinutesSeconds, "17 deg 34 min 49 sec north 104 deg 9 min 11 sec east"),
        (DegreesMinutesSeconds, "17:34:49N 104:09:11E"),
        (DegreesMinutesSeconds, "17-34-49 104-09-11"),
        (DegreesMinutesSeconds, "17 34 49 104 09 11"),
        (DegreesMinutesSeconds, "17 34 49,0 104 09 11,0"),
        (DegreesMinutesSeconds, "173449N1040911E"),
        (DegreesMinutesSeconds, "173449N 1040911E"),
        (DegreesMinutesSeconds, " 17 ° 34 ' 49 \" N  104 ° 9 ' 11 \" E "),
        (DegreesMinutesSeconds, "17° 34' 49\" пн. ш., 104° 9' 11\" сх. д."),
        (DegreesMinutesSeconds, "17°34'49\" с.ш. 104°09'11\" в.д."),
        (Utm, "48Q 410128 1943951"),
        (Utm, "48N 410128 1943951"),
        (Utm, "410128 1943951 48N"),
        (Utm, "UTM zone 48 north 410128mE 1943951mN"),
        (Utm, "32648 410128 1943951"),
        (Utm, "EPSG:32648 410128,1943951"),
        (Utm, "E 410128 N 1943951 48 Q"),
        (Mgrs, "48QVE1012743950"),
        (Mgrs, "48Q VE 10127 43950"),
        (Mgrs, "48qve 1012 4395"),
        (Mgrs, "MGRS 48Q VE 101 439"),
    ];
    for (format, text) in texts {
        let read = match reading().read(text) {
            Ok(read) => read,
            Err(fault) => panic!("{text}: {fault}"),
        };
        assert_eq!(read.format, format, "{text}");
        assert_eq!(read.entered, EnteredText::One(text.to_owned()));
        let within = read.precision_metres + 1.0;
        assert!(near(&read, 17.580_278, 104.153_056, within), "{text}: {:?}", read.position);
    }
}

#[test]
fn the_southern_and_western_hemispheres_are_negative() {
    for text in [
        "-12.5 -70.25",
        "12.5S 70.25W",
        "S12°30' W70°15'",
        "12 30 S 70 15 W",
        "\u{2212}12.5, \u{2212}70.25",
    ] {
        let read = reading().read(text).unwrap();
        assert!(near(&read, -12.5, -70.25, 0.01), "{text}: {:?}", read.position);
    }
}

#[test]
fn zero_and_codes_for_missing_are_refused() {
    for text in [
        "0 0",
        "0.0, 0.0",
        "0,0",
        "0N 0E",
        "0°0'0\"N 0°0'0\"E",
        "000000S0000000W",
        "0 0 0 0",
        "0.0 0.0 0.0 0.0",
    ] {
        assert!(matches!(refused(text), CoordinateFault::BothZero { .. }), "{text}");
    }
    for text in ["-1 -1", "-1.0, -1.0", "999 999", "99 99", "9999 9999", "-99.0 -99.0", "17.5 999"]
    {
        assert!(matches!(refused(text), CoordinateFault::MissingCode { .. }), "{text}");
    }
    for text in ["", "   ", "\u{a0}\u{200e}"] {
        assert_eq!(refused(text), CoordinateFault::Blank);
    }
    // One of the two may well be zero or minus one.
    assert!(reading().read("0 102.5").is_ok());
    assert!(reading().read("-1.0 30.5").is_ok());
}

#[test]
fn half_a_position_is_refused_and_says_which_half() {
    for (text, missing) in [
        ("17.5N", Half::Longitude),
        ("103°15'E", Half::Latitude),
        ("17 30 N", Half::Longitude),
        ("17 30 15.5 N", Half::Longitude),
        ("17.5", Half::Other),
        ("17.5,", Half::Other),
    ] {
        match refused(text) {
            CoordinateFault::HalfAPosition { missing: found, .. } => assert_eq!(found, missing),
            fault => panic!("{text}: {fault}"),
        }
    }
    let lat_lon = reading();
    let lon_lat = CoordinateReading { axis_order: AxisOrder::LonLat, ..reading() };
    for (reading, first, second, missing) in [
        (&lat_lon, "17.5", " ", Half::Longitude),
        (&lat_lon, "", "103", Half::Latitude),
        (&lon_lat, "103", "", Half::Latitude),
        (&lon_lat, "", "17", Half::Longitude),
    ] {
        match reading.read_pair(first, second) {
            Err(CoordinateFault::HalfAPosition { missing: found, .. }) => {
                assert_eq!(found, missing)
            }
            other => panic!("{first}|{second}: {other:?}"),
        }
    }
}

#[test]
fn what_is_out_of_range_or_contradicts_itself_is_refused() {
    use CoordinateFault as F;
    assert!(matches!(refused("103.25 17.5"), F::OutOfRange { axis: Axis::Latitude, .. }));
    assert!(matches!(refused("17.5 190.25"), F::OutOfRange { axis: Axis::Longitude, .. }));
    assert!(matches!(refused("17°60'N 103°15'E"), F::SixtyOrMore { .. }));
    assert!(matches!(refused("17°30'75\"N 103°15'00\"E"), F::SixtyOrMore { .. }));
    assert!(matches!(refused("17.5°30'N 103°15'E"), F::InnerDecimals { .. }));
    assert!(matches!(refused("-17.5S 103.2E"), F::SignAndLetter { .. }));
    assert!(matches!(refused("+17.5S 103.2E"), F::SignAndLetter { .. }));
    assert!(reading().read("+17.5N +103.2E").is_ok());
    assert!(matches!(refused("17.5N 18.5N"), F::SameAxisTwice { axis: Axis::Latitude, .. }));
    assert!(matches!(refused("17.5N 103.2O"), F::LetterO { .. }));
    assert!(matches!(refused("15,58,108,15"), F::AmbiguousComma { .. }));
    assert!(matches!(refused(&"17".repeat(200)), F::TooLong { .. }));
    for text in [
        "hello",
        "17.5 hello",
        "17.5 103.2 see map",
        "171A00N 00E",
        "1612N10430E1615",
        "17.5.3 103.2",
        "17 30 5 103 2",
        "15.58-108.15",
        "17°30'-104°15'",
        "17.5N-104.2",
        "1.75E+01 1.04E+02",
        "17..5 103",
        "N N",
        "°",
        "- -",
        "1;2;3;4;5",
    ] {
        assert!(matches!(refused(text), F::NotUnderstood { .. }), "{text}: {}", refused(text));
    }
}

#[test]
fn run_together_digits_are_cut_where_the_latitude_says() {
    let pair = |latitude: &str, longitude: &str| reading().read_pair(latitude, longitude);
    let read = pair("5003N", "1031").unwrap();
    assert!(near(&read, 50.05, 10.0 + 31.0 / 60.0, 0.1));
    assert_eq!(read.format, DegreesDecimalMinutes);
    assert_eq!(
        read.warnings,
        [
            CoordinateWarning::HemisphereNotWritten(Axis::Longitude),
            CoordinateWarning::LeadingZeroDropped
        ]
    );
    assert!(near(&pair("4612N", "852W").unwrap(), 46.2, -8.0 - 52.0 / 60.0, 0.1));
    assert!(near(&pair("5230N", "00712E").unwrap(), 52.5, 7.2, 0.1));
    assert!(near(&pair("545130N", "0084106E").unwrap(), 54.858_333, 8.685, 0.1));
    // Which digit is lost, or where degrees end, nobody knows.
    for (latitude, longitude) in [
        ("560N", "1031E"),
        ("53912N", "1043E"),
        ("52N", "1035E"),
        ("4930N", "45E"),
        ("517N", "148E"),
        ("5312N", "112.5E"),
    ] {
        let fault = pair(latitude, longitude).unwrap_err();
        assert!(
            matches!(fault, CoordinateFault::RunTogetherDigits { .. }),
            "{latitude} {longitude}: {fault}"
        );
    }
    // Digits alone are anything, until the mapping says what.
    assert!(matches!(pair("5212", "2116"), Err(CoordinateFault::BareDigits { .. })));
    let told = CoordinateReading { format: Some(DegreesDecimalMinutes), ..reading() };
    assert!(near(&told.read_pair("5212", "2116").unwrap(), 52.2, 21.0 + 16.0 / 60.0, 0.1));
    let implied = CoordinateReading { run_together: RunTogether::ImpliedDecimal, ..reading() };
    let read = implied.read("17250N104625E").unwrap();
    assert!(near(&read, 17.25, 104.625, 0.01));
    assert!((read.precision_metres - 77.2).abs() < 0.5, "{}", read.precision_metres);
}

#[test]
fn order_is_as_letters_say_then_as_the_mapping_says() {
    let lon_lat = CoordinateReading { axis_order: AxisOrder::LonLat, ..reading() };
    assert!(near(&lon_lat.read_pair("103.25", "17.5").unwrap(), 17.5, 103.25, 0.01));
    assert!(near(&lon_lat.read("103.25 17.5").unwrap(), 17.5, 103.25, 0.01));
    let read = lon_lat.read("17.5N 103.25E").unwrap();
    assert!(near(&read, 17.5, 103.25, 0.01));
    assert_eq!(read.warnings, [CoordinateWarning::LettersAgainstOrder]);
    let told = CoordinateReading { format: Some(DegreesMinutesSeconds), ..reading() };
    assert!(matches!(
        told.read("17.5 103.25"),
        Err(CoordinateFault::OtherFormat { found: DecimalDegrees, .. })
    ));
}

#[test]
fn letters_that_need_telling_are_followed_when_told() {
    let west = CoordinateReading { letter_o: LetterO::West, ..reading() };
    let east = CoordinateReading { letter_o: LetterO::East, ..reading() };
    assert!(near(&west.read("14°30'N 17°15'O").unwrap(), 14.5, -17.25, 0.1));
    assert!(near(&east.read("14°30'N 17°15'O").unwrap(), 14.5, 17.25, 0.1));
    assert!(near(&reading().read("14.5 nord 17.25 ouest").unwrap(), 14.5, -17.25, 0.1));
    // North in Russian, the first letter of east in Ukrainian.
    assert!(matches!(refused("50 С 36 В"), CoordinateFault::NotUnderstood { .. }));
}

#[test]
fn a_comma_between_digits_is_decimal_where_it_can_only_be_that() {
    assert!(near(&reading().read("15,108").unwrap(), 15.0, 108.0, 0.01));
    assert!(near(&reading().read_pair("15,5", "108,25").unwrap(), 15.5, 108.25, 0.01));
    let comma = CoordinateReading { decimal_comma: Some(true), ..reading() };
    assert!(near(&comma.read("15,58,108,15").unwrap(), 15.58, 108.15, 0.01));
    assert!(matches!(comma.read("15,108"), Err(CoordinateFault::HalfAPosition { .. })));
    let no_comma = CoordinateReading { decimal_comma: Some(false), ..reading() };
    let read = no_comma.read("15,58,108,15").unwrap();
    assert!(near(&read, 15.0, 58.0, 0.01), "latitude, longitude, altitude, accuracy");
    assert_eq!(read.uncertainty_metres, Some(15.0));
}

#[test]
fn a_device_states_its_accuracy() {
    let read = reading().read("17.5432 103.2514 189.5 4.9").unwrap();
    assert_eq!(read.uncertainty_metres, Some(4.9));
    assert_eq!(read.uncertainty_basis, UncertaintyBasis::StatedAccuracy);
    let read = reading().read("17.5432 103.2514 0.0 0.0").unwrap();
    assert_eq!(read.uncertainty_basis, UncertaintyBasis::WrittenPrecision);
    assert_eq!(read.warnings, [CoordinateWarning::AccuracyNotStated]);
}

#[test]
fn a_zone_is_named_or_given_or_the_metres_are_refused() {
    use CoordinateFault as F;
    assert!(matches!(refused("433000 2100000"), F::UtmWithoutZone { .. }));
    assert!(matches!(refused("433000E 2100000N"), F::UtmWithoutZone { .. }));
    let zone_48 =
        CoordinateReading { utm_zone: Some(UtmZone::new(48, true).unwrap()), ..reading() };
    for text in [
        "433000 2100000",
        "433000E 2100000N",
        "2100000N 433000E",
        "433000,5 2100000,5",
        "48 433000 2100000",
        "48Q 433000 2100000",
    ] {
        let read = zone_48.read(text).unwrap();
        assert_eq!(read.format, Utm, "{text}");
        assert!(near(&read, 18.991_5, 104.363_4, 100.0), "{text}: {:?}", read.position);
    }
    let read = zone_48.read_pair("433000", "2100000").unwrap();
    assert!((read.precision_metres - 0.707).abs() < 0.001);
    let northing_first = CoordinateReading { axis_order: AxisOrder::LatLon, ..zone_48.clone() };
    assert_eq!(northing_first.read_pair("2100000", "433000").unwrap().position, read.position);
    assert!(matches!(northing_first.read_pair("433000", "2100000"), Err(F::UtmOutOfRange { .. })));
    assert!(matches!(refused("48 433000 2100000"), F::UtmWithoutHemisphere { .. }));
    assert!(matches!(refused("61N 433000 2100000"), F::NoSuchZone { .. }));
    assert!(matches!(
        refused("48A 433000 2100000"),
        F::NotUnderstood { .. } | F::NoSuchZone { .. }
    ));
    assert!(matches!(refused("48R 433000 2100000"), F::BandContradictsNorthing { band: 'R', .. }));
    assert!(matches!(refused("48N 43300 2100000"), F::UtmOutOfRange { .. }));
}

#[test]
fn the_letter_s_behind_a_zone_is_a_band_or_the_south_and_never_guessed() {
    // 33° north in band S, or 57° south.
    let ambiguous = "36S 740000 3700000";
    assert!(matches!(refused(ambiguous), CoordinateFault::UtmLetterS { .. }));
    let with = |utm_letter| CoordinateReading { utm_letter: Some(utm_letter), ..reading() };
    assert!(with(UtmLetter::Band).read(ambiguous).unwrap().position.latitude() > 33.0);
    assert!(with(UtmLetter::Hemisphere).read(ambiguous).unwrap().position.latitude() < -56.0);
    assert!(reading().read("36 south 740000 3700000").unwrap().position.latitude() < -56.0);
    // A northing that band S does not have can only be south.
    assert!(reading().read("36S 466000 7150000").unwrap().position.latitude() < -25.0);
}

#[test]
fn a_grid_reference_is_a_square() {
    use CoordinateFault as F;
    let read = reading().read("48Q XE 228 002").unwrap();
    let square = read.square.unwrap();
    assert_eq!(
        (square.easting, square.northing, square.side_metres),
        (622_800.0, 1_900_200.0, 100.0)
    );
    assert_eq!(read.uncertainty_basis, UncertaintyBasis::SquareHalfDiagonal);
    assert!((read.uncertainty_metres.unwrap() - 70.71).abs() < 0.01);
    assert!((reading().read("48QXE").unwrap().precision_metres - 70_710.7).abs() < 0.1);
    assert!(matches!(refused("48QXI228002"), F::MgrsLetter { letter: 'I', .. }));
    assert!(matches!(refused("48QOE228002"), F::MgrsLetter { letter: 'O', .. }));
    for text in
        ["48QXE22800", "48QXE 2280 002", "48QXE 228 02", "48QXE123456123456", "48Q XE 22 80 02 00"]
    {
        assert!(matches!(refused(text), F::MgrsDigits { .. }), "{text}: {}", refused(text));
    }
    assert!(matches!(refused("61QXE228002"), F::NoSuchZone { .. }));
    assert!(matches!(refused("48QAA228002"), F::NoSuchSquare { .. }));
    assert!(matches!(refused("XE228002"), F::MgrsWithoutZone { .. }));
    for prefix in ["48Q", "48QXE"] {
        let prefixed = CoordinateReading { mgrs_prefix: Some(prefix.to_owned()), ..reading() };
        assert_eq!(prefixed.read("XE228002").unwrap().position, read.position);
    }
    let whole = CoordinateReading {
        mgrs_prefix: Some("48QXE".to_owned()),
        format: Some(Mgrs),
        ..reading()
    };
    assert_eq!(whole.read("228 002").unwrap().position, read.position);
    assert_eq!(whole.read_pair("228", "002").unwrap().position, read.position);
    assert!(matches!(whole.read("17.5 103.2"), Err(F::OtherFormat { told: Mgrs, .. })));
}

#[test]
fn a_datum_shifts_and_adds_what_is_not_known_of_it() {
    let indian = CoordinateReading { datum: Datum::Indian1960, ..reading() };
    let read = indian.read("16.05 108.1").unwrap();
    assert!(near(&read, 16.051_694_358, 108.095_683_369, 0.01));
    assert!((read.uncertainty_metres.unwrap() - read.precision_metres - 44.0).abs() < 1e-9);
    assert!(read.warnings.is_empty());
    let read = indian.read("33.5 35.5").unwrap();
    assert_eq!(read.warnings, [CoordinateWarning::OutsideTheDatumsArea]);
    let unknown = CoordinateReading { datum: Datum::NotKnown, ..reading() };
    let read = unknown.read("16.05 108.1").unwrap();
    assert_eq!(read.uncertainty_metres, None);
    assert_eq!(read.uncertainty_basis, UncertaintyBasis::DatumShiftNotKnown);
    assert_eq!(read.warnings, [CoordinateWarning::DatumNotKnown]);
    // The same letters on Clarke's ellipsoid are a square a thousand kilometres away.
    let nahrwan = CoordinateReading { datum: Datum::Nahrwan1934, ..reading() };
    assert!(matches!(
        nahrwan.read("38SMB4459082340"),
        Err(CoordinateFault::MgrsOtherLettering { .. })
    ));
}

#[test]
fn a_mapping_file_holds_a_reading() {
    let text =
        r#"{"format":"utm","datum":"kandawala","utm_zone":[44,"north"],"axis_order":"lon_lat"}"#;
    let reading: CoordinateReading = serde_json::from_str(text).unwrap();
    assert_eq!(reading.utm_zone, Some(UtmZone::new(44, true).unwrap()));
    let again: CoordinateReading =
        serde_json::from_str(&serde_json::to_string(&reading).unwrap()).unwrap();
    assert_eq!(again, reading);
    assert_eq!(
        serde_json::from_str::<CoordinateReading>("{}").unwrap(),
        CoordinateReading::default()
    );
    assert!(serde_json::from_str::<CoordinateReading>(r#"{"formt":"utm"}"#).is_err());
}

/// What a person sees for each fault: the text, what is wrong, what to do.
#[test]
fn each_fault_says_what_was_read_and_what_to_do() {
    let texts = [
        "",
        "17.5 N",
        "hello",
        "0, 0",
        "-1 -1",
        "17.5 999",
        "103.25 17.5",
        "17.5 190.25",
        "17°75'N 104°15'E",
        "17.5°30'N 104°15'E",
        "-17.5S 104.2E",
        "17.5N 18.5N",
        "15,58,108,15",
        "560N 1031E",
        "5212 2116",
        "17.5N 104.2O",
        "410128 1943951",
        "61N 410128 1943951",
        "48 410128 1943951",
        "36S 740000 3700000",
        "48R 410128 1943951",
        "48N 41012 1943951",
        "VE101439",
        "48QVI1014",
        "48QVE101",
        "48QAA101439",
    ];
    let mut seen = String::new();
    for text in texts {
        let fault = refused(text);
        seen.push_str(&format!("{text}\n  {fault}\n  help: {}\n", fault.help()));
    }
    let told = CoordinateReading { format: Some(Utm), ..reading() };
    let fault = told.read("17.5 104.2").unwrap_err();
    seen.push_str(&format!("told UTM: 17.5 104.2\n  {fault}\n  help: {}\n", fault.help()));
    let fault = reading().read_pair("17.5", "").unwrap_err();
    seen.push_str(&format!("a blank cell\n  {fault}\n  help: {}\n", fault.help()));
    insta::assert_snapshot!(seen);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_panics(text in "\\PC{0,40}", other in "\\PC{0,20}") {
        for format in [None, Some(DecimalDegrees), Some(DegreesMinutesSeconds), Some(Utm), Some(Mgrs)] {
            let reading = CoordinateReading {
                format,
                mgrs_prefix: Some(other.clone()),
                ..CoordinateReading::default()
            };
            let _read_or_refused = (reading.read(&text), reading.read_pair(&text, &other));
        }
    }

    #[test]
    fn no_text_of_the_characters_of_coordinates_panics(
        text in "[0-9NSEWnsewOCQXd°'\"’,.;: -]{0,30}",
        other in "[0-9NSEW°'\"., -]{0,12}",
    ) {
        let zone = UtmZone::new(48, true).ok();
        for datum in [Datum::Wgs84, Datum::Indian1960] {
            let reading = CoordinateReading { datum, utm_zone: zone, ..CoordinateReading::default() };
            for read in [reading.read(&text), reading.read_pair(&text, &other)].into_iter().flatten() {
                prop_assert!(read.position.latitude().abs() <= 90.0);
                prop_assert!(read.precision_metres.is_finite());
            }
        }
    }

    /// Kept to the last bit, because JSON readers of the same file keep them so.
    #[test]
    fn decimal_degrees_are_read_as_the_nearest_number(
        latitude in -8_999_999i64..=8_999_999,
        longitude in -17_999_999i64..=17_999_999,
    ) {
        prop_assume!(latitude.abs() > 200_000 && longitude != 0);
        let sign = |number: i64| if number < 0 { "-" } else { "" };
        let half = |number: i64| format!(
            "{}{}.{:05}", sign(number), number.abs() / 100_000, number.abs() % 100_000
        );
        let (latitude, longitude) = (half(latitude), half(longitude));
        let read = reading().read(&format!("{latitude} {longitude}")).unwrap();
        prop_assert_eq!(read.position.latitude(), latitude.parse::<f64>().unwrap());
        prop_assert_eq!(read.position.longitude(), longitude.parse::<f64>().unwrap());
    }
}

/// What one reading costs. Run it optimised: a debug build is some twenty times slower.
#[test]
#[ignore = "a measurement, not a claim"]
fn a_reading_takes_about_a_microsecond() {
    let reading = reading();
    for (first, second) in
        [("17.580278", "104.153056"), ("17°34'49\"N", "104°09'11\"E"), ("173449N", "1040911E")]
    {
        let both = format!("{first} {second}");
        let rounds = 200_000u32;
        let begun = std::time::Instant::now();
        for _ in 0..rounds {
            std::hint::black_box(reading.read_pair(first, second)).unwrap();
        }
        let pair = begun.elapsed() / rounds;
        let begun = std::time::Instant::now();
        for _ in 0..rounds {
            std::hint::black_box(reading.read(&both)).unwrap();
        }
        println!("{both}: {pair:?} as a pair, {:?} as one text", begun.elapsed() / rounds);
    }
}
