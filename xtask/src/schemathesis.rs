//! Requests made up from the description of our API: schemathesis from PyPI. The test that runs it starts the server
//! itself and makes the tokens; here it is only installed.
use crate::python::installed;
use crate::shell::Done;

/// What is installed, by version and hash: a new one comes with a commit.
const PACKAGES: &str = include_str!("schemathesis-packages.txt");

/// Installs what is missing; the variable for the tests: the program.
pub fn install() -> Done<String> {
    Ok(installed("schemathesis", PACKAGES)?.join("bin/st").to_string_lossy().into_owned())
}
