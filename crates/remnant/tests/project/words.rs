//! A project's own words: pick-lists in place of the shipped ones.

use crate::desk::Desk;

const OWN: &str = "list,code,label,also_called,source\n\
    evidence_kind,bombie,Bombie seen,boule,our SOP 4\n\
    evidence_kind,story,A story,verbal,our SOP 4\n";

#[test]
fn a_project_goes_by_its_own_pick_lists_when_entering_and_reading() {
    for desk in Desk::each() {
        let enter = |id| {
            let words = ["enter", "evidence-point", id, "evidence_kind=boule", "how_known=seen"];
            [&words[..], &["--at", "16.4N 106.4E"]].concat()
        };
        let said = desk.says(&enter("EP-1"));
        assert_eq!(said.exit, Some(1), "{}", said.out);
        desk.write("own.csv", OWN);
        let told = desk.does(&["pick-lists", "--set", "own.csv"]);
        assert!(told.contains("your own: evidence_kind."), "{told}");
        desk.does(&enter("EP-1"));
        let shown = desk.json(&["show", "evidence-point", "EP-1"]);
        assert!(shown.to_string().contains("bombie"), "{shown}");
        let fields = desk.does(&["enter", "evidence-point"]);
        assert!(fields.contains("evidence_kind (expected): bombie, story"), "{fields}");
        assert!(desk.does(&["pick-lists"]).contains("evidence_kind (your own)"));
        let row = |word: &str| {
            format!(
                "id,date_found,latitude,longitude,evidence_kind,how_known\n1,2024-01-02,16.4,106.4,{word},seen\n"
            )
        };
        desk.write("points.csv", row("A story"));
        desk.keep("points.csv", "op");
        let read = desk.take_in("op");
        assert_eq!(read["data"]["taken_in"]["entered"], 1, "{}", desk.backend());
        let shown = desk.json(&["show", "evidence-point", "op/1"]);
        assert!(shown.to_string().contains("\"story\""), "{shown}");
    }
}

#[test]
fn a_table_that_is_no_pick_list_is_refused_with_all_that_speaks_against_it() {
    let desk = Desk::geopackage();
    desk.write(
        "own.csv",
        "list,code,label,also_called,source\narea_type,sha,SHA,,our SOP\ncolours,red,Red,,our SOP\n",
    );
    let told = desk.is_refused(&["pick-lists", "--set", "own.csv"]);
    assert!(told.contains("no form takes a list `colours`"), "{told}");
    assert!(told.contains("the codes of `area_type`"), "{told}");
    let printed = desk.does(&["pick-lists", "--csv"]);
    desk.write("all.csv", printed);
    desk.does(&["pick-lists", "--set", "all.csv"]);
}
