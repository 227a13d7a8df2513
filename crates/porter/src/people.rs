//! The key that signs certificates of people, for stock sshds that ask.

use std::sync::Arc;

use plantgate_app::{
    App, Stop,
    witness::jump::{Says, Signs},
};
use plantgate_domain::witness::jump::Allows;
use plantgate_gateway::{
    keys,
    russh::keys::{PrivateKey, PublicKey},
};

/// The key.
pub struct People {
    key: PrivateKey,
    public: String,
}

impl People {
    /// The key of this house; made where there is none.
    pub fn open(app: &App) -> Result<People, Stop> {
        let key = keys::of_seed(&*app.store().keyring().people()?).map_err(Stop::fault)?;
        let public = keys::line(key.public_key()).map_err(Stop::fault)?;
        Ok(People { key, public })
    }
}

/// From here on this process signs certificates of people.
pub fn sign(app: &App) -> Result<(), Stop> {
    app.let_sign(Arc::new(People::open(app)?));
    Ok(())
}

impl Signs for People {
    fn certify(&self, public: &str, says: &Says) -> Result<String, String> {
        let key = PublicKey::from_openssh(public).map_err(|e| e.to_string())?;
        let (terminal, command) = match says.allows {
            Allows::Terminal => (true, None),
            Allows::Files => (false, Some("internal-sftp")),
            Allows::FilesOut => (false, Some("internal-sftp -R")),
        };
        let said = keys::Says {
            id: says.id.clone(),
            principal: &says.principal,
            from: says.from,
            until: says.until,
            source: says.source,
            serial: says.serial,
            terminal,
            command,
        };
        keys::certify(&self.key, &key, &said)?.to_openssh().map_err(|e| e.to_string())
    }

    fn public(&self) -> &str {
        &self.public
    }
}
