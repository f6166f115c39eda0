//! A person's browser: it keeps cookies, follows this server's own redirects and looks at one page at a time.

use std::collections::BTreeMap;

use super::{Answer, Arrival, Call, Form, Page, Redirect, World};

/// More redirects in a row than this are a loop.
const MOST_REDIRECTS: usize = 5;

pub(crate) struct Browser {
    world: World,
    pub(crate) cookies: BTreeMap<String, String>,
    /// What it sends as `Accept-Language`, if it sends that.
    pub(crate) languages: Option<&'static str>,
    /// Where it stands.
    page: Option<Page>,
}

impl World {
    /// A browser that was never here.
    pub(crate) fn browser(&self) -> Browser {
        Browser { world: self.clone(), cookies: BTreeMap::new(), languages: None, page: None }
    }
}

impl Browser {
    /// The page it stands on.
    #[track_caller]
    pub(crate) fn page(&self) -> &Page {
        self.page.as_ref().expect("a page")
    }

    /// As if somebody had typed the address.
    pub(crate) async fn get(&mut self, target: &str) -> Arrival {
        self.follow(self.world.get(target).header("sec-fetch-site", "none")).await
    }

    /// Follows an app's link to `/authorize`: a `&Client`, or a [`Form`] for anything but its own right request.
    pub(crate) async fn authorize(&mut self, request: impl Into<Form>) -> Arrival {
        let request = self.world.get(&format!("/authorize?{}", request.into().encoded()));
        self.follow(request.header("sec-fetch-site", "cross-site")).await
    }

    /// Authorizes, and allows what is asked. Whoever uses this is signed in.
    pub(crate) async fn consented(&mut self, request: impl Into<Form>) -> Arrival {
        match self.authorize(request).await {
            Arrival::Page(_) => self.allow().await,
            away @ Arrival::Redirect(_) => away,
        }
    }

    /// Signs in on the page it stands on, or on `/login` when that is no login page.
    pub(crate) async fn sign_in(&mut self, name: &str, password: &str) -> Arrival {
        if !self.page.as_ref().is_some_and(|page| page.has_button("login-submit")) {
            self.get("/login").await;
        }
        self.press("login-submit", &[("username", name), ("password", password)]).await
    }

    pub(crate) async fn allow(&mut self) -> Arrival {
        self.press("consent-allow", &[]).await
    }

    pub(crate) async fn deny(&mut self) -> Arrival {
        self.press("consent-deny", &[]).await
    }

    /// Presses the button with this id after filling in `fields`.
    pub(crate) async fn press(&mut self, id: &str, fields: &[(&str, &str)]) -> Arrival {
        let submission = self.submission(id, fields);
        self.follow(submission).await
    }

    /// What pressing the button would send, for tests that send it otherwise.
    pub(crate) fn submission(&self, id: &str, fields: &[(&str, &str)]) -> Call {
        let (form, button) = self.page().button(id);
        let mut sent = form.fields.clone();
        if !button.name.is_empty() {
            sent = sent.also(&button.name, &button.value);
        }
        for (name, value) in fields {
            sent = sent.with(name, value);
        }
        let call = self.world.post(&form.action).form(&sent);
        self.with_cookies(call.header("origin", &self.world.origin()).header("sec-fetch-site", "same-origin"))
    }

    /// Sends a request with its cookies, keeps what comes back, and goes where it leads.
    pub(crate) async fn follow(&mut self, call: Call) -> Arrival {
        let mut call = call;
        for _ in 0..MOST_REDIRECTS {
            if let Some(languages) = self.languages {
                call = call.header("accept-language", languages);
            }
            let answer = self.with_cookies(call).send().await;
            self.keep_cookies(&answer);
            let Some(location) = answer.header("location").map(str::to_owned) else {
                let html = String::from_utf8_lossy(&answer.body).into_owned();
                let page = Page::read(answer.status, answer.headers, html);
                self.page = Some(page.clone());
                return Arrival::Page(page);
            };
            assert_eq!(answer.status, 303, "a redirect that keeps the method, or may be kept");
            let is_ours =
                location.starts_with('/') || location.starts_with(&format!("{}/", self.world.origin()));
            if !is_ours {
                return Arrival::Redirect(Redirect::to(answer.headers, &location));
            }
            call = self.world.get(&location).header("sec-fetch-site", "same-origin");
        }
        panic!("this server redirects in a circle");
    }

    /// The call as this browser sends it.
    pub(crate) fn with_cookies(&self, call: Call) -> Call {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if cookies.is_empty() { call } else { call.header("cookie", &cookies.join("; ")) }
    }

    fn keep_cookies(&mut self, answer: &Answer) {
        for cookie in answer.headers.get_all("set-cookie") {
            let text = cookie.to_str().expect("a text");
            let (name, value) =
                text.split(';').next().and_then(|pair| pair.split_once('=')).expect("a cookie");
            if text.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}
