//! *Access*: ask, be answered with every reason, decide, and what was granted. One file for what one person does.

mod again;
mod ask;
mod asked;
mod decide;
mod grant;
mod grant_acts;
mod list;
mod request;
mod shifts;
pub mod shown;
pub mod times;

use axum::response::Redirect;

use plantgate_domain::{base::Instant, permit::grant::Grant};

use crate::door::routes::Routes;

pub use ask::may_ask;
pub use asked::attendants;
pub use request::fixed;

/// The word of a grant's state on pages: `grant-…`.
pub fn grant_word(grant: &Grant, at: Instant) -> &'static str {
    match grant.word(at) {
        "active" => "open",
        "expired" => "ended",
        word => word,
    }
}

/// Routes.
pub fn routes() -> Routes {
    Routes::new()
        .page("/access", list::requests)
        .page("/access/grants", list::grants)
        .page("/access/grants/{name}", grant::show)
        .act("/access/grants/{name}/certificate", grant_acts::certificate)
        .page("/access/grants/{name}/certificates/{serial}", grant::certificate)
        .act("/access/grants/{name}/revoke", grant_acts::revoke)
        .act("/access/grants/{name}/disconnect", grant_acts::disconnect)
        .act("/access/grants/{name}/extend", grant_acts::extend)
        .act("/access/grants/{name}/attendant", grant_acts::attendant)
        .act("/access/grants/{name}/review", grant_acts::review)
        .act("/access/grants/{name}/shift", grant_acts::shift)
        .page("/access/request", || async { Redirect::to("/access/new") })
        .page("/access/new", ask::show)
        .page("/access/new/checks", ask::checks)
        .act("/access/requests", ask::send)
        .page("/access/requests/{name}", request::show)
        .act("/access/requests/{name}/withdraw", request::withdraw)
        .page("/access/requests/{name}/approve", decide::approve)
        .act("/access/requests/{name}/approve", decide::approved)
        .page("/access/requests/{name}/deny", decide::deny)
        .act("/access/requests/{name}/deny", decide::denied)
}
