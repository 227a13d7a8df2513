//! One's own password: the old one and a code, the new one twice. Behind it stand new recovery codes, since the old
//! ones went with the old password, and a new sign-in.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{Stop, sign_in::Change};
use plantgate_domain::base::Why;

use super::recovery;
use crate::{
    door::{error::Trouble, fields::Fields, routes::Routes, visit::Visit},
    page::entry::NewPassword,
    render,
    view::Form,
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/me/password", show).act("/me/password", change)
}

async fn show(visit: Visit) -> Response {
    render::page(StatusCode::OK, &NewPassword { ui: visit.ui, form: Form::default() }).into_response()
}

async fn change(visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    match changed(&visit, &fields).await {
        Ok(caller) => Ok(recovery::begin(&visit.state, &caller).await?),
        Err(stop) => {
            let form = fields.wrong(stop, &visit.ui.r)?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &NewPassword { ui: visit.ui, form }))
        }
    }
}

async fn changed(visit: &Visit, fields: &Fields) -> Result<plantgate_app::Caller, Stop> {
    let change = Change { old: fields.text("old"), code: fields.text("code"), new: fields.text("password") };
    if change.new != fields.text("again") {
        return Err(Stop::field("again", Why::of("invalid-password-again")));
    }
    visit.state.app.change_password(&visit.who.secret, &change).await
}
