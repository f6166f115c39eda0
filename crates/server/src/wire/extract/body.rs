//! Bodies, read up to a limit and only of the type the endpoint speaks.

use axum::body::Body;
use bytes::Bytes;
use domain::{
    error::{ErrorCode, Refusal},
    parameters::Parameters,
};
use http::{HeaderMap, header};
use http_body_util::{BodyExt, Limited};

use crate::wire::Failure;

/// The largest registration. RFC 7591 sets none; ours is 32 KiB.
pub const MAX_REGISTRATION: usize = 32 * 1024;

/// The largest form.
pub const MAX_FORM: usize = 16 * 1024;

/// The largest form of the console and the portal.
pub const MAX_PAGE_FORM: usize = 64 * 1024;

/// The whole body, or a refusal as soon as it declares or shows more than `limit` bytes.
pub async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Failure> {
    let declared =
        headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > u64::try_from(limit).unwrap_or(u64::MAX)) {
        return Err(Failure::TooLarge);
    }
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(Failure::TooLarge),
        Err(_) => Err(Failure::new(ErrorCode::InvalidRequest, "the body was not received whole")),
    }
}

/// A JSON body. Anything but `application/json` in UTF-8 is refused, which also makes other sites' forms ask first.
pub async fn json(headers: &HeaderMap, body: Body) -> Result<Bytes, Failure> {
    if !is_json(headers) {
        return Err(Failure::UnsupportedMediaType("application/json"));
    }
    read(headers, body, MAX_REGISTRATION).await
}

/// Whether the body says that it is JSON in UTF-8.
pub fn is_json(headers: &HeaderMap) -> bool {
    is_type(headers, "application/json")
}

/// A form body. RFC 6749 Appendix B.
pub async fn form(headers: &HeaderMap, body: Body) -> Result<Parameters, Failure> {
    if !is_form(headers) {
        return Err(Failure::new(
            ErrorCode::InvalidRequest,
            "the Content-Type must be application/x-www-form-urlencoded",
        ));
    }
    let bytes = read(headers, body, MAX_FORM).await?;
    Parameters::parse(&bytes).map_err(|error| Refusal::from(error).into())
}

/// A form of a page of ours, in which fields may have several lines.
pub async fn page_form(headers: &HeaderMap, body: Body) -> Result<Parameters, Failure> {
    if !is_form(headers) {
        return Err(Failure::new(ErrorCode::InvalidRequest, "the body is not a form"));
    }
    let bytes = read(headers, body, MAX_PAGE_FORM).await?;
    Parameters::parse_with_lines(&bytes).map_err(|error| Refusal::from(error).into())
}

/// Whether the body says that it is a form.
pub fn is_form(headers: &HeaderMap) -> bool {
    is_type(headers, "application/x-www-form-urlencoded")
}

fn is_type(headers: &HeaderMap, wanted: &str) -> bool {
    let Some(text) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let mut parts = text.split(';').map(str::trim);
    let is_wanted = parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case(wanted));
    is_wanted
        && parts.filter_map(|part| part.split_once('=')).all(|(name, value)| {
            !name.trim().eq_ignore_ascii_case("charset")
                || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
}
