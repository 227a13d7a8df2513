//! All tokens, for whoever manages people: by their holders, as far as the reader could take them back; filtered by
//! whether any is open, exported, and each taken back by the same act its holder does.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Stop,
    power::could,
    reach,
    read::{Memory, Order, Query},
};
use plantgate_domain::{
    base::{Kind, Refusal},
    qualify::person::Person,
};

use super::{
    engagement_parts::item,
    tokens::{rows, taken},
};
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        listing::{Asked, export, things},
        routes::Routes,
        visit::Visit,
    },
    page::tokens::{AllTokens, TokenRow},
    render,
    view::{Form, List},
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/admin/tokens", show).act("/admin/tokens/revoke", revoke)
}

const AT: &str = "/admin/tokens";
/// Holders that one list looks at.
const HOLDERS: usize = 2_000;
/// States to choose from, words of `token-…`.
const STATES: &[&str] = &["open", "expired", "revoked", "lost"];

async fn show(visit: Visit, asked: Asked) -> Result<Response, Trouble> {
    page(visit.ours()?.at("admin"), &asked, Form::default(), StatusCode::OK).await
}

fn may(v: &Visit) -> Result<(), Stop> {
    if could(&v.who.person, "manage-users", &[], &v.look.rules()) {
        Ok(())
    } else {
        Err(Refusal::new("R-13", "stop-no-power").into())
    }
}

async fn page(mut v: Visit, asked: &Asked, form: Form, status: StatusCode) -> Result<Response, Trouble> {
    may(&v)?;
    let (mut list, rows) = listed(&mut v, asked).await?;
    if let Some(form) = asked.export() {
        let lines: Vec<_> = rows.iter().map(|r| cells(&v, r)).collect();
        let head = ["holder", "token", "name", "acts", "sites", "state", "made", "by", "until", "used"];
        return export(form, "tokens", &head, &lines);
    }
    list.find = Some(asked.find());
    Ok(render::page(status, &AllTokens { ui: v.ui, list, rows, form }))
}

/// All tokens of whom this reader manages, by holder; a page of those in the state that was chosen.
async fn listed(v: &mut Visit, asked: &Asked) -> Result<(List, Vec<TokenRow>), Trouble> {
    let mut q = Query::new(Kind::Person, v.me(), HOLDERS);
    q.line = Some(("has-tokens", "yes".to_owned()));
    asked.fill(&mut q, Order::Name)?;
    (q.limit, q.after) = (HOLDERS, None);
    let page = v.look.page(&q).await?;
    let mut all = Vec::new();
    for holder in things::<Person>(&page)? {
        let sites = reach::of_person(&mut v.look, &holder).await?;
        if !could(&v.who.person, "manage-users", &sites, &v.look.rules()) {
            continue;
        }
        let of = item(v, holder.id.into()).await?;
        all.extend(rows(v, &holder).await?.into_iter().map(|r| TokenRow { of: Some(of.clone()), ..r }));
    }
    let counted = |word: &str| all.iter().filter(|r| r.word == word).count() as u64;
    let mut chips = vec![asked.chip("state", None, v.ui.t("tokens-all"), all.len() as u64)];
    for word in STATES {
        chips.push(asked.chip("state", Some(word), v.ui.word("token", word), counted(word)));
    }
    let total = all.len();
    if let Some(word) = asked.get("state") {
        all.retain(|r| r.word == word);
    }
    let (mut list, rows) = asked.cut(all, v.state.app.store().limits().page, total, |r| r.id.clone());
    list.chips = vec![chips];
    Ok((list, rows))
}

fn cells(v: &Visit, r: &TokenRow) -> Vec<String> {
    let of = r.of.as_ref().map(|of| of.text.clone()).unwrap_or_default();
    let used = r.used.map(|at| v.ui.iso(at)).unwrap_or_default();
    let (acts, sites) = (r.acts.join(" "), r.sites.join("; "));
    let (made, until) = (v.ui.iso(r.made), v.ui.iso(r.until));
    vec![of, r.id.clone(), r.name.clone(), acts, sites, r.word.to_owned(), made, r.by.clone(), until, used]
}

async fn revoke(visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    let v = visit.ours()?.at("admin");
    let answer = match taken(&fields) {
        Ok(act) => v.state.app.act(v.caller(), fields.request()?, act).await,
        Err(stop) => Err(stop),
    };
    match answer {
        Ok(answer) => Ok(done(AT, "token-revoked", answer.entry).into_response()),
        Err(stop) => {
            let form = fields.wrong(stop, &v.ui.r)?;
            page(v, &Asked::at(AT), form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}
