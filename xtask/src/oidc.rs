//! A private OpenID provider for one test run: `oidc-provider` from npm, a certified implementation, with a page and a
//! control of ours around it (`oidc_provider.mjs`).
use crate::python::Server;
use crate::shell::{Done, find_program, run};
use std::path::PathBuf;
use std::process::Command;

/// What is installed, every version written down with its hash: a new one comes with a commit.
const PACKAGE: &str = include_str!("oidc-package.json");
const LOCK: &str = include_str!("oidc-package-lock.json");
const PROVIDER: &str = include_str!("oidc_provider.mjs");

/// Installs what is missing and starts one.
pub fn start() -> Done<Server> {
    let folder = installed()?;
    let node = find_program("node", &[]).ok_or("node is missing: install the package nodejs")?;
    let script = folder.join("provider.mjs");
    write(&script, PROVIDER)?;
    Server::start("the OpenID provider", &folder, |port| {
        let port = port.to_string();
        [node.as_os_str(), script.as_os_str(), port.as_ref()].map(ToOwned::to_owned).to_vec()
    })
}

/// Its folder below `target`; the lock says whether what is there is what is wanted.
fn installed() -> Done<PathBuf> {
    let folder = std::env::current_dir().map_err(|e| e.to_string())?.join("target/tools/oidc");
    let mark = folder.join("installed.json");
    if std::fs::read_to_string(&mark).is_ok_and(|there| there == LOCK) {
        println!("oidc-provider: present");
        return Ok(folder);
    }
    println!("oidc-provider: installing through npm");
    std::fs::create_dir_all(&folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    write(&folder.join("package.json"), PACKAGE)?;
    write(&folder.join("package-lock.json"), LOCK)?;
    let npm = ["ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"];
    run(Command::new("npm").args(npm).arg(&folder))
        .map_err(|e| format!("{e}. Needed: node 18 or later with npm, and its registry or a mirror that npm knows"))?;
    write(&mark, LOCK)?;
    Ok(folder)
}

fn write(file: &std::path::Path, text: &str) -> Done {
    std::fs::write(file, text).map_err(|e| format!("cannot write {}: {e}", file.display()))
}
