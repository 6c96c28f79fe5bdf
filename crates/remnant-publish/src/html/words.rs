//! Words as markup: days that do not break at their hyphens, and the links inside charts.
//!
//! Belongs here: finding either in text. Does not belong here: blocks and pages (`html`).

use maud::{Markup, html};

use crate::chart::{FIGURE_LINK, escape};

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

/// A chart whose links to figures lead where `address` says, told by the figure's id.
pub(super) fn linked(svg: &str, address: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(svg.len());
    let mut rest = svg;
    let mark = format!("href=\"{FIGURE_LINK}");
    while let Some((before, after)) = rest.split_once(&mark) {
        let (id, behind) = after.split_once('"').unwrap_or((after, ""));
        out.push_str(before);
        out.push_str(&format!("href=\"{}\"", escape(&address(id))));
        rest = behind;
    }
    out.push_str(rest);
    out
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

    #[test]
    fn links_of_a_chart_lead_to_their_figures() {
        let svg = "<a href=\"figure:stated/a/b\"><text>x</text></a><a href=\"/c\">y</a>";
        assert_eq!(
            linked(svg, |id| format!("/explain/{id}?a&b")),
            "<a href=\"/explain/stated/a/b?a&amp;b\"><text>x</text></a><a href=\"/c\">y</a>"
        );
    }
}
