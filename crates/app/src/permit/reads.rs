//! Questions that pages of access ask: what a request still waits for, which change a number means, what of one's own
//! may be asked for again. Nothing here decides; it asks what decides.

use plantgate_domain::{
    base::{InstanceId, Kind, Now},
    event::permit::Moment,
    permit::{
        access::AccessRequest,
        change::Change,
        decide::{self, Decision},
        facts::Facts,
        repeat,
    },
    qualify::person::Person,
};
use plantgate_store::{
    Stop,
    list::{Order, Query},
    look::Look,
    memory::Memory,
};

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

/// Approved requests read to find those that are offered again.
const RECENT: usize = 20;

/// A person's own requests that may be asked for again, the newest first (S5.1b): what they may see of those they asked
/// for or, of a provider, would enter by.
pub async fn repeatable(look: &mut Look, me: &Person, most: usize) -> Result<Vec<AccessRequest>, Stop> {
    let rel = if me.provider().is_none() { "requested-by" } else { "person" };
    let q = Query {
        pointing: Some((rel, me.id.into())),
        state: Some("approved".to_owned()),
        order: Order::Newest,
        ..Query::new(Kind::AccessRequest, me.id, RECENT)
    };
    let now = look.now().0;
    let mut all = Vec::new();
    for row in look.page(&q).await?.rows {
        let request = AccessRequest::try_from(row.kept.thing)?;
        if all.len() < most && repeat::offered(&request, me.id, now) {
            all.push(request);
        }
    }
    Ok(all)
}
