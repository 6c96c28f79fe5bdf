//! Invented strikes for the store, and stamps to enter them with.
//!
//! Belongs here: objects made from a number alone. Does not belong here: entering or timing.

use std::collections::BTreeMap;

use jiff::civil::Date;
use remnant_ground::{FieldValue, LocationMethod, Object, ObjectId, ObjectKind, Place, Shape};
use remnant_store::Stamp;

use crate::watch::Outcome;

/// The day on which every invented strike was.
pub(crate) const STRIKE_DAY: &str = "1970-06-15";

/// The strike of a number: about as much text as a row of a real table gives.
pub(crate) fn strike(number: u64) -> Object {
    // Scatters numbers over a range, a power of two, without a generator of random numbers.
    let scattered = |factor: u64, range: u64| (number.wrapping_mul(factor) >> 24) % range;
    let text = |text: String| FieldValue::Text(text);
    let longitude =
        102.2 + scattered(0x9E37_79B9_7F4A_7C15, 1 << 22) as f64 * 7.0 / (1 << 22) as f64;
    let latitude = 9.0 + scattered(0xC2B2_AE3D_27D4_EB4F, 1 << 22) as f64 * 12.0 / (1 << 22) as f64;
    let fields = BTreeMap::from([
        ("date".to_owned(), text(STRIKE_DAY.to_owned())),
        (
            "munition_model".to_owned(),
            text(format!("CLUSTER {}", scattered(0xD6E8_FEB8_6659_FD93, 16))),
        ),
        ("quantity".to_owned(), FieldValue::Whole(scattered(0xA076_1D64_78BD_642F, 64) as i64)),
        ("source_record".to_owned(), text(format!("INVENTED-{number:08}"))),
        ("note".to_owned(), text(format!("Told by unit {} to the register", number % 361))),
    ]);
    let mut place = Place::new(Shape::Point { longitude, latitude }, LocationMethod::Map);
    place.uncertainty_metres = Some(150.0);
    place.entered = Some(format!("{latitude:.6} {longitude:.6}"));
    place.entered_format = Some("decimal-degrees".to_owned());
    Object {
        kind: ObjectKind::Strike,
        id: ObjectId::new(format!("invented/S-{number:08}")),
        fields,
        place: Some(place),
        origin: None,
    }
}

/// A stamp at noon of a day; `number` keeps the ids of several stamps apart.
pub(crate) fn stamp(day: Date, number: u64) -> Outcome<Stamp> {
    let mut entropy = [7; 10];
    entropy[..8].copy_from_slice(&number.to_be_bytes());
    Ok(Stamp::new("benchmark", day.at(12, 0, 0, 0), day, entropy)?)
}

/// Takes a project of an earlier run away, with what SQLite keeps beside it.
pub(crate) fn remove_project(path: &str) {
    for suffix in ["", "-wal", "-shm"] {
        // What is not there need not be removed.
        let _absent = std::fs::remove_file(format!("{path}{suffix}"));
    }
}
