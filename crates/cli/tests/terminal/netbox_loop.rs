//! The loop on real inventory, at the terminal alone: the public NetBox export comes in, two of its devices get a
//! provider, the provider owes a list, is not granted, delivers, is accepted, is granted. Both engines.

use std::path::PathBuf;

use super::folder::Folder;
use plantgate_app::sign_in::Enrolment;
use plantgate_testkit::{postgres::Scratch, samples::user_list_met};
use serde_json::{Value, json};

/// Somebody at the terminal, at an instant of the demo's clock.
struct At<'f>(&'f Folder, &'static str);

impl At<'_> {
    fn run(&self, words: &[&str], stdin: &str) -> (i32, Value) {
        let (code, said) = self.0.json(&[&["--plant-now", self.1], words].concat(), stdin);
        (code.unwrap(), said)
    }
    /// Does an act; it must succeed.
    fn act(&self, who: &str, name: &str, body: &Value) -> Value {
        let (code, said) = self.run(&["act", name, "--as", who], &body.to_string());
        assert_eq!(code, 0, "{name} {body}: {said}");
        said
    }
    /// Does an act that is signed: refused without a proof and with a wrong one, done with password and code.
    fn signs(&self, who: &str, name: &str, body: &Value) -> Value {
        let (code, set) = self.run(&["user", "password", who], "a password only for tests\n");
        assert_eq!(code, 0, "{who}: {set}");
        let seed = Enrolment::from_text(set["setup_key"].as_str().unwrap()).unwrap();
        let file = self.0.path().join("proof");
        let proof = file.to_string_lossy();
        let words = ["act", name, "--as", who, "--proof", &proof];
        let before = self.run(&["verify"], "").1["size"].as_u64().unwrap();
        std::fs::write(&file, "a password only for tests\n").unwrap();
        assert_eq!(self.run(&words, &body.to_string()).0, 2, "one line is no proof");
        std::fs::write(&file, "another password\n000000\n").unwrap();
        assert_eq!(self.run(&words, &body.to_string()).0, 2, "a wrong proof");
        assert_eq!(self.run(&["verify"], "").1["size"], before + 1, "the failure is the one entry");
        std::fs::write(&file, format!("a password only for tests\n{}\n", seed.code_now().unwrap())).unwrap();
        let (code, said) = self.run(&words, &body.to_string());
        assert_eq!(code, 0, "{name} {body}: {said}");
        said
    }
    /// Reads a file of a kind; it must come in whole.
    fn import(&self, kind: &str, text: &str) -> Value {
        let file = self.0.path().join(format!("{kind}.csv"));
        std::fs::write(&file, text).unwrap();
        let (code, said) = self.run(&["import", "csv", kind, &file.to_string_lossy(), "--as", "N-1"], "");
        assert_eq!(code, 0, "{kind}: {said}");
        said
    }
    /// Would work without attendance on a system be granted now?
    fn decide(&self, system: &str) -> (i32, Value) {
        self.run(&["decide", "--as", "PE-1"], &wish(system, "gateway-unattended").to_string())
    }
}

/// Two devices of the export, at one of its sites.
const SYSTEMS: [&str; 2] = ["dmi01-akron-rtr01", "dmi01-akron-sw01"];
const EARLY: &str = "2026-01-05T14:00:00Z";
const ASKED: &str = "2026-03-02T14:00:00Z";
/// Forty-seven days after the list was due.
const LATE: &str = "2026-05-18T14:00:00Z";
/// The list is there and read.
const ACCEPTED: &str = "2026-05-18T14:20:00Z";

fn wish(system: &str, pattern: &str) -> Value {
    json!({ "engagement": "E-1", "instance": system, "environment": "prod", "roles": ["configure"],
        "purpose": "maintain", "pattern": pattern, "reference": format!("AR-{system}-{pattern}"),
        "change": format!("CHG-{system}"), "window": { "is": "fixed",
            "window": { "from": "2026-05-18T15:00:00Z", "until": "2026-05-18T17:00:00Z" } } })
}

#[tokio::test]
async fn the_loop_runs_on_two_systems_of_a_netbox_export() {
    let export = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/real/inventory/netbox/netbox-demo-v2.11.json.gz");
    if !export.exists() {
        plantgate_testkit::left_out::left_out("not run: the public NetBox export is not beside the repository");
        return;
    }
    let sqlite = Folder::new("netbox-sqlite");
    the_loop(&sqlite, &export);
    if let Some(scratch) = Scratch::create().await.unwrap() {
        let postgres = Folder::new("netbox-postgres");
        postgres.write("plantgate.toml", &format!("database = \"{}\"\n", scratch.url));
        the_loop(&postgres, &export);
        // The same acts say the same on both engines.
        let size = |f: &Folder| At(f, ACCEPTED).run(&["verify"], "").1["size"].clone();
        assert_eq!(size(&sqlite), size(&postgres));
        scratch.remove().await.unwrap();
    }
}

fn the_loop(folder: &Folder, export: &std::path::Path) {
    found(folder, export);
    expect(&At(folder, EARLY));
    qualify(&At(folder, EARLY));
    let asked = At(folder, ASKED);
    let sent = asked.act(
        "N-2",
        "send-request",
        &json!({ "reference": "REQ-1", "engagement": "E-1", "site": "DM-Akron",
        "key": "user-list", "period": "2026-Q1" }),
    );
    assert_eq!((&sent["done"]["counts"], &sent["done"]["due"]), (&json!(true), &json!("2026-04-01")), "{sent}");
    refused_then_granted(folder);
}

/// A demo's clock, the export, and the export once more.
fn found(folder: &Folder, export: &std::path::Path) {
    let early = At(folder, EARLY);
    let mut body = json!({ "name": "Tri-State Dunder", "demo": false, "language": "en",
        "person": { "reference": "N-1", "handle": "admin", "name": "Ada Admin", "roles": ["administrator"] } });
    let (code, said) = early.run(&["act", "found-organisation"], &body.to_string());
    assert!(code == 2 && said.to_string().contains("--plant-now"), "a real plant has the machine's clock: {said}");
    body["demo"] = json!(true);
    assert_eq!(early.run(&["act", "found-organisation"], &body.to_string()).0, 0);
    let export = export.to_string_lossy();
    let words = ["import", "netbox", &export, "--zone", "America/New_York", "--country", "US", "--as", "N-1"];
    let (_, first) = early.run(&words, "");
    assert_eq!((&first["new"], &first["unchanged"]), (&json!(24 + 63), &json!(0)), "{first}");
    let (_, again) = early.run(&words, "");
    assert_eq!((&again["new"], &again["changed"], &again["unchanged"]), (&json!(0), &json!(0), &json!(24 + 63)));
}

fn expect(at: &At) {
    at.import("zones", include_str!("akron/zones.csv"));
    at.import("conduits", include_str!("akron/conduits.csv"));
    let systems = at.import("systems", include_str!("akron/systems.csv"));
    assert_eq!(systems["changed"], 2, "what NetBox does not know is added to its devices");
    at.import("providers", include_str!("akron/providers.csv"));
    at.import("people", include_str!("akron/people.csv"));
    at.import("agreements", include_str!("akron/agreements.csv"));
    at.signs("N-3", "sign-agreement", &json!({ "agreement": "MSA-1", "day": "2026-01-02" }));
    at.import("engagements", include_str!("akron/engagements.csv"));
    at.import("scope", include_str!("akron/scope.csv"));
    for s in SYSTEMS {
        at.act("N-2", "approve-scope", &json!({ "engagement": "E-1", "instance": s }));
    }
}

fn qualify(at: &At) {
    at.signs(
        "N-2",
        "decide-qualification",
        &json!({ "reference": "Q-1", "provider": "P-1", "sites": ["DM-Akron"],
        "depth": "T2", "valid_until": "2027-06-30" }),
    );
    for kind in ["responsibilities", "information-exchange"] {
        at.act("N-3", "attest", &json!({ "engagement": "E-1", "kind": kind, "document": "RACI-1" }));
    }
    let ways = json!(["gateway-unattended", "gateway-attended"]);
    at.act("N-2", "agree-method", &json!({ "engagement": "E-1", "patterns": ways }));
    at.act("N-3", "activate-engagement", &json!({ "engagement": "E-1", "second": "N-2" }));
    let checks = [
        "role-in-scope",
        "conduits-in-scope",
        "standing-allows",
        "identity-verified",
        "mfa",
        "trainings-valid",
        "purpose-given",
        "reference",
        "pattern-allowed",
        "window-agreed",
        "length-within-cap",
        "attendant-named",
    ];
    at.act(
        "N-5",
        "approve-mode",
        &json!({ "site": "DM-Akron", "checks": checks, "mode": "enforce",
        "proposed_by": "N-2", "reason": "Counted for a month." }),
    );
}

fn refused_then_granted(folder: &Folder) {
    let late = At(folder, LATE);
    late.act("N-4", "attest-calendar", &json!({ "site": "DM-Akron", "document": "PP-20" }));
    for s in SYSTEMS {
        late.act(
            "N-4",
            "record-change",
            &json!({ "system": "CMMS", "number": format!("MOC-{s}"),
            "reference": format!("CHG-{s}"), "state": "approved", "targets": [s], "provider": "P-1",
            "known": "imported", "window": { "from": "2026-05-18T14:00:00Z", "until": "2026-05-18T18:00:00Z" } }),
        );
        let (code, no) = late.decide(s);
        assert_eq!(
            (code, &no["standing"], &no["verdict"]),
            (2, &json!("restricted"), &json!("attended-offered")),
            "{no}"
        );
        // Asking is an act that succeeds; its answer is no, and says so.
        let asked = late.act("PE-1", "request-access", &wish(s, "gateway-unattended"));
        assert_eq!(asked["done"]["decision"]["verdict"], "attended-offered", "{asked}");
    }
    let late = At(folder, ACCEPTED);
    accept(&late);
    for s in SYSTEMS {
        let (code, yes) = late.decide(s);
        assert_eq!((code, &yes["standing"]), (0, &json!("good")), "the same second: {yes}");
        granted(&late, s);
        // What was known then is answered then.
        let then = ["decide", "--as", "PE-1", "--as-of", "2026-05-18T14:10:00Z"];
        let (_, then) = late.run(&then, &wish(s, "gateway-unattended").to_string());
        assert_eq!(then["standing"], "restricted");
    }
    let (code, sound) = late.run(&["verify", "--rebuild"], "");
    assert_eq!((code, &sound["sound"]), (0, &json!(true)), "{sound}");
}

/// The list comes, and somebody of ours reads it.
fn accept(at: &At) {
    at.0.write("users.csv", "system;account;person\ndmi01-akron-rtr01;nf;Finn Field\n");
    let file = at.0.path().join("users.csv");
    let (_, stored) = at.run(&["upload", &file.to_string_lossy()], "");
    at.act(
        "PC-1",
        "deliver-evidence",
        &json!({ "request": "REQ-1", "reference": "EV-1", "file_name": "users.csv",
        "media": "text/csv", "sha256": stored["sha256"], "bytes": stored["bytes"] }),
    );
    at.act("N-2", "review-evidence", &json!({ "item": "EV-1", "judged": user_list_met(), "grade": "adequate" }));
}

fn granted(at: &At, system: &str) {
    let mut again = wish(system, "gateway-unattended");
    again["reference"] = json!(format!("AR-again-{system}"));
    let asked = at.act("PE-1", "request-access", &again);
    assert_eq!(asked["done"]["decision"]["verdict"], "granted", "{asked}");
    let request = again["reference"].as_str().unwrap();
    let (code, own) = at.run(&["act", "approve-access", "--as", "PE-1"], &json!({ "request": request }).to_string());
    assert_eq!(code, 2, "nobody grants what they asked for: {own}");
    let yes = at.act("N-4", "approve-access", &json!({ "request": request }));
    assert!(yes["done"]["grant_reference"].is_string(), "{yes}");
}
