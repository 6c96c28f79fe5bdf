//! Who looked where, how often, and with what chance of finding.
//!
//! Belongs here: methods with their uncertain detection, the parts of an area that they searched, and
//! the effective detection that follows. Does not belong here: where the parts lie on the map.

use serde::Serialize;

use super::beta_rule::beta_rule;
use super::fault::{ResidualFault, positive, share};
use crate::quadrature::Rule;

/// The chance that one pass of a method finds an item that it can find at all.
///
/// One unknown for all work done with the method: errors of a method do not cancel over its tasks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Detection {
    /// A stated value.
    Known(f64),
    /// A beta distribution, such as a programme's blind-seeded checks give: `alpha − 1` of
    /// `alpha + beta − 2` seeded items found.
    Beta {
        /// First parameter.
        alpha: f64,
        /// Second parameter.
        beta: f64,
    },
}

impl Detection {
    /// Its mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        match self {
            Self::Known(value) => *value,
            Self::Beta { alpha, beta } => alpha / (alpha + beta),
        }
    }

    fn check(&self) -> Result<(), ResidualFault> {
        match self {
            Self::Known(value) => share("the detection probability", *value).map(|_| ()),
            Self::Beta { alpha, beta } => {
                positive("the first parameter of detection", *alpha)?;
                positive("the second parameter of detection", *beta).map(|_| ())
            }
        }
    }

    /// Values of the detection with their weights, at most `count` of them.
    ///
    /// # Errors
    /// [`ResidualFault`] where the value is no share or a parameter not positive.
    pub fn rule(&self, count: usize) -> Result<Rule, ResidualFault> {
        self.check()?;
        Ok(match self {
            Self::Known(value) => Rule { nodes: vec![*value], weights: vec![1.0] },
            Self::Beta { alpha, beta } => beta_rule(*alpha, *beta, count),
        })
    }
}

/// A way to search, with what it can find.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Method {
    /// Its name as the programme writes it.
    pub name: String,
    /// The chance that one pass finds an item that the method can find.
    pub detection: Detection,
    /// The share of items that the method can never find: too deep, the wrong metal, under water.
    ///
    /// Further passes do not find these; to forget them is the classic over-confidence.
    pub never_found: f64,
}

/// How often one method passed over a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Passes {
    /// The number of the method in the list, from 0.
    pub method: usize,
    /// How many passes.
    pub passes: u32,
}

/// A part of the area that was searched in one and the same way.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SearchedPart {
    /// Its share of the area.
    pub share: f64,
    /// The methods that passed over it.
    pub searched_by: Vec<Passes>,
}

/// All search of an area: parts that do not overlap, each with its methods.
///
/// What the parts leave over is land that nobody searched.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Effort {
    /// The methods.
    pub methods: Vec<Method>,
    /// The searched parts.
    pub parts: Vec<SearchedPart>,
}

/// One joint value of the detections of all methods, with its weight.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) weight: f64,
    pub(super) detection: Vec<f64>,
}

impl Effort {
    /// One method over a share of the area.
    #[must_use]
    pub fn of_one(method: Method, share: f64, passes: u32) -> Self {
        Self {
            methods: vec![method],
            parts: vec![SearchedPart { share, searched_by: vec![Passes { method: 0, passes }] }],
        }
    }

    /// The share of the area that somebody searched.
    #[must_use]
    pub fn share_searched(&self) -> f64 {
        self.parts
            .iter()
            .filter(|part| part.searched_by.iter().any(|by| by.passes > 0))
            .map(|part| part.share)
            .sum::<f64>()
            .min(1.0)
    }

    /// The chance that an item anywhere in the area was found, for given detections of the methods.
    ///
    /// Methods miss independently of each other; passes of one method share what it can never find:
    /// `Σ_parts share·(1 − Π_methods (1 − (1 − h)(1 − (1 − d)^k)))`.
    ///
    /// # Shapes and units
    /// `detection`: one probability for each method.
    #[must_use]
    pub fn effective(&self, detection: &[f64]) -> f64 {
        let found = |part: &SearchedPart| {
            // Passes of one method may stand in several lines; they count together.
            let missed: f64 = (0..self.methods.len())
                .map(|method| {
                    let same = part.searched_by.iter().filter(|by| by.method == method);
                    let passes: u32 = same.map(|by| by.passes).fold(0, u32::saturating_add);
                    let missed_each = libm::pow(1.0 - detection[method], f64::from(passes));
                    1.0 - (1.0 - self.methods[method].never_found) * (1.0 - missed_each)
                })
                .product();
            part.share * (1.0 - missed)
        };
        self.parts.iter().map(found).sum::<f64>().clamp(0.0, 1.0)
    }

    /// The most that this effort could find if each method found all that it can: `share·(1 − h)`.
    #[must_use]
    pub fn ceiling(&self) -> f64 {
        self.effective(&vec![1.0; self.methods.len()])
    }

    pub(super) fn check(&self) -> Result<(), ResidualFault> {
        for method in &self.methods {
            method.detection.check()?;
            share("the share that a method never finds", method.never_found)?;
        }
        for part in &self.parts {
            share("the share of the area that a part is", part.share)?;
            if let Some(by) = part.searched_by.iter().find(|by| by.method >= self.methods.len()) {
                let methods = self.methods.len();
                return Err(ResidualFault::NoSuchMethod { method: by.method, methods });
            }
        }
        let total: f64 = self.parts.iter().map(|part| part.share).sum();
        // Shares come from measured polygons, so that rounding of their sum is let pass.
        if total > 1.0 + 1e-6 {
            return Err(ResidualFault::MoreThanTheArea { share: total });
        }
        Ok(())
    }

    /// Joint values of all detections: the product of a rule for each method.
    pub(super) fn nodes(&self) -> Result<Vec<Node>, ResidualFault> {
        let uncertain = |method: &&Method| matches!(method.detection, Detection::Beta { .. });
        let methods = self.methods.iter().filter(uncertain).count();
        // As many as keep the whole grid near two thousand; the integrand is smooth.
        let count = match methods {
            0 | 1 => 96,
            2 => 40,
            3 => 14,
            4 => 8,
            _ => return Err(ResidualFault::TooManyMethods { methods }),
        };
        let mut nodes = vec![Node { weight: 1.0, detection: Vec::new() }];
        for method in &self.methods {
            let rule = method.detection.rule(count)?;
            nodes = nodes
                .iter()
                .flat_map(|node| {
                    rule.nodes.iter().zip(&rule.weights).map(|(value, weight)| {
                        let mut detection = node.detection.clone();
                        detection.push(*value);
                        Node { weight: node.weight * weight, detection }
                    })
                })
                .collect();
        }
        Ok(nodes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn method(detection: f64, never_found: f64) -> Method {
        Method { name: "detector".to_owned(), detection: Detection::Known(detection), never_found }
    }

    #[test]
    fn what_a_method_never_finds_stays_however_often_it_passes() {
        let effort = Effort::of_one(method(0.85, 0.03), 1.0, 2);
        assert!((effort.effective(&[0.85]) - 0.948_175).abs() < 1e-12);
        let often = Effort::of_one(method(0.85, 0.03), 1.0, 400);
        assert!((often.effective(&[0.85]) - 0.97).abs() < 1e-12);
        assert!((effort.ceiling() - 0.97).abs() < 1e-12);
    }

    #[test]
    fn land_searched_twice_is_one_part_with_two_passes() {
        let mut effort = Effort::of_one(method(0.5, 0.0), 0.6, 1);
        effort.parts.push(effort.parts[0].clone());
        assert!(matches!(effort.check(), Err(ResidualFault::MoreThanTheArea { .. })));
        effort.parts.pop();
        effort.parts[0].searched_by.push(Passes { method: 0, passes: 1 });
        assert_eq!(effort.check(), Ok(()));
        assert!((effort.effective(&[0.5]) - 0.6 * 0.75).abs() < 1e-15);
        assert!((effort.share_searched() - 0.6).abs() < 1e-15);
    }
}
