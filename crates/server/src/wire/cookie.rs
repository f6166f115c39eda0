//! Cookies: `__Host-`, `Secure`, `HttpOnly`, `SameSite=Lax`. Over plain http on a loopback host the prefix and `Secure` are left out,
//! because not every browser takes them there.

use http::{HeaderMap, HeaderValue, header};

use crate::config::Issuer;

/// Signs a browser in.
pub const SESSION: &str = "wayleave-session";

/// Names the visit to the console or the portal.
pub const VISIT: &str = "wayleave-visit";

/// Ties the login page to the browser it was shown in.
pub const BROWSER: &str = "wayleave-browser";

/// The value of the cookie called `name` (without prefix), if it was sent exactly once.
pub fn read<'h>(headers: &'h HeaderMap, issuer: &Issuer, name: &str) -> Option<&'h str> {
    let name = full_name(issuer, name);
    let mut values = headers
        .get_all(header::COOKIE)
        .into_iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value);
    match (values.next(), values.next()) {
        (value, None) => value,
        (_, Some(_)) => None,
    }
}

/// A `Set-Cookie` value that lives as long as the browser, or `max_age` seconds.
pub fn set(issuer: &Issuer, name: &str, value: &str, max_age: Option<u64>) -> Option<HeaderValue> {
    let secure = if issuer.is_https() { "; Secure" } else { "" };
    let max_age = max_age.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let name = full_name(issuer, name);
    HeaderValue::try_from(format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{max_age}")).ok()
}

/// A `Set-Cookie` value that takes the cookie away.
pub fn clear(issuer: &Issuer, name: &str) -> Option<HeaderValue> {
    set(issuer, name, "", Some(0))
}

fn full_name(issuer: &Issuer, name: &str) -> String {
    if issuer.is_https() { format!("__Host-{name}") } else { name.to_owned() }
}
