//! Acts as forms: what an act asks for is a table, so that every act a person may do has a page without a page of its
//! own. Reading, drawing and looking first at what it would do are the same for all of them.

mod choices;
mod expect;
mod fill;
mod offer;
mod pages;
mod permit;
mod portal;
mod qualify;
mod read;
mod visit;
mod witness;

use plantgate_domain::base::Kind;

pub use offer::{begin, can, chosen, for_side, may as open_to, offered, offered_for, opens_for};
pub use pages::{led, routes};

/// A closed list of words.
pub type List = fn() -> Vec<&'static str>;

/// What a field holds, and so how it is asked for.
#[derive(Clone, Copy, Debug)]
pub enum Of {
    /// One line of text.
    Line,
    /// A text of several lines.
    Text,
    /// Several short texts, each on its own line or behind a comma.
    Lines,
    /// A day.
    Day,
    /// An instant, typed as local time of the site.
    Moment,
    /// Two instants: `name.from` and `name.until`.
    Window,
    /// One object of a kind.
    Pick(Kind),
    /// Several objects of a kind.
    Picks(Kind),
    /// One word: family of the catalogue and the words.
    One(&'static str, List),
    /// Yes, no or nobody has said; begins with the last.
    Known,
    /// Several words; none is left out of the act.
    Many(&'static str, List),
    /// Several words, where *none of them* is an answer and silence is another.
    Stated(&'static str, List),
    /// A box: ticked is true.
    Yes,
    /// One of the freezes of a site.
    Freeze,
    /// One of the sheets of codes that lie at a site and are good.
    Sheet,
    /// A list of groups of fields.
    Rows(&'static [Field]),
    /// A whole number, such as that of an entry.
    Number,
    /// A password: every blank counts, and a page never shows it again.
    Secret,
}

/// Whose people do an act by its form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    Ours,
    /// A provider's people, in their portal; our own have another way.
    Theirs,
    Both,
}

/// A field of an act's form.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// As the act calls it; dots lead into what it holds.
    pub name: &'static str,
    pub of: Of,
    pub must: bool,
    /// Only our own people are asked for it.
    pub ours: bool,
}

/// A field that must be filled.
const fn must(name: &'static str, of: Of) -> Field {
    Field { name, of, must: true, ours: false }
}
/// A field that may be left empty.
const fn may(name: &'static str, of: Of) -> Field {
    Field { name, of, must: false, ours: false }
}
/// A field that may be left empty and is asked of our own people only.
const fn inside(name: &'static str, of: Of) -> Field {
    Field { name, of, must: false, ours: true }
}

/// Where an act leads when it is done.
#[derive(Clone, Copy, Debug)]
pub enum Leads {
    /// To what it made.
    Made(Kind),
    /// To the object that one of its fields names.
    Named(Kind, &'static str),
    /// To the history of the object whose kind and name two of its fields hold.
    Told(&'static str, &'static str),
    /// To what was recorded of the session that a field names, in the part that another one holds.
    Recording(&'static str, &'static str),
    /// To the sheets of codes of the site that a field names.
    Sheets(&'static str),
    /// To what lies in the vault for the instance that a field names.
    Vault(&'static str),
}

/// An act as a form.
#[derive(Clone, Copy, Debug)]
pub struct Deed {
    pub act: &'static str,
    /// Key of the rail.
    pub nav: &'static str,
    pub leads: Leads,
    /// The object it is done to, and the field that names it; `None`: it begins something.
    pub on: Option<(Kind, &'static str)>,
    /// Whether the facts of an object of this kind may be sent again, changed.
    pub revises: Option<Kind>,
    pub by: By,
    pub fields: &'static [Field],
}

impl Deed {
    const fn makes(act: &'static str, nav: &'static str, kind: Kind, fields: &'static [Field]) -> Deed {
        Deed { act, nav, leads: Leads::Made(kind), on: None, revises: None, by: By::Ours, fields }
    }
    const fn done_to(
        act: &'static str,
        nav: &'static str,
        kind: Kind,
        name: &'static str,
        fields: &'static [Field],
    ) -> Deed {
        let (leads, on) = (Leads::Named(kind, name), Some((kind, name)));
        Deed { act, nav, leads, on, revises: None, by: By::Ours, fields }
    }
    /// It also revises what it made before, by the same reference.
    const fn again(mut self, kind: Kind) -> Deed {
        self.revises = Some(kind);
        self
    }
    /// It opens what was recorded.
    const fn opens(mut self, session: &'static str, part: &'static str) -> Deed {
        self.leads = Leads::Recording(session, part);
        self
    }
    /// It leads to the sheets of codes of a site.
    const fn lists_sheets(mut self, site: &'static str) -> Deed {
        self.leads = Leads::Sheets(site);
        self
    }
    /// It leads to what lies in the vault for an instance.
    const fn opens_vault(mut self, instance: &'static str) -> Deed {
        self.leads = Leads::Vault(instance);
        self
    }
    /// Its form stands in the portal, or on both sides.
    const fn by(mut self, by: By) -> Deed {
        self.by = by;
        self
    }
    /// The fields this side is asked for.
    pub fn asks(&self, theirs: bool) -> impl Iterator<Item = &'static Field> + use<> {
        self.fields.iter().filter(move |f| !(theirs && f.ours))
    }
    /// It is also offered at another object, which one of its fields names.
    const fn at(mut self, kind: Kind, name: &'static str) -> Deed {
        self.on = Some((kind, name));
        self
    }
}

/// All of them.
pub fn all() -> impl Iterator<Item = &'static Deed> {
    [expect::DEEDS, qualify::DEEDS, permit::DEEDS, witness::DEEDS, visit::DEEDS, portal::DEEDS].into_iter().flatten()
}

/// The form of an act.
pub fn find(act: &str) -> Option<&'static Deed> {
    all().find(|d| d.act == act)
}

/// All words of a closed list.
macro_rules! words {
    ($of:ty) => {
        || <$of>::ALL.iter().map(|word| word.as_str()).collect()
    };
}
use words;

#[cfg(test)]
mod tests {
    use plantgate_app::acts;
    use plantgate_wire::words::{Lang, Words};

    use super::*;

    fn said(id: &str) -> bool {
        let says = |lang| Words::find(lang, id, &Default::default()).is_some();
        says(Lang::En) && says(Lang::De)
    }

    fn fields(of: &'static [Field]) -> Vec<&'static Field> {
        let inside = |f: &'static Field| match f.of {
            Of::Rows(inner) => fields(inner),
            _ => Vec::new(),
        };
        of.iter().flat_map(|f| std::iter::once(f).chain(inside(f))).collect()
    }

    #[test]
    fn every_form_is_of_an_act_and_stands_once() {
        for deed in all() {
            assert!(acts::NAMES.contains(&deed.act), "{}", deed.act);
            assert_eq!(all().filter(|other| other.act == deed.act).count(), 1, "{}", deed.act);
            let names = match deed.leads {
                Leads::Named(_, name) | Leads::Sheets(name) | Leads::Vault(name) => vec![name],
                Leads::Told(kind, name) | Leads::Recording(kind, name) => vec![kind, name],
                Leads::Made(_) => Vec::new(),
            };
            for name in names {
                assert!(deed.fields.iter().any(|f| f.name == name), "{}: {name}", deed.act);
            }
        }
    }

    #[test]
    fn every_form_and_field_has_its_words() {
        for deed in all() {
            for id in [format!("deed-{}", deed.act), format!("means-{}", deed.act)] {
                assert!(said(&id), "{id}");
            }
            for field in fields(deed.fields) {
                let label = pages::label(field.name);
                assert!(said(&label), "{}: {label}", deed.act);
                let words = match field.of {
                    Of::One(family, list) | Of::Many(family, list) | Of::Stated(family, list) => {
                        list().into_iter().map(|word| format!("{family}-{word}")).collect()
                    }
                    _ => Vec::new(),
                };
                for id in words {
                    assert!(said(&id), "{}: {id}", deed.act);
                }
            }
        }
    }
}
