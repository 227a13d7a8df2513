//! The gateway in `serve`, and `plantgate gateway`: the two keys it is known and let in by, or a gateway that stands
//! alone near the systems and asks a core elsewhere.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args as ClapArgs;
use plantgate_app::{App, witness::jump::Signs};
use plantgate_gateway::{Bounds, Limits, Remote, keys, russh::keys::PrivateKey};
use plantgate_porter::{People, Porter, lodge::Lodge};
use plantgate_store::Stop;
use plantgate_wire::words::Lang;
use serde_json::json;
use tokio::net::TcpListener;

use crate::{
    Ended,
    alone::{Alone, Gateways, unusable},
    config::Gateway,
    data::Data,
    printer::Printer,
    words::reader,
};

/// What to print.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// Only the key that signs certificates: what a system needs in its `TrustedUserCAKeys`.
    #[arg(long)]
    authority: bool,
    /// Only the key that signs certificates of people: what a sshd that asks needs in its `TrustedUserCAKeys`.
    #[arg(long)]
    people: bool,
    /// Be a gateway near the systems, by this file; it asks a core elsewhere and needs no data of the plant.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["authority", "people"])]
    alone: Option<PathBuf>,
}

/// Prints the public keys, which are made where there are none; or is a gateway.
pub async fn run(args: Args, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    if let Some(file) = &args.alone {
        return alone(&Alone::read(file)?, printer).await;
    }
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

/// A gateway that stands alone, until the process is told to stop.
async fn alone(config: &Alone, printer: Printer) -> Result<Ended, Stop> {
    let host = config.host_key()?;
    let remote = Remote::open(&config.at()?, &config.folder, config.lang(), Bounds::standard());
    let remote = remote.map_err(|bad| unusable(&bad))?;
    let listener = super::serve::bind(&config.listen).await?;
    listens(&listener, &host, printer)?;
    let end = super::serve::stopped();
    plantgate_gateway::serve(listener, host, Arc::new(remote), Limits::standard(), end).await;
    Ok(Ended::Yes)
}

/// Says where a gateway is, and by which key.
fn listens(listener: &TcpListener, host: &PrivateKey, printer: Printer) -> Result<(), Stop> {
    let address = listener.local_addr().map_err(Stop::fault)?;
    let fingerprint = keys::fingerprint(host.public_key());
    let words = reader(printer.lang);
    printer.say(&words.t("gateway-listens").s("address", address).s("fingerprint", fingerprint).to_string());
    Ok(())
}

/// Opens the lodge, where gateways that stand alone ask.
pub async fn lodge(app: &App, config: &Gateways, printer: Printer) -> Result<(), Stop> {
    let listener = super::serve::bind(&config.listen).await?;
    let lodge = Lodge::open(app.clone(), &config.setting(), Limits::standard(), Bounds::standard());
    let lodge = lodge.map_err(|bad| unusable(&bad))?;
    let address = listener.local_addr().map_err(Stop::fault)?;
    printer.say(&reader(printer.lang).t("gateway-lodge-listens").s("address", address).to_string());
    tokio::spawn(lodge.serve(listener, super::serve::stopped()));
    Ok(())
}

/// Opens the gate and lets people in until the process is told to stop.
pub async fn open(app: &App, config: &Gateway, folder: &Path, printer: Printer) -> Result<(), Stop> {
    let listener = super::serve::bind(&config.listen).await?;
    let (host, _) = plantgate_porter::keys(app)?;
    let (lang, limits) = (config.language.as_deref().and_then(Lang::of).unwrap_or_default(), Limits::standard());
    let porter = Porter::open(app.clone(), &folder.join("recordings"), lang, limits).await?;
    listens(&listener, &host, printer)?;
    let end = super::serve::stopped();
    tokio::spawn(plantgate_gateway::serve(listener, host, Arc::new(porter), limits, end));
    Ok(())
}
