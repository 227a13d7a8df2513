//! What an act of the past made, and what others built on it since: the two questions before anything is undone.

use std::collections::{BTreeMap, BTreeSet};

use plantgate_domain::base::{Kind, Ref};

use super::Desk;
use crate::{
    book,
    db::{Rec, V},
    stop::Stop,
};

/// Something stands on what was made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Built {
    /// What was made.
    pub on: Ref,
    /// What stands on it; itself where it was changed since.
    pub by: Ref,
}

impl Desk {
    /// The entries of a range, in order.
    pub async fn made(&mut self, from: u64, count: u64) -> Result<Vec<book::Read>, Stop> {
        let sql = "select seq, body from entry where seq >= $1 and seq < $2 order by seq";
        let range = [V::size(from), V::size(from + count)];
        let recs = self.turn.tx.all(sql, &range).await?;
        recs.iter().map(|r| book::read(r.size(0)?, &r.bytes(1)?)).collect()
    }

    /// What was built since on the objects that a range of entries opened, and on the scope it proposed: later entries
    /// of their own, other objects that point to them, and whatever belongs to a provider among them.
    pub async fn built_on(&mut self, made: &[book::Read]) -> Result<BTreeSet<Built>, Stop> {
        let (Some(first), Some(last)) = (made.first(), made.last()) else { return Ok(BTreeSet::new()) };
        let range = [V::size(first.at.seq), V::size(last.at.seq + 1)];
        let mut built = BTreeSet::new();
        let changed = "select o.kind, o.id, o.kind, o.id from entry o join entry l on l.kind = o.kind and l.id = o.id
            where o.seq >= $1 and o.seq < $2 and (o.ver = 1 or o.name = 'expect.scope.proposed@1') and l.seq >= $2";
        let linked = "select o.kind, o.id, l.kind, l.id from entry o
            join link l on l.to_kind = o.kind and l.to_id = o.id
            where o.seq >= $1 and o.seq < $2 and o.ver = 1 and not exists (select 1 from entry i
            where i.kind = l.kind and i.id = l.id and i.seq >= $1 and i.seq < $2)";
        let owned = "select o.kind, o.id, c.kind, c.id from entry o join card c on c.provider = o.id
            where o.seq >= $1 and o.seq < $2 and o.ver = 1 and o.kind = 'provider' and not exists (select 1 from entry i
            where i.kind = c.kind and i.id = c.id and i.seq >= $1 and i.seq < $2)";
        for sql in [changed, linked, owned] {
            for rec in self.turn.tx.all(sql, &range).await? {
                built.insert(Built { on: on(&rec, 0)?, by: on(&rec, 2)? });
            }
        }
        self.built_in_this_turn(made, &mut built);
        Ok(built)
    }

    /// The same for acts of this turn, whose rows are not written yet.
    fn built_in_this_turn(&self, made: &[book::Read], built: &mut BTreeSet<Built>) {
        let mut last: BTreeMap<Ref, u64> = BTreeMap::new();
        let opened: BTreeSet<Ref> = made.iter().filter(|e| e.ver == 1).map(|e| e.on).collect();
        for e in made {
            last.insert(e.on, e.ver);
        }
        for (by, kept) in self.turn.changed.iter() {
            match last.get(by) {
                Some(ver) if kept.version > *ver => {
                    built.insert(Built { on: *by, by: *by });
                }
                Some(_) => {}
                None => {
                    let card = kept.thing.card();
                    let firm = card.provider.map(Ref::from);
                    let points = card.links.iter().map(|(_, to)| *to).chain(firm);
                    built.extend(points.filter(|to| opened.contains(to)).map(|to| Built { on: to, by: *by }));
                }
            }
        }
    }
}

fn on(rec: &Rec, column: usize) -> Result<Ref, Stop> {
    let kind: Kind = rec.text(column)?.parse().map_err(Stop::fault)?;
    Ok(Ref { kind, id: rec.id(column + 1)? })
}
