//! `POST /api/v1/access/decisions`: would this access be granted, and why? For other gateways and for live checks; a
//! question, never an entry. Takes the body of the act `request-access`; session, names, rights and facts come from one
//! snapshot.

use axum::Json;
use plantgate_app::permit::ask::{self, RequestAccess};
use plantgate_app::{Stop, names};
use plantgate_domain::base::Kind;
use serde_json::Value;

use super::problem::Problem;
use crate::door::session::{Asked, Inside};

/// Decides and answers with every check.
pub async fn decide(
    Asked { inside: Inside { who, mut look }, body: wish }: Asked<RequestAccess>,
) -> Result<Json<Value>, Problem> {
    for (kind, name) in [(Kind::Engagement, &wish.engagement), (Kind::Instance, &wish.instance)] {
        let on = names::find(&mut look, kind, name).await?.ok_or(Stop::NotFound)?;
        // Our people ask about what their roles see; a provider's engagement is checked with the question itself.
        if who.provider().is_none() && !look.sees(who.person.id, on).await? {
            return Err(Stop::NotFound.into());
        }
    }
    let now = look.now();
    let (decision, facts) = ask::decide_as(&mut look, &wish, &who.person, now).await?;
    let mut decided = decision.freeze(&facts);
    // How much is written in the house is ours to know; to a provider it would say that others exist.
    decided.log_size = if who.provider().is_none() { look.size() } else { 0 };
    Ok(Json(serde_json::to_value(decided).map_err(Stop::fault)?))
}
