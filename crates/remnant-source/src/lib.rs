//! What outsiders said, word for word: documents and the readers that turn their bytes into rows.
