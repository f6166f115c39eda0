//! A device with one passkey, made of the specification alone: Web Authentication Level 3 §6.

use aws_lc_rs::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const HAS_KEY: u8 = 0x40;

pub(crate) struct Device {
    key: EcdsaKeyPair,
    credential_id: [u8; 16],
    user_handle: Vec<u8>,
    /// Where its browser believes to be.
    pub(super) origin: String,
    pub(super) rp_id: String,
    /// How often it was used.
    pub(super) count: u32,
    /// It knows who holds it.
    pub(super) verifies: bool,
}

impl Device {
    pub(crate) fn new(origin: &str) -> Self {
        let host = origin.split("://").nth(1).and_then(|rest| rest.split(':').next()).expect("a host");
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        let mut credential_id = [0; 16];
        credential_id.copy_from_slice(&key.public_key().as_ref()[1..17]);
        Self {
            key,
            credential_id,
            user_handle: Vec::new(),
            origin: origin.to_owned(),
            rp_id: host.to_owned(),
            count: 1,
            verifies: true,
        }
    }

    /// Its answer to `navigator.credentials.create`.
    pub(crate) fn create(&mut self, options: &Value) -> String {
        let handle = options["user"]["id"].as_str().expect("a user handle");
        self.user_handle = URL_SAFE_NO_PAD.decode(handle).expect("base64url");
        let client_data = self.client_data("webauthn.create", options);
        let mut object = vec![0xa3, 0x63];
        object.extend(b"fmt\x64none\x67attStmt\xa0\x68authData");
        let data = self.authenticator_data(HAS_KEY);
        object.extend([0x58, u8::try_from(data.len()).expect("a short text")]);
        object.extend(data);
        let response = json!({ "clientDataJSON": text(&client_data), "attestationObject": text(&object) });
        self.answer(&response)
    }

    /// Its answer to `navigator.credentials.get`.
    pub(super) fn get(&mut self, options: &Value) -> String {
        self.count += 1;
        self.assertion(options)
    }

    /// As a device answers that keeps no count.
    pub(super) fn get_uncounted(&mut self, options: &Value) -> String {
        self.count = 0;
        self.assertion(options)
    }

    fn assertion(&self, options: &Value) -> String {
        let client_data = self.client_data("webauthn.get", options);
        let data = self.authenticator_data(0);
        let signed = [data.as_slice(), digest(&SHA256, &client_data).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).expect("a signature");
        let response = json!({
            "clientDataJSON": text(&client_data),
            "authenticatorData": text(&data),
            "signature": text(signature.as_ref()),
            "userHandle": text(&self.user_handle),
        });
        self.answer(&response)
    }

    /// Says that it belongs to another account.
    pub(super) fn claims_to_be(&mut self, user_handle: &[u8]) {
        self.user_handle = user_handle.to_vec();
    }

    fn answer(&self, response: &Value) -> String {
        let id = text(&self.credential_id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response, "extensions": {} })
            .to_string()
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let data = json!({ "type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false });
        data.to_string().into_bytes()
    }

    fn authenticator_data(&self, more: u8) -> Vec<u8> {
        let mut data = digest(&SHA256, self.rp_id.as_bytes()).as_ref().to_vec();
        data.push(PRESENT | if self.verifies { VERIFIED } else { 0 } | more);
        data.extend(self.count.to_be_bytes());
        if more & HAS_KEY != 0 {
            data.extend([0; 16]);
            data.extend([0, 16]);
            data.extend(self.credential_id);
            data.extend(self.cose_key());
        }
        data
    }

    /// RFC 9053 §7.1.1.
    fn cose_key(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        let mut key = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
        key.extend(&point[1..33]);
        key.extend([0x22, 0x58, 0x20]);
        key.extend(&point[33..65]);
        key
    }
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
