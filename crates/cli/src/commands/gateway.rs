//! The gateway in `serve`, and `plantgate gateway`: the two keys it is known and let in by.

use std::{path::Path, sync::Arc};

use clap::Args as ClapArgs;
use plantgate_app::{App, witness::jump::Signs};
use plantgate_gateway::{Limits, keys, russh::keys::PrivateKey};
use plantgate_porter::{People, Porter};
use plantgate_store::Stop;
use plantgate_wire::words::Lang;
use serde_json::json;

use crate::{Ended, config::Gateway, data::Data, printer::Printer, words::reader};

/// What to print.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// Only the key that signs certificates: what a system needs in its `TrustedUserCAKeys`.
    #[arg(long)]
    authority: bool,
    /// Only the key that signs certificates of people: what a sshd that asks needs in its `TrustedUserCAKeys`.
    #[arg(long)]
    people: bool,
}

/// Prints the public keys; makes them where there are none.
pub async fn run(args: Args, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    let app = data.open().await?;
    if args.people {
        let people = People::open(&app)?;
        let line = people.public().to_owned();
        printer.data(&json!({ "people": line }), || vec![line.clone()]);
        return Ok(Ended::Yes);
    }
    let (host, authority) = plantgate_porter::keys(&app)?;
    let line = |key: &PrivateKey| keys::line(key.public_key()).map_err(Stop::fault);
    let (host, authority) = (line(&host)?, line(&authority)?);
    if args.authority {
        printer.data(&json!({ "authority": authority }), || vec![authority.clone()]);
        return Ok(Ended::Yes);
    }
    let r = reader(printer.lang);
    printer.data(&json!({ "host": host, "authority": authority }), || {
        let (own, signs) = (r.t("gateway-key-host").to_string(), r.t("gateway-key-authority").to_string());
        vec![own, host.clone(), signs, authority.clone()]
    });
    Ok(Ended::Yes)
}

/// Opens the gate and lets people in until the process is told to stop.
pub async fn open(app: &App, config: &Gateway, folder: &Path, printer: Printer) -> Result<(), Stop> {
    let listener = super::serve::bind(&config.listen).await?;
    let (host, _) = plantgate_porter::keys(app)?;
    let (lang, limits) = (config.language.as_deref().and_then(Lang::of).unwrap_or_default(), Limits::standard());
    let porter = Porter::open(app.clone(), &folder.join("recordings"), lang, limits).await?;
    let address = listener.local_addr().map_err(Stop::fault)?;
    let words = reader(printer.lang);
    let fingerprint = keys::fingerprint(host.public_key());
    printer.say(&words.t("gateway-listens").s("address", address).s("fingerprint", fingerprint).to_string());
    let end = super::serve::stopped();
    tokio::spawn(plantgate_gateway::serve(listener, host, Arc::new(porter), limits, end));
    Ok(())
}
