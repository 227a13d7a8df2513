//! What ends when somebody's access is taken away, before it is: which sessions, where, under which grants, and what
//! cannot be ended by this reader. Whoever reads it decides; nothing is cut that was not shown first.

use plantgate_domain::{
    base::{GrantId, Instant, Kind, PersonId, Ref, SessionId, SiteId},
    permit::grant::Grant,
    qualify::person::Person,
    witness::session::{RUNNING, Session},
};
use plantgate_store::{
    Stop,
    list::{Order, Query},
    look::Look,
    memory::Memory,
};

use crate::{
    paged::every,
    power::{self, Power},
};

/// Rows asked for in one step.
const STEP: usize = 200;

/// How far an end reaches, seen from one session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// The session.
    Session,
    /// Everything of its person, at every site.
    Person,
    /// Everything of its provider at its site.
    Provider,
    /// Everything of its provider at every site.
    Everywhere,
}

impl Scope {
    /// All, the narrowest first.
    pub const ALL: [Scope; 4] = [Scope::Session, Scope::Person, Scope::Provider, Scope::Everywhere];

    /// Its word in a URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Scope::Session => "session",
            Scope::Person => "person",
            Scope::Provider => "provider",
            Scope::Everywhere => "everywhere",
        }
    }
    /// From a URL; a word that is none means the narrowest.
    pub fn of(word: &str) -> Scope {
        Scope::ALL.into_iter().find(|s| s.as_str() == word).unwrap_or(Scope::Session)
    }
    /// Whether anything can be meant by it: nobody knows everything of somebody nobody knows.
    pub fn fits(self, of: &Session) -> bool {
        match self {
            Scope::Session => true,
            Scope::Person => of.facts.person.is_some(),
            Scope::Provider | Scope::Everywhere => of.facts.provider.is_some(),
        }
    }
}

/// A session that ends.
#[derive(Clone, PartialEq, Debug)]
pub struct Ending {
    pub session: Session,
    /// The grant it runs under, while that is neither over nor taken away.
    pub grant: Option<Grant>,
    /// Not asked for: it runs under the same grant, which goes.
    pub along: bool,
}

/// Everything that ends, and what does not.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct WhatEnds {
    pub sessions: Vec<Ending>,
    /// Grants under which no session is recorded: open, resting or not begun. They go too, because whoever is cut off
    /// would come back by the next one.
    pub grants: Vec<Grant>,
    /// Grants that are over while people may be inside by a certificate of theirs: only a disconnect reaches those.
    pub lingering: Vec<Grant>,
    /// Running sessions at sites where this reader has no say.
    pub apart: Vec<Session>,
    /// Running sessions of which nobody knows whose they are: a wider end does not reach them.
    pub nobody: Vec<Session>,
    /// Sites where this reader may end access, of those that are meant.
    pub covered: Vec<SiteId>,
    /// The others that are meant and that this reader may see.
    pub beyond: Vec<SiteId>,
    /// Whether sites are meant that this reader does not see. Which ones is not for them to know.
    pub unseen: bool,
}

impl WhatEnds {
    /// Whether there is nothing to end.
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty() && self.grants.is_empty() && self.lingering.is_empty()
    }
}

/// What ends for a reader, as wide as that.
pub async fn what_ends(look: &mut Look, reader: &Person, of: &Session, scope: Scope) -> Result<WhatEnds, Stop> {
    let now = look.now().0;
    let mut all = places(look, reader, of, scope).await?;
    let siblings: Vec<SessionId> = match of.facts.grant {
        Some(grant) => look.of::<Session>("grant", grant).await?.into_iter().map(|s| s.id).collect(),
        None => Vec::new(),
    };
    let query = Query { state: Some(RUNNING.to_owned()), ..of_kind(Kind::Session, reader.id) };
    for session in every(look, query, |_: &Session| true).await? {
        if !session.inside(now) || !all.means(session.facts.site) {
            continue;
        }
        let (asked, along) = (meant(&session, of, scope), siblings.contains(&session.id));
        let here = all.covered.contains(&session.facts.site);
        match () {
            () if asked || along => {
                if here {
                    let grant = alive(look, session.facts.grant).await?;
                    all.sessions.push(Ending { along: !asked, grant, session });
                } else {
                    all.apart.push(session);
                }
            }
            () if here && scope != Scope::Session && session.facts.person.is_none() => all.nobody.push(session),
            () => {}
        }
    }
    let used: Vec<GrantId> = all.sessions.iter().filter_map(|e| e.grant.as_ref().map(|g| g.id)).collect();
    for grant in grants(look, reader.id, of, scope).await? {
        match () {
            () if !all.covered.contains(&grant.facts.site) || used.contains(&grant.id) => {}
            () if lingers(&grant, scope, now) => all.lingering.push(grant),
            () if scope != Scope::Session && grant.alive(now) => all.grants.push(grant),
            () => {}
        }
    }
    Ok(all)
}

/// Whether a grant that is over goes along. One session takes its own; a wider end takes those whose window would still
/// be open, because of all that ever were nobody could read the list.
fn lingers(g: &Grant, scope: Scope, now: Instant) -> bool {
    g.lingers(now) && (scope == Scope::Session || now < g.until)
}

impl WhatEnds {
    fn means(&self, site: SiteId) -> bool {
        self.covered.contains(&site) || self.beyond.contains(&site)
    }
}

/// The sites that are meant, by whether this reader may end access there.
async fn places(look: &mut Look, reader: &Person, of: &Session, scope: Scope) -> Result<WhatEnds, Stop> {
    let (mut sites, mut unseen) = (vec![of.facts.site], false);
    if matches!(scope, Scope::Person | Scope::Everywhere) {
        let every = look.every(Kind::Site).await?.into_iter().map(|kept| SiteId(kept.thing.id()));
        let others: Vec<SiteId> = every.filter(|site| *site != of.facts.site).collect();
        let refs: Vec<Ref> = others.iter().map(|site| (*site).into()).collect();
        let seen = look.sees_which(reader.id, &refs).await?;
        unseen = seen.len() < refs.len();
        sites.extend(others.into_iter().filter(|site| seen.contains(&(*site).into())));
    }
    let rules = look.rules();
    let (covered, beyond) =
        sites.into_iter().partition(|site| power::could(reader, power::Disconnect::KEY, &[*site], &rules));
    Ok(WhatEnds { covered, beyond, unseen, ..WhatEnds::default() })
}

fn meant(session: &Session, of: &Session, scope: Scope) -> bool {
    let (a, b) = (&session.facts, &of.facts);
    match scope {
        Scope::Session => session.id == of.id,
        Scope::Person => session.id == of.id || a.person.is_some() && a.person == b.person,
        Scope::Provider => session.id == of.id || a.provider.is_some() && a.provider == b.provider && a.site == b.site,
        Scope::Everywhere => session.id == of.id || a.provider.is_some() && a.provider == b.provider,
    }
}

/// A grant, while it is neither over nor taken away.
async fn alive(look: &mut Look, grant: Option<GrantId>) -> Result<Option<Grant>, Stop> {
    let now = look.now().0;
    let Some(grant) = grant else { return Ok(None) };
    Ok(look.find::<Grant>(grant).await?.filter(|g| g.alive(now)))
}

/// Grants of the scope whose window is not over by itself; of one session its own.
async fn grants(look: &mut Look, reader: PersonId, of: &Session, scope: Scope) -> Result<Vec<Grant>, Stop> {
    let mut query = of_kind(Kind::Grant, reader);
    match (scope, of.facts.person, of.facts.provider) {
        (Scope::Session, ..) => {
            let Some(grant) = of.facts.grant else { return Ok(Vec::new()) };
            return Ok(look.find::<Grant>(grant).await?.into_iter().collect());
        }
        (Scope::Person, Some(person), _) => query.pointing = Some(("person", person.into())),
        (Scope::Provider, _, Some(provider)) => {
            (query.provider, query.site) = (Some(provider.0), Some(of.facts.site.0));
        }
        (Scope::Everywhere, _, Some(provider)) => query.provider = Some(provider.0),
        _ => return Ok(Vec::new()),
    }
    let mut all = Vec::new();
    for word in ["active", "scheduled", "suspended", "revoked"] {
        let some = Query { line: Some(("state", word.to_owned())), ..query.clone() };
        all.extend(every(look, some, |_: &Grant| true).await?);
    }
    all.sort_by_key(|g| (g.facts.window.from, g.id));
    Ok(all)
}

fn of_kind(kind: Kind, reader: PersonId) -> Query {
    Query { order: Order::Newest, ..Query::new(kind, reader, STEP) }
}
