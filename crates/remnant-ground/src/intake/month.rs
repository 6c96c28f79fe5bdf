//! Names of months.
//!
//! Belongs here: the words and their short forms in the languages of the files. Does not belong
//! here: dates (`date`).

/// Names of the twelve months by language, in lower case; several words for one month are parted
/// by `|`. A short form of three letters or more is recognised from the full name where it names
/// one month only.
///
/// # Source
/// Unicode CLDR, Gregorian calendar, wide and abbreviated month names, format and stand-alone.
const MONTHS: &[[&str; 12]] = &[
    // English
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september|sept",
        "october",
        "november",
        "december",
    ],
    // French
    [
        "janvier|janv",
        "février|fevrier|févr|fevr",
        "mars",
        "avril|avr",
        "mai",
        "juin",
        "juillet|juil",
        "août|aout",
        "septembre",
        "octobre",
        "novembre",
        "décembre|decembre|déc",
    ],
    // Spanish
    [
        "enero|ene",
        "febrero",
        "marzo",
        "abril|abr",
        "mayo",
        "junio",
        "julio",
        "agosto|ago",
        "septiembre|setiembre",
        "octubre",
        "noviembre",
        "diciembre|dic",
    ],
    // Portuguese
    [
        "janeiro",
        "fevereiro|fev",
        "março|marco",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro|set",
        "outubro|out",
        "novembro",
        "dezembro|dez",
    ],
    // German
    [
        "januar|jänner",
        "februar",
        "märz|maerz",
        "april",
        "mai",
        "juni",
        "juli",
        "august",
        "september",
        "oktober|okt",
        "november",
        "dezember",
    ],
    // Ukrainian
    [
        "січень|січня|січ",
        "лютий|лютого|лют",
        "березень|березня|бер",
        "квітень|квітня|кві",
        "травень|травня|тра",
        "червень|червня|чер",
        "липень|липня|лип",
        "серпень|серпня|сер",
        "вересень|вересня|вер",
        "жовтень|жовтня|жов",
        "листопад|листопада|лис",
        "грудень|грудня|гру",
    ],
    // Russian
    [
        "январь|января|янв",
        "февраль|февраля|фев",
        "март|марта|мар",
        "апрель|апреля|апр",
        "май|мая",
        "июнь|июня|июн",
        "июль|июля|июл",
        "август|августа|авг",
        "сентябрь|сентября|сен|сент",
        "октябрь|октября|окт",
        "ноябрь|ноября|ноя",
        "декабрь|декабря|дек",
    ],
    // Bosnian, Croatian, Serbian
    [
        "januar|siječanj|siječnja",
        "februar|veljača|veljače",
        "mart|ožujak|ožujka",
        "april|travanj|travnja",
        "maj|svibanj|svibnja",
        "juni|jun|lipanj|lipnja",
        "juli|jul|srpanj|srpnja",
        "august|avgust|kolovoz|kolovoza",
        "septembar|rujan|rujna",
        "oktobar",
        "novembar|studeni|studenoga",
        "decembar|prosinac|prosinca",
    ],
    // Arabic, of the west and of Egypt
    [
        "يناير",
        "فبراير",
        "مارس",
        "أبريل|ابريل",
        "مايو",
        "يونيو",
        "يوليو",
        "أغسطس|اغسطس",
        "سبتمبر",
        "أكتوبر|اكتوبر",
        "نوفمبر",
        "ديسمبر",
    ],
    // Arabic, of the Levant and Iraq: names of two words are joined by `_`
    [
        "كانون_الثاني",
        "شباط",
        "آذار|اذار",
        "نيسان",
        "أيار|ايار",
        "حزيران",
        "تموز",
        "آب|اب",
        "أيلول|ايلول",
        "تشرين_الأول|تشرين_الاول",
        "تشرين_الثاني",
        "كانون_الأول|كانون_الاول",
    ],
    // Lao
    [
        "ມັງກອນ",
        "ກຸມພາ",
        "ມີນາ",
        "ເມສາ",
        "ພຶດສະພາ",
        "ມິຖຸນາ",
        "ກໍລະກົດ",
        "ສິງຫາ",
        "ກັນຍາ",
        "ຕຸລາ",
        "ພະຈິກ",
        "ທັນວາ",
    ],
    // Khmer
    ["មករា", "កុម្ភៈ", "មីនា", "មេសា", "ឧសភា", "មិថុនា", "កក្កដា", "សីហា", "កញ្ញា", "តុលា", "វិច្ឆិកា", "ធ្នូ"],
];

/// The number, 1 to 12, of the month that a word names; `None` for a word that names none or more
/// than one.
#[must_use]
pub(super) fn month(word: &str) -> Option<i8> {
    let word = word.trim_end_matches('.').to_lowercase();
    if word.chars().count() < 2 {
        return None;
    }
    let names = || {
        MONTHS.iter().flat_map(|year| {
            (1_i8..)
                .zip(year)
                .flat_map(|(number, names)| names.split('|').map(move |n| (number, n)))
        })
    };
    if let Some((number, _)) = names().find(|(_, name)| *name == word) {
        return Some(number);
    }
    if word.chars().count() < 3 {
        return None;
    }
    let mut found = None;
    for (number, _) in names().filter(|(_, name)| name.starts_with(&word)) {
        if found.is_some_and(|earlier| earlier != number) {
            return None;
        }
        found = Some(number);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_known_by_full_and_short_names() {
        for (word, number) in [
            ("March", 3),
            ("Mar.", 3),
            ("SEPT", 9),
            ("août", 8),
            ("févr.", 2),
            ("травня", 5),
            ("окт", 10),
            ("تموز", 7),
            ("تشرين_الثاني", 11),
            ("dez", 12),
            ("May", 5),
            ("ມີນາ", 3),
        ] {
            assert_eq!(month(word), Some(number), "{word}");
        }
    }

    #[test]
    fn a_word_that_names_no_month_or_two_is_none() {
        // `jui` is June or July in French, `ju` and `ma` any of several.
        for word in ["jui", "ju", "ma", "", "monday", "x", "марка"] {
            assert_eq!(month(word), None, "{word}");
        }
    }

    #[test]
    fn no_full_name_stands_for_two_months() {
        for year in MONTHS {
            for (number, names) in (1..).zip(year) {
                for name in names.split('|') {
                    assert_eq!(month(name), Some(number), "{name}");
                }
            }
        }
    }
}
