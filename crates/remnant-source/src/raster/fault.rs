//! Why a raster is not read, and what to do.
//!
//! Belongs here: one variant for each fault. Does not belong here: faults of files of rows
//! (`document`).

/// Why a raster could not be opened or not be read to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RasterFault {
    /// The first bytes are of no TIFF.
    #[error("`{file}` is not a TIFF")]
    NotATiff {
        /// The file.
        file: String,
    },
    /// The file breaks the rules of its format.
    #[error("`{file}` is a damaged TIFF: {detail}")]
    Damaged {
        /// The file.
        file: String,
        /// What is wrong.
        detail: String,
    },
    /// The file ends before its last cell.
    #[error("`{file}` is cut off: its cells reach to byte {needs}, and it has {bytes}")]
    CutOff {
        /// The file.
        file: String,
        /// Where the last tile or strip ends.
        needs: u64,
        /// The bytes there are.
        bytes: u64,
    },
    /// The disk or the transfer failed.
    #[error("`{file}` could not be read to its end: {detail}")]
    Interrupted {
        /// The file.
        file: String,
        /// What the system said.
        detail: String,
    },
    /// A kind of cells or packing that is not read here.
    #[error("`{file}` holds {what}, which is not read here")]
    NotRead {
        /// The file.
        file: String,
        /// What it holds.
        what: String,
    },
    /// Its values are to be multiplied and shifted before they mean anything.
    #[error("`{file}` stores values that are to be scaled or shifted first")]
    Scaled {
        /// The file.
        file: String,
    },
    /// Several bands, and none was chosen.
    #[error("`{file}` has {bands} bands, and none was chosen")]
    SeveralBands {
        /// The file.
        file: String,
        /// How many.
        bands: u16,
    },
    /// The band chosen is not there.
    #[error("`{file}` has no band {band}; it has {bands}, counted from 1")]
    NoSuchBand {
        /// The file.
        file: String,
        /// The band asked for.
        band: u16,
        /// How many there are.
        bands: u16,
    },
    /// Nothing says where its cells lie.
    #[error("`{file}` does not say where its cells lie")]
    NoPlace {
        /// The file.
        file: String,
    },
    /// Its rows do not run from west to east, or not from north to south.
    #[error("the rows of `{file}` do not run from west to east below each other")]
    NotUpright {
        /// The file.
        file: String,
    },
    /// Its reference system is not named by an EPSG code.
    #[error("`{file}` does not name its reference system by an EPSG code{}", instead(named))]
    NoReferenceSystem {
        /// The file.
        file: String,
        /// What it says instead, where it does.
        named: Option<String>,
    },
    /// The file passes one of the [`super::RasterLimits`].
    #[error("`{file}` has {found} {what}, more than the {limit} allowed")]
    OverLimit {
        /// The file.
        file: String,
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        found: u64,
        /// The limit.
        limit: u64,
    },
}

fn instead(named: &Option<String>) -> String {
    named.as_ref().map_or_else(String::new, |name| format!(", but as `{name}`"))
}

impl RasterFault {
    /// What the person can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::NotATiff { .. } => {
                "convert the raster to GeoTIFF: `gdal_translate IN OUT.tif`; a packed file is \
                 unpacked first"
            }
            Self::Damaged { .. } | Self::CutOff { .. } => {
                "download or copy the file again; if that does not help, ask its maker for it"
            }
            Self::Interrupted { .. } => "check the disk and copy the file again",
            Self::NotRead { .. } => {
                "convert it: `gdal_translate -ot Float32 -co COMPRESS=DEFLATE IN OUT.tif`"
            }
            Self::Scaled { .. } => "write the real values: `gdal_translate -unscale -ot Float32`",
            Self::SeveralBands { .. } => "choose the band of people or of the year that is meant",
            Self::NoSuchBand { .. } => "choose one of its bands",
            Self::NoPlace { .. } => {
                "ask its maker for the file with its georeference; a world file beside it is taken \
                 in by `gdal_translate`"
            }
            Self::NotUpright { .. } => {
                "turn it upright with `gdalwarp -r sum` for counts, `-r near` for classes"
            }
            Self::NoReferenceSystem { .. } => {
                "name it, if its maker tells which it is: `gdal_translate -a_srs EPSG:4326`; from \
                 another system reproject it: `gdalwarp -r sum -t_srs EPSG:4326`"
            }
            Self::OverLimit { .. } => {
                "write it in tiles: `gdal_translate -co TILED=YES`; or cut out the country with \
                 `-projwin`"
            }
        }
    }
}
