//! Which national provisions are coded, and as what.
//!
//! Belongs here: the table from a provision's id to what the code makes of it. Does not belong
//! here: evaluating it (`national`). A provision that is not in this table is answered as unknown.

use super::definition::Definition;
use super::rate::LimitedRate;

/// What the code makes of a provision.
#[derive(Clone, Copy, Debug)]
pub(super) enum Coded {
    /// A yearly clause that limits transfers by a rate; later years of a series end earlier ones.
    RateClause { series: &'static [&'static str], limited: LimitedRate },
    /// A power to waive limits.
    Waiver,
    /// A memorandum by which that power was delegated, with no word on cluster munitions.
    WaiverDelegated,
    /// A term in contracts of sale.
    SaleTerm,
    /// A ban, with its exceptions.
    Ban(Ban),
    /// The penalty for breaking a ban.
    Penalty { of: &'static str },
    /// An exception, answered with the ban that names it.
    Exception,
    /// It governs other conduct than a transfer.
    OtherConduct(&'static str),
}

/// A ban in national law.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ban {
    pub(super) definition: Definition,
    /// The act as the provision names it, for each role; `None` where no word seen names it.
    pub(super) exporter: Option<&'static str>,
    pub(super) recipient: Option<&'static str>,
    pub(super) transit: Option<&'static str>,
    pub(super) exceptions: &'static [Exception],
    /// The event that reports an analysis of whom the ban binds and against whom it is enforced.
    pub(super) analysis: Option<&'static str>,
}

/// An exception to a ban.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exception {
    /// The provision, as printed.
    pub(super) provision: &'static str,
    /// Its own row, where it has one.
    pub(super) row: Option<&'static str>,
    pub(super) test: ExceptionTest,
}

/// On what an exception turns.
#[derive(Clone, Copy, Debug)]
pub(super) enum ExceptionTest {
    /// The Convention allows the act.
    AllowedByConvention,
    /// The forces of a state not party move the munitions.
    VisitingForce,
    /// A fact that no question of transfer states.
    Fact(&'static str),
}

/// How the first day in force is found where the record has none in its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// The day from which the provision is known is a day on which it stood.
    KnownFrom,
    /// It begins by an order or a section that was not read.
    NotSeen,
}

const STATE_AND_FOREIGN_OPERATIONS: &[&str] = &[
    "us-sfops-fy2008",
    "us-sfops-fy2009",
    "us-sfops-fy2010",
    "us-sfops-fy2011-2018",
    "us-sfops-fy2019",
    "us-sfops-2023",
];
const DEFENSE: &[&str] = &["us-dodapprop-since2017"];

const KWKG_18A: Ban = Ban {
    definition: Definition::Ccm,
    exporter: Some("export and handing over"),
    recipient: Some("import, acquisition and possession"),
    transit: Some("transit through federal territory, transport and storage"),
    exceptions: &[Exception {
        provision: "section 18a(3)",
        row: None,
        test: ExceptionTest::AllowedByConvention,
    }],
    analysis: Some("t-2024-09-25b"),
};

const CMPA_2: Ban = Ban {
    definition: Definition::Ccm,
    exporter: Some("transfer, which includes moving from the United Kingdom"),
    recipient: Some("acquisition and possession"),
    transit: Some("transfer, which includes moving into or from the United Kingdom"),
    exceptions: &[
        Exception {
            provision: "section 8",
            row: Some("gb-cmpa-8"),
            test: ExceptionTest::VisitingForce,
        },
        Exception {
            provision: "section 9",
            row: Some("gb-cmpa-9"),
            test: ExceptionTest::Fact(
                "whether the defence for joint operations applies; section 9 itself was not read",
            ),
        },
    ],
    analysis: None,
};

const CODE_DIVISION_72: Ban = Ban {
    definition: Definition::Ccm,
    exporter: Some("transfer"),
    recipient: Some("acquisition and stockpiling"),
    transit: None,
    exceptions: &[Exception {
        provision: "sections 72.39 ff.",
        row: None,
        test: ExceptionTest::Fact("whether a defence applies; sections 72.40 ff. were not read"),
    }],
    analysis: None,
};

const COOK_ISLANDS: Ban = Ban {
    definition: Definition::Ccm,
    exporter: Some("transfer"),
    recipient: Some("acquisition, possession and stockpiling"),
    transit: None,
    exceptions: &[Exception {
        provision: "sections 7 and 9",
        row: None,
        test: ExceptionTest::Fact(
            "whether the act is by those named in section 7, or permitted for training or \
             destruction under section 9",
        ),
    }],
    analysis: None,
};

const CANADA: Ban = Ban {
    definition: Definition::Canada,
    exporter: None,
    recipient: None,
    transit: None,
    exceptions: &[],
    analysis: None,
};

/// What the code makes of a provision; `None` where it was not coded.
pub(super) fn coded(rule: &str) -> Option<Coded> {
    use LimitedRate::{
        FailureRateAsReported, FunctioningRate, UnexplodedAcrossEnvironments as Unexploded,
    };
    let clause = |limited| Coded::RateClause { series: STATE_AND_FOREIGN_OPERATIONS, limited };
    Some(match rule {
        "us-sfops-fy2008" | "us-sfops-fy2009" => clause(FunctioningRate),
        "us-sfops-fy2010" | "us-sfops-fy2011-2018" | "us-sfops-fy2019" | "us-sfops-2023" => {
            clause(Unexploded)
        }
        "us-dodapprop-since2017" => {
            Coded::RateClause { series: DEFENSE, limited: FailureRateAsReported }
        }
        "us-faa-614-a1" | "us-faa-614-a2" => Coded::Waiver,
        "us-faa-506-614-20240528" | "us-faa-506-614-20240703" => Coded::WaiverDelegated,
        "us-dsca-loa-note" => Coded::SaleTerm,
        "us-dod-2001" => Coded::OtherConduct("what the Department of Defense buys"),
        "us-dod-2008" | "us-dod-2017" => {
            Coded::OtherConduct("use, retention and buying by United States forces")
        }
        "de-kwkg-18a" => Coded::Ban(KWKG_18A),
        "de-kwkg-20a" => Coded::Penalty { of: "de-kwkg-18a" },
        "gb-cmpa-2" => Coded::Ban(CMPA_2),
        "gb-cmpa-8" | "gb-cmpa-9" => Coded::Exception,
        "au-cc-72" => Coded::Ban(CODE_DIVISION_72),
        "ck-cma" => Coded::Ban(COOK_ISLANDS),
        "ca-pcma" => Coded::Ban(CANADA),
        "ie-cmapm-pt4" | "be-invest" | "it-invest" | "li-invest" | "lu-invest" | "nl-invest"
        | "es-invest" | "ch-invest" | "ws-invest" => Coded::OtherConduct("investment"),
        "lt-denounce" => Coded::OtherConduct("the state's own consent to the Convention"),
        _ => return None,
    })
}

/// The ban that a rule's id stands for.
pub(super) fn ban(rule: &str) -> Option<Ban> {
    match coded(rule)? {
        Coded::Ban(ban) => Some(ban),
        _ => None,
    }
}

/// How the start of a provision without a recorded one is found.
///
/// A statute that was public on a day is taken to stand from it, except where it says that it
/// begins by an order or a section that nobody read.
pub(super) fn start(rule: &str) -> Start {
    match coded(rule) {
        Some(
            Coded::RateClause { .. }
            | Coded::Waiver
            | Coded::SaleTerm
            | Coded::Ban(_)
            | Coded::Penalty { .. }
            | Coded::Exception,
        ) if rule != "us-sfops-fy2011-2018" => Start::KnownFrom,
        _ => Start::NotSeen,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_clause_of_a_series_is_coded_as_one_of_it() {
        for series in [STATE_AND_FOREIGN_OPERATIONS, DEFENSE] {
            for rule in series {
                let Some(Coded::RateClause { series: own, .. }) = coded(rule) else {
                    panic!("{rule} is not coded as a clause");
                };
                assert_eq!(own, series, "{rule}");
            }
        }
    }

    #[test]
    fn penalties_lead_to_a_ban_and_exceptions_are_named_by_one() {
        let Some(Coded::Penalty { of }) = coded("de-kwkg-20a") else { panic!("a penalty") };
        assert!(ban(of).is_some());
        let named: Vec<&str> = ["de-kwkg-18a", "gb-cmpa-2", "au-cc-72", "ck-cma", "ca-pcma"]
            .into_iter()
            .flat_map(|rule| ban(rule).expect("a ban").exceptions)
            .filter_map(|exception| exception.row)
            .collect();
        assert_eq!(named, ["gb-cmpa-8", "gb-cmpa-9"]);
        for row in named {
            assert!(matches!(coded(row), Some(Coded::Exception)), "{row}");
        }
    }
}
