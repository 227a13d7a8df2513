//! Acts of *permit*: engagements are opened, access is asked for, judged, given and taken away.

pub mod activation;
pub mod approve;
pub mod ask;
pub mod beforehand;
pub mod calendar;
pub mod change;
pub mod emergency;
pub mod engaged;
pub mod facts;
pub mod grant;
pub mod hand;
pub mod hold;
pub mod observed;
pub mod reads;
pub mod shift;
pub mod step;
pub mod touched;
