//! Members that would change what the client relies on and that this server does not offer. OpenID Connect Registration §2, RFC 8705 §2.1.2.
//!
//! To ignore them would be allowed (RFC 7591 §2) and would leave the client believing in a protection that is not there. What protects
//! nobody is left out instead, as unknown members are: `frontchannel_logout_uri` and `backchannel_logout_uri` ask to be told of a
//! sign-out, and neither the metadata of this server nor the answer to the registration says that anybody will be.

use crate::{
    error::Refusal,
    registration::{request::RawRegistration, rules::refuse},
};

const REMEDIES: &[(&str, &str)] = &[
    ("sector_identifier_uri", "use subject_type public"),
    ("request_uris", "send the parameters in the request itself"),
    ("request_object_signing_alg", "send plain request parameters"),
    ("request_object_encryption_alg", "send plain request parameters"),
    ("request_object_encryption_enc", "send plain request parameters"),
    ("userinfo_signed_response_alg", "userinfo answers plain JSON over TLS"),
    ("userinfo_encrypted_response_alg", "userinfo answers plain JSON over TLS"),
    ("userinfo_encrypted_response_enc", "userinfo answers plain JSON over TLS"),
    ("id_token_encrypted_response_alg", "ID tokens are signed only"),
    ("id_token_encrypted_response_enc", "ID tokens are signed only"),
    ("tls_client_auth_subject_dn", "use private_key_jwt"),
    ("tls_client_auth_san_dns", "use private_key_jwt"),
    ("tls_client_auth_san_uri", "use private_key_jwt"),
    ("tls_client_auth_san_ip", "use private_key_jwt"),
    ("tls_client_auth_san_email", "use private_key_jwt"),
];

pub(in crate::registration) fn refuse_any(raw: &RawRegistration) -> Result<(), Refusal> {
    match REMEDIES.iter().find(|(member, _)| raw.value(member).is_some()) {
        Some((member, remedy)) => Err(refuse(format!("{member} is not supported; leave it out: {remedy}"))),
        None => Ok(()),
    }
}

pub(in crate::registration) fn contains(member: &str) -> bool {
    REMEDIES.iter().any(|(name, _)| *name == member)
}
