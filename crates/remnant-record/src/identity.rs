//! Names by which rows of the record refer to one another.
//!
//! Belongs here: ids as types, so that a munition is never looked up by the id of a submunition.
//! Does not belong here: whether such a row exists (`check`).

use std::fmt;

use serde::Serialize;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The id as it is written.
            #[must_use]
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The id as it is written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// A source: `law-nbc-20230630`.
    SourceId;
    /// A type of cluster munition: `m864`.
    MunitionId;
    /// A type of submunition: `m42-m46`.
    SubmunitionId;
    /// A state by its ISO 3166-1 alpha-3 code: `LAO`. Codes and not names: names change.
    StateCode;
}
