//! The pages of a project say what the command line says, and every link leads somewhere.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::desk::{Desk, clearing, entering, half, opening, square};

/// A project in a browser's reach, as long as this lives.
struct Served {
    child: Child,
    address: String,
}

impl Served {
    fn new(desk: &Desk) -> Self {
        let words = ["serve", desk.place(), "--port", "0", "--no-open"];
        let mut child = desk.command(&words).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("Remnant is at http://").unwrap();
        Self { address: address.trim_end_matches('/').to_owned(), child }
    }

    /// Status and body of an address.
    fn get(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    fn page(&self, path: &str) -> String {
        let (status, body) = self.get(path);
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.page(path)).unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _ended = self.child.wait();
    }
}

fn project(desk: &Desk) {
    desk.does(&entering("EP-1", "quantity=1"));
    desk.write("square.geojson", square(0));
    desk.write("half.geojson", half(0));
    desk.does(&opening("HA-1", "square.geojson", "EP-1"));
    desk.does(&clearing("HA-1", "half.geojson"));
}

/// The addresses on this server that a page leads to.
fn links(page: &str) -> impl Iterator<Item = String> {
    let addresses = page.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    addresses
        .filter(|address| address.starts_with('/'))
        .map(|address| address.replace("&amp;", "&"))
}

/// Whether a page is of the project: the record's pages have tests of their own.
fn is_of_project(address: &str) -> bool {
    let of_project = ["/project", "/area", "/balance", "/reviews", "/journal", "/check", "/object"];
    let figures = ["/explain/area", "/explain/balance"];
    of_project.iter().chain(&figures).any(|start| address.starts_with(start))
}

#[test]
fn every_link_of_a_project_leads_to_a_page_with_a_twin_and_every_figure_is_explained() {
    for desk in Desk::each() {
        project(&desk);
        let served = Served::new(&desk);
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut next = vec!["/project".to_owned()];
        let mut explained = 0;
        while let Some(address) = next.pop() {
            let page = served.page(&address);
            assert!(page.contains("aria-label=\"Project\""), "{address}");
            if !address.contains(".json") {
                assert!(page.contains("<h1>"), "{address}");
            }
            explained += usize::from(address.starts_with("/explain/"));
            let twin = links(&page).find(|link| link.contains(".json")).unwrap();
            let told = served.json(&twin);
            assert!(told["title"].as_str().is_some_and(|title| !title.is_empty()), "{twin}");
            for link in links(&page).filter(|link| is_of_project(link) && !link.contains(".json")) {
                let path = link.split('?').next().unwrap().to_owned();
                if seen.insert(path) {
                    next.push(link);
                }
            }
        }
        let backend = desk.backend();
        assert!(explained > 10, "{explained} figures on {backend}");
        for path in ["/areas", "/area/HA-1", "/journal", "/check", "/objects/evidence-points"] {
            assert!(seen.contains(path), "{path} on {backend}: {seen:?}");
        }
    }
}

#[test]
fn a_page_says_what_the_command_line_says() {
    let desk = Desk::geopackage();
    project(&desk);
    let served = Served::new(&desk);
    let words = ["release", "balance", "--from", "2024-01-01", "--to", "2024-03-04"];
    let printed = desk.json(&words);
    let shown = served.json("/balance.json?from=2024-01-01&to=2024-03-04");
    assert_eq!(shown["data"], printed["data"]);
    let by_operator = served.json("/balance/2024-01-01/2024-03-04.json?by=operator");
    assert_eq!(by_operator["data"]["divided_by"], "operator");
    assert_eq!(served.json("/areas.json")["data"], desk.json(&["area", "list"])["data"]);
    let history = desk.json(&["area", "history", "HA-1"]);
    assert_eq!(served.json("/area/HA-1.json")["data"], history["data"]);
    assert_eq!(served.json("/check.json")["data"], desk.json(&["check"])["data"]);
    // Entered while the pages are open, and shown at once.
    desk.does(&entering("EP-2", "quantity=3"));
    assert!(served.page("/object/evidence-point/EP-2").contains("submunition_found"));
    // The day before anything was known.
    let before = served.json("/areas.json?on=2024-02-28&known_by=2024-02-28");
    assert_eq!(before["data"]["areas"], serde_json::json!([]));
}

#[test]
fn what_is_not_there_is_told_with_help() {
    let desk = Desk::geopackage();
    let served = Served::new(&desk);
    for (path, status, words) in [
        ("/area/HA-9", 404, "HA-9"),
        ("/objects/flowers", 404, "flowers"),
        ("/object/strike/S-1", 404, "S-1"),
        ("/explain/area/HA-9/open-sha", 404, "there is no figure"),
        ("/balance/2024-02-30/2024-03-01", 400, "is not a day"),
        ("/balance?by=colour", 400, "operator"),
        ("/balance/2024-03-01/2024-01-01", 404, "before it begins"),
    ] {
        let (answered, body) = served.get(path);
        assert_eq!(answered, status, "{path}: {body}");
        assert!(body.contains(words) && body.contains("What to do"), "{path}: {body}");
    }
}

#[test]
fn only_this_machine_is_served_and_only_a_project_that_opens() {
    let desk = Desk::geopackage();
    let place = desk.place();
    for address in ["0.0.0.0", "192.0.2.1", "::"] {
        let words = ["serve", place, "--port", "0", "--no-open", "--address", address];
        assert!(desk.is_refused(&words).contains("other machines can reach"), "{address}");
    }
    desk.write("words.gpkg", "no database");
    desk.is_refused(&["serve", "words.gpkg", "--port", "0", "--no-open"]);
    desk.is_refused(&["serve", "nowhere.gpkg", "--port", "0", "--no-open"]);
}
