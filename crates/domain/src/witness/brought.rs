//! A recording that another machine made, brought to the session it is of: a jump host's, or another gateway's. Nobody
//! here saw it being made, so it is named so wherever it stands; kept, opened and deleted it is as one of ours.

use serde::{Deserialize, Serialize};

use super::{retention::Retention, session::Session};
use crate::{
    base::{At, Instant, PersonId, Private, Refusal, Text},
    event::witness::SessionBrought,
    rules::Rules,
};

/// Recordings that are brought to one session at most: as many parts as one of a gateway elsewhere may have.
pub const MOST: usize = 64;

/// Where a part is from.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brought {
    /// SHA-256 of the file as it came.
    pub sha256: String,
    /// Version of its format.
    pub format: u32,
    pub seconds: u64,
    /// Entries of what somebody typed.
    #[serde(default)]
    pub typed: u64,
    /// Which machine made it.
    pub source: Private<Text>,
    /// Who brought it, and when.
    pub by: Option<PersonId>,
    pub at: Instant,
    /// Days for which it is kept.
    pub days: u32,
}

impl Session {
    /// Takes one in.
    pub(super) fn bring(&mut self, e: &SessionBrought, at: At) {
        let SessionBrought { part, sha256, format, seconds, typed, source, seal, days } = e.clone();
        self.parts.push(part);
        self.brought.push(Brought { sha256, format, seconds, typed, source, by: at.by.person(), at: at.at, days });
        self.brought_seal = self.brought_seal.take().or(seal);
    }

    /// The number of the part that a file is, where it was brought before.
    pub fn brought_as(&self, sha256: &str) -> Option<u32> {
        let at = self.brought.iter().position(|b| b.sha256 == sha256)?;
        u32::try_from(at).ok()?.checked_add(1)
    }

    /// What its recordings are sealed with, whoever made them.
    pub fn seal(&self) -> Option<&Private<Text>> {
        self.noticed.as_ref().map(|n| &n.seal).or(self.brought_seal.as_ref())
    }
}

/// Whether somebody may bring a recording to a session. Ours are ours alone: where our gateway recorded, another file
/// would stand beside what it saw as if it were the same. Nobody brings the recording of their own session, and
/// none comes to those whose time is over: it would go with them at once.
pub fn may_bring(s: &Session, by: Option<PersonId>, rules: &Rules, t: Instant) -> Result<(), Refusal> {
    match () {
        () if s.facts.person.is_some() && s.facts.person == by => Err(Refusal::new("R-34", "refuse-bring-oneself")),
        () if s.gated() => Err(Refusal::new("R-19", "refuse-bring-gated")),
        () if s.corrected_by.is_some() => Err(Refusal::new("R-49", "refuse-session-corrected")),
        () if s.deleted.is_some() => Err(Refusal::new("R-37", "refuse-bring-deleted")),
        () if s.retention(rules, t) == Retention::Due => Err(Refusal::new("R-37", "refuse-bring-over")),
        () if s.parts.len() >= MOST => Err(Refusal::new("R-19", "refuse-bring-many")),
        () => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        base::{Actor, Commit, SessionId, Slot},
        event::witness::{
            Ending, Part, PartKind, RecordingDeleted, SessionCorrected, SessionEnded, SessionEvent, SessionNoticed,
        },
        thing::Thing,
        witness::{
            acts::may_view,
            retention::{Trace, may_keep},
            session::tests::{at, s, session},
        },
    };

    const DAY: i64 = 86_400;

    fn text(n: u128) -> Private<Text> {
        Private::sealed(Commit("ab".into()), Slot(Uuid::from_u128(n)))
    }
    fn part() -> Part {
        let (blob, head) = ("ab".into(), String::new());
        Part { kind: PartKind::Terminal, blob, sealed: 9, bytes: 3, lines: 1, head, gaps: 0 }
    }
    fn brought(sha256: &str, days: u32, seal: Option<u128>) -> SessionEvent {
        let (sha256, source, seal) = (sha256.to_owned(), text(8), seal.map(text));
        SessionEvent::Brought(Box::new(SessionBrought {
            part: part(),
            sha256,
            format: 2,
            seconds: 7,
            typed: 0,
            source,
            seal,
            days,
        }))
    }
    fn ended(secs: i64) -> SessionEvent {
        SessionEvent::Ended(SessionEnded { at: s(secs), how: Ending::User })
    }
    fn who(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }
    fn may(x: &Session, by: Option<PersonId>) -> Option<&'static str> {
        no(may_bring(x, by, &Rules::builtin().unwrap(), s(1_000)))
    }
    fn no(said: Result<(), Refusal>) -> Option<&'static str> {
        said.err().map(|r| r.say.id)
    }

    #[test]
    fn whoever_brings_it_is_not_the_one_inside_and_our_own_gateways_word_stands_alone() {
        let x = session(120);
        assert_eq!(may(&x, Some(who(1))), None);
        assert_eq!(may(&x, Some(who(901))), Some("refuse-bring-oneself"));
        let mut detected = session(120);
        detected.facts.person = None;
        assert_eq!(may(&detected, None), None, "nobody knows whose it was");
        let mut gated = session(120);
        let (language, key, gateway) = ("en".into(), "k".into(), "g".into());
        let (from, seal) = (text(1), text(2));
        let noticed = SessionNoticed { notice: 3, language, key, from, gateway, seal, days: None };
        gated.apply(&SessionEvent::Noticed(noticed), at(120));
        assert_eq!(may(&gated, Some(who(1))), Some("refuse-bring-gated"));
        let mut corrected = session(120);
        let by = SessionCorrected { corrected_by: SessionId(Uuid::nil()), reason: text(1) };
        corrected.apply(&SessionEvent::Corrected(by), at(130));
        assert_eq!(may(&corrected, Some(who(1))), Some("refuse-session-corrected"));
        let mut many = session(120);
        many.parts = vec![part(); MOST];
        assert_eq!(may(&many, Some(who(1))), Some("refuse-bring-many"));
        many.deleted = Some(s(1));
        assert_eq!(may(&many, Some(who(1))), Some("refuse-bring-deleted"));
    }

    #[test]
    fn all_of_a_session_are_under_the_first_key_and_each_file_is_one() {
        let mut x = session(120);
        assert_eq!((x.seal(), no(may_view(&x, Some(1), who(1)))), (None, Some("refuse-view-none")));
        x.apply(&brought("one", 90, Some(5)), at(200));
        x.apply(&brought("two", 90, None), at(210));
        assert_eq!(x.seal().map(|p| p.slot), Some(Slot(Uuid::from_u128(5))));
        assert_eq!(["one", "two", "three"].map(|sha| x.brought_as(sha)), [Some(1), Some(2), None]);
        assert_eq!([1, 2, 3].map(|n| no(may_view(&x, Some(n), who(1)))), [None, None, Some("refuse-view-none")]);
        assert_eq!(no(may_view(&x, Some(1), who(901))), Some("refuse-view-oneself"));
        assert_eq!(no(may_view(&x, None, who(1))), Some("refuse-view-none"), "nothing runs that could be watched");
        assert!(x.emits(&Rules::default()).proofs.is_empty(), "what was brought proves nothing by itself (R-19)");
    }

    #[test]
    fn its_days_count_from_the_end_or_from_when_it_came_if_that_is_later() {
        let rules = Rules::builtin().unwrap();
        let mut x = session(120);
        assert_eq!(no(may_keep(&x, crate::event::witness::Keeping::Hold, None)), Some("refuse-keep-none"));
        x.apply(&brought("one", 30, Some(5)), at(200));
        assert_eq!(x.time_over(&rules), Some(s(200 + 30 * DAY)), "nobody knows an end");
        assert_eq!(no(may_keep(&x, crate::event::witness::Keeping::Hold, None)), None);
        x.apply(&ended(150), at(210));
        assert_eq!(x.time_over(&rules), Some(s(200 + 30 * DAY)), "it came behind the end");
        x.apply(&ended(500), at(510));
        assert_eq!(x.time_over(&rules), Some(s(500 + 30 * DAY)), "it ended behind that");
        // another one that came later: whoever brings it makes nothing stay that is there already
        let last = 200 + 30 * DAY;
        x.apply(&brought("two", 30, None), at(last - 1));
        assert_eq!(x.time_over(&rules), Some(s(500 + 30 * DAY)));
        // one that is kept for longer: none of them goes before the days that were said of it
        x.apply(&brought("three", 60, None), at(last));
        let over = 500 + 60 * DAY;
        assert_eq!(x.time_over(&rules), Some(s(over)));
        let is = [over - 1, over].map(|t| x.retention(&rules, s(t)));
        assert_eq!(is, [Retention::Kept, Retention::Due]);
        let comes = [over - 1, over].map(|t| no(may_bring(&x, None, &rules, s(t))));
        assert_eq!(comes, [None, Some("refuse-bring-over")]);
    }

    #[test]
    fn a_look_at_the_record_tells_whether_it_was_rightly_deleted() {
        let events = [(brought("one", 30, Some(5)), 200), (ended(150), 210), (brought("two", 60, None), 900)];
        let mut trace = Trace::default();
        for (e, secs) in &events {
            trace.see(e, at(*secs));
        }
        let over = 200 + 60 * DAY;
        let gone = |days, due| RecordingDeleted { days, due: s(due), slot: Slot(Uuid::from_u128(5)) };
        let by = |secs| At { by: Actor::Retention, ..at(secs) };
        assert!(trace.rightly(&gone(60, over), by(over)));
        assert!(!trace.rightly(&gone(60, over), by(over - 1)), "too early");
        assert!(!trace.rightly(&gone(30, 200 + 30 * DAY), by(over)), "the days of another one");
        assert!(!trace.rightly(&gone(60, 150 + 60 * DAY), by(over)), "counted from an end before it came");
    }
}
