//! Acts of *witness*.
