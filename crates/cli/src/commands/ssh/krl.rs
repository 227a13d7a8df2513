//! `plantgate ssh-krl`: fetches the list of revoked certificates for sshd's `RevokedKeys`, for systems whose sshd
//! cannot ask each time, and as a second hurdle where it does.

use std::{path::PathBuf, time::Duration};

use clap::Args as ClapArgs;
use plantgate_store::Stop;
use reqwest::Method;
use serde_json::json;

use super::{line::Core, syslog};
use crate::{Ended, printer::Printer};

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

/// Fetches it. What stood in the file stays where the core does not answer: an older list revokes more than none.
pub async fn run(args: Args, printer: Printer) -> Result<Ended, Stop> {
    let line = args.core.open(Duration::from_secs(args.timeout), printer.lang)?;
    match line.ask(Method::GET, "/api/v1/access/ssh/krl", None).await {
        Ok(bytes) => {
            super::disconnect::put(&args.file, &bytes)?;
            printer.data(&json!({ "bytes": bytes.len() }), Vec::new);
            Ok(Ended::Yes)
        }
        Err(no) => {
            printer.say(no.said());
            syslog::say(no.said());
            Ok(Ended::No)
        }
    }
}
