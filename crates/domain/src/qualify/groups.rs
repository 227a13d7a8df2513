//! Roles that follow the groups of an identity provider: what a group asks for is given, and what a group gave goes
//! when no group asks for it any more. A role that people gave is theirs to take, whatever the groups say; one that
//! people took stays away until people give it.

use super::person::Person;
use crate::{
    event::qualify::{OwnerRole, RoleAt},
    rules::Rules,
};

/// What one sign-on changes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Followed {
    pub given: Vec<RoleAt>,
    pub taken: Vec<RoleAt>,
}

/// Whether a group may give a role at all. Who gives roles is named by people in the record, and a machine's
/// role is no person's: whoever rules a directory would else rule the plant.
pub fn may_follow(role: OwnerRole) -> bool {
    !matches!(role, OwnerRole::Administrator | OwnerRole::ServiceIdentity)
}

/// Powers that protect people and equipment: who has one of them by a group keeps it while nobody says anything else,
/// so that an identity provider that is silent takes nobody from the control room.
const PROTECTING: [&str; 3] = ["open-emergency", "disconnect", "revoke"];

/// The roles that groups gave and that go when no identity provider says anything of the person for long.
pub fn lapsing(person: &Person, rules: &Rules) -> Vec<RoleAt> {
    let protects = |role: OwnerRole| PROTECTING.iter().any(|power| rules.powers.owner(power, role));
    person.from_groups.iter().filter(|r| !protects(r.role)).copied().collect()
}

/// What changes for a person whose groups ask for these roles now.
pub fn follow(person: &Person, asked: &[RoleAt]) -> Followed {
    let mut given: Vec<RoleAt> = Vec::new();
    for role in asked.iter().filter(|r| may_follow(r.role)) {
        if ![&person.roles, &person.barred, &given].into_iter().any(|all| all.contains(role)) {
            given.push(*role);
        }
    }
    let taken = person.from_groups.iter().filter(|r| !asked.contains(r)).copied().collect();
    Followed { given, taken }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::{Actor, At, Instant, SiteId},
        event::qualify::{Employer, KeyAdded, KeyKind, KeyRemoved, PersonEvent},
        qualify::person::tests::invited,
        thing::Thing,
    };

    fn at(by: Actor) -> At {
        At { at: Instant::from_micros(1), by, seq: 1 }
    }
    fn role(role: OwnerRole, site: u128) -> RoleAt {
        RoleAt { role, site: Some(SiteId(uuid::Uuid::from_u128(site))) }
    }

    #[test]
    fn what_a_group_gave_goes_with_it_and_what_people_gave_stays() {
        let ours = role(OwnerRole::OtSecurity, 1);
        let (theirs, new) = (role(OwnerRole::Qa, 1), role(OwnerRole::Qa, 2));
        let mut p = invited(1, Employer::Owner);
        p.apply(&PersonEvent::RoleGiven(ours), at(Actor::Host));
        p.apply(&PersonEvent::RoleGiven(theirs), at(Actor::IdentityProvider));
        let done = |asked: &[RoleAt]| {
            let f = follow(&p, asked);
            (f.given, f.taken)
        };
        assert_eq!(done(&[theirs]), (vec![], vec![]));
        assert_eq!(done(&[]), (vec![], vec![theirs]));
        assert_eq!(done(&[new, new, theirs]), (vec![new], vec![]));
        assert_eq!(done(&[ours, new]), (vec![new], vec![theirs]));
        // the same role at every site is another role
        let wide = RoleAt { site: None, ..theirs };
        assert_eq!(done(&[wide]), (vec![wide], vec![theirs]));
        // once people gave it too, it is theirs
        p.apply(&PersonEvent::RoleGiven(theirs), at(Actor::Host));
        assert_eq!(follow(&p, &[]), Followed::default());
        p.apply(&PersonEvent::RoleTaken(theirs), at(Actor::Host));
        assert!(!p.roles.contains(&theirs) && p.from_groups.is_empty());
    }

    #[test]
    fn what_people_took_of_what_a_group_gave_stays_away_until_people_give_it() {
        let role = role(OwnerRole::Qa, 1);
        let mut p = invited(1, Employer::Owner);
        let key = |kind, name: &str| KeyAdded { kind, fingerprint: name.to_owned(), public: String::new() };
        p.apply(&PersonEvent::KeyAdded(key(KeyKind::SignOn, "plant.1")), at(Actor::Host));
        p.apply(&PersonEvent::RoleGiven(role), at(Actor::IdentityProvider));
        // the group takes what it gave, and gives it again
        p.apply(&PersonEvent::RoleTaken(role), at(Actor::IdentityProvider));
        assert_eq!(follow(&p, &[role]).given, [role]);
        // when people take it
        p.apply(&PersonEvent::RoleGiven(role), at(Actor::IdentityProvider));
        p.apply(&PersonEvent::RoleTaken(role), at(Actor::Host));
        assert_eq!(follow(&p, &[role]), Followed::default());
        // and when they give it again it is theirs, and no bar is left behind
        p.apply(&PersonEvent::RoleGiven(role), at(Actor::Host));
        assert_eq!((follow(&p, &[]), p.barred.len()), (Followed::default(), 0));
        // and when they take it after that, it stays away as well
        p.apply(&PersonEvent::RoleTaken(role), at(Actor::Host));
        assert_eq!(follow(&p, &[role]), Followed::default());
        // a role that goes with the account is not barred
        p.apply(&PersonEvent::RoleGiven(role), at(Actor::IdentityProvider));
        let gone = KeyRemoved { fingerprint: "plant.1".to_owned() };
        p.apply(&PersonEvent::KeyRemoved(gone), at(Actor::Host));
        p.apply(&PersonEvent::RoleTaken(role), at(Actor::Host));
        assert_eq!((follow(&p, &[role]).given, p.from_groups.len()), (vec![role], 0));
    }

    #[test]
    fn no_group_makes_an_administrator_or_a_machine() {
        let p = invited(1, Employer::Owner);
        let asked = [role(OwnerRole::Administrator, 1), role(OwnerRole::ServiceIdentity, 1)];
        assert_eq!(follow(&p, &asked), Followed::default());
    }
}
