//! What can go wrong in the program, and what the person can do.
//!
//! Belongs here: faults of files, sockets and questions, as they are printed. Does not belong
//! here: faults within a record folder, which are findings.

use remnant_ground::boundary::{GeometryFault, OverlayError};
use remnant_ground::cmrs::CmrsFault;
use remnant_ground::coordinate::CoordinateFault;
use remnant_ground::intake::{IntakeError, Question};
use remnant_ground::pick_list::PickListFault;
use remnant_ground::{ObjectId, ObjectKind};
use remnant_land_release::{BalanceError, IdentityError, Refusal, ReviewError};
use remnant_publish::PublishError;
use remnant_record::Finding;
use remnant_source::document::{ReadError, RowFault};
use remnant_store::StoreError;

/// A command that could not be carried out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProgramError {
    #[error("`{path}` cannot be read: {source}")]
    Unreadable { path: String, source: std::io::Error },
    #[error("`{path}` cannot be written: {source}")]
    Unwritable { path: String, source: std::io::Error },
    #[error("`{0}` holds no .csv table")]
    NoTables(String),
    #[error("the record was refused with {} finding(s)", .0.iter().filter(|f| f.is_error()).count())]
    Refused(Vec<Finding>),
    #[error(transparent)]
    NoAnswer(#[from] PublishError),
    #[error("port {port} on this machine cannot be opened: {source}")]
    Port { port: u16, source: std::io::Error },
    #[error("`{0}` is an address that other machines can reach, or none of this machine")]
    NotThisMachine(std::net::IpAddr),
    #[error("the server stopped: {0}")]
    Server(std::io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("nobody is named as the author")]
    NoAuthor,
    #[error("the environment variable REMNANT_CLOCK holds `{told}`, which is no moment")]
    Clock { told: String },
    #[error("this machine gives no random bytes: {0}")]
    NoRandomness(String),
    #[error(transparent)]
    File(#[from] ReadError),
    #[error(transparent)]
    Row(#[from] RowFault),
    #[error("`{0}` holds no polygon")]
    NoPolygon(String),
    #[error("the polygons of `{path}` are no boundary:{}", listed(faults))]
    NotABoundary { path: String, faults: Vec<GeometryFault> },
    #[error(transparent)]
    Coordinate(#[from] CoordinateFault),
    #[error("`{name} {given}` is not of the form: {form}")]
    Argument { name: &'static str, given: String, form: &'static str },
    #[error("the arguments do not make a step: {0}")]
    NotAStep(String),
    #[error(transparent)]
    Refusal(#[from] Box<Refusal>),
    #[error(transparent)]
    Identity(#[from] IdentityError),
    #[error(transparent)]
    Review(#[from] ReviewError),
    #[error(transparent)]
    Balance(#[from] BalanceError),
    #[error(transparent)]
    Overlay(#[from] OverlayError),
    #[error("nothing is known of an area `{0}`")]
    NoSuchArea(String),
    #[error("there is no {kind} `{id}`")]
    NoSuchObject { kind: ObjectKind, id: ObjectId },
    #[error("there is no entry `{0}` under review")]
    NoSuchEntry(String),
    #[error("no evidence point and no accident of this id is known: {}", .0.join(", "))]
    NoSuchEvidence(Vec<String>),
    #[error("a value cannot be written as JSON: {0}")]
    NotJson(serde_json::Error),
    #[error("`{path}` does not hold national rules: {told}")]
    NotRules { path: String, told: String },
    #[error("interrupted; nothing was entered")]
    Interrupted,
    #[error("no file of a source `{0}` is kept")]
    NoSuchSource(String),
    #[error("the file has several sheets: {}", .0.join(", "))]
    WhichSheet(Vec<String>),
    #[error("the file has no sheet `{0}`")]
    NoSuchSheet(String),
    #[error("`{0}` is not a kind of rows")]
    NoSuchKind(String),
    #[error("`{path}` is not a mapping: {told}")]
    NotAMapping { path: String, told: String },
    #[error("before anything is taken in, {} must be answered:{}", questions(.0), asked(.0))]
    OpenQuestions(Vec<Question>),
    #[error(transparent)]
    Intake(#[from] IntakeError),
    #[error("the file names or finds persons, and is not kept without a key: {}", columns(.0))]
    NamesPersons(Vec<String>),
    #[error("the file holds personal data, and they are refused")]
    PersonalData,
    #[error("{0}")]
    EntryRefused(String),
    #[error("`{path}` does not tell what a copy holds: {told}")]
    NotAHolding { path: String, told: String },
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Cmrs(Vec<CmrsFault>),
    #[error("`{path}` does not hold survey parameters: {told}")]
    NotParameters { path: String, told: String },
    #[error("`{path}` holds no pick-lists:{}", faults_of_lists(faults))]
    NotPickLists { path: String, faults: Vec<PickListFault> },
    #[error("the boundaries of the project cannot be looked up: {0}")]
    NoUnits(String),
    #[error("neither a box nor an evidence point is known, so there is no grid")]
    NothingSurveyed,
    #[error("`{0}` is not a key file")]
    NotAKey(String),
    #[error("no hazardous area and no administrative unit with an outline is called `{0}`")]
    NoSuchPlace(String),
    #[error("several places are called `{named}`: {}", ids.join(", "))]
    SeveralPlaces { named: String, ids: Vec<String> },
    #[error("the place has {cells:.0} squares; at most {most:.0} are estimated in one run")]
    PlaceTooLarge { cells: f64, most: f64 },
    #[error("`{path}` does not hold the parameters of the estimate:{told}")]
    NotEstimateParameters { path: String, told: String },
    #[error("there is no estimate: {told}")]
    NoEstimate { told: String, help: &'static str },
    #[error(transparent)]
    EstimateGrid(#[from] remnant_estimate::grid::GridFault),
    #[error(transparent)]
    Coverage(#[from] remnant_ground::coverage::CoverageFault),
    #[error(transparent)]
    Layer(#[from] remnant_publish::layer::LayerFault),
    #[error("no estimate of `{0}` is kept")]
    NoKeptEstimate(String),
    #[error("the estimate of `{place}` kept on {on} rests on what is not the same any more")]
    EstimateChanged { place: String, on: jiff::civil::Date },
    #[error("an estimate is explained from the project that keeps it, and none is named")]
    NoProjectNamed,
    #[error("there is no {what} `{name}` in that estimate")]
    NotInEstimate { what: &'static str, name: String },
    #[error("there is no plan: {told}")]
    NoPlan { told: String, help: &'static str },
    #[error("there is nothing to plan for in this place{}", bulleted(left_out))]
    NothingToPlan { left_out: Vec<String> },
    #[error("the place has {boxes} boxes of that size; at most {most} are planned in one run")]
    TooManyBoxes { boxes: usize, most: usize },
    #[error("`{path}` does not hold the parameters of a plan:{told}")]
    NotPlanParameters { path: String, told: String },
    #[error("`{path}` is not a list of settlements:{told}")]
    NotAGazetteer { path: String, told: String },
    #[error(transparent)]
    Raster(#[from] remnant_source::raster::RasterFault),
    #[error(transparent)]
    Exposure(#[from] remnant_ground::exposure::ExposureFault),
}

fn bulleted(lines: &[String]) -> String {
    lines.iter().map(|line| format!("\n- {line}")).collect()
}

fn columns(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn listed(faults: &[GeometryFault]) -> String {
    faults.iter().map(|fault| format!("\n- {fault}")).collect()
}

fn faults_of_lists(faults: &[PickListFault]) -> String {
    faults.iter().map(|fault| format!("\n- {fault}")).collect()
}

fn questions(open: &[Question]) -> String {
    match open.len() {
        1 => "one question".to_owned(),
        many => format!("{many} questions"),
    }
}

fn asked(open: &[Question]) -> String {
    open.iter().map(|question| format!("\n- {}", question.words())).collect()
}

impl ProgramError {
    /// What the person can do about it.
    pub(crate) fn help(&self) -> String {
        let help = match self {
            Self::Refusal(refusal) => {
                let each = refusal.help().join("\n");
                return each.lines().map(|line| format!("\n- {line}")).collect();
            }
            Self::NotABoundary { faults, .. } => {
                return faults.first().map_or_else(String::new, |fault| fault.help().to_owned());
            }
            Self::NotPickLists { faults, .. } => {
                return faults.first().map_or_else(String::new, |fault| fault.help().to_owned());
            }
            Self::NoUnits(_) => "correct the boundary that is named and take it in again",
            Self::Store(error) => error.help(),
            Self::NoAuthor => "give --author NAME, or set REMNANT_AUTHOR",
            Self::Clock { .. } => "unset it, or write a moment such as 2024-03-04T09:00:00Z",
            Self::NoRandomness(_) => "try again; if it stays so, the machine is at fault",
            Self::File(error) => error.help(),
            Self::Row(fault) => fault.help(),
            Self::NoPolygon(_) => "give a GeoJSON or KML file with the polygon of the land",
            Self::Coordinate(fault) => fault.help(),
            Self::Argument { .. } => "write it in that form",
            Self::NotAStep(_) => "`remnant release STEP --help` tells what each argument takes",
            Self::Identity(error) => error.help(),
            Self::Review(error) => error.help(),
            Self::Balance(error) => error.help(),
            Self::Overlay(error) => error.help(),
            Self::NoSuchArea(_) => "`remnant area list` lists the areas",
            Self::NoSuchObject { .. } => "`remnant show KIND` lists those of a kind",
            Self::NoSuchEntry(_) => "`remnant review list` lists the entries",
            Self::NoSuchEvidence(_) => {
                "enter it with `remnant enter evidence-point`, or read a file of such points first"
            }
            Self::NotJson(_) => "report what was being done; this is a fault of the program",
            Self::NotRules { .. } => {
                "`remnant release rules --json` prints rules in the form that is read"
            }
            Self::Interrupted => "run it again",
            Self::NoSuchSource(_) => {
                "`remnant source list` lists them; `remnant source add` keeps a file"
            }
            Self::WhichSheet(_) | Self::NoSuchSheet(_) => "name one with --sheet",
            Self::NoSuchKind(_) => {
                "give strikes, evidence-points, searches, hazardous-areas, releases, accidents, \
                 victims, boundaries or survey-boxes"
            }
            Self::NotAMapping { .. } => "`--save-mapping FILE` writes one in the form that is read",
            Self::OpenQuestions(_) => {
                "write the mapping with --save-mapping, answer in it, and give it with --mapping"
            }
            Self::Intake(error) => error.help(),
            Self::PersonalData => {
                "give --personal separate with a key, or --personal drop to leave them out"
            }
            Self::NamesPersons(_) => {
                "make a key with `remnant key new` and name it with --key, or ask for the file \
                 without these columns"
            }
            Self::EntryRefused(_) => "correct what is named and enter it again",
            Self::NotAHolding { .. } => {
                "`remnant bundle holding` writes it in the form that is read"
            }
            Self::Cmrs(faults) => faults.first().map_or("correct what is named", CmrsFault::help),
            Self::NotParameters { .. } => {
                "`remnant cmrs parameters --json` prints them in the form that is read"
            }
            Self::NothingSurveyed => {
                "enter an evidence point first: technical survey starts only from evidence"
            }
            Self::NoSuchPlace(_) => {
                "give the id, name or code of one, or a box as west,south,east,north in degrees"
            }
            Self::SeveralPlaces { .. } => "name one by its id",
            Self::PlaceTooLarge { .. } => {
                "give larger squares with --cell-size, or a smaller place"
            }
            Self::NotEstimateParameters { .. } => {
                "`remnant estimate parameters` prints them in the form that is read"
            }
            Self::NoEstimate { help, .. } => help,
            Self::EstimateGrid(fault) => fault.help(),
            Self::Coverage(fault) => fault.help(),
            Self::Layer(fault) => fault.help(),
            Self::NoKeptEstimate(_) => {
                "`remnant estimate PLACE --keep` keeps one, under that very name"
            }
            Self::EstimateChanged { .. } => {
                "the record or this program changed since: estimate it again with --keep"
            }
            Self::NoProjectNamed => "name it with --project",
            Self::NotInEstimate { .. } => {
                "give the id of an area that it lists, or longitude,latitude within it"
            }
            Self::NoPlan { help, .. } => help,
            Self::NothingToPlan { .. } => {
                "name a larger place, or enter hazardous areas with their outlines"
            }
            Self::TooManyBoxes { .. } => "give larger boxes with --box-size, or a smaller place",
            Self::NotPlanParameters { .. } => {
                "`remnant plan parameters` prints them in the form that is read"
            }
            Self::NotAGazetteer { .. } => {
                "give a CSV table with the columns longitude, latitude and people, in degrees"
            }
            Self::Raster(fault) => fault.help(),
            Self::Exposure(fault) => fault.help(),
            Self::NotAKey(_) => "`remnant key new FILE` makes one",
            Self::Unreadable { .. } => "check the path and whether you may read it",
            Self::Unwritable { .. } => "choose another place to write to",
            Self::NoTables(_) => "give the folder that holds the tables, such as sources.csv",
            Self::Refused(_) => "`remnant record check DIR` lists the findings, each with its help",
            Self::NoAnswer(error) => error.help(),
            Self::Port { .. } => "choose another port with --port, or 0 for any free one",
            Self::NotThisMachine(_) => {
                "Remnant has no accounts yet, and whoever reaches it reads everything: serve on \
                 127.0.0.1 or ::1"
            }
            Self::Server(_) => "start it again; if it stops again, report what it printed",
        };
        help.to_owned()
    }
}

impl ProgramError {
    /// Whether something was asked that is not there, rather than that something failed.
    pub(crate) fn is_of_question(&self) -> bool {
        matches!(
            self,
            Self::NoAnswer(_)
                | Self::NoSuchArea(_)
                | Self::NoSuchObject { .. }
                | Self::NoSuchKind(_)
                | Self::Identity(_)
                | Self::Balance(_)
        )
    }
}

impl From<Refusal> for ProgramError {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(Box::new(refusal))
    }
}
