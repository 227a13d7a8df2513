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
