//! Runs the contamination model over invented worlds and prints what its intervals held.
//!
//! `cargo run -p remnant-estimate --example calibration -- worlds=50 wrong=0 points=96 draws=200 ways=48`,
//! and, to look at one unknown at a time: `known=` any of `scale,between,level,context,munitions,place,
//! detection,unreported,turned,share,left,never` joined by `+`. A line for each world goes to standard error.

use std::time::Instant;

use remnant_estimate::contamination::{Settings, estimate};
use remnant_estimate::simulate::{NumberLeft, Recorded, WorldSettings};
use remnant_estimate::validate::{Answer, Contamination, Model, Plan, inputs_of, validate};

/// The model, which tells how long each world took and what its points were worth.
struct Told {
    model: Contamination,
    diagnostics: bool,
    /// The only world that is looked at; all where none is.
    only: Option<u64>,
    first: u64,
}

impl Model for Told {
    fn name(&self) -> String {
        self.model.name()
    }

    fn answer(&self, recorded: &Recorded, seed: u64) -> Result<Answer, String> {
        let number = seed.wrapping_sub(self.first);
        if self.only.is_some_and(|only| only != number) {
            return Err("not looked at".to_owned());
        }
        let begun = Instant::now();
        let answer = self.model.answer(recorded, seed);
        let seconds = begun.elapsed().as_secs_f64();
        let finds: usize = recorded.tasks.iter().map(|task| task.finds.len()).sum();
        let mut line = format!(
            "{number} strikes {} tasks {} finds {finds} seconds {seconds:.2} {}",
            recorded.strikes.len(),
            recorded.tasks.len(),
            answer.as_ref().err().map_or("", |reason| reason)
        );
        if self.diagnostics {
            let settings = Settings { seed, ..self.model.settings };
            if let Ok(Ok(told)) = inputs_of(recorded, self.model.pitch).map(|inputs| {
                estimate(&inputs, settings, Vec::new(), |_, _, _| {
                    std::ops::ControlFlow::Continue(())
                })
            }) {
                let d = told.diagnostics;
                line += &format!(
                    " points {} effective {:.0} ways {:.3}",
                    d.points, d.effective_points, d.followed_share
                );
            }
        }
        eprintln!("{line}");
        answer
    }
}

fn main() {
    let mut base = Plan::small_world();
    let mut settings = Settings { points: 96, draws: 200, particles: 48, ..Settings::default() };
    let mut plan = Plan { worlds: 50, wrong_worlds: 0, seed: 2025, base: base.clone() };
    let (mut pitch, mut diagnostics) = (Contamination::default().pitch, false);
    let mut only = None;
    for argument in std::env::args().skip(1) {
        let Some((name, value)) = argument.split_once('=') else { continue };
        let number = || value.parse::<f64>().unwrap_or(f64::NAN);
        match name {
            "worlds" => plan.worlds = number() as u64,
            "wrong" => plan.wrong_worlds = number() as u64,
            "seed" => plan.seed = number() as u64,
            "points" => settings.points = number() as usize,
            "draws" => settings.draws = number() as usize,
            "ways" => settings.particles = number() as usize,
            "pitch" => pitch = number(),
            "cell" => {
                let cells = (base.sides_metres().0 / number()).round();
                base.cell_metres = number();
                (base.columns, base.rows) = (cells as u32, cells as u32);
            }
            "only" => only = Some(number() as u64),
            "diagnostics" => diagnostics = value == "yes",
            "known" => value.split('+').for_each(|what| fix(&mut base, what)),
            _ => eprintln!("unknown: {argument}"),
        }
    }
    plan.base = base;
    let model = Told {
        model: Contamination { settings, pitch },
        diagnostics,
        only,
        first: plan.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15),
    };
    let begun = Instant::now();
    let validation = validate(&model, &plan, |_, _, _| true);
    println!("{}; seed {}", validation.model, validation.seed);
    for kind in validation.kinds.iter().filter(|kind| kind.worlds + kind.refused.len() > 0) {
        println!("{}: {} worlds, {} without a number", kind.name, kind.worlds, kind.refused.len());
        for result in &kind.quantities {
            let share = |level| {
                result.at_level(level).map_or_else(String::new, |coverage| {
                    format!(
                        "{:.1} ± {:.1} (held {:.1}, promised {:.1})",
                        100.0 * coverage.central.value,
                        100.0 * coverage.central.standard_error,
                        100.0 * coverage.held.value,
                        100.0 * coverage.promised
                    )
                })
            };
            println!(
                "  {}: 50 % {}, 90 % {}, ranks p {:.3}, CRPS {:.4} ± {:.4}, expected/left {:.3}",
                result.quantity.words(),
                share(0.5),
                share(0.9),
                result.uniformity,
                result.crps.value,
                result.crps.standard_error,
                result.expected_over_left.unwrap_or(f64::NAN)
            );
            let mut tenths = [0_usize; 10];
            result.pits.iter().for_each(|pit| tenths[((pit * 10.0) as usize).min(9)] += 1);
            println!("    ranks by tenths {tenths:?}");
        }
        for unknown in &kind.unknowns {
            let held = 100.0 * unknown.held;
            println!("  {}: {} told, {held:.1} % held", unknown.unknown.words(), unknown.told);
        }
        for (world, reason) in kind.refused.iter().filter(|_| only.is_none()) {
            println!("  refused world {world}: {reason}");
        }
    }
    println!("{:.0} seconds", begun.elapsed().as_secs_f64());
}

/// Makes one thing known, or one difference between world and model vanish.
fn fix(base: &mut WorldSettings, what: &str) {
    match what {
        "scale" => base.log_scale.standard_deviation = 1e-3,
        "between" => base.log_scale_within_type = 0.0,
        "level" => base.levels.iter_mut().for_each(|level| level.standard_deviation = 1e-10),
        "context" => base.context_spread = 1e-3,
        "munitions" => base.munitions_relative_spread = 1e-3,
        "place" => base.location_error_metres = (2.0, 3.0),
        "detection" => base.methods.iter_mut().for_each(|method| {
            let mean = method.detection.first / (method.detection.first + method.detection.second);
            (method.detection.first, method.detection.second) = (1e5 * mean, 1e5 * (1.0 - mean));
        }),
        "unreported" => base.unreported = None,
        "turned" => base.searching.turned = 0.0,
        "share" => base.searching.share = (1.0, 1.0),
        "left" => base.number_left = NumberLeft::GammaPoisson,
        "never" => base.methods.iter_mut().for_each(|method| method.never_findable = 0.0),
        _ => eprintln!("nothing to make known: {what}"),
    }
}
