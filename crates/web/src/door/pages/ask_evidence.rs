//! The form that sends a request: for something owed, or beyond it with a reason the provider sees.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    permit::engaged::engaged,
    qualify::request::SendRequest,
    read::{Memory, Query},
};
use plantgate_domain::{
    base::{EngagementId, Kind},
    expect::engagement::Engagement,
};

use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        listing::Asked,
        routes::Routes,
        visit::Visit,
    },
    page::evidence::AskEvidence,
    render,
    view::{Choice, Form},
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/evidence/requests/new", show).act("/evidence/requests", send)
}

async fn show(visit: Visit, asked: Asked) -> Result<Response, Trouble> {
    let visit = visit.ours()?.at("evidence");
    let names = ["engagement", "obligation", "site", "key"];
    let form = Form::of(names.into_iter().filter_map(|n| asked.get(n).map(|v| (n, v.to_owned()))));
    Ok(render::page(StatusCode::OK, &page(visit, form).await?))
}

async fn send(visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    let visit = visit.ours()?.at("evidence");
    let obligation = fields.maybe("obligation");
    let beyond = obligation.is_none();
    let due = fields.maybe("due").map(|_| fields.read("due")).transpose();
    let act = due.map(|due| SendRequest {
        reference: None,
        engagement: fields.maybe("engagement").filter(|_| beyond),
        site: fields.maybe("site").filter(|_| beyond),
        key: fields.maybe("key").filter(|_| beyond),
        reason: fields.maybe("reason").filter(|_| beyond),
        obligation,
        period: fields.text("period"),
        due,
    });
    let sent = match act {
        Ok(act) => visit.state.app.act(visit.caller(), fields.request()?, act).await,
        Err(stop) => Err(stop),
    };
    match sent {
        Ok(answer) => {
            let path = format!("/evidence/requests/{}", answer.done.reference);
            Ok(done(&path, "request-sent", answer.entry).into_response())
        }
        Err(stop) => {
            let form = fields.wrong(stop, &visit.ui.r)?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page(visit, form).await?))
        }
    }
}

async fn page(mut visit: Visit, form: Form) -> Result<AskEvidence, Trouble> {
    let mut engagements = vec![Choice::new("", "–")];
    let page = visit.look.page(&Query::new(Kind::Engagement, visit.me(), 500)).await?;
    for row in page.rows {
        let e = Engagement::try_from(row.kept.thing)?;
        engagements.push(Choice::new(e.facts.reference.clone(), format!("{} {}", e.facts.reference, e.facts.name)));
    }
    let (mut owed, mut sites, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    if !form.value("engagement").is_empty() {
        let id: EngagementId = visit.seen(Kind::Engagement, form.value("engagement")).await?;
        let now = visit.look.now();
        let of = engaged(&mut visit.look, id, now).await?;
        owed.push(Choice::new("", visit.ui.t("evreq-not-owed").to_string()));
        for o in &of.owes {
            let f = &o.obligation.facts;
            let site = of.places.iter().find(|p| p.site.id == f.site).map(|p| p.site.facts.name.clone());
            let text = format!("{}, {}", visit.ui.word("obligation", &f.key), site.unwrap_or_default());
            owed.push(Choice::new(f.reference.clone(), text));
        }
        sites = of.places.iter().map(|p| Choice::new(p.site.facts.reference.clone(), &p.site.facts.name)).collect();
        let rules = visit.look.rules();
        keys.push(Choice::new("", "–"));
        let rows = rules.tiers.obligation.iter();
        keys.extend(rows.map(|row| Choice::new(row.key.clone(), visit.ui.word("obligation", &row.key).to_string())));
    }
    Ok(AskEvidence { ui: visit.ui, form, engagements, owed, keys, sites })
}
