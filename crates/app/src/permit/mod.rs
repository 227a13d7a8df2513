//! Acts of *permit*.
