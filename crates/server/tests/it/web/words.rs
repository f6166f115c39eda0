//! The language of a page: what the application asked for, else what the account prefers, else what the browser prefers, else English.

use std::process::Stdio;

use tokio::process::Command;

use crate::world::{Browser, Client, Form, PASSWORD, Page, World};

/// What is no language of ours, also by intent.
const NONE_OF_OURS: &[&str] = &[
    "fr",
    "*",
    "../../x",
    "<script>alert(1)</script>",
    "\"><img src=x>",
    "de%00",
    "{{7*7}}",
    "d e",
    "deu;q=1",
    "%0d%0aset-cookie: a=b",
];

#[track_caller]
fn is_in(page: &Page, language: &str) {
    let header = |name: &str| page.headers.get(name).and_then(|value| value.to_str().ok());
    assert!(page.html.contains(&format!("<html lang=\"{language}\">")), "{language}: {}", page.text);
    assert_eq!(header("content-language"), Some(language));
    assert_eq!(header("vary"), Some("accept-language"));
}

/// A browser that prefers these languages.
fn preferring(world: &World, languages: &'static str) -> Browser {
    let mut browser = world.browser();
    browser.languages = Some(languages);
    browser
}

/// The account `alice`, in this language.
async fn alice(world: &World, locale: &str) {
    world.account("alice", PASSWORD).await;
    world.sql("UPDATE accounts SET locale = $1 WHERE name = 'alice'", [locale.into()]).await;
}

fn asking_for(client: &Client, languages: &str) -> Form {
    client.request().with("ui_locales", languages)
}

both! {
    async fn without_any_wish_a_page_is_english(world: World) {
        let page = world.browser().get("/login").await.page();
        is_in(page.shows("Sign in"), "en");
    }

    async fn a_page_is_in_the_language_that_the_browser_prefers(world: World) {
        let client = world.public_client().await;
        alice(&world, "fr").await;
        let mut browser = preferring(&world, "fr, de-CH;q=0.9, en;q=0.8");
        is_in(browser.authorize(&client).await.page().shows("Passwort"), "de");
        is_in(browser.sign_in("alice", PASSWORD).await.page().shows("Wenn Sie das erlauben"), "de");
        is_in(browser.get("/nothing-here").await.page().is(404).shows("Hier ist nichts"), "de");
        is_in(browser.get("/logout").await.page().shows("Abmelden?"), "de");
    }

    async fn the_language_of_the_account_comes_before_that_of_the_browser(world: World) {
        let client = world.public_client().await;
        alice(&world, "de-AT").await;
        let mut browser = preferring(&world, "en");
        is_in(&browser.authorize(&client).await.page(), "en");
        is_in(browser.sign_in("alice", PASSWORD).await.page().shows("möchte auf Ihr Konto zugreifen"), "de");
        is_in(browser.press("consent-allow", &[("csrf", "x")]).await.page().is(403).shows("Formular"), "de");
        is_in(browser.get("/logout").await.page().shows("Sie sind angemeldet als alice."), "de");
        // Without its cookie nobody knows whose browser it is.
        browser.cookies.clear();
        is_in(&browser.get("/login").await.page(), "en");
    }

    async fn the_language_that_the_application_asks_for_comes_before_all_and_stays_to_the_end(world: World) {
        let client = world.public_client().await;
        alice(&world, "en").await;
        let mut browser = preferring(&world, "en");
        let request = asking_for(&client, "fr de-CH en").with("prompt", "login select_account");
        is_in(browser.authorize(request).await.page().shows("Anmelden"), "de");
        is_in(browser.sign_in("alice", "wrong").await.page().shows("stimmt nicht"), "de");
        is_in(browser.sign_in("alice", PASSWORD).await.page().shows("Erlauben"), "de");
        is_in(browser.press("consent-other-account", &[]).await.page().shows("Passwort"), "de");
        is_in(browser.get("/logout").await.page().shows("Sign out?"), "en");
    }

    async fn an_application_may_ask_for_english_among_germans(world: World) {
        let client = world.public_client().await;
        alice(&world, "de").await;
        let mut browser = preferring(&world, "de");
        is_in(&browser.authorize(asking_for(&client, "en-GB de")).await.page(), "en");
        is_in(browser.sign_in("alice", PASSWORD).await.page().shows("wants access"), "en");
    }

    async fn errors_are_in_the_language_that_was_asked_for_too(world: World) {
        let client = world.public_client().await;
        let mut browser = world.browser();
        let wrong = [
            ("client_id", "é", "Diese App ist hier nicht bekannt"),
            ("redirect_uri", "https://evil.example/", "an einer Adresse, die sie nicht registriert hat"),
            ("scope", "nothing-known", "Die App hat diesen Server um Zugriff gebeten"),
        ];
        for (name, value, text) in wrong {
            let page = browser.authorize(asking_for(&client, "de").with(name, value)).await.page();
            is_in(page.is(400).shows(text), "de");
        }
        is_in(browser.get("/logout?ui_locales=de").await.page().shows("Sie sind abgemeldet"), "de");
    }

    async fn a_request_that_is_over_says_so_in_the_language_that_it_asked_for(world: World) {
        let client = world.public_client().await;
        let mut browser = world.alice().await;
        browser.authorize(asking_for(&client, "de")).await.page();
        let again = browser.submission("consent-allow", &[]);
        browser.allow().await.code();
        is_in(browser.follow(again).await.page().is(403).shows("Diese Seite gilt nicht mehr"), "de");
    }

    async fn w07_a_language_that_is_none_of_ours_is_english_and_never_echoed(world: World) {
        let client = world.public_client().await;
        for &language in NONE_OF_OURS {
            let mut browser = preferring(&world, language);
            for page in [
                browser.get("/nothing-here").await.page(),
                browser.authorize(asking_for(&client, language)).await.page(),
                browser.authorize(asking_for(&client, language).with("redirect_uri", "x")).await.page(),
            ] {
                is_in(&page, "en");
                let answered = format!("{:?} {}", page.headers, page.html);
                // The short ones stand in any page.
                let is_echoed = language.len() > 3 && answered.contains(language);
                assert!(!is_echoed && !answered.contains("alert(1)"), "{language} in {answered}");
            }
        }
    }

    async fn discovery_names_the_languages(world: World) {
        let metadata = world.get("/.well-known/openid-configuration").send().await;
        assert_eq!(metadata.is(200).json["ui_locales_supported"], serde_json::json!(["en", "de"]));
    }

    async fn a_real_browser_that_is_set_to_german_is_shown_german(world: World) {
        let profile = tempfile::tempdir().expect("a folder");
        let program = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
        let output = Command::new(program)
            .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost", "--accept-lang=de-CH,de"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(["--dump-dom", &format!("{}/login", world.issuer())])
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .expect("Chromium");
        let page = String::from_utf8_lossy(&output.stdout);
        assert!(page.contains("<html lang=\"de\">") && page.contains("<h1>Anmelden</h1>"), "{page}");
    }
}
