//! Carrying out a command: open the record, put the question, print the answer.
//!
//! Belongs here: one short function for each command. Does not belong here: answers.

use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::CommandFactory;
use jiff::civil::Date;
use remnant_publish::answer::{self, Answer};
use remnant_publish::figure::FigureId;
use remnant_publish::{PublishError, View, brief, html, text};
use remnant_record::{AsOf, Folder, Record, Rule, shipped};

use crate::command::{Asked, BriefKind, Command, CommandLine, RecordCommand};
use crate::desk::Desk;
use crate::error::ProgramError;
use crate::{folder, print, project, web};

type Answered = Result<ExitCode, ProgramError>;

/// Carries out a command. `today` stands for a day that the person did not name.
pub(crate) fn run(line: CommandLine, today: Date) -> Answered {
    let folders = || -> Result<Vec<Folder>, ProgramError> {
        line.record.iter().map(|path| folder::open(path)).collect()
    };
    let ask = |asked: Asked, question: &dyn Fn(&View) -> Result<Answer, PublishError>| {
        let desk = Desk::open(folders()?)?;
        let view = desk.view(as_of(&asked, today));
        print_answer(&view, &question(&view)?, asked.json)
    };
    match line.command {
        Command::Status { states, counts, asked } => ask(asked, &|view| match states.as_slice() {
            _ if counts => Ok(answer::status::counts(view)),
            [] => Ok(answer::status::states(view)),
            names => answer::status::some(view, names),
        }),
        Command::Munition { id, asked } => ask(asked, &|view| match &id {
            Some(id) => answer::munition::munition(view, id),
            None => Ok(answer::munition::munitions(view)),
        }),
        Command::Law { exporter, recipient, transit, munition, asked } => ask(asked, &|view| {
            let parties = answer::law::Parties {
                exporter: &exporter,
                recipient: &recipient,
                transit: &transit,
                munition: &munition,
            };
            answer::law::law(view, &parties)
        }),
        Command::History { subject, asked } => {
            ask(asked, &|view| answer::history::history(view, &subject))
        }
        Command::Requests { asked } => ask(asked, &|view| Ok(answer::requests::requests(view))),
        Command::Timeline { asked } => ask(asked, &|view| Ok(answer::timeline::timeline(view))),
        Command::Sources { id, asked } => ask(asked, &|view| match &id {
            Some(id) => answer::sources::source(view, id),
            None => Ok(answer::sources::sources(view)),
        }),
        Command::Incidents { asked } => ask(asked, &|view| Ok(answer::incidents::incidents(view))),
        Command::Explain { figure, project, asked } => match figure.parse() {
            Ok(id @ FigureId::Estimate { .. }) => {
                project::explain_estimate(&id, project.as_deref(), &asked, &Desk::open(folders()?)?)
            }
            _ => ask(asked, &|view| answer::explain::explain(view, &figure)),
        },
        Command::Brief { kind } => write_brief(kind, folders()?, today),
        Command::Record { command: RecordCommand::Add { folder, desk } } => {
            project::add_to_record(folder::open(&folder)?, &desk)
        }
        Command::Record { command: RecordCommand::Check { folders: more, alone, json } } => {
            let mut all: Vec<Folder> = if alone { Vec::new() } else { vec![shipped()] };
            all.extend(folders()?);
            for path in &more {
                all.push(folder::open(path)?);
            }
            check(&all, json)
        }
        Command::Init { project, author } => project::init(&project, author.as_deref()),
        Command::Source { command } => project::source(command),
        Command::Read(command) => project::read(*command),
        Command::Enter(command) => project::enter(command),
        Command::Show(command) => project::show(&command),
        Command::PickLists(command) => project::pick_lists(&command),
        Command::Area { command } => project::area(command),
        Command::Release { command } => project::release(*command),
        Command::Review { command } => project::review(command),
        Command::Cmrs { command } => project::cmrs(command),
        Command::Estimate(command) => project::contamination(&command, &Desk::open(folders()?)?),
        Command::Plan { command } => project::plan(&command, &Desk::open(folders()?)?),
        Command::Journal(command) => project::journal(command),
        Command::Check { json, desk } => project::check(&desk, json),
        Command::Rebuild { desk } => project::rebuild(&desk),
        Command::Bundle { command } => project::bundle(command),
        Command::Key { command } => project::key(command),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut CommandLine::command(), "remnant", &mut script);
            print::bytes(&script)
        }
        Command::Manual => {
            let mut page = Vec::new();
            // Writing into memory cannot fail; an empty page would be seen at once.
            let _written = clap_mangen::Man::new(CommandLine::command()).render(&mut page);
            print::bytes(&page)
        }
        Command::Serve { project, port, address, no_open } => {
            // A project that cannot be opened is told here, not on each page.
            project::pages::can_be_opened(&project)?;
            let open = web::Open::new(Desk::open(folders()?)?, Some(project));
            web::serve(open, (address, port), !no_open)
        }
        Command::Demo { port, no_open } => {
            let open = web::Open::new(Desk::open(folders()?)?, None);
            web::serve(open, (Ipv4Addr::LOCALHOST.into(), port), !no_open)
        }
    }
}

fn as_of(asked: &Asked, today: Date) -> AsOf {
    AsOf { on: asked.on.unwrap_or(today), known_by: asked.known_by.unwrap_or(today) }
}

fn print_answer(view: &View, answer: &Answer, json: bool) -> Answered {
    let printed = if json {
        format!("{:#}\n", answer.json(view))
    } else {
        format!(
            "{}\nOn {}, as known by {}.\n",
            text::text(&answer.document, text::WIDTH),
            view.as_of.on,
            view.as_of.known_by
        )
    };
    print::bytes(printed.as_bytes())
}

fn write_brief(kind: BriefKind, folders: Vec<Folder>, today: Date) -> Answered {
    let BriefKind::Transfer { id, quantity, output, text: as_text, asked } = kind;
    let desk = Desk::open(folders)?;
    let view = desk.view(as_of(&asked, today));
    let answer = brief::transfer(&view, &id, quantity)?;
    if as_text || asked.json {
        return print_answer(&view, &answer, asked.json);
    }
    let explanations = answer::explain::explanations(&view, &answer.document)?;
    let further = answer::explain::further_sources(&view, &answer.document, &explanations);
    let file = html::one_file(&answer.document, &explanations, &further);
    if output.as_deref() == Some(Path::new("-")) {
        return print::bytes(file.as_bytes());
    }
    let path = output.unwrap_or_else(|| {
        let AsOf { on, known_by } = view.as_of;
        PathBuf::from(format!("brief-{id}-on-{on}-known-by-{known_by}.html"))
    });
    fs::write(&path, file)
        .map_err(|source| ProgramError::Unwritable { path: path.display().to_string(), source })?;
    print::bytes(format!("{}\n", path.display()).as_bytes())
}

/// Checks folders beside one another; findings of all of them, in one run.
fn check(folders: &[Folder], json: bool) -> Answered {
    let (findings, record) = match Record::read(folders) {
        Ok(read) => (read.notes, Some(read.record)),
        Err(findings) => (findings, None),
    };
    let errors = findings.iter().filter(|finding| finding.is_error()).count();
    let mut out = String::new();
    if json {
        out = format!("{:#}\n", serde_json::json!({ "errors": errors, "findings": findings }));
    } else {
        for finding in &findings {
            out.push_str(&text::printable(&format!("{finding}\n")));
        }
        let broken: Vec<&Rule> =
            Rule::ALL.iter().filter(|rule| findings.iter().any(|f| f.rule == **rule)).collect();
        if !broken.is_empty() {
            out.push_str("\nWhat to do:\n");
        }
        for rule in broken {
            out.push_str(&format!("  {rule}: {}\n", rule.help()));
        }
        if let Some(record) = record {
            let rows: Vec<String> =
                record.row_counts().iter().map(|(table, rows)| format!("{table} {rows}")).collect();
            let statements = record.statements().len();
            out.push_str(&format!("\nRead: {} rows ({}), ", record.rows().len(), rows.join(", ")));
            out.push_str(&format!("which make {statements} statements.\n"));
        }
        let notes = findings.len() - errors;
        out.push_str(&format!("\n{errors} error(s), {notes} note(s).\n"));
    }
    print::bytes(out.as_bytes())?;
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use clap::Parser;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_copy_of_the_record_is_sound_alone_and_twice_said_beside_the_record() {
        let directory = tempfile::tempdir().unwrap();
        for (name, bytes) in shipped().files {
            fs::write(directory.path().join(name), bytes).unwrap();
        }
        let folder = directory.path().to_str().unwrap();
        let checked = |options: &[&str]| {
            let line = [&["remnant", "record", "check", "--json"], options, &[folder]].concat();
            run(CommandLine::try_parse_from(line).unwrap(), date(2026, 11, 23)).unwrap()
        };
        assert_eq!(checked(&["--alone"]), ExitCode::SUCCESS);
        assert_eq!(checked(&[]), ExitCode::FAILURE);
        assert!(CommandLine::try_parse_from(["remnant", "record", "check", "--alone"]).is_err());
    }
}
