//! Somebody with a browser, as far as signing in needs one.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::TcpStream,
};

use scraper::{Html, Selector};

use crate::driver::{PATIENCE, Server};

pub(crate) struct Person<'s> {
    server: &'s Server,
    cookies: BTreeMap<String, String>,
    html: String,
}

impl<'s> Person<'s> {
    pub(crate) fn at(server: &'s Server) -> Self {
        Self { server, cookies: BTreeMap::new(), html: String::new() }
    }

    /// Opens a URL of the server and answers where it leads away, if it does.
    pub(crate) fn open(&mut self, url: &str) -> Option<String> {
        let path = url.strip_prefix(&self.server.url()).unwrap_or(url).to_owned();
        self.follow(&format!("GET {path}"), "")
    }

    /// Presses a button after filling in `fields`, and answers where it leads away, if it does.
    pub(crate) fn press(&mut self, id: &str, fields: &[(&str, &str)]) -> Option<String> {
        let (action, mut sent) = self.form(id);
        sent.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(sent).finish();
        self.follow(&format!("POST {action}"), &body)
    }

    /// What the page says.
    pub(crate) fn reads(&self) -> String {
        let page = Html::parse_document(&self.html);
        page.root_element()
            .text()
            .collect::<Vec<_>>()
            .join(" ")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Where the form with this button goes and what it sends by itself.
    fn form(&self, id: &str) -> (String, Vec<(String, String)>) {
        let page = Html::parse_document(&self.html);
        let form = page
            .select(&Selector::parse("form").unwrap())
            .find(|form| form.select(&Selector::parse(&format!("#{id}")).unwrap()).next().is_some())
            .unwrap_or_else(|| panic!("no button {id} on: {}", self.reads()));
        let fields = Selector::parse(&format!("input[type=hidden], #{id}[name]")).unwrap();
        let pair = |field: scraper::ElementRef<'_>| {
            let attribute = |name| field.value().attr(name).unwrap_or_default().to_owned();
            (attribute("name"), attribute("value"))
        };
        (form.value().attr("action").unwrap().to_owned(), form.select(&fields).map(pair).collect())
    }

    fn follow(&mut self, line: &str, body: &str) -> Option<String> {
        let (mut line, mut body) = (line.to_owned(), body.to_owned());
        for _ in 0..5 {
            let cookies: Vec<_> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let headers = format!(
                "Origin: {}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nCookie: {}\r\n",
                self.server.url(),
                cookies.join("; ")
            );
            let response = self.server.request(&line, &headers, &body);
            let (head, html) = response.split_once("\r\n\r\n").unwrap();
            let header = |name: &str| {
                let prefix = format!("{name}: ");
                head.lines()
                    .filter_map(move |line| line.strip_prefix(prefix.as_str()).map(str::to_owned))
                    .collect::<Vec<_>>()
            };
            for cookie in header("set-cookie") {
                let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
            let Some(location) = header("location").pop() else {
                html.clone_into(&mut self.html);
                return None;
            };
            let Some(path) =
                location.strip_prefix(&self.server.url()).or(location.starts_with('/').then_some(&location))
            else {
                return Some(location);
            };
            (line, body) = (format!("GET {path}"), String::new());
        }
        panic!("the server redirects in a circle")
    }
}

/// Opens a URL on a port of this computer, as a browser that was sent there does, and answers the response.
pub(crate) fn arrive(url: &str) -> String {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}
