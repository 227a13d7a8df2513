//! Every input of R-15, with border nouns and plain facts only: no session, incident or finding can reach a decision.
//! If a check needs a right wing's type, the design is wrong. `Unknown` is a value here: it never passes a gate.

use uuid::Uuid;

use crate::{
    base::{
        ChangeId, EngagementId, Environment, GrantId, HOUR, Held, Hold, InstanceId, Instant, Level, Line, Mode,
        Pattern, PersonId, ProviderId, Purpose, Reason, Ref, Role, SiteId, Tier, Window,
    },
    event::{
        expect::{Known, Measure},
        permit::{Approval, ApprovalMeaning, Moment, SuspensionCause},
        qualify::OwnerRole,
    },
    permit::{campaign::Shifts, checks::KEYS},
    rules::Rules,
};

/// What is asked, and at which moment.
#[derive(Clone, PartialEq, Debug)]
pub struct Question {
    pub moment: Moment,
    pub engagement: EngagementId,
    pub provider: ProviderId,
    /// The one person who would enter; `None` when nobody was named.
    pub person: Option<PersonId>,
    /// Who asks.
    pub requester: PersonId,
    /// The credential in use, once a session starts.
    pub credential: Option<Uuid>,
    pub instance: InstanceId,
    pub site: SiteId,
    pub environment: Environment,
    pub roles: Vec<Role>,
    pub purpose: Option<Purpose>,
    pub pattern: Pattern,
    pub attended: bool,
    pub attendant: Option<PersonId>,
    /// Of work in repeated shifts the whole span until it begins, then the shift.
    pub window: Window,
    /// The shifts of such work.
    pub shifts: Option<Shifts>,
    pub change: Option<ChangeId>,
    /// Whether a ticket number was given.
    pub ticket: bool,
    /// All approvals, the one being given now included.
    pub approvals: Vec<Yes>,
    /// The grant in use, at start and during.
    pub grant: Option<GrantId>,
}

impl Question {
    /// Whether it is emergency access.
    pub fn emergency(&self) -> bool {
        self.purpose == Some(Purpose::Emergency)
    }
    /// Whether a hold is about what is asked, here.
    pub fn is_under(&self, hold: &Hold) -> bool {
        let on = match hold.on {
            Held::Person(id) => Some(id) == self.person,
            Held::Provider(id) => id == self.provider,
            Held::Engagement(id) => id == self.engagement,
            Held::Instance(id) => id == self.instance,
            Held::Credential(id) => Some(id) == self.credential,
        };
        on && hold.reaches(self.site)
    }
    /// Whether a role is asked that can change something.
    pub fn can_change(&self) -> bool {
        self.roles.iter().any(|r| r.can_change())
    }
}

/// One approval as a decision sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Yes {
    pub person: PersonId,
    pub role: OwnerRole,
    pub meaning: ApprovalMeaning,
    /// Whether the person is ours; a provider's person never approves.
    pub ours: bool,
}

impl Yes {
    /// An approval from the record: it was judged when it was given.
    pub fn recorded(approval: &Approval) -> Self {
        Yes { person: approval.person, role: approval.role, meaning: approval.meaning, ours: true }
    }
}

/// How far an engagement is (diagram 3.4.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Running {
    Active,
    /// Active in fact since before the programme, until an instant.
    InUse(Instant),
    NotActivated,
    Suspended(SuspensionCause),
    Ended,
    Unknown,
}

/// The engagement.
#[derive(Clone, PartialEq, Debug)]
pub struct EngagementFacts {
    pub running: Running,
    /// Its legal dates as instants in the target site's zone.
    pub window: Option<Window>,
    /// Its qualification lapsed through us: existing access goes on attended.
    pub extended_by_owner: bool,
    /// The provider it belongs to.
    pub provider: ProviderId,
}

/// Whether something asked lies inside what was agreed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fit {
    Inside,
    Outside,
    Unknown,
}

/// The approved scope against the question, dimension by dimension. Made by `permit::scope::cover`.
#[derive(Clone, PartialEq, Debug)]
pub struct ScopeFacts {
    /// Site, zone and instance.
    pub system: Fit,
    /// Dates of the scope item, where it has its own.
    pub dates: Fit,
    pub environment: Fit,
    pub roles: Fit,
    /// The first role that is not covered.
    pub outside_role: Option<Role>,
    pub conduits: Fit,
    /// An instance of the same system that is in scope and not production.
    pub test_instead: Option<InstanceId>,
}

/// The system in question.
#[derive(Clone, PartialEq, Debug)]
pub struct InstanceFacts {
    pub environment: Option<Environment>,
    pub safety: Known,
    /// Validated or qualified; unknown gates like validated.
    pub validated: Known,
}

/// State of a person (3.2 B).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PersonState {
    Active,
    Invited,
    Suspended,
    /// Left or moved; effective.
    Left,
    Unknown,
}

/// A paper that must be in force.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Paper {
    /// In force, until an instant or without end.
    Valid(Option<Instant>),
    Missing,
    Unknown,
}

/// The person who would enter.
#[derive(Clone, PartialEq, Debug)]
pub struct PersonFacts {
    pub state: PersonState,
    /// A natural person, not a group or service account.
    pub natural: Known,
    /// Employed by the engagement's provider.
    pub of_provider: Known,
    pub identity: Paper,
    pub mfa: Known,
    /// Called back at the provider's known number; replaces MFA in an emergency only.
    pub called_back: bool,
    /// What must be read or trained here, with the object that shows it.
    pub papers: Vec<(Option<Ref>, Paper)>,
    /// Whether the list of what is needed here is known at all.
    pub papers_known: bool,
}

/// The way in.
#[derive(Clone, PartialEq, Debug)]
pub struct PathFacts {
    /// Ways in that the zone allows; `None` when nobody has said.
    pub zone_allows: Option<Vec<Pattern>>,
    /// Ways in agreed with the provider; `None` when nobody has said.
    pub agreed: Option<Vec<Pattern>>,
    pub mfa: Known,
    /// The zone or gateway, for the link.
    pub link: Option<Ref>,
}

/// The change that was named.
#[derive(Clone, PartialEq, Debug)]
pub struct ChangeFacts {
    pub id: ChangeId,
    pub approved: Known,
    pub window: Option<Window>,
    /// Whether it targets the instance.
    pub targets: Known,
}

/// The site's calendar.
#[derive(Clone, PartialEq, Debug)]
pub struct CalendarFacts {
    /// Somebody vouches for the list of freezes.
    pub vouched: bool,
    pub freezes: Vec<Window>,
    pub link: Option<Ref>,
}

/// Limits of the system and what makes up for them.
#[derive(Clone, PartialEq, Debug)]
pub struct CompensationFacts {
    /// The system has a limitation, or a capability nobody stated.
    pub limited: Known,
    /// The agreed set, all members in force; `Missing` when there is none or one is broken.
    pub set: Paper,
    /// A member of the set failed; unlike other facts of administration this one is asked of work that runs, too.
    pub broken: bool,
    /// The first step that nobody took on the grant; asked when work begins.
    pub step: Option<Measure>,
    /// The window lies in the hours that were agreed, or none were.
    pub in_hours: bool,
    /// The set demands attendance.
    pub attended: bool,
    /// The set makes up for missing MFA.
    pub covers_mfa: bool,
    pub link: Option<Ref>,
}

impl CompensationFacts {
    /// Nobody knows the system.
    pub const UNKNOWN: CompensationFacts = CompensationFacts {
        limited: Known::Unknown,
        set: Paper::Unknown,
        broken: false,
        step: None,
        in_hours: true,
        attended: false,
        covers_mfa: false,
        link: None,
    };
}

/// Longest windows, in seconds, and which tiers ask for somebody of ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Caps {
    pub t1: i64,
    pub t2: i64,
    pub t3: i64,
    pub collect: i64,
    pub monitor: i64,
    pub emergency: i64,
    /// How long an emergency may be renewed to.
    pub emergency_renewed: i64,
    /// Whether T1, T2, T3 alone ask for attendance.
    pub attended: [bool; 3],
}

impl From<&Rules> for Caps {
    fn from(rules: &Rules) -> Caps {
        let a = &rules.access;
        let tier = |t: Tier| a.cap(t, Purpose::Maintain);
        Caps {
            t1: tier(Tier::T1),
            t2: tier(Tier::T2),
            t3: tier(Tier::T3),
            collect: a.purpose_cap_hours.collect * HOUR,
            monitor: a.purpose_cap_hours.monitor * HOUR,
            emergency: a.purpose_cap_hours.emergency * HOUR,
            emergency_renewed: a.emergency_renew_hours * HOUR,
            attended: [Tier::T1, Tier::T2, Tier::T3].map(|t| a.attended(t)),
        }
    }
}

impl Caps {
    /// The cap of a question. An unknown tier is capped like T1.
    pub fn of(&self, tier: Option<Tier>, purpose: Option<Purpose>) -> i64 {
        let by_tier = match tier {
            Some(Tier::T1) | None => self.t1,
            Some(Tier::T2) => self.t2,
            Some(Tier::T3) => self.t3,
        };
        match purpose {
            Some(Purpose::Emergency) => self.emergency.min(by_tier),
            Some(Purpose::Collect) => self.collect.min(by_tier),
            Some(Purpose::Monitor) => self.monitor.min(by_tier),
            Some(Purpose::Troubleshoot | Purpose::Upgrade | Purpose::Maintain) | None => by_tier,
        }
    }
    /// Whether the tier alone asks for somebody of ours.
    pub fn asks_attendance(&self, tier: Tier) -> bool {
        let [t1, t2, t3] = self.attended;
        match tier {
            Tier::T1 => t1,
            Tier::T2 => t2,
            Tier::T3 => t3,
        }
    }
}

/// How strictly each check is applied at the site now, in the order of the checks. Floor checks ignore it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Modes(pub [Mode; 21]);

impl Modes {
    /// Every check in the same mode.
    pub const fn all(mode: Mode) -> Self {
        Modes([mode; 21])
    }
    /// The modes of a site: what it set for each key, else the default of the rules.
    pub fn of_site(rules: &Rules, set: impl Fn(&str) -> Option<Mode>) -> Self {
        Modes(KEYS.map(|key| set(key).unwrap_or(rules.checks.default_mode)))
    }
    /// The mode of a check by its number, from 1.
    pub fn of(&self, no: u8) -> Mode {
        let at = usize::from(no).checked_sub(1);
        at.and_then(|i| self.0.get(i)).copied().unwrap_or(Mode::Enforce)
    }
}

/// What is known, at a size of the ledger.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    pub log_size: u64,
    pub rules_version: u32,
    pub engagement: EngagementFacts,
    pub scope: ScopeFacts,
    pub instance: InstanceFacts,
    /// The tier that gates; `None` gates as T1.
    pub tier: Option<Tier>,
    /// Standing of this engagement at this site.
    pub standing: Line<Level>,
    /// The reasons behind it, for the page; the line alone decides.
    pub reasons: Vec<Reason>,
    pub holds: Vec<Hold>,
    pub person: PersonFacts,
    pub path: PathFacts,
    /// Facts of the change that was named; `None` when it is not known here.
    pub change: Option<ChangeFacts>,
    pub calendar: CalendarFacts,
    /// Attested responsibilities of the engagement.
    pub responsibilities: Paper,
    pub compensation: CompensationFacts,
    /// The grant in use is neither expired nor withdrawn; asked at start and during only.
    pub grant_alive: Known,
    /// Emergencies of this provider at this site in the last 30 days; shown, decides nothing.
    pub recent_emergencies: u32,
    pub caps: Caps,
    pub modes: Modes,
}
