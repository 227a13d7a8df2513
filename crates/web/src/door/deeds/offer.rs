//! Which acts a person is offered where: what begins something on its list, what is done to an object on its page.

use plantgate_app::{acts, power::could, read::Memory};
use plantgate_domain::{
    base::{Kind, SiteId},
    event::witness::AccountKind,
    expect::vault,
    thing::AnyThing,
    witness::acts as witness,
};

use super::{By, Deed, Leads, all, find};
use crate::{
    door::{listing::encoded, pages::history::opens, visit::Visit},
    view::Item,
};

/// Whether this person could do it at these sites; the act asks again in its turn.
pub fn may(visit: &Visit, deed: &Deed, sites: &[SiteId]) -> bool {
    acts::power(deed.act).is_some_and(|key| could(&visit.who.person, key, sites, &visit.look.rules()))
}

/// Whether this person could do the act of that name by its form somewhere.
pub fn can(visit: &Visit, act: &str) -> bool {
    find(act).is_some_and(|deed| for_side(visit, deed) && may(visit, deed, &[]))
}

/// Whether its form is for this person's side of the gate.
pub fn for_side(visit: &Visit, deed: &Deed) -> bool {
    match deed.by {
        By::Both => true,
        By::Ours => visit.provider().is_none(),
        By::Theirs => visit.provider().is_some(),
    }
}

/// Where an object opens for this person: a provider's people have pages of their own.
pub fn opens_for(visit: &Visit, kind: Kind, name: &str) -> String {
    match kind {
        _ if visit.provider().is_none() => opens(kind, name),
        Kind::Request => format!("/owe/{name}/upload"),
        Kind::Finding => format!("/our-findings/{name}"),
        Kind::AccessRequest | Kind::Grant => "/my-access".to_owned(),
        Kind::Visit => format!("/our-visits/{name}"),
        _ => "/our-people".to_owned(),
    }
}

/// The list of a kind of object.
pub fn list_of(kind: Kind) -> String {
    match kind {
        Kind::Provider => "/providers".to_owned(),
        Kind::Instance => "/systems".to_owned(),
        Kind::AccessRequest => "/access".to_owned(),
        Kind::Grant => "/access/grants".to_owned(),
        Kind::Finding => "/findings".to_owned(),
        Kind::Visit => "/visits".to_owned(),
        Kind::Item => "/evidence".to_owned(),
        Kind::Request => "/evidence/requests".to_owned(),
        kind => format!("/register/{kind}"),
    }
}

/// What begins an object of a kind.
pub fn begin(visit: &Visit, kind: Kind) -> Vec<Item> {
    let makes = |d: &&Deed| matches!(d.leads, Leads::Made(of) if of == kind) && may(visit, d, &[]);
    let item = |d: &Deed| Item::link(visit.ui.word("deed", d.act).to_string(), format!("/do/{}", d.act));
    all().filter(makes).map(item).collect()
}

/// What may be done to an object, as links to forms that already name it.
pub fn offered(visit: &Visit, kind: Kind, name: &str, sites: &[SiteId]) -> Vec<Item> {
    chosen(visit, kind, name, sites, |_| true)
}

/// The same for an object that is at hand: only what it can still come to.
pub fn offered_for(visit: &Visit, thing: &AnyThing, name: &str, sites: &[SiteId]) -> Vec<Item> {
    chosen(visit, thing.kind(), name, sites, |act| fits(thing, act))
}

/// The same for an object of which the page knows more than the object does.
pub fn chosen(visit: &Visit, kind: Kind, name: &str, sites: &[SiteId], fits: impl Fn(&str) -> bool) -> Vec<Item> {
    let name = encoded(name);
    let mut items = Vec::new();
    for deed in all().filter(|d| fits(d.act) && for_side(visit, d) && may(visit, d, sites)) {
        let title = visit.ui.word("deed", deed.act).to_string();
        if deed.revises == Some(kind) {
            let title = visit.ui.t("deed-revise").to_string();
            items.insert(0, Item::link(title, format!("/do/{}?again={name}", deed.act)));
        } else if let Some((on, field)) = deed.on
            && on == kind
        {
            items.push(Item::link(title, format!("/do/{}?{field}={name}", deed.act)));
        } else if deed.fields.iter().any(|f| f.name == format!("on.{kind}")) {
            items.push(Item::link(title, format!("/do/{}?on.{kind}={name}", deed.act)));
        }
    }
    items
}

/// Whether an object can still come to it: nobody ends what is over, or takes back what is there.
fn fits(thing: &AnyThing, act: &str) -> bool {
    match (thing, act) {
        (AnyThing::Session(s), "attend-session") => s.ended.is_none(),
        (AnyThing::Session(s), "confirm-safe-end" | "cut-session") => witness::may_cut(s).is_ok(),
        (AnyThing::Session(s), "view-recording" | "keep-recording" | "release-recording") => {
            (s.gated() || !s.parts.is_empty()) && s.deleted.is_none()
        }
        (AnyThing::Session(s), "name-code-reader") => s.cut_off.is_some(),
        (AnyThing::Session(s), "note-adjacent-log") => s.ended.is_some() && s.corrected_by.is_none(),
        (AnyThing::Instance(i), "break-measure") => i.compensation.as_ref().is_some_and(|c| c.broken.is_none()),
        (AnyThing::Instance(i), "agree-measures") => i.needs_compensation(),
        (AnyThing::Instance(i), "unpin-endpoint" | "put-login-secret") => i.endpoint.is_some(),
        (AnyThing::Instance(i), "show-login-secret") => vault::may_show(i).is_ok(),
        (AnyThing::Instance(i), "remove-login-secret") => vault::may_remove(i).is_ok(),
        (AnyThing::Account(a), "check-in-account") => a.out().is_some(),
        (AnyThing::Account(a), "bind-account") => a.facts.kind == AccountKind::Named && a.facts.holder.is_some(),
        (AnyThing::Site(s), "withdraw-codes") => s.sheets.iter().any(|sheet| sheet.withdrawn.is_none()),
        (AnyThing::Account(a), "unbind-account") => a.bound.is_some(),
        (AnyThing::Account(a), "check-out-account") => a.facts.kind == AccountKind::Shared && a.out().is_none(),
        _ => true,
    }
}
