//! A mail before it is sent: sections of lines, the same in plain text and in HTML. No picture, nothing that tells us
//! whether it was read, and links that open pages and never act.

use askama::Template;

/// One line: what, a sentence, by when, where it opens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    pub title: String,
    pub text: String,
    pub due: String,
    /// The whole address.
    pub href: String,
}

/// Lines under a title; a mail about one thing has no title over it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Section {
    pub title: String,
    pub lines: Vec<Line>,
    /// What stands here in the application and not in the mail.
    pub more: String,
}

/// A mail.
#[derive(Clone, PartialEq, Eq, Debug, Template)]
#[template(path = "mail/letter.html")]
pub struct Letter {
    pub lang: &'static str,
    pub subject: String,
    pub sections: Vec<Section>,
    /// Why this person gets it, the zone of its times, and that answering it does nothing.
    pub foot: Vec<String>,
}

impl Letter {
    /// As plain text, which stands first.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for section in &self.sections {
            if !section.title.is_empty() {
                out.push_str(&format!("{}\n\n", section.title));
            }
            for line in &section.lines {
                out.push_str(&format!("* {}\n", line.title));
                for more in [&line.text, &line.due, &line.href].into_iter().filter(|t| !t.is_empty()) {
                    out.push_str(&format!("  {more}\n"));
                }
                out.push('\n');
            }
            if !section.more.is_empty() {
                out.push_str(&format!("{}\n\n", section.more));
            }
        }
        out.push_str("-- \n");
        out.push_str(&self.foot.join("\n"));
        out.push('\n');
        out
    }
    /// As HTML.
    pub fn html(&self) -> Result<String, askama::Error> {
        self.render()
    }
}
