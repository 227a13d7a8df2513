//! Lists: one mechanism for every kind. Rights are a join to `sees` and `role_at`, never a filter afterwards, so counts
//! tell a reader nothing about what is not theirs. Paged by key, filtered by words that lines hold at this instant.

use plantgate_domain::base::{Instant, Kind, PersonId, Ref};
use uuid::Uuid;

use crate::{
    db::{Rec, V},
    look::Look,
    memory::Kept,
    seen::{Sql, seen},
    stop::Stop,
};
use plantgate_domain::thing::AnyThing;

/// What a list shows and in which order.
#[derive(Clone, PartialEq, Debug)]
pub struct Query {
    pub kind: Kind,
    /// Who reads; the list is what their roles see.
    pub reader: PersonId,
    pub order: Order,
    /// Only objects that point to this one in this role.
    pub pointing: Option<(&'static str, Ref)>,
    /// Only objects at this site.
    pub site: Option<Uuid>,
    /// Only objects of this provider.
    pub provider: Option<Uuid>,
    /// Only objects in this stored state.
    pub state: Option<String>,
    /// Only objects whose line of this name has this word at the snapshot's instant.
    pub line: Option<(&'static str, String)>,
    /// The same for every one of these: facts of a system that its lines tell.
    pub lines: Vec<(&'static str, String)>,
    /// Only objects whose reference or name begins with this text, or has a word that does.
    pub text: Option<String>,
    /// Continue behind this row.
    pub after: Option<Cursor>,
    pub limit: usize,
}

/// Order of a list; the id always ends it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    Name,
    Reference,
    Newest,
    Oldest,
}

/// Where a page ended: the sort value as hexadecimal digits or number, and the id.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cursor {
    pub key: V,
    pub id: Uuid,
}

impl Cursor {
    /// As it stands in a URL.
    pub fn to_text(&self) -> String {
        let key = match &self.key {
            V::Bytes(b) => format!("b{}", crate::keyring::hex(b)),
            V::Int(n) => format!("i{n}"),
            _ => "n".to_owned(),
        };
        format!("{key}.{}", self.id.simple())
    }
    /// From a URL; `None` when it is not one of ours.
    pub fn from_text(text: &str) -> Option<Cursor> {
        let (key, id) = text.split_once('.')?;
        let id = id.parse().ok()?;
        let (tag, rest) = key.split_at_checked(1)?;
        let key = match tag {
            "b" => V::Bytes(crate::keyring::unhex_any(rest)?),
            "i" => V::Int(rest.parse().ok()?),
            _ => return None,
        };
        Some(Cursor { key, id })
    }
}

/// One row of a list.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    pub on: Ref,
    pub kept: Kept,
    cursor: Cursor,
}

/// A page of a list.
#[derive(Clone, PartialEq, Debug)]
pub struct Page {
    pub rows: Vec<Row>,
    /// How many there are in all, seen by this reader.
    pub total: u64,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

impl Query {
    /// All objects of a kind that a reader sees, by name.
    pub fn new(kind: Kind, reader: PersonId, limit: usize) -> Query {
        Query {
            kind,
            reader,
            order: Order::Name,
            pointing: None,
            site: None,
            provider: None,
            state: None,
            line: None,
            lines: Vec::new(),
            text: None,
            after: None,
            limit,
        }
    }
}

fn filters(q: &Query, now: Instant, narrowed: Option<&[Uuid]>) -> Sql {
    let mut s = Sql::default();
    let kind = s.put(V::text(q.kind.as_str()));
    let mut text = format!(" where c.kind = {kind} and {}", seen(&mut s, q.reader, narrowed));
    if let Some((rel, to)) = &q.pointing {
        let (rel, to) = (s.put(V::text(*rel)), s.put(V::Id(to.id)));
        text += &format!(
            " and exists (select 1 from link l where l.kind = c.kind and l.id = c.id
            and l.rel = {rel} and l.to_id = {to})"
        );
    }
    if let Some(site) = q.site {
        let site = s.put(V::Id(site));
        text +=
            &format!(" and exists (select 1 from sees w where w.kind = c.kind and w.id = c.id and w.party = {site})");
    }
    if let Some(provider) = q.provider {
        text += &format!(" and c.provider = {}", s.put(V::Id(provider)));
    }
    if let Some(state) = &q.state {
        text += &format!(" and c.state = {}", s.put(V::text(state)));
    }
    for (name, word) in q.line.iter().chain(&q.lines) {
        let (name, word, now) = (s.put(V::text(*name)), s.put(V::text(word)), s.put(V::at(now)));
        text += &format!(
            " and exists (select 1 from span p where p.kind = c.kind and p.id = c.id and p.name = {name}
            and p.word = {word} and p.from_at <= {now} and p.until_at > {now})"
        );
    }
    if let Some(wanted) = &q.text {
        text += &called(&mut s, wanted);
    }
    s.text = text;
    s
}

/// Reference, name, or a word of the name begins so; names of people sit in `private`.
fn called(s: &mut Sql, wanted: &str) -> String {
    let (begins, word) = crate::find::patterns(wanted);
    let (from, until) = crate::find::between(wanted);
    let (begins, word) = (s.put(V::Text(begins)), s.put(V::Text(word)));
    let (from, until) = (s.put(V::Bytes(from)), s.put(V::Bytes(until)));
    format!(
        " and (lower(c.reference) like {begins} escape '\\' or lower(c.label) like {begins} escape '\\'
        or lower(c.label) like {word} escape '\\' or (c.by_name >= {from} and c.by_name < {until})
        or exists (select 1 from private x where x.slot = c.slot and (lower(x.value) like {begins} escape '\\'
        or lower(x.value) like {word} escape '\\' or (x.sort >= {from} and x.sort < {until}))))"
    )
}

impl Look {
    /// A page of a list.
    pub async fn page(&mut self, q: &Query) -> Result<Page, Stop> {
        let now = self.now().0;
        let total = self.count(q).await?;
        let mut s = filters(q, now, self.parties_narrowed(q.reader));
        let (column, desc) = match q.order {
            Order::Name => ("coalesce(c.by_name, p.sort, c.by_ref)", false),
            Order::Reference => ("c.by_ref", false),
            Order::Newest => ("coalesce(c.at, 0)", true),
            Order::Oldest => ("coalesce(c.at, 0)", false),
        };
        let (more, order) = if desc { ("<", "desc") } else { (">", "asc") };
        if let Some(after) = &q.after {
            let (key, id) = (s.put(after.key.clone()), s.put(V::Id(after.id)));
            s.text += &format!(" and ({column} {more} {key} or ({column} = {key} and c.id {more} {id}))");
        }
        let limit = s.put(V::size(q.limit as u64 + 1));
        let sql = format!(
            "select c.id, t.version, t.body, {column} from card c join thing t on t.kind = c.kind and t.id = c.id
            left join private p on p.slot = c.slot{} order by {column} {order}, c.id {order} limit {limit}",
            s.text
        );
        let recs = self.tx().all_built(sql, &s.values).await?;
        let numbers = matches!(q.order, Order::Newest | Order::Oldest);
        let mut rows = recs.iter().map(|r| row(q, numbers, r)).collect::<Result<Vec<_>, _>>()?;
        let more = rows.len() > q.limit;
        rows.truncate(q.limit);
        let next = rows.last().filter(|_| more).map(|r| r.cursor.to_text());
        Ok(Page { rows, total, next })
    }

    /// How many objects a list has.
    pub async fn count(&mut self, q: &Query) -> Result<u64, Stop> {
        let s = filters(q, self.now().0, self.parties_narrowed(q.reader));
        let sql = format!("select count(*) from card c{}", s.text);
        let recs = self.tx().all_built(sql, &s.values).await?;
        recs.first().map_or(Ok(0), |r| r.size(0))
    }

    /// The word a stored line has for an object at the snapshot's instant, and since when.
    pub async fn word(&mut self, on: Ref, site: Uuid, name: &'static str) -> Result<Option<(String, Instant)>, Stop> {
        let now = self.now().0;
        let sql = "select word, from_at from span where kind = $1 and id = $2 and site = $3 and name = $4
            and from_at <= $5 and until_at > $5";
        let values = [V::text(on.kind.as_str()), V::Id(on.id), V::Id(site), V::text(name), V::at(now)];
        let rec = self.tx().one(sql, &values).await?;
        rec.map(|r| Ok((r.text(0)?, Instant::from_micros(r.int(1)?)))).transpose()
    }
}

fn row(q: &Query, numbers: bool, r: &Rec) -> Result<Row, Stop> {
    let on = Ref { kind: q.kind, id: r.id(0)? };
    let thing = AnyThing::from_body(q.kind, &r.text(2)?)?;
    let key = if numbers { V::Int(r.int(3)?) } else { r.maybe_bytes(3)?.map_or(V::NoBytes, V::Bytes) };
    Ok(Row { on, kept: Kept { thing, version: r.size(1)? }, cursor: Cursor { key, id: on.id } })
}
