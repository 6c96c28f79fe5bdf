//! Tables of the page on land release.

use remnant_land_release::{
    AreaId, Balance, By, Check, Event, HazardousAreaLedger, NationalRules, Period, Requirement,
    RuleBook, required, transition_table,
};
use serde_json::{Value, json};

use super::{code, markdown};

pub(crate) fn all() -> Vec<(&'static str, String)> {
    vec![
        ("steps", format!("```text\n{}```\n", transition_table())),
        ("evidence", evidence()),
        ("identities", identities()),
        ("national-rules", national_rules()),
        ("checks", checks()),
    ]
}

/// Each step that needs something, as an event that says nothing but the step.
fn steps() -> Vec<(&'static str, bool, Value)> {
    let square = json!([[[[105.9, 16.6], [105.901, 16.6], [105.901, 16.601], [105.9, 16.6]]]]);
    vec![
        ("Open as SHA", false, json!({"kind": "opened", "classification": "SHA"})),
        ("Open as CHA", false, json!({"kind": "opened", "classification": "CHA"})),
        ("Confirm (SHA to CHA)", false, json!({"kind": "reclassified", "part": "all"})),
        (
            "Extend a SHA",
            false,
            json!({"kind": "boundary_extended", "classification": "SHA", "added": square}),
        ),
        (
            "Extend a CHA",
            false,
            json!({"kind": "boundary_extended", "classification": "CHA", "added": square}),
        ),
        ("Cancel suspected land", false, json!({"kind": "cancelled", "part": "all"})),
        ("Cancel confirmed land", true, json!({"kind": "cancelled", "part": "all"})),
        (
            "Reduce with a technical asset",
            false,
            json!({"kind": "reduced", "part": "all", "technical_asset": "with"}),
        ),
        (
            "Reduce without a technical asset",
            false,
            json!({"kind": "reduced", "part": "all", "technical_asset": "without"}),
        ),
        ("Clear", true, json!({"kind": "cleared", "part": "all"})),
        ("Clear outside any area", false, json!({"kind": "cleared_outside", "boundary": square})),
        (
            "Reopen after a missed item",
            false,
            json!({"kind": "reopened", "part": "all", "missed_item": "E-0"}),
        ),
        ("Hand over", true, json!({"kind": "handed_over", "part": "all"})),
    ]
}

fn evidence() -> String {
    let rules = NationalRules::unverified_default();
    let mut seen = Vec::new();
    let mut rows = Vec::new();
    for (name, confirmed_land, step) in steps() {
        let event: Event = serde_json::from_value(json!({
            "id": "E-1", "version": 1, "area": "HA-1", "effective_on": "2024-03-01",
            "recorded": {"on": "2024-03-02", "order": 1, "by": "ana"},
            "organisation": "operator", "why": "survey", "step": step,
        }))
        .unwrap();
        for (at, on_file) in required(&event, &rules, confirmed_land).iter().enumerate() {
            let requirement = on_file.requirement;
            seen.push(requirement);
            let step = if at == 0 { name } else { "" };
            rows.push(vec![
                step.to_owned(),
                requirement.words().to_owned(),
                requirement.help().to_owned(),
            ]);
        }
    }
    for requirement in Requirement::ALL {
        assert!(seen.contains(requirement), "no step of the table needs {requirement}");
    }
    markdown(&["Step", "What must be on file", "Where it is missing"], rows)
}

/// The identities that the program checks, by name: those of an area, of a period, of a balance.
fn identities() -> String {
    let area = AreaId::new("HA-1").unwrap();
    let ledger = HazardousAreaLedger::new(area, RuleBook::default());
    let day = |text: &str| text.parse::<jiff::civil::Date>().unwrap();
    let period = Period { from: day("2024-01-01"), to: day("2024-12-31") };
    let mut names: Vec<&str> = ledger.identities().iter().map(|identity| identity.name).collect();
    let balance = Balance::of(&[ledger], period, By::AdministrativeUnit).unwrap();
    for identity in balance.identities() {
        if !names.contains(&identity.name) {
            names.push(identity.name);
        }
    }
    names.iter().map(|name| format!("- {name}\n")).collect()
}

fn national_rules() -> String {
    let rules = NationalRules::unverified_default();
    let value = |value: Value| match value {
        Value::Array(items) => items
            .iter()
            .map(|item| match item {
                Value::String(word) => word.clone(),
                Value::Object(member) => {
                    let name = member.get("kind").or_else(|| member.get("code")).unwrap();
                    let lists = ["how_known", "reliability"]
                        .iter()
                        .filter_map(|list| member.get(*list)?.as_array())
                        .flatten();
                    let words: Vec<&str> = lists.filter_map(Value::as_str).collect();
                    let name = name.as_str().unwrap();
                    if words.is_empty() {
                        name.to_owned()
                    } else {
                        format!("{name} ({})", words.join(" or "))
                    }
                }
                other => other.to_string(),
            })
            .collect::<Vec<_>>()
            .join(", "),
        other => other.to_string(),
    };
    let all = serde_json::to_value(&rules).unwrap();
    let parameters = all.as_object().unwrap().iter().filter(|(_, rule)| rule.is_object());
    let rows: Vec<Vec<String>> = parameters
        .map(|(name, rule)| {
            let provenance = rule["provenance"].as_str().unwrap().to_owned();
            vec![code(name), value(rule["value"].clone()), provenance]
        })
        .collect();
    assert_eq!(rows.len(), rules.provenance().len());
    markdown(&["Rule", "Default", "Where it is from"], rows)
}

fn checks() -> String {
    let row =
        |check: &Check| vec![code(check.name()), check.about().to_owned(), check.help().to_owned()];
    markdown(&["Check", "What it looks for", "What to do"], Check::ALL.iter().map(row))
}
