//! What an inspection by sample can find.
//!
//! Belongs here: the chance that an inspection passes although items were left. Does not belong
//! here: how many items are likely (`remnant-estimate`).

/// Probability that an inspection finds nothing although items were left, to be shown with every
/// "passed": `(1 − share·detection)^items`.
///
/// Items lie anywhere in the land with the same chance and are found independently. A sample detects
/// a process that failed, not the last item.
///
/// # Shapes and units
/// `inspected_share` of the land and `detection` of an item in it, both 0 to 1; `left_items` a
/// count. Returns 0 to 1; `None` for a share or detection outside 0 to 1.
///
/// # Source
/// A worked example of the field: a tenth of a hectare inspected, five items left, nine in ten
/// detected.
///
/// ```
/// use remnant_land_release::inspection_pass_probability;
/// let passes = inspection_pass_probability(0.1, 0.9, 5).expect("both are shares");
/// assert_eq!(format!("{passes:.2}"), "0.62");
/// ```
#[must_use]
pub fn inspection_pass_probability(
    inspected_share: f64,
    detection: f64,
    left_items: u32,
) -> Option<f64> {
    let share = |value: f64| (0.0..=1.0).contains(&value);
    if !share(inspected_share) || !share(detection) {
        return None;
    }
    let missed = 1.0 - inspected_share * detection;
    Some(missed.powf(f64::from(left_items)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inspection_that_looks_nowhere_passes_always_and_a_perfect_one_never() {
        assert_eq!(inspection_pass_probability(0.0, 0.9, 5), Some(1.0));
        assert_eq!(inspection_pass_probability(1.0, 1.0, 1), Some(0.0));
        assert_eq!(inspection_pass_probability(1.0, 1.0, 0), Some(1.0));
        for wrong in [-0.1, 1.1, f64::NAN] {
            assert_eq!(inspection_pass_probability(wrong, 0.5, 1), None);
            assert_eq!(inspection_pass_probability(0.5, wrong, 1), None);
        }
    }
}
