//! Who is called in an emergency, and what a code on paper stands for while nobody can be asked: what one
//! confirm of ours could open, less what only a person who reads it can answer for.

use serde::{Deserialize, Serialize};

use super::{
    decide::decide,
    facts::{Facts, Question},
};
use crate::{
    base::{
        Cause, EngagementId, Environment, HOUR, Hold, InstanceId, Instant, Now, Pattern, PersonId, Purpose, Role,
        Window,
    },
    event::{
        expect::{ForEmergencies, Known},
        permit::{AccessRequested, Approval, ApprovalMeaning, AskedWindow},
    },
    expect::{engagement::Engagement, instance::Instance, site::Sheet},
    rules::Rules,
};

/// Hours of one that began by a code, whatever rules say: longer is somebody's to renew.
const HOURS: i64 = 2;

/// Whom an emergency lets in, and for what.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Called {
    pub engagement: EngagementId,
    pub instance: InstanceId,
    pub person: PersonId,
    pub roles: Vec<Role>,
    /// How long it lasts, in seconds from when it begins.
    pub secs: u32,
}

impl Called {
    /// How long one lasts that began by a code, in seconds.
    pub fn most(rules: &Rules) -> u32 {
        let hours = rules.access.purpose_cap_hours.emergency.clamp(0, HOURS);
        u32::try_from(hours.saturating_mul(HOUR)).unwrap_or_default()
    }

    /// What is asked for with it, from an instant on: attended, through a gateway, by the person themselves. Of the
    /// engagement and the system that it names.
    pub fn asked(
        &self,
        engagement: &Engagement,
        instance: &Instance,
        (rules_version, from): (u32, Instant),
    ) -> AccessRequested {
        AccessRequested {
            reference: String::new(),
            engagement: engagement.id,
            provider: engagement.facts.provider,
            person: self.person,
            requested_by: self.person,
            instance: instance.id,
            site: instance.facts.site,
            zone: instance.facts.zone,
            environment: instance.facts.environment.unwrap_or(Environment::Prod),
            roles: self.roles.clone(),
            purpose: Purpose::Emergency,
            pattern: Pattern::GatewayAttended,
            attended: true,
            conduits: Vec::new(),
            window: AskedWindow::Fixed(Window { from, until: from.plus_secs(self.secs.into()) }),
            campaign: None,
            change: None,
            ticket: None,
            text: None,
            attendant: None,
            repeats: None,
            rules_version,
        }
    }

    /// What of it may stand, and whether that is all that was told: the rights that the sheet names, for as long as one
    /// lasts, and on a system where the engagement has them all. Of a sheet that is unknown the gateway's word is all
    /// there is.
    pub fn within(&self, sheet: Option<&ForEmergencies>, engagement: &Engagement, rules: &Rules) -> (Called, bool) {
        let mut roles = self.roles.clone();
        roles.retain(|role| sheet.is_none_or(|sheet| sheet.roles.contains(role)));
        let mut scope = engagement.approved().filter(|item| item.instance == self.instance);
        let inside = scope.any(|item| self.roles.iter().all(|role| item.roles.contains(role)));
        let whole = inside && roles.len() == self.roles.len();
        (Called { roles, secs: self.secs.min(Called::most(rules)), ..self.clone() }, whole)
    }
}

impl Sheet {
    /// The yes that a sheet for emergencies is.
    pub fn agreed(&self, e: &ForEmergencies) -> Approval {
        Approval { person: e.second, role: e.function, at: self.issued, meaning: ApprovalMeaning::Emergency }
    }
}

/// Whether an emergency may begin by a code. Where a person confirms, a hold on the firm is a warning that they read;
/// here nobody reads it. And a code of the sheet is in place of one of an app, not of a person who has none.
pub fn may_begin(f: &Facts, q: &Question, now: Now) -> bool {
    let grave = |h: &Hold| matches!(h.cause, Cause::Security | Cause::Incident) && h.holds(now.0) && q.is_under(h);
    f.person.mfa == Known::Yes && !f.holds.iter().any(grave) && decide(f, q, now).yes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::{Effect, Held, Instant, Level, Line, ProviderId, SiteId},
        event::{permit::Moment, qualify::OwnerRole},
        expect::scope::tests::{engagement, target},
        permit::{
            access::ask,
            facts::Yes,
            sample::{self, D0, id, now},
        },
    };

    #[test]
    fn an_emergency_by_a_code_lasts_two_hours_or_less_where_rules_say_less() {
        let mut rules = Rules::default();
        for (hours, secs) in [(1, 3_600), (2, 7_200), (3, 7_200), (i64::MAX, 7_200), (0, 0), (-1, 0)] {
            rules.access.purpose_cap_hours.emergency = hours;
            assert_eq!(Called::most(&rules), secs, "{hours}");
        }
    }

    #[test]
    fn what_the_sheet_the_rules_and_the_scope_have_not_does_not_stand() {
        // given a scope with view and configure on one system, and a sheet for some rights
        let (scope, rules) = (engagement(&[target(11, 1, 5, Environment::Prod)]), Rules::default());
        let of = |instance, roles: &[Role], secs| Called {
            engagement: scope.id,
            instance: InstanceId(id(instance)),
            person: PersonId(id(901)),
            roles: roles.to_vec(),
            secs,
        };
        let sheet = |roles: &[Role]| ForEmergencies {
            engagement: scope.id,
            roles: roles.to_vec(),
            second: PersonId(id(8)),
            function: OwnerRole::ShiftLead,
        };
        let (view, configure, operate) = (Role::View, Role::Configure, Role::Operate);
        let both = [view, configure];
        type Row<'r> = (Called, Option<ForEmergencies>, (&'r [Role], u32, bool));
        let table: [Row<'_>; 7] = [
            (of(11, &both, 600), Some(sheet(&both)), (&both, 600, true)),
            // longer than one lasts is cut, and no reason to doubt: gateways count from what they were lent
            (of(11, &both, 9_000), Some(sheet(&both)), (&both, 7_200, true)),
            // a right that the sheet has not, one that the scope has not, a system that it has not
            (of(11, &both, 600), Some(sheet(&[view])), (&[view], 600, false)),
            (of(11, &[view, operate], 600), Some(sheet(&[view, operate])), (&[view, operate], 600, false)),
            (of(12, &[view], 600), Some(sheet(&both)), (&[view], 600, false)),
            // of a sheet that is unknown the gateway's word is all there is, and the scope
            (of(11, &both, 600), None, (&both, 600, true)),
            (of(12, &both, 600), None, (&both, 600, false)),
        ];
        for (told, sheet, (roles, secs, whole)) in table {
            let (stands, all) = told.within(sheet.as_ref(), &scope, &rules);
            assert_eq!((stands.roles.as_slice(), stands.secs, all), (roles, secs, whole), "{told:?} {sheet:?}");
            assert_eq!((stands.instance, stands.person), (told.instance, told.person));
        }
    }

    #[test]
    fn where_nobody_reads_a_warning_no_hold_of_safety_and_no_person_without_a_second_factor_is_let_in() {
        let sheet = Approval {
            person: PersonId(id(8)),
            role: OwnerRole::ShiftLead,
            at: D0,
            meaning: ApprovalMeaning::Emergency,
        };
        let q = {
            let asked = AccessRequested {
                purpose: Purpose::Emergency,
                pattern: Pattern::GatewayAttended,
                attended: true,
                attendant: Some(PersonId(id(8))),
                window: AskedWindow::Fixed(Window { from: D0, until: D0.plus_secs(7_200) }),
                change: None,
                ..sample::asked()
            };
            ask(&asked, Moment::Request, now(), vec![Yes::recorded(&sheet)])
        };
        let hold = |cause, on, site: Option<SiteId>, from: Instant| Hold {
            rule: "R-15".into(),
            effect: Effect::NoNewAccess,
            cause,
            on,
            site,
            from,
            until: None,
            source: q.engagement.into(),
        };
        let (firm, here) = (Held::Provider(q.provider), Some(q.site));
        let with = |change: &dyn Fn(&mut Facts)| {
            let mut f = sample::facts();
            change(&mut f);
            (may_begin(&f, &q, now()), decide(&f, &q, now()).yes())
        };
        // given everything in order, or standing alone bad, which an emergency overrides
        assert_eq!(with(&|_| ()), (true, true));
        assert_eq!(with(&|f| f.standing = Line::flat(Level::Blocked)), (true, true));
        // what a person who confirms could answer for, and nobody does here
        for cause in [Cause::Security, Cause::Incident] {
            for on in [firm, Held::Engagement(q.engagement), Held::Instance(q.instance)] {
                let (begins, confirmed) = with(&|f| f.holds = vec![hold(cause, on, None, D0)]);
                assert!(!begins, "{cause:?} {on:?} {confirmed}");
            }
        }
        // the confirm of a person would do here
        assert_eq!(with(&|f| f.holds = vec![hold(Cause::Security, firm, here, D0)]), (false, true));
        // a second factor is no confirm's to answer for either, called back or not
        for mfa in [Known::No, Known::Unknown] {
            assert!(!with(&|f| f.person.mfa = mfa).0, "{mfa:?}");
        }
        assert_eq!(
            with(&|f| {
                f.person.mfa = Known::No;
                f.person.called_back = true;
            }),
            (false, true)
        );
        // a hold of quality, elsewhere, on another firm, or later is none
        let (later, other) = (D0.plus_secs(1), Held::Provider(ProviderId(id(77))));
        let elsewhere = Some(SiteId(id(2)));
        for hold in [
            hold(Cause::Gmp, firm, None, D0),
            hold(Cause::Security, firm, elsewhere, D0),
            hold(Cause::Security, other, None, D0),
            hold(Cause::Security, firm, None, later),
        ] {
            assert!(with(&|f| f.holds = vec![hold.clone()]).0, "{hold:?}");
        }
        // and what no emergency overrides stays a no
        assert_eq!(with(&|f| f.instance.safety = Known::Yes), (false, false));
    }
}
