//! A decision for one reader: every check with its rule, in their words, with links only to pages that are theirs.

use plantgate_app::{Stop, read::Memory};
use plantgate_domain::{
    base::{Kind, PersonId, Ref},
    event::{
        Event,
        permit::{CheckDecided, Decided, Outcome, Said},
    },
    expect::instance::Instance,
    qualify::person::Person,
};
use plantgate_wire::words::{Piece, Rich};

use crate::{
    door::visit::Visit,
    view::{Check, Checks, Item, LogLine},
};

/// What happened to an object, newest first, as far as `said` has a message for it.
pub async fn log(v: &mut Visit, on: Ref, said: impl Fn(&Event) -> Option<&'static str>) -> Result<Vec<LogLine>, Stop> {
    let mut lines = Vec::new();
    for (entry, _) in v.look.entries(on).await? {
        let Some(id) = said(&entry.event) else { continue };
        let by = match entry.at.by.person() {
            Some(person) => called(v, person).await?,
            None => v.ui.t("request-by-rule").to_string(),
        };
        lines.push(LogLine { at: entry.at.at, text: v.ui.t(id).s("by", by).into() });
    }
    lines.reverse();
    Ok(lines)
}

/// A kept decision with all its checks.
pub async fn checks(v: &mut Visit, decided: &Decided) -> Result<Checks, Stop> {
    let mut checks = Vec::with_capacity(decided.checks.len());
    for c in &decided.checks {
        let text = fact(v, c).await?;
        checks.push(Check { number: c.no, key: c.key.clone(), state: c.result, text, rule: c.rule.clone() });
    }
    Ok(Checks { verdict: Some(decided.verdict), checks, beforehand: None })
}

/// What a check found, and where it is in the way what would change it.
async fn fact(v: &mut Visit, c: &CheckDecided) -> Result<Rich, Stop> {
    let mut text = said(v, &c.say).await?;
    if let Some(help) = c.help.as_ref().filter(|_| c.result != Outcome::Passed) {
        text = text.text(" ");
        text.0.extend(said(v, help).await?.0);
    }
    Ok(text)
}

/// Checks that stood in the way: what, what would change it, rule.
pub async fn in_the_way(v: &mut Visit, decided: &Decided) -> Result<Vec<(Rich, Rich, String)>, Stop> {
    let mut shut = Vec::new();
    for c in decided.checks.iter().filter(|c| blocks(c)) {
        let help = match &c.help {
            Some(help) => said(v, help).await?,
            None => Rich::default(),
        };
        shut.push((said(v, &c.say).await?, help, c.rule.clone()));
    }
    Ok(shut)
}

fn blocks(c: &CheckDecided) -> bool {
    c.mode == plantgate_domain::base::Mode::Enforce && matches!(c.result, Outcome::NotPassed | Outcome::Unknown)
}

/// A kept message in the reader's words.
pub async fn said(v: &mut Visit, said: &Said) -> Result<Rich, Stop> {
    let me = v.me();
    let rich = v.names.said(&mut v.look, me, &v.ui.r, said).await?;
    Ok(if v.ui.portal() { theirs(rich) } else { rich })
}

/// Without links to pages of the owner's side.
pub fn theirs(rich: Rich) -> Rich {
    Rich(
        rich.0
            .into_iter()
            .map(|piece| match piece {
                Piece::Object { text, href } => Piece::Object { text, href: href.and_then(|h| portal(&h)) },
                text @ Piece::Text(_) => text,
            })
            .collect(),
    )
}

fn portal(href: &str) -> Option<String> {
    if let Some(request) = href.strip_prefix("/evidence/requests/") {
        return Some(format!("/owe/{request}/upload"));
    }
    href.starts_with("/access/").then(|| href.to_owned())
}

/// An object by name, with its page where the reader has one.
pub async fn item(v: &mut Visit, on: impl Into<Ref>) -> Result<Item, Stop> {
    let me = v.me();
    let named = v.names.learn(&mut v.look, me, on.into()).await?;
    let href = if v.ui.portal() { named.href.and_then(|h| portal(&h)) } else { named.href };
    Ok(Item { text: named.text, href })
}

/// A provider's person calls a system they ask for by its reference; the system's page is not theirs.
pub fn on_it(v: &mut Visit, on: &Instance) {
    if v.ui.portal() {
        v.names.call(on.id, &on.facts.reference);
    }
}

/// How a person is called who takes part in what the reader is shown: whoever asks to come in learns who decided and
/// who will be beside them.
pub async fn called(v: &mut Visit, id: PersonId) -> Result<String, Stop> {
    let Some(person): Option<Person> = v.look.find(id).await? else { return Ok(Kind::Person.as_str().to_owned()) };
    let name = v.look.open_private(&person.facts.name).await?;
    Ok(name.unwrap_or_else(|| v.ui.t("person-erased").to_string()))
}
