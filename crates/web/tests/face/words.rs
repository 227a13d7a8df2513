//! Templates and catalogue know each other: every message asked for exists, none stands unused.

use std::{collections::BTreeSet, fs, path::Path};

/// Families whose second half is a word of the domain; kept whole.
const FAMILIES: &[&str] = &[
    "accountkind-",
    "accounts-help-",
    "accounts-means-",
    "accounts-next-",
    "accountsays-",
    "accountstate-",
    "act-",
    "activation-",
    "activity-",
    "admission-",
    "admission-says-",
    "agreementstate-",
    "answer-",
    "approval-",
    "area-sp-",
    "asked-",
    "askstate-",
    "asof-",
    "attest-",
    "basis-",
    "beforehand-",
    "browser-",
    "certificatestate-",
    "changestate-",
    "check-",
    "checks-",
    "checkstate-",
    "clears-",
    "comes-",
    "conduitstate-",
    "counted-",
    "cover-",
    "criterion-",
    "damage-edge-",
    "damage-private-",
    "decide-",
    "deed-",
    "density-",
    "devicecheck-",
    "devicekind-",
    "differs-",
    "done-",
    "duestate-",
    "effect-",
    "end-scope-",
    "ending-",
    "endmode-",
    "emergencycause-",
    "engagement-",
    "engkind-",
    "env-",
    "erasureground-",
    "event-",
    "every-",
    "evreq-",
    "facet-",
    "fact-",
    "feed-",
    "finding-",
    "findingkind-",
    "flag-",
    "fld-",
    "format-",
    "gate-",
    "gateway-closed-",
    "gateway-closing-",
    "grade-",
    "gradeletter-",
    "grant-",
    "grantpause-",
    "gxp-",
    "help-",
    "hint-",
    "holdcause-",
    "holdeffect-",
    "holdstate-",
    "import-",
    "importstate-",
    "keykind-",
    "kind-",
    "known-",
    "lack-",
    "lane-",
    "lead-",
    "linkmeans-",
    "linkstate-",
    "listkind-",
    "means-",
    "measure-",
    "message-",
    "messages-about-",
    "met-",
    "mode-",
    "month-",
    "nav-",
    "noticekind-",
    "obligation-",
    "obligationstate-",
    "order-",
    "os-",
    "outbox-",
    "packs-counting-",
    "pack-everything-",
    "packs-is-",
    "packs-open-",
    "packs-order-",
    "packs-step-",
    "keeping-",
    "partkind-",
    "party-",
    "pattern-",
    "peoplemailin-",
    "peoplesays-",
    "person-",
    "phase-",
    "play-log-",
    "play-way-",
    "play-why-",
    "play-did-",
    "play-cause-",
    "power-",
    "presence-",
    "presence-says-",
    "provenance-",
    "providerkind-",
    "purpose-",
    "qanswer-",
    "qualificationstate-",
    "recordings-none-",
    "retention-",
    "question-",
    "questionhint-",
    "reason-",
    "refuse-",
    "removal-",
    "request-",
    "requestsays-",
    "review-",
    "role-",
    "room-",
    "rule-R-",
    "saw-",
    "scheme-",
    "scope-",
    "scopechange-",
    "second-",
    "secret-",
    "seen-",
    "sessionstate-",
    "severity-",
    "shiftstate-",
    "sheetfield-",
    "sighting-",
    "site-block-",
    "source-",
    "standing-",
    "stop-",
    "suspension-",
    "tab-",
    "task-",
    "taskstate-",
    "theme-",
    "tier-",
    "tier-because-",
    "sign-act-",
    "sign-factor-",
    "sign-meaning-",
    "sign-means-",
    "sign-state-",
    "token-",
    "trail-kind-",
    "trouble-",
    "turn-",
    "validated-",
    "verdict-",
    "verify-ran-",
    "visit-",
    "weekday-",
    "word-",
    "zone-",
    "zonekind-",
    "attention-",
    "closing-",
    "held-",
    "lane-key-",
    "lane-span-",
    "now-view-",
    "record-",
];

fn files(dir: &Path, out: &mut String) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, out);
        } else if path.extension().is_some_and(|e| e == "html" || e == "rs") {
            out.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

fn ids() -> BTreeSet<String> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../wire/src/words/en");
    let mut ids = BTreeSet::new();
    for entry in fs::read_dir(dir).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let lines = text.lines().filter(|l| l.starts_with(|c: char| c.is_ascii_alphabetic()));
        ids.extend(lines.map(|l| l.split(" =").next().unwrap().to_owned()));
    }
    ids
}

#[test]
fn every_message_asked_for_exists() {
    let mut templates = String::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"), &mut templates);
    let ids = ids();
    let asked = templates.split(".t(\"").skip(1).filter_map(|r| r.split('"').next());
    for id in asked {
        assert!(ids.contains(id), "{id} is in no catalogue");
    }
}

#[test]
fn no_message_stands_unused() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = String::new();
    let others = ["domain", "interchange", "store", "wire", "app", "gateway", "porter", "cli"]
        .map(|name| format!("../{name}/src"));
    for dir in ["templates", "src"].into_iter().chain(others.iter().map(String::as_str)) {
        files(&root.join(dir), &mut sources);
    }
    for id in ids() {
        let named = sources.contains(&format!("\"{id}\""));
        assert!(named || FAMILIES.iter().any(|f| id.starts_with(f)), "{id} is used nowhere");
    }
}
