//! The sheet of a planning square that a survey team takes along: A4, to scale, one box a square.
//!
//! Belongs here: drawing what `remnant-ground` says of a square, with legend, north and scale. Does
//! not belong here: which boxes there are and what stands of them.
//!
//! Meanings are told by pattern, so that they read in grey, on a copy and by colour-blind eyes. A box
//! that nobody searched is left white to be written in, with a question mark that keeps it apart from
//! one in which nothing was found.

use std::fmt::Write as _;

use remnant_ground::cmrs::{BoxResult, Colours, Sheet, SheetBox};

use super::svg::{INK, MUTED, PAPER, escape, lines, number, push_line, push_text};

/// Paper in millimetres: A4 upright. One unit of the drawing is a millimetre.
const PAGE: (f64, f64) = (210.0, 297.0);
/// The side of the square on paper, in millimetres.
const SQUARE: f64 = 160.0;
/// Its north-west corner on paper.
const CORNER: (f64, f64) = (30.0, 42.0);
/// Below this height in millimetres nobody reads a number.
const LEAST_TEXT: f64 = 1.2;
/// How many evidence points are named on the sheet; there is no room for more.
const MOST_NAMES: usize = 12;

/// What a sheet is drawn from.
#[derive(Clone, Copy, Debug)]
pub struct SurveySheet<'a> {
    /// An identifier that no other drawing of the page has.
    pub id: &'a str,
    /// The square.
    pub sheet: &'a Sheet,
    /// The operator's colours, to be named in the legend; the drawing itself does without colour.
    pub colours: Option<&'a Colours>,
    /// What else is printed below: parameters, what is unverified in them.
    pub remarks: &'a [String],
}

/// Draws the sheet as one SVG element of the size of the paper.
#[must_use]
pub fn survey_sheet(drawn: &SurveySheet<'_>) -> String {
    let sheet = drawn.sheet;
    let id = escape(drawn.id);
    let title = format!("Survey sheet {}", sheet.square);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"survey-sheet\" id=\"{id}\" \
         viewBox=\"0 0 {} {}\" width=\"{}mm\" height=\"{}mm\" role=\"img\" \
         aria-labelledby=\"{id}-title\" aria-describedby=\"{id}-description\" \
         font-family=\"system-ui, sans-serif\" font-size=\"3\" fill=\"{INK}\">\n\
         <title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-description\">{}</desc>\n",
        number(PAGE.0),
        number(PAGE.1),
        number(PAGE.0),
        number(PAGE.1),
        escape(&title),
        escape(&description(sheet)),
    );
    let _ = writeln!(
        svg,
        "<rect width=\"{}\" height=\"{}\" fill=\"{PAPER}\"/>",
        number(PAGE.0),
        number(PAGE.1)
    );
    push_patterns(&mut svg, &id);
    push_heading(&mut svg, sheet);
    for shown in &sheet.boxes {
        push_box(&mut svg, &id, sheet, shown);
    }
    push_numbers(&mut svg, sheet);
    push_frame(&mut svg, sheet);
    for (place, point) in sheet.evidence_points.iter().enumerate() {
        push_evidence(&mut svg, sheet, point.from_corner, &format!("E{}", place + 1));
    }
    push_north_and_scale(&mut svg, sheet);
    push_legend(&mut svg, drawn, &id);
    svg.push_str("</svg>\n");
    svg
}

/// What a reader who cannot see the sheet has to know.
fn description(sheet: &Sheet) -> String {
    let counts: Vec<String> = sheet
        .counts()
        .into_iter()
        .rev()
        .map(|(result, count)| format!("{}: {count}", result.words()))
        .collect();
    format!("Boxes of {} m. {}.", sheet.grid.box_size_metres(), counts.join("; "))
}

/// Millimetres on paper for one metre on the ground.
fn scale(sheet: &Sheet) -> f64 {
    SQUARE / f64::from(sheet.side_metres)
}

/// Where a point of the square, in metres from its south-west corner, comes to lie on paper.
fn on_paper(sheet: &Sheet, (east, north): (f64, f64)) -> (f64, f64) {
    (CORNER.0 + east * scale(sheet), CORNER.1 + SQUARE - north * scale(sheet))
}

/// The name of a meaning's pattern; `None` where the box stays white.
fn pattern(result: BoxResult) -> Option<&'static str> {
    match result {
        BoxResult::CmrFound => Some("found"),
        BoxResult::FragmentsOnly => Some("fragments"),
        BoxResult::OtherUxoFound => Some("other"),
        BoxResult::NothingFound => Some("nothing"),
        BoxResult::PartlySearched => Some("partly"),
        BoxResult::CannotBeSearched => Some("blocked"),
        BoxResult::NotSearched => None,
    }
}

/// The patterns: black, crossed lines, dots, level lines, slanting lines, grey with crosses.
fn push_patterns(svg: &mut String, id: &str) {
    let line = |path: &str, width: &str| {
        format!("<path d=\"{path}\" stroke=\"{INK}\" stroke-width=\"{width}\" fill=\"none\"/>")
    };
    let ground = |colour: &str| format!("<rect width=\"2\" height=\"2\" fill=\"{colour}\"/>");
    let slant = "M-0.5 0.5L0.5 -0.5M0 2L2 0M1.5 2.5L2.5 1.5";
    let back = "M-0.5 1.5L0.5 2.5M0 0L2 2M1.5 -0.5L2.5 0.5";
    let patterns = [
        ("found", ground(INK)),
        ("fragments", ground(PAPER) + &line(slant, "0.35") + &line(back, "0.35")),
        ("other", ground(PAPER) + &format!("<circle cx=\"1\" cy=\"1\" r=\"0.5\" fill=\"{INK}\"/>")),
        ("nothing", ground(PAPER) + &line("M0 1H2", "0.2")),
        ("partly", ground(PAPER) + &line(slant, "0.2")),
        ("blocked", ground("#bdbdbd") + &line("M0.6 0.6L1.4 1.4M1.4 0.6L0.6 1.4", "0.2")),
    ];
    svg.push_str("<defs>\n");
    for (name, drawing) in patterns {
        let _ = writeln!(
            svg,
            "<pattern id=\"{id}-{name}\" width=\"2\" height=\"2\" patternUnits=\"userSpaceOnUse\">\
             {drawing}</pattern>"
        );
    }
    svg.push_str("</defs>\n");
}

fn push_heading(svg: &mut String, sheet: &Sheet) {
    let bold = "font-size=\"7\" font-weight=\"bold\"";
    push_text(svg, (CORNER.0, 18.0), bold, &format!("Survey sheet {}", sheet.square), None);
    let (east, north) = sheet.square.south_west();
    let zone = sheet.square.zone();
    let hemisphere = if zone.is_north() { "north" } else { "south" };
    let place = format!(
        "WGS 84, UTM zone {} {hemisphere}, south-west corner {east} E {north} N; grid {}",
        zone.number(),
        sheet.grid
    );
    push_text(svg, (CORNER.0, 25.0), "", &place, None);
    let dates = match sheet.dates {
        Some((first, last)) if first == last => format!("Searched on {first}"),
        Some((first, last)) => format!("Searched from {first} to {last}"),
        None => "No day of search is recorded".to_owned(),
    };
    push_text(svg, (CORNER.0, 30.0), "", &dates, None);
}

/// A rectangle of a meaning, on the legend or the map.
fn push_meaning(svg: &mut String, id: &str, result: BoxResult, (x, y): (f64, f64), side: f64) {
    let fill =
        pattern(result).map_or_else(|| PAPER.to_owned(), |pattern| format!("url(#{id}-{pattern})"));
    let _ = writeln!(
        svg,
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{fill}\" stroke=\"{MUTED}\" \
         stroke-width=\"0.15\"/>",
        number(x),
        number(y),
        number(side),
        number(side)
    );
    let size = side * 0.3;
    if result == BoxResult::NotSearched && size >= LEAST_TEXT {
        let attributes = format!("font-size=\"{}\" fill=\"{MUTED}\"", number(size));
        push_text(svg, (x + size * 0.3, y + size), &attributes, "?", None);
    }
}

fn push_box(svg: &mut String, id: &str, sheet: &Sheet, shown: &SheetBox) {
    let side = f64::from(sheet.grid.box_size_metres());
    let (east, north) = corner(shown);
    let (x, y) = on_paper(sheet, (east, north + side));
    let side = side * scale(sheet);
    push_meaning(svg, id, shown.result, (x, y), side);
    if shown.next.is_some() {
        let inset = side * 0.08;
        let _ = writeln!(
            svg,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"{INK}\" \
             stroke-width=\"0.6\" stroke-dasharray=\"1.2 0.8\"/>",
            number(x + inset),
            number(y + inset),
            number(side - 2.0 * inset),
            number(side - 2.0 * inset)
        );
    }
}

#[expect(clippy::cast_precision_loss, reason = "a square is at most 10 000 m wide")]
fn corner(shown: &SheetBox) -> (f64, f64) {
    (shown.from_corner.0 as f64, shown.from_corner.1 as f64)
}

/// The height of the numbers in boxes, where there is room for any.
fn text_height(sheet: &Sheet) -> Option<f64> {
    let side = f64::from(sheet.grid.box_size_metres()) * scale(sheet);
    let height = (side * 0.36).min(3.0);
    (height >= LEAST_TEXT).then_some(height)
}

/// The order of work in the boxes, rows and columns at the margin.
fn push_numbers(svg: &mut String, sheet: &Sheet) {
    let side = f64::from(sheet.grid.box_size_metres());
    let Some(height) = text_height(sheet) else { return };
    let middle = |attributes: &str| {
        format!("font-size=\"{}\" text-anchor=\"middle\"{attributes}", number(height))
    };
    let halo = format!(" stroke=\"{PAPER}\" stroke-width=\"0.8\" paint-order=\"stroke\"");
    for shown in &sheet.boxes {
        let (east, north) = corner(shown);
        let (x, y) = on_paper(sheet, (east + side / 2.0, north + side / 2.0));
        if let Some(order) = shown.next {
            push_text(svg, (x, y + height / 3.0), &middle(&halo), &order.to_string(), None);
        }
    }
    let mut rows: Vec<(i64, i64)> = Vec::new();
    let mut columns: Vec<(i64, i64)> = Vec::new();
    for shown in &sheet.boxes {
        let (row, column) = shown.id.row_and_column();
        rows.push((shown.from_corner.1, row));
        columns.push((shown.from_corner.0, column));
    }
    for numbers in [&mut rows, &mut columns] {
        numbers.sort_unstable();
        numbers.dedup();
    }
    #[expect(clippy::cast_precision_loss, reason = "a square is at most 10 000 m wide")]
    for (from, row) in rows {
        let (_, y) = on_paper(sheet, (0.0, from as f64 + side / 2.0));
        let attributes = format!("font-size=\"{}\" text-anchor=\"end\"", number(height));
        let place = (CORNER.0 - 2.0, y + height / 3.0);
        push_text(svg, place, &attributes, &format!("r{row:02}"), None);
    }
    #[expect(clippy::cast_precision_loss, reason = "a square is at most 10 000 m wide")]
    for (from, column) in columns {
        let (x, _) = on_paper(sheet, (from as f64 + side / 2.0, 0.0));
        let place = (x, CORNER.1 + SQUARE + height + 1.5);
        push_text(svg, place, &middle(""), &format!("c{column:02}"), None);
    }
}

/// The kilometre lines, and the frame of the square.
fn push_frame(svg: &mut String, sheet: &Sheet) {
    for line in 0..=sheet.side_metres / 1000 {
        let at = f64::from(line) * 1000.0;
        let side = f64::from(sheet.side_metres);
        let attributes = format!("stroke=\"{INK}\" stroke-width=\"0.5\"");
        let (upright, level) = (((at, 0.0), (at, side)), ((0.0, at), (side, at)));
        for (from, to) in [upright, level] {
            push_line(svg, on_paper(sheet, from), on_paper(sheet, to), &attributes);
        }
    }
}

/// A triangle with its name.
fn push_evidence(svg: &mut String, sheet: &Sheet, place: (f64, f64), name: &str) {
    let (x, y) = on_paper(sheet, place);
    let corners = [(0.0, -1.8), (1.6, 1.0), (-1.6, 1.0)];
    let points: Vec<String> =
        corners.iter().map(|(dx, dy)| format!("{},{}", number(x + dx), number(y + dy))).collect();
    let _ = writeln!(
        svg,
        "<polygon points=\"{}\" fill=\"{PAPER}\" stroke=\"{INK}\" stroke-width=\"0.4\"/>",
        points.join(" ")
    );
    let attributes = format!(
        "font-size=\"2.6\" font-weight=\"bold\" stroke=\"{PAPER}\" stroke-width=\"0.8\" \
         paint-order=\"stroke\""
    );
    push_text(svg, (x + 2.0, y + 1.0), &attributes, name, None);
}

fn push_north_and_scale(svg: &mut String, sheet: &Sheet) {
    let (x, top) = (198.0, CORNER.1);
    let attributes = format!("stroke=\"{INK}\" stroke-width=\"0.6\"");
    push_line(svg, (x, top + 16.0), (x, top + 2.0), &attributes);
    let _ = writeln!(
        svg,
        "<polygon points=\"{},{} {},{} {},{}\" fill=\"{INK}\"/>",
        number(x),
        number(top),
        number(x + 2.0),
        number(top + 5.0),
        number(x - 2.0),
        number(top + 5.0)
    );
    let middle = "text-anchor=\"middle\"";
    push_text(svg, (x, top - 2.0), middle, "N", None);
    push_text(svg, (x, top + 20.0), "text-anchor=\"middle\" font-size=\"2.4\"", "grid north", None);
    let off = sheet.grid_convergence_degrees;
    let words = match (off * 10.0).round() as i64 {
        0 => "True north is grid north to a tenth of a degree.".to_owned(),
        tenths => {
            let side = if tenths > 0 { "left" } else { "right" };
            format!("True north is {:.1} degrees to the {side} of grid north.", off.abs())
        }
    };
    let bar = f64::from(sheet.side_metres) / 5.0;
    let y = 212.0;
    push_line(svg, (CORNER.0, y), (CORNER.0 + bar * scale(sheet), y), &attributes);
    for at in [0.0, bar] {
        let x = CORNER.0 + at * scale(sheet);
        push_line(svg, (x, y - 1.0), (x, y + 1.0), &attributes);
        push_text(svg, (x, y + 4.5), middle, &format!("{at:.0} m"), None);
    }
    let one_to = crate::number::grouped((1000.0 / scale(sheet)).round() as u64);
    let place = (CORNER.0 + 45.0, y + 1.0);
    let scale = format!("Scale 1 : {one_to}, printed without fitting to the page.");
    push_text(svg, place, "font-size=\"2.6\"", &scale, None);
    push_text(svg, (place.0, place.1 + 3.6), "font-size=\"2.6\"", &words, None);
}

fn push_legend(svg: &mut String, drawn: &SurveySheet<'_>, id: &str) {
    let sheet = drawn.sheet;
    let counts = sheet.counts();
    let mut y = 224.0;
    for result in BoxResult::ALL.into_iter().rev() {
        push_meaning(svg, id, result, (CORNER.0, y), 5.0);
        let count = counts.get(&result).copied().unwrap_or(0);
        let mut words = format!("{}: {count}", result.words());
        if let Some(colours) = drawn.colours {
            let _ = write!(words, " ({})", colours.of(result));
        }
        push_text(svg, (CORNER.0 + 7.0, y + 3.7), "", &words, None);
        y += 6.2;
    }
    let mut remarks = vec![
        "Dashed frame and number: to search next, in this order. Triangle: evidence point."
            .to_owned(),
        format!("A box is named after its square, size, row and column: {}", example(sheet)),
        "A box without a result is not known to be free of remnants.".to_owned(),
    ];
    if let Some(colours) = drawn.colours {
        let unverified = if colours.verified { "" } else { " (not checked)" };
        remarks.push(format!(
            "Colours in brackets: {}{unverified}, from {}.",
            colours.name, colours.source
        ));
    }
    if text_height(sheet).is_none() {
        remarks.push(
            "The boxes are too small for numbers: rows, columns and order are left out.".to_owned(),
        );
    }
    remarks.extend(drawn.remarks.iter().cloned());
    let mut y = y + 3.0;
    for line in remarks.iter().flat_map(|remark| lines(remark, 170.0, 2.6)) {
        push_text(svg, (CORNER.0, y), "font-size=\"2.6\"", &line, None);
        y += 3.4;
    }
    let mut y = 227.0;
    let points = &sheet.evidence_points;
    for (place, point) in points.iter().take(MOST_NAMES).enumerate() {
        let name = format!("E{}: {}", place + 1, point.id);
        push_text(svg, (130.0, y), "font-size=\"2.6\"", &name, None);
        y += 3.4;
    }
    if points.len() > MOST_NAMES {
        let more =
            format!("and {} more, named in the list of the survey", points.len() - MOST_NAMES);
        push_text(svg, (130.0, y), "font-size=\"2.6\"", &more, None);
    }
}

/// The name of the first box.
fn example(sheet: &Sheet) -> String {
    sheet.boxes.first().map(|shown| shown.id.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use remnant_ground::ObjectId;
    use remnant_ground::cmrs::{
        EvidencePoint, Grid, Parameters, Survey, SurveyBox, next_boxes, sheets,
    };
    use remnant_ground::coordinate::UtmZone;

    use super::super::svg::assert_well_formed;
    use super::*;

    fn drawn(evidence: usize, size: u32) -> String {
        let zone = UtmZone::new(48, true).unwrap();
        let grid = Grid::along_utm(zone, size).unwrap();
        let place = |east: f64, north: f64| zone.position(east, north).unwrap();
        let first = grid.box_at(place(620_501.0, 1_920_501.0)).unwrap();
        let beside = grid.box_at(place(620_501.0 + f64::from(size), 1_920_501.0)).unwrap();
        let record = |id, result| SurveyBox::new(ObjectId::new("team/1"), id, result);
        let boxes = [record(first, BoxResult::CmrFound), record(beside, BoxResult::NothingFound)];
        let survey = Survey::of(grid, &boxes);
        let mut parameters = Parameters::default();
        parameters.box_size_metres.value = size;
        let points: Vec<EvidencePoint> = (0..evidence)
            .map(|n| EvidencePoint {
                id: ObjectId::new(format!("team/<{n}>")),
                position: place(620_510.0, 1_920_510.0),
                direct: true,
            })
            .collect();
        let next = next_boxes(&survey, &points, &parameters).unwrap();
        let sheets = sheets(&survey, &points, Some(&next), &parameters).unwrap();
        let colours = Colours::variant_a();
        survey_sheet(&SurveySheet {
            id: "sheet-1",
            sheet: &sheets[0],
            colours: Some(&colours),
            remarks: &["Box size: UNVERIFIED & remembered.".to_owned()],
        })
    }

    #[test]
    fn a_sheet_has_scale_north_legend_and_every_box() {
        let svg = drawn(1, 50);
        assert_well_formed(&svg);
        assert!(svg.contains("width=\"210mm\" height=\"297mm\""));
        assert!(svg.contains("Survey sheet 48QXE2020") && svg.contains("grid north"));
        assert!(
            svg.contains("Scale 1 : 6") && svg.contains("True north is 0.3 degrees to the left")
        );
        assert!(svg.contains("No day of search is recorded"));
        let squares = svg.matches("stroke-width=\"0.15\"").count();
        assert_eq!(squares, 400 + 7, "all boxes, and one swatch for each meaning");
        assert_eq!(svg.matches(">?</text>").count(), 398 + 1, "nobody looked is drawn");
        assert_eq!(svg.matches("stroke-dasharray").count(), 7);
        for name in ["r01", "r20", "c01", "c20", "48QXE2020-50-r01c01", "E1: team/&lt;0&gt;"] {
            assert!(svg.contains(name), "{name}");
        }
        assert!(svg.contains("Colours in brackets: variant A (not checked), from UNVERIFIED: "));
        assert!(svg.contains("searched, nothing found: 1 (green)"));
    }

    #[test]
    fn no_two_meanings_have_the_same_pattern() {
        let mut names: Vec<_> = BoxResult::ALL.into_iter().map(pattern).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), BoxResult::ALL.len());
        let svg = drawn(0, 50);
        for name in names.into_iter().flatten() {
            assert!(svg.contains(&format!("<pattern id=\"sheet-1-{name}\"")), "{name}");
        }
    }

    #[test]
    fn what_does_not_fit_is_said_to_be_left_out() {
        let many = drawn(20, 50);
        assert_well_formed(&many);
        assert!(many.contains("and 8 more"));
        let small = drawn(1, 5);
        assert!(small.contains("too small for numbers") && !small.contains(">r01<"));
    }
}
