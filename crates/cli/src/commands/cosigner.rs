//! `plantgate cosigner`: the outside party. It runs on another machine, best of another house, and knows nothing of any
//! plant: its key, the logs it was told of, and the last head of each that it vouched for.

use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, Subcommand};
use plantgate_domain::base::Why;
use plantgate_ledger::{
    note::NOTE_MAX,
    pack::fingerprint,
    witness::{No, REQUEST_MAX, Request},
};
use plantgate_store::{
    Stop,
    ops::cosigner::{Cosigner, Said},
};
use plantgate_web::cosigner::{Answers, Reply, router};
use serde_json::json;

use crate::{Ended, printer::Printer};

/// What to do as a cosigner.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// Folder of the cosigner: its key and what it remembers.
    #[arg(long, default_value = "plantgate-cosigner")]
    state: PathBuf,
    /// Name of a new cosigner, such as headquarters.example/cosigner; given once.
    #[arg(long)]
    name: Option<String>,
    #[command(subcommand)]
    what: What,
}

/// What can be done.
#[derive(Subcommand, Debug)]
enum What {
    /// Print the key that the record names, and its fingerprint.
    Key,
    /// Be told of a log: from here on its heads are looked at.
    Trust { key: String },
    /// Follow a log's key to the next one, by the statement of both in FILE; the old key signs nothing more here.
    Follow { file: PathBuf },
    /// Vouch for the head in FILE, from a stick; the answer is written beside it.
    Sign { file: PathBuf },
    /// Vouch by wire (C2SP tlog-witness).
    Serve {
        #[arg(long, default_value = "127.0.0.1:8090")]
        listen: String,
    },
    /// The last head of each log, and how many requests are kept as evidence of another history.
    Show,
}

/// Runs it.
pub async fn run(args: Args, printer: Printer) -> Result<Ended, Stop> {
    let cosigner = Cosigner::open(&args.state, args.name.as_deref()).await?;
    match args.what {
        What::Key => {
            let (key, print) = (cosigner.key().to_string(), fingerprint(cosigner.key()));
            printer.data(&json!({ "key": key, "fingerprint": print }), || vec![key.clone(), print.clone()]);
            Ok(Ended::Yes)
        }
        What::Trust { key } => {
            let key = super::log_key("key", &key)?;
            cosigner.trust(&key).await?;
            let print = fingerprint(&key);
            printer.data(&json!({ "origin": key.name(), "fingerprint": print }), || {
                vec![format!("{}: compare its fingerprint with what its owner says: {print}", key.name())]
            });
            Ok(Ended::Yes)
        }
        What::Follow { file } => {
            let key = cosigner.hand_over(&super::cosign::read(&file, NOTE_MAX)?).await?;
            let print = fingerprint(&key);
            printer.data(&json!({ "origin": key.name(), "fingerprint": print }), || {
                vec![format!("{}: from here on signed by the key with fingerprint {print}", key.name())]
            });
            Ok(Ended::Yes)
        }
        What::Sign { file } => sign(&cosigner, &file, printer).await,
        What::Serve { listen } => serve(cosigner, &listen, printer).await,
        What::Show => show(&cosigner, printer).await,
    }
}

async fn sign(cosigner: &Cosigner, file: &Path, printer: Printer) -> Result<Ended, Stop> {
    let bytes = super::cosign::read(file, REQUEST_MAX)?;
    let request = Request::parse(&bytes).map_err(|_| Stop::field("file", Why::of("invalid-cosign-request")))?;
    match cosigner.answer(&request).await? {
        Said::Yes(line) => {
            let to = file.with_extension("cosigned");
            super::cosign::write(&to, format!("{}{line}", request.checkpoint).as_bytes())?;
            let size = request.size().map_err(Stop::fault)?;
            printer.data(&json!({ "cosigned": true, "size": size, "file": to.display().to_string() }), || {
                vec![format!("vouched for {size} entries: {}", to.display())]
            });
            Ok(Ended::Yes)
        }
        Said::No(no) => {
            printer.data(&json!({ "cosigned": false, "why": no.to_string() }), || vec![no.to_string()]);
            printer.say(match no {
                No::Moved(_) => "Make the file again with `plantgate cosign export FILE --old SIZE`, with this size.",
                No::Split(_) | No::Proof(_) => {
                    "Not vouched for. The file is kept as evidence: call the owner of this log by another way."
                }
                No::Unknown(_) => "Be told of it first: `plantgate cosigner trust KEY`.",
                No::Form | No::Unsigned(_) => "Not vouched for.",
            });
            Ok(Ended::No)
        }
    }
}

async fn show(cosigner: &Cosigner, printer: Printer) -> Result<Ended, Stop> {
    let all = cosigner.all().await?;
    let rows: Vec<_> = all
        .iter()
        .map(|(s, splits)| {
            json!({ "origin": s.origin, "size": s.size, "root": s.root.to_string(), "at": s.at, "splits": splits })
        })
        .collect();
    printer.data(&rows, || {
        let line = |(s, splits): &(plantgate_store::ops::cosigner::Seen, u64)| {
            format!("{}: {} entries, root {}, at {}; {splits} kept as evidence", s.origin, s.size, s.root, s.at)
        };
        all.iter().map(line).collect()
    });
    Ok(if all.iter().all(|(_, splits)| *splits == 0) { Ended::Yes } else { Ended::No })
}

async fn serve(cosigner: Cosigner, listen: &str, printer: Printer) -> Result<Ended, Stop> {
    let listener = super::serve::bind(listen).await?;
    let address = listener.local_addr().map_err(Stop::fault)?;
    printer.say(&format!("The cosigner {} listens on http://{address} — stop with Ctrl-C.", cosigner.key().name()));
    let router = router(Wire(cosigner), REQUEST_MAX);
    let limits = plantgate_store::Limits::standard();
    plantgate_web::door::serve(listener, router, limits, super::serve::stopped()).await;
    Ok(Ended::Yes)
}

/// A cosigner's answers as the protocol has them.
struct Wire(Cosigner);

impl Answers for Wire {
    async fn add(&self, body: &[u8]) -> Reply {
        let asked = match Request::parse(body) {
            Ok(request) => self.0.answer(&request).await,
            Err(no) => Ok(Said::No(no)),
        };
        match asked {
            Ok(Said::Yes(line)) => Reply::text(200, line.to_string()),
            Ok(Said::No(No::Moved(size))) => Reply::size(size),
            Ok(Said::No(no)) => Reply::text(status(&no), format!("{no}\n")),
            Err(_) => Reply::text(500, "the cosigner could not keep it, so it vouches for nothing\n"),
        }
    }

    async fn latest(&self, origin: &str) -> Reply {
        match self.0.latest(origin).await {
            Ok(Some(seen)) => Reply::text(200, seen.note),
            Ok(None) => Reply::text(404, "never vouched for\n"),
            Err(_) => Reply::text(500, "the cosigner cannot read its state\n"),
        }
    }
}

fn status(no: &No) -> u16 {
    match no {
        No::Form => 400,
        No::Unknown(_) => 404,
        No::Unsigned(_) => 403,
        No::Moved(_) => 409,
        No::Split(_) | No::Proof(_) => 422,
    }
}
