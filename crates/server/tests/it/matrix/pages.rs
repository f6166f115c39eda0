//! The lines of what people see: whose session it is decides.

use http::Method;

use super::{
    cast::Cast,
    table::{Kind, Line, Subject, plain},
};
use crate::world::Form;

pub(super) fn lines() -> Vec<Line> {
    let mut lines = Vec::new();
    // The client serves one tenant: others are told that it is not for them.
    for method in [Method::GET, Method::POST] {
        lines.push(Line {
            call: |cast, actor, route, _| {
                let request = cast.public.request();
                let target = format!("{route}?{}", request.encoded());
                cast.in_browser(actor, cast.world.get(&target).form(&request))
            },
            ..plain(method, "/authorize", "+++++++!!", "")
        });
    }
    // Whoever is not signed in is sent away to do that; the end user has nothing to administer.
    for (route, expected) in [("/admin", "!!!!x++++"), ("/account", "!!!!+++++")] {
        lines.push(Line {
            call: |cast, actor, route, _| cast.in_browser(actor, cast.world.get(route)),
            ..plain(Method::GET, route, expected, "<nav")
        });
    }
    // Nobody has given a password whose second factor would be missing.
    lines.push(Line {
        call: |cast, actor, route, _| cast.in_browser(actor, cast.world.get(route)),
        ..plain(Method::GET, "/login/second-step", "!!!!!!!!!", "<form")
    });
    for route in ["/admin/oauth/callback", "/account/oauth/callback"] {
        lines.push(Line {
            call: |cast, actor, route, _| {
                cast.in_browser(actor, cast.world.get(&format!("{route}?code=x&state=x")))
            },
            ..plain(Method::GET, route, "xxxxxxxxx", "")
        });
    }
    lines.extend(console());
    lines.extend(directory());
    lines.extend(of_the_portal());
    // A form that no page of ours gave out. Whoever is not signed in has nothing to end.
    for (route, expected) in [
        ("/login", "xxxxxxxxx"),
        ("/login/second-step", "xxxxxxxxx"),
        ("/login/passkey", "xxxxxxxxx"),
        ("/device", "xxxxxxxxx"),
        ("/logout", "++++xxxxx"),
    ] {
        lines.push(Line {
            call: |cast, actor, route, _| {
                let form =
                    Form::of(&[("username", "eve"), ("password", crate::world::PASSWORD), ("csrf", "x")]);
                cast.in_browser(actor, cast.world.post(route).form(&form))
            },
            ..plain(Method::POST, route, expected, "")
        });
    }
    // Whoever is not signed in does that first.
    lines.push(Line {
        call: |cast, actor, route, _| cast.in_browser(actor, cast.world.get(route)),
        ..plain(Method::GET, "/device", "!!!!+++++", "device-continue")
    });
    lines.push(Line {
        subject: Kind::Device,
        call: |cast, actor, route, device| {
            let target = route.replace("{id}", &device.id);
            let (csrf, code) = (device.proof.as_str(), device.body.as_str().expect("a code"));
            let form = Form::of(&[("csrf", csrf), ("user_code", code), ("decision", "deny")]);
            cast.in_browser(actor, cast.world.post(&target).form(&form))
        },
        ..plain(Method::POST, "/device/{id}", "xxxx+xxxx", "device-done")
    });
    // Of somebody else's request it is said what is said of one that does not exist.
    lines.push(Line {
        subject: Kind::Interaction,
        call: |cast, actor, route, waiting| {
            cast.in_browser(actor, cast.world.get(&route.replace("{id}", &waiting.id)))
        },
        ..plain(Method::GET, "/interaction/{id}", "xxxx+xxxx", "consent-allow")
    });
    for route in ["/interaction/{id}/consent", "/interaction/{id}/account"] {
        lines.push(Line {
            subject: Kind::Interaction,
            call: |cast, actor, route, waiting| {
                let part = if route.ends_with("consent") { "consent" } else { "account" };
                let csrf = waiting.body[part].as_str().expect("a token");
                let form = Form::of(&[("csrf", csrf), ("decision", "deny")]);
                cast.in_browser(actor, cast.world.post(&route.replace("{id}", &waiting.id)).form(&form))
            },
            ..plain(Method::POST, route, "xxxx+xxxx", "")
        });
    }
    lines
}

/// The console: what of it is of another tenant is not there.
fn console() -> Vec<Line> {
    let mut lines = Vec::new();
    for (route, expected) in [
        ("/admin/clients", "!!!!x++++"),
        ("/admin/clients/new", "!!!!x+x++"),
        ("/admin/clients/wizard", "!!!!x+x++"),
        ("/admin/audit", "!!!!x++++"),
        ("/admin/provider", "!!!!xxxx+"),
        ("/admin/signing-keys", "!!!!xxxx+"),
        ("/admin/registration", "!!!!x++++"),
        ("/admin/registration/new", "!!!!x+x++"),
        ("/admin/registration/try", "!!!!x++++"),
        ("/admin/initial-access-tokens", "!!!!x++++"),
        ("/admin/initial-access-tokens/new", "!!!!x+x++"),
    ] {
        lines.push(Line {
            call: |cast, actor, route, _| cast.in_browser(actor, cast.world.get(route)),
            ..plain(Method::GET, route, expected, "<nav")
        });
    }
    for (route, expected) in [
        ("/admin/clients/{id}", "----x++-+"),
        ("/admin/clients/{id}/edit", "----x+x-+"),
        ("/admin/clients/{id}/approval", "----x+x-+"),
        ("/admin/clients/{id}/delete", "----x+x-+"),
    ] {
        lines.push(Line {
            subject: Kind::Client,
            call: |cast, actor, route, client| {
                cast.in_browser(actor, cast.world.get(&route.replace("{id}", &client.id)))
            },
            ..plain(Method::GET, route, expected, "<nav")
        });
    }
    for (route, subject, expected) in [
        ("/admin/audit/{id}", Kind::Event, "----x++-+"),
        ("/admin/signing-keys/{kid}/revoke", Kind::SigningKey, "----xxxx+"),
        ("/admin/registration/{id}", Kind::Policy, "----x+x-+"),
        ("/admin/registration/{id}/delete", Kind::Policy, "----x+x-+"),
        ("/admin/initial-access-tokens/{id}", Kind::InitialAccessToken, "----x++-+"),
    ] {
        lines.push(Line {
            subject,
            call: |cast, actor, route, it| {
                let target = route.replace("{id}", &it.id).replace("{kid}", &it.id);
                cast.in_browser(actor, cast.world.get(&target))
            },
            ..plain(Method::GET, route, expected, "<nav")
        });
    }
    for route in [
        "/admin/clients",
        "/admin/clients/new",
        "/admin/clients/wizard",
        "/admin/clients/{id}/edit",
        "/admin/clients/{id}/approval",
        "/admin/clients/{id}/delete",
        "/admin/provider",
        "/admin/signing-keys",
        "/admin/signing-keys/{kid}/revoke",
        "/admin/registration",
        "/admin/registration/new",
        "/admin/registration/try",
        "/admin/registration/{id}",
        "/admin/registration/{id}/delete",
        "/admin/initial-access-tokens/new",
        "/admin/initial-access-tokens/{id}",
    ] {
        lines.push(Line {
            call: |cast, actor, route, _| {
                let form = Form::of(&[("csrf", "x"), ("action", "delete")]);
                cast.in_browser(actor, cast.world.post(route).form(&form))
            },
            ..plain(Method::POST, route, "xxxxxxxxx", "")
        });
    }
    lines
}

/// Accounts, groups, roles, tenants and keys of others in the console.
fn directory() -> Vec<Line> {
    const FORMS: &[&str] = &[
        "/admin/accounts/new",
        "/admin/accounts/{id}",
        "/admin/accounts/{id}/edit",
        "/admin/accounts/{id}/delete",
        "/admin/accounts/{id}/password",
        "/admin/accounts/{id}/second-factors",
        "/admin/groups/new",
        "/admin/groups/{id}",
        "/admin/groups/{id}/edit",
        "/admin/groups/{id}/delete",
        "/admin/roles/new",
        "/admin/roles/{id}/edit",
        "/admin/roles/{id}/delete",
        "/admin/tenants/new",
        "/admin/tenants/{id}/edit",
        "/admin/tenants/{id}/delete",
        "/admin/keys/{kind}/{id}",
    ];
    const READ: &str = "!!!!x++++";
    const MADE: &str = "!!!!x+x++";
    const SHOWN: &str = "----x++-+";
    const CHANGED: &str = "----x+x-+";
    let lists = [
        ("/admin/accounts", READ),
        ("/admin/accounts/new", MADE),
        ("/admin/groups", READ),
        ("/admin/groups/new", MADE),
        ("/admin/roles", READ),
        ("/admin/roles/new", MADE),
        ("/admin/tenants", "!!!!xxxx+"),
        ("/admin/tenants/new", "!!!!xxxx+"),
        ("/admin/keys", "!!!!xxxx+"),
    ];
    let call = |cast: &Cast, actor, route: &str, subject: &Subject| {
        let target = route.replace("{id}", &subject.id).replace("{kind}", "api-key");
        cast.in_browser(actor, cast.world.get(&target))
    };
    let mut lines: Vec<_> = lists
        .into_iter()
        .map(|(route, expected)| Line { call, ..plain(Method::GET, route, expected, "<nav") })
        .collect();
    for (subject, route, expected) in [
        (Kind::Account, "/admin/accounts/{id}", SHOWN),
        (Kind::Account, "/admin/accounts/{id}/edit", CHANGED),
        (Kind::Account, "/admin/accounts/{id}/delete", CHANGED),
        (Kind::Account, "/admin/accounts/{id}/password", CHANGED),
        (Kind::Account, "/admin/accounts/{id}/second-factors", CHANGED),
        (Kind::Group, "/admin/groups/{id}", SHOWN),
        (Kind::Group, "/admin/groups/{id}/edit", CHANGED),
        (Kind::Group, "/admin/groups/{id}/delete", CHANGED),
        (Kind::Role, "/admin/roles/{id}", SHOWN),
        (Kind::Role, "/admin/roles/{id}/edit", CHANGED),
        (Kind::Role, "/admin/roles/{id}/delete", CHANGED),
        (Kind::Tenant, "/admin/tenants/{id}", "----xxxx+"),
        (Kind::Tenant, "/admin/tenants/{id}/edit", "----xxxx+"),
        (Kind::Tenant, "/admin/tenants/{id}/delete", "----xxxx+"),
        (Kind::Key, "/admin/keys/{kind}/{id}", "----xxxx+"),
    ] {
        lines.push(Line { subject, call, ..plain(Method::GET, route, expected, "<nav") });
    }
    for route in FORMS {
        lines.push(Line {
            call: |cast, actor, route, _| {
                let form = Form::of(&[("csrf", "x"), ("action", "disable"), ("name", "x")]);
                cast.in_browser(actor, cast.world.post(route).form(&form))
            },
            ..plain(Method::POST, route, "xxxxxxxxx", "")
        });
    }
    lines
}

fn of_the_portal() -> Vec<Line> {
    let mut lines = Vec::new();
    // Everybody who is signed in has a portal of their own; how they sign in the viewer may not even see.
    for (route, expected) in [
        ("/account/security", "!!!!++x++"),
        ("/account/security/totp", "!!!!++x++"),
        ("/account/sessions", "!!!!+++++"),
        ("/account/apps", "!!!!+++++"),
        ("/account/activity", "!!!!+++++"),
        ("/account/api-keys", "!!!!+++++"),
        ("/account/api-keys/new", "!!!!+++++"),
        ("/account/app-passwords", "!!!!++x++"),
        ("/account/app-passwords/new", "!!!!++x++"),
    ] {
        lines.push(Line {
            call: |cast, actor, route, _| cast.in_browser(actor, cast.world.get(route)),
            ..plain(Method::GET, route, expected, "<nav")
        });
    }
    // It leads to the login page, whoever comes.
    lines.push(Line {
        call: |cast, actor, route, _| cast.in_browser(actor, cast.world.get(route)),
        ..plain(Method::GET, "/account/sign-in-again", "+++++++++", "")
    });
    // A form that no page of ours gave out.
    for route in [
        "/account",
        "/account/security/password",
        "/account/security/strength",
        "/account/security/totp",
        "/account/security/totp/remove",
        "/account/security/recovery-codes",
        "/account/security/passkeys",
        "/account/security/passkeys/{id}",
        "/account/sessions",
        "/account/apps",
        "/account/api-keys/new",
        "/account/api-keys/{id}/revoke",
        "/account/app-passwords/new",
        "/account/app-passwords/{id}/revoke",
    ] {
        lines.push(Line {
            call: |cast, actor, route, _| {
                let form = Form::of(&[("csrf", "x"), ("end", "all"), ("action", "remove")]);
                cast.in_browser(actor, cast.world.post(route).form(&form))
            },
            ..plain(Method::POST, route, "xxxxxxxxx", "")
        });
    }
    lines
}
