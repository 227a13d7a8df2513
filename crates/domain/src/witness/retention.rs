//! How long the recording of a session is kept. People are told a number of days before they are recorded; that
//! number stands. Whoever has a reason keeps a recording longer; when its time is over it is deleted, and the entries
//! of the session stay with sizes and digests.

use serde::{Deserialize, Serialize};

use super::session::Session;
use crate::{
    base::{Actor, At, Instant, Invalid, PersonId, Private, Refusal, Slot, Text, Why, level::words},
    event::witness::{Keeping, RecordingDeleted, SessionEvent},
    rules::Rules,
};

/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;
/// The fewest days and the most that may be set for a site: somebody has to have looked, and nobody promises decades.
pub const DAYS: (u32, u32) = (7, 3_650);

/// Days for which what is recorded of people is kept at least where nobody told them a number.
const UNTOLD: u32 = 90;

words! {
    /// How it stands with what was recorded of a session.
    Retention { Nothing = "nothing", Kept = "kept", Held = "held", Due = "due", Deleted = "deleted" }
}

/// Why a recording is kept beyond its time.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    pub ground: Keeping,
    pub by: Option<PersonId>,
    pub at: Instant,
    /// Nothing: until somebody releases it.
    pub until: Option<Instant>,
    pub reason: Private<Text>,
}

impl Kept {
    fn holds(&self, t: Instant) -> bool {
        self.until.is_none_or(|until| t < until)
    }
}

impl Session {
    /// Days for which it is kept.
    pub fn keep_days(&self, rules: &Rules) -> u32 {
        let told = self.noticed.as_ref().and_then(|n| n.days);
        // Of several that were brought the longest time counts: none goes before the one that was said of it.
        let brought = || self.brought.iter().map(|b| b.days).max();
        // Nobody was told a number: new rules take away nothing that was there before them.
        told.or_else(brought).unwrap_or_else(|| rules.access.recording_days.max(UNTOLD))
    }

    /// When its time is over, whatever is held: nothing where nothing is recorded. What was brought had no time before
    /// it came, and a session whose end nobody knows keeps it no longer. The first one counts: whoever brings another
    /// file later makes nothing stay longer that is there already.
    pub fn time_over(&self, rules: &Rules) -> Option<Instant> {
        let end = self.ended.map(|(end, _)| end);
        let from = counted_from(end, self.brought.iter().map(|b| b.at).min()).filter(|_| !self.parts.is_empty())?;
        Some(from.plus_secs(i64::from(self.keep_days(rules)).saturating_mul(DAY)))
    }

    /// Why it is kept beyond its time at an instant.
    pub fn holds(&self, t: Instant) -> impl Iterator<Item = &Kept> {
        self.kept.iter().filter(move |k| k.holds(t))
    }

    /// From when it is to be deleted, as things stand; nothing where somebody has to release it first.
    pub fn due(&self, rules: &Rules) -> Option<Instant> {
        let over = self.time_over(rules)?;
        self.kept.iter().try_fold(over, |due, kept| Some(due.max(kept.until?)))
    }

    /// How it stands with what was recorded.
    pub fn retention(&self, rules: &Rules, t: Instant) -> Retention {
        let Some(over) = self.time_over(rules) else { return Retention::Nothing };
        match () {
            () if self.deleted.is_some() => Retention::Deleted,
            () if t < over => Retention::Kept,
            () if self.holds(t).next().is_some() => Retention::Held,
            () => Retention::Due,
        }
    }

    /// The instants at which that changes because time passes.
    pub(super) fn retention_turns(&self, rules: &Rules) -> Vec<Instant> {
        self.time_over(rules).into_iter().chain(self.kept.iter().filter_map(|k| k.until)).collect()
    }
}

/// From when on days are counted: the end of the session, or when it was brought where that is later.
fn counted_from(end: Option<Instant>, brought: Option<Instant>) -> Option<Instant> {
    end.max(brought)
}

/// What a look at the record keeps of a session, entry by entry, to tell whether its recording was rightly deleted: an
/// entry that says so without its time being over, or in somebody else's name, makes no lost file a deleted one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Trace {
    seal: Option<Slot>,
    days: Option<u32>,
    end: Option<Instant>,
    brought: Option<Instant>,
    kept: Vec<(Keeping, Option<Instant>)>,
}

impl Trace {
    /// Takes the next entry of the session.
    pub fn see(&mut self, e: &SessionEvent, at: At) {
        match e {
            SessionEvent::Noticed(noticed) => (self.seal, self.days) = (Some(noticed.seal.slot), noticed.days),
            SessionEvent::Ended(ended) => self.end = Some(ended.at),
            SessionEvent::Brought(brought) => {
                self.seal = self.seal.or(brought.seal.as_ref().map(|seal| seal.slot));
                self.days = self.days.max(Some(brought.days));
                self.brought = self.brought.or(Some(at.at));
            }
            SessionEvent::RecordingKept(kept) => {
                self.kept.retain(|(ground, _)| *ground != kept.ground);
                self.kept.push((kept.ground, kept.until));
            }
            SessionEvent::RecordingReleased(released) => self.kept.retain(|(ground, _)| *ground != released.ground),
            _ => {}
        }
    }

    /// Whether an entry deleted it as the rules are: by nobody, of this key, when its time was over and nothing held.
    pub fn rightly(&self, e: &RecordingDeleted, at: At) -> bool {
        let days = self.days.map_or(e.days >= UNTOLD, |told| told == e.days);
        let from = counted_from(self.end, self.brought);
        let over = from.map(|from| from.plus_secs(i64::from(e.days).saturating_mul(DAY)));
        let held = self.kept.iter().any(|(_, until)| until.is_none_or(|until| at.at < until));
        let due = over.is_some_and(|over| over <= e.due && e.due <= at.at);
        at.by == Actor::Retention && self.seal == Some(e.slot) && days && due && !held
    }
}

/// A number of days for the recordings of a site.
pub fn may_set_days(days: u32) -> Result<(), Invalid> {
    let (least, most) = DAYS;
    if (least..=most).contains(&days) {
        return Ok(());
    }
    let why = Why::of("invalid-recording-days").with("least", least).with("most", most);
    Err(Invalid::field("days", why))
}

/// Somebody keeps a recording beyond its time: while the session runs already, so that nobody has to come back for it.
/// For the same reason again where that makes it longer: a hold that ends must not let go what another one needs.
pub fn may_keep(s: &Session, ground: Keeping, until: Option<Instant>) -> Result<(), Refusal> {
    let longer = |k: &Kept| k.until.is_some_and(|is| until.is_none_or(|until| until > is));
    match () {
        () if s.parts.is_empty() && (!s.gated() || s.ended.is_some()) => Err(Refusal::new("R-37", "refuse-keep-none")),
        () if s.deleted.is_some() => Err(Refusal::new("R-37", "refuse-keep-deleted")),
        () if s.kept.iter().any(|k| k.ground == ground && !longer(k)) => Err(Refusal::new("R-37", "refuse-keep-twice")),
        () => Ok(()),
    }
}

/// It goes by its time again.
pub fn may_release(s: &Session, ground: Keeping) -> Result<(), Refusal> {
    match () {
        () if s.deleted.is_some() => Err(Refusal::new("R-37", "refuse-keep-deleted")),
        () if s.kept.iter().all(|k| k.ground != ground) => Err(Refusal::new("R-37", "refuse-release-none")),
        () => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        base::{Commit, Slot},
        event::witness::{
            Ending, Part, PartKind, RecordingKept, RecordingReleased, SessionEnded, SessionNoticed, SessionRecorded,
        },
        thing::Thing,
        witness::session::tests::{at, s, session},
    };

    fn text() -> Private<Text> {
        Private::sealed(Commit("ab".into()), Slot(Uuid::from_u128(3)))
    }
    fn rules() -> Rules {
        Rules::builtin().unwrap()
    }
    /// Ended at 150 s, recorded, and told a number of days.
    fn recorded(days: Option<u32>) -> Session {
        let (language, key, gateway) = ("en".into(), "k".into(), "g".into());
        let noticed = SessionNoticed { notice: 3, language, key, from: text(), gateway, seal: text(), days };
        let (blob, head) = ("ab".into(), String::new());
        let part = Part { kind: PartKind::Log, blob, sealed: 9, bytes: 3, lines: 1, head, gaps: 0 };
        let mut x = session(120);
        x.apply(&SessionEvent::Noticed(noticed), at(120));
        x.apply(&SessionEvent::Recorded(SessionRecorded { parts: vec![part] }), at(150));
        x.apply(&SessionEvent::Ended(SessionEnded { at: s(150), how: Ending::User }), at(150));
        x
    }
    fn keep(ground: Keeping, until: Option<Instant>) -> SessionEvent {
        SessionEvent::RecordingKept(RecordingKept { ground, until, reason: text() })
    }

    #[test]
    fn what_people_were_told_stands_whatever_the_rules_say_later() {
        let mut later = rules();
        later.access.recording_days = 3_000;
        assert_eq!(recorded(Some(30)).time_over(&later), Some(s(150 + 30 * DAY)));
        assert_eq!(recorded(None).time_over(&later), Some(s(150 + 3_000 * DAY)), "nobody was told: the rules");
        later.access.recording_days = 7;
        assert_eq!(recorded(None).time_over(&later), Some(s(150 + 90 * DAY)), "and never less than before");
        assert_eq!(session(120).time_over(&rules()), None, "nothing is recorded");
    }

    #[test]
    fn holds_win_until_they_end_or_are_released() {
        let (rules, over) = (rules(), 150 + 30 * DAY);
        let mut x = recorded(Some(30));
        let is = |x: &Session, t| x.retention(&rules, s(t));
        assert_eq!([over - 1, over].map(|t| is(&x, t)), [Retention::Kept, Retention::Due]);
        x.apply(&keep(Keeping::Gmp, Some(s(over + 10))), at(200));
        assert_eq!(
            [over - 1, over, over + 9, over + 10].map(|t| is(&x, t)),
            [Retention::Kept, Retention::Held, Retention::Held, Retention::Due]
        );
        assert_eq!(x.due(&rules), Some(s(over + 10)));
        x.apply(&keep(Keeping::Hold, None), at(210));
        assert_eq!((is(&x, over * 100), x.due(&rules)), (Retention::Held, None));
        let released = RecordingReleased { ground: Keeping::Hold, second: PersonId(Uuid::nil()), reason: text() };
        x.apply(&SessionEvent::RecordingReleased(released), at(220));
        assert_eq!(x.due(&rules), Some(s(over + 10)), "the other reason still counts");
        x.apply(
            &SessionEvent::RecordingDeleted(RecordingDeleted { days: 30, due: s(over + 10), slot: Slot(Uuid::nil()) }),
            at(over + 11),
        );
        assert_eq!(is(&x, over + 12), Retention::Deleted);
    }

    #[test]
    fn a_hold_is_made_longer_and_never_shorter() {
        let (rules, over) = (rules(), 150 + 30 * DAY);
        let mut x = recorded(Some(30));
        x.apply(&keep(Keeping::Hold, Some(s(over + 10))), at(200));
        let no = |x: &Session, until| may_keep(x, Keeping::Hold, until).err().map(|r| r.say.id);
        assert_eq!(no(&x, Some(s(over + 10))), Some("refuse-keep-twice"));
        assert_eq!((no(&x, Some(s(over + 11))), no(&x, None)), (None, None));
        // also once it is over, as long as nothing was deleted
        x.apply(&keep(Keeping::Hold, Some(s(over + 50))), at(over + 20));
        assert_eq!([over + 49, over + 50].map(|t| x.retention(&rules, s(t))), [Retention::Held, Retention::Due]);
        assert_eq!(x.kept.len(), 1, "each ground once");
        x.apply(&keep(Keeping::Hold, None), at(over + 30));
        assert_eq!((x.due(&rules), no(&x, None)), (None, Some("refuse-keep-twice")));
    }

    #[test]
    fn an_entry_that_deletes_too_early_or_in_another_name_deletes_nothing() {
        let over = 150 + 30 * DAY;
        let (language, key, gateway) = ("en".into(), "k".into(), "g".into());
        let noticed = SessionNoticed { notice: 3, language, key, from: text(), gateway, seal: text(), days: Some(30) };
        let mut trace = Trace::default();
        trace.see(&SessionEvent::Noticed(noticed), at(120));
        trace.see(&SessionEvent::Ended(SessionEnded { at: s(150), how: Ending::User }), at(150));
        let said = RecordingDeleted { days: 30, due: s(over), slot: Slot(Uuid::from_u128(3)) };
        let by = |by, secs| At { by, ..at(secs) };
        let rightly = |trace: &Trace, e: &RecordingDeleted, at| trace.rightly(e, at);
        assert!(rightly(&trace, &said, by(Actor::Retention, over)));
        assert!(!rightly(&trace, &said, by(Actor::Retention, over - 1)), "too early");
        assert!(!rightly(&trace, &said, by(Actor::Gateway, over)), "another actor");
        let other = RecordingDeleted { slot: Slot(Uuid::from_u128(4)), ..said.clone() };
        assert!(!rightly(&trace, &other, by(Actor::Retention, over)), "another value");
        let days = RecordingDeleted { days: 1, due: s(150 + DAY), ..said.clone() };
        assert!(!rightly(&trace, &days, by(Actor::Retention, over)), "another number than they were told");
        trace.see(&keep(Keeping::Hold, None), at(200));
        assert!(!rightly(&trace, &said, by(Actor::Retention, over)), "held");
    }

    #[test]
    fn the_line_says_at_every_instant_what_the_rule_says() {
        let (rules, over) = (rules(), 150 + 30 * DAY);
        let mut x = recorded(Some(30));
        x.apply(&keep(Keeping::Gmp, Some(s(over + 10))), at(200));
        let line = x.lines(&rules).into_iter().find(|(name, _)| *name == "recording").unwrap().1;
        for t in [0, 150, over - 1, over, over + 9, over + 10, over * 9] {
            assert_eq!(*line.at(s(t)), x.retention(&rules, s(t)).as_str(), "at {t}");
        }
    }

    #[test]
    fn who_may_keep_and_release_is_asked_of_what_stands() {
        let no = |said: Result<(), Refusal>| said.err().map(|r| r.say.id);
        assert_eq!(
            no(may_keep(&session(120), Keeping::Hold, None)),
            Some("refuse-keep-none"),
            "no gateway recorded it"
        );
        let mut x = recorded(Some(30));
        assert_eq!(no(may_release(&x, Keeping::Hold)), Some("refuse-release-none"));
        assert_eq!(no(may_keep(&x, Keeping::Hold, None)), None);
        x.apply(&keep(Keeping::Hold, None), at(200));
        assert_eq!(no(may_keep(&x, Keeping::Hold, None)), Some("refuse-keep-twice"));
        assert_eq!(no(may_keep(&x, Keeping::Gmp, None)), None);
        assert_eq!(no(may_release(&x, Keeping::Hold)), None);
        x.deleted = Some(s(1));
        assert_eq!(no(may_keep(&x, Keeping::Gmp, None)), Some("refuse-keep-deleted"));
        assert_eq!(no(may_release(&x, Keeping::Hold)), Some("refuse-keep-deleted"));
        assert_eq!([6, 7, 3_650, 3_651].map(|days| may_set_days(days).is_ok()), [false, true, true, false]);
    }
}
