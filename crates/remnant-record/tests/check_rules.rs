//! The rules of a record folder, one by one, where the folder of planted faults does not pin them.

use proptest::prelude::*;
use remnant_record::{Finding, Folder, Record, Rule, TableName, shipped};

fn folder(name: &str, files: &[(&str, &[u8])]) -> Folder {
    let files = files.iter().map(|(file, bytes)| ((*file).to_owned(), bytes.to_vec())).collect();
    Folder { name: name.to_owned(), files }
}

fn check(files: &[(&str, &str)]) -> Vec<(String, u64, Option<String>, Rule)> {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(f, t)| (*f, t.as_bytes())).collect();
    told(Record::read(&[shipped(), folder("own", &files)]))
}

fn told(
    read: Result<remnant_record::Read, Vec<Finding>>,
) -> Vec<(String, u64, Option<String>, Rule)> {
    let findings = match read {
        Ok(read) => read.notes,
        Err(findings) => findings,
    };
    let own = findings.into_iter().filter(|finding| finding.folder != "record");
    own.map(|f| (f.file, f.line, f.column, f.rule)).collect()
}

fn at(file: &str, line: u64, column: &str, rule: Rule) -> (String, u64, Option<String>, Rule) {
    (file.to_owned(), line, (!column.is_empty()).then(|| column.to_owned()), rule)
}

const SOURCES: &str = "\
source_id,title,author_publisher,date_published,url,kind,accessed,note
x-a,Annual report,Exampleland Mine Action Centre (invented),2025-03-10,,NGO report,2026-01-15,
";
const DUD_RATES: &str = "id,munition_id,submunition_id,context,place,year,n_tested,n_duds,\
rate_low_pct,rate_high_pct,rate_point_pct,conditions,claimed_by,source_id,evidence,same_origin_as,\
note\n";

fn dud_rate(id: &str, same_origin_as: &str) -> String {
    format!(
        "{id},m864,m42-m46,ngo estimate,Exampleville (invented),,,,,,5,,nobody,x-a,estimate,\
         {same_origin_as},\n"
    )
}

fn dud_rates(rows: &[(&str, &str)]) -> String {
    let rows: String = rows.iter().map(|(id, origin)| dud_rate(id, origin)).collect();
    format!("{DUD_RATES}{rows}")
}

#[test]
fn a_reference_into_the_shipped_record_resolves_and_one_to_nowhere_does_not() {
    let rates = dud_rates(&[("x-1", "dr-001")]);
    assert_eq!(check(&[("sources.csv", SOURCES), ("dud_rates.csv", &rates)]), []);
    // Without the shipped record the munition, the submunition and the origin are not there.
    let alone = Record::read(&[folder(
        "own",
        &[("sources.csv", SOURCES.as_bytes()), ("dud_rates.csv", rates.as_bytes())],
    )]);
    let broken = |column| at("dud_rates.csv", 2, column, Rule::BrokenReference);
    assert_eq!(
        told(alone),
        [broken("munition_id"), broken("same_origin_as"), broken("submunition_id")]
    );
}

#[test]
fn a_row_at_fault_breaks_no_reference_to_it() {
    let sources = SOURCES.replace("2025-03-10", "10.03.2025");
    let rates = dud_rates(&[("x-1", "")]);
    assert_eq!(
        check(&[("sources.csv", &sources), ("dud_rates.csv", &rates)]),
        [at("sources.csv", 2, "date_published", Rule::BadDate)]
    );
}

#[test]
fn an_id_is_given_once_whatever_the_folder_and_the_table() {
    let taken = SOURCES.replace("x-a", "messenger-2023");
    assert_eq!(
        check(&[("sources.csv", &taken)]),
        [at("sources.csv", 2, "source_id", Rule::DuplicateId)]
    );
    // `m864` is a munition; a dud rate of that id would make `m864#note` mean two statements.
    let rates = dud_rates(&[("m864", "")]);
    assert_eq!(
        check(&[("sources.csv", SOURCES), ("dud_rates.csv", &rates)]),
        [at("dud_rates.csv", 2, "id", Rule::DuplicateId)]
    );
    let first = folder("first", &[("sources.csv", SOURCES.as_bytes())]);
    let second = folder("second", &[("sources.csv", SOURCES.as_bytes())]);
    let findings = Record::read(&[shipped(), first, second]).expect_err("twice the same id");
    let errors: Vec<_> = findings.iter().filter(|f| f.is_error()).collect();
    assert_eq!((errors.len(), errors[0].folder.as_str()), (1, "second"));
    assert!(errors[0].message.contains("first/sources.csv:2"), "{}", errors[0]);
}

#[test]
fn circles_of_one_two_and_three_rows_are_told_for_each_row_in_them_and_no_other() {
    let circle = |rows: &[(&str, &str)], in_it: &[u64]| {
        let expected: Vec<_> = in_it
            .iter()
            .map(|line| at("dud_rates.csv", *line, "same_origin_as", Rule::SameOriginCircle))
            .collect();
        let rates = dud_rates(rows);
        assert_eq!(check(&[("sources.csv", SOURCES), ("dud_rates.csv", &rates)]), expected);
    };
    circle(&[("x-1", "x-1"), ("x-2", "x-1")], &[2]);
    circle(&[("x-1", "x-2"), ("x-2", "x-1"), ("x-3", "x-2")], &[2, 3]);
    circle(&[("x-1", "x-2"), ("x-2", "x-3"), ("x-3", "x-1"), ("x-4", "x-1")], &[2, 3, 4]);
    circle(&[("x-1", "x-2"), ("x-2", "x-3"), ("x-3", "dr-001")], &[]);
}

#[test]
fn a_quote_that_is_never_closed_is_one_finding_and_its_rows_are_not_missed_elsewhere() {
    let sources =
        SOURCES.replace("x-a,Annual", "x-0,\"Annual") + "x-a,B,C,2025,,press,2026-01-15,\n";
    let rates = dud_rates(&[("x-1", "")]);
    for end in ["\n", "\r\n"] {
        let sources = sources.replace('\n', end);
        assert_eq!(
            check(&[("sources.csv", &sources), ("dud_rates.csv", &rates)]),
            [at("sources.csv", 2, "", Rule::UnclosedQuote)]
        );
    }
}

/// The shipped record and a table with line breaks in a cell, in the ways in which people save them.
#[test]
fn a_byte_order_mark_and_the_ends_of_lines_change_nothing() {
    let sources =
        SOURCES.replace("2026-01-15,", "2026-01-15,\"two\nlines\"") + "x-b,T,P,,,web,2025,\n";
    let read = |text: &[u8]| {
        let own = folder("own", &[("sources.csv", text)]);
        Record::read(&[shipped(), own]).expect("sound")
    };
    let plain = read(sources.as_bytes());
    let marked = read(format!("\u{FEFF}{sources}").as_bytes());
    assert_eq!(plain.record.rows(), marked.record.rows());
    let crlf = read(sources.replace('\n', "\r\n").as_bytes());
    assert_eq!(plain.notes, crlf.notes, "the same findings on the same lines");
    let rows = crlf.record.rows().iter().zip(plain.record.rows());
    for (crlf, plain) in rows.filter(|(_, plain)| plain.folder == "own") {
        assert_eq!((crlf.line, crlf.id()), (plain.line, plain.id()));
        for column in plain.table.columns() {
            let unix = crlf.get(column.name).map(|cell| cell.replace("\r\n", "\n"));
            assert_eq!(unix.as_deref(), plain.get(column.name));
        }
    }
}

#[test]
fn the_whole_shipped_record_reads_equal_with_other_line_ends() {
    let mut crlf = shipped();
    for (_, bytes) in &mut crlf.files {
        let text = String::from_utf8(bytes.clone()).expect("UTF-8");
        *bytes = text.replace('\n', "\r\n").into_bytes();
    }
    let (crlf, plain) = (Record::read(&[crlf]), Record::read(&[shipped()]));
    let (crlf, plain) = (crlf.expect("sound"), plain.expect("sound"));
    assert_eq!(crlf.notes, plain.notes);
    assert!(crlf.record.rows() == plain.record.rows());
    assert!(crlf.record.statements() == plain.record.statements());
}

#[test]
fn blank_means_not_seen_and_neither_none_nor_unknown() {
    let stock = "id,holder_country,munition_id,quantity_munitions,quantity_submunitions,as_of,\
                 source_id,note\n\
                 x-1,Exampleland (invented),,0,,,x-a,\n";
    let files = [("sources.csv", SOURCES.as_bytes()), ("stockpiles.csv", stock.as_bytes())];
    let record = Record::read(&[shipped(), folder("own", &files)]).expect("sound").record;
    let row = record.stockpiles.iter().find(|s| s.cited.id == "x-1").expect("taken in");
    assert_eq!((row.munitions, row.submunitions, row.as_of), (Some(0), None, None));
    assert!(record.statement("x-1#quantity_munitions").is_some());
    assert!(record.statement("x-1#quantity_submunitions").is_none());
    assert!(record.statement("x-1#note").is_none());
}

#[test]
fn a_note_alone_refuses_nothing() {
    let undated = SOURCES.replace("2025-03-10", "");
    let own = folder("own", &[("sources.csv", undated.as_bytes())]);
    let read = Record::read(&[shipped(), own]).expect("a remark refuses nothing");
    let notes: Vec<_> = read.notes.iter().filter(|note| note.folder == "own").collect();
    assert_eq!(notes.len(), 1);
    assert!(!notes[0].is_error());
    assert!(notes[0].rule.help().contains("known_from"));
}

#[test]
fn a_count_of_duds_without_the_number_tested_is_told_and_not_dropped() {
    let row = "x-1,,m42-m46,ngo estimate,Exampleville (invented),,,12,,,,,nobody,x-a,estimate,,\n";
    let rates = format!("{DUD_RATES}{row}");
    assert_eq!(
        check(&[("sources.csv", SOURCES), ("dud_rates.csv", &rates)]),
        [at("dud_rates.csv", 2, "rate_point_pct", Rule::NothingSaid)]
    );
}

#[test]
fn numbers_are_digits_with_a_point() {
    for (written, rule) in [
        ("1e1", Some(Rule::BadNumber)),
        ("+5", Some(Rule::BadNumber)),
        ("inf", Some(Rule::BadNumber)),
        ("NaN", Some(Rule::BadNumber)),
        (".5", Some(Rule::BadNumber)),
        ("-0", Some(Rule::ImpossibleNumber)),
        ("100.1", Some(Rule::ImpossibleNumber)),
        ("0", None),
        ("100", None),
        ("2.35", None),
    ] {
        let rates = dud_rates(&[("x-1", "")]).replace(",,5,", &format!(",,{written},"));
        let told: Vec<_> = check(&[("sources.csv", SOURCES), ("dud_rates.csv", &rates)])
            .into_iter()
            .map(|(.., rule)| rule)
            .collect();
        assert_eq!(told, rule.into_iter().collect::<Vec<_>>(), "{written}");
    }
}

#[test]
fn one_missing_column_is_one_finding_however_many_rows_lack_it() {
    let incidents = "id,conflict,country_iso3,place,admin1,latitude,longitude,location_basis,\
        date_from,date_to,date_precision,munition_id,submunition_id,munitions_low,munitions_high,\
        remnants_reported,attributed_to,attribution_by,casualties_killed,casualties_injured,\
        source_id,note\n\
        x-1,Invented,XEX,A (invented),,0.1,0.2,centroid,2001,,year,,,,,unknown,,,,,x-a,\n\
        x-2,Invented,XEX,B (invented),,0.1,0.2,centroid,2001,,year,,,,,unknown,,,,,x-a,\n";
    assert_eq!(
        check(&[("sources.csv", SOURCES), ("use_incidents.csv", incidents)]),
        [at("use_incidents.csv", 1, "location_uncertainty_m", Rule::MissingColumn)]
    );
    let without_ids = SOURCES.replace("source_id,", "").replace("x-a,", "");
    let rates = dud_rates(&[("x-1", ""), ("x-2", "")]);
    assert_eq!(
        check(&[("sources.csv", &without_ids), ("dud_rates.csv", &rates)]),
        [at("sources.csv", 1, "source_id", Rule::MissingColumn)]
    );
}

#[test]
fn a_file_split_by_semicolons_is_one_finding() {
    let rates = dud_rates(&[("x-1", "")]);
    assert_eq!(
        check(&[("sources.csv", &SOURCES.replace(',', ";")), ("dud_rates.csv", &rates)]),
        [at("sources.csv", 1, "", Rule::UnknownColumn)]
    );
}

#[test]
fn a_file_that_is_named_like_a_table_is_not_passed_over_silently() {
    for file in ["Sources.csv", "SOURCES.CSV", "sources.xlsx", "sources.csv.txt", "notes.csv"] {
        assert_eq!(check(&[(file, SOURCES)]), [at(file, 1, "", Rule::UnknownFile)], "{file}");
    }
    for file in ["README.md", "LICENSE", ".gitattributes", "map.png"] {
        assert_eq!(check(&[(file, "anything")]), [], "{file}");
    }
}

#[test]
fn what_a_row_says_against_itself_is_told_beside_its_bad_cell() {
    let row = "x-1,,m42-m46,guess,Exampleville (invented),,,,9,3,,,nobody,x-a,estimate,,\n";
    assert_eq!(
        check(&[("sources.csv", SOURCES), ("dud_rates.csv", &format!("{DUD_RATES}{row}"))]),
        [
            at("dud_rates.csv", 2, "context", Rule::UnknownWord),
            at("dud_rates.csv", 2, "rate_high_pct", Rule::LowAboveHigh),
        ]
    );
}

#[test]
fn every_row_of_a_sound_record_is_in_its_typed_list() {
    let record = Record::read(&[shipped()]).expect("sound").record;
    let typed = |table| match table {
        TableName::Sources | TableName::IncidentSources | TableName::LegalSources => None,
        TableName::Munitions => Some(record.munitions.len()),
        TableName::Submunitions => Some(record.submunitions.len()),
        TableName::DudRates => Some(record.dud_rates.len()),
        TableName::Stockpiles => Some(record.stockpiles.len()),
        TableName::Outcomes => Some(record.outcomes.len()),
        TableName::UseIncidents => Some(record.use_incidents.len()),
        TableName::RemnantAccidents => Some(record.accidents.len()),
        TableName::TreatyStatus => Some(record.participations.len()),
        TableName::Obligations => Some(record.obligations.len()),
        TableName::NationalRules => Some(record.national_rules.len()),
        TableName::Timeline => Some(record.events.len()),
        TableName::InformationRequests => Some(record.requests.len()),
        TableName::Statements => Some(record.general.len()),
        TableName::Transfers => Some(record.transfers.len()),
        TableName::Readings => Some(record.readings.len()),
        TableName::PublishedDeadlines => Some(record.deadlines.len()),
        TableName::ClearanceProductivity => Some(record.clearance.len()),
    };
    let mut of_sources = 0;
    for (table, rows) in record.row_counts() {
        match typed(table) {
            Some(count) => assert_eq!(count, rows, "{table}"),
            None => of_sources += rows,
        }
    }
    assert_eq!(record.sources().len(), of_sources);
}

#[test]
fn the_page_on_the_format_names_every_table_every_column_and_every_rule() {
    let page = include_str!("../../../docs/record-format.md");
    for table in TableName::ALL {
        let title = format!("### `{}`", table.file());
        let (_, section) = page.split_once(&title).unwrap_or_else(|| panic!("no {title}"));
        let section = section.split("\n### ").next().unwrap_or_default();
        for column in table.columns() {
            assert!(section.contains(&format!("`{}`", column.name)), "{title}: {}", column.name);
        }
    }
    for rule in Rule::ALL {
        let line = page
            .lines()
            .find(|line| line.starts_with(&format!("| `{}` |", rule.name())))
            .unwrap_or_else(|| panic!("no rule {rule}"));
        assert!(line.contains(rule.help()), "{rule}: the page helps otherwise than the program");
    }
}

/// The example of the page, as a person would copy it.
#[test]
fn the_example_of_the_page_on_the_format_is_a_sound_folder() {
    let page = include_str!("../../../docs/record-format.md");
    let block = |file: &str| {
        let (_, after) = page.split_once(&format!("`my-record/{file}`:")).expect("the file");
        let (_, code) = after.split_once("```csv\n").expect("its code");
        code.split("```").next().expect("its end").to_owned()
    };
    let (sources, rates) = (block("sources.csv"), block("dud_rates.csv"));
    assert_eq!(check(&[("sources.csv", &sources), ("dud_rates.csv", &rates)]), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Read alone: what is between the folders is the business of other tests.
    #[test]
    fn no_bytes_in_any_file_make_the_reader_panic(
        table in 0..TableName::ALL.len(),
        bytes in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let file = TableName::ALL[table].file();
        let _read_or_refused = Record::read(&[folder("own", &[(file, &bytes)])]);
    }

    /// Under a sound header, with cells that come close to sound ones.
    #[test]
    fn no_cells_in_any_table_make_the_reader_panic(
        table in 0..TableName::ALL.len(),
        cells in prop::collection::vec(
            "|x-1|x-2|x-1;x-2|2023|2023-13|9999-12-31|0000|0|-1|1e9|99999999999999999999|yes|CCM|LAO\
             |range|not seen|count|date|reference|[ -~]{0,6}|\\PC{0,3}",
            60..120,
        ),
    ) {
        let table = TableName::ALL[table];
        let header: Vec<_> = table.columns().iter().map(|column| column.name).collect();
        let mut text = header.join(",") + "\n";
        for row in cells.chunks(header.len()) {
            let quoted: Vec<_> =
                row.iter().map(|c| format!("\"{}\"", c.replace('"', "\"\""))).collect();
            text += &(quoted.join(",") + "\n");
        }
        let files = [(table.file(), text.as_bytes())];
        if let Ok(read) = Record::read(&[folder("own", &files)]) {
            prop_assert!(read.notes.iter().all(|note| !note.is_error()));
        }
    }
}
