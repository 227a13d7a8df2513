//! *Review*.
