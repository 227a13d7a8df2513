//! How a session that a gateway let in goes on: a rule of facts and time, the same for the house and for every gateway,
//! so that none of them can be kinder or harder than the record.

use serde::{Deserialize, Serialize};

use super::session::Session;
use crate::{
    base::{Instant, Pattern, Refusal},
    event::witness::Closing,
    permit::grant::Grant,
    qualify::person::Person,
};

/// Connections of one grant at once: a person works with a few, and a program that opens more has gone wrong.
pub const AT_ONCE: usize = 8;

/// How a session goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Course {
    /// As agreed.
    Open,
    /// Nothing new begins; it goes to its safe end.
    Closing(Closing),
    /// The area says that the end is safe.
    Safe,
    /// A person ends it now.
    Cut,
}

/// Whether a session may go on, at one instant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    /// Seconds that are left of the window; none or fewer when it is over.
    pub left: i64,
    /// Somebody of ours must be beside them, and nobody has been for as long as a check-in is good.
    pub alone: bool,
    pub course: Course,
}

impl Standing {
    /// Whether it goes on as agreed, in time.
    pub fn open(&self) -> bool {
        self.course == Course::Open && self.left > 0
    }
    /// Whether something new may begin: nobody is alone, either, where somebody must be beside them.
    pub fn may_begin(&self) -> bool {
        self.open() && !self.alone
    }
}

/// What is known of a session until the record grows. The clock alone changes what it says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Known {
    until: Instant,
    /// From when on nobody is beside them; nothing where nobody must be.
    alone_from: Option<Instant>,
    course: Course,
}

/// What it is read from.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'f> {
    pub session: &'f Session,
    pub grant: &'f Grant,
    pub person: &'f Person,
    /// The decision for work that runs.
    pub go_on: bool,
    /// It says no because a measure that made up for a limit of the system is not in force.
    pub broken: bool,
    /// Seconds for which a sign of the attendant is good.
    pub check_in: i64,
}

impl Known {
    /// What the record says at an instant.
    pub fn of(f: Facts<'_>, now: Instant) -> Known {
        // Until somebody came they are alone from the beginning; later a sign is good for as long as a check-in is.
        let since = f.session.beside().map_or(f.session.facts.started, |at| at.plus_secs(f.check_in));
        let alone_from = f.grant.facts.attended.then_some(since);
        Known { until: ends(f), alone_from, course: course(f, now) }
    }

    /// How it stands at an instant.
    pub fn at(&self, now: Instant) -> Standing {
        let left = self.until.micros().saturating_sub(now.micros()).div_euclid(1_000_000);
        let over = self.course == Course::Open && left <= 0;
        let course = if over { Course::Closing(Closing::Window) } else { self.course };
        Standing { left, alone: self.alone_from.is_some_and(|from| from <= now), course }
    }
}

/// When the time of a session is over: with the shift in which it began, where there are several.
fn ends(f: Facts<'_>) -> Instant {
    f.grant.window_at(f.session.facts.started).until
}

fn course(f: Facts<'_>, now: Instant) -> Course {
    let (s, grant) = (f.session, f.grant);
    let key = s.noticed.as_ref().map(|n| n.key.as_str()).unwrap_or_default();
    match () {
        () if s.ended.is_some() || s.cut.is_some() => Course::Cut,
        () if grant.disconnected => Course::Cut,
        () if s.safe.is_some() => Course::Safe,
        () if grant.revoked.is_some() => Course::Closing(Closing::Revoked),
        // A key that was taken away may be in other hands.
        // A code that may be in wrong hands lets nothing more begin; whoever can, ends what runs.
        () if s.cut_off.as_ref().is_some_and(|c| c.doubt) => Course::Closing(Closing::Hold),
        () if grant.word(now) == "suspended" || !f.person.holds_ssh(key) => Course::Closing(Closing::Hold),
        () if ends(f) <= now => Course::Closing(Closing::Window),
        () if f.go_on => Course::Open,
        () if f.broken => Course::Closing(Closing::Measure),
        () => Course::Closing(Closing::Hold),
    }
}

/// Something that runs in a session at this moment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Runs {
    /// A terminal with a shell.
    Shell,
    /// A command, as it was asked for.
    Command(String),
    /// A channel for files, whether or not one is on its way at this moment.
    Files,
    /// A tool of the person, led to this port.
    Forward(u16),
    /// A file on its way: its path, how many bytes went by, and the percents of it where its size is known.
    File { path: String, bytes: u64, percent: Option<u64> },
}

/// Whoever sees into a session while it runs: what a cut would break is known nowhere else.
pub trait Sight: Send + Sync {
    /// Everything that runs now, oldest first.
    fn runs(&self) -> Vec<Runs>;
}

/// Whether a gateway lets the person of a grant in at all, with what runs under it already. Whether they may begin now
/// is the decision's to say.
pub fn may_enter(grant: &Grant, running: &[Session]) -> Result<(), Refusal> {
    // Who was let in at the panel was not let in from afar: those grants pass checks that these must not.
    if !matches!(grant.facts.pattern, Pattern::GatewayAttended | Pattern::GatewayUnattended) {
        return Err(Refusal::new("R-15", "refuse-gateway-pattern"));
    }
    if running.iter().filter(|s| s.gated() && s.ended.is_none()).count() >= AT_ONCE {
        return Err(Refusal::new("R-17", "refuse-gateway-many"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        base::{Commit, Day, PersonId, Private, ProviderId, Slot, Text, Window},
        event::{
            permit::{Campaign, GrantEvent, GrantRevoked, Hours, Repeated, ShiftConfirmed},
            qualify::{Employer, KeyAdded, KeyKind, KeyRemoved, OwnerRole, PersonEvent},
            witness::{Ending, SessionAttended, SessionCut, SessionEnded, SessionEvent, SessionNoticed, SessionSafe},
        },
        qualify::person::tests::invited,
        thing::Thing,
        witness::session::tests::{at, grant, s, session},
    };

    const KEY: &str = "SHA256:theirs";

    fn private() -> Private<Text> {
        Private::sealed(Commit(String::new()), Slot(Uuid::from_u128(1)))
    }

    /// A session of a gateway that began at 120 s under a grant until 200 s, and its person with the key.
    struct Inside {
        session: Session,
        grant: Grant,
        person: Person,
        go_on: bool,
        broken: bool,
    }

    fn inside() -> Inside {
        let mut session = session(120);
        let noticed = SessionNoticed {
            notice: 1,
            language: "en".into(),
            key: KEY.into(),
            from: private(),
            gateway: "gate".into(),
            seal: private(),
            days: Some(90),
        };
        session.apply(&SessionEvent::Noticed(noticed), at(120));
        let mut person = invited(901, Employer::Provider(ProviderId(Uuid::from_u128(9))));
        let key = KeyAdded { kind: KeyKind::Ssh, fingerprint: KEY.into(), public: String::new() };
        person.apply(&PersonEvent::KeyAdded(key), at(1));
        Inside { session, grant: grant(), person, go_on: true, broken: false }
    }

    impl Inside {
        fn known(&self, now: i64) -> Known {
            let Inside { session, grant, person, go_on, broken } = self;
            Known::of(Facts { session, grant, person, go_on: *go_on, broken: *broken, check_in: 15 }, s(now))
        }
        fn course(&self, now: i64) -> Course {
            self.known(now).at(s(now)).course
        }
        fn with(mut self, edit: impl FnOnce(&mut Inside)) -> Inside {
            edit(&mut self);
            self
        }
    }

    fn revoked(disconnect: bool) -> GrantEvent {
        GrantEvent::Revoked(GrantRevoked { by: PersonId(Uuid::from_u128(1)), disconnect, note: None })
    }

    #[test]
    fn nothing_new_begins_after_a_grant_was_taken_back_or_its_time_is_over_or_while_nobody_is_beside_them() {
        let open = Standing { left: 1, alone: false, course: Course::Open };
        assert!(open.may_begin());
        assert!(!Standing { left: 0, ..open }.may_begin() && !Standing { alone: true, ..open }.may_begin());
        let closing = [Closing::Revoked, Closing::Hold, Closing::Window].map(Course::Closing);
        for course in closing.into_iter().chain([Course::Safe, Course::Cut]) {
            assert!(!Standing { course, ..open }.may_begin(), "{course:?}");
        }
        let back = inside().with(|i| i.grant.apply(&revoked(false), at(130)));
        assert!(!back.known(131).at(s(131)).may_begin());
    }

    #[test]
    fn a_session_goes_on_or_says_what_takes_it_away() {
        let cut = SessionEvent::Cut(SessionCut { at: s(130), reason: private() });
        let safe = SessionEvent::Safe(SessionSafe { at: s(130), note: None });
        let ended = SessionEvent::Ended(SessionEnded { at: s(130), how: Ending::User });
        let key = PersonEvent::KeyRemoved(KeyRemoved { fingerprint: KEY.into() });
        assert_eq!(inside().course(130), Course::Open);
        assert_eq!(inside().with(|i| i.session.apply(&ended, at(130))).course(131), Course::Cut);
        assert_eq!(inside().with(|i| i.session.apply(&cut, at(130))).course(131), Course::Cut);
        assert_eq!(inside().with(|i| i.session.apply(&safe, at(130))).course(131), Course::Safe);
        // a cut is stronger than a safe end, and that is stronger than what closes
        let both = |i: &mut Inside| {
            i.session.apply(&safe, at(130));
            i.session.apply(&cut, at(130));
        };
        assert_eq!(inside().with(both).course(131), Course::Cut);
        let back = |i: &mut Inside| {
            i.session.apply(&safe, at(130));
            i.grant.apply(&revoked(false), at(130));
        };
        assert_eq!(inside().with(back).course(131), Course::Safe);
        // taken back by hand: closing; disconnected: over
        let taken = |disconnect| inside().with(|i| i.grant.apply(&revoked(disconnect), at(130))).course(131);
        assert_eq!(taken(false), Course::Closing(Closing::Revoked));
        assert_eq!(taken(true), Course::Cut);
        // disconnected after it was taken back, or after its window: over, too
        let later = |i: &mut Inside| {
            i.grant.apply(&revoked(false), at(130));
            i.grant.apply(&revoked(true), at(140));
        };
        assert_eq!(inside().with(later).course(141), Course::Cut);
        assert_eq!(inside().with(|i| i.grant.apply(&revoked(true), at(201))).course(202), Course::Cut);
        // a key in other hands, and a decision that says no
        let gone = inside().with(|i| i.person.apply(&key, at(130)));
        assert_eq!(gone.course(131), Course::Closing(Closing::Hold));
        assert_eq!(inside().with(|i| i.go_on = false).course(131), Course::Closing(Closing::Hold));
        // a measure that is not in force closes and never cuts
        let broken = |i: &mut Inside| (i.go_on, i.broken) = (false, true);
        assert_eq!(inside().with(broken).course(131), Course::Closing(Closing::Measure));
        assert!(!Closing::Measure.may_cut());
        // a hold inside the window; behind it the window, which does not come back
        assert_eq!(inside().with(|i| i.go_on = false).course(200), Course::Closing(Closing::Window));
        assert_eq!(inside().course(199), Course::Open);
        assert_eq!(inside().course(200), Course::Closing(Closing::Window));
    }

    #[test]
    fn what_began_in_a_shift_ends_with_it_and_the_next_one_gives_it_no_more_time() {
        // given two shifts, 100 to 150 s and 170 to 200 s, both confirmed, and somebody who began in the first
        let shifts = [(100, 150), (170, 200)].map(|(from, until)| Window { from: s(from), until: s(until) });
        let day: Day = "1970-01-01".parse().unwrap();
        let hours = Hours { from: "00:00".parse().unwrap(), until: "00:01".parse().unwrap() };
        let repeated = Repeated { from: day, until: day, hours };
        let inside = inside().with(|i| {
            i.grant.facts.campaign = Some(Campaign { repeated, shifts: shifts.to_vec() });
            for shift in [1, 2] {
                let confirmed = ShiftConfirmed { shift, by: PersonId(Uuid::from_u128(1)), role: OwnerRole::ShiftLead };
                i.grant.apply(&GrantEvent::ShiftConfirmed(confirmed), at(100));
            }
        });
        // then what is left counts to the end of the first, and nothing begins behind it, whatever is open then
        assert_eq!((inside.known(130).at(s(130)).left, inside.known(130).at(s(149)).may_begin()), (20, true));
        for now in [150, 160, 170, 199, 200] {
            assert_eq!(inside.course(now), Course::Closing(Closing::Window), "{now}");
            assert_eq!(inside.known(130).at(s(now)), inside.known(now).at(s(now)), "{now}");
        }
        assert!(inside.grant.usable(s(175)));
        // a certificate is good to the end of the shift in which it was made
        assert_eq!(crate::witness::jump::good_until(&inside.grant, s(130)), s(150));
    }

    #[test]
    fn between_two_looks_at_the_record_the_clock_alone_says_more() {
        assert!(!inside().known(121).at(s(199)).alone, "where nobody must be beside them nobody is missed");
        let inside = inside().with(|i| i.grant.facts.attended = true);
        let known = inside.known(121);
        // nobody came yet: alone from the beginning on
        assert!(known.at(s(121)).alone);
        let seen = SessionAttended { attendant: PersonId(Uuid::from_u128(7)), at: s(140) };
        let inside = inside.with(|i| i.session.apply(&SessionEvent::Attended(seen), at(140)));
        let known = inside.known(141);
        assert!(!known.at(s(154)).alone && known.at(s(155)).alone);
        // what the record would say at any instant, an older look says too
        for now in 141..260 {
            assert_eq!(known.at(s(now)), inside.known(now).at(s(now)), "{now}");
        }
        assert_eq!((known.at(s(150)).left, known.at(s(200)).left, known.at(s(203)).left), (50, 0, -3));
    }

    #[test]
    fn a_gateway_lets_in_who_was_let_in_by_a_gateway_and_not_too_often() {
        let one = inside().session;
        let ended = SessionEvent::Ended(SessionEnded { at: s(130), how: Ending::User });
        let over = inside().with(|i| i.session.apply(&ended, at(130))).session;
        let seven = vec![one.clone(); AT_ONCE - 1];
        let eight = vec![one; AT_ONCE];
        assert_eq!(may_enter(&grant(), &[seven.clone(), vec![over]].concat()), Ok(()));
        assert_eq!(may_enter(&grant(), &eight).unwrap_err().rule, "R-17");
        // what was entered by hand takes no place
        assert_eq!(may_enter(&grant(), &[seven, vec![session(120)]].concat()), Ok(()));
        for (pattern, lets) in
            [(Pattern::GatewayAttended, true), (Pattern::OnSite, false), (Pattern::OnSiteOwnLaptop, false)]
        {
            let mut grant = grant();
            grant.facts.pattern = pattern;
            assert_eq!(may_enter(&grant, &[]).is_ok(), lets, "{pattern:?}");
        }
    }
}
