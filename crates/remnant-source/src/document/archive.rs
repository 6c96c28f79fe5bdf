//! Zip archives, opened with care.
//!
//! Belongs here: the checks that stop an archive from filling the memory, and getting members out.
//! Does not belong here: what the members hold.

use std::io::Read;

use zip::ZipArchive;

use super::{Bytes, Limits, ReadError};

/// An archive whose declared sizes are within the limits.
pub(crate) struct Archive {
    file: String,
    zip: ZipArchive<Box<dyn Bytes>>,
    limits: Limits,
    /// Bytes of members that were given out in memory.
    held: u64,
}

impl Archive {
    /// Opens an archive and asks its directory whether it may be unpacked.
    pub(crate) fn open(
        file: &str,
        bytes: Box<dyn Bytes>,
        limits: &Limits,
    ) -> Result<Self, ReadError> {
        let broken = |error: zip::result::ZipError| damaged(file, &error);
        let over = |what, limit| ReadError::OverLimit { file: file.to_owned(), what, limit };
        let mut zip = ZipArchive::new(bytes).map_err(broken)?;
        if zip.len() > limits.archive_members {
            return Err(over("members in the archive", limits.archive_members as u64));
        }
        let (mut packed, mut unpacked) = (0u64, 0u64);
        for member in 0..zip.len() {
            let member = zip.by_index_raw(member).map_err(broken)?;
            if member.encrypted() {
                return Err(ReadError::NotRead {
                    file: file.to_owned(),
                    what: "an encrypted archive",
                    instead: "unpack it with its password and read the file in it",
                });
            }
            packed = packed.saturating_add(member.compressed_size());
            unpacked = unpacked.saturating_add(member.size());
        }
        if unpacked > limits.unpacked_bytes {
            return Err(over("bytes when unpacked", limits.unpacked_bytes));
        }
        if unpacked > Limits::RATIO_FROM_BYTES && unpacked / packed.max(1) > limits.unpacked_ratio {
            return Err(over("bytes unpacked for each byte packed", limits.unpacked_ratio));
        }
        Ok(Self { file: file.to_owned(), zip, limits: *limits, held: 0 })
    }

    /// The names of the members that are files, with their numbers, in the order of the archive.
    ///
    /// The shadow files that macOS adds are left out.
    pub(crate) fn members(&mut self) -> Vec<(usize, String)> {
        (0..self.zip.len())
            .filter_map(|number| {
                let member = self.zip.by_index_raw(number).ok()?;
                let name = member.name().map_or_else(
                    |_| String::from_utf8_lossy(member.name_raw()).into_owned(),
                    |name| name.into_owned(),
                );
                let shadow = name.starts_with("__MACOSX/") || name.contains("/._");
                (!member.is_dir() && !shadow).then_some((number, name))
            })
            .collect()
    }

    /// A member as a stream, which ends with an error past its declared size.
    pub(crate) fn stream(&mut self, number: usize) -> Result<impl Read + Send + '_, ReadError> {
        let file = &self.file;
        let member = self.zip.by_index(number).map_err(|error| damaged(file, &error))?;
        let left = member.size();
        Ok(Declared { inner: member, left })
    }

    /// A member in memory.
    pub(crate) fn whole(&mut self, number: usize) -> Result<Vec<u8>, ReadError> {
        let (file, limit) = (self.file.clone(), self.limits.bytes_in_memory);
        let room = limit.saturating_sub(self.held);
        let mut bytes = Vec::new();
        self.stream(number)?
            .take(room + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| damaged(&file, &error))?;
        self.held += bytes.len() as u64;
        if bytes.len() as u64 > room {
            return Err(ReadError::OverLimit { file, what: "bytes to hold in memory", limit });
        }
        Ok(bytes)
    }

    /// Asks whether the members that a reader keeps in memory are within the limit for that.
    pub(crate) fn fits_in_memory(&mut self, kept: impl Fn(&str) -> bool) -> Result<(), ReadError> {
        let limit = self.limits.bytes_in_memory;
        let mut bytes = 0u64;
        for (number, name) in self.members() {
            if kept(&name) {
                let file = &self.file;
                let member =
                    self.zip.by_index_raw(number).map_err(|error| damaged(file, &error))?;
                bytes = bytes.saturating_add(member.size());
            }
        }
        if bytes > limit {
            let (file, what) = (self.file.clone(), "bytes to hold in memory");
            return Err(ReadError::OverLimit { file, what, limit });
        }
        Ok(())
    }

    /// Unpacks every member to nowhere, so that none is larger than it says, and gives the archive's
    /// bytes back, for a reader that opens the archive itself.
    pub(crate) fn verified(mut self) -> Result<Box<dyn Bytes>, ReadError> {
        let file = self.file.clone();
        for number in 0..self.zip.len() {
            let mut member = self.stream(number)?;
            std::io::copy(&mut member, &mut std::io::sink())
                .map_err(|error| damaged(&file, &error))?;
        }
        let mut bytes = self.zip.into_inner();
        super::rewind(&file, &mut bytes)?;
        Ok(bytes)
    }
}

fn damaged(file: &str, error: &dyn std::fmt::Display) -> ReadError {
    ReadError::DamagedArchive { file: file.to_owned(), detail: error.to_string() }
}

/// A stream that may not be longer than it declared.
struct Declared<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Declared<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(out)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => self.left = left,
            None => {
                return Err(std::io::Error::other("it unpacks to more bytes than it declares"));
            }
        }
        Ok(read)
    }
}
