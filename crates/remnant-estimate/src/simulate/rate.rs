//! Where unreported strikes are, and how many.
//!
//! Belongs here: a Poisson process of places, even or with a rate that varies smoothly. Does not belong
//! here: what such a strike left (`strike`), or a sparse precision matrix: the field is a sum of waves.

use rand::RngExt;
use rand_chacha::ChaCha12Rng;

use super::draw::{poisson, standard_normal};
use super::fault::SimulateFault;
use super::settings::SmoothRate;

/// How many waves a field is made of: enough that its values are normal to the eye.
const WAVES: usize = 300;

/// One draw of a Matérn field of smoothness 1 with mean 0.
///
/// Its spectrum is that of a bivariate Student distribution with two degrees of freedom, so waves with
/// such frequencies and even phases add up to it.
pub(super) struct Field {
    waves: Vec<(f64, f64, f64)>,
    amplitude: f64,
}

impl Field {
    pub(super) fn new(random: &mut ChaCha12Rng, smooth: SmoothRate) -> Self {
        // The model's own convention: kappa is the square root of 8 over the range.
        let kappa = 8.0_f64.sqrt() / smooth.range_metres;
        let waves = (0..WAVES)
            .map(|_| {
                let even: f64 = random.random();
                // Half a chi-square with two degrees of freedom is an exponential.
                let spread = kappa / (2.0 * -libm::log(1.0 - even)).sqrt();
                let frequency =
                    (spread * standard_normal(random), spread * standard_normal(random));
                (frequency.0, frequency.1, std::f64::consts::TAU * random.random::<f64>())
            })
            .collect();
        let amplitude = smooth.log_standard_deviation * (2.0 / WAVES as f64).sqrt();
        Self { waves, amplitude }
    }

    pub(super) fn at(&self, (east, north): (f64, f64)) -> f64 {
        self.amplitude
            * self
                .waves
                .iter()
                .map(|(x, y, phase)| libm::cos(x * east + y * north + phase))
                .sum::<f64>()
    }
}

/// Places drawn in an upright box from `west`, `north` with these sides in metres: a Poisson number at a
/// rate for each square kilometre, thinned where a field says that there are fewer.
pub(super) fn places(
    random: &mut ChaCha12Rng,
    (west, north): (f64, f64),
    (width, height): (f64, f64),
    rate: f64,
    field: Option<&Field>,
) -> Result<Vec<(f64, f64)>, SimulateFault> {
    // A field rarely passes three and a half standard deviations; what lies above counts as that.
    let ceiling = field.map_or(0.0, |field| 3.5 * field.amplitude * (WAVES as f64 / 2.0).sqrt());
    let square_kilometres = width * height / 1e6;
    let most = poisson(
        random,
        "unreported strikes for each square kilometre",
        rate * libm::exp(ceiling) * square_kilometres,
    )?;
    let mut places = Vec::new();
    for _ in 0..most {
        let place =
            (west + width * random.random::<f64>(), north - height * random.random::<f64>());
        let kept: f64 = random.random();
        let relative = field.map_or(0.0, |field| field.at(place) - ceiling);
        if kept < libm::exp(relative) {
            places.push(place);
        }
    }
    Ok(places)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::super::draw::{Part, stream};
    use super::*;

    #[test]
    fn the_field_has_its_variance_and_loses_its_correlation_over_its_range() {
        let smooth = SmoothRate { range_metres: 3_000.0, log_standard_deviation: 0.8 };
        let mut random = stream(5, Part::Unreported, 0);
        let (mut square, mut near, mut far) = (0.0, 0.0, 0.0);
        let repeats = 3_000;
        for _ in 0..repeats {
            let field = Field::new(&mut random, smooth);
            let here = field.at((0.0, 0.0));
            square += here * here;
            near += here * field.at((300.0, 0.0));
            far += here * field.at((0.0, 3_000.0));
        }
        let variance = square / f64::from(repeats);
        assert!((variance / 0.64 - 1.0).abs() < 0.08, "{variance}");
        // Matérn of smoothness 1: x K1(x) with x = kappa r; x = 0.283 gives 0.925 and 2.83 gives 0.14.
        let (near, far) = (near / square, far / square);
        assert!((near - 0.925).abs() < 0.02, "{near}");
        assert!((far - 0.14).abs() < 0.06, "{far}");
    }

    #[test]
    fn there_are_as_many_places_as_the_rate_says() {
        let mut random = stream(6, Part::Unreported, 0);
        let count: usize = (0..400)
            .map(|_| places(&mut random, (0.0, 0.0), (3_000.0, 2_000.0), 0.5, None).unwrap().len())
            .sum();
        assert!((count as f64 / 400.0 - 3.0).abs() < 0.3, "{count}");
    }
}
