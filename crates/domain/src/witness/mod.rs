//! *Witness*.
