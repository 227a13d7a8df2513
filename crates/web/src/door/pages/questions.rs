//! Five tier questions for an engagement at a site (S11.1): answered by radio buttons, the tier they give shown with
//! why before anything is saved, then on to the next that nobody answered.

use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Power, Stop,
    expect::questions::{AnswerTierQuestions, Asked as Stands, Station, asked, next, round},
    names,
    permit::engaged::Engaged,
    power::{StateTierFacts, could, roles},
    read::Memory,
};
use plantgate_domain::{
    base::{Kind, SiteId, Why},
    expect::{engagement::Engagement, site::Site},
};

use super::{engagement::read, engagement_parts as parts, outlook};
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        listing::Asked,
        routes::Routes,
        visit::Visit,
    },
    page::questions::{FIVE, Progress, QuestionsPage, RoundPage, Station as Row, WouldBe},
    render,
    view::{Choice, Form, Item},
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new()
        .page("/tier-questions", list)
        .page("/engagements/{name}/questions", show)
        .act("/engagements/{name}/questions", save)
}

/// Where an engagement may be asked about: its sites, or any where nobody said one yet.
async fn sites(visit: &mut Visit, of: &Engaged) -> Result<Vec<Site>, Stop> {
    if !of.places.is_empty() {
        return Ok(of.places.iter().map(|p| p.site.clone()).collect());
    }
    let all = visit.look.every(Kind::Site).await?;
    all.into_iter().map(|kept| Site::try_from(kept.thing).map_err(Stop::from)).collect()
}

/// The site the form names; without one the first that is not answered.
async fn at(visit: &mut Visit, of: &Engaged, fields: &Fields) -> Result<(Site, Vec<Site>), Trouble> {
    let sites = sites(visit, of).await?;
    let named = match fields.maybe("site") {
        Some(name) => {
            let found = names::find(&mut visit.look, Kind::Site, &name).await?.ok_or(Stop::NotFound)?;
            sites.iter().find(|s| s.id.0 == found.id)
        }
        None => {
            let rules = visit.look.rules();
            let may = |s: &&Site| could(&visit.who.person, StateTierFacts::KEY, &[s.id], &rules);
            let open = |s: &&Site| asked(&of.engagement, s.id) != Stands::Told;
            sites.iter().filter(may).find(open).or_else(|| sites.iter().find(may)).or(sites.first())
        }
    };
    let site = named.ok_or(Stop::NotFound)?.clone();
    Ok((site, sites))
}

async fn show(visit: Visit, Path(name): Path<String>, fields: Fields) -> Result<Response, Trouble> {
    let mut visit = visit.ours()?.at("providers");
    let of = read(&mut visit, &name).await?;
    let (site, sites) = at(&mut visit, &of, &fields).await?;
    if !fields.ticked("preview") {
        let form = stands(&of.engagement, &site);
        let page = page(visit, &of, &site, sites, form, None).await?;
        return Ok(render::page(StatusCode::OK, &page));
    }
    let would = match answers(&of, &site, &fields) {
        Ok(act) => visit.state.app.preview(visit.caller(), act).await,
        Err(stop) => Err(stop),
    };
    match would {
        Ok(would) => {
            let place = (of.engagement.id, site.id);
            let change = outlook::change(&mut visit, place, &would.effects, None).await?;
            let after = would.effects.iter().find(|e| e.on == of.engagement.id.into()).map(|e| e.after.clone());
            let after: Engagement = match after {
                Some(body) => serde_json::from_value(body).map_err(Stop::fault)?,
                None => of.engagement.clone(),
            };
            let would = would_be(&visit, &after, site.id, change, would.done.provisional);
            let page = page(visit, &of, &site, sites, fields.form(), Some(would)).await?;
            Ok(render::page(StatusCode::OK, &page))
        }
        Err(stop) => wrong(visit, &of, &site, sites, &fields, stop).await,
    }
}

async fn save(visit: Visit, Path(name): Path<String>, fields: Fields) -> Result<Response, Trouble> {
    let mut visit = visit.ours()?.at("providers");
    let of = read(&mut visit, &name).await?;
    let (site, sites) = at(&mut visit, &of, &fields).await?;
    let saved = match answers(&of, &site, &fields) {
        Ok(act) => visit.state.app.act(visit.caller(), fields.request()?, act).await,
        Err(stop) => Err(stop),
    };
    match saved {
        Ok(answer) => {
            let all = round(&mut visit.look, &visit.who.person.clone()).await?;
            let next = next(&all, Some((of.engagement.id, site.id))).cloned();
            let path = match next {
                Some(next) => path(&mut visit, &next).await?,
                None => "/tier-questions".to_owned(),
            };
            Ok(done(&path, "questions-answered", answer.entry).into_response())
        }
        Err(stop) => wrong(visit, &of, &site, sites, &fields, stop).await,
    }
}

async fn wrong(
    visit: Visit,
    of: &Engaged,
    site: &Site,
    sites: Vec<Site>,
    fields: &Fields,
    stop: Stop,
) -> Result<Response, Trouble> {
    let form = fields.wrong(stop, &visit.ui.r)?;
    let page = page(visit, of, site, sites, form, None).await?;
    Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// What the form answers; every question that has no answer is told at once.
fn answers(of: &Engaged, site: &Site, fields: &Fields) -> Result<AnswerTierQuestions, Stop> {
    let open = FIVE.iter().filter(|q| fields.maybe(q.name).is_none());
    let open: Vec<_> = open.map(|q| Stop::field(q.name, Why::of("invalid-question-open"))).collect();
    let mut wrong = Vec::new();
    for stop in open {
        if let Stop::Invalid(one) = stop {
            wrong.extend(one);
        }
    }
    if !wrong.is_empty() {
        return Err(Stop::Invalid(wrong));
    }
    Ok(AnswerTierQuestions {
        engagement: of.engagement.facts.reference.clone(),
        site: site.facts.reference.clone(),
        access: fields.read("access")?,
        change: fields.read("change")?,
        safety: fields.read("safety")?,
        product: fields.read("product")?,
        network: fields.read("network")?,
    })
}

/// The form as it was answered last; nothing is chosen before anybody answered.
fn stands(e: &Engagement, site: &Site) -> Form {
    let mut pairs = vec![("site", site.facts.reference.clone())];
    if let Some(a) = e.answers(site.id) {
        let said = &a.said;
        pairs.push(("access", said.access.to_string()));
        pairs.push(("change", said.change.to_string()));
        pairs.push(("safety", said.safety.to_string()));
        pairs.push(("product", said.product.to_string()));
        pairs.push(("network", said.network.to_string()));
    }
    Form::of(pairs)
}

fn would_be(
    visit: &Visit,
    after: &Engagement,
    site: SiteId,
    change: crate::page::engagement::Change,
    provisional: bool,
) -> WouldBe {
    let rules = visit.look.rules();
    let who = roles(StateTierFacts::KEY, &rules).into_iter().map(|r| visit.ui.word("power", r).to_string());
    let open = after.answers(site).filter(|_| provisional).map(|a| a.said.unknown()).unwrap_or_default();
    // That it is provisional stands in the heading; here it would be said twice.
    let effects = change.effects.into_iter().skip(usize::from(provisional)).collect();
    let change = crate::page::engagement::Change { effects, ..change };
    WouldBe { change, provisional, open, who: who.collect::<Vec<_>>().join(", ") }
}

fn progress(round: &[Station]) -> Progress {
    let count = |word| round.iter().filter(|s| s.asked == word).count();
    Progress { done: round.len() - count(Stands::Open), all: round.len(), unknown: count(Stands::Unknown) }
}

/// The page of a station.
async fn path(visit: &mut Visit, of: &Station) -> Result<String, Stop> {
    let e: Engagement = visit.look.get(of.engagement).await?;
    let path = format!("/engagements/{}/questions", e.facts.reference);
    let Some(site) = of.site else { return Ok(path) };
    let site: Site = visit.look.get(site).await?;
    Ok(format!("{path}?site={}", site.facts.reference))
}

async fn page(
    mut visit: Visit,
    of: &Engaged,
    site: &Site,
    sites: Vec<Site>,
    mut form: Form,
    would: Option<WouldBe>,
) -> Result<QuestionsPage, Trouble> {
    let rules = visit.look.rules();
    let me = visit.who.person.clone();
    let round = round(&mut visit.look, &me).await?;
    let skip = match next(&round, Some((of.engagement.id, site.id))).cloned() {
        Some(next) => Some(path(&mut visit, &next).await?),
        None => None,
    };
    if form.value("site").is_empty() {
        form = form.with("site", &site.facts.reference);
    }
    let last = match of.engagement.answers(site.id) {
        Some(a) => match a.by.person() {
            Some(id) => Some((parts::item(&mut visit, id.into()).await?.text, a.at)),
            None => None,
        },
        None => None,
    };
    Ok(QuestionsPage {
        reference: of.engagement.facts.reference.clone(),
        name: of.engagement.facts.name.clone(),
        provider: parts::item(&mut visit, of.engagement.facts.provider.into()).await?,
        sites: sites.iter().map(|s| Choice::new(s.facts.reference.clone(), s.facts.name.clone())).collect(),
        progress: progress(&round),
        last,
        may: could(&me, StateTierFacts::KEY, &[site.id], &rules),
        hidden: sent(&form),
        would,
        skip,
        form,
        ui: visit.ui,
    })
}

/// What the form that saves carries of the one that asked.
fn sent(form: &Form) -> Vec<(String, String)> {
    let asked = |n: &str| n == "site" || FIVE.iter().any(|q| q.name == n);
    form.pairs().iter().filter(|(n, _)| asked(n)).cloned().collect()
}

async fn list(visit: Visit, asked: Asked) -> Result<Response, Trouble> {
    let mut visit = visit.ours()?.at("providers");
    let me = visit.who.person.clone();
    let all = round(&mut visit.look, &me).await?;
    let progress = progress(&all);
    let next = match next(&all, None).cloned() {
        Some(next) => Some(path(&mut visit, &next).await?),
        None => None,
    };
    let word = |s: &Station| state(s.asked);
    let wanted = all.iter().filter(|s| asked.get("state").is_none_or(|w| w == word(s))).cloned().collect();
    let key = |s: &Station| format!("{}.{}", s.engagement.0.simple(), s.site.map_or_else(uuid::Uuid::nil, |s| s.0));
    let limit = visit.state.app.store().limits().page;
    let (mut list, some) = asked.cut(wanted, limit, all.len(), key);
    let mut chips = vec![asked.chip("state", None, visit.ui.t("providers-all"), all.len() as u64)];
    for one in ["open", "unknown", "told"] {
        let count = all.iter().filter(|s| word(s) == one).count() as u64;
        chips.extend((count > 0).then(|| asked.chip("state", Some(one), visit.ui.word("asked", one), count)));
    }
    list.chips = vec![chips];
    let mut rows = Vec::with_capacity(some.len());
    for one in &some {
        rows.push(row(&mut visit, one).await?);
    }
    Ok(render::page(StatusCode::OK, &RoundPage { progress, list, rows, next, ui: visit.ui }))
}

const fn state(asked: Stands) -> &'static str {
    match asked {
        Stands::Open => "open",
        Stands::Unknown => "unknown",
        Stands::Told => "told",
    }
}

async fn row(visit: &mut Visit, of: &Station) -> Result<Row, Stop> {
    let e: Engagement = visit.look.get(of.engagement).await?;
    let site = match of.site {
        Some(site) => visit.look.get::<Site>(site).await?.facts.name,
        None => String::new(),
    };
    let tier = of.site.and_then(|site| e.tier(site));
    Ok(Row {
        href: path(visit, of).await?,
        provider: parts::item(visit, e.facts.provider.into()).await?,
        engagement: Item::link(&e.facts.reference, format!("/engagements/{}", e.facts.reference)),
        name: e.facts.name.clone(),
        site,
        state: state(of.asked),
        tier: tier.map(|t| t.tier),
        provisional: tier.is_some_and(|t| t.provisional),
    })
}
