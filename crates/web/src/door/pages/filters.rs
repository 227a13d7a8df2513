//! Filters that every list of ours has: site and provider, as links with how many there would be.

use plantgate_app::{
    Stop, names,
    read::{Memory, Query},
};
use plantgate_domain::{base::Kind, expect::site::Site};

use crate::{
    door::{listing::Asked, visit::Visit},
    view::{Chip, Choice},
};

/// Sets site and provider of a query from the URL; a name that means nothing here is a list without rows.
pub async fn place(visit: &mut Visit, asked: &Asked, q: &mut Query) -> Result<(), Stop> {
    for (name, kind) in [("site", Kind::Site), ("provider", Kind::Provider)] {
        let Some(given) = asked.get(name) else { continue };
        let found = names::find(&mut visit.look, kind, given).await?;
        let id = Some(found.map_or_else(uuid::Uuid::nil, |on| on.id));
        match kind {
            Kind::Site => q.site = id,
            _ => q.provider = id,
        }
    }
    Ok(())
}

/// Sites as chips, and the provider that is chosen so that it can be taken away.
pub async fn chips(visit: &mut Visit, asked: &Asked, q: &Query) -> Result<Vec<Vec<Chip>>, Stop> {
    let mut sites = Vec::new();
    for kept in visit.look.every(Kind::Site).await? {
        let site = Site::try_from(kept.thing)?;
        let mut one = q.clone();
        (one.site, one.after) = (Some(site.id.0), None);
        let count = visit.look.count(&one).await?;
        sites.push(asked.chip("site", Some(&site.facts.reference), &site.facts.name, count));
    }
    let mut groups = vec![sites];
    if let Some(provider) = asked.get("provider") {
        let count = visit.look.count(q).await?;
        groups.push(vec![asked.chip("provider", Some(provider), provider, count)]);
    }
    Ok(groups)
}

/// Sites as a filter with many words.
pub async fn sites(visit: &mut Visit) -> Result<Vec<Choice>, Stop> {
    let mut all = vec![Choice::new("", visit.ui.t("register-any-site").to_string())];
    for kept in visit.look.every(Kind::Site).await? {
        let site = Site::try_from(kept.thing)?;
        all.push(Choice::new(site.facts.reference, site.facts.name));
    }
    Ok(all)
}
