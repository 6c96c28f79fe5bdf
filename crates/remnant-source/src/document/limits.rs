//! How much a foreign file may ask of the machine.
//!
//! Belongs here: the limits of reading and their defaults, all in one place. Does not belong here:
//! the checks themselves, which stand where the bytes are read.

/// Limits within which a foreign file is read; beyond them it is refused with an error that names
/// the limit.
///
/// The defaults let pass what the field is known to send (a national data base as one CSV file, a
/// workbook of a million rows) and stop what no survey produces: archives that unpack to a hundred
/// times their size, nesting a thousand deep, one cell as long as the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file as it lies on the disk.
    pub bytes: u64,
    /// Bytes of all members of a zip archive together, unpacked.
    pub unpacked_bytes: u64,
    /// Unpacked bytes for one packed byte. Asked only of archives that unpack to more than
    /// [`Limits::RATIO_FROM_BYTES`], since small files of blanks pack well and harm nobody.
    pub unpacked_ratio: u64,
    /// Bytes of a file that must be held in memory whole to be read: workbooks of the older kinds,
    /// and members of an archive that are read more than once.
    pub bytes_in_memory: u64,
    /// Members of a zip archive.
    pub archive_members: usize,
    /// Depth of nesting in JSON and XML.
    pub depth: u32,
    /// Cells of one row, and columns of one sheet.
    pub cells_per_row: usize,
    /// Bytes of one cell.
    pub cell_bytes: usize,
    /// Bytes of one row or record, with its geometry, as they stand in the file.
    pub row_bytes: u64,
    /// Sheets of one document.
    pub sheets: usize,
}

impl Limits {
    /// Unpacked size from which the ratio of an archive is looked at, in bytes.
    pub const RATIO_FROM_BYTES: u64 = 16 << 20;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 16 << 30,
            unpacked_bytes: 4 << 30,
            unpacked_ratio: 200,
            bytes_in_memory: 512 << 20,
            archive_members: 10_000,
            depth: 128,
            cells_per_row: 16_384,
            cell_bytes: 8 << 20,
            row_bytes: 64 << 20,
            sheets: 1_000,
        }
    }
}
