//! Every pair of colours that carries meaning keeps its contrast, in light and in dark. The formula is WCAG's relative
//! luminance.

use std::collections::HashMap;

const TOKENS: &str = include_str!("../../assets/css/tokens.css");

/// Foreground, ground, least ratio.
const PAIRS: &[(&str, &str, f64)] = &[
    ("ink", "bg", 4.5),
    ("ink", "surface", 4.5),
    ("ink", "sunken", 4.5),
    ("ink-2", "bg", 4.5),
    ("ink-2", "surface", 4.5),
    ("ink-2", "sunken", 4.5),
    ("ink-3", "bg", 4.5),
    ("ink-3", "surface", 4.5),
    ("ink-3", "sunken", 4.5),
    ("act", "bg", 4.5),
    ("act", "surface", 4.5),
    ("act", "sunken", 4.5),
    ("act", "act-tint", 4.5),
    ("on-act", "act", 4.5),
    ("on-act", "act-h", 4.5),
    ("good", "surface", 4.5),
    ("good", "bg", 4.5),
    ("good", "good-bg", 4.5),
    ("watch", "surface", 4.5),
    ("watch", "bg", 4.5),
    ("watch", "watch-bg", 4.5),
    ("restr", "surface", 4.5),
    ("restr", "bg", 4.5),
    ("restr", "restr-bg", 4.5),
    ("ink", "good-bg", 4.5),
    ("ink", "watch-bg", 4.5),
    ("ink", "restr-bg", 4.5),
    ("ink", "block-bg", 4.5),
    ("ink", "act-tint", 4.5),
    ("ink-2", "watch-bg", 4.5),
    ("ink-2", "restr-bg", 4.5),
    ("ink-2", "block-bg", 4.5),
    ("ink-2", "act-tint", 4.5),
    ("on-block", "block", 4.5),
    ("on-block", "block-h", 4.5),
    ("edge", "surface", 3.0),
    ("edge", "bg", 3.0),
    ("focus", "surface", 3.0),
    ("focus", "bg", 3.0),
    ("watch-line", "surface", 3.0),
    ("restr-line", "surface", 3.0),
    ("danger", "surface", 4.5),
    ("danger", "bg", 4.5),
    ("danger", "block-bg", 4.5),
    ("g4", "surface", 4.5),
    ("g4", "g3", 1.8),
    ("g3", "g2", 1.8),
    ("g3", "surface", 3.0),
    ("g-gap", "surface", 3.0),
    ("g-exp", "surface", 3.0),
    ("g-unk", "surface", 3.0),
    ("session", "lane", 3.0),
    ("session", "window", 1.8),
];

/// The tokens of the block that starts with a selector.
fn block(selector: &str) -> HashMap<String, [f64; 3]> {
    let body = TOKENS.split_once(selector).unwrap().1.split_once('}').unwrap().0;
    let token = |part: &str| {
        let (name, value) = part.trim().strip_prefix("--")?.split_once(": ")?;
        let hex = value.trim().strip_prefix('#')?;
        let wide: String = if hex.len() == 3 { hex.chars().flat_map(|c| [c, c]).collect() } else { hex.to_owned() };
        let channel = |i: usize| f64::from(u8::from_str_radix(&wide[i..i + 2], 16).unwrap()) / 255.0;
        Some((name.to_owned(), [channel(0), channel(2), channel(4)]))
    };
    body.split(';').filter_map(token).collect()
}

fn luminance(rgb: [f64; 3]) -> f64 {
    let [r, g, b] = rgb.map(|c| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

#[test]
fn every_pair_keeps_its_contrast() {
    let dark = block(":root[data-theme=\"dark\"] {");
    assert_eq!(dark, block(":root:not([data-theme=\"light\"]) {"), "the two dark lists differ");
    for (theme, tokens) in [("light", block(":root {")), ("dark", dark)] {
        for (front, ground, least) in PAIRS {
            let of = |name: &str| luminance(*tokens.get(name).unwrap_or_else(|| panic!("no --{name} in {theme}")));
            let (a, b) = (of(front), of(ground));
            let ratio = (a.max(b) + 0.05) / (a.min(b) + 0.05);
            assert!(ratio >= *least, "{theme}: {front} on {ground} is {ratio:.2}, needs {least}");
        }
    }
}
