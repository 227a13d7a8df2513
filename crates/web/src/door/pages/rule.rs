//! What a rule says, in own words; the same for both sides, because nobody is judged by what they cannot read.

use axum::{
    extract::Path,
    http::StatusCode,
    response::{Redirect, Response},
};
use plantgate_app::{Stop, read::Memory};

use crate::{
    door::{error::Trouble, routes::Routes, visit::Visit},
    page::rule::RulePage,
    render,
};

/// Routes. `/r/R-15` is short enough for paper.
pub fn routes() -> Routes {
    Routes::new().page("/rules/{rule}", show).page("/r/{rule}", short)
}

async fn show(v: Visit, Path(rule): Path<String>) -> Result<Response, Trouble> {
    let rule = rule.to_uppercase();
    if !RulePage::KNOWN.contains(&rule.as_str()) {
        return Err(Stop::NotFound.into());
    }
    let version = v.look.rules().version;
    Ok(render::page(StatusCode::OK, &RulePage { ui: v.ui, rule, version }))
}

async fn short(_: Visit, Path(rule): Path<String>) -> Result<Redirect, Trouble> {
    let known = RulePage::KNOWN.iter().find(|k| k.eq_ignore_ascii_case(&rule)).ok_or(Stop::NotFound)?;
    Ok(Redirect::to(&format!("/rules/{known}")))
}
