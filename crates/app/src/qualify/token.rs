//! Tokens of programs in the record: made by whoever acts by them, or for a machine by who answers for it or manages
//! people; taken back by any of those. The secret never comes here; `App::make_token` alone makes one, and gives it out
//! once.

use plantgate_domain::{
    base::{Actor, DAY, Instant, Kind, PersonId, Refusal, SiteId, Why},
    event::qualify::{Employer, PersonEvent, TokenMade, TokenRevoked},
    qualify::person::Person,
    rules::of_machines,
};
use plantgate_store::{Desk, Stop, memory::Memory, ops::token};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{credential::not_by_sign_on, seat};
use crate::{
    act::{Act, Answer, App, Caller},
    acts, names,
    power::{ManageUsers, May, Place},
    reach,
};

/// Longest name of a token, in characters.
const NAME: usize = 80;

/// What a token is for.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenWish {
    /// What its maker calls it.
    pub name: String,
    /// Acts it may do, by name; none: it reads only.
    #[serde(default)]
    pub acts: Vec<String>,
    /// Sites it is bound to, by reference; none: wherever its holder may.
    #[serde(default)]
    pub sites: Vec<String>,
    /// Days until it ends.
    pub days: i64,
    /// The machine that holds it; absent: whoever makes it.
    #[serde(default)]
    pub service: Option<String>,
}

/// A token that was made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TokenDone {
    pub holder: PersonId,
    pub token: Uuid,
    pub until: Instant,
}

/// Makes a token. The name of the act stands in no list, because only [`App::make_token`] does it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct MakeToken {
    wish: TokenWish,
    holder: PersonId,
    /// The row and its fingerprint: no part of what is asked, so that the same form sent twice is one token.
    #[serde(skip)]
    row: Option<(token::Kept, String)>,
}

impl Act for MakeToken {
    const NAME: &'static str = "make-token";
    const STEP_UP: bool = true;
    type Power = ManageUsers;
    type Done = TokenDone;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        let holder: Person = desk.get(self.holder).await?;
        if holder.service.is_some() {
            return place(desk, &holder).await;
        }
        // Whoever made it for somebody else would have what acts in their name.
        Ok(Place { own: Some(holder.id), sites: reach::everywhere(desk).await?, ..Place::default() })
    }

    async fn run(self, _may: May<ManageUsers>, desk: &mut Desk) -> Result<TokenDone, Stop> {
        let holder: Person = desk.get(self.holder).await?;
        if holder.service.is_none() && self.wish.service.is_some() {
            return Err(Stop::field("service", Why::of("invalid-service-unknown")));
        }
        if holder.service.is_none() && desk.cause().actor != Actor::Person(holder.id) {
            return Err(Stop::NotFound);
        }
        let now = desk.now().0;
        if !holder.seated(now) {
            return Err(Refusal::new("R-27", "stop-no-seat").into());
        }
        // It would outlive the account elsewhere by which its maker is here.
        not_by_sign_on(desk, "name")?;
        let most = desk.limits().tokens_open;
        if holder.tokens.iter().filter(|t| t.word(now) == "open").count() >= most {
            return Err(Stop::field("name", Why::of("invalid-tokens-many").with("most", most)));
        }
        let name = names::text(NAME, "name", &self.wish.name)?;
        let days = desk.limits().token_days;
        if !(1..=days).contains(&self.wish.days) {
            return Err(Stop::field("days", Why::of("invalid-token-days").with("most", days)));
        }
        let acts = acts_of(&holder, &self.wish.acts)?;
        let sites = sites_of(desk, &holder, &self.wish.sites).await?;
        let (kept, fingerprint) = self.row.ok_or_else(|| Stop::fault("a token without its row"))?;
        let until = now.plus_secs(self.wish.days * DAY);
        let made = TokenMade { token: kept.token, name: desk.seal(&name)?, acts, sites, until, fingerprint };
        let done = TokenDone { holder: holder.id, token: kept.token, until };
        desk.append(holder.id, PersonEvent::TokenMade(made)).await?;
        desk.keep_token(kept);
        Ok(done)
    }
}

/// The acts that were named, each once and in order. What asks a person for a new proof is no act of a program.
fn acts_of(holder: &Person, named: &[String]) -> Result<Vec<String>, Stop> {
    let mut all: Vec<String> = Vec::new();
    for name in named {
        match acts::power(name) {
            None => return Err(Stop::field("acts", Why::of("invalid-token-act").with("act", name))),
            Some(_) if !acts::by_token(name) => {
                return Err(Stop::field("acts", Why::of("invalid-token-act-never").with("act", name)));
            }
            Some(power) if holder.service.is_some() && !of_machines(power) => {
                return Err(Stop::field("acts", Why::of("invalid-token-act-machine").with("act", name)));
            }
            Some(_) => all.push(name.clone()),
        }
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// The sites that were named, where the holder has a role. Somebody of a provider works where it is engaged, which no
/// list of sites narrows.
async fn sites_of(desk: &mut Desk, holder: &Person, named: &[String]) -> Result<Vec<SiteId>, Stop> {
    if named.is_empty() {
        return Ok(Vec::new());
    }
    if holder.facts.employer != Employer::Owner {
        return Err(Stop::field("sites", Why::of("invalid-token-sites-theirs")));
    }
    let mut sites: Vec<SiteId> = names::resolve_all(desk, Kind::Site, named, "sites").await?;
    for (site, name) in sites.iter().zip(named) {
        if holder.roles.iter().all(|r| r.site.is_some_and(|s| s != *site)) {
            return Err(Stop::field("sites", Why::of("invalid-token-sites-none").with("site", name)));
        }
    }
    sites.sort_unstable();
    sites.dedup();
    Ok(sites)
}

/// Takes a token back: its program is refused at its next request.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeToken {
    /// Whose it is: a person, or a machine.
    pub person: String,
    pub token: Uuid,
}

impl Act for RevokeToken {
    const NAME: &'static str = "revoke-token";
    const IN_DOUBT: bool = true;
    const STEP_UP: bool = true;
    type Power = ManageUsers;
    type Done = TokenDone;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        let id: PersonId = names::resolve(desk, Kind::Person, &self.person, "person").await?;
        let holder: Person = desk.get(id).await?;
        place(desk, &holder).await
    }

    async fn run(self, _may: May<ManageUsers>, desk: &mut Desk) -> Result<TokenDone, Stop> {
        let holder = seat::named(desk, &self.person).await?;
        let token = holder.token(self.token).ok_or_else(|| Stop::field("token", Why::of("invalid-token-unknown")))?;
        if token.revoked.is_some() {
            return Err(Stop::field("token", Why::of("invalid-token-gone")));
        }
        let done = TokenDone { holder: holder.id, token: self.token, until: desk.now().0 };
        desk.append(holder.id, PersonEvent::TokenRevoked(TokenRevoked { token: self.token })).await?;
        Ok(done)
    }
}

/// Whose affair somebody's tokens are: their own, or of who answers for the machine; and of who manages people wherever
/// the holder could work.
async fn place(desk: &mut Desk, holder: &Person) -> Result<Place, Stop> {
    let own = holder.service.map_or(holder.id, |s| s.owner);
    Ok(Place { own: Some(own), sites: reach::of_person(desk, holder).await?, ..Place::default() })
}

impl App {
    /// Makes a token; the secret comes with the first answer only and is kept nowhere. The same request again says
    /// what was made and no secret.
    pub async fn make_token(
        &self,
        caller: &Caller,
        request: Uuid,
        wish: TokenWish,
    ) -> Result<(Option<String>, Answer<TokenDone>), Stop> {
        caller.fresh()?;
        let holder = match &wish.service {
            None => caller.actor.person().ok_or(Stop::NotFound)?,
            Some(name) => {
                let mut look = self.store().look().await?;
                let me: Person = look.get(caller.actor.person().ok_or(Stop::NotFound)?).await?;
                let stranger = me.provider().is_some();
                match names::find(&mut look, Kind::Person, name).await? {
                    Some(on) if !stranger => PersonId(on.id),
                    Some(_) | None => return Err(names::unknown(stranger, Kind::Person, name, "service")),
                }
            }
        };
        let (secret, kept) = token::new(plantgate_store::writer::new_request()?, holder)?;
        let fingerprint = kept.fingerprint(self.store().keyring())?;
        let act = MakeToken { wish, holder, row: Some((kept, fingerprint)) };
        let answer = self.act(caller, request, act).await?;
        Ok(((!answer.repeated).then_some(secret), answer))
    }
}
