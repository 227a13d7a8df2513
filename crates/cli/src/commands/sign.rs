//! Password and code for an act that is signed, at the terminal: first what would be signed is said, then both are
//! asked for. What goes to a terminal is no session, so every signature here is the first of a series and takes both.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use plantgate_app::sign::Typed;
use plantgate_domain::base::Why;
use plantgate_store::{Stop, stop::Unsigned};

use crate::{printer::Printer, words};

/// Where a person sits, whatever stdin is.
const TERMINAL: &str = "/dev/tty";

/// What somebody types to sign, or what a file says.
pub fn typed(proof: Option<&Path>, wanted: &Unsigned, printer: Printer) -> Result<Typed, Stop> {
    let reader = words::reader(printer.lang);
    let means = reader.word("sign-means", wanted.meaning.as_str());
    printer.say(&reader.t("cli-sign").s("means", means).to_string());
    if let Some(digest) = &wanted.digest {
        printer.say(&reader.t("cli-sign-version").s("version", wanted.version).s("digest", digest).to_string());
    }
    let (password, code) = match proof {
        Some(file) => lines(BufReader::new(open(file)?))?,
        None => asked(&reader.t("cli-sign-password").to_string(), &reader.t("cli-sign-code").to_string(), printer)?,
    };
    Ok(Typed {
        password: Some(password),
        code: Some(code),
        passkey: None,
        digest: wanted.digest.clone(),
        session: None,
    })
}

fn open(file: &Path) -> Result<File, Stop> {
    File::open(file).map_err(|e| {
        Stop::field(
            "--proof",
            Why::of("invalid-file-unreadable").with("file", file.display().to_string()).with("said", e.to_string()),
        )
    })
}

fn lines(from: impl BufRead) -> Result<(String, String), Stop> {
    let mut lines = from.lines().map_while(Result::ok);
    match (lines.next(), lines.next()) {
        (Some(password), Some(code)) => Ok((password, code)),
        (_, _) => Err(Stop::field("--proof", Why::of("invalid-proof-lines"))),
    }
}

/// Asks at the terminal. Where there is none, nobody signs.
fn asked(password: &str, code: &str, printer: Printer) -> Result<(String, String), Stop> {
    let terminal = File::open(TERMINAL).map_err(|_| Stop::field("--proof", Why::of("invalid-proof-nowhere")))?;
    let mut lines = BufReader::new(terminal).lines().map_while(Result::ok);
    let mut ask = |what: &str| {
        printer.say(what);
        lines.next().ok_or_else(|| Stop::field("--proof", Why::of("invalid-proof-lines")))
    };
    echo(false);
    let typed = ask(password);
    echo(true);
    Ok((typed?, ask(code)?))
}

/// Whether the terminal shows what is typed; one that cannot be told shows it.
fn echo(on: bool) {
    let Ok(terminal) = File::open(TERMINAL) else { return };
    let word = if on { "echo" } else { "-echo" };
    let _ = Command::new("stty").arg(word).stdin(terminal).stdout(Stdio::null()).stderr(Stdio::null()).status();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_two_lines() {
        assert_eq!(lines("a word\n123456\n".as_bytes()).unwrap(), ("a word".to_owned(), "123456".to_owned()));
        assert!(lines("a word".as_bytes()).is_err());
    }
}
