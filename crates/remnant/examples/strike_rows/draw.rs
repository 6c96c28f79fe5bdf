//! Random choices that stay the same, byte for byte, from one version of a library to the next.
//!
//! Belongs here: turning the words of a seeded ChaCha generator into choices, and numbers into digits.
//! Does not belong here: what is chosen. The range sampling of `rand` is not used: it may change between
//! versions, and with it every file made from the same seed.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A seeded source of choices.
pub(crate) struct Draw(ChaCha8Rng);

impl Draw {
    /// Choices of `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// True with probability `share`.
    pub(crate) fn chance(&mut self, share: f64) -> bool {
        // Never and always need no random word.
        share > 0.0 && (share >= 1.0 || f64::from(self.0.next_u32()) < share * 4_294_967_296.0)
    }

    /// A whole number from 0 up to, not including, `end`.
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(end)) >> 32) as u32
    }

    /// A whole number from `first` to `last`.
    pub(crate) fn between(&mut self, first: u32, last: u32) -> u32 {
        first + self.below(last - first + 1)
    }

    /// A number from 0 up to, not including, 1.
    pub(crate) fn unit(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / 4_294_967_296.0
    }

    /// A number around 0 within 1.5 on each side: the sum of three, less its mean.
    pub(crate) fn around(&mut self) -> f64 {
        self.unit() + self.unit() + self.unit() - 1.5
    }

    /// One of `choices`, as often as its count says.
    pub(crate) fn of<T: Copy>(&mut self, choices: &[(T, u32)]) -> T {
        let total = choices.iter().map(|(_, count)| count).sum();
        let mut left = self.below(total);
        for (choice, count) in choices {
            if left < *count {
                return *choice;
            }
            left -= count;
        }
        choices[choices.len() - 1].0
    }
}

/// Writes `number` with at least `digits` digits, zeroes in front.
pub(crate) fn push_whole(out: &mut Vec<u8>, number: u64, digits: usize) {
    let mut buffer = [b'0'; 20];
    let mut start = buffer.len();
    let mut left = number;
    while left > 0 {
        start -= 1;
        buffer[start] = b'0' + (left % 10) as u8;
        left /= 10;
    }
    let start = start.min(buffer.len() - digits.min(buffer.len()));
    out.extend_from_slice(&buffer[start..]);
}

/// Writes `scaled`, a number times ten to `decimals`, without zeroes at the end but with one decimal.
pub(crate) fn push_decimal(out: &mut Vec<u8>, scaled: u64, decimals: usize) {
    let unit = 10_u64.pow(decimals as u32);
    push_whole(out, scaled / unit, 1);
    out.push(b'.');
    let first = out.len();
    push_whole(out, scaled % unit, decimals);
    while out.len() > first + 1 && out.last() == Some(&b'0') {
        out.pop();
    }
}
