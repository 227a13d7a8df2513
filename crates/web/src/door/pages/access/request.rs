//! The page of a request, whatever became of it. When it is not granted it is the page that helps: the cause first,
//! then what this person can do with everything typed kept, then every check as it was decided.

use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Stop,
    permit::{approve::WithdrawAccess, reads},
    power::{self, Power},
    read::Memory,
};
use plantgate_domain::{
    base::{EngagementId, Kind, Pattern, Private, SiteId, Text},
    event::{
        Event,
        permit::{AccessEvent, AskedWindow, Decided},
    },
    expect::{instance::Instance, site::Site},
    permit::{
        access::{AccessRequest, RequestState},
        repeat,
    },
    qualify::request::Request,
};
use plantgate_wire::words::Rich;

use super::{super::signed, again, ask, shifts, shown};
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        visit::Visit,
    },
    page::access::{Repeat, RequestPage},
    render,
    view::{Act, Checks, Item, LogLine},
};

/// `GET /access/requests/{name}`
pub async fn show(v: Visit, path: Path<String>) -> Result<Response, Trouble> {
    let mut v = ask::place(v);
    let request = ask::request(&mut v, path).await?;
    let site: Site = v.look.get(request.asked.site).await?;
    v.zone_of(&site);
    let page = page(v, &request).await?;
    Ok(render::page(StatusCode::OK, &page))
}

/// `POST /access/requests/{name}/withdraw`
pub async fn withdraw(v: Visit, path: Path<String>, typed: Fields) -> Result<Response, Trouble> {
    let mut v = ask::place(v);
    let request = ask::request(&mut v, path).await?;
    let reference = request.asked.reference;
    let act = WithdrawAccess { request: reference.clone() };
    let answer = v.state.app.act(&v.who.caller, typed.request()?, act).await?;
    Ok(done(&format!("/access/requests/{reference}"), "access-withdrawn", answer.entry).into_response())
}

async fn page(mut v: Visit, r: &AccessRequest) -> Result<RequestPage, Trouble> {
    let v = &mut v;
    let (a, now, open) = (&r.asked, v.now(), r.open(v.now()));
    let instance: Instance = v.look.get(a.instance).await?;
    shown::on_it(v, &instance);
    let (attended, others) = ways(v, r).await?;
    Ok(RequestPage {
        reference: a.reference.clone(),
        system: shown::item(v, a.instance).await?,
        system_name: instance.facts.name.clone(),
        env: a.environment,
        state: r.word(now),
        person: shown::called(v, a.person).await?,
        provider: shown::item(v, a.provider).await?,
        asked: r.at,
        window: fixed(&a.window),
        shifts: shifts::of_request(v, a),
        purpose: a.purpose.as_str(),
        roles: a.roles.iter().map(|role| role.as_str()).collect(),
        pattern: a.pattern.as_str(),
        change: change(v, r).await?,
        note: opened(v, a.text.as_ref()).await?,
        decided: decided(v, r).await?,
        next: next(v, r).await?,
        ways_shut: shut_ways(v, r).await?,
        attended,
        others,
        checks: checks(v, r).await?,
        approvals: approvals(v, r).await?,
        signatures: signed::under(v, r.id.into()).await?,
        grant: granted(v, r).await?,
        log: log(v, r).await?,
        beforehand: beforehand(v, r.beforehand, a.engagement).await?,
        repeats: again::same(v, a).await?,
        repeat: repeat(v, r),
        may_decide: open && decides(v, a.site),
        may_withdraw: open && own(v, r),
        ui: v.ui.clone(),
    })
}

/// What its person can do instead, where it is shut.
async fn ways(v: &mut Visit, r: &AccessRequest) -> Result<(Option<(String, Repeat)>, Vec<Act>), Stop> {
    match r.state {
        RequestState::Refused | RequestState::Denied => Ok((attended(v, r).await?, others(v, r).await?)),
        _ => Ok((None, Vec::new())),
    }
}

/// The form filled as this one was, for its own person: the same again, or with changes.
fn repeat(v: &Visit, r: &AccessRequest) -> Option<(&'static str, String)> {
    let whose = own(v, r) && ask::may_ask(v);
    let word = if repeat::offered(r, v.me(), v.now()) { "request-same" } else { "request-change" };
    whose.then(|| (word, again::href(r)))
}

/// Whether one of ours could answer a request there.
fn decides(v: &Visit, site: SiteId) -> bool {
    let me = &v.who.person;
    v.provider().is_none() && power::could(me, power::ApproveAccess::KEY, &[site], &v.look.rules())
}

/// Whether this person asked, or it is for them.
fn own(v: &Visit, r: &AccessRequest) -> bool {
    repeat::own(r, v.me())
}

/// By which yes beforehand nobody was asked, if so.
pub async fn beforehand(v: &mut Visit, number: Option<u32>, on: EngagementId) -> Result<Option<Rich>, Stop> {
    let Some(number) = number else { return Ok(None) };
    let engagement = shown::item(v, on).await?;
    let text = v.ui.t("request-beforehand").n("number", number).s("engagement", &engagement.text).to_string();
    let page = engagement.href.map(|href| format!("{href}#beforehand"));
    Ok(Some(Rich::from(text).text(" ").object(engagement.text, page.as_deref())))
}

/// Every check as it was decided.
async fn checks(v: &mut Visit, r: &AccessRequest) -> Result<Checks, Stop> {
    match &r.decision {
        Some(decided) => shown::checks(v, decided).await,
        None => Ok(Checks { verdict: None, checks: Vec::new(), beforehand: None }),
    }
}

/// The grant that came of it.
async fn granted(v: &mut Visit, r: &AccessRequest) -> Result<Option<Item>, Stop> {
    let Some(grant) = r.grant else { return Ok(None) };
    shown::item(v, grant).await.map(Some)
}

/// The window when it was asked as fixed times.
pub fn fixed(window: &AskedWindow) -> Option<plantgate_domain::base::Window> {
    match window {
        AskedWindow::Fixed(w) => Some(*w),
        AskedWindow::OnApproval(_) => None,
    }
}

/// The change as its own system numbers it, or the ticket.
pub async fn change(v: &mut Visit, r: &AccessRequest) -> Result<Option<Item>, Stop> {
    let Some(id) = r.asked.change else { return Ok(r.asked.ticket.clone().map(Item::name)) };
    let found: Option<plantgate_domain::permit::change::Change> = v.look.find(id).await?;
    Ok(found.map(|c| Item::name(c.facts.number)))
}

/// A private text, if it is still there.
pub async fn opened(v: &mut Visit, text: Option<&Private<Text>>) -> Result<String, Stop> {
    match text {
        Some(text) => Ok(v.look.open_private(text).await?.unwrap_or_else(|| v.ui.t("text-erased").to_string())),
        None => Ok("–".to_owned()),
    }
}

async fn decided(v: &mut Visit, r: &AccessRequest) -> Result<Option<(plantgate_domain::base::Instant, String)>, Stop> {
    let Some(at) = r.settled else { return Ok(None) };
    let by = match (r.state, r.denied_by, r.approvals.last()) {
        (RequestState::Refused, ..) => v.ui.t("request-by-rule").to_string(),
        (RequestState::Denied, Some((person, _)), _) => shown::called(v, person).await?,
        (RequestState::Approved, _, Some(yes)) => shown::called(v, yes.person).await?,
        _ => shown::called(v, r.asked.requested_by).await?,
    };
    Ok(Some((at, by)))
}

/// What is waited for, from the functions that have not agreed.
pub async fn next(v: &mut Visit, r: &AccessRequest) -> Result<Rich, Stop> {
    if !r.open(v.now()) {
        return Ok(Rich::default());
    }
    let now = v.look.now();
    let (decision, _) = reads::at_approval(&mut v.look, r, now).await?;
    let check = decision.check("approvals-enough").map(|c| c.say.into());
    match check {
        Some(say) => shown::said(v, &say).await,
        None => Ok(Rich::default()),
    }
}

/// Who said yes, and what is still missing.
async fn approvals(v: &mut Visit, r: &AccessRequest) -> Result<Vec<(String, &'static str)>, Stop> {
    let mut all = Vec::new();
    for yes in &r.approvals {
        let name = shown::called(v, yes.person).await?;
        all.push((format!("{name}, {}", v.ui.word("power", yes.role.as_str())), "passed"));
    }
    if r.open(v.now()) {
        let waits = next(v, r).await?;
        all.push((waits.to_string(), "unknown"));
    }
    Ok(all)
}

/// What stood in the way: the rules' checks, or what the person who denied wrote.
async fn shut_ways(v: &mut Visit, r: &AccessRequest) -> Result<Vec<(Rich, Rich, String)>, Stop> {
    match r.state {
        RequestState::Refused => match &r.decision {
            Some(decided) => shown::in_the_way(v, decided).await,
            None => Ok(Vec::new()),
        },
        RequestState::Denied => {
            let mut why = Rich::default();
            for (entry, _) in v.look.entries(r.id.into()).await? {
                if let Event::AccessRequest(AccessEvent::Denied(no)) = &entry.event {
                    why = Rich::from(opened(v, no.note.as_ref()).await?);
                }
            }
            Ok(vec![(why, Rich::default(), "R-13".to_owned())])
        }
        _ => Ok(Vec::new()),
    }
}

/// The same request with somebody of ours beside it, when that alone would pass.
async fn attended(v: &mut Visit, r: &AccessRequest) -> Result<Option<(String, Repeat)>, Stop> {
    let offered = r.decision.as_ref().is_some_and(|d| d.attended_would_pass);
    if !offered || !ask::may_ask(v) {
        return Ok(None);
    }
    let mut fields = again::typed(v, r).await?;
    let pattern = match r.asked.pattern {
        Pattern::GatewayUnattended | Pattern::None => Pattern::GatewayAttended,
        attended => attended,
    };
    fields.retain(|(n, _)| n != "pattern");
    fields.push(("pattern".to_owned(), pattern.to_string()));
    let text = v.ui.t("request-attended-text").to_string();
    Ok(Some((text, Repeat { action: "/access/requests".to_owned(), fields })))
}

/// Other ways: take the cause away, work on the test system, or what to do when production stands.
async fn others(v: &mut Visit, r: &AccessRequest) -> Result<Vec<Act>, Stop> {
    let mut acts = Vec::new();
    if let Some(decided) = &r.decision {
        acts.extend(causes(v, decided).await?);
        if let Some(test) = decided.test_instead {
            let bed: Instance = v.look.get(test).await?;
            shown::on_it(v, &bed);
            let on = shown::item(v, test).await?;
            let text = v.ui.t("request-test-text").s("system", on.text).to_string();
            let go = own(v, r).then(|| ("request-change", again::href(r)));
            acts.push(act(v, "request-test", text, go));
        }
    }
    let ours = v.provider().is_none();
    let text = v.ui.t(if ours { "request-emergency-ours" } else { "request-emergency-theirs" });
    let text = text.s("site", v.ui.site.clone().unwrap_or_default()).to_string();
    let go = ours.then(|| ("now-emergency", "/access/emergency".to_owned()));
    acts.push(act(v, "request-emergency", text, go));
    Ok(acts)
}

/// Each thing that weighs on the standing, with who can end it.
async fn causes(v: &mut Visit, decided: &Decided) -> Result<Vec<Act>, Stop> {
    let mut acts = Vec::new();
    for reason in decided.reasons.iter().filter(|r| r.source.kind == Kind::Request) {
        let Some(request): Option<Request> = v.look.find(reason.source).await? else { continue };
        if request.accepted_at(&v.look.rules()).is_some() {
            continue;
        }
        let what = v.ui.word("obligation", &request.facts.key).s("period", &request.facts.period).to_string();
        let provider = shown::item(v, request.facts.provider).await?.text;
        let (id, href) = if v.ui.portal() {
            ("request-cause-theirs", format!("/owe/{}/upload", request.facts.reference))
        } else {
            ("request-cause-ours", format!("/evidence/requests/{}", request.facts.reference))
        };
        let text =
            v.ui.t(id).s("what", format!("{what}, {}", request.facts.period)).s("provider", provider).to_string();
        let go = if v.ui.portal() { "act-upload" } else { "act-open" };
        acts.push(act(v, "request-cause", text, Some((go, href))));
    }
    Ok(acts)
}

fn act(v: &Visit, title: &'static str, text: String, go: Option<(&'static str, String)>) -> Act {
    let go = go.map_or_else(|| Item::name(""), |(id, href)| Item::link(v.ui.t(id).to_string(), href));
    Act { title: v.ui.t(title).to_string(), text, go }
}

/// What happened to it, newest first.
async fn log(v: &mut Visit, r: &AccessRequest) -> Result<Vec<LogLine>, Stop> {
    let said = |event: &Event| if let Event::AccessRequest(event) = event { Some(word(event)) } else { None };
    shown::log(v, r.id.into(), said).await
}

const fn word(event: &AccessEvent) -> &'static str {
    match event {
        AccessEvent::Requested(_) => "accesslog-requested",
        AccessEvent::Refused(_) => "accesslog-refused",
        AccessEvent::Queued(_) => "accesslog-queued",
        AccessEvent::AttendantNamed(_) => "accesslog-attendant",
        AccessEvent::Approved(_) => "accesslog-approved",
        AccessEvent::Covered(_) => "accesslog-covered",
        AccessEvent::Denied(_) => "accesslog-denied",
        AccessEvent::Withdrawn(_) => "accesslog-withdrawn",
    }
}
