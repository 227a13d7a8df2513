//! One's own tokens: a person makes one for a program, sees its secret once, and takes it back. What a list of tokens
//! and the form of a new one need is shared with the pages of machines and of whoever manages people.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Stop, acts,
    power::could,
    qualify::token::{RevokeToken, TokenWish},
    read::Memory,
    sign_in::Listed,
};
use plantgate_domain::{
    base::{Kind, SiteId, Why},
    expect::site::Site,
    qualify::person::Person,
};

use super::engagement_parts::item;
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        routes::Routes,
        visit::Visit,
    },
    page::tokens::{Offer, Once, TokenRow, Tokens},
    render,
    view::{Choice, Form},
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/me/tokens", show).act("/me/tokens", make).act("/me/tokens/revoke", revoke)
}

async fn show(visit: Visit) -> Result<Response, Trouble> {
    Ok(render::page(StatusCode::OK, &page(visit, Form::default(), None).await?))
}

async fn page(mut visit: Visit, form: Form, once: Option<Once>) -> Result<Tokens, Stop> {
    let me: Person = visit.look.get(visit.me()).await?;
    let rows = rows(&mut visit, &me).await?;
    let offer = offer(&mut visit, &me).await?;
    Ok(Tokens { ui: visit.ui, rows, once, offer, form })
}

/// Somebody's tokens, the newest first.
pub async fn rows(v: &mut Visit, holder: &Person) -> Result<Vec<TokenRow>, Stop> {
    let mut all = Vec::new();
    for Listed { token, used, word } in v.state.app.clone().tokens(&mut v.look, holder).await? {
        let mut sites = Vec::new();
        for site in &token.made.sites {
            sites.push(item(v, (*site).into()).await?.text);
        }
        let by = match token.made_by.person() {
            Some(id) => item(v, id.into()).await?.text,
            None => String::new(),
        };
        all.push(TokenRow {
            id: token.made.token.to_string(),
            holder: holder.id.to_string(),
            of: None,
            name: v.look.open_private(&token.made.name).await?.unwrap_or_default(),
            acts: token.made.acts,
            sites,
            made: token.made_at,
            by,
            until: token.made.until,
            used,
            word,
        });
    }
    Ok(all)
}

/// What a token of somebody may be made for.
pub async fn offer(v: &mut Visit, holder: &Person) -> Result<Offer, Stop> {
    let rules = v.look.rules();
    let could_do = |act: &&'static str| {
        acts::by_token(act) && acts::power(act).is_some_and(|power| could(holder, power, &[], &rules))
    };
    let mut named: Vec<&'static str> = acts::NAMES.iter().copied().filter(could_do).collect();
    named.sort_unstable();
    let here = |site: SiteId| holder.roles.iter().any(|r| r.site.is_none_or(|s| s == site));
    let mut sites = Vec::new();
    for kept in v.look.every(Kind::Site).await? {
        let site = Site::try_from(kept.thing)?;
        if here(site.id) {
            sites.push(Choice::new(site.facts.reference, site.facts.name));
        }
    }
    Ok(Offer { acts: named, sites, most: v.state.app.store().limits().token_days })
}

/// What somebody wishes by the form.
fn wish(fields: &Fields, service: Option<String>) -> TokenWish {
    // What is no number is no number of days.
    let days = fields.text("days").parse().unwrap_or(0);
    let (acts, sites) = (fields.all("acts"), fields.all("sites"));
    TokenWish { name: fields.text("name"), acts, sites, days, service }
}

/// Makes one; the page that answers is the only one that ever shows its secret.
pub async fn made(v: &Visit, fields: &Fields, service: Option<String>) -> Result<Once, Stop> {
    let wish = wish(fields, service);
    let request = fields.request()?;
    let (secret, _) = v.state.app.make_token(v.caller(), request, wish).await?;
    Ok(secret.map_or(Once::Shown, Once::Secret))
}

/// The act that takes back the one a button stands beside.
pub fn taken(fields: &Fields) -> Result<RevokeToken, Stop> {
    let unknown = || Stop::field("token", Why::of("invalid-token-unknown"));
    Ok(RevokeToken { person: fields.text("holder"), token: fields.text("token").parse().map_err(|_| unknown())? })
}

/// The same visit with a look at what stands now.
pub async fn anew(v: Visit) -> Result<Visit, Stop> {
    Ok(Visit { look: v.state.app.store().look().await?, ..v })
}

/// A page with a secret is kept by no browser and by nothing between.
pub fn unkept(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn make(visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    match made(&visit, &fields, None).await {
        Ok(once) => {
            let page = page(anew(visit).await?, Form::default(), Some(once)).await?;
            Ok(unkept(render::page(StatusCode::OK, &page)))
        }
        Err(stop) => {
            let form = fields.wrong(stop, &visit.ui.r)?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page(visit, form, None).await?))
        }
    }
}

async fn revoke(visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    let answer = match taken(&fields) {
        Ok(act) => visit.state.app.act(visit.caller(), fields.request()?, act).await,
        Err(stop) => Err(stop),
    };
    match answer {
        Ok(answer) => Ok(done("/me/tokens", "token-revoked", answer.entry).into_response()),
        Err(stop) => {
            let form = fields.wrong(stop, &visit.ui.r)?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page(visit, form, None).await?))
        }
    }
}
