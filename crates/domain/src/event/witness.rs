//! Events of *witness*.
