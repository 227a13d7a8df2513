//! Asking again for the same in three acts (S5.1b): what of one's own is offered, the form as it was with the times and
//! the reference left to say, and what is no longer as it was, in words. Whoever decides reads the same comparison.

use plantgate_app::{
    Stop,
    permit::{ask, reads},
    read::Memory,
};
use plantgate_domain::{
    base::{AccessRequestId, EngagementId, InstanceId, Kind, PersonId, Ref},
    event::permit::{AccessRequested, AskedWindow, Decided},
    expect::site::Site,
    permit::{
        access::{AccessRequest, RequestState},
        change::Change,
        grant::Grant,
        repeat::{self, Differs},
    },
};
use plantgate_wire::words::Rich;

use super::{asked::next_hour, shifts, shown};
use crate::{
    door::{fields::Fields, visit::Visit},
    page::access::Same,
    view::{Choice, Item},
};

/// Requests offered above the form.
const OFFERED: usize = 3;

/// What of this person's own is offered, above the form.
pub async fn offers(v: &mut Visit) -> Result<Vec<Item>, Stop> {
    let me = v.who.person.clone();
    let mut items = Vec::new();
    for r in reads::repeatable(&mut v.look, &me, OFFERED).await? {
        let on = v.look.get::<plantgate_domain::expect::instance::Instance>(r.asked.instance).await?;
        let mut text = format!("{}: {}", r.asked.reference, on.facts.reference);
        if !v.ui.portal() {
            text = format!("{text}, {}", shown::called(v, r.asked.person).await?);
        }
        let purpose = v.ui.word("purpose", r.asked.purpose.as_str());
        let length = v.ui.length(repeat::length(&r.asked.window));
        items.push(Item::link(format!("{text}, {purpose}, {length}"), href(&r)));
    }
    Ok(items)
}

/// The form filled as a request was.
pub fn href(r: &AccessRequest) -> String {
    format!("/access/new?repeat={}", r.asked.reference)
}

/// The request that the form repeats, where it is this person's own.
pub async fn named(v: &mut Visit, typed: &Fields) -> Result<Option<AccessRequest>, Stop> {
    let Some(name) = typed.maybe("repeats") else { return Ok(None) };
    let me = v.who.person.clone();
    match ask::pick::<AccessRequestId>(&mut v.look, &me, Kind::AccessRequest, &name, "repeats").await {
        Ok(id) => {
            let earlier: AccessRequest = v.look.get(id).await?;
            Ok(Some(earlier).filter(|r| repeat::own(r, me.id)))
        }
        // Sending says what is wrong with the name; a form shows what there is.
        Err(Stop::NotFound | Stop::Invalid(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// What an earlier request had typed. Of one that was approved the times and what it refers to are new.
pub async fn typed(v: &mut Visit, earlier: &AccessRequest) -> Result<Vec<(String, String)>, Stop> {
    let a = &earlier.asked;
    let site: Site = v.look.get(a.site).await?;
    v.zone_of(&site);
    let mut pairs = vec![
        ("engagement".to_owned(), a.engagement.to_string()),
        ("system".to_owned(), a.instance.to_string()),
        ("purpose".to_owned(), a.purpose.to_string()),
        ("pattern".to_owned(), a.pattern.to_string()),
    ];
    if repeat::own(earlier, v.me()) {
        pairs.push(("repeats".to_owned(), a.reference.clone()));
    }
    if !v.ui.portal() {
        pairs.push(("person".to_owned(), a.person.to_string()));
        pairs.extend(earlier.attendant.map(|p| ("attendant".to_owned(), p.to_string())));
    }
    pairs.extend(a.roles.iter().map(|r| ("role".to_owned(), r.to_string())));
    pairs.extend(window(v, earlier).into_iter().map(|(n, t)| (n.to_owned(), t)));
    pairs.extend(reference(v, earlier).await?.map(|c| ("reference".to_owned(), c)));
    if let Some(text) = &a.text {
        pairs.extend(v.look.open_private(text).await?.map(|t| ("note".to_owned(), t)));
    }
    Ok(pairs)
}

/// Times as they were, or from the next full hour on for as long as it was.
fn window(v: &Visit, earlier: &AccessRequest) -> Vec<(&'static str, String)> {
    let fresh = earlier.state == RequestState::Approved;
    let next = next_hour(v.now());
    let text = |at| v.ui.input(at).replace('T', " ");
    if let Some(of) = &earlier.asked.campaign {
        let mut typed = vec![("window", "shifts".to_owned())];
        typed.extend(shifts::again(v, &of.repeated, fresh));
        return typed;
    }
    match &earlier.asked.window {
        AskedWindow::Fixed(w) if fresh => {
            // No end: it follows from the beginning and the length.
            vec![("window", "fixed".to_owned()), ("from", text(next)), ("length", in_form(w.secs()))]
        }
        AskedWindow::Fixed(w) => {
            vec![("window", "fixed".to_owned()), ("from", text(w.from)), ("until", text(w.until))]
        }
        AskedWindow::OnApproval(w) => {
            let latest = if fresh { next.plus_secs(8 * 3_600) } else { w.latest_start };
            vec![("window", "on-approval".to_owned()), ("length", in_form(w.length_secs)), ("latest", text(latest))]
        }
    }
}

/// A length as the form reads it, in every language.
fn in_form(secs: i64) -> String {
    if secs % 3_600 == 0 { format!("{} h", secs / 3_600) } else { format!("{} min", secs / 60) }
}

/// What it referred to; of one that was approved only a change that still stands.
async fn reference(v: &mut Visit, earlier: &AccessRequest) -> Result<Option<String>, Stop> {
    let fresh = earlier.state == RequestState::Approved;
    let Some(id) = earlier.asked.change else { return Ok(earlier.asked.ticket.clone().filter(|_| !fresh)) };
    let now = v.now();
    let stands = |c: &Change| c.approved() && c.facts.window.is_some_and(|w| now < w.until);
    let change: Option<Change> = v.look.find(id).await?;
    Ok(change.filter(|c| !fresh || stands(c)).map(|c| c.facts.reference))
}

/// What of the earlier request cannot be chosen any more. Said in words, so that nothing is dropped in silence.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Lost(pub Vec<Rich>);

impl Lost {
    /// The engagement cannot be asked under.
    pub async fn engagement(&mut self, v: &mut Visit, id: EngagementId) -> Result<(), Stop> {
        let what = shown::item(v, id).await?.text;
        self.0.push(v.ui.t("repeat-engagement-gone").s("engagement", what).into());
        Ok(())
    }
    /// The system is not there for who asks.
    pub async fn system(&mut self, v: &mut Visit, id: InstanceId) -> Result<(), Stop> {
        let what = shown::item(v, id).await?.text;
        self.0.push(v.ui.t("repeat-system-gone").s("system", what).into());
        Ok(())
    }
    /// A person whom the form cannot offer any more: left, suspended, or no longer there.
    pub async fn person(&mut self, v: &mut Visit, id: &str, choices: &[Choice]) -> Result<bool, Stop> {
        if id.is_empty() || choices.iter().any(|c| c.value == id) {
            return Ok(false);
        }
        let Ok(person) = id.parse::<PersonId>() else { return Ok(false) };
        let who = shown::called(v, person).await?;
        self.0.push(v.ui.t("repeat-person-gone").s("person", who).into());
        Ok(true)
    }
    /// Other rules, and checks that passed then and do not now.
    pub async fn judged(&mut self, v: &mut Visit, earlier: &AccessRequest, now: &Decided) -> Result<(), Stop> {
        let then = earlier.decision.as_ref().map_or(earlier.asked.rules_version, |d| d.rules_version);
        if then != now.rules_version {
            let text = v.ui.t("repeat-rules").s("then", then).s("now", now.rules_version);
            self.0.push(text.into());
        }
        for check in repeat::fell(earlier.decision.as_ref(), now) {
            self.0.push(shown::said(v, &check.say).await?);
        }
        Ok(())
    }
}

/// What a request says of the one it repeats: the same as one that was approved by whom and when, and each difference.
pub async fn same(v: &mut Visit, now: &AccessRequested) -> Result<Option<Same>, Stop> {
    let Some(id) = now.repeats else { return Ok(None) };
    let (me, on) = (v.me(), Ref::from(id));
    if !v.look.sees_which(me, &[on]).await?.contains(&on) {
        let text = v.ui.t("repeat-unseen").to_string();
        return Ok(Some(Same { text, differs: Vec::new(), earlier: None }));
    }
    let earlier: AccessRequest = v.look.get(id).await?;
    let differs = repeat::differences(&earlier.asked, now);
    let approved = earlier.settled.filter(|_| earlier.state == RequestState::Approved);
    let text = match (approved, earlier.approvals.last()) {
        // Nobody looked at that one; whoever said yes did so before it was asked.
        (Some(_), _) if earlier.beforehand.is_some() => {
            v.ui.t("repeat-covered").s("request", &earlier.asked.reference).to_string()
        }
        (Some(at), Some(yes)) => {
            let id = if differs.is_empty() { "repeat-same" } else { "repeat-same-but" };
            let who = shown::called(v, yes.person).await?;
            v.ui.t(id).s("request", &earlier.asked.reference).s("who", who).s("at", v.ui.moment(at)).to_string()
        }
        (_, _) => {
            let state = v.ui.word("requestsays", earlier.word(v.now())).to_string();
            v.ui.t("repeat-not-approved").s("request", &earlier.asked.reference).s("state", state).to_string()
        }
    };
    let mut lines = Vec::with_capacity(differs.len());
    if let Some(grant) = earlier.grant
        && v.look.get::<Grant>(grant).await?.revoked.is_some()
    {
        lines.push(v.ui.t("repeat-taken").to_string());
    }
    for what in differs {
        let (then, is) = (value(v, what, &earlier.asked).await?, value(v, what, now).await?);
        let name = v.ui.word("differs", what.as_str()).to_string();
        lines.push(v.ui.t("repeat-differs").s("what", name).s("then", then).s("now", is).to_string());
    }
    Ok(Some(Same { text, differs: lines, earlier: Some(shown::item(v, id).await?) }))
}

/// One thing of a request, as people call it.
async fn value(v: &mut Visit, what: Differs, a: &AccessRequested) -> Result<String, Stop> {
    Ok(match what {
        Differs::Person => shown::called(v, a.person).await?,
        Differs::Engagement => shown::item(v, a.engagement).await?.text,
        Differs::System => shown::item(v, a.instance).await?.text,
        Differs::Environment => v.ui.word("env", a.environment.as_str()).to_string(),
        Differs::Purpose => v.ui.word("purpose", a.purpose.as_str()).to_string(),
        Differs::Roles => {
            let roles: Vec<String> = a.roles.iter().map(|r| v.ui.word("role", r.as_str()).to_string()).collect();
            roles.join(", ")
        }
        Differs::WayIn => v.ui.word("pattern", a.pattern.as_str()).to_string(),
        Differs::Attended => {
            let beside = a.attended || a.pattern.attended();
            v.ui.t(if beside { "repeat-attended" } else { "repeat-unattended" }).to_string()
        }
        Differs::Length => v.ui.length(repeat::length(&a.window)),
    })
}
