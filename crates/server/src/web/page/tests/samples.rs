//! Every page with one text wherever a text can be put.

use std::time::Duration;

use askama::{DynTemplate, Template};
use domain::{
    error::{ErrorCode, Refusal},
    time::Timestamp,
};

use crate::{
    web::{page::*, qr},
    words::{Locale, filters::Speaking},
};

pub(super) fn web(text: &str) -> Destination {
    Destination::Web { host: text.into(), site: "".into() }
}

pub(super) fn app(text: &str, trust: Trust, destination: Destination) -> App {
    App { name: Some(text.into()), client_id: text.into(), trust, origin: Some(text.into()), destination }
}

pub(super) fn consent(text: &str, app: App) -> Consent {
    let link = |kind| AppLink { kind, url: format!("https://client.example/{text}"), host: text.into() };
    Consent {
        interaction: text.into(),
        csrf: text.into(),
        account_csrf: text.into(),
        app,
        name_warning: Some(NameWarning::Taken(text.into())),
        account: text.into(),
        scopes: vec![GrantedScope { title: ScopeTitle::Theirs(text.into()), detail: None }],
        resources: vec![text.into()],
        links: vec![link(AppLinkKind::Client), link(AppLinkKind::Policy), link(AppLinkKind::TermsOfService)],
        lasting: Lasting::Renewed(Duration::from_hours(30 * 24)),
        first_seen: Some(Timestamp::from_seconds(1_772_409_600)),
        now: Timestamp::from_seconds(1_772_500_000),
    }
}

pub(super) fn login(text: &str, refused: bool) -> Login {
    Login {
        csrf: text.into(),
        interaction: Some(text.into()),
        app: Some(app(text, Trust::Anonymous, web(text))),
        username: text.into(),
        passkey: Some(PasskeyQuestion { options: text.into(), sealed: text.into() }),
        refused: refused.then_some(SignInRefused::Password),
    }
}

pub(super) fn second_step(text: &str, refused: bool) -> SecondStep {
    SecondStep {
        csrf: text.into(),
        step: text.into(),
        app: Some(app(text, Trust::Anonymous, web(text))),
        account: text.into(),
        refused,
    }
}

pub(super) fn return_to_app(text: &str, code: ErrorCode) -> ReturnToApp {
    ReturnToApp {
        app: app(text, Trust::Anonymous, web(text)),
        refusal: Refusal::new(code, text.to_owned()),
        href: format!("https://client.example/callback?error=invalid_scope&state={text}"),
    }
}

pub(super) fn problems(text: &str) -> Vec<Problem> {
    let client_id = || Foreign::from(text);
    vec![
        Problem::UnknownClient { client_id: client_id() },
        Problem::DeletedClient { client_id: client_id() },
        Problem::BlockedClient { client_id: client_id() },
        Problem::WaitsForApproval { client_id: client_id() },
        Problem::OtherTenant { client_id: client_id() },
        Problem::RegistrationRequired { client_id: client_id() },
        Problem::RegistrationRequired { client_id: "webadmin".into() },
        Problem::RegistrationRequired { client_id: "wayleave-cli".into() },
        Problem::RedirectUriNotRegistered { client_id: client_id(), presented: text.into() },
        Problem::RedirectUriNotTolerated { client_id: client_id(), presented: text.into() },
        Problem::DocumentNotUsable { client_id: client_id(), detail: text.into() },
        Problem::BadRequest { detail: text.into() },
        Problem::InteractionExpired,
        Problem::ForeignForm,
        Problem::SignedOutMeanwhile { home: "/account" },
        Problem::ConsoleDenied,
        Problem::ConsoleRefused { error: text.into(), description: text.into() },
        Problem::NotPermitted,
        Problem::NotFound,
        Problem::MethodNotAllowed,
        Problem::TooLarge,
        Problem::TooManyRequests { retry_after: Duration::from_secs(6) },
        Problem::Internal,
        Problem::Unavailable,
    ]
}

pub(super) fn error_page(problem: Problem, request_id: &str) -> String {
    let request_id = request_id.to_owned();
    ErrorPage { problem, request_id }.render().unwrap()
}

/// Every page in English, with `text` wherever a text can be put.
pub(super) fn pages(text: &str) -> Vec<String> {
    pages_in(Locale::English, text)
}

/// Every page in `locale`, with `text` wherever a text can be put.
pub(super) fn pages_in(locale: Locale, text: &str) -> Vec<String> {
    let values = Speaking(locale);
    let render = |page: &dyn DynTemplate| page.dyn_render_with_values(&values).unwrap();
    let places = [
        web(text),
        Destination::ThisComputer { address: text.into() },
        Destination::App { scheme: text.into() },
    ];
    let trusts = [
        Trust::House,
        Trust::Verified,
        Trust::SelfRegistered,
        Trust::Anonymous,
        Trust::Published,
        Trust::Claimed,
        Trust::Tolerated,
    ];
    let mut pages = Vec::new();
    for place in places {
        pages.extend(trusts.map(|trust| render(&consent(text, app(text, trust, place.clone())))));
        let app = App { name: None, ..app(text, Trust::Anonymous, place.clone()) };
        pages.push(render(&Login { app: Some(app.clone()), ..login(text, false) }));
        pages.push(render(&ReturnToApp { app, ..return_to_app(text, ErrorCode::InvalidScope) }));
        pages.push(render(&FormPost { destination: place, ..form_post(text) }));
    }
    pages.extend([login(text, false), login(text, true)].map(|page| render(&page)));
    pages.push(render(&Login { refused: Some(SignInRefused::Passkey), ..login(text, true) }));
    pages.extend([second_step(text, false), second_step(text, true)].map(|page| render(&page)));
    pages.push(render(&choose_account(text)));
    pages.push(render(&waiting(text)));
    pages.extend([false, true].map(|refused| render(&device_entry(text, refused))));
    pages.push(render(&device_consent(text)));
    let outcomes = [DeviceOutcome::Allowed, DeviceOutcome::Denied, DeviceOutcome::Reported];
    pages.extend(outcomes.map(|outcome| render(&DeviceDone { outcome })));
    pages.push(render(&return_to_app(text, ErrorCode::ConsentRequired)));
    pages.push(render(&logout_confirm(text)));
    pages.push(render(&signed_out(text)));
    pages.extend([true, false].map(|anonymous| render(&home(text, anonymous))));
    for problem in problems(text) {
        pages.push(render(&ErrorPage { problem, request_id: text.to_owned() }));
    }
    pages
}

pub(super) fn device_entry(text: &str, refused: bool) -> DeviceEntry {
    DeviceEntry {
        csrf: text.into(),
        account: text.into(),
        user_code: Some(text.into()),
        qr: qr::of("https://login.example/device"),
        refused,
    }
}

pub(super) fn device_consent(text: &str) -> DeviceConsent {
    let Consent { account, scopes, resources, links, lasting, first_seen, now, .. } =
        consent(text, app(text, Trust::Anonymous, web(text)));
    DeviceConsent {
        request: text.into(),
        csrf: text.into(),
        user_code: text.into(),
        app: DeviceApp { name: Some(text.into()), client_id: text.into(), trust: Trust::Anonymous },
        name_warning: Some(NameWarning::Disguised(text.into())),
        account,
        from: text.into(),
        asked_at: now,
        user_agent: Some(text.into()),
        scopes,
        resources,
        links,
        lasting,
        first_seen,
        now,
    }
}

pub(super) fn choose_account(text: &str) -> ChooseAccount {
    ChooseAccount {
        interaction: text.into(),
        csrf: text.into(),
        app: app(text, Trust::Verified, web(text)),
        account: text.into(),
    }
}

pub(super) fn waiting(text: &str) -> Waiting {
    Waiting {
        interaction: text.into(),
        csrf: text.into(),
        app: app(text, Trust::Anonymous, web(text)),
        until: Timestamp::from_seconds(1_772_500_000),
    }
}

pub(super) fn form_post(text: &str) -> FormPost {
    FormPost {
        action: format!("https://client.example/{text}"),
        destination: web(text),
        fields: vec![("code", text.into()), ("state", text.into())],
    }
}

pub(super) fn logout_confirm(text: &str) -> LogoutConfirm {
    LogoutConfirm {
        csrf: text.into(),
        request: Some(text.into()),
        account: text.into(),
        app: Some(text.into()),
        destination: Some(text.into()),
        cancel: format!("/{text}"),
    }
}

pub(super) fn home(text: &str, anonymous_registration: bool) -> Home {
    Home { issuer: text.into(), anonymous_registration }
}

pub(super) fn signed_out(text: &str) -> SignedOut {
    SignedOut {
        back: Some(Back { href: format!("https://client.example/?state={text}"), host: text.into() }),
    }
}
