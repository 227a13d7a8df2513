//! A natural person of either side. Rules see dates and roles, never a name.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{
        Actor, At, Cause, Day, Effect, Emits, EngagementId, Held, Hold, Instant, Kind, Line, Now, Party, PersonId,
        ProviderId, Reason, Refusal, SiteId,
    },
    event::{
        expect::Known,
        qualify::{
            Employer, KeyAdded, KeyKind, MfaSet, NoticeKind, NoticeReceived, OwnerRole, PersonEvent, PersonFacts,
            RecoveryMade, RoleAt, TokenMade, Touches, TrainingRecorded,
        },
    },
    qualify::{
        standing::{Since, Start, steps},
        token::{self, Service, Token},
    },
    rules::Rules,
    thing::{Card, Label, Thing},
};

/// Stored part of a person's state; *left* comes by the clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seat {
    Invited,
    Active,
    Suspended,
}

/// A notice with what happened to it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noticed {
    pub notice: NoticeReceived,
    pub recorded_at: Instant,
    /// The people list was attested anew there.
    pub cleared: Vec<Cleared>,
    /// It was a mistake and no longer stands.
    #[serde(default)]
    pub withdrawn: Option<Instant>,
}

/// Where and when a late notice was cleared.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cleared {
    pub engagement: EngagementId,
    pub site: SiteId,
    pub at: Instant,
}

/// A person's recovery codes: how many were made, and which are used up.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recovery {
    pub made: RecoveryMade,
    pub made_at: Instant,
    /// Numbers of those that were used, the last one last.
    pub used: Vec<u32>,
}

impl Recovery {
    /// Whether the code of that number still opens.
    pub fn opens(&self, code: u32) -> bool {
        (1..=self.made.codes).contains(&code) && !self.used.contains(&code)
    }
    /// How many still open.
    pub fn left(&self) -> usize {
        (1..=self.made.codes).filter(|code| self.opens(*code)).count()
    }
}

/// A person as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub id: PersonId,
    pub facts: PersonFacts,
    pub seat: Seat,
    /// When the seat was last changed.
    pub seat_since: Instant,
    pub roles: Vec<RoleAt>,
    /// Those of them that an identity provider's groups gave, and that go with the group.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from_groups: Vec<RoleAt>,
    /// Roles that people took from who has an account elsewhere: no group gives them before people do again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub barred: Vec<RoleAt>,
    /// Last day the identity check holds; `None`: never checked.
    pub identity_until: Option<Day>,
    pub mfa: MfaSet,
    /// One per key and site; a newer one replaces it.
    pub trainings: Vec<TrainingRecorded>,
    pub notices: Vec<Noticed>,
    pub keys: Vec<KeyAdded>,
    /// They stand in for the second factor of the password they were made beside, and go with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<Recovery>,
    /// Secrets of programs that act as this person, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tokens: Vec<Token>,
    /// The account of a machine and no natural person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<Service>,
    /// The import that opened it was undone.
    #[serde(default)]
    pub withdrawn: bool,
}

impl Person {
    /// The provider that employs the person.
    pub fn provider(&self) -> Option<ProviderId> {
        match self.facts.employer {
            Employer::Owner => None,
            Employer::Provider(id) => Some(id),
        }
    }
    /// Whether the person may come in at an instant.
    pub fn seated(&self, t: Instant) -> bool {
        !self.withdrawn && self.seat == Seat::Active && self.leaves_at().is_none_or(|at| t < at)
    }
    /// The token of that id.
    pub fn token(&self, id: Uuid) -> Option<&Token> {
        self.tokens.iter().find(|t| t.made.token == id)
    }
    /// Whether the person has that role of ours at that site.
    pub fn has(&self, role: OwnerRole, site: SiteId) -> bool {
        self.roles.iter().any(|r| r.role == role && r.site.is_none_or(|s| s == site))
    }
    /// Last day a training or acknowledgement holds at a site.
    pub fn trained_until(&self, key: &str, site: SiteId) -> Option<Day> {
        let fits = self.trainings.iter().filter(|t| t.key == key && t.site.is_none_or(|s| s == site));
        fits.map(|t| t.valid_until).max()
    }
}

/// who manages people gives no role to themselves, and none at more sites than they manage.
pub fn may_give(giver: &Person, to: PersonId, role: RoleAt) -> Result<(), Refusal> {
    if giver.id == to {
        return Err(Refusal::new("R-13", "stop-role-to-oneself"));
    }
    may_take(giver, role)
}

/// nobody gives or takes a role at more sites than they manage.
pub fn may_take(manager: &Person, role: RoleAt) -> Result<(), Refusal> {
    let mut manages = manager.roles.iter().filter(|r| r.role == OwnerRole::Administrator);
    let wide = manages.any(|r| r.site.is_none() || r.site == role.site);
    if wide { Ok(()) } else { Err(Refusal::new("R-13", "stop-role-wider-than-own")) }
}

/// a second person is another one of ours, seated now, who has the power at each of the sites; where no site is
/// meant, at any.
pub fn second(
    author: PersonId,
    second: &Person,
    power: &str,
    sites: &[SiteId],
    now: Now,
    rules: &Rules,
) -> Result<(), Refusal> {
    if second.id == author {
        return Err(Refusal::new("R-13", "stop-second-is-author"));
    }
    let seated = second.facts.employer == Employer::Owner && second.word(now.0) == "active" && second.service.is_none();
    let mut able = second.roles.iter().filter(|r| rules.powers.owner(power, r.role));
    let at = |site: &SiteId| able.clone().any(|r| r.site.is_none_or(|s| s == *site));
    let can = if sites.is_empty() { able.next().is_some() } else { sites.iter().all(at) };
    if seated && can { Ok(()) } else { Err(Refusal::new("R-13", "stop-second-has-no-power")) }
}

impl Thing for Person {
    type Event = PersonEvent;
    const KIND: Kind = Kind::Person;

    fn born(id: Uuid, e: &PersonEvent, at: At) -> Option<Self> {
        match e {
            PersonEvent::Invited(facts) => Some(Person {
                id: PersonId(id),
                facts: facts.clone(),
                seat: Seat::Invited,
                seat_since: at.at,
                roles: Vec::new(),
                from_groups: Vec::new(),
                barred: Vec::new(),
                identity_until: None,
                mfa: MfaSet { on_path: Known::Unknown, on_person: Known::Unknown },
                trainings: Vec::new(),
                notices: Vec::new(),
                keys: Vec::new(),
                recovery: None,
                tokens: Vec::new(),
                service: None,
                withdrawn: false,
            }),
            PersonEvent::ServiceMade(made) => {
                let facts = PersonFacts {
                    employer: Employer::Owner,
                    reference: made.reference.clone(),
                    // A machine signs in nowhere: its name stands where people's login stands.
                    handle: made.name.clone(),
                    name: made.name.clone(),
                    sort: made.sort.clone(),
                    provider_roles: Vec::new(),
                    key_person: false,
                };
                let person = Person::born(id, &PersonEvent::Invited(facts), at)?;
                Some(Person { seat: Seat::Active, service: Some(Service { owner: made.owner }), ..person })
            }
            PersonEvent::Revised(_)
            | PersonEvent::Activated(_)
            | PersonEvent::Suspended(_)
            | PersonEvent::Resumed(_)
            | PersonEvent::RoleGiven(_)
            | PersonEvent::RoleTaken(_)
            | PersonEvent::IdentityVerified(_)
            | PersonEvent::MfaSet(_)
            | PersonEvent::TrainingRecorded(_)
            | PersonEvent::NoticeReceived(_)
            | PersonEvent::NoticeCleared(_)
            | PersonEvent::NoticeWithdrawn(_)
            | PersonEvent::KeyAdded(_)
            | PersonEvent::KeyRemoved(_)
            | PersonEvent::PasskeyDoubted(_)
            | PersonEvent::SignatureFailed(_)
            | PersonEvent::SignedOut(_)
            | PersonEvent::RecoveryMade(_)
            | PersonEvent::RecoveryUsed(_)
            | PersonEvent::TokenMade(_)
            | PersonEvent::TokenRevoked(_)
            | PersonEvent::ServiceHandedOver(_)
            | PersonEvent::Withdrawn(_) => None,
        }
    }

    fn apply(&mut self, e: &PersonEvent, at: At) {
        match e {
            PersonEvent::Invited(facts) | PersonEvent::Revised(facts) => self.facts = facts.clone(),
            PersonEvent::Activated(_) | PersonEvent::Resumed(_) => self.sit(Seat::Active, at.at),
            PersonEvent::Suspended(_) => self.sit(Seat::Suspended, at.at),
            PersonEvent::RoleGiven(role) => self.gain(*role, at),
            PersonEvent::RoleTaken(role) => self.part_with(*role, at),
            PersonEvent::IdentityVerified(v) => self.identity_until = Some(v.until),
            PersonEvent::MfaSet(mfa) => self.mfa = *mfa,
            PersonEvent::TrainingRecorded(t) => {
                self.trainings.retain(|old| (&old.key, old.site) != (&t.key, t.site));
                self.trainings.push(t.clone());
            }
            PersonEvent::NoticeReceived(n) => {
                self.notices.push(Noticed {
                    notice: n.clone(),
                    recorded_at: at.at,
                    cleared: Vec::new(),
                    withdrawn: None,
                });
            }
            PersonEvent::NoticeCleared(c) => {
                for n in &mut self.notices {
                    let known = n.cleared.iter().any(|x| (x.engagement, x.site) == (c.engagement, c.site));
                    if !known {
                        n.cleared.push(Cleared { engagement: c.engagement, site: c.site, at: at.at });
                    }
                }
            }
            PersonEvent::NoticeWithdrawn(w) => {
                let same = |n: &&mut Noticed| (n.notice.kind, n.notice.effective_at) == (w.kind, w.effective_at);
                for n in self.notices.iter_mut().filter(same) {
                    n.withdrawn.get_or_insert(at.at);
                }
            }
            PersonEvent::KeyAdded(key) => {
                self.keys.retain(|k| k.fingerprint != key.fingerprint);
                self.keys.push(key.clone());
            }
            PersonEvent::KeyRemoved(key) => self.lose(&key.fingerprint),
            // Sign-in sessions are working state; that somebody ended them is all there is to know.
            PersonEvent::SignedOut(_) => {}
            // They are told by their entries; what the person is and may do stays as it was.
            PersonEvent::SignatureFailed(_) | PersonEvent::PasskeyDoubted(_) => {}
            PersonEvent::RecoveryMade(made) => {
                self.recovery = Some(Recovery { made: made.clone(), made_at: at.at, used: Vec::new() });
            }
            PersonEvent::RecoveryUsed(used) => {
                if let Some(recovery) = self.recovery.as_mut().filter(|r| r.opens(used.code)) {
                    recovery.used.push(used.code);
                }
            }
            PersonEvent::TokenMade(made) => self.keep_token(made, at),
            PersonEvent::TokenRevoked(gone) => {
                if let Some(token) = self.tokens.iter_mut().find(|t| t.made.token == gone.token) {
                    token.revoked.get_or_insert((at.at, at.by));
                }
            }
            // An account is a machine's from its first event on.
            PersonEvent::ServiceMade(_) => {}
            PersonEvent::ServiceHandedOver(to) => {
                self.service.iter_mut().for_each(|service| service.owner = to.owner);
            }
            PersonEvent::Withdrawn(_) => self.withdrawn = true,
        }
    }

    fn withdrawn(&self) -> bool {
        self.withdrawn
    }

    fn card(&self) -> Card {
        let provider = self.provider();
        Card {
            reference: self.facts.reference.clone(),
            label: Label::Private(self.facts.name.clone()),
            provider,
            shared: provider.is_some(),
            links: provider
                .map(|p| ("employer", p.into()))
                .into_iter()
                .chain(self.service.map(|s| ("owner", s.owner.into())))
                .collect(),
            state: Some(match self.seat {
                Seat::Invited => "invited",
                Seat::Active => "active",
                Seat::Suspended => "suspended",
            }),
            ..Card::default()
        }
    }

    fn emits(&self, rules: &Rules) -> Emits {
        let touched = self.notices.iter().flat_map(|n| n.notice.touches.iter().map(move |t| (n, t)));
        let mut holds: Vec<Hold> = self.leaves_at().map(|at| self.hold("R-27", at)).into_iter().collect();
        if self.seat == Seat::Suspended {
            holds.push(self.hold("R-15", self.seat_since));
        }
        Emits { reasons: touched.filter_map(|(n, t)| self.late(n, t, rules)).collect(), holds, ..Emits::default() }
    }

    fn lines(&self, _rules: &Rules) -> Vec<(&'static str, Line<&'static str>)> {
        let turns = self.leaves_at().into_iter().collect();
        let mut lines = vec![("state", Line::of(turns, |t| self.word(t)))];
        if self.service.is_some() {
            lines.push(("service", Line::of(Vec::new(), |_| "yes")));
        }
        if !self.tokens.is_empty() {
            let ends = self.tokens.iter().map(|t| t.made.until).collect();
            let open = |t: Instant| self.tokens.iter().any(|token| token.word(t) == "open");
            lines.push(("tokens", Line::of(ends, |t| if open(t) { "open" } else { "ended" })));
            lines.push(("has-tokens", Line::of(Vec::new(), |_| "yes")));
        }
        lines
    }
}

impl Person {
    /// Whether they have a credential of this kind.
    pub fn has_key(&self, kind: KeyKind) -> bool {
        self.keys.iter().any(|k| k.kind == kind)
    }

    /// Their SSH keys: a gateway knows people by nothing else.
    pub fn ssh_keys(&self) -> impl Iterator<Item = &KeyAdded> {
        self.keys.iter().filter(|k| k.kind == KeyKind::Ssh)
    }

    /// Whether this is an SSH key of theirs.
    pub fn holds_ssh(&self, fingerprint: &str) -> bool {
        self.ssh_keys().any(|k| k.fingerprint == fingerprint)
    }

    /// Whether this credential is all that lets them sign in: whoever took it away from themselves could never come
    /// back alone.
    pub fn only_way_in(&self, fingerprint: &str) -> bool {
        let mut ways = self.keys.iter().filter(|k| k.kind != KeyKind::Ssh);
        ways.next().is_some_and(|k| k.fingerprint == fingerprint) && ways.next().is_none()
    }

    /// Whether anything lets them sign in: an SSH key alone opens no page.
    pub fn has_way_in(&self) -> bool {
        self.keys.iter().any(|k| k.kind != KeyKind::Ssh)
    }

    /// A role that stands anew; whose it is to take it away goes by who gave it.
    fn gain(&mut self, role: RoleAt, at: At) {
        self.roles.retain(|r| *r != role);
        self.roles.push(role);
        self.from_groups.retain(|r| *r != role);
        self.barred.retain(|r| *r != role);
        if at.by == Actor::IdentityProvider {
            self.from_groups.push(role);
        }
    }

    /// A role that stands no more. What people take from somebody with an account elsewhere, no group gives again,
    /// whoever gave it first; it goes without that when the account goes by which the groups were told.
    fn part_with(&mut self, role: RoleAt, at: At) {
        self.roles.retain(|r| *r != role);
        let by_people = at.by != Actor::IdentityProvider && self.has_key(KeyKind::SignOn);
        if by_people && !self.barred.contains(&role) {
            self.barred.push(role);
        }
        self.from_groups.retain(|r| *r != role);
    }

    fn sit(&mut self, seat: Seat, at: Instant) {
        self.seat = seat;
        self.seat_since = at;
    }

    /// A new token stands beside those that do; of the ended ones the newest stay in the row.
    fn keep_token(&mut self, made: &TokenMade, at: At) {
        token::keep(&mut self.tokens, at.at);
        self.tokens.push(Token { made: made.clone(), made_at: at.at, made_by: at.by, revoked: None });
    }

    /// A key goes; with a password the recovery codes beside it.
    fn lose(&mut self, fingerprint: &str) {
        let password = |k: &KeyAdded| k.fingerprint == fingerprint && k.kind == KeyKind::Password;
        if self.keys.iter().any(password) {
            self.recovery = None;
        }
        self.keys.retain(|k| k.fingerprint != fingerprint);
    }

    /// When the person leaves or left, by the first leaver notice.
    pub fn leaves_at(&self) -> Option<Instant> {
        let leavers = self.notices.iter().filter(|n| n.notice.kind == NoticeKind::Leaver && n.withdrawn.is_none());
        leavers.map(|n| n.notice.effective_at).min()
    }
    /// Invited, active, suspended or left at an instant. Before the last change of seat it says the present seat; what
    /// was known then is asked of the fold up to then.
    pub fn word(&self, t: Instant) -> &'static str {
        match self.seat {
            _ if self.leaves_at().is_some_and(|at| at <= t) => "left",
            Seat::Invited => "invited",
            Seat::Active => "active",
            Seat::Suspended => "suspended",
        }
    }

    /// a leaver who was told of too late, at each engagement and site the person could reach.
    fn late(&self, n: &Noticed, touches: &Touches, rules: &Rules) -> Option<Reason> {
        let late = n.notice.notified_at.secs_since(n.notice.effective_at);
        let row = rules.standing.row("personnel-notice-late").filter(|_| n.notice.kind == NoticeKind::Leaver)?;
        let since = Since {
            start: Start::At(n.recorded_at),
            zone: &touches.zone,
            tier: touches.tier,
            announced_at: n.recorded_at,
            late_secs: Some(late),
        };
        let steps = steps(row, since, rules);
        let cleared = n.cleared.iter().find(|c| (c.engagement, c.site) == (touches.engagement, touches.site));
        (!steps.is_empty()).then(|| Reason {
            key: row.key.clone(),
            rule: row.rule.clone(),
            engagement: touches.engagement,
            site: touches.site,
            class: row.class,
            party: n.notice.party,
            counts: n.notice.party == Party::Provider,
            steps,
            until: [cleared.map(|c| c.at), n.withdrawn].into_iter().flatten().min(),
            announced_at: n.recorded_at,
            clears: format!("clears-{}", row.clears),
            source: self.id.into(),
            clause: None,
        })
    }

    fn hold(&self, rule: &str, from: Instant) -> Hold {
        Hold {
            rule: rule.to_owned(),
            effect: Effect::NoNewAccess,
            cause: Cause::Security,
            on: Held::Person(self.id),
            site: None,
            from,
            until: None,
            source: self.id.into(),
        }
    }
}

#[cfg(test)]
#[path = "person_tests.rs"]
pub(crate) mod tests;
