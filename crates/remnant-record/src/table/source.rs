//! Sources: the pages on which the record rests.

use serde::Serialize;

use crate::date::PartialDate;
use crate::folder::Row;
use crate::identity::SourceId;
use crate::known_from::{KnownFrom, KnownFromBasis};

/// A document: who published it, when, where, and when it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The id by which rows cite it.
    pub id: SourceId,
    /// Its title.
    pub title: String,
    /// Its author or publisher.
    pub publisher: String,
    /// When it was published, as precisely as was seen.
    pub published: Option<PartialDate>,
    /// Its address, where one was seen.
    pub address: Option<String>,
    /// What kind of document it is.
    pub kind: String,
    /// When the stored copy was read.
    pub accessed: PartialDate,
    /// What the editors note of it.
    pub note: Option<String>,
    /// The folder that the row came from.
    pub folder: String,
    /// The file in the folder.
    pub file: &'static str,
    /// The line of the file.
    pub line: u64,
}

impl Source {
    pub(crate) fn of(row: &Row) -> Option<Self> {
        Some(Self {
            id: SourceId::new(row.get("source_id")?),
            title: row.text("title"),
            publisher: row.get("publisher").or_else(|| row.get("author_publisher"))?.to_owned(),
            published: row.date("date_published"),
            address: row.get("url").map(str::to_owned),
            kind: row.text("kind"),
            accessed: row.date("accessed")?,
            note: row.get("note").map(str::to_owned),
            folder: row.folder.clone(),
            file: row.table.file(),
            line: row.line,
        })
    }

    /// The day from which what the source says was public.
    #[must_use]
    pub fn known_from(&self) -> KnownFrom {
        match self.published {
            Some(published) => KnownFrom {
                day: published.last_day(),
                basis: KnownFromBasis::Published(self.id.clone()),
            },
            None => KnownFrom {
                day: self.accessed.last_day(),
                basis: KnownFromBasis::Accessed(self.id.clone()),
            },
        }
    }
}
