//! Numbers as people write them: thousands, decimal commas, units, words.
//!
//! Belongs here: text to number, and areas to square metres by a stated unit. Does not belong here:
//! whether a field takes the number (`field`).

use serde::{Deserialize, Serialize};

use super::text::plain_digits;

/// How a file writes numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct NumberFormat {
    /// What stands before the fraction: `.` or `,`.
    pub decimal: char,
    /// What stands between thousands, beside spaces and apostrophes, which always may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thousands: Option<char>,
}

impl Default for NumberFormat {
    fn default() -> Self {
        Self { decimal: '.', thousands: Some(',') }
    }
}

/// A unit of area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AreaUnit {
    /// Square metres.
    M2,
    /// Hectares: 10 000 m².
    Ha,
    /// Square kilometres: 1 000 000 m².
    Km2,
    /// Dunams, of which several sizes are in use: the mapping states the size.
    Dunam,
}

impl AreaUnit {
    /// Square metres in one, where that is the same everywhere.
    #[must_use]
    pub fn square_metres(self) -> Option<f64> {
        match self {
            Self::M2 => Some(1.0),
            Self::Ha => Some(10_000.0),
            Self::Km2 => Some(1_000_000.0),
            Self::Dunam => None,
        }
    }

    /// The unit behind what is written beside a number or in a column's name.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        let word: String =
            word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        match word.as_str() {
            "m2" | "m²" | "sqm" | "sqmetres" | "sqmeters" | "squaremetres" | "squaremeters"
            | "мкв" | "квм" | "м2" | "м²" | "mq" | "metrescarrés" | "م2" => {
                Some(Self::M2)
            }
            "ha" | "hectare" | "hectares" | "hectárea" | "hectáreas" | "га" | "هكتار" => {
                Some(Self::Ha)
            }
            "km2" | "km²" | "sqkm" | "sqkms" | "squarekm" | "squarekilometres"
            | "squarekilometers" | "км2" | "км²" | "كم2" => Some(Self::Km2),
            "dunam" | "dunams" | "donum" | "donums" | "dunum" | "dunums" | "dönüm" | "دونم"
            | "dulum" | "dulums" => Some(Self::Dunam),
            _ => None,
        }
    }
}

/// A number that was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Number<'a> {
    /// Its value.
    pub(super) value: f64,
    /// What stands behind it, such as a unit; blank where nothing does.
    pub(super) unit: &'a str,
}

/// Why a text is not a number.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum NotANumber {
    /// A number with words that make it less sure, or a span of two.
    InWords {
        /// The number or the first of two, as it may be meant.
        perhaps: f64,
    },
    /// No number at all, or digits that the format does not allow.
    NotUnderstood,
}

/// Words before a number that make it less sure.
const ABOUT: &[&str] = &[
    "about",
    "approx",
    "approx.",
    "approximately",
    "around",
    "circa",
    "ca",
    "ca.",
    "c.",
    "some",
    "over",
    "under",
    "almost",
    "nearly",
    "at least",
    "up to",
    "more than",
    "less than",
    "environ",
    "vers",
    "plus de",
    "moins de",
    "aproximadamente",
    "unos",
    "cerca de",
    "etwa",
    "oko",
    "около",
    "близько",
    "приблизно",
    "حوالي",
    "تقريبا",
    "khoảng",
    "ប្រហែល",
    "ປະມານ",
    "~",
    "≈",
    ">",
    "<",
    "≥",
    "≤",
    "±",
    "+/-",
];

/// Reads a number as the file writes them. Digits of any script are digits.
///
/// # Errors
/// What keeps the text from being a number: words beside it, or that it is none.
pub(super) fn read<'a>(text: &'a str, format: NumberFormat) -> Result<Number<'a>, NotANumber> {
    // Nearly every number is plain digits with a point: no copy is made of those.
    if format.decimal == '.'
        && text.len() <= 18
        && text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-')
        && let Ok(value) = text.parse::<f64>()
    {
        return Ok(Number { value, unit: "" });
    }
    let text = text.trim();
    match split(text, format) {
        Some((value, "")) => Ok(Number { value, unit: "" }),
        Some((value, rest)) => {
            // A span such as `10-15` or `10 to 15` begins with a number and goes on with one.
            let second = rest
                .trim_start_matches(|c: char| c.is_whitespace() || "-–—/~".contains(c))
                .trim_start_matches("to ")
                .trim_start_matches("or ");
            if split(second, format).is_some() || rest.trim_start().starts_with(['+', '?']) {
                return Err(NotANumber::InWords { perhaps: value });
            }
            let unit = rest.trim();
            if unit.chars().count() <= 20 && unit.chars().any(char::is_alphabetic) {
                Ok(Number { value, unit })
            } else {
                Err(NotANumber::NotUnderstood)
            }
        }
        None => {
            let lower = text.to_lowercase();
            ABOUT
                .iter()
                .filter_map(|word| lower.strip_prefix(word))
                .find_map(|rest| split(rest.trim_start(), format))
                .map_or(Err(NotANumber::NotUnderstood), |(perhaps, _)| {
                    Err(NotANumber::InWords { perhaps })
                })
        }
    }
}

/// The number at the start of a text and what stands behind it.
fn split(text: &str, format: NumberFormat) -> Option<(f64, &str)> {
    let mut digits = String::with_capacity(text.len().min(40));
    let mut end = 0;
    let mut in_fraction = false;
    let mut since_separator: Option<u8> = None;
    let mut leading = 0_u8;
    let mut letters = text.char_indices().peekable();
    let mut any_digit = false;
    while let Some((at, letter)) = letters.next() {
        let mut copy = [0; 4];
        let plain = plain_digits(letter.encode_utf8(&mut copy)).chars().next();
        let next_is_digit = letters.peek().is_some_and(|(_, next)| next.is_numeric());
        match plain {
            None => {}
            Some('+') if at == 0 => {}
            Some('-' | '−') if at == 0 => digits.push('-'),
            Some(digit) if digit.is_ascii_digit() => {
                any_digit = true;
                digits.push(digit);
                if let Some(count) = &mut since_separator {
                    *count = count.saturating_add(1);
                } else if !in_fraction {
                    leading = leading.saturating_add(1);
                }
            }
            Some(point) if point == format.decimal && !in_fraction && next_is_digit => {
                if since_separator.is_some_and(|count| count != 3) {
                    return None;
                }
                since_separator = None;
                in_fraction = true;
                digits.push('.');
            }
            Some(separator)
                if any_digit
                    && !in_fraction
                    && next_is_digit
                    && (Some(separator) == format.thousands
                        || matches!(separator, ' ' | '\u{A0}' | '\u{202F}' | '\'' | '’' | '٬')) =>
            {
                if since_separator.is_some_and(|count| count != 3) || leading > 3 {
                    return None;
                }
                since_separator = Some(0);
            }
            Some('e' | 'E')
                if any_digit
                    && text[at + 1..]
                        .starts_with(|c: char| c.is_ascii_digit() || "+-".contains(c))
                    && text[at + 1..].bytes().skip(1).all(|b| b.is_ascii_digit()) =>
            {
                digits.push('e');
                digits.push_str(&text[at + 1..]);
                end = text.len();
                break;
            }
            Some(_) => break,
        }
        end = at + letter.len_utf8();
    }
    if !any_digit || since_separator.is_some_and(|count| count != 3) {
        return None;
    }
    let value: f64 = digits.parse().ok()?;
    value.is_finite().then_some((value, &text[end..]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const POINT: NumberFormat = NumberFormat { decimal: '.', thousands: Some(',') };
    const COMMA: NumberFormat = NumberFormat { decimal: ',', thousands: Some('.') };

    #[test]
    fn numbers_are_read_as_the_file_writes_them() {
        for (text, format, value, unit) in [
            ("1234.5", POINT, 1234.5, ""),
            ("1,234.5", POINT, 1234.5, ""),
            ("1 234 567", POINT, 1_234_567.0, ""),
            ("1.234,5", COMMA, 1234.5, ""),
            ("1.234", COMMA, 1234.0, ""),
            ("0,25", COMMA, 0.25, ""),
            ("-12", POINT, -12.0, ""),
            ("−12", POINT, -12.0, ""),
            ("12 ha", POINT, 12.0, "ha"),
            ("12.5ha", POINT, 12.5, "ha"),
            ("3 km²", POINT, 3.0, "km²"),
            ("4500 sq. m", POINT, 4500.0, "sq. m"),
            ("1.5e4", POINT, 15_000.0, ""),
            ("٣٤", POINT, 34.0, ""),
            ("1'000", POINT, 1000.0, ""),
        ] {
            assert_eq!(read(text, format), Ok(Number { value, unit }), "{text}");
        }
    }

    #[test]
    fn words_and_spans_are_not_numbers_but_show_what_is_meant() {
        for (text, perhaps) in [
            ("about 300", 300.0),
            ("~300", 300.0),
            ("environ 1 200", 1200.0),
            ("10-15", 10.0),
            ("10 to 15", 10.0),
            (">50", 50.0),
            ("300+", 300.0),
            ("20?", 20.0),
        ] {
            assert_eq!(read(text, POINT), Err(NotANumber::InWords { perhaps }), "{text}");
        }
        for text in ["", "many", "1,23", "12,34,567", "1.234.567", "--3", "12/03/2020/", "inf"] {
            assert!(
                !matches!(read(text, POINT), Ok(Number { unit: "", .. })),
                "{text}: {:?}",
                read(text, POINT)
            );
        }
    }

    #[test]
    fn units_are_known_by_their_names() {
        for (word, unit) in [
            ("sq. m", AreaUnit::M2),
            ("m²", AreaUnit::M2),
            ("Hectares", AreaUnit::Ha),
            ("sq km", AreaUnit::Km2),
            ("dönüm", AreaUnit::Dunam),
        ] {
            assert_eq!(AreaUnit::of(word), Some(unit), "{word}");
        }
        assert_eq!(AreaUnit::of("m"), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,30}|[-+0-9., ']{0,20}") {
            for format in [POINT, COMMA] {
                if let Ok(number) = read(&text, format) {
                    prop_assert!(number.value.is_finite());
                }
            }
        }

        #[test]
        fn what_is_written_is_read(value in -1_000_000_000_i64..1_000_000_000) {
            let plain = value.to_string();
            prop_assert_eq!(read(&plain, POINT).map(|n| n.value), Ok(value as f64));
            prop_assert_eq!(read(&plain, COMMA).map(|n| n.value), Ok(value as f64));
        }
    }
}
