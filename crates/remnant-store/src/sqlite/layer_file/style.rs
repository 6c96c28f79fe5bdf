//! How a layer of a file looks where nobody has chosen otherwise: classes by the value of a column.
//!
//! Belongs here: writing classes as QGIS and as SLD have them. Does not belong here: which classes there are.

/// One class of a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileClass {
    /// The value of the column.
    pub value: String,
    /// What a person reads.
    pub label: String,
    /// The colour, as `#0072b2`.
    pub fill: String,
    /// Whether it is drawn in strokes, so that it never looks like a full colour.
    pub hatched: bool,
}

/// The style in QGIS's own language.
pub(super) fn qml(column: &str, classes: &[FileClass]) -> String {
    let mut categories = String::new();
    let mut symbols = String::new();
    for (at, class) in classes.iter().enumerate() {
        categories.push_str(&format!(
            "<category symbol=\"{at}\" value=\"{}\" label=\"{}\" render=\"true\"/>",
            escaped(&class.value),
            escaped(&class.label)
        ));
        let option = |name: &str, value: &str| {
            format!("<Option type=\"QString\" name=\"{name}\" value=\"{value}\"/>")
        };
        let options = [
            option("color", &rgba(&class.fill, 190)),
            option("style", if class.hatched { "b_diagonal" } else { "solid" }),
            option("outline_style", "no"),
        ]
        .concat();
        symbols.push_str(&format!(
            "<symbol type=\"fill\" name=\"{at}\" alpha=\"1\" clip_to_extent=\"1\">\
             <layer class=\"SimpleFill\" enabled=\"1\" locked=\"0\" pass=\"0\">\
             <Option type=\"Map\">{options}</Option></layer></symbol>"
        ));
    }
    format!(
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\
         <qgis version=\"3.22\" styleCategories=\"Symbology\">\
         <renderer-v2 type=\"categorizedSymbol\" attr=\"{column}\" forceraster=\"0\" \
         enableorderby=\"0\" symbollevels=\"0\"><categories>{categories}</categories>\
         <symbols>{symbols}</symbols></renderer-v2></qgis>"
    )
}

/// `#d55e00` as `213,94,0,255`.
fn rgba(colour: &str, alpha: u8) -> String {
    let part = |at: usize| {
        colour.get(at..at + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).unwrap_or(0)
    };
    format!("{},{},{},{alpha}", part(1), part(3), part(5))
}

/// The style as a Styled Layer Descriptor 1.0, which has no strokes without a picture of its own: hatched
/// classes are drawn paler.
pub(super) fn sld(layer: &str, column: &str, classes: &[FileClass]) -> String {
    let rules: String = classes
        .iter()
        .map(|class| {
            let opacity = if class.hatched { "0.35" } else { "0.75" };
            format!(
                "<Rule><Title>{}</Title><ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>{column}\
                 </ogc:PropertyName><ogc:Literal>{}</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>\
                 <PolygonSymbolizer><Fill><CssParameter name=\"fill\">{}</CssParameter>\
                 <CssParameter name=\"fill-opacity\">{opacity}</CssParameter></Fill>\
                 </PolygonSymbolizer></Rule>",
                escaped(&class.label),
                escaped(&class.value),
                class.fill
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><StyledLayerDescriptor version=\"1.0.0\" \
         xmlns=\"http://www.opengis.net/sld\" xmlns:ogc=\"http://www.opengis.net/ogc\"><NamedLayer>\
         <Name>{layer}</Name><UserStyle><FeatureTypeStyle>{rules}</FeatureTypeStyle></UserStyle>\
         </NamedLayer></StyledLayerDescriptor>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
