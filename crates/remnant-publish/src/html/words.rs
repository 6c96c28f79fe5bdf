//! Words as markup, with days that do not break at their hyphens.
//!
//! Belongs here: finding days in text. Does not belong here: blocks and pages (`html`).

use maud::{Markup, html};

/// Text with its days marked as such, so that `2023-06-30` stays on one line.
pub(super) fn words(text: &str) -> Markup {
    let mut rest = text;
    let mut parts = Vec::new();
    while let Some((before, day, after)) = first_day(rest) {
        parts.push((before, day));
        rest = after;
    }
    html! {
        @for (before, day) in parts { (before) time { (day) } }
        (rest)
    }
}

/// What stands before the first day, the day, and what stands behind it.
fn first_day(text: &str) -> Option<(&str, &str, &str)> {
    const LENGTH: usize = "2023-06-30".len();
    let bytes = text.as_bytes();
    let alone = |at: usize| bytes.get(at).is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'-');
    let start = (0..bytes.len().saturating_sub(LENGTH - 1)).find(|&start| {
        let day = &bytes[start..start + LENGTH];
        let shaped = day.iter().zip(b"0000-00-00").all(|(byte, shape)| match shape {
            b'-' => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
        shaped && (start == 0 || alone(start - 1)) && alone(start + LENGTH)
    })?;
    Some((&text[..start], &text[start..start + LENGTH], &text[start + LENGTH..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_marked_wherever_it_stands_and_nothing_else_is() {
        let marked = |text: &str| words(text).into_string();
        assert_eq!(marked("2023-06-30"), "<time>2023-06-30</time>");
        assert_eq!(
            marked("é 2023-06-30; <2024-01-01>"),
            "é <time>2023-06-30</time>; &lt;<time>2024-01-01</time>&gt;"
        );
        for other in ["12023-06-30", "law-nbc-2023-06-30", "2023-06-301", "2023-06", "2023-06-3"] {
            assert_eq!(marked(other), other);
        }
    }
}
