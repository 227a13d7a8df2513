//! What a token opens, as examples.

use uuid::Uuid;

use super::*;
use crate::{
    base::{At, Commit, Private, SiteId, Slot},
    event::qualify::{Employer, PersonEvent, ProviderRole, ServiceMade, TokenRevoked},
    qualify::person::tests::invited,
    rules::Rules,
    thing::Thing,
};

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}
fn t(text: &str) -> Instant {
    text.parse().unwrap()
}
fn at(text: &str) -> At {
    At { at: t(text), by: Actor::Person(PersonId(id(7))), seq: 0 }
}
fn private() -> Private<crate::base::Text> {
    Private::sealed(Commit(String::new()), Slot(id(1)))
}
fn site(n: u128) -> SiteId {
    SiteId(id(n))
}
fn person(roles: &[(OwnerRole, Option<SiteId>)]) -> Person {
    let mut p = invited(5, Employer::Owner);
    p.roles = roles.iter().map(|(role, site)| RoleAt { role: *role, site: *site }).collect();
    p
}
fn service(owner: u128) -> Person {
    let made = ServiceMade { reference: None, name: private(), sort: private(), owner: PersonId(id(owner)) };
    Person::born(id(9), &PersonEvent::ServiceMade(made), at("2026-01-01T00:00:00Z")).unwrap()
}
fn made(n: u128, acts: &[&str], sites: &[SiteId]) -> TokenMade {
    TokenMade {
        token: id(n),
        name: private(),
        acts: acts.iter().map(|a| (*a).to_owned()).collect(),
        sites: sites.to_vec(),
        until: t("2026-12-01T00:00:00Z"),
        fingerprint: "aa".to_owned(),
    }
}
fn holding(mut p: Person, made: TokenMade) -> Person {
    p.apply(&PersonEvent::TokenMade(made), at("2026-11-01T00:00:00Z"));
    p
}

#[test]
fn a_token_stands_until_its_end_or_until_it_is_taken_back() {
    let mut p = holding(person(&[]), made(1, &[], &[]));
    let stands = |p: &Person, when: &str| p.token(id(1)).unwrap().stands(t(when)).map_err(|r| r.say.id);
    assert_eq!(stands(&p, "2026-11-30T23:59:59Z"), Ok(()));
    assert_eq!(stands(&p, "2026-12-01T00:00:00Z").unwrap_err(), "stop-token-expired");
    // another's end changes nothing here; its own ends it, and stays the first one
    p.apply(&PersonEvent::TokenRevoked(TokenRevoked { token: id(2) }), at("2026-11-02T00:00:00Z"));
    assert_eq!(stands(&p, "2026-11-03T00:00:00Z"), Ok(()));
    p.apply(&PersonEvent::TokenRevoked(TokenRevoked { token: id(1) }), at("2026-11-04T00:00:00Z"));
    p.apply(&PersonEvent::TokenRevoked(TokenRevoked { token: id(1) }), at("2026-11-05T00:00:00Z"));
    assert_eq!(stands(&p, "2026-11-04T00:00:01Z").unwrap_err(), "stop-token-revoked");
    assert_eq!(p.token(id(1)).unwrap().revoked.unwrap().0, t("2026-11-04T00:00:00Z"));
}

#[test]
fn a_list_finds_who_holds_an_open_one_at_any_instant() {
    let p = holding(person(&[]), made(1, &[], &[]));
    let lines = p.lines(&Rules::builtin().unwrap());
    let (_, line) = lines.iter().find(|(name, _)| *name == "tokens").unwrap();
    assert_eq!((*line.at(t("2026-11-30T00:00:00Z")), *line.at(t("2026-12-01T00:00:00Z"))), ("open", "ended"));
    assert!(person(&[]).lines(&Rules::builtin().unwrap()).iter().all(|(name, _)| *name == "state"));
}

#[test]
fn it_does_the_acts_it_names_and_no_other() {
    let p = holding(person(&[]), made(1, &["log-session"], &[]));
    let token = p.token(id(1)).unwrap();
    assert_eq!(token.allows("log-session"), Ok(()));
    assert_eq!(token.allows("start-session").unwrap_err().say.id, "stop-token-scope");
    let p = holding(person(&[]), made(1, &[], &[]));
    assert_eq!(p.token(id(1)).unwrap().allows("log-session").unwrap_err().say.id, "stop-token-reads");
}

#[test]
fn its_holder_has_their_roles_at_its_sites_and_nowhere_else() {
    use OwnerRole::{OtSecurity, Qa, ShiftLead};
    // given somebody with a role at every site, one at the first and one at the third
    let whole = person(&[(OtSecurity, None), (Qa, Some(site(1))), (ShiftLead, Some(site(3)))]);
    let roles = |sites: &[SiteId]| {
        let p = holding(whole.clone(), made(1, &[], sites));
        p.token(id(1)).unwrap().narrows(&p).roles
    };
    // then a token of the first and second has these, and one of no site has all
    let role = |role, n| RoleAt { role, site: Some(site(n)) };
    assert_eq!(roles(&[site(1), site(2)]), [role(OtSecurity, 1), role(OtSecurity, 2), role(Qa, 1)]);
    assert_eq!(roles(&[site(2)]), [role(OtSecurity, 2)]);
    assert_eq!(roles(&[]), whole.roles);
    // and where they have no role, neither has it
    let local = person(&[(Qa, Some(site(1)))]);
    assert!(made_for(&local, &[site(2)]).is_empty());
}

fn made_for(p: &Person, sites: &[SiteId]) -> Vec<RoleAt> {
    let p = holding(p.clone(), made(1, &[], sites));
    p.token(id(1)).unwrap().narrows(&p).roles
}

#[test]
fn a_row_keeps_what_stands_and_the_newest_of_what_ended() {
    let mut p = holding(person(&[]), made(1, &[], &[]));
    for n in 2..=80 {
        p.apply(&PersonEvent::TokenMade(made(n, &[], &[])), at("2026-11-01T00:00:00Z"));
        p.apply(&PersonEvent::TokenRevoked(TokenRevoked { token: id(n) }), at("2026-11-02T00:00:00Z"));
    }
    assert!(p.token(id(1)).is_some() && p.token(id(80)).is_some(), "one that stands or ended last is gone");
    assert!(p.token(id(2)).is_none() && p.tokens.len() <= ENDED + 2, "{}", p.tokens.len());
}

#[test]
fn a_machine_has_its_one_role_and_nobody_else_has_it() {
    let says = |p: &Person, role| fits(p, role).map_err(|r| r.say.id);
    let (human, machine) = (person(&[]), service(5));
    assert_eq!(says(&machine, OwnerRole::ServiceIdentity), Ok(()));
    for role in OwnerRole::of_people() {
        assert_eq!(says(&machine, role).unwrap_err(), "stop-service-role", "{role}");
        assert_eq!(says(&human, role), Ok(()), "{role}");
    }
    assert_eq!(says(&human, OwnerRole::ServiceIdentity).unwrap_err(), "stop-role-of-service");
    assert_eq!(OwnerRole::of_people().count() + 1, OwnerRole::ALL.len());
}

#[test]
fn a_machine_works_while_somebody_with_a_seat_answers_for_it() {
    let now = t("2026-11-10T08:00:00Z");
    let mut owner = person(&[]);
    assert_eq!(may_answer(&owner, now).unwrap_err().say.id, "stop-service-owner", "who is only invited");
    owner.apply(&PersonEvent::Activated(crate::event::qualify::Nothing {}), at("2026-11-01T00:00:00Z"));
    assert_eq!((may_answer(&owner, now), answered_for(Some(&owner), now)), (Ok(()), Ok(())));
    // a machine, somebody of a provider and nobody answer for none
    assert_eq!(may_answer(&service(5), now).unwrap_err().say.id, "stop-not-a-machine");
    let mut theirs = owner.clone();
    theirs.facts.employer = Employer::Provider(crate::base::ProviderId(id(8)));
    theirs.facts.provider_roles = vec![ProviderRole::Contact];
    assert_eq!(may_answer(&theirs, now).unwrap_err().say.id, "stop-service-owner");
    assert_eq!(answered_for(None, now).unwrap_err().say.id, "stop-service-alone");
    // and whoever is suspended or was withdrawn answers no more
    let reason = crate::event::qualify::WithReason { reason: private() };
    owner.apply(&PersonEvent::Suspended(reason), at("2026-11-09T00:00:00Z"));
    assert_eq!(answered_for(Some(&owner), now).unwrap_err().say.id, "stop-service-alone");
    owner.seat = super::super::person::Seat::Active;
    owner.withdrawn = true;
    assert!(answered_for(Some(&owner), now).is_err());
}

#[test]
fn no_rules_give_a_machine_what_approves_or_judges() {
    let rules = Rules::builtin().unwrap();
    let given: Vec<&str> = rules
        .powers
        .power
        .iter()
        .filter(|p| p.owner.contains(&OwnerRole::ServiceIdentity))
        .map(|p| p.key.as_str())
        .collect();
    assert_eq!(given, ["import", "keep-people", "enter-session", "keep-accounts"]);
}
