//! Places anywhere in a shape, blurred by a footprint.
//!
//! Belongs here: closed forms for a disc and a rectangle. They give the prior mean of a strike that touches
//! no searched ground, for which no place needs telling apart.
//!
//! Does not belong here: outlines without a closed form, whose places are listed (`strike`).

use core::f64::consts::PI;

use super::fault::{FootprintFault, positive};
use crate::exponential::exp;
use crate::normal::{cumulative, density};

/// A place anywhere in a disc, each square metre as likely as another, blurred by a normal footprint.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BlurredDisc {
    radius: f64,
    scale: f64,
}

impl BlurredDisc {
    /// A disc of `radius_metres` blurred by `scale_metres`.
    ///
    /// # Errors
    /// `UnusableNumber` when either is not finite and above zero.
    pub fn new(radius_metres: f64, scale_metres: f64) -> Result<Self, FootprintFault> {
        Ok(Self {
            radius: positive("the radius in metres", radius_metres)?,
            scale: positive("the footprint scale in metres", scale_metres)?,
        })
    }

    /// Share of the items on a square metre at `distance_metres` from the middle.
    ///
    /// `F(R²/s²) / (πR²)` with `F` the distribution function of a non-central χ² with two degrees of
    /// freedom and non-centrality `d²/s²`.
    #[must_use]
    pub fn density(&self, distance_metres: f64) -> f64 {
        let radius = self.radius / self.scale;
        let distance = distance_metres.abs() / self.scale;
        non_central_share(distance, radius) / (PI * self.radius * self.radius)
    }
}

/// Chance that a normal point whose mean lies at `distance` falls within `radius`; unit scale.
///
/// A Poisson mixture of Erlang distribution functions, summed outward from its largest term: all
/// terms are positive, so small answers keep their digits.
fn non_central_share(distance: f64, radius: f64) -> f64 {
    let (half_centre, half_radius) = (0.5 * distance * distance, 0.5 * radius * radius);
    if half_centre > 1e6 || half_radius > 1e6 {
        // Beyond a thousand scales the edge is straight.
        return cumulative(radius - distance);
    }
    if distance > radius + 40.0 {
        return 0.0;
    }
    // P(share) = Σ_j Pois(j; λ/2) P(Gamma(j + 1) < x/2); the second factor falls with j.
    let poisson = |count: f64, mean: f64| {
        if mean == 0.0 {
            return if count == 0.0 { 1.0 } else { 0.0 };
        }
        exp(count * libm::log(mean) - mean - libm::lgamma(count + 1.0))
    };
    // The largest terms lie where j is near the geometric mean of both.
    let middle = (distance * radius * 0.5).min(half_centre.max(1.0));
    let width = 12.0 * libm::sqrt(half_centre.max(middle) + half_radius.min(middle) + 16.0);
    let first = (half_centre.min(middle) - width).max(0.0).floor();
    let last = (half_centre.max(middle) + width).ceil();
    // P(Gamma(j + 1) < x) = P(Poisson(x) > j), taken from the far end so that only positive terms add up.
    let end = (last.max(half_radius + 12.0 * libm::sqrt(half_radius) + 40.0)).ceil();
    let mut erlang = 0.0;
    let mut sum = 0.0;
    let mut j = end;
    let mut weight_of_radius = poisson(end + 1.0, half_radius);
    let mut fresh = 0_u32;
    while j >= first {
        erlang += weight_of_radius;
        if j <= last {
            sum += poisson(j, half_centre) * erlang;
        }
        // Going down, Pois(j; x) = Pois(j + 1; x) (j + 1)/x; started anew while it is too small to hold.
        fresh += 1;
        weight_of_radius = if weight_of_radius < 1e-290 || fresh > 200 {
            fresh = 0;
            poisson(j, half_radius)
        } else {
            weight_of_radius * (j + 1.0) / half_radius
        };
        j -= 1.0;
    }
    sum.min(1.0)
}

/// A place anywhere in a rectangle along the axes of the plane, blurred by a normal footprint.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BlurredRectangle {
    east: (f64, f64),
    north: (f64, f64),
    scale: f64,
}

impl BlurredRectangle {
    /// The rectangle between two eastings and two northings, blurred by `scale_metres`.
    ///
    /// # Errors
    /// `UnusableNumber` when a side is not finite and above zero, or the scale is not.
    pub fn new(
        east: (f64, f64),
        north: (f64, f64),
        scale_metres: f64,
    ) -> Result<Self, FootprintFault> {
        positive("the width of the rectangle in metres", east.1 - east.0)?;
        positive("the height of the rectangle in metres", north.1 - north.0)?;
        let scale = positive("the footprint scale in metres", scale_metres)?;
        Ok(Self { east, north, scale })
    }

    /// Share of the items in each column between neighbouring eastings.
    #[must_use]
    pub fn masses_of_columns(&self, edges: &[f64]) -> Vec<f64> {
        masses_along_axis(edges, self.east, self.scale)
    }

    /// Share of the items in each row between neighbouring northings, rising or falling.
    #[must_use]
    pub fn masses_of_rows(&self, edges: &[f64]) -> Vec<f64> {
        masses_along_axis(edges, self.north, self.scale)
    }
}

/// Masses of a uniform distribution with a normal error: differences of `H(z) = zΦ(z) + φ(z)`, the
/// integral of `Φ`.
fn masses_along_axis(edges: &[f64], ends: (f64, f64), scale: f64) -> Vec<f64> {
    let integral = |z: f64| z * cumulative(z) + density(z);
    let below = |edge: f64| {
        let (a, b) = ((edge - ends.0) / scale, (edge - ends.1) / scale);
        // H(z) − z is H(−z): beyond the far end the two large terms cancel by hand.
        if b > 0.0 {
            1.0 + scale / (ends.1 - ends.0) * (integral(-a) - integral(-b))
        } else {
            scale / (ends.1 - ends.0) * (integral(a) - integral(b))
        }
    };
    let shares: Vec<f64> = edges.iter().map(|edge| below(*edge)).collect();
    shares.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::quadrature::gauss_legendre;

    #[test]
    fn the_blurred_disc_holds_all_items() {
        for (radius, scale) in [(300.0, 80.0), (50.0, 90.0), (2_000.0, 30.0), (10.0, 100.0)] {
            let disc = BlurredDisc::new(radius, scale).unwrap();
            let reach = radius + 9.0 * scale;
            let mut total = 0.0;
            let steps = 40;
            for step in 0..steps {
                let (low, high) = (f64::from(step), f64::from(step + 1));
                let rule = gauss_legendre(
                    20,
                    low * reach / f64::from(steps),
                    high * reach / f64::from(steps),
                );
                for (d, w) in rule.nodes.iter().zip(&rule.weights) {
                    total += w * 2.0 * PI * d * disc.density(*d);
                }
            }
            assert!((total - 1.0).abs() < 1e-9, "{radius} {scale}: {total}");
        }
    }

    #[test]
    fn far_inside_a_wide_disc_the_blur_changes_nothing() {
        let disc = BlurredDisc::new(40_000.0, 20.0).unwrap();
        let flat = 1.0 / (PI * 40_000.0 * 40_000.0);
        assert!((disc.density(0.0) / flat - 1.0).abs() < 1e-12);
        assert!((disc.density(40_000.0) / flat - 0.5).abs() < 1e-3);
        assert_eq!(disc.density(60_000.0), 0.0);
    }

    #[test]
    fn shapes_without_area_are_refused() {
        assert!(BlurredDisc::new(0.0, 1.0).is_err());
        assert!(BlurredRectangle::new((0.0, 0.0), (0.0, 1.0), 1.0).is_err());
        assert!(BlurredRectangle::new((0.0, 1.0), (0.0, 1.0), f64::NAN).is_err());
    }
}
