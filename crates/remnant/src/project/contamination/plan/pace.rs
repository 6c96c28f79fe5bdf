//! How fast teams work: as it was given, or as the project's own tasks show it.
//!
//! Belongs here: reading the argument, and the tasks that say how many team-days they took. Does not belong
//! here: published paces, which are to hold against and never defaults.

use remnant_estimate::plan::Work;
use remnant_estimate::plan::productivity::own_pace;
use remnant_estimate::residual::Assumption;
use remnant_ground::boundary::Boundary;
use remnant_ground::{FieldValue, Object, ObjectKind, Shape};
use remnant_record::AsOf;
use remnant_store::Store;

use crate::command::plan::PlanArguments;
use crate::error::ProgramError;

/// Square metres searched in a team-day, on bad and on good days.
pub(super) fn pace(
    given: &PlanArguments,
    work: Work,
    store: &mut Store,
    as_of: AsOf,
    assumptions: &mut Vec<Assumption>,
) -> Result<(f64, f64), ProgramError> {
    let (pace, source) = match &given.pace {
        Some(text) => {
            let source = given.pace_source.clone();
            let source = source.unwrap_or_else(|| "given by whoever asks, without a source".into());
            (read(text)?, source)
        }
        None => own(work, store, as_of)?,
    };
    assumptions.push(Assumption {
        name: "square metres that a team searches in a day".to_owned(),
        value: format!("{:.0} to {:.0}", pace.0, pace.1),
        unit: "m²".to_owned(),
        verified: given.pace.is_none(),
        source,
    });
    Ok(pace)
}

fn read(text: &str) -> Result<(f64, f64), ProgramError> {
    let numbers: Vec<f64> = text.split(',').filter_map(|part| part.trim().parse().ok()).collect();
    let above_zero = |number: &f64| number.is_finite() && *number > 0.0;
    match numbers[..] {
        [slow, fast] if numbers.iter().all(above_zero) => Ok((slow.min(fast), slow.max(fast))),
        _ => Err(ProgramError::Argument {
            name: "--pace",
            given: text.to_owned(),
            form: "two numbers of square metres above zero, as in `800,2000`",
        }),
    }
}

/// The pace of the project's own tasks of that kind.
fn own(work: Work, store: &mut Store, as_of: AsOf) -> Result<((f64, f64), String), ProgramError> {
    let mut tasks = Vec::new();
    store.objects(ObjectKind::Search, as_of, |stored| {
        let object = stored.object()?;
        if is_of(work, &object)
            && let Some(task) = worked(&object)
        {
            tasks.push(task);
        }
        Ok(())
    })?;
    match own_pace(&tasks) {
        Some(pace) => {
            let source =
                format!("the slowest and the fastest of {} tasks of this project", tasks.len());
            Ok((pace, source))
        }
        None => Err(ProgramError::NoPlan {
            told: "how fast the teams work is not known".to_owned(),
            help: "give square metres for a team-day with --pace SLOW,FAST and --pace-source, or enter \
                   `team_days` and `searched_square_metres` of at least two tasks; published paces are no \
                   defaults",
        }),
    }
}

fn is_of(work: Work, object: &Object) -> bool {
    match work {
        Work::Survey => object.text("activity_type") == Some("ts"),
        Work::Clearance => matches!(object.text("activity_type"), Some("clearance" | "bac")),
    }
}

/// Square metres searched and team-days worked, where both are known.
fn worked(object: &Object) -> Option<(f64, f64)> {
    let number = |name: &str| object.field(name).and_then(FieldValue::number);
    let days = number("team_days")?;
    let metres =
        number("searched_square_metres").or_else(|| match &object.place.as_ref()?.shape {
            Shape::Area(area) => {
                let land = Boundary::new(area.clone().into()).ok()?;
                Some(land.boundary.area().get() as f64)
            }
            _ => None,
        })?;
    Some((metres, days))
}
