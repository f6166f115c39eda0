//! What every page must say, and the hooks it must have.

use askama::Template;
use domain::error::ErrorCode;

use super::samples::*;
use crate::{web::page::*, words::Locale};

#[test]
fn every_page_has_a_language_a_title_one_heading_and_one_main_landmark() {
    for locale in Locale::ALL {
        for page in pages_in(locale, "plain") {
            assert!(
                page.starts_with(&format!("<!doctype html>\n<html lang=\"{}\">", locale.tag())),
                "{page}"
            );
            for (tag, count) in [("<title>", 1), ("<h1>", 1), ("<main", 1)] {
                assert_eq!(page.matches(tag).count(), count, "{tag} in {page}");
            }
        }
    }
}

#[test]
fn a_page_in_another_language_differs_in_every_text_and_in_no_element() {
    let texts = |page: &str| {
        let body = page.split_once("<main").unwrap().1.to_owned();
        let texts =
            body.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text.trim().to_owned());
        texts.filter(|text| text.len() > 20).collect::<Vec<_>>()
    };
    for (english, german) in pages("x").iter().zip(pages_in(Locale::German, "x")) {
        let german_texts = texts(&german);
        let left = texts(english).into_iter().filter(|text| german_texts.contains(text));
        let left: Vec<_> = left.filter(|text| !is_for_developers(text)).collect();
        assert!(left.is_empty(), "{left:?} in {german}");
        assert_eq!(english.matches('<').count(), german.matches('<').count());
    }
}

/// Of the protocol: the same in every language.
fn is_for_developers(text: &str) -> bool {
    let marks = ["RFC 7591", "redirect_uri", "curl", "invalid_", "http", "Retry-After", "Allow header"];
    marks.iter().any(|mark| text.contains(mark))
}

#[test]
fn every_visible_field_has_a_label() {
    let page = login("plain", false).render().unwrap();
    for field in ["username", "password"] {
        assert!(page.contains(&format!("<label for=\"{field}\">")), "{field}");
        assert!(page.contains(&format!("<input id=\"{field}\" name=\"{field}\"")), "{field}");
    }
}

#[test]
fn a_phone_offers_the_code_that_it_got_or_shows_digits() {
    let page = second_step("plain", true).render().unwrap();
    let field =
        "<input id=\"totp\" name=\"totp\" type=\"text\" inputmode=\"numeric\" autocomplete=\"one-time-code\"";
    assert!(page.contains("<label for=\"totp\">") && page.contains(field), "{page}");
    assert!(page.contains("<label for=\"recovery-code\">"), "{page}");
}

#[test]
fn the_focus_is_set_nowhere_but_in_the_first_field_of_the_pages_that_are_for_typing() {
    for page in pages("plain") {
        let is_for_typing =
            ["username", "totp", "user-code"].iter().any(|id| page.contains(&format!("id=\"{id}\"")));
        assert_eq!(page.matches("autofocus").count(), usize::from(is_for_typing), "{page}");
    }
}

#[test]
fn the_hooks_for_browser_automation_are_where_they_are_promised() {
    let consent = consent("x", app("x", Trust::Tolerated, web("x"))).render().unwrap();
    let hooks = [
        (login("x", false).render().unwrap(), "id=\"login-submit\""),
        (login("x", false).render().unwrap(), "name=\"interaction\" value=\"x\""),
        (second_step("x", false).render().unwrap(), "name=\"totp\""),
        (consent.clone(), "id=\"consent-allow\" type=\"submit\" name=\"decision\" value=\"allow\""),
        (consent.clone(), "id=\"consent-deny\" type=\"submit\" name=\"decision\" value=\"deny\""),
        (consent, "action=\"/interaction/x/consent\""),
        (choose_account("x").render().unwrap(), "action=\"/interaction/x/account\""),
        (logout_confirm("x").render().unwrap(), "id=\"logout-confirm\""),
        (device_entry("x", false).render().unwrap(), "name=\"user_code\""),
        (device_entry("x", false).render().unwrap(), "id=\"device-continue\" type=\"submit\""),
        (
            device_consent("x").render().unwrap(),
            "id=\"device-allow\" type=\"submit\" name=\"decision\" value=\"allow\"",
        ),
        (
            device_consent("x").render().unwrap(),
            "id=\"device-deny\" type=\"submit\" name=\"decision\" value=\"deny\"",
        ),
    ];
    for (page, hook) in hooks {
        assert!(page.contains(hook), "{hook} in {page}");
    }
}

#[test]
fn allow_and_deny_look_the_same() {
    let page = consent("x", app("x", Trust::Verified, web("x"))).render().unwrap();
    for id in ["consent-allow", "consent-deny"] {
        assert!(page.contains(&format!("<button class=\"button\" id=\"{id}\"")), "{page}");
    }
}

#[test]
fn unverified_stands_before_anything_the_app_says_of_itself() {
    for trust in [Trust::SelfRegistered, Trust::Anonymous, Trust::Claimed, Trust::Tolerated] {
        let page = consent("Claude", app("Claude", trust, web("c.example"))).render().unwrap();
        let (marker, name) = (page.find("Unverified app").unwrap(), page.find("Claude").unwrap());
        assert!(marker < name);
        assert!(page.contains("<h1>“<bdi>Claude</bdi>” wants access to your account</h1>"), "{page}");
        assert!(page.contains(trust.sentence().in_locale(Locale::English)), "{page}");
    }
}

#[test]
fn a_verified_name_stands_without_quotes() {
    let page = consent("Mail", app("Mail", Trust::Verified, web("m.example"))).render().unwrap();
    assert!(page.contains("<h1><bdi>Mail</bdi> wants access to your account</h1>"), "{page}");
    assert!(!page.contains("Unverified app"));
}

#[test]
fn a_device_without_a_name_is_called_a_device_and_a_name_that_nobody_vouches_for_stands_in_quotes() {
    let mut page = device_consent("TV");
    assert!(page.render().unwrap().contains("<h1>“<bdi>TV</bdi>” wants access to your account</h1>"));
    page.app.trust = Trust::Verified;
    assert!(page.render().unwrap().contains("<h1><bdi>TV</bdi> wants access to your account</h1>"));
    page.app.name = Some("\u{3164}".into());
    assert!(page.render().unwrap().contains("<h1>A device wants access to your account</h1>"));
}

#[test]
fn an_app_without_a_name_is_called_by_its_host() {
    let mut nameless = app("\u{3164}", Trust::Tolerated, web("c.example"));
    let page = consent("x", nameless.clone()).render().unwrap();
    assert!(page.contains("<h1>The app at <bdi>c.example</bdi> wants access"), "{page}");
    nameless.name = None;
    nameless.destination = Destination::ThisComputer { address: "[::1]".into() };
    let page = consent("x", nameless).render().unwrap();
    assert!(page.contains("<h1>A program on this computer wants access"), "{page}");
}

#[test]
fn a_loopback_destination_warns_that_any_program_can_listen_there() {
    let place = Destination::ThisComputer { address: "127.0.0.1:8976".into() };
    let page = consent("x", app("Company CLI", Trust::Anonymous, place)).render().unwrap();
    assert!(page.contains("<strong>This computer</strong>"), "{page}");
    assert!(page.contains("Any program here can listen there"), "{page}");
    assert!(page.contains("<bdi class=\"code\">127.0.0.1:8976</bdi>"), "{page}");
}

#[test]
fn a_refused_login_says_so_without_saying_which_was_wrong() {
    let page = login("x", true).render().unwrap();
    assert!(page.contains("role=\"alert\"") && page.contains("The user name or password is not right."));
    assert!(!login("x", false).render().unwrap().contains("not right"));
}

#[test]
fn a_plain_sign_in_names_no_app() {
    let (app, interaction) = (None, None);
    let page = Login { interaction, app, ..login("x", false) }.render().unwrap();
    assert!(!page.contains("Unverified") && !page.contains("name=\"interaction\""), "{page}");
}

#[test]
fn a_deleted_client_is_told_to_register_again() {
    let page = error_page(Problem::DeletedClient { client_id: "gone".into() }, "ref-1");
    assert!(page.contains("<h1>This app must register again</h1>") && page.contains("RFC 7591"), "{page}");
    assert!(page.contains("id=\"request-id\">ref-1<"), "{page}");
}

#[test]
fn the_way_back_is_a_link_and_the_host_stands_large_above_it() {
    let page = return_to_app("c.example", ErrorCode::InvalidScope).render().unwrap();
    let (host, link) =
        (page.find("class=\"place-name\"").unwrap(), page.find("id=\"return-to-app\"").unwrap());
    assert!(host < link);
    assert!(
        page.contains("href=\"https://client.example/callback?error=invalid_scope&#38;state=c.example\""),
        "{page}"
    );
    assert!(page.contains("<span class=\"code\">invalid_scope</span>"), "{page}");
}

#[test]
fn an_unverified_app_that_asked_for_silence_is_told_off_in_other_words_than_a_wrong_request() {
    let silent = return_to_app("x", ErrorCode::ConsentRequired).render().unwrap();
    assert!(silent.contains("without showing you anything"), "{silent}");
    let wrong = return_to_app("x", ErrorCode::InvalidRequest).render().unwrap();
    assert!(wrong.contains("its request was not right"), "{wrong}");
}
