//! The form of a new pack: what is wished for, read out of it, and what would be inside and what stays out, shown
//! before anything is made.

use axum::{http::StatusCode, response::Response};
use plantgate_app::{
    Stop,
    read::{Memory, Order as By, Query},
    review::{
        ordered::Order,
        pack::{self, Disclose, Drawn, Wish},
        packed::purpose,
    },
};
use plantgate_domain::{
    base::{Day, Kind, Why},
    expect::site::Site,
};
use plantgate_wire::words::Lang;

use super::packs::makers;
use crate::{
    door::{
        error::Trouble,
        fields::Fields,
        listing::Asked,
        routes::{RouteKind, Routes},
        visit::Visit,
    },
    page::packs::{Outline, PackNew},
    render,
    view::{Choice, Form},
};

/// Names a field helps with.
const HELP: usize = 200;

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/packs/new", blank).route(
        RouteKind::Question,
        "POST",
        "/packs/preview",
        axum::routing::post(preview),
    )
}

async fn blank(visit: Visit, asked: Asked) -> Result<Response, Trouble> {
    let v = visit.ours()?.at("packs");
    let names = ["provider", "engagement", "object", "site"];
    let given = names.into_iter().filter_map(|n| asked.get(n).map(|value| (n, value.to_owned())));
    let form = Form::of(given.chain([("language", v.ui.r.lang.tag().to_owned())]));
    Ok(render::page(StatusCode::OK, &page(v, form, None).await?))
}

async fn preview(visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    let mut v = visit.ours()?.at("packs");
    let me = v.me();
    pack::may(&mut v.look, me).await?;
    let drawn = match wish(&mut v, &fields).await {
        Ok((wish, lang, _)) => pack::draw(v.state.app.store(), me, &wish, lang.tag()).await,
        Err(stop) => Err(stop),
    };
    match drawn {
        Ok(drawn) => {
            let outline = outline(&v, &fields, &drawn);
            Ok(render::page(StatusCode::OK, &page(v, fields.form(), Some(outline)).await?))
        }
        Err(stop) => refused(v, &fields, stop).await,
    }
}

/// The form once more, with what is wrong with it.
pub(super) async fn refused(v: Visit, fields: &Fields, stop: Stop) -> Result<Response, Trouble> {
    let form = fields.wrong(stop, &v.ui.r)?;
    Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page(v, form, None).await?))
}

/// What a form orders.
pub(super) async fn order(v: &mut Visit, fields: &Fields) -> Result<Order, Stop> {
    let (wish, lang, reason) = wish(v, fields).await?;
    Ok(Order { request: fields.request()?, wish, language: lang.tag().to_owned(), reason, again: None })
}

async fn wish(v: &mut Visit, fields: &Fields) -> Result<(Wish, Lang, String), Stop> {
    let names = |field: &str| -> Vec<String> {
        let text = fields.text(field);
        text.split([',', ';', ' ']).map(str::trim).filter(|n| !n.is_empty()).map(str::to_owned).collect()
    };
    let mut objects = Vec::new();
    for name in names("object") {
        let read = name.split_once('/').and_then(|(kind, name)| Some((kind.parse::<Kind>().ok()?, name.to_owned())));
        objects.push(read.ok_or_else(|| Stop::field("object", Why::of("invalid-pack-object").with("given", name)))?);
    }
    let (providers, engagements) = (names("provider"), names("engagement"));
    let mut sites = fields.all("site");
    sites.dedup();
    let unknown = |field: &str, name: &str| Stop::field(field, Why::of("invalid-pack-name").with("given", name));
    let all = [("provider", Kind::Provider, &providers), ("engagement", Kind::Engagement, &engagements)];
    for (field, kind, given) in all.into_iter().chain([("site", Kind::Site, &sites)]) {
        for name in given {
            v.seen::<uuid::Uuid>(kind, name).await.map_err(|_| unknown(field, name))?;
        }
    }
    for (kind, name) in &objects {
        v.seen::<uuid::Uuid>(*kind, name).await.map_err(|_| unknown("object", name))?;
    }
    let named = !(providers.is_empty() && engagements.is_empty() && sites.is_empty() && objects.is_empty());
    let range = range(v, fields, named).await?;
    let disclose = Disclose::of(&fields.text("disclose")).unwrap_or_default();
    let evidence = fields.ticked("evidence");
    let lang = Lang::of(&fields.text("language")).unwrap_or_default();
    let wish = Wish { providers, objects, engagements, sites, range, size: None, disclose, evidence };
    Ok((wish, lang, purpose(&fields.text("reason"))?))
}

/// Days as a stretch of entries, in the zone of the site on top of the page; everything when nothing is named at all.
async fn range(v: &mut Visit, fields: &Fields, named: bool) -> Result<Option<(u64, u64)>, Stop> {
    let zone = v.ui.r.zone.clone();
    let mut ends = [None, None];
    for (end, name) in ends.iter_mut().zip(["since", "before"]) {
        if let Some(text) = fields.maybe(name) {
            let day: Day = text.parse().map_err(|why: Why| Stop::field(name, why))?;
            *end = Some(pack::index_at(&mut v.look, zone.start_of(day)).await?);
        }
    }
    let [since, before] = ends;
    if named && since.is_none() && before.is_none() {
        return Ok(None);
    }
    let whole = v.look.size();
    Ok(Some((since.unwrap_or(0), before.unwrap_or(whole))))
}

fn outline(v: &Visit, fields: &Fields, drawn: &Drawn) -> Outline {
    let (ui, d, w) = (&v.ui, &drawn.draft, drawn.withheld);
    let entries = d.entries.len() as u64;
    let mut inside = vec![
        match d.range {
            None => ui.t("pack-lead-selection").to_string(),
            Some((from, until)) => {
                let bare = until - from - entries;
                ui.t("pack-lead-range").s("from", from).s("last", until - 1).s("bare", bare).to_string()
            }
        },
        ui.t("pack-counts")
            .s("entries", entries)
            .s("private", d.private.len())
            .s("evidence", d.blobs.len())
            .to_string(),
        ui.t("packs-head").s("size", drawn.head().0).to_string(),
        ui.t("packs-views").to_string(),
    ];
    if d.entries.len() > crate::pack::PRINTED {
        inside.push(ui.t("pack-printed").s("shown", crate::pack::PRINTED).s("all", entries).to_string());
    }
    let mut outside = Vec::new();
    if w.unseen {
        outside.push(ui.t("packs-out-unseen").to_string());
    }
    if w.private > 0 {
        outside.push(ui.t("packs-out-private").n("count", w.private).to_string());
    }
    if w.evidence > 0 {
        outside.push(ui.t("packs-out-evidence").n("count", w.evidence).to_string());
    }
    outside.push(ui.t("packs-out-erased").to_string());
    let filled = fields.0.iter().filter(|(n, value)| n != "request_id" && !value.is_empty()).cloned().collect();
    Outline { inside, outside, filled }
}

async fn page(mut v: Visit, form: Form, outline: Option<Outline>) -> Result<PackNew, Trouble> {
    let makers = makers(&mut v).await?;
    let mut sites = Vec::new();
    for kept in v.look.every(Kind::Site).await? {
        let site = Site::try_from(kept.thing)?;
        sites.push(Choice::new(site.facts.reference, site.facts.name));
    }
    let words = [Disclose::Nothing, Disclose::Names, Disclose::Everything];
    let word = |d: &Disclose| Choice::new(d.as_str(), v.ui.word("packs-open", d.as_str()).to_string());
    let disclose: Vec<Choice> = words.iter().map(word).collect();
    let languages = Lang::ALL.iter().filter(|l| l.complete()).map(|l| Choice::new(l.tag(), l.own_name().to_owned()));
    Ok(PackNew {
        providers: help(&mut v, Kind::Provider).await?,
        engagements: help(&mut v, Kind::Engagement).await?,
        disclose,
        languages: languages.collect(),
        sites,
        makers,
        outline,
        form,
        ui: v.ui,
    })
}

async fn help(v: &mut Visit, kind: Kind) -> Result<Vec<Choice>, Stop> {
    let q = Query { order: By::Reference, ..Query::new(kind, v.me(), HELP) };
    let mut all = Vec::new();
    for row in v.look.page(&q).await?.rows {
        let card = row.kept.thing.card();
        let name = match card.label {
            plantgate_domain::thing::Label::Clear(name) => name,
            plantgate_domain::thing::Label::Private(_) | plantgate_domain::thing::Label::None => String::new(),
        };
        all.extend(card.reference.map(|reference| Choice::new(reference, name)));
    }
    Ok(all)
}
