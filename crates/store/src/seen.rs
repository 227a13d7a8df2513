//! What a reader sees of the cards, as a condition of a question: by the rows of their roles, or by the parties they
//! were narrowed to. Every list, search and count asks it with the same words.

use plantgate_domain::base::PersonId;
use uuid::Uuid;

use crate::db::V;

/// A question that grows: its text, and the values of its places in order.
#[derive(Default)]
pub(crate) struct Sql {
    pub text: String,
    pub values: Vec<V>,
}

impl Sql {
    /// A place for a value.
    pub fn put(&mut self, v: V) -> String {
        self.values.push(v);
        format!("${}", self.values.len())
    }
    /// Places for some, behind each other.
    pub fn put_all(&mut self, all: impl IntoIterator<Item = V>) -> String {
        let places: Vec<String> = all.into_iter().map(|v| self.put(v)).collect();
        places.join(", ")
    }
}

/// Whether the reader sees the card `c`.
pub(crate) fn seen(s: &mut Sql, reader: PersonId, narrowed: Option<&[Uuid]>) -> String {
    let Some(parties) = narrowed else {
        let reader = s.put(V::Id(reader.0));
        return format!(
            "exists (select 1 from sees v join role_at r on r.party = v.party
            where v.kind = c.kind and v.id = c.id and r.kind = 'person' and r.id = {reader})"
        );
    };
    // Somebody without any role sees nothing, and no list of parties is empty in SQL.
    let parties = if parties.is_empty() { &[Uuid::nil()] } else { parties };
    let parties = s.put_all(parties.iter().map(|party| V::Id(*party)));
    format!("exists (select 1 from sees v where v.kind = c.kind and v.id = c.id and v.party in ({parties}))")
}
