//! The cells of a row as the fields and the place of an object.
//!
//! Belongs here: putting together what the columns of one row say, and what they say about each
//! other. Does not belong here: single cells (`field`, `place`), ids and outcomes (`rows`).

use std::collections::BTreeMap;
use std::sync::Arc;

use remnant_record::PartialDate;

use super::answer;
use super::cells::RowOfCells;
use super::date::DateReading;
use super::date_parts;
use super::field::FieldReading;
use super::finding::Remark;
use super::mapping::{DatePart, Mapping, Personal, PlacePart};
use super::place::{PlaceCells, PlaceRead, PlaceReading};
use super::plan::{Plan, PlannedDate, WayOfWriting};
use super::rows::{KeptBack, Sink, Surroundings};
use super::rule::Rule;
use super::text::folded;
use crate::form::{FieldKind, Need, PlaceNeed};
use crate::object::{Answer, FieldValue, ObjectKind};
use crate::place::{LocationMethod, Place};
use crate::shape::Shape;

/// Fields of which one comes before the other.
const IN_ORDER: &[(&str, &str)] =
    &[("date", "date_to"), ("start_date", "end_date"), ("valid_from", "valid_to")];

/// Square metres for each team and day above which somebody should look again: ten times and more
/// what teams clear, several times what a quick search of the surface covers.
///
/// # Source
/// Derived from an operator's figure of 36 500 m² for each team and month in the clearance of
/// cluster munition remnants: some 1 750 m² for each day. The limit is a choice, not a standard.
const MOST_PER_TEAM_DAY: f64 = 50_000.0;

/// What the cells of a row give.
#[derive(Debug, Default)]
pub(super) struct RowValues {
    pub(super) fields: BTreeMap<String, FieldValue>,
    pub(super) place: PlaceRead,
    pub(super) personal: Vec<(String, String)>,
    pub(super) kept_back: Vec<KeptBack>,
    pub(super) personal_refused: bool,
    /// Words that go into the note, each with the field they stand for.
    into_note: Vec<String>,
}

impl RowValues {
    /// Reads a row.
    pub(super) fn read(
        row: &impl RowOfCells,
        plan: &mut Plan,
        mapping: &Mapping,
        surroundings: &Surroundings<'_>,
        dates: &DateReading,
        constants: &[(&'static str, FieldValue)],
        sink: &mut Sink<'_>,
    ) -> Self {
        let mut values = Self::default();
        for (name, value) in constants {
            values.fields.insert((*name).to_owned(), value.clone());
        }
        let reading = FieldReading {
            lists: surroundings.lists,
            known: surroundings.known,
            source: &mapping.source,
            numbers: mapping.numbers,
            dunam_square_metres: mapping.dunam_square_metres,
            dates: *dates,
        };
        values.read_fields(row, plan, &reading, sink);
        for date in &plan.dates {
            values.read_date_parts(row, date, dates, mapping.year_offset, sink);
        }
        values.read_choices(row, plan, sink);
        values.read_personal(row, plan, mapping, sink);
        values.write_notes(plan);
        values.read_place(row, plan, mapping, surroundings, sink);
        values.compare(plan, sink);
        values.look_for_blanks(plan, sink);
        values
    }

    fn keep_back(&mut self, column: &Arc<str>, text: &str) {
        self.kept_back.push(KeptBack { column: Arc::clone(column), text: text.to_owned() });
    }

    fn read_fields(
        &mut self,
        row: &impl RowOfCells,
        plan: &mut Plan,
        reading: &FieldReading<'_>,
        sink: &mut Sink<'_>,
    ) {
        let mut remarks = Vec::new();
        let mut last_days: Vec<(&Arc<str>, &'static str, PartialDate)> = Vec::new();
        for planned in &mut plan.fields {
            let column = &planned.planned;
            let text = column.value(row.cell(column.at));
            if text.is_empty() {
                continue;
            }
            let field = planned.field;
            let read = reading.read(field, &column.column, &mut planned.words, text, &mut remarks);
            for remark in remarks.drain(..) {
                sink.tell(Some(&column.name), text, remark);
            }
            planned.filled += 1;
            planned.zeros += u64::from(read.value == Some(FieldValue::Whole(0)));
            if field.kind == FieldKind::Date {
                planned.written[WayOfWriting::of(text) as usize] += 1;
            }
            if let Some(rest) = &read.kept_back {
                self.keep_back(&column.name, rest);
            }
            if read.into_note {
                self.into_note.push(format!("{}: {text}", field.name));
            }
            if let Some(last) = read.last_day {
                last_days.push((&column.name, field.name, last));
            }
            match (read.value, self.fields.get_mut(field.name)) {
                (None, _) => {}
                // Texts of several columns stand one after the other.
                (Some(FieldValue::Text(more)), Some(FieldValue::Text(text)))
                    if field.kind == FieldKind::Text =>
                {
                    text.push_str(" | ");
                    text.push_str(&more);
                }
                (Some(value), Some(old)) => *old = value,
                (Some(value), None) => {
                    self.fields.insert(field.name.to_owned(), value);
                }
            }
        }
        for (column, field, last) in last_days {
            self.keep_last_day(plan.form.field("date_to").is_some(), column, field, last, sink);
        }
    }

    /// The last day of a range goes into the form's field for it, else into the note.
    fn keep_last_day(
        &mut self,
        form_has_field: bool,
        column: &Arc<str>,
        field: &str,
        last: PartialDate,
        sink: &mut Sink<'_>,
    ) {
        if form_has_field && field == "date" {
            let told = FieldValue::Text(last.to_string());
            match self.fields.get("date_to") {
                Some(other) if *other != told => {
                    let message = format!("the range ends on {last}, `date_to` says otherwise");
                    sink.tell(Some(column), "", Remark::new(Rule::DatesReversed, message));
                }
                _ => {
                    self.fields.insert("date_to".to_owned(), told);
                }
            }
        } else {
            self.into_note.push(format!("{field}: until {last}"));
        }
    }

    /// A date whose day, month and year stand in columns of their own.
    fn read_date_parts(
        &mut self,
        row: &impl RowOfCells,
        planned: &PlannedDate,
        dates: &DateReading,
        year_offset: Option<i16>,
        sink: &mut Sink<'_>,
    ) {
        let text = |part: DatePart| {
            planned.parts.get(&part).map_or("", |column| {
                let text = column.value(row.cell(column.at));
                // Numbers that went through a spreadsheet carry a decimal: `4.0`.
                text.strip_suffix(".0").unwrap_or(text)
            })
        };
        let (day, month_text, year) =
            (text(DatePart::Day), text(DatePart::Month), text(DatePart::Year));
        if day.is_empty() && month_text.is_empty() && year.is_empty() {
            return;
        }
        let whole = [day, month_text, year].join(" ");
        let read = date_parts::read(day, month_text, year, dates, year_offset);
        let first = planned.parts.values().next().map(|column| Arc::clone(&column.name));
        for remark in read.remarks {
            sink.tell(first.as_ref(), whole.trim(), remark);
        }
        match (read.date, first) {
            (Some(date), first) => {
                self.fields.insert(planned.field.to_owned(), FieldValue::Text(date.to_string()));
                if let (Some(last), Some(first)) = (read.to, first) {
                    let form_has_field = planned.field == "date";
                    self.keep_last_day(form_has_field, &first, planned.field, last, sink);
                }
            }
            (None, _) => {
                for column in planned.parts.values() {
                    let text = column.value(row.cell(column.at));
                    if !text.is_empty() {
                        self.keep_back(&column.name, text);
                    }
                }
            }
        }
    }

    /// Several codes in columns of yes and no.
    fn read_choices(&mut self, row: &impl RowOfCells, plan: &Plan, sink: &mut Sink<'_>) {
        for choice in &plan.choices {
            let text = choice.planned.value(row.cell(choice.planned.at));
            if text.is_empty() {
                continue;
            }
            match answer::read(text) {
                Some(Answer::Yes) => {
                    let chosen = self
                        .fields
                        .entry(choice.field.to_owned())
                        .or_insert_with(|| FieldValue::Several(Vec::new()));
                    if let FieldValue::Several(codes) = chosen
                        && !codes.contains(&choice.code)
                    {
                        codes.push(choice.code.clone());
                        codes.sort();
                    }
                }
                Some(_) => {}
                // The column of a choice may repeat its code.
                None if folded(text) == folded(&choice.code) => {
                    let codes = FieldValue::Several(vec![choice.code.clone()]);
                    self.fields.entry(choice.field.to_owned()).or_insert(codes);
                }
                None => {
                    let message = format!("`{text}` is neither yes nor no");
                    sink.tell(
                        Some(&choice.planned.name),
                        text,
                        Remark::new(Rule::UnknownAnswer, message),
                    );
                    self.keep_back(&choice.planned.name, text);
                }
            }
        }
    }

    /// Words that name or find persons. They stand in no finding either.
    fn read_personal(
        &mut self,
        row: &impl RowOfCells,
        plan: &Plan,
        mapping: &Mapping,
        sink: &mut Sink<'_>,
    ) {
        for (planned, name) in &plan.personal {
            let text = planned.value(row.cell(planned.at));
            if text.is_empty() {
                continue;
            }
            if mapping.personal == Personal::Separate {
                self.personal.push((name.clone(), text.to_owned()));
            } else {
                self.personal_refused = true;
                let message = "the column names or finds persons, and the mapping refuses that";
                sink.tell(Some(&planned.name), "", Remark::new(Rule::PersonalData, message));
            }
        }
    }

    fn write_notes(&mut self, plan: &Plan) {
        if self.into_note.is_empty() || plan.form.field("note").is_none() {
            return;
        }
        let mut note = match self.fields.remove("note") {
            Some(FieldValue::Text(note)) => note,
            _ => String::new(),
        };
        for words in std::mem::take(&mut self.into_note) {
            if !note.is_empty() {
                note.push_str(" | ");
            }
            note.push_str(&words);
        }
        self.fields.insert("note".to_owned(), FieldValue::Text(note));
    }

    fn read_place(
        &mut self,
        row: &impl RowOfCells,
        plan: &Plan,
        mapping: &Mapping,
        surroundings: &Surroundings<'_>,
        sink: &mut Sink<'_>,
    ) {
        if plan.form.place == PlaceNeed::None {
            return;
        }
        let before = sink.findings.len();
        if !plan.place.is_empty() || row.geometry().is_some() {
            let cell = |part: PlacePart| {
                plan.place.get(&part).map_or("", |column| column.value(row.cell(column.at)))
            };
            let method_code = |word: &str| {
                let codes = &plan.place.get(&PlacePart::Method)?.column.codes;
                let wanted = folded(word);
                codes.iter().find(|(w, _)| folded(w) == wanted).map(|(_, code)| code.clone())
            };
            let unit = ["administrative_unit_code", "administrative_unit"]
                .into_iter()
                .find_map(|field| self.fields.get(field).and_then(FieldValue::text));
            let cells = PlaceCells {
                cell: &cell,
                method_code: &method_code,
                geometry: row.geometry(),
                unit,
            };
            let reading = PlaceReading {
                coordinates: &mapping.coordinates,
                original: &mapping.original_coordinates,
                method: mapping.location_method,
                country: mapping.country.as_ref(),
                gazetteer: surroundings.gazetteer,
                corners_may_be_far_apart: mapping.kind == ObjectKind::Boundary,
            };
            let mut remarks = Vec::new();
            let mut place = reading.read(&cells, &mut remarks);
            for (part, remark) in remarks {
                let column = part.and_then(|part| plan.place.get(&part));
                let value = column.map_or("", |column| row.cell(column.at));
                sink.tell(column.map(|column| &column.name), value, remark);
            }
            place.kept_back.sort_unstable();
            place.kept_back.dedup();
            for part in &place.kept_back {
                if let Some(column) = plan.place.get(part) {
                    let text = column.value(row.cell(column.at));
                    if !text.is_empty() {
                        self.keep_back(&column.name, text);
                    }
                }
            }
            self.place = place;
        }
        let told =
            sink.findings[before..].iter().any(|f| f.rule.severity() >= super::Severity::Queried);
        match (plan.form.place, &self.place.place, &self.place.boundary) {
            (PlaceNeed::Area, _, None) => {
                let remark = Remark::new(Rule::OutlineMissing, "the row has no sound outline");
                sink.tell(None, "", remark);
            }
            // What is wrong with the position was told already.
            (PlaceNeed::PointOrArea, None, _) if !told => {
                let remark = Remark::new(Rule::PositionMissing, "the row has no position");
                sink.tell(None, "", remark);
            }
            _ => {}
        }
        // A place of which only the name is known is kept by its name.
        if self.place.place.is_none()
            && let Some(FieldValue::Text(name)) = self.fields.get("place_name")
        {
            let named = Shape::Named(name.clone());
            self.place.place = Some(Place::new(named, LocationMethod::Described));
        }
    }

    fn date(&self, field: &str) -> Option<PartialDate> {
        self.fields.get(field).and_then(FieldValue::date)
    }

    fn number(&self, field: &str) -> Option<f64> {
        self.fields.get(field).and_then(FieldValue::number)
    }

    /// What the values of a row say about each other.
    fn compare(&self, plan: &Plan, sink: &mut Sink<'_>) {
        let column = |field: &str| {
            plan.fields.iter().find(|f| f.field.name == field).map(|f| Arc::clone(&f.planned.name))
        };
        for (first, last) in IN_ORDER {
            if let (Some(from), Some(to)) = (self.date(first), self.date(last))
                && to.last_day() < from.first_day()
            {
                let message = format!("`{last}` is {to}, before `{first}`, {from}");
                sink.tell(
                    column(last).as_ref(),
                    &to.to_string(),
                    Remark::new(Rule::DatesReversed, message),
                );
            }
        }
        if let Some(field) = plan.form.valid_from
            && let (Some(PartialDate::Day(day)), Some(PartialDate::Day(entered))) =
                (self.date(field), self.date("entry_date"))
            && day == entered
        {
            let message = format!("`{field}` is the day on which the row was typed in");
            sink.tell(
                column(field).as_ref(),
                &day.to_string(),
                Remark::new(Rule::DateEqualsEntry, message),
            );
        }
        if let (Some(reported), Some(boundary)) =
            (self.number("reported_square_metres"), &self.place.boundary)
        {
            let measured = boundary.measure().square_metres;
            if (reported - measured).abs() > (measured * 0.1).max(100.0) {
                sink.tell(
                    column("reported_square_metres").as_ref(),
                    &reported.to_string(),
                    area_differs(reported, measured),
                );
            }
        }
        if let (Some(area), Some(days)) =
            (self.number("searched_square_metres"), self.number("team_days"))
            && days > 0.0
            && area / days > MOST_PER_TEAM_DAY
        {
            let message = format!("{:.0} m2 for each team and day", area / days);
            sink.tell(
                column("searched_square_metres").as_ref(),
                &area.to_string(),
                Remark::new(Rule::ImpossibleRate, message),
            );
        }
    }

    fn look_for_blanks(&self, plan: &Plan, sink: &mut Sink<'_>) {
        for field in &plan.expected {
            if self.fields.contains_key(field.name) {
                continue;
            }
            let column = plan
                .fields
                .iter()
                .find(|planned| planned.field.name == field.name)
                .map(|planned| &planned.planned.name);
            // A cell that could not be taken was told already, unless the row makes no sense
            // without it.
            let kept_back = column.is_some_and(|name| {
                self.kept_back.iter().any(|kept| Arc::ptr_eq(&kept.column, name))
            });
            let rule = match field.need {
                Need::Mandatory => Rule::MandatoryBlank,
                _ if kept_back => continue,
                _ => Rule::ExpectedBlank,
            };
            let message = format!("`{}` is blank", field.name);
            sink.tell(column, "", Remark::new(rule, message));
        }
    }
}

/// The remark on an area that is not that of its outline, with the unit that would explain it.
fn area_differs(reported: f64, measured: f64) -> Remark {
    let remark = Remark::new(
        Rule::AreaDiffers,
        format!("the outline measures {measured:.0} m2, the row says {reported:.0} m2"),
    );
    let units = [(10_000.0, "hectares"), (1_000_000.0, "square kilometres"), (1000.0, "dunams")];
    let explained =
        units.iter().find(|(size, _)| (reported * size - measured).abs() <= measured * 0.1);
    match explained {
        Some((_, unit)) => remark.perhaps(format!("the number is in {unit}")),
        None => remark,
    }
}
