//! Coming in at a stock sshd that asks: by a short certificate of a grant, or not at all. The rule is the same for who
//! wants a certificate, for the sshd that is shown one, and for the list of those that are good no more.

use super::gate::may_enter;
use crate::{
    base::{InstanceId, Instant, Refusal, Role},
    permit::grant::{Certified, Grant},
    qualify::person::Person,
};

/// Seconds for which a certificate lets something begin; less where the window ends before.
pub const LIFE: i64 = 600;
/// Certificates of a grant that are good at once: a person needs one, and one more after a change of address.
pub const AT_ONCE: usize = 8;

/// What a certificate allows at a system, besides its login name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Allows {
    /// A terminal and commands.
    Terminal,
    /// Files by SFTP and nothing else.
    Files,
    /// Reading files by SFTP and nothing else.
    FilesOut,
}

impl Allows {
    /// What the roles of a grant come to. sshd knows no finer rights: whoever may work or look gets a terminal.
    pub fn of(roles: &[Role]) -> Allows {
        let carries = |role: &Role| matches!(role, Role::Collect | Role::TransferIn);
        match () {
            () if !roles.iter().all(carries) => Allows::Terminal,
            () if roles.contains(&Role::TransferIn) => Allows::Files,
            () => Allows::FilesOut,
        }
    }
}

/// The one name that a certificate is good for: a system and a login. No login of a system is called so, hence it opens
/// nothing at a sshd that does not ask.
pub fn principal(instance: InstanceId, login: &str) -> String {
    format!("{}/{login}", instance.0)
}

/// Whether a grant is one for which certificates are made at all: its person comes from afar, and nobody of ours must
/// be beside them, because no stock sshd holds anybody until somebody is.
pub fn may_have(grant: &Grant) -> Result<(), Refusal> {
    may_enter(grant, &[])?;
    if grant.facts.attended || grant.facts.pattern.attended() {
        return Err(Refusal::new("R-20", "refuse-certificate-attended"));
    }
    Ok(())
}

/// Whether a grant is somebody's own: one person, one grant.
pub fn own(grant: &Grant, person: &Person) -> Result<(), Refusal> {
    match grant.facts.person == person.id {
        true => Ok(()),
        false => Err(Refusal::new("R-17", "refuse-certificate-person")),
    }
}

/// Whether a person gets one more certificate for a key of theirs. Whether work may begin is the decision's to say.
pub fn may_certify(grant: &Grant, person: &Person, fingerprint: &str, now: Instant) -> Result<(), Refusal> {
    may_have(grant)?;
    own(grant, person)?;
    if !person.holds_ssh(fingerprint) {
        return Err(Refusal::new("R-17", "refuse-certificate-key"));
    }
    if grant.certificates.iter().filter(|c| c.good(now)).count() >= AT_ONCE {
        return Err(Refusal::new("R-17", "refuse-certificate-many"));
    }
    Ok(())
}

/// The last instant of a certificate that is made now.
pub fn good_until(grant: &Grant, now: Instant) -> Instant {
    grant.window_at(now).until.min(now.plus_secs(LIFE))
}

/// What a sshd was shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shown<'s> {
    /// The system it stands for.
    pub instance: InstanceId,
    pub fingerprint: &'s str,
    pub serial: u64,
    pub login: &'s str,
}

/// Whether what was shown is a certificate of this grant that is good at this system, for this login. Whether work may
/// begin is the decision's to say.
pub fn may_pass<'g>(
    grant: &'g Grant,
    person: &Person,
    shown: Shown<'_>,
    now: Instant,
) -> Result<&'g Certified, Refusal> {
    if grant.facts.instance != shown.instance {
        return Err(Refusal::new("R-15", "refuse-certificate-system"));
    }
    let fits = |c: &&Certified| c.of.serial == shown.serial && c.of.fingerprint == shown.fingerprint;
    let Some(found) = grant.certificates.iter().find(fits) else {
        return Err(Refusal::new("R-17", "refuse-certificate-unknown"));
    };
    if !found.good(now) {
        return Err(Refusal::new("R-16", "refuse-certificate-over"));
    }
    if found.of.login != shown.login {
        return Err(Refusal::new("R-17", "refuse-certificate-login"));
    }
    still_good(grant, person, found, now)?;
    Ok(found)
}

/// Whether a certificate that was made is good still, as far as grant, person and key go.
pub fn still_good(grant: &Grant, person: &Person, made: &Certified, now: Instant) -> Result<(), Refusal> {
    may_have(grant)?;
    if !person.holds_ssh(&made.of.fingerprint) || made.of.person != person.id || grant.facts.person != person.id {
        return Err(Refusal::new("R-17", "refuse-certificate-key"));
    }
    if !person.seated(now) {
        return Err(Refusal::new("R-27", "stop-no-seat"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        base::{Commit, Pattern, PersonId, Private, ProviderId, Slot},
        event::{
            permit::{GrantCertified, GrantEvent},
            qualify::{Employer, KeyAdded, KeyKind, KeyRemoved, PersonEvent},
        },
        permit::grant::{CERTIFIED, LISTED},
        qualify::person::tests::invited,
        rules::Rules,
        thing::Thing,
        witness::session::tests::{at, grant, s},
    };

    const KEY: &str = "SHA256:theirs";

    /// A grant without attendance until 200 s, and its person with a key and a seat.
    fn case() -> (Grant, Person) {
        let mut person = invited(901, Employer::Provider(ProviderId(Uuid::from_u128(9))));
        let key = KeyAdded { kind: KeyKind::Ssh, fingerprint: KEY.into(), public: String::new() };
        person.apply(&PersonEvent::KeyAdded(key), at(1));
        person.apply(&PersonEvent::Activated(crate::event::qualify::Nothing {}), at(2));
        let mut grant = grant();
        (grant.facts.pattern, grant.facts.attended) = (Pattern::GatewayUnattended, false);
        grant.facts.person = person.id;
        (grant, person)
    }

    fn certified(grant: &mut Grant, serial: u64, from: i64) {
        let of = GrantCertified {
            person: grant.facts.person,
            fingerprint: KEY.into(),
            serial,
            login: "svc".into(),
            until: good_until(grant, s(from)),
            source: Private::sealed(Commit(String::new()), Slot(Uuid::from_u128(1))),
        };
        grant.apply(&GrantEvent::Certified(of), at(from));
    }

    fn shown(grant: &Grant) -> Shown<'static> {
        Shown { instance: grant.facts.instance, fingerprint: KEY, serial: 7, login: "svc" }
    }

    #[test]
    fn a_grant_with_attendance_or_another_person_or_key_gets_none() {
        let (grant, person) = case();
        assert_eq!(may_certify(&grant, &person, KEY, s(120)), Ok(()));
        let no = |grant: &Grant, person: &Person, key| may_certify(grant, person, key, s(120)).unwrap_err().say.id;
        let mut attended = grant.clone();
        attended.facts.attended = true;
        assert_eq!(no(&attended, &person, KEY), "refuse-certificate-attended");
        let mut at_the_panel = grant.clone();
        at_the_panel.facts.pattern = Pattern::OnSite;
        assert_eq!(no(&at_the_panel, &person, KEY), "refuse-gateway-pattern");
        let mut another = person.clone();
        another.id = PersonId(Uuid::from_u128(77));
        assert_eq!(no(&grant, &another, KEY), "refuse-certificate-person");
        assert_eq!(no(&grant, &person, "SHA256:other"), "refuse-certificate-key");
        let mut many = grant;
        (0..8).for_each(|n| certified(&mut many, n, 120));
        assert_eq!(no(&many, &person, KEY), "refuse-certificate-many");
        // those that are over take no place in the count, and an hour later none in the fold
        assert_eq!(may_certify(&many, &person, KEY, s(200)), Ok(()));
        certified(&mut many, 9, 200);
        assert_eq!(many.certificates.len(), 9);
        certified(&mut many, 10, 200 + LISTED);
        assert_eq!(many.certificates.len(), 1);
    }

    #[test]
    fn a_certificate_that_is_over_is_listed_for_an_hour_more() {
        let (mut grant, _) = case();
        certified(&mut grant, 7, 120);
        let word = |t| {
            let lines = grant.lines(&Rules::default());
            let line = lines.into_iter().find(|(name, _)| *name == CERTIFIED.0).unwrap().1;
            *line.at(s(t))
        };
        for (t, good, listed) in [(119, false, false), (120, true, true), (199, true, true), (200, false, true)] {
            assert_eq!((grant.certificates[0].good(s(t)), grant.certificates[0].listed(s(t))), (good, listed), "{t}");
            assert_eq!(word(t) == CERTIFIED.1, listed, "{t}");
        }
        assert!(grant.certificates[0].listed(s(199 + LISTED)) && !grant.certificates[0].listed(s(200 + LISTED)));
        assert!(word(199 + LISTED) == CERTIFIED.1 && word(200 + LISTED) != CERTIFIED.1);
    }

    #[test]
    fn a_certificate_is_good_for_ten_minutes_and_never_behind_the_window() {
        let (mut grant, _) = case();
        assert_eq!(good_until(&grant, s(120)), s(200));
        grant.until = s(5_000);
        assert_eq!(good_until(&grant, s(120)), s(120 + LIFE));
    }

    #[test]
    fn only_what_was_made_for_this_system_login_and_key_passes_while_it_is_good() {
        let (mut grant, mut person) = case();
        certified(&mut grant, 7, 120);
        let pass = |person: &Person, shown, now: i64| {
            may_pass(&grant, person, shown, s(now)).map(|c| c.of.serial).map_err(|no| no.say.id.to_string())
        };
        let shown = shown(&grant);
        assert_eq!(pass(&person, shown, 199), Ok(7));
        let no = |id: &str| Err(id.to_owned());
        assert_eq!(pass(&person, shown, 200), no("refuse-certificate-over"));
        assert_eq!(pass(&person, shown, 119), no("refuse-certificate-over"));
        let other = InstanceId(Uuid::from_u128(999));
        assert_eq!(pass(&person, Shown { instance: other, ..shown }, 130), no("refuse-certificate-system"));
        assert_eq!(pass(&person, Shown { serial: 8, ..shown }, 130), no("refuse-certificate-unknown"));
        assert_eq!(pass(&person, Shown { fingerprint: "SHA256:x", ..shown }, 130), no("refuse-certificate-unknown"));
        assert_eq!(pass(&person, Shown { login: "root", ..shown }, 130), no("refuse-certificate-login"));
        person.apply(&PersonEvent::KeyRemoved(KeyRemoved { fingerprint: KEY.into() }), at(130));
        assert_eq!(pass(&person, shown, 131), no("refuse-certificate-key"));
    }

    #[test]
    fn what_a_certificate_allows_follows_from_the_roles() {
        assert_eq!(Allows::of(&[Role::View]), Allows::Terminal);
        assert_eq!(Allows::of(&[Role::Configure, Role::Collect]), Allows::Terminal);
        assert_eq!(Allows::of(&[Role::Collect]), Allows::FilesOut);
        assert_eq!(Allows::of(&[Role::TransferIn, Role::Collect]), Allows::Files);
        assert_eq!(Allows::of(&[Role::TransferIn]), Allows::Files);
    }
}
