//! Evidence is delivered, judged and, when it was sent wrongly, put away. What was delivered never changes; a
//! grade is never better than the facts allow.

use plantgate_domain::{
    base::{Day, Grade, Instant, ItemId, Kind, PersonId, ProviderId, Ref, RequestId, Why},
    event::qualify::{
        ItemDelivered, ItemEvent, ItemReviewed, Judged, Outcome, Period, Quarantined, RequestAnswered, RequestEvent,
        RequestGraded, RequestReturned, Weighs,
    },
    qualify::{
        due, grade,
        item::{Item, may_deliver},
        obligation::Obligation,
        person::{Person, second},
        request::Request,
    },
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use super::request;
use crate::{
    act::Act,
    names,
    power::{AnswerDuties, JudgeEvidence, May, Place, Power},
};

/// Answers a request with a file whose bytes the door has stored.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliverEvidence {
    pub request: String,
    /// Reference such as `EV-0099`; absent: the next of ours.
    #[serde(default)]
    pub reference: Option<String>,
    pub file_name: String,
    /// Media type such as `text/csv`.
    pub media: String,
    /// SHA-256 of the bytes, 64 hexadecimal digits.
    pub sha256: String,
    pub bytes: u64,
    /// First and last day it covers.
    #[serde(default)]
    pub covers: Option<Period>,
}

/// What was delivered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Delivered {
    pub id: ItemId,
    pub reference: String,
    pub request: RequestId,
}

impl Act for DeliverEvidence {
    const NAME: &'static str = "deliver-evidence";
    type Power = AnswerDuties;
    type Done = Delivered;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(request::whose(&request::named(desk, &self.request).await?))
    }

    async fn run(self, may: May<AnswerDuties>, desk: &mut Desk) -> Result<Delivered, Stop> {
        let asked = request::named(desk, &self.request).await?;
        asked.may_answer()?;
        may_deliver(&self.sha256, self.bytes, &self.media)?;
        is_here(desk, &self.sha256, self.bytes, asked.facts.provider).await?;
        let file_name = names::text(255, "file_name", &self.file_name)?;
        let reference = names::fresh_reference(desk, Kind::Item, self.reference.as_deref()).await?;
        let delivered = ItemDelivered {
            reference: reference.clone(),
            request: Some(asked.id),
            engagement: asked.facts.engagement,
            provider: asked.facts.provider,
            site: asked.facts.site,
            facet: asked.facts.facet,
            requirements: asked.facts.requirements.clone(),
            sha256: self.sha256,
            bytes: self.bytes,
            media: self.media,
            file_name: desk.seal(&file_name)?,
            covers: self.covers,
            delivered_by: may.id()?,
        };
        let id = ItemId(desk.new_id());
        desk.append(id, ItemEvent::Delivered(delivered)).await?;
        desk.append(asked.id, RequestEvent::Answered(RequestAnswered { item: id })).await?;
        Ok(Delivered { id, reference, request: asked.id })
    }
}

/// An entry never names bytes that nobody has: they are here before it is written, whole.
pub async fn is_here(desk: &mut Desk, sha256: &str, bytes: u64, provider: ProviderId) -> Result<(), Stop> {
    let missing = || Stop::field("sha256", Why::of("invalid-upload-missing"));
    // Somebody else's file and no file are the same answer: a digest is no key.
    let Some(taken) = desk.uploaded(sha256, provider).await? else { return Err(missing()) };
    match desk.blobs().stands(sha256, taken).await? {
        Some(there) if there == bytes => Ok(()),
        Some(there) => Err(Stop::field("bytes", Why::of("invalid-upload-bytes").with("bytes", there))),
        None => Err(missing()),
    }
}

/// How one criterion came out.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CriterionJudged {
    pub criterion: String,
    pub outcome: Outcome,
    /// Our own record that confirms it.
    #[serde(default)]
    pub proof: Option<Ref>,
}

/// Judges an item that answers a request: a grade, or none to return it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewEvidence {
    pub item: String,
    /// Version the form was made from.
    #[serde(default)]
    pub version: Option<u64>,
    #[serde(default)]
    pub judged: Vec<CriterionJudged>,
    /// Absent: returned; the note says why and the due day stands.
    #[serde(default)]
    pub grade: Option<Grade>,
    #[serde(default)]
    pub note: Option<String>,
    /// Whether the provider reads the note; of a return it always does.
    #[serde(default)]
    pub note_shared: bool,
    /// Last day it holds; absent: until its successor is due.
    #[serde(default)]
    pub valid_until: Option<Day>,
}

impl Act for ReviewEvidence {
    const NAME: &'static str = "review-evidence";
    type Power = JudgeEvidence;
    type Done = ItemId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(named(desk, &self.item).await?.facts.site))
    }

    async fn run(self, _may: May<JudgeEvidence>, desk: &mut Desk) -> Result<ItemId, Stop> {
        let id: ItemId = names::resolve(desk, Kind::Item, &self.item, "item").await?;
        let item: Item = desk.seen(id, self.version).await?;
        item.may_review()?;
        let Some(asked) = item.facts.request else {
            return Err(Stop::field("item", Why::of("invalid-item-not-asked")));
        };
        let asked: Request = desk.get(asked).await?;
        let rules = desk.rules();
        let criteria = rules.tiers.row(&asked.facts.key).map(|row| row.criteria.clone()).unwrap_or_default();
        let mut judged = Vec::with_capacity(self.judged.len());
        for j in &self.judged {
            proven(desk, &asked, j.proof).await?;
            let weighs = criteria.iter().find(|c| c.key == j.criterion).map_or(Weighs::Want, |c| c.weighs);
            judged.push(Judged { criterion: j.criterion.clone(), weighs, outcome: j.outcome, proof: j.proof });
        }
        let grade = grade::review(&criteria, &judged, self.grade, &rules)?;
        let note = match &self.note {
            Some(note) => Some(desk.seal(&names::text(4_000, "note", note)?)?),
            None => None,
        };
        let valid_until = match grade {
            Some(_) => self.holds_until(desk, &asked).await?,
            None => None,
        };
        let outcome = match (grade, &note) {
            (Some(grade), _) => RequestEvent::Graded(RequestGraded { item: id, grade, valid_until }),
            (None, Some(reason)) => RequestEvent::Returned(RequestReturned { item: id, reason: reason.clone() }),
            (None, None) => return Err(Stop::field("note", Why::of("invalid-return-note"))),
        };
        let note_shared = self.note_shared || grade.is_none();
        let review = ItemReviewed { judged, grade, note, note_shared, valid_until, rules_version: rules.version };
        desk.append(id, ItemEvent::Reviewed(review)).await?;
        desk.append(asked.id, outcome).await?;
        Ok(id)
    }
}

impl ReviewEvidence {
    /// The day the reviewer chose, else when the successor is due.
    async fn holds_until(&self, desk: &mut Desk, asked: &Request) -> Result<Option<Instant>, Stop> {
        let zone = &asked.facts.zone;
        if let Some(day) = self.valid_until {
            let end = zone.end_of(day);
            if end <= desk.now().0 {
                return Err(Stop::field("valid_until", Why::of("invalid-day-passed-or-none")));
            }
            return Ok(Some(end));
        }
        let obligation: Option<Obligation> = match asked.facts.obligation {
            Some(id) => desk.find(id).await?,
            None => None,
        };
        let period = due::period(&asked.facts.period).ok();
        let rules = desk.rules();
        Ok(obligation.zip(period).and_then(|(o, p)| due::holds_until(&p, o.facts.frequency, zone, &rules)))
    }
}

/// A record of our own that is named as proof exists and is about this engagement.
async fn proven(desk: &mut Desk, asked: &Request, proof: Option<Ref>) -> Result<(), Stop> {
    let Some(proof) = proof else { return Ok(()) };
    let ours = desk.proofs(asked.facts.engagement).await?;
    if ours.iter().any(|p| p.source == proof) {
        return Ok(());
    }
    Err(Stop::field("judged.proof", Why::of("invalid-proof-not-ours")))
}

/// Puts an item away that should never have been sent. Hash and reason remain, and that there was an answer.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuarantineItem {
    pub item: String,
    pub reason: String,
    /// The second person.
    pub second: String,
}

impl Act for QuarantineItem {
    const NAME: &'static str = "quarantine-item";
    type Power = JudgeEvidence;
    type Done = ItemId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(named(desk, &self.item).await?.facts.site))
    }

    async fn run(self, may: May<JudgeEvidence>, desk: &mut Desk) -> Result<ItemId, Stop> {
        let item = named(desk, &self.item).await?;
        let other: PersonId = names::resolve(desk, Kind::Person, &self.second, "second").await?;
        let other: Person = desk.get(other).await?;
        let rules = desk.rules();
        second(may.id()?, &other, JudgeEvidence::KEY, &[item.facts.site], desk.now(), &rules)?;
        if !item.quarantined {
            let reason = desk.seal(&names::text(2_000, "reason", &self.reason)?)?;
            desk.append(item.id, ItemEvent::Quarantined(Quarantined { reason, second: other.id })).await?;
        }
        Ok(item.id)
    }
}

async fn named(desk: &mut Desk, name: &str) -> Result<Item, Stop> {
    let id: ItemId = names::resolve(desk, Kind::Item, name, "item").await?;
    desk.get(id).await
}
