//! Acts of *review*.
