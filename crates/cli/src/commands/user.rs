//! `plantgate user`: who there is, and passwords from the terminal (for the first user, and when somebody lost theirs).

use clap::{Args as ClapArgs, Subcommand};
use plantgate_app::{Caller, sign_in::Enrolment};
use plantgate_domain::{
    base::{Kind, PersonId, Why},
    qualify::person::Person,
};
use plantgate_store::{Stop, memory::Memory};
use serde_json::json;

use crate::{Ended, data::Data, printer::Printer};

/// What about users.
#[derive(ClapArgs, Debug)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

/// What can be done.
#[derive(Subcommand, Debug)]
enum What {
    /// Everybody, with references, roles and state.
    List,
    /// Sets a new password (read from stdin) and prints the second factor's setup key once.
    Password { person: String },
}

/// Runs it.
pub async fn run(args: Args, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    match args.what {
        What::List => list(data, printer).await,
        What::Password { person } => password(&person, data, printer).await,
    }
}

async fn list(data: &Data, printer: Printer) -> Result<Ended, Stop> {
    let app = data.open().await?;
    let mut look = app.store().look().await?;
    let mut people = Vec::new();
    for kept in look.every(Kind::Person).await? {
        let p = Person::try_from(kept.thing)?;
        let name = look.open_private(&p.facts.name).await?.unwrap_or_else(|| "erased".to_owned());
        let roles: Vec<String> = p.roles.iter().map(|r| r.role.to_string()).collect();
        let provider: Vec<String> = p.facts.provider_roles.iter().map(ToString::to_string).collect();
        let all = [roles, provider].concat();
        people.push(json!({
            "id": p.id, "reference": p.facts.reference, "name": name, "seat": p.seat,
            "roles": all,
        }));
    }
    printer.data(&people, || people.iter().map(line).collect());
    Ok(Ended::Yes)
}

fn line(p: &serde_json::Value) -> String {
    let word = |key: &str| p.get(key).and_then(|v| v.as_str()).unwrap_or("–").to_owned();
    let roles = p.get("roles").map(ToString::to_string).unwrap_or_default();
    format!("{:<38} {:<10} {:<10} {:<28} {roles}", word("id"), word("reference"), word("seat"), word("name"))
}

async fn password(who: &str, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    let app = data.open().await?;
    let Some(id) = super::caller(&app, who).await?.actor.person() else { return Err(Stop::NotFound) };
    let mut look = app.store().look().await?;
    let person: Person = look.get(PersonId(id.0)).await?;
    let handle = look.open_private(&person.facts.handle).await?.ok_or(Stop::NotFound)?;
    drop(look);
    let mut password = String::new();
    std::io::stdin()
        .read_line(&mut password)
        .map_err(|e| Stop::field("stdin", Why::of("invalid-stdin").with("said", e.to_string())))?;
    let seed = Enrolment::new()?;
    // Whoever sits at the machine sets it: the person did nothing, and whoever reviews the record sees that.
    app.set_credential(&Caller::host(), id, &handle, password.trim_end_matches(['\r', '\n']), &seed).await?;
    let json = json!({ "handle": handle, "setup_key": seed.text(), "url": seed.url(&handle) });
    printer.data(&json, || vec![format!("setup key: {}", seed.text()), seed.url(&handle)]);
    printer.say("The setup key is shown this once. Enter it in an authenticator app.");
    Ok(Ended::Yes)
}
