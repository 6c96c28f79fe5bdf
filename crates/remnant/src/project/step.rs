//! From the arguments of a step of land release to what the step says.
//!
//! Belongs here: reading the small texts that stand for several fields, and putting boundaries
//! in. Does not belong here: whether the step can be taken (`remnant-land-release`).

use std::collections::BTreeSet;

use clap::Args;
use remnant_ground::coordinate::CoordinateReading;
use remnant_land_release::Step;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::command::release::{
    Adjust, Cancel, Cause, Clear, ClearOutside, CloseInvestigation, Confirm, Extend, HandOver,
    Indicate, Merge, MissedItem, Nothing, Open, Part, Reduce, Reopen, Split, Suspend, Worked,
};
use crate::error::ProgramError;
use crate::project::polygon;

/// The arguments of one step, as they turn into its fields.
pub(crate) trait Fields: Args + Serialize {
    /// The name of the step in the journal.
    const KIND: &'static str;

    /// The fields whose arguments are not their values: boundaries, positions, lists.
    fn more(&self, _fields: &mut Map<String, Value>) -> Result<(), ProgramError> {
        Ok(())
    }

    /// What the step says.
    ///
    /// # Errors
    /// When a file cannot be read, a boundary is none, or a text is not of its form.
    fn step(&self, kind: &str) -> Result<Step, ProgramError> {
        let mut fields = match serde_json::to_value(self) {
            Ok(Value::Object(fields)) => fields,
            _ => Map::new(),
        };
        self.more(&mut fields)?;
        fields.insert("kind".to_owned(), kind.into());
        serde_json::from_value(Value::Object(fields))
            .map_err(|error| ProgramError::NotAStep(error.to_string()))
    }
}

fn argument(name: &'static str, given: &str, form: &'static str) -> ProgramError {
    ProgramError::Argument { name, given: given.to_owned(), form }
}

/// A position from coordinates in any form.
fn position(given: &str) -> Result<Value, ProgramError> {
    let read = CoordinateReading::default().read(given)?.position;
    Ok(json!({ "longitude": read.longitude(), "latitude": read.latitude() }))
}

fn part(part: &Part) -> Result<Value, ProgramError> {
    match &part.boundary {
        Some(file) => Ok(json!({ "boundary": polygon::coordinates(&polygon::read(file)?) })),
        None => Ok("all".into()),
    }
}

fn worked(worked: &Worked) -> Value {
    match (worked.worked_from, worked.worked_to) {
        (Some(from), Some(to)) => json!({ "from": from, "to": to }),
        _ => Value::Null,
    }
}

/// The numbers of a text such as `12,9,7,8`.
fn counts<const N: usize>(
    name: &'static str,
    given: &str,
    form: &'static str,
) -> Result<[u32; N], ProgramError> {
    let numbers: Result<Vec<u32>, _> = given.split(',').map(|part| part.trim().parse()).collect();
    numbers
        .ok()
        .and_then(|numbers| numbers.try_into().ok())
        .ok_or_else(|| argument(name, given, form))
}

fn put(fields: &mut Map<String, Value>, name: &str, value: Value) {
    if !value.is_null() {
        fields.insert(name.to_owned(), value);
    }
}

impl Fields for Nothing {
    const KIND: &'static str = "resumed";
}

impl Fields for Indicate {
    const KIND: &'static str = "indicated";

    fn more(&self, fields: &mut Map<String, Value>) -> Result<(), ProgramError> {
        if let Some(at) = &self.at {
            put(fields, "position", position(at)?);
        }
        Ok(())
    }
}

impl Fields for Open {
    const KIND: &'static str = "opened";

    fn more(&self, fields: &mut Map<String, Value>) -> Result<(), ProgramError> {
        if let Some(file) = &self.boundary {
            let boundary = polygon::coordinates(&polygon::read(file)?);
            let mut extent = json!({ "boundary": boundary });
            if let Some(how) = &self.how_drawn {
                extent["how_drawn"] = how.as_str().into();
            }
            put(fields, "extent", json!({ "boundary": extent }));
        } else if let Some(at) = &self.at {
            let mut extent = json!({ "position": position(at)? });
            if let Some(within) = self.within {
                extent["uncertainty_metres"] = within.into();
            }
            put(fields, "extent", json!({ "point": extent }));
        }
        if let Some(area) = &self.from_area {
            put(fields, "origin", json!({ "from": area }));
        }
        Ok(())
    }
}

impl Fields for Confirm {
    const KIND: &'static str = "reclassified";

    fn more(&self, fields: &mut Map<String, Value>) -> Result<(), ProgramError> {
        put(fields, "part", part(&self.part)?);
        Ok(())
    }
}

impl Fields for Extend {
    const KIND: &'static str = "boundary_extended";

    fn more(&self, fields: &mut Map<String, Value>) -> Result<(), ProgramError> {
        put(fields, "added", polygon::coordinates(&polygon::read(&self.boundary)?));
        Ok(())
    }
}

impl Fields for Cancel {
    const KIND: &'static str = "cancelled";

    fn more(&self, fields: &mut Map<String, Value>) -> Result<(), ProgramError> {
        const FORM: &str = "role, women, men, girls and boys, as in `farmers,4,6,1,2`";
        put(fields, "part", part(&self.part)?);
        let groups: Result<Vec<Value>, ProgramError> = self
            .asked
            .iter()
            .map(|given| {
                let (role, numbers) =
                    given.split_once(',').ok_or_else(|| argument("--asked", given, FORM))?;
                let [women, men, girls, boys] = counts("--asked", numbers, FORM)?;
                Ok(json!({
                    "role": role.trim(), "women": women, "men": men, "girls": girls, "boys": boys,
                }))
            })
            .collect();
        put(fields, "asked", groups?.into());
        Ok(())
    }
}

impl Fields for Reduce {
    const KIND: &'static str = "reduced";

    fn more(&self, fields: &mut Map<String, Value>) -> Result<(), ProgramError> {
        put(fields, "part", part(&self.part)?);
        let with = if self.asset.is_some() { "with" } else { "without" };
        put(fields, "technical_asset", with.into());
        put(fields, "worked", worked(&self.worked));
        Ok(())
    }
}

impl Fields for Clear {
    const KIND: &'static str = "cleared";

    fn more(&self, fields: &mut Map<String, Value>) -> Result<(), ProgramError> {
        const ITEM: &str = "what, how many and where, as in `blu-26 2 16.60012N 105.90034E`";
        const NOT_WORKED: &str = "square metres and reason, as in `340 obstructed`";
        put(fields, "part", part(&self.part)?);
        put(fields, "worked", worked(&self.worked));
        let item = |given: &String| -> Result<Value, ProgramError> {
            let wrong = || argument("--item", given, ITEM);
            let (item, rest) = given.trim().split_once(' ').ok_or_else(wrong)?;
            let (quantity, place) =
                rest.trim().split_once(' ').map_or((rest, None), |(q, place)| (q, Some(place)));
            let quantity: u32 = quantity.trim().parse().map_err(|_| wrong())?;
            let mut item = json!({ "item": item, "quantity": quantity });
            if let Some(place) = place {
                item["position"] = position(place)?;
            }
            Ok(item)
        };
        if self.no_items || !self.items.is_empty() {
            let items: Result<Vec<Value>, _> = self.items.iter().map(item).collect();
            put(fields, "items", items?.into());
        }
        let not_worked = |given: &String| -> Result<Value, ProgramError> {
            let wrong = || argument("--not-worked", given, NOT_WORKED);
            let (area, reason) = given.trim().split_once(' ').ok_or_else(wrong)?;
            let area: u64 = area.parse().map_err(|_| wrong())?;
            Ok(json!({ "area_square_metres": area, "reason": reason.trim() }))
        };
        if self.all_worked || !self.not_worked.is_empty() {
            let areas: Result<Vec<Value>, _> = self.not_worked.iter().map(not_worked).collect();
            put(fields, "not_worked", areas?.into());
        }
        Ok(())
    }
}

impl Fields for ClearOutside {
    const KIND: &'static str = "cleared_outside";

    fn more(&self, fields: &mut Map<String, Value>) -> Result<(), ProgramError> {
        put(fields, "boundary", polygon::coordinates(&polygon::read(&self.boundary)?));
        Ok(())
    }
}

impl Fields for Suspend {
    const KIND: &'static str = "suspended";
}

impl Fields for MissedItem {
    const KIND: &'static str = "missed_item";

    fn more(&self, fields: &mut Map<String, Value>) -> Result<(), ProgramError> {
        put(fields, "position", position(&self.at)?);
        if let Some(file) = &self.investigate {
            put(fields, "investigate", polygon::coordinates(&polygon::read(file)?));
        }
        Ok(())
    }
}

impl Fields for CloseInvestigation {
    const KIND: &'static str = "investigation_closed";
}

impl Fields for Reopen {
    const KIND: &'static str = "reopened";

    fn more(&self, fields: &mut Map<String, Value>) -> Result<(), ProgramError> {
        put(fields, "part", part(&self.part)?);
        Ok(())
    }
}

impl Fields for HandOver {
    const KIND: &'static str = "handed_over";

    fn more(&self, fields: &mut Map<String, Value>) -> Result<(), ProgramError> {
        const INSPECTION: &str = "day, share, chance, `passed` or `failed`, and `closed` or `open` \
                                  for corrective action, as in `2024-05-02,0.1,0.9,passed,closed`";
        put(fields, "part", part(&self.part)?);
        let inspection = |given: &String| -> Result<Value, ProgramError> {
            let wrong = || argument("--inspection", given, INSPECTION);
            let parts: Vec<&str> = given.split(',').map(str::trim).collect();
            let [on, share, chance, result, action] = parts.as_slice() else {
                return Err(wrong());
            };
            let number = |text: &str| match text {
                "-" => Ok(Value::Null),
                _ => match text.parse::<f64>() {
                    Ok(number) if (0.0..=1.0).contains(&number) => Ok(number.into()),
                    _ => Err(wrong()),
                },
            };
            let either = |text: &str, yes: &str, no: &str| match text {
                _ if text == yes => Ok(true),
                _ if text == no => Ok(false),
                _ => Err(wrong()),
            };
            Ok(json!({
                "on": on,
                "inspected_share": number(share)?,
                "detection_probability": number(chance)?,
                "passed": either(result, "passed", "failed")?,
                "corrective_action_closed": either(action, "closed", "open")?,
            }))
        };
        let inspections: Result<Vec<Value>, _> = self.inspections.iter().map(inspection).collect();
        put(fields, "inspections", inspections?.into());
        if let Some(given) = &self.permanent_markers {
            let [turning, intermediate] = counts(
                "--permanent-markers",
                given,
                "turning and intermediate points, as in `4,2`",
            )?;
            let markers = json!({ "turning_points": turning, "intermediate_points": intermediate });
            put(fields, "permanent_markers", markers);
        }
        if let Some(given) = &self.briefed {
            let [women, men, girls, boys] =
                counts("--briefed", given, "women, men, girls and boys, as in `12,9,7,8`")?;
            let briefed = json!({ "women": women, "men": men, "girls": girls, "boys": boys });
            put(fields, "briefed", briefed);
        }
        Ok(())
    }
}

impl Fields for Adjust {
    const KIND: &'static str = "adjusted";

    fn more(&self, fields: &mut Map<String, Value>) -> Result<(), ProgramError> {
        if let Some(file) = &self.remaining {
            put(fields, "remaining", polygon::coordinates(&polygon::read(file)?));
        }
        let other = || {
            self.other.as_deref().ok_or(ProgramError::Argument {
                name: "--other",
                given: String::new(),
                form: "the id of the other area, which this cause needs",
            })
        };
        let cause = match self.cause {
            Cause::Remeasured => "remeasured".into(),
            Cause::BoundaryDrawn => "boundary_drawn".into(),
            Cause::EnteredInError => "entered_in_error".into(),
            Cause::MergedFrom => json!({ "merged_from": other()? }),
            Cause::DuplicateOf => json!({ "duplicate_of": other()? }),
        };
        put(fields, "cause", cause);
        Ok(())
    }
}

impl Fields for Merge {
    const KIND: &'static str = "merged";
}

impl Fields for Split {
    const KIND: &'static str = "split";

    fn more(&self, _fields: &mut Map<String, Value>) -> Result<(), ProgramError> {
        const FORM: &str = "two areas or more, each by an id of its own";
        let different: BTreeSet<&String> = self.into.iter().collect();
        if different.len() < self.into.len() || different.len() < 2 {
            return Err(argument("--into", &self.into.join(" --into "), FORM));
        }
        Ok(())
    }
}
