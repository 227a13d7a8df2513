//! `plantgate posture`: provider by functional area with says, does, the lower of both, and the standing per site.

use std::path::Path;

use clap::Args as ClapArgs;
use plantgate_app::qualify::posture;
use plantgate_store::Stop;

use crate::{Ended, printer::Printer};

/// Of whom.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// A provider's reference or id; without one, all.
    provider: Option<String>,
}

/// Runs it.
pub async fn run(args: Args, data: &Path, printer: Printer) -> Result<Ended, Stop> {
    let app = super::open(data).await?;
    let mut look = app.store().look().await?;
    let now = look.now();
    let all = posture::of(&mut look, args.provider.as_deref(), now).await?;
    printer.data(&all, || all.iter().flat_map(posture::lines).collect());
    Ok(Ended::Yes)
}
