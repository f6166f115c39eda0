//! A chain of refresh tokens, each spent for the next.

use super::{Talk, expect};
use crate::Outcome;
use crate::load::{Answer, Site};

pub(crate) struct Refresh {
    site: Site,
    client_id: String,
    token: String,
}

impl Refresh {
    pub(crate) fn new(site: Site, client_id: &str, token: String) -> Self {
        Self { site, client_id: client_id.to_owned(), token }
    }
}

impl Talk for Refresh {
    fn ask(&mut self, request: &mut Vec<u8>) -> bool {
        let fields =
            [("grant_type", "refresh_token"), ("client_id", &self.client_id), ("refresh_token", &self.token)];
        request.extend(self.site.post_form("/token", &[], &fields));
        true
    }

    fn hear(&mut self, answer: &Answer<'_>) -> Outcome<()> {
        expect(answer, 200)?;
        let next = answer.member("refresh_token").ok_or("a refresh without a refresh token")?;
        if next == self.token {
            return Err("a refresh token that was not rotated".into());
        }
        next.clone_into(&mut self.token);
        Ok(())
    }
}
