//! Authorisation is in the signature: an act gets a `May<P>` or does not run, and only this module makes one, inside
//! the writer's turn, from what stands at that moment. It cannot outlive the turn. Role × power is data
//! (`rules/powers.toml`); sites, employer and seat are facts.

use std::marker::PhantomData;

use plantgate_domain::{
    base::{Actor, PersonId, ProviderId, Refusal, SiteId},
    event::qualify::{Employer, OwnerRole},
    qualify::person::{Person, Seat},
    rules::Rules,
};
use plantgate_store::{Desk, Stop, memory::Memory};

use crate::bearer;

/// Something a role lets somebody do; `KEY` names its row in the rules.
pub trait Power: Send + Sync + 'static {
    /// Key in `rules/powers.toml`.
    const KEY: &'static str;
}

macro_rules! powers {
    ($($(#[$doc:meta])* $name:ident = $key:literal;)+) => {
        $($(#[$doc])* #[derive(Debug)] pub enum $name {}
        impl Power for $name { const KEY: &'static str = $key; })+
        /// Every power that acts ask for; a test holds it against the rules.
        pub const ALL: &[&str] = &[$($key),+];
    };
}

powers! {
    Activate = "activate";
    AdoptRules = "adopt-rules";
    /// Measures that make up for a limit of a system.
    AgreeMeasures = "agree-measures";
    AnswerDuties = "answer-duties";
    ApproveAccess = "approve-access-any";
    ApproveMode = "approve-mode";
    ApproveScope = "approve-scope";
    Attest = "attest";
    AttributeSession = "attribute-session";
    BreakMeasure = "break-measure";
    ClaimAction = "claim-action";
    CloseTask = "close-task";
    ConfirmClock = "confirm-clock";
    ConfirmFinding = "confirm-finding";
    Disconnect = "disconnect";
    DraftAgreement = "draft-agreement";
    DraftEngagement = "draft-engagement";
    EnterSession = "enter-session";
    /// Personal data and texts, with a second person.
    Erase = "erase";
    ExtendGrant = "extend-grant";
    /// Only in the first hour, when nothing exists.
    Found = "found";
    GiveNotice = "give-notice";
    Import = "import";
    JudgeEvidence = "judge-evidence";
    KeepAccounts = "keep-accounts";
    KeepCalendar = "keep-calendar";
    KeepCertificates = "keep-certificates";
    KeepInUse = "keep-in-use";
    /// Who of ours came, moved and left, as a directory tells it.
    KeepPeople = "keep-people";
    /// A part of the record for somebody outside.
    MakePack = "make-pack";
    ManageUsers = "manage-users";
    NameAttendant = "name-attendant";
    /// Who outside vouches for the record.
    NameCosigners = "name-cosigners";
    /// Where the gateway reaches a system, and by which key it knows it.
    PinEndpoint = "pin-endpoint";
    ObjectToFinding = "object-to-finding";
    OpenEmergency = "open-emergency";
    OverrideTier = "override-tier";
    ProposeFinding = "propose-finding";
    Qualify = "qualify-any";
    RecordChange = "record-change";
    RequestAccess = "request-access";
    ReviewAuditTrail = "review-audit-trail";
    ReviewEmergency = "review-emergency";
    /// This record is an older copy: it goes on as a log of its own.
    RestoreRecord = "restore-record";
    Revoke = "revoke";
    /// The log's key hands over to a new one.
    RotateKey = "rotate-key";
    SendRequests = "send-requests";
    SetHold = "hold-any";
    SignAgreement = "sign-agreement";
    StateTierFacts = "state-tier-facts";
    SuspendPerson = "suspend-person";
    TakeStep = "take-step";
    VerifyAction = "verify-action";
    VouchForPerson = "vouch-for-person";
    /// What a gateway saw.
    TellSession = "tell-session";
    /// Retention deletes what is due.
    KeepTime = "keep-time";
    /// The watchman proposes.
    Watch = "watch";
}

/// Powers that several rows of the rules give: any of them lets the act begin, its rule decides the rest.
const ANY: &[(&str, &[&str])] = &[
    ("approve-access-any", &["approve-access", "approve-access-second", "approve-access-qa", "co-approve-restricted"]),
    ("hold-any", &["hold", "hold-gmp", "hold-incident"]),
    ("qualify-any", &["qualify", "qualify-gxp"]),
];

/// The rows of the rules that give a power.
fn keys<'k>(key: &'k &'k str) -> &'k [&'k str] {
    ANY.iter().find(|(any, _)| any == key).map_or(std::slice::from_ref(key), |(_, rows)| rows)
}

/// A power that acts ask for and these rules give to nobody.
pub fn lost(rules: &Rules) -> Option<&'static str> {
    let asked = ALL.iter().filter(|key| ![Found::KEY, KeepTime::KEY, TellSession::KEY, Watch::KEY].contains(key));
    asked.copied().find(|key| keys(key).iter().all(|row| rules.powers.row(row).is_none()))
}

/// Whether a person has a power: one of ours by function at all of these sites (at any, when none is named), one of a
/// provider's by role. For what a page offers; the act asks again in its turn.
pub fn could(person: &Person, key: &str, sites: &[SiteId], rules: &Rules) -> bool {
    if person.provider().is_some() {
        let mut roles = person.facts.provider_roles.iter();
        return roles.any(|role| keys(&key).iter().any(|k| rules.powers.provider(k, *role)));
    }
    let mut roles = person.roles.iter().filter(|r| keys(&key).iter().any(|k| rules.powers.owner(k, r.role)));
    let at = |site: &SiteId| roles.clone().any(|r| r.site.is_none_or(|s| s == *site));
    if sites.is_empty() { roles.next().is_some() } else { sites.iter().all(at) }
}

/// The functions in which one of ours has a power at all of these sites.
pub fn functions(person: &Person, key: &str, sites: &[SiteId], rules: &Rules) -> Vec<OwnerRole> {
    let mut roles: Vec<OwnerRole> = person.roles.iter().map(|r| r.role).collect();
    roles.retain(|role| sites.iter().all(|site| person.has(*role, *site)));
    roles.retain(|role| keys(&key).iter().any(|k| rules.powers.owner(k, *role)));
    roles.sort_unstable();
    roles.dedup();
    roles
}

/// The roles of ours that have a power.
pub fn roles(key: &str, rules: &Rules) -> Vec<&'static str> {
    let all = OwnerRole::ALL.iter().filter(|role| keys(&key).iter().any(|k| rules.powers.owner(k, **role)));
    all.map(|role| role.as_str()).collect()
}

/// Where a power is needed. Owner-side roles must hold at every site named (at any, when none is); provider-side roles
/// must be at the provider named.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Place {
    pub sites: Vec<SiteId>,
    pub provider: Option<ProviderId>,
    /// Whose own affair it is: nobody needs a role to set their own password, not even before their first sign-in.
    pub own: Option<PersonId>,
}

impl Place {
    /// At whatever is the person's own.
    pub fn own(person: PersonId) -> Place {
        Place { own: Some(person), ..Place::default() }
    }
    /// Wherever the person has the role.
    pub fn anywhere() -> Place {
        Place::default()
    }
    /// At one site.
    pub fn site(site: SiteId) -> Place {
        Place::sites(vec![site])
    }
    /// At several sites.
    pub fn sites(sites: Vec<SiteId>) -> Place {
        Place { sites, ..Place::default() }
    }
    /// At sites, or at the provider whose object it is.
    pub fn shared(sites: Vec<SiteId>, provider: ProviderId) -> Place {
        Place { sites, provider: Some(provider), ..Place::default() }
    }
}

/// Proof that the caller may. Made only by [`May::ask`].
pub struct May<P> {
    /// Who; `None` for genesis and watchman.
    pub person: Option<Person>,
    of: PhantomData<P>,
}

impl<P: Power> May<P> {
    /// Asks for the power, at this moment, in this turn.
    pub async fn ask(desk: &mut Desk, place: &Place) -> Result<May<P>, Stop> {
        let person = match desk.cause().actor {
            Actor::Genesis if P::KEY == Found::KEY && desk.size() == 0 => None,
            Actor::Watchman if P::KEY == Watch::KEY => None,
            // Whoever administers the machine lets somebody in again who lost their password, and does nothing else.
            Actor::Host if P::KEY == ManageUsers::KEY && place.own.is_some() => None,
            // What an identity provider does is acts of which no door knows the names (`qualify::groups`).
            Actor::IdentityProvider if P::KEY == ManageUsers::KEY && place.own.is_some() => None,
            // Nor of what a gateway tells (`witness::gate`).
            Actor::Gateway if P::KEY == TellSession::KEY => None,
            // Nor of what retention does (`witness::retention`).
            Actor::Retention if P::KEY == KeepTime::KEY => None,
            Actor::Genesis
            | Actor::Host
            | Actor::Watchman
            | Actor::IdentityProvider
            | Actor::Gateway
            | Actor::Retention => {
                return Err(Stop::NotFound);
            }
            Actor::Person(id) if place.own == Some(id) => Some(own(desk, id).await?),
            Actor::Person(id) => Some(person(desk, id).await?),
        };
        if let Some(person) = person.as_ref().filter(|p| place.own != Some(p.id)) {
            let roles = holds(desk, person, P::KEY, place);
            if roles.is_empty() {
                return Err(refused(person, place));
            }
            desk.note_roles(roles);
        }
        Ok(May { person, of: PhantomData })
    }

    /// What to answer when a name means nothing: one of our own people who has the power nowhere, or no seat, gets the
    /// same answer as for a name that exists. A provider's people never learn of names (`crate::names`).
    pub async fn told(desk: &mut Desk, stop: Stop) -> Stop {
        let Actor::Person(id) = desk.cause().actor else { return stop };
        let ours = match desk.find::<Person>(id).await {
            Ok(person) => person.is_some_and(|p| p.facts.employer == Employer::Owner),
            Err(fault) => return fault,
        };
        if !ours {
            return stop;
        }
        May::<P>::ask(desk, &Place::anywhere()).await.err().unwrap_or(stop)
    }

    /// The person; acts that only people do call it.
    pub fn person(&self) -> Result<&Person, Stop> {
        self.person.as_ref().ok_or(Stop::NotFound)
    }
    /// The id of the person.
    pub fn id(&self) -> Result<PersonId, Stop> {
        self.person().map(|p| p.id)
    }
}

/// The caller, who must have a seat now: suspended a second ago is too late.
pub async fn person(desk: &mut Desk, id: PersonId) -> Result<Person, Stop> {
    seated(desk, id, &[Seat::Active]).await
}

/// The caller in their own affair: somebody who was invited may begin.
async fn own(desk: &mut Desk, id: PersonId) -> Result<Person, Stop> {
    seated(desk, id, &[Seat::Active, Seat::Invited]).await
}

async fn seated(desk: &mut Desk, id: PersonId, seats: &[Seat]) -> Result<Person, Stop> {
    let person: Person = desk.get(id).await?;
    let left = person.withdrawn || person.leaves_at().is_some_and(|at| at <= desk.now().0);
    if seats.contains(&person.seat) && !left {
        return bearer::narrowed(desk, person).await;
    }
    Err(Refusal::new("R-27", "stop-no-seat").into())
}

fn holds(desk: &Desk, person: &Person, key: &str, place: &Place) -> Vec<String> {
    let rules = desk.rules();
    let keys = keys(&key);
    match person.facts.employer {
        Employer::Provider(id) if place.provider == Some(id) => {
            let roles = person.facts.provider_roles.iter();
            roles.filter(|r| keys.iter().any(|k| rules.powers.provider(k, **r))).map(ToString::to_string).collect()
        }
        Employer::Provider(_) => Vec::new(),
        Employer::Owner => {
            let roles = person.roles.iter().filter(|r| keys.iter().any(|k| rules.powers.owner(k, r.role)));
            let at = |site: &SiteId| roles.clone().any(|r| r.site.is_none_or(|s| s == *site));
            if !place.sites.iter().all(at) {
                return Vec::new();
            }
            let here =
                roles.clone().filter(|r| place.sites.is_empty() || r.site.is_none_or(|s| place.sites.contains(&s)));
            here.map(|r| r.role.to_string()).collect()
        }
    }
}

/// A stranger learns nothing, our own people learn what they lack.
fn refused(person: &Person, place: &Place) -> Stop {
    match person.facts.employer {
        Employer::Provider(id) if place.provider != Some(id) => Stop::NotFound,
        Employer::Provider(_) | Employer::Owner => Refusal::new("R-13", "stop-no-power").into(),
    }
}

#[cfg(test)]
mod tests {
    use plantgate_domain::rules::Rules;

    use super::*;

    #[test]
    fn every_power_has_its_row() {
        let powers = Rules::builtin().unwrap().powers;
        for key in ALL.iter().filter(|key| ![Found::KEY, KeepTime::KEY, TellSession::KEY, Watch::KEY].contains(key)) {
            for row in keys(key) {
                assert!(powers.row(row).is_some(), "{row}");
            }
        }
        assert!(ALL.iter().all(|key| ALL.iter().filter(|other| other == &key).count() == 1));
    }
}
