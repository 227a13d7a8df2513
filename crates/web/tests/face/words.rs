//! Templates and catalogue know each other: every message asked for exists, none stands unused.

use std::{collections::BTreeSet, fs, path::Path};

/// Families whose second half is a word of the domain; kept whole.
const FAMILIES: &[&str] = &[
    "accountkind-",
    "accountstate-",
    "agreementstate-",
    "certificatestate-",
    "changestate-",
    "conduitstate-",
    "deed-",
    "erasureground-",
    "keykind-",
    "fld-",
    "grantpause-",
    "hint-",
    "holdcause-",
    "holdeffect-",
    "holdstate-",
    "known-",
    "lead-",
    "means-",
    "noticekind-",
    "obligationstate-",
    "provenance-",
    "providerkind-",
    "qualificationstate-",
    "removal-",
    "room-",
    "scheme-",
    "sessionstate-",
    "suspension-",
    "taskstate-",
    "zonekind-",
    "act-",
    "activation-",
    "activity-",
    "approval-",
    "area-sp-",
    "attest-",
    "check-",
    "checks-",
    "checkstate-",
    "criterion-",
    "decide-",
    "done-",
    "duestate-",
    "effect-",
    "end-scope-",
    "endmode-",
    "engagement-",
    "engkind-",
    "env-",
    "every-",
    "evreq-",
    "fact-",
    "facet-",
    "finding-",
    "findingkind-",
    "flag-",
    "gate-",
    "grade-",
    "gradeletter-",
    "grant-",
    "gxp-",
    "import-",
    "met-",
    "mode-",
    "month-",
    "nav-",
    "obligation-",
    "order-",
    "party-",
    "pattern-",
    "person-",
    "phase-",
    "power-",
    "purpose-",
    "asked-",
    "askstate-",
    "linkmeans-",
    "linkstate-",
    "peoplemailin-",
    "peoplesays-",
    "qanswer-",
    "question-",
    "questionhint-",
    "request-",
    "requestsays-",
    "role-",
    "rule-R-",
    "scope-",
    "scopechange-",
    "severity-",
    "standing-",
    "tab-",
    "task-",
    "theme-",
    "tier-",
    "trouble-",
    "verdict-",
    "weekday-",
    "zone-",
    "word-",
    "validated-",
    "tier-because-",
    "turn-",
    "comes-",
    "basis-",
    "accounts-means-",
    "accounts-help-",
    "accounts-next-",
    "accountsays-",
    "listkind-",
    "counted-",
    "format-",
    "sighting-",
    "saw-",
    "stop-",
    "seen-",
    "review-",
    "refuse-",
    "reason-",
    "obligation-",
    "kind-",
    "help-",
    "ending-",
    "event-",
    "cover-",
    "clears-",
    "answer-",
    "importstate-",
    "sheetfield-",
    "damage-edge-",
    "damage-private-",
    "pack-everything-",
    "packs-is-",
    "packs-open-",
    "packs-step-",
    "site-block-",
    "verify-ran-",
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
    let others = ["domain", "interchange", "store", "wire", "app", "cli"].map(|name| format!("../{name}/src"));
    for dir in ["templates", "src"].into_iter().chain(others.iter().map(String::as_str)) {
        files(&root.join(dir), &mut sources);
    }
    for id in ids() {
        let named = sources.contains(&format!("\"{id}\""));
        assert!(named || FAMILIES.iter().any(|f| id.starts_with(f)), "{id} is used nowhere");
    }
}
