//! *Audit packs*: the list with what is being made above it, a new one with what would be in it, and the same one once
//! more. A pack is not kept; it is made again from what its entry says, and leaves only with the recorded digest.

use axum::{extract::Path, http::StatusCode, response::Response};
use plantgate_app::{
    Stop,
    power::{MakePack, Power, could, roles},
    read::Memory,
    review::{
        ordered::{self, Order},
        pack,
        packed::{Packed, packs, purpose},
    },
};
use plantgate_domain::base::{Actor, Why};
use plantgate_wire::words::Lang;

use super::{
    engagement_parts::item,
    pack_form,
    pack_making::{self, counting, soon, step},
};
use crate::{
    door::{
        error::Trouble,
        fields::Fields,
        listing::{Asked, export},
        routes::Routes,
        visit::Visit,
    },
    pack::about,
    page::packs::{Makers, OrderLine, PackLine, PackMadePage, Packs},
    render,
    view::Form,
};

/// Packs on the page; the files have them all.
const MOST: usize = 100;

/// Routes.
pub fn routes() -> Routes {
    Routes::new()
        .page("/packs", list)
        .act("/packs", make)
        .merge(pack_form::routes())
        .page("/packs/{entry}", show)
        .act("/packs/{entry}/again", again)
        .merge(pack_making::routes())
}

async fn list(visit: Visit, asked: Asked) -> Result<Response, Trouble> {
    let mut v = visit.ours()?.at("packs");
    let mut all = packs(&mut v.look).await?;
    let whole = asked.export();
    let more = all.len().saturating_sub(MOST);
    if whole.is_none() {
        all.truncate(MOST);
    }
    let mut rows = Vec::with_capacity(all.len());
    for one in &all {
        rows.push(line(&mut v, one).await?);
    }
    if let Some(form) = whole {
        let head = ["entry", "at", "by", "asked_for", "covers", "holds", "purpose", "sha256"];
        let cells = |r: PackLine| {
            vec![
                r.entry.to_string(),
                r.at.to_string(),
                r.who,
                r.about.join("; "),
                r.covers,
                r.counts,
                r.reason,
                r.sha256,
            ]
        };
        let cells: Vec<Vec<String>> = rows.into_iter().map(cells).collect();
        return export(form, "packs", &head, &cells);
    }
    let makers = makers(&mut v).await?;
    let orders = orders(&mut v).await?;
    Ok(render::page(StatusCode::OK, &Packs { ui: v.ui, orders, rows, more, makers }))
}

/// What this reader ordered and what is not made yet.
async fn orders(v: &mut Visit) -> Result<Vec<OrderLine>, Stop> {
    let me = v.me();
    let all = ordered::all(v.state.app.store(), &mut v.look, me).await?;
    let line = |o: ordered::Standing| OrderLine {
        href: format!("/packs/making/{}", o.request),
        begun: o.begun,
        state: if o.runs { "running" } else { "interrupted" },
        step: step(&o.stage).as_str(),
        count: counting(&v.ui, &o.stage).filter(|_| o.runs).map(|c| c.words),
    };
    Ok(all.into_iter().map(line).collect())
}

async fn line(v: &mut Visit, of: &Packed) -> Result<PackLine, Stop> {
    let m = &of.made;
    let who = match of.by {
        Actor::Person(id) => item(v, id.into()).await?.text,
        Actor::Genesis => v.ui.t("actor-genesis").to_string(),
        Actor::Host => v.ui.t("actor-host").to_string(),
        Actor::Watchman => v.ui.t("actor-watchman").to_string(),
        Actor::IdentityProvider => v.ui.t("actor-identity-provider").to_string(),
        Actor::Gateway => v.ui.t("actor-gateway").to_string(),
        Actor::Retention => v.ui.t("actor-retention").to_string(),
    };
    let reason = of.reason(&mut v.look).await?.unwrap_or_default();
    let covers = match m.range {
        None => v.ui.t("packs-is-selection").s("size", m.size),
        Some((from, until)) => v.ui.t("packs-is-range").s("from", from).s("last", until - 1).s("size", m.size),
    };
    let counts = v.ui.t("pack-counts").s("entries", m.entries).s("private", m.disclosed).s("evidence", m.evidence);
    Ok(PackLine {
        entry: of.entry,
        at: of.at,
        who,
        about: about(&v.ui.r, &m.about),
        covers: covers.to_string(),
        counts: counts.to_string(),
        sha256: m.sha256.clone(),
        short: m.sha256.chars().take(16).collect(),
        reason,
    })
}

/// Whether this person may make packs; who may not sees who can.
pub(super) async fn makers(v: &mut Visit) -> Result<Makers, Stop> {
    let rules = v.look.rules();
    if could(&v.who.person, MakePack::KEY, &[], &rules) {
        return Ok(Makers { may: true, ..Makers::default() });
    }
    let words: Vec<String> = roles(MakePack::KEY, &rules).iter().map(|r| v.ui.word("power", *r).to_string()).collect();
    let me = v.me();
    let mut people = Vec::new();
    for person in plantgate_app::permit::engaged::seconds(&mut v.look, MakePack::KEY, &[], me).await? {
        people.push(item(v, person.id.into()).await?.text);
    }
    Ok(Makers { may: false, roles: words.join(", "), people })
}

async fn found(v: &mut Visit, entry: &str) -> Result<Packed, Trouble> {
    let entry: u64 = entry.parse().map_err(|_| Stop::NotFound)?;
    let all = packs(&mut v.look).await?;
    Ok(all.into_iter().find(|p| p.entry == entry).ok_or(Stop::NotFound)?)
}

async fn show(visit: Visit, Path(entry): Path<String>) -> Result<Response, Trouble> {
    let mut v = visit.ours()?.at("packs");
    let of = found(&mut v, &entry).await?;
    Ok(render::page(StatusCode::OK, &page(v, &of, Form::default()).await?))
}

async fn page(mut v: Visit, of: &Packed, form: Form) -> Result<PackMadePage, Trouble> {
    let organisation = v.look.organisation().await?.ok_or(Stop::NotFound)?;
    let waiting = v.state.workshop.waiting(v.me(), of.entry);
    Ok(PackMadePage {
        row: line(&mut v, of).await?,
        makers: makers(&mut v).await?,
        file: waiting.map(|job| format!("/packs/making/{}/file", job.id)),
        again: of.wish().is_some(),
        history: format!("/history/organisation/{}", organisation.id.0),
        form,
        ui: v.ui,
    })
}

async fn make(visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    let mut v = visit.ours()?.at("packs");
    let me = v.me();
    pack::may(&mut v.look, me).await?;
    let answer = match pack_form::order(&mut v, &fields).await {
        Ok(order) => begin(&v, order).await,
        Err(stop) => Err(stop),
    };
    match answer {
        Ok(response) => Ok(response),
        Err(stop) => pack_form::refused(v, &fields, stop).await,
    }
}

async fn again(visit: Visit, Path(entry): Path<String>, fields: Fields) -> Result<Response, Trouble> {
    let mut v = visit.ours()?.at("packs");
    let me = v.me();
    pack::may(&mut v.look, me).await?;
    let of = found(&mut v, &entry).await?;
    let answer = match repeated(&of, &fields) {
        Ok(order) => begin(&v, order).await,
        Err(stop) => Err(stop),
    };
    match answer {
        Ok(response) => Ok(response),
        Err(stop) => {
            let form = fields.wrong(stop, &v.ui.r)?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page(v, &of, form).await?))
        }
    }
}

/// The order that makes a recorded pack once more.
fn repeated(of: &Packed, fields: &Fields) -> Result<Order, Stop> {
    let (wish, tag) = of.wish().ok_or_else(|| Stop::field("pack", Why::of("packs-again-not")))?;
    Ok(Order {
        request: fields.request()?,
        wish,
        language: Lang::of(&tag).unwrap_or_default().tag().to_owned(),
        reason: purpose(&fields.text("reason"))?,
        again: Some(of.made.sha256.clone()),
    })
}

async fn begin(v: &Visit, order: Order) -> Result<Response, Stop> {
    let job = v.state.workshop.begin(&v.state.app, v.caller(), v.me(), order)?;
    soon(&job).await
}
