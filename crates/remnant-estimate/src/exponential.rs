//! The exponential function, the one transcendental function that pooling calls by the million.
//!
//! Belongs here: `e^x` as sums and products only, so that it is inlined, runs side by side in vector
//! registers and gives the same bits on every platform. `libm`'s is as exact but a call each time; it
//! took half of all time spent pooling.
//!
//! Does not belong here: other functions; `libm` serves where calls are few.

/// Below this the result is taken as nothing: it would be a subnormal number.
const LOWEST: f64 = -708.0;
/// Above this the result is no longer finite.
const HIGHEST: f64 = 709.7;
/// Adding this brings the whole part of a number into the lowest bits of its fraction.
const ROUNDER: f64 = 6_755_399_441_055_744.0;
/// The first digits of `ln 2`, with zeros behind, so that a whole multiple is exact.
const LN_2_HIGH: f64 = 0.693_147_180_369_123_8;
/// The rest of `ln 2`.
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// `e^x` to two units in the last place; 0 below −708, infinite above 709.7.
#[inline(always)]
pub(crate) fn exp(x: f64) -> f64 {
    let within = if x > LOWEST { x } else { LOWEST };
    let within = if within < HIGHEST { within } else { HIGHEST };
    let shifted = within * core::f64::consts::LOG2_E + ROUNDER;
    let whole = shifted - ROUNDER;
    let r = within - whole * LN_2_HIGH - whole * LN_2_LOW;
    // Taylor's series to r¹³ on |r| ≤ ln 2 / 2, where the next term is below 1e-17; in an order that
    // leaves few steps waiting for each other.
    let (r2, r4) = (r * r, (r * r) * (r * r));
    let low = (1.0 + r) + r2 * (1.0 / 2.0 + r * (1.0 / 6.0));
    let middle = (1.0 / 24.0 + r * (1.0 / 120.0)) + r2 * (1.0 / 720.0 + r * (1.0 / 5_040.0));
    let high = (1.0 / 40_320.0 + r * (1.0 / 362_880.0))
        + r2 * (1.0 / 3_628_800.0 + r * (1.0 / 39_916_800.0));
    let highest = 1.0 / 479_001_600.0 + r * (1.0 / 6_227_020_800.0);
    let fraction = low + r4 * (middle + r4 * (high + r4 * highest));
    // The whole part, already in the lowest bits, is added to the exponent.
    let bits = (shifted.to_bits() << 52).wrapping_add(fraction.to_bits());
    let scaled = f64::from_bits(bits);
    if x > HIGHEST {
        f64::INFINITY
    } else if x < LOWEST {
        0.0
    } else {
        // Adding zero times x passes NaN on.
        scaled + 0.0 * x
    }
}

#[cfg(test)]
mod tests {
    use super::exp;

    #[test]
    fn agrees_with_libm_to_two_units_in_the_last_place() {
        let mut worst = 0.0_f64;
        for i in -707_900..=709_600 {
            let x = f64::from(i) / 1000.0 + 1e-5 * f64::from(i % 97);
            if x < 709.6 && x > -708.0 {
                worst = worst.max((exp(x) / libm::exp(x) - 1.0).abs());
            }
        }
        assert!(worst < 4.5e-16, "{worst}");
        for x in [1e-300, -1e-300, 1e-17, -1e-9, 0.0] {
            assert!((exp(x) - libm::exp(x)).abs() <= f64::EPSILON / 2.0, "{x}");
        }
    }

    #[test]
    fn ends_are_nothing_infinity_and_no_number() {
        assert_eq!(exp(f64::NEG_INFINITY), 0.0);
        assert_eq!(exp(-1e6), 0.0);
        assert_eq!(exp(1e6), f64::INFINITY);
        assert_eq!(exp(f64::INFINITY), f64::INFINITY);
        assert!(exp(f64::NAN).is_nan());
        assert_eq!(exp(0.0), 1.0);
    }
}
