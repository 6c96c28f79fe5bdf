//! What the law says to a case on a day: provision, reading, missing fact.
//!
//! Belongs here: a small typed evaluator over the record's treaties and national provisions, with
//! a trace for each answer. Does not belong here: a judgement of the whole. No answer says that
//! conduct is permitted or not by law; each says whether one provision holds of it.
//!
//! ```
//! use jiff::civil::date;
//! use remnant_record::law::{TransferQuestion, Verdict, transfer};
//! use remnant_record::{AsOf, MunitionId, Record, StateCode, shipped};
//!
//! let record = Record::read(&[shipped()]).expect("the shipped record is sound").record;
//! let question = TransferQuestion {
//!     exporter: StateCode::new("USA"),
//!     recipient: StateCode::new("UKR"),
//!     transit: vec![StateCode::new("DEU")],
//!     munition: MunitionId::new("m483a1"),
//! };
//! let law = transfer(&record, &question, AsOf::day(date(2023, 6, 30)))?;
//! let transit = law.answer("transit-deu-ccm-1-1-b-transfer").expect("Germany is asked about");
//! assert_eq!(transit.verdict, Verdict::Disputed);
//! assert_eq!(transit.readings, ["transit-1", "transit-2"]);
//! # Ok::<(), remnant_record::law::LawError>(())
//! ```

mod answer;
mod coded;
mod convention;
mod decision;
mod definition;
mod ground;
mod national;
mod rate;
mod transfer;
mod verdict;

pub use answer::{Interval, ProvisionAnswer, ReadingOutcome, Role};
pub use decision::{Decision, DecisionStatement, decision};
pub use definition::{Definition, DefinitionAnswer, cluster_munition};
pub use ground::{EvidenceGrade, ReadingSide};
pub use rate::{LimitedRate, RateTest};
pub use transfer::{TransferLaw, TransferQuestion, transfer};
pub use verdict::{Judgement, LawError, RankedRule, Sides, Truth, Verdict, decide};
