//! Whom a message concerns at this moment. Asked when it is told and again when a mail leaves: whoever was suspended,
//! moved or lost the function in between gets nothing, and what is settled is not told any more.

use plantgate_domain::{
    base::{Kind, Party, PersonId, ProviderId, Ref, SiteId},
    event::{permit::SuspensionCause, qualify::OwnerRole, witness::Closing},
    expect::instance::Instance,
    permit::{access::AccessRequest, campaign, grant::Grant, hold::Hold},
    qualify::person::Person,
    review::finding::{Finding, FindingState},
    thing::AnyThing,
    witness::{
        session::{RUNNING, Session},
        visit::Visit,
    },
};
use plantgate_store::{Stop, look::Look, memory::Memory};

use super::What;
use crate::{power, today::may_decide, witness::bound::wanted as wanted_for};

/// Most people one message goes to.
const MOST: usize = 500;

/// Everybody it concerns who may see what it is about, in the order of their ids.
pub async fn audience(look: &mut Look, what: What, on: Ref) -> Result<Vec<PersonId>, Stop> {
    let mut wanted = wanted(look, what, on).await?;
    wanted.sort_unstable();
    wanted.dedup();
    wanted.truncate(MOST);
    let mut found = Vec::new();
    for id in wanted {
        if seated(look, id).await?.is_some() && look.sees(id, on).await? {
            found.push(id);
        }
    }
    Ok(found)
}

/// A person who has a seat now.
pub async fn seated(look: &mut Look, id: PersonId) -> Result<Option<Person>, Stop> {
    let now = look.now().0;
    let person: Option<Person> = look.find(id).await?;
    // A machine reads no messages.
    Ok(person.filter(|p| p.service.is_none() && p.seated(now)))
}

async fn wanted(look: &mut Look, what: What, on: Ref) -> Result<Vec<PersonId>, Stop> {
    let Some(kept) = look.kept(on).await? else { return Ok(Vec::new()) };
    match kept.thing {
        AnyThing::AccessRequest(r) => of_request(look, what, &r).await,
        AnyThing::Grant(g) => match what {
            What::Emergency if g.facts.emergency.is_some() && g.reviewed.is_none() => {
                ours(look, "review-emergency", Some(g.facts.site)).await
            }
            What::ShiftWaits if campaign::to_confirm(&g, look.now().0).is_some() => {
                let mut all = ours(look, "name-attendant", Some(g.facts.site)).await?;
                all.retain(|id| *id != g.facts.person);
                Ok(all)
            }
            What::GrantRevoked if g.revoked.is_some() => Ok(vec![g.facts.requested_by, g.facts.person]),
            _ => Ok(Vec::new()),
        },
        AnyThing::Item(i) if what == What::EvidenceCame && i.reviews.is_empty() && !i.quarantined => {
            ours(look, "judge-evidence", Some(i.facts.site)).await
        }
        AnyThing::Request(r) if r.cancelled_at.is_none() => {
            // What was sent or delivered anew is no longer back.
            let stands = match what {
                What::EvidenceAsked => r.items.is_empty(),
                What::EvidenceBack => r.returned_at > r.items.last().map(|(_, at)| *at),
                _ => false,
            };
            if stands && r.facts.party == Party::Provider {
                theirs(look, r.facts.provider, "answer-duties").await
            } else {
                Ok(Vec::new())
            }
        }
        AnyThing::Finding(f) => of_finding(look, what, &f).await,
        AnyThing::Hold(h) => of_hold(look, what, &h).await,
        AnyThing::Session(s) => of_session(look, what, &s).await,
        AnyThing::Account(a) if what == What::AccountSilent => {
            let now = look.now();
            let wants = wanted_for(look, &a, now).await?;
            if a.to_turn(wants) { ours(look, "keep-accounts", Some(a.facts.site)).await } else { Ok(Vec::new()) }
        }
        AnyThing::Instance(i) => of_login_secret(look, what, &i).await,
        AnyThing::Visit(v) if what == What::CheckIn => missed(look, &v).await,
        AnyThing::Activation(a) if what == What::Incident && a.suspended == Some(SuspensionCause::Incident) => {
            let mut all = Vec::new();
            for site in &a.sites {
                all.extend(ours(look, "activate", Some(*site)).await?);
            }
            Ok(all)
        }
        _ => Ok(Vec::new()),
    }
}

async fn of_request(look: &mut Look, what: What, r: &AccessRequest) -> Result<Vec<PersonId>, Stop> {
    match what {
        What::AccessWaits | What::AccessSoon if r.open(look.now().0) => {
            let mut all = ours(look, "approve-access-any", Some(r.asked.site)).await?;
            all.retain(|id| may_decide(r, *id));
            Ok(all)
        }
        What::AccessAnswered if r.settled.is_some() => Ok(vec![r.asked.requested_by, r.asked.person]),
        _ => Ok(Vec::new()),
    }
}

/// A proposal goes to those who could confirm it, and to nobody of the firm it is about.
async fn of_finding(look: &mut Look, what: What, f: &Finding) -> Result<Vec<PersonId>, Stop> {
    match (what, f.state, f.facts.provider) {
        (What::FindingProposed, FindingState::Proposed, _) | (What::FindingDisputed, FindingState::Disputed, _) => {
            ours(look, "confirm-finding", Some(f.facts.site)).await
        }
        (What::FindingConfirmed, FindingState::Confirmed, Some(provider)) if f.party != Party::Owner => {
            theirs(look, provider, "answer-duties").await
        }
        _ => Ok(Vec::new()),
    }
}

async fn of_hold(look: &mut Look, what: What, h: &Hold) -> Result<Vec<PersonId>, Stop> {
    if what == What::Hold && h.word(look.now().0) == "holding" {
        ours(look, "hold-any", h.facts.site).await
    } else {
        Ok(Vec::new())
    }
}

async fn of_session(look: &mut Look, what: What, s: &Session) -> Result<Vec<PersonId>, Stop> {
    match what {
        // A line of the logbook is what a person told; it is nobody's way around anything.
        What::Bypass if s.facts.grant.is_none() && s.told.is_none() && s.party == Party::Unknown => {
            ours(look, "attribute-session", Some(s.facts.site)).await
        }
        What::SessionWaits if s.beside().is_none() && s.inside(look.now().0) => waits(look, s).await,
        // Of a window that ended the clock tells; of what ends before nobody knows but the gateway.
        What::SafeEndWanted
            if s.inside(look.now().0) && s.closing.as_ref().is_some_and(|c| c.cause != Closing::Window) =>
        {
            let mut all = ours(look, "disconnect", Some(s.facts.site)).await?;
            all.extend(s.facts.attendant);
            Ok(all)
        }
        What::OtherKey if s.other_key.is_some() => ours(look, "pin-endpoint", Some(s.facts.site)).await,
        // Whoever has the sheet holds it against what is written on it, and whoever can end it did not see it begin.
        What::CutOff if s.cut_off.is_some() => {
            let mut all = ours(look, "keep-accounts", Some(s.facts.site)).await?;
            all.extend(ours(look, "disconnect", Some(s.facts.site)).await?);
            all.extend(s.facts.attendant);
            Ok(all)
        }
        What::Overrun if s.word() == RUNNING => {
            let mut all = ours(look, "disconnect", Some(s.facts.site)).await?;
            all.extend(s.facts.attendant);
            Ok(all)
        }
        _ => Ok(Vec::new()),
    }
}

/// Whoever keeps what lies in the vault, and of a password that was shown whoever keeps the accounts, too, whatever
/// lies there by then. Who did it is told nothing, as everywhere.
async fn of_login_secret(look: &mut Look, what: What, i: &Instance) -> Result<Vec<PersonId>, Stop> {
    let refused = i.vaulted.as_ref().is_some_and(|vaulted| vaulted.refused.is_some());
    let mut all = match what {
        What::LoginSecretRefused if refused => return ours(look, "pin-endpoint", Some(i.facts.site)).await,
        What::LoginSecretShown => ours(look, "pin-endpoint", Some(i.facts.site)).await?,
        _ => return Ok(Vec::new()),
    };
    all.extend(ours(look, "keep-accounts", Some(i.facts.site)).await?);
    Ok(all)
}

/// Who was named to be beside somebody; where nobody was, everybody who may be, but not the person themselves.
async fn waits(look: &mut Look, s: &Session) -> Result<Vec<PersonId>, Stop> {
    let grant: Option<Grant> = match s.facts.grant {
        Some(grant) => look.find(grant).await?,
        None => None,
    };
    let Some(grant) = grant.filter(|g| g.facts.attended) else { return Ok(Vec::new()) };
    match grant.attendant {
        Some(named) => Ok(vec![named]),
        None => ours(look, "enter-session", Some(s.facts.site)).await,
    }
}

/// Whom *Today* calls: first the deputy, then the shift lead.
async fn missed(look: &mut Look, v: &Visit) -> Result<Vec<PersonId>, Stop> {
    let word = *v.attendance(&look.rules()).at(look.now().0);
    match word {
        "deputy" => Ok(v.beside().and_then(|b| b.deputy).into_iter().collect()),
        "shift-lead" => {
            let found = look.holders(&[OwnerRole::ShiftLead.as_str()], v.facts.site).await?;
            Ok(found.into_iter().collect())
        }
        _ => Ok(Vec::new()),
    }
}

/// People of ours with a power at a site; where the object has none, at any.
async fn ours(look: &mut Look, key: &str, site: Option<SiteId>) -> Result<Vec<PersonId>, Stop> {
    let rules = look.rules();
    let roles = power::roles(key, &rules);
    let sites = match site {
        Some(site) => vec![site],
        None => look.every_with_id(Kind::Site).await?.into_iter().map(|(on, _)| SiteId(on.id)).collect(),
    };
    let mut all = Vec::new();
    for site in sites {
        all.extend(look.holders(&roles, site).await?);
    }
    Ok(all)
}

/// A provider's people with a power.
async fn theirs(look: &mut Look, provider: ProviderId, key: &str) -> Result<Vec<PersonId>, Stop> {
    let rules = look.rules();
    let people: Vec<Person> = look.of("employer", provider).await?;
    Ok(people.iter().filter(|p| power::could(p, key, &[], &rules)).map(|p| p.id).collect())
}
