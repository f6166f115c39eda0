//! Registrations, each with another name.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Talk, expect};
use crate::Outcome;
use crate::load::{Answer, Site};

pub(crate) struct Register {
    site: Site,
    /// What makes it another client than all others; shared by the connections.
    count: Arc<AtomicU64>,
    run: u64,
    authorization: Option<String>,
}

impl Register {
    /// Public clients that nobody authenticates for, so many connections of them; `run` makes the names of one run differ from those
    /// of another.
    pub(crate) fn public(connections: usize, site: Site, run: u64) -> Vec<Box<dyn Talk>> {
        Self::over(connections, site, run, None)
    }

    /// Confidential clients, registered with an API key.
    pub(crate) fn confidential(
        connections: usize,
        site: Site,
        run: u64,
        api_key: &str,
    ) -> Vec<Box<dyn Talk>> {
        Self::over(connections, site, run, Some(api_key))
    }

    fn over(connections: usize, site: Site, run: u64, api_key: Option<&str>) -> Vec<Box<dyn Talk>> {
        let count = Arc::new(AtomicU64::new(0));
        let authorization = api_key.map(|key| format!("Bearer {key}"));
        let one = |_| Self { site, count: Arc::clone(&count), run, authorization: authorization.clone() };
        (0..connections).map(one).map(|talk| Box::new(talk) as Box<dyn Talk>).collect()
    }

    /// The redirect URI of [`Register::body`].
    pub(crate) const REDIRECT: &str = "http://127.0.0.1/callback";

    /// A registration as desktop applications send it.
    pub(crate) fn body(name: &str, method: &str) -> String {
        format!(
            r#"{{"client_name":"{name}","redirect_uris":["{}"],"grant_types":["authorization_code","refresh_token"],"response_types":["code"],"token_endpoint_auth_method":"{method}","client_uri":"https://app.example.com/about","software_id":"4NRB1-0XZABZI9E6-5SM3R","software_version":"1.4.2"}}"#,
            Self::REDIRECT,
        )
    }
}

impl Talk for Register {
    fn ask(&mut self, request: &mut Vec<u8>) -> bool {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let name = format!("App {} {number}", self.run);
        let bytes = match &self.authorization {
            Some(authorization) => self.site.post_json(
                "/register",
                &[("authorization", authorization)],
                &Self::body(&name, "client_secret_basic"),
            ),
            None => self.site.post_json("/register", &[], &Self::body(&name, "none")),
        };
        request.extend(bytes);
        true
    }

    fn hear(&mut self, answer: &Answer<'_>) -> Outcome<()> {
        expect(answer, 201)
    }
}
