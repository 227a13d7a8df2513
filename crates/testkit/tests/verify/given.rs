//! A plant with everything that can be damaged: full tiles, signed heads, names, an erasure, spans, evidence.

use plantgate_ledger::{VerifierKey, tree::leaf_hash};
use plantgate_store::{
    audit::{self, Asked, Damage, Mode, Report},
    db::{Tx, V},
    private::{self, Found},
    witnesses,
};
use plantgate_testkit::{demo::Demo, world::World};
use serde_json::{Value, json};
use uuid::Uuid;

/// Statements somebody types who may do everything in the database.
pub type Edits = Vec<(String, Vec<V>)>;

pub struct Given {
    pub demo: Demo,
    pub keys: Vec<(u64, VerifierKey)>,
    /// Entries when the last head was signed.
    pub size: u64,
    /// A slot that an entry says was destroyed, and that entry.
    pub erased: (Uuid, u64),
}

pub async fn both() -> Vec<Given> {
    let mut all = Vec::new();
    for world in World::both().await {
        all.push(Given::on(world).await);
    }
    all
}

impl Given {
    async fn on(world: World) -> Given {
        let demo = Demo::on(world).await;
        let store = demo.world.app.store();
        let mut tx = store.db().read().await.unwrap();
        let keys = witnesses::log_keys(&mut tx, store.keyring()).await.unwrap();
        drop(tx);
        // a head in the middle, one after an erasure, and one at the end
        store.checkpoint().await.unwrap();
        let slot = erase_one(&demo).await;
        let erasure = demo.size().await - 1;
        store.checkpoint().await.unwrap();
        demo.world.named(&demo.caller("m.okafor"), "propose-finding", finding("F-8801")).await.unwrap();
        let size = store.checkpoint().await.unwrap().unwrap();
        Given { demo, keys, size, erased: (slot, erasure) }
    }

    pub fn engine(&self) -> &'static str {
        self.demo.world.engine
    }

    /// What every mode finds, over what is committed.
    pub async fn all(&self) -> Report {
        self.ask(&Asked::These(Mode::ALL.to_vec())).await
    }

    pub async fn ask(&self, asked: &Asked) -> Report {
        let store = self.demo.world.app.store();
        audit::run(store.db(), store.blobs(), &self.keys, asked, store.limits()).await.unwrap()
    }

    /// What is found within a transaction that made some edits and is undone.
    pub async fn after(&self, edits: &Edits, asked: &Asked) -> Report {
        let mut tx = self.demo.world.app.store().db().write().await.unwrap();
        for (sql, values) in edits {
            let touched = tx.run_built(sql.clone(), values).await.unwrap();
            assert!(touched > 0, "{sql} touched nothing on {}", self.engine());
        }
        let report = audit::within(&mut tx, &self.keys, asked).await.unwrap();
        tx.undo().await.unwrap();
        report
    }

    pub async fn damage(&self, edits: &Edits) -> Vec<Damage> {
        let asked = Asked::These(vec![Mode::Leaves, Mode::Commitments, Mode::Rebuild]);
        self.after(edits, &asked).await.damage
    }

    pub async fn body(&self, seq: u64) -> Vec<u8> {
        let mut tx = self.read().await;
        plantgate_store::verify::entry_bytes(&mut tx, seq).await.unwrap().unwrap()
    }

    pub async fn read(&self) -> Tx {
        self.demo.world.app.store().db().read().await.unwrap()
    }

    /// The bytes of an entry with another request id, which is as long: everything else still reads the same.
    pub async fn forged(&self, seq: u64) -> (Vec<u8>, Vec<u8>) {
        let text = String::from_utf8(self.body(seq).await).unwrap();
        let at = text.find("\"request\":\"").unwrap() + 11;
        let mut bytes = text.into_bytes();
        bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
        let leaf = leaf_hash(&bytes).0.to_vec();
        (bytes, leaf)
    }

    /// The first private value of the record that is still there.
    pub async fn private(&self) -> Found {
        let mut tx = self.read().await;
        let mut found = Vec::new();
        for rec in tx.all("select seq, body from entry order by seq limit 200", &[]).await.unwrap() {
            let body: Value = serde_json::from_slice(&rec.bytes(1).unwrap()).unwrap();
            private::find(rec.size(0).unwrap(), "", &body, &mut found);
        }
        found.into_iter().next().unwrap()
    }

    pub async fn close(self) {
        self.demo.world.close().await;
    }
}

/// A finding with a text of its own, so that something is recorded.
pub fn finding(reference: &str) -> Value {
    json!({ "kind": "general", "reference": reference, "engagement": "E-025", "instance": "BMS-B61",
        "severity": "low", "text": format!("Cabinet {reference} stood open."), "occurred": "2026-11-10T10:00:00Z" })
}

/// Erases one text of the record; its slot.
async fn erase_one(demo: &Demo) -> Uuid {
    let mut tx = demo.world.app.store().db().read().await.unwrap();
    let recs = tx.all("select seq, body, kind, id from entry order by seq", &[]).await.unwrap();
    drop(tx);
    for rec in recs {
        let mut found = Vec::new();
        let body: Value = serde_json::from_slice(&rec.bytes(1).unwrap()).unwrap();
        private::find(rec.size(0).unwrap(), "", &body, &mut found);
        let [one] = found.as_slice() else { continue };
        let body = json!({ "kind": rec.text(2).unwrap(), "object": rec.id(3).unwrap(), "entry": one.seq,
            "ground": "retention", "second": "N-102" });
        if demo.world.named(&demo.caller("k.brandt"), "erase-text", body).await.is_ok() {
            return one.slot.0;
        }
    }
    panic!("no text could be erased")
}
