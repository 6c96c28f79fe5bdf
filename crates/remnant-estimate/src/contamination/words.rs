//! An estimate in plain words.
//!
//! Belongs here: sentences for people who are no statisticians, with two digits at most, what was
//! searched beside every probability, and the ground that nobody searched.
//!
//! Does not belong here: laying out a page, numbers that the estimate does not hold. No sentence calls
//! land free of danger: that is not for a model to say.

use super::count::Count;
use super::run::{AreaEstimate, Estimate};
use super::split::{Cause, Split};
use super::tile::Looked;

/// What was found and done in an area, for its sentences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Recorded strikes whose items may lie here.
    pub strikes: usize,
    /// Searches.
    pub searches: usize,
    /// Items found by searches.
    pub found: u64,
    /// Finds without a search.
    pub spot_finds: usize,
}

/// A number with two digits at most, as people say it.
///
/// ```
/// use remnant_estimate::contamination::two_digits;
/// assert_eq!(two_digits(1_487.2), "1500");
/// assert_eq!(two_digits(0.0417), "0.042");
/// assert_eq!(two_digits(7.96), "8");
/// ```
#[must_use]
pub fn two_digits(number: f64) -> String {
    if number == 0.0 || !number.is_finite() {
        return "0".to_owned();
    }
    let places = 1 - libm::floor(libm::log10(number.abs())) as i32;
    if places <= 0 {
        let unit = libm::pow(10.0, f64::from(-places));
        return format!("{:.0}", libm::round(number / unit) * unit);
    }
    let text = format!("{number:.*}", places.min(12) as usize);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A probability as chances in ten, a hundred or more.
///
/// ```
/// use remnant_estimate::contamination::chances;
/// assert_eq!(chances(0.31), "3 in 10");
/// assert_eq!(chances(0.021), "2 in 100");
/// assert_eq!(chances(0.9996), "more than 99 in 100");
/// ```
#[must_use]
pub fn chances(probability: f64) -> String {
    if probability > 0.995 {
        return "more than 99 in 100".to_owned();
    }
    if probability > 0.945 {
        return format!("{:.0} in 100", 100.0 * probability);
    }
    let mut of = 10.0;
    while probability * of < 0.95 && of < 1e6 {
        of *= 10.0;
    }
    if probability * of < 0.95 {
        "less than 1 in 1000000".to_owned()
    } else {
        format!("{:.0} in {of}", probability * of)
    }
}

/// A count in a sentence: between how many, and what is the middle.
fn between(count: &Count) -> String {
    let (low, high) = count.interval_90;
    if high == 0 {
        return "Most probably no item is left (9 chances in 10 or more)".to_owned();
    }
    format!(
        "Between {} and {} items (9 chances in 10) are left here; {} is the middle",
        two_digits(low as f64),
        two_digits(high as f64),
        two_digits(count.median as f64)
    )
}

fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::DudFraction => "the share of submunitions that stayed unexploded",
        Cause::Munitions => "the number of munitions in each strike",
        Cause::Place => "where exactly the strikes were",
        Cause::Detection => "how much of what lay there the searches found",
        Cause::Footprint => "how far items lie from the middle of their strike",
        Cause::Unreported => "how many strikes nobody recorded",
    }
}

/// What an estimate says of one of its areas, sentence by sentence.
#[must_use]
pub fn sentences(
    estimate: &Estimate,
    area: &AreaEstimate,
    split: &[Split],
    done: &Done,
) -> Vec<String> {
    let mut told = vec![format!("{}.", between(&area.left))];
    if let Some(first) = split.first().filter(|part| part.share >= 0.05) {
        let second = split.get(1).filter(|part| part.share >= 0.05);
        let then = second.map_or(String::new(), |s| format!(", then from {}", cause(s.cause)));
        told.push(format!("The spread comes mainly from {}{then}.", cause(first.cause)));
    }
    told.push(format!(
        "The chance that at least one item is left: {}. Whatever this number, it does not show \
         that none is left.",
        chances(area.left.any)
    ));
    let strikes = match done.strikes {
        0 => "No strike is recorded here or near".to_owned(),
        1 => "One recorded strike may have left items here".to_owned(),
        many => format!("{many} recorded strikes may have left items here"),
    };
    told.push(format!("{strikes}; strikes that nobody recorded are reckoned with."));
    let share = |share: f64| two_digits(100.0 * share);
    if area.searched <= 0.0 {
        told.push(
            "Nobody has searched any of it: what is said rests on the strikes alone.".to_owned(),
        );
    } else {
        let methods: Vec<String> = estimate
            .unknowns
            .iter()
            .filter_map(|unknown| {
                let method = unknown.name.strip_prefix("detection/")?;
                Some(format!("{method} finds about {:.0} in 10", 10.0 * unknown.mean))
            })
            .collect();
        let found = match done.found {
            0 => "Nothing was found".to_owned(),
            1 => "One item was found".to_owned(),
            many => format!("{many} items were found"),
        };
        told.push(format!(
            "{} per cent of it was searched ({}). {found} by {}.",
            share(area.searched),
            methods.join("; "),
            if done.searches == 1 {
                "one search".to_owned()
            } else {
                format!("{} searches", done.searches)
            }
        ));
        if area.searched < 0.995 {
            told.push(format!(
                "Nobody has searched the other {} per cent: there, silence says nothing.",
                share(1.0 - area.searched)
            ));
        }
    }
    if done.spot_finds > 0 {
        let many = done.spot_finds;
        let finds = if many == 1 { "One find".to_owned() } else { format!("{many} finds") };
        told.push(format!(
            "{finds} without a search tell where strikes were, not how many items they left."
        ));
    }
    told
}

/// How the cells of an area divide: nobody looked, nothing found, found.
#[must_use]
pub fn cells_by_looked(estimate: &Estimate, cells: &[(u32, f64)]) -> [usize; 3] {
    let mut counts = [0; 3];
    for (cell, _) in cells {
        if let Some(told) = estimate.cells.get(*cell as usize) {
            counts[match told.looked {
                Looked::Nobody => 0,
                Looked::NothingFound => 1,
                Looked::Found => 2,
            }] += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_two_digits_at_most() {
        for (number, told) in
            [(0.0, "0"), (148.0, "150"), (19.4, "19"), (9.96, "10"), (0.5, "0.5"), (63.0, "63")]
        {
            assert_eq!(two_digits(number), told);
        }
    }

    #[test]
    fn a_probability_is_told_as_chances() {
        for (probability, told) in [(0.5, "5 in 10"), (0.0049, "5 in 1000"), (0.96, "96 in 100")] {
            assert_eq!(chances(probability), told);
        }
    }
}
