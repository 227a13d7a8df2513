//! One visit of one person to one page: a snapshot to read from, and everything that stands around the page. A page
//! handler takes a `Visit`, asks it, and renders; two questions on one page never see two states of the record.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use plantgate_app::{
    Caller, Stop,
    messages::{Filter, message},
    new_request,
    read::{
        Look, Memory, Query,
        witnesses::{self, Policy},
    },
    today::{Deed, today},
};
use plantgate_domain::{
    base::{Instant, Kind, PersonId, ProviderId, Ref, SiteId, ZoneName},
    event::qualify::Employer,
    expect::{provider::Provider, site::Site},
    qualify::person::Person,
};
use plantgate_wire::words::{Lang, Named, Reader};

use super::{
    error::Trouble,
    names::Names,
    session::{Inside, SignedIn},
    state::State,
    told,
};
use crate::view::{Density, Nav, Receipt, Side, Theme, Ui};

/// A signed-in person's visit.
pub struct Visit {
    pub state: State,
    pub look: Look,
    pub who: SignedIn,
    pub ui: Ui,
    /// The site this visit is about: chosen, or the person's first.
    pub site: Option<Site>,
    pub names: Names,
}

/// A visit of somebody who need not be signed in.
pub struct Guest {
    pub state: State,
    pub ui: Ui,
}

impl Visit {
    /// The present of this visit.
    pub fn now(&self) -> Instant {
        self.look.now().0
    }
    /// Who acts.
    pub fn caller(&self) -> &Caller {
        &self.who.caller
    }
    /// The id of the person.
    pub fn me(&self) -> PersonId {
        self.who.person.id
    }
    /// The provider of the person; `None` for our own people.
    pub fn provider(&self) -> Option<ProviderId> {
        self.who.provider()
    }
    /// The page's place in the rail.
    #[must_use]
    pub fn at(mut self, current: &'static str) -> Visit {
        self.ui.current = current;
        self
    }
    /// Only for our own people: a provider's person learns nothing, not even that the page exists.
    pub fn ours(self) -> Result<Visit, Trouble> {
        if self.provider().is_none() { Ok(self) } else { Err(Stop::NotFound.into()) }
    }
    /// Only for a provider's people.
    pub fn theirs(self) -> Result<(Visit, ProviderId), Trouble> {
        let provider = self.provider().ok_or(Stop::NotFound)?;
        Ok((self, provider))
    }
    /// The object a path names, if this person may see it; otherwise it does not exist.
    pub async fn seen<I: From<uuid::Uuid>>(&mut self, kind: Kind, name: &str) -> Result<I, Trouble> {
        let on = plantgate_app::names::find(&mut self.look, kind, name).await?.ok_or(Stop::NotFound)?;
        if self.look.sees(self.who.person.id, on).await? { Ok(I::from(on.id)) } else { Err(Stop::NotFound.into()) }
    }
    /// The page's times in the zone of a site.
    pub fn zone_of(&mut self, site: &Site) {
        self.ui.r.zone = site.facts.zone.clone();
        self.ui.site = Some(site.facts.name.clone());
    }
}

impl FromRequestParts<State> for Visit {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Trouble> {
        let Inside { who, mut look } = <Inside as FromRequestParts<State>>::from_request_parts(parts, state).await?;
        let path = parts.uri.path_and_query().map_or("/", |p| p.as_str());
        let mut ui = around(&mut look, &parts.headers, path, state).await?;
        ui.behind = state.app.store().watermark().behind().map(|b| ui.r.say(&b.say(), &nothing).to_string());
        let site = chosen(&mut look, &who.person, &parts.headers).await?;
        if let Some(site) = &site {
            ui.r.zone = site.facts.zone.clone();
            ui.site = Some(site.facts.name.clone());
        }
        ui.person = look.open_private(&who.person.facts.name).await?;
        (ui.side, ui.nav) = match who.person.facts.employer {
            Employer::Owner => (Side::Owner, badges(&mut look, &who.person, site.as_ref()).await?),
            Employer::Provider(id) => {
                let provider: Provider = look.get(id).await?;
                (Side::Provider(provider.facts.name), Nav::portal())
            }
        };
        let unread = Filter { read: Some(false), ..Filter::default() };
        ui.nav = ui.nav.unread(message::count(look.tx(), who.person.id, &unread).await?);
        let names = if who.provider().is_some() { Names::for_stranger() } else { Names::default() };
        Ok(Visit { state: state.clone(), look, who, ui, site, names })
    }
}

impl FromRequestParts<State> for Guest {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Trouble> {
        Guest::of(state, &parts.headers, parts.uri.path_and_query().map_or("/", |p| p.as_str())).await
    }
}

impl Guest {
    /// A visit known by its headers and path only.
    pub async fn of(state: &State, headers: &HeaderMap, path: &str) -> Result<Guest, Trouble> {
        let mut look = state.app.store().look().await?;
        Ok(Guest { ui: around(&mut look, headers, path, state).await?, state: state.clone() })
    }
}

/// The rail with what only this person can do, and who is inside here.
async fn badges(look: &mut Look, me: &Person, site: Option<&Site>) -> Result<Nav, Stop> {
    let todo = today(look, me).await?;
    let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let alone = todo.iter().filter(|t| t.alone);
    let judge = alone.clone().filter(|t| t.deed == Deed::Judge).count();
    let nav = Nav::owner().mine("today", small(alone.count())).mine("evidence", small(judge));
    let Some(site) = site else { return Ok(nav) };
    let running =
        Query { site: Some(site.id.0), state: Some("running".to_owned()), ..Query::new(Kind::Session, me.id, 1) };
    Ok(nav.count("now", u32::try_from(look.count(&running).await?).unwrap_or(u32::MAX)))
}

/// What is said of the whole record names no object.
fn nothing(on: Ref) -> Named {
    Named { text: on.kind.as_str().to_owned(), href: None }
}

/// A cookie of the request.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    let mut pairs = all.flat_map(|v| v.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(n, _)| *n == name).map(|(_, value)| value)
}

async fn around(look: &mut Look, headers: &HeaderMap, path: &str, state: &State) -> Result<Ui, Stop> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let lang = cookie(headers, "lang").and_then(Lang::of).unwrap_or_else(|| Lang::accept(accepted));
    let organisation = look.organisation().await?;
    let reader = Reader { lang, zone: ZoneName::utc() };
    let policy = Policy::of(organisation.as_ref(), state.app.store().keyring());
    let witness = witnesses::newest(look.tx(), &policy).await?.map(|w| (w.by.join(", "), w.size));
    let receipt = receipt(&reader, path).or_else(|| told::receipt(&reader, headers, state));
    Ok(Ui {
        r: reader,
        theme: cookie(headers, "theme").map(Theme::of).unwrap_or_default(),
        density: cookie(headers, "density").map(Density::of).unwrap_or_default(),
        own_zone: cookie(headers, "zone").and_then(|zone| zone.parse().ok()),
        org: organisation.as_ref().map_or_else(|| "Plantgate".to_owned(), |o| o.facts.name.clone()),
        side: Side::Nobody,
        person: None,
        site: None,
        nav: Nav::default(),
        current: "",
        demo: organisation.is_some_and(|o| o.facts.demo),
        now: look.now().0,
        doubted: look.doubt().map(|d| d.shown),
        path: path.to_owned(),
        receipt,
        acts: Vec::new(),
        behind: None,
        passkeys: state.passkeys.as_ref().map(|site| site.origin().to_owned()),
        witness,
        help: None,
        keys: cookie(headers, "keys") != Some("off"),
        request_id: new_request()?.to_string(),
    })
}

/// What the last act said: `?done=access-requested&entry=412`. The sentence comes from the catalogue, so that nobody
/// can put words on our page with a link.
fn receipt(reader: &Reader, path: &str) -> Option<Receipt> {
    let query = path.split_once('?')?.1;
    let value = |name: &str| query.split('&').filter_map(|p| p.split_once('=')).find(|(n, _)| *n == name);
    let (_, done) = value("done")?;
    let id = format!("done-{done}");
    let known = done.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
        && plantgate_wire::words::Words::find(reader.lang, &id, &Default::default()).is_some();
    let entry = value("entry").and_then(|(_, n)| n.parse().ok());
    known.then(|| Receipt { text: reader.t(&id).to_string(), entry, href: None })
}

/// The site of the cookie if the person has a role there, else the first of their roles, else the first there is.
async fn chosen(look: &mut Look, person: &Person, headers: &HeaderMap) -> Result<Option<Site>, Stop> {
    let mut sites: Vec<Site> = Vec::new();
    for kept in look.every(Kind::Site).await? {
        sites.push(Site::try_from(kept.thing)?);
    }
    let mine = |s: &&Site| person.roles.iter().any(|r| r.site.is_none_or(|id| id == s.id));
    let wanted: Option<SiteId> = cookie(headers, "site").and_then(|v| v.parse().ok());
    let found = sites.iter().find(|s| Some(s.id) == wanted && mine(s));
    let first = person.roles.iter().find_map(|r| r.site).and_then(|id| sites.iter().find(|s| s.id == id));
    Ok(found.or(first).or_else(|| sites.iter().find(mine)).or(sites.first()).cloned())
}
