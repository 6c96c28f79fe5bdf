//! What the record makes probable: dud rates pooled over conflicting evidence.
