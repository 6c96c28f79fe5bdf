//! The record as pages on this machine.
//!
//! Belongs here: the socket, routes, headers and assets. Does not belong here: what a page says
//! (`remnant-publish`).

use std::env;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::civil::Date;
use remnant_publish::answer::{self, Answer};
use remnant_publish::document::Page;
use remnant_publish::{PublishError, View, assets, brief, html};
use remnant_record::AsOf;
use serde::Deserialize;

use crate::desk::Desk;
use crate::error::ProgramError;

/// Everything that pages may load comes from this program, and no script stands in a page. Styles
/// may be inline, because charts and the map library set them on elements.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; \
     connect-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Opens the record on the loopback address and serves it until interrupted.
///
/// # Errors
/// When the port cannot be opened or the server stops by itself.
pub(crate) fn serve(desk: Desk, port: u16, open: bool) -> Result<ExitCode, ProgramError> {
    let runtime = tokio::runtime::Runtime::new().map_err(ProgramError::Server)?;
    runtime.block_on(async {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = tokio::net::TcpListener::bind(address)
            .await
            .map_err(|source| ProgramError::Port { port, source })?;
        let address = listener.local_addr().map_err(ProgramError::Server)?;
        println!("Remnant is at http://{address}/");
        println!("Press Ctrl-C to stop.");
        if open {
            open_browser(&format!("http://{address}/"));
        }
        axum::serve(listener, router(desk))
            .with_graceful_shutdown(interrupted())
            .await
            .map_err(ProgramError::Server)
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn interrupted() {
    // Without a signal to wait for, the server runs until it is killed.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Asks the desktop to open a page, where there is a desktop. The address was printed: whether
/// this works is not important enough for an error.
fn open_browser(address: &str) {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else if env::var_os("DISPLAY").is_some() || env::var_os("WAYLAND_DISPLAY").is_some() {
        "xdg-open"
    } else {
        return;
    };
    let _opened_or_not = Command::new(opener)
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
}

fn router(desk: Desk) -> Router {
    Router::new()
        .route("/assets/{*path}", get(asset))
        .route("/incidents.geojson", get(incidents_geojson))
        .fallback(get(page))
        .layer(middleware::from_fn(guard))
        .with_state(Arc::new(desk))
}

/// Refuses requests that a page of another site could have sent, and sets the headers of all
/// answers.
///
/// A server on the loopback address can be reached by any page that the person has open, under a
/// host name that leads here; only the names of this machine are answered.
async fn guard(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let name = host.map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name));
    if !matches!(name, Some("localhost" | "127.0.0.1" | "[::1]")) {
        return (StatusCode::FORBIDDEN, "This server answers to this machine only.\n")
            .into_response();
    }
    let mut response = next.run(request).await;
    let headers: [(HeaderName, &'static str); 4] = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The query of a page: its two days, and for some pages what is asked.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    on: Option<String>,
    known_by: Option<String>,
    exporter: Option<String>,
    recipient: Option<String>,
    transit: Option<String>,
    munition: Option<String>,
    quantity: Option<String>,
}

impl Asked {
    fn as_of(&self) -> Result<AsOf, String> {
        let day = |name: &str, text: &Option<String>| match text.as_deref() {
            None | Some("") => Ok(crate::today()),
            Some(text) => text
                .parse::<Date>()
                .map_err(|_| format!("`{name}={text}` is not a day written as 2023-06-30")),
        };
        Ok(AsOf { on: day("on", &self.on)?, known_by: day("known_by", &self.known_by)? })
    }
}

async fn asset(Path(path): Path<String>) -> Response {
    match assets::asset(&path) {
        Some(asset) => (
            [(header::CONTENT_TYPE, asset.content_type), (header::CACHE_CONTROL, "no-cache")],
            asset.bytes,
        )
            .into_response(),
        None => (StatusCode::NOT_FOUND, "There is no such asset.\n").into_response(),
    }
}

async fn incidents_geojson(State(desk): State<Arc<Desk>>, Query(asked): Query<Asked>) -> Response {
    match asked.as_of() {
        Ok(as_of) => {
            let geojson = answer::incidents::geojson(&desk.view(as_of));
            ([(header::CONTENT_TYPE, "application/geo+json")], geojson.to_string()).into_response()
        }
        Err(fault) => (StatusCode::BAD_REQUEST, fault).into_response(),
    }
}

/// Any page, or its JSON twin. Answering reads memory and may pool dud rates, which takes some
/// tenths of a second: both belong on a thread that may block.
async fn page(
    State(desk): State<Arc<Desk>>,
    Query(asked): Query<Asked>,
    request: Request,
) -> Response {
    let path = request.uri().path().to_owned();
    tokio::task::spawn_blocking(move || answered(&desk, &path, &asked)).await.unwrap_or_else(|_| {
        (StatusCode::INTERNAL_SERVER_ERROR, "The page could not be made.\n").into_response()
    })
}

fn answered(desk: &Desk, path: &str, asked: &Asked) -> Response {
    let as_of = match asked.as_of() {
        Ok(as_of) => as_of,
        Err(fault) => return (StatusCode::BAD_REQUEST, fault).into_response(),
    };
    let view = desk.view(as_of);
    let (path, as_json) = match path.strip_suffix(".json") {
        Some("/index") => ("/", true),
        Some(path) => (path, true),
        None => (path, false),
    };
    let segments: Option<Vec<String>> =
        path.split('/').skip(1).map(decoded).collect();
    let segments = segments.unwrap_or_default();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match question(&view, &segments, asked) {
        Some(Ok(answer)) if as_json => {
            let json = format!("{:#}\n", answer.json(&view));
            ([(header::CONTENT_TYPE, "application/json")], json).into_response()
        }
        Some(Ok(answer)) => {
            axum::response::Html(html::page(&answer.document, &answer.page, as_of)).into_response()
        }
        Some(Err(error)) => not_found(&view, as_json, &error.to_string(), error.help()),
        None => not_found(
            &view,
            as_json,
            &format!("there is no page `{path}`"),
            "the list at the head of each page leads to all pages",
        ),
    }
}

/// The answer that a path asks for; `None` where no page has the path.
fn question(view: &View, segments: &[&str], asked: &Asked) -> Option<Result<Answer, PublishError>> {
    let field = |field: &Option<String>| field.clone().unwrap_or_default();
    Some(match segments {
        [""] => Ok(answer::front::front(view)),
        ["brief", id] => {
            let quantity = asked.quantity.as_deref().and_then(|digits| digits.parse().ok());
            brief::transfer(view, id, quantity)
        }
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
            let transit: Vec<String> = field(&asked.transit)
                .split(',')
                .filter(|s| !s.is_empty())
                .map(str::to_owned)
                .collect();
            let (exporter, recipient) = (field(&asked.exporter), field(&asked.recipient));
            let munition = field(&asked.munition);
            if exporter.is_empty() && recipient.is_empty() && munition.is_empty() {
                return Some(Ok(answer::law::cases(view)));
            }
            answer::law::law(
                view,
                &answer::law::Parties {
                    exporter: &exporter,
                    recipient: &recipient,
                    transit: &transit,
                    munition: &munition,
                },
            )
        }
        ["history", subject] => answer::history::history(view, subject),
        ["explain", figure @ ..] => answer::explain::explain(view, &figure.join("/")),
        _ => return None,
    })
}

fn not_found(view: &View, as_json: bool, message: &str, help: &str) -> Response {
    if as_json {
        let json = serde_json::json!({ "error": message, "help": help });
        let body = format!("{json:#}\n");
        return (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "application/json")], body)
            .into_response();
    }
    let document = answer::front::nothing_here(message, help);
    let page = html::page(&document, &Page::Front, view.as_of);
    (StatusCode::NOT_FOUND, axum::response::Html(page)).into_response()
}

/// A percent-decoded path segment; `None` where it does not decode to text.
fn decoded(segment: &str) -> Option<String> {
    let bytes = segment.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        if bytes[index] == b'%' {
            out.push(u8::from_str_radix(segment.get(index + 1..index + 3)?, 16).ok()?);
            index += 3;
        } else {
            out.push(bytes[index]);
            index += 1;
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_decodes_or_is_no_page() {
        assert_eq!(decoded("m864").as_deref(), Some("m864"));
        assert_eq!(decoded("Aita%20al%2DShaab").as_deref(), Some("Aita al-Shaab"));
        assert_eq!(decoded("%zz"), None);
        assert_eq!(decoded("%ff"), None);
        assert_eq!(decoded("%e"), None);
    }
}
