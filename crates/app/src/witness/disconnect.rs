//! A grant is taken away and what runs under it is cut, by a person who read what that is.

use plantgate_domain::{
    base::{GrantId, Refusal},
    event::qualify::OwnerRole,
    permit::{acts, grant::Grant},
    witness::session::Session,
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    permit::{
        beforehand::ends_by_cut,
        grant::{named, place},
        hand::{append, hand, said},
    },
    power::{self, May, Place},
};

/// Ends the running session and takes the grant away; reconnecting needs a new approval. On a grant that is over
/// it cuts who may still be inside by one of its certificates, once.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disconnect {
    pub grant: String,
    #[serde(default)]
    pub role: Option<OwnerRole>,
    /// In a hurry nobody has to write.
    #[serde(default)]
    pub reason: Option<String>,
    /// References of the sessions that whoever does this read before. Where a gateway holds another one under the grant
    /// by now nothing is cut: the grant goes, and what runs goes to its safe end. `None`: whatever runs.
    #[serde(default)]
    pub only: Option<Vec<String>>,
}

/// What a disconnect did.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Disconnected {
    pub grant: GrantId,
    /// Whether what ran was cut; not where somebody came in whom nobody was shown.
    pub cut: bool,
}

/// Whether a gateway holds a session under the grant that is none of these. Asked in the turn that cuts, so that
/// nothing begins in between.
pub(crate) async fn holds_unseen(desk: &mut Desk, grant: &Grant, only: Option<&[String]>) -> Result<bool, Stop> {
    let Some(only) = only else { return Ok(false) };
    let now = desk.now().0;
    let under: Vec<Session> = desk.of("grant", grant.id).await?;
    Ok(under.iter().any(|s| s.gated() && s.inside(now) && !only.contains(&s.facts.reference)))
}

/// Why a cut that would reach more than was shown is none.
pub(crate) fn unseen() -> Refusal {
    Refusal::new("R-44", "refuse-cut-unseen")
}

impl Act for Disconnect {
    const NAME: &'static str = "disconnect";
    const IN_DOUBT: bool = true;
    type Power = power::Disconnect;
    type Done = Disconnected;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.grant).await
    }

    async fn run(self, may: May<power::Disconnect>, desk: &mut Desk) -> Result<Disconnected, Stop> {
        let grant = named(desk, &self.grant).await?;
        let by = hand(desk, &may, grant.facts.site, self.role)?;
        let cut = !holds_unseen(desk, &grant, self.only.as_deref()).await?;
        // One that is over lets nobody in any more: without a cut there is nothing to do.
        if !cut && !grant.alive(desk.now().0) {
            return Err(unseen().into());
        }
        let note = said(desk, "reason", self.reason.as_ref()).await?;
        append(desk, acts::revoke(&grant, by, cut, note, desk.now())?).await?;
        if cut {
            ends_by_cut(desk, grant.facts.engagement, grant.facts.instance, may.id()?).await?;
        }
        Ok(Disconnected { grant: grant.id, cut })
    }
}
