//! Events of *permit*.
