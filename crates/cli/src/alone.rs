//! The two ends of the line between a core and gateways that stand alone, as their machines are told of it: the part
//! `[gateways]` at the core, and the file of a gateway, which knows no data directory.

use std::path::{Path, PathBuf};

use plantgate_domain::base::Why;
use plantgate_gateway::{
    keys,
    remote::{call::Core, pem, pem::Bad},
    russh::keys::{PrivateKey, PublicKey},
};
use plantgate_porter::lodge::Setting;
use plantgate_store::Stop;
use plantgate_wire::words::Lang;
use serde::Deserialize;

/// The part `[gateways]`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gateways {
    /// Address to listen on, such as `0.0.0.0:8443`; another one than that for people.
    pub listen: String,
    /// Who signs certificates of gateways: an authority of the plant, made for nothing else.
    pub ca_file: PathBuf,
    /// The certificate of this server for the name by which gateways reach it, and its key.
    pub certificate_file: PathBuf,
    pub key_file: PathBuf,
    /// Which gateways there are: `NAME FINGERPRINT`, one a line. It is read at each question.
    pub list_file: PathBuf,
}

impl Gateways {
    /// Where the lodge finds its files.
    pub fn setting(&self) -> Setting {
        Setting {
            authority: self.ca_file.clone(),
            certificate: self.certificate_file.clone(),
            key: self.key_file.clone(),
            list: self.list_file.clone(),
        }
    }
}

/// The file of a gateway that stands alone.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alone {
    /// `https://name:port` of the core.
    pub core: String,
    /// Who signs the certificate of the core.
    pub ca_file: PathBuf,
    /// The certificate of this gateway, and its key.
    pub certificate_file: PathBuf,
    pub key_file: PathBuf,
    /// The key by which those who come know it, as `ssh-keygen -t ed25519` makes it.
    pub host_key_file: PathBuf,
    /// Where recordings grow, and ends wait until the core has them.
    pub folder: PathBuf,
    /// Address to listen on, such as `0.0.0.0:2222`.
    pub listen: String,
    /// Language of what it says, `en` when nobody says.
    pub language: Option<String>,
    /// The core's key that signs certificates, a line as `plantgate gateway --authority` prints it: with it the gateway
    /// holds copies of approved grants for when it cannot ask, and serves them by codes of a sheet. Without it
    /// nothing begins then.
    pub signed_by: Option<String>,
}

impl Alone {
    /// Reads it.
    pub fn read(file: &Path) -> Result<Alone, Stop> {
        let text = std::fs::read_to_string(file).map_err(|e| unusable(&Bad::of(file, e)))?;
        crate::config::parsed(&file.display().to_string(), &text)
    }

    /// The core, and by what both know each other.
    pub fn at(&self) -> Result<Core, Stop> {
        let signs = self.signed_by.as_deref().map(PublicKey::from_openssh).transpose();
        let none = |_| Stop::field("signed_by", Why::of("invalid-gateway-signed-by"));
        Ok(Core {
            address: self.core.clone(),
            authority: self.ca_file.clone(),
            certificate: self.certificate_file.clone(),
            key: self.key_file.clone(),
            signs: signs.map_err(none)?,
        })
    }

    /// The gateway's own key, out of a file that not everybody on the machine reads.
    pub fn host_key(&self) -> Result<PrivateKey, Stop> {
        let file = &self.host_key_file;
        pem::private(file).map_err(|bad| unusable(&bad))?;
        let text = std::fs::read_to_string(file).map_err(|e| unusable(&Bad::of(file, e)))?;
        // What the library says of a key stays here.
        keys::read(&text).map_err(|_| unusable(&Bad::of(file, "no Ed25519 or ECDSA key of OpenSSH without a password")))
    }

    /// What it speaks.
    pub fn lang(&self) -> Lang {
        self.language.as_deref().and_then(Lang::of).unwrap_or_default()
    }
}

/// A file of either side that cannot be used.
pub fn unusable(bad: &Bad) -> Stop {
    let why = Why::of("invalid-gateway-file").with("file", bad.file.display().to_string()).with("said", &*bad.said);
    Stop::field("gateways", why)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "core = \"https://core.plant.example:8443\"\nca_file = \"core-ca.pem\"\n\
        certificate_file = \"hall-3.pem\"\nkey_file = \"hall-3.key\"\nhost_key_file = \"host\"\n\
        folder = \"/var/lib/plantgate-gateway\"\nlisten = \"0.0.0.0:2222\"\n";

    #[test]
    fn the_file_of_a_gateway_is_read_whole_and_no_other_field_is() {
        let read: Alone = crate::config::parsed("gateway.toml", WHOLE).unwrap();
        assert_eq!((read.at().unwrap().address.as_str(), read.lang()), ("https://core.plant.example:8443", Lang::En));
        let german: Alone = crate::config::parsed("gateway.toml", &format!("{WHOLE}language = \"de\"\n")).unwrap();
        assert_eq!(german.lang(), Lang::De);
        let line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ";
        let signed = |by: &str| -> Alone {
            crate::config::parsed("gateway.toml", &format!("{WHOLE}signed_by = \"{by}\"\n")).unwrap()
        };
        assert!(read.at().unwrap().signs.is_none() && signed(line).at().unwrap().signs.is_some());
        assert!(format!("{:?}", signed("a key").at().unwrap_err()).contains("invalid-gateway-signed-by"));
        for odd in [format!("{WHOLE}data = \"x\"\n"), WHOLE.replacen("core", "cores", 1), String::new()] {
            assert!(crate::config::parsed::<Alone>("gateway.toml", &odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_key_that_everybody_may_read_or_that_is_none_is_named_and_not_said() {
        let folder = std::env::temp_dir().join(format!("plantgate-alone-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("host");
        std::fs::write(&file, "a-secret-that-nobody-may-read").unwrap();
        let alone = Alone { host_key_file: file.clone(), ..crate::config::parsed("gateway.toml", WHOLE).unwrap() };
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
            let said = format!("{:?}", alone.host_key().unwrap_err());
            assert!(said.contains("everybody on this machine"), "{said}");
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        let said = format!("{:?}", alone.host_key().unwrap_err());
        assert!(said.contains("host") && said.contains("OpenSSH") && !said.contains("a-secret"), "{said}");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
