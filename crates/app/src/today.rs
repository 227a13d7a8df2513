//! *Today*: what one person of ours can do and somebody waits for: yes or no to access, evidence to judge, findings to
//! confirm, tasks, our own duties. Powers decide what is on it; whether others share a power decides where it stands.

use std::collections::{BTreeMap, BTreeSet};

use plantgate_domain::{
    base::{DAY, Instant, Kind, PersonId, Ref, SiteId},
    event::qualify::OwnerRole,
    permit::access::AccessRequest,
    qualify::person::Person,
    thing::AnyThing,
};
use plantgate_store::{
    Stop,
    list::{Order, Query},
    look::Look,
    memory::Memory,
};

use crate::{
    power,
    review::trail::{could, due},
};

/// What has to be done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deed {
    /// Say yes or no.
    Decide,
    Judge,
    Confirm,
    /// Look at a proposal of the watchman.
    Task,
    /// A duty of ours.
    Duty,
    /// Review the audit trail.
    Trail,
    /// A check-in beside visitors was missed: this person is called.
    Attend,
}

/// One thing on the list.
#[derive(Clone, PartialEq, Debug)]
pub struct Todo {
    pub deed: Deed,
    pub on: Ref,
    pub thing: AnyThing,
    pub site: Option<SiteId>,
    /// By when, where something says so.
    pub due: Option<Instant>,
    /// Nobody else who has the power could do it.
    pub alone: bool,
}

/// Most of one kind that one page shows.
const MOST: usize = 100;
/// Our own duties show this early.
const AHEAD: i64 = 14 * DAY;

/// Everything on the list of a person, the earliest due first.
pub async fn today(look: &mut Look, me: &Person) -> Result<Vec<Todo>, Stop> {
    let mut list = List { me, alone: BTreeMap::new(), found: Vec::new() };
    let q = |kind| Query { order: Order::Newest, ..Query::new(kind, me.id, MOST) };
    let waits = Query { line: Some(("state", "awaiting-approval".to_owned())), ..q(Kind::AccessRequest) };
    for row in look.page(&waits).await?.rows {
        if let AnyThing::AccessRequest(r) = &row.kept.thing
            && may_decide(r, me.id)
        {
            let (site, due) = (Some(r.asked.site), Some(r.asked.window.lapses()));
            let todo = Todo { deed: Deed::Decide, on: row.on, thing: row.kept.thing, site, due, alone: false };
            list.put(look, "approve-access-any", todo).await?;
        }
    }
    let state = |kind, word: &str| Query { state: Some(word.to_owned()), ..q(kind) };
    for row in look.page(&state(Kind::Item, "received")).await?.rows {
        if let AnyThing::Item(item) = &row.kept.thing {
            let request = item.facts.request.map(Ref::from);
            let due = due_of(look, request).await?;
            let site = Some(item.facts.site);
            let todo = Todo { deed: Deed::Judge, on: row.on, thing: row.kept.thing, site, due, alone: false };
            list.put(look, "judge-evidence", todo).await?;
        }
    }
    for word in ["proposed", "disputed"] {
        for row in look.page(&state(Kind::Finding, word)).await?.rows {
            if let AnyThing::Finding(f) = &row.kept.thing {
                let site = Some(f.facts.site);
                let todo =
                    Todo { deed: Deed::Confirm, on: row.on, thing: row.kept.thing, site, due: None, alone: false };
                list.put(look, "confirm-finding", todo).await?;
            }
        }
    }
    for row in look.page(&state(Kind::Task, "proposed")).await?.rows {
        if let AnyThing::Task(t) = &row.kept.thing {
            let (site, due) = (t.facts.site, Some(t.facts.due));
            let todo = Todo { deed: Deed::Task, on: row.on, thing: row.kept.thing, site, due, alone: false };
            list.put(look, "close-task", todo).await?;
        }
    }
    duties(look, &mut list).await?;
    trail(look, &mut list).await?;
    visitors(look, &mut list).await?;
    let mut found = list.found;
    found.sort_by_key(|t| (t.due.unwrap_or(Instant::MAX), t.on));
    Ok(found)
}

/// Our own duties, for whoever has the power that does them.
async fn duties(look: &mut Look, list: &mut List<'_>) -> Result<(), Stop> {
    let by = look.now().0.plus_secs(AHEAD);
    let owed = look.our_duties(list.me.id, by, MOST as u64).await?;
    let refs: Vec<Ref> = owed.iter().map(|o| o.what).collect();
    look.ahead(&refs).await?;
    for one in owed {
        let key = match one.what.kind {
            Kind::Grant => "review-emergency",
            Kind::Engagement => "state-tier-facts",
            Kind::Qualification => "qualify-any",
            Kind::Finding => "confirm-finding",
            Kind::Session => "enter-session",
            _ => "send-requests",
        };
        if let Some(kept) = look.kept(one.what).await? {
            let (site, due) = (one.site, Some(one.due));
            let todo = Todo { deed: Deed::Duty, on: one.what, thing: kept.thing, site, due, alone: false };
            list.put(look, key, todo).await?;
        }
    }
    Ok(())
}

/// The audit trail, for whoever may review it, from the moment the interval of the rules has passed: no job opens it.
async fn trail(look: &mut Look, list: &mut List<'_>) -> Result<(), Stop> {
    let Some(organisation) = look.organisation().await? else { return Ok(()) };
    if !could(look, list.me).await? {
        return Ok(());
    }
    let due = due(look, &organisation).await?;
    if due.is_some_and(|at| at <= look.now().0) {
        let on = organisation.id.into();
        list.found.push(Todo { deed: Deed::Trail, on, thing: organisation.into(), site: None, due, alone: false });
    }
    Ok(())
}

/// Visits whose attendant missed a check-in: first the deputy is called, then the shift lead.
async fn visitors(look: &mut Look, list: &mut List<'_>) -> Result<(), Stop> {
    let me = list.me;
    for word in ["deputy", "shift-lead"] {
        let called = Some(("attendance", word.to_owned()));
        let q = Query { line: called, order: Order::Newest, ..Query::new(Kind::Visit, me.id, MOST) };
        for row in look.page(&q).await?.rows {
            let AnyThing::Visit(v) = &row.kept.thing else { continue };
            let site = Some(v.facts.site);
            let mine = match word {
                "deputy" => v.beside().and_then(|b| b.deputy) == Some(me.id),
                _ => me.has(OwnerRole::ShiftLead, v.facts.site),
            };
            if mine {
                let due = v.check_in_due(&look.rules());
                let todo = Todo { deed: Deed::Attend, on: row.on, thing: row.kept.thing, site, due, alone: false };
                list.put(look, "enter-session", todo).await?;
            }
        }
    }
    Ok(())
}

/// nobody decides what they asked for or would do, and nobody says yes twice.
pub(crate) fn may_decide(r: &AccessRequest, me: PersonId) -> bool {
    r.asked.requested_by != me && r.asked.person != me && r.approvals.iter().all(|a| a.person != me)
}

async fn due_of(look: &mut Look, request: Option<Ref>) -> Result<Option<Instant>, Stop> {
    let Some(on) = request else { return Ok(None) };
    Ok(look.kept(on).await?.and_then(|k| match k.thing {
        AnyThing::Request(r) => Some(r.due_at()),
        _ => None,
    }))
}

struct List<'a> {
    me: &'a Person,
    alone: BTreeMap<(&'static str, SiteId), bool>,
    found: Vec<Todo>,
}

impl List<'_> {
    async fn put(&mut self, look: &mut Look, key: &'static str, todo: Todo) -> Result<(), Stop> {
        let site = todo.site;
        let rules = look.rules();
        let sites: Vec<SiteId> = site.into_iter().collect();
        if !power::could(self.me, key, &sites, &rules) {
            return Ok(());
        }
        let alone = match site {
            Some(site) => match self.alone.get(&(key, site)) {
                Some(known) => *known,
                None => {
                    let holders = look.holders(&power::roles(key, &rules), site).await?;
                    let alone = holders == BTreeSet::from([self.me.id]);
                    self.alone.insert((key, site), alone);
                    alone
                }
            },
            None => false,
        };
        self.found.push(Todo { alone, ..todo });
        Ok(())
    }
}
