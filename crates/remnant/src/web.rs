//! Record and project as pages on this machine.
//!
//! Belongs here: the socket, routes and headers. Does not belong here: what an address asks (`page`),
//! what a page says (`remnant-publish`).

mod asked;
mod file;
mod map;
mod page;
#[cfg(test)]
mod tests;

use std::env;
use std::net::{IpAddr, SocketAddr};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, Request};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use remnant_publish::html::Site;
use remnant_record::AsOf;

use crate::desk::Desk;
use crate::error::ProgramError;
use crate::print;
use crate::project::map::LandKept;

/// Everything that pages may load comes from this program, and no script or style stands in a page.
/// The map library makes its worker's pictures itself, so pictures may also be `data:` and `blob:`.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; \
     connect-src 'self'; img-src 'self' data: blob:; style-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What the pages are made of.
pub(crate) struct Open {
    /// The record, and what was pooled of it.
    desk: Desk,
    /// Where the project is, if one is open.
    project: Option<String>,
    /// Its land on the days that were looked at.
    land: LandKept,
}

impl Open {
    /// The record, and the project at a place where one is named.
    pub(crate) fn new(desk: Desk, project: Option<String>) -> Self {
        Self { desk, project, land: LandKept::default() }
    }

    fn site(&self, as_of: AsOf) -> Site {
        Site { as_of, with_project: self.project.is_some() }
    }
}

/// Serves pages on an address of this machine until interrupted.
///
/// # Errors
/// When others could reach the address, the port cannot be opened, or the server stops by itself.
pub(crate) fn serve(
    open: Open,
    (host, port): (IpAddr, u16),
    browse: bool,
) -> Result<ExitCode, ProgramError> {
    if !host.is_loopback() {
        return Err(ProgramError::NotThisMachine(host));
    }
    let runtime = tokio::runtime::Runtime::new().map_err(ProgramError::Server)?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(SocketAddr::from((host, port)))
            .await
            .map_err(|source| ProgramError::Port { port, source })?;
        let address = listener.local_addr().map_err(ProgramError::Server)?;
        print::line(&format!("Remnant is at http://{address}/\nPress Ctrl-C to stop."))?;
        if browse {
            open_browser(&format!("http://{address}/"));
        }
        axum::serve(listener, router(open))
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

fn router(open: Open) -> Router {
    Router::new()
        .route("/assets/{*path}", get(file::asset))
        .route("/favicon.ico", get(file::icon))
        .route("/incidents.geojson", get(page::incidents_geojson))
        .route("/tiles/{zoom}/{x}/{y}", get(map::tile))
        .route("/where.json", get(map::place))
        .fallback(get(page::page))
        .layer(middleware::from_fn(guard))
        .with_state(Arc::new(open))
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
