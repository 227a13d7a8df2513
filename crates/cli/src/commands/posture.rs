//! `plantgate posture`: provider by functional area with says, does and the lower of both, and the standing per
//! engagement and site with its reasons.

use clap::Args as ClapArgs;
use plantgate_app::qualify::{posture::posture, standing::standing_of};
use plantgate_domain::{
    base::{Grade, Kind, ProviderId},
    expect::{engagement::Engagement, provider::Provider, site::Site},
};
use plantgate_store::{Stop, look::Look, memory::Memory};
use serde_json::{Value, json};

use crate::{Ended, data::Data, printer::Printer};

/// Of whom.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// A provider's reference or id; without one, all.
    provider: Option<String>,
}

/// Runs it.
pub async fn run(args: Args, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    let app = data.open().await?;
    let mut look = app.store().look().await?;
    let providers: Vec<ProviderId> = match &args.provider {
        Some(name) => {
            let on = plantgate_app::names::find(&mut look, Kind::Provider, name).await?;
            vec![ProviderId(on.ok_or(Stop::NotFound)?.id)]
        }
        None => look.every(Kind::Provider).await?.iter().filter_map(|k| k.thing.card().provider).collect(),
    };
    let mut all = Vec::new();
    for id in providers {
        all.push(one(&mut look, id).await?);
    }
    printer.data(&all, || all.iter().flat_map(lines).collect());
    Ok(Ended::Yes)
}

async fn one(look: &mut Look, id: ProviderId) -> Result<Value, Stop> {
    let provider: Provider = look.get(id).await?;
    let now = look.now();
    let mut standings = Vec::new();
    let engagements: Vec<Engagement> = look.of("provider", id).await?;
    for e in engagements {
        for site in e.sites() {
            let at: Site = look.get(site).await?;
            let s = standing_of(look, e.id, site, now).await?;
            let reasons: Vec<Value> = s.counted.iter().map(|r| json!({ "key": r.key, "rule": r.rule })).collect();
            standings.push(json!({ "engagement": e.facts.reference, "site": at.facts.reference, "is": s.level,
                "since": s.since, "reasons": reasons, "beside": s.beside.len() }));
        }
    }
    let cells = posture(look, Some(id), now).await?;
    let areas: Vec<Value> = cells
        .iter()
        .map(|((_, area), cell)| {
            let counts: serde_json::Map<String, Value> =
                Grade::ALL.iter().zip(cell.counts).map(|(g, n)| (g.to_string(), json!(n))).collect();
            json!({ "area": area, "says": cell.says, "does": cell.does, "grade": cell.lowest, "counts": counts })
        })
        .collect();
    Ok(json!({ "provider": provider.facts.reference, "name": provider.facts.name, "standings": standings,
        "areas": areas }))
}

fn lines(p: &Value) -> Vec<String> {
    let word = |v: &Value, key: &str| v.get(key).and_then(Value::as_str).unwrap_or("–").to_owned();
    let list = |key: &str| p.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut lines = vec![format!("{} {}", word(p, "provider"), word(p, "name"))];
    for s in list("standings") {
        let reasons = s.get("reasons").and_then(Value::as_array).cloned().unwrap_or_default();
        let keys: Vec<String> = reasons.iter().map(|r| format!("{} ({})", word(r, "key"), word(r, "rule"))).collect();
        let since = word(&s, "since");
        let at = format!("{} at {}", word(&s, "engagement"), word(&s, "site"));
        lines.push(format!("  {at:<18} {:<11} since {since:<28} {}", word(&s, "is"), keys.join(", ")));
    }
    for a in list("areas") {
        let (says, does) = (word(&a, "says"), word(&a, "does"));
        lines.push(format!("  {:<6} says {says:<9} does {does:<9} shown {}", word(&a, "area"), word(&a, "grade")));
    }
    lines
}
