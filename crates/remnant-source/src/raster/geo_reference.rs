//! Where the cells of a GeoTIFF lie.
//!
//! Belongs here: the tags that say so. Does not belong here: what an EPSG code stands for.
//!
//! Source: OGC 19-008r4, GeoTIFF 1.1.

use super::RasterFault;

/// The north-west corner of a raster, the sides of its cells, and the system that these are in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GeoReference {
    /// The EPSG code of the reference system.
    pub epsg: u16,
    /// Western edge of the western cells.
    pub west: f64,
    /// Northern edge of the northern cells.
    pub north: f64,
    /// Width of a cell, above 0.
    pub cell_width: f64,
    /// Height of a cell, above 0.
    pub cell_height: f64,
}

/// The tags as they stand in the file; what is absent is empty.
#[derive(Clone, Debug, Default)]
pub(super) struct GeoTags {
    pub(super) pixel_scale: Vec<f64>,
    pub(super) tie_points: Vec<f64>,
    pub(super) transformation: Vec<f64>,
    pub(super) keys: Vec<u16>,
    pub(super) texts: String,
}

const MODEL_TYPE: u16 = 1024;
const RASTER_TYPE: u16 = 1025;
const CITATIONS: [u16; 3] = [3073, 2049, 1026];
const GEODETIC_CODE: u16 = 2048;
const PROJECTED_CODE: u16 = 3072;
const MODEL_PROJECTED: u16 = 1;
const MODEL_GEOGRAPHIC: u16 = 2;
const RASTER_OF_POINTS: u16 = 2;

impl GeoTags {
    /// What the tags say together.
    pub(super) fn reference(&self, file: &str) -> Result<GeoReference, RasterFault> {
        let (west, north, cell_width, cell_height) = self.place(file)?;
        // Where a value is of a point, that point is the middle of its cell.
        let half = if self.key(RASTER_TYPE) == Some(RASTER_OF_POINTS) { 0.5 } else { 0.0 };
        let (west, north) = (west - half * cell_width, north + half * cell_height);
        let all = [west, north, cell_width, cell_height];
        if all.iter().any(|number| !number.is_finite()) {
            return Err(RasterFault::NoPlace { file: file.to_owned() });
        }
        Ok(GeoReference { epsg: self.epsg(file)?, west, north, cell_width, cell_height })
    }

    /// The place of the corner, or of the first point, and the sides of a cell.
    fn place(&self, file: &str) -> Result<(f64, f64, f64, f64), RasterFault> {
        let upright = |width: f64, height: f64| {
            if width > 0.0 && height > 0.0 {
                Ok(())
            } else {
                Err(RasterFault::NotUpright { file: file.to_owned() })
            }
        };
        if let ([width, height, ..], [column, row, _, x, y, ..]) =
            (self.pixel_scale.as_slice(), self.tie_points.as_slice())
        {
            upright(*width, *height)?;
            return Ok((x - column * width, y + row * height, *width, *height));
        }
        if let [width, over, _, west, under, height, _, north, ..] = self.transformation.as_slice()
        {
            if *over != 0.0 || *under != 0.0 {
                return Err(RasterFault::NotUpright { file: file.to_owned() });
            }
            upright(*width, -height)?;
            return Ok((*west, *north, *width, -height));
        }
        // Several tie points without a scale are control points of a picture that is not yet laid
        // into a map.
        Err(RasterFault::NoPlace { file: file.to_owned() })
    }

    fn epsg(&self, file: &str) -> Result<u16, RasterFault> {
        let code = match self.key(MODEL_TYPE) {
            Some(MODEL_PROJECTED) => self.key(PROJECTED_CODE),
            Some(MODEL_GEOGRAPHIC) => self.key(GEODETIC_CODE),
            _ => None,
        };
        // 32767 says that the system is described and has no code; below 1024 are obsolete codes.
        code.filter(|code| (1024..32_767).contains(code)).ok_or_else(|| {
            let named = CITATIONS.iter().find_map(|citation| self.text(*citation));
            RasterFault::NoReferenceSystem { file: file.to_owned(), named }
        })
    }

    /// Key, where its value is kept, how many, and the value or its place.
    fn entries(&self) -> impl Iterator<Item = &[u16; 4]> {
        self.keys.as_chunks::<4>().0.iter().skip(1)
    }

    fn key(&self, wanted: u16) -> Option<u16> {
        self.entries().find(|[key, kept, ..]| *key == wanted && *kept == 0).map(|entry| entry[3])
    }

    fn text(&self, wanted: u16) -> Option<String> {
        let [_, _, count, start] = self.entries().find(|entry| entry[0] == wanted)?;
        let text = self.texts.get(usize::from(*start)..)?.chars().take(usize::from(*count));
        let text: String = text.take_while(|letter| *letter != '|').take(200).collect();
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn degrees() -> GeoTags {
        GeoTags {
            pixel_scale: vec![0.5, 0.25, 0.0],
            tie_points: vec![0.0, 0.0, 0.0, 100.0, 20.0, 0.0],
            keys: vec![1, 1, 0, 2, MODEL_TYPE, 0, 1, 2, GEODETIC_CODE, 0, 1, 4326],
            ..GeoTags::default()
        }
    }

    #[test]
    fn a_scale_and_a_tie_point_place_the_corner() {
        let expected = GeoReference {
            epsg: 4326,
            west: 100.0,
            north: 20.0,
            cell_width: 0.5,
            cell_height: 0.25,
        };
        assert_eq!(degrees().reference("a").unwrap(), expected);
        let mut tied_elsewhere = degrees();
        tied_elsewhere.tie_points = vec![4.0, 8.0, 0.0, 102.0, 18.0, 0.0];
        assert_eq!(tied_elsewhere.reference("a").unwrap(), expected);
        let mut transformed = degrees();
        transformed.pixel_scale.clear();
        transformed.transformation = vec![
            0.5, 0.0, 0.0, 100.0, 0.0, -0.25, 0.0, 20.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0,
        ];
        assert_eq!(transformed.reference("a").unwrap(), expected);
    }

    #[test]
    fn values_of_points_are_in_the_middle_of_their_cells() {
        let mut points = degrees();
        points.keys.extend([RASTER_TYPE, 0, 1, RASTER_OF_POINTS]);
        let reference = points.reference("a").unwrap();
        assert_eq!((reference.west, reference.north), (99.75, 20.125));
    }

    #[test]
    fn what_cannot_be_told_is_refused_with_help() {
        let mut turned = degrees();
        turned.pixel_scale.clear();
        turned.transformation = vec![0.5, 0.1, 0.0, 100.0, 0.1, -0.25, 0.0, 20.0];
        let mut upside_down = degrees();
        upside_down.pixel_scale[1] = -0.25;
        for tags in [turned, upside_down] {
            let fault = tags.reference("a").unwrap_err();
            assert_eq!(fault, RasterFault::NotUpright { file: "a".to_owned() });
        }
        let mut nowhere = degrees();
        nowhere.tie_points.clear();
        let mut no_number = degrees();
        no_number.tie_points[3] = f64::NAN;
        for tags in [nowhere, no_number] {
            let fault = tags.reference("a").unwrap_err();
            assert_eq!(fault, RasterFault::NoPlace { file: "a".to_owned() });
        }
        let mut described = degrees();
        described.keys = vec![1, 1, 0, 3];
        described.keys.extend([MODEL_TYPE, 0, 1, 1, PROJECTED_CODE, 0, 1, 32_767]);
        described.keys.extend([3073, 34_737, 20, 0]);
        described.texts = "World Mollweide|WGS 84|".to_owned();
        let fault = described.reference("a").unwrap_err();
        assert!(fault.to_string().ends_with("code, but as `World Mollweide`"), "{fault}");
        assert!(fault.help().contains("-t_srs EPSG:4326"));
    }
}
