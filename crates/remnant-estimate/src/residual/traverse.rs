//! The chance that lines laid across a country meet an area, and notice it.
//!
//! Belongs here: parallel survey lines against a disc or an ellipse in any place and bearing. Does not
//! belong here: where lines should run.

use core::f64::consts::FRAC_PI_2;

use super::fault::{ResidualFault, positive, share};
use crate::quadrature::gauss_legendre;

/// The chance that one of parallel lines of `width`, `spacing` apart between their centres, crosses a
/// disc of `radius`: `min(1, (2r + W)/S)`. All in metres.
///
/// # Errors
/// [`ResidualFault::NotPositive`] where a length is not positive.
///
/// ```
/// let chance = remnant_estimate::residual::lines_cross_disc(60.0, 2.0, 200.0)?;
/// assert!((chance - 0.61).abs() < 1e-15);
/// # Ok::<(), remnant_estimate::residual::ResidualFault>(())
/// ```
pub fn lines_cross_disc(radius: f64, width: f64, spacing: f64) -> Result<f64, ResidualFault> {
    lengths(width, spacing)?;
    Ok(((2.0 * positive("the radius", radius)? + width) / spacing).min(1.0))
}

/// The same for an ellipse with half-axes `longer` and `shorter` lying in any bearing: the mean over
/// bearings. All in metres.
///
/// # Errors
/// [`ResidualFault::NotPositive`] where a length is not positive.
pub fn lines_cross_ellipse(
    longer: f64,
    shorter: f64,
    width: f64,
    spacing: f64,
) -> Result<f64, ResidualFault> {
    lengths(width, spacing)?;
    positive("a half-axis", longer)?;
    positive("a half-axis", shorter)?;
    let (longer, shorter) = (longer.max(shorter), longer.min(shorter));
    let reach = |bearing: f64| {
        let (along, across) = (longer * libm::cos(bearing), shorter * libm::sin(bearing));
        2.0 * libm::sqrt(along * along + across * across) + width
    };
    // Up to this bearing the ellipse reaches from line to line and is always crossed. The integral is
    // cut there: on either side the integrand is smooth.
    let half = 0.5 * (spacing - width);
    let always = if half <= shorter {
        FRAC_PI_2
    } else if half >= longer {
        0.0
    } else {
        let squares = longer * longer - shorter * shorter;
        libm::acos(libm::sqrt((half * half - shorter * shorter) / squares))
    };
    let rule = gauss_legendre(96, always, FRAC_PI_2);
    let rest: f64 =
        rule.nodes.iter().zip(&rule.weights).map(|(t, w)| w * reach(*t) / spacing).sum();
    Ok(((always + rest) / FRAC_PI_2).min(1.0))
}

/// The chance that one of parallel lines crosses a disc of `radius` and notices at least one of its
/// items: `∫ 1 − exp(−d ρ W chord)` over where the line runs. Metres; `density` in items per square
/// metre; `detection` of an item under the line.
///
/// # Errors
/// [`ResidualFault`] where a length or the density is not positive, the detection no share, or the lines
/// so close that the disc is crossed twice.
pub fn disc_detected_by_lines(
    radius: f64,
    width: f64,
    spacing: f64,
    density: f64,
    detection: f64,
) -> Result<f64, ResidualFault> {
    lengths(width, spacing)?;
    positive("the radius", radius)?;
    positive("the density", density)?;
    share("the detection probability", detection)?;
    if spacing < 2.0 * radius {
        return Err(ResidualFault::LinesTooClose { spacing, across: 2.0 * radius });
    }
    // The line runs r sin t from the middle, where the chord is 2 r cos t: smooth up to the border.
    let rule = gauss_legendre(96, 0.0, FRAC_PI_2);
    let noticed = |t: f64| {
        let half_chord = radius * libm::cos(t);
        -libm::expm1(-detection * density * width * 2.0 * half_chord) * half_chord
    };
    let sum: f64 = rule.nodes.iter().zip(&rule.weights).map(|(t, w)| w * noticed(*t)).sum();
    Ok(2.0 * sum / spacing)
}

/// The chance that an area is there although a search that notices it with probability `detection` did
/// not: `π(1 − P)/(π(1 − P) + 1 − π)`. 0 where neither can be.
///
/// # Errors
/// [`ResidualFault::NotAShare`] where a number is no share.
pub fn contaminated_given_not_found(prior: f64, detection: f64) -> Result<f64, ResidualFault> {
    let missed =
        share("the prior chance", prior)? * (1.0 - share("the detection probability", detection)?);
    let either = missed + 1.0 - prior;
    Ok(if either > 0.0 { missed / either } else { 0.0 })
}

fn lengths(width: f64, spacing: f64) -> Result<(), ResidualFault> {
    positive("the width of a line", width)?;
    positive("the spacing of lines", spacing)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_round_ellipse_is_a_disc() {
        for spacing in [50.0, 121.0, 122.0, 200.0] {
            let disc = lines_cross_disc(60.0, 2.0, spacing).unwrap();
            let ellipse = lines_cross_ellipse(60.0, 60.0, 2.0, spacing).unwrap();
            assert!((disc - ellipse).abs() < 1e-14, "{spacing}");
        }
    }

    #[test]
    fn perfect_noticing_leaves_only_the_crossing() {
        let noticed = disc_detected_by_lines(60.0, 2.0, 200.0, 1e6, 1.0).unwrap();
        assert!((noticed - 0.6).abs() < 1e-3, "{noticed}");
        assert!(disc_detected_by_lines(60.0, 2.0, 100.0, 0.1, 1.0).is_err());
    }

    #[test]
    fn silence_about_land_that_is_never_noticed_changes_nothing() {
        assert!((contaminated_given_not_found(0.4, 0.0).unwrap() - 0.4).abs() < 1e-15);
        assert_eq!(contaminated_given_not_found(1.0, 1.0).unwrap(), 0.0);
        assert_eq!(contaminated_given_not_found(0.4, 1.0).unwrap(), 0.0);
    }
}
