//! Where a recorded strike may have been.
//!
//! Belongs here: lists of candidate places with weights, from a point with a stated error, a radius or
//! an outline. Places share their eastings and northings wherever they lie on a lattice, so that kernel
//! masses are computed once for each easting and northing and not for each place.
//!
//! Does not belong here: which of them a search makes likely (`update`).

use std::sync::Arc;

use super::fault::{StrikeFault, positive};
use crate::exponential::exp;

/// Standard error in metres of a point recorded without one (a design default: for one bombing database a
/// shift between two datums alone was 300 to 443 m).
pub const DEFAULT_POSITION_ERROR_METRES: f64 = 250.0;

/// The most candidate places of one strike.
const MOST_PLACES: usize = 250_000;

/// The pitch of a lattice of candidate places: half the footprint's scale, but not below 50 m.
#[must_use]
pub fn default_pitch_metres(footprint_scale_metres: f64) -> f64 {
    (0.5 * footprint_scale_metres).max(50.0)
}

/// Places a strike may have been at, with weights that sum to one.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidates {
    /// Distinct eastings and northings in metres.
    eastings: Box<[f64]>,
    northings: Box<[f64]>,
    /// Kept once for all strikes of one error: a nation's strikes have few different ones.
    weighed: Arc<Weighed>,
}

/// Places by their lines, with weights.
#[derive(Clone, Debug, PartialEq)]
struct Weighed {
    /// For each place the positions of its easting and northing in the lists of lines.
    places: Vec<(u32, u32)>,
    weights: Vec<f64>,
    /// Kept because each update of each set of shared unknowns asks for them.
    log_weights: Vec<f64>,
}

/// The places of a point recorded with one error, wherever the point is.
///
/// Weights are kept once for all points it is laid about, so that a million strikes of a few
/// different errors take little memory.
///
/// ```
/// use remnant_estimate::strike::{Candidates, PointLattice};
/// let lattice = PointLattice::new(250.0, 50.0)?;
/// let about = Candidates::around_point((1_000.0, 2_000.0), 250.0, 50.0)?;
/// assert_eq!(lattice.about((1_000.0, 2_000.0))?, about);
/// # Ok::<(), remnant_estimate::strike::StrikeFault>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PointLattice {
    /// Distances of the lines from the point in metres.
    offsets: Vec<f64>,
    weighed: Arc<Weighed>,
}

impl PointLattice {
    /// A lattice of `pitch_metres` over three errors to each side, with normal weights.
    ///
    /// # Errors
    /// `UnusableNumber`, or `TooManyPlaces` when the pitch is too fine for the error.
    pub fn new(error_metres: f64, pitch_metres: f64) -> Result<Self, StrikeFault> {
        let error = positive("the position error in metres", error_metres)?;
        let pitch = positive("the pitch of candidate places in metres", pitch_metres)?;
        let weight =
            |east: f64, north: f64| exp(-0.5 * (east * east + north * north) / (error * error));
        let (offsets, weighed) = lattice(3.0 * error, pitch, weight)?;
        Ok(Self { offsets, weighed })
    }

    /// The places about a point.
    ///
    /// # Errors
    /// `UnusableNumber` when a coordinate is not finite.
    pub fn about(&self, centre: (f64, f64)) -> Result<Candidates, StrikeFault> {
        Candidates::laid_about(centre, &self.offsets, Arc::clone(&self.weighed))
    }
}

impl Candidates {
    /// One known place.
    ///
    /// # Errors
    /// `UnusableNumber` when a coordinate is not finite.
    pub fn known(easting: f64, northing: f64) -> Result<Self, StrikeFault> {
        Self::listed(&[(easting, northing, 1.0)])
    }

    /// A point with standard error `error_metres` on each axis: a lattice of `pitch_metres` over three errors
    /// to each side, with normal weights.
    ///
    /// # Errors
    /// `UnusableNumber`, or `TooManyPlaces` when the pitch is too fine for the error.
    pub fn around_point(
        centre: (f64, f64),
        error_metres: f64,
        pitch_metres: f64,
    ) -> Result<Self, StrikeFault> {
        PointLattice::new(error_metres, pitch_metres)?.about(centre)
    }

    /// Anywhere within `radius_metres`, each square metre as likely as another.
    ///
    /// # Errors
    /// As [`Candidates::around_point`].
    pub fn within_radius(
        centre: (f64, f64),
        radius_metres: f64,
        pitch_metres: f64,
    ) -> Result<Self, StrikeFault> {
        let radius = positive("the radius in metres", radius_metres)?;
        Self::lattice(centre, radius, pitch_metres, |east, north| {
            if east * east + north * north <= radius * radius { 1.0 } else { 0.0 }
        })
    }

    /// Anywhere in an outline, each square metre as likely as another.
    ///
    /// `inside` says whether a place (easting, northing) lies in the outline; the lattice covers the
    /// rectangle from west to east and south to north. An outline that holds no lattice place is taken at the
    /// lattice place nearest its middle that the caller can give to [`Candidates::known`].
    ///
    /// # Errors
    /// `NoPlace` when no lattice place lies inside, else as [`Candidates::around_point`].
    pub fn within_outline(
        west_east: (f64, f64),
        south_north: (f64, f64),
        pitch_metres: f64,
        inside: impl Fn(f64, f64) -> bool,
    ) -> Result<Self, StrikeFault> {
        let centre = (0.5 * (west_east.0 + west_east.1), 0.5 * (south_north.0 + south_north.1));
        let half = (0.5 * (west_east.1 - west_east.0)).max(0.5 * (south_north.1 - south_north.0));
        let half = positive("half the extent of the outline in metres", half)?;
        Self::lattice(centre, half, pitch_metres, |east, north| {
            if inside(centre.0 + east, centre.1 + north) { 1.0 } else { 0.0 }
        })
    }

    /// Listed places with weights of the user's own, which the page names.
    ///
    /// # Shapes and units
    /// Easting and northing in metres, then a weight of at least 0.
    ///
    /// # Errors
    /// `NoPlace` without a weight above 0, `UnusableNumber`, `TooManyPlaces`.
    pub fn listed(places: &[(f64, f64, f64)]) -> Result<Self, StrikeFault> {
        if places.len() > MOST_PLACES {
            let places = places.len() as f64;
            return Err(StrikeFault::TooManyPlaces { places, limit: MOST_PLACES });
        }
        for (easting, northing, weight) in places {
            for (name, value) in [("an easting", easting), ("a northing", northing)] {
                if !value.is_finite() {
                    return Err(StrikeFault::UnusableNumber { name, value: *value });
                }
            }
            if !(weight.is_finite() && *weight >= 0.0) {
                let name = "the weight of a place";
                return Err(StrikeFault::UnusableNumber { name, value: *weight });
            }
        }
        Ok(Self {
            eastings: places.iter().map(|place| place.0).collect(),
            northings: places.iter().map(|place| place.1).collect(),
            weighed: Weighed::normalised(
                (0..places.len() as u32).map(|position| (position, position)).collect(),
                places.iter().map(|place| place.2).collect(),
            )?,
        })
    }

    fn lattice(
        centre: (f64, f64),
        half_width: f64,
        pitch_metres: f64,
        weight: impl Fn(f64, f64) -> f64,
    ) -> Result<Self, StrikeFault> {
        let pitch = positive("the pitch of candidate places in metres", pitch_metres)?;
        let (offsets, weighed) = lattice(half_width, pitch, weight)?;
        Self::laid_about(centre, &offsets, weighed)
    }

    fn laid_about(
        centre: (f64, f64),
        offsets: &[f64],
        weighed: Arc<Weighed>,
    ) -> Result<Self, StrikeFault> {
        for (name, value) in [("an easting", centre.0), ("a northing", centre.1)] {
            if !value.is_finite() {
                return Err(StrikeFault::UnusableNumber { name, value });
            }
        }
        Ok(Self {
            eastings: offsets.iter().map(|offset| centre.0 + offset).collect(),
            northings: offsets.iter().map(|offset| centre.1 + offset).collect(),
            weighed,
        })
    }

    /// The same places with each weight multiplied, for finds of spot tasks that say where a strike was and
    /// not how many items it left: `factor` is the kernel mass of a place in the cell of the find.
    ///
    /// # Errors
    /// `NoPlace` when no place can explain the find.
    pub fn weighed_by(
        mut self,
        mut factor: impl FnMut(f64, f64) -> f64,
    ) -> Result<Self, StrikeFault> {
        let weighed = &self.weighed;
        let weights = weighed.places.iter().zip(&weighed.weights).map(|((i, j), weight)| {
            weight * factor(self.eastings[*i as usize], self.northings[*j as usize])
        });
        self.weighed = Weighed::normalised(weighed.places.clone(), weights.collect())?;
        Ok(self)
    }

    /// How many places there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.weighed.places.len()
    }

    /// Never: there is always a place.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.weighed.places.is_empty()
    }

    /// Easting and northing in metres of a place.
    #[must_use]
    pub fn place(&self, position: usize) -> (f64, f64) {
        let (i, j) = self.weighed.places[position];
        (self.eastings[i as usize], self.northings[j as usize])
    }

    /// The weights, which sum to one.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weighed.weights
    }

    /// Logarithms of the weights.
    #[must_use]
    pub fn log_weights(&self) -> &[f64] {
        &self.weighed.log_weights
    }

    /// Distinct eastings in metres.
    #[must_use]
    pub fn eastings(&self) -> &[f64] {
        &self.eastings
    }

    /// Distinct northings in metres.
    #[must_use]
    pub fn northings(&self) -> &[f64] {
        &self.northings
    }

    /// For each place the positions of its easting and northing.
    #[must_use]
    pub fn positions(&self) -> &[(u32, u32)] {
        &self.weighed.places
    }

    /// West, east, south and north ends of the places in metres.
    #[must_use]
    pub fn extent(&self) -> (f64, f64, f64, f64) {
        let ends = |values: &[f64]| {
            values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(*value), high.max(*value))
            })
        };
        let ((west, east), (south, north)) = (ends(&self.eastings), ends(&self.northings));
        (west, east, south, north)
    }
}

impl Weighed {
    fn normalised(
        places: Vec<(u32, u32)>,
        mut weights: Vec<f64>,
    ) -> Result<Arc<Self>, StrikeFault> {
        let total: f64 = weights.iter().sum();
        if !(total > 0.0 && total.is_finite()) {
            return Err(StrikeFault::NoPlace);
        }
        weights.iter_mut().for_each(|weight| *weight /= total);
        let log_weights = weights.iter().map(|weight| libm::log(*weight)).collect();
        Ok(Arc::new(Self { places, weights, log_weights }))
    }
}

/// The places of a square lattice about a centre whose weight is above 0: how far its lines lie from the
/// centre, and the places.
fn lattice(
    half_width: f64,
    pitch: f64,
    weight: impl Fn(f64, f64) -> f64,
) -> Result<(Vec<f64>, Arc<Weighed>), StrikeFault> {
    let steps = libm::floor(half_width / pitch);
    let across = 2.0 * steps + 1.0;
    if across * across > MOST_PLACES as f64 {
        let places = across * across;
        return Err(StrikeFault::TooManyPlaces { places, limit: MOST_PLACES });
    }
    let offsets: Vec<f64> = (0..across as u32).map(|i| (f64::from(i) - steps) * pitch).collect();
    let (mut places, mut weights) = (Vec::new(), Vec::new());
    for (j, north) in offsets.iter().enumerate() {
        for (i, east) in offsets.iter().enumerate() {
            let weight = weight(*east, *north);
            if weight > 0.0 {
                places.push((i as u32, j as u32));
                weights.push(weight);
            }
        }
    }
    Ok((offsets, Weighed::normalised(places, weights)?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_point_with_an_error_spreads_by_that_error() {
        let candidates = Candidates::around_point((1_000.0, 2_000.0), 250.0, 50.0).unwrap();
        assert_eq!(candidates.len(), 31 * 31);
        let (mut mean, mut square) = (0.0, 0.0);
        for (position, weight) in candidates.weights().iter().enumerate() {
            let (east, north) = candidates.place(position);
            mean += weight * east;
            square += weight * (north - 2_000.0).powi(2);
        }
        assert!((mean - 1_000.0).abs() < 1e-9);
        // Cut off at three errors a normal distribution keeps 97 per cent of its variance.
        assert!((square.sqrt() / 250.0 - 0.986).abs() < 0.01, "{}", square.sqrt());
    }

    #[test]
    fn discs_and_outlines_hold_only_places_inside() {
        let disc = Candidates::within_radius((0.0, 0.0), 400.0, 50.0).unwrap();
        for position in 0..disc.len() {
            let (east, north) = disc.place(position);
            assert!(east.hypot(north) <= 400.0);
        }
        let upper =
            Candidates::within_outline((0.0, 900.0), (0.0, 300.0), 50.0, |e, n| n < e && n > 0.0)
                .unwrap();
        for position in 0..upper.len() {
            let (east, north) = upper.place(position);
            assert!(north < east && north > 0.0);
        }
        let nowhere = Candidates::within_outline((0.0, 9.0), (0.0, 3.0), 50.0, |_, _| false);
        assert_eq!(nowhere, Err(StrikeFault::NoPlace));
    }

    #[test]
    fn what_cannot_be_a_place_is_refused() {
        assert!(Candidates::known(f64::NAN, 0.0).is_err());
        assert!(Candidates::listed(&[]).is_err());
        assert!(Candidates::listed(&[(0.0, 0.0, 0.0)]).is_err());
        assert!(Candidates::listed(&[(0.0, 0.0, -1.0)]).is_err());
        let fine = Candidates::around_point((0.0, 0.0), 5_000.0, 0.1);
        assert!(matches!(fine, Err(StrikeFault::TooManyPlaces { .. })));
    }

    #[test]
    fn a_spot_find_says_where_and_not_how_many() {
        let two = Candidates::listed(&[(0.0, 0.0, 0.5), (900.0, 0.0, 0.5)]).unwrap();
        let told = two.clone().weighed_by(|east, _| if east > 1.0 { 0.3 } else { 0.1 }).unwrap();
        assert!((told.weights()[1] - 0.75).abs() < 1e-15);
        assert_eq!(two.weighed_by(|_, _| 0.0), Err(StrikeFault::NoPlace));
    }
}
