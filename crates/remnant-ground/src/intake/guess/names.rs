//! What the name or the tag of a column says.
//!
//! Belongs here: names of fields, ids, places and persons, and tags of humanitarian exchange files.
//! Does not belong here: what the values say (`values`).

use super::super::mapping::{PlacePart, Role};
use super::super::number::AreaUnit;
use super::super::text::folded;
use crate::form::{Field, FieldKind, PlaceNeed};
use crate::object::ObjectKind;
use crate::pick_list::{Found, PickLists};

/// What a column is taken for by its name.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Named {
    pub(super) role: Role,
    /// The unit that the name states.
    pub(super) unit: Option<AreaUnit>,
    /// How far the name is from the field's own: 0 is the field's name.
    pub(super) rank: usize,
    pub(super) reason: String,
}

/// Names of columns that tell a place, folded; the likeliest first.
const PLACES: &[(PlacePart, &[&str])] = &[
    (
        PlacePart::Latitude,
        &[
            "latitude",
            "lat",
            "lat_dd",
            "latitude_dd",
            "latitude_wgs84",
            "y_wgs84",
            "gps_latitude",
            "geopoint_latitude",
            "gps_lat",
            "location_latitude",
            "tgtlatdd_ddd_wgs84",
            "latitud",
            "latitud_y",
            "point_y",
            "широта",
            "خط_العرض",
            "ycoord",
            "y_coord",
            "coord_y",
            "y",
        ],
    ),
    (
        PlacePart::Longitude,
        &[
            "longitude",
            "lon",
            "long",
            "lng",
            "lon_dd",
            "longitude_dd",
            "longitude_wgs84",
            "x_wgs84",
            "gps_longitude",
            "geopoint_longitude",
            "gps_lon",
            "gps_long",
            "location_longitude",
            "tgtlonddd_ddd_wgs84",
            "longitud",
            "longitud_x",
            "point_x",
            "довгота",
            "долгота",
            "خط_الطول",
            "xcoord",
            "x_coord",
            "coord_x",
            "x",
        ],
    ),
    (
        PlacePart::Coordinates,
        &[
            "coordinates",
            "position",
            "gps_position",
            "coordinate",
            "coords",
            "coord",
            "geopoint",
            "gps",
            "gps_coordinates",
            "lat_lon",
            "latlon",
            "lat_long",
            "latlong",
            "mgrs",
            "mgrs_coordinates",
            "grid",
            "grid_reference",
            "grid_ref",
            "ref_point",
            "reference_point",
            "benchmark",
            "community_coordinates",
            "geolocation",
            "координати",
            "координаты",
            "إحداثيات",
        ],
    ),
    (PlacePart::Easting, &["easting", "utm_easting", "utm_e", "utm_x", "utmx", "east"]),
    (PlacePart::Northing, &["northing", "utm_northing", "utm_n", "utm_y", "utmy", "north"]),
    (PlacePart::UtmZone, &["utm_zone", "zone_utm", "utmzone", "zone"]),
    (
        PlacePart::WellKnownText,
        &["wkt", "geometry", "geom", "the_geom", "geometry_wkt", "geom_wkt", "shape_wkt"],
    ),
    (PlacePart::Trace, &["geotrace", "track", "line_of_points"]),
    (PlacePart::Outline, &["geoshape", "polygon", "area_polygon", "perimeter", "boundary_points"]),
    (
        PlacePart::Accuracy,
        &[
            "accuracy",
            "gps_accuracy",
            "location_accuracy",
            "location_accuracy_m",
            "accuracy_m",
            "horizontal_accuracy",
            "geopoint_accuracy",
            "gps_precision",
            "esrignss_h_rms",
        ],
    ),
    (
        PlacePart::Method,
        &["location_method", "fixed_by", "fixedby", "position_method", "coordinate_method"],
    ),
    (PlacePart::SafeToRecord, &["geo_safe", "safe_to_record"]),
    (
        PlacePart::OriginalCoordinates,
        &[
            "tgtorigcoords",
            "user_entered_mgrs",
            "original_coordinates",
            "user_mgrs",
            "userinputmgrs",
            "user_inputx",
        ],
    ),
    (
        PlacePart::OriginalFormat,
        &["tgtorigcoordsformat", "coordformat", "coordinate_format", "original_format"],
    ),
];

/// Columns that name or find a person, folded, where the form has no field for them.
const PERSONS: &[&str] = &[
    "contact_name",
    "contact_person",
    "contact_phone",
    "contact",
    "focal_point",
    "focal_point_name",
    "telephone",
    "phone",
    "phone_number",
    "phonenumber",
    "mobile",
    "tel",
    "email",
    "e_mail",
    "national_id",
    "passport",
    "first_name",
    "last_name",
    "surname",
    "family_name",
    "full_name",
    "father_name",
    "mother_name",
    "victim_name",
    "respondent",
    "respondent_name",
    "informant",
    "informant_name",
    "reporter_name",
    "landowner",
    "owner_name",
    "enumerator",
    "enumerator_name",
    "interviewer",
    "username",
    "submitted_by",
    "deviceid",
    "device_id",
    "subscriberid",
    "simid",
    "date_of_birth",
    "dob",
    "birth_date",
    "home_address",
    "телефон",
    "прізвище",
    "піб",
    "фамилия",
    "фио",
    "رقم_الهاتف",
    "الاسم_الكامل",
    "nom_complet",
    "téléphone",
    "teléfono",
];

/// Names of ids, folded; the likeliest first.
const IDS: &[&str] = &[
    "id",
    "uuid",
    "globalid",
    "global_id",
    "guid",
    "source_id",
    "sourceid",
    "unique_id",
    "uid",
    "record_id",
    "report_id",
    "reportid",
    "report_code",
    "code",
    "geonameid",
    "shapeid",
    "fid",
    "objectid",
    "object_id",
    "реєстраційний_номер",
    "номер",
    "no",
    "number",
    "num",
];

/// The part of a name behind the groups of a form: `group/subgroup/question`.
fn behind_groups(name: &str) -> &str {
    name.rsplit(['/', ':']).next().unwrap_or(name)
}

/// What a name says.
pub(super) fn of_name(kind: ObjectKind, name: &str, lists: &PickLists) -> Option<Named> {
    if let Some(choice) = choice(kind, name, lists) {
        return Some(choice);
    }
    let word = folded(behind_groups(name));
    let word = word.trim_start_matches('_');
    if kind.form().place != PlaceNeed::None
        && let Some((part, rank)) = PLACES.iter().find_map(|(part, names)| {
            names.iter().position(|name| *name == word).map(|rank| (*part, rank))
        })
    {
        let reason = "the name of a part of a place".to_owned();
        return Some(Named { role: Role::Place(part), unit: None, rank, reason });
    }
    if let Some((field, rank)) = ranked_field(kind, word) {
        return Some(Named {
            role: Role::Field(field.name.to_owned()),
            unit: unit_in(field, word),
            rank,
            reason: match rank {
                0 => "the name of the field".to_owned(),
                _ => format!("a name of `{}`", field.name),
            },
        });
    }
    // The unit at the end of a name: `area_ha`.
    if let Some((stem, unit)) = word.rsplit_once('_')
        && let Some(unit) = AreaUnit::of(unit)
        && let Some((field, rank)) = ranked_field(kind, stem)
        && field.kind == FieldKind::SquareMetres
    {
        return Some(Named {
            role: Role::Field(field.name.to_owned()),
            unit: Some(unit),
            rank: rank + 1,
            reason: format!("a name of `{}`, with its unit", field.name),
        });
    }
    PERSONS.contains(&word).then(|| Named {
        role: Role::Personal(word.to_owned()),
        unit: None,
        rank: 0,
        reason: "the name of a column that names or finds a person".to_owned(),
    })
}

/// The field that a name or a label means, for holding the two against each other.
pub(super) fn field_of(kind: ObjectKind, name: &str) -> Option<&'static str> {
    let word = folded(behind_groups(name));
    beneficiaries(kind, &word).or_else(|| ranked_field(kind, &word).map(|(field, _)| field.name))
}

fn ranked_field(kind: ObjectKind, word: &str) -> Option<(&'static Field, usize)> {
    let form = kind.form();
    if let Some(name) = beneficiaries(kind, word) {
        return form.field(name).map(|field| (field, 60));
    }
    form.fields.iter().find_map(|field| {
        if field.name == word {
            return Some((field, 0));
        }
        // `_submission_time` and the like begin with a mark that folding takes away.
        let called = field.also_called.iter().position(|name| folded(name) == word);
        let labelled = (folded(field.label) == word).then_some(50);
        called.map(|rank| rank + 1).or(labelled).map(|rank| (field, rank))
    })
}

/// Women, men, girls and boys by the words for sex and age in a name, whatever stands around them.
fn beneficiaries(kind: ObjectKind, word: &str) -> Option<&'static str> {
    let has = |words: &[&str]| word.split('_').any(|part| words.contains(&part));
    let female =
        has(&["female", "females", "fem", "women", "woman", "girls", "girl", "femmes", "filles"]);
    let male = has(&["male", "males", "men", "man", "boys", "boy", "hommes", "garçons"]);
    let adult =
        has(&["adult", "adults", "adlt", "women", "woman", "men", "man", "femmes", "hommes"]);
    let child =
        has(&["child", "children", "chld", "girls", "girl", "boys", "boy", "filles", "garçons"]);
    let name = match (female, male, adult, child) {
        (true, false, true, false) => "women",
        (false, true, true, false) => "men",
        (true, false, false, true) => "girls",
        (false, true, false, true) => "boys",
        _ => return None,
    };
    kind.form().field(name).map(|field| field.name)
}

/// The unit that the name of an area's column states.
fn unit_in(field: &Field, word: &str) -> Option<AreaUnit> {
    if field.kind != FieldKind::SquareMetres {
        return None;
    }
    if word == field.name || word.contains("square_metres") || word.contains("square_meters") {
        return Some(AreaUnit::M2);
    }
    word.split('_').find_map(AreaUnit::of)
}

/// One choice of several: `contamination_type/ap_mine`, as forms export it.
fn choice(kind: ObjectKind, name: &str, lists: &PickLists) -> Option<Named> {
    let (question, code) = name.rsplit_once(['/', '.'])?;
    let word = folded(behind_groups(question));
    let (field, _) = ranked_field(kind, &word)?;
    let FieldKind::Codes(list) = field.kind else { return None };
    let Found::Code(code) = lists.find(list, code) else { return None };
    Some(Named {
        role: Role::Choice { field: field.name.to_owned(), code: code.to_owned() },
        unit: None,
        rank: 0,
        reason: format!("a choice of `{}`", field.name),
    })
}

/// How likely a name is that of an id; `None` for a name that is not.
pub(super) fn rank_of_id(kind: ObjectKind, name: &str) -> Option<usize> {
    let word = folded(behind_groups(name));
    let own = kind.table();
    if word == format!("{own}_id") || word == "id" {
        return Some(0);
    }
    if let Some(rank) = IDS.iter().position(|id| *id == word) {
        return Some(rank);
    }
    let own_short = matches!(
        (kind, word.as_str()),
        (ObjectKind::HazardousArea, "ha_id" | "ha_code" | "hazard_id" | "id_ha_sy")
            | (ObjectKind::Accident, "acc_id" | "id_acc" | "accident_id")
            | (ObjectKind::Search, "activity_id" | "task_id")
            | (ObjectKind::SurveyBox, "box" | "box_id")
    );
    if own_short {
        return Some(1);
    }
    (word.ends_with("_id") || word.ends_with("_code") || word.ends_with("_guid")).then_some(90)
}

/// What a tag says.
///
/// # Source
/// Humanitarian Exchange Language 1.1, hashtags and attributes.
pub(super) fn of_tag(kind: ObjectKind, tag: &str) -> Option<Named> {
    let tag = tag.trim().to_lowercase();
    let mut parts = tag.strip_prefix('#')?.split('+');
    let hashtag = parts.next()?.trim().to_owned();
    let attributes: Vec<&str> = parts.map(str::trim).collect();
    let has = |attribute: &str| attributes.contains(&attribute);
    let form = kind.form();
    let field = |name: &str| form.field(name).map(|field| Role::Field(field.name.to_owned()));
    let role = match hashtag.as_str() {
        "geo" if form.place == PlaceNeed::None => None,
        "geo" if has("lat") => Some(Role::Place(PlacePart::Latitude)),
        "geo" if has("lon") => Some(Role::Place(PlacePart::Longitude)),
        "geo" if has("coord") => Some(Role::Place(PlacePart::Coordinates)),
        "date" if has("reported") => field("report_date"),
        "date" if has("end") => field("end_date").or_else(|| field("date_to")),
        "date" => form.valid_from.and_then(field),
        "org" => field("organisation"),
        "country" => field("country"),
        "adm1" if !has("code") => field("province"),
        "adm2" | "adm3" if has("code") => field("administrative_unit_code"),
        "adm2" => field("administrative_unit"),
        "loc" if !has("code") => field("place_name"),
        "affected" if has("killed") => field("killed"),
        "affected" if has("injured") => field("injured"),
        "description" => field("note"),
        "status" => field("status"),
        _ => None,
    }?;
    Some(Named { role, unit: None, rank: 0, reason: format!("the tag `{tag}`") })
}
