//! Land as the ledger has it, on its way into the layers that map programs show.
//!
//! Belongs here: the rows of those layers. Does not belong here: which land remains or was released
//! (`remnant-land-release` says that), keeping the layers true (`store::ledger`).

use jiff::civil::Date;
use remnant_ground::Shape;

use crate::database::{Database, Value};
use crate::layer::{Content, Layer, LayerShape, plain};

/// The land of one hazardous area, as the program computed it from the journal.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaLand {
    /// The area.
    pub area: String,
    /// What people call it, where that is known.
    pub name: Option<String>,
    /// What remains.
    pub remaining: Vec<RemainingLand>,
    /// What was released.
    pub released: Vec<ReleasedLand>,
}

/// Land that remains in a hazardous area.
#[derive(Clone, Debug, PartialEq)]
pub struct RemainingLand {
    /// `sha` or `cha`.
    pub area_type: String,
    /// The status of the area in a word.
    pub status: String,
    /// How much; none where only a point is known.
    pub square_metres: Option<u64>,
    /// The radius within which the area lies, where only a point is known.
    pub uncertainty_metres: Option<f64>,
    /// The day of the last step on the area.
    pub as_of: Date,
    /// How far the review of the area's steps has come.
    pub review: String,
    /// Where: an area or a point.
    pub shape: Shape,
}

/// Land that was released and not reopened.
#[derive(Clone, Debug, PartialEq)]
pub struct ReleasedLand {
    /// `cancelled`, `reduced` or `cleared`.
    pub release_kind: String,
    /// For reduced land, `with` or `without` a technical asset.
    pub technical_asset: Option<String>,
    /// What it is now: as it was released, `handed_over` or `under_investigation`.
    pub state: String,
    /// `sha` or `cha`: what it was before.
    pub area_type: String,
    /// How much.
    pub square_metres: u64,
    /// Since which day.
    pub released_on: Date,
    /// The organisation that released it.
    pub operator: String,
    /// Its team.
    pub team: Option<String>,
    /// The step that released it.
    pub event: String,
    /// How far the review of that step has come.
    pub review: String,
    /// Since which day it is handed over, where it is.
    pub handed_over_on: Option<Date>,
    /// The step that handed it over.
    pub handed_over_by: Option<String>,
    /// Where: an area.
    pub shape: Shape,
}

impl AreaLand {
    /// The rows of this land, each with its layer and without its number. Land whose shape no layer
    /// takes has none.
    pub(crate) fn rows(&self, database: &dyn Database) -> Vec<(Layer, Vec<Value<'static>>)> {
        let mut rows = Vec::new();
        let begin = |shape: &Shape| {
            let geometry = database.geometry(shape).map_or(Value::Null, Value::bytes);
            vec![Value::text(self.area.clone()), geometry, optional(self.name.as_deref())]
        };
        for land in &self.remaining {
            let Some(shape) = LayerShape::of(&land.shape) else { continue };
            let mut row = begin(&land.shape);
            row.extend([
                text(&land.area_type),
                text(&land.status),
                land.square_metres.map_or(Value::Null, Value::from),
                land.uncertainty_metres.map_or(Value::Null, Value::Decimal),
                day(land.as_of),
                text(&land.review),
            ]);
            rows.push((Layer { content: Content::Remaining, shape: Some(shape) }, row));
        }
        for land in &self.released {
            let Some(shape) = LayerShape::of(&land.shape) else { continue };
            let mut row = begin(&land.shape);
            row.extend([
                text(&land.release_kind),
                optional(land.technical_asset.as_deref()),
                text(&land.state),
                text(&land.area_type),
                Value::from(land.square_metres),
                day(land.released_on),
                text(&land.operator),
                optional(land.team.as_deref()),
                text(&land.event),
                text(&land.review),
                land.handed_over_on.map_or(Value::Null, day),
                optional(land.handed_over_by.as_deref()),
            ]);
            rows.push((Layer { content: Content::Released, shape: Some(shape) }, row));
        }
        rows.retain(|(layer, _)| Layer::OF_LEDGER.contains(layer));
        rows
    }
}

fn text(text: &str) -> Value<'static> {
    Value::text(plain(text))
}

fn optional(text: Option<&str>) -> Value<'static> {
    Value::optional(text.map(plain))
}

fn day(day: Date) -> Value<'static> {
    Value::text(day.to_string())
}
