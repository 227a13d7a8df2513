//! A small plant for tests of acts: Brunnfeld with building management, its people, Verdano as provider. Everything is
//! done by acts with JSON bodies, as API, import and command line do it.

use plantgate_app::{Caller, Stop};
use plantgate_domain::{
    base::{Actor, Kind, PersonId},
    expect::engagement::Engagement,
    qualify::obligation::Obligation,
};
use plantgate_store::{look::Look, memory::Memory, ops::upload::By};
use serde_json::{Value, json};

use crate::world::World;

/// A plant with names for its people.
pub struct Plant {
    /// Engine, clock and office.
    pub w: World,
}

/// Our people: reference, handle, role.
const OURS: [(&str, &str, &str); 7] = [
    ("V-01", "m.okafor", "ot-security"),
    ("V-02", "d.lindholm", "ot-security"),
    ("V-03", "r.adeyemi", "procurement"),
    ("V-04", "b.stahl", "system-owner"),
    ("V-05", "j.lindqvist", "qa"),
    ("V-06", "s.brandt", "site-manager"),
    ("V-07", "a.keller", "control-engineer"),
];

impl Plant {
    /// Founded, with sites, zones, systems and our people.
    pub async fn new(w: World) -> Plant {
        let p = Plant { w };
        let genesis = Caller { actor: Actor::Genesis, auth: None, stale: false };
        let body = json!({
            "name": "Veltrane Life & Chemicals SE", "demo": true, "language": "en",
            "site": { "reference": "BRU", "name": "Brunnfeld", "zone": "Europe/Berlin", "country": "DE" },
            "person": { "reference": "V-00", "handle": "admin", "name": "First Admin", "roles": ["administrator"] },
        });
        p.w.named(&genesis, "found-organisation", body).await.unwrap();
        p.structure().await;
        for (reference, handle, role) in OURS {
            p.invite(json!({ "reference": reference, "handle": handle, "name": handle,
                "roles": [{ "role": role }] }))
                .await;
        }
        p
    }

    async fn structure(&self) {
        let site = json!({ "reference": "CED", "name": "Cedar Bluff", "zone": "America/Chicago", "country": "US" });
        self.admin("register-site", site).await;
        for (site, reference, kind) in [
            ("BRU", "BZ1", "production"),
            ("BRU", "BZ4", "operations"),
            ("BRU", "BZ5", "dmz"),
            ("BRU", "BZ7", "building"),
            ("CED", "CZ6", "safety"),
        ] {
            let zone = json!({ "site": site, "reference": reference, "name": reference, "kind": kind });
            self.admin("register-zone", zone).await;
        }
        for (a, b) in [("BZ5", "BZ4"), ("BZ4", "BZ7")] {
            let conduit = json!({ "site": "BRU", "a": a, "b": b, "state": "approved" });
            self.admin("register-conduit", conduit).await;
        }
        for (site, zone, reference, kind, validated, flags) in [
            ("BRU", "BZ7", "BMS-B61", "building", "not-gxp", json!([])),
            ("BRU", "BZ1", "SIS-B05", "safety", "not-gxp", json!(["safety"])),
            ("CED", "CZ6", "SIS-C02", "safety", "not-gxp", json!(["safety", "high-availability"])),
        ] {
            self.admin("register-instance", instance(site, zone, reference, kind, validated, &flags)).await;
        }
    }

    /// Verdano (P-09) with contact and engineer, its agreement signed, E-025 drafted.
    pub async fn verdano(&self) {
        let body = json!({ "reference": "P-09", "name": "Verdano Building Systems", "country": "ES",
            "kinds": ["vendor"], "languages": ["es"] });
        self.admin("register-provider", body).await;
        for (reference, handle, roles) in
            [("P-09-1", "l.ortega", json!(["engineer"])), ("P-09-2", "i.campos", json!(["contact"]))]
        {
            self.invite(json!({ "reference": reference, "handle": handle, "name": handle, "provider": "P-09",
                "provider_roles": roles }))
                .await;
        }
        let clause = json!({ "number": "6.2", "text": "User list within 1 day of quarter end.",
            "requirements": ["SP.09.02 BR"], "obligations": ["user-list"], "output": "user list",
            "measure": "1 day", "testable": true });
        let agreement = json!({ "reference": "MSA-0071", "provider": "P-09", "name": "Building care",
            "from": "2025-09-01", "clauses": [clause] });
        self.ok("V-03", "record-agreement", agreement).await;
        self.ok("V-03", "sign-agreement", json!({ "agreement": "MSA-0071", "day": "2025-08-25" })).await;
        let engagement = json!({ "reference": "E-025", "provider": "P-09", "agreement": "MSA-0071",
            "name": "BMS care Brunnfeld", "kind": "service", "phases": ["operate"],
            "activities": ["maintenance", "remote-support"], "from": "2025-09-01", "until": "2027-08-31",
            "patterns": ["gateway-unattended", "gateway-attended"], "owner": "V-04" });
        self.ok("V-03", "draft-engagement", engagement).await;
    }

    /// BMS-B61 into the scope of E-025, approved.
    pub async fn scoped(&self) {
        let scope = json!({ "engagement": "E-025", "instance": "BMS-B61", "roles": ["view", "collect", "configure"],
            "conduits": [{ "a": "BZ5", "b": "BZ4" }, { "a": "BZ4", "b": "BZ7" }] });
        self.ok("V-03", "propose-scope", scope).await;
        let approve = json!({ "engagement": "E-025", "instance": "BMS-B61" });
        self.ok("V-01", "approve-scope", approve).await;
    }

    /// A person by reference, signed in.
    pub async fn person(&self, reference: &str) -> Caller {
        let on = self.look().await.named(Kind::Person, reference).await.unwrap();
        Caller::person(PersonId(on.unwrap_or_else(|| panic!("{reference} is nobody")).id), "password+totp")
    }

    /// Does an act as somebody; what it answered.
    pub async fn by(&self, who: &str, act: &str, body: Value) -> Result<Value, Stop> {
        let caller = self.person(who).await;
        self.w.named(&caller, act, body).await
    }

    /// Does an act that must succeed; what was done.
    pub async fn ok(&self, who: &str, act: &str, body: Value) -> Value {
        match self.by(who, act, body).await {
            Ok(answer) => answer["done"].clone(),
            Err(stop) => panic!("{} {act} by {who}: {stop:?}", self.w.engine),
        }
    }

    /// Message id or reason of an act that must not happen.
    pub async fn stopped(&self, who: &str, act: &str, body: Value) -> String {
        match self.by(who, act, body).await {
            Ok(answer) => panic!("{} {act} by {who} happened: {answer}", self.w.engine),
            Err(Stop::Refused(r)) => r.say.id.to_owned(),
            Err(Stop::Invalid(places)) => places.iter().filter_map(|p| p.place.field.clone()).collect(),
            Err(stop) => stop.to_string(),
        }
    }

    /// As the first administrator.
    pub async fn admin(&self, act: &str, body: Value) -> Value {
        self.ok("V-00", act, body).await
    }

    /// What an act would do, without doing it.
    pub async fn preview(&self, who: &str, act: &str, body: Value) -> Value {
        let caller = self.person(who).await;
        plantgate_app::acts::preview(&self.w.app, &caller, act, body).await.unwrap()
    }

    /// Invites and activates.
    pub async fn invite(&self, body: Value) {
        let reference = body["reference"].clone();
        self.admin("invite-person", body).await;
        self.admin("activate-person", json!({ "person": reference })).await;
    }

    /// A typed object by reference.
    pub async fn get<T>(&self, reference: &str) -> T
    where
        T: plantgate_domain::thing::Thing
            + TryFrom<plantgate_domain::thing::AnyThing, Error = plantgate_domain::thing::Broken>,
    {
        let mut look = self.w.app.store().look().await.unwrap();
        let on = look.named(T::KIND, reference).await.unwrap().unwrap_or_else(|| panic!("no {reference}"));
        look.get(on).await.unwrap()
    }

    /// What an engagement owes or owed.
    pub async fn obligations(&self, engagement: &str) -> Vec<Obligation> {
        let e: Engagement = self.get(engagement).await;
        self.look().await.of("engagement", e.id).await.unwrap()
    }

    /// The obligation of that key.
    pub async fn obligation(&self, engagement: &str, key: &str) -> Obligation {
        let mut all = self.obligations(engagement).await.into_iter();
        all.find(|o| o.facts.key == key).unwrap_or_else(|| panic!("{engagement} owes no {key}"))
    }

    /// Sends the request for an obligation of E-025; its reference.
    pub async fn ask(&self, key: &str, period: &str) -> String {
        let o = self.obligation("E-025", key).await;
        let body = json!({ "obligation": o.facts.reference, "period": period });
        self.ok("V-01", "send-request", body).await["reference"].as_str().unwrap().to_owned()
    }

    /// The contact of Verdano answers a request; reference of the item.
    pub async fn deliver(&self, request: &str) -> String {
        let file = self.w.app.store().take_file("account;person\n".as_bytes(), 1_024, By::House).await.unwrap();
        let body = json!({ "request": request, "file_name": "users.csv", "media": "text/csv",
            "sha256": file.sha256, "bytes": file.size });
        self.ok("P-09-2", "deliver-evidence", body).await["reference"].as_str().unwrap().to_owned()
    }

    /// Body that judges every criterion of an obligation alike.
    pub fn judged(&self, item: &str, key: &str, outcome: &str, grade: &str) -> Value {
        let rules = self.w.app.store().rules();
        let criteria = &rules.tiers.row(key).unwrap_or_else(|| panic!("no obligation {key}")).criteria;
        let judged: Vec<Value> = criteria.iter().map(|c| json!({ "criterion": c.key, "outcome": outcome })).collect();
        json!({ "item": item, "judged": judged, "grade": grade })
    }

    /// A snapshot for reading.
    pub async fn look(&self) -> Look {
        self.w.app.store().look().await.unwrap()
    }

    /// Entries in the ledger.
    pub async fn size(&self) -> u64 {
        self.look().await.size()
    }
}

/// Body of `register-instance`.
pub fn instance(site: &str, zone: &str, reference: &str, kind: &str, validated: &str, flags: &Value) -> Value {
    json!({ "site": site, "zone": zone, "reference": reference, "name": reference, "kind": kind,
        "environment": "prod", "validated": validated, "flags": flags,
        "limitations": ["No named users on the panel."] })
}
