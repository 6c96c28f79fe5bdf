//! Where it is kept.
//!
//! Belongs here: the journal, its projections, and all SQL, for a GeoPackage and for PostGIS. Does
//! not belong here: pages, HTTP, rules of mine action.
