//! Who could come in now by a list of accounts: every account held against the people known, what was said of it, and
//! the work there is at the site. Worked out when somebody looks, so that a leaver of this morning shows this morning.

use std::collections::{BTreeMap, HashMap};

use plantgate_domain::{
    base::{ActivationId, Day, Kind, Pattern, PersonId, ProviderId, Slot, TaskId, ZoneName},
    event::{qualify::Employer, witness::AccountSays},
    expect::{engagement::Engagement, site::Site},
    permit::activation::Activation,
    qualify::person::Person,
    witness::{
        account_list::AccountList,
        who::{Case, Comes, Holder, Last, Whose, Work, judge},
    },
};
pub use plantgate_interchange::accounts::LastUse;
use plantgate_interchange::{
    Bounds,
    accounts::{self, Accounts, Listed},
};
use plantgate_store::{Limits, Stop, blobs::Blobs, look::Look, memory::Memory};

use crate::import::file;

/// The bounds of a list of accounts.
pub fn bounds(limits: &Limits) -> Bounds {
    Bounds { rows: limits.listed_accounts, ..file::bounds(limits) }
}

/// One account, held against everything.
#[derive(Clone, PartialEq, Debug)]
pub struct Held {
    pub listed: Listed,
    pub comes: Comes,
    /// Id of the message that says why.
    pub why: &'static str,
    pub person: Option<PersonId>,
    /// What was said of it last: word, until when, task, why.
    pub said: Option<SaidLast>,
    /// It was not on the list before.
    pub fresh: bool,
}

/// What somebody said of an account.
#[derive(Clone, PartialEq, Debug)]
pub struct SaidLast {
    pub says: AccountSays,
    pub until: Option<Day>,
    pub task: Option<TaskId>,
    pub reason: Option<String>,
}

/// A whole list.
#[derive(Clone, PartialEq, Debug)]
pub struct WhoCould {
    pub list: AccountList,
    /// The most urgent first, then by name.
    pub accounts: Vec<Held>,
    /// On the list before and not now.
    pub gone: Vec<String>,
    pub dormant_days: i64,
}

impl WhoCould {
    /// How many come to that.
    pub fn count(&self, comes: Comes) -> u64 {
        self.accounts.iter().filter(|a| a.comes == comes).count() as u64
    }
}

/// People by what an account may be called after.
#[derive(Default)]
struct People {
    all: BTreeMap<PersonId, Holder>,
    /// Sign-in name or reference, in small letters.
    by_login: HashMap<String, PersonId>,
    /// Name without order, case and accents; several people may be called so.
    by_name: HashMap<String, Vec<PersonId>>,
}

/// Reads a list and holds it.
pub async fn who_could(look: &mut Look, blobs: &Blobs, limits: &Limits, list: AccountList) -> Result<WhoCould, Stop> {
    let now = read(blobs, limits, &list.facts.sha256).await?;
    let before = match &list.before {
        Some(before) => Some(read(blobs, limits, &before.sha256).await?),
        None => None,
    };
    let zone = look.get::<Site>(list.facts.site).await?.facts.zone;
    let people = people(look, &list, &zone).await?;
    let said = said(look, &list).await?;
    let names = |of: &Accounts| -> HashMap<String, String> {
        of.accounts.iter().map(|a| (a.account.to_lowercase(), a.account.clone())).collect()
    };
    let (is, was) = (names(&now), before.as_ref().map(names));
    let gone = was.iter().flatten().filter(|(key, _)| !is.contains_key(*key)).map(|(_, name)| name.clone());
    let mut gone: Vec<String> = gone.collect();
    gone.sort();
    let dormant_days = look.rules().access.dormant_days;
    let today = zone.day_of(look.now().0);
    let mut accounts: Vec<Held> = Vec::with_capacity(now.accounts.len());
    for listed in now.accounts {
        let key = listed.account.to_lowercase();
        let last_said = said.get(&key).cloned();
        let (whose, person) = people.whose(&listed, last_said.as_ref().and_then(|(_, person)| *person));
        let case = Case {
            enabled: listed.enabled,
            shared: listed.shared,
            whose,
            last: match listed.last {
                LastUse::Unsaid => Last::Unknown,
                LastUse::Never => Last::Never,
                LastUse::On(day) => Last::On(day),
            },
            accepted_until: last_said.as_ref().and_then(|(said, _)| said.until),
            taken: list.facts.taken,
            today,
        };
        let (comes, why) = judge(&case, dormant_days);
        let fresh = was.as_ref().is_some_and(|was| !was.contains_key(&key));
        accounts.push(Held { listed, comes, why, person, said: last_said.map(|(said, _)| said), fresh });
    }
    accounts.sort_by(|a, b| a.comes.cmp(&b.comes).then_with(|| a.listed.account.cmp(&b.listed.account)));
    Ok(WhoCould { list, accounts, gone, dormant_days })
}

async fn read(blobs: &Blobs, limits: &Limits, sha256: &str) -> Result<Accounts, Stop> {
    let bytes = blobs.read(sha256).await?;
    accounts::read("accounts.csv", &bytes, &bounds(limits)).map_err(Stop::Invalid)
}

/// What was said of each account last, by its name in small letters; what was erased says nothing.
async fn said(look: &mut Look, list: &AccountList) -> Result<HashMap<String, (SaidLast, Option<PersonId>)>, Stop> {
    let slots: Vec<Slot> = list.said.iter().flat_map(|s| [s.account.slot, s.reason.slot]).collect();
    let opened = look.open_slots(&slots).await?;
    let mut all = HashMap::new();
    for one in &list.said {
        let Some(account) = opened.get(&one.account.slot) else { continue };
        let reason = opened.get(&one.reason.slot).cloned();
        let said = SaidLast { says: one.says, until: one.until, task: one.task, reason };
        all.insert(account.to_lowercase(), (said, one.person));
    }
    Ok(all)
}

async fn people(look: &mut Look, list: &AccountList, zone: &ZoneName) -> Result<People, Stop> {
    let now = look.now().0;
    let work = work(look, list, zone).await?;
    let mut everybody = Vec::new();
    for kept in look.every(Kind::Person).await? {
        everybody.push(Person::try_from(kept.thing)?);
    }
    let slots: Vec<Slot> = everybody.iter().flat_map(|p| [p.facts.handle.slot, p.facts.name.slot]).collect();
    let mut opened = HashMap::new();
    for part in slots.chunks(500) {
        opened.extend(look.open_slots(part).await?);
    }
    let mut people = People::default();
    for person in everybody {
        let does = match person.facts.employer {
            Employer::Owner => Work::Has,
            Employer::Provider(id) => work.get(&id).copied().unwrap_or(Work::None),
        };
        people.all.insert(person.id, Holder { word: person.word(now), work: does });
        let logins = [opened.get(&person.facts.handle.slot).cloned(), person.facts.reference.clone()];
        people.by_login.extend(logins.into_iter().flatten().map(|login| (login.to_lowercase(), person.id)));
        if let Some(name) = opened.get(&person.facts.name.slot) {
            people.by_name.entry(name_key(name)).or_default().push(person.id);
        }
    }
    Ok(people)
}

/// What work each provider has at the site; the best of its engagements counts.
async fn work(look: &mut Look, list: &AccountList, zone: &ZoneName) -> Result<BTreeMap<ProviderId, Work>, Stop> {
    let now = look.now().0;
    let rank = |w: Work| match w {
        Work::Has => 3,
        Work::NoWayIn => 2,
        Work::Suspended => 1,
        Work::None => 0,
    };
    let mut all: BTreeMap<ProviderId, Work> = BTreeMap::new();
    for kept in look.every(Kind::Engagement).await? {
        let e = Engagement::try_from(kept.thing)?;
        if !e.sites().contains(&list.facts.site) || e.window(zone).until <= now {
            continue;
        }
        let activation: Option<Activation> = look.find(ActivationId(e.id.0)).await?;
        let way_in = e.facts.patterns.as_ref().is_none_or(|all| all.iter().any(|p| *p != Pattern::None));
        let does = match activation.map_or("waiting", |a| a.word(now)) {
            "active" | "in-use" if way_in => Work::Has,
            "active" | "in-use" => Work::NoWayIn,
            "suspended" => Work::Suspended,
            _ => Work::None,
        };
        let best = all.entry(e.facts.provider).or_insert(Work::None);
        if rank(does) > rank(*best) {
            *best = does;
        }
    }
    Ok(all)
}

impl People {
    /// Who has an account: whom somebody said, else who signs in so, else the only one who is called so.
    fn whose(&self, listed: &Listed, said: Option<PersonId>) -> (Whose, Option<PersonId>) {
        let one = |id: PersonId| self.all.get(&id).map(|h| (Whose::One(*h), Some(id)));
        if let Some(found) = said.and_then(one) {
            return found;
        }
        // A directory writes `WORKS\\l.ortega` and `l.ortega@works.example`.
        let login = listed.account.to_lowercase();
        let bare = login.rsplit('\\').next().unwrap_or(&login).split('@').next().unwrap_or(&login);
        let found = [login.as_str(), bare].into_iter().find_map(|l| self.by_login.get(l));
        if let Some(found) = found.and_then(|id| one(*id)) {
            return found;
        }
        match listed.name.as_deref().and_then(|n| self.by_name.get(&name_key(n))).map(Vec::as_slice) {
            Some([id]) => one(*id).unwrap_or((Whose::Nobody, None)),
            Some([_, _, ..]) => (Whose::Several, None),
            Some([]) | None => (Whose::Nobody, None),
        }
    }
}

/// A name without what directories vary: *Ortega, Lucía* is *Lucía Ortega*.
fn name_key(name: &str) -> String {
    let plain = |c: char| match c {
        'á' | 'à' | 'ä' | 'â' | 'å' | 'ã' => 'a',
        'é' | 'è' | 'ë' | 'ê' => 'e',
        'í' | 'ì' | 'ï' | 'î' => 'i',
        'ó' | 'ò' | 'ö' | 'ô' | 'õ' | 'ø' => 'o',
        'ú' | 'ù' | 'ü' | 'û' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        c => c,
    };
    let low: String = name.to_lowercase().chars().map(plain).collect();
    let mut parts: Vec<&str> = low.split(|c: char| !c.is_alphanumeric()).filter(|p| !p.is_empty()).collect();
    parts.sort_unstable();
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_in_any_order_and_without_accents() {
        assert_eq!(name_key("Ortega, Lucía"), name_key("Lucia ORTEGA"));
        assert_eq!(name_key("陈伟"), name_key(" 陈伟 "));
        assert_ne!(name_key("Ann Lee"), name_key("Anna Lee"));
    }
}
