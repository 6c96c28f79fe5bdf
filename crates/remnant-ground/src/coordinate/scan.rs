//! A coordinate text cut into numbers, marks and directions, in any script.
//!
//! Belongs here: what single characters and words are. Does not belong here: what they mean
//! together (`degrees`, `utm`, `mgrs`).

use super::{Axis, CoordinateFault, LetterO};

/// The longest text that is looked at, in bytes. A coordinate is shorter; a page of prose in a
/// coordinate cell is a fault, not work.
pub(super) const LONGEST: usize = 200;

/// The most tokens a coordinate can have; more is not one.
const MOST_TOKENS: usize = 32;

/// A number as it was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Number {
    /// All digits, without the point.
    pub(super) digits: u64,
    /// Digits before the point.
    pub(super) whole: u8,
    /// Digits behind the point.
    pub(super) decimals: u8,
    /// Whether a minus stands before it.
    pub(super) negative: bool,
    /// Whether a plus or minus stands before it.
    pub(super) signed: bool,
}

const POWERS_OF_TEN: [f64; 20] = [
    1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19,
];

/// Ten to the power of a small count, exact up to 1e19 (of which 1e22 would be the last).
pub(super) fn power_of_ten(exponent: u8) -> f64 {
    POWERS_OF_TEN.get(usize::from(exponent)).copied().unwrap_or(1e19)
}

impl Number {
    /// The value without its sign.
    pub(super) fn magnitude(self) -> f64 {
        // Exact to the last bit while the digits fit in 53 bits, which 15 digits do.
        #[allow(
            clippy::cast_precision_loss,
            reason = "more digits than that are below a nanometre"
        )]
        let digits = self.digits as f64;
        digits / power_of_ten(self.decimals)
    }

    /// The value with its sign.
    pub(super) fn value(self) -> f64 {
        if self.negative { -self.magnitude() } else { self.magnitude() }
    }

    /// The last written place: 1 for `17`, 0.01 for `17.54`.
    pub(super) fn last_place(self) -> f64 {
        1.0 / power_of_ten(self.decimals)
    }

    /// Whether it was written without point, sign or more than so many digits.
    pub(super) fn is_plain_whole(self, most_digits: u8) -> bool {
        self.decimals == 0 && !self.signed && self.whole <= most_digits
    }
}

/// A direction, as a letter or a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    North,
    South,
    East,
    West,
}

impl Direction {
    pub(super) fn axis(self) -> Axis {
        match self {
            Self::North | Self::South => Axis::Latitude,
            Self::East | Self::West => Axis::Longitude,
        }
    }

    pub(super) fn is_negative(self) -> bool {
        matches!(self, Self::South | Self::West)
    }
}

/// One piece of a coordinate text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token {
    /// A number.
    Number(Number),
    /// N, S, E, W in one of the scripts; `spelt` when it was a word and not one letter.
    Direction { direction: Direction, spelt: bool },
    /// The word latitude or longitude.
    Label(Axis),
    /// A degree sign.
    Degrees,
    /// A minute mark.
    Minutes,
    /// A second mark.
    Seconds,
    /// A hyphen or colon that joins two numbers of one half, as in `15-34-49`.
    Joint,
    /// A comma, semicolon, slash or bar: a border.
    Border,
    /// A letter C to X that can only be a UTM band, upper case.
    Letter(char),
    /// The words UTM, zone, EPSG, or the m of metres.
    Word(Word),
}

/// Words of projected coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Utm,
    Zone,
    Epsg,
    Metres,
}

/// The tokens of one text.
pub(super) struct Tokens {
    tokens: [Token; MOST_TOKENS],
    len: usize,
    /// Whether a comma stood between two digits, so that it could be read in two ways.
    pub(super) has_inner_comma: bool,
    /// Whether a point stood between two digits.
    pub(super) has_point: bool,
}

impl Tokens {
    pub(super) fn as_slice(&self) -> &[Token] {
        self.tokens.get(..self.len).unwrap_or_default()
    }

    fn push(&mut self, token: Token) -> Option<()> {
        *self.tokens.get_mut(self.len)? = token;
        self.len += 1;
        Some(())
    }

    fn last(&self) -> Option<Token> {
        self.as_slice().last().copied()
    }
}

/// What a comma between two digits is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comma {
    Decimal,
    Border,
}

/// The decimal digit that a character is, in any of the scripts that field data comes in.
pub(super) fn digit(character: char) -> Option<u8> {
    if character.is_ascii_digit() {
        return u8::try_from(u32::from(character) - u32::from('0')).ok();
    }
    // First digits of the decimal blocks, from the Unicode character database: Arabic-Indic,
    // extended Arabic-Indic, Devanagari, Bengali, Tamil, Sinhala lith, Thai, Lao, Myanmar, Khmer,
    // full width.
    const ZEROS: [u32; 11] =
        [0x0660, 0x06F0, 0x0966, 0x09E6, 0x0BE6, 0x0DE6, 0x0E50, 0x0ED0, 0x1040, 0x17E0, 0xFF10];
    let code = u32::from(character);
    if code < 0x0660 {
        return None;
    }
    let zero = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code))?;
    u8::try_from(code - zero).ok()
}

/// Spaces and characters that are not seen.
pub(super) fn is_blank(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{061C}')
}

/// Cuts a text into tokens.
///
/// # Errors
/// `Blank`, `TooLong`, `LetterO`, `NotUnderstood`.
pub(super) fn scan(text: &str, comma: Comma, letter_o: LetterO) -> Result<Tokens, CoordinateFault> {
    if text.len() > LONGEST {
        return Err(too_long(text));
    }
    let fault = |why| CoordinateFault::NotUnderstood { read: text.to_owned(), why };
    let mut tokens = Tokens {
        tokens: [Token::Border; MOST_TOKENS],
        len: 0,
        has_inner_comma: false,
        has_point: false,
    };
    let mut rest = text;
    // Whether the character before was a digit, and whether a space came since the last token.
    let mut gap = true;
    while let Some(character) = rest.chars().next() {
        let after = rest.get(character.len_utf8()..).unwrap_or_default();
        if is_blank(character) {
            gap = true;
            rest = after;
            continue;
        }
        let token;
        (token, rest) = if digit(character).is_some() {
            let (number, rest) =
                number(rest, comma, &mut tokens).ok_or_else(|| fault("a number is malformed"))?;
            (Token::Number(number), rest)
        } else if let Some(mark) = mark(character) {
            // Two minute marks are a second mark.
            if mark == Token::Minutes && !gap && tokens.last() == Some(Token::Minutes) {
                tokens.len -= 1;
                (Token::Seconds, after)
            } else {
                (mark, after)
            }
        } else if matches!(character, '-' | '\u{2212}' | '\u{2010}'..='\u{2014}' | '+') {
            let digit_next = after.chars().next().is_some_and(|next| digit(next).is_some());
            if !gap && character != '+' && matches!(tokens.last(), Some(Token::Number(_))) {
                (Token::Joint, after)
            } else if !gap && tokens.last() != Some(Token::Border) {
                // `17°30'-104°15'`: west, or the border between the halves?
                return Err(fault("a hyphen may be a sign or a border"));
            } else if digit_next {
                let (mut number, rest) = number(after, comma, &mut tokens)
                    .ok_or_else(|| fault("a number is malformed"))?;
                number.signed = true;
                number.negative = character != '+';
                (Token::Number(number), rest)
            } else {
                return Err(fault("a sign stands before no number"));
            }
        } else if matches!(character, ',' | ';' | '/' | '|' | '،' | '؛' | '、') {
            if tokens.last() == Some(Token::Border) {
                return Err(fault("two borders follow each other"));
            }
            (Token::Border, after)
        } else if character == ':' {
            // `15:34:49` joins, `Lat: 15` and `EPSG:32644` say nothing.
            if !matches!(tokens.last(), Some(Token::Number(_))) {
                rest = after;
                continue;
            }
            (Token::Joint, after)
        } else if matches!(character, '(' | ')' | '[' | ']' | '=') {
            gap = true;
            rest = after;
            continue;
        } else if character.is_alphabetic() {
            word(rest, text, gap, &tokens, letter_o)?
        } else {
            return Err(fault("a character does not belong in a coordinate"));
        };
        tokens.push(token).ok_or_else(|| fault("it has too many parts"))?;
        gap = false;
    }
    if tokens.len == 0 {
        return Err(CoordinateFault::Blank);
    }
    Ok(tokens)
}

pub(super) fn too_long(text: &str) -> CoordinateFault {
    CoordinateFault::TooLong {
        read: text.chars().take(40).collect(),
        characters: text.chars().count(),
    }
}

/// Reads a number from the start of a text and gives the rest. `None` when it has two points or
/// more digits than can be kept.
fn number<'a>(text: &'a str, comma: Comma, tokens: &mut Tokens) -> Option<(Number, &'a str)> {
    let mut number = Number { digits: 0, whole: 0, decimals: 0, negative: false, signed: false };
    let mut rest = text;
    let mut point_seen = false;
    while let Some(character) = rest.chars().next() {
        let after = rest.get(character.len_utf8()..).unwrap_or_default();
        if let Some(digit) = digit(character) {
            // Seventeen decimals, as binary numbers are often printed, say no more than fifteen.
            if point_seen && number.whole + number.decimals >= 17 {
                rest = after;
                continue;
            }
            number.digits = number.digits.checked_mul(10)?.checked_add(u64::from(digit))?;
            if point_seen {
                number.decimals += 1;
            } else {
                number.whole += 1;
            }
            rest = after;
            continue;
        }
        let digit_next = after.chars().next().is_some_and(digit_of);
        match character {
            '.' | '٫' | '·' if point_seen && digit_next => return None,
            // A point at the end of a number, as in `15.` or `5.`, adds no digit.
            '.' | '٫' | '·' if !point_seen => {
                point_seen = true;
                tokens.has_point |= character == '.' && digit_next;
                rest = after;
            }
            ',' if digit_next && !point_seen => {
                tokens.has_inner_comma = true;
                if comma == Comma::Border {
                    break;
                }
                point_seen = true;
                rest = after;
            }
            _ => break,
        }
    }
    Some((number, rest))
}

fn digit_of(character: char) -> bool {
    digit(character).is_some()
}

/// Degree, minute and second marks as they are typed, pasted and mistaken for each other.
fn mark(character: char) -> Option<Token> {
    match character {
        '°' | 'º' | '˚' | '⁰' | '∘' | '*' => Some(Token::Degrees),
        '\'' | '’' | '‘' | '′' | '´' | '`' | 'ʹ' | 'ʼ' | '‛' | '＇' => {
            Some(Token::Minutes)
        }
        '"' | '”' | '“' | '″' | '˝' | 'ʺ' | '„' | '‟' | '＂' | '¨' => {
            Some(Token::Seconds)
        }
        _ => None,
    }
}

/// Words, each with what it is. Latin and Cyrillic abbreviations of north and so on as the Unicode
/// locale data write coordinates (`пн. ш.`, `сх. д.`, `شمال`); lone Cyrillic С is left out: it is
/// north in Russian and the first letter of east in Ukrainian.
const WORDS: &[(&str, Token)] = &[
    ("n", one(Direction::North)),
    ("s", one(Direction::South)),
    ("e", one(Direction::East)),
    ("w", one(Direction::West)),
    ("d", Token::Degrees),
    ("m", Token::Word(Word::Metres)),
    ("lat", Token::Label(Axis::Latitude)),
    ("latitude", Token::Label(Axis::Latitude)),
    ("широта", Token::Label(Axis::Latitude)),
    ("lon", Token::Label(Axis::Longitude)),
    ("long", Token::Label(Axis::Longitude)),
    ("lng", Token::Label(Axis::Longitude)),
    ("longitude", Token::Label(Axis::Longitude)),
    ("довгота", Token::Label(Axis::Longitude)),
    ("долгота", Token::Label(Axis::Longitude)),
    ("deg", Token::Degrees),
    ("degrees", Token::Degrees),
    ("min", Token::Minutes),
    ("minutes", Token::Minutes),
    ("sec", Token::Seconds),
    ("seconds", Token::Seconds),
    ("north", spelt(Direction::North)),
    ("south", spelt(Direction::South)),
    ("east", spelt(Direction::East)),
    ("west", spelt(Direction::West)),
    ("nord", spelt(Direction::North)),
    ("norte", spelt(Direction::North)),
    ("sud", spelt(Direction::South)),
    ("sur", spelt(Direction::South)),
    ("est", spelt(Direction::East)),
    ("este", spelt(Direction::East)),
    ("ouest", spelt(Direction::West)),
    ("oeste", spelt(Direction::West)),
    ("пн", spelt(Direction::North)),
    ("пн.ш", spelt(Direction::North)),
    ("північ", spelt(Direction::North)),
    ("пд", spelt(Direction::South)),
    ("пд.ш", spelt(Direction::South)),
    ("південь", spelt(Direction::South)),
    ("сх", spelt(Direction::East)),
    ("сх.д", spelt(Direction::East)),
    ("схід", spelt(Direction::East)),
    ("зх", spelt(Direction::West)),
    ("зх.д", spelt(Direction::West)),
    ("захід", spelt(Direction::West)),
    ("с.ш", spelt(Direction::North)),
    ("ю.ш", spelt(Direction::South)),
    ("в.д", spelt(Direction::East)),
    ("з.д", spelt(Direction::West)),
    ("شمال", spelt(Direction::North)),
    ("شمالاً", spelt(Direction::North)),
    ("جنوب", spelt(Direction::South)),
    ("جنوبًا", spelt(Direction::South)),
    ("شرق", spelt(Direction::East)),
    ("شرقًا", spelt(Direction::East)),
    ("غرب", spelt(Direction::West)),
    ("غربًا", spelt(Direction::West)),
    ("utm", Token::Word(Word::Utm)),
    ("zone", Token::Word(Word::Zone)),
    ("epsg", Token::Word(Word::Epsg)),
    ("me", one(Direction::East)),
    ("mn", one(Direction::North)),
];

const fn one(direction: Direction) -> Token {
    Token::Direction { direction, spelt: false }
}

const fn spelt(direction: Direction) -> Token {
    Token::Direction { direction, spelt: true }
}

/// Reads the word at the start of `rest` and gives what follows it.
fn word<'a>(
    rest: &'a str,
    text: &str,
    gap: bool,
    tokens: &Tokens,
    letter_o: LetterO,
) -> Result<(Token, &'a str), CoordinateFault> {
    let unknown = |why| CoordinateFault::NotUnderstood { read: text.to_owned(), why };
    let end = word_end(rest);
    let written = rest.get(..end).unwrap_or_default();
    let after = rest.get(end..).unwrap_or_default();
    // The path of most words: one Latin letter, with no table to search.
    if let [letter] = written.as_bytes() {
        let letter = letter.to_ascii_uppercase();
        let token = match letter {
            b'N' => one(Direction::North),
            b'S' if !gap && is_lettered_second(tokens, written) => Token::Seconds,
            b'S' => one(Direction::South),
            b'E' => one(Direction::East),
            b'W' => one(Direction::West),
            b'O' => match letter_o {
                LetterO::NotTold => {
                    return Err(CoordinateFault::LetterO { read: text.to_owned() });
                }
                LetterO::West => one(Direction::West),
                LetterO::East => one(Direction::East),
            },
            b'D' if written == "d" && !gap => Token::Degrees,
            b'M' if written == "m" && !gap && is_after_degrees(tokens) => Token::Minutes,
            b'M' if written == "m" => Token::Word(Word::Metres),
            b'C'..=b'X' => Token::Letter(char::from(letter)),
            _ => return Err(unknown("a letter is no direction")),
        };
        return Ok((token, after));
    }
    // Lower case without spaces and without the last point, on the stack.
    let mut folded = [0u8; 24];
    let mut length = 0;
    for character in written.chars().filter(|c| !is_blank(*c)).flat_map(char::to_lowercase) {
        let width = character.len_utf8();
        let Some(place) = folded.get_mut(length..length + width) else {
            return Err(unknown("a word is not known"));
        };
        character.encode_utf8(place);
        length += width;
    }
    let folded = std::str::from_utf8(folded.get(..length).unwrap_or_default()).unwrap_or_default();
    let folded = folded.strip_suffix('.').unwrap_or(folded);
    match WORDS.iter().find(|(word, _)| *word == folded) {
        Some((_, token)) => Ok((*token, after)),
        None => Err(unknown("a word is not known")),
    }
}

/// Where the word at the start ends: letters, and points and spaces between single Cyrillic
/// letters (`пн. ш.`).
fn word_end(text: &str) -> usize {
    let letters_end = |from: usize| {
        text.get(from..)
            .unwrap_or_default()
            .char_indices()
            .find(|(_, c)| !c.is_alphabetic() && !('\u{064B}'..='\u{0652}').contains(c))
            .map_or(text.len(), |(at, _)| from + at)
    };
    let first = letters_end(0);
    let begins_cyrillic =
        text.chars().next().is_some_and(|c| ('\u{0400}'..='\u{04FF}').contains(&c));
    if !begins_cyrillic {
        return first;
    }
    // The second half of the abbreviation: ш for latitude or д for longitude.
    let tail = text.get(first..).unwrap_or_default();
    let between: usize =
        tail.chars().take_while(|c| *c == '.' || is_blank(*c)).map(char::len_utf8).sum();
    let second = first + between;
    let end = letters_end(second);
    let is_tail = matches!(text.get(second..end), Some("ш" | "Ш" | "д" | "Д"));
    let end = if between > 0 && is_tail { end } else { first };
    if text.get(end..).is_some_and(|after| after.starts_with('.')) { end + 1 } else { end }
}

fn is_after_degrees(tokens: &Tokens) -> bool {
    let mut before = tokens.as_slice().iter().rev();
    matches!(before.next(), Some(Token::Number(_))) && before.next() == Some(&Token::Degrees)
}

/// `15d34m49s`: an s behind a number behind minutes is seconds, when it is a small letter and
/// touches the number.
fn is_lettered_second(tokens: &Tokens, written: &str) -> bool {
    let mut before = tokens.as_slice().iter().rev();
    written == "s"
        && matches!(before.next(), Some(Token::Number(_)))
        && before.next() == Some(&Token::Minutes)
}
