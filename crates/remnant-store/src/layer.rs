//! Layers: the tables of things on the ground, and of land by the ledger, as map programs see them.
//!
//! Belongs here: which layers there are, their columns and the row of an object. Does not belong
//! here: making the tables (`sqlite`, `postgis`), which version of an object is current
//! (`projection`), the rows of land (`ledger_land`).

use remnant_ground::form::{Field, FieldKind};
use remnant_ground::{FieldValue, Object, ObjectKind, Shape};

use crate::database::{Target, Value};

/// The shape of the geometries of a layer. A layer has one, since map programs show a layer of
/// mixed shapes badly or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum LayerShape {
    Point,
    Line,
    Area,
}

impl LayerShape {
    pub(crate) const ALL: [Self; 3] = [Self::Point, Self::Line, Self::Area];

    /// The name of the type in both formats.
    pub(crate) fn type_name(self) -> &'static str {
        match self {
            Self::Point => "POINT",
            Self::Line => "LINESTRING",
            Self::Area => "MULTIPOLYGON",
        }
    }

    pub(crate) fn of(shape: &Shape) -> Option<Self> {
        match shape {
            Shape::Point { .. } => Some(Self::Point),
            Shape::Line(line) => (!line.is_empty()).then_some(Self::Line),
            Shape::Area(area) => (!area.0.is_empty()).then_some(Self::Area),
            Shape::Named(_) => None,
        }
    }
}

/// What the rows of a layer are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Content {
    /// Things on the ground of one kind.
    Objects(ObjectKind),
    /// What remains of hazardous areas, as the ledger has it.
    Remaining,
    /// What was released of hazardous areas, as the ledger has it.
    Released,
}

/// One layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Layer {
    pub(crate) content: Content,
    /// The shape of its geometries; none for things without a position, which stand in a plain
    /// table: a layer whose geometries are missing is a fault to other programs.
    pub(crate) shape: Option<LayerShape>,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ColumnType {
    Whole,
    Decimal,
    Text,
    Day,
}

/// The columns about an object's place, after those of its form.
const PLACE: [(&str, ColumnType); 6] = [
    ("location_method", ColumnType::Text),
    ("location_uncertainty_metres", ColumnType::Decimal),
    ("location_name", ColumnType::Text),
    ("entered_coordinates", ColumnType::Text),
    ("entered_format", ColumnType::Text),
    ("entered_datum", ColumnType::Text),
];

/// The columns about the entry that an object stands on, last.
const ENTRY: [(&str, ColumnType); 2] =
    [("recorded_on", ColumnType::Day), ("author", ColumnType::Text)];

/// The columns of what remains.
const REMAINING: [(&str, ColumnType); 7] = [
    ("name", ColumnType::Text),
    ("area_type", ColumnType::Text),
    ("status", ColumnType::Text),
    ("square_metres", ColumnType::Whole),
    ("uncertainty_metres", ColumnType::Decimal),
    ("as_of", ColumnType::Day),
    ("review", ColumnType::Text),
];

/// The columns of what was released.
const RELEASED: [(&str, ColumnType); 13] = [
    ("name", ColumnType::Text),
    ("release_kind", ColumnType::Text),
    ("technical_asset", ColumnType::Text),
    ("state", ColumnType::Text),
    ("area_type", ColumnType::Text),
    ("square_metres", ColumnType::Whole),
    ("released_on", ColumnType::Day),
    ("operator", ColumnType::Text),
    ("team", ColumnType::Text),
    ("event", ColumnType::Text),
    ("review", ColumnType::Text),
    ("handed_over_on", ColumnType::Day),
    ("handed_over_by", ColumnType::Text),
];

/// The name of the geometry column of every layer.
pub(crate) const GEOMETRY: &str = "geom";

impl Layer {
    /// The shape that places of a kind mostly have: that layer bears the name of the kind.
    fn usual_shape(kind: ObjectKind) -> Option<LayerShape> {
        match kind {
            ObjectKind::Strike | ObjectKind::EvidencePoint | ObjectKind::Accident => {
                Some(LayerShape::Point)
            }
            ObjectKind::Search
            | ObjectKind::HazardousArea
            | ObjectKind::Release
            | ObjectKind::Boundary
            | ObjectKind::SurveyBox => Some(LayerShape::Area),
            ObjectKind::Victim => None,
        }
    }

    /// All layers that a kind can have. Each is made when its first object is entered.
    pub(crate) fn all(kind: ObjectKind) -> Vec<Self> {
        let content = Content::Objects(kind);
        let shapes = LayerShape::ALL.into_iter().filter(|_| Self::usual_shape(kind).is_some());
        shapes.map(Some).chain([None]).map(|shape| Self { content, shape }).collect()
    }

    /// The layers of land, as the ledger has it. Each is made when it gets its first row.
    pub(crate) const OF_LEDGER: [Self; 3] = [
        Self { content: Content::Remaining, shape: Some(LayerShape::Area) },
        Self { content: Content::Remaining, shape: Some(LayerShape::Point) },
        Self { content: Content::Released, shape: Some(LayerShape::Area) },
    ];

    /// The layer that an object belongs to.
    pub(crate) fn of(object: &Object) -> Self {
        let shape = object.place.as_ref().and_then(|place| LayerShape::of(&place.shape));
        let has_places = Self::usual_shape(object.kind).is_some();
        Self { content: Content::Objects(object.kind), shape: shape.filter(|_| has_places) }
    }

    fn is_usual(self) -> bool {
        self.shape
            == match self.content {
                Content::Objects(kind) => Self::usual_shape(kind),
                Content::Remaining | Content::Released => Some(LayerShape::Area),
            }
    }

    /// The name of its table: `strike`, `strike_area` for strikes whose place is an area,
    /// `strike_unplaced` for those without a position.
    pub(crate) fn name(self) -> String {
        let table = match self.content {
            Content::Objects(kind) => kind.table(),
            Content::Remaining => "remaining_land".to_owned(),
            Content::Released => "released_land".to_owned(),
        };
        if self.is_usual() {
            return table;
        }
        match self.shape {
            Some(LayerShape::Point) => format!("{table}_point"),
            Some(LayerShape::Line) => format!("{table}_line"),
            Some(LayerShape::Area) => format!("{table}_area"),
            None => format!("{table}_unplaced"),
        }
    }

    /// What a person reads as its title.
    pub(crate) fn title(self) -> String {
        let plural = match self.content {
            Content::Objects(kind) => kind.plural().replace('-', " "),
            Content::Remaining => "remaining land".to_owned(),
            Content::Released => "released land".to_owned(),
        };
        let mut letters = plural.chars();
        let title: String =
            letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
        if self.is_usual() {
            return title;
        }
        let known = match self.shape {
            Some(LayerShape::Point) => "known as points",
            Some(LayerShape::Line) => "known as lines",
            Some(LayerShape::Area) => "known as areas",
            None => "without a position",
        };
        format!("{title}, {known}")
    }

    /// What a person reads about it.
    pub(crate) fn description(self) -> &'static str {
        match self.content {
            Content::Objects(kind) => kind.form().about,
            Content::Remaining => {
                "What remains of each suspected and confirmed hazardous area after its last step, \
                 as the ledger has it; entries that wait for approval count."
            }
            Content::Released => {
                "What was cancelled, reduced, cleared or handed over and not reopened, as the \
                 ledger has it; entries that wait for approval count."
            }
        }
    }

    /// Its columns without `fid`, `id` and the geometry, with what each holds and its label.
    pub(crate) fn columns(self) -> Vec<(&'static str, ColumnType)> {
        match self.content {
            Content::Objects(kind) => fields(kind)
                .map(|field| (field.name, column_type(field.kind)))
                .chain(PLACE.into_iter().filter(|_| Self::usual_shape(kind).is_some()))
                .chain(ENTRY)
                .collect(),
            Content::Remaining => REMAINING.to_vec(),
            Content::Released => RELEASED.to_vec(),
        }
    }

    /// The names of all columns in the order in which [`row`](Self::row) gives them.
    pub(crate) fn column_names(self) -> Vec<&'static str> {
        let geometry = self.shape.map(|_| GEOMETRY);
        ["fid", "id"]
            .into_iter()
            .chain(geometry)
            .chain(self.columns().into_iter().map(|(name, _)| name))
            .collect()
    }

    /// The table, for putting rows in.
    pub(crate) fn target<'a>(self, table: &'a str, columns: &'a [&'a str]) -> Target<'a> {
        Target { table, columns, geometry: self.shape.map(|_| 2) }
    }

    /// The row of an object, with its geometry as the backend writes it. A value that is not what its
    /// column holds is left out of the layer; the object itself keeps it.
    pub(crate) fn row(
        self,
        geometry: Option<Vec<u8>>,
        fid: i64,
        object: &Object,
        recorded_on: &str,
        author: &str,
    ) -> Vec<Value<'static>> {
        let cells = self.cells(object);
        let mut row = Vec::new();
        self.put_row(geometry, fid, object.id.as_str(), &cells, [recorded_on, author], &mut row);
        row.into_iter().map(Value::into_owned).collect()
    }

    /// Puts the row of an object behind others.
    pub(crate) fn put_row<'v>(
        self,
        geometry: Option<Vec<u8>>,
        fid: i64,
        id: &'v str,
        cells: &'v Cells,
        entry: [&'v str; 2],
        rows: &mut Vec<Value<'v>>,
    ) {
        rows.extend([Value::Whole(fid), Value::text(id)]);
        if self.shape.is_some() {
            rows.push(geometry.map_or(Value::Null, Value::bytes));
        }
        rows.extend(cells.values());
        rows.extend(entry.map(Value::text));
    }

    /// The columns of an object between its id and its entry, without the geometry.
    pub(crate) fn cells(self, object: &Object) -> Cells {
        let mut cells = Cells::default();
        for field in fields(object.kind) {
            match object.fields.get(field.name) {
                Some(value) => cells.field(value, column_type(field.kind)),
                None => cells.cells.push(Cell::Null),
            }
        }
        if Self::usual_shape(object.kind).is_some() {
            let place = object.place.as_ref();
            cells.optional(place.map(|place| place.method.code()));
            let metres = place.and_then(|place| place.uncertainty_metres);
            cells.cells.push(metres.map_or(Cell::Null, Cell::Decimal));
            cells.optional(place.and_then(|place| match &place.shape {
                Shape::Named(name) => Some(name.as_str()),
                _ => None,
            }));
            cells.optional(place.and_then(|place| place.entered.as_deref()));
            cells.optional(place.and_then(|place| place.entered_format.as_deref()));
            cells.optional(place.and_then(|place| place.entered_datum.as_deref()));
        }
        cells
    }
}

/// Columns of one object, their texts one behind the other: one piece of memory for all of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cells {
    texts: String,
    cells: Vec<Cell>,
}

#[derive(Clone, Copy, Debug)]
enum Cell {
    Null,
    Whole(i64),
    Decimal(f64),
    /// From here to there in the texts.
    Text(usize, usize),
}

impl Cells {
    pub(crate) fn values(&self) -> impl Iterator<Item = Value<'_>> {
        self.cells.iter().map(|cell| match *cell {
            Cell::Null => Value::Null,
            Cell::Whole(number) => Value::Whole(number),
            Cell::Decimal(number) => Value::Decimal(number),
            Cell::Text(from, to) => Value::text(&self.texts[from..to]),
        })
    }

    fn optional(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(|texts| texts.push_str(text)),
            None => self.cells.push(Cell::Null),
        }
    }

    fn text(&mut self, write: impl FnOnce(&mut String)) {
        let from = self.texts.len();
        write(&mut self.texts);
        self.cells.push(Cell::Text(from, self.texts.len()));
    }

    fn field(&mut self, value: &FieldValue, column: ColumnType) {
        match (column, value) {
            (ColumnType::Whole, FieldValue::Whole(whole)) => self.cells.push(Cell::Whole(*whole)),
            (ColumnType::Decimal, FieldValue::Decimal(_) | FieldValue::Whole(_)) => {
                self.cells.push(value.number().map_or(Cell::Null, Cell::Decimal));
            }
            (ColumnType::Text | ColumnType::Day, FieldValue::Text(text)) => {
                self.text(|texts| push_plain(text, texts));
            }
            (ColumnType::Text, FieldValue::Several(several)) => {
                self.text(|texts| push_plain(&several.join("; "), texts));
            }
            (ColumnType::Text, FieldValue::Whole(_) | FieldValue::Decimal(_)) => {
                self.text(|texts| texts.push_str(&value.words()));
            }
            _ => self.cells.push(Cell::Null),
        }
    }
}

/// The fields of a kind that a layer shows: all but those that name persons.
fn fields(kind: ObjectKind) -> impl Iterator<Item = &'static Field> {
    kind.form().fields.iter().filter(|field| field.kind != FieldKind::Personal)
}

fn column_type(kind: FieldKind) -> ColumnType {
    match kind {
        FieldKind::Count | FieldKind::SquareMetres => ColumnType::Whole,
        FieldKind::Decimal => ColumnType::Decimal,
        // A date may be a month or a year, which no type of either database can say.
        FieldKind::Text
        | FieldKind::Personal
        | FieldKind::Code(_)
        | FieldKind::Codes(_)
        | FieldKind::Date
        | FieldKind::Answer
        | FieldKind::Reference(_)
        | FieldKind::References(_) => ColumnType::Text,
    }
}

/// Text without the character that PostgreSQL cannot hold and C programs end at.
pub(crate) fn plain(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}

fn push_plain(text: &str, to: &mut String) {
    // Texts without it, which are nearly all, are not looked through letter by letter.
    if text.as_bytes().contains(&0) { to.push_str(&plain(text)) } else { to.push_str(text) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_layers_and_no_two_columns_of_one_have_a_name_in_common() {
        let mut names = BTreeSet::new();
        let of_objects = ObjectKind::ALL.into_iter().flat_map(Layer::all);
        for layer in of_objects.chain(Layer::OF_LEDGER) {
            assert!(names.insert(layer.name()), "{}", layer.name());
            let columns = layer.column_names();
            let unique: BTreeSet<&str> = columns.iter().copied().collect();
            assert_eq!(unique.len(), columns.len(), "{}", layer.name());
        }
    }

    #[test]
    fn no_column_names_a_person() {
        for kind in ObjectKind::ALL {
            let columns = Layer { content: Content::Objects(kind), shape: None }.column_names();
            for field in kind.form().fields {
                assert_eq!(
                    columns.contains(&field.name),
                    field.kind != FieldKind::Personal,
                    "{kind}: {}",
                    field.name
                );
            }
        }
    }
}
