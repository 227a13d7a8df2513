//! The catalogue's files, by language and page; included, so that a build has all its words or does not build.

pub const EN: &[&str] = &[
    include_str!("en/common.ftl"),
    include_str!("en/time.ftl"),
    include_str!("en/shell.ftl"),
    include_str!("en/words.ftl"),
    include_str!("en/entry.ftl"),
    include_str!("en/today.ftl"),
    include_str!("en/providers.ftl"),
    include_str!("en/engagement.ftl"),
    include_str!("en/systems.ftl"),
    include_str!("en/evidence.ftl"),
    include_str!("en/access.ftl"),
    include_str!("en/grants.ftl"),
    include_str!("en/now.ftl"),
    include_str!("en/findings.ftl"),
    include_str!("en/history.ftl"),
    include_str!("en/admin.ftl"),
    include_str!("en/trouble.ftl"),
    include_str!("en/portal.ftl"),
    include_str!("en/rules.ftl"),
    include_str!("en/says-checks.ftl"),
    include_str!("en/says-help.ftl"),
    include_str!("en/says-refuse.ftl"),
    include_str!("en/says-owed.ftl"),
    include_str!("en/says-words.ftl"),
];
/// Complete: a test holds it to the other complete language.
pub const DE: &[&str] = &[
    include_str!("de/common.ftl"),
    include_str!("de/time.ftl"),
    include_str!("de/shell.ftl"),
    include_str!("de/words.ftl"),
    include_str!("de/entry.ftl"),
    include_str!("de/today.ftl"),
    include_str!("de/providers.ftl"),
    include_str!("de/engagement.ftl"),
    include_str!("de/systems.ftl"),
    include_str!("de/evidence.ftl"),
    include_str!("de/access.ftl"),
    include_str!("de/grants.ftl"),
    include_str!("de/now.ftl"),
    include_str!("de/findings.ftl"),
    include_str!("de/history.ftl"),
    include_str!("de/admin.ftl"),
    include_str!("de/trouble.ftl"),
    include_str!("de/portal.ftl"),
    include_str!("de/rules.ftl"),
    include_str!("de/says-checks.ftl"),
    include_str!("de/says-help.ftl"),
    include_str!("de/says-refuse.ftl"),
    include_str!("de/says-owed.ftl"),
    include_str!("de/says-words.ftl"),
];
/// Partial: what is missing falls back to English, and pages say so.
pub const ES: &[&str] = &[include_str!("es.ftl")];
pub const FR: &[&str] = &[include_str!("fr.ftl")];
pub const ZH: &[&str] = &[include_str!("zh.ftl")];
