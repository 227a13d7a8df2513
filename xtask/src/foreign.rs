//! What is not Rust and is compiled in all the same: code in C and assembler and letters that crates bring with them. A
//! crate's version says nothing of it, and an advisory names it and not the crate.
use serde_json::{Value, json};

use crate::shell::Done;

/// A part that a crate brings.
struct Part {
    /// The crate.
    of: &'static str,
    name: &'static str,
    licence: &'static str,
    /// As databases of weaknesses call it; `VERSION` stands for its version.
    cpe: Option<&'static str>,
    /// Where its version stands in the crate: file, and what stands before it on its line. Without one it has none of
    /// its own and is told by the crate that carries it.
    version: Option<(&'static str, &'static str)>,
}

const PARTS: &[Part] = &[
    Part {
        of: "libsqlite3-sys",
        name: "sqlite",
        licence: "blessing",
        cpe: Some("cpe:2.3:a:sqlite:sqlite:VERSION:*:*:*:*:*:*:*"),
        version: Some(("sqlite3/sqlite3.h", "#define SQLITE_VERSION ")),
    },
    Part { of: "ring", name: "boringssl", licence: "Apache-2.0 AND ISC", cpe: None, version: None },
    Part { of: "typst-assets", name: "libertinus-fonts", licence: "OFL-1.1", cpe: None, version: None },
    Part { of: "typst-assets", name: "dejavu-fonts", licence: "Bitstream-Vera", cpe: None, version: None },
];
/// Crates that claim a native library and bring none, and what the claim is for.
const CLAIMS: &[(&str, &str)] = &[("rayon-core", "that only one version of it is in a program")];

/// The foreign parts of a package, as components. A package that claims a native library and stands in no list here is
/// an error: somebody must look what it brings.
pub fn parts(package: &Value) -> Done<Vec<Value>> {
    let word = |key: &str| package.get(key).and_then(Value::as_str).unwrap_or_default();
    let name = word("name");
    let found: Vec<&Part> = PARTS.iter().filter(|p| p.of == name).collect();
    let links = word("links");
    if !links.is_empty() && found.is_empty() && !CLAIMS.iter().any(|(of, _)| *of == name) {
        return Err(format!("{name} links {links}: say in xtask/src/foreign.rs what it brings into the binary"));
    }
    found.into_iter().map(|part| component(part, name, word("version"), word("manifest_path"))).collect()
}

fn component(part: &Part, krate: &str, crate_version: &str, manifest: &str) -> Done<Value> {
    let own = part.version.map(|(file, before)| version(manifest, file, before)).transpose()?;
    let version = own.unwrap_or_else(|| format!("as in {krate} {crate_version}"));
    let reference = format!("foreign:{}@{crate_version}/{}", krate, part.name);
    let mut c = json!({ "type": "library", "name": part.name, "version": version, "bom-ref": reference,
        "scope": "required", "licenses": [{ "expression": part.licence }],
        "description": format!("brought by the crate {krate} {crate_version}") });
    if let (Some(cpe), Some(fields)) = (part.cpe, c.as_object_mut()) {
        fields.insert("cpe".to_owned(), json!(cpe.replace("VERSION", &version)));
    }
    Ok(c)
}

/// The version in quotes on the first line of a file of the crate that begins so.
fn version(manifest: &str, file: &str, before: &str) -> Done<String> {
    let path = std::path::Path::new(manifest).with_file_name(file);
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let line = text.lines().find_map(|l| l.strip_prefix(before));
    let quoted = line.and_then(|l| l.split('"').nth(1)).filter(|v| !v.is_empty());
    quoted.map(str::to_owned).ok_or_else(|| format!("{}: no line ‘{before}…’ with a version", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_that_claims_a_library_nobody_looked_at_makes_no_bill() {
        let unknown = json!({ "name": "zlib-sys", "version": "1.0.0", "links": "z" });
        assert!(parts(&unknown).unwrap_err().contains("zlib-sys links z"));
        let claims = json!({ "name": "rayon-core", "version": "1.0.0", "links": "rayon-core" });
        assert_eq!(parts(&claims).unwrap(), Vec::<Value>::new());
        assert_eq!(parts(&json!({ "name": "serde", "version": "1.0.0", "links": null })).unwrap(), Vec::<Value>::new());
    }
}
