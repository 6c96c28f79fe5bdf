//! What a cell's text looks like before anybody asks what it means.
//!
//! Belongs here: digits of other scripts, words that stand for a blank, marks and junk in texts,
//! names folded for comparison. Does not belong here: dates, numbers and codes.

use std::borrow::Cow;

use super::finding::Remark;
use super::rule::Rule;

/// A cell of more bytes than this is refused unread.
pub(super) const LARGEST_CELL: usize = 1_000_000;

/// Words that stand for a blank in any column, in lower case.
///
/// `None` is among them as the checklists of the field have it; a column in which "none" is an
/// answer gets it as a code, which goes before.
pub(super) const BLANK_WORDS: &[&str] = &[
    "na", "n/a", "#n/a", "n.a.", "n.a", "none", "null", "nil", "nan", "nat", "-", "--", "---", "—",
    "–", ".", "..", "...", "(null)", "<null>", "(blank)", "n\\a", "#null!",
];

/// The first digit of each script of ten digits in a row that the field writes in.
///
/// # Source
/// Unicode Character Database, general category Nd.
const ZEROS: &[char] = &[
    '\u{0660}', // Arabic
    '\u{06F0}', // Persian, Urdu
    '\u{0966}', // Devanagari
    '\u{09E6}', // Bengali
    '\u{0BE6}', // Tamil
    '\u{0DE6}', // Sinhala
    '\u{0E50}', // Thai
    '\u{0ED0}', // Lao
    '\u{1040}', // Burmese
    '\u{17E0}', // Khmer
    '\u{FF10}', // full width
];

/// The text with the digits of other scripts as 0 to 9, and without marks of direction.
pub(super) fn plain_digits(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars()
            .filter(|letter| !is_direction_mark(*letter))
            .map(|letter| {
                ZEROS
                    .iter()
                    .find_map(|zero| (letter as u32).checked_sub(*zero as u32).filter(|d| *d < 10))
                    .and_then(|digit| char::from_digit(digit, 10))
                    .unwrap_or(letter)
            })
            .collect(),
    )
}

/// Whether a character turns the direction of writing.
pub(super) fn is_direction_mark(letter: char) -> bool {
    matches!(
        letter,
        '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
    )
}

/// Whether a text is one of the words for a blank.
pub(super) fn is_blank_word(text: &str) -> bool {
    // Most cells are told apart by their first letter.
    text.len() <= 9
        && text.bytes().next().is_some_and(|byte| b"nN#-.(<".contains(&byte) || byte > 0x7f)
        && BLANK_WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// What programs leave behind in cells that begins with this letter.
fn junk_from(first: u8) -> &'static [&'static str] {
    match first {
        b'n' => &["npm WARN", "npm ERR"],
        b'e' | b'E' => &["enoent", "ENOENT"],
        b'T' => &["Traceback (most recent call"],
        b'#' => &["#REF!", "#VALUE!", "#NAME?", "#DIV/0!"],
        b'[' => &["[object Object]"],
        b'S' => &["System.Object"],
        b'j' => &["java.lang."],
        b'<' => &["<!DOCTYPE", "<html"],
        b'u' => &["undefined undefined"],
        _ => &[],
    }
}

/// What is odd about a text, whatever it means. Nothing is changed in it.
pub(super) fn oddities(text: &str, remarks: &mut Vec<Remark>) {
    if is_junk(text) {
        remarks.push(Remark::new(Rule::ToolJunk, "a program, not a person, wrote this text"));
    }
    let plain = text.bytes().all(|byte| (b' '..0x7f).contains(&byte));
    if !plain {
        let mut control = None;
        let mut direction = 0_u32;
        let mut lost = false;
        for letter in text.chars() {
            if letter.is_control() && !matches!(letter, '\n' | '\r' | '\t') {
                control = control.or(Some(letter));
            }
            direction += u32::from(is_direction_mark(letter));
            lost |= letter == '\u{FFFD}';
        }
        if let Some(letter) = control {
            let message = format!("the text holds the control character U+{:04X}", letter as u32);
            remarks.push(Remark::new(Rule::ControlCharacter, message));
        }
        if direction > 0 {
            let message =
                format!("the text holds {direction} marks of direction that are not seen");
            remarks.push(Remark::new(Rule::DirectionMark, message));
        }
        if lost {
            let message = "a letter was lost when the file was saved (U+FFFD)";
            remarks.push(Remark::new(Rule::LostCharacter, message));
        }
    }
    // 254 is where a dBase file cuts, 255 where many forms and databases do: in bytes or letters.
    if text.len() >= 254 {
        let letters = text.chars().count();
        if [254, 255].contains(&letters) || [254, 255].contains(&text.len()) {
            let message = format!("the text is {letters} characters long, where databases cut");
            remarks.push(Remark::new(Rule::TextCut, message));
        }
    }
}

/// Whether a program, not a person, wrote a text.
pub(super) fn is_junk(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().any(|(at, first)| {
        junk_from(*first).iter().any(|junk| bytes[at..].starts_with(junk.as_bytes()))
    })
}

/// A name or an answer without what people write differently: case, spaces, hyphens, underscores,
/// dots and apostrophes. Words stand apart by one underscore.
pub(super) fn folded(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for word in
        name.split(|c: char| !(c.is_alphanumeric() || is_mark(c))).filter(|word| !word.is_empty())
    {
        if !folded.is_empty() {
            folded.push('_');
        }
        folded.extend(word.chars().flat_map(char::to_lowercase));
    }
    folded
}

/// Vowel signs and the like, which belong to the letter before them in the scripts of the south.
fn is_mark(letter: char) -> bool {
    matches!(letter,
        '\u{0300}'..='\u{036F}' | '\u{064B}'..='\u{065F}' | '\u{0900}'..='\u{0DFF}'
        | '\u{0E31}'..='\u{0E4E}' | '\u{0EB1}'..='\u{0ECE}' | '\u{102B}'..='\u{103E}'
        | '\u{17B6}'..='\u{17D3}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rules(text: &str) -> Vec<Rule> {
        let mut remarks = Vec::new();
        oddities(text, &mut remarks);
        remarks.into_iter().map(|remark| remark.rule).collect()
    }

    #[test]
    fn digits_of_every_script_are_read() {
        for text in ["٢٠١٩", "۲۰۱۹", "២០១៩", "໒໐໑໙", "၂၀၁၉", "௨௦௧௯", "2019", "\u{200F}2019"]
        {
            assert_eq!(plain_digits(text), "2019", "{text}");
        }
    }

    #[test]
    fn what_is_odd_in_a_text_is_told() {
        assert_eq!(rules("npm WARN enoent ENOENT: no such file"), [Rule::ToolJunk]);
        assert_eq!(rules("#REF!"), [Rule::ToolJunk]);
        assert_eq!(rules("Muang\u{0}Phin"), [Rule::ControlCharacter]);
        assert_eq!(rules("قرية\u{202B}"), [Rule::DirectionMark]);
        assert_eq!(rules("Xaignabo\u{FFFD}ri"), [Rule::LostCharacter]);
        assert_eq!(rules(&"a".repeat(255)), [Rule::TextCut]);
        assert_eq!(rules(&"ก".repeat(255)), [Rule::TextCut]);
        for sound in ["Ban Na", "ບ້ານ", "two\nlines", &"a".repeat(253), &"a".repeat(256), "Bennett"]
        {
            assert_eq!(rules(sound), [], "{sound}");
        }
    }

    #[test]
    fn names_are_folded() {
        assert_eq!(folded("  Date-of report "), "date_of_report");
        assert_eq!(folded("NUMBER OF AIRCRAFT (total)"), "number_of_aircraft_total");
        assert_eq!(folded("ບ້ານ"), "ບ້ານ");
        assert_eq!(folded("#adm1+name"), "adm1_name");
    }

    #[test]
    fn blank_words_are_blank_however_they_are_cased() {
        for word in ["NA", "n/a", "None", "NULL", "-", "NaN"] {
            assert!(is_blank_word(word), "{word}");
        }
        for word in ["no", "0", "unknown", "not asked", "Nam"] {
            assert!(!is_blank_word(word), "{word}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}|[\\x00-\\x7f]{0,300}") {
            let _read = (rules(&text), plain_digits(&text), folded(&text));
        }
    }
}
