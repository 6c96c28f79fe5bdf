//! Settings out of the first bytes of an input.
//!
//! Belongs here: taking one of several values by a number. Does not belong here: which values a
//! target has.

/// A number out of which one choice after the other is taken.
pub struct Choices(u64);

impl Choices {
    /// The choices in the first bytes, at most eight, and what follows them.
    #[must_use]
    pub fn split(bytes: &[u8], count: usize) -> (Self, &[u8]) {
        let (first, rest) = bytes.split_at(count.min(bytes.len()).min(8));
        let number = first.iter().rev().fold(0u64, |number, byte| (number << 8) | u64::from(*byte));
        (Self(number), rest)
    }

    /// One of so many, counted from 0.
    pub fn below(&mut self, count: u64) -> u64 {
        let chosen = self.0 % count.max(1);
        self.0 /= count.max(1);
        chosen
    }

    /// One of the values.
    pub fn one_of<T: Clone>(&mut self, values: &[T]) -> T {
        values[self.below(values.len() as u64) as usize].clone()
    }

    /// Yes or no.
    pub fn yes(&mut self) -> bool {
        self.below(2) == 1
    }
}

/// What stands between the parts of an input, such as the files of a shapefile: a line of `%%`.
pub const BORDER: &[u8] = b"\n%%\n";

/// The parts of an input.
#[must_use]
pub fn parts(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    while let Some(at) = bytes.windows(BORDER.len()).position(|window| window == BORDER) {
        parts.push(&bytes[..at]);
        bytes = &bytes[at + BORDER.len()..];
    }
    parts.push(bytes);
    parts
}
