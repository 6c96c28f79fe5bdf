//! Dated events from top to bottom.
//!
//! Belongs here: placing events on a true scale of time beside their words, which never overlap.
//! Does not belong here: choosing events, or what was known when.
//!
//! Time runs downwards because a phone is tall. An event of which only the month or the year is known is
//! drawn as that month or year, not as its first day.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::svg::{
    self, ACCENT, INK, MARGIN, MUTED, PAPER, RULE, WIDTH, lines, number, push_line, push_text,
};

/// Events on one axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// An identifier that no other chart of the page has.
    pub id: String,
    /// What the chart shows, for screen readers and as a tooltip.
    pub title: String,
    /// What a reader who cannot see the chart has to know.
    pub description: String,
    /// The events in any order.
    pub events: Vec<Event>,
}

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// When it was or is to be.
    pub when: When,
    /// What happened, in a sentence.
    pub label: String,
    /// How firm the word is.
    pub standing: Standing,
    /// Address of the page about it.
    pub href: Option<String>,
}

/// A day, or the month or year that is all that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// That day.
    Day(Date),
    /// Some day of the month that this day is in.
    MonthOf(Date),
    /// Some day of the year that this day is in.
    YearOf(Date),
}

impl When {
    /// The first and the last day that the event can have been on.
    pub fn span(self) -> (Date, Date) {
        match self {
            Self::Day(day) => (day, day),
            Self::MonthOf(day) => (day.first_of_month(), day.last_of_month()),
            Self::YearOf(day) => (day.first_of_year(), day.last_of_year()),
        }
    }

    /// As it is read: `7 July 2023`, `July 2023`, `2023`.
    pub fn words(self) -> String {
        match self {
            Self::Day(day) => format!("{} {} {}", day.day(), month(day), day.year()),
            Self::MonthOf(day) => format!("{} {}", month(day), day.year()),
            Self::YearOf(day) => day.year().to_string(),
        }
    }
}

fn month(day: Date) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    NAMES[usize::from(day.month().unsigned_abs()) - 1]
}

/// How firm the word about an event is; each is drawn with its own shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Somebody wrote that it was so.
    Reported,
    /// Those who would do it said that they would.
    Announced,
    /// It was decided by those who can.
    Decided,
    /// It happened.
    Confirmed,
    /// Those concerned said that it was not so.
    Denied,
    /// A date in the calendar that has yet to come.
    Scheduled,
}

impl Standing {
    const ALL: [Self; 6] = [
        Self::Reported,
        Self::Announced,
        Self::Decided,
        Self::Confirmed,
        Self::Denied,
        Self::Scheduled,
    ];

    /// The word for it in legends.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::Announced => "announced",
            Self::Decided => "decided",
            Self::Confirmed => "confirmed",
            Self::Denied => "denied",
            Self::Scheduled => "scheduled",
        }
    }
}

const AXIS: f64 = 44.0;
const MARK: f64 = 82.0;
const TEXT: f64 = 94.0;
const TOP: f64 = 14.0;

/// Draws the events as one SVG element, the earliest on top.
pub fn timeline(timeline: &Timeline) -> String {
    let mut events: Vec<&Event> = timeline.events.iter().collect();
    events.sort_by_key(|event| event.when.span());
    let rows: Vec<Vec<String>> =
        events.iter().map(|event| lines(&event.label, WIDTH - MARGIN - TEXT, 12.0)).collect();
    let heights: Vec<f64> = rows.iter().map(|row| 27.0 + 14.5 * row.len() as f64).collect();
    let words: f64 = heights.iter().sum();
    // A little more than the words need, so that gaps in time stay visible as gaps.
    let axis = words * 1.15 + 20.0;
    let scale = Scale::new(&events, axis);
    let wished: Vec<f64> = events.iter().map(|event| scale.place(event.when.span().0)).collect();
    let places = spread(&wished, &heights, (TOP, TOP + axis));

    let mut body = String::new();
    scale.push(&mut body);
    for (event, (row, y)) in events.iter().zip(rows.iter().zip(&places)) {
        push_event(&mut body, event, row, &scale, *y);
    }
    let y = push_legend(&mut body, &events, TOP + axis + 8.0);
    let links = events.iter().any(|event| event.href.is_some());
    let texts = (timeline.title.as_str(), timeline.description.as_str());
    let mut svg = svg::open("timeline", &timeline.id, y, texts, links);
    svg.push_str(&body);
    svg.push_str("</svg>\n");
    svg
}

/// Tops of rows that keep their order, do not overlap, and lie as near as they can to where they wish.
///
/// Rows are first pushed down past the one above, then, from the last one upwards, back over the edge.
fn spread(wished: &[f64], heights: &[f64], (top, bottom): (f64, f64)) -> Vec<f64> {
    let mut places = Vec::with_capacity(wished.len());
    let mut free = top;
    for (wish, height) in wished.iter().zip(heights) {
        // Text starts a little above its mark, so that its first line is level with it.
        let place = (wish - 8.0).max(free);
        places.push(place);
        free = place + height;
    }
    let mut limit = bottom;
    for (place, height) in places.iter_mut().zip(heights).rev() {
        *place = place.min(limit - height);
        limit = *place;
    }
    places
}

/// Days to units, with marks at years or months.
struct Scale {
    first: Date,
    last: Date,
    height: f64,
}

impl Scale {
    fn new(events: &[&Event], height: f64) -> Self {
        let first = events.iter().map(|event| event.when.span().0).min().unwrap_or(Date::ZERO);
        let last = events.iter().map(|event| event.when.span().1).max().unwrap_or(first);
        Self { first, last, height }
    }

    fn days(&self, to: Date) -> f64 {
        let days = |date: Date| {
            // Counted by hand, since a difference of dates has an error case that cannot occur here.
            f64::from(date.year()) * 365.2425 + f64::from(date.day_of_year())
        };
        days(to) - days(self.first)
    }

    fn place(&self, date: Date) -> f64 {
        let whole = self.days(self.last).max(1.0);
        TOP + (self.days(date) / whole).clamp(0.0, 1.0) * self.height
    }

    /// The axis, with as many years or months as there is room for.
    fn push(&self, svg: &mut String) {
        let stroke = format!("class=\"axis-line\" stroke=\"{RULE}\" stroke-width=\"2\"");
        push_line(svg, (AXIS, TOP), (AXIS, TOP + self.height), &stroke);
        let mut free = f64::NEG_INFINITY;
        for (date, words) in self.marks() {
            let y = self.place(date);
            if y - free < 17.0 {
                continue;
            }
            free = y;
            let stroke = format!("class=\"tick\" stroke=\"{MUTED}\" stroke-width=\"1\"");
            push_line(svg, (AXIS - 4.0, y), (AXIS, y), &stroke);
            let attributes =
                format!("class=\"axis\" font-size=\"11\" text-anchor=\"end\" fill=\"{MUTED}\"");
            push_text(svg, (AXIS - 6.0, y + 4.0), &attributes, &words, None);
        }
    }

    /// Starts of years when the events span several, else starts of months.
    fn marks(&self) -> Vec<(Date, String)> {
        let (first, last) = (self.first.year(), self.last.year());
        if i32::from(last) - i32::from(first) >= 3 {
            let room = (self.height / 17.0).max(1.0);
            let years = f64::from(last - first);
            let step = [1, 2, 5, 10, 20, 50].into_iter().find(|s| years / f64::from(*s) <= room);
            let step = step.unwrap_or(100);
            return (first..=last)
                .filter(|year| year % step == 0)
                .filter_map(|year| Date::new(year, 1, 1).ok())
                .filter(|date| *date >= self.first)
                .map(|date| (date, date.year().to_string()))
                .collect();
        }
        (first..=last)
            .flat_map(|year| (1..=12).filter_map(move |month| Date::new(year, month, 1).ok()))
            .filter(|date| *date >= self.first && *date <= self.last)
            .map(|date| {
                let words = match date.month() {
                    1 => date.year().to_string(),
                    _ => month(date)[..3].to_owned(),
                };
                (date, words)
            })
            .collect()
    }
}

fn push_event(svg: &mut String, event: &Event, row: &[String], scale: &Scale, top: f64) {
    let (first, last) = event.when.span();
    let (from, to) = (scale.place(first), scale.place(last));
    let _ = writeln!(svg, "<g class=\"event standing-{}\">", event.standing.word());
    if first == last {
        let _ = writeln!(
            svg,
            "<circle class=\"day\" cx=\"{}\" cy=\"{}\" r=\"2.6\" fill=\"{INK}\"/>",
            number(AXIS),
            number(from)
        );
    } else {
        let _ = writeln!(
            svg,
            "<rect class=\"span\" x=\"{}\" y=\"{}\" width=\"6\" height=\"{}\" fill=\"{ACCENT}\" \
             fill-opacity=\"0.55\"/>",
            number(AXIS - 3.0),
            number(from),
            number((to - from).max(2.0))
        );
    }
    let level = top + 8.0;
    let _ = writeln!(
        svg,
        "<path class=\"leader\" d=\"M{} {}L{} {}\" fill=\"none\" stroke=\"{MUTED}\" \
         stroke-width=\"0.7\"/>",
        number(AXIS + 4.0),
        number(from.midpoint(to)),
        number(MARK - 9.0),
        number(level),
    );
    push_mark(svg, event.standing, (MARK, level));
    let date = format!("{} · {}", event.when.words(), event.standing.word());
    let attributes = "class=\"date\" font-size=\"11.5\" font-weight=\"bold\"";
    push_text(svg, (TEXT, top + 12.0), attributes, &date, None);
    let fill = if event.href.is_some() { ACCENT } else { INK };
    for (number, line) in row.iter().enumerate() {
        let attributes = format!("class=\"label\" font-size=\"12\" fill=\"{fill}\"");
        let y = top + 26.5 + 14.5 * number as f64;
        push_text(svg, (TEXT, y), &attributes, line, event.href.as_deref());
    }
    svg.push_str("</g>\n");
}

/// The shape of a standing: the firmer the word, the fuller the shape.
fn push_mark(svg: &mut String, standing: Standing, (x, y): (f64, f64)) {
    let (path, filled, dashes) = match standing {
        Standing::Reported => ("m-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z", false, ""),
        Standing::Confirmed => ("m-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z", true, ""),
        Standing::Announced => ("m-5 4.2l5 -9.2l5 9.2z", false, ""),
        Standing::Decided => ("m-4.6 -4.6h9.2v9.2h-9.2z", true, ""),
        Standing::Denied => ("m-4.5 -4.5l9 9m0 -9l-9 9", false, ""),
        Standing::Scheduled => ("m0 -6l6 6l-6 6l-6 -6z", false, " stroke-dasharray=\"2 1.6\""),
    };
    let fill = match (filled, standing) {
        (true, _) => INK,
        (false, Standing::Denied) => "none",
        (false, _) => PAPER,
    };
    let class = if filled { "mark filled" } else { "mark hollow" };
    let _ = writeln!(
        svg,
        "<path class=\"{class}\" d=\"M{} {}{path}\" fill=\"{fill}\" stroke=\"{INK}\" \
         stroke-width=\"1.7\"{dashes}/>",
        number(x),
        number(y)
    );
}

fn push_legend(svg: &mut String, events: &[&Event], top: f64) -> f64 {
    let present: Vec<Standing> = Standing::ALL
        .into_iter()
        .filter(|standing| events.iter().any(|event| event.standing == *standing))
        .collect();
    let mut y = top;
    let _ = writeln!(svg, "<g class=\"legend\">");
    for row in present.chunks(3) {
        y += 19.0;
        for (column, standing) in row.iter().enumerate() {
            let x = MARGIN + 8.0 + column as f64 * 112.0;
            push_mark(svg, *standing, (x, y - 4.0));
            push_text(svg, (x + 12.0, y), "font-size=\"11.5\"", standing.word(), None);
        }
    }
    if events.iter().any(|event| !matches!(event.when, When::Day(_))) {
        y += 19.0;
        let _ = writeln!(
            svg,
            "<rect class=\"span\" x=\"{}\" y=\"{}\" width=\"6\" height=\"12\" fill=\"{ACCENT}\" \
             fill-opacity=\"0.55\"/>",
            number(MARGIN + 5.0),
            number(y - 10.0)
        );
        let words = "only the month or the year is known";
        push_text(svg, (MARGIN + 20.0, y), "font-size=\"11.5\"", words, None);
    }
    svg.push_str("</g>\n");
    y + 10.0
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn event(when: When, label: &str, standing: Standing) -> Event {
        Event { when, label: label.to_owned(), standing, href: Some("/source/a".to_owned()) }
    }

    /// Invented events: the chart is under test here, not the record.
    fn example() -> Timeline {
        Timeline {
            id: "events".to_owned(),
            title: "What was said and done".to_owned(),
            description: "Seven events, four of them in one week.".to_owned(),
            events: vec![
                event(When::YearOf(date(2019, 1, 1)), "First asked for", Standing::Reported),
                event(
                    When::MonthOf(date(2022, 12, 1)),
                    "Asked for again, as a newspaper learned from two people who were present",
                    Standing::Reported,
                ),
                event(When::Day(date(2023, 7, 7)), "Announced at a briefing", Standing::Announced),
                event(When::Day(date(2023, 7, 6)), "Decided, it was said", Standing::Decided),
                event(When::Day(date(2023, 7, 7)), "An ally would not", Standing::Denied),
                event(When::Day(date(2023, 7, 13)), "Arrived", Standing::Confirmed),
                event(When::Day(date(2025, 3, 6)), "Withdrawal takes effect", Standing::Scheduled),
            ],
        }
    }

    #[test]
    fn the_timeline_looks_as_it_did() {
        let drawn = timeline(&example());
        svg::assert_well_formed(&drawn);
        insta::assert_snapshot!(drawn);
    }

    #[test]
    fn rows_never_overlap_and_keep_their_order() {
        let wished = [10.0, 12.0, 12.0, 13.0, 300.0, 301.0];
        let heights = [40.0, 55.0, 40.0, 40.0, 40.0, 60.0];
        let places = spread(&wished, &heights, (0.0, 320.0));
        for (number, pair) in places.windows(2).enumerate() {
            assert!(pair[1] >= pair[0] + heights[number] - 1e-9, "{places:?}");
        }
        assert!(places[0] >= 0.0 && places[5] + heights[5] <= 320.0 + 1e-9, "{places:?}");
    }

    #[test]
    fn a_month_is_drawn_as_a_month_and_never_as_its_first_day() {
        let mut only = example();
        only.events.truncate(2);
        let drawn = timeline(&only);
        assert_eq!(drawn.matches("class=\"span\"").count(), 3, "two events and the legend");
        assert!(!drawn.contains("class=\"day\""));
        assert!(drawn.contains("December 2022") && !drawn.contains("1 December 2022"));
    }

    #[test]
    fn every_standing_has_a_shape_of_its_own() {
        let shapes: std::collections::BTreeSet<String> = Standing::ALL
            .into_iter()
            .map(|standing| {
                let mut svg = String::new();
                push_mark(&mut svg, standing, (0.0, 0.0));
                svg
            })
            .collect();
        assert_eq!(shapes.len(), 6);
    }

    #[test]
    fn no_events_and_one_event_are_drawn_without_nonsense() {
        for count in [0, 1] {
            let mut few = example();
            few.events.truncate(count);
            let drawn = timeline(&few);
            svg::assert_well_formed(&drawn);
            assert!(!drawn.contains("NaN") && !drawn.contains("inf"));
        }
    }

    #[test]
    fn words_of_others_cannot_break_the_drawing() {
        let mut hostile = example();
        hostile.events[0].label = "</text><script>&".to_owned();
        hostile.events[0].href = Some("\"><script>".to_owned());
        svg::assert_well_formed(&timeline(&hostile));
    }
}
