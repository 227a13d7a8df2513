//! What lies in the vault for a system: nothing, a password that was shown or that the system does not take, a key.

use plantgate_web::{
    page::vault::{InVault, VaultPage},
    view::Item,
};
use plantgate_wire::words::Lang;

use super::{html, ui};

fn page(lang: Lang, vaulted: Option<InVault>) -> VaultPage {
    let acts = [
        ("Put a login secret into the vault", "/do/put-login-secret?instance=BMS-B61"),
        ("Have the password shown", "/do/show-login-secret?instance=BMS-B61"),
        ("Destroy the login secret", "/do/remove-login-secret?instance=BMS-B61"),
    ];
    VaultPage {
        ui: ui(lang, "systems"),
        reference: "BMS-B61".into(),
        name: "Building management B61".into(),
        leads: Some("service@10.61.0.9:22".into()),
        vaulted,
        password: None,
        minutes: 5,
        acts: acts.into_iter().map(|(text, href)| Item::link(text, href)).collect(),
    }
}

fn password() -> InVault {
    InVault {
        key: false,
        public: None,
        put: "since Mon 16 Nov 08:30 CET, put there by M. Okafor".into(),
        shown: None,
        refused: None,
    }
}

pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    let shown = Some("M. Okafor, who was shown it Mon 16 Nov 09:10 CET".to_owned());
    let refused = Some(("It did not take it Mon 16 Nov 09:12 CET, for session".to_owned(), session()));
    let line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJCBw6y4rZopqyPEgTV/HUt7FtoSEIY5b1l98L2fHNYa plantgate BMS-B61";
    let seen = VaultPage { password: Some("as the  panel takes it".into()), ..page(lang, Some(password())) };
    let seen = VaultPage { vaulted: Some(InVault { shown, refused, ..password() }), ..seen };
    let key = InVault { key: true, public: Some(line.into()), ..password() };
    vec![
        ("vault-none", html(&page(lang, None))),
        ("vault-nowhere", html(&VaultPage { leads: None, acts: vec![], ..page(lang, None) })),
        ("vault-password", html(&page(lang, Some(password())))),
        ("vault-shown", html(&seen)),
        ("vault-key", html(&page(lang, Some(key)))),
    ]
}

fn session() -> Item {
    Item::link("SES-1402", "/register/session/SES-1402")
}
