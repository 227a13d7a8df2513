//! Brunnfeld as story A-25 needs it: one building system, one provider with one engineer and one contact, our people,
//! an engagement that is active. Set up through acts; what has no act yet is put in as its event.

use plantgate_app::{Caller, Stop};
use plantgate_domain::{
    base::*,
    event::{Event, qualify::*},
};
use plantgate_store::{
    memory::Memory,
    writer::{Ctx, Run},
};
use plantgate_testkit::world::{World, request};
use serde_json::{Value, json};
use uuid::Uuid;

pub struct Ground {
    pub w: World,
    pub site: SiteId,
    /// Administrator of every site.
    pub admin: Caller,
    /// Control engineer.
    pub keller: Caller,
    pub keller2: Caller,
    /// OT security.
    pub okafor: Caller,
    pub okafor2: Caller,
    /// Procurement.
    pub adeyemi: Caller,
    /// Shift lead.
    pub vogt: Caller,
    /// Quality.
    pub lindqvist: Caller,
    pub manager: Caller,
    /// Engineer of P-09.
    pub ortega: Caller,
    /// Contact of P-09.
    pub campos: Caller,
    /// Engineer of P-04.
    pub reyes: Caller,
    pub engagement: EngagementId,
    pub instance: InstanceId,
    pub request: RequestId,
}

pub fn id<T: std::str::FromStr>(v: &Value) -> T
where
    T::Err: std::fmt::Debug,
{
    v["done"]["id"].as_str().unwrap().parse().unwrap()
}

pub fn who(v: &Value) -> Caller {
    Caller::person(id(v), auth::SIGNED_IN)
}

impl Ground {
    /// Does an act by name; it must succeed.
    pub async fn ok(&self, by: &Caller, name: &str, body: Value) -> Value {
        ok(&self.w, by, name, body).await
    }
    /// Does an act by name; it must not.
    pub async fn no(&self, by: &Caller, name: &str, body: Value) -> Stop {
        match self.w.named(by, name, body).await {
            Ok(v) => panic!("{name} was done: {v}"),
            Err(stop) => stop,
        }
    }
    pub fn set(&self, t: &str) {
        self.w.set(t);
    }
    /// The request of story A-25: 14:00 to 16:00 CET, configure, unattended.
    pub fn ask(&self) -> Value {
        let window = json!({ "from": "2026-11-16T13:00:00Z", "until": "2026-11-16T15:00:00Z" });
        json!({ "engagement": "E-025", "instance": "BMS-B61", "environment": "prod", "roles": ["configure"],
            "purpose": "maintain", "pattern": "gateway-unattended", "change": "CHG-0713",
            "window": { "is": "fixed", "window": window } })
    }
    /// The list was graded adequate.
    pub async fn graded(&self) {
        let item = ItemId(request());
        let g = RequestGraded { item, grade: Grade::Adequate, valid_until: None };
        put(&self.w, self.request, RequestEvent::Graded(g).into()).await;
    }
    /// Ends it: rows are what the fold makes, and the ledger is whole, whatever the test did.
    pub async fn close(self) {
        let mut tx = self.w.app.store().db().read().await.unwrap();
        let verified = plantgate_store::verify::verify(&mut tx, true).await.unwrap();
        assert!(verified.damage.is_empty(), "{}: {:?}", self.w.engine, verified.damage);
        drop(tx);
        self.w.close().await;
    }
    /// A reference of the last answer.
    pub fn reference(v: &Value) -> String {
        v["done"]["reference"].as_str().unwrap().to_owned()
    }
}

pub async fn ok(w: &World, by: &Caller, name: &str, body: Value) -> Value {
    w.named(by, name, body.clone()).await.unwrap_or_else(|e| panic!("{}: {name} {body}: {e:?}", w.engine))
}

/// Puts an event in without an act.
pub async fn put(w: &World, on: impl Into<Ref>, event: Event) {
    let on = on.into();
    let run: Run = Box::new(move |desk| {
        let event = event.clone();
        Box::pin(async move {
            desk.append(on, event).await?;
            Ok(json!(null))
        })
    });
    let request = request();
    let ctx = Ctx { actor: Actor::Genesis, request, auth: None };
    w.app.store().act(ctx, request.as_bytes().to_vec(), false, run).await.unwrap();
}

/// One ground per engine.
pub async fn ground() -> Vec<Ground> {
    ground_of(true).await
}

/// The same on data that is demo or real for ever.
pub async fn ground_of(demo: bool) -> Vec<Ground> {
    let mut all = Vec::new();
    for w in World::both().await {
        all.push(super::plant::build(w, demo).await);
    }
    all
}

pub fn day(s: &str) -> Day {
    s.parse().unwrap()
}

/// The checks of a decision that are not passed, in order.
pub fn blocking(decision: &Value) -> Vec<String> {
    let checks = decision["checks"].as_array().unwrap();
    checks
        .iter()
        .filter(|c| c["mode"] == "enforce" && (c["result"] == "not-passed" || c["result"] == "unknown"))
        .map(|c| c["key"].as_str().unwrap().to_owned())
        .collect()
}

pub async fn word(g: &Ground, on: impl Into<Ref>) -> &'static str {
    let mut look = g.w.app.store().look().await.unwrap();
    let now = look.now().0;
    let grant: plantgate_domain::permit::grant::Grant = look.get(on.into()).await.unwrap();
    grant.word(now)
}

pub fn uuid(v: &Value) -> Uuid {
    v.as_str().unwrap().parse().unwrap()
}

/// A grant for story A-25, active at 13:00 UTC.
pub async fn granted(g: &Ground) -> GrantId {
    g.graded().await;
    let req = g.ok(&g.ortega, "request-access", g.ask()).await;
    let yes = g.ok(&g.keller, "approve-access", json!({ "request": Ground::reference(&req) })).await;
    g.set("2026-11-16T13:00:00Z");
    GrantId(uuid(&yes["done"]["grant"]))
}
