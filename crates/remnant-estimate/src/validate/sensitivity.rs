//! How far an estimate hangs on each thing that was believed beforehand.
//!
//! Belongs here: the same place estimated with one prior changed at a time. Does not belong here: which
//! prior is right.

use std::ops::ControlFlow;

use crate::contamination::{ContaminationFault, Count, Inputs, Settings, estimate};
use crate::dud_rate::NormalMixture;

/// The total with one thing changed.
#[derive(Clone, Debug, PartialEq)]
pub struct SensitivityRow {
    /// What was changed and how; the first row has nothing changed.
    pub changed: String,
    /// Items left in the whole place, or the reason why there is no number.
    pub left: Result<Count, String>,
}

/// Changes one belief of the inputs.
type Change = (String, Box<dyn Fn(&mut Inputs)>);

/// The total as it is believed, then with each prior changed in turn, same seed throughout.
///
/// # Errors
/// [`ContaminationFault`] when the unchanged inputs give no number.
pub fn sensitivity(
    inputs: &Inputs,
    settings: Settings,
) -> Result<Vec<SensitivityRow>, ContaminationFault> {
    let total = |inputs: &Inputs| {
        estimate(inputs, settings, Vec::new(), |_, _, _| ControlFlow::Continue(()))
            .map(|estimate| estimate.whole)
    };
    let as_believed = total(inputs)?;
    let mut rows =
        vec![SensitivityRow { changed: "as believed".to_owned(), left: Ok(as_believed) }];
    for (changed, change) in changes(inputs) {
        let mut other = inputs.clone();
        change(&mut other);
        let left = total(&other).map_err(|fault| fault.to_string());
        rows.push(SensitivityRow { changed, left });
    }
    Ok(rows)
}

fn changes(inputs: &Inputs) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    let mut add = |words: String, change: Box<dyn Fn(&mut Inputs)>| changes.push((words, change));
    for (shift, words) in [(-0.5, "0.5 log odds lower"), (0.5, "0.5 log odds higher")] {
        add(
            format!("share unexploded of every type {words}"),
            Box::new(move |inputs| {
                for kind in &mut inputs.types {
                    let (mean, spread) = (kind.level.mean(), kind.level.standard_deviation());
                    kind.level = NormalMixture::normal(mean + shift, spread);
                }
            }),
        );
    }
    add(
        "contexts twice as different".to_owned(),
        Box::new(|inputs| {
            let spreads = inputs.types.iter_mut().flat_map(|kind| &mut kind.context_spreads);
            spreads.for_each(|(_, spread)| *spread *= 2.0);
        }),
    );
    for (place, method) in inputs.methods.iter().enumerate() {
        for (shift, words) in [(-0.7, "half as good in odds"), (0.7, "twice as good in odds")] {
            add(
                format!("detection by {} {words}", method.name),
                Box::new(move |inputs| {
                    let (first, second) = &mut inputs.methods[place].detection;
                    let (sum, odds) = (*first + *second, *first / *second * libm::exp(shift));
                    (*first, *second) = (sum * odds / (1.0 + odds), sum / (1.0 + odds));
                }),
            );
        }
    }
    for never in [0.0, 0.1] {
        add(
            format!("{:.0} % never findable by any method", 100.0 * never),
            Box::new(move |inputs| {
                inputs.methods.iter_mut().for_each(|method| method.never_found = never);
            }),
        );
    }
    for (factor, words) in [(0.5, "half as wide"), (2.0, "twice as wide")] {
        add(
            format!("footprints {words}"),
            Box::new(move |inputs| inputs.footprint.median_metres *= factor),
        );
    }
    for (factor, words) in [(0.5, "half as uncertain"), (2.0, "twice as uncertain")] {
        add(
            format!("numbers of munitions {words}"),
            Box::new(move |inputs| {
                let strikes = inputs.strikes.iter_mut();
                strikes.for_each(|strike| strike.munitions_deviation *= factor);
            }),
        );
    }
    if inputs.unreported.is_some() {
        for (factor, words) in
            [(1.0 / 3.0, "a third as frequent"), (3.0, "three times as frequent")]
        {
            add(
                format!("unreported strikes {words}"),
                Box::new(move |inputs| {
                    if let Some(unreported) = &mut inputs.unreported {
                        unreported.per_square_kilometre *= factor;
                    }
                }),
            );
        }
        if !inputs.strikes.is_empty() {
            add(
                "no unreported strikes at all".to_owned(),
                Box::new(|inputs| inputs.unreported = None),
            );
        }
    }
    changes
}
