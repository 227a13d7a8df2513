//! web: see ARCHITECTURE.md.
