//! An engagement: its page, and the acts that bring it into use (attest, agree a way in, activate, keep in use).

use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Act, Stop,
    permit::{
        activation::{ActivateEngagement, AgreeMethod, Attest, KeepInUse},
        engaged::{Engaged, Gate as Stands, GateState, engaged, seconds},
    },
    power::could,
};
use plantgate_domain::{
    base::{EngagementId, Kind, Pattern, SiteId, Why},
    event::permit::Attestation,
    rules::Rules,
};
use plantgate_wire::words::Rich;

use super::{engagement_beforehand as beforehand, engagement_parts as parts};
use crate::{
    door::{
        deeds,
        error::Trouble,
        fields::{Fields, done},
        routes::Routes,
        visit::Visit,
    },
    page::engagement::{EngagementPage, Gate, May},
    render,
    view::{Choice, Form, Item},
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new()
        .page("/engagements/{name}", show)
        .act("/engagements/{name}/attest", attest)
        .act("/engagements/{name}/method", method)
        .act("/engagements/{name}/activate", activate)
        .act("/engagements/{name}/keep", keep)
}

/// The engagement a path names, read for its page.
pub(super) async fn read(visit: &mut Visit, name: &str) -> Result<Engaged, Trouble> {
    let id: EngagementId = visit.seen(Kind::Engagement, name).await?;
    let now = visit.look.now();
    let of = engaged(&mut visit.look, id, now).await?;
    visit.ui.r.zone = of.zone.clone();
    Ok(of)
}

async fn show(visit: Visit, Path(name): Path<String>) -> Result<Response, Trouble> {
    let mut visit = visit.ours()?.at("providers");
    let of = read(&mut visit, &name).await?;
    let page = page(visit, of, Form::default()).await?;
    Ok(render::page(StatusCode::OK, &page))
}

/// Does an act of this page; what is wrong with its form is shown on the page again.
async fn act<A: Act>(visit: Visit, name: &str, fields: &Fields, what: &str, act: A) -> Result<Response, Trouble> {
    let mut visit = visit.ours()?.at("providers");
    let of = read(&mut visit, name).await?;
    match visit.state.app.act(visit.caller(), fields.request()?, act).await {
        Ok(answer) => Ok(done(&format!("/engagements/{name}"), what, answer.entry).into_response()),
        Err(stop) => {
            let form = fields.wrong(stop, &visit.ui.r)?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page(visit, of, form).await?))
        }
    }
}

async fn attest(mut visit: Visit, Path(name): Path<String>, fields: Fields) -> Result<Response, Trouble> {
    let of = read(&mut visit, &name).await?;
    let valid_until = match fields.maybe("valid_until") {
        Some(day) => Some(of.zone.end_of(day.parse().map_err(|why: Why| Stop::field("valid_until", why))?)),
        None => None,
    };
    let attest = Attest {
        engagement: name.clone(),
        kind: fields.read("kind")?,
        document: fields.text("document"),
        at: None,
        valid_until,
    };
    act(visit, &name, &fields, "attested", attest).await
}

async fn method(visit: Visit, Path(name): Path<String>, fields: Fields) -> Result<Response, Trouble> {
    let read = |word: String| word.parse().map_err(|why: Why| Stop::field("pattern", why));
    let patterns: Result<Vec<Pattern>, Stop> = fields.all("pattern").into_iter().map(read).collect();
    act(visit, &name, &fields, "method-agreed", AgreeMethod { engagement: name.clone(), patterns: patterns? }).await
}

async fn activate(visit: Visit, Path(name): Path<String>, fields: Fields) -> Result<Response, Trouble> {
    let activate = ActivateEngagement { engagement: name.clone(), role: None, second: fields.text("second") };
    act(visit, &name, &fields, "engagement-activated", activate).await
}

async fn keep(visit: Visit, Path(name): Path<String>, fields: Fields) -> Result<Response, Trouble> {
    let keep = KeepInUse { engagement: name.clone(), until: fields.read("until")? };
    act(visit, &name, &fields, "kept-in-use", keep).await
}

async fn page(mut visit: Visit, of: Engaged, form: Form) -> Result<EngagementPage, Trouble> {
    let rules = plantgate_app::read::Memory::rules(&visit.look);
    let sites = of.engagement.sites();
    visit.ui.acts = deeds::offered(&visit, Kind::Engagement, &of.engagement.facts.reference, &sites);
    let may = may(&visit, &of, &sites, &rules);
    let gates: Vec<Gate> = of.gates.iter().map(|g| gate(&visit, &of, g)).collect();
    let next = next(&visit, &of, &gates);
    let f = &of.engagement.facts;
    Ok(EngagementPage {
        reference: f.reference.clone(),
        version: of.version,
        name: f.name.clone(),
        provider: parts::item(&mut visit, f.provider.into()).await?,
        agreement: agreement(&mut visit, &of).await?,
        owner: owner(&mut visit, &of).await?,
        state: of.activation.word(visit.now()),
        from: f.from,
        until: f.until,
        in_use: of.activation.in_use_until.filter(|at| of.activation.activated.is_none() && visit.now() < *at),
        kind: f.kind.as_str(),
        phases: f.phases.iter().map(|p| p.as_str()).collect(),
        activities: f.activities.iter().map(|a| a.as_str()).collect(),
        places: parts::places(&mut visit, &of, &rules).await?,
        next,
        scope: parts::scope(&mut visit, &of, &rules).await?,
        patterns: f.patterns.as_ref().map(|all| all.iter().map(|p| p.as_str()).collect()),
        methods: of.activation.methods.iter().map(|p| p.as_str()).collect(),
        owed: parts::owed(&mut visit, &of).await?,
        gates,
        clauses: parts::clauses(&mut visit, &of).await?,
        beforehand: beforehand::rows(&mut visit, &of).await?,
        seconds: if may.activate { others(&mut visit, &sites).await? } else { Vec::new() },
        may,
        attestations: attestations(&visit),
        ways: Pattern::ALL.iter().map(|p| p.as_str()).collect(),
        form,
        ui: visit.ui,
    })
}

/// What this person may do with it now.
fn may(visit: &Visit, of: &Engaged, sites: &[SiteId], rules: &Rules) -> May {
    let can = |key: &str| could(&visit.who.person, key, sites, rules);
    May {
        attest: can("attest"),
        activate: can("activate") && !matches!(of.activation.word(visit.now()), "active"),
        keep: can("keep-in-use"),
        propose: could(&visit.who.person, "draft-engagement", &[], rules),
        send: can("send-requests"),
        approve: beforehand::may(visit, sites),
    }
}

/// Who else may activate it: the second person.
async fn others(visit: &mut Visit, sites: &[SiteId]) -> Result<Vec<Choice>, Stop> {
    let me = visit.me();
    let mut others = Vec::new();
    for person in seconds(&mut visit.look, "activate", sites, me).await? {
        others.push(parts::person(visit, &person).await?);
    }
    Ok(others)
}

async fn agreement(visit: &mut Visit, of: &Engaged) -> Result<Option<Item>, Stop> {
    let Some(id) = of.engagement.facts.agreement else { return Ok(None) };
    parts::item(visit, id.into()).await.map(Some)
}

async fn owner(visit: &mut Visit, of: &Engaged) -> Result<Option<String>, Stop> {
    let Some(id) = of.engagement.facts.owner else { return Ok(None) };
    Ok(Some(parts::item(visit, id.into()).await?.text))
}

fn attestations(visit: &Visit) -> Vec<Choice> {
    let kinds = [Attestation::Responsibilities, Attestation::InformationExchange];
    kinds.iter().map(|k| Choice::new(k.as_str(), visit.ui.word("attest", k.as_str()).to_string())).collect()
}

fn gate(visit: &Visit, of: &Engaged, g: &Stands) -> Gate {
    let kind = match g.key {
        "responsibilities" => Some(Attestation::Responsibilities),
        "information" => Some(Attestation::InformationExchange),
        _ => None,
    };
    let (state, text) = match g.state {
        GateState::Shut(_) => {
            let state = if g.unknown() { "unknown" } else { "not-passed" };
            (state, g.say().map(|say| visit.names.say(&visit.ui.r, &say)).unwrap_or_default())
        }
        GateState::Open { until } => {
            let document = kind.and_then(|k| of.activation.attestation(k)).map(|f| f.document.clone());
            let until = until.map(|at| visit.ui.t("gate-until").s("at", visit.ui.full(at)).to_string());
            let both: Vec<String> = document.into_iter().chain(until).collect();
            let ways: Vec<String> =
                of.activation.methods.iter().map(|p| visit.ui.word("pattern", p.as_str()).to_string()).collect();
            let text = if g.key == "access-method" { ways.join(", ") } else { both.join(", ") };
            ("passed", Rich::from(text))
        }
    };
    Gate { key: g.key.to_owned(), state, text, rule: g.rule.to_owned() }
}

/// What is waited for: the first gate that is shut, else the first thing that is late.
fn next(visit: &Visit, of: &Engaged, gates: &[Gate]) -> Rich {
    let waits = matches!(of.activation.word(visit.now()), "waiting" | "in-use");
    if let Some(shut) = gates.iter().find(|g| waits && g.state != "passed") {
        return shut.text.clone();
    }
    if waits {
        return visit.ui.t("engagement-next-activate").into();
    }
    let late =
        of.owes.iter().filter_map(|o| o.request.as_ref()).find(|r| r.due_at() <= visit.now() && r.grades.is_empty());
    late.map_or_else(Rich::default, |r| {
        let name = r.facts.reference.clone();
        let href = format!("/evidence/requests/{name}");
        Rich::default().object(name, Some(&href)).text(format!(" {}", visit.ui.t("engagement-next-late")))
    })
}
