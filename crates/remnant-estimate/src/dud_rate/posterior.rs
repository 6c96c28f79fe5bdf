//! What is believed after the statements are read.
//!
//! Belongs here: the answer for each submunition, for types without a statement, for the biases and
//! the spreads, together with what is needed to trust or repeat it.
//!
//! Does not belong here: how it was computed (`grid`), counts of items (`unexploded`), rounding.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::grid::Grid;
use super::hierarchy::Hierarchy;
use super::mixture::{NormalMixture, Predictive};
use super::observation::{EvidenceKind, Families, Form, Observation};
use super::priors::Priors;
use crate::EstimateError;

/// Name of the model, printed with each result.
pub const MODEL: &str = "dud-rate";
/// Version of the model; it changes when the same statements would give another number.
pub const MODEL_VERSION: &str = "1";

/// On what the answer for a submunition rests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "basis", rename_all = "kebab-case")]
pub enum Basis {
    /// Statements about the submunition itself.
    OwnStatements {
        /// How many.
        statements: usize,
    },
    /// None of its own: by analogy with other types of its family.
    AnalogyWithinFamily {
        /// The types with statements.
        types: Vec<String>,
    },
    /// None in its family either: by analogy with all families together.
    AnalogyAcrossFamilies,
}

impl Basis {
    /// Whether the submunition has no statement of its own, which a page must say.
    #[must_use]
    pub fn is_by_analogy(&self) -> bool {
        !matches!(self, Self::OwnStatements { .. })
    }
}

/// The level of a type and the share to expect in a new context.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TypePosterior {
    /// The type's level, in log odds, under field conditions.
    pub level: NormalMixture,
    /// The share left unexploded in a context nobody has counted yet.
    pub predictive: Predictive,
}

/// The answer for one named submunition.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SubmunitionPosterior {
    /// Its design family.
    pub family: String,
    /// On what the answer rests.
    #[serde(flatten)]
    pub basis: Basis,
    /// Its level, in log odds, under field conditions.
    pub level: NormalMixture,
    /// The share left unexploded in a context nobody has counted yet.
    pub predictive: Predictive,
}

/// A mean with its standard deviation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Moments {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub standard_deviation: f64,
}

/// How well the numerics behaved.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Diagnostics {
    /// Nodes on each of the three axes.
    pub nodes_per_axis: usize,
    /// Nodes that weigh anything.
    pub nodes_kept: usize,
    /// Largest relative movement of a predictive quantile since the coarser grid; nothing when only
    /// one grid was asked for.
    pub largest_movement: Option<f64>,
    /// Marginal density of sigma at the end of its axis, as a share of its peak.
    pub border_density_context: f64,
    /// The same for tau.
    pub border_density_type: f64,
    /// The same for omega.
    pub border_density_family: f64,
}

/// What the statements make probable.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Posterior {
    /// Name of the model.
    pub model: &'static str,
    /// Version of the model.
    pub version: &'static str,
    /// SHA-256 over families, statements and priors, in hexadecimal.
    pub inputs_sha256: String,
    /// How many statements were pooled.
    pub statements: usize,
    /// Every submunition named in the families.
    pub submunitions: BTreeMap<String, SubmunitionPosterior>,
    /// A type nobody has named yet, of each family.
    pub new_types: BTreeMap<String, TypePosterior>,
    /// A type of a family nobody has named yet.
    pub new_family: TypePosterior,
    /// Bias against field counts of each kind of evidence that occurs and is not fixed, in log odds.
    pub biases: BTreeMap<EvidenceKind, NormalMixture>,
    /// Spread between contexts of one type (sigma).
    pub context_spread: Moments,
    /// Spread between types of one family (tau).
    pub type_spread: Moments,
    /// Spread between families (omega).
    pub family_spread: Moments,
    /// Natural logarithm of the probability of the statements under the model.
    pub log_evidence: f64,
    /// How well the numerics behaved.
    pub diagnostics: Diagnostics,
}

impl Posterior {
    /// The answer for one submunition.
    ///
    /// # Errors
    /// `UnknownSubmunition` when it was not named in the families.
    pub fn submunition(&self, name: &str) -> Result<&SubmunitionPosterior, EstimateError> {
        self.submunitions
            .get(name)
            .ok_or_else(|| EstimateError::UnknownSubmunition { submunition: name.to_owned() })
    }

    pub(crate) fn from_grid(
        grid: &Grid,
        hierarchy: &Hierarchy<'_>,
        families: &Families,
        observations: &[Observation],
    ) -> Self {
        let weights: Arc<[f64]> = grid.weights.clone().into();
        let of = |means: &[f64], variances: &[f64]| {
            let means: Arc<[f64]> = means.into();
            let level = NormalMixture::new(
                Arc::clone(&weights),
                Arc::clone(&means),
                variances.iter().map(|variance| libm::sqrt(*variance)).collect(),
            );
            let with_context = variances
                .iter()
                .zip(&grid.sigmas)
                .map(|(variance, sigma)| libm::sqrt(variance + sigma * sigma))
                .collect();
            let predictive = NormalMixture::new(Arc::clone(&weights), means, with_context);
            TypePosterior { level, predictive: Predictive::new(predictive) }
        };
        let types = hierarchy.submunitions.len();
        let mut new: Vec<TypePosterior> =
            grid.new_means.iter().zip(&grid.new_variances).map(|(m, v)| of(m, v)).collect();
        // The last of the new types is the one of an unknown family; the list is never empty.
        let new_family = new.split_off(hierarchy.families.len()).swap_remove(0);
        let new_types: BTreeMap<String, TypePosterior> =
            hierarchy.families.iter().map(|name| (*name).to_owned()).zip(new).collect();

        let mut submunitions = BTreeMap::new();
        for (name, family) in families.iter() {
            let own = hierarchy.submunitions.iter().position(|other| *other == name);
            let (basis, found) = match own {
                Some(i) => {
                    let statements =
                        observations.iter().filter(|entry| entry.submunition == name).count();
                    (Basis::OwnStatements { statements }, of(&grid.means[i], &grid.variances[i]))
                }
                None => {
                    let relatives: Vec<String> = hierarchy
                        .submunitions
                        .iter()
                        .filter(|other| families.family_of(other) == Some(family))
                        .map(|other| (*other).to_owned())
                        .collect();
                    let basis = if relatives.is_empty() {
                        Basis::AnalogyAcrossFamilies
                    } else {
                        Basis::AnalogyWithinFamily { types: relatives }
                    };
                    (basis, new_types.get(family).unwrap_or(&new_family).clone())
                }
            };
            submunitions.insert(
                name.to_owned(),
                SubmunitionPosterior {
                    family: family.to_owned(),
                    basis,
                    level: found.level,
                    predictive: found.predictive,
                },
            );
        }
        let biases = hierarchy
            .kinds
            .iter()
            .enumerate()
            .map(|(i, kind)| (*kind, of(&grid.means[types + i], &grid.variances[types + i]).level))
            .collect();
        let [context_spread, type_spread, family_spread] =
            grid.spreads.map(|(mean, standard_deviation)| Moments { mean, standard_deviation });
        let [border_density_context, border_density_type, border_density_family] =
            grid.border_density;
        Self {
            model: MODEL,
            version: MODEL_VERSION,
            inputs_sha256: inputs_sha256(families, observations, hierarchy.priors),
            statements: observations.len(),
            submunitions,
            new_types,
            new_family,
            biases,
            context_spread,
            type_spread,
            family_spread,
            log_evidence: grid.log_evidence,
            diagnostics: Diagnostics {
                nodes_per_axis: grid.nodes_per_axis,
                nodes_kept: grid.weights.len(),
                largest_movement: None,
                border_density_context,
                border_density_type,
                border_density_family,
            },
        }
    }

    /// Each predictive distribution once, in a fixed order.
    pub(crate) fn distinct_predictives(&self) -> Vec<&Predictive> {
        let own = self
            .submunitions
            .values()
            .filter(|entry| !entry.basis.is_by_analogy())
            .map(|entry| &entry.predictive);
        own.chain(self.new_types.values().map(|entry| &entry.predictive))
            .chain([&self.new_family.predictive])
            .collect()
    }
}

/// A hash of everything that determines the answer. Numbers are written with as many digits as bring
/// back the same bits, statements in the order of their identifiers.
fn inputs_sha256(families: &Families, observations: &[Observation], priors: &Priors) -> String {
    let mut hasher = Sha256::new();
    let mut line = |text: String| {
        // The length in front keeps two texts from running into one another.
        hasher.update(format!("{}:{text}\n", text.len()));
    };
    line(format!("{MODEL} {MODEL_VERSION}"));
    for (submunition, family) in families.iter() {
        line(format!("family {submunition:?} {family:?}"));
    }
    let mut ordered: Vec<&Observation> = observations.iter().collect();
    ordered.sort_by(|left, right| left.id.cmp(&right.id));
    for Observation { id, submunition, kind, form, spread, sources } in ordered {
        let form = match form {
            Form::Count { duds, tested } => format!("count {duds} {tested}"),
            Form::Interval { low, high } => format!("interval {low:?} {high:?}"),
            Form::Point { logit, standard_error } => format!("point {logit:?} {standard_error:?}"),
        };
        let kind = kind.name();
        line(format!("statement {id:?} {submunition:?} {kind} {form} {spread:?} {sources:?}"));
    }
    let Priors { level, context_spread, type_spread, family_spread, bias } = priors;
    line(format!("level {:?} {:?}", level.mean, level.standard_deviation));
    line(format!("spreads {context_spread:?} {type_spread:?} {family_spread:?}"));
    for kind in EvidenceKind::ALL {
        let prior = bias.of(kind);
        line(format!("bias {} {:?} {:?}", kind.name(), prior.mean, prior.standard_deviation));
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
