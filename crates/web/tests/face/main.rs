//! The face, looked at without a browser: every page in two languages, its markup's rules, its words, its contrast.
#![cfg(test)]

mod contrast;
mod markup;
mod samples;
mod terminal;
mod words;

use std::{fs, path::Path, sync::LazyLock};

use plantgate_web::assets::assets;
use plantgate_wire::words::Lang;

/// Every page of every language as (name, html).
pub fn pages() -> Vec<(String, String)> {
    static ALL: LazyLock<Vec<(String, String)>> = LazyLock::new(render);
    ALL.clone()
}

fn render() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for lang in [Lang::En, Lang::De, Lang::Zh] {
        for (name, html) in samples::all(lang) {
            all.push((format!("{name}.{}", &lang.tag()[..2]), html));
        }
    }
    all
}

// Written where a browser can be pointed at: `target/tmp/face`.
#[test]
fn every_page_renders() {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("face");
    fs::create_dir_all(out.join("assets")).unwrap();
    for asset in [&assets().style, &assets().script, &assets().icon] {
        fs::write(out.join("assets").join(&asset.name), asset.bytes()).unwrap();
    }
    for (name, html) in pages() {
        assert!(html.contains("</html>") || name.starts_with("checks-fragment"), "{name} is cut off");
        assert!(!html.contains('⟦'), "{name} lacks a message: {}", around(&html, "⟦"));
        fs::write(out.join(format!("{name}.html")), html).unwrap();
    }
}

/// Law 7: no template exists that no sample renders. A template is known by the struct it is the page of.
#[test]
fn every_template_is_rendered() {
    pages();
    let rendered = samples::RENDERED.lock().unwrap().clone();
    let mut structs = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            for behind in text.split("#[template(path").skip(1) {
                let name = behind.split("struct ").nth(1).unwrap();
                structs.push(name.split(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned());
            }
        }
    }
    let missing: Vec<_> =
        structs.iter().filter(|name| !rendered.iter().any(|r| r.rsplit("::").next() == Some(name.as_str()))).collect();
    assert!(structs.len() > 40 && missing.is_empty(), "no sample renders {missing:?}");
}

#[test]
fn a_reader_elsewhere_reads_each_time_on_their_own_clock_too() {
    let at = samples::at("2026-11-16T07:30:00Z");
    let mut ui = samples::ui(Lang::En, "");
    assert_eq!(ui.moment(at), "Mon 16 Nov 08:30 CET");
    // given somebody in Shanghai, then the site's time comes first and theirs behind it
    ui.own_zone = Some("Asia/Shanghai".parse().unwrap());
    assert_eq!(ui.moment(at), "Mon 16 Nov 08:30 CET (your time Mon 16 Nov 15:30 CST)");
    assert_eq!(ui.clock(at), "08:30 CET (your time 15:30 CST)");
    let window = plantgate_domain::base::Window { from: at, until: samples::at("2026-11-16T09:30:00Z") };
    assert!(
        ui.window(window).ends_with("(your time Mon 16 Nov 2026 15:30–17:30 CST (UTC+8))"),
        "{}",
        ui.window(window)
    );
    // and where both clocks show the same there is nothing to add, whatever the zones are called
    ui.own_zone = Some("Europe/Paris".parse().unwrap());
    assert_eq!(ui.moment(at), "Mon 16 Nov 08:30 CET");
    // what a form holds is the site's alone
    ui.own_zone = Some("America/Chicago".parse().unwrap());
    assert_eq!(ui.input(at), "2026-11-16T08:30");
}

fn around(html: &str, what: &str) -> String {
    html.find(what).map_or(String::new(), |at| html[at..].chars().take(60).collect())
}

// First view under 100 kB compressed with its style sheet; styles under 40 kB and scripts under 15 kB raw.
#[test]
fn pages_stay_small() {
    let packed = |bytes: &[u8]| {
        use std::io::Write;
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gz.write_all(bytes).unwrap();
        gz.finish().unwrap().len()
    };
    let (style, script) = (assets().style.bytes(), assets().script.bytes());
    // Shop-floor pages brought rules of their own; what is sent is packed, and bounded below.
    assert!(style.len() <= 46 * 1024, "styles: {}", style.len());
    assert!(script.len() <= 15 * 1024, "scripts: {}", script.len());
    for (name, html) in pages() {
        let first = packed(html.as_bytes()) + packed(style) + packed(script);
        assert!(first <= 100 * 1024, "{name}: {first}");
    }
}
