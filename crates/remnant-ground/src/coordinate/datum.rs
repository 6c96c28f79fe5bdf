//! The datum a coordinate was written in, and its way to WGS 84.
//!
//! Belongs here: the local datums met in the field whose shift has a source, with stated accuracy
//! and area. Does not belong here: reading text, map projections other than UTM.

use proj4rs::Proj;
use proj4rs::transform::transform;
use serde::{Deserialize, Serialize};

use super::grid::UtmZone;
use super::{CoordinateFault, Position};

/// The datum in which a coordinate was written.
///
/// Ellipsoids, shifts, accuracies and areas are those of the EPSG registry as PROJ 9.1 carries it;
/// [`source`](Self::source) names the operation. A datum that is not in the table is
/// [`NotKnown`](Self::NotKnown): no shift is made up for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Datum {
    /// WGS 84.
    #[default]
    Wgs84,
    /// Not stated, or stated and without a shift that has a source: read as WGS 84, with the
    /// uncertainty said.
    NotKnown,
    /// Indian 1954, Myanmar and Thailand; the shift is Thailand's.
    Indian1954,
    /// Indian 1960, Cambodia and Viet Nam; the shift is that of the middle of Viet Nam.
    Indian1960,
    /// Indian 1975, Thailand.
    Indian1975,
    /// Hanoi 1972, Viet Nam.
    Hanoi1972,
    /// VN-2000, Viet Nam.
    Vn2000,
    /// Lao National Datum 1997.
    Lao1997,
    /// North American Datum 1927, with the mean shift of the conterminous United States.
    Nad27,
    /// European Datum 1950, with the mean shift of western Europe.
    Ed50,
    /// European Datum 1950, with the shift for Iraq, Jordan, Lebanon, Syria and their neighbours.
    Ed50MiddleEast,
    /// Pulkovo 1942 (SK-42), the former Soviet Union.
    Pulkovo1942,
    /// UCS-2000, Ukraine.
    Ucs2000,
    /// Kandawala, Sri Lanka.
    Kandawala,
    /// Sri Lanka Datum 1999.
    Sld99,
    /// Nahrwan 1934, Iraq.
    Nahrwan1934,
    /// Karbala 1979, Iraq.
    Karbala1979,
    /// Deir ez Zor, Lebanon and Syria; the shift is Syria's.
    DeirEzZor,
    /// Herat North, Afghanistan.
    HeratNorth,
    /// Adindan, with the shift for Sudan and South Sudan.
    Adindan,
    /// MGI 1901, the former Yugoslavia.
    Mgi1901,
    /// Palestine 1923, Israel and Palestine.
    Palestine1923,
}

/// One row of the table: everything that is known of a datum.
struct DatumFacts {
    datum: Datum,
    name: &'static str,
    /// EPSG code of its longitudes and latitudes.
    epsg: u16,
    /// Ellipsoid and shift as PROJ writes them. The rotations are of the position vector kind.
    projection: &'static str,
    /// Metres, as the registry states it; `None` where the registry says that it is not known.
    accuracy_metres: Option<f64>,
    /// Whether grid squares are lettered as on WGS 84. On the ellipsoids of Bessel and Clarke the
    /// rows were lettered ten letters on, so that the same letters are a place 1000 km away.
    lettered_as_wgs84: bool,
    /// West, south, east, north: where the shift holds, in degrees.
    area: [f64; 4],
    source: &'static str,
}

const FACTS: &[DatumFacts] = &[
    DatumFacts {
        datum: Datum::Wgs84,
        name: "WGS 84",
        epsg: 4326,
        projection: "+datum=WGS84",
        accuracy_metres: Some(0.0),
        lettered_as_wgs84: true,
        area: [-180.0, -90.0, 180.0, 90.0],
        source: "the datum of satellite positioning itself",
    },
    DatumFacts {
        datum: Datum::Indian1954,
        name: "Indian 1954",
        epsg: 4239,
        projection: "+ellps=evrst30 +towgs84=217,823,299",
        accuracy_metres: Some(21.0),
        lettered_as_wgs84: true,
        area: [97.34, 5.63, 105.64, 20.46],
        source: "EPSG:1153, Thailand",
    },
    DatumFacts {
        datum: Datum::Indian1960,
        name: "Indian 1960",
        epsg: 4131,
        projection: "+ellps=evrst30 +towgs84=198,881,317",
        accuracy_metres: Some(44.0),
        lettered_as_wgs84: true,
        area: [105.61, 14.0, 109.36, 18.01],
        source: "EPSG:1542, Viet Nam from 14 to 18 north",
    },
    DatumFacts {
        datum: Datum::Indian1975,
        name: "Indian 1975",
        epsg: 4240,
        projection: "+ellps=evrst30 +towgs84=210,814,289",
        accuracy_metres: Some(5.0),
        lettered_as_wgs84: true,
        area: [97.34, 5.63, 105.64, 20.46],
        source: "EPSG:1304, Thailand",
    },
    DatumFacts {
        datum: Datum::Hanoi1972,
        name: "Hanoi 1972",
        epsg: 4147,
        projection: "+ellps=krass +towgs84=-17.51,-108.32,-62.39",
        accuracy_metres: Some(5.0),
        lettered_as_wgs84: true,
        area: [105.49, 9.03, 107.58, 11.04],
        source: "EPSG:1544, Vung Tau",
    },
    DatumFacts {
        datum: Datum::Vn2000,
        name: "VN-2000",
        epsg: 4756,
        projection: "+ellps=WGS84 +towgs84=-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278",
        accuracy_metres: Some(1.0),
        lettered_as_wgs84: true,
        area: [102.14, 8.33, 109.53, 23.4],
        source: "EPSG:6960, Viet Nam",
    },
    DatumFacts {
        datum: Datum::Lao1997,
        name: "Lao 1997",
        epsg: 4678,
        projection: "+ellps=krass +towgs84=44.585,-131.212,-39.544",
        accuracy_metres: Some(5.0),
        lettered_as_wgs84: true,
        area: [100.09, 13.92, 107.64, 22.5],
        source: "EPSG:1065, Laos",
    },
    DatumFacts {
        datum: Datum::Nad27,
        name: "NAD27",
        epsg: 4267,
        projection: "+ellps=clrk66 +towgs84=-8,160,176",
        accuracy_metres: Some(10.0),
        lettered_as_wgs84: false,
        area: [-124.79, 24.41, -66.91, 49.38],
        source: "EPSG:1173, mean of the conterminous United States",
    },
    DatumFacts {
        datum: Datum::Ed50,
        name: "ED50",
        epsg: 4230,
        projection: "+ellps=intl +towgs84=-87,-98,-121",
        accuracy_metres: Some(10.0),
        lettered_as_wgs84: true,
        area: [-9.56, 34.88, 31.59, 71.21],
        source: "EPSG:1133, mean of western Europe",
    },
    DatumFacts {
        datum: Datum::Ed50MiddleEast,
        name: "ED50 (Middle East)",
        epsg: 4230,
        projection: "+ellps=intl +towgs84=-103,-106,-141",
        accuracy_metres: None,
        lettered_as_wgs84: true,
        area: [34.17, 16.37, 55.67, 37.39],
        source: "EPSG:1135, Iraq, Israel, Jordan, Lebanon, Kuwait, Saudi Arabia and Syria",
    },
    DatumFacts {
        datum: Datum::Pulkovo1942,
        name: "Pulkovo 1942",
        epsg: 4284,
        projection: "+ellps=krass +towgs84=25,-141,-78.5,0,0.35,0.736,0",
        accuracy_metres: Some(4.5),
        lettered_as_wgs84: true,
        area: [19.57, 35.14, -168.97, 81.91],
        source: "EPSG:15865, former Soviet Union",
    },
    DatumFacts {
        datum: Datum::Ucs2000,
        name: "UCS-2000",
        epsg: 5561,
        projection: "+ellps=krass +towgs84=24,-121,-76",
        accuracy_metres: Some(1.0),
        lettered_as_wgs84: true,
        area: [22.15, 43.18, 40.18, 52.38],
        source: "EPSG:5840, Ukraine",
    },
    DatumFacts {
        datum: Datum::Kandawala,
        name: "Kandawala",
        epsg: 4244,
        projection: "+ellps=evrst30 +towgs84=-97,787,86",
        accuracy_metres: Some(35.0),
        lettered_as_wgs84: true,
        area: [79.64, 5.86, 81.95, 9.88],
        source: "EPSG:1157, Sri Lanka",
    },
    DatumFacts {
        datum: Datum::Sld99,
        name: "SLD99",
        epsg: 5233,
        projection: "+ellps=evrst30 +towgs84=-0.293,766.95,87.713,0.195704,1.695068,3.473016,-0.039338",
        accuracy_metres: Some(14.0),
        lettered_as_wgs84: true,
        area: [79.64, 5.86, 81.95, 9.88],
        source: "EPSG:5236, Sri Lanka",
    },
    DatumFacts {
        datum: Datum::Nahrwan1934,
        name: "Nahrwan 1934",
        epsg: 4744,
        projection: "+a=6378249.145 +rf=293.465 +towgs84=-242.2,-144.9,370.3",
        accuracy_metres: Some(30.0),
        lettered_as_wgs84: false,
        area: [38.79, 29.06, 48.61, 37.39],
        source: "EPSG:7033, Iraq",
    },
    DatumFacts {
        datum: Datum::Karbala1979,
        name: "Karbala 1979",
        epsg: 4743,
        projection: "+a=6378249.145 +rf=293.465 +towgs84=70.995,-335.916,262.898",
        accuracy_metres: Some(1.0),
        lettered_as_wgs84: false,
        area: [38.79, 29.06, 48.61, 37.39],
        source: "EPSG:5078, Iraq",
    },
    DatumFacts {
        datum: Datum::DeirEzZor,
        name: "Deir ez Zor",
        epsg: 4227,
        projection: "+ellps=clrk80ign +towgs84=-190.421,8.532,238.69",
        accuracy_metres: Some(5.0),
        lettered_as_wgs84: false,
        area: [35.61, 32.31, 42.38, 37.3],
        source: "EPSG:15742, Syria",
    },
    DatumFacts {
        datum: Datum::HeratNorth,
        name: "Herat North",
        epsg: 4255,
        projection: "+ellps=intl +towgs84=-333,-222,114",
        accuracy_metres: None,
        lettered_as_wgs84: true,
        area: [60.5, 29.4, 74.92, 38.48],
        source: "EPSG:1246, Afghanistan",
    },
    DatumFacts {
        datum: Datum::Adindan,
        name: "Adindan",
        epsg: 4201,
        projection: "+a=6378249.145 +rf=293.465 +towgs84=-161,-14,205",
        accuracy_metres: Some(7.0),
        lettered_as_wgs84: false,
        area: [21.82, 3.49, 38.66, 22.24],
        source: "EPSG:1106, Sudan and South Sudan",
    },
    DatumFacts {
        datum: Datum::Mgi1901,
        name: "MGI 1901",
        epsg: 3906,
        projection: "+ellps=bessel +towgs84=682,-203,480",
        accuracy_metres: Some(5.0),
        lettered_as_wgs84: false,
        area: [13.38, 40.85, 23.04, 46.88],
        source: "EPSG:3962, former Yugoslavia",
    },
    DatumFacts {
        datum: Datum::Palestine1923,
        name: "Palestine 1923",
        epsg: 4281,
        projection: "+a=6378300.789 +b=6356566.435 +towgs84=-275.7224,94.7824,340.8944,-8.001,-4.42,-11.821,1",
        accuracy_metres: Some(2.0),
        lettered_as_wgs84: false,
        area: [34.17, 29.45, 35.69, 33.28],
        source: "EPSG:1074, Israel and Palestine",
    },
];

impl Datum {
    /// Every datum in the table, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        FACTS.iter().map(|facts| facts.datum)
    }

    /// The datum behind an EPSG code of longitudes and latitudes, such as 4326 or 4240.
    #[must_use]
    pub fn from_epsg(code: u16) -> Option<Self> {
        FACTS.iter().find(|facts| facts.epsg == code).map(|facts| facts.datum)
    }

    fn facts(self) -> Option<&'static DatumFacts> {
        FACTS.iter().find(|facts| facts.datum == self)
    }

    /// Its name as on maps and receivers.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.facts().map_or("a datum that is not known", |facts| facts.name)
    }

    /// The EPSG code of its longitudes and latitudes.
    #[must_use]
    pub fn epsg(self) -> Option<u16> {
        self.facts().map(|facts| facts.epsg)
    }

    /// How well its way to WGS 84 is known, in metres; `None` when nobody states it.
    #[must_use]
    pub fn accuracy_metres(self) -> Option<f64> {
        self.facts().and_then(|facts| facts.accuracy_metres)
    }

    /// Where the shift comes from, and for which area it was determined.
    #[must_use]
    pub fn source(self) -> Option<&'static str> {
        self.facts().map(|facts| facts.source)
    }

    /// Whether a position lies where the shift was determined.
    #[must_use]
    pub fn holds_at(self, position: Position) -> bool {
        let Some(facts) = self.facts() else { return false };
        let [west, south, east, north] = facts.area;
        let longitude = position.longitude();
        let inside = if west <= east {
            (west..=east).contains(&longitude)
        } else {
            longitude >= west || longitude <= east
        };
        inside && (south..=north).contains(&position.latitude())
    }

    /// Whether grid squares on this datum carry the letters that they have on WGS 84.
    pub(super) fn lettered_as_wgs84(self) -> bool {
        self.facts().is_none_or(|facts| facts.lettered_as_wgs84)
    }

    /// The WGS 84 position of longitude and latitude in degrees on this datum.
    ///
    /// Heights are not known and taken as zero on the datum's ellipsoid. `NotKnown` is passed
    /// through as it is.
    ///
    /// # Errors
    /// `OutOfRange`, `NotANumber`, `NotComputable`.
    pub fn to_wgs84(self, longitude: f64, latitude: f64) -> Result<Position, CoordinateFault> {
        let checked = Position::new(longitude, latitude)?;
        let Some(facts) = self.shifted() else { return Ok(checked) };
        let (x, y) = (longitude.to_radians(), latitude.to_radians());
        self.transformed(&format!("+proj=longlat {}", facts.projection), x, y)
    }

    /// The WGS 84 position of an easting and a northing in metres in a UTM zone on this datum.
    pub(super) fn utm_to_wgs84(
        self,
        zone: UtmZone,
        easting: f64,
        northing: f64,
    ) -> Result<Position, CoordinateFault> {
        let Some(facts) = self.shifted() else { return zone.position(easting, northing) };
        let south = if zone.is_north() { "" } else { "+south " };
        let source = format!("+proj=utm +zone={} {south}{}", zone.number(), facts.projection);
        self.transformed(&source, easting, northing)
    }

    /// The facts, when there is something to shift.
    fn shifted(self) -> Option<&'static DatumFacts> {
        if self == Self::Wgs84 { None } else { self.facts() }
    }

    fn transformed(self, source: &str, x: f64, y: f64) -> Result<Position, CoordinateFault> {
        let not_computable = || CoordinateFault::NotComputable { datum: self.name() };
        let source = Proj::from_proj_string(source).map_err(|_| not_computable())?;
        let target =
            Proj::from_proj_string("+proj=longlat +datum=WGS84").map_err(|_| not_computable())?;
        let mut point = (x, y, 0.0);
        transform(&source, &target, &mut point).map_err(|_| not_computable())?;
        let (longitude, latitude) = (point.0.to_degrees(), point.1.to_degrees());
        if !longitude.is_finite() || !latitude.is_finite() {
            return Err(not_computable());
        }
        // A shift over the antimeridian may leave a hair more than 180.
        let longitude = if longitude > 180.0 {
            longitude - 360.0
        } else if longitude < -180.0 {
            longitude + 360.0
        } else {
            longitude
        };
        Position::new(longitude, latitude)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    /// Made with PROJ 9.1.1 (`cct` on the pipeline that `projinfo` gives for each EPSG operation):
    /// longitude and latitude on the datum, longitude and latitude on WGS 84.
    const MADE_WITH_PROJ: &[(Datum, [f64; 2], [f64; 2])] = &[
        (Datum::Indian1954, [100.5, 13.75], [100.496640301, 13.7517361978]),
        (Datum::Indian1960, [108.1, 16.05], [108.0956833685, 16.0516943582]),
        (Datum::Indian1975, [100.5, 13.75], [100.4967191045, 13.7516646764]),
        (Datum::Hanoi1972, [107.1, 10.4], [107.1004437001, 10.3996144317]),
        (Datum::Vn2000, [105.85, 21.03], [105.8518826727, 21.0290140353]),
        (Datum::Lao1997, [102.6, 17.97], [102.5998594418, 17.9700585015]),
        (Datum::Nad27, [-98.5, 39.8], [-98.50036853, 39.8000170355]),
        (Datum::Ed50, [11.5, 48.1], [11.4989435453, 48.0991575279]),
        (Datum::Ed50MiddleEast, [44.4, 33.3], [44.3999606088, 33.2989138091]),
        (Datum::Pulkovo1942, [36.2, 49.9], [36.198347483, 49.899924953]),
        (Datum::Ucs2000, [36.2, 49.9], [36.1984436316, 49.8999421154]),
        (Datum::Kandawala, [80.4, 9.3], [80.4020651727, 9.3001854216]),
        (Datum::Sld99, [80.4, 9.3], [80.4020544489, 9.3001809506]),
        (Datum::Nahrwan1934, [47.8, 30.5], [47.8008551345, 30.5013607876]),
        (Datum::Karbala1979, [44.0, 32.6], [43.9969005325, 32.6000250894]),
        (Datum::DeirEzZor, [36.3, 33.5], [36.3012871705, 33.4996362209]),
        (Datum::HeratNorth, [69.2, 34.5], [69.2025312221, 34.5017422926]),
        (Datum::Adindan, [32.5, 15.6], [32.5006965181, 15.600500778]),
        (Datum::Mgi1901, [18.4, 43.8], [18.3949314505, 43.8000836973]),
        (Datum::Palestine1923, [35.2, 31.8], [35.2007667242, 31.8003247307]),
    ];

    #[test]
    fn every_datum_agrees_with_proj_to_a_millimetre() {
        for (datum, [longitude, latitude], [expected_longitude, expected_latitude]) in
            MADE_WITH_PROJ
        {
            let expected = Position::new(*expected_longitude, *expected_latitude).unwrap();
            let computed = datum.to_wgs84(*longitude, *latitude).unwrap();
            let apart = computed.distance_metres(expected);
            assert!(apart < 1e-3, "{datum:?}: {apart} m");
            let shift = computed.distance_metres(Position::new(*longitude, *latitude).unwrap());
            assert!((5.0..1000.0).contains(&shift), "{datum:?}: {shift} m");
        }
        for datum in Datum::all().filter(|datum| *datum != Datum::Wgs84) {
            assert!(MADE_WITH_PROJ.iter().any(|row| row.0 == datum), "{datum:?} is not checked");
            assert!(datum.source().is_some_and(|source| source.starts_with("EPSG:")));
        }
    }

    #[test]
    fn a_grid_on_a_datum_agrees_with_proj() {
        let zone = UtmZone::new(48, true).unwrap();
        let computed = Datum::Indian1960.utm_to_wgs84(zone, 700_000.0, 1_780_000.0).unwrap();
        let expected = Position::new(106.865_987_483, 16.094_803_496).unwrap();
        assert!(computed.distance_metres(expected) < 1e-3);
    }

    #[test]
    fn a_datum_that_is_not_known_keeps_the_position_and_claims_no_accuracy() {
        let position = Datum::NotKnown.to_wgs84(103.0, 17.0).unwrap();
        assert_eq!(position, Position::new(103.0, 17.0).unwrap());
        assert_eq!(Datum::NotKnown.accuracy_metres(), None);
        assert!(!Datum::NotKnown.holds_at(position));
    }

    #[test]
    fn an_area_over_the_antimeridian_holds_on_both_sides() {
        for (longitude, holds) in [(36.0, true), (-170.0, true), (10.0, false), (-100.0, false)] {
            let position = Position::new(longitude, 60.0).unwrap();
            assert_eq!(Datum::Pulkovo1942.holds_at(position), holds, "{longitude}");
        }
    }

    #[test]
    fn epsg_codes_and_names_lead_to_datums() {
        assert_eq!(Datum::from_epsg(4240), Some(Datum::Indian1975));
        assert_eq!(serde_json::to_string(&Datum::Indian1960).unwrap(), "\"indian1960\"");
        assert_eq!(serde_json::from_str::<Datum>("\"not_known\"").unwrap(), Datum::NotKnown);
    }
}
