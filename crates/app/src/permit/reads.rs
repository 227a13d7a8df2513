//! Questions that pages of access ask: what a request still waits for, which change a number means. Nothing here
//! decides; it asks what decides.

use plantgate_domain::{
    base::{InstanceId, Kind, Now},
    event::permit::Moment,
    permit::{
        access::AccessRequest,
        change::Change,
        decide::{self, Decision},
        facts::Facts,
    },
};
use plantgate_store::{Stop, memory::Memory};

use super::facts::facts;

/// What would be decided if approval were asked now, with the approvals there are.
pub async fn at_approval(
    memory: &mut impl Memory,
    request: &AccessRequest,
    now: Now,
) -> Result<(Decision, Facts), Stop> {
    let q = request.question(Moment::Approval, now);
    let f = facts(memory, &q, now).await?;
    Ok((decide::decide(&f, &q, now), f))
}

/// The change that a reference of ours or a number of its own system means, among those that target an instance.
pub async fn change_named(memory: &mut impl Memory, instance: InstanceId, text: &str) -> Result<Option<Change>, Stop> {
    if let Some(on) = memory.named(Kind::Change, text).await? {
        return memory.find(on).await;
    }
    let on_it: Vec<Change> = memory.of("target", instance).await?;
    Ok(on_it.into_iter().find(|c| c.facts.number.eq_ignore_ascii_case(text)))
}
