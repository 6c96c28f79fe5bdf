//! What a page says, before it is a page: one model for terminal, browser, file and print.
//!
//! Belongs here: blocks, lines and their pieces. Numbers enter a line only as figures or inside
//! quoted words of the record. Does not belong here: how any of it looks (`html`, `text`).

use std::borrow::Cow;

use jiff::civil::Date;
use remnant_land_release::By;
use serde::Serialize;

use crate::figure::{Figure, FigureId, by_name};

/// A whole answer: a title, a sentence or two, and sections.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Document {
    /// The title.
    pub title: String,
    /// What to know first.
    pub lead: Vec<Line>,
    /// The rest, in reading order.
    pub blocks: Vec<Block>,
}

/// A part of a document.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Block {
    /// A section under a heading.
    Section {
        /// Where a link into the page leads.
        anchor: String,
        /// The heading.
        heading: String,
        /// What stands in it.
        blocks: Vec<Block>,
    },
    /// A paragraph.
    Paragraph(Line),
    /// A list of equal lines.
    List(Vec<Line>),
    /// What is known, disputed, or not known, each in its own frame.
    Panel {
        /// Which of the three.
        kind: PanelKind,
        /// The heading.
        heading: String,
        /// Its lines.
        lines: Vec<Line>,
    },
    /// A table.
    Table(Table),
    /// A drawing with what it says in words.
    Chart {
        /// The drawing.
        #[serde(skip)]
        svg: String,
        /// What it shows.
        caption: Line,
    },
    /// Sources in full, each under the anchor that links to it use.
    References(Vec<Reference>),
    /// Something long that not every reader opens.
    Details {
        /// What is inside.
        summary: String,
        /// The inside.
        blocks: Vec<Block>,
    },
    /// The map of incidents, where a page can hold one.
    IncidentMap {
        /// How many discs are on it, and what is not.
        caption: Line,
    },
    /// The map of a project, where a page can hold one.
    ProjectMap {
        /// Degrees of WGS 84 that hold all that is known: west, south, east, north.
        extent: Option<[f64; 4]>,
    },
    /// A form that asks what speaks to a transfer, where a page can hold one.
    LawForm(LawForm),
    /// A form that asks for the balance of a period, where a page can hold one.
    BalanceForm(BalanceForm),
}

/// Which balance is shown, and so stands in the form that asks for another.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct BalanceForm {
    /// The first day of the period.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// By what it is divided.
    pub by: By,
}

/// What a transfer can be put together from, and what of it is chosen already.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LawForm {
    /// States, by ISO 3166-1 alpha-3 code.
    pub states: Vec<Choice>,
    /// Munitions, by id.
    pub munitions: Vec<Choice>,
    /// The code of the state that gives; empty where none is chosen.
    pub exporter: String,
    /// The code of the state that receives.
    pub recipient: String,
    /// The codes of the states that the transfer passes.
    pub transit: Vec<String>,
    /// The id of the munition.
    pub munition: String,
}

/// One thing that can be chosen.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    /// What an address holds when it is chosen.
    pub value: String,
    /// Its name.
    pub name: String,
}

/// A source in full.
#[derive(Clone, Debug, Serialize)]
pub struct Reference {
    /// The id of the source.
    pub source: String,
    /// Who published what when, where it is.
    pub line: Line,
}

/// Which frame a panel has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PanelKind {
    /// Agreed among those who speak of it.
    Known,
    /// Told differently by different speakers or read differently.
    Disputed,
    /// Asked and not answered, or not seen.
    Unknown,
}

impl PanelKind {
    /// The name of its style.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Disputed => "disputed",
            Self::Unknown => "unknown",
        }
    }
}

/// A table: what it holds, its columns, its rows.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Table {
    /// What it holds.
    pub caption: String,
    /// Column headings.
    pub columns: Vec<String>,
    /// Rows, each as many cells as there are columns.
    pub rows: Vec<Vec<Line>>,
}

impl Table {
    /// A table without rows.
    #[must_use]
    pub fn new(caption: impl Into<String>, columns: &[&str]) -> Self {
        Self {
            caption: caption.into(),
            columns: columns.iter().map(|&column| column.to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<Line>) {
        debug_assert_eq!(cells.len(), self.columns.len(), "{}", self.caption);
        self.rows.push(cells);
    }
}

/// A run of text with its figures and links.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Line(pub Vec<Piece>);

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Piece {
    /// Words.
    Text(String),
    /// Words that stand out.
    Strong(String),
    /// A figure, which leads to its explanation.
    Figure(Box<Figure>),
    /// Words that lead somewhere.
    Link {
        /// Where.
        target: Target,
        /// The words.
        text: String,
    },
    /// A label with a fixed meaning, such as a standing.
    Mark {
        /// Its style.
        class: String,
        /// Its word.
        text: String,
    },
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// A page of the program.
    Page(Page),
    /// A place in the same document.
    Anchor(String),
    /// Somewhere outside.
    Address(String),
}

/// A page of the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Page {
    /// What this is.
    Front,
    /// The brief on a transfer.
    Brief {
        /// The transfer.
        id: String,
        /// For how many munitions it reckons, where somebody stated it.
        quantity: Option<u64>,
    },
    /// All munitions.
    Munitions,
    /// One munition or submunition.
    Munition(String),
    /// All states.
    States,
    /// One state.
    State(String),
    /// All events.
    Timeline,
    /// All sources.
    Sources,
    /// One source.
    Source(String),
    /// Documented uses and accidents.
    Incidents,
    /// Questions and demands.
    Requests,
    /// The law that speaks to a transfer: the query that asks it.
    Law(String),
    /// All statements on a subject.
    History(String),
    /// Why a figure is what it is.
    Explain(FigureId),
    /// What a project holds.
    Project,
    /// The map of a project.
    Map,
    /// The hazardous areas of a project.
    Areas,
    /// All that happened to one hazardous area.
    Area(String),
    /// The balance of a project over a period.
    Balance {
        /// The first day.
        from: Date,
        /// The last day.
        to: Date,
        /// By what it is divided.
        by: By,
    },
    /// What may be left in an area of a project.
    Residual(String),
    /// What waits for review in a project.
    Reviews,
    /// The journal of a project.
    Journal,
    /// Whether a project holds what it must.
    Check,
    /// What an import found: the hash of the file.
    Import(String),
    /// All objects of a kind in a project, by the word for many.
    Objects(String),
    /// One object of a project.
    Object {
        /// The word for its kind.
        kind: String,
        /// Its id.
        id: String,
    },
}

impl Page {
    /// Whether the program has a page there, which for what a project says depends on whether one is
    /// open. A link to another page would lead nowhere, so its words stand alone.
    #[must_use]
    pub fn is_served(&self, with_project: bool) -> bool {
        match self {
            Self::Explain(id) => id.is_of_record() || (with_project && id.is_of_ledger()),
            Self::Project
            | Self::Map
            | Self::Areas
            | Self::Area(_)
            | Self::Balance { .. }
            | Self::Reviews
            | Self::Journal
            | Self::Check
            | Self::Objects(_)
            | Self::Object { .. } => with_project,
            Self::Residual(_) | Self::Import(_) => false,
            _ => true,
        }
    }

    /// The path of the page, without the two days; segments are percent-encoded.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Front => "/".to_owned(),
            Self::Brief { id, .. } => format!("/brief/{}", segment(id)),
            Self::Munitions => "/munitions".to_owned(),
            Self::Munition(id) => format!("/munition/{}", segment(id)),
            Self::States => "/states".to_owned(),
            Self::State(code) => format!("/state/{}", segment(code)),
            Self::Timeline => "/timeline".to_owned(),
            Self::Sources => "/sources".to_owned(),
            Self::Source(id) => format!("/source/{}", segment(id)),
            Self::Incidents => "/incidents".to_owned(),
            Self::Requests => "/requests".to_owned(),
            Self::Law(_) => "/law".to_owned(),
            Self::History(subject) => format!("/history/{}", segment(subject)),
            Self::Explain(id) => {
                let id = id.to_string();
                let segments: Vec<String> = id.split('/').map(segment).collect();
                format!("/explain/{}", segments.join("/"))
            }
            Self::Project => "/project".to_owned(),
            Self::Map => "/map".to_owned(),
            Self::Areas => "/areas".to_owned(),
            Self::Area(id) => format!("/area/{}", segment(id)),
            Self::Balance { from, to, .. } => format!("/balance/{from}/{to}"),
            Self::Residual(area) => format!("/residual/{}", segment(area)),
            Self::Reviews => "/reviews".to_owned(),
            Self::Journal => "/journal".to_owned(),
            Self::Check => "/check".to_owned(),
            Self::Import(hash) => format!("/import/{}", segment(hash)),
            Self::Objects(kind) => format!("/objects/{}", segment(kind)),
            Self::Object { kind, id } => format!("/object/{}/{}", segment(kind), segment(id)),
        }
    }

    /// What the page's query holds besides the two days, as `name=value&…`.
    #[must_use]
    pub fn query(&self) -> Cow<'_, str> {
        match self {
            Self::Law(query) => Cow::Borrowed(query),
            Self::Brief { quantity: Some(quantity), .. } => {
                Cow::Owned(format!("quantity={quantity}"))
            }
            Self::Balance { by, .. } if *by != By::Nothing => {
                Cow::Owned(format!("by={}", by_name(*by)))
            }
            _ => Cow::Borrowed(""),
        }
    }
}

/// The text of a percent-encoded part of an address; `None` where it does not decode to text.
#[must_use]
pub fn decoded(part: &str) -> Option<String> {
    let mut out = Vec::with_capacity(part.len());
    let mut bytes = part.bytes();
    let digit = |byte: u8| char::from(byte).to_digit(16);
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let value = 16 * digit(bytes.next()?)? + digit(bytes.next()?)?;
            out.push(u8::try_from(value).ok()?);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).ok()
}

/// A part of an address with everything outside the unreserved characters percent-encoded.
pub(crate) fn segment(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~()".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
        encoded
    })
}

/// How a drawing says that a part of it leads to a figure's explanation. Where that is, the page or
/// file that holds the drawing knows.
#[must_use]
pub fn chart_link(id: &FigureId) -> String {
    format!("{CHART_LINK}{id}")
}

/// What such a link begins with.
pub(crate) const CHART_LINK: &str = "explain:";

impl Line {
    /// A line of plain words.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::default().and(text)
    }

    /// A line of words that lead to a page.
    #[must_use]
    pub fn page(page: Page, text: impl Into<String>) -> Self {
        Self::default().link(Target::Page(page), text)
    }

    /// The line with more words.
    #[must_use]
    pub fn and(mut self, text: impl Into<String>) -> Self {
        self.0.push(Piece::Text(text.into()));
        self
    }

    /// The line with words that stand out.
    #[must_use]
    pub fn strong(mut self, text: impl Into<String>) -> Self {
        self.0.push(Piece::Strong(text.into()));
        self
    }

    /// The line with a figure.
    #[must_use]
    pub fn figure(mut self, figure: Figure) -> Self {
        self.0.push(Piece::Figure(Box::new(figure)));
        self
    }

    /// The line with words that lead somewhere.
    #[must_use]
    pub fn link(mut self, target: Target, text: impl Into<String>) -> Self {
        self.0.push(Piece::Link { target, text: text.into() });
        self
    }

    /// The line with a label.
    #[must_use]
    pub fn mark(mut self, class: impl Into<String>, text: impl Into<String>) -> Self {
        self.0.push(Piece::Mark { class: class.into(), text: text.into() });
        self
    }

    /// The line with another line behind it.
    #[must_use]
    pub fn then(mut self, line: Self) -> Self {
        self.0.extend(line.0);
        self
    }

    /// Whether there is nothing in the line.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.0.is_empty()
    }

    /// Lines one behind another with something between them.
    #[must_use]
    pub fn join(lines: impl IntoIterator<Item = Self>, between: &str) -> Self {
        lines.into_iter().fold(Self::default(), |joined, line| {
            if joined.is_blank() { line } else { joined.and(between).then(line) }
        })
    }
}

impl From<&str> for Line {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<Cow<'_, str>> for Line {
    fn from(text: Cow<'_, str>) -> Self {
        Self::text(text)
    }
}

impl From<String> for Line {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl Document {
    /// A document of this title.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// All figures in it, in reading order.
    #[must_use]
    pub fn figures(&self) -> Vec<&Figure> {
        let mut figures = Vec::new();
        for piece in self.lines().into_iter().flat_map(|line| &line.0) {
            if let Piece::Figure(figure) = piece {
                figures.push(figure.as_ref());
            }
        }
        figures
    }

    /// The ids of all sources that it links to, each once, in reading order.
    #[must_use]
    pub fn sources(&self) -> Vec<&str> {
        let mut sources = Vec::new();
        for piece in self.lines().into_iter().flat_map(|line| &line.0) {
            if let Piece::Link { target: Target::Page(Page::Source(id)), .. } = piece
                && !sources.contains(&id.as_str())
            {
                sources.push(id.as_str());
            }
        }
        sources
    }

    /// All lines, in reading order.
    fn lines(&self) -> Vec<&Line> {
        let mut lines: Vec<&Line> = self.lead.iter().collect();
        self.blocks.iter().for_each(|block| block.collect_lines(&mut lines));
        lines
    }
}

impl Block {
    fn collect_lines<'a>(&'a self, lines: &mut Vec<&'a Line>) {
        match self {
            Self::Section { blocks, .. } | Self::Details { blocks, .. } => {
                blocks.iter().for_each(|block| block.collect_lines(lines));
            }
            Self::Paragraph(line)
            | Self::Chart { caption: line, .. }
            | Self::IncidentMap { caption: line } => lines.push(line),
            Self::List(of) | Self::Panel { lines: of, .. } => lines.extend(of),
            Self::References(of) => lines.extend(of.iter().map(|reference| &reference.line)),
            Self::Table(table) => lines.extend(table.rows.iter().flatten()),
            Self::LawForm(_) | Self::BalanceForm(_) | Self::ProjectMap { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_decodes_to_itself_and_what_is_not_decodes_to_nothing() {
        for text in ["m864", "Aita al-Shaab", "a/b?c&d=100 %+", "Đorđe", ""] {
            assert_eq!(decoded(&segment(text)).as_deref(), Some(text));
        }
        for broken in ["%zz", "%ff", "%e", "%+f", "%", "%é0"] {
            assert_eq!(decoded(broken), None, "{broken}");
        }
    }

    #[test]
    fn a_brief_keeps_the_quantity_that_it_was_asked_for() {
        let brief = |quantity| Page::Brief { id: "a b".to_owned(), quantity };
        assert_eq!(brief(None).query(), "");
        assert_eq!(brief(Some(250)).query(), "quantity=250");
        assert_eq!(brief(Some(250)).path(), "/brief/a%20b");
    }
}
