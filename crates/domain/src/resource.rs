//! Which resource server a token is for. RFC 8707.

use url::Url;

use crate::error::{ErrorCode, Refusal};

/// The most resources a request may name, and the longest name in bytes.
const MAX_RESOURCES: usize = 8;
const MAX_BYTES: usize = 512;

/// The resources of a request in their order, each once: absolute URIs without a fragment. RFC 8707 §2.
pub fn parse_all<'a>(values: impl Iterator<Item = &'a str>) -> Result<Vec<String>, Refusal> {
    let mut resources: Vec<String> = Vec::new();
    for value in values {
        if !is_resource(value) {
            return Err(refuse("resource must be an absolute URI without a fragment"));
        }
        if !resources.iter().any(|known| known == value) {
            resources.push(value.to_owned());
        }
    }
    if resources.len() > MAX_RESOURCES {
        return Err(refuse("resource was sent more than 8 times"));
    }
    Ok(resources)
}

/// The audience of a token: the requested resources, which must be within those of the grant, or all of the grant's when none is requested.
/// RFC 8707 §2.2. An origin matches with and without its trailing slash and is echoed as asked.
pub fn narrow(requested: Vec<String>, granted: &[String]) -> Result<Vec<String>, Refusal> {
    if requested.is_empty() {
        return Ok(granted.to_vec());
    }
    let is_granted =
        |resource: &String| granted.iter().any(|known| origin_form(known) == origin_form(resource));
    if requested.iter().all(is_granted) {
        Ok(requested)
    } else {
        Err(refuse("resource is not among those of the authorization request"))
    }
}

fn is_resource(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let is_web = matches!(url.scheme(), "https" | "http") && url.has_host();
    let is_name = url.scheme() == "urn";
    text.len() <= MAX_BYTES
        && (is_web || is_name)
        && !text.contains(['#', ' ', '\\', '"', '<', '>'])
        && text.is_ascii()
        && url.username().is_empty()
        && url.password().is_none()
}

fn origin_form(resource: &str) -> &str {
    match resource.strip_suffix('/') {
        Some(origin) if origin.matches('/').count() == 2 => origin,
        _ => resource,
    }
}

fn refuse(description: &'static str) -> Refusal {
    Refusal::new(ErrorCode::InvalidTarget, description)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_names_and_fragments_are_refused_as_invalid_target() {
        for text in
            ["/api", "api.example", "https://api.example/#x", "https://u@api.example", "javascript:alert(1)"]
        {
            assert_eq!(parse_all([text].into_iter()).unwrap_err().code(), ErrorCode::InvalidTarget, "{text}");
        }
    }

    #[test]
    fn an_origin_matches_with_and_without_its_slash_and_is_echoed_as_asked() {
        let granted = ["https://api.example".to_owned()];
        assert_eq!(
            narrow(vec!["https://api.example/".into()], &granted),
            Ok(vec!["https://api.example/".into()])
        );
        assert!(narrow(vec!["https://api.example/a/".into()], &["https://api.example/a".into()]).is_err());
    }

    #[test]
    fn a_resource_outside_the_grant_is_refused_and_none_means_all() {
        let granted = ["https://a.example".to_owned(), "https://b.example".to_owned()];
        assert_eq!(narrow(vec![], &granted), Ok(granted.to_vec()));
        assert!(narrow(vec!["https://c.example".into()], &granted).is_err());
        assert!(narrow(vec!["https://c.example".into()], &[]).is_err());
    }
}
