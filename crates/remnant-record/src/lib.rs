//! Who says what, valid when, known when: dated, attributed, sourced statements.
