//! What we show, and on what it rests: figures, pages, charts and tables.

pub mod basemap;
pub mod chart;
