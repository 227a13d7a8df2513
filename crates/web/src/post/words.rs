//! One message in a reader's words: what it is about, whom it names, where it opens, and why this person gets it.

use plantgate_app::messages::What;
use plantgate_domain::{
    base::{Held, Ref},
    thing::AnyThing,
};
use plantgate_wire::words::Reader;

use crate::door::names::{Names, page};

/// A message in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    pub title: String,
    /// People, systems and firms it is about, as far as the reader may know them.
    pub names: String,
    pub why: String,
    /// A page that shows it, and where there is something to do, asks for it by a form; never one that acts.
    pub href: String,
}

/// What a message about this speaks of, beside the thing itself.
pub fn concerned(thing: &AnyThing) -> Vec<Ref> {
    match thing {
        AnyThing::AccessRequest(r) => vec![r.asked.person.into(), r.asked.instance.into(), r.asked.provider.into()],
        AnyThing::Grant(g) => vec![g.facts.person.into(), g.facts.instance.into(), g.facts.provider.into()],
        AnyThing::Item(i) => vec![i.facts.provider.into()],
        AnyThing::Request(r) => vec![r.facts.provider.into()],
        AnyThing::Finding(f) => f.facts.provider.into_iter().map(Ref::from).collect(),
        AnyThing::Hold(h) => held(h.facts.on).into_iter().collect(),
        AnyThing::Session(s) => {
            let known = [s.facts.person.map(Ref::from), Some(s.facts.instance.into())];
            known.into_iter().flatten().collect()
        }
        AnyThing::Visit(v) => vec![v.facts.provider.into()],
        AnyThing::Activation(a) => vec![a.engagement.into(), a.provider.into()],
        _ => Vec::new(),
    }
}

fn held(on: Held) -> Option<Ref> {
    match on {
        Held::Person(id) => Some(id.into()),
        Held::Provider(id) => Some(id.into()),
        Held::Engagement(id) => Some(id.into()),
        Held::Instance(id) => Some(id.into()),
        Held::Credential(_) => None,
    }
}

/// Says it. Whatever it speaks of was looked up before.
pub fn say(r: &Reader, names: &Names, what: What, thing: &AnyThing, stranger: bool) -> Said {
    let item = match thing {
        // What an engagement may do has no name of its own.
        AnyThing::Activation(a) => names.of(a.engagement.into()).text,
        other => other.card().reference.unwrap_or_else(|| r.word("kind", other.kind().as_str()).to_string()),
    };
    let named: Vec<String> = concerned(thing).into_iter().map(|on| names.of(on).text).filter(|n| *n != item).collect();
    let word = what.as_str();
    Said {
        title: r.word("message", word).s("what", &item).to_string(),
        names: named.join(", "),
        why: r.word("message-why", word).to_string(),
        href: href(what, thing, &item, stranger),
    }
}

fn href(what: What, thing: &AnyThing, name: &str, stranger: bool) -> String {
    match (thing, what) {
        (AnyThing::AccessRequest(_), What::AccessWaits | What::AccessSoon) => format!("/access/requests/{name}/decide"),
        (AnyThing::Request(_), _) if stranger => format!("/owe/{name}/upload"),
        (AnyThing::Finding(_), _) if stranger => format!("/our-findings/{name}"),
        (AnyThing::Session(_), What::Overrun) => format!("/access/sessions/{name}/end"),
        (AnyThing::Activation(_), _) => format!("/engagements/{name}"),
        (other, _) => page(other.kind()).map_or_else(|| "/messages".to_owned(), |p| format!("{p}/{name}")),
    }
}
