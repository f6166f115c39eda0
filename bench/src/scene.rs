//! What the contests need of a server: clients, an API key, a session, tokens.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::load::{Answer, Plan, Site};
use crate::program::{PASSWORD, Running, Wayleave};
use crate::talk::{Collect, Register};
use crate::visit::{Visitor, code_in};
use crate::{Outcome, clock};

/// Where only this application can be: consent to one on this computer would be asked for each time.
pub(crate) const REDIRECT: &str = "https://app.example.com/callback";
const VERIFIER: &str = "dBjftJeZ4CVP-mBcoYkj1zjQMZhSMdvd0eDwtLFhn9Y";
/// What is sent that nobody may be asked for: an application that wants to stay connected, and no ID token.
const PLAIN: &str = "offline_access";
const WITH_ID_TOKEN: &str = "openid offline_access";
/// Applications of a busy person.
const CONNECTED: usize = 40;

pub(crate) struct Scene {
    pub(crate) site: Site,
    pub(crate) server: u32,
    pub(crate) api_key: String,
    pub(crate) public_client: String,
    confidential_client: String,
    /// `Basic …` of the confidential client.
    pub(crate) basic: String,
    /// Signed in.
    visitor: Visitor,
}

impl Scene {
    pub(crate) fn set(wayleave: &Wayleave, running: &Running) -> Outcome<Self> {
        wayleave.local(&["settings", "set", "OidcProvider.anonymousClientRegistration=true"])?;
        let api_key = wayleave.local(&["api-key", "create", "--account", "admin", "--inherit"])?;
        let mut visitor = Visitor::new(running.site);
        let body = |name, method| Register::body(name, method).replace(Register::REDIRECT, REDIRECT);
        let public = visitor.register(&body("The public client", "none"), &api_key)?;
        let public_client = public.member("client_id")?;
        let confidential = body("The confidential client", "client_secret_basic")
            .replace("\"refresh_token\"]", "\"refresh_token\",\"client_credentials\"]");
        let confidential = visitor.register(&confidential, &api_key)?;
        let confidential_client = confidential.member("client_id")?;
        let secret = confidential.member("client_secret")?;
        visitor.sign_in("admin")?;
        for client_id in [&public_client, &confidential_client] {
            wayleave.local(&["client", "verify", client_id])?;
        }
        let scene = Self {
            site: running.site,
            server: running.id(),
            api_key,
            basic: format!("Basic {}", STANDARD.encode(format!("{confidential_client}:{secret}"))),
            public_client,
            confidential_client,
            visitor,
        };
        scene.wait_for_settings()?;
        Ok(scene)
    }

    /// Redemptions of so many fresh codes of the public client.
    pub(crate) fn redemptions(&self, wanted: usize, with_id_token: bool) -> Outcome<Vec<Vec<u8>>> {
        let scope = if with_id_token { WITH_ID_TOKEN } else { PLAIN };
        let codes = self.codes(&self.public_client, scope, wanted)?;
        Ok(codes.iter().map(|code| redemption(self.site, code, &self.public_client)).collect())
    }

    /// So many refresh tokens, each of a grant of its own of the public client.
    pub(crate) fn refresh_tokens(&self, wanted: usize) -> Outcome<Vec<String>> {
        let mut visitor = Visitor::new(self.site);
        let codes = self.codes(&self.public_client, PLAIN, wanted)?;
        codes.iter().map(|code| self.redeem(&mut visitor, code)?.member("refresh_token")).collect()
    }

    /// Introspections of so many tokens of people by the confidential client they belong to. `kind` is the member of a token response.
    pub(crate) fn introspections(&self, wanted: usize, kind: &str) -> Outcome<Vec<Vec<u8>>> {
        let mut visitor = Visitor::new(self.site);
        let codes = self.codes(&self.confidential_client, PLAIN, wanted)?;
        let mut introspection = |code: &String| {
            let tokens = visitor.send(&self.confidential_redemption(code))?;
            Ok(self.introspection(&tokens.member(kind)?))
        };
        codes.iter().map(&mut introspection).collect()
    }

    /// Introspections of so many access tokens that the server has not seen since it issued them.
    pub(crate) fn unseen_introspections(&self, wanted: usize) -> Outcome<Vec<Vec<u8>>> {
        let find = |answer: &Answer<'_>| answer.member("access_token").map(str::to_owned);
        let tokens = Collect::from(&self.patient_plan(), &self.client_credentials(), wanted, find)?;
        Ok(tokens.iter().map(|token| self.introspection(token)).collect())
    }

    /// Somebody who administers and has connected as many applications as a busy person does; the cookies at the console and the portal.
    pub(crate) fn person(&self, wayleave: &Wayleave) -> Outcome<String> {
        wayleave.local_with(&["account", "create", "person", "--admin", "--password-stdin"], PASSWORD)?;
        let mut visitor = Visitor::new(self.site);
        visitor.sign_in("person")?;
        for number in 0..CONNECTED {
            let body =
                Register::body(&format!("Connected {number}"), "none").replace(Register::REDIRECT, REDIRECT);
            let client_id = visitor.register(&body, &self.api_key)?.member("client_id")?;
            visitor.allow(&authorize(&client_id, PLAIN))?;
        }
        visitor.enter("/admin")?;
        Ok(visitor.cookie())
    }

    pub(crate) fn client_credentials(&self) -> Vec<u8> {
        let headers = [("authorization", self.basic.as_str())];
        self.site.post_form("/token", &headers, &[("grant_type", "client_credentials")])
    }

    fn introspection(&self, token: &str) -> Vec<u8> {
        self.site.post_form("/introspect", &[("authorization", &self.basic)], &[("token", token)])
    }

    fn codes(&self, client_id: &str, scope: &str, wanted: usize) -> Outcome<Vec<String>> {
        // The first answer is a person's; as the client is verified, the others need none.
        self.visitor.clone().allow(&authorize(client_id, scope))?;
        let request = self.site.get(&authorize(client_id, scope), &[("cookie", &self.visitor.cookie())]);
        let find = |answer: &Answer<'_>| code_in(answer.header("location")?);
        Collect::from(&self.patient_plan(), &request, wanted, find)
    }

    fn redeem(&self, visitor: &mut Visitor, code: &str) -> Outcome<crate::visit::Page> {
        visitor.send(&redemption(self.site, code, &self.public_client))
    }

    /// By the confidential client, which proves itself.
    fn confidential_redemption(&self, code: &str) -> Vec<u8> {
        self.site.post_form("/token", &[("authorization", &self.basic)], &presenting(code))
    }

    /// Somebody who has signed in.
    pub(crate) fn visitor(&self) -> Visitor {
        self.visitor.clone()
    }

    /// What is collected is bounded by number, not by time.
    fn patient_plan(&self) -> Plan {
        Plan { site: self.site, span: Duration::from_mins(1), rate: None }
    }

    /// What was set on the command line is in force within a second.
    fn wait_for_settings(&self) -> Outcome<()> {
        let mut visitor = Visitor::new(self.site);
        let request = self.site.post_json("/register", &[], &Register::body("The first", "none"));
        for _ in 0..100 {
            if visitor.send(&request)?.is(201) {
                return Ok(());
            }
            clock::pause(Duration::from_millis(50));
        }
        Err("anonymous registration was set and is not in force".into())
    }
}

/// By a public client.
pub(crate) fn redemption(site: Site, code: &str, client_id: &str) -> Vec<u8> {
    let [kind, code, uri, verifier] = presenting(code);
    site.post_form("/token", &[], &[kind, code, uri, verifier, ("client_id", client_id)])
}

fn presenting(code: &str) -> [(&'static str, &str); 4] {
    [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ]
}

pub(crate) fn authorize(client_id: &str, scope: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, VERIFIER.as_bytes());
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("response_type", "code"),
            ("client_id", client_id),
            ("redirect_uri", REDIRECT),
            ("scope", scope),
            ("state", "af0ifjsldkj"),
            ("code_challenge", &URL_SAFE_NO_PAD.encode(digest)),
            ("code_challenge_method", "S256"),
        ])
        .finish();
    format!("/authorize?{query}")
}
