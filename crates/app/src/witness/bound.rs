//! Accounts of VPNs and directories that are on only while somebody may work: bound to grants by whoever keeps the
//! accounts, asked about and turned by a machine, which says what it did. Nothing here turns anything: what an account
//! should be is asked of the record at that moment, so that no job can forget to flip it.

use plantgate_domain::{
    base::{AccountId, InstanceId, Instant, Kind, Now, PersonId, Why},
    event::witness::{AccountBound, AccountEvent, AccountTurned, AccountUnbound},
    expect::instance::Instance,
    permit::grant::Grant,
    qualify::person::Person,
    witness::{
        account::Account,
        bound::{Around, Bound, LOOKED_BACK, MOST, PATIENCE, Wanted, may_bind, may_say_turned},
        session::Session,
    },
};
use plantgate_store::{Desk, Stop, look::Look, memory::Memory};
use serde::{Deserialize, Serialize};

use super::{
    account::{account, place},
    start::may_start,
};
use crate::{
    act::Act,
    names,
    power::{self, EnterSession, KeepAccounts, May, Place, Power},
};

/// Machines that are asked about in one round.
const MACHINES: u64 = 2_000;

/// Binds the account of one person of a provider to their grants: from now on a machine turns it on while one of them
/// lets work begin, and off behind it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BindAccount {
    pub account: String,
    /// The machine that turns it.
    pub program: String,
    /// Systems it leads to; without any it is for all of its site.
    #[serde(default)]
    pub systems: Vec<String>,
}

impl Act for BindAccount {
    const NAME: &'static str = "bind-account";
    const STEP_UP: bool = true;
    type Power = KeepAccounts;
    type Done = AccountId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.account).await
    }

    async fn run(self, _may: May<KeepAccounts>, desk: &mut Desk) -> Result<AccountId, Stop> {
        let account = account(desk, &self.account).await?;
        let program: PersonId = names::resolve(desk, Kind::Person, &self.program, "program").await?;
        let program: Person = desk.get(program).await?;
        let holder: Option<Person> = match account.facts.holder {
            Some(holder) => desk.find(holder).await?,
            None => None,
        };
        let able = power::could(&program, EnterSession::KEY, &[account.facts.site], &desk.rules());
        may_bind(&account, holder.as_ref(), (&program, able), desk.now().0)?;
        if self.systems.len() > MOST {
            return Err(Stop::field("systems", Why::of("invalid-bound-systems").with("most", MOST)));
        }
        let mut systems = Vec::with_capacity(self.systems.len());
        for name in &self.systems {
            let id: InstanceId = names::resolve(desk, Kind::Instance, name, "systems").await?;
            if desk.get::<Instance>(id).await?.facts.site != account.facts.site {
                return Err(Stop::field("systems", Why::of("invalid-bound-site").with("system", name.clone())));
            }
            systems.push(id);
        }
        systems.sort_unstable();
        systems.dedup();
        let same = |b: &Bound| b.program == program.id && b.systems == systems;
        if !account.bound.as_ref().is_some_and(same) {
            desk.append(account.id, AccountEvent::Bound(AccountBound { program: program.id, systems })).await?;
        }
        Ok(account.id)
    }
}

/// Nothing turns the account any more; it stays as it is.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnbindAccount {
    pub account: String,
}

impl Act for UnbindAccount {
    const NAME: &'static str = "unbind-account";
    const STEP_UP: bool = true;
    type Power = KeepAccounts;
    type Done = AccountId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.account).await
    }

    async fn run(self, _may: May<KeepAccounts>, desk: &mut Desk) -> Result<AccountId, Stop> {
        let account = account(desk, &self.account).await?;
        if account.bound.is_some() {
            desk.append(account.id, AccountEvent::Unbound(AccountUnbound {})).await?;
        }
        Ok(account.id)
    }
}

/// The machine says that it turned the account.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmAccount {
    pub account: String,
    pub on: bool,
    /// Whether connections that stood were ended with it.
    #[serde(default)]
    pub cut: bool,
    /// When, if not now.
    #[serde(default)]
    pub at: Option<Instant>,
}

impl Act for ConfirmAccount {
    const NAME: &'static str = "confirm-account";
    // Whatever the clock says: what was done was done.
    const IN_DOUBT: bool = true;
    type Power = EnterSession;
    type Done = AccountId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.account).await
    }

    async fn run(self, may: May<EnterSession>, desk: &mut Desk) -> Result<AccountId, Stop> {
        let account = account(desk, &self.account).await?;
        let now = desk.now();
        let at = self.at.unwrap_or(now.0);
        may_say_turned(&account, may.id().ok(), at, now.0)?;
        let said = account.bound.as_ref().and_then(|b| b.said.as_ref());
        let cut = self.cut && !self.on;
        if said.is_some_and(|said| said.on == self.on && (said.cut || !cut)) {
            return Ok(account.id);
        }
        let grant = if self.on { wanted(desk, &account, now).await?.grant } else { None };
        desk.append(account.id, AccountEvent::Turned(AccountTurned { on: self.on, cut, grant, at })).await?;
        Ok(account.id)
    }
}

/// How an account should be at an instant.
pub async fn wanted(memory: &mut impl Memory, account: &Account, now: Now) -> Result<Wanted, Stop> {
    let Some(holder) = account.facts.holder.filter(|_| account.is_turned()) else { return Ok(Wanted::default()) };
    let grants: Vec<Grant> = memory.of("person", holder).await?;
    let mut around = Vec::new();
    for grant in grants.into_iter().filter(|g| account.leads_to(g) && now.0 < g.until.plus_secs(LOOKED_BACK)) {
        let starts = grant.usable(now.0) && may_start(memory, &grant, None, now).await?.0.yes();
        let sessions: Vec<Session> = memory.of("grant", grant.id).await?;
        let runs = sessions.iter().any(|s| s.inside(now.0));
        let cut = sessions.iter().filter_map(Session::cut).max();
        around.push(Around { starts, runs, cut, grant });
    }
    Ok(account.wanted(&around, now.0))
}

/// What a machine has to do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Turns {
    /// What a person cut first, then what goes off, then what goes on.
    pub turns: Vec<Turn>,
}

/// An account that has to be turned.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Turn {
    /// Its reference: with it the machine says that it did it.
    pub account: String,
    /// Its name at the VPN or in the directory.
    pub name: String,
    pub on: bool,
    /// The grant for which it is on, or was.
    pub grant: Option<String>,
    /// Whether a person ended at once what runs: only then connections that stand may be ended, too.
    pub cut: bool,
}

/// Everything that this machine has to turn now, at the sites where it may say that it did.
pub async fn turns(look: &mut Look, machine: &Person) -> Result<Turns, Stop> {
    let now = look.now();
    let mut turns = Vec::new();
    let accounts: Vec<Account> = look.of("program", machine.id).await?;
    for account in accounts {
        if !power::could(machine, EnterSession::KEY, &[account.facts.site], &look.rules()) {
            continue;
        }
        let wants = wanted(look, &account, now).await?;
        if !account.to_turn(wants) {
            continue;
        }
        // Whose name was erased nobody can turn by it; people see it as an account that nobody answers for.
        let Some(name) = look.open_private(&account.facts.name).await? else { continue };
        let was = account.bound.as_ref().and_then(|b| b.said.as_ref()).and_then(|said| said.grant);
        let grant: Option<Grant> = match wants.grant.or(was) {
            Some(grant) => look.find(grant).await?,
            None => None,
        };
        let (on, grant) = (wants.grant.is_some(), grant.map(|g| g.facts.reference));
        turns.push(Turn { account: account.facts.reference, name, on, grant, cut: wants.cut });
    }
    turns.sort_by_key(|t| (t.on, !t.cut));
    Ok(Turns { turns })
}

/// Accounts that have to be turned for some time, and no machine said that it did.
pub async fn silent(look: &mut Look) -> Result<Vec<Account>, Stop> {
    let now = look.now();
    let before = Now(now.0.plus_secs(-PATIENCE));
    let mut all = Vec::new();
    for machine in look.with_word(Kind::Person, "service", "yes", MACHINES).await? {
        let accounts: Vec<Account> = look.of("program", PersonId(machine.id)).await?;
        for account in accounts {
            let wants = wanted(look, &account, now).await?;
            if account.to_turn(wants) {
                let earlier = wanted(look, &account, before).await?;
                if account.silent(wants, earlier, now.0) {
                    all.push(account);
                }
            }
        }
    }
    Ok(all)
}
