//! Arguments of `remnant estimate residual`.
//!
//! Belongs here: arguments and their help. Does not belong here: carrying them out (`project`).

use clap::Args;

use super::Asked;
use super::project::Desk;

/// What may be left in an area after it was searched, and what a quality sample of it can show.
#[derive(Debug, Args)]
pub(crate) struct ResidualCommand {
    /// The hazardous area.
    pub(crate) area: String,
    /// The chance that the area was contaminated at all, before anyone searched it (0 to 1).
    #[arg(long, value_name = "CHANCE", required_unless_present = "prior_from_estimate")]
    pub(crate) contaminated: Option<f64>,
    /// Items expected there if it was contaminated.
    #[arg(long, value_name = "ITEMS", required_unless_present = "prior_from_estimate")]
    pub(crate) items: Option<f64>,
    /// The shape of what is believed of that number: 1 for "anything from none to several times as
    /// many", larger if it is known better.
    #[arg(long, required_unless_present = "prior_from_estimate")]
    pub(crate) shape: Option<f64>,
    /// From where these three numbers are; it stands in the answer.
    #[arg(long, value_name = "SOURCE", required_unless_present = "prior_from_estimate")]
    pub(crate) prior_source: Option<String>,
    /// Take these numbers from the newest estimate of the area that the project keeps; work up to
    /// its day is in it already and counts no second time.
    #[arg(long, conflicts_with_all = ["contaminated", "items", "shape", "prior_source"])]
    pub(crate) prior_from_estimate: bool,
    /// Also what lies farther than so many metres from the middle of a strike.
    #[arg(long, value_name = "METRES")]
    pub(crate) fade_out: Option<f64>,
    /// The detection of a method, as a share or as the two parameters of a beta distribution, as in
    /// `detector=0.8` or `detector=12,3`; may be repeated.
    #[arg(long, value_name = "METHOD=DETECTION")]
    pub(crate) detection: Vec<String>,
    /// From where the detections given here are.
    #[arg(long, value_name = "SOURCE", requires = "detection")]
    pub(crate) detection_source: Option<String>,
    /// The share of items that a method never finds, as in `detector=0.05`; may be repeated.
    #[arg(long, value_name = "METHOD=SHARE")]
    pub(crate) never_found: Vec<String>,
    /// Items found in the area in all, where the entries do not say it.
    #[arg(long, value_name = "ITEMS")]
    pub(crate) finds: Option<u64>,
    /// Leave an entry or search out, by its id; may be repeated.
    #[arg(long, value_name = "ID")]
    pub(crate) leave_out: Vec<String>,
    /// Also the chance that more than so many are left; may be repeated.
    #[arg(long, value_name = "ITEMS")]
    pub(crate) more_than: Vec<u64>,
    /// The chance of none left that the national authority asks for (0 to 1).
    #[arg(long, value_name = "CHANCE")]
    pub(crate) target: Option<f64>,
    /// Quality sample: how many units the lot has.
    #[arg(long, value_name = "UNITS", requires_all = ["sampled", "confidence", "share"])]
    pub(crate) lot_size: Option<u64>,
    /// Quality sample: how many units were inspected, none of them bad.
    #[arg(long, value_name = "UNITS", requires = "lot_size")]
    pub(crate) sampled: Option<u64>,
    /// Quality sample: the confidence asked for, such as 0.95.
    #[arg(long, value_name = "SHARE", requires = "lot_size")]
    pub(crate) confidence: Option<f64>,
    /// Quality sample: the share of units claimed to be clean, such as 0.99.
    #[arg(long, value_name = "SHARE", requires = "lot_size")]
    pub(crate) share: Option<f64>,
    /// Quality sample: the chance that inspecting a bad unit notices it, as a share or as the two
    /// parameters of a beta distribution.
    #[arg(long, value_name = "DETECTION", default_value = "1", requires = "lot_size")]
    pub(crate) inspection_detection: String,
    #[command(flatten)]
    pub(crate) desk: Desk,
    #[command(flatten)]
    pub(crate) asked: Asked,
}
