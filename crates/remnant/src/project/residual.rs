//! What may be left in a hazardous area: gather its land and work, ask, tell.
//!
//! Belongs here: making effort and finds of what the project holds, and reading arguments. Does not
//! belong here: what follows from them (`remnant_estimate::residual`), words (`remnant-publish`).

use std::process::ExitCode;

use jiff::civil::Date;
use remnant_estimate::contamination::{Parameters, two_digits};
use remnant_estimate::residual::{
    Assumption, Detection, Effort, FadeOutAsked, Inspection, ItemsPrior, Method, Passes,
    SearchedPart, Support, summarise,
};
use remnant_ground::boundary::{Boundary, pieces, union_of};
use remnant_ground::{Object, ObjectKind, Shape};
use remnant_land_release::{
    AreaFile, AreaId, AreaState, HazardousAreaLedger, Reading, ReleaseKind, Step, TechnicalAsset,
};
use remnant_publish::answer::residual::{Asked, Work, residual as answer};
use remnant_record::AsOf;
use remnant_store::Store;

use crate::command::residual::ResidualCommand;
use crate::error::ProgramError;
use crate::print;
use crate::project::contamination::kept::{self, Kept};
use crate::project::{area, as_of};

/// Something that searched land of the area.
pub(super) struct Searched {
    pub(super) work: Work,
    pub(super) land: Boundary,
    /// The share of that land which was searched.
    pub(super) share: f64,
}

/// Tells what may be left in an area.
pub(crate) fn residual(given: &ResidualCommand) -> Result<ExitCode, ProgramError> {
    let as_of = as_of(&given.asked)?;
    let id = AreaId::new(given.area.clone())?;
    let mut store = given.desk.open()?;
    let file = area::file(&mut store, &id, as_of.known_by)?;
    if file.events().is_empty() {
        return Err(ProgramError::NoSuchArea(id.to_string()));
    }
    let ledger = file.ledger(Reading::Provisional, as_of.known_by);
    let land = land_of(&file, ledger.on(as_of.on))?;
    let mut searched = released(&ledger, as_of.on)?;
    searched.extend(searches(&mut store, &id, &land, as_of, &searched)?);
    let kept = kept_estimate(given, &mut store, &id, as_of)?;
    for one in &mut searched {
        if let Some(kept) = &kept
            && one.work.left_out.is_none()
            && one.work.on.is_none_or(|on| on <= kept.as_of.on)
        {
            one.work.left_out = Some(format!("in the estimate of {} already", kept.as_of.on));
        }
        if given.leave_out.contains(&one.work.id) {
            one.work.left_out = Some("left out by whoever asks".to_owned());
        }
        let covers = one.land.intersection(&land)?.area().get();
        one.work.covers_square_metres = covers;
        if covers == 0 && one.work.left_out.is_none() {
            one.work.left_out = Some("lies outside the area".to_owned());
        }
    }
    let mut assumptions = Vec::new();
    let effort = effort(given, &land, &searched, &mut assumptions)?;
    let finds = finds(given, &searched)?;
    let prior = match &kept {
        Some(kept) => prior_of(kept, &mut assumptions)?,
        None => prior(given, &mut assumptions)?,
    };
    let support = Support {
        prior,
        effort,
        finds,
        more_than: given.more_than.clone(),
        target: given.target,
        inspection: inspection(given, &mut assumptions)?,
        fade_out: fade_out(given, kept.as_ref(), &prior, &mut assumptions),
    };
    let summary = summarise(&support).map_err(no_estimate)?;
    let work: Vec<Work> = searched.into_iter().map(|one| one.work).collect();
    let asked = Asked {
        area: id.as_str(),
        land: land.area(),
        support: &support,
        summary: &summary,
        assumptions: &assumptions,
        work: &work,
        as_of,
    };
    print::answer(&answer(&asked), as_of, given.asked.json)
}

fn no_estimate(fault: remnant_estimate::residual::ResidualFault) -> ProgramError {
    ProgramError::NoEstimate { told: fault.to_string(), help: fault.help() }
}

/// All land of the area, open and released.
fn land_of(file: &AreaFile, state: &AreaState) -> Result<Boundary, ProgramError> {
    let open = state.remaining.iter().map(|open| open.parcel.boundary.clone());
    let released = state.released.iter().map(|part| part.parcel.boundary.clone());
    let all: Vec<Boundary> = open.chain(released).collect();
    let land = match all.as_slice() {
        [only] => Some(only.clone()),
        _ => union_of(&all)?.boundary,
    };
    land.ok_or_else(|| ProgramError::NoEstimate {
        told: format!("no boundary of {} is known on that day", file.area()),
        help: "draw its boundary with `remnant release adjust` first",
    })
}

/// What was cleared, and what was reduced with a technical asset, up to a day.
pub(super) fn released(
    ledger: &HazardousAreaLedger,
    on: Date,
) -> Result<Vec<Searched>, ProgramError> {
    let mut found = Vec::new();
    let state = ledger.on(on);
    for entry in ledger.entries().iter().filter(|entry| entry.event.effective_on <= on) {
        let event = &entry.event;
        let parts: Vec<Boundary> = state
            .released
            .iter()
            .filter(|part| part.released_by == event.id)
            .filter(|part| {
                matches!(
                    part.kind,
                    ReleaseKind::Cleared | ReleaseKind::Reduced(TechnicalAsset::With)
                )
            })
            .map(|part| part.parcel.boundary.clone())
            .collect();
        let (method, finds, searched) = match &event.step {
            Step::Cleared(step) => (
                step.method.clone().unwrap_or_else(|| "clearance".to_owned()),
                step.items.as_ref().map(|items| items.iter().map(|i| u64::from(i.quantity)).sum()),
                None,
            ),
            Step::Reduced(step) => (
                step.asset.clone().unwrap_or_else(|| "detector".to_owned()),
                step.found.as_deref().filter(|found| *found == "nothing").map(|_| 0),
                step.searched,
            ),
            _ => continue,
        };
        let Some(land) = (match parts.as_slice() {
            [only] => Some(only.clone()),
            parts => union_of(parts)?.boundary,
        }) else {
            continue;
        };
        let whole = land.area().get().max(1) as f64;
        let share = searched.map_or(1.0, |searched| (searched.get() as f64 / whole).min(1.0));
        // Land that was reduced counts as searched only as far as somebody says that it was.
        let unsaid = matches!(event.step, Step::Reduced(_)) && searched.is_none();
        found.push(Searched {
            work: Work {
                id: event.id.to_string(),
                method,
                on: Some(event.effective_on),
                covers_square_metres: 0,
                finds,
                left_out: unsaid.then(|| "how much was searched is not stated".to_owned()),
            },
            land,
            share,
        });
    }
    Ok(found)
}

/// Searches that were entered by themselves and touch the area.
fn searches(
    store: &mut Store,
    id: &AreaId,
    land: &Boundary,
    as_of: AsOf,
    released: &[Searched],
) -> Result<Vec<Searched>, ProgramError> {
    let mut objects: Vec<Object> = Vec::new();
    store.objects(ObjectKind::Search, as_of, |stored| {
        objects.push(stored.object()?);
        Ok(())
    })?;
    let mut found = Vec::new();
    for object in &objects {
        let named = object.text("hazardous_area") == Some(id.as_str());
        let drawn = match object.place.as_ref().map(|place| &place.shape) {
            Some(Shape::Area(area)) => Boundary::new(area.clone().into()).ok(),
            _ => None,
        };
        let drawn = drawn.map(|checked| checked.boundary);
        let touches = match &drawn {
            Some(boundary) => land.intersection(boundary)?.boundary.is_some(),
            None => false,
        };
        if !(named || touches) {
            continue;
        }
        let number = |name: &str| object.field(name).and_then(remnant_ground::FieldValue::number);
        let metres = number("searched_square_metres");
        let (ground, whole) = match &drawn {
            Some(boundary) => (boundary.clone(), boundary.area().get()),
            None => (land.clone(), land.area().get()),
        };
        let share = metres.map_or(1.0, |metres| (metres / whole.max(1) as f64).clamp(0.0, 1.0));
        let on = object.field("end_date").or_else(|| object.field("start_date"));
        let on = on.and_then(remnant_ground::FieldValue::date).map(|date| date.last_day());
        // A clearance is often entered as a step and once more as an activity.
        let twice = released.iter().find(|other| {
            other.work.on.is_some()
                && on.is_some_and(|on| other.work.on.is_some_and(|day| on <= day))
                && other.land.intersection(&ground).is_ok_and(|shared| {
                    shared.area().get() as f64 >= 0.9 * ground.area().get() as f64
                })
        });
        let left_out = if let Some(other) = twice {
            Some(format!("the same land and time as {}, counted once", other.work.id))
        } else if drawn.is_none() && metres.is_none() {
            Some("neither its boundary nor how much was searched is known".to_owned())
        } else {
            None
        };
        found.push(Searched {
            work: Work {
                id: object.id.to_string(),
                method: object.text("method").unwrap_or("not stated").to_owned(),
                on,
                covers_square_metres: 0,
                finds: number("items_found").map(|items| items.max(0.0) as u64),
                left_out,
            },
            land: ground,
            share,
        });
    }
    Ok(found)
}

/// The parameter that stands for a method, as far as one does.
fn parameter_of(method: &str) -> Option<&'static str> {
    match method {
        "visual_surface" => Some("visual"),
        "detector" => Some("detector"),
        "subsurface" | "manual" | "mechanical" | "clearance" => Some("clearance"),
        _ => None,
    }
}

/// The effort of what takes part, with the detection of each method.
fn effort(
    given: &ResidualCommand,
    land: &Boundary,
    searched: &[Searched],
    assumptions: &mut Vec<Assumption>,
) -> Result<Effort, ProgramError> {
    let taking_part: Vec<&Searched> =
        searched.iter().filter(|one| one.work.left_out.is_none()).collect();
    let mut names: Vec<&str> = taking_part.iter().map(|one| one.work.method.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let shipped = Parameters::default();
    let mut methods = Vec::new();
    for &name in &names {
        methods.push(method(given, name, &shipped, assumptions)?);
    }
    let boundaries: Vec<Boundary> = taking_part.iter().map(|one| one.land.clone()).collect();
    let whole = land.area().get().max(1) as f64;
    let mut parts = Vec::new();
    for piece in pieces(land, &boundaries)? {
        // Each search of which only the square metres are known divides the piece once more.
        let mut divided = vec![(piece.area.get() as f64 / whole, Vec::new())];
        for number in piece.covered_by {
            let one = taking_part[number];
            let method = names.iter().position(|name| *name == one.work.method).unwrap_or(0);
            divided = divided
                .into_iter()
                .flat_map(|(share, by): (f64, Vec<Passes>)| {
                    let mut with = by.clone();
                    with.push(Passes { method, passes: 1 });
                    [(share * one.share, with), (share * (1.0 - one.share), by)]
                })
                .filter(|(share, _)| *share > 0.0)
                .collect();
        }
        parts.extend(
            divided
                .into_iter()
                .filter(|(_, by)| !by.is_empty())
                .map(|(share, searched_by)| SearchedPart { share, searched_by }),
        );
    }
    Ok(Effort { methods, parts })
}

/// A method with its detection: as it was given, or the shipped default, which says so.
fn method(
    given: &ResidualCommand,
    name: &str,
    shipped: &Parameters,
    assumptions: &mut Vec<Assumption>,
) -> Result<Method, ProgramError> {
    let told = |all: &[String]| {
        let of_method = |text: &String| {
            text.split_once('=').filter(|(method, _)| *method == name).map(|(_, v)| v.to_owned())
        };
        all.iter().find_map(of_method)
    };
    let default = |what: &str| {
        let parameter = format!("{what}-{}", parameter_of(name)?);
        shipped.rows.iter().find(|row| row.name == parameter)
    };
    let (detection, source, verified) = match (told(&given.detection), default("detection")) {
        (Some(text), _) => {
            let source = given.detection_source.clone();
            let verified = source.is_some();
            (
                detection("--detection", &text)?,
                source.unwrap_or_else(|| "given by whoever asks, without a source".to_owned()),
                verified,
            )
        }
        (None, Some(row)) => {
            let (alpha, beta) = shipped.beta(&row.name);
            (Detection::Beta { alpha, beta }, row.source.clone(), row.verified)
        }
        (None, None) => {
            return Err(ProgramError::NoEstimate {
                told: format!("nothing is known of how well the method `{name}` detects"),
                help: "give its detection with --detection METHOD=SHARE, or leave the work out with --leave-out ID",
            });
        }
    };
    assumptions.push(Assumption {
        name: format!("chance that one pass of `{name}` finds an item that it can find"),
        value: worded(&detection),
        unit: String::new(),
        source,
        verified,
    });
    let (never_found, source, verified) = match (told(&given.never_found), default("never-found")) {
        (Some(text), _) => {
            let value = share("--never-found", &text)?;
            (value, "given by whoever asks".to_owned(), false)
        }
        (None, Some(row)) => (shipped.fixed(&row.name), row.source.clone(), row.verified),
        (None, None) => {
            let row = shipped.rows.iter().find(|row| row.name == "never-found-detector");
            let value = row.map_or(0.03, |row| shipped.fixed(&row.name));
            (value, "design default of another method".to_owned(), false)
        }
    };
    assumptions.push(Assumption {
        name: format!("share of items that `{name}` never finds"),
        value: never_found.to_string(),
        unit: String::new(),
        source,
        verified,
    });
    Ok(Method { name: name.to_owned(), detection, never_found })
}

fn worded(detection: &Detection) -> String {
    match detection {
        Detection::Known(value) => value.to_string(),
        Detection::Beta { alpha, beta } => format!("Beta({alpha}, {beta})"),
    }
}

fn share(name: &'static str, text: &str) -> Result<f64, ProgramError> {
    text.parse().ok().filter(|value| (0.0..=1.0).contains(value)).ok_or_else(|| {
        ProgramError::Argument { name, given: text.to_owned(), form: "a share from 0 to 1" }
    })
}

fn detection(name: &'static str, text: &str) -> Result<Detection, ProgramError> {
    let Some((alpha, beta)) = text.split_once(',') else {
        return share(name, text).map(Detection::Known);
    };
    let above_zero = |part: &str| part.trim().parse().ok().filter(|value: &f64| *value > 0.0);
    match (above_zero(alpha), above_zero(beta)) {
        (Some(alpha), Some(beta)) => Ok(Detection::Beta { alpha, beta }),
        _ => Err(ProgramError::Argument {
            name,
            given: text.to_owned(),
            form: "a share from 0 to 1, or two numbers above zero as in `12,3`",
        }),
    }
}

/// Items found in all work that takes part.
fn finds(given: &ResidualCommand, searched: &[Searched]) -> Result<u64, ProgramError> {
    if let Some(finds) = given.finds {
        return Ok(finds);
    }
    let taking_part = searched.iter().filter(|one| one.work.left_out.is_none());
    let mut sum = 0_u64;
    for one in taking_part {
        let Some(finds) = one.work.finds else {
            return Err(ProgramError::NoEstimate {
                told: format!("how many items `{}` found is not stated", one.work.id),
                help: "give all finds in the area with --finds, or leave the work out with --leave-out ID",
            });
        };
        sum = sum.saturating_add(finds);
    }
    Ok(sum)
}

/// The newest estimate that is kept of the area, where the prior is to come from one.
fn kept_estimate(
    given: &ResidualCommand,
    store: &mut Store,
    id: &AreaId,
    as_of: AsOf,
) -> Result<Option<Kept>, ProgramError> {
    if !given.prior_from_estimate {
        return Ok(None);
    }
    let kept = kept::newest(store, id.as_str(), as_of.known_by)?;
    kept.map(Some).ok_or_else(|| ProgramError::NoKeptEstimate(id.to_string()))
}

/// The prior with the mean, the spread and the chance of at least one item that a kept estimate gives.
fn prior_of(kept: &Kept, assumptions: &mut Vec<Assumption>) -> Result<ItemsPrior, ProgramError> {
    let left = &kept.left;
    let prior = ItemsPrior::from_moments(left.expected, left.deviation.powi(2), left.any)
        .map_err(no_estimate)?;
    let source = format!(
        "the estimate that {} kept on {}, with all that was searched and found by {}",
        kept.author, kept.on, kept.as_of.on
    );
    for (name, value, unit) in [
        ("chance that the area was contaminated at all (π)", prior.contaminated(), ""),
        ("items expected if it was (a/b)", prior.shape() / prior.rate(), "items"),
        ("shape of what is believed of that number (a)", prior.shape(), ""),
        ("rate of it (b)", prior.rate(), "for each item"),
    ] {
        assumptions.push(Assumption {
            name: name.to_owned(),
            value: two_digits(value),
            unit: unit.to_owned(),
            source: source.clone(),
            verified: true,
        });
    }
    Ok(prior)
}

/// What is asked of a distance: the strike of the prior, the footprint of the estimate or the default.
fn fade_out(
    given: &ResidualCommand,
    kept: Option<&Kept>,
    prior: &ItemsPrior,
    assumptions: &mut Vec<Assumption>,
) -> Option<FadeOutAsked> {
    let metres = given.fade_out?;
    let shipped = Parameters::default();
    let (scale_metres, log_spread) = shipped.log_normal("footprint-scale");
    let row = shipped.rows.iter().find(|row| row.name == "footprint-scale");
    let mut source = row.map_or_else(String::new, |row| row.source.clone());
    let (mut belief, mut verified) = ((scale_metres, log_spread), false);
    if let Some((kept, (middle, (low, high)))) = kept.and_then(|kept| Some((kept, kept.footprint?)))
    {
        // Nine chances in ten of a normal lie within 1.645 deviations.
        belief = (middle, (high / low).ln() / (2.0 * 1.645));
        source = format!("the estimate kept on {}, as finds have it", kept.on);
        verified = true;
    }
    assumptions.push(Assumption {
        name: "distance within which most items of a strike lie (median; spread of its logarithm)"
            .to_owned(),
        value: format!("{}; {}", two_digits(belief.0), two_digits(belief.1)),
        unit: "m".to_owned(),
        source,
        verified,
    });
    Some(FadeOutAsked {
        metres,
        items: prior.shape() / prior.rate(),
        scale_metres: belief.0,
        log_spread: belief.1,
    })
}

fn prior(
    given: &ResidualCommand,
    assumptions: &mut Vec<Assumption>,
) -> Result<ItemsPrior, ProgramError> {
    // The command line asks for all four where no estimate gives them.
    let (Some(contaminated), Some(items), Some(shape), Some(source)) =
        (given.contaminated, given.items, given.shape, &given.prior_source)
    else {
        return Err(ProgramError::NoEstimate {
            told: "nothing is said of what was believed of the area before anyone searched it"
                .to_owned(),
            help: "give --contaminated, --items, --shape and --prior-source, or --prior-from-estimate",
        });
    };
    let rate = shape / items;
    for (name, value, unit) in [
        ("chance that the area was contaminated at all (π)", contaminated, ""),
        ("items expected if it was (a/b)", items, "items"),
        ("shape of what is believed of that number (a)", shape, ""),
        ("rate of it (b)", rate, "for each item"),
    ] {
        assumptions.push(Assumption {
            name: name.to_owned(),
            value: value.to_string(),
            unit: unit.to_owned(),
            source: source.clone(),
            // Whoever asks names the source; that somebody read it there, the program cannot know.
            verified: false,
        });
    }
    ItemsPrior::new(contaminated, shape, rate).map_err(no_estimate)
}

fn inspection(
    given: &ResidualCommand,
    assumptions: &mut Vec<Assumption>,
) -> Result<Option<Inspection>, ProgramError> {
    let (Some(lot), Some(sampled), Some(confidence), Some(clean)) =
        (given.lot_size, given.sampled, given.confidence, given.share)
    else {
        return Ok(None);
    };
    let detection = detection("--inspection-detection", &given.inspection_detection)?;
    assumptions.push(Assumption {
        name: "chance that inspecting a bad unit notices it".to_owned(),
        value: worded(&detection),
        unit: String::new(),
        source: "given by whoever asks; 1 where nothing was given".to_owned(),
        verified: false,
    });
    Ok(Some(Inspection { lot, sampled, confidence, clean, detection }))
}
