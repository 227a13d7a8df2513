//! Somebody of the area says that a shift of repeated work may begin. What else a start is judged by is asked
//! when somebody begins; this is the one thing that only people beside the plant know.

use plantgate_domain::{base::GrantId, event::qualify::OwnerRole, permit::campaign};
use plantgate_store::{Desk, Stop};
use serde::{Deserialize, Serialize};

use super::{
    grant::{named, place},
    hand::{append, hand},
};
use crate::{
    act::Act,
    power::{self, May, Place},
};

/// Confirms one shift of a grant for repeated work, from an hour before it begins until it ends. It is good for that
/// shift alone.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmShift {
    pub grant: String,
    /// Its number, from one: a form that was left open over night confirms yesterday's, which is over.
    pub shift: u32,
    /// Your function; needed only by who has several here.
    #[serde(default)]
    pub role: Option<OwnerRole>,
}

impl Act for ConfirmShift {
    const NAME: &'static str = "confirm-shift";
    type Power = power::NameAttendant;
    type Done = GrantId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.grant).await
    }

    async fn run(self, may: May<power::NameAttendant>, desk: &mut Desk) -> Result<GrantId, Stop> {
        let grant = named(desk, &self.grant).await?;
        let by = hand(desk, &may, grant.facts.site, self.role)?;
        append(desk, campaign::confirm(&grant, self.shift, by, desk.now())?).await?;
        Ok(grant.id)
    }
}
