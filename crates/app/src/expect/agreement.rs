//! What was agreed with a provider is recorded and signed. Only testable, signed clauses in force bind, so a
//! signature gives the obligations of its engagements their clause.

use plantgate_domain::{
    base::{AgreementId, Day, EngagementId, Kind, ProviderId, SignMeaning, Why},
    event::expect::{AgreementEvent, AgreementFacts, AgreementSigned, Clause},
    expect::{agreement::Agreement, engagement::Engagement},
};
use plantgate_store::{Desk, Stop, desk::Under, memory::Memory};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    names,
    power::{DraftAgreement, May, Place, SignAgreement},
    qualify::derive,
    registered::{Registered, kept, kept_maybe},
    sign::Wants,
};

/// Records an agreement with its clauses, or revises the one with that reference. A revision takes its signature away.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordAgreement {
    /// Reference such as `MSA-0071`; absent: the next of ours.
    #[serde(default)]
    pub reference: Option<String>,
    pub provider: String,
    pub name: String,
    pub from: Day,
    /// Last day in force; absent: until ended.
    #[serde(default)]
    pub until: Option<Day>,
    #[serde(default)]
    pub clauses: Vec<ClauseText>,
}

/// One clause as people wrote it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClauseText {
    /// Number in the contract, for instance `6.2`.
    pub number: String,
    pub text: String,
    #[serde(default)]
    pub requirements: Vec<String>,
    /// Keys of obligations it is the basis of, such as `user-list`.
    #[serde(default)]
    pub obligations: Vec<String>,
    /// What must come out.
    #[serde(default)]
    pub output: Option<String>,
    /// How it is measured.
    #[serde(default)]
    pub measure: Option<String>,
    /// Somebody attests that output or measure has criteria.
    #[serde(default)]
    pub testable: bool,
    /// An unresolved vague word was found.
    #[serde(default)]
    pub vague: bool,
}

impl Act for RecordAgreement {
    const NAME: &'static str = "record-agreement";
    type Power = DraftAgreement;
    type Done = Registered<AgreementId>;

    async fn place(&self, _desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::anywhere())
    }

    async fn run(self, _may: May<DraftAgreement>, desk: &mut Desk) -> Result<Self::Done, Stop> {
        let provider: ProviderId = names::resolve(desk, Kind::Provider, &self.provider, "provider").await?;
        let reference = names::reference(desk, Kind::Agreement, self.reference.as_deref()).await?;
        let stands: Option<Agreement> = names::named(desk, &reference).await?;
        if stands.as_ref().is_some_and(|a| a.facts.provider != provider) {
            let why = Why::of("invalid-agreement-others").with("reference", reference);
            return Err(Stop::field("reference", why));
        }
        if self.until.is_some_and(|until| until < self.from) {
            return Err(Stop::field("until", Why::of("invalid-days-order")));
        }
        let old = stands.as_ref().map(|a| a.facts.clauses.as_slice()).unwrap_or_default();
        let facts = AgreementFacts {
            provider,
            reference: reference.clone(),
            name: names::text(200, "name", &self.name)?,
            from: self.from,
            until: self.until,
            clauses: clauses(desk, old, &self.clauses).await?,
        };
        match stands {
            None => {
                let id = AgreementId(desk.new_id());
                desk.append(id, AgreementEvent::Drafted(facts)).await?;
                Ok(Registered::new(id, reference))
            }
            Some(stands) if stands.facts == facts => Ok(Registered::unchanged(stands.id, reference)),
            Some(stands) => {
                desk.append(stands.id, AgreementEvent::Revised(facts)).await?;
                follow(desk, stands.id).await?;
                Ok(Registered::changed(stands.id, reference))
            }
        }
    }
}

async fn clauses(desk: &mut Desk, old: &[Clause], texts: &[ClauseText]) -> Result<Vec<Clause>, Stop> {
    let mut out: Vec<Clause> = Vec::with_capacity(texts.len());
    for t in texts {
        let number = names::text(20, "clauses.number", &t.number)?;
        if out.iter().any(|c| c.number == number) {
            return Err(Stop::field("clauses.number", Why::of("invalid-clause-twice").with("number", number)));
        }
        if let Some(key) = t.obligations.iter().find(|key| desk.rules().tiers.row(key).is_none()) {
            let why = Why::of("invalid-obligation-unknown").with("key", key);
            return Err(Stop::field("clauses.obligations", why));
        }
        let stood = old.iter().find(|c| c.number == number);
        let text = names::text(4_000, "clauses.text", &t.text)?;
        out.push(Clause {
            number,
            text: kept(desk, stood.map(|c| &c.text), &text).await?,
            requirements: t.requirements.clone(),
            obligations: t.obligations.clone(),
            output: kept_maybe(desk, stood.and_then(|c| c.output.as_ref()), t.output.as_deref()).await?,
            measure: kept_maybe(desk, stood.and_then(|c| c.measure.as_ref()), t.measure.as_deref()).await?,
            testable: t.testable,
            vague: t.vague,
        });
    }
    Ok(out)
}

/// Both sides signed these very words.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignTheAgreement {
    pub agreement: String,
    pub day: Day,
}

impl Act for SignTheAgreement {
    const NAME: &'static str = "sign-agreement";
    const SIGNS: bool = true;
    type Power = SignAgreement;
    type Done = AgreementId;

    async fn place(&self, _desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::anywhere())
    }

    async fn signs(&self, _may: &May<SignAgreement>, desk: &mut Desk) -> Result<Option<Wants>, Stop> {
        let id: AgreementId = names::resolve(desk, Kind::Agreement, &self.agreement, "agreement").await?;
        Ok(Some(Wants { meaning: SignMeaning::Agreement, under: Under::Stands(id.into()) }))
    }

    async fn run(self, _may: May<SignAgreement>, desk: &mut Desk) -> Result<AgreementId, Stop> {
        let id: AgreementId = names::resolve(desk, Kind::Agreement, &self.agreement, "agreement").await?;
        let agreement: Agreement = desk.get(id).await?;
        if agreement.signed != Some(self.day) {
            desk.append(id, AgreementEvent::Signed(AgreementSigned { day: self.day })).await?;
            follow(desk, id).await?;
        }
        Ok(id)
    }
}

/// What engagements under it owe rests on its clauses.
async fn follow(desk: &mut Desk, agreement: AgreementId) -> Result<(), Stop> {
    let under: Vec<Engagement> = desk.of("agreement", agreement).await?;
    let at: Vec<(EngagementId, _)> =
        under.iter().flat_map(|e| e.tiers.iter().map(|t| (e.id, t.site)).collect::<Vec<_>>()).collect();
    for (engagement, site) in at {
        derive::derive_obligations(desk, engagement, site).await?;
    }
    Ok(())
}
