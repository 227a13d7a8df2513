//! Findings: the list, one finding, and every step of what becomes of it. Which steps are open is the domain's rule.

use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Stop, acts,
    power::could,
    read::{Memory, Order, Query},
};
use plantgate_domain::{
    base::{FindingId, Instant, Kind, Party, Why},
    event::review::{FindingKind, Severity},
    review::{acts as rule, finding::Finding},
};
use plantgate_wire::words::Rich;
use serde_json::{Map, Value, json};

use super::engagement_parts::item;
use crate::{
    door::{
        deeds,
        error::Trouble,
        fields::{Fields, done},
        listing::{Asked, export, things},
        routes::Routes,
        visit::Visit,
    },
    page::findings::{FindingAct, FindingPage, FindingRow, Findings, RaiseFinding},
    render,
    view::{Choice, Form, Item},
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new()
        .page("/findings", list)
        .act("/findings", raise)
        .page("/findings/new", form)
        .page("/findings/{name}", show)
        .act("/findings/{name}/{act}", act)
}

/// States of a finding, as stored.
const STATES: &[&str] = &["proposed", "disputed", "confirmed", "dismissed", "closed"];

async fn list(visit: Visit, asked: Asked) -> Result<Response, Trouble> {
    let mut visit = visit.ours()?.at("findings");
    let mut q = Query::new(Kind::Finding, visit.me(), visit.state.app.store().limits().page);
    asked.fill(&mut q, Order::Newest)?;
    let all = visit.look.count(&q).await?;
    super::filters::place(&mut visit, &asked, &mut q).await?;
    let mut states = Vec::new();
    for word in STATES {
        let mut one = q.clone();
        (one.state, one.after) = (Some((*word).to_owned()), None);
        let count = visit.look.count(&one).await?;
        states.push(asked.chip("state", Some(word), visit.ui.word("finding", word), count));
    }
    q.state = asked.get("state").map(str::to_owned);
    let page = visit.look.page(&q).await?;
    let mut rows = Vec::new();
    for one in things::<Finding>(&page)? {
        rows.push(row_of(&mut visit, &one).await?);
    }
    if let Some(form) = asked.export() {
        let line = |r: &FindingRow| {
            let due = r.due.map(|d| d.to_string()).unwrap_or_default();
            let provider = r.provider.as_ref().map(|p| p.text.clone()).unwrap_or_default();
            let words = [r.state, r.severity, r.party].map(str::to_owned);
            [r.item.text.clone(), r.title.clone(), provider].into_iter().chain(words).chain([due]).collect()
        };
        let lines: Vec<Vec<String>> = rows.iter().map(line).collect();
        let head = ["finding", "title", "provider", "state", "severity", "party", "due"];
        return export(form, "findings", &head, &lines);
    }
    let mut list = asked.list(&q, &page, all);
    list.chips = vec![states];
    list.chips.extend(super::filters::chips(&mut visit, &asked, &q).await?);
    let may_raise = could(&visit.who.person, "propose-finding", &[], &visit.look.rules());
    Ok(render::page(StatusCode::OK, &Findings { ui: visit.ui, list, rows, may_raise }))
}

fn title(visit: &Visit, f: &Finding) -> String {
    visit.ui.word("findingkind", f.facts.kind.as_str()).to_string()
}

async fn row_of(visit: &mut Visit, f: &Finding) -> Result<FindingRow, Stop> {
    let provider = match f.facts.provider {
        Some(id) => Some(item(visit, id.into()).await?),
        None => None,
    };
    Ok(FindingRow {
        item: item(visit, f.id.into()).await?,
        title: title(visit, f),
        party: f.party.as_str(),
        provider,
        severity: f.severity.as_str(),
        state: f.state.as_str(),
        due: f.action.as_ref().map(|a| a.due),
        late: f.overdue_days(visit.now()).unwrap_or(0),
    })
}

async fn show(visit: Visit, Path(name): Path<String>) -> Result<Response, Trouble> {
    let page = page(visit.ours()?.at("findings"), &name, Form::default()).await?;
    Ok(render::page(StatusCode::OK, &page))
}

/// Steps the domain would let this person take now, with the word of the path.
fn steps(visit: &Visit, f: &Finding) -> Vec<&'static str> {
    let rules = visit.look.rules();
    let can = |key: &str| could(&visit.who.person, key, &[f.facts.site], &rules);
    let (me, now) = (visit.me(), visit.look.now());
    let confirm = can("confirm-finding");
    let all = [
        ("confirm", confirm && rule::may_confirm(f, me).is_ok()),
        ("dismiss", confirm && rule::may_dismiss(f).is_ok()),
        ("joint-review", confirm && rule::may_review(f, now.0, now).is_ok()),
        ("plan", confirm && rule::may_plan(f).is_ok()),
        ("claim", can("claim-action") && rule::may_claim(f, None).is_ok()),
        ("verify", can("verify-action") && rule::may_verify(f, me).is_ok()),
        ("close", confirm && rule::may_close(f, me).is_ok()),
        ("reopen", confirm && rule::may_reopen(f).is_ok()),
    ];
    all.into_iter().filter(|(_, may)| *may).map(|(word, _)| word).collect()
}

async fn page(mut visit: Visit, name: &str, form: Form) -> Result<FindingPage, Trouble> {
    let id: FindingId = visit.seen(Kind::Finding, name).await?;
    let f: Finding = visit.look.get(id).await?;
    visit.ui.r.zone = f.facts.zone.clone();
    let row = row_of(&mut visit, &f).await?;
    visit.ui.acts = deeds::offered(&visit, Kind::Finding, &f.facts.reference, &[f.facts.site]);
    let words = steps(&visit, &f);
    let effect = if f.counts() { "finding-counts" } else { "finding-counts-not" };
    Ok(FindingPage {
        reference: f.facts.reference.clone(),
        title: row.title,
        text: visit.look.open_private(&f.facts.text).await?.unwrap_or_default(),
        party: row.party,
        provider: row.provider,
        engagement: engagement(&mut visit, &f).await?,
        site: item(&mut visit, f.facts.site.into()).await?.text,
        severity: row.severity,
        state: row.state,
        found: f.at,
        by: by(&mut visit, &f).await?,
        action: action(&mut visit, &f).await?,
        due: row.due,
        late: row.late,
        answer: answer(&mut visit, &f).await?,
        effect: visit.ui.t(effect).into(),
        next: words.first().map(|w| Rich::from(visit.ui.word("finding-next", w))).unwrap_or_default(),
        log: Vec::new(),
        acts: open(&visit, &words),
        parties: choices(&visit, "party", &[Party::Provider, Party::Owner, Party::Both].map(|p| p.as_str())),
        severities: choices(&visit, "severity", &Severity::ALL.iter().map(|s| s.as_str()).collect::<Vec<_>>()),
        form,
        ui: visit.ui,
    })
}

/// What was agreed to do about it.
async fn action(visit: &mut Visit, f: &Finding) -> Result<String, Stop> {
    match f.action.as_ref().and_then(|a| a.text.as_ref()) {
        Some(text) => Ok(visit.look.open_private(text).await?.unwrap_or_default()),
        None => Ok("–".to_owned()),
    }
}

/// Who proposed it; what nobody did, the watchman found.
async fn by(visit: &mut Visit, f: &Finding) -> Result<String, Stop> {
    match f.proposed_by {
        Some(id) => Ok(item(visit, id.into()).await?.text),
        None => Ok(visit.ui.t("finding-watchman").to_string()),
    }
}

/// Who said it is done, and when.
async fn answer(visit: &mut Visit, f: &Finding) -> Result<Option<(String, Instant, String)>, Stop> {
    let (Some(who), Some(at)) = (f.claimed_by, f.claimed) else { return Ok(None) };
    let who = item(visit, who.into()).await?.text;
    Ok(Some((who, at, visit.ui.t("finding-claimed").to_string())))
}

async fn engagement(visit: &mut Visit, f: &Finding) -> Result<Option<Item>, Stop> {
    let Some(id) = f.facts.engagement else { return Ok(None) };
    item(visit, id.into()).await.map(Some)
}

/// The open steps with what each does; the first is the usual one.
fn open(visit: &Visit, words: &[&'static str]) -> Vec<FindingAct> {
    let step = |(n, word): (usize, &&'static str)| FindingAct {
        word,
        consequence: visit.ui.word("finding-then", word).into(),
        main: n == 0,
    };
    words.iter().enumerate().map(step).collect()
}

fn choices(visit: &Visit, family: &str, words: &[&'static str]) -> Vec<Choice> {
    words.iter().map(|w| Choice::new(*w, visit.ui.word(family, w).to_string())).collect()
}

async fn act(visit: Visit, Path((name, act)): Path<(String, String)>, fields: Fields) -> Result<Response, Trouble> {
    let visit = visit.ours()?.at("findings");
    let (full, wanted): (&str, &[(&str, &str)]) = match act.as_str() {
        "confirm" => ("confirm-finding", &[("party", "party"), ("severity", "severity")]),
        "dismiss" => ("dismiss-finding", &[("note", "reason")]),
        "joint-review" => ("hold-joint-review", &[("note", "reason")]),
        "plan" => ("plan-action", &[("party", "party"), ("due", "due"), ("text", "reason")]),
        "claim" => ("claim-action", &[("note", "reason")]),
        "verify" => ("verify-action", &[("note", "reason")]),
        "close" => ("close-finding", &[("note", "reason")]),
        "reopen" => ("reopen-finding", &[("note", "reason")]),
        _ => return Err(Stop::NotFound.into()),
    };
    let mut body = Map::from_iter([("finding".to_owned(), json!(name))]);
    for (to, from) in wanted {
        body.extend(fields.maybe(from).map(|value| ((*to).to_owned(), Value::String(value))));
    }
    let missing = act == "plan" && !body.contains_key("due");
    let answer = if missing {
        Err(Stop::field("due", Why::of("finding-due-missing")))
    } else {
        acts::act(&visit.state.app, visit.caller(), fields.request()?, full, Value::Object(body)).await
    };
    match answer {
        Ok(answer) => {
            let entry = answer.get("entry").and_then(Value::as_u64).unwrap_or_default();
            Ok(done(&format!("/findings/{name}"), &format!("finding-{act}"), entry).into_response())
        }
        Err(stop) => {
            let form = fields.wrong(stop, &visit.ui.r)?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page(visit, &name, form).await?))
        }
    }
}

async fn form(visit: Visit, asked: Asked) -> Result<Response, Trouble> {
    let names = ["engagement", "instance", "site", "provider"];
    let form = Form::of(names.into_iter().filter_map(|n| asked.get(n).map(|v| (n, v.to_owned()))));
    let page = raising(visit.ours()?.at("findings"), form);
    Ok(render::page(StatusCode::OK, &page))
}

fn raising(visit: Visit, form: Form) -> RaiseFinding {
    let kinds = FindingKind::ALL.iter().map(|k| k.as_str()).collect::<Vec<_>>();
    let severities = Severity::ALL.iter().map(|s| s.as_str()).collect::<Vec<_>>();
    RaiseFinding {
        kinds: choices(&visit, "findingkind", &kinds),
        severities: choices(&visit, "severity", &severities),
        form,
        ui: visit.ui,
    }
}

async fn raise(visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    let visit = visit.ours()?.at("findings");
    let names = ["kind", "severity", "text", "engagement", "instance", "site", "provider"];
    let pairs = names.into_iter().filter_map(|n| fields.maybe(n).map(|v| (n.to_owned(), Value::String(v))));
    let mut body: Map<String, Value> = pairs.collect();
    body.entry("text").or_insert_with(|| json!(""));
    body.insert("shared".to_owned(), json!(fields.ticked("shared")));
    let request = fields.request()?;
    match acts::act(&visit.state.app, visit.caller(), request, "propose-finding", Value::Object(body)).await {
        Ok(answer) => {
            let entry = answer.get("entry").and_then(Value::as_u64).unwrap_or_default();
            let name = answer.pointer("/done/reference").and_then(Value::as_str).unwrap_or_default();
            Ok(done(&format!("/findings/{name}"), "finding-raised", entry).into_response())
        }
        Err(stop) => {
            let form = fields.wrong(stop, &visit.ui.r)?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &raising(visit, form)))
        }
    }
}
