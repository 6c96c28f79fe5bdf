//! Files of files: shapefiles with their companions, and archives (XLSX, ODS, KMZ, zip of tables or
//! of shapefiles); also older workbooks.
//!
//! The first byte chooses what is made of the rest, the two after it the settings of reading. Parts
//! of an input stand between lines of `%%`. Archives are put together here from names and contents
//! by turns, so that a changed byte changes a member and not only a checksum; some are damaged
//! afterwards by the first part, three bytes for each place: where, and what is changed there.

#![no_main]

use std::io::{Cursor, Write};

use libfuzzer_sys::fuzz_target;
use remnant_fuzz::choices::{Choices, parts};
use remnant_fuzz::document::{self, companion, read_through};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

fuzz_target!(init: remnant_fuzz::let_panics_be_caught(), |bytes: &[u8]| {
    let (mut kinds, rest) = Choices::split(bytes, 1);
    let (mut choices, file) = Choices::split(rest, 2);
    let options = document::options(&mut choices);
    match kinds.below(5) {
        0 => {
            let parts = parts(file);
            let names = ["a.dbf", "a.prj", "a.cpg", "a.shx"];
            let companions =
                names.into_iter().zip(&parts[1..]).map(|(name, part)| companion(name, part));
            read_through("a.shp", parts[0], companions.collect(), &options);
        }
        1 => read_through("a.zip", &archive(&parts(file), false), Vec::new(), &options),
        2 => read_through("a.zip", &archive(&parts(file), true), Vec::new(), &options),
        3 => {
            let parts = parts(file);
            let mut archive = archive(&parts[1..], false);
            for patch in parts[0].chunks_exact(3) {
                let at = usize::from(u16::from_le_bytes([patch[0], patch[1]]));
                let length = archive.len();
                if let Some(byte) = archive.get_mut(at % length.max(1)) {
                    *byte ^= patch[2];
                }
            }
            read_through("a.xlsx", &archive, Vec::new(), &options);
        }
        _ => read_through("a.xls", file, Vec::new(), &options),
    }
});

/// An archive of names and contents by turns; what cannot be a member is left out.
fn archive(parts: &[&[u8]], packed: bool) -> Vec<u8> {
    let method = if packed { CompressionMethod::Deflated } else { CompressionMethod::Stored };
    let with = SimpleFileOptions::default().compression_method(method);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for member in parts.chunks_exact(2) {
        let name = String::from_utf8_lossy(member[0]);
        if zip.start_file(name, with).is_ok() && zip.write_all(member[1]).is_err() {
            break;
        }
    }
    zip.finish().map(Cursor::into_inner).unwrap_or_default()
}
