//! What every chart is written with: the frame, escaped text, line breaks and numbers.
//!
//! Belongs here: what makes a drawing valid, readable and the same on every run. Does not belong here:
//! what any one chart means.
//!
//! Colours stand in attributes, so that a chart is right as a file of its own and where no style
//! sheet reaches; a style sheet overrides them through the classes. There is no `style` attribute and
//! no `style` element: the pages forbid both.

use std::fmt::Write as _;

/// All charts are drawn 360 units wide, the width of a small phone; larger screens enlarge them.
pub(super) const WIDTH: f64 = 360.0;
/// Free space at the left and right edge.
pub(super) const MARGIN: f64 = 10.0;

pub(super) const INK: &str = "#1b1f24";
pub(super) const MUTED: &str = "#57606a";
pub(super) const RULE: &str = "#d0d7de";
pub(super) const PAPER: &str = "#ffffff";
pub(super) const ACCENT: &str = "#0b5a8a";
pub(super) const ACCENT_LIGHT: &str = "#7fb2d4";

/// Opens a chart: size, name and description for screen readers.
///
/// A picture without links is one image. A picture with links must not be: a reader with a keyboard
/// would reach links that the screen reader was told are not there, so it is a group of its parts.
pub(super) fn open(class: &str, id: &str, height: f64, texts: (&str, &str), links: bool) -> String {
    let (title, description) = texts;
    let role = if links { "group" } else { "img" };
    let (id, title, description) = (escape(id), escape(title), escape(description));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart {class}\" id=\"{id}\" \
         viewBox=\"0 0 {} {}\" width=\"100%\" role=\"{role}\" aria-labelledby=\"{id}-title\" \
         aria-describedby=\"{id}-description\" font-family=\"system-ui, sans-serif\" \
         font-size=\"12\" fill=\"{INK}\">\n\
         <title id=\"{id}-title\">{title}</title>\n\
         <desc id=\"{id}-description\">{description}</desc>\n",
        number(WIDTH),
        number(height),
    )
}

/// Text for an element or an attribute, with what XML reserves written as references.
///
/// Control characters, which XML 1.0 forbids even as references, become spaces.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push(' '),
            control if control.is_control() => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A coordinate with at most one decimal, the shortest way.
pub(super) fn number(value: f64) -> String {
    let tenths = (value * 10.0).round() as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    match (tenths.abs() / 10, tenths.abs() % 10) {
        (whole, 0) => format!("{sign}{whole}"),
        (whole, tenth) => format!("{sign}{whole}.{tenth}"),
    }
}

/// Writes one line of text, linked where it has an address.
pub(super) fn push_text(
    svg: &mut String,
    (x, y): (f64, f64),
    attributes: &str,
    text: &str,
    href: Option<&str>,
) {
    let attributes = if attributes.is_empty() { String::new() } else { format!(" {attributes}") };
    let text = format!(
        "<text x=\"{}\" y=\"{}\"{attributes}>{}</text>",
        number(x),
        number(y),
        escape(text)
    );
    let _ = match href {
        Some(href) => writeln!(svg, "<a href=\"{}\">{text}</a>", escape(href)),
        None => writeln!(svg, "{text}"),
    };
}

/// Writes a straight line.
pub(super) fn push_line(svg: &mut String, from: (f64, f64), to: (f64, f64), attributes: &str) {
    let _ = writeln!(
        svg,
        "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" {attributes}/>",
        number(from.0),
        number(from.1),
        number(to.0),
        number(to.1)
    );
}

/// Breaks text into lines no wider than `width` units at a font size.
///
/// SVG does not break lines. The width is estimated from typical sans-serif letters, on the wide side,
/// since the font of the reader is not known. A single word longer than a line is broken; a no-break
/// space is none to break at.
pub(super) fn lines(text: &str, width: f64, font_size: f64) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let may_break = |c: char| c.is_whitespace() && c != '\u{a0}';
    for word in text.split(may_break).filter(|word| !word.is_empty()) {
        for part in pieces(word, width, font_size) {
            let joined = if line.is_empty() { part.clone() } else { format!("{line} {part}") };
            if text_width(&joined, font_size) <= width {
                line = joined;
            } else {
                lines.push(std::mem::replace(&mut line, part));
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

fn pieces(word: &str, width: f64, font_size: f64) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for character in word.chars() {
        let mut longer = pieces.last().cloned().unwrap_or_default();
        longer.push(character);
        if longer.chars().count() > 1 && text_width(&longer, font_size) > width {
            pieces.push(character.to_string());
        } else if let Some(last) = pieces.last_mut() {
            *last = longer;
        }
    }
    pieces
}

/// The estimated width of a line of text in units.
pub(super) fn text_width(text: &str, font_size: f64) -> f64 {
    let ems: f64 = text
        .chars()
        .map(|character| match character {
            'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.3,
            ' ' | 'f' | 'r' | 't' | '(' | ')' | '-' | '/' => 0.38,
            'm' | 'w' | 'M' | 'W' | '%' | '@' | '—' => 0.9,
            'A'..='Z' => 0.7,
            '\u{1100}'.. => 1.0,
            _ => 0.58,
        })
        .sum();
    ems * font_size
}

/// A share as per cent with three significant digits at most: `2.35 %`, `14 %`, `0.06 %`.
pub(super) fn percent(share: f64) -> String {
    format!("{} %", significant(share * 100.0, 3))
}

/// A number with so many significant digits at most, thousands separated: `1,230`, `0.05`.
pub(super) fn significant(value: f64, digits: i32) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0".to_owned() } else { "no number".to_owned() };
    }
    let magnitude = value.abs().log10().floor() as i32;
    let step = 10_f64.powi(magnitude + 1 - digits);
    let rounded = (value / step).round() * step;
    let decimals = usize::try_from(digits - 1 - magnitude).unwrap_or(0);
    let text = format!("{rounded:.decimals$}");
    let text =
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    let (whole, rest) = text.split_once('.').map_or((text, None), |(w, r)| (w, Some(r)));
    let mut grouped = String::new();
    let count = whole.trim_start_matches('-').len();
    for (place, digit) in whole.trim_start_matches('-').chars().enumerate() {
        if place > 0 && (count - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if value < 0.0 { "-" } else { "" };
    rest.map_or_else(|| format!("{sign}{grouped}"), |rest| format!("{sign}{grouped}.{rest}"))
}

/// Stops a test unless the text is one well-formed element as far as tags, quotes and references go.
#[cfg(test)]
pub(super) fn assert_well_formed(svg: &str) {
    let mut open = Vec::new();
    let mut rest = svg;
    while let Some(start) = rest.find('<') {
        let text = &rest[..start];
        assert!(!text.contains('>'), "a bare > in {text:?}");
        assert_references(text);
        let end = rest[start..].find('>').expect("every tag ends") + start;
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        assert!(!tag.contains('<'), "a < inside the tag {tag:?}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "tags close in order");
            continue;
        }
        let name = tag.split([' ', '/']).next().expect("a tag has a name");
        let attributes = tag[name.len()..].trim_end_matches('/');
        assert_eq!(attributes.matches('"').count() % 2, 0, "quotes pair in {tag:?}");
        let mut names = std::collections::BTreeSet::new();
        for (place, part) in attributes.split('"').enumerate() {
            assert_references(part);
            if place % 2 == 0 && !part.trim().is_empty() {
                assert!(part.starts_with(' ') && part.ends_with('='), "{part:?} in {tag:?}");
                assert!(names.insert(part.trim()), "{part} twice in {tag:?}");
            }
        }
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(rest.trim().is_empty() && open.is_empty(), "everything closes: {open:?}");
    for forbidden in ["<script", "<style", " style=", " onclick"] {
        assert!(!svg.contains(forbidden), "{forbidden} has no place in a chart");
    }
}

#[cfg(test)]
fn assert_references(text: &str) {
    for after in text.split('&').skip(1) {
        let known = ["amp;", "lt;", "gt;", "quot;"];
        assert!(known.iter().any(|reference| after.starts_with(reference)), "a bare & in {text:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_characters_are_written_as_references() {
        assert_eq!(escape("<b> & \"c\"\u{7}"), "&lt;b&gt; &amp; &quot;c&quot; ");
    }

    #[test]
    fn numbers_are_short_and_never_minus_zero() {
        assert_eq!(number(-0.04), "0");
        assert_eq!(number(-0.06), "-0.1");
        assert_eq!(number(12.0), "12");
        assert_eq!(number(12.34), "12.3");
    }

    #[test]
    fn shares_keep_the_digits_that_were_stated() {
        assert_eq!(percent(0.0235), "2.35 %");
        assert_eq!(percent(0.14), "14 %");
        assert_eq!(percent(0.0006), "0.06 %");
        assert_eq!(percent(0.1667), "16.7 %");
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(significant(1_234_567.0, 2), "1,200,000");
        assert_eq!(significant(999.6, 3), "1,000");
    }

    #[test]
    fn lines_break_between_words_and_inside_a_word_that_is_too_long() {
        assert_eq!(lines("aa bb cc", 40.0, 12.0), ["aa bb", "cc"]);
        let long = lines(&"x".repeat(100), 100.0, 12.0);
        assert!(long.len() > 5 && long.iter().all(|line| text_width(line, 12.0) <= 100.0));
        assert_eq!(long.concat().len(), 100);
        assert!(lines("  ", 100.0, 12.0).is_empty());
        assert_eq!(lines("aa b\u{a0}c", 30.0, 12.0), ["aa", "b\u{a0}c"]);
    }
}
