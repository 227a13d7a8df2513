//! Who outside vouches for the record: whom the record names, up to where they vouched, our own key to give them, and
//! the form that names others.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Act, Stop,
    expect::witnesses::NameCosigners,
    power::{could, roles},
    read::{
        Memory,
        witnesses::{self, Policy, fingerprint},
    },
};
use plantgate_domain::{
    base::{Kind, SiteId},
    expect::organisation::Organisation,
};

use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        routes::Routes,
        visit::Visit,
    },
    page::admin::{CosignerRow, CosignersPage, WitnessedHead},
    render,
    view::Form,
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/admin/cosigners", show).act("/admin/cosigners", name)
}

async fn show(visit: Visit) -> Result<Response, Trouble> {
    let page = page(visit.ours()?.at("admin"), None).await?;
    Ok(render::page(StatusCode::OK, &page))
}

/// What the record names stands in the form at first; what was typed, when something is wrong with it.
async fn page(mut visit: Visit, form: Option<Form>) -> Result<CosignersPage, Trouble> {
    let organisation = visit.look.every(Kind::Organisation).await?.into_iter().next().ok_or(Stop::NotFound)?;
    let organisation = Organisation::try_from(organisation.thing)?;
    let keyring = visit.state.app.store().keyring();
    let policy = Policy::of(Some(&organisation), keyring);
    let key = policy.key(keyring)?;
    let witnessed = witnesses::newest(visit.look.tx(), &policy).await?;
    let rows = witnesses::stand(visit.look.tx(), &policy).await?;
    let signed = witnesses::signed(visit.look.tx()).await?;
    let row =
        |s: &witnesses::Stands| CosignerRow { name: s.key.name().to_owned(), size: s.size, print: fingerprint(&s.key) };
    let named = organisation.cosigners;
    let form = form.unwrap_or_else(|| {
        let keys = ("keys".to_owned(), named.keys.join("\n"));
        Form::of([keys, ("quorum".to_owned(), named.quorum.to_string())])
    });
    let rules = visit.look.rules();
    let sites: Vec<SiteId> = visit.look.every_with_id(Kind::Site).await?.iter().map(|(on, _)| SiteId(on.id)).collect();
    let who: Vec<String> =
        roles(NameCosigners::NAME, &rules).iter().map(|r| visit.ui.word("power", r).to_string()).collect();
    Ok(CosignersPage {
        signed,
        witnessed: witnessed.map(|w| WitnessedHead { size: w.size, names: w.by.join(", "), at: w.at }),
        quorum: u64::from(named.quorum),
        rows: rows.iter().map(row).collect(),
        log: key.verifier().to_string(),
        print: fingerprint(key.verifier()),
        may: could(&visit.who.person, NameCosigners::NAME, &sites, &rules),
        who: who.join(", "),
        form,
        ui: visit.ui,
    })
}

/// The act that a form holds: a key a line.
fn act(fields: &Fields) -> NameCosigners {
    let text = fields.text("keys");
    let keys = text.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect();
    // What is no number is more than there are; the act says which it takes.
    let quorum = fields.text("quorum").parse().unwrap_or(u32::MAX);
    NameCosigners { keys, quorum, reason: fields.text("reason") }
}

async fn name(visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    let visit = visit.ours()?.at("admin");
    match visit.state.app.act(visit.caller(), fields.request()?, act(&fields)).await {
        Ok(answer) => Ok(done("/admin/cosigners", "cosigners-named", answer.entry).into_response()),
        Err(stop) => {
            let form = fields.wrong(stop, &visit.ui.r)?;
            let page = page(visit, Some(form)).await?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}
