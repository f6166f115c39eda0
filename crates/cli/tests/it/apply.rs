//! `wayleave apply` and `wayleave export`.

use std::fs;

use crate::remote::Desk;

#[test]
fn what_is_exported_changes_nothing_when_it_is_applied() {
    let desk = Desk::new();
    desk.ask(&["update", "OidcProvider", "--field", "accessTokenExpiry=30m"]);
    let exported = desk.ask(&["export", "OidcProvider"]);
    let answer = desk.run_with_input(&["apply", "-"], &exported);
    assert_eq!(answer.stdout, "nothing to do, 1 as they should be\n", "{answer:?}");
}

#[test]
fn a_file_changes_what_differs_once() {
    let desk = Desk::new();
    let file = desk.place.path("server.json");
    fs::write(&file, r#"{"OidcProvider": {"accessTokenExpiry": "30m", "pkce": "oauth21"}}"#).unwrap();
    let file = file.to_str().unwrap();
    let dry = desk.ask(&["apply", "--dry-run", file]);
    assert!(dry.contains("    accessTokenExpiry: 1h → 30m") && !dry.contains("pkce"), "{dry}");
    assert!(desk.ask(&["apply", file]).ends_with("1 changed, 0 as they should be"));
    assert_eq!(desk.ask(&["apply", file]), "nothing to do, 1 as they should be");
}

#[test]
fn a_file_that_names_what_does_not_exist_changes_nothing() {
    let desk = Desk::new();
    for bad in [
        r#"{"OidcProvider": {"accessTokenExpiry": "30m"}, "Window": []}"#,
        r#"{"OidcProvider": {"accessTokenExpiry": "30m", "speed": 1}}"#,
        "accessTokenExpiry: 30m",
    ] {
        assert_eq!(desk.run_with_input(&["apply", "-"], bad).status, 2, "{bad}");
    }
    assert_eq!(desk.json(&["get", "OidcProvider", "--json"])["accessTokenExpiry"], 3_600_000);
}

/// A tenant, a role of it and its administrator, who names both.
const ORGANIZATION: &str = r##"{
    "Account": [{"@type": "User", "name": "ann", "memberTenantId": "#acme", "roles": {"@type": "Custom", "roleIds": ["#Helper"]}}],
    "OAuthClient": [{"clientId": "shop", "redirectUris": ["https://shop.example/cb"], "memberTenantId": "#acme"}],
    "Role": [{"description": "Helper", "memberTenantId": "#acme", "enabledPermissions": ["authenticate", "oauth-client-get"]}],
    "Tenant": [{"name": "acme"}]
}"##;

#[test]
fn objects_name_each_other_by_their_labels_in_whatever_order() {
    let desk = Desk::new();
    let dry = desk.run_with_input(&["apply", "--dry-run", "-"], ORGANIZATION);
    assert!(
        dry.stdout.ends_with("nothing was changed; this would be: 4 created, 0 as they should be\n"),
        "{dry:?}"
    );
    let first = desk.run_with_input(&["apply", "-"], ORGANIZATION);
    assert!(first.stdout.ends_with("4 created, 0 as they should be\n"), "{first:?}");
    let second = desk.run_with_input(&["apply", "-"], ORGANIZATION);
    assert_eq!(second.stdout, "nothing to do, 4 as they should be\n", "{second:?}");
}

#[test]
fn what_one_server_exports_another_becomes() {
    let (one, other) = (Desk::new(), Desk::new());
    assert_eq!(one.run_with_input(&["apply", "-"], ORGANIZATION).status, 0);
    let exported = one.ask(&["export", "Tenant", "Role", "Account", "OAuthClient"]);
    assert!(exported.contains("\"#acme\"") && exported.contains("\"#Helper\""), "{exported}");
    let applied = other.run_with_input(&["apply", "-"], &exported);
    assert_eq!(applied.status, 0, "{applied:?}");
    assert_eq!(other.ask(&["export", "Tenant", "Role", "Account", "OAuthClient"]).len(), exported.len());
}

#[test]
fn nothing_is_deleted_unless_that_is_said() {
    let desk = Desk::new();
    desk.client("kept", &[]);
    desk.client("other", &[]);
    let file = r#"{"OAuthClient": [{"clientId": "kept"}]}"#;
    assert_eq!(desk.run_with_input(&["apply", "-"], file).stdout, "nothing to do, 1 as they should be\n");
    let dry = desk.run_with_input(&["apply", "--prune", "--dry-run", "-"], file);
    assert!(
        dry.stdout.contains("- OAuthClient other\n")
            && desk.ask(&["query", "OAuthClient", "--ids"]).lines().count() == 2
    );
    assert!(
        desk.run_with_input(&["apply", "--prune", "-"], file)
            .stdout
            .ends_with("1 deleted, 1 as they should be\n")
    );
    assert_eq!(desk.ask(&["query", "OAuthClient", "--fields", "clientId"]), "CLIENT ID\nkept");
}

#[test]
fn a_secret_of_the_file_is_set_once_and_never_printed() {
    let desk = Desk::new();
    let file = r#"{"OAuthClient": [{"clientId": "shop", "redirectUris": ["https://a.example/cb"], "secret": "hunter2-hunter2-hunter2"}]}"#;
    let first = desk.run_with_input(&["apply", "-"], file);
    assert!(first.status == 0 && !first.stdout.contains("hunter2"), "{first:?}");
    assert!(desk.run_with_input(&["apply", "-"], file).stdout.starts_with("nothing to do"));
    assert!(
        desk.run_with_input(&["apply", "--secrets", "-"], file)
            .stdout
            .contains("secret: set to that of the file")
    );
    let exported = desk.ask(&["export", "OAuthClient"]);
    assert!(exported.contains("\"secret\": \"****\"") && !exported.contains("hunter2"), "{exported}");
}

#[test]
fn a_name_that_nobody_has_is_told_before_anything_that_needs_it() {
    let desk = Desk::new();
    let file = r##"{"OAuthClient": [{"clientId": "shop", "redirectUris": ["https://a.example/cb"], "memberTenantId": "#nobody"}]}"##;
    let answer = desk.run_with_input(&["apply", "-"], file);
    assert_eq!(answer.status, 1);
    assert!(answer.stderr.starts_with("OAuthClient shop: memberTenantId names Tenant nobody"), "{answer:?}");
}

#[test]
fn dynamic_clients_are_left_out_of_an_export_that_says_so() {
    let desk = Desk::new();
    desk.client("ours", &[]);
    let headers = format!("Authorization: Bearer {}\r\nContent-Type: application/json\r\n", desk.key);
    let body = r#"{"client_name": "Theirs", "redirect_uris": ["https://a.example/cb"]}"#;
    assert!(desk.server.request("POST /register", &headers, body).starts_with("HTTP/1.1 201"));
    let exported = desk.ask(&["export", "OAuthClient", "OidcProvider", "--where", "door=administrator"]);
    assert!(
        exported.contains("ours") && exported.contains("pkce") && !exported.contains("Theirs"),
        "{exported}"
    );
}

#[test]
fn a_client_that_had_a_secret_has_a_new_one_when_it_is_restored() {
    let desk = Desk::new();
    let id = desk.client("billing", &["secret=a-secret-of-our-own-choice"]);
    let exported = desk.ask(&["export", "OAuthClient"]);
    desk.ask(&["delete", "OAuthClient", &id]);
    let restored = desk.run_with_input(&["apply", "-"], &exported).stdout;
    assert!(restored.contains("OAuthClient billing: its secret, shown this once: wls_"), "{restored}");
    assert_eq!(
        desk.run_with_input(&["apply", "-"], &exported).stdout,
        "nothing to do, 1 as they should be\n"
    );
}

#[test]
fn nothing_is_deleted_when_anything_was_refused() {
    let desk = Desk::new();
    desk.client("other", &[]);
    let file = r#"{"OAuthClient": [{"clientId": "https://no.example/id", "redirectUris": ["https://a.example/cb"]}]}"#;
    let answer = desk.run_with_input(&["apply", "--prune", "-"], file);
    assert!(answer.status == 1 && answer.stderr.contains("nothing is deleted"), "{answer:?}");
    assert_eq!(desk.ask(&["query", "OAuthClient", "--fields", "clientId"]), "CLIENT ID\nother");
}

#[test]
fn objects_of_one_name_are_exported_with_their_ids_and_change_nothing() {
    let desk = Desk::new();
    for _ in 0..2 {
        desk.ask(&["create", "ApiKey", "--field", "description=twice"]);
        desk.ask(&["create", "Role", "--field", "description=Both"]);
    }
    let exported = desk.ask(&["export", "ApiKey", "Role"]);
    let applied = desk.run_with_input(&["apply", "-"], &exported);
    assert!(applied.status == 0 && applied.stdout.starts_with("nothing to do"), "{applied:?}");
}

#[test]
fn roles_that_name_each_other_are_made_and_then_joined() {
    let desk = Desk::new();
    let file =
        r##"{"Role": [{"description": "A", "roleIds": ["#B"]}, {"description": "B", "roleIds": ["#A"]}]}"##;
    let first = desk.run_with_input(&["apply", "-"], file);
    assert!(first.status == 0 && first.stdout.contains("2 created, 2 changed"), "{first:?}");
    let second = desk.run_with_input(&["apply", "-"], file);
    assert_eq!(second.stdout, "nothing to do, 2 as they should be\n", "{second:?}");
}

#[test]
fn what_a_tenant_calls_its_role_does_not_hide_the_role_of_the_server() {
    let desk = Desk::new();
    assert_eq!(desk.run_with_input(&["apply", "-"], r#"{"Tenant": [{"name": "acme"}]}"#).status, 0);
    let tenant = r##"{"Role": [{"description": "Helper", "memberTenantId": "#acme"}]}"##;
    assert_eq!(desk.run_with_input(&["apply", "-"], tenant).status, 0);
    desk.ask(&["create", "Role", "--field", "description=Helper"]);
    let ours = r#"{"Role": [{"description": "Helper", "enabledPermissions": ["authenticate"]}]}"#;
    let applied = desk.run_with_input(&["apply", "-"], ours);
    assert!(applied.status == 0 && applied.stdout.contains("1 changed"), "{applied:?}");
}
