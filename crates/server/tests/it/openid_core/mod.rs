//! OpenID Connect Core 1.0.

mod id_token;
mod s3_1_2_1_claims_and_hints;
mod s3_1_2_1_max_age;
mod s3_1_2_1_prompt;
mod userinfo;
