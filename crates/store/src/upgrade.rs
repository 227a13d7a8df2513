//! What another release would read differently in the same record, before it serves: the lines that the release
//! in use wrote into its rows, beside those that this code makes of the same entries. Reads only.

use std::collections::BTreeMap;

use plantgate_domain::base::{Instant, Ref, SiteId};

use crate::{
    book,
    db::{Tx, V},
    past::Past,
    stop::Stop,
};

/// One line at one place: of what, at which site, which line.
type Key = (Ref, Option<SiteId>, String);

/// A line that says another word by this code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Other {
    pub on: Ref,
    pub site: Option<SiteId>,
    /// `standing`, `grade`, `state`, …
    pub line: String,
    /// What the rows say; empty where they say nothing.
    pub before: String,
    /// What this code says; empty where it says nothing.
    pub after: String,
}

/// Lines that differ at the instant of the record's last entry, with the record folded by this code and that instant.
/// Fails with *not found* where there is no record.
pub async fn compare(tx: &mut Tx) -> Result<(Past, Instant, Vec<Other>), Stop> {
    let end = book::end(tx).await?;
    let past = Past::fold(tx, Instant::MAX).await?;
    if end.edge.size() == 0 || past.size == 0 {
        return Err(Stop::NotFound);
    }
    let at = past.last_at;
    let stored = stored(tx, at).await?;
    let made = past.said(at).into_iter().map(|((on, site, line), word)| ((on, site, line.to_owned()), word.to_owned()));
    let mut made: BTreeMap<Key, String> = made.collect();
    let mut other = Vec::new();
    for (key, before) in stored {
        let after = made.remove(&key).unwrap_or_default();
        other.extend(differs(key, before, after));
    }
    other.extend(made.into_iter().filter_map(|(key, after)| differs(key, String::new(), after)));
    Ok((past, at, other))
}

fn differs((on, site, line): Key, before: String, after: String) -> Option<Other> {
    (before != after).then_some(Other { on, site, line, before, after })
}

async fn stored(tx: &mut Tx, t: Instant) -> Result<BTreeMap<Key, String>, Stop> {
    let sql = "select kind, id, site, name, word from span where from_at <= $1 and until_at > $1";
    let mut all = BTreeMap::new();
    for rec in tx.all(sql, &[V::at(t)]).await? {
        let on = Ref { kind: rec.text(0)?.parse().map_err(Stop::fault)?, id: rec.id(1)? };
        // A line of the whole object stands at no site.
        let site = Some(rec.id(2)?).filter(|id| !id.is_nil()).map(SiteId);
        all.insert((on, site, rec.text(3)?), rec.text(4)?);
    }
    Ok(all)
}
