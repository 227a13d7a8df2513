//! The way of a finding, and who takes which step (R-13, diagram 3.4.8): who proposes does not confirm, who says *done*
//! does not say *verified*. Each function answers whether the step may be taken; the event is the caller's to fill.

use super::finding::{Finding, FindingState};
use crate::base::{Instant, Now, Party, PersonId, ProviderId, Refusal};

type May = Result<(), Refusal>;

fn unless(bad: bool, rule: &'static str, id: &'static str) -> May {
    if bad { Err(Refusal::new(rule, id)) } else { Ok(()) }
}

fn open(f: &Finding) -> bool {
    matches!(f.state, FindingState::Proposed | FindingState::Disputed)
}

/// Confirming: while it is proposed or disputed, by another person than proposed it.
pub fn may_confirm(f: &Finding, by: PersonId) -> May {
    unless(!open(f), "R-23", "refuse-finding-not-open")?;
    unless(f.proposed_by == Some(by), "R-13", "refuse-finding-own")
}

/// Dismissing: only what was not confirmed; a confirmed finding ends by its action.
pub fn may_dismiss(f: &Finding) -> May {
    unless(!open(f), "R-23", "refuse-finding-not-open")
}

/// Showing it to the provider: once, and only if there is one.
pub fn may_share(f: &Finding) -> May {
    unless(f.facts.provider.is_none(), "R-40", "refuse-finding-no-provider")?;
    unless(f.shared, "R-40", "refuse-finding-shared")
}

/// Objecting: the provider, to what it can see and what is not over.
pub fn may_dispute(f: &Finding, by: ProviderId) -> May {
    unless(f.facts.provider != Some(by) || !f.shared, "R-40", "refuse-finding-not-theirs")?;
    unless(f.settled.is_some(), "R-23", "refuse-finding-over")
}

/// Sitting down together: after the confirmation, not in the future.
pub fn may_review(f: &Finding, at: Instant, now: Now) -> May {
    unless(f.state != FindingState::Confirmed, "R-23", "refuse-finding-not-confirmed")?;
    unless(f.confirmed.is_none_or(|c| at < c) || at > now.0, "R-23", "refuse-finding-review-time")
}

/// Agreeing on an action: for a confirmed finding; after it was verified there is nothing to plan.
pub fn may_plan(f: &Finding) -> May {
    unless(f.state != FindingState::Confirmed, "R-23", "refuse-finding-not-confirmed")?;
    unless(f.verified.is_some(), "R-23", "refuse-action-verified")
}

/// Saying that it is done: the side that owes it.
pub fn may_claim(f: &Finding, by: Option<ProviderId>) -> May {
    let Some(action) = &f.action else { return Err(Refusal::new("R-23", "refuse-action-none")) };
    unless(f.state != FindingState::Confirmed || f.verified.is_some(), "R-23", "refuse-action-verified")?;
    let theirs = match (by, action.party) {
        (_, Party::Both | Party::Unknown) => true,
        (Some(provider), Party::Provider) => f.facts.provider == Some(provider),
        (None, Party::Owner) => true,
        (Some(_), Party::Owner) | (None, Party::Provider) => false,
    };
    unless(!theirs, "R-13", "refuse-action-not-theirs")
}

/// Looking whether it is done: somebody of ours who did not say so.
pub fn may_verify(f: &Finding, by: PersonId) -> May {
    unless(f.claimed.is_none(), "R-23", "refuse-action-not-claimed")?;
    unless(f.verified.is_some(), "R-23", "refuse-action-verified")?;
    unless(f.claimed_by == Some(by), "R-13", "refuse-action-own")
}

/// Closing: once its action is verified, by another person than claimed it.
pub fn may_close(f: &Finding, by: PersonId) -> May {
    unless(f.settled.is_some(), "R-23", "refuse-finding-over")?;
    unless(f.verified.is_none(), "R-23", "refuse-action-not-verified")?;
    unless(f.claimed_by == Some(by), "R-13", "refuse-action-own")
}

/// Taking it up again: what is over.
pub fn may_reopen(f: &Finding) -> May {
    unless(f.settled.is_none(), "R-23", "refuse-finding-not-over")
}
