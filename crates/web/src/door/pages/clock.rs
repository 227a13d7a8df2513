//! A clock nobody believes: what it shows, what is reckoned, who has named which time, and the form by which two
//! people set writing going again.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Stop,
    expect::clock::ConfirmClock,
    power::{could, roles},
    read::Memory,
};
use plantgate_domain::{
    base::{Kind, Why},
    expect::organisation::Organisation,
};

use super::{access::times, engagement_parts::item};
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        routes::Routes,
        visit::Visit,
    },
    page::admin::ClockPage,
    render,
    view::Form,
};

const KEY: &str = "confirm-clock";

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/clock", show).act("/clock", confirm)
}

async fn show(visit: Visit) -> Result<Response, Trouble> {
    let page = page(visit.ours()?.at("admin"), Form::default()).await?;
    Ok(render::page(StatusCode::OK, &page))
}

async fn page(mut visit: Visit, form: Form) -> Result<ClockPage, Trouble> {
    let organisation = visit.look.every(Kind::Organisation).await?.into_iter().next().ok_or(Stop::NotFound)?;
    let named = Organisation::try_from(organisation.thing)?.clock.named;
    let named = match named {
        Some((by, at)) => Some((item(&mut visit, by.into()).await?.text, at)),
        None => None,
    };
    let rules = visit.look.rules();
    let who: Vec<String> = roles(KEY, &rules).iter().map(|r| visit.ui.word("power", r).to_string()).collect();
    let may = could(&visit.who.person, KEY, &[], &rules);
    Ok(ClockPage { shown: visit.ui.doubted, named, may, who: who.join(", "), form, ui: visit.ui })
}

async fn confirm(visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    let visit = visit.ours()?.at("admin");
    let around = visit.ui.doubted.unwrap_or(visit.ui.now);
    let act = match times::moment(&fields.text("instant"), &visit.ui.r.zone, around) {
        Some(instant) => Ok(ConfirmClock { instant, reason: fields.text("reason") }),
        None => Err(Stop::field("instant", Why::of("clock-unreadable"))),
    };
    let answer = match act {
        Ok(act) => visit.state.app.act(visit.caller(), fields.request()?, act).await,
        Err(stop) => Err(stop),
    };
    match answer {
        Ok(answer) => {
            let what = if answer.done.confirmed { "clock-confirmed" } else { "clock-named" };
            Ok(done("/clock", what, answer.entry).into_response())
        }
        Err(stop) => {
            let form = fields.wrong(stop, &visit.ui.r)?;
            let page = page(visit, form).await?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}
