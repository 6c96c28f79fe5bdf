//! Answers to a question, in the words and codes of the forms.
//!
//! Belongs here: the words for yes, no, don't know, not asked and refused. Does not belong here:
//! codes of pick-lists (`code`).

use super::text::folded;
use crate::object::Answer;

/// Words of each answer, folded: lower case, words apart by an underscore.
///
/// The words are those that the languages of affected states use on forms; the codes are those of
/// XLSForm questions and of spreadsheets. `na` and `n/a` are no answer but a blank.
///
/// # Source
/// Unicode CLDR, `posix/messages` yes and no strings, for the words of each language; GICHD Syria
/// forms 2018 to 2019 for the five kinds of answer.
const WORDS: &[(Answer, &[&str])] = &[
    (
        Answer::Yes,
        &[
            "yes",
            "y",
            "1",
            "true",
            "t",
            "oui",
            "si",
            "sí",
            "sim",
            "ja",
            "да",
            "так",
            "نعم",
            "بله",
            "بلی",
            "هو",
            "بەڵێ",
            "erê",
            "có",
            "ແມ່ນ",
            "ແມ່ນແລ້ວ",
            "បាទ",
            "ចាស",
            "បាទ_ចាស",
            "ใช่",
            "ဟုတ်",
            "ஆம்",
            "ඔව්",
            "da",
            "evet",
            "ndiyo",
            "haa",
            "x",
            "✓",
        ],
    ),
    (
        Answer::No,
        &[
            "no",
            "n",
            "0",
            "false",
            "f",
            "non",
            "não",
            "nao",
            "nein",
            "нет",
            "ні",
            "لا",
            "كلا",
            "نه",
            "نخیر",
            "خیر",
            "نەخێر",
            "không",
            "khong",
            "ບໍ່",
            "ບໍ່ແມ່ນ",
            "ទេ",
            "ไม่",
            "ไม่ใช่",
            "မဟုတ်",
            "இல்லை",
            "නැත",
            "නැහැ",
            "ne",
            "hayır",
            "hapana",
            "maya",
        ],
    ),
    (
        Answer::DontKnow,
        &[
            "don_t_know",
            "dont_know",
            "do_not_know",
            "dk",
            "unknown",
            "unk",
            "not_known",
            "not_sure",
            "idk",
            "ne_sait_pas",
            "nsp",
            "je_ne_sais_pas",
            "inconnu",
            "no_sabe",
            "não_sabe",
            "nao_sabe",
            "weiß_nicht",
            "не_знаю",
            "невідомо",
            "неизвестно",
            "لا_أعرف",
            "لا_أعلم",
            "لا_اعرف",
            "غير_معروف",
            "نمی_دانم",
            "نمیدانم",
            "không_biết",
            "ບໍ່ຮູ້",
            "មិនដឹង",
            "ไม่ทราบ",
            "தெரியாது",
            "ne_znam",
            "nepoznato",
            "bilmiyorum",
            "sijui",
            "88",
            "98",
        ],
    ),
    (
        Answer::NotAsked,
        &[
            "not_asked",
            "notasked",
            "skipped",
            "not_applicable",
            "non_posée",
            "non_posé",
            "non_demandé",
            "no_preguntado",
            "не_питали",
            "не_запитували",
            "не_спрашивали",
            "لم_يسأل",
            "nije_pitano",
        ],
    ),
    (
        Answer::Refused,
        &[
            "refused",
            "refuse",
            "refused_to_answer",
            "declined",
            "prefer_not_to_say",
            "prefer_not_to_answer",
            "no_answer",
            "refus",
            "refusé",
            "rehusó",
            "recusou",
            "відмова",
            "відмовився",
            "відмовилась",
            "отказ",
            "رفض",
            "رفض_الإجابة",
            "từ_chối",
            "odbio",
            "odbila",
            "99",
        ],
    ),
];

/// The code of an answer in an object's field.
#[must_use]
pub(super) fn code(answer: Answer) -> &'static str {
    match answer {
        Answer::Yes => "yes",
        Answer::No => "no",
        Answer::DontKnow => "dont-know",
        Answer::NotAsked => "not-asked",
        Answer::Refused => "refused",
    }
}

/// The answer that a word stands for; `None` for a word that is none.
#[must_use]
pub(super) fn read(text: &str) -> Option<Answer> {
    // Numbers that went through a spreadsheet carry a decimal: `1.0`.
    let text = text.trim();
    let text = text.strip_suffix(".0").unwrap_or(text);
    if text.len() > 64 {
        return None;
    }
    let word = folded(text);
    let word = if word.is_empty() { text } else { word.as_str() };
    WORDS.iter().find(|(_, words)| words.contains(&word)).map(|(answer, _)| *answer)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn answers_are_read_in_many_languages() {
        for (text, answer) in [
            ("Yes", Answer::Yes),
            ("oui", Answer::Yes),
            ("Так", Answer::Yes),
            ("نعم", Answer::Yes),
            ("1.0", Answer::Yes),
            ("TRUE", Answer::Yes),
            ("ні", Answer::No),
            ("لا", Answer::No),
            ("Không", Answer::No),
            ("Don't know", Answer::DontKnow),
            ("dont_know", Answer::DontKnow),
            ("ne sait pas", Answer::DontKnow),
            ("Not asked", Answer::NotAsked),
            ("Prefer not to say", Answer::Refused),
        ] {
            assert_eq!(read(text), Some(answer), "{text}");
        }
        for text in ["maybe", "", "2", "yes and no", "npm WARN"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_word_stands_for_one_answer() {
        let mut seen = BTreeSet::new();
        for word in WORDS.iter().flat_map(|(_, words)| *words) {
            assert!(seen.insert(*word), "{word} twice");
            assert_eq!(folded(word).is_empty(), *word == "✓", "{word}");
        }
        let codes: Vec<String> =
            [Answer::Yes, Answer::No, Answer::DontKnow, Answer::NotAsked, Answer::Refused]
                .iter()
                .map(|answer| {
                    assert_eq!(read(code(*answer)), Some(*answer));
                    serde_json::to_string(answer).unwrap()
                })
                .collect();
        assert_eq!(codes.len(), 5);
        assert!(codes.contains(&format!("\"{}\"", code(Answer::DontKnow))));
    }
}
