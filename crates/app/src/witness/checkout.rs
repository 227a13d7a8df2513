//! A shared account in one person's hands (R-17, S5.4c): handed out for a time, and back. Whoever runs the area does
//! both; what was used without stands as a proposed finding, nobody's fault until somebody says whose.

use plantgate_domain::{
    base::{AccountId, FindingId, GrantId, Instant, Kind, Party, PersonId, SessionId},
    event::{
        expect::Measure,
        permit::{GrantEvent, StepDone, StepUndone},
        review::{FindingEvent, FindingKind, FindingProposed, Severity},
        witness::{AccountCheckedIn, AccountCheckedOut, AccountEvent, Secret, SessionStarted},
    },
    expect::{instance::Instance, site::Site},
    permit::{acts::No, grant::Grant},
    qualify::person::Person,
    witness::{
        account::Account,
        acts::{self, Taking},
        session::Session,
    },
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use super::{
    account::{account, place},
    start::may_start,
};
use crate::{
    act::Act,
    names,
    permit::hand::stop,
    power::{EnterSession, May, Place},
};

/// Hands a shared account to one person.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckOutAccount {
    pub account: String,
    pub person: String,
    /// The grant it is for; the person is then the grant's, and the time no longer than its window.
    #[serde(default)]
    pub grant: Option<String>,
    pub until: Instant,
}

impl Act for CheckOutAccount {
    const NAME: &'static str = "check-out-account";
    type Power = EnterSession;
    type Done = AccountId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.account).await
    }

    async fn run(self, may: May<EnterSession>, desk: &mut Desk) -> Result<AccountId, Stop> {
        let account = account(desk, &self.account).await?;
        let to: PersonId = names::resolve(desk, Kind::Person, &self.person, "person").await?;
        let id: Option<GrantId> = names::resolve_maybe(desk, Kind::Grant, self.grant.as_deref(), "grant").await?;
        let grant: Option<Grant> = match id {
            Some(id) => desk.find(id).await?,
            None => None,
        };
        let person: Person = desk.get(to).await?;
        acts::may_check_out(&account, &person, grant.as_ref(), (self.until, desk.now()))?;
        if let Some(grant) = &grant {
            takes_step(desk, grant, may.id()?, self.until).await?;
            // Whoever may not begin to work gets nothing to begin with: holds, standing and all the rest.
            let (decision, f) = may_start(desk, grant, None, desk.now()).await?;
            if !decision.yes() {
                return Err(stop(No::Decided(Box::new(decision)), &f));
            }
        }
        let out = AccountCheckedOut { person: to, grant: grant.map(|g| g.id), until: self.until, session: None };
        desk.append(account.id, AccountEvent::CheckedOut(out)).await?;
        Ok(account.id)
    }
}

/// Where the measures of a system bind its account to one person, handing it out is the step that work waits
/// for, until its time is over or it comes back.
async fn takes_step(desk: &mut Desk, grant: &Grant, by: PersonId, until: Instant) -> Result<(), Stop> {
    let (measure, until) = (Measure::AccountCheckOut, Some(until));
    let instance: Instance = desk.get(grant.facts.instance).await?;
    if !instance.compensation.is_some_and(|c| c.has(measure)) {
        return Ok(());
    }
    desk.append(grant.id, GrantEvent::StepDone(StepDone { measure, by, until, said: None })).await
}

/// A shared account came back, from whoever had it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckInAccount {
    pub account: String,
    pub secret: Secret,
}

impl Act for CheckInAccount {
    const NAME: &'static str = "check-in-account";
    type Power = EnterSession;
    type Done = AccountId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.account).await
    }

    async fn run(self, _may: May<EnterSession>, desk: &mut Desk) -> Result<AccountId, Stop> {
        let account = account(desk, &self.account).await?;
        let running: Vec<Session> = desk.of("inside", account.id).await?;
        acts::may_check_in(&account, &running)?;
        back(desk, &account, self.secret).await?;
        Ok(account.id)
    }
}

/// Hands the account that a gateway goes on as to the person of a grant, for a session that begins, and takes
/// the step with it where the measures of the system ask for that. `told`: it began while nobody could be asked. The
/// account, and since when it is theirs if that is not before now: the session begins with it.
pub(super) async fn hand_to(
    desk: &mut Desk,
    instance: &Instance,
    grant: &Grant,
    (session, told): (SessionId, bool),
) -> Result<Option<(AccountId, Instant)>, Stop> {
    let Some(id) = instance.endpoint.as_ref().and_then(|e| e.account) else { return Ok(None) };
    let (account, running): (Account, Vec<Session>) = (desk.get(id).await?, desk.of("inside", id).await?);
    let now = desk.now();
    let taking = acts::may_go_as(&account, grant, &running, now);
    let Taking::Until(until) = (if told { taking.or(Ok(Taking::Beside)) } else { taking })? else {
        return Ok(Some((id, now.0)));
    };
    let person = grant.facts.person;
    takes_step(desk, grant, person, until).await?;
    let out = AccountCheckedOut { person, grant: Some(grant.id), until, session: Some(session) };
    desk.append(id, AccountEvent::CheckedOut(out)).await?;
    let since = desk.get::<Account>(id).await?.out().map(|out| out.from);
    Ok(Some((id, since.unwrap_or(now.0))))
}

/// A session of a gateway ended: what was taken for its grant comes back, and whoever had it never saw its secret.
pub(super) async fn give_back(desk: &mut Desk, ended: &Session) -> Result<(), Stop> {
    let Some(id) = ended.facts.account else { return Ok(()) };
    let (account, others): (Account, Vec<Session>) = (desk.get(id).await?, desk.of("inside", id).await?);
    if acts::gives_back(&account, ended, &others) { back(desk, &account, Secret::Unseen).await } else { Ok(()) }
}

/// An account is back, and with it goes the step of the grant that it was.
async fn back(desk: &mut Desk, account: &Account, secret: Secret) -> Result<(), Stop> {
    if let Some(id) = account.out().and_then(|out| out.grant)
        && let Some(grant) = desk.find::<Grant>(id).await?
        && grant.steps.iter().any(|s| s.done.measure == Measure::AccountCheckOut)
    {
        let gone = StepUndone { measure: Measure::AccountCheckOut };
        desk.append(grant.id, GrantEvent::StepUndone(gone)).await?;
    }
    desk.append(account.id, AccountEvent::CheckedIn(AccountCheckedIn { secret })).await
}

/// A session began with a shared account that was not this person's: a finding is proposed, of nobody's doing. It
/// counts for nothing until OT security says whose it was: ours, where nobody asked for a check-out.
pub async fn propose_unchecked(desk: &mut Desk, s: &SessionStarted, session: SessionId) -> Result<(), Stop> {
    let Some(id) = s.account else { return Ok(()) };
    let account: Account = desk.get(id).await?;
    let out = account.held(s.person, s.started).and_then(|out| out.grant);
    let grant: Option<Grant> = match out {
        Some(grant) => desk.find(grant).await?,
        None => None,
    };
    if !acts::unchecked(&account, grant.as_ref(), s.person, s.started) {
        return Ok(());
    }
    let reference = desk.next_reference(Kind::Finding).await?;
    // Names alone: the kind says what it is in every language.
    let text = desk.seal(&format!("{}, {}", account.facts.reference, s.reference))?;
    let facts = FindingProposed {
        reference,
        kind: FindingKind::SharedAccountUnchecked,
        source: Some(session.into()),
        provider: s.provider,
        engagement: s.engagement,
        instance: Some(s.instance),
        site: s.site,
        zone: desk.get::<Site>(s.site).await?.facts.zone,
        party: Party::Unknown,
        severity: Severity::High,
        requirement: None,
        cases: vec![account.id.into()],
        clause: None,
        text,
        shared: false,
        occurred: s.started,
        late_from: None,
        noticed: None,
    };
    let finding = FindingId(desk.new_id());
    desk.append(finding, FindingEvent::Proposed(Box::new(facts))).await?;
    Ok(())
}
