//! who signs a qualification. OT security at every site, and QA wherever product or patient may be touched.

use crate::{
    base::{Now, Refusal, SiteId},
    event::{expect::Gxp, qualify::Employer},
    qualify::person::Person,
    rules::Rules,
};

/// Whether QA must sign: unless every system is known to be far from product and patient.
pub fn needs_qa(touched: impl IntoIterator<Item = Option<Gxp>>) -> bool {
    touched.into_iter().any(|gxp| gxp != Some(Gxp::None))
}

/// Checks that these people together may sign for these sites.
pub fn may_sign(signers: &[Person], sites: &[SiteId], qa: bool, now: Now, rules: &Rules) -> Result<(), Refusal> {
    let ours = |p: &Person| p.facts.employer == Employer::Owner && p.word(now.0) == "active";
    if !signers.iter().all(ours) {
        return Err(Refusal::new("R-13", "stop-signer-not-ours"));
    }
    let can = |p: &Person, power: &str, site: SiteId| {
        let here = p.roles.iter().filter(|r| r.site.is_none_or(|s| s == site));
        here.into_iter().any(|r| rules.powers.owner(power, r.role))
    };
    for site in sites {
        let mut security = signers.iter().filter(|p| can(p, "qualify", *site)).map(|p| p.id);
        let Some(first) = security.next() else {
            return Err(Refusal::new("R-01", "stop-sign-ot-security"));
        };
        // One person with both hats is one person.
        let alone = security.next().is_none();
        let other = |p: &&Person| can(p, "qualify-gxp", *site) && !(alone && p.id == first);
        if qa && !signers.iter().any(|p| other(&p)) {
            return Err(Refusal::new("R-01", "stop-sign-qa"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        base::{Actor, At, Instant},
        event::qualify::{Nothing, OwnerRole, PersonEvent, RoleAt},
        qualify::person::tests::invited,
        thing::Thing,
    };

    const HERE: SiteId = SiteId(Uuid::from_u128(1));
    const THERE: SiteId = SiteId(Uuid::from_u128(2));
    const AT: At = At { at: Instant::MIN, by: Actor::Genesis, seq: 0 };

    fn person(n: u128, roles: &[(OwnerRole, Option<SiteId>)]) -> Person {
        let mut p = invited(n, Employer::Owner);
        p.apply(&PersonEvent::Activated(Nothing {}), AT);
        p.roles = roles.iter().map(|(role, site)| RoleAt { role: *role, site: *site }).collect();
        p
    }
    fn said(signers: &[Person], sites: &[SiteId], qa: bool) -> &'static str {
        let now = Now(Instant::from_micros(0));
        may_sign(signers, sites, qa, now, &Rules::builtin().unwrap()).map_or_else(|r| r.say.id, |()| "may")
    }

    #[test]
    fn ot_security_everywhere_and_qa_for_gxp() {
        use OwnerRole::{OtSecurity, Qa};
        let security = person(1, &[(OtSecurity, Some(HERE))]);
        let everywhere = person(2, &[(OtSecurity, None)]);
        let qa = person(3, &[(Qa, None)]);
        let both = person(4, &[(Qa, None), (OtSecurity, None)]);
        assert_eq!(said(std::slice::from_ref(&security), &[HERE], false), "may");
        assert_eq!(said(std::slice::from_ref(&security), &[HERE, THERE], false), "stop-sign-ot-security");
        assert_eq!(said(&[security, everywhere.clone()], &[HERE, THERE], false), "may");
        assert_eq!(said(std::slice::from_ref(&everywhere), &[HERE], true), "stop-sign-qa");
        assert_eq!(said(&[everywhere.clone(), qa.clone()], &[HERE], true), "may");
        assert_eq!(said(std::slice::from_ref(&qa), &[HERE], true), "stop-sign-ot-security");
        // two hats on one head
        assert_eq!(said(std::slice::from_ref(&both), &[HERE], true), "stop-sign-qa");
        assert_eq!(said(&[both, everywhere], &[HERE], true), "may");
        let mut invited = qa;
        invited.seat = crate::qualify::person::Seat::Suspended;
        assert_eq!(said(&[invited], &[HERE], true), "stop-signer-not-ours");
    }

    #[test]
    fn unknown_impact_needs_qa() {
        assert!(needs_qa([Some(Gxp::None), None]));
        assert!(needs_qa([Some(Gxp::Indirect)]));
        assert!(!needs_qa([Some(Gxp::None)]));
        assert!(!needs_qa([]));
    }
}
