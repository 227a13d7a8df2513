//! A session or connection that was seen. Whether a grant covers it is asked of the grant; until somebody
//! attributes it, an unmatched connection is nobody's doing.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{
        At, Emits, Instant, Kind, Line, Party, PersonId, Private, Proof, ProofKind, Ref, SessionId, Text, level::words,
    },
    event::witness::{
        AdjacentNoted, Ending, OtherKeyShown, Part, SessionClosing, SessionCut, SessionEvent, SessionNoticed,
        SessionSafe, SessionStarted, SessionTold,
    },
    permit::grant::Grant,
    rules::Rules,
    thing::{Card, Thing},
    witness::{
        brought::Brought,
        cut_off::{CutOffSeen, ReadOut},
        retention::Kept,
    },
};

words! {
    /// How a session compares with the grant it claims.
    Cover { Covered = "covered", OutOfScope = "out-of-scope", OutOfRole = "out-of-role", Overrun = "overrun",
            Unmatched = "unmatched" }
}

/// The stored word of a session that did not end.
pub const RUNNING: &str = "running";

/// Seconds for which a recording stays open to whoever said what they look for.
pub const VIEW: i64 = 60 * 60;

/// Somebody opened a part of a recording: the last time they did.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct View {
    pub by: PersonId,
    pub at: Instant,
    /// Nothing while the session ran.
    pub part: Option<u32>,
    pub purpose: Private<Text>,
}

/// A session as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    pub id: SessionId,
    pub facts: SessionStarted,
    /// When it ended and how; occurring, not recording.
    pub ended: Option<(Instant, Ending)>,
    /// The last sign of the attendant.
    pub attended: Option<Instant>,
    /// Whose doing it was, once somebody said so; a claimed grant says nothing by itself.
    pub party: Party,
    /// Whether the record is complete, once somebody looked.
    pub complete: Option<bool>,
    /// When the entry was made, which is not when it happened.
    pub recorded: Instant,
    /// Who entered it, where a person did.
    #[serde(default)]
    pub entered_by: Option<PersonId>,
    /// Who looked at it as a second person.
    #[serde(default)]
    pub reviewed_by: Option<PersonId>,
    /// What a person told of it, where it is a line of the logbook.
    #[serde(default)]
    pub told: Option<SessionTold>,
    /// The line that stands for this one.
    #[serde(default)]
    pub corrected_by: Option<SessionId>,
    /// What was wrong with it.
    #[serde(default)]
    pub corrected_for: Option<Private<Text>>,
    /// What the person was told before it began, where a gateway let them in.
    #[serde(default)]
    pub noticed: Option<Box<SessionNoticed>>,
    /// Since when nothing new begins in it, and why; the latest word.
    #[serde(default)]
    pub closing: Option<SessionClosing>,
    /// The area said that it can end.
    #[serde(default)]
    pub safe: Option<SessionSafe>,
    /// A person ends it now.
    #[serde(default)]
    pub cut: Option<SessionCut>,
    /// The key that the system showed in place of the pinned one.
    #[serde(default)]
    pub other_key: Option<OtherKeyShown>,
    /// What was recorded.
    #[serde(default)]
    pub parts: Vec<Part>,
    /// Where the parts are from, if somebody brought them from elsewhere: one for each. A gateway's own have none.
    #[serde(default)]
    pub brought: Vec<Brought>,
    /// What those are sealed with.
    #[serde(default)]
    pub brought_seal: Option<Private<Text>>,
    /// Who opened it: each person and part once, the last time.
    #[serde(default)]
    pub views: Vec<View>,
    /// Why what was recorded is kept beyond its time; each ground once.
    #[serde(default)]
    pub kept: Vec<Kept>,
    /// When it was deleted.
    #[serde(default)]
    pub deleted: Option<Instant>,
    /// What sources beside the system have of it, each the last time somebody looked; nothing stays nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adjacent: Vec<AdjacentNoted>,
    /// By which code it began while its gateway could not reach the core.
    #[serde(default)]
    pub cut_off: Option<CutOffSeen>,
}

impl Session {
    /// A session that is not recorded yet, to compare it with a grant before it is.
    pub fn begun(facts: SessionStarted) -> Session {
        let recorded = facts.started;
        Session {
            id: SessionId(Uuid::nil()),
            facts,
            ended: None,
            attended: None,
            party: Party::Unknown,
            complete: None,
            recorded,
            entered_by: None,
            reviewed_by: None,
            told: None,
            corrected_by: None,
            corrected_for: None,
            noticed: None,
            closing: None,
            safe: None,
            cut: None,
            other_key: None,
            parts: Vec::new(),
            brought: Vec::new(),
            brought_seal: None,
            views: Vec::new(),
            kept: Vec::new(),
            deleted: None,
            adjacent: Vec::new(),
            cut_off: None,
        }
    }

    /// A part of the recording by its number, from one.
    pub fn part(&self, number: u32) -> Option<&Part> {
        self.parts.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    /// Until when a part is open to somebody, who said what they look for; nothing where it is not.
    pub fn open_to(&self, by: PersonId, part: Option<u32>, t: Instant) -> Option<Instant> {
        let last = self.views.iter().find(|v| v.by == by && v.part == part)?;
        Some(last.at.plus_secs(VIEW)).filter(|until| last.at <= t && t < *until)
    }

    /// Whether a source beside the system, on which a measure rested, has nothing of it.
    pub fn missed(&self) -> bool {
        self.adjacent.iter().any(|noted| noted.lines == 0)
    }

    /// Whether a gateway lets the person in, and so says itself when it ends.
    pub fn gated(&self) -> bool {
        self.noticed.is_some()
    }

    /// Whether somebody is inside at an instant: the predicate of *who is inside now*.
    pub fn inside(&self, t: Instant) -> bool {
        self.corrected_by.is_none() && self.facts.started <= t && self.ended.is_none_or(|(end, _)| t < end)
    }

    /// When a person ended it at once, if somebody did.
    pub fn cut(&self) -> Option<Instant> {
        self.ended.filter(|(_, how)| *how == Ending::Disconnect).map(|(at, _)| at)
    }

    /// When it can have ended, if whoever tells it now says so many seconds ago: never before it began or the attendant
    /// was last there, never after now.
    pub fn could_end(&self, now: Instant, ago: i64) -> Instant {
        let least = self.attended.map_or(self.facts.started, |at| at.max(self.facts.started));
        now.plus_secs(ago.max(0).saturating_neg()).clamp(least, now.max(least))
    }

    /// When somebody of ours was beside it last: a sign of the attendant, or the code they read out.
    pub fn beside(&self) -> Option<Instant> {
        self.attended.or(self.cut_off.as_ref().map(|_| self.facts.started))
    }

    /// The stored word.
    pub fn word(&self) -> &'static str {
        match () {
            () if self.corrected_by.is_some() => "corrected",
            () if self.ended.is_some() => "ended",
            () => RUNNING,
        }
    }

    /// How it compares with a grant. The end counts only once it is known.
    pub fn covered_by(&self, grant: Option<&Grant>) -> Cover {
        let Some(grant) = grant else { return Cover::Unmatched };
        let f = &grant.facts;
        let claims = self.facts.person.is_some_and(|p| p == f.person) && self.facts.grant.is_none_or(|g| g == grant.id);
        if !claims || !grant.usable(self.facts.started) {
            return Cover::Unmatched;
        }
        if self.facts.instance != f.instance {
            return Cover::OutOfScope;
        }
        if self.facts.role.is_some_and(|r| !f.roles.contains(&r)) {
            return Cover::OutOfRole;
        }
        match self.ended {
            Some((end, _))
                if end > grant.window_at(self.facts.started).until || grant.revoked.is_some_and(|r| end > r) =>
            {
                Cover::Overrun
            }
            Some(_) | None => Cover::Covered,
        }
    }
}

impl Thing for Session {
    type Event = SessionEvent;
    const KIND: Kind = Kind::Session;

    fn born(id: Uuid, e: &SessionEvent, at: At) -> Option<Self> {
        let SessionEvent::Started(facts) = e else { return None };
        let (recorded, entered_by) = (at.at, at.by.person());
        Some(Session { id: SessionId(id), recorded, entered_by, ..Session::begun(facts.clone()) })
    }

    fn apply(&mut self, e: &SessionEvent, at: At) {
        match e {
            SessionEvent::Started(facts) => self.facts = facts.clone(),
            SessionEvent::Attended(seen) => {
                self.attended = Some(self.attended.map_or(seen.at, |before| before.max(seen.at)));
            }
            SessionEvent::Ended(end) => self.ended = Some((end.at, end.how)),
            SessionEvent::Attributed(whose) => {
                self.party = whose.party;
                self.facts.provider = whose.provider.or(self.facts.provider);
                self.facts.person = whose.person.or(self.facts.person);
            }
            SessionEvent::Reviewed(looked) => {
                self.complete = Some(looked.complete);
                self.reviewed_by = at.by.person();
            }
            SessionEvent::Told(told) => self.told = Some(told.clone()),
            SessionEvent::Corrected(by) => {
                self.corrected_by = Some(by.corrected_by);
                self.corrected_for = Some(by.reason.clone());
            }
            SessionEvent::Noticed(noticed) => self.noticed = Some(Box::new(noticed.clone())),
            SessionEvent::Closing(closing) => self.closing = Some(closing.clone()),
            SessionEvent::Safe(safe) => self.safe = Some(safe.clone()),
            SessionEvent::Cut(cut) => self.cut = Some(cut.clone()),
            SessionEvent::OtherKeyShown(shown) => self.other_key = Some(shown.clone()),
            SessionEvent::Recorded(recorded) => self.parts.clone_from(&recorded.parts),
            SessionEvent::Brought(brought) => self.bring(brought, at),
            SessionEvent::Viewed(viewed) => {
                if let Some(by) = at.by.person() {
                    let view = View { by, at: at.at, part: viewed.part, purpose: viewed.purpose.clone() };
                    match self.views.iter_mut().find(|v| v.by == by && v.part == view.part) {
                        Some(before) => *before = view,
                        None => self.views.push(view),
                    }
                }
            }
            SessionEvent::RecordingKept(k) => {
                self.kept.retain(|before| before.ground != k.ground);
                let (ground, until, reason) = (k.ground, k.until, k.reason.clone());
                self.kept.push(Kept { ground, by: at.by.person(), at: at.at, until, reason });
            }
            SessionEvent::RecordingReleased(released) => self.kept.retain(|k| k.ground != released.ground),
            SessionEvent::AdjacentNoted(noted) => {
                // That there was nothing stays: a number that somebody says later makes no whole record of it.
                let missed = self.adjacent.iter().any(|before| before.source == noted.source && before.lines == 0);
                if !missed {
                    self.adjacent.retain(|before| before.source != noted.source);
                    self.adjacent.push(noted.clone());
                }
            }
            SessionEvent::RecordingDeleted(_) => self.deleted = Some(at.at),
            SessionEvent::CutOff(by) => {
                self.cut_off = Some(CutOffSeen::of(by, at.at));
            }
            SessionEvent::CodeReadOut(read) => {
                let one = ReadOut { person: read.person, by: at.by.person(), at: at.at };
                self.cut_off.iter_mut().for_each(|by| by.read_out.push(one));
            }
        }
    }

    fn card(&self) -> Card {
        let f = &self.facts;
        let mut links: Vec<(&'static str, Ref)> = vec![("instance", f.instance.into())];
        links.extend(f.engagement.map(|e| ("engagement", e.into())));
        links.extend(f.person.map(|p| ("person", p.into())));
        links.extend(f.grant.map(|g| ("grant", g.into())));
        links.extend(self.of_account());
        links.extend(f.attendant.map(|p| ("attendant", p.into())));
        if let Some(told) = &self.told {
            links.extend(told.visit.map(|v| ("visit", v.into())));
            links.extend(told.corrects.map(|s| ("corrects", s.into())));
        }
        Card {
            reference: Some(f.reference.clone()),
            sites: vec![f.site],
            provider: f.provider,
            // A connection nobody attributed is not shown to a provider that may have nothing to do with it.
            // What somebody of ours saw and wrote down of their people they may read.
            shared: f.grant.is_some() || self.party == Party::Provider || self.told.is_some(),
            links,
            at: Some(f.started),
            state: Some(self.word()),
            ..Card::default()
        }
    }

    fn lines(&self, rules: &Rules) -> Vec<(&'static str, Line<&'static str>)> {
        if self.parts.is_empty() {
            return Vec::new();
        }
        vec![("recording", Line::of(self.retention_turns(rules), |t| self.retention(rules, t).as_str()))]
    }

    fn emits(&self, _rules: &Rules) -> Emits {
        Emits { duties: self.duty().into_iter().collect(), ..self.proof() }
    }
}

impl Session {
    fn proof(&self) -> Emits {
        let Some((end, _)) = self.ended else { return Emits::default() };
        // What a person told is a claim and no record; a line that was corrected is not even that.
        if self.told.is_some() || self.corrected_by.is_some() {
            return Emits::default();
        }
        // An incomplete record proves nothing, an unattributed one nothing about a provider.
        if self.complete != Some(true) || self.facts.grant.is_none() {
            return Emits::default();
        }
        let proof = Proof {
            requirement: None,
            kind: ProofKind::Session,
            engagement: self.facts.engagement,
            at: end,
            source: self.id.into(),
        };
        Emits { proofs: vec![proof], ..Emits::default() }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{
        base::{
            Actor, Commit, EndMode, EngagementId, GrantId, InstanceId, PersonId, ProviderId, Role, SiteId, Slot, Window,
        },
        event::{
            permit::{GrantEvent, GrantOpened},
            witness::{PartKind, Seen, SessionEnded, SessionReviewed, SessionViewed},
        },
        permit::sample,
        witness::acts,
    };

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }
    pub fn s(secs: i64) -> Instant {
        Instant::from_micros(0).plus_secs(secs)
    }
    pub fn at(secs: i64) -> At {
        At { at: s(secs), by: Actor::Genesis, seq: 1 }
    }
    /// From 100 to 200 s, for one person by the gateway.
    pub fn grant() -> Grant {
        let facts = GrantOpened {
            roles: vec![Role::View],
            window: Window { from: s(100), until: s(200) },
            end_mode: EndMode::Hard,
            ..sample::granted()
        };
        Grant::born(id(500), &GrantEvent::Opened(Box::new(facts)), at(50)).unwrap()
    }
    pub fn session(started: i64) -> Session {
        let facts = SessionStarted {
            reference: "SES-1".into(),
            person: Some(PersonId(id(901))),
            instance: InstanceId(id(61)),
            site: SiteId(id(1)),
            provider: Some(ProviderId(id(9))),
            engagement: Some(EngagementId(id(25))),
            grant: Some(GrantId(id(500))),
            account: None,
            role: Some(Role::View),
            attendant: None,
            seen: Seen::Gateway,
            confirmed_by: None,
            started: s(started),
        };
        Session::born(id(7), &SessionEvent::Started(facts), at(started)).unwrap()
    }

    #[test]
    fn a_session_is_covered_or_says_how_not() {
        let g = grant();
        let with = |edit: fn(&mut Session)| {
            let mut session = session(120);
            edit(&mut session);
            session.covered_by(Some(&g))
        };
        assert_eq!(with(|_| ()), Cover::Covered);
        assert_eq!(with(|x| x.facts.instance = InstanceId(id(62))), Cover::OutOfScope);
        assert_eq!(with(|x| x.facts.role = Some(Role::Configure)), Cover::OutOfRole);
        assert_eq!(with(|x| x.ended = Some((s(201), Ending::User))), Cover::Overrun);
        assert_eq!(with(|x| x.facts.person = None), Cover::Unmatched);
        assert_eq!(with(|x| x.facts.started = s(99)), Cover::Unmatched);
        assert_eq!(session(120).covered_by(None), Cover::Unmatched);
        // nobody's doing until somebody says so
        assert_eq!(session(120).party, Party::Unknown);
    }

    #[test]
    fn a_recording_is_open_to_whoever_said_why_for_an_hour_and_part_by_part() {
        let mut x = session(120);
        let purpose = || Private::sealed(Commit("ab".into()), Slot(id(3)));
        let viewed = |part| SessionEvent::Viewed(SessionViewed { part, purpose: purpose() });
        let (one, other) = (PersonId(id(1)), PersonId(id(2)));
        let by = |secs, person| At { by: Actor::Person(person), ..at(secs) };
        x.apply(&viewed(Some(1)), by(1_000, one));
        assert_eq!(x.open_to(one, Some(1), s(1_000)), Some(s(1_000 + VIEW)));
        assert_eq!(x.open_to(one, Some(1), s(999 + VIEW)), Some(s(1_000 + VIEW)));
        assert_eq!(x.open_to(one, Some(1), s(1_000 + VIEW)), None);
        assert_eq!(x.open_to(one, Some(2), s(1_000)), None);
        assert_eq!(x.open_to(one, None, s(1_000)), None);
        assert_eq!(x.open_to(other, Some(1), s(1_000)), None);
        // opened again it is open anew, and stands once
        x.apply(&viewed(Some(1)), by(9_000, one));
        x.apply(&viewed(None), by(9_000, one));
        assert_eq!((x.views.len(), x.open_to(one, Some(1), s(9_001))), (2, Some(s(9_000 + VIEW))));
    }

    #[test]
    fn a_part_is_viewed_when_it_is_there_and_what_runs_while_it_runs() {
        let no = |s: &Session, part, by: u128| acts::may_view(s, part, PersonId(id(by))).err().map(|r| r.say.id);
        let mut x = session(120);
        assert_eq!(no(&x, None, 1), Some("refuse-view-none"), "no gateway recorded it");
        let text = || Private::sealed(Commit("ab".into()), Slot(id(3)));
        let (language, key, gateway) = ("en".into(), "k".into(), "g".into());
        let seal = text();
        let noticed = SessionNoticed { notice: 1, language, key, from: text(), gateway, seal, days: None };
        x.noticed = Some(Box::new(noticed));
        assert_eq!(no(&x, None, 1), None);
        assert_eq!(no(&x, None, 901), Some("refuse-view-oneself"));
        assert_eq!(no(&x, Some(1), 1), Some("refuse-view-none"), "nothing is kept while it runs");
        let (blob, head) = (String::new(), String::new());
        x.parts = vec![Part { kind: PartKind::Log, blob, sealed: 0, bytes: 0, lines: 0, head, gaps: 0 }];
        x.ended = Some((s(150), Ending::User));
        assert_eq!(no(&x, None, 1), Some("refuse-view-ended"));
        assert_eq!([0, 1, 2].map(|n| no(&x, Some(n), 1).is_none()), [false, true, false]);
    }

    #[test]
    fn inside_ends_with_the_session_and_only_complete_records_prove() {
        let mut x = session(120);
        assert!(!x.inside(s(119)) && x.inside(s(120)) && x.inside(s(9_999)));
        x.apply(&SessionEvent::Ended(SessionEnded { at: s(150), how: Ending::User }), at(151));
        assert!(x.inside(s(149)) && !x.inside(s(150)));
        assert!(x.emits(&Rules::default()).proofs.is_empty());
        x.apply(&SessionEvent::Reviewed(SessionReviewed { complete: true, note: None }), at(160));
        assert_eq!(x.emits(&Rules::default()).proofs.len(), 1);
    }

    #[test]
    fn an_end_that_is_told_later_lies_between_the_last_sign_of_it_and_now() {
        let mut x = session(120);
        assert_eq!(x.could_end(s(200), 0), s(200));
        assert_eq!(x.could_end(s(200), 30), s(170));
        // whoever says longer ago than it began, or than the attendant was there, is not believed so far
        assert_eq!(x.could_end(s(200), 500), s(120));
        assert_eq!(x.could_end(s(200), i64::MAX), s(120));
        x.attended = Some(s(150));
        assert_eq!(x.could_end(s(200), 90), s(150));
        // nobody ends it in the future
        assert_eq!(x.could_end(s(200), -5), s(200));
        assert_eq!(x.could_end(s(200), i64::MIN), s(200));
    }
}
