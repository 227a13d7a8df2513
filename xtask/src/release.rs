//! A release by one command: the binary, its checksums, its bill of materials, the second verifier of packs.
//! Built so that another folder on another
//! machine with the same tool chain gives the same bytes; `release check` builds a second time elsewhere and compares.
use std::path::{Path, PathBuf};

use crate::{
    bill,
    shell::{Done, capture, cargo_command, run},
};

/// Where a release is put.
const DIST: &str = "target/dist";
/// The second verifier of packs. It goes out beside the binary, because nobody should take it from the pack they check.
const VERIFIER: &str = "crates/ledger/verifier/verify_pack.py";
/// What `SHA256SUMS` names.
const SUMMED: &[&str] = &["plantgate", "plantgate.cdx.json", "verify_pack.py"];

/// Builds the release; with `check` twice.
pub fn release(words: &[String]) -> Done {
    let root = std::env::current_dir().map_err(|e| e.to_string())?;
    let commit = capture(git(&root).args(["rev-parse", "HEAD"]))?.trim().to_owned();
    if !capture(git(&root).args(["status", "--porcelain", "--untracked-files=no"]))?.trim().is_empty() {
        return Err("there are changes that no commit holds: a release is made of a commit".to_owned());
    }
    let time = capture(git(&root).args(["log", "-1", "--format=%ct"]))?.trim().to_owned();
    let binary = build(&root, &root.join("target/reproducible"), &time)?;
    let dist = root.join(DIST);
    std::fs::create_dir_all(&dist).map_err(|e| format!("{}: {e}", dist.display()))?;
    copy(&binary, &dist.join("plantgate"))?;
    let rustc = capture(std::process::Command::new("rustc").arg("--version"))?;
    let software = format!("commit {commit}, built by {} for {}", rustc.trim(), bill::PLATFORM);
    let text = serde_json::to_string_pretty(&bill::make(&software)?).map_err(|e| e.to_string())?;
    std::fs::write(dist.join("plantgate.cdx.json"), text + "\n").map_err(|e| e.to_string())?;
    copy(&root.join(VERIFIER), &dist.join("verify_pack.py"))?;
    let sums = summed(&dist)?;
    println!("{}\n{sums}", dist.display());
    if words.iter().any(|w| w == "check") { again(&root, &time, &dist.join("plantgate")) } else { Ok(()) }
}

/// Writes the digest of everything a release consists of beside it.
fn summed(dist: &Path) -> Done<String> {
    let sums = capture(std::process::Command::new("sha256sum").args(SUMMED).current_dir(dist))?;
    std::fs::write(dist.join("SHA256SUMS"), &sums).map_err(|e| e.to_string())?;
    Ok(sums)
}

/// The same commit in another folder must give the same bytes.
fn again(root: &Path, time: &str, first: &Path) -> Done {
    let other = std::env::temp_dir().join(format!("plantgate-release-{}", std::process::id()));
    let clone = [Path::new("clone"), Path::new("--quiet"), root, other.as_path()];
    run(std::process::Command::new("git").args(clone))?;
    let built = build(&other, &other.join("target/reproducible"), time);
    let same = built.and_then(|binary| {
        let read = |path: &Path| std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()));
        Ok(read(&binary)? == read(first)?)
    });
    let _left = std::fs::remove_dir_all(&other);
    if !same? {
        return Err("built twice in two folders, and the bytes differ: this release cannot be reproduced".to_owned());
    }
    println!("built twice in two folders: the same bytes");
    Ok(())
}

/// Builds the shipped binary of a tree. Paths of the machine are replaced, in Rust and in C, and the clock is the
/// commit's. A folder of its own, because these flags would build everything of the usual one anew.
fn build(tree: &Path, target: &Path, time: &str) -> Done<PathBuf> {
    let home = home("CARGO_HOME", ".cargo");
    let rustup = home_of_rust()?;
    let pairs = [(tree.display().to_string(), "/plantgate"), (home, "/cargo"), (rustup, "/rust")];
    let rust: Vec<String> = pairs.iter().map(|(from, to)| format!("--remap-path-prefix={from}={to}")).collect();
    let c: Vec<String> = pairs.iter().map(|(from, to)| format!("-ffile-prefix-map={from}={to}")).collect();
    let mut command = cargo_command();
    command.args(["build", "--release", "--locked", "--package", "plantgate-cli"]).current_dir(tree);
    command.env("CARGO_TARGET_DIR", target).env("CARGO_INCREMENTAL", "0").env("SOURCE_DATE_EPOCH", time);
    command.env("CARGO_ENCODED_RUSTFLAGS", rust.join("\u{1f}")).env("CFLAGS", c.join(" "));
    run(&mut command)?;
    Ok(target.join("release/plantgate"))
}

fn home(variable: &str, folder: &str) -> String {
    let usual = || format!("{}/{folder}", std::env::var("HOME").unwrap_or_default());
    std::env::var(variable).unwrap_or_else(|_| usual())
}

fn home_of_rust() -> Done<String> {
    Ok(capture(std::process::Command::new("rustc").args(["--print", "sysroot"]))?.trim().to_owned())
}

fn git(root: &Path) -> std::process::Command {
    let mut command = std::process::Command::new("git");
    command.current_dir(root);
    command
}

fn copy(from: &Path, to: &Path) -> Done {
    std::fs::copy(from, to).map(|_| ()).map_err(|e| format!("{}: {e}", to.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_names_the_digest_of_binary_parts_and_second_verifier() {
        crate::shell::enter_root().unwrap();
        let dist = std::env::temp_dir().join(format!("plantgate-dist-{}", std::process::id()));
        std::fs::create_dir_all(&dist).unwrap();
        std::fs::write(dist.join("plantgate"), b"x").unwrap();
        std::fs::write(dist.join("plantgate.cdx.json"), b"{}").unwrap();
        copy(Path::new(VERIFIER), &dist.join("verify_pack.py")).unwrap();
        let sums = summed(&dist).unwrap();
        let digest = capture(std::process::Command::new("sha256sum").arg(VERIFIER)).unwrap();
        let digest = digest.split_whitespace().next().unwrap();
        assert!(sums.lines().any(|line| line == format!("{digest}  verify_pack.py")), "{sums}");
        assert_eq!(sums.lines().count(), SUMMED.len());
        assert_eq!(std::fs::read_to_string(dist.join("SHA256SUMS")).unwrap(), sums);
        std::fs::remove_dir_all(&dist).unwrap();
    }
}
