//! The statements of the record on the day of writing, in every way they are used.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use remnant_estimate::EstimateError;
use remnant_estimate::dud_rate::{
    Basis, Change, EvidenceKind, Families, Form, NormalPrior, Observation, Outcome, Position,
    Priors, held_out, leave_one_statement_out, pool, pool_with_nodes, sensitivity, unexploded,
};
use serde_json::Value;

fn snapshot() -> (Families, Vec<Observation>) {
    let all: Value = serde_json::from_str(include_str!("test-vectors.json")).unwrap();
    let case =
        all["cases"].as_array().unwrap().iter().find(|case| case["id"] == "meta-record").unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let families = case["inputs"]["types"].as_object().unwrap();
    let families = families.iter().map(|(name, family)| (name.clone(), text(family))).collect();
    let observations = case["inputs"]["obs"].as_array().unwrap().iter().map(|entry| {
        let number = |name: &str| entry[name].as_f64().unwrap();
        let form = match entry["form"].as_str().unwrap() {
            "interval" => Form::interval(number("lo"), number("hi")),
            _ => Form::point(number("y"), number("se")),
        };
        let kind = EvidenceKind::ALL.into_iter().find(|kind| entry["kind"] == kind.name()).unwrap();
        Observation::new(text(&entry["id"]), text(&entry["type"]), kind, form.unwrap()).unwrap()
    });
    (families, observations.collect())
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let (families, observations) = snapshot();
    let bits = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let posterior =
                remnant_estimate::dud_rate::pool(&families, &observations, &Priors::default());
            let posterior = posterior.unwrap();
            let mut bits =
                vec![posterior.log_evidence.to_bits(), posterior.context_spread.mean.to_bits()];
            for found in posterior.submunitions.values() {
                bits.push(found.level.mean().to_bits());
                bits.push(found.level.standard_deviation().to_bits());
                bits.push(found.predictive.mean().to_bits());
                bits.extend([0.05, 0.5, 0.95].map(|p| found.predictive.quantile(p).to_bits()));
            }
            bits.extend(posterior.biases.values().map(|bias| bias.mean().to_bits()));
            (bits, serde_json::to_string(&posterior).unwrap())
        })
    };
    let one = bits(1);
    assert_eq!(one, bits(8));
    assert_eq!(one, bits(3));
}

#[test]
fn the_order_of_the_statements_changes_nothing() {
    let (families, mut observations) = snapshot();
    let first = pool_with_nodes(&families, &observations, &Priors::default(), 9).unwrap();
    observations.reverse();
    let second = pool_with_nodes(&families, &observations, &Priors::default(), 9).unwrap();
    assert_eq!(first, second);
}

#[test]
fn the_answer_carries_its_version_its_inputs_and_its_diagnostics() {
    let (mut families, mut observations) = snapshot();
    families.insert("new-grenade", "grenade");
    families.insert("new-mine", "mine");
    let posterior = pool(&families, &observations, &Priors::default()).unwrap();
    assert_eq!((posterior.model, posterior.version), ("dud-rate", "1"));
    assert_eq!(posterior.statements, 27);
    assert_eq!(posterior.inputs_sha256.len(), 64);
    assert!(posterior.diagnostics.largest_movement.unwrap() < 0.005);
    assert!(posterior.diagnostics.border_density_context < 0.05);

    let own = posterior.submunition("m42-m46").unwrap();
    assert_eq!(own.basis, Basis::OwnStatements { statements: 4 });
    let within = posterior.submunition("new-grenade").unwrap();
    let types = vec!["m42-m46".to_owned(), "m77".to_owned()];
    assert_eq!(within.basis, Basis::AnalogyWithinFamily { types });
    assert_eq!(within.predictive, posterior.new_types["grenade"].predictive);
    let across = posterior.submunition("new-mine").unwrap();
    assert_eq!(across.basis, Basis::AnalogyAcrossFamilies);
    let difference =
        across.predictive.quantile(0.5) - posterior.new_family.predictive.quantile(0.5);
    assert!(difference.abs() < 1e-12);
    // Less is known of a type without a statement than of one with, and least without a family.
    let deviation = |name: &str| posterior.submunition(name).unwrap().level.standard_deviation();
    assert!(deviation("m42-m46") < deviation("new-grenade"));
    assert!(deviation("new-grenade") < deviation("new-mine"));
    assert!(matches!(
        posterior.submunition("m864"),
        Err(EstimateError::UnknownSubmunition { submunition }) if submunition == "m864"
    ));

    let before = posterior.inputs_sha256;
    observations[0].sources.push("another source".to_owned());
    let after = pool_with_nodes(&families, &observations, &Priors::default(), 5).unwrap();
    assert_ne!(before, after.inputs_sha256);
}

#[test]
fn input_that_cannot_be_pooled_is_refused_with_what_is_wrong() {
    let (families, observations) = snapshot();
    let priors = Priors::default();
    let refuse = |families: &Families, observations: &[Observation], priors: &Priors| {
        let error = pool(families, observations, priors).unwrap_err();
        assert!(!error.help().is_empty());
        error.to_string()
    };
    assert_eq!(refuse(&families, &[], &priors), "there is no statement to pool");
    let twice = [observations[0].clone(), observations[0].clone()];
    assert_eq!(refuse(&families, &twice, &priors), "statement `dr-001` is listed twice");
    assert_eq!(
        refuse(&Families::new(), &observations[..1], &priors),
        "statement `dr-001` is about `m42-m46`, which has no design family"
    );
    let mut spoilt = observations[0].clone();
    spoilt.form = Form::Interval { low: 0.3, high: 0.2 };
    assert!(refuse(&families, &[spoilt.clone()], &priors).contains("0.3 to 0.2"));
    spoilt = observations[0].clone();
    spoilt.spread = f64::NAN;
    assert!(refuse(&families, &[spoilt], &priors).contains("NaN"));
    let wide = Priors { context_spread: 50.0, ..priors };
    assert!(refuse(&families, &observations, &wide).contains("50"));
}

#[test]
fn contradictions_beyond_the_grid_are_a_reason_and_not_a_number() {
    let families = Families::from_iter([("a", "f")]);
    // Twelve figures between one in a million and all but one in a million, in one family of contexts.
    let observations: Vec<Observation> = (0..12)
        .map(|i| {
            let logit = if i % 2 == 0 { -14.0 } else { 14.0 };
            let form = Form::point(logit, 0.05).unwrap();
            Observation::new(format!("{i:02}"), "a", EvidenceKind::Field, form).unwrap()
        })
        .collect();
    let priors = Priors { context_spread: 0.3, ..Priors::default() };
    let error = pool(&families, &observations, &priors).unwrap_err();
    assert!(
        matches!(error, EstimateError::GridTooNarrow { .. } | EstimateError::NotSettled { .. }),
        "{error}"
    );
}

#[test]
fn every_change_has_a_row_and_the_published_ones_agree() {
    let (families, mut observations) = snapshot();
    for (i, observation) in observations.iter_mut().enumerate() {
        observation.sources = vec![format!("source {}", i / 9)];
    }
    let rows = sensitivity(&families, &observations, &Priors::default(), "m42-m46").unwrap();
    assert_eq!(rows.len(), 1 + 5 + 1 + 3);
    let found = |change: &Change| {
        let row = rows.iter().find(|row| row.change == *change).unwrap();
        let Outcome::Answer { low, median, high, .. } = row.outcome else { panic!("{row:?}") };
        [low, median, high]
    };
    // From the independent NumPy program on 27 nodes an axis, with four digits.
    for (change, expected) in [
        (Change::Nothing, [0.0329, 0.1659, 0.5009]),
        (Change::LessContextSpread, [0.0435, 0.1770, 0.4804]),
        (Change::MoreContextSpread, [0.0284, 0.1606, 0.5114]),
        (Change::MoreTypeAndFamilySpread, [0.0381, 0.1820, 0.5284]),
        (Change::BiasesCentredOnNothing, [0.0221, 0.1309, 0.4550]),
        (Change::NoBiases, [0.0110, 0.0796, 0.3836]),
    ] {
        for (found, expected) in found(&change).iter().zip(expected) {
            // Half a unit of the last digit, and what the coarser grid of the program may still move.
            assert!((found - expected).abs() < 0.00005 + 0.005 * expected, "{change:?}: {found}");
        }
    }
    let each =
        leave_one_statement_out(&families, &observations, &Priors::default(), "m42-m46").unwrap();
    assert_eq!(each.len(), 27);
    // The one field figure for this type is what holds its median up.
    let without = Change::WithoutStatement { statement: "dr-008".to_owned() };
    let row = each.iter().find(|row| row.change == without).unwrap();
    assert!(matches!(row.outcome, Outcome::Answer { median, .. } if median < 0.16), "{row:?}");
}

#[test]
fn leaving_out_everything_is_a_row_with_a_reason() {
    let (families, observations) = snapshot();
    let one = [observations[0].clone()];
    let rows = leave_one_statement_out(&families, &one, &Priors::default(), "m42-m46").unwrap();
    let last = rows.last().unwrap();
    assert_eq!(last.name, "without statement dr-001");
    assert_eq!(
        last.outcome,
        Outcome::NoAnswer { reason: "there is no statement to pool".to_owned() }
    );
    assert!(sensitivity(&families, &one, &Priors::default(), "m864").is_err());
    assert!(leave_one_statement_out(&families, &one, &Priors::default(), "m864").is_err());
    let claims = sensitivity(&families, &one, &Priors::default(), "m42-m46").unwrap();
    let claims = claims.iter().find(|row| row.change == Change::WithoutClaims).unwrap();
    assert!(matches!(claims.outcome, Outcome::NoAnswer { .. }));
}

#[test]
fn every_field_statement_lies_inside_the_prediction_made_without_it() {
    let (families, observations) = snapshot();
    let found = held_out(&families, &observations, &Priors::default()).unwrap();
    let position =
        |id: &str| found.iter().find(|held| held.statement == id).unwrap().position.clone();
    let rounded = |value: f64| (value * 100.0).round() / 100.0;
    let at = |id: &str| match position(id) {
        Position::At(probability) => rounded(probability),
        other => panic!("{other:?}"),
    };
    assert_eq!(found.len(), 6);
    assert_eq!([at("dr-008"), at("dr-027"), at("dr-038")], [0.94, 0.84, 0.36]);
    let Position::Between(low, high) = position("dr-034") else { panic!("not a range") };
    assert_eq!((rounded(low), rounded(high)), (0.58, 0.62));
    assert!(matches!(position("dr-013"), Position::Between(low, _) if low == 0.0));
    assert!(matches!(position("dr-040"), Position::Between(low, _) if low == 0.0));
    let none: Vec<Observation> =
        observations.iter().filter(|entry| entry.kind != EvidenceKind::Field).cloned().collect();
    assert!(held_out(&families, &none, &Priors::default()).is_err());
}

#[test]
fn a_statement_is_held_out_as_a_count_too() {
    let (families, mut observations) = snapshot();
    let entry = observations.iter_mut().find(|entry| entry.id == "dr-008").unwrap();
    entry.form = Form::count(0, 40).unwrap();
    let found = held_out(&families, &observations, &Priors::default()).unwrap();
    let position = found.iter().find(|held| held.statement == "dr-008").unwrap().position.clone();
    assert!(matches!(position, Position::At(p) if p > 0.0 && p < 0.1), "{position:?}");
}

#[test]
fn a_stated_use_leaves_a_stated_interval() {
    let (families, observations) = snapshot();
    let posterior = pool(&families, &observations, &Priors::default()).unwrap();
    let predictive = &posterior.submunition("m42-m46").unwrap().predictive;
    let found = unexploded(1_000, 72, predictive).unwrap();
    assert_eq!(found.used, 72_000);
    let share = found.median as f64 / 72_000.0;
    assert!((share / predictive.quantile(0.5) - 1.0).abs() < 0.01);
    assert!(found.interval_90.0 < found.interval_50.0 && found.interval_50.1 < found.interval_90.1);
}

/// The bias terms carry the answer: fixing them at a known value must shift the level by that value.
#[test]
fn a_fixed_bias_shifts_the_level_by_itself() {
    let families = Families::from_iter([("a", "f")]);
    let form = Form::share(0.05).unwrap();
    let one = [Observation::new("1", "a", EvidenceKind::Official, form).unwrap()];
    let level = |bias: f64| {
        let mut priors = Priors::default();
        priors.level.standard_deviation = 15.0;
        priors.bias.official = NormalPrior { mean: bias, standard_deviation: 0.0 };
        pool_with_nodes(&families, &one, &priors, 9).unwrap().submunition("a").unwrap().level.mean()
    };
    assert!((level(-0.9) - level(0.0) - 0.9).abs() < 0.01);
}
