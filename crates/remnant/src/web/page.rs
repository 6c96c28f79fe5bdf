//! Pages and their JSON twins.
//!
//! Belongs here: from an address to the question that it asks, and from the answer to what is sent.
//! Does not belong here: what a page says (`remnant-publish`), opening a project (`project::pages`).

use std::sync::Arc;

use axum::extract::{Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use remnant_land_release::Period;
use remnant_publish::answer::{self, Answer};
use remnant_publish::document::{Page, decoded};
use remnant_publish::figure::FigureId;
use remnant_publish::html::Site;
use remnant_publish::{PublishError, View, brief, html};
use remnant_record::AsOf;
use serde_json::Value;

use super::asked::Asked;
use super::{Open, Pairs};
use crate::clock;
use crate::project::pages::{self, Question};

/// Any page, or its JSON twin. Answering reads memory and may pool dud rates, which takes some
/// tenths of a second: both belong on a thread that may block.
pub(super) async fn page(
    State(open): State<Arc<Open>>,
    Query(pairs): Pairs,
    request: Request,
) -> Response {
    let path = request.uri().path().to_owned();
    let asked = Asked::from_pairs(pairs);
    tokio::task::spawn_blocking(move || answered(&open, &path, &asked)).await.unwrap_or_else(|_| {
        (StatusCode::INTERNAL_SERVER_ERROR, "The page could not be made.\n").into_response()
    })
}

fn answered(open: &Open, path: &str, asked: &Asked) -> Response {
    let (path, as_json) = match path.strip_suffix(".json") {
        Some("/index") => ("/", true),
        Some(path) => (path, true),
        None => (path, false),
    };
    let frame = |as_of| Frame { site: open.site(as_of), as_json };
    let refused = |fault: &str, help: &str| {
        let today = AsOf::day(clock::today_or_machine());
        frame(today).no_answer(StatusCode::BAD_REQUEST, fault, help)
    };
    let as_of = match asked.as_of() {
        Ok(as_of) => as_of,
        Err(fault) => return refused(&fault, "write days as 2023-06-30"),
    };
    let quantity = match asked.quantity() {
        Ok(quantity) => quantity,
        Err(fault) => return refused(&fault, "write a number of munitions as 1000"),
    };
    let frame = frame(as_of);
    let segments: Option<Vec<String>> = path.split('/').skip(1).map(decoded).collect();
    let segments = segments.unwrap_or_default();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    if let Some(project) = &open.project {
        let question = match project_question(&segments, asked, as_of.on) {
            Ok(question) => question,
            Err(fault) => return refused(&fault, "choose in the form of the page"),
        };
        if let Some(question) = question {
            return match pages::answer(project, &open.land, &question, as_of) {
                Ok(answer) => frame.answer(&answer, || answer.project_json(as_of)),
                Err(error) => {
                    let status = if error.is_of_question() {
                        StatusCode::NOT_FOUND
                    } else {
                        StatusCode::INTERNAL_SERVER_ERROR
                    };
                    frame.no_answer(status, &error.to_string(), &error.help())
                }
            };
        }
    }
    let view = open.desk.view(as_of);
    match question(&view, &segments, asked, quantity) {
        Some(Ok(answer)) => frame.answer(&answer, || answer.json(&view)),
        Some(Err(error)) => {
            frame.no_answer(StatusCode::NOT_FOUND, &error.to_string(), error.help())
        }
        None => frame.no_answer(
            StatusCode::NOT_FOUND,
            &format!("there is no page `{path}`"),
            "the list at the head of each page leads to all pages",
        ),
    }
}

/// What an address asks of the project; `None` where it asks nothing of one.
///
/// # Errors
/// What of the address cannot be read.
fn project_question<'a>(
    segments: &[&'a str],
    asked: &Asked,
    on: Date,
) -> Result<Option<Question<'a>>, String> {
    let day = |text: &str| {
        text.parse::<Date>().map_err(|_| format!("`{text}` in the address is not a day"))
    };
    Ok(Some(match segments {
        ["project"] => Question::Project,
        ["map"] => Question::Map,
        ["areas"] => Question::Areas,
        ["area", id] => Question::Area(id),
        ["balance"] => {
            let (from, to) = asked.period(on)?;
            Question::Balance(Period { from, to }, asked.by()?)
        }
        ["balance", from, to] => {
            Question::Balance(Period { from: day(from)?, to: day(to)? }, asked.by()?)
        }
        ["reviews"] => Question::Reviews,
        ["journal"] => Question::Journal,
        ["check"] => Question::Check,
        ["objects", kind] => Question::Objects(kind),
        ["object", kind, id] => Question::Object(kind, id),
        ["explain", figure @ ..] => match figure.join("/").parse() {
            Ok(id) if Page::Explain(FigureId::clone(&id)).is_served(true) && !id.is_of_record() => {
                Question::Explain(id)
            }
            _ => return Ok(None),
        },
        _ => return Ok(None),
    }))
}

/// The answer that a path asks for; `None` where no page has the path.
fn question(
    view: &View,
    segments: &[&str],
    asked: &Asked,
    quantity: Option<u64>,
) -> Option<Result<Answer, PublishError>> {
    Some(match segments {
        [""] => Ok(answer::front::front(view)),
        ["brief", id] => brief::transfer(view, id, quantity),
        ["munitions"] => Ok(answer::munition::munitions(view)),
        ["munition", id] => answer::munition::munition(view, id),
        ["states"] => Ok(answer::status::states(view)),
        ["state", state] => answer::status::some(view, &[(*state).to_owned()]),
        ["timeline"] => Ok(answer::timeline::timeline(view)),
        ["sources"] => Ok(answer::sources::sources(view)),
        ["source", id] => answer::sources::source(view, id),
        ["incidents"] => Ok(answer::incidents::incidents(view)),
        ["requests"] => Ok(answer::requests::requests(view)),
        ["law"] => {
            if [&asked.exporter, &asked.recipient, &asked.munition].iter().all(|s| s.is_empty()) {
                return Some(Ok(answer::law::cases(view)));
            }
            answer::law::law(
                view,
                &answer::law::Parties {
                    exporter: &asked.exporter,
                    recipient: &asked.recipient,
                    transit: &asked.transit,
                    munition: &asked.munition,
                },
            )
        }
        ["history", subject] => answer::history::history(view, subject),
        ["explain", figure @ ..] => answer::explain::explain(view, &figure.join("/")),
        _ => return None,
    })
}

/// How an answer is handed over.
struct Frame {
    site: Site,
    as_json: bool,
}

impl Frame {
    fn answer(&self, answer: &Answer, twin: impl FnOnce() -> Value) -> Response {
        if self.as_json {
            return json(StatusCode::OK, &twin());
        }
        let page = html::page(&answer.document, &answer.page, self.site);
        axum::response::Html(page).into_response()
    }

    fn no_answer(&self, status: StatusCode, message: &str, help: &str) -> Response {
        if self.as_json {
            return json(status, &serde_json::json!({ "error": message, "help": help }));
        }
        let document = answer::front::nothing_here(message, help);
        let page = html::page(&document, &Page::Front, self.site);
        (status, axum::response::Html(page)).into_response()
    }
}

pub(super) fn json(status: StatusCode, value: &Value) -> Response {
    let body = format!("{value:#}\n");
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

pub(super) async fn incidents_geojson(
    State(open): State<Arc<Open>>,
    Query(pairs): Pairs,
) -> Response {
    match Asked::from_pairs(pairs).as_of() {
        Ok(as_of) => {
            let geojson = answer::incidents::geojson(&open.desk.view(as_of));
            ([(header::CONTENT_TYPE, "application/geo+json")], geojson.to_string()).into_response()
        }
        Err(fault) => (StatusCode::BAD_REQUEST, fault).into_response(),
    }
}
