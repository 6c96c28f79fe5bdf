//! What comes over the wire, as a browser would ask for it.

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
            axum::serve(listener, router(Open::new(Desk::open(Vec::new()).unwrap(), None)))
                .await
                .unwrap();
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
