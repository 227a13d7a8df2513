//! Emergency access: one person on shift confirms, a named person comes in, attended, for two hours at most.
//! The review follows; it never stood in the way.

use plantgate_domain::{
    base::{EngagementId, Environment, GrantId, InstanceId, Instant, Kind, Pattern, PersonId, Role, Why},
    event::{
        permit::{AccessRequested, Decided, EmergencyCause, EmergencyReviewed, GrantEvent, Moment},
        qualify::OwnerRole,
    },
    expect::{engagement::Engagement, instance::Instance, site::Site},
    permit::{access::ask, acts, called::Called, grant::Grant},
    qualify::person::Person,
    witness::{cut_off::CutOffSeen, session::Session},
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use super::{
    ask::{caller, ours},
    facts::facts,
    grant::{named, place},
    hand::{append, hand, stop},
};
use crate::{
    act::Act,
    names,
    power::{self, May, Place},
};

/// Lets somebody in now, in an emergency.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenEmergency {
    pub engagement: String,
    /// The one person of the provider who comes in.
    pub person: String,
    pub instance: String,
    pub environment: Environment,
    pub roles: Vec<Role>,
    pub pattern: Pattern,
    /// Who of ours is beside the person; without it whoever opens.
    #[serde(default)]
    pub attendant: Option<String>,
    /// Minutes from now, at most 120.
    pub minutes: u32,
    /// The person was called back at the provider's known number, in place of a second factor.
    #[serde(default)]
    pub called_back: bool,
    #[serde(default)]
    pub role: Option<OwnerRole>,
    /// What happened; may follow in the review.
    #[serde(default)]
    pub reason: Option<String>,
}

/// What was opened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Opened {
    pub grant: GrantId,
    pub reference: String,
    pub until: Instant,
    pub review_due: Instant,
    pub decision: Decided,
}

impl OpenEmergency {
    async fn instance(&self, desk: &mut Desk) -> Result<Instance, Stop> {
        let id: InstanceId = names::resolve(desk, Kind::Instance, &self.instance, "instance").await?;
        desk.get(id).await
    }

    async fn asked(&self, desk: &mut Desk, by: &Person) -> Result<AccessRequested, Stop> {
        let engagement: EngagementId = names::resolve(desk, Kind::Engagement, &self.engagement, "engagement").await?;
        let engagement: Engagement = desk.get(engagement).await?;
        let instance = self.instance(desk).await?;
        let person: PersonId = names::resolve(desk, Kind::Person, &self.person, "person").await?;
        let now = desk.now();
        let attendant = match &self.attendant {
            Some(name) => ours(desk, by, name, "attendant", now).await?.id,
            None => by.id,
        };
        if self.roles.is_empty() {
            return Err(Stop::field("roles", Why::of("invalid-right-missing-operate")));
        }
        let called = Called {
            engagement: engagement.id,
            instance: instance.id,
            person,
            roles: self.roles.clone(),
            secs: self.minutes.saturating_mul(60),
        };
        Ok(AccessRequested {
            requested_by: by.id,
            environment: self.environment,
            pattern: self.pattern,
            attendant: Some(attendant),
            ..called.asked(&engagement, &instance, (desk.rules().version, now.0))
        })
    }
}

impl Act for OpenEmergency {
    const NAME: &'static str = "open-emergency";
    const IN_DOUBT: bool = true;
    type Power = power::OpenEmergency;
    type Done = Opened;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(self.instance(desk).await?.facts.site))
    }

    async fn run(self, may: May<power::OpenEmergency>, desk: &mut Desk) -> Result<Opened, Stop> {
        let me = caller(desk).await?;
        let asked = self.asked(desk, &me).await?;
        let by = hand(desk, &may, asked.site, self.role)?;
        let now = desk.now();
        let mut f = facts(desk, &ask(&asked, Moment::Request, now, Vec::new()), now).await?;
        f.person.called_back = self.called_back;
        let zone = desk.get::<Site>(asked.site).await?.facts.zone;
        let id = GrantId(desk.new_id());
        let reference = desk.next_reference(Kind::Grant).await?;
        let events = acts::emergency(&asked, by, &f, (id, &reference), &zone, now);
        append(desk, events.map_err(|no| stop(no, &f))?).await?;
        let grant: Grant = desk.get(id).await?;
        let mark = grant.facts.emergency.ok_or_else(|| Stop::fault("an emergency grant without its mark"))?;
        Ok(Opened { grant: id, reference, until: grant.until, review_due: mark.review_due, decision: mark.decision })
    }
}

/// Looks at an emergency afterwards: was it one, and is everything as it should be?
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewEmergency {
    pub grant: String,
    /// What was in danger.
    pub cause: EmergencyCause,
    pub finding: String,
}

impl Act for ReviewEmergency {
    const NAME: &'static str = "review-emergency";
    type Power = power::ReviewEmergency;
    type Done = GrantId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.grant).await
    }

    async fn run(self, may: May<power::ReviewEmergency>, desk: &mut Desk) -> Result<GrantId, Stop> {
        let grant = named(desk, &self.grant).await?;
        let sessions: Vec<Session> = desk.of("grant", grant.id).await?;
        let codes: Vec<&CutOffSeen> = sessions.iter().filter_map(|s| s.cut_off.as_ref()).collect();
        let unread = codes.iter().any(|code| code.read_out.is_empty());
        let own = codes.iter().flat_map(|code| code.involved()).collect();
        acts::may_review(&grant, &acts::Codes { unread, own }, may.id()?)?;
        let note = Some(desk.seal(&names::text(4_000, "finding", &self.finding)?)?);
        desk.append(grant.id, GrantEvent::Reviewed(EmergencyReviewed { note, cause: Some(self.cause) })).await?;
        Ok(grant.id)
    }
}
