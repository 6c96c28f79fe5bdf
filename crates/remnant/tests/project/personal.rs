//! Names, telephone numbers and victims' identity: kept apart under a key, or not at all.

use std::fs;
use std::io::Read;

use crate::desk::Desk;

const NAME: &str = "Souksavanh Phommachanh";
const TELEPHONE: &str = "020 5550 1234";

fn victims() -> String {
    format!(
        "id,date,name,telephone,sex,age,injured or killed\n\
         1,2024-01-02,{NAME},{TELEPHONE},female,34,injured\n"
    )
}

const READ: [&str; 5] = ["read", "hospital", "--as", "victims", "--take-in"];

/// Every byte of the project in which somebody could look for a name, unpacked where it is packed.
fn all_bytes(desk: &Desk) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in fs::read_dir(desk.path("")).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_string_lossy().starts_with("project.gpkg") {
            bytes.extend(fs::read(path).unwrap());
        }
    }
    let connection = rusqlite::Connection::open(desk.path("project.gpkg")).unwrap();
    let mut statement = connection.prepare("SELECT bytes FROM taken_in_chunk").unwrap();
    let pieces = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
    for piece in pieces.map(Result::unwrap) {
        let mut plain = Vec::new();
        // What is sealed cannot be unpacked, which is as it should be.
        let _sealed = flate2::read::ZlibDecoder::new(&piece[..]).read_to_end(&mut plain);
        bytes.extend(plain);
    }
    bytes
}

fn holds(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}

#[test]
fn a_file_with_personal_data_is_not_kept_without_a_key() {
    let desk = Desk::geopackage();
    desk.write("victims.csv", victims());
    let before = desk.hash();
    let told = desk.is_refused(&crate::desk::keeping("victims.csv", "hospital"));
    assert!(told.contains("`name`") && told.contains("`telephone`"), "{told}");
    assert!(told.contains("--key"), "{told}");
    assert_eq!(desk.hash(), before, "nothing was written");
}

#[test]
fn personal_data_are_kept_apart_under_a_key_and_nowhere_in_clear() {
    for desk in Desk::each() {
        desk.write("victims.csv", victims());
        desk.does(&["key", "new", "people.key"]);
        let keep = crate::desk::keeping("victims.csv", "hospital");
        desk.does(&[&keep[..], &["--key", "people.key"]].concat());
        let before = desk.journal();
        // Refused as it is, and in every way in which the key is missing or is not one.
        for (more, told) in [
            (&["--key", "people.key"][..], "personal data, and they are refused"),
            (&[], "is kept under the key"),
            (&["--personal", "separate"], "is kept under the key"),
            (&["--personal", "separate", "--key", "nowhere.key"], "cannot be read"),
            (&["--personal", "separate", "--key", "victims.csv"], "is not a key file"),
        ] {
            let error = desk.is_refused(&[&READ[..], more].concat());
            assert!(error.contains(told), "{more:?}: {error}");
        }
        desk.does(&["key", "new", "another.key"]);
        let wrong = ["--personal", "separate", "--key", "another.key"];
        let error = desk.is_refused(&[&READ[..], &wrong].concat());
        assert!(error.contains("is kept under the key"), "{error}");
        assert_eq!(desk.journal(), before, "nothing was entered");

        let right = ["--personal", "separate", "--key", "people.key"];
        let out = desk.does(&[&READ[..], &right].concat());
        assert!(out.contains("Taken in: 1 new"), "{out}");
        desk.does(&["bundle", "give", "all.bundle"]);
        let printed = [desk.does(&["journal"]), desk.does(&["check"])].concat();
        let given = fs::read(desk.path("all.bundle")).unwrap();
        for words in [NAME, TELEPHONE] {
            assert!(!printed.contains(words) && !holds(&given, words), "{words}");
        }
        if desk.backend() == "GeoPackage" {
            let connection = rusqlite::Connection::open(desk.path("project.gpkg")).unwrap();
            let sealed: i64 = connection
                .query_row("SELECT count(*) FROM personal", [], |row| row.get(0))
                .unwrap();
            assert_eq!(sealed, 2, "name and telephone");
            let bytes = all_bytes(&desk);
            assert!(!holds(&bytes, NAME) && !holds(&bytes, TELEPHONE));
            // That it would be found if it were there.
            assert!(holds(&bytes, "female"));
        }
        desk.is_sound();
    }
}

#[test]
fn personal_data_are_left_out_where_that_is_said() {
    let desk = Desk::geopackage();
    desk.write("victims.csv", victims());
    desk.does(&["key", "new", "people.key"]);
    let keep = crate::desk::keeping("victims.csv", "hospital");
    desk.does(&[&keep[..], &["--key", "people.key"]].concat());
    desk.does(&[&READ[..], &["--personal", "drop", "--key", "people.key"]].concat());
    let bytes = all_bytes(&desk);
    assert!(!holds(&bytes, NAME) && !holds(&bytes, TELEPHONE) && holds(&bytes, "female"));
    let connection = rusqlite::Connection::open(desk.path("project.gpkg")).unwrap();
    let sealed: i64 =
        connection.query_row("SELECT count(*) FROM personal", [], |row| row.get(0)).unwrap();
    assert_eq!(sealed, 0);
    desk.is_sound();
}

#[test]
fn a_key_is_for_its_owner_alone_and_is_never_written_over() {
    let desk = Desk::empty();
    let told = desk.does(&["key", "new", "people.key"]);
    assert!(told.contains("Keep a copy apart from the project"), "{told}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(desk.path("people.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let before = crate::desk::hash_of(&desk.path("people.key"));
    desk.is_refused(&["key", "new", "people.key"]);
    assert_eq!(crate::desk::hash_of(&desk.path("people.key")), before);
}
