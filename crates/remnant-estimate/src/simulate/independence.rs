//! The generator knows nothing of the inference, and its worlds are what the settings say.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;

/// Every source file of this module, by name.
const SOURCES: [(&str, &str); 13] = [
    ("simulate.rs", include_str!("../simulate.rs")),
    ("draw.rs", include_str!("draw.rs")),
    ("fault.rs", include_str!("fault.rs")),
    ("footprint.rs", include_str!("footprint.rs")),
    ("nation.rs", include_str!("nation.rs")),
    ("outline.rs", include_str!("outline.rs")),
    ("rate.rs", include_str!("rate.rs")),
    ("search.rs", include_str!("search.rs")),
    ("settings.rs", include_str!("settings.rs")),
    ("strike.rs", include_str!("strike.rs")),
    ("varied.rs", include_str!("varied.rs")),
    ("village.rs", include_str!("village.rs")),
    ("world.rs", include_str!("world.rs")),
];

#[test]
fn the_generator_uses_nothing_of_the_crate_but_the_grid() {
    let declared = SOURCES[0].1.lines().filter(|line| line.starts_with("mod ")).count();
    assert_eq!(declared, SOURCES.len(), "a file of the generator is not looked at");
    for (name, text) in SOURCES {
        for (number, line) in text.lines().enumerate() {
            for used in line.split("crate::").skip(1) {
                assert!(used.starts_with("grid"), "{name}, line {}: {line}", number + 1);
            }
            let climbs = line.contains("super::super::") && !line.contains("super::super::draw");
            assert!(!climbs, "{name}, line {}: {line}", number + 1);
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_world_and_another_gives_another() {
    let settings = WorldSettings::default();
    let world = World::draw(&settings, 5).unwrap();
    assert_eq!(world, World::draw(&settings, 5).unwrap());
    assert_ne!(world.truth.items, World::draw(&settings, 6).unwrap().truth.items);
}

/// What is found and what is left is what there was.
#[test]
fn no_item_is_lost() {
    let settings = WorldSettings {
        removed_before: Some(BetaShares { first: 2.0, second: 8.0 }),
        ..WorldSettings::default()
    };
    let (mut found, mut removed) = (0, 0);
    for seed in 0..20 {
        let World { recorded, truth } = World::draw(&settings, seed).unwrap();
        let with = |wanted: fn(&ItemState) -> bool| {
            truth.items.iter().filter(|item| wanted(&item.state)).count()
        };
        let found_here = with(|state| matches!(state, ItemState::Found { .. }));
        let listed: usize = recorded.tasks.iter().map(|task| task.finds.len()).sum();
        assert_eq!(found_here, listed);
        let left: usize = truth.strikes.iter().map(|strike| strike.items_left as usize).sum();
        assert_eq!(left, truth.items.len());
        let on_grid = truth
            .items
            .iter()
            .filter(|item| item.state == ItemState::Left)
            .filter(|item| recorded.grid.cell_at(item.easting, item.northing).is_some())
            .count();
        assert_eq!(on_grid as u32, truth.left);
        assert_eq!(truth.left_in_areas[..4].iter().sum::<u32>(), truth.left);
        found += found_here;
        removed += with(|state| *state == ItemState::RemovedBefore);
    }
    assert!(found > 100 && removed > 100, "{found} {removed}");
}

#[test]
fn a_wrong_world_differs_only_in_what_is_wrong() {
    let right = WorldSettings::default();
    let plain = World::draw(&right, 9).unwrap();
    for (name, wrong) in Wrong::on_purpose() {
        let world = World::draw(&WorldSettings { wrong, ..right.clone() }, 9).unwrap();
        assert_eq!(world.recorded.strikes, plain.recorded.strikes, "{name}");
        assert_eq!(world.truth.shared, plain.truth.shared, "{name}");
        for (task, same) in world.recorded.tasks.iter().zip(&plain.recorded.tasks) {
            assert_eq!(task.outline, same.outline, "{name}");
        }
        assert_ne!(world.truth, plain.truth, "{name}");
    }
}

/// The two ways in which a number left comes about have the same mean and nearly the same spread.
#[test]
fn both_numbers_left_have_the_moments_of_the_settings() {
    let moments = |number_left| {
        let settings = WorldSettings {
            number_left,
            strikes: 400,
            munitions: (4.0, 4.0),
            levels: vec![NormalSpread { mean: -2.2, standard_deviation: 0.0 }],
            unreported: None,
            searching: Searching { tasks: 0, ..WorldSettings::default().searching },
            ..WorldSettings::default()
        };
        let counts: Vec<f64> = (0..10)
            .flat_map(|seed| World::draw(&settings, seed).unwrap().truth.strikes)
            .map(|strike| f64::from(strike.items_left))
            .collect();
        let mean = counts.iter().sum::<f64>() / counts.len() as f64;
        let square = counts.iter().map(|count| (count - mean).powi(2)).sum::<f64>();
        (mean, (square / counts.len() as f64).sqrt())
    };
    let (counted, spread) = moments(NumberLeft::Counted);
    let (gamma, gamma_spread) = moments(NumberLeft::GammaPoisson);
    // 588 submunitions, of which a share of about 0.113 fails on average.
    assert!((counted - 66.5).abs() < 3.0 && (gamma - 66.5).abs() < 3.0, "{counted} {gamma}");
    assert!((spread / gamma_spread - 1.0).abs() < 0.08, "{spread} {gamma_spread}");
}

#[test]
fn settings_that_cannot_be_drawn_from_are_refused_with_help() {
    let base = WorldSettings::default();
    let broken = [
        WorldSettings { columns: 0, ..base.clone() },
        WorldSettings { location_error_metres: (0.0, 100.0), ..base.clone() },
        WorldSettings { munitions: (f64::NAN, 2.0), ..base.clone() },
        WorldSettings { levels: Vec::new(), ..base.clone() },
        WorldSettings { methods: Vec::new(), ..base.clone() },
        WorldSettings { context_spread: f64::INFINITY, ..base.clone() },
        WorldSettings {
            searching: Searching { share: (0.5, 1.5), ..base.searching },
            ..base.clone()
        },
    ];
    for settings in broken {
        let fault = World::draw(&settings, 1).unwrap_err();
        assert!(!fault.help().is_empty() && !fault.to_string().is_empty());
    }
}
