//! Drawings a page uses, and only those: templates refer to symbols and patterns by name, and what was referred to is
//! put into one hidden sprite. Nobody keeps a list per page, so none can be wrong.

/// Where the layout wants the sprite.
pub const MARK: &str = "<!--sprite-->";

/// One symbol or pattern a line: 16-unit grid, 1.75 stroke, square caps.
const DRAWINGS: &str = include_str!("../assets/sprite.svg");

/// Replaces the mark by the symbols and patterns the page refers to.
pub fn fill(html: String) -> String {
    let Some((before, after)) = html.split_once(MARK) else { return html };
    let mut sprite = String::from(r#"<svg class="sprite" aria-hidden="true" focusable="false"><defs>"#);
    for drawing in DRAWINGS.lines() {
        let name = drawing.split('"').nth(1).unwrap_or_default();
        if html.contains(&format!("href=\"#{name}\"")) || html.contains(&format!("url(#{name})")) {
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
