//! Who could come in now by a list of accounts: every account held against the people known, what was said of it, and
//! the work there is at the site. Worked out when somebody looks, so that a leaver of this morning shows this morning.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use plantgate_domain::{
    base::{AccountListId, ActivationId, Day, Kind, PersonId, ProviderId, SiteId, Slot, TaskId, ZoneName},
    event::{
        qualify::Employer,
        witness::{AccountKind, AccountSays},
    },
    expect::{engagement::Engagement, site::Site},
    permit::activation::Activation,
    qualify::person::Person,
    rules::Rules,
    witness::{
        account::Account,
        account_list::{AccountList, Listed},
        acts,
        who::{Basis, Case, Comes, Holder, Whose, Work, built_in, judge},
    },
};
use plantgate_store::{Stop, look::Look, memory::Memory};
use sha2::{Digest, Sha256};

use super::listed::rows;
use crate::power::could;

/// Whether somebody of ours may look: whoever keeps the accounts of a site, or reads everything there. A list says of
/// each person when they last signed in, which is nobody else's business. At any site, when none is named.
pub fn may_look(person: &Person, sites: &[SiteId], rules: &Rules) -> bool {
    ["keep-accounts", "read-all"].iter().any(|key| could(person, key, sites, rules))
}

/// One account, held against everything.
#[derive(Clone, PartialEq, Debug)]
pub struct Held {
    pub listed: Listed,
    pub comes: Comes,
    /// Id of the message that says why.
    pub why: &'static str,
    pub person: Option<PersonId>,
    /// How the person was found.
    pub basis: Option<Basis>,
    /// What was said of it last: word, until when, task, why.
    pub said: Option<SaidLast>,
    /// It was not on the list before.
    pub fresh: bool,
}

impl Held {
    /// Names the account in an address, where its name would be read by whoever keeps a log.
    pub fn mark(&self, list: AccountListId) -> String {
        let named = Sha256::new().chain_update(list.0).chain_update(self.listed.key()).finalize();
        named.iter().take(6).map(|b| format!("{b:02x}")).collect()
    }
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
    /// On the list before and not now; `None` where there was none before, or not all of it is left.
    pub gone: Option<Vec<String>>,
    /// How many were erased from it.
    pub erased: u64,
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
    /// Sign-in name or reference, in small letters; one person's reference may be another's name.
    by_login: HashMap<String, BTreeSet<PersonId>>,
    /// Of each person, as `name_key` has it.
    names: HashMap<PersonId, String>,
    /// Name without order, case and accents; several people may be called so.
    by_name: HashMap<String, Vec<PersonId>>,
}

/// What the record says of the accounts of a host.
#[derive(Clone, Copy)]
struct Recorded {
    holder: Option<PersonId>,
    shared: bool,
    removed: bool,
}

/// Reads a list and holds it.
pub async fn who_could(look: &mut Look, list: AccountList) -> Result<WhoCould, Stop> {
    let earlier = list.before.as_ref().map(|b| b.parts.clone()).unwrap_or_default();
    let slots: Vec<Slot> = list.facts.parts.iter().chain(&earlier).map(|p| p.slot).collect();
    let opened = look.open_slots(&slots).await?;
    let (now, _) = rows(&list.facts.parts, &opened)?;
    let (before, whole) = rows(&earlier, &opened)?;
    drop(opened);
    let compared = whole && list.before.is_some();
    let zone = look.get::<Site>(list.facts.site).await?.facts.zone;
    let people = people(look, &list, &zone).await?;
    let recorded = recorded(look, &list).await?;
    let said = said(look, &list).await?;
    let is: HashSet<String> = now.iter().map(Listed::key).collect();
    let was: HashSet<String> = before.iter().map(Listed::key).collect();
    let gone = before.into_iter().filter(|a| !is.contains(&a.key())).map(|a| a.account).collect();
    let erased = list.facts.accounts.saturating_sub(now.len() as u64);
    let dormant_days = look.rules().access.dormant_days;
    let days = (list.facts.exported, zone.day_of(look.now().0));
    let mut accounts: Vec<Held> = Vec::with_capacity(now.len());
    for listed in now {
        let key = listed.key();
        let last = said.get(&key).cloned();
        let known = recorded.get(&key).copied();
        let (whose, found) = people.whose(&listed, last.as_ref().and_then(|(_, person)| *person), known);
        let (comes, why) = judge(&case(&listed, whose, last.as_ref().map(|(s, _)| s), known, days), dormant_days);
        let fresh = compared && !was.contains(&key);
        let (person, basis) = (found.map(|(id, _)| id), found.map(|(_, basis)| basis));
        accounts.push(Held { listed, comes, why, person, basis, said: last.map(|(said, _)| said), fresh });
    }
    accounts.sort_by(|a, b| a.comes.cmp(&b.comes).then_with(|| a.listed.account.cmp(&b.listed.account)));
    Ok(WhoCould { list, accounts, gone: compared.then_some(gone), erased, dormant_days })
}

fn case(
    listed: &Listed,
    whose: Whose,
    said: Option<&SaidLast>,
    known: Option<Recorded>,
    (exported, today): (Day, Day),
) -> Case {
    Case {
        enabled: listed.enabled,
        shared: listed.shared || known.is_some_and(|k| k.shared),
        removed: known.is_some_and(|k| k.removed),
        whose,
        last: listed.used(),
        accepted_until: said.and_then(|said| said.until),
        exported,
        today,
    }
}

/// Accounts that are recorded on the host of the list, by their names in small letters.
async fn recorded(look: &mut Look, list: &AccountList) -> Result<HashMap<String, Recorded>, Stop> {
    let Some(host) = list.facts.instance else { return Ok(HashMap::new()) };
    let accounts: Vec<Account> = look.of("instance", host).await?;
    let slots: Vec<Slot> = accounts.iter().map(|a| a.facts.name.slot).collect();
    let names = look.open_slots(&slots).await?;
    let mut all = HashMap::new();
    for a in &accounts {
        let Some(name) = names.get(&a.facts.name.slot) else { continue };
        let shared = matches!(a.facts.kind, AccountKind::Shared | AccountKind::Service);
        let one = Recorded { holder: a.facts.holder, shared, removed: a.removed.is_some() };
        all.insert(name.to_lowercase(), one);
    }
    Ok(all)
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
        for login in logins.into_iter().flatten() {
            people.by_login.entry(login.to_lowercase()).or_default().insert(person.id);
        }
        if let Some(name) = opened.get(&person.facts.name.slot) {
            people.by_name.entry(name_key(name)).or_default().push(person.id);
            people.names.insert(person.id, name_key(name));
        }
    }
    Ok(people)
}

/// What work each provider has at the site; the best of its engagements counts.
async fn work(look: &mut Look, list: &AccountList, zone: &ZoneName) -> Result<BTreeMap<ProviderId, Work>, Stop> {
    let now = look.now().0;
    let rank = |w: Work| match w {
        Work::Has => 3,
        Work::NoAccess => 2,
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
        let none = acts::contradicts(&e, e.facts.provider, list.facts.site);
        let does = match activation.map_or("waiting", |a| a.word(now)) {
            "suspended" => Work::Suspended,
            // Where no access is needed, nobody activates it.
            _ if none => Work::NoAccess,
            "active" | "in-use" => Work::Has,
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
    /// Who has an account: whom somebody said, whom the record says, who signs in so, the only one who is called so.
    fn whose(
        &self,
        listed: &Listed,
        said: Option<PersonId>,
        known: Option<Recorded>,
    ) -> (Whose, Option<(PersonId, Basis)>) {
        let one = |id: PersonId, basis: Basis| self.all.get(&id).map(|h| (Whose::One(*h), Some((id, basis))));
        let sure = said.and_then(|id| one(id, Basis::Said));
        if let Some(found) = sure.or_else(|| one(known?.holder?, Basis::Recorded)) {
            return found;
        }
        let login = listed.key();
        let bare = bare(&login);
        if built_in(bare) {
            return (Whose::BuiltIn, None);
        }
        let called = listed.name.as_deref().map(name_key).filter(|name| !name.is_empty());
        if let Some(signs_in) = [login.as_str(), bare].into_iter().find_map(|l| self.by_login.get(l)) {
            let mut ids = signs_in.iter().copied();
            return match (ids.next(), ids.next()) {
                // The same short name in another domain is another person's, as far as the list says.
                (Some(id), None) if called.is_some() && called.as_ref() != self.names.get(&id) => (Whose::Other, None),
                (Some(id), None) => one(id, Basis::Login).unwrap_or((Whose::Nobody, None)),
                _ => (Whose::Several, None),
            };
        }
        match called.and_then(|name| self.by_name.get(&name)).map(Vec::as_slice) {
            Some([id]) => one(*id, Basis::Name).unwrap_or((Whose::Nobody, None)),
            Some([_, _, ..]) => (Whose::Several, None),
            Some([]) | None => (Whose::Nobody, None),
        }
    }
}

/// An account's name in small letters without its domain: a directory writes `works\\l.ortega` and
/// `l.ortega@works.example`.
pub(super) fn bare(login: &str) -> &str {
    login.rsplit('\\').next().unwrap_or(login).split('@').next().unwrap_or(login)
}

/// A name without what directories vary: *Ortega, Lucía* is *Lucía Ortega*.
pub(super) fn name_key(name: &str) -> String {
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
