//! Events of *review*.
