//! How layers look where nobody has chosen otherwise.
//!
//! Belongs here: the default style of each layer for QGIS and for programs that read SLD. Does not
//! belong here: the map of our own pages.
//!
//! Colours are told apart by colour-blind eyes and in grey: suspected and confirmed hazardous areas
//! differ in lightness and in the outline as well. Nothing rests on red against green.
//!
//! # Source
//! Okabe and Ito, *Color Universal Design* (2008), for the colours.

use remnant_ground::ObjectKind;

use crate::layer::{Content, Layer, LayerShape};

/// What the style is said to be.
pub(crate) const ABOUT: &str = "Default style; colours told apart by colour-blind eyes";

/// One class of a layer: the value of its field, what a person reads, fill and outline.
struct Class {
    value: &'static str,
    label: &'static str,
    fill: &'static str,
    outline: &'static str,
    dashed: bool,
}

const fn class(
    value: &'static str,
    label: &'static str,
    fill: &'static str,
    outline: &'static str,
    dashed: bool,
) -> Class {
    Class { value, label, fill, outline, dashed }
}

const HAZARDOUS_AREAS: &[Class] = &[
    class("sha", "Suspected hazardous area", "#f0e442", "#8a7f00", true),
    class("cha", "Confirmed hazardous area", "#d55e00", "#5c2900", false),
];

const RELEASES: &[Class] = &[
    class("cancelled", "Cancelled", "#cfe8f7", "#56b4e9", true),
    class("reduced", "Reduced", "#56b4e9", "#0072b2", true),
    class("cleared", "Cleared", "#0072b2", "#003a5c", false),
];

/// The darker, the further the land has come; what is looked at again stands out by its hue.
const RELEASED_LAND: &[Class] = &[
    class("cancelled", "Cancelled", "#cfe8f7", "#56b4e9", true),
    class("reduced", "Reduced", "#56b4e9", "#0072b2", true),
    class("cleared", "Cleared", "#0072b2", "#003a5c", false),
    class("handed_over", "Handed over", "#003a5c", "#000000", false),
    class("under_investigation", "Under investigation", "#cc79a7", "#5c2140", true),
];

const OTHER: Class = class("", "Not said", "#bbbbbb", "#555555", true);

const STRIKES: &[Class] = &[class("", "Strike", "#000000", "#ffffff", false)];
const EVIDENCE: &[Class] = &[class("", "Evidence point", "#cc79a7", "#5c2140", false)];
const SEARCHES: &[Class] = &[class("", "Search", "#009e73", "#00533c", false)];
const ACCIDENTS: &[Class] = &[class("", "Accident", "#e69f00", "#5c4000", false)];
const BOUNDARIES: &[Class] = &[class("", "Boundary", "", "#555555", false)];
const SURVEY_BOXES: &[Class] = &[class("", "Survey box", "", "#0072b2", false)];
const VICTIMS: &[Class] = &[class("", "Victim", "#000000", "#ffffff", false)];

/// The field by which a layer is coloured, and its classes; a single class where there is none.
fn classes(content: Content) -> (Option<&'static str>, &'static [Class]) {
    let kind = match content {
        Content::Objects(kind) => kind,
        Content::Remaining => return (Some("area_type"), HAZARDOUS_AREAS),
        Content::Released => return (Some("state"), RELEASED_LAND),
    };
    match kind {
        ObjectKind::HazardousArea => (Some("area_type"), HAZARDOUS_AREAS),
        ObjectKind::Release => (Some("release_kind"), RELEASES),
        ObjectKind::Strike => (None, STRIKES),
        ObjectKind::EvidencePoint => (None, EVIDENCE),
        ObjectKind::Search => (None, SEARCHES),
        ObjectKind::Accident => (None, ACCIDENTS),
        ObjectKind::Boundary => (None, BOUNDARIES),
        ObjectKind::SurveyBox => (None, SURVEY_BOXES),
        ObjectKind::Victim => (None, VICTIMS),
    }
}

/// The style in QGIS's own language.
pub(crate) fn qml(layer: Layer) -> String {
    let (field, classes) = classes(layer.content);
    let shape = layer.shape.unwrap_or(LayerShape::Point);
    let symbols: Vec<&Class> = classes.iter().chain(field.map(|_| &OTHER)).collect();
    let drawn: String =
        symbols.iter().enumerate().map(|(at, class)| qgis_symbol(at, class, shape)).collect();
    let renderer = match field {
        Some(field) => {
            let categories: String = symbols
                .iter()
                .enumerate()
                .map(|(at, class)| {
                    format!(
                        "<category symbol=\"{at}\" value=\"{}\" label=\"{}\" render=\"true\"/>",
                        class.value, class.label
                    )
                })
                .collect();
            format!(
                "<renderer-v2 type=\"categorizedSymbol\" attr=\"{field}\" forceraster=\"0\" \
                 enableorderby=\"0\" symbollevels=\"0\"><categories>{categories}</categories>\
                 <symbols>{drawn}</symbols></renderer-v2>"
            )
        }
        None => format!(
            "<renderer-v2 type=\"singleSymbol\" forceraster=\"0\" enableorderby=\"0\" \
             symbollevels=\"0\"><symbols>{drawn}</symbols></renderer-v2>"
        ),
    };
    format!(
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\
         <qgis version=\"3.22\" styleCategories=\"Symbology\">{renderer}</qgis>"
    )
}

fn qgis_symbol(at: usize, class: &Class, shape: LayerShape) -> String {
    let kind = match shape {
        LayerShape::Point => "marker",
        LayerShape::Line => "line",
        LayerShape::Area => "fill",
    };
    let outline = rgba(class.outline, 255);
    let line_style = if class.dashed { "dash" } else { "solid" };
    let options: Vec<(&str, String)> = match shape {
        LayerShape::Point => vec![
            ("name", "circle".to_owned()),
            ("color", rgba(if class.fill.is_empty() { "#ffffff" } else { class.fill }, 255)),
            ("outline_color", outline),
            ("outline_width", "0.3".to_owned()),
            ("size", "2.4".to_owned()),
        ],
        LayerShape::Line => vec![
            ("line_color", outline),
            ("line_style", line_style.to_owned()),
            ("line_width", "0.5".to_owned()),
        ],
        LayerShape::Area => vec![
            ("color", rgba(if class.fill.is_empty() { "#ffffff" } else { class.fill }, 140)),
            ("style", if class.fill.is_empty() { "no" } else { "solid" }.to_owned()),
            ("outline_color", outline),
            ("outline_style", line_style.to_owned()),
            ("outline_width", "0.4".to_owned()),
        ],
    };
    let class_name = match shape {
        LayerShape::Point => "SimpleMarker",
        LayerShape::Line => "SimpleLine",
        LayerShape::Area => "SimpleFill",
    };
    let options: String = options
        .iter()
        .map(|(name, value)| {
            format!("<Option type=\"QString\" name=\"{name}\" value=\"{value}\"/>")
        })
        .collect();
    format!(
        "<symbol type=\"{kind}\" name=\"{at}\" alpha=\"1\" clip_to_extent=\"1\">\
         <layer class=\"{class_name}\" enabled=\"1\" locked=\"0\" pass=\"0\">\
         <Option type=\"Map\">{options}</Option></layer></symbol>"
    )
}

/// `#d55e00` as `213,94,0,255`.
fn rgba(colour: &str, alpha: u8) -> String {
    let part = |at: usize| {
        colour.get(at..at + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).unwrap_or(0)
    };
    format!("{},{},{},{alpha}", part(1), part(3), part(5))
}

/// The style as a Styled Layer Descriptor 1.0.
pub(crate) fn sld(layer: Layer) -> String {
    let (field, classes) = classes(layer.content);
    let shape = layer.shape.unwrap_or(LayerShape::Point);
    let rules: String = classes
        .iter()
        .chain(field.map(|_| &OTHER))
        .map(|class| {
            let filter = match field {
                Some(field) if class.value.is_empty() => format!(
                    "<ogc:Filter><ogc:PropertyIsNull><ogc:PropertyName>{field}\
                     </ogc:PropertyName></ogc:PropertyIsNull></ogc:Filter>"
                ),
                Some(field) => format!(
                    "<ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>{field}\
                     </ogc:PropertyName><ogc:Literal>{}</ogc:Literal></ogc:PropertyIsEqualTo>\
                     </ogc:Filter>",
                    class.value
                ),
                None => String::new(),
            };
            let (fill, stroke) = (sld_fill(class), sld_stroke(class));
            let symbol = match shape {
                LayerShape::Point => format!(
                    "<PointSymbolizer><Graphic><Mark><WellKnownName>circle</WellKnownName>\
                     {fill}{stroke}</Mark><Size>8</Size></Graphic></PointSymbolizer>"
                ),
                LayerShape::Line => format!("<LineSymbolizer>{stroke}</LineSymbolizer>"),
                LayerShape::Area => {
                    format!("<PolygonSymbolizer>{fill}{stroke}</PolygonSymbolizer>")
                }
            };
            format!("<Rule><Name>{}</Name>{filter}{symbol}</Rule>", class.label)
        })
        .collect();
    format!(
        "<StyledLayerDescriptor xmlns=\"http://www.opengis.net/sld\" \
         xmlns:ogc=\"http://www.opengis.net/ogc\" version=\"1.0.0\"><NamedLayer><Name>{}</Name>\
         <UserStyle><FeatureTypeStyle>{rules}</FeatureTypeStyle></UserStyle></NamedLayer>\
         </StyledLayerDescriptor>",
        layer.name()
    )
}

fn sld_fill(class: &Class) -> String {
    if class.fill.is_empty() {
        return String::new();
    }
    format!(
        "<Fill><CssParameter name=\"fill\">{}</CssParameter>\
         <CssParameter name=\"fill-opacity\">0.55</CssParameter></Fill>",
        class.fill
    )
}

fn sld_stroke(class: &Class) -> String {
    let dashes = if class.dashed {
        "<CssParameter name=\"stroke-dasharray\">4 2</CssParameter>"
    } else {
        ""
    };
    format!(
        "<Stroke><CssParameter name=\"stroke\">{}</CssParameter>{dashes}</Stroke>",
        class.outline
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_that_is_coloured_is_one_of_its_pick_list() {
        let lists = remnant_ground::pick_list::shipped();
        for kind in ObjectKind::ALL {
            let (Some(name), classes) = classes(Content::Objects(kind)) else { continue };
            let field = kind.form().field(name);
            let Some(remnant_ground::form::FieldKind::Code(list)) = field.map(|f| f.kind) else {
                panic!("{kind}: {name} is no field with a pick-list");
            };
            for class in classes {
                let known = lists
                    .list(list)
                    .is_some_and(|choices| choices.iter().any(|choice| choice.code == class.value));
                assert!(known, "{kind}: {} is not in {list}", class.value);
            }
        }
    }
}
