//! Acts and pages by their names in the reader's language: the half of *Find* that leads somewhere to do something. It
//! offers what the person's powers open and nothing else; the page behind each link asks again.

use plantgate_app::{power::could, read::Memory};

use crate::{
    door::{
        deeds::{all, for_side, open_to},
        visit::Visit,
    },
    page::find::Way,
    view::{Item, rooms},
};

/// A page: its text in the catalogue, its path, and the power it wants; empty when it wants none.
type Place = (&'static str, &'static str, &'static str);

/// Pages of everybody.
const BOTH: &[Place] = &[
    ("me-title", "/me", ""),
    ("tokens-title", "/me/tokens", ""),
    ("settings-title", "/settings", ""),
    ("feeds-title", "/messages/feeds", ""),
];

/// Pages of ours that are no entry of the rail and no list of a room.
const OURS: &[Place] = &[
    ("admin-users", "/admin/users", ""),
    ("admin-tokens", "/admin/tokens", "manage-users"),
    ("admin-services", "/admin/services", ""),
    ("admin-modes", "/admin/modes", ""),
    ("would-title", "/admin/would-refuse", ""),
    ("admin-rules", "/admin/rules", ""),
    ("admin-cosigners", "/admin/cosigners", ""),
    ("admin-deliveries", "/admin/deliveries", ""),
    ("admin-webhooks", "/admin/webhooks", ""),
    ("admin-import", "/admin/import", "import"),
    ("clock-title", "/clock", ""),
    ("questions-title", "/tier-questions", ""),
];

/// Acts of everybody that have a page of their own.
const BOTH_ACTS: &[Place] = &[("access-new", "/access/new", "request-access")];

/// The same of ours.
const OUR_ACTS: &[Place] = &[
    ("now-emergency", "/emergency", "open-emergency"),
    ("finding-raise", "/findings/new", "propose-finding"),
    ("evreq-send", "/evidence/requests/new", "send-requests"),
    ("packs-make", "/packs/new", "make-pack"),
    ("visit-new", "/visits/new", "enter-session"),
    ("logbook-new", "/logbook/new", "enter-session"),
];

/// Everything that is called so, acts first.
pub fn called(visit: &Visit, q: &str) -> Vec<Way> {
    let mut ways = acts(visit);
    ways.extend(pages(visit));
    ways.retain(|way| begins(&way.item.text, q));
    ways
}

/// Whether each word of a text begins a word of the name.
fn begins(name: &str, q: &str) -> bool {
    let words = |text: &str| text.to_lowercase().split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let name = words(name);
    words(q).iter().all(|typed| name.iter().any(|word| word.starts_with(typed.as_str())))
}

fn acts(visit: &Visit) -> Vec<Way> {
    let own = places(visit, BOTH_ACTS, OUR_ACTS).into_iter();
    // What is done to an object stands on that object's page; here is what begins something.
    let forms = all().filter(|deed| deed.on.is_none() && for_side(visit, deed) && open_to(visit, deed, &[]));
    let forms = forms.map(|deed| (visit.ui.word("deed", deed.act).to_string(), format!("/do/{}", deed.act)));
    own.chain(forms).map(|(text, href)| Way { acts: true, item: Item::link(text, href) }).collect()
}

fn pages(visit: &Visit) -> Vec<Way> {
    let rail = visit.ui.nav.groups().iter().flatten();
    let rail = rail.map(|item| (visit.ui.word("nav", item.key).to_string(), item.href.to_owned()));
    let lists = if visit.provider().is_none() { rooms::all() } else { Vec::new() };
    let lists = lists.into_iter().map(|(kind, href)| (visit.ui.word("room", kind).to_string(), href.to_owned()));
    let mut ways: Vec<Way> = Vec::new();
    for (text, href) in rail.chain(lists).chain(places(visit, BOTH, OURS)) {
        // Some lists stand in the rail as well.
        if !ways.iter().any(|way| way.item.href.as_deref() == Some(href.as_str())) {
            ways.push(Way { acts: false, item: Item::link(text, href) });
        }
    }
    ways
}

/// Those of two tables that are for this person's side of the gate and open for them somewhere: text and path.
fn places(visit: &Visit, both: &[Place], ours: &[Place]) -> Vec<(String, String)> {
    let ours = if visit.provider().is_none() { ours } else { &[] };
    let rules = visit.look.rules();
    let open = |power: &str| power.is_empty() || could(&visit.who.person, power, &[], &rules);
    let open = both.iter().chain(ours).filter(|(_, _, power)| open(power));
    open.map(|(key, href, _)| (visit.ui.t(key).to_string(), (*href).to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::begins;

    #[test]
    fn each_typed_word_begins_a_word_of_the_name() {
        // given names of acts; expect every typed word at the beginning of one of theirs, in any order and case
        assert!(begins("Register a provider", "reg prov"));
        assert!(begins("Register a provider", "PROV reg"));
        assert!(begins("Über die Anlage", "üb"));
        assert!(!begins("Register a provider", "vider"));
        assert!(!begins("Register a provider", "reg site"));
        assert!(begins("Register a provider", "  "));
    }
}
