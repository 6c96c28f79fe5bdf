//! The stories in `scenarios/`, each told to the program as it stands there.
//!
//! Belongs here: reading a story and holding the program to it; `scenarios/README.md` tells the
//! format. Does not belong here: any story.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A story: its commands, each with what is expected of it.
#[derive(Debug, Default)]
struct Story {
    commands: Vec<Told>,
}

/// A command of a story.
#[derive(Debug)]
struct Told {
    line: usize,
    arguments: Vec<String>,
    /// The day that the program takes for today, where the story names one.
    today: Option<String>,
    /// What is printed, line by line; `None` where the story only says what it holds or lacks.
    printed: Option<Vec<String>>,
    exit: i32,
    expectations: Vec<Expectation>,
}

/// A text that the answer must hold or must lack.
#[derive(Debug)]
struct Expectation {
    line: usize,
    must_hold: bool,
    /// The heading under which it is looked for; `None` is the whole answer.
    under: Option<String>,
    text: String,
}

/// What a story's author, or the program, did wrong.
#[derive(Debug, PartialEq, Eq)]
struct Fault {
    line: usize,
    what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.what)
    }
}

/// What the program said.
#[derive(Clone, Debug)]
struct Said {
    printed: String,
    exit: i32,
}

/// The words of a command; what stands between double quotation marks is one word. `None` where
/// such a mark is open at the end.
fn words(command: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    for (index, part) in command.split('"').enumerate() {
        if index % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    command.matches('"').count().is_multiple_of(2).then_some(words)
}

fn parse(story: &str) -> Result<Story, Vec<Fault>> {
    let mut told = Story::default();
    let mut faults = Vec::new();
    let mut fence: Option<(usize, &str)> = None;
    let mut within: Vec<(usize, &str)> = Vec::new();
    for (index, row) in story.lines().enumerate() {
        let line = index + 1;
        match (fence, row.strip_prefix("```")) {
            (None, None) => {}
            (None, Some(kind)) => fence = Some((line, kind.trim())),
            (Some(_), None) => within.push((line, row)),
            (Some((opened, kind)), Some(_)) => {
                let within = std::mem::take(&mut within);
                if let Err(what) = told.take(opened, kind, &within) {
                    faults.push(Fault { line: opened, what });
                }
                fence = None;
            }
        }
    }
    if let Some((line, _)) = fence {
        faults.push(Fault { line, what: "this block is never closed".to_owned() });
    }
    faults.extend(told.idle());
    if faults.is_empty() { Ok(told) } else { Err(faults) }
}

impl Story {
    /// Takes in a block; an error says why it cannot be.
    fn take(&mut self, line: usize, kind: &str, within: &[(usize, &str)]) -> Result<(), String> {
        let (word, under) = match kind.split_once(" under ").or(kind.split_once(" on ")) {
            Some((word, rest)) => (word, Some(rest.trim().to_owned())),
            None => (kind, None),
        };
        match (word, &under) {
            ("console", today) => self.take_console(within, today.as_deref()),
            ("holds" | "lacks", _) => {
                let asked =
                    self.commands.last_mut().ok_or("no command stands before this block")?;
                if within.iter().all(|(_, text)| text.trim().is_empty()) {
                    return Err(format!("the block `{kind}` is empty"));
                }
                for (line, text) in within.iter().filter(|(_, text)| !text.trim().is_empty()) {
                    asked.expectations.push(Expectation {
                        line: *line,
                        must_hold: word == "holds",
                        under: under.clone(),
                        text: (*text).to_owned(),
                    });
                }
                Ok(())
            }
            _ => Err(format!("`{kind}` is no kind of block; see scenarios/README.md")),
        }
        .map_err(|what: String| format!("{what} (block of line {line})"))
    }

    fn take_console(
        &mut self,
        within: &[(usize, &str)],
        today: Option<&str>,
    ) -> Result<(), String> {
        if let Some(day) = today
            && day.parse::<jiff::civil::Date>().is_err()
        {
            return Err(format!("`{day}` is no day"));
        }
        let before = self.commands.len();
        for (line, row) in within {
            if let Some(command) = row.strip_prefix("$ ") {
                let mut words =
                    words(command).ok_or(format!("line {line}: a quotation mark is open"))?;
                if words.is_empty() || words.remove(0) != "remnant" {
                    return Err(format!("line {line}: only `remnant` is run"));
                }
                self.commands.push(Told {
                    line: *line,
                    arguments: words,
                    today: today.map(str::to_owned),
                    printed: None,
                    exit: 0,
                    expectations: Vec::new(),
                });
                continue;
            }
            let told = (self.commands.len() > before).then(|| self.commands.last_mut()).flatten();
            let told =
                told.ok_or(format!("line {line}: a console block begins with `$ remnant`"))?;
            if let Some(code) = row.strip_prefix("[exit ").and_then(|row| row.strip_suffix(']')) {
                told.exit = code.parse().map_err(|_| format!("line {line}: no exit code"))?;
            } else {
                told.printed.get_or_insert_default().push((*row).to_owned());
            }
        }
        if self.commands.len() == before {
            return Err("a console block without a command".to_owned());
        }
        Ok(())
    }

    /// What in the story could never fail: a command of which nothing is expected, and a text that
    /// must be missing but that no answer of the story holds, so that a misspelling would pass.
    fn idle(&self) -> Vec<Fault> {
        let unexpected = self.commands.iter().filter(|told| {
            let says = |row: &String| !row.trim().is_empty() && row.trim() != "…";
            told.expectations.is_empty() && !told.printed.iter().flatten().any(says)
        });
        let expectations = || self.commands.iter().flat_map(|told| &told.expectations);
        let printed = || self.commands.iter().flat_map(|told| told.printed.iter().flatten());
        let unheld = expectations().filter(|lacked| {
            !lacked.must_hold
                && !expectations().any(|held| held.must_hold && held.text.contains(&lacked.text))
                && !printed().any(|row| row.contains(&lacked.text))
        });
        unexpected
            .map(|told| (told.line, "nothing is expected of this command".to_owned()))
            .chain(unheld.map(|e| {
                (e.line, format!("`{}` must be missing, and no answer holds it elsewhere", e.text))
            }))
            .map(|(line, what)| Fault { line, what })
            .collect()
    }
}

impl Told {
    /// What the program did otherwise than told.
    fn faults(&self, said: &Said) -> Vec<Fault> {
        let mut faults = Vec::new();
        if said.exit != self.exit {
            let what = format!("it ended with {} and not {}", said.exit, self.exit);
            faults.push(Fault { line: self.line, what });
        }
        if let Some(printed) = &self.printed
            && let Err((index, what)) = compare(printed, &said.printed)
        {
            faults.push(Fault { line: self.line + 1 + index, what });
        }
        for expectation in &self.expectations {
            if let Err(what) = expectation.check(&said.printed) {
                faults.push(Fault { line: expectation.line, what });
            }
        }
        faults
    }
}

impl Expectation {
    fn check(&self, printed: &str) -> Result<(), String> {
        let (place, looked_in) = match &self.under {
            None => ("the answer".to_owned(), printed.to_owned()),
            Some(heading) => {
                let part = section(printed, heading)
                    .ok_or_else(|| format!("the answer has no heading `{heading}`"))?;
                (format!("the part under `{heading}`"), part)
            }
        };
        let read = as_read(&looked_in);
        // As a reader sees it, or as it is written: an address within a link counts as well.
        let found = read.contains(&as_read(&self.text)) || looked_in.contains(&self.text);
        match (self.must_hold, found) {
            (true, false) => Err(format!("{place} does not hold `{}`", self.text)),
            (false, true) => Err(format!("{place} holds `{}`", self.text)),
            _ => Ok(()),
        }
    }
}

/// Printed lines against told ones, where `…` stands for any lines, and none. An error names the
/// told line, counted from 0, that was not found.
fn compare(told: &[String], printed: &str) -> Result<(), (usize, String)> {
    let printed: Vec<&str> = printed.lines().map(str::trim_end).collect();
    let mut at = 0;
    let mut any = false;
    for (index, row) in told.iter().enumerate() {
        if row.trim() == "…" {
            any = true;
            continue;
        }
        let rest = printed.get(at..).unwrap_or_default();
        let found = if any {
            rest.iter().position(|line| *line == row.trim_end())
        } else {
            rest.first().filter(|line| **line == row.trim_end()).map(|_| 0)
        };
        let Some(skipped) = found else {
            let was = rest.first().map_or("the end", |line| line);
            return Err((index, format!("`{row}` was not printed; from there on: `{was}`")));
        };
        at += skipped + 1;
        any = false;
    }
    match printed.get(at) {
        Some(line) if !any => Err((told.len(), format!("more was printed: `{line}`"))),
        _ => Ok(()),
    }
}

/// The part of a printed answer under a heading, up to the next heading of its rank or above.
fn section(printed: &str, heading: &str) -> Option<String> {
    let lines: Vec<&str> = printed.lines().collect();
    let rank = |index: usize| {
        let line = lines.get(index + 1)?;
        let rank = ["=", "-", "."]
            .iter()
            .position(|sign| line.len() > 2 && line.chars().all(|c| sign.contains(c)))?;
        (!lines[index].is_empty() && !lines[index].starts_with(' ')).then_some(rank)
    };
    let start = (0..lines.len()).find(|&i| lines[i] == heading && rank(i).is_some())?;
    let end = (start + 1..lines.len())
        .find(|&i| rank(i).is_some_and(|found| Some(found) <= rank(start)))
        .unwrap_or(lines.len());
    Some(lines[start..end].join("\n"))
}

/// Text as a reader takes it in: tags and the numbers of figures away, white space of any kind and
/// length as one space.
fn as_read(text: &str) -> String {
    let mut bare = String::new();
    let is_page = text.trim_start().to_lowercase().starts_with("<!doctype html");
    let mut within_tag = false;
    for c in text.chars() {
        match c {
            '<' if is_page => within_tag = true,
            '>' if within_tag => within_tag = false,
            _ if within_tag => {}
            _ => bare.push(c),
        }
    }
    if is_page {
        for (entity, sign) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")] {
            bare = bare.replace(entity, sign);
        }
    }
    let is_number = |word: &str| {
        word.strip_prefix('[')
            .and_then(|word| word.split_once(']'))
            .filter(|(digits, _)| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
            .map(|(_, rest)| rest.to_owned())
    };
    let mut read = String::new();
    for word in bare.split_whitespace() {
        match is_number(word) {
            // "88 [4], 72 [5]." reads "88, 72."
            Some(rest) => read.push_str(&rest),
            None => {
                if !read.is_empty() {
                    read.push(' ');
                }
                read.push_str(word);
            }
        }
    }
    read
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios")
}

fn ask(told: &Told, folder: &Path) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_remnant"));
    command.args(&told.arguments).current_dir(folder);
    if let Some(today) = &told.today {
        command.env("REMNANT_CLOCK", format!("{today}T09:00:00Z"));
    }
    let output = command.output().unwrap();
    let both = [output.stdout, output.stderr].concat();
    let printed = String::from_utf8(both).unwrap();
    Said { printed, exit: output.status.code().unwrap_or(-1) }
}

/// A copy of a story's own folder, in which its commands may write; `None` where it has none.
fn own_folder(story: &Path) -> Option<tempfile::TempDir> {
    let own = story.with_extension("");
    let copy = own.is_dir().then(|| tempfile::tempdir().unwrap())?;
    for entry in fs::read_dir(own).unwrap() {
        let file = entry.unwrap().path();
        fs::copy(&file, copy.path().join(file.file_name().unwrap())).unwrap();
    }
    Some(copy)
}

#[test]
fn every_story_is_as_it_is_told() {
    let mut stories: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .filter(|path| path.file_name().is_some_and(|name| name != "README.md"))
        .collect();
    stories.sort();
    assert!(stories.len() >= 3, "the stories were not found: {stories:?}");
    let mut answers: HashMap<Vec<String>, Said> = HashMap::new();
    let mut faults = Vec::new();
    for path in &stories {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut note = |fault: &Fault| faults.push(format!("scenarios/{name}:{fault}"));
        let story = match parse(&fs::read_to_string(path).unwrap()) {
            Ok(story) => story,
            Err(found) => {
                found.iter().for_each(&mut note);
                continue;
            }
        };
        if story.commands.is_empty() {
            note(&Fault { line: 1, what: "the story asks nothing".to_owned() });
        }
        let own = own_folder(path);
        for told in &story.commands {
            let said = match &own {
                // What was done before changes what is answered: nothing is remembered.
                Some(own) => ask(told, own.path()),
                None => answers
                    .entry(told.arguments.clone())
                    .or_insert_with(|| ask(told, &folder()))
                    .clone(),
            };
            told.faults(&said).iter().for_each(&mut note);
        }
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// What is wrong with a story as it is written, by line.
fn refused(story: &str) -> Vec<usize> {
    parse(story).unwrap_err().iter().map(|fault| fault.line).collect()
}

#[test]
fn a_story_that_cannot_fail_is_refused() {
    assert_eq!(refused("```console\n$ remnant status\n```\n"), [2]);
    assert_eq!(refused("```console\n$ remnant status\n…\n```\n"), [2]);
    assert_eq!(refused("```text\nwords\n```\n"), [1]);
    assert_eq!(refused("```holds\nwords\n```\n"), [1]);
    assert_eq!(refused("```console\nwords\n```\n"), [1]);
    assert_eq!(refused("```console\n$ ls\nwords\n```\n"), [1]);
    assert_eq!(refused("```console\n$ remnant status\nwords\n```\n```holds\n\n```\n"), [5]);
    assert_eq!(refused("```console\n$ remnant status\nwords\n"), [1]);
    // A text that no answer holds could be misspelt and would be missing for ever.
    assert_eq!(refused("```console\n$ remnant status\n```\n```lacks\nwrods\n```\n"), [5]);
}

#[test]
fn an_answer_that_differs_is_a_fault_at_its_line() {
    let story = "```console\n$ remnant x\na\n…\nd\n```\n\n```holds\n88 carried\n```\n```holds under Two\nd\n```\n";
    let story = parse(story).unwrap();
    let lines = |printed: &str, exit: i32| -> Vec<usize> {
        let said = Said { printed: printed.to_owned(), exit };
        story.commands[0].faults(&said).iter().map(|fault| fault.line).collect()
    };
    let right = "a\nOne\n---\n88\u{a0}[4]\n  carried\nTwo\n---\nd\n";
    assert_eq!(lines(right, 0), Vec::<usize>::new());
    assert_eq!(lines(right, 1), [2]);
    assert_eq!(lines(&format!("b\n{right}"), 0), [3]);
    assert_eq!(lines(&format!("{right}e\n"), 0), [6]);
    assert_eq!(lines(&right.replace("carried", "held"), 0), [9]);
    assert_eq!(lines("a\n88 carried\nTwo\n---\nThree\n-----\nd\n", 0), [12]);
    assert_eq!(lines("a\n88 carried\nd\n", 0), [12]);
}

#[test]
fn a_text_that_must_be_missing_is_a_fault_where_it_stands() {
    let story = "```console\n$ remnant x\n```\n```holds\n14 %\n```\n```console\n$ remnant y\n```\n```lacks\n14 %\n```\n";
    let story = parse(story).unwrap();
    let page = "<!DOCTYPE html><p>14\u{a0}<b>%</b></p>";
    let found = |printed: &str| {
        story.commands[1].faults(&Said { printed: printed.to_owned(), exit: 0 }).len()
    };
    assert_eq!(found(page), 1);
    assert_eq!(found("14\u{a0}[3]\n%"), 1);
    assert_eq!(found("<!DOCTYPE html><p title=\"14 %\"></p>"), 1);
    assert_eq!(found("6 %"), 0);
}
