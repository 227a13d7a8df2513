//! The bill of materials of the shipped binary (CycloneDX 1.6 JSON): every crate that is compiled into it or runs while
//! it is built, with version, licence, checksum and who needs whom, and what such a crate brings that is not Rust.
//! Read from what cargo itself resolved, offline. The
//! same tree gives the same bytes: nothing in it is a clock's or a machine's.
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::{
    foreign,
    shell::{Done, capture, cargo_command},
};

/// The package that ships.
const SHIPPED: &str = "plantgate-cli";
/// The platform releases are built for.
pub const PLATFORM: &str = "x86_64-unknown-linux-gnu";

/// Asks cargo and reads the lock file.
pub fn make(software: &str) -> Done<Value> {
    let asked = ["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", PLATFORM];
    let metadata = capture(cargo_command().args(asked))?;
    let metadata: Value = serde_json::from_str(&metadata).map_err(|e| format!("cargo metadata: {e}"))?;
    let lock = std::fs::read_to_string("Cargo.lock").map_err(|e| format!("Cargo.lock: {e}"))?;
    of(&metadata, &checksums(&lock), software)
}

/// Checksums of the lock file by name and version.
fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
    let value = |part: &str, key: &str| {
        let line = part.lines().find_map(|l| l.strip_prefix(&format!("{key} = \"")));
        line.and_then(|l| l.strip_suffix('"')).map(str::to_owned)
    };
    let packages = lock.split("[[package]]").skip(1);
    packages.filter_map(|p| Some(((value(p, "name")?, value(p, "version")?), value(p, "checksum")?))).collect()
}

fn of(metadata: &Value, checksums: &BTreeMap<(String, String), String>, software: &str) -> Done<Value> {
    let list = |at: &str| metadata.pointer(at).and_then(Value::as_array).cloned().unwrap_or_default();
    let by_id = |all: Vec<Value>| -> BTreeMap<String, Value> {
        all.into_iter().filter_map(|v| Some((v.get("id")?.as_str()?.to_owned(), v))).collect()
    };
    let (packages, nodes) = (by_id(list("/packages")), by_id(list("/resolve/nodes")));
    let root = packages.iter().find(|(_, p)| word(p, "name") == SHIPPED).map(|(id, _)| id.clone());
    let root = root.ok_or_else(|| format!("cargo knows no package {SHIPPED}"))?;
    let needs = reached(&root, &nodes);
    let reference = |id: &str| packages.get(id).map(purl).unwrap_or_default();
    let mut components = Vec::new();
    let mut dependencies = Vec::new();
    for (id, on) in &needs {
        let package = packages.get(id).ok_or_else(|| format!("cargo resolved {id} and does not describe it"))?;
        if *id != root {
            components.push(component(package, checksums)?);
        }
        let foreign = foreign::parts(package)?;
        let mut on: Vec<String> = on.iter().map(|id| reference(id)).collect();
        on.extend(foreign.iter().map(|c| word(c, "bom-ref").to_owned()));
        components.extend(foreign);
        on.sort_unstable();
        dependencies.push(json!({ "ref": reference(id), "dependsOn": on }));
    }
    components.sort_by_key(|c| word(c, "bom-ref").to_owned());
    dependencies.sort_by_key(|d| word(d, "ref").to_owned());
    let version = packages.get(&root).map(|p| word(p, "version").to_owned()).unwrap_or_default();
    let whole = json!({ "type": "application", "name": "plantgate", "version": version, "bom-ref": reference(&root),
        "description": software });
    Ok(json!({ "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": { "component": whole, "tools": { "components": [{ "type": "application", "name": "xtask" }] } },
        "components": components, "dependencies": dependencies }))
}

/// Everything that is compiled in or runs at build time, from the root on, and what each of it needs.
fn reached(root: &str, nodes: &BTreeMap<String, Value>) -> BTreeMap<String, BTreeSet<String>> {
    let (mut found, mut open) = (BTreeMap::new(), vec![root.to_owned()]);
    while let Some(id) = open.pop() {
        if found.contains_key(&id) {
            continue;
        }
        let deps = nodes.get(&id).and_then(|n| n.get("deps")).and_then(Value::as_array).cloned().unwrap_or_default();
        let ships = |dep: &&Value| {
            let kinds = dep.get("dep_kinds").and_then(Value::as_array);
            kinds.is_none_or(|all| all.iter().any(|k| k.get("kind").and_then(Value::as_str) != Some("dev")))
        };
        let on: BTreeSet<String> = deps.iter().filter(ships).map(|d| word(d, "pkg").to_owned()).collect();
        open.extend(on.iter().cloned());
        found.insert(id, on);
    }
    found
}

fn component(package: &Value, checksums: &BTreeMap<(String, String), String>) -> Done<Value> {
    let (name, version) = (word(package, "name"), word(package, "version"));
    let ours = package.get("source").is_none_or(Value::is_null);
    let licence = word(package, "license");
    if licence.is_empty() {
        return Err(format!("{name} {version} states no licence"));
    }
    let mut c = json!({ "type": "library", "name": name, "version": version, "bom-ref": purl(package),
        "purl": purl(package), "scope": "required", "licenses": [{ "expression": licence.replace('/', " OR ") }] });
    if !ours {
        let sum = checksums.get(&(name.to_owned(), version.to_owned()));
        let sum = sum.ok_or_else(|| format!("Cargo.lock has no checksum of {name} {version}"))?;
        if let Some(fields) = c.as_object_mut() {
            fields.insert("hashes".to_owned(), json!([{ "alg": "SHA-256", "content": sum }]));
        }
    }
    Ok(c)
}

fn purl(package: &Value) -> String {
    format!("pkg:cargo/{}@{}", word(package, "name"), word(package, "version"))
}

fn word<'a>(v: &'a Value, key: &str) -> &'a str {
    v.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata() -> Value {
        let package = |name: &str, source: Value| {
            let license = "MIT/Apache-2.0";
            json!({ "id": name, "name": name, "version": "1.2.3", "license": license, "source": source })
        };
        let dep = |name: &str, kind: Value| json!({ "pkg": name, "dep_kinds": [{ "kind": kind }] });
        json!({
            "packages": [package("plantgate-cli", Value::Null), package("plantgate-app", Value::Null),
                package("serde", json!("registry+x")), package("cc", json!("registry+x")),
                package("proptest", json!("registry+x"))],
            "resolve": { "nodes": [
                { "id": "plantgate-cli", "deps": [dep("plantgate-app", Value::Null), dep("proptest", json!("dev"))] },
                { "id": "plantgate-app", "deps": [dep("serde", Value::Null), dep("cc", json!("build"))] },
                { "id": "serde", "deps": [] }, { "id": "cc", "deps": [] }, { "id": "proptest", "deps": [] } ] }
        })
    }
    const LOCK: &str = "[[package]]
name = \"serde\"
version = \"1.2.3\"
checksum = \"aa\"

        
[[package]]
name = \"cc\"
version = \"1.2.3\"
checksum = \"bb\"
";

    #[test]
    fn what_ships_or_builds_is_listed_with_checksums_and_what_only_tests_is_not() {
        let bill = of(&metadata(), &checksums(LOCK), "x").unwrap();
        let names: Vec<&str> = bill["components"].as_array().unwrap().iter().map(|c| word(c, "name")).collect();
        assert_eq!(names, ["cc", "plantgate-app", "serde"]);
        assert_eq!(bill["components"][2]["hashes"][0]["content"], "aa");
        assert_eq!(bill["components"][2]["licenses"][0]["expression"], "MIT OR Apache-2.0");
        assert!(bill["components"][1]["hashes"].is_null());
        let whole =
            bill["dependencies"].as_array().unwrap().iter().find(|d| d["ref"] == "pkg:cargo/plantgate-cli@1.2.3");
        assert_eq!(whole.unwrap()["dependsOn"], json!(["pkg:cargo/plantgate-app@1.2.3"]));
    }

    #[test]
    fn a_crate_without_checksum_or_licence_makes_no_bill() {
        assert!(of(&metadata(), &checksums(""), "x").unwrap_err().contains("no checksum"));
        let mut bare = metadata();
        bare["packages"][2]["license"] = Value::Null;
        assert!(of(&bare, &checksums(LOCK), "x").unwrap_err().contains("states no licence"));
    }

    #[test]
    fn this_very_tree_has_a_bill_that_names_what_we_know_is_in_it() {
        crate::shell::enter_root().unwrap();
        let bill = make("x").unwrap();
        let all = bill["components"].as_array().unwrap();
        for name in ["axum", "sqlx", "ed25519-dalek", "plantgate-ledger"] {
            assert!(all.iter().any(|c| word(c, "name") == name), "{name}");
        }
        let sqlite = all.iter().find(|c| word(c, "name") == "sqlite").unwrap();
        assert!(word(sqlite, "version").starts_with("3."), "{sqlite}");
        assert_eq!(word(sqlite, "cpe"), format!("cpe:2.3:a:sqlite:sqlite:{}:*:*:*:*:*:*:*", word(sqlite, "version")));
        let needed = |d: &Value| d["dependsOn"].as_array().unwrap().contains(&sqlite["bom-ref"]);
        assert!(bill["dependencies"].as_array().unwrap().iter().any(needed), "who brings it");
        assert!(!all.iter().any(|c| word(c, "name") == "fantoccini"), "a crate of tests does not ship");
        assert_eq!(make("x").unwrap().to_string(), bill.to_string());
    }
}
