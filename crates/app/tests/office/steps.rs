//! How many statements a decision costs: counted where the driver says them, because a budget nobody counts grows. Only
//! on PostgreSQL: SQLite's driver speaks from a thread of its own.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use plantgate_app::permit::ask::{RequestAccess, decide};
use serde_json::json;
use tracing::{
    Event, Metadata, Subscriber,
    span::{Attributes, Id, Record},
};

use super::ground::ground;

struct Counter(Arc<AtomicU64>);

impl Subscriber for Counter {
    fn enabled(&self, m: &Metadata<'_>) -> bool {
        m.target() == "sqlx::query"
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, e: &Event<'_>) {
        let mut asks = Asks(false);
        e.record(&mut asks);
        if asks.0 {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// Whether an event tells of a question; `BEGIN` and `COMMIT` are none.
struct Asks(bool);

impl tracing::field::Visit for Asks {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        let text = format!("{value:?}").to_lowercase();
        self.0 |= field.name() == "summary" && (text.contains("select") || text.contains("with"));
    }
}

#[tokio::test]
async fn a_decision_takes_five_statements_the_first_time_and_two_while_nothing_changes() {
    for g in ground().await {
        let ids = {
            use plantgate_domain::base::Kind;
            use plantgate_store::memory::Memory;
            let mut look = g.w.app.store().look().await.unwrap();
            let change = look.named(Kind::Change, "CHG-0713").await.unwrap().unwrap().id;
            (g.engagement.to_string(), g.instance.to_string(), change.to_string())
        };
        let mut ask = g.ask();
        (ask["engagement"], ask["instance"], ask["change"]) = (json!(ids.0), json!(ids.1), json!(ids.2));
        let ask: RequestAccess = serde_json::from_value(ask).unwrap();
        let by = g.ortega.actor.person().unwrap();
        // given a node that remembers nothing yet
        let node = g.w.again().await.unwrap();
        let mut counted = Vec::new();
        for _ in 0..2 {
            let count = Arc::new(AtomicU64::new(0));
            let _here = tracing::subscriber::set_default(Counter(count.clone()));
            let mut look = node.store().look().await.unwrap();
            let now = look.now();
            decide(&mut look, &ask, by, now).await.unwrap();
            counted.push(count.load(Ordering::Relaxed));
        }
        if g.w.engine == "PostgreSQL" {
            // The node's own look at how far the record has grown falls into one of the two, as it happens.
            assert!(counted[1] <= 2 && counted[0] + counted[1] <= 7, "{counted:?}");
        }
        g.close().await;
    }
}
