//! The TIFF library behind one door.
//!
//! Belongs here: opening the decoder, reading tags, and turning what it says into our faults. Does
//! not belong here: what the tags mean.

use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use tiff::TiffError;
use tiff::decoder::{Decoder, Limits};
use tiff::tags::Tag;

use super::{RasterFault, RasterLimits};

/// A decoder whose steps end in our faults.
pub(super) struct Decoding<R: Read + Seek> {
    file: String,
    decoder: Decoder<R>,
    bytes: u64,
}

impl<R: Read + Seek> Decoding<R> {
    /// Opens the first image of a TIFF.
    pub(super) fn open(
        file: &str,
        mut source: R,
        limits: &RasterLimits,
    ) -> Result<Self, RasterFault> {
        let interrupted = |error: std::io::Error| RasterFault::Interrupted {
            file: file.to_owned(),
            detail: error.to_string(),
        };
        let mut first = [0; 4];
        let begun = source.seek(SeekFrom::Start(0)).and_then(|_| source.read_exact(&mut first));
        match begun {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                return Err(RasterFault::NotATiff { file: file.to_owned() });
            }
            Err(error) => return Err(interrupted(error)),
        }
        if !matches!(&first, b"II*\0" | b"MM\0*" | b"II+\0" | b"MM\0+") {
            return Err(RasterFault::NotATiff { file: file.to_owned() });
        }
        let bytes = source.seek(SeekFrom::End(0)).map_err(interrupted)?;
        source.seek(SeekFrom::Start(0)).map_err(interrupted)?;
        let mut allowed = Limits::default();
        allowed.ifd_value_size = limits.entry_bytes;
        allowed.decoding_buffer_size = usize::try_from(limits.tile_bytes).unwrap_or(usize::MAX);
        allowed.intermediate_buffer_size = allowed.decoding_buffer_size;
        let decoder = guarded(file, bytes, || Ok(Decoder::new(source)?.with_limits(allowed)))?;
        Ok(Self { file: file.to_owned(), decoder, bytes })
    }

    /// The file's name.
    pub(super) fn file(&self) -> &str {
        &self.file
    }

    /// The length of the file.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// One step of the decoder. A panic of it, which a damaged file may cause, becomes a fault like
    /// any other.
    pub(super) fn step<T>(
        &mut self,
        step: impl FnOnce(&mut Decoder<R>) -> Result<T, TiffError>,
    ) -> Result<T, RasterFault> {
        let decoder = &mut self.decoder;
        guarded(&self.file, self.bytes, || step(decoder))
    }

    /// The numbers of a tag; none when it is absent.
    pub(super) fn numbers(&mut self, tag: Tag) -> Result<Vec<f64>, RasterFault> {
        self.step(|decoder| match decoder.find_tag(tag)? {
            Some(value) => value.into_f64_vec(),
            None => Ok(Vec::new()),
        })
    }

    /// The whole numbers of a tag; none when it is absent.
    pub(super) fn whole_numbers(&mut self, tag: Tag) -> Result<Vec<u64>, RasterFault> {
        self.step(|decoder| match decoder.find_tag(tag)? {
            Some(value) => value.into_u64_vec(),
            None => Ok(Vec::new()),
        })
    }

    /// The text of a tag; empty when it is absent.
    pub(super) fn text(&mut self, tag: Tag) -> Result<String, RasterFault> {
        self.step(|decoder| match decoder.find_tag(tag)? {
            Some(value) => value.into_string(),
            None => Ok(String::new()),
        })
    }
}

fn guarded<T>(
    file: &str,
    bytes: u64,
    step: impl FnOnce() -> Result<T, TiffError>,
) -> Result<T, RasterFault> {
    let file = file.to_owned();
    match catch_unwind(AssertUnwindSafe(step)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(told(file, bytes, error)),
        Err(_) => {
            let detail = "the TIFF reader gave up on it".to_owned();
            Err(RasterFault::Damaged { file, detail })
        }
    }
}

fn told(file: String, bytes: u64, error: TiffError) -> RasterFault {
    match error {
        TiffError::IoError(error) => match error.kind() {
            ErrorKind::UnexpectedEof => RasterFault::Damaged {
                file,
                detail: format!("something in its {bytes} bytes ends too early"),
            },
            // What an unpacker says of bytes that it cannot unpack.
            ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::Other => {
                RasterFault::Damaged { file, detail: error.to_string() }
            }
            _ => RasterFault::Interrupted { file, detail: error.to_string() },
        },
        TiffError::UnsupportedError(error) => {
            RasterFault::NotRead { file, what: error.to_string() }
        }
        TiffError::LimitsExceeded => RasterFault::Damaged {
            file,
            detail: "an entry of its directory or a tile is larger than allowed".to_owned(),
        },
        error => RasterFault::Damaged { file, detail: error.to_string() },
    }
}
