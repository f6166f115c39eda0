//! HTTP/1.1 as far as a load generator needs it: requests as bytes made once, answers framed by `content-length`.

use std::fmt::Write;
use std::net::SocketAddr;

use crate::Outcome;

/// A server, as requests name it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Site(pub(crate) SocketAddr);

/// What a server said. The status line and the headers are in `head`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer<'b> {
    pub(crate) status: u16,
    head: &'b [u8],
    pub(crate) body: &'b [u8],
}

impl Site {
    pub(crate) fn get(self, path: &str, headers: &[(&str, &str)]) -> Vec<u8> {
        self.request("GET", path, headers, "")
    }

    pub(crate) fn post_form(self, path: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Vec<u8> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.post(path, "application/x-www-form-urlencoded", headers, &body)
    }

    pub(crate) fn post_json(self, path: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
        self.post(path, "application/json", headers, body)
    }

    fn post(self, path: &str, content_type: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
        let mut all = vec![("content-type", content_type)];
        all.extend_from_slice(headers);
        self.request("POST", path, &all, body)
    }

    fn request(self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
        let mut text = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\naccept: */*\r\n", self.0);
        for (name, value) in headers {
            // Writing into a String cannot fail.
            let _ = write!(text, "{name}: {value}\r\n");
        }
        if method == "POST" {
            let _ = write!(text, "content-length: {}\r\n", body.len());
        }
        text.push_str("\r\n");
        text.push_str(body);
        text.into_bytes()
    }
}

impl<'b> Answer<'b> {
    /// The answer at the start of `bytes` and how long it is; `None` while part of it is missing.
    pub(crate) fn read(bytes: &'b [u8]) -> Outcome<Option<(Self, usize)>> {
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            return Ok(None);
        };
        let (head, rest) = bytes.split_at(end + 4);
        let status = head.get(9..12).and_then(|digits| str::from_utf8(digits).ok()?.parse().ok());
        let status = status.ok_or("an answer without a status")?;
        let mut answer = Self { status, head, body: &[] };
        let length = match answer.header("content-length") {
            Some(length) => length.parse()?,
            None if status == 204 || status == 304 => 0,
            None => return Err("an answer without content-length".into()),
        };
        let Some(body) = rest.get(..length) else {
            return Ok(None);
        };
        answer.body = body;
        Ok(Some((answer, head.len() + length)))
    }

    /// The first value of the header `name`, which is given in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&'b str> {
        self.headers(name).next()
    }

    pub(crate) fn headers(&self, name: &str) -> impl Iterator<Item = &'b str> {
        self.head.split(|byte| *byte == b'\n').filter_map(move |line| {
            let (found, value) = line.split_at_checked(name.len())?;
            let value = value.strip_prefix(b":")?;
            let value = found.eq_ignore_ascii_case(name.as_bytes()).then_some(value)?;
            str::from_utf8(value).ok().map(str::trim)
        })
    }

    /// The text of the JSON member `name`, for texts that need no escapes, as tokens do.
    pub(crate) fn member(&self, name: &str) -> Option<&'b str> {
        let body = str::from_utf8(self.body).ok()?;
        let (_, after) = body.split_once(&format!("\"{name}\":\""))?;
        after.split_once('"').map(|(text, _)| text)
    }

    /// What was unexpected about it, for a person.
    pub(crate) fn unexpected(&self, expected: u16) -> String {
        let shown = self.body.get(..self.body.len().min(300)).unwrap_or_default();
        format!("{} instead of {expected}: {}", self.status, String::from_utf8_lossy(shown))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &[u8] = b"HTTP/1.1 201 Created\r\nContent-Length: 9\r\nx: y\r\n\r\n{\"a\":\"b\"}HTTP";

    #[test]
    fn an_answer_ends_where_its_content_length_says() {
        let (answer, used) = Answer::read(WHOLE).unwrap().unwrap();
        assert_eq!((answer.status, used), (201, WHOLE.len() - 4));
        assert_eq!(answer.member("a"), Some("b"));
        assert_eq!(answer.header("x"), Some("y"));
    }

    #[test]
    fn a_part_of_an_answer_is_not_an_answer_yet() {
        for end in 0..WHOLE.len() - 4 {
            assert!(Answer::read(&WHOLE[..end]).unwrap().is_none(), "{end}");
        }
    }

    #[test]
    fn an_answer_whose_end_nobody_can_know_is_an_error() {
        assert!(Answer::read(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
        assert!(Answer::read(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap().is_some());
    }

    #[test]
    fn a_form_is_encoded_and_counted() {
        let site = Site("127.0.0.1:80".parse().unwrap());
        let text = String::from_utf8(site.post_form("/t", &[], &[("a", "b c")])).unwrap();
        assert!(text.ends_with("content-length: 5\r\n\r\na=b+c"), "{text}");
    }
}
