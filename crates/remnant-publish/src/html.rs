//! A document as HTML: a page of the program, or one file that needs nothing else.
//!
//! Belongs here: turning blocks and lines into markup, links with their two days, the frame of a
//! page. Does not belong here: what is said (`answer`), HTTP.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use remnant_land_release::By;
use remnant_record::AsOf;

use crate::basemap::BORDERS_NOTE;
use crate::document::{Block, CHART_LINK, Document, Line, Page, Piece, Table, Target, decoded};
use crate::figure::{Figure, FigureId};

mod form;
mod words;

use words::words;

/// The style of pages and files.
pub const STYLE: &str = include_str!("../../../ui/remnant.css");

/// What the program has open when it makes a page.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    /// The two days that the page is asked for; links keep them.
    pub as_of: AsOf,
    /// Whether a project is open beside the record.
    pub with_project: bool,
}

impl From<AsOf> for Site {
    /// The record alone.
    fn from(as_of: AsOf) -> Self {
        Self { as_of, with_project: false }
    }
}

/// Where links of a document lead.
#[derive(Clone, Copy, Debug)]
enum Links {
    /// To pages of the program, which keep the two days.
    Pages(Site),
    /// To places in the same file, which holds the explanations itself.
    OneFile,
}

/// A page of the program: frame, navigation, the two days as controls, the document.
#[must_use]
pub fn page(document: &Document, page: &Page, site: impl Into<Site>) -> String {
    let site = site.into();
    let (links, as_of) = (Links::Pages(site), site.as_of);
    let script = map_script(&document.blocks);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (document.title) " – Remnant" }
                link rel="icon" type="image/svg+xml" href="/assets/icon.svg";
                link rel="stylesheet" href="/assets/remnant.css";
                @if let Some(script) = script {
                    link rel="stylesheet" href="/assets/vendor/maplibre-gl/maplibre-gl.css";
                    script type="module" src=(script) {}
                }
                link rel="alternate" type="application/json" href=(json_address(page, as_of));
            }
            body {
                a class="skip" href="#content" { "To the content" }
                header class="site" {
                    (navigation("Pages", &pages_of_record(), page, as_of))
                    @if site.with_project {
                        (navigation("Project", &pages_of_project(as_of), page, as_of))
                    }
                    (dates(page, as_of))
                }
                main id="content" {
                    (body(document, links))
                    p class="twin" {
                        a href=(json_address(page, as_of)) { "This page as JSON" }
                    }
                }
                footer class="site" {
                    p {
                        "A history of what was said and found, not a hazard map. Nothing here, and "
                        "nothing missing here, is advice on where it is safe to go."
                    }
                }
            }
        }
    }
    .into_string()
}

/// A document as one file: its style is inside, no script, and behind it the explanation of each
/// of its figures.
#[must_use]
pub fn one_file(
    document: &Document,
    explanations: &[(FigureId, Document)],
    further_sources: &Block,
) -> String {
    let links = Links::OneFile;
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (document.title) }
                style { (PreEscaped(STYLE)) }
            }
            body class="one-file" {
                main id="content" {
                    (body(document, links))
                    @if !explanations.is_empty() {
                        section id="explanations" {
                            h2 { "How each figure came about" }
                            @for (id, explanation) in explanations {
                                section class="explanation" id=(explanation_anchor(id)) {
                                    h3 { (explanation.title) }
                                    p class="figure-id" { code { (id) } }
                                    @for line in &explanation.lead { p { (spans(line, links)) } }
                                    (blocks(&explanation.blocks, links, 4))
                                }
                            }
                        }
                    }
                    @if !matches!(further_sources, Block::References(none) if none.is_empty()) {
                        section id="further-sources" {
                            h2 { "Further sources of the explanations" }
                            (block(further_sources, links, 3))
                        }
                    }
                }
            }
        }
    }
    .into_string()
}

fn pages_of_record() -> Vec<(&'static str, Page)> {
    vec![
        ("Remnant", Page::Front),
        ("Brief", Page::Brief { id: "us-ukraine-dpicm".to_owned(), quantity: None }),
        ("Munitions", Page::Munitions),
        ("States", Page::States),
        ("Law", Page::Law(String::new())),
        ("Requests", Page::Requests),
        ("Timeline", Page::Timeline),
        ("Incidents", Page::Incidents),
        ("Sources", Page::Sources),
    ]
}

/// The balance that leads the others is that of the year so far.
fn pages_of_project(as_of: AsOf) -> Vec<(&'static str, Page)> {
    let year = as_of.on.first_of_year();
    vec![
        ("Project", Page::Project),
        ("Map", Page::Map),
        ("Areas", Page::Areas),
        ("Balance", Page::Balance { from: year, to: as_of.on, by: By::Nothing }),
        ("Reviews", Page::Reviews),
        ("Journal", Page::Journal),
        ("Check", Page::Check),
    ]
}

fn navigation(label: &str, entries: &[(&str, Page)], current: &Page, as_of: AsOf) -> Markup {
    html! {
        nav aria-label=(label) {
            ul {
                @for (name, page) in entries {
                    li {
                        a href=(address(page, as_of))
                            aria-current=[(page.path() == current.path()).then_some("page")] {
                            (name)
                        }
                    }
                }
            }
        }
    }
}

fn dates(page: &Page, as_of: AsOf) -> Markup {
    html! {
        form id="dates" method="get" action=(page.path()) {
            @for (name, value) in query_pairs(&page.query()) {
                input type="hidden" name=(name) value=(value);
            }
            label { "The world on " input type="date" name="on" value=(as_of.on) required; }
            label {
                "as known by " input type="date" name="known_by" value=(as_of.known_by) required;
            }
            button type="submit" { "Show" }
        }
    }
}

/// Name and value of each part of a query, percent-decoded.
fn query_pairs(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter_map(|part| part.split_once('='))
        .filter_map(|(name, value)| Some((decoded(name)?, decoded(value)?)))
        .collect()
}

/// The address of a page with its two days.
#[must_use]
pub fn address(page: &Page, as_of: AsOf) -> String {
    let query = page.query();
    let and = if query.is_empty() { "" } else { "&" };
    format!("{}?{query}{and}on={}&known_by={}", page.path(), as_of.on, as_of.known_by)
}

/// The address of a page's JSON twin.
#[must_use]
pub fn json_address(page: &Page, as_of: AsOf) -> String {
    let path = page.path();
    let twin = if path == "/" { "/index.json".to_owned() } else { format!("{path}.json") };
    address(page, as_of).replacen(&path, &twin, 1)
}

fn body(document: &Document, links: Links) -> Markup {
    html! {
        h1 { (document.title) }
        @for line in &document.lead { p class="lead" { (spans(line, links)) } }
        @let (before, after) = document.blocks.split_at(contents_place(&document.blocks));
        (blocks(before, links, 2))
        @if !before.is_empty() { (contents(after)) }
        (blocks(after, links, 2))
    }
}

/// How many blocks stand before the list of contents: of a long document the first, so that its first
/// screen tells what there is to know and not where to look for it; of a short one none.
fn contents_place(blocks: &[Block]) -> usize {
    let sections = blocks.iter().filter(|block| matches!(block, Block::Section { .. })).count();
    usize::from(sections > 6)
}

fn contents(blocks: &[Block]) -> Markup {
    html! {
        nav class="contents" aria-label="Contents" {
            ul {
                @for block in blocks {
                    @if let Block::Section { anchor, heading, .. } = block {
                        li { a href=(format!("#{anchor}")) { (heading) } }
                    }
                }
            }
        }
    }
}

fn blocks(blocks: &[Block], links: Links, level: u8) -> Markup {
    html! { @for part in blocks { (block(part, links, level)) } }
}

fn block(part: &Block, links: Links, level: u8) -> Markup {
    match part {
        Block::Section { anchor, heading, blocks: inside } => html! {
            section id=(anchor) {
                (heading_markup(level, heading))
                (blocks(inside, links, level + 1))
            }
        },
        Block::Paragraph(line) => html! { p { (spans(line, links)) } },
        Block::List(lines) => html! {
            ul { @for line in lines { li { (spans(line, links)) } } }
        },
        Block::References(references) => html! {
            ul class="references" {
                @for reference in references {
                    li id=(source_anchor(&reference.source)) { (spans(&reference.line, links)) }
                }
            }
        },
        Block::Panel { kind, heading, lines } => html! {
            div class=(format!("panel {}", kind.class())) {
                (heading_markup(level, heading))
                ul { @for line in lines { li { (spans(line, links)) } } }
            }
        },
        Block::Table(table) => table_markup(table, links),
        Block::LawForm(law) => match links {
            Links::Pages(site) => form::law(law, site.as_of),
            Links::OneFile => html! {},
        },
        Block::BalanceForm(balance) => match links {
            Links::Pages(site) if site.with_project => form::balance(balance, site.as_of),
            _ => html! {},
        },
        Block::Chart { svg, caption } => html! {
            figure {
                div class="charts" { (PreEscaped(resolved(svg, links))) }
                figcaption { (spans(caption, links)) }
            }
        },
        Block::Details { summary, blocks: inside } => html! {
            details {
                summary { (summary) }
                // A summary is no heading, so what stands inside is as deep as what stands beside.
                (blocks(inside, links, level))
            }
        },
        Block::ProjectMap { extent } => match links {
            Links::Pages(site) if site.with_project => project_map(*extent, site.as_of),
            _ => html! {},
        },
        Block::IncidentMap { caption } => match links {
            Links::Pages(Site { as_of, .. }) => html! {
                figure class="map" {
                    div id="map" role="region" aria-label="Map of documented uses"
                        data-incidents=(format!(
                            "/incidents.geojson?on={}&known_by={}", as_of.on, as_of.known_by
                        )) {
                        p class="map-fallback" {
                            "The map needs a browser with script and WebGL. The table below holds "
                            "everything that is on it."
                        }
                    }
                    figcaption { (spans(caption, links)) p { (BORDERS_NOTE) } }
                }
            },
            Links::OneFile => html! { p { (spans(caption, links)) } },
        },
    }
}

fn project_map(extent: Option<[f64; 4]>, as_of: AsOf) -> Markup {
    let AsOf { on, known_by } = as_of;
    let extent = extent.map(|sides| sides.map(|side| format!("{side:.6}")).join(","));
    html! {
        form id="go-to" class="go-to" {
            label { "Go to " input name="text" size="28" autocomplete="off"
                placeholder="48Q WD 9635 3505, 16.60 105.90, …"; }
            button type="submit" { "Go" }
            output for="go-to" role="status" {}
        }
        figure class="map" {
            div id="map" class="ground" role="region" aria-label="Map of the project"
                data-tiles=(format!("/tiles/{{z}}/{{x}}/{{y}}?on={on}&known_by={known_by}"))
                data-days=(format!("on={on}&known_by={known_by}"))
                data-extent=[extent] {
                p class="map-fallback" {
                    "The map needs a browser with script and WebGL. The lists below hold everything "
                    "that is on it."
                }
            }
            div id="legend" {}
            figcaption { p { (BORDERS_NOTE) } }
        }
    }
}

fn heading_markup(level: u8, heading: &str) -> Markup {
    match level {
        2 => html! { h2 { (heading) } },
        3 => html! { h3 { (heading) } },
        _ => html! { h4 { (heading) } },
    }
}

fn table_markup(table: &Table, links: Links) -> Markup {
    html! {
        div class="table" role="region" tabindex="0" aria-label=(table.caption) {
            table {
                caption { (table.caption) }
                thead { tr { @for column in &table.columns { th scope="col" { (column) } } } }
                tbody {
                    @for row in &table.rows {
                        tr {
                            @for (column, cell) in table.columns.iter().zip(row) {
                                td data-label=(column) { (spans(cell, links)) }
                            }
                        }
                    }
                    @if table.rows.is_empty() {
                        tr {
                            td colspan=(table.columns.len()) {
                                "Nothing in the record as known by that day."
                            }
                        }
                    }
                }
            }
        }
    }
}

fn spans(line: &Line, links: Links) -> Markup {
    html! {
        @for piece in &line.0 {
            @match piece {
                Piece::Text(text) => (words(text)),
                Piece::Strong(text) => strong { (words(text)) },
                Piece::Mark { class, text } => span class=(format!("badge {class}")) { (text) },
                Piece::Link { target, text } => (link(target, text, links)),
                Piece::Figure(figure) => (figure_markup(figure, links)),
            }
        }
    }
}

fn link(target: &Target, text: &str, links: Links) -> Markup {
    match (target, links) {
        (Target::Anchor(anchor), _) => html! { a href=(format!("#{anchor}")) { (words(text)) } },
        (Target::Address(url), _) if url.starts_with("http") => {
            html! { a class="outside" rel="noreferrer" href=(url) { (words(text)) } }
        }
        (Target::Address(_), _) => html! { (words(text)) },
        (Target::Page(page), Links::Pages(site)) if page.is_served(site.with_project) => {
            html! { a href=(address(page, site.as_of)) { (words(text)) } }
        }
        (Target::Page(Page::Source(id)), Links::OneFile) => {
            html! { a href=(format!("#{}", source_anchor(id))) { (words(text)) } }
        }
        (Target::Page(Page::Explain(id)), Links::OneFile) => {
            html! { a href=(format!("#{}", explanation_anchor(id))) { (words(text)) } }
        }
        (Target::Page(_), _) => html! { (words(text)) },
    }
}

/// Where a figure's explanation is.
fn explanation_address(id: &FigureId, links: Links) -> String {
    match links {
        Links::Pages(site) => address(&Page::Explain(id.clone()), site.as_of),
        Links::OneFile => format!("#{}", explanation_anchor(id)),
    }
}

/// A drawing whose links to figures lead to their explanations.
fn resolved(svg: &str, links: Links) -> String {
    let start = format!("href=\"{CHART_LINK}");
    let mut parts = svg.split(&start);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (id, rest) = part.split_once('"').unwrap_or((part, ""));
        // Ids hold letters, digits and the marks of their own form, so none was escaped.
        let href = id.parse().map_or_else(|_| String::new(), |id| explanation_address(&id, links));
        out.push_str(&format!("href=\"{}\"{rest}", href.replace('&', "&amp;")));
    }
    out
}

fn figure_markup(figure: &Figure, links: Links) -> Markup {
    if let Links::Pages(site) = links
        && !Page::Explain(figure.id.clone()).is_served(site.with_project)
    {
        return html! { span class="figure" title=(figure.derivation.how) { (figure.printed) } };
    }
    let href = explanation_address(&figure.id, links);
    html! { a class="figure" href=(href) title="How this figure came about" { (figure.printed) } }
}

/// The anchor of a figure's explanation in a file.
#[must_use]
pub fn explanation_anchor(id: &FigureId) -> String {
    format!("explain-{}", slug(&id.to_string()))
}

/// The anchor of a source in a file.
#[must_use]
pub fn source_anchor(id: &str) -> String {
    format!("source-{}", slug(id))
}

/// Letters, digits and hyphens for an anchor. Other characters become their code, so that two ids
/// never share an anchor.
fn slug(text: &str) -> String {
    text.chars().fold(String::new(), |mut slug, c| {
        match c {
            c if c.is_ascii_alphanumeric() || c == '-' => slug.push(c),
            '/' => slug.push_str("--"),
            c => slug.push_str(&format!("_{:x}", u32::from(c))),
        }
        slug
    })
}

/// The script that draws the map of a document, where it has one.
fn map_script(blocks: &[Block]) -> Option<&'static str> {
    blocks.iter().find_map(|block| match block {
        Block::IncidentMap { .. } => Some("/assets/map.js"),
        Block::ProjectMap { .. } => Some("/assets/project-map.js"),
        Block::Section { blocks, .. } | Block::Details { blocks, .. } => map_script(blocks),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_record_never_become_markup() {
        let mut document = Document::new("<script>alert(1)</script>");
        document.blocks.push(Block::Paragraph("\"<b>&".into()));
        let as_of = AsOf::day(jiff::civil::date(2023, 6, 30));
        let page = page(&document, &Page::History("\"><i>".to_owned()), as_of);
        assert!(!page.contains("<script>alert") && !page.contains("<b>&") && !page.contains("<i>"));
    }

    #[test]
    fn an_address_outside_that_is_no_web_address_is_not_a_link() {
        let line = Line::default().link(Target::Address("javascript:alert(1)".into()), "x");
        let as_of = AsOf::day(jiff::civil::date(2023, 6, 30));
        assert_eq!(spans(&line, Links::Pages(as_of.into())).into_string(), "x");
    }

    #[test]
    fn the_twin_of_a_page_keeps_its_two_days() {
        let as_of = AsOf::day(jiff::civil::date(2023, 6, 30));
        assert_eq!(
            json_address(&Page::Munition("m864".into()), as_of),
            "/munition/m864.json?on=2023-06-30&known_by=2023-06-30"
        );
        assert!(json_address(&Page::Front, as_of).starts_with("/index.json?on="));
    }

    #[test]
    fn a_link_in_a_drawing_leads_to_the_page_or_into_the_file() {
        let id: FigureId = "stated/dr-008/dud-rate".parse().expect("an id");
        let svg = format!("<a href=\"{}\">x</a>", crate::document::chart_link(&id));
        let as_of = AsOf::day(jiff::civil::date(2023, 6, 30));
        assert_eq!(
            resolved(&svg, Links::Pages(as_of.into())),
            "<a href=\"/explain/stated/dr-008/dud-rate?on=2023-06-30&amp;known_by=2023-06-30\">x</a>"
        );
        let anchor = explanation_anchor(&id);
        assert_eq!(resolved(&svg, Links::OneFile), format!("<a href=\"#{anchor}\">x</a>"));
    }

    #[test]
    fn what_no_open_project_tells_is_named_without_a_link() {
        let as_of = AsOf::day(jiff::civil::date(2023, 6, 30));
        let line = Line::page(Page::Area("HA-017".to_owned()), "HA-017");
        for links in [Links::Pages(as_of.into()), Links::OneFile] {
            assert_eq!(spans(&line, links).into_string(), "HA-017");
        }
        let id: FigureId = "area/HA-017/open-sha".parse().expect("an id");
        let line = Line::page(Page::Explain(id), "12 m²");
        assert_eq!(spans(&line, Links::Pages(as_of.into())).into_string(), "12 m²");
        let open = Links::Pages(Site { as_of, with_project: true });
        assert!(
            spans(&line, open).into_string().starts_with("<a href=\"/explain/area/HA-017/open")
        );
    }

    #[test]
    fn twin_and_days_of_a_brief_keep_its_quantity() {
        let as_of = AsOf::day(jiff::civil::date(2023, 6, 30));
        let brief = Page::Brief { id: "x".to_owned(), quantity: Some(250) };
        let twin = "/brief/x.json?quantity=250&on=2023-06-30&known_by=2023-06-30";
        assert_eq!(json_address(&brief, as_of), twin);
        let hidden = r#"<input type="hidden" name="quantity" value="250">"#;
        assert!(dates(&brief, as_of).into_string().contains(hidden));
    }
}
