//! How numbers are printed.
//!
//! Belongs here: grouping, rounding, units beside numbers. Does not belong here: computing any.

/// A whole number with its digits in groups of three, set apart by no-break spaces.
///
/// ```
/// assert_eq!(remnant_publish::number::grouped(728_500_000), "728\u{a0}500\u{a0}000");
/// assert_eq!(remnant_publish::number::grouped(9408), "9408");
/// ```
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('\u{a0}');
        }
        out.push(digit);
    }
    out
}

/// A whole number that may be negative, grouped in the same way, with a true minus sign.
///
/// ```
/// assert_eq!(remnant_publish::number::signed(-12_345), "−12\u{a0}345");
/// assert_eq!(remnant_publish::number::signed(7), "7");
/// ```
#[must_use]
pub fn signed(number: i128) -> String {
    let sign = if number < 0 { "−" } else { "" };
    match u64::try_from(number.unsigned_abs()) {
        Ok(size) => format!("{sign}{}", grouped(size)),
        // No land is so large; the digits are still right.
        Err(_) => number.to_string(),
    }
}

/// A positive number with two significant digits; whole numbers from a hundred up are grouped.
///
/// Two, because no estimate here deserves a third.
///
/// ```
/// use remnant_publish::number::two_digits;
/// assert_eq!(two_digits(0.0479), "0.048");
/// assert_eq!(two_digits(17.4), "17");
/// assert_eq!(two_digits(12_345.0), "12\u{a0}000");
/// assert_eq!(two_digits(0.0), "0");
/// ```
#[must_use]
pub fn two_digits(number: f64) -> String {
    if !number.is_finite() || number == 0.0 {
        return number.to_string();
    }
    let to_places = |places: i32| {
        let scale = 10f64.powi(places);
        (number * scale).round() / scale
    };
    let places_of = |number: f64| 1 - number.abs().log10().floor() as i32;
    // Rounding up to the next power of ten leaves one place less to print: 9.99 is 10, not 10.0.
    let places = places_of(to_places(places_of(number)));
    let rounded = to_places(places);
    if places > 0 {
        let text = format!("{rounded:.*}", places as usize);
        return text;
    }
    if rounded < 0.0 {
        return format!("−{}", grouped(-rounded as u64));
    }
    grouped(rounded as u64)
}

/// A share as per cent with two significant digits.
///
/// ```
/// assert_eq!(remnant_publish::number::percent(0.168), "17\u{a0}%");
/// ```
#[must_use]
pub fn percent(share: f64) -> String {
    format!("{}\u{a0}%", two_digits(100.0 * share))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_up_to_the_next_power_of_ten_keeps_the_value() {
        assert_eq!(two_digits(99.9), "100");
        assert_eq!(two_digits(9.99), "10");
        assert_eq!(two_digits(0.996), "1.0");
        assert_eq!(two_digits(0.0996), "0.10");
        assert_eq!(two_digits(-9.99), "−10");
        assert_eq!(two_digits(-0.934), "-0.93");
    }
}
