//! Text of foreign files as people can see it.
//!
//! Belongs here: showing characters that steer a machine or turn the direction of writing, and
//! keeping a cell of a table from being run as a formula. Does not belong here: judging such text
//! (`remnant_ground::intake`).

use std::borrow::Cow;

/// Text with every character that cannot be seen, and does something, shown as a mark.
///
/// Control characters become their pictures (`␉` for a tab), marks that turn the direction of
/// writing and the like their code (`⟨U+202E⟩`). Letters of every script stay, and so do the
/// joiners that some scripts need.
///
/// ```
/// use remnant_publish::visible::visible;
/// assert_eq!(visible("a\tb"), "a␉b");
/// assert_eq!(visible("a\u{202e}b"), "a⟨U+202E⟩b");
/// assert_eq!(visible("قرية ບ້ານ"), "قرية ບ້ານ");
/// ```
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\0'..='\u{1f}' => {
                shown.push(char::from_u32(0x2400 + u32::from(character)).unwrap_or(character));
            }
            '\u{7f}' => shown.push('\u{2421}'),
            hidden if is_hidden(hidden) => {
                shown.push_str(&format!("⟨U+{:04X}⟩", u32::from(hidden)));
            }
            other => shown.push(other),
        }
    }
    Cow::Owned(shown)
}

fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// Text for a cell of a CSV file, which spreadsheet programs read as if it was typed: an apostrophe
/// stands before what they would take for a formula.
///
/// That is a text beginning with `=`, `+`, `-` or `@`, full-width ones included, or with a tab or a
/// line end. Whoever reads the file with a program takes the first apostrophe off again.
#[must_use]
pub fn not_a_formula(text: &str) -> Cow<'_, str> {
    let starts = |character: char| "=+-@＝＋－＠\t\r\n".contains(character);
    if text.starts_with(starts) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_machine_stays_hidden() {
        for hidden in
            ["\0", "\u{1b}[2J", "\r\n", "\u{7f}", "\u{85}", "\u{2066}x\u{2069}", "\u{feff}"]
        {
            let shown = visible(hidden);
            assert!(!shown.chars().any(is_hidden), "{shown:?}");
        }
        assert_eq!(visible("می\u{200c}خواهم"), "می\u{200c}خواهم");
    }

    #[test]
    fn what_looks_like_a_formula_gets_an_apostrophe_and_nothing_else_does() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1"] {
            assert_eq!(not_a_formula(text), format!("'{text}"));
        }
        for text in ["", "1=1", "a-b", "'x", " =1"] {
            assert_eq!(not_a_formula(text), text);
        }
    }
}
