//! How often what happens in a table of air missions, as measured in a real one.
//!
//! Belongs here: numbers counted in 2 522 rows of the public THOR table of missions over South-East Asia
//! (United States Department of Defense, 2016; random sample, SOURCERECORD by SOURCERECORD, because
//! each of the four sources leaves other things out).
//! Does not belong here: any text of those rows; words are invented in `words`.

/// How a position is written in one row, and whether the table also holds it in degrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// Degrees, minutes, seconds without separators.
    Seconds,
    /// Declared as degrees, minutes, seconds; really two minutes-only latitudes around a longitude.
    SecondsButTwoMinutes,
    /// Declared as degrees, minutes, seconds; really a grid reference without its zone, and no degrees.
    SecondsButGrid,
    /// Degrees and minutes.
    Minutes,
    /// Degrees with three decimals, the point left out.
    Thousandths,
    /// Degrees with four decimals, the point left out.
    TenThousandths,
    /// Military grid with four, three or two digits an axis.
    Grid(i32),
    /// Zeroes for a place that was not known, and no degrees.
    Zeroes,
    /// Nothing.
    Nothing,
}

/// What one source of the table leaves out. Shares are of the source's rows unless said otherwise.
pub(crate) struct Source {
    pub(crate) name: &'static str,
    /// Rows in the sample.
    pub(crate) rows: u32,
    /// Rows in the sample by how the position is written.
    pub(crate) positions: &'static [(Written, u32)],
    /// Rows in the sample by year.
    pub(crate) years: &'static [(i16, u32)],
    pub(crate) date_without_hyphens: f64,
    pub(crate) no_weapon: f64,
    /// None delivered, of the rows that name a weapon; of those that do not.
    pub(crate) none_delivered: (f64, f64),
    pub(crate) no_target_type: f64,
    pub(crate) no_call_sign: f64,
    pub(crate) no_operation: f64,
    pub(crate) no_cloud_cover: f64,
    pub(crate) no_control: f64,
    pub(crate) no_weather: f64,
    pub(crate) no_result: f64,
    pub(crate) no_period_of_day: f64,
    pub(crate) no_function: f64,
    /// No country, of the rows with a position; of those without.
    pub(crate) no_country: (f64, f64),
    /// No grid square, of the rows with a position; without a position there never is one.
    pub(crate) no_square: f64,
    /// No time, of the rows without a position.
    pub(crate) no_time: f64,
    pub(crate) time_zero: f64,
    pub(crate) hours_zero: f64,
    /// The source never says how many were jettisoned or returned: -1 in every row.
    pub(crate) jettisoned_unknown: bool,
    pub(crate) none_returned: f64,
    /// The source never says what was loaded: -1 in every row; otherwise 0 in this share.
    pub(crate) loaded_zero: Option<f64>,
    pub(crate) not_armed: f64,
    /// Whether remarks are of the long kind (112 and 82 characters on average) or the short (30).
    pub(crate) long_remarks: bool,
}

/// The four sources. Together 18 % of rows have no degrees, 49 % no weapon, 1 % a date without hyphens.
pub(crate) const SOURCES: [Source; 4] = [
    Source {
        name: "CACTA6669",
        rows: 1383,
        positions: &[
            (Written::Seconds, 292),
            (Written::SecondsButTwoMinutes, 24),
            (Written::SecondsButGrid, 17),
            (Written::Minutes, 31),
            (Written::Thousandths, 310),
            (Written::Grid(4), 323),
            (Written::Grid(3), 292),
            (Written::Grid(2), 24),
            (Written::Nothing, 71),
        ],
        years: &[(1966, 229), (1967, 336), (1968, 474), (1969, 344)],
        date_without_hyphens: 0.0,
        no_weapon: 0.348,
        none_delivered: (0.255, 0.99),
        no_target_type: 0.038,
        no_call_sign: 1.0,
        no_operation: 0.015,
        no_cloud_cover: 0.192,
        no_control: 0.046,
        no_weather: 0.227,
        no_result: 1.0,
        no_period_of_day: 0.001,
        no_function: 0.001,
        no_country: (0.0, 0.58),
        no_square: 0.012,
        no_time: 0.0,
        time_zero: 0.103,
        hours_zero: 0.211,
        jettisoned_unknown: false,
        none_returned: 0.685,
        loaded_zero: None,
        not_armed: 0.227,
        long_remarks: true,
    },
    Source {
        name: "SEADAB",
        rows: 821,
        positions: &[(Written::Seconds, 495), (Written::Nothing, 326)],
        years: &[(1970, 232), (1971, 190), (1972, 300), (1973, 81), (1974, 13), (1975, 5)],
        date_without_hyphens: 0.0,
        no_weapon: 0.776,
        none_delivered: (0.0, 0.6),
        no_target_type: 0.85,
        no_call_sign: 0.158,
        no_operation: 1.0,
        no_cloud_cover: 1.0,
        no_control: 1.0,
        no_weather: 1.0,
        no_result: 0.827,
        no_period_of_day: 0.055,
        no_function: 0.055,
        no_country: (0.04, 0.06),
        no_square: 0.006,
        no_time: 0.0,
        time_zero: 0.055,
        hours_zero: 0.083,
        jettisoned_unknown: true,
        none_returned: 0.0,
        loaded_zero: Some(0.514),
        not_armed: 0.37,
        long_remarks: false,
    },
    Source {
        name: "CACTA6570",
        rows: 254,
        positions: &[
            (Written::Seconds, 27),
            (Written::Minutes, 4),
            (Written::Thousandths, 53),
            (Written::Grid(4), 81),
            (Written::Grid(3), 52),
            (Written::Grid(2), 3),
            (Written::Nothing, 34),
        ],
        years: &[(1965, 50), (1970, 204)],
        date_without_hyphens: 0.098,
        no_weapon: 0.398,
        none_delivered: (0.131, 0.87),
        no_target_type: 0.114,
        no_call_sign: 1.0,
        no_operation: 0.016,
        no_cloud_cover: 0.157,
        no_control: 0.189,
        no_weather: 0.398,
        no_result: 1.0,
        no_period_of_day: 0.035,
        no_function: 0.0,
        no_country: (0.0, 0.73),
        no_square: 0.0,
        no_time: 0.0,
        time_zero: 0.213,
        hours_zero: 0.161,
        jettisoned_unknown: false,
        none_returned: 0.835,
        loaded_zero: None,
        not_armed: 0.283,
        long_remarks: true,
    },
    Source {
        name: "SACCOACT",
        rows: 64,
        positions: &[(Written::TenThousandths, 50), (Written::Zeroes, 14)],
        years: &[
            (1966, 2),
            (1967, 4),
            (1968, 9),
            (1969, 11),
            (1970, 9),
            (1971, 8),
            (1972, 17),
            (1973, 4),
        ],
        date_without_hyphens: 0.0,
        no_weapon: 0.219,
        none_delivered: (0.0, 1.0),
        no_target_type: 0.859,
        no_call_sign: 1.0,
        no_operation: 0.0,
        no_cloud_cover: 1.0,
        no_control: 1.0,
        no_weather: 1.0,
        no_result: 1.0,
        no_period_of_day: 1.0,
        no_function: 0.0,
        no_country: (0.0, 1.0),
        no_square: 0.0,
        no_time: 1.0,
        time_zero: 0.0,
        hours_zero: 0.172,
        jettisoned_unknown: true,
        none_returned: 0.0,
        loaded_zero: None,
        not_armed: 0.219,
        long_remarks: false,
    },
];

/// Weapons delivered, where any were, with the rows of the sample; the last entry stands for one hundred
/// and more (up to 2 118 were written), the one before for any other number below it.
pub(crate) const DELIVERED: &[(u32, u32)] = &[
    (4, 242),
    (8, 145),
    (2, 131),
    (12, 126),
    (6, 105),
    (1, 52),
    (10, 48),
    (16, 44),
    (24, 36),
    (3, 35),
    (5, 27),
    (ANY_OTHER, 249),
    (A_HUNDRED_AND_MORE, 70),
];
/// Stands in `DELIVERED` for a number from 7 to 99.
pub(crate) const ANY_OTHER: u32 = 0;
/// Stands in `DELIVERED` for a number from 100 to 2 118.
pub(crate) const A_HUNDRED_AND_MORE: u32 = 100;

/// Aircraft in the mission, with the rows of the sample.
pub(crate) const AIRCRAFT: &[(u32, u32)] =
    &[(2, 1232), (1, 826), (3, 243), (4, 138), (6, 21), (5, 13), (0, 7), (12, 6), (8, 5), (16, 31)];

/// Of rows that name a weapon, those that name a cluster weapon: 96 of 1 289.
pub(crate) const CLUSTER_WEAPON: f64 = 0.0745;
/// Of rows that name a weapon, those without its weight: 58 of 1 289.
pub(crate) const NO_WEIGHT: f64 = 0.045;
/// Rows that repeat another one under new numbers: 1 of 2 522.
pub(crate) const REPORTED_AGAIN: f64 = 0.0004;
/// How the number of the mission's function is written, with the rows of the sample: 1.0, 01, 1.
pub(crate) const FUNCTION_STYLES: &[(u32, u32)] = &[(0, 1861), (1, 480), (2, 133)];
/// Countries flown over, with the rows of the sample.
pub(crate) const COUNTRIES: &[(u32, u32)] = &[(0, 1015), (1, 782), (2, 459), (3, 106), (4, 31)];
/// Degrees that hold every position of the sample: south, north, west, east.
pub(crate) const EXTENT: [f64; 4] = [8.96, 22.04, 102.17, 109.63];
/// How far a grid reference, read as WGS 84, lies from the degrees beside it, because those were shifted
/// from an older datum: 300 to 443 m in the sample. Degrees of latitude and longitude.
pub(crate) const SHIFT: (f64, f64) = (0.000_95, 0.003_2);
/// The year and source whose grid references of four digits an axis were not shifted.
pub(crate) const NOT_SHIFTED: (i16, &str) = (1970, "CACTA6570");
