//! What becomes of a finding before anything is done about it: shared, confirmed, dismissed, objected to, closed, taken
//! up again. Who takes which step is the domain's rule; here stand the power and the place.

use plantgate_domain::{
    base::{FindingId, Kind, Party, Tier, Why},
    event::review::{FindingConfirmed, FindingEvent, FindingNoted, Severity},
    expect::engagement::Engagement,
    review::{acts, finding::Finding},
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    names,
    permit::hand::said,
    power::{self, May, Place},
};

pub(super) async fn named(desk: &mut Desk, name: &str) -> Result<Finding, Stop> {
    let id: FindingId = names::resolve(desk, Kind::Finding, name, "finding").await?;
    desk.get(id).await
}

/// At its site, or at the provider that sees it; to one that does not, it does not exist.
pub(super) async fn place(desk: &mut Desk, name: &str) -> Result<Place, Stop> {
    let f = named(desk, name).await?;
    Ok(match f.facts.provider.filter(|_| f.shared) {
        Some(provider) => Place::shared(vec![f.facts.site], provider),
        None => Place::site(f.facts.site),
    })
}

async fn noted(
    desk: &mut Desk,
    by: plantgate_domain::base::PersonId,
    note: Option<&String>,
) -> Result<FindingNoted, Stop> {
    Ok(FindingNoted { by: Some(by), note: said(desk, "note", note).await? })
}

/// Confirms a finding; from now on it may count. Severity and party are fixed here.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmFinding {
    pub finding: String,
    pub party: Party,
    pub severity: Severity,
}

impl Act for ConfirmFinding {
    const NAME: &'static str = "confirm-finding";
    type Power = power::ConfirmFinding;
    type Done = FindingId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.finding).await
    }

    async fn run(self, may: May<power::ConfirmFinding>, desk: &mut Desk) -> Result<FindingId, Stop> {
        let f = named(desk, &self.finding).await?;
        acts::may_confirm(&f, may.id()?)?;
        if self.party == Party::Provider && f.facts.provider.is_none() {
            return Err(Stop::field("party", Why::of("invalid-finding-no-provider")));
        }
        let tier: Option<Tier> = match f.facts.engagement {
            Some(id) => desk.get::<Engagement>(id).await?.tier(f.facts.site).map(|t| t.tier),
            None => None,
        };
        let yes = FindingConfirmed {
            by: may.id()?,
            party: self.party,
            severity: self.severity,
            tier,
            rules_version: desk.rules().version,
        };
        desk.append(f.id, FindingEvent::Confirmed(yes)).await?;
        Ok(f.id)
    }
}

macro_rules! noting {
    ($($(#[$doc:meta])* $act:ident = $name:literal, $power:ident, $event:ident, |$f:ident, $by:ident| $may:expr;)+) => {
        $($(#[$doc])*
        #[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $act {
            pub finding: String,
            #[serde(default)]
            pub note: Option<String>,
        }

        impl Act for $act {
            const NAME: &'static str = $name;
            type Power = power::$power;
            type Done = FindingId;

            async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
                place(desk, &self.finding).await
            }

            async fn run(self, may: May<power::$power>, desk: &mut Desk) -> Result<FindingId, Stop> {
                let $f = named(desk, &self.finding).await?;
                let $by = may.person()?;
                $may?;
                let note = noted(desk, $by.id, self.note.as_ref()).await?;
                desk.append($f.id, FindingEvent::$event(note)).await?;
                Ok($f.id)
            }
        })+
    };
}

noting! {
    /// Shows a finding to the provider it concerns.
    ShareFinding = "share-finding", ConfirmFinding, Shared, |f, _by| acts::may_share(&f);
    /// Dismisses a finding that was not confirmed.
    DismissFinding = "dismiss-finding", ConfirmFinding, Dismissed, |f, _by| acts::may_dismiss(&f);
    /// Objects to a finding, as the provider it concerns.
    DisputeFinding = "dispute-finding", ObjectToFinding, Disputed,
        |f, by| acts::may_dispute(&f, by.provider().ok_or(Stop::NotFound)?);
    /// Closes a finding whose action is verified.
    CloseFinding = "close-finding", ConfirmFinding, Closed, |f, by| acts::may_close(&f, by.id);
    /// Takes a finding up again.
    ReopenFinding = "reopen-finding", ConfirmFinding, Reopened, |f, _by| acts::may_reopen(&f);
}
