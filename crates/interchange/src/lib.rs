//! interchange: see ARCHITECTURE.md.
