//! The page of a grant: how long still, what it rests on, who is inside under it, and what taking it away would do.

use axum::{extract::Path, http::StatusCode, response::Response};
use plantgate_app::{
    Stop,
    power::{self, Power},
    read::Memory,
};
use plantgate_domain::{
    base::{GrantId, Instant, Kind},
    event::{
        Event,
        permit::{EmergencyCause, GrantEvent},
    },
    expect::{instance::Instance, measures::Asks, site::Site},
    permit::{change::Change, grant::Grant, steps},
    witness::{jump, session::Session},
};
use plantgate_wire::words::Rich;

use super::{ask, asked, grant_word, request::beforehand, shifts, shown};
use crate::{
    door::{api, deeds, error::Trouble, visit::Visit},
    page::grants::{Certificates, GrantPage, SessionLine},
    render,
    view::{Choice, Form, Item, LogLine},
};

/// `GET /access/grants/{name}`
pub async fn show(v: Visit, Path(name): Path<String>) -> Result<Response, Trouble> {
    let mut v = ask::place(v);
    let grant = named(&mut v, &name).await?;
    drawn(v, &grant, Form::default(), StatusCode::OK).await
}

/// `GET …/certificates/{serial}`
pub async fn certificate(v: Visit, Path((name, serial)): Path<(String, String)>) -> Result<Response, Trouble> {
    let mut v = ask::place(v);
    let grant = named(&mut v, &name).await?;
    let serial = serial.parse().map_err(|_| Stop::NotFound)?;
    let app = v.state.app.clone();
    let line = app.ssh_certificate(&mut v.look, (v.who.person.id, &grant), serial).await?;
    Ok(api::jump::certified(&grant, line.ok_or(Stop::NotFound)?))
}

/// The grant a path names, if this person may see it; times are told in its site's zone.
pub async fn named(v: &mut Visit, name: &str) -> Result<Grant, Trouble> {
    let id: GrantId = v.seen(Kind::Grant, name).await?;
    let grant: Grant = v.look.get(id).await?;
    let site: Site = v.look.get(grant.facts.site).await?;
    v.zone_of(&site);
    Ok(grant)
}

/// The page with a form as it was typed.
pub async fn drawn(mut v: Visit, grant: &Grant, form: Form, status: StatusCode) -> Result<Response, Trouble> {
    let page = page(&mut v, grant, form).await?;
    Ok(render::page(status, &page))
}

async fn page(v: &mut Visit, g: &Grant, form: Form) -> Result<GrantPage, Stop> {
    let (f, now, on) = (&g.facts, v.now(), v.look.get::<Instance>(g.facts.instance).await?);
    acts(v, g, &on);
    let (me, rules, alive) = (v.who.person.clone(), v.look.rules(), g.alive(now));
    let may = |key| me.provider().is_none() && power::could(&me, key, &[f.site], &rules);
    let (sessions, names) = (v.look.of::<Session>("grant", g.id).await?, alive && may(power::NameAttendant::KEY));
    Ok(GrantPage {
        reference: f.reference.clone(),
        person: shown::called(v, f.person).await?,
        provider: shown::item(v, f.provider).await?,
        system: shown::item(v, f.instance).await?,
        env: f.environment,
        roles: f.roles.iter().map(|r| r.as_str()).collect(),
        pattern: f.pattern.as_str(),
        window: g.window_at(now),
        shifts: shifts::of_grant(v, g, names).await?,
        state: grant_word(g, now),
        end_mode: f.end_mode.as_str(),
        attendant: attendant(v, g).await?,
        by_code: by_code(g),
        approved: approved(v, g).await?,
        beforehand: beforehand(v, f.beforehand, f.engagement).await?,
        steps: taken(v, g, &on).await?,
        request: request(v, g).await?,
        change: change(v, g).await?,
        sessions: lines(v, &sessions).await?,
        next: next(v, g),
        log: log(v, g).await?,
        may_revoke: alive && may(power::Revoke::KEY),
        may_cut: g.lingers(now) && may(power::Disconnect::KEY),
        may_extend: alive && f.campaign.is_none() && may(power::ExtendGrant::KEY),
        review: unreviewed(g).filter(|_| may(power::ReviewEmergency::KEY)),
        causes: causes(v),
        attendants: if names && f.attended { asked::attendants(v, &on).await? } else { Vec::new() },
        form,
        revoke: consequences(v, g, &sessions).await?,
        certificates: certificates(v, g, &on),
        ui: v.ui.clone(),
    })
}

/// The page is in the system's zone, and offers what may be done to the grant; a step is taken only where measures ask
/// for one.
fn acts(v: &mut Visit, g: &Grant, on: &Instance) {
    shown::on_it(v, on);
    let step = g.alive(v.now()) && steps::open(None, on, v.now()).any(|m| m.asks() == Asks::Step);
    v.ui.acts = deeds::chosen(v, Kind::Grant, &g.facts.reference, &[g.facts.site], |act| act != "take-step" || step);
}

/// Whether a code opened it while its gateway was cut off, and nobody is known who did.
fn by_code(g: &Grant) -> bool {
    g.facts.emergency.as_ref().is_some_and(|mark| mark.opened_by.is_none())
}

/// Until when a review of it is due that nobody made.
fn unreviewed(g: &Grant) -> Option<Instant> {
    g.facts.emergency.as_ref().filter(|_| g.reviewed.is_none()).map(|mark| mark.review_due)
}

/// None is chosen before somebody chooses: a list that begins with an answer gets that answer.
fn causes(v: &Visit) -> Vec<Choice> {
    let none = Choice::new("", v.ui.t("emergencies-cause-choose").to_string());
    let words = EmergencyCause::ALL.iter().map(|c| c.as_str());
    std::iter::once(none).chain(words.map(|c| Choice::new(c, v.ui.word("emergencycause", c).to_string()))).collect()
}

async fn attendant(v: &mut Visit, g: &Grant) -> Result<Option<String>, Stop> {
    let Some(person) = g.attendant else {
        return Ok(g.facts.attended.then(|| v.ui.t("grant-unnamed-attendant").to_string()));
    };
    shown::called(v, person).await.map(Some)
}

/// What its own person is shown of certificates for stock sshds: their keys, and the certificates that are good.
fn certificates(v: &Visit, g: &Grant, on: &Instance) -> Option<Certificates> {
    let (me, now) = (&v.who.person, v.now());
    let may = jump::own(g, me).and_then(|()| jump::may_have(g)).is_ok() && g.usable(now);
    if !may || on.endpoint.is_none() || !v.state.app.signs_certificates() {
        return None;
    }
    let keys = me.ssh_keys();
    let good = g.certificates.iter().filter(|c| c.good(now) && c.of.person == me.id);
    Some(Certificates {
        keys: keys.map(|k| Choice::new(&k.fingerprint, &k.fingerprint)).collect(),
        good: good.map(|c| (c.of.serial.to_string(), c.of.until)).collect(),
    })
}

/// Who said yes, and when.
async fn approved(v: &mut Visit, g: &Grant) -> Result<Vec<(String, Instant)>, Stop> {
    let mut approved = Vec::with_capacity(g.facts.approvals.len());
    for yes in &g.facts.approvals {
        approved.push((shown::called(v, yes.person).await?, yes.at));
    }
    Ok(approved)
}

/// Whether the gateway hands the account of the system out itself, when the person comes in.
fn hands_out(g: &Grant, on: &Instance) -> bool {
    !g.facts.pattern.on_site() && on.endpoint.as_ref().is_some_and(|e| e.account.is_some())
}

/// What measures for the system ask before work begins, and whether it was done.
async fn taken(v: &mut Visit, g: &Grant, on: &Instance) -> Result<Vec<(String, Option<Rich>)>, Stop> {
    let mut lines = Vec::new();
    for measure in steps::open(None, on, v.now()) {
        let word = v.ui.word("measure", measure.as_str()).to_string();
        let by_gateway = measure.asks() == Asks::CheckOut && hands_out(g, on);
        let line = match g.step(measure, v.now()) {
            None => by_gateway.then(|| Rich::from(v.ui.t("grant-step-gateway"))),
            Some(step) => {
                let by = shown::called(v, step.done.by).await?;
                let said = match &step.done.said {
                    Some(said) => v.look.open_private(said).await?.unwrap_or_default(),
                    None => String::new(),
                };
                let line = v.ui.t("grant-step-taken").s("by", by).s("at", v.ui.moment(step.at));
                Some(Rich::from(line.s("said", said)))
            }
        };
        lines.push((word, line));
    }
    Ok(lines)
}

/// The request it answers; in an emergency there was none.
async fn request(v: &mut Visit, g: &Grant) -> Result<Item, Stop> {
    match g.facts.request {
        Some(request) => shown::item(v, request).await,
        None => Ok(Item::name(v.ui.t("grant-by-emergency").to_string())),
    }
}

async fn change(v: &mut Visit, g: &Grant) -> Result<Option<Item>, Stop> {
    let Some(id) = g.facts.change else { return Ok(None) };
    Ok(v.look.find::<Change>(id).await?.map(|c| Item::name(c.facts.number)))
}

async fn lines(v: &mut Visit, sessions: &[Session]) -> Result<Vec<SessionLine>, Stop> {
    let mut lines = Vec::with_capacity(sessions.len());
    for s in sessions {
        lines.push(SessionLine {
            item: shown::item(v, s.id).await?,
            from: s.facts.started,
            until: s.ended.map(|(at, _)| at),
            source: v.ui.word("seen", s.facts.seen.as_str()).to_string(),
        });
    }
    lines.sort_by_key(|l| std::cmp::Reverse(l.from));
    Ok(lines)
}

fn next(v: &Visit, g: &Grant) -> Rich {
    if let Some(next) = shifts::next(v, g) {
        return next;
    }
    let window = g.window();
    match grant_word(g, v.now()) {
        "scheduled" => v.ui.t("grant-next-scheduled").s("at", v.ui.moment(window.from)).into(),
        "open" => v.ui.t("grant-next-open").s("at", v.ui.moment(window.until)).into(),
        "suspended" => v.ui.t("grant-next-suspended").into(),
        _ => Rich::default(),
    }
}

/// What taking it away does, named by name, and what it does not do.
async fn consequences(v: &mut Visit, g: &Grant, sessions: &[Session]) -> Result<Vec<Rich>, Stop> {
    let now = v.now();
    let mut lines: Vec<Rich> = vec![v.ui.t("grant-if-none-new").into()];
    let running: Vec<&Session> = sessions.iter().filter(|s| s.inside(now)).collect();
    for s in &running {
        let person = shown::called(v, g.facts.person).await?;
        let end = v.ui.word("endmode", g.facts.end_mode.as_str());
        let line = v.ui.t("grant-if-running").s("person", person).s("session", &s.facts.reference);
        lines.push(line.s("end", end).into());
    }
    if running.is_empty() {
        lines.push(v.ui.t("grant-if-nobody").into());
    } else {
        lines.push(v.ui.t("grant-if-outside").into());
    }
    lines.push(v.ui.t("grant-if-again").into());
    Ok(lines)
}

/// What happened to it, newest first.
async fn log(v: &mut Visit, g: &Grant) -> Result<Vec<LogLine>, Stop> {
    let said = |event: &Event| if let Event::Grant(event) = event { Some(word(event)) } else { None };
    shown::log(v, g.id.into(), said).await
}

const fn word(event: &GrantEvent) -> &'static str {
    match event {
        GrantEvent::Opened(_) => "grantlog-opened",
        GrantEvent::AttendantNamed(_) => "grantlog-attendant",
        GrantEvent::ShiftConfirmed(_) => "grantlog-shift-confirmed",
        GrantEvent::Suspended(_) => "grantlog-suspended",
        GrantEvent::Resumed(_) => "grantlog-resumed",
        GrantEvent::Extended(_) => "grantlog-extended",
        GrantEvent::Revoked(_) => "grantlog-revoked",
        GrantEvent::Reviewed(_) => "grantlog-reviewed",
        GrantEvent::Closed(_) => "grantlog-closed",
        GrantEvent::Certified(_) => "grantlog-certified",
        GrantEvent::StepDone(_) => "grantlog-step-done",
        GrantEvent::StepUndone(_) => "grantlog-step-undone",
    }
}
