//! Size L of what providers have shown: providers with every requirement of the catalogue asked and graded, both
//! facets, made by the writer as any entries are. Posture, pages and the list that time alone changes are measured on
//! it.

use std::time::Instant;

use plantgate_app::{
    qualify::posture::posture,
    read::{Memory, Query},
};
use plantgate_domain::{
    base::{Actor, Day, EngagementId, Grade, ItemId, Kind, Party, ProviderId, RequestId},
    event::{
        expect::{EngagementEvent, EngagementFacts, ProviderEvent, ProviderFacts, ScopeNamed, TierSet},
        qualify::{Basis, ClauseRef, Facet, RequestEvent, RequestGraded, RequestSent},
    },
    expect::{agreement::Agreement, engagement::Engagement, site::Site},
};
use plantgate_store::writer::{Ctx, Run};
use plantgate_testkit::{demo::Demo, world::World, world::request};
use serde_json::json;

use super::{page, rate, spread};

/// What all generated providers are like: the engagement of story A-25 under other names.
#[derive(Clone)]
pub struct Mould {
    engagement: Engagement,
    site: Site,
    agreement: Agreement,
    requirements: Vec<String>,
}

impl Mould {
    async fn of(demo: &Demo) -> Mould {
        let mut look = demo.world.app.store().look().await.unwrap();
        let on = look.named(Kind::Engagement, "E-025").await.unwrap().unwrap();
        let engagement: Engagement = look.get(EngagementId(on.id)).await.unwrap();
        let site = look.get(engagement.sites()[0]).await.unwrap();
        let agreement = look.get(engagement.facts.agreement.unwrap()).await.unwrap();
        // As many as the catalogue has, by area; only their number matters here.
        let requirements = (0..123).map(|r| format!("SP.{:02}.{:02} BR", r / 11 + 1, r % 11 + 1)).collect();
        Mould { engagement, site, agreement, requirements }
    }

    /// One provider with its engagement and, by area of ten requirements and by facet, a request that was graded. Of
    /// every tenth provider one request was never answered: its standing turns with the clock.
    fn provider(self, n: usize) -> Run {
        Box::new(move |desk| {
            let m = self.clone();
            Box::pin(async move {
                let (provider, engagement) = (ProviderId(desk.new_id()), EngagementId(desk.new_id()));
                let facts = ProviderFacts::new(&format!("L-{n:04}"), &format!("Firm {n}"), "DE");
                desk.append(provider, ProviderEvent::Registered(facts)).await?;
                let (reference, name) = (format!("LE-{n:04}"), format!("Care {n}"));
                let facts = EngagementFacts { provider, reference, name, ..m.engagement.facts.clone() };
                desk.append(engagement, EngagementEvent::Drafted(facts)).await?;
                let item = m.engagement.scope[0].item.clone();
                let scope = ScopeNamed { instance: item.instance };
                desk.append(engagement, EngagementEvent::ScopeProposed(item)).await?;
                desk.append(engagement, EngagementEvent::ScopeApproved(scope)).await?;
                let tier = m.engagement.tier(m.site.id).unwrap();
                let set = TierSet {
                    site: m.site.id,
                    tier: tier.tier,
                    provisional: false,
                    because: Vec::new(),
                    rules_version: 1,
                    transition_until: None,
                };
                desk.append(engagement, EngagementEvent::TierSet(set)).await?;
                for (part, requirements) in m.requirements.chunks(10).enumerate() {
                    for facet in [Facet::Says, Facet::Does] {
                        let (id, item) = (RequestId(desk.new_id()), ItemId(desk.new_id()));
                        let sent = m.sent(n, part, facet, requirements, (engagement, provider));
                        desk.append(id, RequestEvent::Sent(sent)).await?;
                        let silent = n.is_multiple_of(10) && part == 0 && facet == Facet::Says;
                        if !silent {
                            let grade = [Grade::Strong, Grade::Adequate][(n + part) % 2];
                            let graded = RequestGraded { item, grade, valid_until: None };
                            desk.append(id, RequestEvent::Graded(graded)).await?;
                        }
                    }
                }
                Ok(json!({}))
            })
        })
    }

    fn sent(
        &self,
        n: usize,
        part: usize,
        facet: Facet,
        requirements: &[String],
        of: (EngagementId, ProviderId),
    ) -> RequestSent {
        let agreement = self.agreement.id;
        RequestSent {
            reference: format!("LR-{n:04}-{part}-{facet}"),
            obligation: None,
            key: format!("large-{part}-{facet}"),
            engagement: of.0,
            provider: of.1,
            site: self.site.id,
            requirements: requirements.to_vec(),
            facet,
            period: "2026".to_owned(),
            due: Day::new(2026, 11, 20).unwrap(),
            zone: self.site.facts.zone.clone(),
            tier: self.engagement.tier(self.site.id).unwrap().tier,
            mandatory: true,
            party: Party::Provider,
            basis: Basis::Clause(ClauseRef { agreement, number: "6.2".to_owned() }),
            earlier_accepted: None,
            counts_from: None,
        }
    }
}

/// So many providers, each with what it has shown.
pub async fn made(demo: &Demo, providers: usize) -> Mould {
    let mould = Mould::of(demo).await;
    for p in 0..providers {
        let ctx = Ctx { actor: Actor::Genesis, request: request(), auth: None };
        demo.world.app.store().act(ctx, p.to_be_bytes().to_vec(), false, mould.clone().provider(p)).await.unwrap();
    }
    mould
}

/// Makes the plant and measures.
pub async fn large(providers: usize, n: usize) {
    let demo = Demo::on(World::sqlite().await).await;
    let begun = Instant::now();
    let mould = made(&demo, providers).await;
    let size = demo.world.app.store().look().await.unwrap().size();
    rate(&format!("{providers} providers made, {size} entries"), providers, begun.elapsed());
    let mut look = demo.world.app.store().look().await.unwrap();
    let now = look.now();
    let begun = Instant::now();
    let cells = posture(&mut look, None, now).await.unwrap();
    println!(
        "posture of {providers} providers × {} requirements out of the database: {} cells in {:.2} s",
        mould.requirements.len(),
        cells.len(),
        begun.elapsed().as_secs_f64()
    );
    drop(look);
    let ours = demo.sign_in("m.okafor").await;
    for path in ["/providers", "/providers?sort=name", "/providers?sort=SP.09", "/providers/L-0001", "/today"] {
        page(&ours, path, n).await;
    }
    boundary(&demo, n).await;
}

/// The list that time alone changes, one microsecond before the boundary and at it.
async fn boundary(demo: &Demo, n: usize) {
    let mut look = demo.world.app.store().look().await.unwrap();
    let sql = "select max(from_at) from span where name = 'standing' and word = 'restricted'";
    let turns = look.tx().one(sql, &[]).await.unwrap().unwrap().int(0).unwrap();
    drop(look);
    for micros in [turns - 1, turns] {
        let instant = plantgate_domain::base::Instant::from_micros(micros);
        let (mut all, mut found) = (Vec::new(), 0);
        for _ in 0..n {
            let begun = Instant::now();
            let mut look = demo.world.app.store().look().await.unwrap();
            look.at(instant);
            let mut q = Query::new(Kind::Engagement, demo.person("m.okafor"), 50);
            q.line = Some(("standing", "restricted".to_owned()));
            found = look.page(&q).await.unwrap().total;
            all.push(begun.elapsed());
        }
        spread(&format!("list standing = Restricted at {instant}: {found}"), all);
    }
}
