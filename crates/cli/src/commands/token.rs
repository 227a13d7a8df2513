//! `plantgate token`: somebody's tokens, a new one whose secret is printed once, and one taken back.

use clap::{Args as ClapArgs, Subcommand};
use plantgate_app::{
    names,
    qualify::token::{RevokeToken, TokenWish},
    sign_in::Listed,
};
use plantgate_domain::{
    base::{Kind, Why},
    qualify::person::Person,
};
use plantgate_store::{Stop, memory::Memory, writer};
use serde_json::json;
use uuid::Uuid;

use crate::{Ended, data::Data, printer::Printer};

/// What about tokens.
#[derive(ClapArgs, Debug)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

/// What can be done.
#[derive(Subcommand, Debug)]
enum What {
    /// Tokens of a person or a machine: name, what they may, until when, when used last.
    List {
        /// Reference or id.
        holder: String,
    },
    /// Makes a token and prints its secret, this once.
    Make {
        /// Who makes it, and whom it acts for unless a machine is named.
        #[arg(long = "as", value_name = "PERSON")]
        who: String,
        /// What it is called.
        #[arg(long)]
        name: String,
        /// Days until it ends.
        #[arg(long)]
        days: i64,
        /// An act it may do, by name; may be given several times. Without one it only reads.
        #[arg(long = "act", value_name = "ACT")]
        acts: Vec<String>,
        /// A site it is bound to; may be given several times. Without one: wherever its holder may.
        #[arg(long = "site", value_name = "SITE")]
        sites: Vec<String>,
        /// The machine that holds it.
        #[arg(long)]
        service: Option<String>,
        /// Request id; the same one again makes no second token.
        #[arg(long)]
        request: Option<Uuid>,
    },
    /// Takes a token back.
    Revoke {
        #[arg(long = "as", value_name = "PERSON")]
        who: String,
        /// Whose it is: reference or id.
        #[arg(long)]
        of: String,
        token: Uuid,
    },
}

/// Runs it.
pub async fn run(args: Args, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    match args.what {
        What::List { holder } => list(&holder, data, printer).await,
        What::Make { who, name, days, acts, sites, service, request } => {
            let wish = TokenWish { name, acts, sites, days, service };
            make(&who, wish, request, data, printer).await
        }
        What::Revoke { who, of, token } => {
            let app = data.open().await?;
            let caller = super::caller(&app, &who).await?;
            let answer = app.act(&caller, writer::new_request()?, RevokeToken { person: of, token }).await?;
            let json = serde_json::to_value(&answer).map_err(Stop::fault)?;
            printer.data(&json, || vec![format!("taken back, entry {}", answer.entry)]);
            Ok(Ended::Yes)
        }
    }
}

async fn list(holder: &str, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    let app = data.open().await?;
    let mut look = app.store().look().await?;
    let found = names::find(&mut look, Kind::Person, holder).await?;
    let on = found.ok_or_else(|| Stop::field("holder", Why::of("invalid-cli-person").with("who", holder)))?;
    let person: Person = look.get(on).await?;
    let mut all = Vec::new();
    for Listed { token, used, word } in app.tokens(&mut look, &person).await? {
        let name = look.open_private(&token.made.name).await?.unwrap_or_else(|| "erased".to_owned());
        all.push(json!({ "token": token.made.token, "name": name, "acts": token.made.acts,
            "sites": token.made.sites, "state": word, "until": token.made.until, "used": used }));
    }
    printer.data(&all, || all.iter().map(line).collect());
    Ok(Ended::Yes)
}

fn line(t: &serde_json::Value) -> String {
    let word = |key: &str| t.get(key).and_then(|v| v.as_str()).unwrap_or("–").to_owned();
    let acts: Vec<&str> =
        t.get("acts").and_then(|a| a.as_array()).into_iter().flatten().filter_map(|a| a.as_str()).collect();
    let may = if acts.is_empty() { "reads".to_owned() } else { acts.join(",") };
    format!("{} {:<8} {} {:<24} {may} {}", word("token"), word("state"), word("until"), word("name"), word("used"))
}

async fn make(who: &str, wish: TokenWish, request: Option<Uuid>, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    let app = data.open().await?;
    let caller = super::caller(&app, who).await?;
    let request = request.map_or_else(writer::new_request, Ok)?;
    let (secret, answer) = app.make_token(&caller, request, wish).await?;
    let made = answer.done;
    let json = json!({ "secret": secret, "token": made.token, "holder": made.holder, "until": made.until });
    printer.data(&json, || vec![secret.clone().unwrap_or_default()]);
    printer.say(match secret {
        Some(_) => "The secret is shown this once. A program sends it as “Authorization: Bearer …”.",
        None => "That request was answered before; its secret is not shown again.",
    });
    Ok(Ended::Yes)
}
