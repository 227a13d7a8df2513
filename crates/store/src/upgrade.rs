//! What another release would read differently in the same record, before it serves: the lines that the release
//! in use wrote into its rows, beside those that this code makes of the same entries. Reads only.

use std::collections::BTreeMap;

use plantgate_domain::base::{DAY, Instant, Ref, SiteId};

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
    /// From when on, as far as it was looked at.
    pub from: Instant,
}

/// How far ahead is looked: what only the clock brings (a grace that ends, a right that lapses) moves later.
const DAYS_AHEAD: i64 = 90;

/// Lines that differ at the instant of the record's last entry or on a day of the next ninety, each once, with the
/// record folded by this code and that instant. Fails with *not found* where there is no record.
pub async fn compare(tx: &mut Tx) -> Result<(Past, Instant, Vec<Other>), Stop> {
    let end = book::end(tx).await?;
    let past = Past::fold(tx, Instant::MAX).await?;
    if end.edge.size() == 0 || past.size == 0 {
        return Err(Stop::NotFound);
    }
    let at = past.last_at;
    let mut other: BTreeMap<Key, Other> = BTreeMap::new();
    for day in 0..=DAYS_AHEAD {
        let t = at.plus_secs(day * DAY);
        let said = past.said(t).into_iter();
        let mut made: BTreeMap<Key, String> =
            said.map(|((on, site, line), word)| ((on, site, line.to_owned()), word.to_owned())).collect();
        let mut words = Vec::new();
        for (key, before) in stored(tx, t).await? {
            let after = made.remove(&key).unwrap_or_default();
            words.push((key, before, after));
        }
        words.extend(made.into_iter().map(|(key, after)| (key, String::new(), after)));
        for (key, before, after) in words.into_iter().filter(|(_, before, after)| before != after) {
            let (on, site, line) = key.clone();
            other.entry(key).or_insert(Other { on, site, line, before, after, from: t });
        }
    }
    Ok((past, at, other.into_values().collect()))
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
