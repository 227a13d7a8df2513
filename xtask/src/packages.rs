//! What the tests need from the system: found, or installed through apt-get when we may, or named in one sentence.
use crate::postgres;
use crate::shell::{Done, capture, find_program, run};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

struct Need {
    package: &'static str,
    what_for: &'static str,
    present: fn() -> bool,
}

const NEEDS: &[Need] = &[
    Need { package: "postgresql", what_for: "the second engine", present: || postgres::binaries().is_some() },
    Need { package: "chromium", what_for: "pages in a real browser", present: || any(&["chromium", "google-chrome"]) },
    Need { package: "chromium-driver", what_for: "driving that browser", present: || any(&["chromedriver"]) },
    Need {
        package: "npm",
        what_for: "axe-core, which checks pages, and an OpenID provider",
        present: || any(&["npm"]),
    },
    Need { package: "python3", what_for: "the second verifier of audit packs", present: || any(&["python3"]) },
    Need { package: "python3-venv", what_for: "the S3 and mail servers of the tests", present: has_venv },
    Need { package: "openssl", what_for: "signatures in that verifier", present: || any(&["openssl"]) },
    Need { package: "openssh-server", what_for: "a real SSH peer", present: || any(&["sshd"]) },
    Need {
        package: "libpam-wrapper",
        what_for: "a system that takes passwords, which are nobody's on this machine",
        present: has_pam_wrapper,
    },
    Need { package: "rsync", what_for: "copies through the gateway", present: || any(&["rsync"]) },
    Need { package: "ansible-core", what_for: "Ansible through the gateway", present: || any(&["ansible"]) },
    Need { package: "xrdp", what_for: "a remote desktop behind the gateway", present: || any(&["xrdp"]) },
    Need {
        package: "fonts-roboto-unhinted",
        what_for: "the same text widths on every machine",
        present: || Path::new("/usr/share/fonts/truetype/roboto/unhinted").is_dir(),
    },
];

/// Keeps installed services from starting: a test command must not open a port on somebody's machine.
const INSTALL: &str = r#"
set -eu
export DEBIAN_FRONTEND=noninteractive
if [ ! -e /usr/sbin/policy-rc.d ]; then
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends "$@"
"#;

/// The version of axe-core that pages are checked with; pinned, so that a new rule comes with a commit.
const AXE: &str = "axe-core@4.11.1";

/// Fetches axe-core through npm into the target folder once; where its one file lies.
pub fn axe() -> Done<PathBuf> {
    let folder = std::env::current_dir().map_err(|e| e.to_string())?.join("target/tools");
    let file = folder.join("node_modules/axe-core/axe.min.js");
    if file.exists() {
        println!("axe-core: present");
        return Ok(file);
    }
    std::fs::create_dir_all(&folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    println!("axe-core: fetching {AXE} through npm");
    run(Command::new("npm").args(["install", "--no-save", "--silent", "--prefix"]).arg(&folder).arg(AXE))
        .map_err(|e| format!("{e}. install by hand: npm install --prefix target/tools {AXE}"))?;
    Ok(file)
}

/// Says what is there, what gets installed, and what to type when we may not.
pub fn ensure() -> Done {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !(need.present)()).collect();
    if missing.is_empty() {
        println!("system packages: all {} present, nothing to install", NEEDS.len());
        return Ok(());
    }
    for need in &missing {
        println!("system packages: {} is missing ({})", need.package, need.what_for);
    }
    let names: Vec<&str> = missing.iter().map(|need| need.package).collect();
    let by_hand = format!("install by hand: apt-get install {}", names.join(" "));
    let Some(mut command) = root_shell() else {
        return Err(format!("not root, and sudo asks for a password or is absent. {by_hand}"));
    };
    println!("system packages: apt-get update, then installing {} (services stay stopped)", names.join(", "));
    run(command.args(["-c", INSTALL, "install"]).args(&names)).map_err(|e| format!("{e}. {by_hand}"))?;
    let still: Vec<&str> = missing.iter().filter(|need| !(need.present)()).map(|need| need.package).collect();
    if still.is_empty() { Ok(()) } else { Err(format!("installed, yet not found: {}", still.join(", "))) }
}

/// Debian keeps the part that makes environments in a package of its own; another python3 on PATH has it inside.
fn has_venv() -> bool {
    capture(Command::new("python3").args(["-c", "import ensurepip, venv"])).is_ok()
}

fn has_pam_wrapper() -> bool {
    let roots = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten().map(|entry| entry.path());
    let mut all = roots.chain([PathBuf::from("/usr/lib64")]);
    all.any(|at| at.join("pam_wrapper/pam_matrix.so").exists())
}

fn any(names: &[&str]) -> bool {
    // sshd sits in a folder that is not on an ordinary user's PATH.
    let system = [PathBuf::from("/usr/sbin"), PathBuf::from("/usr/bin")];
    names.iter().any(|name| find_program(name, &system).is_some())
}

/// `sh` with the rights of root, or nothing. Only on systems that have apt-get.
fn root_shell() -> Option<Command> {
    find_program("apt-get", &[])?;
    if postgres::is_root() {
        return Some(Command::new("sh"));
    }
    let quiet = Command::new("sudo").args(["-n", "true"]).stdin(Stdio::null()).stderr(Stdio::null()).status();
    if !quiet.is_ok_and(|status| status.success()) {
        return None;
    }
    let mut command = Command::new("sudo");
    command.args(["-n", "sh"]);
    Some(command)
}
