//! People of ours say yes or no to a request; the last yes opens the grant.

use plantgate_domain::{
    base::{AccessRequestId, GrantId, Kind, PersonId, SignMeaning, Why},
    event::{
        permit::{ApprovalMeaning, Decided, Moment},
        qualify::OwnerRole,
    },
    expect::instance::Instance,
    permit::{
        access::{AccessRequest, RequestState},
        acts::{self, Hand},
        grant::Grant,
    },
};
use plantgate_store::{Desk, Stop, desk::Under, memory::Memory};
use serde::{Deserialize, Serialize};

use super::{
    ask::{caller, ours},
    facts::facts,
    hand::{append, hand, stop},
};
use crate::{
    act::Act,
    names,
    power::{self, May, Place},
    sign::Wants,
};

/// Says yes to a request. The decision is made anew, with this yes in it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApproveAccess {
    pub request: String,
    /// In which role; needed only by who has several here.
    #[serde(default)]
    pub role: Option<OwnerRole>,
    /// The version that was read; another one is *stale*.
    #[serde(default)]
    pub version: Option<u64>,
}

/// What a yes came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Approved {
    pub state: RequestState,
    pub decision: Option<Decided>,
    pub grant: Option<GrantId>,
    pub grant_reference: Option<String>,
}

async fn request(desk: &mut Desk, name: &str) -> Result<AccessRequest, Stop> {
    let id: AccessRequestId = names::resolve(desk, Kind::AccessRequest, name, "request").await?;
    desk.get(id).await
}

async fn place(desk: &mut Desk, name: &str) -> Result<Place, Stop> {
    let req = request(desk, name).await?;
    Ok(Place::shared(vec![req.asked.site], req.asked.provider))
}

impl Act for ApproveAccess {
    const NAME: &'static str = "approve-access";
    const SIGNS: bool = true;
    type Power = power::ApproveAccess;
    type Done = Approved;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.request).await
    }

    /// On a qualified system a yes is signed; elsewhere it is one key.
    async fn signs(&self, may: &May<power::ApproveAccess>, desk: &mut Desk) -> Result<Option<Wants>, Stop> {
        let req = request(desk, &self.request).await?;
        let instance: Instance = desk.get(req.asked.instance).await?;
        if !instance.signed_for() {
            return Ok(None);
        }
        let by = hand(desk, may, req.asked.site, self.role)?;
        let meaning = match ApprovalMeaning::of(by.role) {
            ApprovalMeaning::CoApproval => SignMeaning::CoApproval,
            ApprovalMeaning::QualityRelease => SignMeaning::QualityRelease,
            ApprovalMeaning::Extension => SignMeaning::Extension,
            ApprovalMeaning::Approval | ApprovalMeaning::Emergency => SignMeaning::Approval,
        };
        Ok(Some(Wants { meaning, under: Under::Stands(req.id.into()) }))
    }

    async fn run(self, may: May<power::ApproveAccess>, desk: &mut Desk) -> Result<Approved, Stop> {
        let id = request(desk, &self.request).await?.id;
        let req: AccessRequest = desk.seen(id, self.version).await?;
        let by = hand(desk, &may, req.asked.site, self.role)?;
        let now = desk.now();
        let f = facts(desk, &req.question(Moment::Approval, now), now).await?;
        let grant = GrantId(desk.new_id());
        let reference = desk.next_reference(Kind::Grant).await?;
        let events = acts::approve(&req, by, ApprovalMeaning::of(by.role), &f, (grant, &reference), now);
        append(desk, events.map_err(|no| stop(no, &f))?).await?;
        let req: AccessRequest = desk.get(id).await?;
        let grant_reference = req.grant.map(|_| reference);
        Ok(Approved { state: req.state, decision: req.decision, grant: req.grant, grant_reference })
    }
}

/// Says no to a request; the first no settles it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DenyAccess {
    pub request: String,
    #[serde(default)]
    pub role: Option<OwnerRole>,
    /// Why; the person who asked reads it.
    pub reason: String,
    #[serde(default)]
    pub version: Option<u64>,
}

impl Act for DenyAccess {
    const NAME: &'static str = "deny-access";
    const IN_DOUBT: bool = true;
    type Power = power::ApproveAccess;
    type Done = RequestState;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.request).await
    }

    async fn run(self, may: May<power::ApproveAccess>, desk: &mut Desk) -> Result<RequestState, Stop> {
        let id = request(desk, &self.request).await?.id;
        let req: AccessRequest = desk.seen(id, self.version).await?;
        let by = hand(desk, &may, req.asked.site, self.role)?;
        let note = desk.seal(&names::text(4_000, "reason", &self.reason)?)?;
        append(desk, acts::deny(&req, by, Some(note), desk.now())?).await?;
        Ok(desk.get::<AccessRequest>(id).await?.state)
    }
}

/// Takes a request back: whoever asked, or would enter.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawAccess {
    pub request: String,
}

impl Act for WithdrawAccess {
    const NAME: &'static str = "withdraw-access";
    const IN_DOUBT: bool = true;
    type Power = power::RequestAccess;
    type Done = RequestState;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.request).await
    }

    async fn run(self, may: May<power::RequestAccess>, desk: &mut Desk) -> Result<RequestState, Stop> {
        let req = request(desk, &self.request).await?;
        append(desk, acts::withdraw(&req, may.id()?, desk.now())?).await?;
        Ok(desk.get::<AccessRequest>(req.id).await?.state)
    }
}

/// Names who of ours will be beside the person: for a request that waits, or as a hand-over for a grant.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameAttendant {
    #[serde(default)]
    pub request: Option<String>,
    #[serde(default)]
    pub grant: Option<String>,
    pub attendant: String,
    #[serde(default)]
    pub role: Option<OwnerRole>,
}

enum On {
    Request(Box<AccessRequest>),
    Grant(Box<Grant>),
}

impl NameAttendant {
    async fn on(&self, desk: &mut Desk) -> Result<On, Stop> {
        match (&self.request, &self.grant) {
            (Some(name), None) => Ok(On::Request(Box::new(request(desk, name).await?))),
            (None, Some(name)) => {
                let id: GrantId = names::resolve(desk, Kind::Grant, name, "grant").await?;
                Ok(On::Grant(Box::new(desk.get(id).await?)))
            }
            (_, _) => Err(Stop::field("request", Why::of("invalid-request-or-grant"))),
        }
    }
}

impl Act for NameAttendant {
    const NAME: &'static str = "name-attendant";
    type Power = power::NameAttendant;
    type Done = PersonId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(match self.on(desk).await? {
            On::Request(req) => Place::shared(vec![req.asked.site], req.asked.provider),
            On::Grant(grant) => Place::shared(vec![grant.facts.site], grant.facts.provider),
        })
    }

    async fn run(self, may: May<power::NameAttendant>, desk: &mut Desk) -> Result<PersonId, Stop> {
        let me = caller(desk).await?;
        let now = desk.now();
        let person = ours(desk, &me, &self.attendant, "attendant", now).await?;
        let events = match self.on(desk).await? {
            On::Request(req) => {
                let by = hand(desk, &may, req.asked.site, self.role)?;
                acts::name_attendant(&req, Hand { person: person.id, ..by }, by, now)?
            }
            On::Grant(grant) => {
                let by = hand(desk, &may, grant.facts.site, self.role)?;
                acts::hand_over(&grant, Hand { person: person.id, ..by }, by, now)?
            }
        };
        append(desk, events).await?;
        Ok(person.id)
    }
}
