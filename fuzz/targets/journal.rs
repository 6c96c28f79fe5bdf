//! What other copies send: bundles byte by byte, entries whose hashes are right, and the events of
//! land release among them.
//!
//! The first byte chooses which.

#![no_main]

use std::cell::RefCell;

use libfuzzer_sys::fuzz_target;
use remnant_fuzz::choices::Choices;
use remnant_fuzz::journal::{Project, entries, stamp};
use remnant_fuzz::ledger;
use remnant_land_release::{Event, ReviewStep};
use remnant_store::{Entry, StoreError, read_bundle, write_bundle_line};

thread_local! {
    static PROJECT: RefCell<Project> = RefCell::new(Project::make());
}

fuzz_target!(|bytes: &[u8]| {
    let (mut kinds, rest) = Choices::split(bytes, 1);
    match kinds.below(4) {
        0 => read(rest),
        1 => {
            let entries = entries(&String::from_utf8_lossy(rest));
            PROJECT.with_borrow_mut(|project| receive(project, &entries));
        }
        2 => {
            let lines = || rest.split(|byte| *byte == b'\n');
            ledger::hold(
                lines()
                    .filter_map(|line| serde_json::from_slice(line).ok())
                    .collect::<Vec<Event>>(),
            );
            for step in lines().filter_map(|line| serde_json::from_slice::<ReviewStep>(line).ok()) {
                serde_json::to_string(&step).expect("a review step is written");
            }
        }
        _ => ledger::hold(ledger::events(rest)),
    }
});

fn read(bytes: &[u8]) {
    let mut ended = false;
    for entry in read_bundle(bytes) {
        assert!(!ended, "reading goes on after a fault");
        match entry {
            Ok(entry) => {
                let line = write_bundle_line(&entry).expect("an entry is written");
                let again: Vec<_> = read_bundle(line.as_bytes()).collect();
                assert!(matches!(&again[..], [Ok(same)] if *same == entry), "{again:?}");
            }
            Err(error) => {
                assert_helpful(&error);
                ended = true;
            }
        }
    }
}

fn receive(project: &mut Project, entries: &[Entry]) {
    if entries.is_empty() {
        return;
    }
    let sent = || entries.iter().cloned().map(Ok::<_, StoreError>);
    let store = project.store();
    match store.receive(&stamp(), sent()) {
        Err(error) => {
            assert_helpful(&error);
            let kept = store.describe().expect("the store is described").entries;
            assert!(kept.is_empty(), "refused, and {kept:?} were kept");
        }
        Ok(received) => {
            assert_eq!(received.new + received.known, entries.len() as u64);
            let again = store.receive(&stamp(), sent()).expect("the same again");
            assert_eq!((again.new, again.known), (0, entries.len() as u64));
            for line in store.check().expect("the store is checked") {
                // Copies send parts, so a number may be missing or follow another entry.
                let of_copies = line.invariant.starts_with("no entry");
                assert!(line.holds || of_copies, "{}: {}", line.invariant, line.told);
            }
            store.conflicts().expect("conflicts are told");
            store.rebuild().expect("it is made anew");
            project.begin_anew();
        }
    }
}

fn assert_helpful(error: &StoreError) {
    assert!(!error.to_string().is_empty() && !error.help().is_empty(), "{error:?}");
}
