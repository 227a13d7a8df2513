//! Events of *qualify*.
