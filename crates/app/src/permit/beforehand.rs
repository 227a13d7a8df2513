//! People of ours approve work before anybody asks for it, agree to it in a second function, and take it back; and the
//! one place that looks whether a request is covered by it, inside the turn in which it is asked (S5.1b, R-13).

use plantgate_domain::{
    base::{
        ActivationId, Day, EngagementId, InstanceId, Instant, Now, Pattern, PersonId, Purpose, Role, SiteId, Told, Why,
        ZoneName,
    },
    event::{
        expect::ScopeItem,
        permit::{
            AccessRequested, ActivationEvent, Approval, Beforehand, BeforehandGiven, BeforehandWithdrawn, Moment,
            Weekday,
        },
        qualify::OwnerRole,
    },
    expect::{engagement::Engagement, instance::Instance, site::Site},
    permit::{
        access::{AccessRequest, ask},
        activation::Activation,
        beforehand::{self, Around, Given, MOST_STANDING, Misfit},
        decide::{Decision, decide},
        facts::Facts,
        grant::Grant,
    },
    qualify::person::Person,
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use super::{
    activation::{engagement, opened},
    ask::caller,
    facts::facts,
    hand::{append, hand},
};
use crate::{
    act::Act,
    expect::instance::named as instance,
    names,
    power::{self, May, Place},
};

/// What stands around a pattern now, owned.
struct Stands {
    scope: Vec<ScopeItem>,
    signed: bool,
    zone: ZoneName,
    refused: Option<Instant>,
    has_one: bool,
    approvers: bool,
}

impl Stands {
    fn around(&self) -> Around<'_> {
        let Stands { refused, has_one, approvers: approvers_stand, signed, .. } = *self;
        Around { scope: &self.scope, signed, zone: &self.zone, refused, has_one, approvers_stand }
    }
}

/// What came of asking under an engagement until now, read once for all patterns of it.
struct Past {
    grants: Vec<Grant>,
    requests: Vec<AccessRequest>,
    patterns: Vec<Given>,
}

impl Past {
    async fn of(memory: &mut impl Memory, e: &Engagement, a: &Activation) -> Result<Past, Stop> {
        let (grants, requests) = (memory.of("engagement", e.id).await?, memory.of("engagement", e.id).await?);
        Ok(Past { grants, requests, patterns: a.beforehand.clone() })
    }
}

/// Reads it: the scope, whether the system is signed for, and whether everybody who said yes still could.
async fn stands(
    memory: &mut impl Memory,
    (e, past): (&Engagement, &Past),
    (instance, site): (InstanceId, SiteId),
    approvals: &[Approval],
    now: Now,
) -> Result<Stands, Stop> {
    let on: Instance = memory.get(instance).await?;
    let at: Site = memory.get(site).await?;
    let mut approvers = true;
    for yes in approvals {
        let person: Option<Person> = memory.find(yes.person).await?;
        // Whoever left, is suspended or lost the function says yes to nothing more.
        approvers &= person.is_some_and(|p| p.word(now.0) == "active" && p.has(yes.role, site));
    }
    let scope = beforehand::scope_of(e, instance);
    let refused = beforehand::refused(&past.grants, &past.requests, &past.patterns, instance);
    Ok(Stands { scope, signed: on.signed_for(), zone: at.facts.zone, refused, has_one: false, approvers })
}

/// What covers a request.
pub struct Covering {
    pub engagement: EngagementId,
    pub given: Given,
    pub decision: Box<Decision>,
    pub facts: Facts,
}

/// The first work approved beforehand that covers a request now, if one does; asked anew at each request.
pub async fn covering(memory: &mut impl Memory, asked: &AccessRequested, now: Now) -> Result<Option<Covering>, Stop> {
    let Some(a) = memory.find::<Activation>(ActivationId(asked.engagement.0)).await? else { return Ok(None) };
    let about = |g: &&Given| g.work.instance == asked.instance && g.withdrawn.is_none();
    if !a.beforehand.iter().any(|g| about(&g)) {
        return Ok(None);
    }
    let e: Engagement = memory.get(asked.engagement).await?;
    let zone = memory.get::<Site>(asked.site).await?.facts.zone;
    let past = Past::of(memory, &e, &a).await?;
    let has_one = beforehand::has_one(&past.grants, asked, now.0);
    let f = facts(memory, &ask(asked, Moment::Approval, now, Vec::new()), now).await?;
    for given in a.beforehand.iter().filter(about).filter(|g| g.alive(&zone, now.0)) {
        let stands = stands(memory, (&e, &past), (asked.instance, asked.site), &given.approvals, now).await?;
        let stands = Stands { has_one, ..stands };
        if let Ok(decision) = beforehand::covers(given, &stands.around(), asked, &f, now) {
            return Ok(Some(Covering { engagement: e.id, given: given.clone(), decision, facts: f }));
        }
    }
    Ok(None)
}

/// Whoever is cut comes back by a new yes alone, also where no grant stood any more that could say so: what was
/// approved beforehand for this work is taken back by who cut it.
pub(crate) async fn ends_by_cut(
    desk: &mut Desk,
    engagement: EngagementId,
    instance: InstanceId,
    by: PersonId,
) -> Result<(), Stop> {
    let Some(a) = desk.find::<Activation>(ActivationId(engagement.0)).await? else { return Ok(()) };
    let on: Instance = desk.get(instance).await?;
    let (zone, now) = (desk.get::<Site>(on.facts.site).await?.facts.zone, desk.now().0);
    for g in a.beforehand.iter().filter(|g| g.work.instance == instance && g.alive(&zone, now)) {
        let gone = BeforehandWithdrawn { number: g.work.number, by };
        desk.append(a.id, ActivationEvent::BeforehandWithdrawn(gone)).await?;
    }
    Ok(())
}

/// A pattern as a page shows it.
pub struct Shown {
    pub given: Given,
    /// Why it covers nothing now; `None`: it stands, or waits for a yes.
    pub misfit: Option<Misfit>,
    /// What the check on approvals says of those it has.
    pub approvals: plantgate_domain::permit::checks::Check,
    pub zone: ZoneName,
}

/// All patterns of an engagement with how they stand now, the newest first.
pub async fn shown(memory: &mut impl Memory, e: &Engagement, a: &Activation, now: Now) -> Result<Vec<Shown>, Stop> {
    let mut all = Vec::with_capacity(a.beforehand.len());
    let past = Past::of(memory, e, a).await?;
    for given in a.beforehand.iter().rev() {
        let (w, provider) = (&given.work, e.facts.provider);
        let stands = stands(memory, (e, &past), (w.instance, w.site), &given.approvals, now).await?;
        let q = given.question(e.id, provider, now);
        let f = facts(memory, &q, now).await?;
        let misfit = beforehand::outdated(given, &stands.around(), &f, now);
        let decision = decide(&f, &q, now);
        let Some(approvals) = decision.check("approvals-enough").copied() else { continue };
        all.push(Shown { given: given.clone(), misfit, approvals, zone: stands.zone });
    }
    Ok(all)
}

/// Approves a pattern of work on one system under an engagement before anybody asks: the first yes. A request that fits
/// it entirely, and that every check passes, then needs no person; where two functions are needed, a second one agrees
/// first.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApproveBeforehand {
    pub engagement: String,
    pub instance: String,
    /// At most these rights.
    pub most_roles: Vec<Role>,
    /// What the work may be for; an emergency is never approved beforehand.
    pub purposes: Vec<Purpose>,
    pub pattern: Pattern,
    /// Somebody of ours is beside the person; a way in may say so by itself.
    #[serde(default)]
    pub attended: bool,
    /// The longest window.
    pub longest_minutes: u32,
    /// Days on which a window may begin.
    pub weekdays: Vec<Weekday>,
    /// Hours in the zone of the site, `06:00`; an end before the beginning is on the next day.
    pub hours_from: String,
    pub hours_until: String,
    /// Its last day, at most six weeks from today.
    pub last_day: Day,
    /// Your function; needed only by who has several here.
    #[serde(default)]
    pub function: Option<OwnerRole>,
}

/// What was approved beforehand.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ApprovedBeforehand {
    pub engagement: EngagementId,
    pub number: u32,
    /// How many said yes to it.
    pub approvals: usize,
    /// Nothing happens under it any more from here on.
    pub ends: Instant,
}

impl ApproveBeforehand {
    /// The pattern, with what it rests on now.
    fn work(&self, a: &Activation, e: &Engagement, on: &Instance, version: u32) -> Result<Beforehand, Stop> {
        let (mut roles, mut days, mut purposes) =
            (self.most_roles.clone(), self.weekdays.clone(), self.purposes.clone());
        roles.sort_unstable();
        roles.dedup();
        days.sort_unstable();
        days.dedup();
        purposes.sort_unstable();
        purposes.dedup();
        if roles.is_empty() {
            return Err(Stop::field("most_roles", Why::of("invalid-right-missing-view")));
        }
        if purposes.is_empty() || purposes.contains(&Purpose::Emergency) {
            return Err(Stop::field("purposes", Why::of("invalid-beforehand-purposes")));
        }
        if days.is_empty() {
            return Err(Stop::field("weekdays", Why::of("invalid-beforehand-days")));
        }
        if self.pattern == Pattern::None {
            return Err(Stop::field("pattern", Why::of("invalid-pattern-missing")));
        }
        let Some(environment) = on.facts.environment else {
            return Err(Stop::field("instance", Why::of("invalid-beforehand-environment")));
        };
        if self.longest_minutes == 0 {
            return Err(Stop::field("longest_minutes", Why::of("invalid-beforehand-length")));
        }
        let last = a.beforehand.iter().map(|g| g.work.number).max().unwrap_or(0);
        Ok(Beforehand {
            number: last.saturating_add(1),
            site: on.facts.site,
            instance: on.id,
            environment,
            roles,
            purposes,
            pattern: self.pattern,
            attended: self.attended || self.pattern.attended(),
            longest_secs: i64::from(self.longest_minutes) * 60,
            days,
            hours: names::hours(&self.hours_from, &self.hours_until)?,
            until: self.last_day,
            tier: e.tier(on.facts.site).map(|t| t.gate()),
            scope: beforehand::scope_of(e, on.id),
            rules_version: version,
        })
    }
}

impl Act for ApproveBeforehand {
    const NAME: &'static str = "approve-beforehand";
    const STEP_UP: bool = true;
    type Power = power::ApproveAccess;
    type Done = ApprovedBeforehand;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        let e = engagement(desk, &self.engagement).await?;
        let on = instance(desk, &self.instance).await?;
        Ok(Place::shared(vec![on.facts.site], e.facts.provider))
    }

    async fn run(self, may: May<power::ApproveAccess>, desk: &mut Desk) -> Result<ApprovedBeforehand, Stop> {
        let e = engagement(desk, &self.engagement).await?;
        let on = instance(desk, &self.instance).await?;
        let by = hand(desk, &may, on.facts.site, self.function)?;
        let now = desk.now();
        let a = opened(desk, &e).await?;
        let work = self.work(&a, &e, &on, desk.rules().version)?;
        let past = Past::of(desk, &e, &a).await?;
        let stands = stands(desk, (&e, &past), (on.id, on.facts.site), &[], now).await?;
        let alive = a.beforehand.iter().filter(|g| g.alive(&stands.zone, now.0)).count();
        if alive >= MOST_STANDING {
            let most = Told::from(MOST_STANDING.to_string());
            return Err(Stop::field("engagement", Why::of("invalid-beforehand-many").with("most", most)));
        }
        let first = Given { work, approvals: Vec::new(), withdrawn: None, withdrawn_by: None };
        let f = facts(desk, &first.question(e.id, e.facts.provider, now), now).await?;
        let approval = beforehand::give(&first.work, by, &stands.around(), &f, now)?;
        let (number, ends) = (first.work.number, first.ends(&stands.zone));
        desk.append(a.id, ActivationEvent::BeforehandGiven(BeforehandGiven { work: first.work, approval })).await?;
        Ok(ApprovedBeforehand { engagement: e.id, number, approvals: 1, ends })
    }
}

/// What a number names under an engagement. A provider's people learn nothing from one that names nothing.
async fn given(desk: &mut Desk, name: &str, number: u32) -> Result<(Engagement, Activation, Given), Stop> {
    let e = engagement(desk, name).await?;
    let a: Option<Activation> = desk.find(ActivationId(e.id.0)).await?;
    if let Some((a, g)) = a.and_then(|a| a.given(number).cloned().map(|g| (a, g))) {
        return Ok((e, a, g));
    }
    if caller(desk).await?.provider().is_some() {
        return Err(Stop::NotFound);
    }
    Err(Stop::field("beforehand", Why::of("invalid-beforehand-none").with("number", number.to_string())))
}

async fn place(desk: &mut Desk, engagement: &str, number: u32) -> Result<Place, Stop> {
    let (e, _, g) = given(desk, engagement, number).await?;
    Ok(Place::shared(vec![g.work.site], e.facts.provider))
}

/// Says yes to a pattern that somebody else approved beforehand, in another function.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgreeBeforehand {
    pub engagement: String,
    /// Its number within the engagement.
    pub beforehand: u32,
    /// Your function; needed only by who has several here.
    #[serde(default)]
    pub function: Option<OwnerRole>,
}

impl Act for AgreeBeforehand {
    const NAME: &'static str = "agree-beforehand";
    const STEP_UP: bool = true;
    type Power = power::ApproveAccess;
    type Done = ApprovedBeforehand;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.engagement, self.beforehand).await
    }

    async fn run(self, may: May<power::ApproveAccess>, desk: &mut Desk) -> Result<ApprovedBeforehand, Stop> {
        let (e, a, g) = given(desk, &self.engagement, self.beforehand).await?;
        let by = hand(desk, &may, g.work.site, self.function)?;
        let now = desk.now();
        let past = Past::of(desk, &e, &a).await?;
        let stands = stands(desk, (&e, &past), (g.work.instance, g.work.site), &g.approvals, now).await?;
        let f = facts(desk, &g.question(e.id, e.facts.provider, now), now).await?;
        let yes = beforehand::agree(&g, by, &stands.around(), &f, now)?;
        desk.append(a.id, ActivationEvent::BeforehandAgreed(yes)).await?;
        let (approvals, ends) = (g.approvals.len().saturating_add(1), g.ends(&stands.zone));
        Ok(ApprovedBeforehand { engagement: e.id, number: self.beforehand, approvals, ends })
    }
}

/// Takes back what was approved beforehand: from now on people are asked again. What was granted under it and has not
/// begun is revoked with it, in the same turn; work that has begun goes on to the end of its window.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawBeforehand {
    pub engagement: String,
    /// Its number within the engagement.
    pub beforehand: u32,
    /// Your function; needed only by who has several here.
    #[serde(default)]
    pub function: Option<OwnerRole>,
}

impl Act for WithdrawBeforehand {
    const NAME: &'static str = "withdraw-beforehand";
    const IN_DOUBT: bool = true;
    type Power = power::ApproveAccess;
    type Done = EngagementId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.engagement, self.beforehand).await
    }

    async fn run(self, may: May<power::ApproveAccess>, desk: &mut Desk) -> Result<EngagementId, Stop> {
        let (e, a, g) = given(desk, &self.engagement, self.beforehand).await?;
        let by = hand(desk, &may, g.work.site, self.function)?;
        let zone = desk.get::<Site>(g.work.site).await?.facts.zone;
        let under: Vec<Grant> = desk.of("engagement", e.id).await?;
        let (gone, revoked) = beforehand::withdraw(&g, by, &under, &zone, desk.now())?;
        desk.append(a.id, ActivationEvent::BeforehandWithdrawn(gone)).await?;
        append(desk, revoked).await?;
        Ok(e.id)
    }
}
