//! Files of others, kept whole.
//!
//! Belongs here: keeping a file with its companions, listing what is kept, and giving the bytes back
//! to be read. Does not belong here: what is in a file (`remnant-source`).

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use remnant_ground::intake::{Sample, columns_that_name_persons};
use remnant_ground::pick_list;
use remnant_source::document::{Companion, Document, ReadOptions, Sheet};
use remnant_store::{EntryFilter, EntryKind, NewEntry, PersonalKey, SourceDocument, Store};

use crate::command::project::{Desk, SourceCommand};
use crate::error::ProgramError;
use crate::print;
use crate::project::opened::Opened;
use crate::project::{intake, key};

/// The files that belong to a shapefile, by their endings.
const COMPANIONS: [&str; 4] = ["dbf", "shx", "prj", "cpg"];

/// Keeps a file, or lists what is kept.
pub(crate) fn source(command: SourceCommand) -> Result<ExitCode, ProgramError> {
    match command {
        SourceCommand::Add { file, source, publisher, title, licence, key, desk } => {
            let document = SourceDocument {
                source,
                publisher,
                title,
                licence,
                files: std::collections::BTreeMap::new(),
            };
            let key = key.as_deref().map(key::of).transpose()?;
            add(&desk, &file, document, key.as_ref())
        }
        SourceCommand::List { desk, json } => list(&desk, json),
    }
}

fn add(
    desk: &Desk,
    file: &Path,
    mut document: SourceDocument,
    key: Option<&PersonalKey>,
) -> Result<ExitCode, ProgramError> {
    if document.source.is_empty() || document.source.contains('/') {
        return Err(ProgramError::Argument {
            name: "--source",
            given: document.source,
            form: "a short name without a slash, such as hi-2024",
        });
    }
    let stamp = desk.stamp()?;
    let mut store = desk.open()?;
    if key.is_none() {
        let persons = columns_of_persons(file)?;
        if !persons.is_empty() {
            return Err(ProgramError::NamesPersons(persons));
        }
    }
    let mut told = Vec::new();
    for path in std::iter::once(file.to_owned()).chain(companions(file)) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let shown = path.display().to_string();
        let bytes =
            File::open(&path).map_err(|source| ProgramError::Unreadable { path: shown, source })?;
        let kept = match key {
            Some(key) => store.keep_file_under_key(&stamp, &name, bytes, key, key::nonce)?,
            None => store.keep_file(&stamp, &name, bytes)?,
        };
        told.push(format!("Kept {name}: {} bytes, SHA-256 {}.", kept.length, kept.hash));
        document.files.insert(name, kept.hash);
    }
    let before = documents(&mut store)?;
    if before.contains(&document) {
        told.push(format!("It was kept before under `{}`; nothing changed.", document.source));
    } else {
        store.append(&stamp, [NewEntry::source_added(&document)?])?;
        told.push(format!("`remnant read {} --as KIND` reads its rows.", document.source));
    }
    print::line(&told.join("\n"))
}

/// Columns of a file that name or find persons, by their names and first rows. None where the file
/// cannot be read as rows: then `read` refuses it as well.
fn columns_of_persons(file: &Path) -> Result<Vec<String>, ProgramError> {
    let bytes = File::open(file)
        .map_err(|source| ProgramError::Unreadable { path: file.display().to_string(), source })?;
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut beside = Vec::new();
    for path in companions(file) {
        if let Ok(bytes) = File::open(&path) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            beside.push(Companion { name, bytes: Box::new(bytes) });
        }
    }
    let opened = Document::open(&name, Box::new(bytes), beside, &ReadOptions::default());
    let again = || {
        File::open(file)
            .map_err(|source| ProgramError::Unreadable { path: file.display().to_string(), source })
    };
    let Ok(mut document) = Opened::of(opened, again) else { return Ok(Vec::new()) };
    let lists = pick_list::shipped();
    let mut persons = BTreeSet::new();
    for sheet in 0..document.sheets().len() {
        let Sheet { columns, tags, name, .. } = document.sheets()[sheet].clone();
        let Ok(rows) = intake::sample(&mut document, sheet, columns.len()) else { continue };
        let tags = tags.as_deref();
        let sample = Sample { sheet: &name, columns: &columns, labels: None, tags, rows: &rows };
        persons.extend(columns_that_name_persons(&sample, &lists));
    }
    Ok(persons.into_iter().collect())
}

/// The files beside a shapefile that belong to it; none for any other file.
fn companions(file: &Path) -> Vec<PathBuf> {
    let is_shapefile = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("shp"));
    if !is_shapefile {
        return Vec::new();
    }
    COMPANIONS
        .into_iter()
        .flat_map(|ending| {
            [file.with_extension(ending), file.with_extension(ending.to_uppercase())]
        })
        .filter(|path| path.is_file())
        .collect()
}

/// What was kept, in the order in which it came.
fn documents(store: &mut Store) -> Result<Vec<SourceDocument>, ProgramError> {
    let filter = EntryFilter { kind: Some(EntryKind::SourceAdded), ..EntryFilter::default() };
    let mut documents = Vec::new();
    store.entries(&filter, |entry, _| {
        documents.push(entry.says()?);
        Ok(())
    })?;
    Ok(documents)
}

fn list(desk: &Desk, json: bool) -> Result<ExitCode, ProgramError> {
    let documents = documents(&mut desk.open()?)?;
    if json {
        let all = serde_json::to_value(&documents).map_err(ProgramError::NotJson)?;
        return print::bytes(format!("{all:#}\n").as_bytes());
    }
    if documents.is_empty() {
        return print::line("No file is kept yet; `remnant source add FILE` keeps one.");
    }
    let lines: Vec<String> = documents
        .iter()
        .map(|document| {
            let files: Vec<&str> = document.files.keys().map(String::as_str).collect();
            format!(
                "{}: {} ({}; {})",
                document.source,
                files.join(", "),
                document.publisher,
                document.licence
            )
        })
        .collect();
    print::line(&lines.join("\n"))
}

/// A kept file, given back to be read.
pub(super) struct Given {
    /// The short name of its source.
    pub(super) source: String,
    /// Its name.
    pub(super) name: String,
    /// Its hash.
    pub(super) hash: String,
    /// How many bytes it has.
    pub(super) length: u64,
    bytes: File,
    companions: Vec<(String, File)>,
}

impl Given {
    /// The newest file of a source, or the newest kept file of that name, as bytes that can be read
    /// more than once.
    ///
    /// # Errors
    /// When no such file is kept, or its bytes cannot be given back.
    pub(super) fn of(
        store: &mut Store,
        named: &str,
        key: Option<&PersonalKey>,
    ) -> Result<Self, ProgramError> {
        let documents = documents(store)?;
        let document = documents
            .iter()
            .rev()
            .find(|document| document.source == named || document.files.contains_key(named))
            .ok_or_else(|| ProgramError::NoSuchSource(named.to_owned()))?;
        let is_companion = |name: &str| {
            let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
            document.files.len() > 1
                && COMPANIONS.iter().any(|companion| ending.eq_ignore_ascii_case(companion))
        };
        let mut main = None;
        let mut companions = Vec::new();
        for (name, hash) in &document.files {
            let (bytes, length) = spool(store, hash, key)?;
            if is_companion(name) {
                companions.push((name.clone(), bytes));
            } else {
                main = Some((name.clone(), hash.clone(), bytes, length));
            }
        }
        let (name, hash, bytes, length) =
            main.ok_or_else(|| ProgramError::NoSuchSource(named.to_owned()))?;
        Ok(Self { source: document.source.clone(), name, hash, length, bytes, companions })
    }

    /// The file, opened anew from its beginning.
    ///
    /// # Errors
    /// When the format is not known or nothing of the file can be read.
    pub(super) fn document(&self) -> Result<Opened, ProgramError> {
        let again = |file: &File| -> Result<File, ProgramError> {
            let unreadable = |source| ProgramError::Unreadable { path: self.name.clone(), source };
            let mut file = file.try_clone().map_err(unreadable)?;
            file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
            Ok(file)
        };
        let mut companions = Vec::new();
        for (name, file) in &self.companions {
            companions.push(Companion { name: name.clone(), bytes: Box::new(again(file)?) });
        }
        let bytes = Box::new(again(&self.bytes)?);
        let opened = Document::open(&self.name, bytes, companions, &ReadOptions::default());
        Opened::of(opened, || again(&self.bytes))
    }
}

/// The bytes of a kept file in a temporary file, which the system takes away when it is closed.
fn spool(
    store: &mut Store,
    hash: &str,
    key: Option<&PersonalKey>,
) -> Result<(File, u64), ProgramError> {
    let unwritable =
        |source| ProgramError::Unwritable { path: "a temporary file".to_owned(), source };
    let mut file = tempfile::tempfile().map_err(unwritable)?;
    let kept = store.file_with_key(hash, key, std::io::BufWriter::new(&mut file))?;
    file.seek(SeekFrom::Start(0)).map_err(unwritable)?;
    Ok((file, kept.length))
}
