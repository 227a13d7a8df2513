//! Sets up the ground: places, people and papers through acts, what has no act yet as its event.

use plantgate_app::{Caller, Stop};
use plantgate_domain::{
    base::*,
    event::{expect::*, qualify::*},
    permit::checks::{KEYS, is_floor},
};
use plantgate_testkit::world::{World, request};
use serde_json::{Value, json};

use super::ground::{Ground, day, id, ok, put, who};

/// What the ground stands on.
struct Places {
    site: SiteId,
    admin: Caller,
    conduits: Vec<ConduitId>,
    instance: InstanceId,
    provider: ProviderId,
}

pub async fn build(w: World, demo: bool) -> Ground {
    w.set("2025-08-25T08:00:00Z");
    let places = places(&w, demo).await;
    let mut people = people(&w, &places.admin).await.into_iter();
    let mut next = || people.next().unwrap();
    let mut g = Ground {
        keller: next(),
        keller2: next(),
        okafor: next(),
        okafor2: next(),
        adeyemi: next(),
        vogt: next(),
        lindqvist: next(),
        manager: next(),
        ortega: next(),
        campos: next(),
        reyes: next(),
        site: places.site,
        admin: places.admin.clone(),
        engagement: EngagementId(request()),
        instance: places.instance,
        request: RequestId(request()),
        w,
    };
    let agreement = contract(&g, &places).await;
    activate(&mut g, &places).await;
    g.set("2026-09-17T08:00:00Z");
    sent(&g, &places, agreement).await;
    g.set("2026-11-16T07:30:00Z");
    g
}

async fn places(w: &World, demo: bool) -> Places {
    let genesis = Caller { actor: Actor::Genesis, auth: None, stale: false };
    let site = json!({ "reference": "BRU", "name": "Brunnfeld", "zone": "Europe/Berlin", "country": "DE" });
    let person = json!({ "handle": "admin", "name": "Ada Admin", "roles": ["administrator"] });
    let body = json!({ "name": "Veltrane", "demo": demo, "language": "en", "site": site, "person": person });
    let founded = ok(w, &genesis, "found-organisation", body).await;
    let admin = Caller::person(founded["done"]["person"].as_str().unwrap().parse().unwrap(), "test");
    for (zone, kind) in [("BZ4", "operations"), ("BZ5", "dmz"), ("BZ7", "building"), ("BZ2", "production")] {
        let body = json!({ "site": "BRU", "reference": zone, "name": zone, "kind": kind });
        ok(w, &admin, "register-zone", body).await;
    }
    let mut conduits: Vec<ConduitId> = Vec::new();
    for (a, b) in [("BZ5", "BZ4"), ("BZ4", "BZ7"), ("BZ4", "BZ2")] {
        let body = json!({ "site": "BRU", "a": a, "b": b, "state": "approved" });
        conduits.push(id(&ok(w, &admin, "register-conduit", body).await));
    }
    let mut instances: Vec<InstanceId> = Vec::new();
    let systems = [
        ("BMS-B61", "BZ7", "not-gxp", json!([])),
        ("PLC-B16", "BZ2", "validated", json!(["batch-record"])),
        ("SIS-B05", "BZ2", "not-gxp", json!(["safety"])),
    ];
    for (reference, zone, validated, flags) in systems {
        let able =
            json!({ "named_users": "yes", "mfa": "yes", "logs": "yes", "recording": "yes", "file_control": "yes" });
        let body = json!({ "site": "BRU", "reference": reference, "name": reference, "zone": zone,
            "environment": "prod", "validated": validated, "flags": flags, "capabilities": able });
        instances.push(id(&ok(w, &admin, "register-instance", body).await));
    }
    let mut providers: Vec<ProviderId> = Vec::new();
    for (reference, country) in [("P-09", "ES"), ("P-04", "GB")] {
        let body = json!({ "reference": reference, "name": reference, "country": country });
        providers.push(id(&ok(w, &admin, "register-provider", body).await));
    }
    let site = founded["done"]["site"].as_str().unwrap().parse().unwrap();
    Places { site, admin, conduits, instance: instances[0], provider: providers[0] }
}

async fn people(w: &World, admin: &Caller) -> Vec<Caller> {
    let person = |name: &str| json!({ "reference": name, "handle": name, "name": name });
    let ours = |name: &str, role: &str| {
        let mut body = person(name);
        body["roles"] = json!([{ "role": role, "site": "BRU" }]);
        body
    };
    let theirs = |name: &str, provider: &str, role: &str| {
        let mut body = person(name);
        body["provider"] = json!(provider);
        body["provider_roles"] = json!([role]);
        body
    };
    let bodies: Vec<Value> = vec![
        ours("keller", "control-engineer"),
        ours("keller2", "control-engineer"),
        ours("okafor", "ot-security"),
        ours("okafor2", "ot-security"),
        ours("adeyemi", "procurement"),
        ours("vogt", "shift-lead"),
        ours("lindqvist", "qa"),
        ours("manager", "site-manager"),
        theirs("ortega", "P-09", "engineer"),
        theirs("campos", "P-09", "contact"),
        theirs("reyes", "P-04", "engineer"),
    ];
    let mut people = Vec::new();
    for body in bodies {
        let person = ok(w, admin, "invite-person", body.clone()).await;
        ok(w, admin, "activate-person", json!({ "person": body["reference"] })).await;
        people.push(who(&person));
    }
    for person in ["ortega", "reyes"] {
        ok(w, admin, "verify-identity", json!({ "person": person, "until": "2026-12-31" })).await;
        ok(w, admin, "set-mfa", json!({ "person": person, "on_path": "yes", "on_person": "yes" })).await;
        let training = json!({ "person": person, "key": "site-rules", "valid_until": "2026-12-31" });
        ok(w, admin, "record-training", training).await;
    }
    people
}

/// Agreement, engagement, scope, tier, modes.
async fn contract(g: &Ground, p: &Places) -> AgreementId {
    let agreement = AgreementId(request());
    let facts = AgreementFacts {
        provider: p.provider,
        reference: "MSA-0071".into(),
        name: "Frame".into(),
        from: day("2025-08-25"),
        until: None,
        clauses: vec![],
    };
    put(&g.w, agreement, AgreementEvent::Drafted(facts).into()).await;
    put(&g.w, agreement, AgreementEvent::Signed(AgreementSigned { day: day("2025-08-25") }).into()).await;
    let facts = EngagementFacts {
        provider: p.provider,
        agreement: Some(agreement),
        reference: "E-025".into(),
        name: "BMS care Brunnfeld".into(),
        kind: EngagementKind::Service,
        phases: vec![Phase::Operate],
        activities: vec![Activity::Maintenance, Activity::RemoteSupport],
        from: day("2025-08-25"),
        until: day("2027-08-31"),
        patterns: None,
        in_use_before_programme_until: None,
        owner: None,
    };
    put(&g.w, g.engagement, EngagementEvent::Drafted(facts).into()).await;
    let item = ScopeItem {
        site: g.site,
        instance: g.instance,
        roles: vec![Role::View, Role::Collect, Role::Configure],
        conduits: p.conduits[..2].to_vec(),
        from: None,
        until: None,
    };
    put(&g.w, g.engagement, EngagementEvent::ScopeProposed(item).into()).await;
    put(&g.w, g.engagement, EngagementEvent::ScopeApproved(ScopeNamed { instance: g.instance }).into()).await;
    let tier = TierSet {
        site: g.site,
        tier: Tier::T2,
        provisional: false,
        because: vec![],
        rules_version: 1,
        transition_until: None,
    };
    put(&g.w, g.engagement, EngagementEvent::TierSet(tier).into()).await;
    let modes = ModeSet {
        checks: KEYS.iter().filter(|k| !is_floor(k)).map(ToString::to_string).collect(),
        mode: Mode::Enforce,
        from: "2025-01-01T00:00:00Z".parse().unwrap(),
        proposed_by: None,
        approved_by: None,
        reason: None,
    };
    put(&g.w, g.site, SiteEvent::ModeSet(modes).into()).await;
    agreement
}

/// Through the gates of R-01, which tell everything that is missing.
async fn activate(g: &mut Ground, p: &Places) {
    let me = |second: &str| json!({ "engagement": "E-025", "second": second });
    let stop = g.no(&g.adeyemi, "activate-engagement", me("okafor")).await;
    let Stop::Refused(no) = stop else { panic!("{stop:?}") };
    let missing = no.decision.unwrap()["missing"].clone();
    let ids: Vec<&str> = missing.as_array().unwrap().iter().map(|m| m["say"]["id"].as_str().unwrap()).collect();
    let papers = ["qualification", "responsibilities", "exchange", "method"];
    assert_eq!(ids, papers.map(|p| format!("refuse-{p}-missing")));
    let zone: ZoneName = "Europe/Berlin".parse().unwrap();
    let decided = QualificationDecided {
        provider: p.provider,
        reference: "Q-0031".into(),
        sites: vec![g.site],
        depth: Tier::T2,
        valid_until: day("2027-08-31"),
        zone: zone.clone(),
        conditions: vec![],
        decided_by: vec![],
        touches: vec![Touches { engagement: g.engagement, site: g.site, zone, tier: Tier::T2 }],
    };
    put(&g.w, QualificationId(request()), QualificationEvent::Decided(decided).into()).await;
    for kind in ["responsibilities", "information-exchange"] {
        g.ok(&g.okafor, "attest", json!({ "engagement": "E-025", "kind": kind, "document": "RACI-25" })).await;
    }
    let ways = json!(["gateway-unattended", "gateway-attended"]);
    g.ok(&g.okafor, "agree-method", json!({ "engagement": "E-025", "patterns": ways })).await;
    // Neither oneself nor somebody of another function signs with you.
    for second in ["adeyemi", "keller"] {
        let stop = g.no(&g.adeyemi, "activate-engagement", me(second)).await;
        assert!(matches!(&stop, Stop::Refused(r) if r.rule == "R-13"), "{stop:?}");
    }
    g.ok(&g.adeyemi, "activate-engagement", me("okafor")).await;
    g.ok(&g.keller, "attest-calendar", json!({ "site": "BRU", "document": "PP-2026" })).await;
    let window = json!({ "from": "2026-11-16T12:00:00Z", "until": "2026-11-16T16:00:00Z" });
    let change = json!({ "system": "CMMS", "number": "MOC-2026-0713", "reference": "CHG-0713", "state": "approved",
        "window": window, "targets": ["BMS-B61"], "provider": "P-09", "known": "imported" });
    g.ok(&g.keller, "record-change", change.clone()).await;
    assert_eq!(g.ok(&g.keller, "record-change", change).await["done"]["outcome"], "unchanged");
}

/// The user list of the third quarter is asked for, due on 1 October.
async fn sent(g: &Ground, p: &Places, agreement: AgreementId) {
    let sent = RequestSent {
        reference: "REQ-0001".into(),
        obligation: None,
        key: "user-list".into(),
        engagement: g.engagement,
        provider: p.provider,
        site: g.site,
        requirements: vec![],
        facet: Facet::Does,
        period: "2026-Q3".into(),
        due: day("2026-10-01"),
        zone: "Europe/Berlin".parse().unwrap(),
        tier: Tier::T2,
        mandatory: true,
        party: Party::Provider,
        basis: Basis::Clause(ClauseRef { agreement, number: "6.2".into() }),
        earlier_accepted: None,
        counts_from: None,
    };
    put(&g.w, g.request, RequestEvent::Sent(sent).into()).await;
}
