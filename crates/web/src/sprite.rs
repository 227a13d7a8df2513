//! Drawings a page uses, and only those: templates refer to symbols and patterns by name, and what was referred to is
//! put into one hidden sprite. Nobody keeps a list per page, so none can be wrong.

/// Where the layout wants the sprite.
pub const MARK: &str = "<!--sprite-->";

/// 16-unit grid, 1.75 stroke, square caps.
const SYMBOLS: &[(&str, &str)] = &[
    ("good", r#"<circle cx="8" cy="8" r="6.2"/><path d="M5 8.2l2.2 2.2L11.2 6"/>"#),
    ("watch", r#"<path d="M8 2.2L14.4 13.6H1.6z"/><path d="M8 6.6v3.2M8 11.4v.6"/>"#),
    ("restricted", r#"<path d="M8 1.8L14.2 8 8 14.2 1.8 8z"/><path d="M1.8 8H14.2L8 14.2z" fill="currentColor"/>"#),
    ("blocked", r#"<path d="M5.2 1.8h5.6l3.4 3.4v5.6l-3.4 3.4H5.2L1.8 10.8V5.2z"/><path d="M4.6 8h6.8" stroke-width="2.5"/>"#),
    ("exiting", r#"<path d="M9.5 2.5h-7v11h7M6 8h8M11 5l3 3-3 3"/>"#),
    ("passed", r#"<path d="M3 8.4l3.4 3.4L13 4.8"/>"#),
    ("not-passed", r#"<path d="M3.6 3.6l8.8 8.8M12.4 3.6l-8.8 8.8"/>"#),
    ("unknown", r#"<circle cx="8" cy="8" r="6.2" stroke-dasharray="2.4 2"/><path d="M6.3 6.4C6.3 4 9.9 4.1 9.8 6.3 9.7 7.7 8 7.6 8 9.1M8 11v.6"/>"#),
    ("not-applicable", r#"<path d="M4 8h8"/>"#),
    ("warning", r#"<path d="M8 2.2L14.4 13.6H1.6z"/><path d="M8 6.6v3.2M8 11.4v.6"/>"#),
    ("not-judged", r#"<path d="M4 6.2h8M4 9.8h8"/>"#),
    ("box", r#"<path d="M2.8 2.8h10.4v10.4H2.8z"/>"#),
    ("boxok", r#"<path d="M2.8 2.8h10.4v10.4H2.8zM5 8.2l2.2 2.2L11.2 6"/>"#),
    ("clock", r#"<circle cx="8" cy="8" r="6.2"/><path d="M8 4.4V8l2.6 1.6"/>"#),
    ("part", r#"<circle cx="8" cy="8" r="6.2"/><path d="M8 1.8a6.2 6.2 0 0 1 0 12.4z" fill="currentColor"/>"#),
    ("back", r#"<path d="M13 8H3M7 4L3 8l4 4"/>"#),
    ("arrow", r#"<path d="M3 8h10M9 4l4 4-4 4"/>"#),
    ("eye", r#"<path d="M1.5 8S4 3.6 8 3.6 14.5 8 14.5 8 12 12.4 8 12.4 1.5 8 1.5 8z"/><circle cx="8" cy="8" r="1.8"/>"#),
    ("rec", r#"<circle cx="8" cy="8" r="5.5"/><circle cx="8" cy="8" r="2.4" fill="currentColor"/>"#),
    ("gate", r#"<path d="M2 14V3.2h2.6V14M11.4 14V3.2H14V14" stroke-width="1.6"/><path d="M4.6 6h6.8M4.6 9.2h4.2" stroke-width="1.6"/>"#),
];

const PATTERNS: &[(&str, &str)] = &[
    ("p-weak", r#"<pattern id="p-weak" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" class="g-weak"/><circle cx="1.5" cy="1.5" r=".9" class="g-adequate"/><circle cx="4.5" cy="4.5" r=".9" class="g-adequate"/></pattern>"#),
    ("p-unk", r#"<pattern id="p-unk" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" class="g-void"/><rect width="1.3" height="5" class="g-unk"/></pattern>"#),
    ("p-exp", r#"<pattern id="p-exp" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect width="6" height="6" class="g-void"/><rect width="3" height="6" class="g-exp"/></pattern>"#),
];

/// Replaces the mark by the symbols and patterns the page refers to.
pub fn fill(html: String) -> String {
    let Some((before, after)) = html.split_once(MARK) else { return html };
    let mut sprite = String::from(r#"<svg class="sprite" aria-hidden="true" focusable="false"><defs>"#);
    for (name, drawing) in SYMBOLS {
        if html.contains(&format!("href=\"#i-{name}\"")) {
            sprite.push_str(&format!(r#"<symbol id="i-{name}" viewBox="0 0 16 16">{drawing}</symbol>"#));
        }
    }
    for (name, drawing) in PATTERNS {
        if html.contains(&format!("url(#{name})")) {
            sprite.push_str(drawing);
        }
    }
    sprite.push_str("</defs></svg>");
    [before, &sprite, after].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_carries_only_the_drawings_it_uses() {
        let page = fill(format!("{MARK}<use href=\"#i-good\"/><rect fill=\"url(#p-unk)\"/>"));
        assert!(page.contains("symbol id=\"i-good\"") && page.contains("pattern id=\"p-unk\""));
        assert!(!page.contains("i-blocked\"") && !page.contains("p-weak"));
    }
}
