//! Invented names and general words for the columns that hold text.
//!
//! Belongs here: lists of as many words as the real table has, with a few common and many rare.
//! Does not belong here: the name of any real place, unit, aircraft or weapon.

use super::draw::Draw;

/// Slots of the table a word is picked from: as fine as the rarest word of the largest list needs.
const SLOTS: u32 = 4096;

/// A list of words of which the first are the most common: the n-th is met 1/(n + 1) times as often.
pub(crate) struct Words {
    words: Vec<String>,
    slots: Vec<u16>,
}

impl Words {
    fn new(words: Vec<String>) -> Self {
        let weight = |rank: usize| 1_000_000 / (rank as u64 + 1);
        let total: u64 = (0..words.len()).map(weight).sum();
        let mut slots = Vec::with_capacity(SLOTS as usize);
        let mut reached = 0;
        for rank in 0..words.len() {
            reached += weight(rank);
            while (slots.len() as u64) < u64::from(SLOTS) * reached / total {
                slots.push(rank as u16);
            }
        }
        Self { words, slots }
    }

    /// A word and its place in the list.
    pub(crate) fn pick(&self, draw: &mut Draw) -> (usize, &[u8]) {
        let rank = usize::from(self.slots[draw.below(SLOTS) as usize]);
        (rank, self.words[rank].as_bytes())
    }
}

/// An invented name of two or three syllables; different for each number below 512.
fn name(number: usize) -> String {
    const SYLLABLES: [&str; 8] = ["KA", "RUN", "MOL", "TI", "SEV", "NA", "LOR", "BID"];
    let mut name = String::new();
    let mut left = number;
    loop {
        name.push_str(SYLLABLES[(left + name.len()) % 8]);
        left /= 8;
        if left == 0 {
            return name + "EN";
        }
    }
}

/// General words for what was reported on the ground.
const GROUND: [&str; 12] = [
    "AREA",
    "ROAD",
    "BRIDGE",
    "FORD",
    "FERRY",
    "STORE\\SHED",
    "VEHICLE",
    "BUILDING",
    "TRACK",
    "RIVER CRAFT",
    "UNKNOWN\\NOT SAID",
    "CLEARING",
];

/// Every list of words of the table.
pub(crate) struct Vocabulary {
    pub(crate) aircraft: Words,
    pub(crate) airfields: Words,
    pub(crate) ground: Words,
    pub(crate) other_weapons: [Words; 2],
    pub(crate) cluster_weapons: [Words; 2],
    pub(crate) call_signs: Words,
    pub(crate) functions: Words,
    pub(crate) operations: Words,
    pub(crate) units: Words,
    pub(crate) cloud_cover: Words,
    pub(crate) control: Words,
    pub(crate) weather: Words,
    pub(crate) results: Words,
    pub(crate) squares: Words,
}

/// Names of countries flown over: invented.
pub(crate) const COUNTRY_NAMES: [&str; 5] =
    ["SOUTH TARELLA", "MORIN", "NORTH TARELLA", "KESTOVIA", "ARDENLAND"];
/// Who flew: invented, in the table's three branches.
pub(crate) const SERVICES: &[(&str, u32)] = &[("AIRF", 1789), ("SEA", 410), ("MAR", 323)];
/// Periods of the day, most common first.
pub(crate) const PERIODS: &[(&str, u32)] = &[("D", 1654), ("N", 704), ("M", 22), ("E", 22)];

impl Vocabulary {
    /// The lists, the same each time.
    pub(crate) fn invented() -> Self {
        let list = |length: usize, word: &dyn Fn(usize) -> String| {
            Words::new((0..length).map(word).collect())
        };
        Self {
            aircraft: list(69, &|n| format!("TYPE{}", n + 1)),
            airfields: list(59, &|n| format!("{} AB", name(n))),
            ground: list(74, &|n| match n / GROUND.len() {
                0 => GROUND[n].to_owned(),
                series => format!("{} {}", GROUND[n % GROUND.len()], series + 1),
            }),
            // One and the same weapon stands under one name before 1970 and under another after.
            other_weapons: [
                list(80, &|n| format!("{}KG GENERAL {}", 50 * (1 + n % 10), n + 1)),
                list(80, &|n| format!("GENERAL ITEM {} ({})", n + 1, 50 * (1 + n % 10))),
            ],
            cluster_weapons: [
                list(12, &|n| format!("CLUSTER-{}/{}", n + 1, n + 6)),
                list(12, &|n| format!("CLUSTER{} DISPENSER (TYPE{})", n + 1, n + 6)),
            ],
            call_signs: list(489, &|n| name(n)),
            functions: list(61, &|n| format!("MISSION OF KIND {}", n + 1)),
            operations: list(480, &|n| format!("{} - {}", name(n / 3), name(n))),
            units: list(361, &|n| format!("UNIT{}", 100 + n)),
            cloud_cover: Words::new(
                [
                    "CLEAR",
                    "SCATTERED",
                    "BROKEN",
                    "OVERCAST",
                    "NOT SEEN",
                    "BELOW",
                    "BETWEEN",
                    "WITHIN",
                ]
                .map(str::to_owned)
                .to_vec(),
            ),
            control: list(12, &|n| format!("CONTROL FROM {}", name(n))),
            weather: list(425, &|n| format!("{:04}N", (n * 37 + 9999) % 10_000)),
            results: list(20, &|n| format!("RESULT {}", n + 1)),
            squares: list(60, &|n| {
                format!("{}{}", char::from(b'A' + (n % 8) as u8), char::from(b'A' + (n / 8) as u8))
            }),
        }
    }
}
