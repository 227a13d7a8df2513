//! One test per kind of thing: the edit, and the name it is given.

use plantgate_ledger::tree::Edge;
use plantgate_store::{
    audit::{Damage, Value},
    db::V,
};
use uuid::Uuid;

use super::given::{Edits, Given, both};

fn one(sql: &str, values: Vec<V>) -> Edits {
    vec![(sql.to_owned(), values)]
}

/// Each edit by itself gives exactly this damage.
async fn exactly(given: &Given, edits: Edits, damage: &[Damage]) {
    assert_eq!(given.damage(&edits).await, damage, "{} on {}", edits[0].0, given.engine());
}

#[tokio::test]
async fn an_entry_s_bytes() {
    for g in both().await {
        let (body, leaf) = g.forged(10).await;
        // the bytes alone, below a full tile
        let edit = "update entry set body = $1 where seq = 10";
        exactly(&g, one(edit, vec![V::Bytes(body.clone())]), &[Damage::Body { seq: 10 }]).await;
        // bytes and leaf hash together: the tile remembers
        let both = "update entry set body = $1, leaf = $2 where seq = 10";
        let named = [Damage::Body { seq: 10 }, Damage::Leaf { seq: 10 }];
        exactly(&g, one(both, vec![V::Bytes(body), V::Bytes(leaf)]), &named).await;
        // where no tile is full yet, the signed heads remember
        let last = g.size - 1;
        assert!(g.size % 256 > 2, "the demo ends with a full tile: move this test");
        let (body, leaf) = g.forged(last).await;
        let both = format!("update entry set body = $1, leaf = $2 where seq = {last}");
        let found = g.damage(&one(&both, vec![V::Bytes(body), V::Bytes(leaf)])).await;
        let [Damage::Rewritten { from, until }] = found[..] else { panic!("{found:?}") };
        assert!(from <= last && until == g.size, "{found:?}");
        g.close().await;
    }
}

#[tokio::test]
async fn a_leaf_hash() {
    for g in both().await {
        let edit = one("update entry set leaf = $1 where seq = 10", vec![V::Bytes(vec![7; 32])]);
        exactly(&g, edit, &[Damage::Leaf { seq: 10 }]).await;
        let edit = one("update entry set leaf = $1 where seq = 10", vec![V::Bytes(vec![7; 5])]);
        exactly(&g, edit, &[Damage::Leaf { seq: 10 }]).await;
        g.close().await;
    }
}

#[tokio::test]
async fn an_entry_cut_out_put_in_or_moved() {
    for g in both().await {
        let found = g.damage(&one("delete from entry where seq = 10", vec![])).await;
        assert!(found.contains(&Damage::Gap { from: 10, until: 11 }), "{}: {found:?}", g.engine());
        let last = g.size - 1;
        let found = g.damage(&one(&format!("delete from entry where seq = {last}"), vec![])).await;
        assert!(found.contains(&Damage::Gap { from: last, until: g.size }), "{}: {found:?}", g.engine());
        // one more behind the end, which says what another said
        let end = g.size;
        let sql = format!(
            "insert into entry (seq, at, kind, id, ver, name, body, leaf)
                select {end}, at, kind, id, ver + 1000, name, body, leaf from entry where seq = {last}"
        );
        let found = g.damage(&one(&sql, vec![])).await;
        assert!(found.contains(&Damage::Beyond { from: end, until: end + 1 }), "{}: {found:?}", g.engine());
        // columns that lists and as-of go by
        let columns = [
            ("at = at - 1000000", "at"),
            ("ver = 77", "ver"),
            ("kind = 'site'", "kind"),
            ("name = 'expect.provider.revised@1'", "name"),
        ];
        for (set, column) in columns {
            let edit = one(&format!("update entry set {set} where seq = 10"), vec![]);
            exactly(&g, edit, &[Damage::Column { seq: 10, column }]).await;
        }
        let edit = one("update entry set id = $1 where seq = 10", vec![V::Id(Uuid::nil())]);
        exactly(&g, edit, &[Damage::Column { seq: 10, column: "id" }]).await;
        g.close().await;
    }
}

#[tokio::test]
async fn a_tile() {
    for g in both().await {
        let tile = |n, missing| [Damage::Tile { level: 0, n, missing }];
        let bytes = vec![V::Bytes(vec![9; 256 * 32])];
        exactly(&g, one("update tile set data = $1 where level = 0 and n = 0", bytes.clone()), &tile(0, false)).await;
        exactly(&g, one("delete from tile where level = 0 and n = 0", vec![]), &tile(0, true)).await;
        exactly(&g, one("insert into tile (level, n, data) values (0, 99, $1)", bytes), &tile(99, false)).await;
        g.close().await;
    }
}

#[tokio::test]
async fn the_edge() {
    for g in both().await {
        let named = |column| [Damage::Edge { column }];
        let other = V::Bytes(Edge::new().to_bytes());
        exactly(&g, one("update edge set nodes = $1", vec![V::Bytes(vec![1, 2, 3])]), &named("nodes")).await;
        exactly(&g, one("update edge set size = 0, nodes = $1", vec![other]), &named("nodes")).await;
        exactly(&g, one("update edge set size = size + 1", vec![]), &named("size")).await;
        exactly(&g, one("update edge set last_at = last_at - 1", vec![]), &named("last_at")).await;
        let found = g.damage(&one("delete from edge", vec![])).await;
        assert_eq!(found, named("row"), "{}", g.engine());
        g.close().await;
    }
}

#[tokio::test]
async fn a_signed_head() {
    for g in both().await {
        let size = g.size;
        // another root under the same signature, and a true head filed under another size
        let edit = format!("update checkpoint set note = replace(note, '{size}', '{}') where size = {size}", size - 1);
        exactly(&g, one(&edit, vec![]), &[Damage::Checkpoint { size }]).await;
        let edit = format!("update checkpoint set size = 5 where size = {size}");
        exactly(&g, one(&edit, vec![]), &[Damage::Checkpoint { size: 5 }]).await;
        g.close().await;
    }
}

#[tokio::test]
async fn a_name_or_text() {
    for g in both().await {
        let p = g.private().await;
        let slot = || vec![V::Id(p.slot.0)];
        let named = |fault| [Damage::Private { seq: p.seq, slot: p.slot.0, field: p.field.clone(), fault }];
        let edits = [
            ("value = 'Somebody else'", Value::Changed),
            ("value = null", Value::Changed),
            ("salt = null, value = null, sort = null, erased_at = 1", Value::Unsaid),
        ];
        for (set, fault) in edits {
            let found = g.damage(&one(&format!("update private set {set} where slot = $1"), slot())).await;
            assert!(found.contains(&named(fault)[0]), "{set} on {}: {found:?}", g.engine());
        }
        let with = |bytes: &[u8]| vec![V::Id(p.slot.0), V::Bytes(bytes.to_vec())];
        let found = g.damage(&one("update private set salt = $2 where slot = $1", with(&[3; 32]))).await;
        assert!(found.contains(&named(Value::Changed)[0]), "{}: {found:?}", g.engine());
        let found = g.damage(&one("update private set sort = $2 where slot = $1", with(b"zzz"))).await;
        assert!(found.contains(&named(Value::Sort)[0]), "{}: {found:?}", g.engine());
        let found = g.damage(&one("delete from private where slot = $1", slot())).await;
        assert!(found.contains(&named(Value::Missing)[0]), "{}: {found:?}", g.engine());
        // one that nobody committed to, and one that was destroyed and came back
        let new = Uuid::from_u128(7);
        let edit = one("insert into private (slot, value) values ($1, 'x')", vec![V::Id(new)]);
        exactly(&g, edit, &[Damage::PrivateAdded { slot: new }]).await;
        let (slot, seq) = g.erased;
        let edit = one("update private set value = 'back' where slot = $1", vec![V::Id(slot)]);
        let found = g.damage(&edit).await;
        let back = |d: &Damage| matches!(d, Damage::Private { seq: s, fault: Value::Back, .. } if *s == seq);
        assert!(found.iter().any(back), "{}: {found:?}", g.engine());
        g.close().await;
    }
}

#[tokio::test]
async fn a_row_and_a_span() {
    for g in both().await {
        let found = g.damage(&one("update card set label = 'Forged' where reference = 'P-09'", vec![])).await;
        let [Damage::Row { table: "card", key, column, record, found }] = &found[..] else { panic!("{found:?}") };
        assert!(key.starts_with("P-09: kind provider, id "), "{key}");
        assert_eq!((column.as_str(), record.starts_with("Verdano"), found.as_str()), ("label", true, "Forged"));
        // the first span of a standing, with the object and the instant it begins at
        let edit = "update span set word = 'good' where name = 'standing' and word = 'restricted'";
        let found = g.damage(&one(edit, vec![])).await;
        let span = |d: &Damage| match d {
            Damage::Row { table: "span", key, column, record, found } => {
                key.starts_with("E-")
                    && key.contains("name standing, from_at 20")
                    && (column.as_str(), record.as_str(), found.as_str()) == ("word", "restricted", "good")
            }
            _ => false,
        };
        assert!(!found.is_empty() && found.iter().all(span), "{found:?}");
        let found = g.damage(&one("delete from thing where kind = 'site'", vec![])).await;
        let missing = |d: &Damage| matches!(d, Damage::RowMissing { table: "thing", key } if key.contains("kind site"));
        assert!(!found.is_empty() && found.iter().all(missing), "{found:?}");
        let edit = "insert into role_at (kind, id, party, role) values ('person', $1, $1, 'administrator')";
        let found = g.damage(&one(edit, vec![V::Id(Uuid::from_u128(9))])).await;
        let added =
            |d: &Damage| matches!(d, Damage::RowAdded { table: "role_at", key } if key.contains("role administrator"));
        assert!(found.len() == 1 && found.iter().all(added), "{found:?}");
        g.close().await;
    }
}
