//! Acts of *qualify*.
