//! What can be wrong with a file, a disk or a server: a clear error with help, and the original as
//! it was.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::desk::{Desk, Said, entering, hash_of, keeping, points, refused};

/// Commands that read and commands that write, each as a person would try them.
const TRIED: [&[&str]; 8] = [
    &["check"],
    &["journal"],
    &["area", "list"],
    &["source", "list"],
    &["rebuild"],
    &["bundle", "holding"],
    &["enter", "evidence-point", "EP-1", "evidence_kind=submunition_found"],
    &["read", "hi-2024", "--as", "evidence-points", "--take-in"],
];

/// Every command is refused in words that hold `told`, and the file stays as it was.
fn every_command_is_refused(desk: &Desk, place: &str, told: &str) {
    let path = desk.path(place);
    let before = path.is_file().then(|| hash_of(&path));
    for words in TRIED {
        let words = [words, &["--project", place]].concat();
        let error = desk.is_refused(&words);
        assert!(error.contains(told), "{words:?}: {error}");
        assert!(error.contains(place), "{words:?} does not name the file: {error}");
    }
    assert_eq!(path.is_file().then(|| hash_of(&path)), before, "{place} was touched");
    for beside in ["-wal", "-shm", "-journal"] {
        let beside = desk.path(&format!("{place}{beside}"));
        assert!(!beside.exists(), "{} was left", beside.display());
    }
}

#[test]
fn a_project_that_is_not_there_is_not_made() {
    let desk = Desk::empty();
    every_command_is_refused(&desk, "nowhere.gpkg", "there is no project at");
    every_command_is_refused(&desk, "no/folder/project.gpkg", "there is no project at");
    assert_eq!(fs::read_dir(desk.path("")).unwrap().count(), 0);
}

#[test]
fn a_file_that_is_no_geopackage_is_not_touched() {
    let desk = Desk::empty();
    desk.write("letter.gpkg", "Dear colleague, ".repeat(500));
    desk.write("short.gpkg", "x");
    desk.write("zeros.gpkg", [0; 8192]);
    for place in ["letter.gpkg", "short.gpkg", "zeros.gpkg"] {
        every_command_is_refused(&desk, place, "is not a GeoPackage");
    }
    let plain = rusqlite::Connection::open(desk.path("plain.gpkg")).unwrap();
    plain.execute_batch("CREATE TABLE something (a)").unwrap();
    drop(plain);
    every_command_is_refused(&desk, "plain.gpkg", "is not a GeoPackage");
    // A GeoPackage of somebody else, by its mark.
    let others = rusqlite::Connection::open(desk.path("others.gpkg")).unwrap();
    others.execute_batch("PRAGMA application_id = 1196444487; CREATE TABLE trees (a)").unwrap();
    drop(others);
    every_command_is_refused(&desk, "others.gpkg", "holds no project of Remnant");
    for place in ["letter.gpkg", "plain.gpkg", "others.gpkg"] {
        let before = hash_of(&desk.path(place));
        let told = desk.is_refused(&["init", place]);
        assert!(told.contains("is there already"), "{told}");
        assert_eq!(hash_of(&desk.path(place)), before);
    }
}

#[test]
fn a_project_of_a_newer_version_is_not_touched() {
    let desk = Desk::geopackage();
    desk.does(&entering("EP-1", "quantity=1"));
    let connection = rusqlite::Connection::open(desk.path("project.gpkg")).unwrap();
    connection
        .execute_batch(
            "UPDATE remnant_gate SET open = 1;
             INSERT INTO remnant_migration VALUES (999, 'x', '2031-01-01T00:00:00.000Z');
             UPDATE remnant_gate SET open = 0;",
        )
        .unwrap();
    drop(connection);
    every_command_is_refused(&desk, "project.gpkg", "was written by a newer version");
}

#[test]
fn a_project_in_a_database_that_is_not_there_or_holds_none_is_told() {
    let desk = Desk::empty();
    // Nobody listens on the port of discarded bytes.
    let place = "postgresql://nobody:secret-word@127.0.0.1:9/nothing";
    for words in TRIED {
        let words = [words, &["--project", place]].concat();
        let error = desk.is_refused(&words);
        assert!(error.contains("cannot be reached"), "{words:?}: {error}");
        assert!(!error.contains("secret-word"), "{words:?} tells a password: {error}");
    }
    let error = desk.is_refused(&["journal", "--project", "postgresql://a:secret-word@[::"]);
    assert!(!error.contains("secret-word"), "{error}");
    let Some(desk) = Desk::postgis() else {
        println!("skipped on PostGIS: REMNANT_TEST_POSTGRES names no server");
        return;
    };
    let told = desk.is_refused(&["init", desk.place()]);
    assert!(told.contains("is there already"), "{told}");
    let mut client = postgres::Client::connect(desk.place(), postgres::NoTls).unwrap();
    client.batch_execute("DROP TABLE remnant_migration").unwrap();
    for words in TRIED {
        let error = desk.is_refused(words);
        assert!(error.contains("holds no project of Remnant"), "{words:?}: {error}");
    }
}

/// Each page of the file in turn is overwritten: what was damaged is told, by an error with help or
/// by a broken invariant, and never by a panic, and never passes for sound.
#[test]
fn a_damaged_page_is_found_wherever_it_is() {
    let desk = Desk::geopackage();
    desk.write("points.csv", points(60));
    desk.keep("points.csv", "hi-2024");
    desk.take_in("hi-2024");
    desk.does(&entering("EP-1", "quantity=1"));
    let sound = fs::read(desk.path("project.gpkg")).unwrap();
    let told = |pragma: &str| {
        let connection = rusqlite::Connection::open(desk.path("project.gpkg")).unwrap();
        let sql = format!("PRAGMA {pragma}");
        connection.query_row(&sql, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    let (unused, size) = (told("freelist_count"), told("page_size") as usize);
    let pages = sound.len() / size;
    assert!(pages > 30, "{pages} pages");
    let mut passed = Vec::new();
    for page in 0..pages {
        let mut damaged = sound.clone();
        damaged[page * size..(page + 1) * size].fill(0xa5);
        desk.write("damaged.gpkg", &damaged);
        let before = hash_of(&desk.path("damaged.gpkg"));
        let words = ["check", "--project", "damaged.gpkg"];
        let said = desk.says(&words);
        match said.exit {
            Some(1) if said.out.contains("BROKEN") => assert_eq!(said.error, "", "page {page}"),
            Some(1) => drop(refused(said, &words)),
            Some(0) => passed.push(page),
            other => panic!("page {page}: {other:?}: {}", said.error),
        }
        // Whoever only asks gets an answer or an error; whoever enters something that is refused
        // has changed nothing.
        for words in [&["journal"][..], &["area", "list"], &["bundle", "holding"]] {
            let said = desk.says(&[words, &["--project", "damaged.gpkg"]].concat());
            assert!(matches!(said.exit, Some(0 | 1)), "page {page}: {}", said.error);
        }
        assert_eq!(hash_of(&desk.path("damaged.gpkg")), before, "page {page}");
        let words = [&entering("EP-2", "quantity=1")[..], &["--project", "damaged.gpkg"]].concat();
        let said = desk.says(&words);
        if said.exit != Some(0) {
            refused(said, &words);
            assert_eq!(hash_of(&desk.path("damaged.gpkg")), before, "page {page}");
        }
    }
    assert!(passed.len() as i64 <= unused, "pages {passed:?} were damaged and passed for sound");
}

/// Runs a script with rights over a file system of its own; `None`, and why, where that cannot be.
fn in_own_mounts(desk: &Desk, script: &str) -> Option<Said> {
    let sets_up = "mount -t tmpfs -o size=900k none small || exit 77; cd small;\n";
    fs::create_dir_all(desk.path("small")).unwrap();
    let mut command = Command::new("unshare");
    command
        .args(["--map-root-user", "--mount", "sh", "-c", &format!("{sets_up}{script}")])
        .current_dir(desk.path(""))
        .env("REMNANT", env!("CARGO_BIN_EXE_remnant"))
        .env("REMNANT_AUTHOR", "Ana")
        .env("REMNANT_PROJECT", "small.gpkg")
        .env("REMNANT_CLOCK", "2024-03-04T09:00:00Z");
    match command.output() {
        Err(error) => println!("skipped: unshare cannot be run: {error}"),
        Ok(output) => {
            let said = Said::from(output);
            if said.exit == Some(0) {
                return Some(said);
            }
            let could_not = said.error.contains("unshare") || said.error.contains("mount");
            assert!(could_not, "{}\n{}", said.out, said.error);
            println!("skipped: no file system of its own can be mounted here: {}", said.error);
        }
    }
    None
}

#[test]
fn a_full_disk_is_told_and_the_project_is_as_it_was() {
    let desk = Desk::empty();
    desk.write("points.csv", points(2_000));
    desk.write("small.csv", points(2));
    let script = r#"
        exec 2>&1
        $REMNANT init small.gpkg >/dev/null
        $REMNANT source add ../points.csv --source many --publisher HI --licence x >/dev/null
        $REMNANT source add ../small.csv --source few --publisher HI --licence x >/dev/null
        $REMNANT read few --as evidence-points --take-in >/dev/null
        sha256sum small.gpkg; $REMNANT journal --json | grep -c '"id"'
        echo "== import"; $REMNANT read many --as evidence-points --take-in; echo "exit $?"
        sha256sum small.gpkg; $REMNANT journal --json | grep -c '"id"'
        dd if=/dev/zero of=fill bs=1k 2>/dev/null
        for words in "enter evidence-point EP-1 quantity=1" "journal" "rebuild" \
            "source add ../points.csv --source again --publisher HI --licence x" "init other.gpkg"
        do echo "== $words"; $REMNANT $words >/dev/null; echo "exit $?"; done
        sha256sum small.gpkg
        rm fill
        $REMNANT journal --json | grep -c '"id"'
        $REMNANT check >/dev/null; echo "check $?"
        $REMNANT enter evidence-point EP-1 quantity=1 >/dev/null; echo "enter $?"
        $REMNANT init other.gpkg >/dev/null; echo "init $?"
    "#;
    let Some(said) = in_own_mounts(&desk, script) else { return };
    let lines: Vec<&str> = said.out.lines().collect();
    let hashes: Vec<&&str> = lines.iter().filter(|line| line.ends_with("small.gpkg")).collect();
    assert_eq!(hashes.len(), 3, "{}", said.out);
    assert!(hashes.iter().all(|hash| *hash == hashes[0]), "{}", said.out);
    let told = said.out.split("== ").skip(1).collect::<Vec<_>>();
    for part in &told {
        let name = part.lines().next().unwrap();
        let is_full = part.contains("error: there is no space left where")
            && part.contains("help: make room on the disk");
        if name == "journal" {
            assert!(part.contains("exit 0") || is_full, "{part}");
        } else {
            assert!(part.contains("exit 1") && is_full, "{part}");
        }
    }
    assert_eq!(told.len(), 6, "{}", said.out);
    for after in ["check 0", "enter 0", "init 0"] {
        assert!(lines.contains(&after), "{after}: {}", said.out);
    }
}

#[test]
fn a_project_that_can_only_be_read_is_read_and_says_so_when_something_is_entered() {
    let desk = Desk::empty();
    desk.write("points.csv", points(20));
    let script = r#"
        exec 2>&1
        $REMNANT init small.gpkg >/dev/null
        $REMNANT source add ../points.csv --source hi --publisher HI --licence x >/dev/null
        $REMNANT read hi --as evidence-points --take-in >/dev/null
        sha256sum small.gpkg
        mount -o remount,ro . || exit 77
        for words in "journal" "check" "area list" "bundle holding" "read hi --as evidence-points"
        do echo "== $words"; $REMNANT $words >/dev/null; echo "exit $?"; done
        for words in "enter evidence-point EP-1 quantity=1" "rebuild" \
            "source add ../points.csv --source again --publisher HI --licence x" \
            "read hi --as evidence-points --take-in"
        do echo "== write $words"; $REMNANT $words >/dev/null; echo "exit $?"; done
        sha256sum small.gpkg
    "#;
    let Some(said) = in_own_mounts(&desk, script) else { return };
    let hashes: Vec<&str> = said.out.lines().filter(|line| line.ends_with("small.gpkg")).collect();
    assert_eq!(hashes.len(), 2, "{}", said.out);
    assert_eq!(hashes[0], hashes[1]);
    for part in said.out.split("== ").skip(1) {
        let told = part.contains("can only be read") && part.contains("help: copy the project");
        let writes = part.starts_with("write");
        assert_eq!((part.contains("exit 1"), told), (writes, writes), "{part}");
    }
}

/// A file that is marked as not to be written, as one comes from a colleague's archive.
#[test]
fn a_read_only_file_is_not_written() {
    let desk = Desk::geopackage();
    desk.does(&entering("EP-1", "quantity=1"));
    let path = desk.path("project.gpkg");
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    if fs::OpenOptions::new().append(true).open(&path).is_ok() {
        println!("skipped: this user may write a file that is marked as read-only");
        return;
    }
    let before = hash_of(&path);
    desk.is_sound();
    let told = desk.is_refused(&entering("EP-2", "quantity=1"));
    assert!(told.contains("can only be read"), "{told}");
    assert_eq!(hash_of(&path), before);
}

/// A write that fails on the way leaves nothing, whatever the command was.
#[test]
fn what_cannot_be_written_beside_the_project_is_told_before_anything_is_entered() {
    let desk = Desk::geopackage();
    desk.write("points.csv", points(5));
    desk.does(&keeping("points.csv", "hi-2024"));
    let before = desk.journal();
    let read = ["read", "hi-2024", "--as", "evidence-points", "--take-in"];
    for more in [
        ["--report", "no/folder/findings.csv"],
        ["--report", "no/folder/findings.html"],
        ["--report", "findings.docx"],
        ["--save-mapping", "no/folder/mapping.json"],
        ["--mapping", "points.csv"],
    ] {
        desk.is_refused(&[&read[..], &more].concat());
        assert_eq!(desk.journal(), before, "{more:?}: refused, and yet entered");
    }
    assert!(Path::new(&desk.path("points.csv")).exists());
}
