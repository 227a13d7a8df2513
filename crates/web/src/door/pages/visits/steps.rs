//! The steps of a visit that are one button: they are here, I am beside them, they went, the record is closed.

use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{Stop, acts};
use plantgate_domain::base::{Kind, VisitId};
use serde_json::{Map, Value, json};

use super::show;
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        visit::Visit,
    },
    render,
};

/// `POST /visits/{name}/{act}`
pub async fn act(visit: Visit, Path((name, act)): Path<(String, String)>, fields: Fields) -> Result<Response, Trouble> {
    let mut visit = visit.ours()?.at("access");
    let full = match act.as_str() {
        "arrive" => "record-arrival",
        "check-in" => "attend-visit",
        "leave" => "record-leaving",
        "close" => "close-visit",
        _ => return Err(Stop::NotFound.into()),
    };
    let id: VisitId = visit.seen(Kind::Visit, &name).await?;
    let mut body = Map::from_iter([("visit".to_owned(), json!(name))]);
    if act == "close" {
        body.extend(fields.maybe("reason").map(|why| ("reason".to_owned(), Value::String(why))));
    }
    match acts::act(&visit.state.app, visit.caller(), fields.request()?, full, Value::Object(body)).await {
        Ok(answer) => {
            let entry = answer.get("entry").and_then(Value::as_u64).unwrap_or_default();
            Ok(done(&format!("/visits/{name}"), &format!("visit-{act}"), entry).into_response())
        }
        Err(stop) => {
            let form = fields.wrong(stop, &visit.ui.r)?;
            let page = show::page(visit, id, form).await?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}
