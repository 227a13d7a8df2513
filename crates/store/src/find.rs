//! Finding things by what people call them, and people by what they may do.

use std::collections::BTreeSet;

use plantgate_domain::base::{Instant, Kind, PersonId, Ref, SiteId};

use crate::{
    db::{Rec, V},
    look::Look,
    rows::{ALL, sort_key},
    seen::{Sql, seen},
    stop::Stop,
};

/// An object in which people wrote what was looked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    pub on: Ref,
    /// The words around it; empty where only reference and name say it.
    pub around: String,
}

/// Words of one question; more of them narrow nothing.
const WORDS: usize = 6;
/// Characters shown before and behind what was found.
const AROUND: usize = 48;

/// A duty of ours that is open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Owed {
    pub what: Ref,
    pub due: Instant,
    pub site: Option<SiteId>,
}

fn refs(recs: &[Rec]) -> Result<Vec<Ref>, Stop> {
    recs.iter().map(|r| Ok(Ref { kind: r.text(0)?.parse().map_err(Stop::fault)?, id: r.id(1)? })).collect()
}

/// Patterns of `like` for a text at the beginning of a name or of a word in it, taken literally.
pub(crate) fn patterns(text: &str) -> (String, String) {
    let low = text.to_lowercase();
    let plain: String = low.chars().flat_map(|c| if "%_\\".contains(c) { vec!['\\', c] } else { vec![c] }).collect();
    (format!("{plain}%"), format!("% {plain}%"))
}

/// Whether one of these columns holds a text anywhere. SQLite knows capitals of plain letters only, so that others are
/// looked for as they were typed, small, and with a capital at the beginning.
fn alike(s: &mut Sql, columns: &[&str], term: &str) -> String {
    let small = term.to_lowercase();
    let mut first = small.chars();
    let capital: String = first.next().map(char::to_uppercase).into_iter().flatten().chain(first).collect();
    let mut spelt = vec![small, capital, term.to_owned()];
    spelt.dedup();
    if term.is_ascii() {
        spelt.truncate(1);
    }
    let mut any = Vec::new();
    for text in spelt {
        let literal: String =
            text.chars().flat_map(|c| if "%_\\".contains(c) { vec!['\\', c] } else { vec![c] }).collect();
        let place = s.put(V::Text(format!("%{literal}%")));
        for column in columns {
            any.push(format!("{column} like {place} escape '\\'"));
            any.push(format!("lower({column}) like {place} escape '\\'"));
        }
    }
    any.join(" or ")
}

/// Whether a term stands in the reference or name of the card `c`, or in what was written of it.
fn written(s: &mut Sql, term: &str) -> String {
    let card = alike(s, &["c.reference", "c.label", "l.value"], term);
    let said = alike(s, &["w.text", "p.value"], term);
    format!(
        "({card} or exists (select 1 from word w left join private p on p.slot = w.slot
            where w.kind = c.kind and w.id = c.id and ({said})))"
    )
}

/// A piece of a text around the first of these words.
fn cut_around(text: &str, terms: &[&str]) -> String {
    let plain: Vec<char> = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().collect();
    let small: Vec<char> = plain.iter().map(|c| c.to_lowercase().next().unwrap_or(*c)).collect();
    let at = terms.iter().filter_map(|term| {
        let term: Vec<char> = term.to_lowercase().chars().collect();
        small.windows(term.len().max(1)).position(|w| w == term)
    });
    let at = at.min().unwrap_or(0);
    let (from, to) = (at.saturating_sub(AROUND), plain.len().min(at + AROUND));
    let piece: String = plain.get(from..to).unwrap_or_default().iter().collect();
    let (before, behind) = (if from > 0 { "… " } else { "" }, if to < plain.len() { " …" } else { "" });
    format!("{before}{}{behind}", piece.trim())
}

/// The keys of names that begin with a text: its sort key without its own ending, and behind all that begin so.
pub(crate) fn between(text: &str) -> (Vec<u8>, Vec<u8>) {
    let mut from = sort_key(text);
    from.truncate(from.len().saturating_sub(text.len() + 1));
    let until = from.iter().copied().chain([0xFF]).collect();
    (from, until)
}

impl Look {
    /// Objects of any kind with exactly this reference that the reader sees.
    pub async fn referenced(&mut self, reader: PersonId, reference: &str) -> Result<Vec<Ref>, Stop> {
        let mut s = Sql::default();
        // The index of references begins with the kind: naming all kinds lets both engines use it.
        let kinds = s.put_all(Kind::ALL.iter().map(|k| V::text(k.as_str())));
        let reference = s.put(V::text(reference));
        let seen = seen(&mut s, reader, self.parties_narrowed(reader));
        let sql = format!(
            "select c.kind, c.id from card c where c.kind in ({kinds}) and c.reference = {reference} and {seen}"
        );
        refs(&self.tx().all_built(sql, &s.values).await?)
    }

    /// Objects of these kinds whose reference or name begins with a text, or has a word that does; at most `limit`.
    pub async fn called(&mut self, reader: PersonId, kinds: &[Kind], text: &str, limit: u64) -> Result<Vec<Ref>, Stop> {
        let mut s = Sql::default();
        let ((begins, word), (from, until)) = (patterns(text), between(text));
        let kinds = s.put_all(kinds.iter().map(|k| V::text(k.as_str())));
        let (begins, word) = (s.put(V::Text(begins)), s.put(V::Text(word)));
        let (from, until) = (s.put(V::Bytes(from)), s.put(V::Bytes(until)));
        let seen = seen(&mut s, reader, self.parties_narrowed(reader));
        let limit = s.put(V::size(limit));
        let sql = format!(
            "select c.kind, c.id from card c left join private p on p.slot = c.slot
            where c.kind in ({kinds}) and (lower(c.reference) like {begins} escape '\\'
                or lower(c.label) like {begins} escape '\\' or lower(c.label) like {word} escape '\\'
                or lower(p.value) like {begins} escape '\\' or lower(p.value) like {word} escape '\\'
                or (c.by_name >= {from} and c.by_name < {until}) or (p.sort >= {from} and p.sort < {until}))
            and {seen} order by c.kind, coalesce(c.by_name, p.sort, c.by_ref), c.id limit {limit}"
        );
        refs(&self.tx().all_built(sql, &s.values).await?)
    }

    /// Objects of these kinds in which every word of a text was written, in any order, in whatever field; at most
    /// `limit`. For people of ours: an object shared with a provider has fields that are not.
    pub async fn said(&mut self, reader: PersonId, kinds: &[Kind], text: &str, limit: u64) -> Result<Vec<Said>, Stop> {
        let terms: Vec<&str> = text.split_whitespace().take(WORDS).collect();
        if terms.is_empty() || kinds.is_empty() {
            return Ok(Vec::new());
        }
        let mut s = Sql::default();
        let kinds = s.put_all(kinds.iter().map(|k| V::text(k.as_str())));
        let each: Vec<String> = terms.iter().map(|term| written(&mut s, term)).collect();
        let seen = seen(&mut s, reader, self.parties_narrowed(reader));
        let limit = s.put(V::size(limit));
        let sql = format!(
            "select c.kind, c.id from card c left join private l on l.slot = c.slot
            where c.kind in ({kinds}) and {} and {seen} order by coalesce(c.at, 0) desc, c.kind, c.id limit {limit}",
            each.join(" and ")
        );
        let found = refs(&self.tx().all_built(sql, &s.values).await?)?;
        self.around(found, &terms).await
    }

    async fn around(&mut self, found: Vec<Ref>, terms: &[&str]) -> Result<Vec<Said>, Stop> {
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let mut s = Sql::default();
        let kinds = s.put_all(found.iter().map(|on| V::text(on.kind.as_str())));
        let ids = s.put_all(found.iter().map(|on| V::Id(on.id)));
        let any: Vec<String> = terms.iter().map(|t| alike(&mut s, &["w.text", "p.value"], t)).collect();
        let sql = format!(
            "select w.kind, w.id, coalesce(w.text, p.value) from word w left join private p on p.slot = w.slot
            where w.kind in ({kinds}) and w.id in ({ids}) and ({}) order by w.id, w.n",
            any.join(" or ")
        );
        let rows = self.tx().all_built(sql, &s.values).await?;
        let texts = rows.iter().map(|r| Ok((refs(std::slice::from_ref(r))?, r.text(2)?)));
        let texts = texts.collect::<Result<Vec<_>, Stop>>()?;
        let told = |on: Ref| {
            let text = texts.iter().find(|(of, _)| of.contains(&on)).map(|(_, text)| text.as_str());
            Said { on, around: text.map(|text| cut_around(text, terms)).unwrap_or_default() }
        };
        Ok(found.into_iter().map(told).collect())
    }

    /// People of ours who have one of these roles at a site or everywhere.
    pub async fn holders(&mut self, roles: &[&'static str], site: SiteId) -> Result<BTreeSet<PersonId>, Stop> {
        if roles.is_empty() {
            return Ok(BTreeSet::new());
        }
        let cells: Vec<String> = (3..roles.len() + 3).map(|n| format!("${n}")).collect();
        let sql = format!(
            "select distinct id from role_at where kind = 'person' and party in ($1, $2) and role in ({})",
            cells.join(",")
        );
        let mut values = vec![V::Id(site.0), V::Id(ALL)];
        values.extend(roles.iter().map(|r| V::text(*r)));
        self.tx().all_built(sql, &values).await?.iter().map(|r| r.id(0).map(PersonId)).collect()
    }

    /// Our own duties that are due by an instant and not done, oldest first, of what the reader sees.
    pub async fn our_duties(&mut self, reader: PersonId, by: Instant, limit: u64) -> Result<Vec<Owed>, Stop> {
        let mut s = Sql::default();
        let (by, now) = (s.put(V::at(by)), s.put(V::at(self.now().0)));
        let seen = seen(&mut s, reader, self.parties_narrowed(reader));
        let limit = s.put(V::size(limit));
        let sql = format!(
            "select d.kind, d.id, d.due_at, d.site from duty d join card c on c.kind = d.kind and c.id = d.id
            where d.party = 'owner' and d.due_at <= {by} and (d.done_at is null or d.done_at > {now}) and {seen}
            order by d.due_at, d.id limit {limit}"
        );
        let recs = self.tx().all_built(sql, &s.values).await?;
        recs.iter()
            .map(|r| {
                let kind: Kind = r.text(0)?.parse().map_err(Stop::fault)?;
                Ok(Owed {
                    what: Ref { kind, id: r.id(1)? },
                    due: Instant::from_micros(r.int(2)?),
                    site: r.maybe_id(3)?.map(SiteId),
                })
            })
            .collect()
    }

    /// Objects of a kind in a stored state, whoever reads: for work of the house itself, which asks for rights later.
    pub async fn in_state(&mut self, kind: Kind, state: &'static str, limit: u64) -> Result<Vec<Ref>, Stop> {
        let sql = "select kind, id from card where kind = $1 and state = $2 order by id limit $3";
        let values = [V::text(kind.as_str()), V::text(state), V::size(limit)];
        refs(&self.tx().all(sql, &values).await?)
    }

    /// Objects of a kind whose line has a word at this instant; the same.
    pub async fn with_word(&mut self, kind: Kind, line: &str, word: &str, limit: u64) -> Result<Vec<Ref>, Stop> {
        let sql = "select distinct kind, id from span where name = $1 and word = $2 and from_at <= $3
            and until_at > $3 and kind = $4 order by id limit $5";
        let now = V::at(self.now().0);
        refs(&self.tx().all(sql, &[V::text(line), V::text(word), now, V::text(kind.as_str()), V::size(limit)]).await?)
    }
}
