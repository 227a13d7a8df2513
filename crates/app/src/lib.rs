//! The office: one struct for each thing a person can do (an Act). It says who may, loads, lets the domain decide and
//! appends. Doors call it; it calls the store; it knows no HTTP, no page and no command line.

pub mod act;
pub mod acts;
pub mod bearer;
pub mod demo;
pub mod expect;
pub mod import;
pub mod keys_file;
pub mod messages;
pub mod names;
mod paged;
pub mod permit;
pub mod power;
pub mod qualify;
pub mod reach;
pub mod registered;
pub mod review;
pub mod schema;
pub mod sign;
pub mod sign_in;
pub mod today;
pub mod witness;

pub use act::{Act, Answer, App, Caller, Effect, Previewed};
pub use plantgate_interchange::csv::write as csv_file;
pub use plantgate_interchange::sheet::book as xlsx_file;
pub use plantgate_store::{Away, Clock, Limits, Stop, blobs::choose_tls, stop, writer::new_request};
pub use power::{May, Place, Power};
pub use registered::{Outcome, Registered};

/// Wall time in seconds, for working state such as a form that runs out; never a plant's time.
pub fn wall_now() -> i64 {
    plantgate_store::clock::Wall::now().0
}

/// What doors need to read: snapshots, lists and the memory's questions.
pub mod read {
    pub use plantgate_store::{
        book::Read,
        frozen::{Frozen, FrozenPage},
        list::{Cursor, Order, Page, Query, Row},
        look::Look,
        memory::{Kept, Memory},
        ops::upload::By,
        past::Past,
        roll::{RollEngagement, RollRow},
        shelf::Shelf,
        signatures::Signed,
        watermark::Behind,
        witnesses,
    };
}
