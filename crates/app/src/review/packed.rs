//! Packs that were made: the entry that says so, the list of them, and the wish that makes the same one again. A pack
//! is not kept: from the same signed head with the same wish come the same bytes, and the recorded digest proves it.

use plantgate_domain::{
    base::{Actor, Instant, Kind, PersonId, Private, Text, Why},
    event::{
        Event,
        expect::{OrganisationEvent, PackMade},
    },
};
use plantgate_store::{Desk, Stop, look::Look, memory::Memory, receipt::receipt_of};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::pack::{AT_SITE, Disclose, Made, OF_ENGAGEMENT, Wish};
use crate::{
    act::Act,
    names,
    power::{MakePack, May, Place},
};

/// A pack as its entry tells it.
#[derive(Clone, PartialEq, Debug)]
pub struct Packed {
    /// Index of the entry that records it.
    pub entry: u64,
    pub at: Instant,
    pub by: Actor,
    pub made: PackMade,
}

impl Packed {
    /// For whom and what for; `None` when it was erased.
    pub async fn reason(&self, look: &mut Look) -> Result<Option<String>, Stop> {
        let reason: &Private<Text> = &self.made.reason;
        look.open_private(reason).await
    }

    /// The wish and the language that make the same pack again; `None` of those whose entry does not say them.
    pub fn wish(&self) -> Option<(Wish, String)> {
        let said = self.made.wish.as_ref()?;
        let mut wish = Wish {
            range: self.made.range,
            size: Some(self.made.size),
            disclose: Disclose::of(&said.disclose)?,
            evidence: said.evidence,
            ..Wish::default()
        };
        for about in &self.made.about {
            let (word, name) = about.split_once(' ')?;
            let name = name.to_owned();
            match word {
                "provider" => wish.providers.push(name),
                OF_ENGAGEMENT => wish.engagements.push(name),
                AT_SITE => wish.sites.push(name),
                kind => wish.objects.push((kind.parse::<Kind>().ok()?, name)),
            }
        }
        Some((wish, said.language.clone()))
    }
}

/// All packs that were made, the newest first.
pub async fn packs(look: &mut Look) -> Result<Vec<Packed>, Stop> {
    let organisation = look.organisation().await?.ok_or(Stop::NotFound)?;
    let mut all = Vec::new();
    for (read, _) in look.entries(organisation.id.into()).await? {
        if let Event::Organisation(OrganisationEvent::PackMade(made)) = read.event {
            all.push(Packed { entry: read.at.seq, at: read.at.at, by: read.at.by, made });
        }
    }
    all.reverse();
    Ok(all)
}

/// The pack that this person's request recorded, if it did.
pub async fn recorded(look: &mut Look, me: PersonId, request: Uuid) -> Result<Option<Packed>, Stop> {
    let Some((_, receipt)) = receipt_of(look.tx(), request).await? else { return Ok(None) };
    let mine = |p: &Packed| p.entry == receipt.first && p.by == Actor::Person(me);
    Ok(packs(look).await?.into_iter().find(mine))
}

/// Records that a pack was made; whoever made it hands it out only after this stands. Not an act by name: no door
/// takes it from outside, or packs could be recorded that nobody made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordPack {
    pub made: Made,
    /// For whom and what for.
    pub reason: String,
}

impl Act for RecordPack {
    const NAME: &'static str = "record-pack";
    const STEP_UP: bool = true;
    type Power = MakePack;
    type Done = Made;

    async fn place(&self, _desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::anywhere())
    }

    async fn run(self, _may: May<MakePack>, desk: &mut Desk) -> Result<Made, Stop> {
        let reason = desk.seal(&purpose(&self.reason)?)?;
        let m = self.made.clone();
        let event = PackMade {
            sha256: m.sha256,
            size: m.size,
            range: m.range,
            entries: m.entries,
            disclosed: m.disclosed,
            evidence: m.evidence,
            about: m.about,
            reason,
            wish: Some(m.wish),
        };
        let organisation = desk.organisation().await?.ok_or(Stop::NotFound)?;
        desk.append(organisation.id, OrganisationEvent::PackMade(event)).await?;
        Ok(self.made)
    }
}

/// For whom and what for: asked before a pack is made, so that nobody waits for one that is then refused.
pub fn purpose(text: &str) -> Result<String, Stop> {
    names::text(4_000, "reason", text)
}

/// The same pack again, or nothing: another file under a recorded digest would be a second truth.
pub fn same(made: &Made, recorded: &str) -> Result<(), Stop> {
    if made.sha256 == recorded { Ok(()) } else { Err(Stop::field("pack", Why::of("invalid-pack-other"))) }
}
