//! A device with a passkey on it, in a test: it makes a key, answers challenges, and can be told to answer as no honest
//! device would. What it writes follows WebAuthn Level 3 (§6.1, §6.5, §5.8.1); nothing of the product helps it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ed25519_dalek::{Signer, SigningKey};
use plantgate_store::keyring::random;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The user is present; was checked by the device; a key comes with it.
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const WITH_KEY: u8 = 0x40;

/// A device and how it behaves.
#[derive(Clone)]
pub struct Device {
    key: SigningKey,
    pub id: Vec<u8>,
    /// Whose it says it is.
    pub user: Vec<u8>,
    /// The origin that its browser says it is at.
    pub origin: String,
    pub count: u32,
    /// Whether it checks its holder.
    pub verifies: bool,
    /// What its browser says it does.
    pub kind: &'static str,
}

fn hash(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

impl Device {
    /// A device that nobody used yet, in a browser at an origin.
    pub fn new(origin: &str) -> Device {
        Device {
            key: SigningKey::from_bytes(&random::<32>().unwrap()),
            id: random::<32>().unwrap().to_vec(),
            user: Vec::new(),
            origin: origin.to_owned(),
            count: 1,
            verifies: true,
            kind: "webauthn.get",
        }
    }

    fn data(&self, rp: &Value, more: u8) -> Vec<u8> {
        let mut data = hash(rp.as_str().unwrap().as_bytes());
        data.push(PRESENT | more | if self.verifies { VERIFIED } else { 0 });
        data.extend(self.count.to_be_bytes());
        data
    }

    fn client(&self, kind: &str, challenge: &Value) -> Vec<u8> {
        let client = json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false });
        client.to_string().into_bytes()
    }

    /// Makes its key for what a house asks (§6.5.4: attestation `none`).
    pub fn makes(&mut self, options: &Value) -> Value {
        self.user = BASE64.decode(options["user"]["id"].as_str().unwrap()).unwrap();
        let mut data = self.data(&options["rp"]["id"], WITH_KEY);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        // COSE_Key: OKP (1: 1), EdDSA (3: -8), Ed25519 (-1: 6), x (-2: 32 bytes); RFC 9053 §7.2.
        data.extend([0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20]);
        data.extend(self.key.verifying_key().to_bytes());
        // { "fmt": "none", "attStmt": {}, "authData": bytes }
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).unwrap());
        object.extend(&data);
        let client = self.client("webauthn.create", &options["challenge"]);
        let response = json!({ "clientDataJSON": BASE64.encode(client), "attestationObject": BASE64.encode(object),
            "transports": ["usb"] });
        self.credential(response)
    }

    /// Answers a challenge, its counter one further.
    pub fn answers(&mut self, options: &Value) -> Value {
        self.count += 1;
        let data = self.data(&options["rpId"], 0);
        let client = self.client(self.kind, &options["challenge"]);
        let signature = self.key.sign(&[data.clone(), hash(&client)].concat()).to_bytes();
        let response = json!({ "clientDataJSON": BASE64.encode(client), "authenticatorData": BASE64.encode(data),
            "signature": BASE64.encode(signature), "userHandle": BASE64.encode(&self.user) });
        self.credential(response)
    }

    fn credential(&self, response: Value) -> Value {
        let id = BASE64.encode(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "authenticatorAttachment": "cross-platform",
            "response": response, "clientExtensionResults": {} })
    }
}
