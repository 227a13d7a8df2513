//! Somebody asks to enter a system; or only wants to know what would be decided. Both put the same question, so that a
//! page of checks and the request it becomes can never differ.

use plantgate_domain::{
    base::{
        AccessRequestId, ChangeId, Day, EngagementId, Environment, GrantId, InstanceId, Kind, Now, Pattern, PersonId,
        Private, Purpose, Ref, Role, SiteId, Text, Why, Window,
    },
    event::permit::{AccessRequested, AskedWindow, Campaign, Decided, Moment, OnApproval, Repeated},
    expect::{engagement::Engagement, instance::Instance, site::Site},
    permit::{
        access::{AccessRequest, RequestState, ask},
        acts, beforehand, campaign,
        decide::{self, Decision},
        facts::Facts,
        repeat,
    },
    qualify::person::Person,
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use super::{
    beforehand::{Covering, covering},
    facts::facts,
    hand::append,
};
use crate::{
    act::Act,
    bearer, names,
    power::{self, May, Place},
};

/// When somebody wants in: once, or in repeated shifts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "is", content = "window", rename_all = "kebab-case", deny_unknown_fields)]
pub enum WishedWindow {
    /// Tied to an outage or handover.
    Fixed(Window),
    /// Opens when approved.
    OnApproval(OnApproval),
    /// The same hours on several days.
    Shifts(WishedShifts),
}

/// Repeated shifts: approved once, each confirmed by the area before anything begins in it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WishedShifts {
    /// Day of the first shift, in the zone of the site.
    pub first_day: Day,
    /// Day on which the last shift begins.
    pub last_day: Day,
    /// Hours in the zone of the site, `22:00`; an end before the beginning is on the next day.
    pub hours_from: String,
    pub hours_until: String,
}

impl WishedWindow {
    /// The window as a request keeps it, with the shifts it comes to in a zone.
    async fn read(&self, memory: &mut impl Memory, site: SiteId) -> Result<(AskedWindow, Option<Campaign>), Stop> {
        let of = match self {
            WishedWindow::Fixed(window) => return Ok((AskedWindow::Fixed(*window), None)),
            WishedWindow::OnApproval(of) => return Ok((AskedWindow::OnApproval(*of), None)),
            WishedWindow::Shifts(of) => of,
        };
        let (from, until, hours) = (of.first_day, of.last_day, names::hours(&of.hours_from, &of.hours_until)?);
        let zone = memory.get::<Site>(site).await?.facts.zone;
        let none = || Stop::field("window", Why::of("invalid-shifts-none"));
        let all = campaign::plan(Repeated { from, until, hours }, &zone).map_err(|why| Stop::field("window", why))?;
        Ok((AskedWindow::Fixed(all.span().ok_or_else(none)?), Some(all)))
    }
}

/// Asks for access: for yourself, or as one of ours for a provider's person. Always a record, also when rules refuse.
/// The same body is the question of a live check ([`decide()`]).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestAccess {
    pub engagement: String,
    /// Who would enter; without it the person who asks.
    #[serde(default)]
    pub person: Option<String>,
    pub instance: String,
    pub environment: Environment,
    pub roles: Vec<Role>,
    pub purpose: Purpose,
    pub pattern: Pattern,
    #[serde(default)]
    pub attended: bool,
    pub window: WishedWindow,
    #[serde(default)]
    pub change: Option<String>,
    /// A number in a ticket system.
    #[serde(default)]
    pub ticket: Option<String>,
    /// Why, in the person's words.
    #[serde(default)]
    pub reason: Option<String>,
    /// Who of ours will be beside the person; only our own people name one.
    #[serde(default)]
    pub attendant: Option<String>,
    /// The earlier request this one repeats.
    #[serde(default)]
    pub repeats: Option<String>,
    /// A reference of its own; only demo data brings them, our numbers are given out by the record.
    #[serde(default)]
    pub reference: Option<String>,
}

/// What asking came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Requested {
    pub id: AccessRequestId,
    pub reference: String,
    pub state: RequestState,
    pub site: SiteId,
    pub decision: Decided,
    /// The grant, where work approved beforehand covers the request and nobody had to be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<GrantId>,
}

/// The next number, or the one a demo story is told by.
async fn reference(desk: &mut Desk, given: Option<&str>) -> Result<String, Stop> {
    let demo = desk.organisation().await?.is_some_and(|o| o.facts.demo);
    match given {
        Some(_) if !demo => Err(Stop::field("reference", Why::of("invalid-reference-given-out"))),
        given => names::fresh_reference(desk, Kind::AccessRequest, given).await,
    }
}

impl Act for RequestAccess {
    const NAME: &'static str = "request-access";
    type Power = power::RequestAccess;
    type Done = Requested;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        let by = caller(desk).await?;
        let (engagement, instance) = self.target(desk, &by).await?;
        Ok(Place::shared(vec![instance.facts.site], engagement.facts.provider))
    }

    async fn run(self, may: May<power::RequestAccess>, desk: &mut Desk) -> Result<Requested, Stop> {
        let by = may.person()?.clone();
        let now = desk.now();
        let mut asked = self.asked(desk, &by, now).await?;
        let f = facts(desk, &ask(&asked, Moment::Request, now, Vec::new()), now).await?;
        asked.reference = reference(desk, self.reference.as_deref()).await?;
        if let Some(reason) = &self.reason {
            asked.text = Some(desk.seal(&names::text(4_000, "reason", reason)?)?);
        }
        let (id, reference, site) = (AccessRequestId(desk.new_id()), asked.reference.clone(), asked.site);
        let (decision, events) = acts::request(id, asked.clone(), &f, now);
        append(desk, events).await?;
        if decision.yes() {
            covered(desk, id, &asked, now).await?;
        }
        let request: AccessRequest = desk.get(id).await?;
        let (state, grant) = (request.state, request.grant);
        Ok(Requested { id, reference, state, site, decision: decision.freeze(&f), grant })
    }
}

/// Opens the grant of a request that work approved beforehand covers; anything else waits for people.
async fn covered(desk: &mut Desk, id: AccessRequestId, asked: &AccessRequested, now: Now) -> Result<(), Stop> {
    let Some(by) = covering(desk, asked, now).await? else { return Ok(()) };
    let grant = GrantId(desk.new_id());
    let reference = desk.next_reference(Kind::Grant).await?;
    let of = (&by.given, &*by.decision);
    append(desk, beforehand::cover(id, asked, of, &by.facts, (grant, &reference), now)).await
}

/// What covers the wish now, so that a page can say before it is sent that nobody will be asked. Leaves no trace.
pub async fn covered_by(
    memory: &mut impl Memory,
    wish: &RequestAccess,
    by: &Person,
    now: Now,
) -> Result<Option<Covering>, Stop> {
    let asked = wish.asked(memory, by, now).await?;
    covering(memory, &asked, now).await
}

/// What would be decided now, at the time of asking, if `by` asked this. Leaves no trace.
pub async fn decide(
    memory: &mut impl Memory,
    wish: &RequestAccess,
    by: PersonId,
    now: Now,
) -> Result<(Decision, Facts), Stop> {
    let by: Person = memory.get(by).await?;
    decide_as(memory, wish, &by, now).await
}

/// The same for somebody who asks with fewer roles than they have.
pub async fn decide_as(
    memory: &mut impl Memory,
    wish: &RequestAccess,
    by: &Person,
    now: Now,
) -> Result<(Decision, Facts), Stop> {
    wish.ahead(memory, by.id).await?;
    let asked = wish.asked(memory, by, now).await?;
    let q = ask(&asked, Moment::Request, now, Vec::new());
    let f = facts(memory, &q, now).await?;
    Ok((decide::decide(&f, &q, now), f))
}

impl RequestAccess {
    /// Reads everything that is named by its id in one step. Names that are references cost a step each.
    async fn ahead(&self, memory: &mut impl Memory, by: PersonId) -> Result<(), Stop> {
        let named = |kind, name: &str| name.trim().parse().ok().map(|id| Ref { kind, id });
        let mut on: Vec<Ref> = vec![by.into()];
        on.extend(named(Kind::Engagement, &self.engagement));
        on.extend(named(Kind::Activation, &self.engagement));
        on.extend(named(Kind::Instance, &self.instance));
        on.extend(self.person.as_deref().and_then(|p| named(Kind::Person, p)));
        on.extend(self.change.as_deref().and_then(|c| named(Kind::Change, c)));
        memory.ahead(&on).await
    }

    /// The engagement and the instance, if the person may know them.
    async fn target(&self, memory: &mut impl Memory, by: &Person) -> Result<(Engagement, Instance), Stop> {
        let engagement: EngagementId = pick(memory, by, Kind::Engagement, &self.engagement, "engagement").await?;
        let engagement: Engagement = memory.get(engagement).await?;
        if by.provider().is_some_and(|p| p != engagement.facts.provider) {
            return Err(Stop::NotFound);
        }
        let instance: InstanceId = pick(memory, by, Kind::Instance, &self.instance, "instance").await?;
        let instance: Instance = memory.get(instance).await?;
        if by.provider().is_some() && !shown(memory, &engagement, &instance).await? {
            return Err(Stop::NotFound);
        }
        Ok((engagement, instance))
    }

    /// The request as it would be recorded, without reference and text.
    async fn asked(&self, memory: &mut impl Memory, by: &Person, now: Now) -> Result<AccessRequested, Stop> {
        let (engagement, instance) = self.target(memory, by).await?;
        let ticket = self.ticket.as_deref().map(|t| names::text(80, "ticket", t)).transpose()?;
        let mut roles = self.roles.clone();
        roles.sort_unstable();
        roles.dedup();
        if roles.is_empty() {
            return Err(Stop::field("roles", Why::of("invalid-right-missing-view")));
        }
        if self.purpose == Purpose::Emergency && matches!(self.window, WishedWindow::Shifts(_)) {
            return Err(Stop::field("window", Why::of("invalid-shifts-emergency")));
        }
        let (window, campaign) = self.window.read(memory, instance.facts.site).await?;
        Ok(AccessRequested {
            reference: String::new(),
            engagement: engagement.id,
            provider: engagement.facts.provider,
            person: self.who(memory, by, &engagement).await?,
            requested_by: by.id,
            instance: instance.id,
            site: instance.facts.site,
            zone: instance.facts.zone,
            environment: self.environment,
            roles,
            purpose: self.purpose,
            pattern: self.pattern,
            attended: self.attended,
            conduits: Vec::new(),
            window,
            campaign,
            change: self.change(memory, by, &instance).await?,
            ticket,
            text: None::<Private<Text>>,
            attendant: self.attendant(memory, by, now).await?,
            repeats: self.repeated(memory, by, &engagement).await?,
            rules_version: memory.rules().version,
        })
    }

    async fn who(&self, memory: &mut impl Memory, by: &Person, e: &Engagement) -> Result<PersonId, Stop> {
        let Some(name) = &self.person else {
            return match by.provider() {
                Some(_) => Ok(by.id),
                None => Err(Stop::field("person", Why::of("invalid-person-missing"))),
            };
        };
        let id: PersonId = pick(memory, by, Kind::Person, name, "person").await?;
        let person: Person = memory.get(id).await?;
        match by.provider() {
            Some(_) if id != by.id && person.provider() == by.provider() => {
                Err(Stop::field("person", Why::of("invalid-ask-for-self")))
            }
            Some(_) if id != by.id => Err(Stop::NotFound),
            None if person.provider() != Some(e.facts.provider) => {
                Err(Stop::field("person", Why::of("invalid-person-not-theirs")))
            }
            Some(_) | None => Ok(id),
        }
    }

    async fn change(&self, memory: &mut impl Memory, by: &Person, on: &Instance) -> Result<Option<ChangeId>, Stop> {
        let Some(name) = &self.change else { return Ok(None) };
        let id: ChangeId = pick(memory, by, Kind::Change, name, "change").await?;
        let change: plantgate_domain::permit::change::Change = memory.get(id).await?;
        // A provider knows changes of its own and those without a provider at all that target what it works on.
        let theirs = change.facts.provider.map_or(change.facts.targets.contains(&on.id), |p| Some(p) == by.provider());
        if by.provider().is_some() && !theirs { Err(Stop::NotFound) } else { Ok(Some(id)) }
    }

    async fn attendant(&self, memory: &mut impl Memory, by: &Person, now: Now) -> Result<Option<PersonId>, Stop> {
        let Some(name) = &self.attendant else { return Ok(None) };
        if by.provider().is_some() {
            return Err(Stop::field("attendant", Why::of("invalid-attendant-plants")));
        }
        Ok(Some(ours(memory, by, name, "attendant", now).await?.id))
    }

    /// The earlier request, which must be the person's own and of the same provider (S5.1b, R-40).
    async fn repeated(
        &self,
        memory: &mut impl Memory,
        by: &Person,
        e: &Engagement,
    ) -> Result<Option<AccessRequestId>, Stop> {
        let Some(name) = &self.repeats else { return Ok(None) };
        let id: AccessRequestId = pick(memory, by, Kind::AccessRequest, name, "repeats").await?;
        let earlier: AccessRequest = memory.get(id).await?;
        if by.provider().is_some_and(|p| p != earlier.asked.provider) {
            return Err(Stop::NotFound);
        }
        // Of another provider it would tell this one that the other was there.
        if repeat::own(&earlier, by.id) && earlier.asked.provider == e.facts.provider {
            return Ok(Some(id));
        }
        Err(Stop::field("repeats", Why::of("invalid-repeat-not-yours")))
    }
}

/// The object a name means, in any memory.
pub async fn pick<I: From<uuid::Uuid>>(
    memory: &mut impl Memory,
    by: &Person,
    kind: Kind,
    name: &str,
    field: &str,
) -> Result<I, Stop> {
    match names::find(memory, kind, name).await? {
        Some(on) if !names::hidden_from(memory, by.clone(), on).await? => Ok(I::from(on.id)),
        Some(_) | None => Err(names::unknown(by.provider().is_some(), kind, name, field)),
    }
}

/// A person of ours by name, who is active now: whoever left or is suspended stands beside nobody.
pub async fn ours(memory: &mut impl Memory, by: &Person, name: &str, field: &str, now: Now) -> Result<Person, Stop> {
    let id: PersonId = pick(memory, by, Kind::Person, name, field).await?;
    let person: Person = memory.get(id).await?;
    match person.provider() {
        None if person.word(now.0) != "active" => Err(Stop::field(field, Why::of("invalid-person-not-active"))),
        None => Ok(person),
        Some(_) => Err(Stop::field(field, Why::of("invalid-person-not-ours"))),
    }
}

/// Who calls; acts of people only.
pub async fn caller(desk: &mut Desk) -> Result<Person, Stop> {
    let id = desk.cause().actor.person().ok_or(Stop::NotFound)?;
    bearer::caller(desk, id).await?.ok_or(Stop::NotFound)
}

/// Whether a provider may know of an instance: it, or another environment of the same system, is or was in scope.
async fn shown(memory: &mut impl Memory, e: &Engagement, i: &Instance) -> Result<bool, Stop> {
    if e.scope.iter().any(|s| s.item.instance == i.id) {
        return Ok(true);
    }
    for s in &e.scope {
        let other: Option<Instance> = memory.find(s.item.instance).await?;
        if other.is_some_and(|o| o.facts.system == i.facts.system) {
            return Ok(true);
        }
    }
    Ok(false)
}
