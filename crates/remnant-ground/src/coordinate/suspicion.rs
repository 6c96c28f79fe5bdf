//! A position that does not fit the country, and what may have happened to it.
//!
//! Belongs here: the slips that happen everywhere (exchanged numbers, wrong hemisphere, wrong zone)
//! and where the position would be without them. Does not belong here: borders, and the decision,
//! which is a person's.

use serde::Serialize;

use super::grid::{UtmPoint, UtmZone};
use super::{Axis, CoordinateFormat, Position};

/// A position that is not plausible, with every repair that would make it so.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Suspicion {
    /// The position as it was read.
    pub given: Position,
    /// What would make it plausible, likeliest slip first; empty when no known slip explains it.
    pub repairs: Vec<Repair>,
}

/// One slip and the position without it. A proposal: nothing is changed by itself.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Repair {
    /// What may have happened.
    pub kind: RepairKind,
    /// Where the position would be.
    pub proposed: Position,
}

/// A slip that is made with coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RepairKind {
    /// Latitude and longitude exchanged.
    Exchanged,
    /// The other side of the equator or of Greenwich.
    OtherHemisphere(Axis),
    /// Both.
    OppositeHemispheres,
    /// Easting and northing belong to a zone so many further east (negative: west).
    OtherZone(i8),
    /// The northing counts from the other hemisphere's origin.
    OtherNorthing,
}

impl RepairKind {
    /// What may have happened, in a sentence.
    #[must_use]
    pub fn message(self) -> String {
        match self {
            Self::Exchanged => "latitude and longitude may be exchanged".to_owned(),
            Self::OtherHemisphere(Axis::Latitude) => {
                "north and south may be mistaken for each other".to_owned()
            }
            Self::OtherHemisphere(Axis::Longitude) => {
                "east and west may be mistaken for each other".to_owned()
            }
            Self::OppositeHemispheres => "both hemispheres may be mistaken".to_owned(),
            Self::OtherZone(zones) => format!("the zone may be {zones:+} from the one used"),
            Self::OtherNorthing => "the zone may be on the other side of the equator".to_owned(),
        }
    }
}

/// Whether a position looks wrong, and what would put it right.
///
/// `plausible` says whether a position can be: inside the country, the district, the box of a
/// task. `None` when the position itself is plausible. Every repair is proposed that is plausible;
/// more than one means that a person must look at the paper. `format` is how the position was
/// written: a zone is mistaken only where one was written, a letter only where there was one.
///
/// ```
/// use remnant_ground::coordinate::{CoordinateFormat, Position, RepairKind, suspect};
/// let degrees = CoordinateFormat::DecimalDegrees;
/// let in_laos = |p: Position| (13.9..22.6).contains(&p.latitude()) && (100.0..107.8).contains(&p.longitude());
/// let given = Position::new(17.5, 86.0)?;
/// assert!(suspect(given, degrees, in_laos).is_some_and(|suspicion| suspicion.repairs.is_empty()));
/// let in_lebanon = |p: Position| (33.0..34.8).contains(&p.latitude()) && (35.0..36.7).contains(&p.longitude());
/// let exchanged = suspect(Position::new(33.5, 35.5)?, degrees, in_lebanon);
/// assert!(exchanged.is_some_and(|suspicion| suspicion.repairs[0].kind == RepairKind::Exchanged));
/// # Ok::<(), remnant_ground::coordinate::CoordinateFault>(())
/// ```
pub fn suspect(
    given: Position,
    format: CoordinateFormat,
    plausible: impl Fn(Position) -> bool,
) -> Option<Suspicion> {
    if plausible(given) {
        return None;
    }
    let (longitude, latitude) = (given.longitude(), given.latitude());
    let mut repairs = Vec::new();
    let mut propose = |kind, proposed: Option<Position>| {
        if let Some(proposed) =
            proposed.filter(|proposed| *proposed != given && plausible(*proposed))
        {
            repairs.push(Repair { kind, proposed });
        }
    };
    let in_zones = matches!(format, CoordinateFormat::Utm | CoordinateFormat::Mgrs);
    if in_zones && let Ok(point) = UtmZone::six_degrees(given).point(given) {
        // The nearest zones first: a neighbour's zone is the usual slip.
        for zones in [1, -1, 2, -2, 3, -3] {
            let moved = UtmPoint { zone: point.zone.neighbour(zones), ..point };
            propose(RepairKind::OtherZone(zones), moved.position().ok());
        }
        let other = UtmPoint { zone: point.zone.other_hemisphere(), ..point };
        propose(RepairKind::OtherNorthing, other.position().ok());
    }
    if !in_zones {
        let at = |longitude, latitude| Position::new(longitude, latitude).ok();
        propose(RepairKind::Exchanged, at(latitude, longitude));
        propose(RepairKind::OtherHemisphere(Axis::Longitude), at(-longitude, latitude));
        propose(RepairKind::OtherHemisphere(Axis::Latitude), at(longitude, -latitude));
        propose(RepairKind::OppositeHemispheres, at(-longitude, -latitude));
    }
    Some(Suspicion { given, repairs })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn in_laos(position: Position) -> bool {
        (13.9..22.6).contains(&position.latitude())
            && (100.0..107.8).contains(&position.longitude())
    }

    #[test]
    fn a_plausible_position_is_not_suspected() {
        assert_eq!(
            suspect(Position::new(103.0, 18.0).unwrap(), CoordinateFormat::DecimalDegrees, in_laos),
            None
        );
    }

    #[test]
    fn the_wrong_side_of_greenwich_is_proposed() {
        let suspicion = suspect(
            Position::new(-103.0, 18.0).unwrap(),
            CoordinateFormat::DecimalDegrees,
            in_laos,
        )
        .unwrap();
        let repair = suspicion.repairs.first().unwrap();
        assert_eq!(repair.kind, RepairKind::OtherHemisphere(Axis::Longitude));
        assert_eq!(repair.proposed, Position::new(103.0, 18.0).unwrap());
        assert_eq!(suspicion.given.longitude(), -103.0);
    }

    #[test]
    fn the_wrong_zone_is_proposed() {
        // A place in zone 48 whose easting was read in zone 47 falls outside the box of its task.
        let meant = Position::new(106.5, 16.0).unwrap();
        let point = UtmPoint::of(meant).unwrap();
        let read = UtmPoint { zone: UtmZone::new(47, true).unwrap(), ..point }.position().unwrap();
        let in_task = |p: Position| p.distance_metres(meant) < 20_000.0;
        let suspicion = suspect(read, CoordinateFormat::Mgrs, in_task).unwrap();
        assert_eq!(suspicion.repairs.len(), 1);
        assert_eq!(suspicion.repairs[0].kind, RepairKind::OtherZone(1));
        assert!(suspicion.repairs[0].proposed.distance_metres(meant) < 0.01);
    }

    #[test]
    fn a_northing_from_the_wrong_origin_is_proposed() {
        let meant = Position::new(33.0, -18.0).unwrap();
        let point = UtmPoint::of(meant).unwrap();
        let read = UtmPoint { zone: UtmZone::new(36, true).unwrap(), ..point }.position().unwrap();
        let suspicion =
            suspect(read, CoordinateFormat::Utm, |p| p.distance_metres(meant) < 1000.0).unwrap();
        assert_eq!(suspicion.repairs[0].kind, RepairKind::OtherNorthing);
    }

    #[test]
    fn what_no_slip_explains_is_still_suspected() {
        let suspicion =
            suspect(Position::new(2.35, 48.85).unwrap(), CoordinateFormat::DecimalDegrees, in_laos)
                .unwrap();
        assert!(suspicion.repairs.is_empty());
    }
}
