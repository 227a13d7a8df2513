//! Which firm a name of the sheet means: one that stands, a new one, or nobody has decided. Likely is never enough.

use std::collections::{BTreeMap, BTreeSet};

use plantgate_domain::{
    base::{Kind, ProviderId},
    expect::{
        alike::{alike, words},
        provider::Provider,
    },
};
use plantgate_store::{Stop, memory::Memory};

use super::{ImportSheet, row::Said};

/// A spelling that a person must decide about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ask {
    /// As the sheet writes it.
    pub name: String,
    /// Rows that have it.
    pub rows: usize,
    /// Likely the same: reference (of a provider that stands) and name.
    pub like: Vec<(Option<String>, String)>,
}

/// A firm of the sheet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Firm {
    pub name: String,
    pub reference: Option<String>,
    pub country: Option<String>,
    /// Line that names it first.
    pub line: u64,
    pub stands: Option<Standing>,
    /// Other spellings that a person said are this firm.
    pub aliases: Vec<String>,
}

/// A provider that is there already.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    pub id: ProviderId,
    pub reference: String,
    pub name: String,
    pub country: String,
}

/// Firms of a sheet, and which one each of its names means.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Firms {
    pub all: Vec<Firm>,
    pub by_name: BTreeMap<String, usize>,
    pub asks: Vec<Ask>,
    /// The same for spellings that somebody decided about.
    pub settled: Vec<Ask>,
    /// Names that a decision points to nothing with.
    pub lost: BTreeMap<String, String>,
}

struct Known {
    providers: Vec<(Provider, Vec<String>)>,
}

impl Known {
    fn named(&self, name: &str) -> Option<&Provider> {
        self.providers.iter().map(|(p, _)| p).find(|p| p.is_called(name))
    }
    fn referred(&self, reference: &str) -> Option<&Provider> {
        self.providers.iter().map(|(p, _)| p).find(|p| p.facts.reference == reference)
    }
}

/// Finds them. Names are taken in the order of rows: of two that are new and alike, the later one is asked about. What
/// somebody decided is another's spelling comes behind the others, wherever its rows stand.
pub(super) async fn find(memory: &mut impl Memory, sheet: &ImportSheet, rows: &[Said]) -> Result<Firms, Stop> {
    let mut known = Known { providers: Vec::new() };
    for kept in memory.every(Kind::Provider).await? {
        let provider = Provider::try_from(kept.thing)?;
        if !provider.withdrawn {
            let told = words(&provider.facts.name);
            known.providers.push((provider, told));
        }
    }
    let mut firms = Firms::default();
    let mut seen: Vec<(usize, Vec<String>)> = Vec::new();
    let others: BTreeSet<&str> = sheet.spellings.iter().filter(|s| s.is.is_some()).map(|s| s.name.as_str()).collect();
    let (behind, before): (Vec<&Said>, Vec<&Said>) =
        rows.iter().partition(|row| others.contains(row.provider.as_str()));
    for row in before.into_iter().chain(behind) {
        if let Some(ask) = firms.settled.iter_mut().find(|a| a.name == row.provider) {
            ask.rows += 1;
            continue;
        }
        if firms.by_name.contains_key(&row.provider) || firms.lost.contains_key(&row.provider) {
            continue;
        }
        if let Some(ask) = firms.asks.iter_mut().find(|a| a.name == row.provider) {
            ask.rows += 1;
            continue;
        }
        firms.meet(&known, sheet, row, &mut seen);
    }
    Ok(firms)
}

impl Firms {
    /// A name for the first time.
    fn meet(&mut self, known: &Known, sheet: &ImportSheet, row: &Said, seen: &mut Vec<(usize, Vec<String>)>) {
        let name = row.provider.clone();
        let by_reference = row.provider_reference.as_deref().and_then(|r| known.referred(r));
        if let Some(provider) = by_reference.or_else(|| known.named(&name)) {
            let at = self.standing(provider, row.line);
            self.by_name.insert(name, at);
            return;
        }
        let told = words(&name);
        let like = self.like(known, &told, seen);
        match sheet.spellings.iter().find(|s| s.name == name).map(|s| s.is.as_deref()) {
            Some(is) => {
                self.settled.push(Ask { name: name.clone(), rows: 1, like });
                match is {
                    Some(is) => self.decided(known, name, is, row.line),
                    None => self.open(name, row, told, seen),
                }
            }
            None if like.is_empty() => self.open(name, row, told, seen),
            None => self.asks.push(Ask { name, rows: 1, like }),
        }
    }

    fn like(&self, known: &Known, told: &[String], seen: &[(usize, Vec<String>)]) -> Vec<(Option<String>, String)> {
        let stands = known.providers.iter().filter(|(_, w)| alike(w, told)).map(|(p, _)| {
            let facts = &p.facts;
            (Some(facts.reference.clone()), facts.name.clone())
        });
        let here = seen.iter().filter(|(_, w)| alike(w, told)).filter_map(|(at, _)| self.all.get(*at));
        stands.chain(here.map(|firm| (None, firm.name.clone()))).collect()
    }

    /// Somebody said whose spelling it is.
    fn decided(&mut self, known: &Known, name: String, is: &str, line: u64) {
        let stands = known.referred(is).or_else(|| known.named(is));
        let at = match stands {
            Some(provider) => Some(self.standing(provider, line)),
            None => self.by_name.get(is).copied(),
        };
        match at.and_then(|at| self.all.get_mut(at).map(|firm| (at, firm))) {
            Some((at, firm)) => {
                firm.aliases.push(name.clone());
                self.by_name.insert(name, at);
            }
            None => {
                self.lost.insert(name, is.to_owned());
            }
        }
    }

    fn standing(&mut self, provider: &Provider, line: u64) -> usize {
        let is = |f: &Firm| f.stands.as_ref().is_some_and(|s| s.id == provider.id);
        if let Some(at) = self.all.iter().position(is) {
            return at;
        }
        let facts = &provider.facts;
        let stands = Standing {
            id: provider.id,
            reference: facts.reference.clone(),
            name: facts.name.clone(),
            country: facts.country.clone(),
        };
        self.all.push(Firm {
            name: facts.name.clone(),
            reference: None,
            country: None,
            line,
            stands: Some(stands),
            aliases: Vec::new(),
        });
        self.all.len() - 1
    }

    fn open(&mut self, name: String, row: &Said, told: Vec<String>, seen: &mut Vec<(usize, Vec<String>)>) {
        let at = self.all.len();
        self.all.push(Firm {
            name: name.clone(),
            reference: row.provider_reference.clone(),
            country: row.country.clone(),
            line: row.line,
            stands: None,
            aliases: Vec::new(),
        });
        self.by_name.insert(name, at);
        seen.push((at, told));
    }
}
