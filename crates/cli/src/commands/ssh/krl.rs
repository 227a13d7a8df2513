//! `plantgate ssh-krl`: fetches the list of revoked certificates for sshd's `RevokedKeys`, for systems whose sshd
//! cannot ask each time, and as a second hurdle where it does.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args as ClapArgs;
use plantgate_interchange::krl;
use plantgate_store::Stop;
use reqwest::Method;
use serde_json::json;

use super::{files, line::Core, syslog};
use crate::{Ended, printer::Printer, words};

/// Where to.
#[derive(ClapArgs, Debug)]
pub struct Args {
    #[command(flatten)]
    core: Core,
    /// Seconds to wait for the core.
    #[arg(long, default_value_t = 30)]
    timeout: u64,
    /// The file that `RevokedKeys` names: written beside it and moved over it.
    file: PathBuf,
}

/// Fetches it. What stood in the file stays where the core does not answer, or answers something else: an older list
/// revokes more than none.
pub async fn run(args: Args, printer: Printer) -> Result<Ended, Stop> {
    let line = args.core.open(Duration::from_secs(args.timeout), printer.lang)?;
    let said = match line.ask(Method::GET, "/api/v1/access/ssh/krl", None).await {
        Ok(bytes) if place(&args.file, &bytes)? => {
            printer.data(&json!({ "bytes": bytes.len() }), Vec::new);
            return Ok(Ended::Yes);
        }
        Ok(_) => {
            let file = args.file.display().to_string();
            words::reader(printer.lang).t("ssh-krl-none").s("file", file).to_string()
        }
        Err(no) => no.said().to_owned(),
    };
    printer.say(&said);
    syslog::say(&said);
    Ok(Ended::No)
}

/// Puts a list in place; `false` where it is none. sshd takes anything else for a list of plain keys, in which it finds
/// nobody: an empty file, or a page of a proxy, would revoke nothing.
fn place(file: &Path, bytes: &[u8]) -> Result<bool, Stop> {
    if !krl::begins(bytes) {
        return Ok(false);
    }
    files::put(file, bytes).map_err(|e| Stop::fault(format!("{}: {e}", file.display())))?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_list_leaves_the_old_one_in_place() {
        let file = std::env::temp_dir().join(format!("plantgate-krl-{}", std::process::id()));
        let authority = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJCBw6y4rZopqyPEgTV/HUt7FtoSEIY5b1l98L2fHNYa";
        let list = krl::write(krl::Krl { version: 7, made: 1, authority }, &[5]).unwrap();
        assert!(place(&file, &list).unwrap());
        for other in [b"".as_slice(), b"<html>Sign in</html>", &list[..20], &list[1..]] {
            assert!(!place(&file, other).unwrap());
            assert_eq!(std::fs::read(&file).unwrap(), list);
        }
        std::fs::remove_file(&file).unwrap();
    }
}
