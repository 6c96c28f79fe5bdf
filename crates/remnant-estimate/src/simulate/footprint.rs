//! Where items lie about the place of a strike.
//!
//! Belongs here: drawing a distance and bearing for each item, from shapes that were only ever learnt
//! from finds. Does not belong here: densities, or why a footprint has its shape.

use rand::RngExt;
use rand_chacha::ChaCha12Rng;

use super::draw::standard_normal;

/// The shape of footprints.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FootprintShape {
    /// The same normal scatter on both axes.
    Normal,
    /// Most items as in [`FootprintShape::Normal`], the others further out.
    Skirt {
        /// Share of the items that lie further out.
        share: f64,
        /// How many times further.
        factor: f64,
    },
    /// Longer one way than across; the bearing is any, and differs from strike to strike. The product
    /// of the two scales is that of the normal shape.
    Elongated {
        /// The longer scale over the shorter.
        ratio: f64,
    },
}

/// The footprint of one strike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Footprint {
    shape: FootprintShape,
    scale_metres: f64,
    bearing: f64,
}

impl Footprint {
    /// The footprint of a strike with this scale; the bearing is drawn.
    pub(super) fn new(random: &mut ChaCha12Rng, shape: FootprintShape, scale_metres: f64) -> Self {
        let bearing = std::f64::consts::PI * random.random::<f64>();
        Self { shape, scale_metres, bearing }
    }

    /// How far east and north of the strike one item lies, in metres; `common` and `own` are two
    /// standard normal pairs of which `share_in_common` says how much of the variance the first has.
    pub(super) fn offset(
        &self,
        random: &mut ChaCha12Rng,
        common: (f64, f64),
        share_in_common: f64,
    ) -> (f64, f64) {
        let own = (standard_normal(random), standard_normal(random));
        let far: f64 = random.random();
        let (first, second) = (share_in_common.sqrt(), (1.0 - share_in_common).sqrt());
        let along = first * common.0 + second * own.0;
        let across = first * common.1 + second * own.1;
        let s = self.scale_metres;
        match self.shape {
            FootprintShape::Normal => (s * along, s * across),
            FootprintShape::Skirt { share, factor } => {
                let s = if far < share { s * factor } else { s };
                (s * along, s * across)
            }
            FootprintShape::Elongated { ratio } => {
                let (long, short) = (s * ratio.sqrt() * along, s / ratio.sqrt() * across);
                let (sine, cosine) = (libm::sin(self.bearing), libm::cos(self.bearing));
                (long * sine + short * cosine, long * cosine - short * sine)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::draw::{Part, stream};
    use super::*;

    fn second_moments(shape: FootprintShape, share_in_common: f64) -> (f64, f64) {
        let mut random = stream(3, Part::Strike, 0);
        let footprint = Footprint::new(&mut random, shape, 50.0);
        let count = 40_000;
        let mut sums = (0.0, 0.0);
        for _ in 0..count {
            let common = (standard_normal(&mut random), standard_normal(&mut random));
            let (east, north) = footprint.offset(&mut random, common, share_in_common);
            sums.0 += east * east + north * north;
            sums.1 += (east * libm::sin(footprint.bearing) + north * libm::cos(footprint.bearing))
                .powi(2);
        }
        (sums.0 / f64::from(count), sums.1 / f64::from(count))
    }

    #[test]
    fn each_shape_scatters_as_its_scale_says() {
        for common in [0.0, 0.7] {
            let (both, along) = second_moments(FootprintShape::Normal, common);
            assert!((both / 5_000.0 - 1.0).abs() < 0.03, "{both}");
            assert!((along / 2_500.0 - 1.0).abs() < 0.04, "{along}");
        }
        let (both, _) = second_moments(FootprintShape::Skirt { share: 0.15, factor: 2.5 }, 0.0);
        assert!((both / (5_000.0 * (0.85 + 0.15 * 6.25)) - 1.0).abs() < 0.04, "{both}");
        let (both, along) = second_moments(FootprintShape::Elongated { ratio: 2.5 }, 0.0);
        assert!((along / (2_500.0 * 2.5) - 1.0).abs() < 0.04, "{along}");
        assert!(((both - along) / (2_500.0 / 2.5) - 1.0).abs() < 0.04, "{both}");
    }
}
