//! Acts of *permit*: engagements are opened, access is asked for, judged, given and taken away.

pub mod approve;
pub mod ask;
pub mod facts;
pub mod hand;
