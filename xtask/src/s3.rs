//! A private S3 server for one test run: moto from PyPI.
use crate::python::{Server, installed};
use crate::shell::Done;

/// What is installed, every version written down: a new one comes with a commit.
const PACKAGES: &str = include_str!("s3-packages.txt");

/// Installs what is missing and starts one.
pub fn start() -> Done<Server> {
    let folder = installed("s3", PACKAGES)?;
    let program = folder.join("bin/moto_server");
    Server::start("the S3 server", &folder, |port| {
        let port = port.to_string();
        [program.as_os_str(), "-H".as_ref(), "127.0.0.1".as_ref(), "-p".as_ref(), port.as_ref()]
            .map(ToOwned::to_owned)
            .to_vec()
    })
}
