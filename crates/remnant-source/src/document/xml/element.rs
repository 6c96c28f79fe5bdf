//! XML as a stream of elements, within limits.
//!
//! Belongs here: turning markup into small trees, one record at a time, with their line. Does not
//! belong here: what an element means.
//!
//! Document type declarations are refused, and with them every entity but the five of XML itself and
//! characters by number: that is where files that unfold to gigabytes, or that ask for other files,
//! hide.

use std::io::{BufRead, BufReader, Chain, Cursor, Read};
use std::sync::Arc;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use crate::document::encoding::Utf8;
use crate::document::metered::{Meter, Metered};
use crate::document::{Encoding, Limits};

/// An element with all that is in it. Names are without their prefix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) name: String,
    /// The line on which its tag begins.
    pub(super) line: u64,
    pub(super) attributes: Vec<(String, String)>,
    /// Its own text, without blanks around it.
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    /// The first child of a name.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The children of a name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

/// Why nothing can be read from here on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The markup is broken, on this line.
    Broken(u64, String),
    /// One record is longer than allowed.
    TooLong(u64),
}

/// What comes next between records.
pub(super) enum Step {
    /// An element begins: read it with [`Elements::element`], or go into it.
    Begin(Element),
    /// The element gone into last ends.
    End,
    /// The document ends.
    Last,
}

/// Attributes of one element.
const ATTRIBUTE_LIMIT: usize = 1000;

/// Bytes of a record for each element in it, at the least: an element takes that much memory several
/// times over, and no record of the field is made of empty tags.
const BYTES_PER_ELEMENT: u64 = 32;

/// Bytes of the start in which the encoding is declared.
const DECLARATION_BYTES: u64 = 1024;

type Source<R> = LineCounter<BufReader<Utf8<Chain<Cursor<Vec<u8>>, Metered<R>>>>>;

/// The elements of a document, one after the other.
pub(super) struct Elements<R: Read> {
    reader: Reader<Source<R>>,
    pub(super) meter: Arc<Meter>,
    buffer: Vec<u8>,
    depth: u32,
    depth_limit: u32,
    element_limit: u64,
}

impl<R: Read> Elements<R> {
    pub(super) fn new(bytes: R, limits: &Limits) -> Self {
        let (mut metered, meter) = Metered::new(bytes, limits.row_bytes);
        let mut head = Vec::new();
        // A fault of the disk here comes again at the next reading, and is told there.
        let _told_later = metered.by_ref().take(DECLARATION_BYTES).read_to_end(&mut head);
        let encoding = declared_encoding(&head);
        let source = Utf8::new(Cursor::new(head).chain(metered), encoding);
        let source = BufReader::with_capacity(64 << 10, source);
        let mut reader = Reader::from_reader(LineCounter::new(source));
        reader.config_mut().expand_empty_elements = true;
        Self {
            reader,
            meter,
            buffer: Vec::new(),
            depth: 0,
            depth_limit: limits.depth,
            element_limit: limits.row_bytes / BYTES_PER_ELEMENT,
        }
    }

    /// The line on which the reader stands.
    pub(super) fn line(&self) -> u64 {
        self.reader.get_ref().line
    }

    fn broken(&self, detail: impl ToString) -> Failure {
        if self.meter.stopped() {
            return Failure::TooLong(self.line());
        }
        Failure::Broken(self.line(), detail.to_string())
    }

    /// Goes to the next tag between records; text there is passed over.
    pub(super) fn step(&mut self) -> Result<Step, Failure> {
        loop {
            self.meter.mark();
            match self.event()? {
                Met::Begin(element) => return Ok(Step::Begin(element)),
                Met::End => return Ok(Step::End),
                Met::Last => return Ok(Step::Last),
                Met::Text(_) => {}
            }
        }
    }

    /// Reads the rest of an element whose beginning [`Elements::step`] has given.
    pub(super) fn element(&mut self, begun: Element) -> Result<Element, Failure> {
        let mut open = vec![begun];
        let mut elements = 0;
        loop {
            match self.event()? {
                Met::Begin(element) => {
                    elements += 1;
                    if elements > self.element_limit {
                        return Err(Failure::TooLong(self.line()));
                    }
                    open.push(element);
                }
                Met::Text(text) => {
                    if let Some(element) = open.last_mut() {
                        element.text.push_str(&text);
                    }
                }
                Met::End => {
                    let Some(mut ended) = open.pop() else { continue };
                    let trimmed = ended.text.trim();
                    if trimmed.len() < ended.text.len() {
                        ended.text = trimmed.to_owned();
                    }
                    match open.last_mut() {
                        Some(parent) => parent.children.push(ended),
                        None => return Ok(ended),
                    }
                }
                Met::Last => return Err(self.broken("the document ends within an element")),
            }
        }
    }

    /// Passes over the rest of an element.
    pub(super) fn pass_over(&mut self) -> Result<(), Failure> {
        let around = self.depth.saturating_sub(1);
        while self.depth > around {
            self.meter.mark();
            if let Met::Last = self.event()? {
                return Err(self.broken("the document ends within an element"));
            }
        }
        Ok(())
    }

    fn event(&mut self) -> Result<Met, Failure> {
        loop {
            self.buffer.clear();
            let line = self.line();
            // The event borrows the buffer; what is kept of it is copied before the reader is asked
            // for anything else.
            let met = match self.reader.read_event_into(&mut self.buffer) {
                Ok(Event::Start(tag)) => begin(&tag, line).map(Some),
                Ok(Event::End(_)) => Ok(Some(Met::End)),
                Ok(Event::Text(text)) => Ok(Some(Met::Text(text.xml10_content().into_owned()))),
                Ok(Event::CData(text)) => Ok(Some(Met::Text(text.xml10_content().into_owned()))),
                Ok(Event::GeneralRef(entity)) => match entity.resolve_char_ref() {
                    Ok(Some(character)) => Ok(Some(Met::Text(character.to_string()))),
                    Ok(None) => match quick_xml::escape::resolve_predefined_entity(&entity) {
                        Some(text) => Ok(Some(Met::Text(text.to_owned()))),
                        None => Err(format!("`&{};` stands for nothing here", &*entity)),
                    },
                    Err(error) => Err(error.to_string()),
                },
                Ok(Event::DocType(_)) => {
                    Err("it has a document type declaration, which is refused".to_owned())
                }
                Ok(Event::Eof) => Ok(Some(Met::Last)),
                Ok(_) => Ok(None),
                Err(error) => Err(error.to_string()),
            };
            if self.reader.get_ref().inner.get_ref().malformed {
                return Err(self.broken("it holds bytes that are not in the encoding it declares"));
            }
            match met.map_err(|detail| self.broken(detail))? {
                Some(Met::Begin(element)) => {
                    self.depth += 1;
                    if self.depth > self.depth_limit {
                        return Err(self.broken(format!(
                            "it is nested deeper than the {} allowed",
                            self.depth_limit
                        )));
                    }
                    return Ok(Met::Begin(element));
                }
                Some(Met::End) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Met::End);
                }
                Some(Met::Last) if self.depth > 0 => {
                    return Err(self.broken("the document ends within an element"));
                }
                Some(met) => return Ok(met),
                None => {}
            }
        }
    }
}

enum Met {
    Begin(Element),
    Text(String),
    End,
    Last,
}

fn begin(tag: &BytesStart<'_>, line: u64) -> Result<Met, String> {
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        // That none stands twice is asked of each against all before it.
        if attributes.len() >= ATTRIBUTE_LIMIT {
            return Err(format!("an element has more than {ATTRIBUTE_LIMIT} attributes"));
        }
        let attribute = attribute.map_err(|error| error.to_string())?;
        let name = attribute.key.as_ref();
        if name == "xmlns" || name.starts_with("xmlns:") || name.starts_with("xsi:") {
            continue;
        }
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|error| error.to_string())?
            .into_owned();
        attributes.push((attribute.key.local_name().as_ref().to_owned(), value));
    }
    let name = tag.local_name().as_ref().to_owned();
    Ok(Met::Begin(Element { name, line, attributes, text: String::new(), children: Vec::new() }))
}

/// The encoding by the byte order mark, or as the first line declares it; UTF-8 when it declares none
/// or one that is not known, whose letters above ASCII are then refused.
fn declared_encoding(head: &[u8]) -> Encoding {
    if head.starts_with(b"\xFF\xFE") || head.starts_with(b"<\0?\0") {
        return Encoding::Utf16Le;
    }
    if head.starts_with(b"\xFE\xFF") || head.starts_with(b"\0<\0?") {
        return Encoding::Utf16Be;
    }
    let text = String::from_utf8_lossy(head);
    let declaration = text.find("?>").map_or("", |end| &text[..end]);
    let value =
        declaration.split("encoding").nth(1).and_then(|rest| rest.split(['"', '\'']).nth(1));
    match value.and_then(Encoding::named) {
        // What declares UTF-16 in letters of one byte each is mistaken.
        None | Some(Encoding::Utf16Le | Encoding::Utf16Be) => Encoding::Utf8,
        Some(encoding) => encoding,
    }
}

/// Counts the lines of what passes through, however they end.
struct LineCounter<B> {
    inner: B,
    line: u64,
    after_carriage_return: bool,
}

impl<B> LineCounter<B> {
    fn new(inner: B) -> Self {
        Self { inner, line: 1, after_carriage_return: false }
    }
}

impl<B: BufRead> Read for LineCounter<B> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let ready = self.fill_buf()?;
        let count = ready.len().min(out.len());
        out[..count].copy_from_slice(&ready[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl<B: BufRead> BufRead for LineCounter<B> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        // What is consumed was just given by `fill_buf`, so that asking again reads nothing.
        if let Ok(bytes) = self.inner.fill_buf() {
            for &byte in &bytes[..count.min(bytes.len())] {
                self.line +=
                    u64::from(byte == b'\r' || (byte == b'\n' && !self.after_carriage_return));
                self.after_carriage_return = byte == b'\r';
            }
        }
        self.inner.consume(count);
    }
}
