//! A private mail server for one test run: aiosmtpd from PyPI, with a few lines of ours that write every mail into a
//! folder and refuse the addresses that tests want refused.
use crate::python::{Server, installed};
use crate::shell::Done;

/// What is installed, by version and hash: a new one comes with a commit.
const PACKAGES: &str = include_str!("smtp-packages.txt");
const SINK: &str = include_str!("smtp_sink.py");

/// Installs what is missing and starts one; the variable for the tests: its address, a space, its folder.
pub fn start() -> Done<(Server, String)> {
    let folder = installed("smtp", PACKAGES)?;
    let (python, script) = (folder.join("bin/python"), folder.join("sink.py"));
    let mails = folder.join(format!("mails-{}", std::process::id()));
    std::fs::create_dir_all(&mails).map_err(|e| format!("cannot make {}: {e}", mails.display()))?;
    std::fs::write(&script, SINK).map_err(|e| format!("cannot write {}: {e}", script.display()))?;
    let server = Server::start("the mail server", &folder, |port| {
        let port = port.to_string();
        [python.as_os_str(), script.as_os_str(), port.as_ref(), mails.as_os_str()].map(ToOwned::to_owned).to_vec()
    })?;
    let said = format!("{} {}", server.address, mails.display());
    Ok((server, said))
}
