//! Rules that hold on every page: the policy allows nothing inline, colours live in one file, drawings are silent or
//! named, labels belong to fields, ids are unique, headings skip no level.

use std::collections::HashSet;

use crate::pages;

const STYLES: &[(&str, &str)] = &[
    ("base", include_str!("../../assets/css/base.css")),
    ("shell", include_str!("../../assets/css/shell.css")),
    ("object", include_str!("../../assets/css/object.css")),
    ("acts", include_str!("../../assets/css/acts.css")),
    ("words", include_str!("../../assets/css/words.css")),
    ("why", include_str!("../../assets/css/why.css")),
    ("tables", include_str!("../../assets/css/tables.css")),
    ("lanes", include_str!("../../assets/css/lanes.css")),
    ("forms", include_str!("../../assets/css/forms.css")),
    ("tasks", include_str!("../../assets/css/tasks.css")),
    ("review", include_str!("../../assets/css/review.css")),
    ("extra", include_str!("../../assets/css/extra.css")),
    ("term", include_str!("../../assets/css/term.css")),
    ("narrow", include_str!("../../assets/css/narrow.css")),
    ("media", include_str!("../../assets/css/media.css")),
];

/// Pages, without the fragment that lives inside one.
fn whole() -> Vec<(String, String)> {
    pages().into_iter().filter(|(name, _)| !name.starts_with("checks-fragment")).collect()
}

/// All values of an attribute.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let open = format!(" {attribute}=\"");
    html.split(&open).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn colours_live_in_one_file() {
    for (name, css) in STYLES {
        for (number, line) in css.lines().enumerate() {
            let hex = line.split('#').skip(1).any(|r| {
                let n = r.chars().take_while(char::is_ascii_hexdigit).count();
                matches!(n, 3 | 4 | 6 | 8) && line.contains(": #")
            });
            assert!(!hex, "{name}.css:{} has a colour", number + 1);
        }
    }
}

#[test]
fn nothing_inline_and_everything_named() {
    for (name, html) in pages() {
        for bad in [concat!(" sty", "le=\""), " onclick=", "javascript:", "http://"] {
            assert!(!html.contains(bad), "{name} has {bad}");
        }
        for script in html.split("<script").skip(1) {
            assert!(script.split("</script>").next().unwrap().ends_with('>'), "{name} has an inline script");
        }
        for svg in html.split("<svg").skip(1) {
            let tag = svg.split('>').next().unwrap();
            let nested = tag.contains(" x=\"");
            assert!(nested || tag.contains("aria-hidden") || tag.contains("aria-label"), "{name}: <svg{tag}>");
        }
    }
}

#[test]
fn ids_are_unique_and_references_land() {
    for (name, html) in whole() {
        let ids = values(&html, "id");
        let set: HashSet<&str> = ids.iter().copied().collect();
        for id in &set {
            assert_eq!(ids.iter().filter(|i| *i == id).count(), 1, "{name}: id {id} twice");
        }
        let labels = ["for", "aria-labelledby", "aria-describedby"];
        for target in labels.iter().flat_map(|a| values(&html, a)) {
            for one in target.split(' ') {
                assert!(set.contains(one), "{name}: nothing is called {one}");
            }
        }
        for href in values(&html, "href").into_iter().filter_map(|h| h.strip_prefix('#')) {
            assert!(set.contains(href), "{name}: #{href} leads nowhere");
        }
        for used in html.split("url(#").skip(1).filter_map(|r| r.split(')').next()) {
            assert!(set.contains(used), "{name}: pattern {used} is missing");
        }
    }
}

#[test]
fn headings_skip_no_level() {
    for (name, html) in whole() {
        let levels: Vec<u8> = html.split("<h").skip(1).filter_map(|r| r.bytes().next()?.checked_sub(b'0')).collect();
        let levels: Vec<u8> = levels.into_iter().filter(|l| (1..=6).contains(l)).collect();
        assert_eq!(levels.iter().filter(|l| **l == 1).count(), 1, "{name} needs exactly one h1");
        for pair in levels.windows(2) {
            assert!(pair[1] <= pair[0] + 1, "{name}: h{} follows h{}", pair[1], pair[0]);
        }
    }
}

#[test]
fn domain_words_only() {
    use plantgate_domain::event::permit::Outcome;
    let known = |family: &str, word: &str| match family {
        "data-standing" => ["good", "watch", "restricted", "blocked", "exiting"].contains(&word),
        "data-check" => Outcome::ALL.iter().any(|s| s.as_str() == word),
        "data-grade" => ["strong", "adequate", "weak", "missing", "expired", "unknown"].contains(&word),
        _ => ["prod", "test", "dev"].contains(&word),
    };
    for (name, html) in pages() {
        for family in ["data-standing", "data-check", "data-grade", "data-env"] {
            for word in values(&html, family) {
                assert!(known(family, word), "{name}: {family}={word}");
            }
        }
    }
}

/// Forms that come to the same however often they are sent.
const AGAIN: &[&str] = &[
    "/settings/",
    "/sign-out",
    "/messages/read",
    "/messages/feeds/end",
    "/admin/webhooks/end",
    "/admin/deliveries/again",
];

#[test]
fn every_form_that_posts_can_be_sent_twice() {
    for (name, html) in pages() {
        for form in html.split("<form").skip(1) {
            let body = form.split("</form>").next().unwrap();
            let head = body.split('>').next().unwrap();
            let switch = AGAIN.iter().any(|p| head.contains(p));
            if head.contains("method=\"post\"") && !switch {
                assert!(body.contains("name=\"request_id\""), "{name}: a form without request_id: {head}");
            }
        }
    }
}
