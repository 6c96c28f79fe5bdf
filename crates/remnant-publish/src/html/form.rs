//! Forms that work without script: each sends an address that may as well be typed or kept.
//!
//! Belongs here: fields and what stands in them. Does not belong here: what there is to choose from
//! (`answer`).

use maud::{Markup, html};
use remnant_land_release::By;
use remnant_record::AsOf;

use crate::document::{BalanceForm, Choice, LawForm, Page};
use crate::figure::by_name;

/// The form that asks which provisions speak to a transfer.
///
/// There is one field more for a transit state than states were chosen, so that a further one can
/// be named each time.
pub(super) fn law(form: &LawForm, as_of: AsOf) -> Markup {
    let further = String::new();
    let transit = form.transit.iter().chain([&further]).enumerate();
    html! {
        form class="law" method="get" action=(Page::Law(String::new()).path()) {
            h2 { "Ask about a transfer" }
            input type="hidden" name="on" value=(as_of.on);
            input type="hidden" name="known_by" value=(as_of.known_by);
            (field("The state that gives", "exporter", &form.states, &form.exporter, true))
            (field("The state that receives", "recipient", &form.states, &form.recipient, true))
            @for (number, state) in transit {
                @let label = if number == 0 { "Through" } else { "and through" };
                (field(label, "transit", &form.states, state, false))
            }
            (field("The munition", "munition", &form.munitions, &form.munition, true))
            button type="submit" { "What speaks to it" }
        }
    }
}

/// The form that asks for the balance of another period, or divided otherwise.
pub(super) fn balance(form: &BalanceForm, as_of: AsOf) -> Markup {
    let divisions = [
        (By::Nothing, "not divided"),
        (By::Operator, "by operator"),
        (By::AdministrativeUnit, "by administrative unit"),
        (By::Contamination, "by type of contamination"),
    ];
    html! {
        form class="balance" method="get" action="/balance" {
            input type="hidden" name="on" value=(as_of.on);
            input type="hidden" name="known_by" value=(as_of.known_by);
            label { "From " input type="date" name="from" value=(form.from) required; }
            label { "to " input type="date" name="to" value=(form.to) required; }
            label {
                span { "Divided " }
                select name="by" {
                    @for (by, words) in divisions {
                        option value=(by_name(by)) selected[by == form.by] { (words) }
                    }
                }
            }
            button type="submit" { "Balance" }
        }
    }
}

fn field(label: &str, name: &str, choices: &[Choice], chosen: &str, required: bool) -> Markup {
    html! {
        label {
            span { (label) }
            select name=(name) required[required] {
                option value="" { @if required { "Choose" } @else { "no state" } }
                @for choice in choices {
                    option value=(choice.value) selected[chosen == choice.value] {
                        (choice.name)
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_stays_chosen_and_one_more_transit_state_can_be_named() {
        let choice = |value: &str| Choice { value: value.to_owned(), name: format!("<{value}>") };
        let form = LawForm {
            states: vec![choice("AAA"), choice("BBB"), choice("CCC")],
            munitions: vec![choice("m1")],
            exporter: "AAA".to_owned(),
            recipient: "BBB".to_owned(),
            transit: vec!["CCC".to_owned()],
            munition: "m1".to_owned(),
        };
        let as_of = AsOf::day(jiff::civil::date(2023, 6, 30));
        let drawn = law(&form, as_of).into_string();
        assert_eq!(drawn.matches("name=\"transit\"").count(), 2);
        assert_eq!(drawn.matches(" selected").count(), 4, "the second transit field is open");
        assert!(drawn.contains("<option value=\"CCC\" selected>&lt;CCC&gt;</option>"));
        assert!(drawn.contains("<input type=\"hidden\" name=\"known_by\" value=\"2023-06-30\">"));
    }
}
