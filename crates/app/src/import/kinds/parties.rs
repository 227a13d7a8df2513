//! Rows about what was agreed: agreements with their clauses, engagements, scope.

use plantgate_domain::base::Why;
use plantgate_interchange::csv::{Column, Record};

use super::{Acts, REASON};
use crate::expect::{
    agreement::{ClauseText, RecordAgreement},
    engagement::DraftTheEngagement,
    scope::{ConduitNamed, ProposeScope},
};

/// One row a clause; the first three columns say of which agreement.
pub const AGREEMENTS: &[Column] = &[
    Column::must("reference"),
    Column::must("provider"),
    Column::must("name"),
    Column::must("from"),
    Column::may("until"),
    Column::may("clause"),
    Column::may("text"),
    Column::may("requirements"),
    Column::may("obligations"),
    Column::may("output"),
    Column::may("measure"),
    Column::may("testable"),
    Column::may("vague"),
    REASON,
];
pub const ENGAGEMENTS: &[Column] = &[
    Column::must("reference"),
    Column::must("provider"),
    Column::may("agreement"),
    Column::must("name"),
    Column::must("kind"),
    Column::may("phases"),
    Column::may("activities"),
    Column::must("from"),
    Column::must("until"),
    Column::may("patterns"),
    Column::may("in use before programme until"),
    Column::may("owner"),
    REASON,
];
pub const SCOPE: &[Column] = &[
    Column::must("engagement"),
    Column::must("instance"),
    Column::must("roles"),
    Column::may("conduits"),
    Column::may("from"),
    Column::may("until"),
    REASON,
];

/// An agreement from all its rows.
pub fn agreement(rows: &[Record]) -> Acts {
    let Some(r) = rows.first() else { return Ok(Vec::new()) };
    let mut clauses = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(column) = ["provider", "name", "from", "until"].into_iter().find(|c| row.get(c) != r.get(c)) {
            let why = Why::of("invalid-row-agreement-differs").with("line", r.line);
            return Err(row.wrong(column, why));
        }
        if row.get("clause").is_some() || row.get("text").is_some() {
            clauses.push(ClauseText {
                number: row.must("clause")?,
                text: row.must("text")?,
                requirements: row.names("requirements").unwrap_or_default(),
                obligations: row.names("obligations").unwrap_or_default(),
                output: row.get("output").map(str::to_owned),
                measure: row.get("measure").map(str::to_owned),
                testable: row.yes("testable")?.unwrap_or(false),
                vague: row.yes("vague")?.unwrap_or(false),
            });
        }
    }
    let agreement = RecordAgreement {
        reference: Some(r.must("reference")?),
        provider: r.must("provider")?,
        name: r.must("name")?,
        from: r.must_be("from")?,
        until: r.may("until")?,
        clauses,
    };
    Ok(vec![agreement.into()])
}

pub fn engagement(r: &Record) -> Acts {
    let engagement = DraftTheEngagement {
        reference: Some(r.must("reference")?),
        provider: r.must("provider")?,
        agreement: r.get("agreement").map(str::to_owned),
        name: r.must("name")?,
        kind: r.must_be("kind")?,
        phases: r.list("phases")?.unwrap_or_default(),
        activities: r.list("activities")?.unwrap_or_default(),
        from: r.must_be("from")?,
        until: r.must_be("until")?,
        patterns: r.list("patterns")?,
        in_use_before_programme_until: r.may("in use before programme until")?,
        owner: r.get("owner").map(str::to_owned),
    };
    Ok(vec![engagement.into()])
}

/// What an engagement may touch, as a proposal; approving it is for another person.
pub fn scope(r: &Record) -> Acts {
    let mut conduits = Vec::new();
    for name in r.names("conduits").unwrap_or_default() {
        // A way over several zones names them in a row: BZ5–BZ4–BZ7.
        let zones: Vec<&str> = name.split(['–', '>']).map(str::trim).collect();
        for pair in zones.windows(2) {
            if let [a, b] = pair {
                conduits.push(ConduitNamed { a: (*a).to_owned(), b: (*b).to_owned() });
            }
        }
        if zones.len() < 2 {
            return Err(r.wrong("conduits", Why::of("invalid-row-way").with("name", name)));
        }
    }
    let item = ProposeScope {
        engagement: r.must("engagement")?,
        instance: r.must("instance")?,
        roles: r.list("roles")?.unwrap_or_default(),
        conduits,
        from: r.may("from")?,
        until: r.may("until")?,
    };
    Ok(vec![item.into()])
}
