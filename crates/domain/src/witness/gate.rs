//! How a session that a gateway let in goes on: a rule of facts and time, the same for the house and for every gateway,
//! so that none of them can be kinder or harder than the record.

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
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Seconds that are left of the window; none or fewer when it is over.
    pub left: i64,
    /// Somebody of ours must be beside them, and nobody has been for as long as a check-in is good.
    pub alone: bool,
    pub course: Course,
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
    /// Seconds for which a sign of the attendant is good.
    pub check_in: i64,
}

impl Known {
    /// What the record says at an instant.
    pub fn of(f: Facts<'_>, now: Instant) -> Known {
        let seen = f.session.attended.unwrap_or(f.session.facts.started);
        let alone_from = f.grant.facts.attended.then(|| seen.plus_secs(f.check_in));
        Known { until: f.grant.until, alone_from, course: course(f, now) }
    }

    /// How it stands at an instant.
    pub fn at(&self, now: Instant) -> Standing {
        let left = self.until.micros().saturating_sub(now.micros()).div_euclid(1_000_000);
        let over = self.course == Course::Open && left <= 0;
        let course = if over { Course::Closing(Closing::Window) } else { self.course };
        Standing { left, alone: self.alone_from.is_some_and(|from| from <= now), course }
    }
}

fn course(f: Facts<'_>, now: Instant) -> Course {
    let (s, grant) = (f.session, f.grant);
    let key = s.noticed.as_ref().map(|n| n.key.as_str()).unwrap_or_default();
    match () {
        () if s.ended.is_some() || s.cut.is_some() => Course::Cut,
        () if grant.revoked.is_some() && grant.disconnected => Course::Cut,
        () if s.safe.is_some() => Course::Safe,
        () if grant.revoked.is_some() => Course::Closing(Closing::Revoked),
        // A key that was taken away may be in other hands.
        () if grant.word(now) == "suspended" || !f.person.holds_ssh(key) => Course::Closing(Closing::Hold),
        () if grant.until <= now => Course::Closing(Closing::Window),
        () if f.go_on => Course::Open,
        () => Course::Closing(Closing::Hold),
    }
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
