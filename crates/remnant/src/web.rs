//! The record as pages on this machine.
//!
//! Belongs here: the socket, routes, headers and assets. Does not belong here: what a page says
//! (`remnant-publish`).

use std::env;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::civil::Date;
use remnant_publish::answer::{self, Answer};
use remnant_publish::assets::Asset;
use remnant_publish::document::{Page, decoded};
use remnant_publish::{PublishError, View, assets, brief, html};
use remnant_record::AsOf;

use crate::clock;
use crate::desk::Desk;
use crate::error::ProgramError;

/// Everything that pages may load comes from this program, and no script or style stands in a page.
/// The map library makes its worker's pictures itself, so pictures may also be `data:` and `blob:`.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; \
     connect-src 'self'; img-src 'self' data: blob:; style-src 'self'; \
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

/// The query of an address, part by part.
type Pairs = Query<Vec<(String, String)>>;

fn router(desk: Desk) -> Router {
    Router::new()
        .route("/assets/{*path}", get(asset))
        .route("/favicon.ico", get(icon))
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
    let headers: [(HeaderName, &'static str); 5] = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The query of a page: its two days, and for some pages what is asked.
#[derive(Debug, Default)]
struct Asked {
    on: String,
    known_by: String,
    exporter: String,
    recipient: String,
    transit: Vec<String>,
    munition: String,
    quantity: String,
}

impl Asked {
    /// Names that no page knows are left alone, as links from elsewhere may carry some. A transfer
    /// may pass several states: `transit` may be repeated, or hold several between commas.
    fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        let mut asked = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "on" => asked.on = value,
                "known_by" => asked.known_by = value,
                "exporter" => asked.exporter = value,
                "recipient" => asked.recipient = value,
                "munition" => asked.munition = value,
                "quantity" => asked.quantity = value,
                "transit" => {
                    let states = value.split(',').map(str::trim).filter(|state| !state.is_empty());
                    asked.transit.extend(states.map(str::to_owned));
                }
                _ => {}
            }
        }
        asked
    }

    fn quantity(&self) -> Result<Option<u64>, String> {
        let text = self.quantity.as_str();
        let number = || text.parse().map_err(|_| format!("`quantity={text}` is no whole number"));
        if text.is_empty() { Ok(None) } else { number().map(Some) }
    }

    fn as_of(&self) -> Result<AsOf, String> {
        let day = |name: &str, text: &str| match text {
            "" => Ok(clock::today_or_machine()),
            text => text.parse::<Date>().map_err(|_| format!("`{name}={text}` is not a day")),
        };
        Ok(AsOf { on: day("on", &self.on)?, known_by: day("known_by", &self.known_by)? })
    }
}

async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    match assets::asset(&path) {
        Some(asset) => file(asset, &headers),
        None => (StatusCode::NOT_FOUND, "There is no such asset.\n").into_response(),
    }
}

/// The icon under the address that browsers ask by themselves.
async fn icon(headers: HeaderMap) -> Response {
    match assets::asset("icon.svg") {
        Some(asset) => file(asset, &headers),
        None => StatusCode::NO_CONTENT.into_response(),
    }
}

/// A file of the program. The browser keeps it and asks whether it is still the same, since another
/// version of the program may answer at this address tomorrow. Nothing is compressed: it does not
/// leave the machine.
fn file(asset: &'static Asset, asked: &HeaderMap) -> Response {
    let kept = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, "no-cache"),
        (header::ETAG, asset.tag.as_str()),
    ];
    let held = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|held| held.to_str().ok());
    if held.flat_map(|held| held.split(',')).any(|held| held.trim() == asset.tag) {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    (kept, Bytes::from_static(&asset.bytes)).into_response()
}

async fn incidents_geojson(State(desk): State<Arc<Desk>>, Query(pairs): Pairs) -> Response {
    match Asked::from_pairs(pairs).as_of() {
        Ok(as_of) => {
            let geojson = answer::incidents::geojson(&desk.view(as_of));
            ([(header::CONTENT_TYPE, "application/geo+json")], geojson.to_string()).into_response()
        }
        Err(fault) => (StatusCode::BAD_REQUEST, fault).into_response(),
    }
}

/// Any page, or its JSON twin. Answering reads memory and may pool dud rates, which takes some
/// tenths of a second: both belong on a thread that may block.
async fn page(State(desk): State<Arc<Desk>>, Query(pairs): Pairs, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let asked = Asked::from_pairs(pairs);
    tokio::task::spawn_blocking(move || answered(&desk, &path, &asked)).await.unwrap_or_else(|_| {
        (StatusCode::INTERNAL_SERVER_ERROR, "The page could not be made.\n").into_response()
    })
}

fn answered(desk: &Desk, path: &str, asked: &Asked) -> Response {
    let (path, as_json) = match path.strip_suffix(".json") {
        Some("/index") => ("/", true),
        Some(path) => (path, true),
        None => (path, false),
    };
    let refused = |fault: &str, help| {
        let view = desk.view(AsOf::day(clock::today_or_machine()));
        no_answer(&view, StatusCode::BAD_REQUEST, as_json, fault, help)
    };
    let as_of = match asked.as_of() {
        Ok(as_of) => as_of,
        Err(fault) => return refused(&fault, "write days as 2023-06-30"),
    };
    let quantity = match asked.quantity() {
        Ok(quantity) => quantity,
        Err(fault) => return refused(&fault, "write a number of munitions as 1000"),
    };
    let view = desk.view(as_of);
    let segments: Option<Vec<String>> = path.split('/').skip(1).map(decoded).collect();
    let segments = segments.unwrap_or_default();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match question(&view, &segments, asked, quantity) {
        Some(Ok(answer)) if as_json => {
            let json = format!("{:#}\n", answer.json(&view));
            ([(header::CONTENT_TYPE, "application/json")], json).into_response()
        }
        Some(Ok(answer)) => {
            axum::response::Html(html::page(&answer.document, &answer.page, as_of)).into_response()
        }
        Some(Err(error)) => {
            no_answer(&view, StatusCode::NOT_FOUND, as_json, &error.to_string(), error.help())
        }
        None => no_answer(
            &view,
            StatusCode::NOT_FOUND,
            as_json,
            &format!("there is no page `{path}`"),
            "the list at the head of each page leads to all pages",
        ),
    }
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

fn no_answer(
    view: &View,
    status: StatusCode,
    as_json: bool,
    message: &str,
    help: &str,
) -> Response {
    if as_json {
        let json = serde_json::json!({ "error": message, "help": help });
        let body = format!("{json:#}\n");
        return (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
    }
    let document = answer::front::nothing_here(message, help);
    let page = html::page(&document, &Page::Front, view.as_of);
    (status, axum::response::Html(page)).into_response()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::*;

    /// Serves the shipped record on a free port for as long as the test process lives.
    fn served() -> SocketAddr {
        let (told, address) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                told.send(listener.local_addr().unwrap()).unwrap();
                axum::serve(listener, router(Desk::open(Vec::new()).unwrap())).await.unwrap();
            });
        });
        address.recv().unwrap()
    }

    /// What comes back for a request, head and body as they stand on the wire.
    fn asked(address: SocketAddr, request: &str, host: &str, further: &str) -> (String, String) {
        let mut stream = TcpStream::connect(address).unwrap();
        let request =
            format!("{request} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{further}\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_ascii_lowercase(), body.to_owned())
    }

    #[test]
    fn only_names_of_this_machine_are_answered() {
        let address = served();
        for host in ["evil.example", "evil.example:8023", "127.0.0.1.evil.example", ""] {
            let (head, body) = asked(address, "GET /", host, "");
            assert!(head.starts_with("http/1.1 403"), "{host}: {head}");
            assert!(!body.contains("<html"), "{host}: {body}");
        }
        for host in ["localhost", "localhost:8023", "127.0.0.1:1"] {
            let (head, _) = asked(address, "GET /", host, "");
            assert!(head.starts_with("http/1.1 200"), "{host}: {head}");
        }
    }

    #[test]
    fn every_answer_says_what_it_is_and_what_it_may_load() {
        let address = served();
        for (path, media_type) in [
            ("/", "text/html; charset=utf-8"),
            ("/index.json", "application/json"),
            ("/incidents.geojson", "application/geo+json"),
            ("/favicon.ico", "image/svg+xml"),
            ("/assets/remnant.css", "text/css; charset=utf-8"),
            ("/assets/map.js", "text/javascript; charset=utf-8"),
            ("/assets/basemap.geojson", "application/geo+json"),
        ] {
            let (head, body) = asked(address, &format!("GET {path}"), "localhost", "");
            assert!(head.starts_with("http/1.1 200"), "{path}: {head}");
            assert!(head.contains(&format!("content-type: {media_type}\r\n")), "{path}: {head}");
            assert!(head.contains("content-security-policy: default-src 'none'"), "{path}: {head}");
            assert!(!head.contains("unsafe"), "{path}: {head}");
            assert!(head.contains("x-content-type-options: nosniff"), "{path}: {head}");
            assert!(!body.is_empty());

            let (of_head, empty) = asked(address, &format!("HEAD {path}"), "localhost", "");
            let length = format!("content-length: {}", body.len());
            assert!(of_head.starts_with("http/1.1 200") && of_head.contains(&length), "{of_head}");
            assert_eq!(empty, "", "{path}");
        }
    }

    #[test]
    fn a_file_that_the_browser_holds_is_not_sent_again() {
        let address = served();
        let (head, _) = asked(address, "GET /assets/basemap.geojson", "localhost", "");
        let tag = head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap();
        let held = format!("If-None-Match: \"other\", {tag}\r\n");
        let (head, body) = asked(address, "GET /assets/basemap.geojson", "localhost", &held);
        assert!(head.starts_with("http/1.1 304") && body.is_empty(), "{head}");
        let (head, body) =
            asked(address, "GET /assets/basemap.geojson", "localhost", "If-None-Match: \"x\"\r\n");
        assert!(head.starts_with("http/1.1 200") && body.len() > 1_000_000, "{head}");
    }

    #[test]
    fn what_has_no_answer_says_so_and_what_to_do() {
        let address = served();
        for (path, status, words) in [
            ("/nowhere", "404", "there is no page `/nowhere`"),
            ("/munition/none-such", "404", "What to do"),
            ("/munition/%zz", "404", "there is no page"),
            ("/?on=30.6.2023", "400", "`on=30.6.2023` is not a day"),
            ("/brief/us-ukraine-dpicm?quantity=abc", "400", "`quantity=abc` is no whole number"),
            ("/brief/us-ukraine-dpicm.json?quantity=-1", "400", "\"help\""),
            ("/nowhere.json", "404", "\"help\""),
        ] {
            let (head, body) = asked(address, &format!("GET {path}"), "localhost", "");
            assert!(head.starts_with(&format!("http/1.1 {status}")), "{path}: {head}");
            assert!(body.contains(words), "{path}: {body}");
        }
        let (head, _) = asked(address, "POST /", "localhost", "Content-Length: 0\r\n");
        assert!(head.starts_with("http/1.1 405"), "{head}");
    }

    #[test]
    fn a_transfer_may_pass_several_states() {
        let pairs = |query: &[(&str, &str)]| {
            let owned = query.iter().map(|(name, value)| ((*name).into(), (*value).into()));
            Asked::from_pairs(owned.collect()).transit
        };
        assert_eq!(pairs(&[("transit", "DEU"), ("transit", "")]), ["DEU"]);
        assert_eq!(pairs(&[("transit", "DEU,GBR"), ("transit", "POL")]), ["DEU", "GBR", "POL"]);
    }
}
