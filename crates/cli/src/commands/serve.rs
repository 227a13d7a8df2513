//! `plantgate serve`: pages and API on one address, checkpoints while there is something to sign, an orderly end.

use plantgate_domain::base::Why;
use std::{sync::Arc, time::Duration};

use clap::Args as ClapArgs;
use plantgate_app::{App, messages::tell, review::ordered, sign_in::passkey::Site};
use plantgate_store::{Away, Stop, Store, clock::Wall};
use plantgate_web::{
    door::{Live, State, Workshop, meanwhile::meanwhile, router, state::DemoAccount},
    post::{
        Way, deliver,
        hook::{self, Hooks},
        smtp::Mailer,
    },
    sign_on::SignOn,
};
use tokio::net::TcpListener;

use super::{ask, gateway};
use crate::{Ended, config::Config, data::Data, mail::Webhooks, printer::Printer, sign_on, words};

/// How to serve.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// Address to listen on.
    #[arg(long)]
    listen: Option<String>,
}

/// Runs it.
pub async fn run(args: Args, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    let config = Config::read(&data.folder)?;
    let listen = args.listen.or_else(|| config.listen.clone()).unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let cosigners = ask::all(&config.cosigner)?;
    let mailer = config.mail.as_ref().map(|m| Mailer::new(m.at()?)).transpose()?;
    let passkeys = config.passkeys()?;
    let hooks = config.webhooks.as_ref().map(Webhooks::hooks).transpose()?;
    let sign_on = sign_on::ready(&config.identity_provider, config.origin.as_deref(), &listen, config.https)?;
    let open = async {
        let app = opened(data, printer).await?;
        ask::first(app.store(), &cosigners).await;
        Ok::<App, Stop>(app)
    };
    let (listener, opened) = meanwhile(bind(&listen).await?, open).await.map_err(Stop::fault)?;
    let app = opened?;
    if let Some(behind) = app.store().watermark().behind() {
        printer.say(&super::said(&behind, printer.lang));
    }
    tokio::spawn(ask::always(app.store().clone(), cosigners));
    if let Some(at) = &config.gateway {
        gateway::open(&app, at, &data.folder, printer).await?;
    }
    if let Some(at) = &config.gateways {
        gateway::lodge(&app, at, printer).await?;
    }
    let house = House { https: config.https, passkeys, demo: Vec::new(), mailer, hooks, sign_on };
    on(app, listener, house, printer).await
}

/// Opens the office. Where the disk is full or the database away, whoever keeps the machine is told, once for each
/// reason, the port goes on answering, and it goes on by itself: rows that were being made anew are made from the
/// start.
async fn opened(data: &Data, printer: Printer) -> Result<App, Stop> {
    let mut told = None;
    loop {
        match data.open_to_serve().await {
            Err(Stop::Away(away)) if away != Away::Newer => {
                if told.replace(away) != Some(away) {
                    printer.say(&words::of(&Stop::Away(away), printer.lang));
                }
                tokio::time::sleep(AGAIN).await;
            }
            opened => return opened,
        }
    }
}

/// How long it is waited before it is tried again.
const AGAIN: Duration = Duration::from_secs(2);

/// Serves demo data until the process is told to stop. On this very machine passkeys are good without a word in the
/// configuration, by the machine's own name: they cannot be bound to a number.
pub async fn demo(
    app: App,
    listen: &str,
    config: &Config,
    (demo, sign_on): (Vec<DemoAccount>, SignOn),
    printer: Printer,
) -> Result<Ended, Stop> {
    let listener = bind(listen).await?;
    let at = listener.local_addr().map_err(Stop::fault)?;
    let passkeys = match config.passkeys()? {
        None if at.ip().is_loopback() && !config.https => Some(Site::at(&format!("http://localhost:{}", at.port()))?),
        configured => configured,
    };
    let house = House { https: config.https, passkeys, demo, mailer: None, hooks: None, sign_on };
    on(app, listener, house, printer).await
}

pub async fn bind(listen: &str) -> Result<TcpListener, Stop> {
    TcpListener::bind(listen).await.map_err(|e| {
        Stop::field(
            "--listen",
            Why::of("invalid-listen").with("listen", listen.to_string()).with("said", e.to_string()),
        )
    })
}

/// How this machine serves it.
struct House {
    https: bool,
    passkeys: Option<Site>,
    demo: Vec<DemoAccount>,
    mailer: Option<Mailer>,
    hooks: Option<Hooks>,
    sign_on: SignOn,
}

async fn on(app: App, listener: TcpListener, house: House, printer: Printer) -> Result<Ended, Stop> {
    let House { https, passkeys, demo, mailer, hooks, sign_on } = house;
    let address = listener.local_addr().map_err(Stop::fault)?;
    plantgate_porter::sign(&app)?;
    let store = app.store().clone();
    tokio::spawn(checkpoints(store.clone()));
    tokio::spawn(pulses(app.clone()));
    let way = Way { hooks: hooks.is_some(), ..mailer.as_ref().map(Mailer::way).unwrap_or_default() };
    tokio::spawn(messages(app.clone(), way.clone(), mailer));
    if let Some(hooks) = hooks {
        tokio::spawn(posts(app.clone(), hooks));
    }
    // The first address that is told is the one to open.
    printer.say(&format!("Plantgate listens on http://{address} — stop with Ctrl-C."));
    if let Some(site) = &passkeys {
        printer.say(&format!("Passkeys are good at {}.", site.origin()));
    }
    let (demo, sign_on) = (Arc::new(demo), Arc::new(sign_on));
    let state =
        State { app, https, passkeys, demo, workshop: Workshop::default(), live: Live::default(), way, sign_on };
    axum_serve(listener, state).await?;
    store.checkpoint().await?;
    store.pulse().await?;
    Ok(Ended::Yes)
}

async fn axum_serve(listener: TcpListener, state: State) -> Result<(), Stop> {
    let limits = *state.app.store().limits();
    plantgate_web::door::serve(listener, router(state), limits, stopped()).await;
    Ok(())
}

/// Signs the head at least every ten seconds while it moves.
async fn checkpoints(store: Store) {
    let every = Duration::from_secs(store.limits().checkpoint_every);
    let mut grown = store.grown();
    loop {
        if let Err(stop) = store.checkpoint().await {
            tracing::error!(%stop, "a checkpoint could not be signed");
        }
        tokio::time::sleep(every).await;
        if grown.changed().await.is_err() {
            return;
        }
    }
}

/// Notes that the clock is believed, so that a restart after a quiet month is not taken for a jump.
async fn pulses(app: App) {
    let store = app.store().clone();
    let every = Duration::from_secs(store.limits().pulse_every);
    loop {
        match app.delete_due_recordings().await {
            Ok(0) => {}
            Ok(recordings) => tracing::info!(recordings, "recordings were deleted: their time was over"),
            Err(stop) => tracing::warn!(%stop, "recordings whose time is over could not be deleted"),
        }
        if let Err(stop) = store.sweep_uploads(Wall::now()).await {
            tracing::warn!(%stop, "uploads that nobody named could not be swept");
        }
        if let Err(stop) = tell::sweep(&store).await {
            tracing::warn!(%stop, "old messages could not be swept");
        }
        if let Err(stop) = ordered::sweep(&store).await {
            tracing::warn!(%stop, "orders of packs that nobody took up could not be swept");
        }
        match app.lapse_groups().await {
            Ok(0) => {}
            Ok(roles) => tracing::info!(roles, "roles of groups went: their identity provider was silent"),
            Err(stop) => tracing::warn!(%stop, "roles of groups could not be looked after"),
        }
        if let Err(stop) = store.pulse().await {
            tracing::warn!(%stop, "the clock's pulse could not be noted");
        }
        tokio::time::sleep(every).await;
    }
}

/// Tells people what concerns them: soon after something was written, and as the clock goes; and sends what waits.
async fn messages(app: App, way: Way, mailer: Option<Mailer>) {
    let limits = *app.store().limits();
    let (least, most) = (Duration::from_secs(1), Duration::from_secs(limits.tell_every));
    let mut grown = app.store().grown();
    loop {
        if let Err(stop) = tell::round(app.store(), way.ways()).await {
            tracing::warn!(%stop, "messages could not be told");
        }
        if let Some(mailer) = &mailer
            && let Err(stop) = deliver::round(&app, mailer).await
        {
            tracing::warn!(%stop, "mails could not be sent");
        }
        tokio::time::sleep(least).await;
        let _nothing_new = tokio::time::timeout(most, grown.changed()).await;
    }
}

/// Posts what waits for webhooks; beside the mails, so that neither waits for the other's server.
async fn posts(app: App, hooks: Hooks) {
    let pause = Duration::from_secs(app.store().limits().tell_every.div_euclid(4).max(1));
    loop {
        if let Err(stop) = hook::round(&app, &hooks).await {
            tracing::warn!(%stop, "webhooks could not be posted");
        }
        tokio::time::sleep(pause).await;
    }
}

pub async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
            let _ = interrupt.await;
            return;
        };
        tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
}
