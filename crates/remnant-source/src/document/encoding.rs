//! The encoding of a text file: what it is, by which bytes one sees it, and turning it into UTF-8.
//!
//! Belongs here: byte order marks, the guess among the legacy encodings, and a reader that gives
//! UTF-8. Does not belong here: how rows and cells are told apart.

use std::fmt;
use std::io::{self, Read};

use encoding_rs::{
    CoderResult, Decoder, UTF_16BE, UTF_16LE, WINDOWS_1251, WINDOWS_1252, WINDOWS_1256,
};

/// An encoding in which the field sends text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16, the low byte first, as Excel writes "Unicode text".
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
    /// Western European, as Windows writes it.
    Windows1252,
    /// Arabic, as Windows writes it.
    Windows1256,
    /// Cyrillic, as Windows writes it.
    Windows1251,
    /// ISO 8859-1: as Windows-1252, but with control characters where that has letters.
    Latin1,
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Windows1252 => "Windows-1252",
            Self::Windows1256 => "Windows-1256",
            Self::Windows1251 => "Windows-1251",
            Self::Latin1 => "ISO-8859-1",
        })
    }
}

impl Encoding {
    /// The encoding of a name as programs write it, such as `UTF-8`, `cp1256`, `1252`, `88591`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let plain: String =
            name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        let number = plain.trim_start_matches("windows").trim_start_matches("cp");
        Some(match (plain.as_str(), number.trim_start_matches("ansi").trim()) {
            ("utf8" | "65001" | "cp65001", _) => Self::Utf8,
            ("utf16" | "utf16le", _) => Self::Utf16Le,
            ("utf16be", _) => Self::Utf16Be,
            ("latin1" | "iso88591" | "88591" | "l1", _) => Self::Latin1,
            (_, "1252") => Self::Windows1252,
            (_, "1256") => Self::Windows1256,
            (_, "1251") => Self::Windows1251,
            _ => return None,
        })
    }

    fn decoder(self) -> Option<Decoder> {
        let encoding = match self {
            Self::Utf8 | Self::Latin1 => return None,
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
            Self::Windows1252 => WINDOWS_1252,
            Self::Windows1256 => WINDOWS_1256,
            Self::Windows1251 => WINDOWS_1251,
        };
        Some(encoding.new_decoder_with_bom_removal())
    }

    /// The text of some bytes, with U+FFFD where they are not in this encoding.
    pub(crate) fn decode(self, bytes: &[u8]) -> (String, bool) {
        match self {
            Self::Latin1 => (encoding_rs::mem::decode_latin1(bytes).into_owned(), true),
            Self::Utf8 => match std::str::from_utf8(bytes) {
                Ok(text) => (text.to_owned(), true),
                Err(_) => (String::from_utf8_lossy(bytes).into_owned(), false),
            },
            _ => {
                let mut text = String::new();
                let mut all_well = true;
                if let Some(mut decoder) = self.decoder() {
                    text.reserve(decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(0));
                    all_well = !decoder.decode_to_string(bytes, &mut text, true).2;
                }
                (text, all_well)
            }
        }
    }
}

/// What the bytes of a text file say of its encoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) encoding: Encoding,
    /// By what it was seen; `None` for plain UTF-8 without a mark, of which nothing needs telling.
    pub(crate) why: Option<String>,
    /// Whether it is a guess that a person should confirm.
    pub(crate) guess: bool,
    /// Bytes read, which is the length of the file.
    pub(crate) length: u64,
}

/// Reads a text file through and says its encoding.
///
/// All of it, because the first letter with an accent may stand a gigabyte from the start; ASCII is
/// passed over at the speed of the disk.
pub(crate) fn see_encoding(mut bytes: impl Read, byte_limit: u64) -> io::Result<Seen> {
    let mut buffer = vec![0; 64 << 10];
    let mut head = Vec::new();
    let mut kept = 0;
    let mut length = 0u64;
    let mut utf8 = true;
    let mut letters = LetterCounts::default();
    loop {
        let read = match bytes.read(&mut buffer[kept..]) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if head.len() < 4096 {
            head.extend_from_slice(&buffer[kept..kept + read.min(4096)]);
        }
        length += read as u64;
        if length > byte_limit {
            break;
        }
        let filled = kept + read;
        letters.count(&buffer[kept..filled]);
        kept = 0;
        if utf8 && let Err(error) = std::str::from_utf8(&buffer[..filled]) {
            match error.error_len() {
                Some(_) => utf8 = false,
                None => {
                    // A character cut in two by the end of the block waits for the next.
                    buffer.copy_within(error.valid_up_to()..filled, 0);
                    kept = filled - error.valid_up_to();
                }
            }
        }
    }
    let seen = |encoding, why: Option<&str>| Seen {
        encoding,
        why: why.map(str::to_owned),
        guess: false,
        length,
    };
    if head.starts_with(b"\xEF\xBB\xBF") {
        return Ok(seen(Encoding::Utf8, Some("it begins with the byte order mark of UTF-8")));
    }
    if head.starts_with(b"\xFF\xFE") {
        return Ok(seen(Encoding::Utf16Le, Some("it begins with the byte order mark of UTF-16LE")));
    }
    if head.starts_with(b"\xFE\xFF") {
        return Ok(seen(Encoding::Utf16Be, Some("it begins with the byte order mark of UTF-16BE")));
    }
    if let Some(encoding) = utf16_without_mark(&head) {
        let why = "nearly every second byte is zero, as in Latin letters written as UTF-16";
        return Ok(Seen { guess: true, ..seen(encoding, Some(why)) });
    }
    if utf8 && kept == 0 {
        return Ok(seen(Encoding::Utf8, None));
    }
    let (encoding, why) = letters.guess();
    Ok(Seen { encoding, why: Some(why), guess: true, length })
}

/// UTF-16 that begins without its mark: zeros at every even or every odd place, and none elsewhere.
fn utf16_without_mark(head: &[u8]) -> Option<Encoding> {
    let head = &head[..head.len() - head.len() % 2];
    if head.len() < 4 {
        return None;
    }
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let pairs = head.len() / 2;
    match (zeros(0), zeros(1)) {
        (0, high) if high * 10 >= pairs * 7 => Some(Encoding::Utf16Le),
        (high, 0) if high * 10 >= pairs * 7 => Some(Encoding::Utf16Be),
        _ => None,
    }
}

/// Counts of the bytes above ASCII, by which the legacy encodings are told apart.
pub(crate) struct LetterCounts {
    counts: [u64; 256],
    /// High bytes that stand next to another high byte.
    in_company: u64,
    before: u8,
}

impl Default for LetterCounts {
    fn default() -> Self {
        Self { counts: [0; 256], in_company: 0, before: 0 }
    }
}

impl LetterCounts {
    pub(crate) fn count(&mut self, bytes: &[u8]) {
        if bytes.is_ascii() {
            self.before = 0;
            return;
        }
        for &byte in bytes {
            if byte >= 0x80 {
                self.counts[usize::from(byte)] += 1;
                if self.before >= 0x80 {
                    self.in_company += 1;
                }
            }
            self.before = byte;
        }
    }

    /// The likeliest legacy encoding and the reason.
    ///
    /// A text in Latin letters has its high bytes one by one among ASCII; in Arabic and Cyrillic
    /// whole words are high bytes. Those two differ in the letters used most: alef and lam (C7 and
    /// E1 in Windows-1256) make up a fifth of Arabic; the small letters of Cyrillic fill E0 to FF,
    /// where Windows-1256 has few letters and the vowel signs that are seldom written.
    pub(crate) fn guess(&self) -> (Encoding, String) {
        let sum = |from: usize, to: usize| self.counts[from..=to].iter().sum::<u64>();
        let high = sum(0x80, 0xFF);
        let letters = sum(0xC0, 0xFF).max(1);
        if self.in_company * 2 < high {
            let why =
                "it is not UTF-8, and its letters above ASCII stand one by one among Latin ones";
            return (Encoding::Windows1252, why.to_owned());
        }
        let alef_lam = self.counts[0xC7] + self.counts[0xE1];
        let small_cyrillic = sum(0xE0, 0xFF);
        if alef_lam * 100 >= letters * 14 && small_cyrillic * 100 < letters * 70 {
            let why = format!(
                "it is not UTF-8, and {alef_lam} of {letters} letters above ASCII would be alef or lam"
            );
            return (Encoding::Windows1256, why);
        }
        let why = format!(
            "it is not UTF-8, whole words are above ASCII, and {small_cyrillic} of {letters} letters \
             would be small Cyrillic ones"
        );
        (Encoding::Windows1251, why)
    }
}

/// Room for decoded text, in bytes.
const TEXT_BYTES: usize = 64 << 10;

/// Gives the UTF-8 of a text file, block by block, without its byte order mark.
///
/// UTF-8 itself is passed on unchecked: the rows are checked one by one, so that a fault costs one
/// row and is told with its line. What is wrong in other encodings becomes U+FFFD and sets
/// [`Utf8::malformed`].
pub(crate) struct Utf8<R> {
    inner: R,
    decoder: Option<Decoder>,
    latin1: bool,
    raw: Vec<u8>,
    raw_from: usize,
    raw_to: usize,
    text: Vec<u8>,
    text_from: usize,
    at_end: bool,
    decoded_all: bool,
    started: bool,
    /// Bytes of the file read so far.
    pub(crate) bytes_read: u64,
    /// Whether something in the text so far was not in the encoding.
    pub(crate) malformed: bool,
}

impl<R: Read> Utf8<R> {
    pub(crate) fn new(inner: R, encoding: Encoding) -> Self {
        Self {
            inner,
            decoder: encoding.decoder(),
            latin1: encoding == Encoding::Latin1,
            raw: vec![0; 64 << 10],
            raw_from: 0,
            raw_to: 0,
            text: Vec::new(),
            text_from: 0,
            at_end: false,
            decoded_all: false,
            started: false,
            bytes_read: 0,
            malformed: false,
        }
    }

    /// Reads more raw bytes behind those that are left.
    fn fill(&mut self) -> io::Result<()> {
        self.raw.copy_within(self.raw_from..self.raw_to, 0);
        self.raw_to -= self.raw_from;
        self.raw_from = 0;
        let read = loop {
            match self.inner.read(&mut self.raw[self.raw_to..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.at_end = read == 0;
        self.raw_to += read;
        self.bytes_read += read as u64;
        Ok(())
    }

    /// Drops the byte order mark of UTF-8, which may come in pieces.
    fn start(&mut self) -> io::Result<()> {
        while !self.at_end && self.raw_to < 3 {
            self.fill()?;
        }
        if self.decoder.is_none()
            && !self.latin1
            && self.raw[..self.raw_to].starts_with(b"\xEF\xBB\xBF")
        {
            self.raw_from = 3;
        }
        self.started = true;
        Ok(())
    }
}

impl<R: Read> Utf8<R> {
    /// Turns the raw bytes at hand into text.
    fn decode(&mut self) {
        self.text.resize(TEXT_BYTES, 0);
        self.text_from = 0;
        let raw = &self.raw[self.raw_from..self.raw_to];
        let (read, written) = match &mut self.decoder {
            None => encoding_rs::mem::convert_latin1_to_utf8_partial(raw, &mut self.text),
            Some(decoder) => {
                let (result, read, written, malformed) =
                    decoder.decode_to_utf8(raw, &mut self.text, self.at_end);
                self.malformed |= malformed;
                self.decoded_all = self.at_end && result == CoderResult::InputEmpty;
                (read, written)
            }
        };
        self.raw_from += read;
        self.text.truncate(written);
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if !self.started {
            self.start()?;
        }
        let passed_on = self.decoder.is_none() && !self.latin1;
        loop {
            // A decoder wants more room than a caller may offer, so that text has a buffer of its own.
            let ready = match passed_on {
                true => &self.raw[self.raw_from..self.raw_to],
                false => &self.text[self.text_from..],
            };
            let count = ready.len().min(out.len());
            if count > 0 || out.is_empty() {
                out[..count].copy_from_slice(&ready[..count]);
                match passed_on {
                    true => self.raw_from += count,
                    false => self.text_from += count,
                }
                return Ok(count);
            }
            if self.raw_from == self.raw_to && !self.at_end {
                self.fill()?;
            } else if passed_on || self.decoded_all || (self.latin1 && self.raw_from == self.raw_to)
            {
                return Ok(0);
            }
            if !passed_on {
                self.decode();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn seen(bytes: &[u8]) -> (Encoding, bool) {
        let seen = see_encoding(bytes, u64::MAX).unwrap();
        (seen.encoding, seen.guess)
    }

    fn written_in(encoding: &'static encoding_rs::Encoding, text: &str) -> Vec<u8> {
        encoding.encode(text).0.into_owned()
    }

    fn utf16(text: &str, low_first: bool) -> Vec<u8> {
        let bytes = |unit: u16| if low_first { unit.to_le_bytes() } else { unit.to_be_bytes() };
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn the_encoding_is_seen_or_guessed_and_a_guess_is_called_one() {
        assert_eq!(seen("id;Šibenik".as_bytes()), (Encoding::Utf8, false));
        assert_eq!(seen(b"\xEF\xBB\xBFid"), (Encoding::Utf8, false));
        assert_eq!(seen(&utf16("\u{FEFF}id,Šibenik", true)), (Encoding::Utf16Le, false));
        assert_eq!(seen(&utf16("id,village\n1,Attapeu\n", false)), (Encoding::Utf16Be, true));
        let french = "id,lieu\n1,Forêt près de Séléa\n2,à côté du pont\n";
        assert_eq!(seen(&written_in(WINDOWS_1252, french)), (Encoding::Windows1252, true));
        let arabic = "رقم,اسم القرية\n1,دير الزور\n2,الرقة الشمالية\n3,حلب الجديدة\n";
        assert_eq!(seen(&written_in(WINDOWS_1256, arabic)), (Encoding::Windows1256, true));
        let ukrainian = "номер,село\n1,Станиця Луганська\n2,Мала Рогань\n3,Кам'янка\n";
        assert_eq!(seen(&written_in(WINDOWS_1251, ukrainian)), (Encoding::Windows1251, true));
    }

    #[test]
    fn every_encoding_comes_out_as_the_same_text() {
        let text = "id,note\n1,é\n".repeat(20_000);
        let mut with_mark = b"\xEF\xBB\xBF".to_vec();
        with_mark.extend_from_slice(text.as_bytes());
        for (encoding, bytes) in [
            (Encoding::Utf8, with_mark),
            (Encoding::Utf16Le, utf16(&text, true)),
            (Encoding::Utf16Be, utf16(&format!("\u{FEFF}{text}"), false)),
            (Encoding::Windows1252, written_in(WINDOWS_1252, &text)),
            (Encoding::Latin1, written_in(WINDOWS_1252, &text)),
        ] {
            let mut reader = Utf8::new(bytes.as_slice(), encoding);
            let mut out = String::new();
            reader.read_to_string(&mut out).unwrap();
            assert!(out == text && !reader.malformed, "{encoding}");
        }
    }

    #[test]
    fn names_of_encodings_are_known_as_programs_write_them() {
        for (name, encoding) in [
            ("UTF-8", Encoding::Utf8),
            ("CP1256", Encoding::Windows1256),
            ("ANSI 1252", Encoding::Windows1252),
            ("windows-1251", Encoding::Windows1251),
            ("ISO-8859-1", Encoding::Latin1),
        ] {
            assert_eq!(Encoding::named(name), Some(encoding), "{name}");
        }
        assert_eq!(Encoding::named("Big5"), None);
    }
}
