//! What is read as a date, and what is not.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;

use super::*;

const READING: DateReading = DateReading {
    order: DateOrder::Dmy,
    two_digit_years_from: None,
    today: Date::constant(2024, 6, 30),
    first_plausible_day: Some(Date::constant(1939, 1, 1)),
};

fn date(text: &str, reading: &DateReading) -> String {
    read(text, reading).date.map_or_else(String::new, |date| date.to_string())
}

fn rules(text: &str, reading: &DateReading) -> Vec<Rule> {
    read(text, reading).remarks.into_iter().map(|remark| remark.rule).collect()
}

#[test]
fn dates_are_read_as_precisely_as_they_are_written() {
    for (text, day) in [
        ("1969-03-12", "1969-03-12"),
        ("2009-02-20T00:00:00", "2009-02-20"),
        ("2023-05-28 10:33:12+02:00", "2023-05-28"),
        ("19690312", "1969-03-12"),
        ("12031969", "1969-03-12"),
        ("12/03/1969", "1969-03-12"),
        ("12.3.1969", "1969-03-12"),
        ("12 March 1969", "1969-03-12"),
        ("March 12, 1969", "1969-03-12"),
        ("12th of March 1969", "1969-03-12"),
        ("12-MAR-1969", "1969-03-12"),
        ("12MAR1969", "1969-03-12"),
        ("1er mars 1969", "1969-03-01"),
        ("12 березня 1999 року", "1999-03-12"),
        ("12 تشرين الثاني 2006", "2006-11-12"),
        ("١٢/٠٣/٢٠٠٦", "2006-03-12"),
        ("Thu, 12 Mar 2020 10:22", "2020-03-12"),
        ("1969", "1969"),
        ("1969-03", "1969-03"),
        ("03/1969", "1969-03"),
        ("196903", "1969-03"),
        ("Mar 1969", "1969-03"),
        ("45414.27", "2024-05-02"),
        ("45414", "2024-05-02"),
        ("1622505600000", "2021-06-01"),
    ] {
        assert_eq!(date(text, &READING), day, "{text}");
    }
}

#[test]
fn the_order_is_the_mappings_and_is_not_guessed_row_by_row() {
    let mdy = DateReading { order: DateOrder::Mdy, ..READING };
    let ask = DateReading { order: DateOrder::Ask, ..READING };
    assert_eq!(date("02/03/2022", &mdy), "2022-02-03");
    assert_eq!(date("02/03/2022", &READING), "2022-03-02");
    assert_eq!(rules("02/03/2022", &ask), [Rule::DateOrderNotTold]);
    assert_eq!(date("03/03/2022", &ask), "2022-03-03");
    let against = read("02/24/2022", &READING);
    assert_eq!(against.date, None);
    assert_eq!(against.remarks[0].rule, Rule::DateAgainstOrder);
    assert_eq!(against.remarks[0].suggestion.as_deref(), Some("2022-02-24"));
}

#[test]
fn a_year_of_two_digits_is_asked_about() {
    assert_eq!(rules("12/03/69", &READING), [Rule::TwoDigitYear]);
    assert_eq!(rules("12 Mar 69", &READING), [Rule::TwoDigitYear]);
    let told = DateReading { two_digit_years_from: Some(1930), ..READING };
    assert_eq!(date("12/03/69", &told), "1969-03-12");
    assert_eq!(date("12/03/05", &told), "2005-03-12");
    assert_eq!(date("120369", &told), "1969-03-12");
}

#[test]
fn what_no_calendar_has_and_what_is_no_date_are_told_apart() {
    for text in
        ["31/02/2020", "1970-02-29", "19700229", "30 February 2020", "13/1999", "00/00/2000"]
    {
        assert_eq!(rules(text, &READING), [Rule::DateImpossible], "{text}");
    }
    for text in ["yesterday", "12", "12/03", "3.5", "1/2/3/4/5", "March", "npm WARN", "-1", "1e9"] {
        assert_eq!(rules(text, &READING), [Rule::DateNotUnderstood], "{text}");
    }
}

#[test]
fn days_that_cannot_be_or_hardly_can_are_told() {
    assert_eq!(rules("2024-07-01", &READING), [Rule::DateInFuture]);
    assert_eq!(rules("2025", &READING), [Rule::DateInFuture]);
    assert_eq!(rules("2024", &READING), [], "the year has begun");
    assert_eq!(rules("1899-12-30", &READING), [Rule::DateTooEarly]);
    let buddhist = read("12/03/2562", &READING);
    assert_eq!(buddhist.remarks[0].suggestion.as_deref(), Some("2019 in the Buddhist era"));
}

#[test]
fn ranges_and_approximate_dates_keep_what_they_say() {
    let days = read("12-14 March 1969", &READING);
    assert_eq!(days.to, Some("1969-03-14".parse().unwrap()));
    assert_eq!(days.remarks[0].rule, Rule::DateRange);
    let interval = read("2020-01-01/2020-01-03", &READING);
    assert_eq!(interval.to, Some("2020-01-03".parse().unwrap()));
    assert_eq!(read("1968-1970", &READING).to, Some("1970".parse().unwrap()));
    let about = read("about 1969", &READING);
    assert_eq!(about.date, Some("1969".parse().unwrap()));
    assert_eq!(about.remarks[0].rule, Rule::DateApproximate);
    assert_eq!(rules("1969?", &READING), [Rule::DateApproximate]);
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,30}|[0-9/. -]{0,14}|[0-9]{0,20}") {
        for order in [DateOrder::Dmy, DateOrder::Mdy, DateOrder::Ymd, DateOrder::Ask] {
            let reading = DateReading { order, two_digit_years_from: Some(1930), ..READING };
            let found = read(&text, &reading);
            prop_assert!(found.date.is_some() || !found.remarks.is_empty());
        }
    }

    #[test]
    fn every_day_is_read_back_however_it_is_written(days in 0_i32..30_000) {
        let day = Date::constant(1939, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        prop_assume!(day <= READING.today);
        let (y, m, d) = (day.year(), day.month(), day.day());
        for text in [
            format!("{y}-{m:02}-{d:02}"),
            format!("{d}/{m}/{y}"),
            format!("{y}{m:02}{d:02}"),
            format!("{d:02}.{m:02}.{y}"),
        ] {
            prop_assert_eq!(date(&text, &READING), day.to_string(), "{}", text);
        }
    }
}
