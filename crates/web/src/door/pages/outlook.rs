//! What an act on scope or facts would come to, in words: shown before anything is saved.

use plantgate_app::{Stop, act::Effect, expect::outlook::outlook, read::Memory};
use plantgate_domain::{
    base::{EngagementId, InstanceId, SiteId},
    event::qualify::ObligationFacts,
    expect::site::Site,
};
use plantgate_wire::words::Rich;

use super::engagement_parts as parts;
use crate::{
    door::visit::Visit,
    page::engagement::{Change, Duty},
};

/// Reads it from the effects of a previewed act.
pub async fn change(
    visit: &mut Visit,
    (of, site): (EngagementId, SiteId),
    effects: &[Effect],
    approving: Option<InstanceId>,
) -> Result<Change, Stop> {
    let now = visit.look.now();
    let out = outlook(&mut visit.look, effects, (of, site), approving, now).await?;
    let at: Site = visit.look.get(site).await?;
    let mut lines: Vec<Rich> = Vec::new();
    if out.provisional {
        lines.push(visit.ui.t("tier-provisional").into());
    }
    if let Some(tier) = out.allows {
        let tier = visit.ui.word("tier", tier.as_str()).to_string();
        lines.push(visit.ui.t("tierchange-allows").s("tier", tier).into());
    }
    if let Some(until) = out.added.iter().find_map(|f| f.transition_until).filter(|until| now.0 < *until) {
        lines.push(visit.ui.t("engagement-transition").s("at", visit.ui.full(until)).into());
    }
    if !out.altered.is_empty() {
        lines.push(visit.ui.t("tierchange-altered").n("count", out.altered.len()).into());
    }
    for (other, tier) in &out.elsewhere {
        let named = parts::item(visit, (*other).into()).await?;
        let tier = visit.ui.word("tier", tier.as_str());
        lines.push(Rich::default().object(named.text, named.href.as_deref()).text(format!(" → {tier}")));
    }
    let ended: Vec<ObligationFacts> = out.removed.into_iter().map(|o| o.facts).collect();
    Ok(Change {
        site: at.facts.name,
        before: out.before,
        after: out.after,
        because: parts::because(visit, &out.because).await?,
        added: duties(visit, &out.added).await?,
        removed: duties(visit, &ended).await?,
        effects: lines,
    })
}

async fn duties(visit: &mut Visit, all: &[ObligationFacts]) -> Result<Vec<Duty>, Stop> {
    let mut out = Vec::new();
    for facts in all {
        let title = visit.ui.word("obligation", &facts.key).to_string();
        out.push(Duty { title, every: facts.frequency.as_str(), why: parts::why(visit, facts).await? });
    }
    Ok(out)
}
